"""Which paper an address or a title names: arXiv id, DOI, normalised URL, normalised title, and the key made of them.

The same paper must get the same key from every digest, so everything here is pure and forgiving: an address that
cannot be understood is only ever left as it is, never an error. A key names one paper for certain, or it is the
text's own; `former_key` tells which one the rules before that gave, for marks still hang on those.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote, urlsplit

from tui_digest.identity.certainty import address_is_certain, title_is_certain
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEW_ID = r"(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
_OLD_ID = r"(?P<old>[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2})?/\d{7})"
_ID = rf"(?:{_NEW_ID}|{_OLD_ID})(?:v(?P<version>\d{{1,3}}))?"
_ENDS = r"(?:\.pdf)?/?(?:[?#].*)?$"

_ARXIV_PAGE = regex(
    r"^(?:https?://)?(?:"
    r"(?:arxiv|[a-z]+\.arxiv)\.org/(?:abs|pdf|html|format|ps|src|e-print)/(?:arxiv:)?"
    r"|(?:www\.)?ar5iv\.(?:labs\.arxiv\.)?org/(?:abs/|html/|pdf/)?"
    r"|(?:www\.)?alphaxiv\.org/(?:abs|pdf|html|overview)/"
    r"|(?:www\.)?(?:huggingface\.co|hf\.co)/papers/"
    r"|(?:dx\.|www\.)?doi\.org/10\.48550/arxiv\."
    rf"){_ID}(?:\.pdf)?/?(?:[?#&%\\].*)?$",  # whatever a converter hung on it: the id is whole
    re.IGNORECASE,
)
_USUAL_PAGE = regex(r"https?://arxiv\.org/(?:abs|pdf)/(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v(\d{1,3}))?\Z")
"""Of those the usual ones, which are told in half the time."""
_ARXIV_NAME = regex(rf"^(?:arxiv\s*:\s*|10\.48550/arxiv\.)?{_ID}{_ENDS}", re.IGNORECASE)
_ARXIV_DOI = regex(rf"10\.48550/arxiv\.{_ID}", re.IGNORECASE)
_ARXIV_STAMP = regex(
    rf"^arxiv\s*:\s*{_ID}(?:\s*\[[^\[\]]{{2,60}}\])?(?:\s+\d{{1,2}}\s+[a-z]{{3,9}}\.?\s+(?:19|20)\d{{2}})?$",
    re.IGNORECASE,
)
"""As it stands on the margin of a paper's first page: `arXiv:2401.00016v2 [cs.LG] 5 Jan 2024`."""

_DOI = regex(
    r"^(?:doi\s*:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/|https?://[^/\s]+/(?:[^?#\s]*/)?(?=10\.))?"
    r"(?P<doi>10\.\d{4,9}(?:/|%2f)(?:[^\s?#]|(?<=;\d-)#$)+)",  # the last sign of a SICI may be #
    re.IGNORECASE,
)
_WRAPPED = {"(": ")", "[": "]", "<": ">", "（": "）", "【": "】", "〈": "〉", "「": "」"}
_SCHEME = regex(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_OWN_PORT = regex(r"(^https://[^/\s?#:]+):443(?![^/?#])|(^http://[^/\s?#:]+):80(?![^/?#])", re.IGNORECASE)
"""The port that a scheme has anyway: https://arxiv.org:443/ is https://arxiv.org/."""
_TRACKING = regex(r"^(?:utm_[^=]*|fbclid|gclid|mc_cid|mc_eid)(?:=|$)", re.IGNORECASE)
_SHARED_POST = regex(r"^[st](?:=|$)")
_PUNCTUATION = regex(r"[\W_]+")
_FOLDED = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))
"""By ASCII letter what it is in a normalised title; as bytes such titles take a quarter of the time."""
_MARKS_POSSIBLE = regex(r"[^\w\x00-\x7f]")
_SUBJECT_CLASS = regex(r"\.[A-Za-z]{2}/")


@lru_cache(maxsize=1024)  # of one entry it is asked for its key, its links, its address and its abstract
def arxiv_id(text_or_url: str) -> tuple[str, int | None] | None:
    """The arXiv id that an address, `arXiv:ID`, a bare id or a DOI of arXiv's own names, and its version; None for
    anything else."""
    if usual := _USUAL_PAGE.match(text_or_url):
        return usual[1], int(usual[2]) if usual[2] else None
    text = text_or_url.strip()
    if text.count(":") > 1:
        text = _without_own_port(text)
    if len(text) > 400:
        return None
    match = _ARXIV_PAGE.match(text) or _ARXIV_NAME.match(text) or _ARXIV_STAMP.match(text)
    if match is None and "48550" in text:
        match = _ARXIV_DOI.fullmatch(doi(text) or "")
    if match is None:
        return None
    version = match["version"]
    paper: str = match["new"] or _old_style(match["old"])
    return paper, int(version) if version else None


def _without_own_port(url: str) -> str:
    return _OWN_PORT.sub(r"\1\2", url, count=1) if ":443" in url or ":80" in url else url


def _old_style(paper: str) -> str:
    """An old id in arXiv's own spelling: archive in small letters, subject class in capitals."""
    archive, number = paper.split("/")
    name, _, subject = archive.partition(".")
    return f"{name.lower()}.{subject.upper()}/{number}" if subject else f"{name.lower()}/{number}"


def doi(url: str) -> str | None:
    """The DOI, in small letters, of `doi:10.…`, a doi.org address or a publisher's address that holds one."""
    match = _DOI.match(_without_own_port(url.strip())) if "10." in url else None
    if match is None:
        return None
    written = match["doi"]
    name = unquote(written)
    if not name.isprintable() or "\ufffd" in name or any(map(str.isspace, name)):
        name = written  # what is written so is no letter of a name, and might be a command to a terminal
    while name[-1] in ".,;/>)]" and not _opened(name):
        name = name[:-1]
    return name.lower().removesuffix(".pdf")


def _opened(name: str) -> bool:
    """Whether the bracket that ends a name was opened in it, and so is part of it."""
    opening = {")": "(", "]": "[", ">": "<"}.get(name[-1])
    return opening is not None and name.count(opening) >= name.count(name[-1])


def without_brackets(text: str) -> str:
    """A line without the brackets that stand around all of it."""
    text = text.strip()
    while len(text) > 2 and _WRAPPED.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    return text


def normalise_url(url: str) -> str:
    """One spelling for all addresses of a page: https, small-letter host without `www.`, no trailing slash, no
    fragment, no tracking parameters."""
    text = "".join(url.split())  # no address holds white space; taken off at the ends only, more would come to light
    if not _SCHEME.match(text):
        text = "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return text
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.")
    if host == "x.com":
        host = "twitter.com"
    if port is not None and port not in (80, 443):
        host += f":{port}"
    scheme = "https" if parts.scheme in ("http", "https") else parts.scheme
    kept = [part for part in parts.query.split("&") if part and not _TRACKING.match(part)]
    if host == "twitter.com":
        kept = [part for part in kept if not _SHARED_POST.match(part)]
    return f"{scheme}://{host}{parts.path.rstrip('/')}" + ("?" + "&".join(kept) if kept else "")


def normalise_title(title: str) -> str:
    """A title with case, spacing and punctuation folded; a title of nothing but punctuation keeps it."""
    if title.isascii():  # as nearly all are
        return b" ".join(title.encode().translate(_FOLDED).split()).decode() or " ".join(title.lower().split())
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", title).casefold())
    if _MARKS_POSSIBLE.search(folded):
        # \W also matches combining marks, which are part of a word in many scripts.
        folded_words = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
        words = " ".join(folded_words.split())
    else:
        words = _PUNCTUATION.sub(" ", folded).strip()
    return words or " ".join(folded.split())


def paper_key(url: str | None, title: str | None, fallback: str) -> str:
    """The paper's key: `arxiv:ID`, else `doi:…`, else `url:…`, else `title:…`; where none of them names one paper for
    certain (`certainty`), the fallback as it is."""
    if url:
        paper = arxiv_id(url)
        if paper is not None:
            return arxiv_key(paper[0])
        if registered := doi(url):
            return f"doi:{registered}"
        if address_is_certain(url):
            return f"url:{normalise_url(url)}"
    if title and title_is_certain(folded := normalise_title(title)):
        return f"title:{folded}"
    return fallback


def arxiv_key(paper: str) -> str:
    """The key of the arXiv paper of an id without version. `math.GT/0309136` and `math/0309136` are one paper, so the
    subject class stays out of the key."""
    return "arxiv:" + (_SUBJECT_CLASS.sub("/", paper) if "/" in paper else paper)


def text_key(text: str) -> str:
    """The key of a text that names no paper, by its words: the same however it is spaced. In a library it gets the
    text's place behind it (`placed`)."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return f"text:{_hash(words, 16)}"


def own_text(
    title: str | None,
    url: str | None,
    authors: Iterable[str],
    abstract: str | None,
    commentary: str | None,
    tags: Iterable[str],
) -> str:
    """The text that an entry's own key (`text_key`) is made of where title and URL do not name it."""
    return "\n".join([each for each in (title, url, *authors, abstract, commentary, *tags) if each])


def placed(key: str, place: str) -> str:
    """A text's key with the place of its source, so that equal texts in two sources are two; any other key as it is."""
    return f"{key}.{place}" if key.startswith("text:") and "." not in key else key


def unplaced(key: str) -> str:
    """A text's key without its place; any other key as it is."""
    return key.partition(".")[0] if key.startswith("text:") else key


def place_of(name: str) -> str:
    """What stands for a source in the keys of its texts: of its name, which outlives a move to another folder."""
    return _hash(unicodedata.normalize("NFC", name), 8)


def former_key(key: str, url: str | None, title: str | None) -> str | None:
    """The key that an entry of this key, URL and title had by the earlier rules, which took every address and every
    title for the name of a paper; None where it was the same."""
    kind, _, name = key.partition(":")
    if kind == "doi":
        former = "doi:" + re.split(r"[?#]", name, maxsplit=1)[0].rstrip(".,;)/").removesuffix(".pdf")
    elif kind not in ("url", "title", "text"):
        return None
    elif url:
        former = f"url:{normalise_url(url)}"
    elif title and (folded := normalise_title(title)):
        former = f"title:{folded}"
    else:
        former = unplaced(key)
    return former if former != key else None


def may_be_former(key: str) -> bool:
    """Whether this is a key that only the earlier rules can have given."""
    kind, _, name = key.partition(":")
    if kind == "url":
        return not address_is_certain(name)
    if kind == "title":
        return not title_is_certain(name)
    if kind == "doi":
        return not all(name.count(opening) == name.count(closing) for opening, closing in ("()", "[]", "<>"))
    return kind == "text" and "." not in name


def current_key(key: str, url: str | None, title: str | None, links: Iterable[str], place: str, text: str) -> str:
    """The key that an entry stored by earlier rules has by today's. `text` is what its own key (`text_key`) is made of
    where it names no paper."""
    kind = key.partition(":")[0]
    if kind == "doi":
        named = (f"doi:{name}" for each in (url, *links) if each and (name := doi(each)))
        return next((each for each in named if former_key(each, None, None) == key), key)
    if kind in ("url", "title") and may_be_former(key):
        return placed(paper_key(None, title, text_key(text)), place)
    return placed(key, place)


def _hash(text: str, digits: int) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:digits]


def abstract_link(paper: str) -> str:
    """The address of an arXiv paper's abstract page, always its newest version."""
    return f"https://arxiv.org/abs/{paper}"


def pdf_link(paper: str) -> str:
    """The address of an arXiv paper's PDF, always its newest version."""
    return f"https://arxiv.org/pdf/{paper}"


def title_search_link(title: str) -> str:
    """The address of an arXiv search for papers with this title."""
    return f"https://arxiv.org/search/?query={quote_plus(' '.join(title.split()))}&searchtype=title"
