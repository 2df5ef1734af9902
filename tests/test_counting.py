"""Tags and papers of a list of all weeks, counted by sets, are those that counting entry by entry gives."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, pairwise, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import entry, home
from tests.tried import examples
from tui_digest.library.finder import Finder
from tui_digest.store.bits import RowSet, bits_of
from tui_digest.store.codec import digest_of, entry_document
from tui_digest.store.columns import WeekColumns, block_of
from tui_digest.store.describing import all_tags
from tui_digest.store.mark_store import marks_of
from tui_digest.store.paper_keys import ChosenKeys, PaperKeys
from tui_digest.store.rows import ordered, tag_counts
from tui_digest.store.shards import Shard, Shards, StoredDigest
from tui_digest.store.steps import at_once
from tui_digest.store.summary import Index
from tui_digest.text.tag_names import TagNames

ENTRIES = st.tuples(st.integers(1, 40), st.lists(st.sampled_from("rl llm a-b 모델 rare".split()), max_size=3))
WEEKS = st.lists(st.lists(ENTRIES, max_size=40), min_size=1, max_size=12)
OWN = st.dictionaries(
    st.integers(1, 40).map(lambda number: f"arxiv:2301.{number:05d}"),
    st.lists(st.sampled_from(["rl", "own"]), min_size=1, max_size=2, unique=True),
    max_size=4,
)


def block(number: int, week: list[tuple[int, list[str]]]) -> WeekColumns:
    """A week of papers of these numbers, which may come again."""
    papers = [entry(f"Paper {n}", arxiv=f"2301.{n:05d}", tags=tags) for n, tags in week]
    return block_of(Shard(f"20{number + 10}-W01", [], [entry_document(paper, "digest") for paper in papers]))


@given(WEEKS, OWN, st.data())
def test_sets_count_like_a_look_at_every_entry(
    weeks: list[list[tuple[int, list[str]]]], own: dict[str, list[str]], data: st.DataObject
) -> None:
    blocks = [block(number, week) for number, week in enumerate(weeks)]
    starts = [0, *accumulate(map(len, blocks))]
    finder = Finder(blocks, [], None, None)  # type: ignore[arg-type]  # neither is asked to count
    if data.draw(st.booleans()):  # in steps, of several who need it at the same time
        at_once(finder.making_repeated())
        one, other = finder.making_tag_sets(), finder.making_tag_sets()
        steps = sum(1 for pair in zip_longest(one, other) for _ in pair)
        assert steps >= len(blocks)
    chosen = data.draw(st.sets(st.integers(0, starts[-1] - 1))) if starts[-1] else set()
    bits = sum(1 << row for row in chosen)
    places = [[row - start for row in sorted(chosen) if start <= row < end] for start, end in pairwise(starts)]
    assert ordered(finder.tag_counts(bits, own)) == tag_counts(blocks, places, own)
    assert finder.papers(bits) == len({finder.keys[row] for row in chosen})
    by_week = [len({block.keys[place] for place in row}) for block, row in zip(blocks, places, strict=True)]
    told = at_once(finder.papers_by_week(bits))
    assert [told.get(block.week, 0) for block in blocks] == by_week
    assert 0 not in told.values()
    times = Counter(key for each in blocks for key in {*each.keys})
    names = data.draw(st.none() | st.just(TagNames({"rl": ["llm"]})))
    everything = [range(len(each)) for each in blocks]
    shared = {key for key, n in times.items() if n > 1}
    assert all_tags(blocks, shared, names) == tag_counts(blocks, everything, {}, names)


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=4)),
    min_size=1,
    max_size=6,
)


@given(STEPS)
@settings(max_examples=examples(15))
def test_what_follows_a_change_is_what_a_look_at_all_weeks_gives(
    steps: list[tuple[int, list[tuple[int, bool]] | None]],
) -> None:
    """Weeks come, change and go: papers of several weeks, tags, and texts that are an arXiv paper of the same title."""
    with TemporaryDirectory() as place:
        paths = home(Path(place))
        shards, marks = Shards(paths.shards, paths.damaged), marks_of(paths)
        index = Index(paths.cache, shards, marks, [])
        for number in range(6, 12):  # so that one more is few
            put_week(shards, number, [(number, True), (1, False)])
        index.renew({}, {})
        for number, papers in steps:
            put_week(shards, number, papers or [])
            names = dict(index.aliases)
            looking = Index(paths.cache.with_name(f"{uuid4()}"), shards, marks, [])
            looking.renew(names, {})
            index.renew(names, {})
            assert told(index) == told(looking)


def put_week(shards: Shards, number: int, papers: list[tuple[int, bool]]) -> None:
    """A week of papers of these numbers, told with their arXiv id or by title alone; none where there are none."""
    title = "On the uses of the invented method number {} for readers of weeks"
    entries = [
        entry(title.format(n), arxiv=f"2301.{n:05d}", tags=["a", f"t{n % 2}", "a"])
        if named
        else entry(title.format(n), tags=["b"])
        for n, named in papers
    ]
    week = f"20{number + 10}-W01"
    of = digest_of({"id": "d", "title": "", "shape": "", "path": "/d", "sha256": "", "start": None}, week)
    shards.write(week, {"d": StoredDigest(of, [entry_document(each, "d") for each in entries]) if entries else None})


def told(index: Index) -> object:
    """All that it tells of the library."""
    keys = [f"arxiv:2301.{n:05d}" for n in range(12)] + [key for block in index.blocks() for key in block.keys]
    return (
        dict(index.aliases),
        index.weeks(),
        index.totals(),
        index.tags,
        index.named_tags(TagNames({"a": ["t1"]})),
        {key: tuple(index.weeks_known(key)) for key in keys},
    )


@given(WEEKS, st.data())
def test_keys_that_are_unpacked_week_by_week_are_those_of_every_row(
    weeks: list[list[tuple[int, list[str]]]], data: st.DataObject
) -> None:
    blocks = [block(number, week) for number, week in enumerate(weeks)]
    known = sorted({key for each in blocks for key in each.keys})
    aliases = dict(data.draw(st.sets(st.tuples(st.sampled_from(known), st.sampled_from(known))))) if known else {}
    for each in blocks:
        each.aliases = {own: key for own, key in aliases.items() if key not in aliases}
    every = [key for each in blocks for key in each.keys]
    keys = PaperKeys(blocks, [0, *accumulate(map(len, blocks))])
    assert [*keys] == every == [keys[row] for row in range(len(keys))] == keys[:]
    assert keys[3:-1] == every[3:-1]
    rows = data.draw(st.lists(st.integers(0, len(every) - 1))) if every else []
    assert keys.of_rows(rows) == [*ChosenKeys(keys, rows)] == [every[row] for row in rows]
    for key in [*known, "arxiv:2301.00", "none"]:
        assert [*keys.rows_of(key)] == [row for row, each in enumerate(every) if each == key]
    papers: set[str] = set()
    for more in data.draw(st.lists(st.sets(st.sampled_from(known)), max_size=3)) if known else []:
        papers ^= more
        meant = bits_of([row for row, each in enumerate(every) if each in papers])
        assert keys.rows_in("some", papers) == keys.rows_in("", {*papers}) == meant
        chosen = RowSet(meant)
        assert [*ChosenKeys(keys, chosen)] == [*ChosenKeys(keys, chosen)[:]] == [every[row] for row in chosen]
