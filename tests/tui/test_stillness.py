"""Nothing moves by itself, whatever the environment says: no cursor blinks, nothing slides, no clock paints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual._animator import SimpleAnimation
from textual._compositor import Compositor
from textual.message_pump import MessagePump
from textual.timer import Timer

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of, reading
from tui_digest.library import Library
from tui_digest.tui.screens.main import MainScreen

OPENED = ("", "h", "l", "?", "? /", ",", "ctrl+t", "ctrl+p", ";", "/", "#", "e", "v u b", "T", "V", "m c", "x", "i i",
          "g s", "S")  # fmt: skip
"""Keys that come to each kind of screen, dialog and box."""


class Clocks:
    """What comes due again and again, and what of it is at work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._timers: list[tuple[MessagePump, Timer, Any]] = []
        self._paused: set[Timer] = set()
        begin, hold, go_on, start_over = MessagePump.set_interval, Timer.pause, Timer.resume, Timer.reset

        def begun(pump: MessagePump, interval: float, callback: Any = None, **options: Any) -> Timer:
            timer = begin(pump, interval, callback, **options)
            self._timers.append((pump, timer, callback))
            if options.get("pause"):
                self._paused.add(timer)
            return timer

        def paused(timer: Timer) -> None:
            self._paused.add(timer)
            hold(timer)

        def resumed(timer: Timer) -> None:
            self._paused.discard(timer)
            go_on(timer)

        def begun_anew(timer: Timer) -> None:
            self._paused.discard(timer)
            start_over(timer)

        monkeypatch.setattr(Timer, "reset", begun_anew)
        monkeypatch.setattr(MessagePump, "set_interval", begun)
        monkeypatch.setattr(Timer, "pause", paused)
        monkeypatch.setattr(Timer, "resume", resumed)

    def strike(self) -> int:
        """All that are at work come due now, once: how many did."""
        due = [call for pump, timer, call in self._timers if pump.is_running and call and timer not in self._paused]
        for call in due:
            call()
        return len(due)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


async def painted_at_rest(pilot: Any, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the screen was composed because clocks came due. What is still counted beside the keys is painted
    once and then rests, what moves is painted each time: so they strike until nothing is painted, or often enough."""
    composed, compose = [0], Compositor.render_update

    def counted(*args: Any, **options: Any) -> Any:
        composed[0] += 1
        return compose(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Compositor, "render_update", counted)
        for _ in range(20):
            await pilot.pause()
            composed[0] = 0
            assert clocks.strike() >= 2, "the app looks after its library"
            await pilot.pause()
            if not composed[0]:
                break
    return composed[0]


async def test_no_clock_paints_where_nothing_changed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    async with reading(library, size=(100, 30)) as (pilot, screen):
        for keys in OPENED:
            await pilot.press(*keys.split())
            assert await painted_at_rest(pilot, clocks, monkeypatch) == 0, keys
            await pilot.press("escape", "escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, MainScreen), keys
            screen.narrowing.view_all()


@pytest.mark.parametrize("key", ["/", "e", "ctrl+p"])
async def test_a_cursor_that_blinks_would_be_seen(library: Library, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    async with reading(library, size=(100, 30)) as (pilot, _):
        await pilot.press(key)
        await pilot.pause()
        box: Any = pilot.app.focused
        box.cursor_blink = True
        pilot.app.screen.set_focus(None)
        box.focus()
        assert await painted_at_rest(pilot, clocks, monkeypatch)


@pytest.mark.parametrize("level", ["none", "full"], ids=["as it is", "were it not so"])
async def test_what_is_scrolled_is_there_at_once(library: Library, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, step = list[bool](), SimpleAnimation.__call__

    def stepped(animation: SimpleAnimation, *args: Any) -> bool:
        steps.append(done := step(animation, *args))
        return done

    monkeypatch.setattr(SimpleAnimation, "__call__", stepped)
    async with reading(library, size=(60, 12)) as (pilot, _):
        if level == "full":
            pilot.app.animation_level = "full"
        assert pilot.app.animation_level == level
        for keys in ("?", "ctrl+p"):
            await pilot.press(keys)
            await pilot.pause()
            for widget in pilot.app.screen.query("*"):
                widget.scroll_end(duration=0.1)
            await pilot.pause()
            await pilot.app.animator.wait_until_complete()
            await pilot.press("escape", "escape")
            await pilot.pause()
    assert (not all(steps)) is (level == "full")
    assert steps
