"""Draws the pictures of README and guide, in both languages, from the reader itself on its starter digests.

usage: python docs/make_pictures.py [NAME…]     all, or those; into docs/pictures/
       python docs/make_pictures.py --still NAME FRAME FILE.svg    one frame of a recording, to look at

The clock, the home and the terminal are always the same ones, so that the same program draws the same bytes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from terminal_svg import Frame, picture, recording
from textual import events

from tui_digest.desktop import clipboard
from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.library import Library
from tui_digest.paths import locate, starter_folders
from tui_digest.settings.config import Settings
from tui_digest.tui import themes
from tui_digest.tui.app import DigestApp

FOLDER = Path(__file__).parent / "pictures"
NOW = 1_709_985_600.0
"""Noon of the day of the newest starter digest."""
_STARRED = ("arxiv:2305.18290", "arxiv:2312.00752", "arxiv:2309.06180")


class Scene(NamedTuple):
    """A picture: the keys that lead there, and the size of the terminal. What is between quotes is pasted."""

    keys: str
    size: tuple[int, int] = (100, 28)
    light: bool = False
    first: bool = False
    """Whether it is the first start; else the same digests were imported as one's own."""


class Step(NamedTuple):
    """A step of a recording: keys, what the cap shows, and for how long the screen is left to be looked at."""

    keys: str
    shown: str
    seconds: float


SCENES = {
    "screenshot": Scene("h j j j l j", (118, 30)),
    "first": Scene("", first=True),
    "find": Scene("h g g l / 'attention' enter", (118, 28)),
    "triage": Scene("h j j j l T"),
    "import": Scene("i i '~/dig' tab", (80, 24), first=True),
    "export": Scene("h j j j l x j", (100, 30)),
    "small": Scene("h j j j enter", (80, 24)),
}

TOUR = (
    Step("", "", 2.0),
    Step("h j j j", "h  j j j", 1.4),
    Step("l", "l", 0.8),
    Step("j", "j", 0.8),
    Step("s", "s", 1.3),
    Step("enter", "Enter", 1.4),
    Step("c", "c", 1.8),
    Step("escape h g g l", "Esc  h  g g  l", 1.2),
    Step("/", "/", 0.6),
    Step("'attention'", "attention", 1.4),
    Step("enter", "Enter", 1.3),
    Step("v s", "v s", 1.8),
    Step("u", "u", 1.8),
)
"""The recording: weeks, an entry, a star, the link copied, finding, what is starred, undo."""
TOUR_SIZE = (118, 30)


async def press(pilot: object, keys: str) -> None:
    """Strike keys one after the other, and wait until all that they lead to is done."""
    app = pilot.app  # type: ignore[attr-defined]
    for number, part in enumerate(keys.split("'")):
        if number % 2:
            app.post_message(events.Paste(part))
            await pilot.pause()  # type: ignore[attr-defined]
        elif part.split():
            await pilot.press(*part.split())  # type: ignore[attr-defined]
    await settled(pilot)


async def settled(pilot: object) -> None:
    """Wait until nothing is on its way, and the screen stays as it is."""
    before: list[str] | None = None
    for _ in range(100):
        await pilot.pause(0.05)  # type: ignore[attr-defined]
        now = [strip.text for strip in strips(pilot.app)]  # type: ignore[attr-defined]
        if now == before:
            return
        before = now


def strips(app: DigestApp) -> list[object]:
    """The painted lines of all screens, each as one strip."""
    from textual.strip import Strip

    full = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    return [Strip.join(each) for each in full.strips]


async def frames(lang: str, scene: Scene, steps: Sequence[Step]) -> tuple[list[Frame], str, str]:
    """The frames of these steps; the theme's ink and ground."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(TUI_DIGEST_HOME=home, HOME=home, TERM="xterm-256color", COLORTERM="truecolor", TZ="UTC")
        for name in ("NO_COLOR", "TMUX", "SSH_TTY", "SSH_CONNECTION", "COLORFGBG"):
            os.environ.pop(name, None)
        (Path(home) / "digests").mkdir()
        library = Library.open(locate(), starters=scene.first, lang=lang, clock=lambda: NOW)
        if not scene.first:
            library.imports.from_paths(starter_folders(lang))
        library.marks.star(_STARRED, True)
        library.marks.mark_read(["arxiv:2307.09288"], True)
        theme = themes.LIGHT if scene.light else themes.DARK
        app = DigestApp(library, Settings(read_after=-1, theme=theme.name), Translator(lang))
        made: list[Frame] = []
        async with app.run_test(size=scene.size, notifications=True) as pilot:
            await settled(pilot)
            for step in steps:
                app.screen.taker.fade()  # type: ignore[attr-defined]  # what was said is read by now
                await press(pilot, step.keys)
                made.append(Frame(strips(app), step.seconds, step.shown))
        library.close()
    return made, str(theme.foreground), str(theme.background)


def draw(name: str, lang: str) -> str:
    """A picture as SVG."""
    if name == "tour":
        made, ink, ground = asyncio.run(frames(lang, Scene("", TOUR_SIZE), TOUR))
        return recording(made, ink, ground, poster=5)
    scene = SCENES[name]
    made, ink, ground = asyncio.run(frames(lang, scene, [Step(scene.keys, "", 0.0)]))
    return picture(made[-1], ink, ground)


def still(name: str, lang: str, at: int) -> str:
    """One frame of the recording."""
    made, ink, ground = asyncio.run(frames(lang, Scene("", TOUR_SIZE), TOUR[: at + 1]))
    return picture(made[at], ink, ground)


def main(asked: list[str]) -> None:
    """Draw what is asked for."""
    clipboard.copy = lambda text, **_: clipboard.Outcome("copied", "wl-copy")  # type: ignore[assignment]
    if asked[:1] == ["--still"]:
        name, _, lang = asked[1].rpartition(".")
        Path(asked[3]).write_text(still(name, lang, int(asked[2])), "utf-8")
        return
    FOLDER.mkdir(exist_ok=True)
    for name in asked or [*SCENES, "tour"]:
        for lang in LANGUAGES:
            (FOLDER / f"{name}.{lang}.svg").write_text(draw(name, lang), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
