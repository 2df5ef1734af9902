"""Each key that the footer of a dialog or text field names is pressed there, and something that one sees comes of it:
also where there is but one row, in a small terminal, and with a Korean input method on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import APRIL, JULY, all_done, library_of, reading, told
from tests.tui.snapshots import drawn_segments
from tests.tui.test_footers import come, footers
from tests.tui.test_snapshots import Web
from tui_digest.library import Library
from tui_digest.tui.key_taker import taker_of
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.terminal.keyboard_layouts import DUBEOLSIK

ONE = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Sparse Memory (Ada One)
#memory
"""

DIALOGS = {
    "help": "?", "help, found": "? / t a g enter", "links": ";", "export": "x", "settings": ",", "themes": "ctrl+t",
    "correction": "m c", "palette": "ctrl+p", "palette, one": "ctrl+p 테 마", "palette, none": "ctrl+p z q z q",
    "stats": "S", "stats, tags": "S 3", "stats, none": "S 7", "sources": "g s", "removal": "ctrl+p ctrl+end enter",
    "import": "i i", "own tags": "#", "add": "i n", "search": "/ m", "search, none": "/ z q z q", "note": "e",
    "view": "/ m enter b", "triage": "T", "triage, links": "T ;", "summary": "T r r r r r r", "source removal": "g s x",
}  # fmt: skip
"""How to come to each; those that take the most away stand last."""

PAIRS = ({"j", "k"}, {"h", "l"}, {"up", "down"})
"""Keys that do one thing together: at an end of the list one of them does nothing."""

HANGUL = {us: own for own, us in DUBEOLSIK.items()}


FEW = ("links", "sources", "source removal", "triage, links", "stats")
"""Those in which other keys are named where there are several rows."""


def library_with(home_: Path, monkeypatch: pytest.MonkeyPatch, *texts: str) -> Library:
    """A library of these digests, with as many sources; links are opened in nothing."""
    library = library_of(home(home_), home_ / "digests", *texts)
    feeds = {f"https://lamps.example/{number}": [30001 + number] for number in range(len(texts))}
    for address in feeds:
        library.sources.add(Web(feeds), address, address[-1])
    monkeypatch.setattr("tui_digest.desktop.opener.ways_to_open", lambda *_, **__: [["true"]])
    monkeypatch.setattr("tui_digest.desktop.opener.try_ways", lambda _: None)
    return library


def seen(pilot: Pilot[None]) -> tuple[object, ...]:
    """All that one sees, and how much was said."""
    app = pilot.app
    return len(app.screen_stack), type(app.screen), drawn_segments(app), len(told(pilot))


def nothing_said(pilot: Pilot[None]) -> bool:
    """Whether it is said of a key that it does nothing."""
    takers = (getattr(screen, "taker", None) for screen in pilot.app.screen_stack)
    return any("쓰지 않습니다" in taker.flashed for taker in takers if taker is not None)


async def back(pilot: Pilot[None], screen: MainScreen) -> None:
    """To the list, whatever is open."""
    await all_done(pilot)
    while pilot.app.screen is not screen or screen.typing or screen.state.narrowed:
        screen.panes.go_to("entries")
        await pilot.press("escape")
    screen.panes.go_to("entries")
    await pilot.pause()


async def come_and_wait(pilot: Pilot[None], screen: MainScreen, keys: str) -> None:
    """To a dialog, with all that it waits for."""
    await come(pilot, screen, keys)
    await all_done(pilot)


async def test_what_was_said_may_fade_while_a_dialog_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its footer follows that to the last, when what it tells of is gone already."""
    library = library_with(tmp_path, monkeypatch, ONE)
    async with reading(library, size=(80, 24), lang="ko") as (pilot, screen):
        for keys in DIALOGS.values():
            await come_and_wait(pilot, screen, keys)
            while (open_ := pilot.app.screen) is not screen and len(pilot.app.screen_stack) > 1:
                taker = taker_of(open_) or screen.taker
                open_.dismiss(None)
                while open_.is_running:
                    taker.fade()
                    await asyncio.sleep(0)
            await back(pilot, screen)


@pytest.mark.parametrize(
    ("texts", "typed", "places"),
    [((ONE,), HANGUL, tuple(DIALOGS)), ((JULY, APRIL), {}, FEW)],
    ids=["one of each, in Hangul", "several"],
)
async def test_every_key_that_a_footer_names_does_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: Sequence[str], typed: dict[str, str], places: Sequence[str]
) -> None:
    library, idle = library_with(tmp_path, monkeypatch, *texts), list[tuple[str, str]]()
    async with reading(library, size=(80, 24), lang="ko") as (pilot, screen):
        for name in places:
            keys = DIALOGS[name]
            await come_and_wait(pilot, screen, keys)
            named = [tokens for _, tokens in footers(pilot)]
            acted: set[str] = set()
            for tokens in named:
                at, dialog = seen(pilot), pilot.app.screen
                field = pilot.app.focused
                typing = field is not None and field.check_consume_key("a", "a")
                await pilot.press(*(tokens.split() if typing else [typed.get(key, key) for key in tokens.split()]))
                for _ in range(20):
                    if seen(pilot) != at:
                        break
                    await pilot.pause(0.01)
                else:
                    await all_done(pilot)
                if seen(pilot) != at and not nothing_said(pilot):
                    acted.add(tokens)
                if not any(tokens in pair for pair in PAIRS) or pilot.app.screen is not dialog:
                    await back(pilot, screen)
                    await come_and_wait(pilot, screen, keys)
            lone = {tokens for tokens in named if not any(tokens in pair and pair & acted for pair in PAIRS)}
            idle += [(name, tokens) for tokens in lone - acted]
            await back(pilot, screen)
    assert idle == []
