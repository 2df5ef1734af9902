"""Votes belong to their row: in conditions, in the order, and over weeks of which some have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import asked, digest, entry, home, plain_parsing, put
from tui_digest.library import Library

WEEKS: tuple[list[int | None], ...] = (
    [None, 12, None, 0, 45],  # the newest
    [None, None],
    [30, None, 7, 12],
)
"""The votes of the entries, in reading order; None for one without."""


def name(week: int, place: int) -> str:
    return f"Paper {week} {place}"


EVERY = [(name(w, p), votes) for w, week in enumerate(WEEKS) for p, votes in enumerate(week)]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    for number, week in enumerate(WEEKS):
        entries = [entry(name(number, place), votes=votes) for place, votes in enumerate(week)]
        start = f"2023-0{8 - number}-02"
        library.imports.from_paths([put(tmp_path / f"{number}.txt", digest(*entries, start=start, title=str(number)))])
    return Library.open(library.paths, starters=False)  # as it was kept, and not as it was made


def titles(library: Library, text: str, week: str | None = None) -> list[str]:
    return [row.title for row in library.lists.entries(week, asked(text))]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("votes:12", range(12, 13)),
        ("votes:>=12", range(12, 1000)),
        ("votes:>12", range(13, 1000)),
        ("votes:<12", range(12)),
        ("votes:0", range(1)),
        ("votes:7..30", range(7, 31)),
        ("votes:>45", range(46, 1000)),
    ],
)
def test_conditions_count_the_row_that_has_the_votes(library: Library, text: str, within: range) -> None:
    assert titles(library, text) == [title for title, votes in EVERY if votes in within]
    assert titles(library, f"-{text}") == [title for title, votes in EVERY if votes not in within]
    for number, week in enumerate(sorted((week.id for week in library.lists.weeks()), reverse=True)):
        wanted = [name(number, place) for place, votes in enumerate(WEEKS[number]) if votes in within]
        assert titles(library, text, week) == wanted


def test_the_order_goes_by_the_rows_own_votes(library: Library) -> None:
    rated = [(title, votes) for title, votes in EVERY if votes is not None]
    rest = [title for title, votes in EVERY if votes is None]
    down = [title for title, votes in sorted(rated, key=lambda each: -each[1])]
    up = [title for title, votes in sorted(rated, key=lambda each: each[1])]
    assert titles(library, "sort:votes") == [*down, *rest]
    assert titles(library, "sort:-votes") == [*up, *rest]
    assert titles(library, "sort:votes votes:7..30") == [
        title for title in down if title in titles(library, "votes:7..30")
    ]
    assert titles(library, "sort:votes limit:3") == down[:3]


def test_votes_shown_are_those_counted(library: Library) -> None:
    rows = library.lists.entries(None, asked("votes:>=12"))
    shown = {rows.sighting(place).entry.title: rows.sighting(place).entry.votes for place in range(len(rows))}
    assert shown == {title: votes for title, votes in EVERY if votes is not None and votes >= 12}
