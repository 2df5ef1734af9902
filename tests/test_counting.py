"""Tags and papers of a list of all weeks, counted by sets, are those that counting entry by entry gives."""

from __future__ import annotations

from itertools import accumulate, pairwise, zip_longest

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import entry
from tui_digest.library.finder import Finder
from tui_digest.store.codec import entry_document
from tui_digest.store.columns import WeekColumns, block_of
from tui_digest.store.rows import ordered, tag_counts
from tui_digest.store.shards import Shard
from tui_digest.store.steps import at_once

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
        at_once(finder.making_keys())
        one, other = finder.making_tag_sets(), finder.making_tag_sets()
        steps = sum(1 for pair in zip_longest(one, other) for _ in pair)
        assert steps >= len(blocks)
    chosen = data.draw(st.sets(st.integers(0, starts[-1] - 1))) if starts[-1] else set()
    bits = sum(1 << row for row in chosen)
    places = [[row - start for row in sorted(chosen) if start <= row < end] for start, end in pairwise(starts)]
    assert ordered(finder.tag_counts(bits, own)) == tag_counts(blocks, places, own)
    assert finder.papers(bits) == len({finder.keys[row] for row in chosen})
