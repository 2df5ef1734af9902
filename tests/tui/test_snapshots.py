"""Every screen in both languages, as it was last looked at. How to renew them: CONTRIBUTING.md."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from rich.segment import Segment
from textual import events
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of, reading
from tests.tui.snapshots import FOLDER, RENEW, WRITE, compare, drawn_segments, snapshot
from tui_digest.errors import SourceError, StoreError
from tui_digest.library import Library
from tui_digest.settings.commands import UserCommand
from tui_digest.settings.config import Settings
from tui_digest.sources.opml import ListedFeed
from tui_digest.sources.web.answer import Answer, Validators
from tui_digest.tui import themes
from tui_digest.tui.app import DigestApp
from tui_digest.tui.screens.main import MainScreen

NOW = 1_690_848_000.0
"""Every library's clock: the first of August 2023, when its newest digest had just come."""
SEEDS = Path(__file__).parents[2] / "seeds" / "ko"
LLAMA, FLASH, SPARSE = "arxiv:2307.09288", "arxiv:2307.08691", "arxiv:2307.00001"


BESIDE = ("preview", "counting", "drawing")
"""Groups of workers that bring something to a dialog."""


class Scene(NamedTuple):
    """How to come to one screen."""

    keys: str
    """Pressed one after the other; what is between quotes is pasted."""
    size: tuple[int, int] = (80, 24)
    of: str = "weeks"
    """Which library."""
    shows: str = ""
    """The id of a sentence that is waited for."""
    signs: str = ""
    ssh: bool = False
    wrong: bool = False
    full: bool = False
    """Whether the disk takes no note."""


SCENES = {
    "three-panes": Scene("", (120, 40)),
    "two-panes": Scene("", (100, 30)),
    "two-panes-entry": Scene("l", (100, 30)),
    "one-pane-weeks": Scene("h"),
    "one-pane-entries": Scene(""),
    "one-pane-entry": Scene("l"),
    "wide": Scene("", (200, 60)),
    "small": Scene("", (40, 10)),
    "small-entry": Scene("l", (40, 10)),
    "first-run": Scene("", (120, 40), of="starters"),
    "first-run-one-pane": Scene("", of="starters"),
    "empty": Scene("", (120, 40), of="empty"),
    "empty-one-pane": Scene("", of="empty"),
    "filter-found": Scene("/ 'attention'", (120, 40)),
    "filter-nothing": Scene("/ 'zebra' enter"),
    "filter-kept": Scene("/ 'attention' enter l", (120, 40)),
    "filter-mistake": Scene("/ 'llama OR tagg:llm'", (100, 30)),
    "facet-tags": Scene("t j enter", (120, 40)),
    "facet-authors": Scene("v w", (120, 40)),
    "facet-digests": Scene("h g g v d", (100, 30)),
    "views": Scene("h g g 4 j", (120, 40)),
    "note": Scene("e", (100, 30)),
    "tags-box": Scene("#", (100, 30)),
    "name-box": Scene("v u b", (100, 30)),
    "pending-keys": Scene("y", (100, 30)),
    "help": Scene("?", (100, 30)),
    "help-search": Scene("? / 'tag'"),
    "links": Scene(";"),
    "correction": Scene("m c j j j"),
    "correction-line": Scene("m c G enter j", (100, 30)),
    "export": Scene("x l j", (100, 30)),
    "import-box": Scene("i i '~/nowhere/x' tab"),
    "offer": Scene("o enter", ssh=True),
    "palette": Scene("ctrl+p", (100, 30), shows="starters.command.on"),
    "removal": Scene("ctrl+p ctrl+end enter", (100, 30), shows="remove.title"),
    "unsaved": Scene("e ' Once more.' escape", (100, 30), shows="note.unsaved.title", full=True),
    "nothing-in-dialog": Scene("; x"),
    "settings": Scene(", down"),
    "themes": Scene("ctrl+t"),
    "triage": Scene("T", (100, 30)),
    "triage-help": Scene("T ?", (100, 30)),
    "triage-summary": Scene("T s l", (100, 30)),
    "triage-small": Scene("T", (40, 10)),
    "sources": Scene("g s", of="sources"),
    "sources-wide": Scene("g s j", (120, 40), of="sources"),
    "sources-small": Scene("g s j", (40, 10), of="sources"),
    "sources-empty": Scene("g s", of="weeks"),
    "sources-muted": Scene("g s j j", (80, 24), of="sources"),
    "stats": Scene("S j"),
    "stats-own": Scene("S 2", (120, 40)),
    "stats-tags": Scene("S 3 j", (100, 30)),
    "stats-digests": Scene("S 6", (120, 40)),
    "stats-later": Scene("T l escape S 7", (100, 30)),
    "stats-wide": Scene("S", (200, 60)),
    "stats-small": Scene("S l", (40, 10)),
    "stats-ascii": Scene("S", signs="ascii"),
    "stats-empty": Scene("S", of="empty"),
    "stats-nothing-read": Scene("S 2", of="starters"),
    "selecting": Scene("V e e j", (100, 30)),
    "several": Scene(". .", (120, 40)),
    "several-one-pane": Scene(". j ."),
    "several-tags": Scene(". . #", (100, 30)),
    "several-ascii": Scene(". .", signs="ascii"),
    "consent": Scene("g z"),
    "ascii": Scene("", (100, 30), signs="ascii"),
    "error": Scene("", (100, 30), wrong=True),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One home of every kind, made once; each screen gets a copy."""
    made = {of: tmp_path_factory.mktemp(of) for of in ("weeks", "starters-en", "starters-ko", "empty")}
    for lang in ("en", "ko"):
        Library.open(home(made[f"starters-{lang}"]), lang=lang).lists.learn()
    Library.open(home(made["empty"]), starters=False).imports.put_starters(False)
    seeds = [(SEEDS / name).read_text("utf-8") for name in ("2023-07-w4.txt", "2023-06-w1.txt", "2022-12-w3.txt")]
    library = library_of(home(made["weeks"]), made["weeks"] / "digests", *seeds, JULY, APRIL)
    library.lists.learn()
    library.marks.mark_read([FLASH], True)
    library.marks.star([LLAMA, SPARSE], True)
    library.marks.note(LLAMA, "Ghost Attention을 다시 볼 것.\nRead §3.2 again.")
    library.marks.set_tags(LLAMA, ["reading-group"])
    library.views.save("attention", "attention")
    made["sources"] = tmp_path_factory.mktemp("sources")
    shutil.copytree(made["weeks"] / "home", made["sources"] / "home")
    add_sources(Library.open(home(made["sources"]), clock=lambda: NOW))
    return made


class Web:
    """Stands for `sources.web.client.Web`; knows feeds of some papers, by their addresses, and nothing else."""

    endpoints: Mapping[str, str] = MappingProxyType({})

    def __init__(self, feeds: Mapping[str, Sequence[int]]) -> None:
        self._feeds = feeds

    def get(self, url: str, **_: object) -> Answer:
        """The feed there."""
        if url not in self._feeds:
            raise SourceError("web.status", url=url, status=404)
        items = "".join(
            f"<item><title>Lamp number {number} for small rooms</title><pubDate>Sun, 30 Jul 2023 12:00:00 GMT</pubDate>"
            f"<link>https://arxiv.org/abs/2307.{number:05}</link></item>"
            for number in self._feeds[url]
        )
        body = f"<rss><channel><title>Feed</title>{items}</channel></rss>".encode()
        then = datetime.fromtimestamp(NOW, UTC)
        return Answer(
            url, None, "application/rss+xml", None, body, Validators(), not_modified=False, fetched=then, max_age=None
        )


def add_sources(library: Library) -> None:
    """One that brought something, one that is muted, one that is gone, and one that was never asked."""
    feeds = {"https://lamps.example/feed": [30001, 30002, 30003], "https://lab.example/weekly.xml": [30004]}
    library.sources.add(Web(feeds), "https://lamps.example/feed", "Lamps and lights")
    library.sources.add(Web(feeds), "https://lab.example/weekly.xml", "연구실 주간 논문")
    gone = "https://owls.example/rss"
    library.sources.add(Web({gone: [30005]}), gone, "A newsletter about owls, noon and all that goes with them")
    library.sources.refresh(Web(feeds))
    library.sources.mute("연구실 주간 논문", True)
    library.sources.add_list([ListedFeed("cs.CL", "https://arxiv.org/list/cs.CL/recent")])
    library.leave()
    library.close()


@pytest.fixture(autouse=True)
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times of day are shown as they are there."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def press(pilot: Pilot[None], keys: str) -> None:
    """Go there."""
    for number, part in enumerate(keys.split("'")):
        if number % 2:
            pilot.app.post_message(events.Paste(part))
            await pilot.pause()
        else:
            await pilot.press(*part.split())


async def settled(pilot: Pilot[None], shows: str) -> str:
    """The screen, once nothing more comes to it from beside."""
    app = pilot.app
    assert isinstance(app, DigestApp)
    before: list[Segment] = []
    async with asyncio.timeout(20):
        while True:
            await pilot.pause()
            mains = [screen for screen in app.screen_stack if isinstance(screen, MainScreen)]
            counting = any(screen.views.uncounted or not screen.panes.weeks.followed for screen in mains)
            looking = any(worker.group in BESIDE and not worker.is_finished for worker in app.workers)
            now = drawn_segments(app)
            if now == before and not (counting or looking):
                drawn = snapshot(app)
                if not shows or app.tr(shows) in drawn:
                    return drawn
            before = now
            await pilot.pause(0.03)


def _full(*_: object, **__: object) -> None:
    raise StoreError("store.full", path="~/.local/share/tui-digest/journal")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", SCENES)
async def test_the_screen_is_as_it_was_looked_at(
    name: str, lang: str, homes: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = SCENES[name]
    if scene.ssh:
        monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    of = f"starters-{lang}" if scene.of == "starters" else scene.of
    shutil.copytree(homes[of] / "home", tmp_path / "home")
    library = Library.open(home(tmp_path), clock=lambda: NOW)
    command = UserCommand('curl --json @- "$CHAT_WEBHOOK" &&\n  echo "$TUI_DIGEST_TITLE"', ("g z",))
    commands = {"send": command} if "z" in scene.keys.split() else {}
    settings = Settings(read_after=-1, theme=themes.DARK.name, signs=scene.signs, commands=commands)
    async with reading(library, size=scene.size, lang=lang, settings=settings) as (pilot, screen):
        if scene.of in ("weeks", "sources"):
            screen.panes.show_week("2023-W29")
        await pilot.pause()
        if scene.full:
            monkeypatch.setattr(library.marks, "write_note", _full)
        await press(pilot, scene.keys)
        if scene.wrong:
            screen.voice.report(StoreError("store.full", path="~/.local/share/tui-digest/marks.json"))
        now = await settled(pilot, scene.shows)
    assert str(tmp_path) not in now
    compare(f"{name}.{lang}", now)


def test_no_snapshot_is_left_of_a_screen_that_is_gone() -> None:
    left = {path.stem for path in FOLDER.glob("*.txt")} - {f"{name}.{lang}" for name in SCENES for lang in ("en", "ko")}
    if os.environ.get(WRITE) == "write":
        for stem in left:
            (FOLDER / f"{stem}.txt").unlink()
    else:
        assert left == set(), RENEW
