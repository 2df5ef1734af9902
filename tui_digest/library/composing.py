"""Composes a digest of the user's own, and checks that reading it gives the same papers again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.export.own_digest import FORMS, SharedPaper, labelled, shared_paper
from tui_digest.export.papers import papers, shown_papers
from tui_digest.identity import paper_key
from tui_digest.parsing import parse_all
from tui_digest.parsing.decoding import source_from_bytes

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.models import Digest, Entry, Mark, ParsedDigest, Sighting


class ComposedDigest(NamedTuple):
    """A digest as text, and what of it would not be read again unchanged."""

    text: str
    papers: int
    otherwise: tuple[str, ...]
    """The titles of papers that are not read again unchanged."""
    dated: bool
    """Whether its days are read again from its title."""


_WEEK_ROW = re.compile(r"\d{4}년 \d{1,2}월 \d주차")


def compose(
    sightings: Iterable[Sighting],
    mark_of: Callable[[str], Mark],
    form: str,
    tr: Translator,
    *,
    week: str | None = None,
    left_out: Collection[str] = (),
) -> ComposedDigest:
    """The papers as a digest in one of `FORMS`, under the days of `week`, else of their digests."""
    given = [*sightings]
    shared = [shared_paper(paper, mark) for paper, mark in shown_papers(papers(given), mark_of, left_out)]
    days = _days([sighting.digest for sighting in given], week)
    best: ComposedDigest | None = None
    for title in _titles(days, tr, {sighting.digest.title for sighting in given}):
        composed = _composed(title, shared, form, days, tr("body.note"))
        if composed.dated and not composed.otherwise:
            return composed
        if best is None or (composed.dated, -len(composed.otherwise)) > (best.dated, -len(best.otherwise)):
            best = composed
    assert best is not None
    return best


def _composed(
    title: str, shared: Sequence[SharedPaper], form: str, days: tuple[date, date] | None, note: str
) -> ComposedDigest:
    """The text under this title; papers that would not come back from it are guarded. `note` is what notes are
    called."""
    write = FORMS[form]
    text = write(title, shared, note, ())
    missed = _missed(text, shared, form, note)
    if missed:
        guarded = write(title, shared, note, missed)
        missed_guarded = _missed(guarded, shared, form, note)
        if len(missed_guarded) < len(missed):
            text, missed = guarded, missed_guarded
    read = _read(text, form)
    dated = days is None or bool(read and (read[0].start, read[0].end) == days)
    names = tuple(shared[place].title or shared[place].url or "" for place in sorted(missed))
    return ComposedDigest(text, len(shared), names, dated)


def _read(text: str, form: str) -> tuple[ParsedDigest, ...]:
    suffix = ".md" if form == "markdown" else ".txt"
    return parse_all(source_from_bytes(text.encode("utf-8", "replace"), f"digest{suffix}"))


def _missed(text: str, shared: Sequence[SharedPaper], form: str, note: str) -> set[int]:
    """The places of the papers that do not come back from the text as they are."""
    entries = [entry for digest in _read(text, form) for entry in digest.entries]
    labels = form == "markdown"
    above = labelled(note)
    if len(entries) == len(shared):
        pairs = zip(entries, shared, strict=True)
        return {at for at, (entry, paper) in enumerate(pairs) if not _same(entry, paper, above, labels=labels)}
    known = {_name(entry.url, entry.title): entry for entry in entries}  # one too many, or too few: which is it?
    return {
        at
        for at, paper in enumerate(shared)
        if (entry := known.get(_name(paper.url, paper.title))) is None or not _same(entry, paper, above, labels=labels)
    } or {*range(len(shared))}


def _name(url: str | None, title: str | None) -> str:
    return paper_key(url, title, url or title or "")


def _same(entry: Entry, paper: SharedPaper, above: str, *, labels: bool) -> bool:
    """Whether an entry says all that the shared paper says; how a text is quoted or spaced is no matter."""
    told = {link.url: link.label for link in entry.links}
    return (
        (_plain(entry.title), entry.url) == (_plain(paper.title), paper.url)
        and [*map(_plain, entry.authors)] == [*map(_plain, paper.authors)]
        and {*entry.tags} == {*paper.tags}
        and all(each.url in told and (not labels or told[each.url] == each.label) for each in paper.links)
        and _lines((entry.commentary or "").removeprefix(above)) == _lines(paper.text)
    )


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _lines(text: str | None) -> list[str]:
    """The lines of a text that are not blank, out of their quotation marks."""
    bare = (line.lstrip("> ").rstrip() for line in (text or "").split("\n"))
    return [" ".join(line.split()) for line in bare if line]


def _days(digests: Sequence[Digest], week: str | None) -> tuple[date, date] | None:
    """The days of a digest: where one week was asked for and its digests have one period, that; else the ISO week, or
    all days of the digests."""
    periods = {(digest.start, digest.end) for digest in digests if digest.start and digest.end}
    if week is not None and week[:4].isdigit():
        if len(periods) == 1:
            ((start, end),) = periods
            if start and end:
                return start, end
        monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
        return monday, monday + timedelta(days=6)
    if not periods:
        return None
    return min(start for start, _ in periods if start), max(end for _, end in periods if end)


def _titles(days: tuple[date, date] | None, tr: Translator, theirs: Collection[str]) -> list[str]:
    """What the digest may be called, the best first: not every way to say days is read in every form. `theirs` are the
    titles of the digests that it is made of."""
    if days is None:
        return [tr("digest.undated"), ""]
    start, end = days
    said = [tr("digest.title", when=tr.when(start, end))]
    if tr.lang == "ko" and start.isoweekday() == 7 and (end - start).days == 6:
        # A week over the end of a month is a row of either: where its digests agree, it is called as they call it.
        own = [title for title in theirs if len(theirs) == 1 and _WEEK_ROW.fullmatch(title)]
        said = [*own, _korean_week(start), *said]
    iso = start.isoformat() if start == end else f"{start.isoformat()} ~ {end.isoformat()}"
    return [*said, tr.when(start, end), iso]


def _korean_week(sunday: date) -> str:
    """`2023년 7월 5주차`: the row of the calendar in which the middle of the week lies."""
    middle = sunday + timedelta(days=3)
    before = middle.replace(day=1).isoweekday() % 7
    return f"{middle.year}년 {middle.month}월 {(middle.day + before - 1) // 7 + 1}주차"
