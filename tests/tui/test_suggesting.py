"""What to read next, and papers like this one: lists that open like a search, and close on the place before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import Listening, library_of, lines, reading, until
from tui_digest.library import Library

WEEKS = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Vocoders for Speech (Ada One)
보코더
#speech
https://arxiv.org/abs/2307.00002
Protein Folding (Bo Two)
단백질 접힘
#biology
""", """2023년 7월 4주차
https://arxiv.org/abs/2307.00003
Faster Vocoders (Cy Three)
#speech
https://arxiv.org/abs/2307.00004
Folding Proteins Again (Di Four)
#biology
"""  # fmt: skip
SPEECH, PROTEINS, FASTER, AGAIN = (f"arxiv:2307.0000{n}" for n in range(1, 5))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", *WEEKS)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_papers_like_this_one_open_as_a_list_and_esc_goes_back(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        await pilot.press("j")
        assert (screen.state.week, screen.state.key_here()) == ("2023-W30", PROTEINS)
        await pilot.press("=")
        await until(pilot, lambda: screen.state.listed is not None)
        assert [*screen.state.rows.keys] == [AGAIN]
        await pilot.pause()
        assert "like Protein Folding" in lines(pilot)[0]
        shown = screen.panes.entry.body.document.blocks
        assert any("shares #biology" in block.text for block in shown)
        await pilot.press("escape")
        await pilot.pause()
        assert screen.state.listed is None
        assert (screen.state.week, screen.state.key_here(), len(screen.state.rows)) == ("2023-W30", PROTEINS, 2)


async def test_from_list_to_list_esc_goes_back_to_before_the_first(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("=")
        await until(pilot, lambda: screen.state.key_here() == FASTER)
        await pilot.press("=")
        await until(pilot, lambda: screen.state.key_here() == SPEECH and screen.state.listed is not None)
        await pilot.press("backspace")
        await pilot.pause()
        assert (screen.state.week, screen.state.key_here(), screen.state.listed) == ("2023-W30", SPEECH, None)


async def test_what_to_read_next_follows_the_stars(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        app = pilot.app
        assert isinstance(app, Listening)
        await pilot.press("v", "r")
        await until(pilot, lambda: any("Star a few papers first" in told for told in app.told))
        assert screen.state.listed is None
        await pilot.press("s", "v", "r")
        await until(pilot, lambda: screen.state.listed is not None)
        assert [*screen.state.rows.keys] == [FASTER]
        assert screen.state.reason(FASTER, screen.tr) == "#speech, vocoder · near to ★ Vocoders for Speech"
        await pilot.press("s", "r")  # marks change, and the list stands
        await pilot.pause()
        assert [*screen.state.rows.keys] == [FASTER]
        await pilot.press("/", *"fold")
        await pilot.pause()
        assert screen.state.listed is None, "the next question ends it"
        assert {*screen.state.rows.keys} == {PROTEINS, AGAIN}


async def test_a_paper_that_is_like_none_says_so(tmp_path: Path) -> None:
    library = library_of(
        home(tmp_path), tmp_path / "digests", "2023년 7월 5주차\nhttps://arxiv.org/abs/2307.1\nX (A B)\n"
    )
    async with reading(library) as (pilot, screen):
        app = pilot.app
        assert isinstance(app, Listening)
        await pilot.press("=")
        await until(pilot, lambda: "No other paper shares a distinctive word with this one" in app.told)
        assert screen.state.listed is None


async def test_it_is_made_where_the_cache_cannot_be_written(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        library.paths.likeness.unlink(missing_ok=True)
        (library.paths.likeness / "in the way").mkdir(parents=True)
        await pilot.press("=")
        await until(pilot, lambda: screen.state.listed is not None)
        assert [*screen.state.rows.keys] == [FASTER]
