"""URLs in digests: lines of nothing else, links in prose, Markdown links, and redirects (of social networks, search
engines), which are followed to the target in their parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from tui_digest.identity import abstract_link, arxiv_id, doi, without_brackets
from tui_digest.models import Link
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Addresses of papers are known without their scheme too; other bare host names are prose.
_BARE_PAPER = r"(?<![\w./@:-])(?:www\.|export\.)?(?:arxiv\.org/(?:abs|pdf|html)|ar5iv\.org|alphaxiv\.org/abs)/"
_SIGNS = r"[^\s<>\"`\\^|]"
# The DOIs that publishers made of SICIs hold `<1661::AID-SIM968>`; other angle brackets stand around an address.
_BARE = rf"(?:https?://|{_BARE_PAPER}){_SIGNS}{{1,2000}}(?:<\d+:[^\s<>]{{1,60}}>{_SIGNS}{{1,200}})?"
_MARKDOWN = (
    r"!?\[(?P<label>[^\[\]\n]*)\]\(\s*<?(?P<target>(?:https?://|(?:www\.)?arxiv\.org/)"
    r"(?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_NAMED = (
    r"(?<![\w/`])arxiv\s?[:：]\s?"
    r"(?P<named>(?:\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})(?:v\d+)?)(?![\w./])"
)
_LINK = regex(rf"{_MARKDOWN}|{_BARE}|{_NAMED}", re.IGNORECASE)

_CLOSING_MARK = regex(r"[。，、）」』】》〉”’“‘…]")
# A Korean particle written on to an address is no part of it; a Korean path segment follows a slash, `=` or `_`.
_PARTICLE = regex(r"(?<=[0-9A-Za-z)])[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_HOST = regex(r"^https?://[^/?#\s]*\w", re.IGNORECASE)
_NAMED_PAPER = regex(r"^arxiv\s*:", re.IGNORECASE)
_BETWEEN = regex(r"[\s,，;|<>.]*")
_BULLET = regex(r"\s*[-*•·]\s+")
_SCHEMES = ("http://", "https://")
_LINK_LABEL = regex(r"\s*(?:[-*•·]\s+)?(?:links?|url|paper|논문|링크|원문|주소)\s*[:：]\s*", re.IGNORECASE)
_AFTER_URL = regex(r"^[\s:：\-–—|]*")
_LEADING = regex(r"[\s,，;|<>.\[!*•·-]*(?:https?:|www\.|export\.|(?:ar|alpha)xiv|ar5iv)", re.IGNORECASE)
# Nearly all URL lines are such an address, of which nothing can be trimmed: no search is needed.
_PLAIN_URL = regex(r"https?://[\w-]++(?:\.[\w-]++)++/[\w./%~+@:=&#-]*[\w/]$", re.ASCII)
_ABBREVIATED = "/.../"
_CLOSES = {"(": ")", "[": "]", "{": "}"}

_REDIRECTS = {
    "l.facebook.com": "u",
    "lm.facebook.com": "u",
    "l.instagram.com": "u",
    "l.threads.com": "u",
    "www.google.com": "q",
    "google.com": "q",
    "www.youtube.com": "q",
    "www.linkedin.com": "url",
    "slack-redir.net": "url",
    "duckduckgo.com": "uddg",
    "vk.com": "to",
}
_REDIRECT_HOST = regex(r"(?:.+\.safelinks\.protection\.outlook\.com|scholar\.google(?:\.[a-z]{2,3}){1,2})$")
"""Others that carry the target in `url`: what Outlook makes of every link in a mail, and alerts of Google Scholar."""
_REDIRECT_PATHS = frozenset(
    ("/l.php", "/", "/url", "/redirect", "/redir/redirect", "/link", "/l/", "/away.php", "/scholar_url")
)
_MAY_REDIRECT = regex("facebook|instagram|threads|google|youtube|linkedin|slack|duckduckgo|vk[.]com|safelinks")
_WRAPPED = regex(
    r"https?://(?:urldefense\.(?:com|proofpoint\.com)/v3/__(?P<defended>https?:.+?)__;"
    r"|[\w.-]+/CL0/(?P<counted>https?:[^/\s]+)/\d+/)",
    re.IGNORECASE,
)
"""Addresses with the target in their path: of mail filters, and of newsletters that count clicks."""
_PAPER_HOSTS = (
    "aclanthology.org",
    "aclweb.org",
    "openreview.net",
    "proceedings.mlr.press",
    "jmlr.org",
    "papers.nips.cc",
    "papers.neurips.cc",
    "proceedings.neurips.cc",
    "openaccess.thecvf.com",
    "ieeexplore.ieee.org",
    "dl.acm.org",
    "link.springer.com",
    "sciencedirect.com",
    "nature.com",
    "science.org",
    "biorxiv.org",
    "medrxiv.org",
    "chemrxiv.org",
    "semanticscholar.org",
    "ojs.aaai.org",
    "ijcai.org",
    "eprint.iacr.org",
    "usenix.org",
    "isca-archive.org",
    "isca-speech.org",
    "ecva.net",
    "pnas.org",
    "journals.aps.org",
    "iopscience.iop.org",
    "onlinelibrary.wiley.com",
    "tandfonline.com",
    "mdpi.com",
    "frontiersin.org",
    "plos.org",
    "ssrn.com",
    "hal.science",
    "dblp.org",
    "inspirehep.net",
    "ui.adsabs.harvard.edu",
    "pubmed.ncbi.nlm.nih.gov",
    "ncbi.nlm.nih.gov",
    "paperswithcode.com",
    "roboticsproceedings.org",
    "transacl.org",
    "direct.mit.edu",
    "dbpia.co.kr",
    "kci.go.kr",
    "jstage.jst.go.jp",
    "cnki.net",
    "distill.pub",
)
_POST_HOSTS = (
    "twitter.com",
    "x.com",
    "mobile.twitter.com",
    "facebook.com",
    "threads.net",
    "threads.com",
    "linkedin.com",
    "bsky.app",
    "mastodon.social",
    "sigmoid.social",
    "t.co",
)


_KEPT_LINE = 2_000
"""Characters of the longest line whose links are kept."""


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link and where in its line it stands."""

    link: Link
    start: int
    end: int


def links_in(line: str) -> list[Link]:
    """The links of a line, in order."""
    return [found.link for found in find_links(line)]


def may_link(line: str) -> bool:
    """Whether a line can hold a link at all: a quick test, which most lines fail. One sign of each mark is sought
    first, for that is done in no time."""
    if ":" in line and "://" in line:
        return True
    if "X" in line and ("rXiv" in line or "RXIV" in line):
        return True
    return ("x" in line and "rxiv" in line) or ("5" in line and "ar5iv" in line)


def find_links(line: str) -> Iterator[PlacedLink]:
    """The links of a line, in order, without surrounding punctuation, redirects followed."""
    if not may_link(line):
        return iter(())
    return iter(_links_of(line)) if len(line) <= _KEPT_LINE else _found_links(line)


@lru_cache(maxsize=1024)  # several shapes look at each line of a text, and ask what it links to
def _links_of(line: str) -> tuple[PlacedLink, ...]:
    return tuple(_found_links(line))


def _found_links(line: str) -> Iterator[PlacedLink]:
    position = 0
    while match := _LINK.search(line, position):
        target = match["target"]
        if named := match["named"]:
            if paper := arxiv_id(f"arXiv:{named}"):
                version = f"v{paper[1]}" if paper[1] else ""
                yield PlacedLink(Link(abstract_link(paper[0]) + version), match.start(), match.end())
            position = match.end()
            continue
        url = _trimmed(target or match[0])
        if url is None:
            position = match.end()
            continue
        end = match.end() if target else match.start() + len(url)
        label = (match["label"] or "").strip()
        named = label if label and not _is_address(label) else None
        yield PlacedLink(Link(follow_redirect(url), named), match.start(), end)
        position = max(end, match.start() + 1)


def _is_address(label: str) -> bool:
    return may_link(label) and any(mark in label for mark in "/:.")


def _trimmed(url: str) -> str | None:
    """The address without punctuation and Korean particles that follow it in prose; a bracket that it opens itself is
    part of it."""
    if not url.isascii():
        host = url.find("://") + 3
        path = max(url.find("/", host), host)  # a host's own name may be Korean
        if match := _CLOSING_MARK.search(url, host):
            url = url[: match.start()]
        if match := _PARTICLE.search(url, path):
            url = url[: match.start()]
    url = _balanced(url)
    if _ABBREVIATED in url and url.endswith("..."):
        return url  # as a social network writes it; the dots are all there is of the rest
    while url and url[-1] in ".,;:!?'*~":
        url = _balanced(url[:-1])
    if "://" in url:
        return url if _HOST.match(url) else None
    return url if arxiv_id(url) else None


def _balanced(url: str) -> str:
    """The address up to the first bracket that it closes and never opened."""
    if ")" not in url and "]" not in url and "}" not in url:
        return url
    depth = dict.fromkeys(_CLOSES.values(), 0)
    for index, char in enumerate(url):
        if char in _CLOSES:
            depth[_CLOSES[char]] += 1
        elif char in depth:
            depth[char] -= 1
            if depth[char] < 0:
                return url[:index]
    return url


def follow_redirect(url: str) -> str:
    """The target of a redirect (of social networks, search engines, mail programs) that carries it in itself."""
    if (("_" in url and "__" in url) or ("C" in url and "/CL0/" in url)) and (wrapped := _WRAPPED.match(url)):
        target = unquote(wrapped["defended"] or wrapped["counted"])
        return target if _is_whole(target) else url
    if "?" not in url or not _MAY_REDIRECT.search(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.hostname or ""  # without a port, in small letters
    name = _REDIRECTS.get(host) or ("url" if _REDIRECT_HOST.match(host) else None)
    if name is None or parts.path not in _REDIRECT_PATHS:
        return url
    query = parse_qs(parts.query)
    target = (query.get(name) or query.get("url") or [""])[0]
    return target if _is_whole(target) else url


def _is_whole(target: str) -> bool:
    return _HOST.match(target) is not None and not re.search(r"\s", target)


def url_line(line: str) -> list[str] | None:
    """The URLs of a line that holds nothing else; None for any other line."""
    return _urls_of(line) if may_link(line) else None


def _urls_of(line: str) -> list[str] | None:
    """The same of a line that may hold a link."""
    if _PLAIN_URL.match(line):
        return [follow_redirect(line)]
    bare = without_brackets(line)
    if bare[:1] != line[:1] and (names := url_line(bare)) and is_paper(names[0]):
        return names
    if not _LEADING.match(line):
        return None
    urls, position = [], 0
    for found in find_links(line):
        if found.link.label is not None or not _BETWEEN.fullmatch(line, position, found.start):
            return None
        urls.append(found.link.url)
        position = found.end
    if urls:
        return urls if _BETWEEN.fullmatch(line, position) else None
    named = arxiv_id(line) if _NAMED_PAPER.match(line.strip()) else None
    return [abstract_link(named[0]) + (f"v{named[1]}" if named[1] else "")] if named else None


def bulleted_urls(line: str) -> list[str] | None:
    """The URLs of a URL line, which may have a bullet before it; None for any other line."""
    if not may_link(line):
        return None
    bullet = None if line.startswith(_SCHEMES) else _BULLET.match(line)
    return url_line(line[bullet.end() :]) if bullet else _urls_of(line)


def told_urls(line: str) -> list[str] | None:
    """The same for a line below a title, where `Link:` may stand before the URLs."""
    if not may_link(line):
        return None
    if line.startswith(_SCHEMES):
        return _urls_of(line)
    label = _LINK_LABEL.match(line)
    return bulleted_urls(line[label.end() :] if label else line)


def leading_url(line: str) -> tuple[str, str] | None:
    """The URL that begins a line, a bullet before it or not, and the words behind; None for any other line."""
    if not may_link(line) or not _LEADING.match(line):
        return None
    bullet = _BULLET.match(line)
    text = (line[bullet.end() :] if bullet else line).strip()
    found = next(find_links(text), None)
    if found is None or found.start > 0 or found.link.label is not None or found.end == len(text):
        return None
    return found.link.url, _AFTER_URL.sub("", text[found.end :], count=1)


def is_paper(url: str) -> bool:
    """Whether an address names a paper: arXiv or a DOI."""
    return arxiv_id(url) is not None or doi(url) is not None


def is_paper_page(url: str) -> bool:
    """Whether an address leads to a paper: it names one, is of a publisher or an archive, or ends in `.pdf`."""
    if is_paper(url) or url.partition("#")[0].partition("?")[0].lower().endswith(".pdf"):
        return True
    host = host_of(url)
    return any(host == known or host.endswith("." + known) for known in _PAPER_HOSTS)


def is_post(url: str) -> bool:
    """Whether an address is a post in a social network."""
    return host_of(url) in _POST_HOSTS


def host_of(url: str) -> str:
    """The address's host without `www.`; empty where it has none."""
    try:
        return (urlsplit(url if "://" in url else f"https://{url}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
