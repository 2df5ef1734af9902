"""What the mouse chooses in an entry, and the keys that move by pages, redraw and copy the page of the abstract."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import all_done, library_of, lines, reading, until
from tui_digest.library import Library
from tui_digest.tui.controllers.copying import Copying
from tui_digest.tui.terminal.painter import Painter
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.wrap import width_of

FIRST = "arxiv:2307.00001"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(Copying, "_open", lambda _, url, paper: found.append(url))
    return found


async def click(pilot: Pilot[None], words: str) -> None:
    """Click on the last line of the screen that has these words, on the words."""
    found = [(row, line) for row, line in enumerate(lines(pilot)) if words in line]
    row, line = found[-1]  # the list of links is the last thing in the entry
    await pilot.click(offset=(width_of(line.split(words)[0]) + 4, row))
    await pilot.pause()


@pytest.mark.parametrize("triage", [False, True])
async def test_a_clicked_link_is_opened(library: Library, opened: list[str], triage: bool) -> None:
    async with reading(library, size=(120, 40)) as (pilot, _):
        await pilot.press("j", *("T" if triage else "kj"))
        await pilot.pause()
        if triage:
            await pilot.press("l")
            await pilot.pause()
        await click(pilot, "1 arxiv.org/abs/2307.00002")
        await click(pilot, "2 github.com/cy/markup")
        assert opened == ["https://arxiv.org/abs/2307.00002", "https://github.com/cy/markup"]


async def test_a_click_on_the_footer_types_its_key(library: Library) -> None:
    async with reading(library, size=(120, 40)) as (pilot, screen):

        async def pressed(words: str) -> None:
            text = lines(pilot)[-1]
            await pilot.click(offset=(width_of(text[: text.index(words)]), 39))
            await pilot.pause()

        await pressed("star")
        assert library.marks.of(FIRST).starred
        screen.taker.fade()
        await pilot.pause()
        await pressed("/ find")
        assert screen.narrowing.asking
        await pressed("Esc")
        assert not screen.narrowing.asking
        await pilot.press("v")
        await pilot.pause()
        await pressed("u unread")
        assert screen.state.view == "unread"
        await pressed("? help")
        assert len(pilot.app.screen_stack) == 2


async def test_a_click_on_a_key_that_moves_moves(library: Library) -> None:
    async with reading(library, size=(120, 40)) as (pilot, screen):
        at = screen.state.cursor
        for key, place in (("j", at + 1), ("k", at), ("j k move", at + 1)):
            text = lines(pilot)[-1]
            await pilot.click(offset=(text.index("j k move") + ("j k move".index(key)), 39))
            await pilot.pause()
            assert screen.state.cursor == place
        await pilot.click(offset=(lines(pilot)[-1].index("j k move") + 5, 39))
        await pilot.pause()
        assert screen.state.cursor == at + 1, "their name is no key"


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("keys", ["", "h", "l", "lV", "y", "v", "T", "TV", "Ty"])
async def test_no_footer_lists_a_key_or_a_name_twice(library: Library, keys: str, lang: str) -> None:
    async with reading(library, size=(200, 40), lang=lang) as (pilot, _):
        await pilot.press(*keys)
        await pilot.pause()
        bar = pilot.app.screen.query_one("#footer", Bar)
        hints = [part for part in bar.text.strip().split("  ") if part]
        assert len(hints) > 2
        for parts in (hints, [hint.split()[0] for hint in hints], [hint.partition(" ")[2] for hint in hints]):
            assert len(set(parts)) == len(parts), parts


async def test_a_clicked_mention_is_gone_to(library: Library, opened: list[str]) -> None:
    async with reading(library, size=(120, 40)) as (pilot, screen):
        before = screen.state.week
        await click(pilot, "also in")
        assert (screen.state.week != before, screen.state.key_here(), opened) == (True, FIRST, [])


async def test_the_page_of_the_abstract_is_copied(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("y", "a", "j", "y", "p")
        await all_done(pilot)
        assert copied == ["https://arxiv.org/abs/2307.00001", "https://arxiv.org/pdf/2307.00002"]


async def test_pages_and_half_pages_lead_back(tmp_path: Path) -> None:
    entries = "".join(f"https://arxiv.org/abs/2307.{n:05}\nPaper {n} of Many\n글 {n}입니다.\n" for n in range(1, 60))
    library = library_of(home(tmp_path), tmp_path / "digests", f"2023년 7월 5주차\n{entries}")
    async with reading(library, size=(120, 30)) as (pilot, screen):
        places = []
        for key in ("ctrl+f", "ctrl+d", "ctrl+u", "ctrl+b", "pagedown", "pageup"):
            await pilot.press(key)
            places.append(screen.panes.entries.list.cursor)
        page, on, back, first, again, last = places
        assert page > on - page > 0
        assert (back, first, again, last) == (page, 0, page, 0)


async def test_pages_of_an_entry_lead_back(tmp_path: Path) -> None:
    text = "".join(f"{n}번째 문장이 여기 있습니다.\n" for n in range(200))
    digest = f"2023년 7월 5주차\nhttps://arxiv.org/abs/2307.00001\nA Long Paper (Ada One)\n{text}"
    library = library_of(home(tmp_path), tmp_path / "digests", digest)
    async with reading(library, size=(60, 20)) as (pilot, screen):
        await pilot.press("enter")
        await until(pilot, lambda: screen.panes.entry.body.max_top > 20)
        tops = []
        for key in ("ctrl+f", "ctrl+d", "ctrl+u", "ctrl+b"):
            await pilot.press(key)
            tops.append(screen.panes.entry.body.top)
        assert tops[0] > tops[1] - tops[0] > 0
        assert tops[2:] == [tops[0], 0]


@pytest.mark.parametrize("turning", ["ctrl+f", "ctrl+d", "space", "j", "G"])
async def test_a_key_behind_the_one_that_opens_an_entry_scrolls_it(tmp_path: Path, turning: str) -> None:
    """They come in one read: the entry was never laid out yet."""
    text = "".join(f"{n}번째 문장이 여기 있습니다.\n" for n in range(200))
    digest = f"2023년 7월 5주차\nhttps://arxiv.org/abs/2307.00001\nA Long Paper (Ada One)\n{text}"
    library = library_of(home(tmp_path), tmp_path / "digests", f"{digest}https://arxiv.org/abs/2307.00002\nOther\n")
    async with reading(library, size=(60, 20)) as (pilot, screen):
        pilot.app.post_message(events.Key("enter", None))
        pilot.app.post_message(events.Key(turning, turning if len(turning) == 1 else None))
        await pilot.pause()
        await until(pilot, lambda: screen.panes.entry.body.size.height > 0)
        top = screen.panes.entry.body.top
        assert (screen.state.key_here(), screen.state.pane) == (FIRST, "entry")
        await pilot.press("escape", "enter", "g", "g", turning)
        assert screen.panes.entry.body.top == top > 0, "as when it is pressed alone"


@pytest.mark.parametrize("turning", ["ctrl+f", "ctrl+d"])
async def test_a_key_behind_the_one_that_shows_a_list_scrolls_it(tmp_path: Path, turning: str) -> None:
    entries = "".join(f"https://arxiv.org/abs/2307.{n:05}\nPaper {n} of Many\n#t{n}\n" for n in range(1, 60))
    library = library_of(home(tmp_path), tmp_path / "digests", f"2023년 7월 5주차\n{entries}")
    async with reading(library, size=(60, 20)) as (pilot, screen):
        for key in ("t", turning):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await until(pilot, lambda: screen.panes.facets.list.size.height > 0)
        cursor = screen.panes.facets.list.cursor
        await pilot.press("g", "g", turning)
        assert screen.panes.facets.list.cursor == cursor > 1


async def test_the_screen_is_drawn_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[bool] = []

    def forget(painter: Painter) -> None:
        forgotten.append(True)

    monkeypatch.setattr(Painter, "forget", forget)
    async with reading(library) as (pilot, _):
        forgotten.clear()
        await pilot.press("ctrl+l")
        assert forgotten


async def test_a_triage_begun_again_asks_about_what_was_put_off(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("T")
        await pilot.pause()
        await pilot.press("l", "r")
        screen = pilot.app.screen
        assert screen.triage.place == 3  # type: ignore[attr-defined]
        await pilot.press("T")
        await pilot.pause()
        assert screen.current().key == FIRST  # type: ignore[attr-defined]
        assert (screen.triage.place, screen.triage.total) == (1, 2)  # type: ignore[attr-defined]
