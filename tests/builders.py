"""Makes entries, digests and sources in one line, and a stand-in for the parsers that reads what `text_of` writes."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tui_digest.errors import SourceError
from tui_digest.identity import normalise_title, paper_key
from tui_digest.models import Entry, Link, ParsedDigest, Source
from tui_digest.paths import Paths, locate
from tui_digest.query import Asked, read
from tui_digest.sources import intake, read_sources
from tui_digest.sources.folders import FolderContents
from tui_digest.store.importing import Incoming
from tui_digest.store.seal import sealed

WEEK_30 = date(2023, 7, 23)
"""The Sunday that opens the seven days whose middle lies in 2023-W30."""


def entry(
    title: str | None = "A paper",
    *,
    arxiv: str | None = None,
    url: str | None = None,
    tags: Sequence[str] = (),
    authors: Sequence[str] = (),
    links: Sequence[tuple[str, str | None]] = (),
    commentary: str | None = None,
    abstract: str | None = None,
    votes: int | None = None,
    version: int | None = None,
    lines: tuple[int, int] = (1, 1),
    fallback: str | None = None,
    key: str | None = None,
) -> Entry:
    """An entry with the key that the parsers would give it; a title is a key here, however common it is."""
    if arxiv is not None and url is None:
        url = f"https://arxiv.org/abs/{arxiv}"
    return Entry(
        key=key or paper_key(url, title, f"title:{normalise_title(title)}" if title else f"file:{fallback or 'note'}"),
        title=title,
        authors=tuple(authors),
        url=url,
        arxiv_id=arxiv,
        version=version,
        links=tuple(Link(address, label) for address, label in links),
        tags=tuple(tags),
        abstract=abstract,
        commentary=commentary,
        votes=votes,
        start_line=lines[0],
        end_line=lines[1],
        fallback_title=fallback,
    )


def digest(
    *entries: Entry,
    start: date | str | None = WEEK_30,
    end: date | str | None = None,
    days: int = 7,
    title: str = "2023년 7월 5주차",
    shape: str = "weekly-text",
) -> ParsedDigest:
    """A digest of these entries, of a week unless told otherwise; `start=None` makes an undated one."""
    first = date.fromisoformat(start) if isinstance(start, str) else start
    last = date.fromisoformat(end) if isinstance(end, str) else end
    if first is not None and last is None:
        last = date.fromordinal(first.toordinal() + days - 1)
    return ParsedDigest(title=title, shape=shape, start=first, end=last, entries=tuple(entries))


def incoming(path: str, parsed: ParsedDigest) -> Incoming:
    """The digest as a source that was just read from `path`."""
    return Incoming(path, hashlib.sha256(text_of(parsed).encode()).hexdigest(), parsed)


def home(root: Path) -> Paths:
    """The paths of a home below `root`."""
    return locate({"TUI_DIGEST_HOME": str(root / "home")})


def stored(content: Any) -> bytes:
    """What a file of ours holds, as its bytes with their checksum: the tables of the library, or plain fields."""
    meta = content.get("_meta")
    if meta is None:
        fields = {name: value for name, value in content.items() if name != "check"}
        return sealed(_compact(fields))
    tables = {name: table for name, table in content.items() if name != "_meta"}
    return sealed(_compact(tables | {"_meta": {"1": {"schema_version": meta["1"]["schema_version"]}}}), 3)


def _compact(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def text_of(parsed: ParsedDigest) -> str:
    """The digest as the text that `plain_parsing` reads back."""
    entries = [{name: getattr(each, name) for name in Entry._fields} for each in parsed.entries]
    for fields in entries:
        fields["links"] = [[link.url, link.label] for link in fields["links"]]
    head = {"title": parsed.title, "shape": parsed.shape, "start": _iso(parsed.start), "end": _iso(parsed.end)}
    return json.dumps(head | {"entries": entries}, ensure_ascii=False, default=str)


def put(path: Path, parsed: ParsedDigest) -> Path:
    """Writes the digest as a source file for `plain_parsing`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(parsed), "utf-8")
    return path


def plain_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a parser of `text_of` in the place of the real ones, so that a test says exactly what is read."""
    module: Any = types.ModuleType("tui_digest.parsing")
    module.find_sources = lambda path: FolderContents(tuple(sorted(path.rglob("*.txt"))) if path.is_dir() else (path,))
    module.read_source = _read_source
    module.source_from_bytes = _source_from_bytes
    module.parse_all = lambda source: (_parse(source),)
    module.pieces_of = lambda source, shapes: _Pieces(_parse(source))
    module.hold_papers = lambda name, digests: True
    monkeypatch.setattr(intake, "parsing", module)
    monkeypatch.setattr(intake, "folders", module)
    for name in ("parsing", "decoding", "folders"):
        monkeypatch.setattr(read_sources, name, module)


class _Pieces:
    """Lines that say their number; of what is read in some of them, text and key say where they begin."""

    def __init__(self, parsed: ParsedDigest) -> None:
        self._parsed = parsed

    def lines(self, first: int, last: int) -> list[tuple[int, str]]:
        return [(number, f"line {number}") for number in range(first, last + 1)]

    def papers(self, first: int, last: int) -> list[Entry]:
        told = (self._parsed.entries[0].commentary or "").partition(" ")[0]
        return [entry(f"{self._parsed.title} line {first}", commentary=f"{told} piece", lines=(first, last))]


def _read_source(path: Path) -> Source:
    try:
        return _source_from_bytes(path.read_bytes(), str(path))
    except OSError as error:
        raise SourceError("source.vanished", path=path) from error


def _source_from_bytes(data: bytes, path: str) -> Source:
    return Source(path, data.decode("utf-8"), hashlib.sha256(data).hexdigest())


def _parse(source: Source, name_hint: str | None = None) -> ParsedDigest:
    fields = json.loads(source.text)
    entries = []
    for each in fields.pop("entries"):
        each["links"] = tuple(Link(*link) for link in each["links"])
        each["authors"], each["tags"] = tuple(each["authors"]), tuple(each["tags"])
        entries.append(Entry(**each))
    start, end = (None if day is None else date.fromisoformat(day) for day in (fields["start"], fields["end"]))
    return ParsedDigest(fields["title"], fields["shape"], start, end, tuple(entries))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def asked(text: str) -> Asked:
    """A query, as the box and `--filter` read it."""
    return read(text, today=date(2023, 8, 1))


@contextmanager
def another_machine(paths: Paths) -> Iterator[None]:
    """Inside, what is done in a home that is opened now is done by another machine."""
    own = {path: path.read_bytes() for path in paths.data.glob("machine*")}
    for path in own:
        path.unlink()
    yield
    for path in paths.data.glob("machine*"):
        path.unlink()
    for path, data in own.items():
        path.write_bytes(data)
