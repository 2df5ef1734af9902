"""Search as it is typed, matches, other mentions of a paper, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import APRIL, JULY, all_done, library_of, reading, told
from tui_digest.library import Library

FIRST = "arxiv:2307.00001"
AUGUST = """2023년 8월 2주차
https://arxiv.org/abs/2308.00001
Reading RLHF Papers (Eve Five)
RLHF기법을 https://arxiv.org/abs/2307.00002 와 함께 봅니다. 모델을 다시 봅니다.
그리고 모델 하나 더.
#강화학습
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL, AUGUST)
    library.lists.learn()
    return library


def shown(screen: object) -> str:
    return "\n".join(block.text for block in screen.panes.entry.body.document.blocks)  # type: ignore[attr-defined]


def marked(screen: object) -> list[str]:
    """What is highlighted in the entry."""
    return [
        block.text[start:end]
        for block in screen.panes.entry.body.document.blocks  # type: ignore[attr-defined]
        for start, end, name in block.spans
        if name == "match"
    ]


@pytest.mark.parametrize(
    ("typed", "found", "highlighted"),
    [
        ("모델", ["Reading RLHF Papers"], ["모델", "모델"]),
        ("기법", ["Reading RLHF Papers"], ["기법"]),
        ("rlhf", ["Reading RLHF Papers"], ["RLHF", "RLHF"]),
        ("ㄱㅎㅎㅅ", ["Reading RLHF Papers"], ["강화학습"]),
        ("papers -모델", [], []),
        ("author:Eve", ["Reading RLHF Papers"], []),
        ('"다시 봅니다"', ["Reading RLHF Papers"], ["다시 봅니다"]),
    ],
)
async def test_text_is_found_while_it_is_typed(
    library: Library, typed: str, found: list[str], highlighted: list[str]
) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("g", "g", "/", *("space" if sign == " " else sign for sign in typed))
        await pilot.pause()
        assert [row.title for row in screen.state.rows] == found
        if found:
            assert marked(screen) == highlighted
        await pilot.press("escape")
        assert len(screen.state.rows) == 1
        assert marked(screen) == []


async def test_n_and_p_go_through_the_matches(library: Library) -> None:
    async with reading(library, size=(60, 16)) as (pilot, screen):
        await pilot.press("n")
        assert "go through" in told(pilot)[-1]
        await pilot.press("/", *"모델", "enter", "l")
        await pilot.pause()
        await pilot.press("n")
        first = screen.panes.entry.body._match
        await pilot.press("n")
        second = screen.panes.entry.body._match
        assert first is not None
        assert second is not None
        assert second > first
        await pilot.press("p")
        assert screen.panes.entry.body._match == first
        await pilot.press("n", "n")
        assert told(pilot)[-1] == "No further match"


async def test_a_mistake_is_pointed_at_and_mended(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter", "/", *"한 tga:memory")
        await pilot.pause()
        line = screen.footer_bar.text
        assert "did you mean tag:?" in line
        assert "papers" not in screen.title_bar.text, "the list is not what the text asks for"
        assert line.index("^") == 3 + 3  # below `tga`: the prompt, and a syllable of two cells with a blank
        await pilot.press("enter")
        assert screen.typing  # nothing to find yet
        await pilot.press("tab")
        await pilot.pause()
        assert screen.state.text == "한 tag:memory"
        assert screen.state.mistake is None
        await pilot.press("escape")


async def test_other_mentions_are_jumped_to_and_back(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "j", "enter")  # July
        await pilot.pause()
        assert screen.state.current().key == FIRST  # type: ignore[union-attr]
        assert "also in 16–22\xa0Apr\xa02023" in shown(screen)
        await pilot.press("l", ";")
        await pilot.pause()
        await pilot.press("2")
        await pilot.pause()
        here = screen.state.current()
        assert here is not None
        assert (here.key, here.digest.week, screen.state.pane) == (FIRST, "2023-W16", "entry")
        assert "also in 23–29\xa0Jul\xa02023" in shown(screen)
        await pilot.press("backspace")
        await pilot.pause()
        assert (screen.state.week, screen.state.pane) == ("2023-W30", "entry")
        await pilot.press("backspace")
        assert told(pilot)[-1] == "There is nowhere to go back to"


async def test_an_entry_shows_mentions_that_became_known_after_it(tmp_path: Path) -> None:
    async with reading(library_of(home(tmp_path), tmp_path / "digests", JULY, AUGUST)) as (pilot, screen):
        assert "links to" not in shown(screen)
        screen.upkeep.keep_house()
        await all_done(pilot)
        assert "links to: A Title with [/] Markup" in shown(screen)


async def test_papers_that_mention_each_other_are_linked_both_ways(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        assert "links to: A Title with [/] Markup" in shown(screen)
        here = screen.state.current()
        assert here is not None
        words, target = screen.mentions.of(here)[-1]
        assert words.startswith("links to")
        screen.jumping.jump(target)
        await pilot.pause()
        assert "mentioned by: Reading RLHF Papers" in shown(screen)


VERSIONS = """2023년 8월 3주차
https://arxiv.org/abs/2309.00001v2
A Paper That Grew (Eve Five)
두 번째 판입니다.

https://arxiv.org/abs/2309.00001v3
A Paper That Grew (Eve Five)
세 번째 판입니다.
"""


async def test_a_later_version_is_the_same_paper_and_says_so_also_within_a_digest(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", VERSIONS)
    assert library.lists.totals().papers == 1
    async with reading(library) as (pilot, screen):
        here = screen.state.current()
        assert here is not None
        assert here.entry.version == 2
        assert "a later version (v3) in 13–19\xa0Aug\xa02023" in shown(screen)
        await pilot.press("s", "l", ";", "2")
        await pilot.pause()
        here = screen.state.current()
        assert here is not None
        assert (here.entry.version, library.marks.of(here.key).starred) == (3, True)
        assert "an earlier version (v2) in 13–19\xa0Aug\xa02023" in shown(screen)
        await pilot.press("backspace")
        await pilot.pause()
        here = screen.state.current()
        assert here is not None
        assert here.entry.version == 2
