"""Commands of the user's own, by a key: shown first, run beside the reading, and how they ended is told."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Static

from tests.tui.reading import lines, offered, reading, told, until
from tui_digest.library import Library
from tui_digest.library.exports import Outgoing
from tui_digest.settings.commands import UserCommand
from tui_digest.settings.config import Settings
from tui_digest.tui.screens.consent import ConsentDialog, visible

pytestmark = [
    pytest.mark.usefixtures("user_home"),
    pytest.mark.skipif(os.name == "nt", reason="the tests' commands are of a POSIX shell"),
]


def with_command(run: str, **more: Any) -> Settings:
    return Settings(read_after=-1, commands={"send": UserCommand(run, ("g z",), **more)})


def text_of(run: str, library: Library) -> str:
    library.memory.allow(run)
    return run


@pytest.mark.parametrize("away", ["escape", "n", "q", "enter"])
async def test_a_text_is_shown_before_it_runs_the_first_time(library: Library, user_home: Path, away: str) -> None:
    run = 'cat > "in"; printf %s "$TUI_DIGEST_TITLE" > title; echo sent'
    async with reading(library, settings=with_command(run)) as (pilot, screen):
        await pilot.press("g", "z")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, ConsentDialog)
        assert str(dialog.query_one("#text", Static).content) == run
        await pilot.press(away)
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("g", "z", "y")
        await until(pilot, lambda: told(pilot)[-1:] == ["send: sent"])
        assert (user_home / "title").read_text() == "Sparse Memory for Long Context"
        await pilot.press("g", "z")  # not asked any more
        await until(pilot, lambda: told(pilot).count("send: sent") == 2)
    async with reading(Library.open(library.paths), settings=with_command(run + " ")) as (pilot, _):
        await pilot.press("g", "z")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConsentDialog)  # another text


async def test_a_long_text_with_hidden_letters_is_seen_whole(library: Library) -> None:
    run = "\n".join(f"echo {n}" for n in range(100)) + "\x1b[2K\u202e; true"
    assert visible(run).endswith("99⟨U+001B⟩[2K⟨U+202E⟩; true")
    async with reading(library, size=(80, 24), settings=with_command(run)) as (pilot, _):
        await pilot.press("g", "z")
        await pilot.pause()
        frame = pilot.app.screen.query_one(VerticalScroll)
        for _ in range(12):
            await pilot.press("space")
        assert frame.scroll_y == frame.max_scroll_y > 50
        assert any("⟨U+001B⟩" in line for line in lines(pilot))
        await pilot.press("k", "j", "pageup", "escape")
        assert not library.memory.is_allowed(run)


async def test_all_that_are_selected_are_told_of(library: Library, user_home: Path) -> None:
    run = text_of('printf "%s\\n" "$TUI_DIGEST_KEY" >> keys', library)
    async with reading(library, settings=with_command(run)) as (pilot, _):
        await pilot.press("m", "l", "g", "z")
        await until(pilot, lambda: told(pilot)[-1:] == ["send: done"])
        assert len((user_home / "keys").read_text().splitlines()) == 3
    together = text_of("cat > all; echo $TUI_DIGEST_COUNT", library)
    async with reading(Library.open(library.paths), settings=with_command(together, together=True)) as (pilot, _):
        await pilot.press("m", "l", "g", "z")
        await until(pilot, lambda: told(pilot)[-1:] == ["send: 3"])
        assert len((user_home / "all").read_text().splitlines()) == 3


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_a_failure_is_told_with_its_last_line(library: Library, lang: str) -> None:
    run = text_of('echo no such thing >&2; test "$TUI_DIGEST_KEY" != arxiv:2307.00002 || exit 7', library)
    async with reading(library, lang=lang, settings=with_command(run)) as (pilot, _):
        await pilot.press("m", "l", "g", "z")
        await until(pilot, lambda: "no such thing" in told(pilot)[-1])
        first, said, rest = told(pilot)[-1].splitlines()
        assert "send" in first and "7" in first
        assert said == "no such thing"
        assert "1" in rest and "3" in rest


@pytest.mark.parametrize("keys", [("escape",), ("i", "c")])
async def test_reading_goes_on_and_a_key_stops_it(library: Library, user_home: Path, keys: tuple[str, ...]) -> None:
    run = text_of("touch begun; sleep 600", library)
    async with reading(library, settings=with_command(run)) as (pilot, screen):
        await pilot.press("g", "z")
        await until(pilot, (user_home / "begun").exists)
        await pilot.press("j", "s", ".")
        assert screen.state.cursor == 2 and len(screen.selected) == 1
        await pilot.press("g", "z")
        assert told(pilot)[-1] == "send is running already"
        await pilot.press(*keys)
        await until(pilot, lambda: told(pilot)[-1].startswith("send was stopped"))
        assert len(screen.selected) == 1  # what Esc was for
        await pilot.press("escape")
        assert len(screen.selected) == 0


async def test_the_terminal_is_lent_where_it_can_be(
    library: Library, user_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = text_of('cp "$TUI_DIGEST_JSON" seen; exit 2', library)
    async with reading(library, settings=with_command(run, tty=True)) as (pilot, screen):
        await pilot.press("g", "z")
        await until(pilot, lambda: told(pilot)[-1:] == ["send could not be started"])  # no terminal in this test
        monkeypatch.setattr(screen.window, "lend_terminal", lambda work: work())
        await pilot.press("g", "z")
        await until(pilot, lambda: told(pilot)[-1] == "send failed: exit code 2")
        assert '"key":"arxiv:2307.00001"' in (user_home / "seen").read_text().replace(": ", ":")


async def test_help_and_palette_have_it(library: Library) -> None:
    async with reading(library, settings=with_command("true", about="Send it off")) as (pilot, screen):
        await pilot.press("?", "/", *"send it")
        await pilot.pause()
        assert any("gz" in line and "Send it off" in line for line in lines(pilot))
        await pilot.press("escape", "escape", "g")
        await pilot.pause()
        assert "Send it off" in lines(pilot)[-1]  # what may follow
        await pilot.press("escape", "ctrl+p", *"send it")
        await until(pilot, lambda: "Send it off" in offered(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsentDialog))
        assert screen.state.pane == "entries"


@pytest.mark.parametrize("scope", ["entry", "list", "selected"])
async def test_an_export_may_go_to_a_command(library: Library, user_home: Path, scope: str) -> None:
    run = 'cat > out; echo "$TUI_DIGEST_COUNT $TUI_DIGEST_FORMAT $TUI_DIGEST_KEY"'
    chosen = {"entry": (), "list": ("l",), "selected": ()}[scope]
    async with reading(library, settings=with_command(run)) as (pilot, _):
        library.memory.save_exported(("ris", "file"))
        await pilot.press(*((".", "j", ".") if scope == "selected" else ()), "x", *chosen, "j", "j", "l")
        await pilot.pause()
        assert any("the command send" in line for line in lines(pilot))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConsentDialog)
        await pilot.press("y")
        said = {"entry": "1 ris arxiv:2307.00001", "list": "3 ris", "selected": "2 ris"}[scope]
        await until(pilot, lambda: told(pilot)[-1:] == [f"send: {said}"])
        assert (user_home / "out").read_text().count("TY  -") == int(said[0])
        assert library.memory.load_exported() == ("ris", "command send")


async def test_an_export_that_is_stopped_starts_no_command(
    library: Library, user_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, at_work, go_on = text_of("touch begun", library), threading.Event(), threading.Event()
    one_by_one = Outgoing.__iter__

    def slowly(self: Outgoing) -> Any:
        for each in one_by_one(self):
            at_work.set()
            go_on.wait(30)
            yield each

    monkeypatch.setattr(Outgoing, "__iter__", slowly)
    async with reading(library, settings=with_command(run)) as (pilot, _):
        library.memory.save_exported(("ris", "command send"))
        await pilot.press("x", "l", "enter")
        await until(pilot, at_work.is_set)
        await pilot.press("escape")
        go_on.set()
        await until(pilot, lambda: "cut short" in told(pilot)[-1])
    assert not (user_home / "begun").exists()


async def test_an_empty_list_has_nothing_to_run_it_on(library: Library) -> None:
    async with reading(library, settings=with_command("true")) as (pilot, screen):
        await pilot.press("v", "s")
        await until(pilot, lambda: len(screen.state.rows) == 0)
        await pilot.press("g", "z")
        assert pilot.app.screen is screen
