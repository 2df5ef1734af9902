"""The main screen: keys move, mark, narrow; what it shows and what the library has are the same."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.reading import APRIL, JULY, all_done, has_left, offered, reading, told, until
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.settings.config import Settings
from tui_digest.tui.screens.dialogs import OfferDialog

FIRST, SECOND = "arxiv:2307.00001", "arxiv:2307.00002"


def titles(screen: object) -> list[str]:
    return [row.title for row in screen.state.rows]  # type: ignore[attr-defined]


async def test_opens_on_the_newest_week(library: Library) -> None:
    async with reading(library) as (_, screen):
        assert screen.state.week == "2023-W30"
        assert screen.state.pane == "entries"
        assert len(screen.state.rows) == 3
        assert screen.panes.entry.body.document.blocks[0].text.endswith("Sparse Memory for Long Context")


async def test_j_k_counts_and_ends(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("j")
        assert screen.panes.entries.list.cursor == 1
        await pilot.press("g", "g")
        assert screen.panes.entries.list.cursor == 0
        await pilot.press("2", "j")
        assert screen.panes.entries.list.cursor == 2
        await pilot.press("2", "G")
        assert screen.panes.entries.list.cursor == 1
        await pilot.press("end")
        assert screen.panes.entries.list.cursor == 2


async def test_the_entry_follows_the_cursor(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("j")
        await pilot.pause()
        assert "[/] Markup in It [bold]" in screen.panes.entry.body.document.blocks[0].text


async def test_star_is_in_the_library_in_the_list_and_in_the_counts(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("s")
        assert library.marks.of(FIRST).starred
        assert "★ 1" in screen.title_bar.text
        await pilot.pause()
        assert screen.panes.entry.body.document.blocks[0].text.startswith("● ★")
        assert told(pilot) == ["Starred · Sparse Memory for Long Context"]
        # The other week has the paper too.
        assert [week.starred for week in screen.state.weeks] == [1, 1]


async def test_undo_and_redo(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("s", "u")
        assert not library.marks.of(FIRST).starred
        await pilot.press("ctrl+r")
        assert library.marks.of(FIRST).starred
        await pilot.press("u", "u")
        await all_done(pilot)
        assert "import of 2 digests" in told(pilot)[-1]
        await pilot.press("u")
        assert "Nothing to undo" in told(pilot)[-1]


async def test_a_mark_that_cannot_be_written_is_not_shown(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("store.full", path="disk")

    monkeypatch.setattr(library.marks, "star", full)
    async with reading(library) as (pilot, screen):
        await pilot.press("s")
        await pilot.pause()
        assert "★" not in screen.title_bar.text
        assert not screen.panes.entry.body.document.blocks[0].text.startswith("● ★")
        assert len(told(pilot)) == 1


async def test_mark_all_read_is_one_act(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("m", "a")
        assert [week.unread for week in screen.state.weeks] == [0, 1]
        await pilot.press("u")
        assert [week.unread for week in screen.state.weeks] == [3, 2]


async def test_opening_marks_read_after_a_rest(library: Library) -> None:
    async with reading(library, settings=Settings(read_after=0.05)) as (pilot, screen):
        await pilot.press("j", "k")
        assert not screen.resting.waiting, "merely standing on it is not opening"
        await pilot.press("enter")
        assert screen.state.pane == "entry"
        await until(pilot, lambda: library.marks.of(FIRST).read)


async def test_leaving_before_the_rest_is_over_does_not_mark_read(library: Library) -> None:
    async with reading(library, settings=Settings(read_after=60.0)) as (pilot, screen):
        await pilot.press("enter")
        assert screen.resting.waiting
        await pilot.press("escape", "j")
        assert not screen.resting.waiting
        screen.resting._read(FIRST)  # as if the rest had ended in this moment
        assert not library.marks.of(FIRST).read
        assert screen.state.pane == "entries"


async def test_next_unread_goes_on_to_the_next_week(library: Library) -> None:
    library.marks.mark_read(library.lists.entries("2023-W30").keys, True)
    async with reading(library) as (pilot, screen):
        assert screen.state.weeks[0].unread == 0
        await pilot.press("]")
        assert screen.state.week == "2023-W16"
        assert screen.state.rows[screen.panes.entries.list.cursor].key == "arxiv:2304.00001"


async def test_space_pages_and_goes_on_to_the_next_unread(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("space")
        assert screen.state.pane == "entry"
        await pilot.press("space")
        assert screen.panes.entries.list.cursor == 1


async def test_tags_combine(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("t")
        assert screen.state.pane == "tags"
        assert screen.panes.facets.names[0] == ("memory", 2)
        await pilot.press("enter")
        assert len(screen.state.rows) == 2
        await pilot.press("j", "enter")
        assert screen.state.chosen_names() == ("memory", "efficiency")
        assert titles(screen) == ["Sparse Memory for Long Context"]
        await pilot.press("escape", "escape")
        assert screen.state.chosen == ()
        assert len(screen.state.rows) == 3


async def test_tags_are_filtered_by_typing(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("t", "/", *"eff")
        await pilot.pause()
        assert [tag for tag, _ in screen.panes.facets.names] == ["efficiency"]
        await pilot.press("enter")
        await pilot.pause()
        assert screen.state.chosen == (("tag", "efficiency"),)
        assert len(screen.state.rows) == 1


async def test_filter_narrows_while_typing_and_esc_puts_back(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("j", "/", *"sparse")
        await pilot.pause()
        assert titles(screen) == ["Sparse Memory for Long Context"]
        await pilot.press("escape")
        await pilot.pause()
        assert len(screen.state.rows) == 3
        assert screen.panes.entries.list.cursor == 1
        await pilot.press("/", *"tag:blog", "enter")
        await pilot.pause()
        assert len(screen.state.rows) == 1
        assert not screen.typing


async def test_a_filter_that_finds_nothing_says_so_and_esc_clears(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"zzz", "enter")
        await pilot.pause()
        assert len(screen.state.rows) == 0
        assert "zzz" in screen.panes.entries.list.empty_text
        await pilot.press("s", "c", "enter", "]", "j", "escape")
        assert len(screen.state.rows) == 3


async def test_views(library: Library) -> None:
    library.marks.star([SECOND], True)
    async with reading(library) as (pilot, screen):
        await pilot.press("v", "s")
        assert [row.key for row in screen.state.rows] == [SECOND]
        await pilot.press("v", "a")
        assert len(screen.state.rows) == 3


async def test_all_weeks(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g")
        await pilot.pause()
        assert screen.state.week is None
        assert len(screen.state.rows) == 5


async def test_the_place_is_there_at_the_next_start(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "G")
        await pilot.pause()
        await pilot.press("l", "j", "v", "u")
        assert (screen.state.week, screen.panes.entries.list.cursor) == ("2023-W16", 1)
    async with reading(library) as (_, screen):
        assert (screen.state.week, screen.panes.entries.list.cursor, screen.state.view) == ("2023-W16", 1, "unread")


async def test_copying_says_what_and_how(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def copy(text: str, **_: object) -> object:
        copied.append(text)
        from tui_digest.desktop.clipboard import Outcome

        return Outcome(grade="copied", way="wl-copy", path=None, osc52=None)

    monkeypatch.setattr("tui_digest.desktop.clipboard.copy", copy)
    async with reading(library) as (pilot, _):
        await pilot.press("c")
        await pilot.press("y", "p")
        await pilot.press("y", "t")
        await pilot.press("y", "m")
        await pilot.press("y", "b")
        await pilot.press("G", "c")
        await all_done(pilot)
        link = "https://arxiv.org/abs/2307.00001"
        assert copied[0] == link
        assert told(pilot)[0] == f"Copied {link} (wl-copy) · Sparse Memory for Long Context"
        assert copied[1].startswith("https://arxiv.org/pdf/2307.00001")
        assert copied[2] == "Sparse Memory for Long Context"
        assert copied[3] == f"[Sparse Memory for Long Context]({link})"
        assert copied[4].startswith("@misc{")
        assert "One, Ada and Two, Bo" in copied[4]
        assert copied[5] == "https://example.org/post"
        assert "no arXiv id" in told(pilot)[-1]


async def test_a_clipboard_tool_that_hangs_holds_nothing_up(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_digest.desktop.clipboard import Outcome

    free = threading.Event()
    copied: list[str] = []

    def copy(text: str, **_: object) -> Outcome:
        free.wait(20)
        copied.append(text)
        return Outcome(grade="copied", way="xclip")

    monkeypatch.setattr("tui_digest.desktop.clipboard.copy", copy)
    async with reading(library) as (pilot, screen):
        await pilot.press("c", "j", "c", "j")
        assert (screen.panes.entries.list.cursor, copied) == (2, [])
        free.set()
        await all_done(pilot)
        assert copied == ["https://arxiv.org/abs/2307.00001", "https://arxiv.org/abs/2307.00002"]


async def test_several_links_are_chosen_by_number(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("tui_digest.desktop.opener.start_apart", lambda command, _: opened.append(command[-1]))
    async with reading(library) as (pilot, _):
        await pilot.press("o")
        await pilot.press("j", "o", "2")
        await all_done(pilot)
        assert opened == ["https://arxiv.org/abs/2307.00001", "https://github.com/cy/markup"]


@pytest.mark.parametrize("over_ssh", [False, True])
async def test_opened_is_said_of_what_was_opened(
    library: Library, over_ssh: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One browser that does it, one that fails at once, and none: with a real program each."""
    monkeypatch.setattr("tui_digest.desktop.opener.PATIENCE", 30.0)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/seen\n')
    browser.chmod(0o755)
    if over_ssh:
        monkeypatch.setenv("SSH_CONNECTION", "x")
    monkeypatch.setenv("BROWSER", str(browser))
    async with reading(library) as (pilot, screen):
        await pilot.press("o")
        await all_done(pilot)
        assert told(pilot)[-1].startswith("Opened https://arxiv.org/abs/2307.00001")
        assert (tmp_path / "seen").read_text() == "https://arxiv.org/abs/2307.00001\n"
        browser.write_text("#!/bin/sh\nexit 1\n")
        monkeypatch.setenv("DISPLAY", ":0")  # a system's own would be tried next
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr("tui_digest.desktop.opener._of_the_system", lambda *_: "no-display")
        await pilot.press("o")
        await all_done(pilot)
        assert isinstance(pilot.app.screen, OfferDialog)
        await pilot.press("escape")
        screen.window.settings = replace(screen.window.settings, browser="missing-browser")
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(pilot.app.screen, OfferDialog)


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (100, 30), (120, 40), (200, 60)])
async def test_every_pane_can_be_reached_at_every_size(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        for key, pane in (("l", "entry"), ("h", "entries"), ("h", "weeks"), ("t", "tags"), ("l", "entries")):
            await pilot.press(key)
            assert screen.state.pane == pane
            widget = screen.focused
            assert widget is not None
            assert widget.id == ("entry" if pane == "entry" else pane)
            assert widget.display
            assert widget.parent is not None
            assert widget.parent.display  # type: ignore[union-attr]
        shown = [screen.query_one(f"#{name}").display for name in ("left", "entries", "entry")].count(True)
        assert shown == (3 if size[0] >= 120 else 2 if size[0] >= 100 else 1)


async def test_escape_never_leaves_the_program(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(*["escape"] * 6)
        assert screen.is_running
        await pilot.press("q")
        assert has_left(pilot)


async def test_help_lists_every_key(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("?")
        await pilot.pause()
        text = "\n".join(str(widget.render()) for widget in pilot.app.screen.query("Static"))
        for key in screen.table:
            assert screen.tr(key.label) in text


async def test_the_palette_knows_the_keys(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"mark the list")
        await until(pilot, lambda: "ark the list" in offered(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: library.marks.of(SECOND).read)


async def test_another_windows_star_is_seen(library: Library) -> None:
    other = Library.open(library.paths, starters=False)
    async with reading(library) as (pilot, screen):
        other.marks.star([FIRST], True)
        await until(pilot, lambda: "★ 1" in screen.title_bar.text)


async def test_an_unexpected_error_goes_to_the_log(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(library.marks, "star", broken)

    async def star() -> None:
        async with reading(library) as (pilot, _):
            await pilot.press("s")
            await pilot.pause()

    with pytest.raises(RuntimeError):
        await star()
    assert "boom" in library.paths.log.read_text("utf-8")


async def test_korean_interface(library: Library) -> None:
    async with reading(library, lang="ko") as (_, screen):
        assert "안 읽음 3" in screen.title_bar.text
        assert "이동" in screen.footer_bar.text


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
async def test_the_footer_shows_whole_hints_and_always_help(library: Library, width: int, lang: str) -> None:
    async with reading(library, size=(width, 20), lang=lang) as (pilot, screen):
        for key in ("h", "t", "l", "l"):
            await pilot.press(key)
            line = "".join(segment.text for segment in screen.footer_bar.render_line(0))
            assert "…" not in line
            assert f"? {screen.tr('key.help')}" in line


@pytest.mark.parametrize("left", ["", APRIL, JULY.split("https://arxiv.org/abs/2307.00002")[0]])
async def test_an_import_elsewhere_may_take_away_what_is_under_the_cursor(
    library: Library, tmp_path: Path, left: str
) -> None:
    other = Library.open(library.paths, starters=False)
    async with reading(library) as (pilot, screen):
        await pilot.press("j")
        (tmp_path / "digests" / "digest-0.txt").write_text(left, "utf-8")
        other.imports.from_paths([tmp_path / "digests"])
        await until(pilot, lambda: not library.behind)
        assert screen.is_running
        there = list(library.lists.entries(screen.state.week).keys)
        await until(pilot, lambda: [row.key for row in screen.state.rows] == there)
        await pilot.press("s", "j", "k", "l", "c")
        assert pilot.app.return_code in (None, 0)


async def test_counts_where_vim_has_them(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for keys, pane in (("2 h", "weeks"), ("2 l", "entry"), ("2 tab", "tags"), ("3 g p", "entries")):
            await pilot.press(*keys.split())
            assert screen.state.pane == pane, keys
    async with reading(library, size=(60, 8)) as (pilot, screen):
        screen.panes.go_to("entry")
        await pilot.press("3", "G")
        assert screen.panes.entry.body.top == 2
        await pilot.press("g", "g")
        assert screen.panes.entry.body.top == 0


async def test_what_is_wrong_with_ones_own_keys_is_said_at_the_start(library: Library) -> None:
    settings = Settings(read_after=-1, keys={"mark.sta": ("x",), "mark.star": ("j",), "help": ("ctrl+shft+x",)})
    async with reading(library, settings=settings) as (pilot, screen):
        said = "\n".join(told(pilot))
        for words in ("mark.star", "ctrl+shift+x", "mark.star and move.down", str(library.paths.settings)):
            assert words in said
        assert not library.marks.of(screen.state.key_here() or "").starred
        await pilot.press("j")
        assert library.marks.of(screen.state.key_here() or "").starred
        assert "j k" not in screen.footer_bar.text
