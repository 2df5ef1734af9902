"""Where the text of an address is: rules for sites that show it in a page of their own. Nothing is looked up.

A rule is a row: what an address looks like, and what is asked in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from tui_digest.sources.web.address import read_address, shown

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://github\.com/([^/?#]+)/([^/?#]+)/(?:blob|raw)/([^?#]+)(?:[?#].*)?"),
     r"https://raw.githubusercontent.com/\1/\2/\3"),
    (re.compile(r"https?://github\.com/([^/?#]+)/([^/?#]+?)(?:\.git)?/?(?:[?#].*)?"),
     r"https://raw.githubusercontent.com/\1/\2/HEAD/README.md"),
    (re.compile(r"(https?://[^/?#]+)/([^?#]+?)/-/(?:blob|raw)/([^?#]+)(?:[?#].*)?"), r"\1/\2/-/raw/\3"),
    (re.compile(r"https?://arxiv\.org/list/([A-Za-z-]+(?:\.[A-Za-z-]+)?)(?:/(?:new|recent|pastweek|current))?/?(?:\?.*)?"),
     r"https://rss.arxiv.org/rss/\1"),
)  # fmt: skip
_PAPERS = re.compile(r"https?://(?:huggingface\.co|hf\.co)/papers/?(?:[?#].*)?")


def is_address(text: str) -> bool:
    """Whether a text is an address on the web, or means to be one; a path is none."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text.strip()) is not None


def public(text: str) -> str:
    """The address by which a source is known: whole, as it is asked, but without user name, password and tokens.
    Raises `web.scheme` and `web.address`."""
    return shown(read_address(text).public)


def text_address(address: str, endpoints: Mapping[str, str]) -> str:
    """Where the text is that an address leads to: itself, where no rule knows better."""
    if _PAPERS.fullmatch(address):
        return endpoints["huggingface_papers"]
    for pattern, there in _RULES:
        if match := pattern.fullmatch(address):
            return match.expand(there)
    return address


def default_name(address: str, title: str) -> str:
    """What to call a source: its own short title, else its host, or the last part of its path."""
    title = " ".join(title.split())
    if 0 < len(title) <= _LONGEST:
        return title
    if is_address(address):
        host = read_address(address).netloc.removeprefix("www.")
        return host if not title else title[: _LONGEST - 1].rstrip() + "…"
    return address.rstrip("/").rpartition("/")[2] or address


_LONGEST = 40


def quoted(name: str) -> str:
    """A part of an address."""
    return quote(name, safe="")
