"""What one reads is counted as a look at every entry and every act would count it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.builders import asked, digest, entry, home, incoming
from tests.tried import examples
from tui_digest.cli import main
from tui_digest.library import Library
from tui_digest.library.stats import ReadingStats, Tally
from tui_digest.models import UNDATED, ParsedDigest
from tui_digest.store.importing import Import
from tui_digest.store.mark_store import marks_of
from tui_digest.store.registry import Registered, adding
from tui_digest.store.shards import Shards
from tui_digest.store.steps import at_once
from tui_digest.tui.stats_sections import sections

PAPERS = [entry(f"Paper number {n} of some", arxiv=f"2301.0000{n}", tags=tags)
          for n, tags in enumerate([["rl"], ["rl", "llm"], [], ["RL"], ["효율"], ["llm"]])]  # fmt: skip
KEYS = [paper.key for paper in PAPERS]
DAY = 86_400
START = 1_690_000_000  # a Saturday

DIGESTS = st.lists(
    st.tuples(
        st.sampled_from(["2023-07-23", "2023-07-24", "2023-08-06", "2017-06-11", None]),
        st.sampled_from(["/d/one", "/d/two", "/e"]),
        st.lists(st.tuples(st.integers(0, 5), st.sampled_from([None, "Vision", "언어"])), min_size=1, max_size=6),
    ),
    max_size=6,
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["read", "unread", "star", "unstar", "later", "undo", "redo", "wait", "tag", "other"]),
        st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True),
    ),
    max_size=14,
)


def bring(library: Library, path: str, parsed: ParsedDigest, added: date) -> None:
    paths = library.paths
    Import(paths, Shards(paths.shards, None), [], today=added).run([incoming(path, parsed)])


def counted(library: Library, most: int | None = None) -> ReadingStats:
    return at_once(library.stats.counting(most))


def tally(library: Library, keys: set[str]) -> Tally:
    marks = [library.marks.of(key) for key in keys]
    return Tally(
        len(marks),
        sum(mark.read for mark in marks),
        sum(mark.starred for mark in marks),
        sum(not mark.read and not mark.starred for mark in marks),
    )


def act(library: Library, name: str, keys: list[str], now: list[float]) -> None:
    marks = library.marks
    if name == "wait":
        now[0] += 3 * DAY
    elif name in ("read", "unread"):
        marks.mark_read(keys, name == "read")
    elif name in ("star", "unstar"):
        marks.star(keys, name == "star")
    elif name == "later":
        marks.set_fields(keys[0], ["later"], True)
    elif name == "tag":
        marks.tag("own", keys, True)
    elif name == "undo":
        marks.undo()
    elif name == "redo":
        marks.redo()
    else:  # in another window, which this one takes in
        Library.open(library.paths, starters=False, clock=lambda: now[0]).marks.star(keys, True)
        library.refresh()


def since(library: Library) -> dict[tuple[str, str], tuple[int, int]]:
    """Field and paper -> when it was set that is set now, and of how many papers that act was: by the journals."""
    lines = [line for path in library.paths.journal.glob("*") for line in path.read_text("utf-8").splitlines()]
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for event in sorted(map(json.loads, lines), key=lambda event: event["at"]):
        parts = [(event["field"], event["value"], event["keys"]), *(each[:3] for each in event.get("more", ()))]
        for field, value, keys in parts:
            for key in keys:
                if not value:
                    found.pop((field, key), None)
                elif (field, key) not in found:
                    found[field, key] = (event["at"], len({each for _, _, keys in parts for each in keys}))
    return found


@settings(max_examples=examples(40), phases=[Phase.generate])
@given(DIGESTS, ACTS, st.booleans())
def test_it_is_counted_as_a_look_at_everything_would(
    tmp_path_factory: pytest.TempPathFactory,
    digests: list[tuple[str | None, str, list[tuple[int, str | None]]]],
    acts: list[tuple[str, list[int]]],
    folded: bool,
) -> None:
    now = [float(START)]
    paths = home(tmp_path_factory.mktemp("any"))
    made = Library.open(paths, starters=False)
    for number, (start, folder, chosen) in enumerate(digests):
        apart = [
            PAPERS[paper]._replace(section=section, start_line=line, end_line=line)
            for line, (paper, section) in enumerate(chosen, 1)
        ]
        bring(
            made, f"{folder}/{number}.txt", digest(*apart, start=start, title=f"Digest {number % 2}"), date(2023, 9, 1)
        )
    names = {"rl": ["RL"]}
    library = Library.open(paths, starters=False, clock=lambda: now[0], tag_aliases=names)
    marks_of(paths, lambda: now[0]).set_all(adding(Registered("One", "/d/one")))
    library.refresh()
    for name, numbers in acts:
        act(library, name, [KEYS[number] for number in numbers], now)
    if folded:
        library.fold()
        library = Library.open(paths, starters=False, clock=lambda: now[0], tag_aliases=names)
    found = counted(library)
    everything = list(library.lists.all_sightings())

    assert found.total == tally(library, {each.key for each in everything})
    weeks: dict[str, set[str]] = defaultdict(set)
    tags: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    headings: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    origins: dict[tuple[str, str], set[str]] = defaultdict(set)
    its: dict[str, tuple[str, str, set[str]]] = {}
    for each in everything:
        week = each.digest.week
        weeks[week].add(each.key)
        for tag in {"rl" if tag == "RL" else tag for tag in (*each.entry.tags, *library.marks.of(each.key).tags)}:
            tags[tag][week].add(each.key)
        if each.entry.section:
            headings[each.entry.section][week].add(each.key)
        folder = each.digest.path.rpartition("/")[0]
        origins[("source", "One") if folder == "/d/one" and library.views.sources() else ("folder", folder)].add(
            each.key
        )
        its.setdefault(each.digest.id, (each.digest.title, week, set()))[2].add(each.key)

    order = sorted(weeks, key=lambda week: (week == UNDATED, week))
    assert [(each.week, each.tally) for each in found.weeks] == [(week, tally(library, weeks[week])) for week in order]
    for rows, expected in ((found.tags, tags), (found.sections, headings)):
        assert {each.name: (each.tally, dict(each.weeks)) for each in rows} == {
            name: (
                tally(library, set().union(*by_week.values())),
                {week: tally(library, keys) for week, keys in by_week.items()},
            )
            for name, by_week in expected.items()
        }
        assert [each.tally.papers for each in rows] == sorted((each.tally.papers for each in rows), reverse=True)
    assert {(each.kind, each.name): each.tally for each in found.sources} == {
        origin: tally(library, keys) for origin, keys in origins.items()
    }
    assert Counter((each.title, each.week, each.tally) for each in found.digests) == Counter(
        (title, week, tally(library, keys)) for title, week, keys in its.values()
    )
    one_reads(library, found, {each.key for each in everything})


def one_reads(library: Library, found: ReadingStats, here: set[str]) -> None:
    """The weeks in which one read, and what waits."""
    history = since(library)
    own: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (field, _), (at, papers) in history.items():
        if field in ("read", "starred"):
            day = datetime.fromtimestamp(at / 1_000_000, UTC).astimezone().date()
            own[day - timedelta(days=day.weekday())][2 if field == "starred" else papers > 1] += 1
    assert {each.start: [each.read, each.together, each.starred] for each in found.own_weeks if any(each[2:])} == own
    starts = [each.start for each in found.own_weeks]
    assert all(after - before == timedelta(days=7) for before, after in pairwise(starts))
    assert not own or starts[-1] <= library.today() < starts[-1] + timedelta(days=7)
    waits = {
        key: at
        for (field, key), (at, _) in history.items()
        if field == "later" and not library.marks.of(key).read and key in here
    }
    assert {each.key: each.since for each in found.waiting} == waits
    assert [each.since for each in found.waiting] == sorted(waits.values())


def test_a_restore_into_a_new_home_keeps_the_weeks(tmp_path: Path) -> None:
    now = [2_000_000_000.0]
    one = Library.open(home(tmp_path / "one"), starters=False, clock=lambda: now[0])
    one.marks.mark_read([KEYS[0]], True)
    one.marks.star(KEYS[1:3], True)
    archive = tmp_path / "backup.zip"
    one.backups.write(archive)
    (began,) = counted(one).own_weeks
    assert (began.read, began.together, began.starred) == (1, 0, 2)
    now[0] += 100 * DAY
    two = Library.open(home(tmp_path / "two"), starters=False, clock=lambda: now[0])
    two.backups.restore(archive)
    first, *others = counted(two).own_weeks
    assert first == began and not any(each.read or each.together or each.starred for each in others)


def test_marks_that_go_along_with_an_edit_are_no_second_reading(tmp_path: Path) -> None:
    text = "2023년 7월 5주차\nhttps://example.org/posts/one\nPaper One on Sparse Memory (A B)\n글.\n"
    now = [2_000_000_000.0]
    path = tmp_path / "july.txt"
    path.write_text(text, "utf-8")
    library = Library.open(home(tmp_path), starters=False, clock=lambda: now[0])
    library.imports.from_paths([path])
    library.marks.mark_read(library.lists.entries(None).keys, True)
    (before,) = counted(library).own_weeks
    now[0] += 100 * DAY
    path.write_text(text.replace("example.org/posts/one", "arxiv.org/abs/2307.00009"), "utf-8")
    library.imports.from_paths([path])
    assert library.marks.of("arxiv:2307.00009").read
    assert [each for each in counted(library).own_weeks if each.read or each.together] == [before]


def test_a_lost_journal_leaves_the_moments_that_the_marks_know(tmp_path: Path) -> None:
    library = Library.open(home(tmp_path), starters=False)
    library.marks.mark_read([KEYS[0]], True)
    library.fold()
    before = counted(library).own_weeks
    for journal in library.paths.journal.iterdir():
        journal.unlink()
    again = Library.open(library.paths, starters=False)
    found = counted(again).own_weeks
    assert [(each.week, each.read + each.together) for each in found] == [(each.week, 1) for each in before]


def test_few_papers_are_held_to_the_average(tmp_path: Path) -> None:
    made = Library.open(home(tmp_path), starters=False)
    many = [entry(f"A long title number {n} of it", arxiv=f"2302.{n:05}") for n in range(1, 21)]
    bring(made, "/a/many.txt", digest(*many, start="2023-07-23"), date(2023, 9, 1))
    bring(made, "/b/one.txt", digest(PAPERS[0], start="2023-07-23"), date(2023, 9, 1))
    bring(made, "/c/none.txt", digest(PAPERS[1], start="2023-07-23"), date(2023, 9, 1))
    library = Library.open(made.paths, starters=False)
    library.marks.star([each.key for each in many[:14]], True)
    library.marks.star([KEYS[0]], True)
    library.marks.star([each.key for each in many[14:18]], True)
    assert counted(library).sources[0].name == "/a", "eighteen of twenty say more than one of one"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_row_leads_to_the_papers_that_it_counts(lang: str, tmp_path: Path) -> None:
    from tui_digest.i18n import Translator

    made = Library.open(home(tmp_path), starters=False)
    for number in range(40):
        day = date(2022, 1, 2) + timedelta(weeks=number)
        apart = [
            PAPERS[place]._replace(
                section=['Vision: a "b"', "언어 (모델)"][place % 2], start_line=place, end_line=place
            )
            for place in (number % 6, (number + 1) % 6)
        ]
        bring(made, f"/d/{number % 3}/a.txt", digest(*apart, start=str(day), title=f'The "{number % 4}" digest'), day)
    bring(made, "/d/x.txt", digest(PAPERS[5], start=None, title="Undated"), date(2022, 1, 1))
    library = Library.open(made.paths, starters=False)
    library.marks.star(KEYS[:2], True)
    library.marks.set_fields(KEYS[3], ["later"], True)
    reading = counted(library)
    for room in (4, 12, 100):
        for section in sections(reading, Translator(lang), room, room).values():
            assert section.rows or section.id == "later"
            for row in section.rows:
                if section.id in ("own",):
                    assert row.target is None
                    continue
                assert row.target is not None, (section.id, row)
                rows = library.lists.entries(row.target.week, asked(row.target.query))
                papers = library.lists.papers_of(rows)
                if section.id == "later":
                    assert papers == len(section.rows)
                elif section.id == "weeks" and row.target.week is None:
                    per_week = [
                        library.lists.papers_of(library.lists.entries(each.week, asked(""))) for each in reading.weeks
                    ]
                    assert papers <= int(row.numbers[0]) <= sum(per_week)
                else:
                    assert papers >= int(row.numbers[0]), (section.id, row)


def test_the_command_says_it_as_text_and_as_json(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "en", "stats"]) == 0
    out = capsys.readouterr().out
    assert "The digests, week by week" in out and "Nothing was read or starred yet." in out
    assert main(["stats", "tags", "--limit", "2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Tags over time") and "Your own weeks" not in out
    assert main(["stats", "--json", "--limit", "1"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert len(document["tags"]) == 1 and document["total"]["left"] == document["total"]["papers"]
    with pytest.raises(SystemExit) as ended:
        main(["stats", "weather"])
    assert ended.value.code == 2
