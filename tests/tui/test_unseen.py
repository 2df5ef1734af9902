"""What nobody sees is not put together, but it is drawn: the same lines of the same widgets; what fails there fails."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from tests.tui.snapshots import drawn_whole
from tui_digest.tui.terminal.sparing_compositor import lay_out_now


class Drawn(Static):
    """Tells what is asked of it."""

    asked: list[Region]
    fails = False

    def render_lines(self, crop: Region) -> list[Strip]:
        """What is asked, unless it fails."""
        if self.fails:
            raise ZeroDivisionError
        self.asked.append(crop)
        return super().render_lines(crop)


class Gallery(App[None]):
    """One widget in view, one in part, one out of view."""

    CSS = "Drawn { height: 5; } #part { margin-top: 16; } #out { margin-top: 40; }"

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        for name in ("in", "part", "out"):
            drawn = Drawn(name, id=name)
            drawn.asked = []
            yield drawn


async def test_the_same_widgets_draw_the_same_lines() -> None:
    whole: list[int] = []

    class Watched(Gallery):
        watched = True

    asked = []
    for kind in (Gallery, Watched):
        app = kind()
        async with app.run_test(size=(40, 24)) as pilot:
            await pilot.pause()
            for each in (drawn := [*app.query(Drawn)]):
                each.asked.clear()
            app.screen.refresh()
            await pilot.pause()
            asked.append([[*each.asked] for each in drawn])
            whole.append(len(drawn_whole(app).strips))
    assert asked[0] == asked[1]
    assert asked[0] == [[Region(0, 0, 38, 5)], [Region(0, 0, 38, 3)], []]  # a scrollbar stands beside them
    assert whole == [24, 24], "a test that looks sees all of it"


async def test_an_update_that_nobody_sees_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(App, "_display", lambda app, screen, update: shown.append(update))
    for watched in (False, True):
        shown.clear()
        app = Gallery()
        app.watched = watched  # type: ignore[attr-defined]
        async with app.run_test() as pilot:
            app.screen.refresh()
            await pilot.pause()
            assert [len(update.strips) for update in shown if hasattr(update, "strips")][-1] == (24 if watched else 0)


async def test_what_fails_while_it_is_drawn_fails() -> None:
    async def drawing() -> None:
        async with Gallery().run_test() as pilot:
            pilot.app.query_one("#in", Drawn).fails = True
            pilot.app.screen.refresh()
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        await drawing()


async def test_each_state_in_which_it_rests_is_drawn_once() -> None:
    async with Gallery().run_test(size=(40, 24)) as pilot:
        drawn = pilot.app.query_one("#in", Drawn)
        drawn.asked.clear()
        for height in (9, 7, 4):
            drawn.styles.height = height
            lay_out_now(pilot.app.screen)
            assert not drawn.asked, "it does not rest"
        await pilot.pause()
        assert drawn.asked == [Region(0, 0, 38, 4)]
        await pilot.press("x", "y")
        await pilot.pause()
        assert len(drawn.asked) == 1, "nothing changed"


async def test_the_first_time_a_screen_is_drawn_at_once() -> None:
    class Another(Screen[None]):
        def compose(self) -> ComposeResult:
            drawn = Drawn("new")
            drawn.asked = []
            yield drawn

    async with Gallery().run_test(size=(40, 24)) as pilot:
        await pilot.pause()
        await pilot.app.push_screen(other := Another())
        lay_out_now(other)
        assert other.query_one(Drawn).asked, "before it rests"
