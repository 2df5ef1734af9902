"""The reader over a small library of real digest text, for Pilot tests: press keys, look at the screen's state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import OptionList

from tui_digest.errors import DigestError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.paths import Paths
from tui_digest.settings.config import Settings
from tui_digest.tui.app import DigestApp
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.themes import attribute_variables, ink_variables
from tui_digest.tui.widgets.inks import InkScreen
from tui_digest.tui.widgets.note_editor import NoteEditor

JULY = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Sparse Memory for Long Context (Ada One, Bo Two)
긴 문맥에서 메모리를 성기게 쓰는 방법입니다.
#memory #efficiency
https://arxiv.org/abs/2307.00002
A Title with [/] Markup in It [bold] (Cy Three)
대괄호가 있는 제목입니다. https://github.com/cy/markup 도 볼만합니다.
#memory
https://example.org/post
제목이 없는 글입니다.
#blog
"""

APRIL = """2023년 4월 4주차
https://arxiv.org/abs/2304.00001
An Older Paper (Di Four)
#efficiency
https://arxiv.org/abs/2307.00001v2
Sparse Memory for Long Context (Ada One, Bo Two)
같은 논문을 다른 주에 또 보았습니다.
#memory
"""


def library_of(paths: Paths, folder: Path, *texts: str) -> Library:
    """A library of these digests, in a home of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    library = Library.open(paths, starters=False)
    for number, text in enumerate(texts):
        (folder / f"digest-{number}.txt").write_text(text, "utf-8")
    library.imports.from_paths([folder])
    return library


class InkApp(App[None]):
    """An application of a single widget of ours: the inks have the colours of Textual's own theme."""

    def get_css_variables(self) -> dict[str, str]:
        theme = self.current_theme
        return {**super().get_css_variables(), **ink_variables(theme), **attribute_variables(theme)}

    def get_default_screen(self) -> InkScreen[None]:
        return InkScreen()


class Listening(DigestApp):
    """The reader, and every notice that it showed: only the newest stays on the screen."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.told: list[str] = []

    def notify(self, message: str, **options: Any) -> None:  # type: ignore[override]
        self.told.append(message)
        super().notify(message, **options)


@asynccontextmanager
async def reading(
    library: Library,
    *,
    size: tuple[int, int] = (120, 40),
    lang: str = "en",
    tr: Translator | None = None,
    settings: Settings | None = None,
    notices: Sequence[DigestError] = (),
) -> AsyncIterator[tuple[Pilot[None], MainScreen]]:
    """The reader, running."""
    app = Listening(library, settings or Settings(read_after=-1), tr or Translator(lang), notices)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, MainScreen)
        yield pilot, screen


def digest_here(screen: MainScreen) -> str:
    """The id of the digest that the entry shown stands in."""
    here = screen.state.current()
    assert here is not None
    return here.digest.id


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Wait for what a timer, a thread or a message brings about, and no longer."""
    for _ in range(1000):
        if true():
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came")


async def all_done(pilot: Pilot[None]) -> None:
    """Wait for the workers, and for those that they begin at their end."""
    while True:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if not list(pilot.app.workers):
            return


def painted(pilot: Pilot[None]) -> list[Strip]:
    """The lines of the screen on top, without what shows through from below it. The one reach for Textual's painted
    lines, for it has no public way to them."""
    return pilot.app.screen._compositor.render_strips()


def lines(pilot: Pilot[None]) -> list[str]:
    """The text of the screen on top, line by line."""
    return [strip.text for strip in painted(pilot)]


def note_box(screen: MainScreen) -> NoteEditor:
    """The box in which a note is open."""
    return screen.query_one(NoteEditor)


def has_left(pilot: Pilot[None]) -> bool:
    """Whether the app was told to end."""
    return pilot.app._exit


def offered(pilot: Pilot[None]) -> str:
    """The command that Enter would choose in the palette; nothing as long as it looks for some."""
    lists = pilot.app.screen.query(OptionList)
    if not lists or lists.first().highlighted is None:
        return ""
    return str(lists.first().get_option_at_index(lists.first().highlighted or 0).prompt)


def told(pilot: Pilot[None]) -> list[str]:
    """The notices that were shown, oldest first."""
    assert isinstance(pilot.app, Listening)
    return pilot.app.told
