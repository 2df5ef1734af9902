"""From the address of a page that only shows a text to the address of the text itself. Nothing is fetched here.

A rule is a row of `_RULES`: a pattern for addresses, and the address that is fetched in their place; `{name}` at its
beginning is the service of that name (`settings.config.ENDPOINTS`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from tui_digest.sources.web.address import read_address, shown

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://github\.com/([^/?#]+)/([^/?#]+)/(?:blob|raw)/([^?#]+)(?:[?#].*)?"),
     r"{github_raw}\1/\2/\3"),
    (re.compile(r"https?://github\.com/([^/?#]+)/([^/?#]+?)(?:\.git)?/?(?:[?#].*)?"),
     r"{github_raw}\1/\2/HEAD/README.md"),
    (re.compile(r"(https?://[^/?#]+)/([^?#]+?)/-/(?:blob|raw)/([^?#]+)(?:[?#].*)?"), r"\1/\2/-/raw/\3"),
    (re.compile(r"https?://arxiv\.org/list/([A-Za-z-]+(?:\.[A-Za-z-]+)?)(?:/(?:new|recent|pastweek|current))?/?(?:\?.*)?"),
     r"{arxiv_rss}\1"),
)  # fmt: skip
_HOST_AND_MORE = re.compile(
    r"(?:www\.[\w.-]+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?::\d+)?/\S*|www\.[\w-]+\.\S+", re.IGNORECASE
)
"""A host with a path behind it, as people write addresses."""
_PAPERS = re.compile(r"https?://(?:huggingface\.co|hf\.co)/papers/?(?:[?#].*)?")


def is_address(text: str) -> bool:
    """Whether a text begins with a scheme, as `https://` does; a path of the file system does not."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text.strip()) is not None


class Mistaken(NamedTuple):
    """What a text may be that was taken for a path."""

    message_id: str
    """Of a sentence about it: `path.paper`, or `path.address`."""
    text: str
    """The paper as it was named, or the whole address."""


def mistaken_for_path(text: str) -> Mistaken | None:
    """What a path names that is not there, where that may well be a paper, or an address without its scheme."""
    from tui_digest import identity

    text = text.strip()
    if is_address(text):
        return None
    if identity.arxiv_id(text) is not None or identity.doi(text) is not None:
        return Mistaken("path.paper", text)
    return Mistaken("path.address", f"https://{text}") if _HOST_AND_MORE.fullmatch(text) else None


def public(text: str) -> str:
    """The address by which a source is known: the whole address without user name, password and tokens. Raises
    `web.scheme` and `web.address`."""
    return shown(read_address(text).public)


def text_address(address: str, endpoints: Mapping[str, str]) -> str:
    """The address of the text that a page shows; the address itself where no rule fits it. `endpoints` are the
    addresses of services, by their names in the settings."""
    if _PAPERS.fullmatch(address):
        return endpoints["huggingface_papers"]
    for pattern, there in _RULES:
        if match := pattern.fullmatch(address):
            service, inside, path = there.rpartition("}")
            return (endpoints[service[1:]] if inside else "") + match.expand(path)
    return address


def default_name(address: str, title: str) -> str:
    """A name for a new source: its title, cut where it is long, else its host, or the last part of its path."""
    title = " ".join(title.split())
    if 0 < len(title) <= _LONGEST:
        return title
    if is_address(address):
        host = read_address(address).netloc.removeprefix("www.")
        return host if not title else title[: _LONGEST - 1].rstrip() + "…"
    return address.rstrip("/").rpartition("/")[2] or address


_LONGEST = 40


def quoted(name: str) -> str:
    """A text, percent-encoded so that it can be one part of an address."""
    return quote(name, safe="")
