"""arXiv's API: the metadata of up to `BATCH` papers, by their ids, or of `TITLES` by their titles, in one request.

Its answer is Atom. It is read by the standard library's expat, which refuses document types here; fields that are
missing stay None, and those that are there are cleaned and cut to a greatest length.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.parsers import expat

from tui_digest.errors import SourceError
from tui_digest.identity import arxiv_id, arxiv_key, doi
from tui_digest.models import Learned
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui_digest.sources.web.client import Web

BATCH = 100
"""The most papers in one request."""
TITLES = 10
"""The most titles in one request."""
_FOUND = 5
"""The most papers that are asked for of a title: others may have its words among theirs."""
_LIMIT = 8_000_000
_MOST = {"title": 2_000, "name": 300, "summary": 20_000, "comment": 2_000, "journal_ref": 1_000, "doi": 300}
"""The most characters that are kept of a field."""
_MOST_AUTHORS = 5_000
_DEEPEST = 20
_FIRST_DAY = date(1991, 1, 1)


def ask(web: Web, ids: Sequence[str], today: date, cancelled: Callable[[], bool]) -> dict[str, Learned]:
    """The metadata of papers, by their key, for at most `BATCH` arXiv ids. A paper that arXiv does not know gets a
    `Learned` with the day alone. Raises SourceError: those of `Web.get`, and `arxiv.malformed`."""
    known = _asked(web, {"id_list": ",".join(ids), "start": 0, "max_results": len(ids)}, today, cancelled)
    asked = {arxiv_key(each) for each in ids}
    return dict.fromkeys(asked, Learned(today.isoformat())) | {key: each for key, each in known.items() if key in asked}


def ask_titles(web: Web, titles: Sequence[str], today: date, cancelled: Callable[[], bool]) -> dict[str, Learned]:
    """The metadata of papers, by their key, in whose titles the words of one of these stand in a row; at most `TITLES`
    titles, as `identity.normalise_title` folds them. Raises as `ask` does."""
    query = " OR ".join(f'ti:"{title}"' for title in titles)
    return _asked(web, {"search_query": query, "start": 0, "max_results": _FOUND * len(titles)}, today, cancelled)


def _asked(web: Web, query: Mapping[str, object], today: date, cancelled: Callable[[], bool]) -> dict[str, Learned]:
    address = web.endpoints["arxiv_api"]
    url = f"{address}{'&' if '?' in address else '?'}{urlencode(query, safe=',/')}"
    answer = web.get(url, limit=_LIMIT, user_named=True, cancelled=cancelled, accept="application/atom+xml")
    return read_answer(answer.body, today)


def read_answer(body: bytes, today: date) -> dict[str, Learned]:
    """The metadata in an answer, by the papers' keys. Raises `arxiv.malformed` where it is not an Atom feed."""
    reader = _AtomReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise SourceError("arxiv.malformed") from error
    if not reader.is_feed:
        raise SourceError("arxiv.malformed")
    found = (_learned(fields, today) for fields in reader.entries)
    return {each[0]: each[1] for each in found if each is not None}


def _refuse(*_: object) -> None:
    raise ValueError("a document type")


class _AtomReader:
    """Collects the fields of the entries while the parser goes over the answer."""

    def __init__(self) -> None:
        self.entries: list[dict[str, list[str]]] = []
        self.is_feed = False
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise ValueError("too deep")
        self._text.clear()
        if self._path == ["feed"]:
            self.is_feed = True
        if self._path == ["feed", "entry"]:
            self.entries.append({})
        elif name in ("category", "primary_category") and self._path[:2] == ["feed", "entry"]:
            self._add(name, attributes.get("term", ""))

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, _: str) -> None:
        name, inside = self._path.pop(), self._path[:2] == ["feed", "entry"]
        if inside and (len(self._path) == 2 or (name == "name" and self._path[2:] == ["author"])):
            self._add(name, "".join(self._text))
        self._text.clear()

    def _add(self, name: str, text: str) -> None:
        values = self.entries[-1].setdefault(name, [])
        if len(values) < _MOST_AUTHORS:
            values.append(clean(text).strip()[: _MOST.get(name, 300)])


def _learned(fields: dict[str, list[str]], today: date) -> tuple[str, Learned] | None:
    """The key and metadata of one entry of an answer; None where it names no paper: arXiv reports errors so."""

    def first(name: str) -> str | None:
        return " ".join(fields.get(name, [""])[0].split()) or None

    paper = arxiv_id((fields.get("id") or [""])[0].strip())
    title = first("title")
    if paper is None or title is None:
        return None
    categories = dict.fromkeys([*fields.get("primary_category", ()), *fields.get("category", ())])
    registered = doi((first("doi") or "").partition(" ")[0])
    learned = Learned(
        asked=today.isoformat(),
        title=title,
        authors=tuple(name for each in fields.get("name", ()) if (name := " ".join(each.split()))),
        abstract=_paragraphs((fields.get("summary") or [""])[0]) or None,
        categories=tuple(" ".join(each.split()) for each in categories if each.strip()),
        published=_day(first("published"), today),
        updated=_day(first("updated"), today),
        version=paper[1],
        doi=registered,
        venue=first("journal_ref"),
        comment=first("comment"),
    )
    return arxiv_key(paper[0]), learned


def _day(text: str | None, today: date) -> str | None:
    """The ISO date of a timestamp; None where it is none, or before arXiv's first year, or after tomorrow."""
    try:
        found = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return found.isoformat() if _FIRST_DAY <= found <= today + timedelta(days=1) else None


def _paragraphs(text: str) -> str:
    """An abstract with one line for each paragraph: its hard line breaks go, an indented line begins a paragraph."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        words = " ".join(line.split())
        if words and (not lines or line.startswith("  ")):
            lines.append(words)
        elif words:
            lines[-1] += f" {words}"
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(line for line in lines if line)
