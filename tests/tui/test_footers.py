"""Every key that a footer names acts there, by the mouse too, and is named once; no footer names keys of another
screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of, lines, offered, reading, until
from tests.tui.test_snapshots import Web, settled
from tui_digest.errors import StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.settings.commands import UserCommand
from tui_digest.settings.config import Settings
from tui_digest.tui.box_keys import PLACES
from tui_digest.tui.hints import box_hints, fitting
from tui_digest.tui.key_list import sections
from tui_digest.tui.keymap import KEYS, PANES, KeyReader, screens_of
from tui_digest.tui.screens.dialogs import keys_of
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.terminal.inside import key_name
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.in_turn import InTurn
from tui_digest.tui.widgets.row_pieces import cells

STATES = (
    {"help": "?", "help, searched": "? / t a g", "help, found": "? / t a g enter", "links": ";", "export": "x",
     "settings": ",", "themes": "ctrl+t", "sources": "g s", "source removal": "g s x", "correction": "m c",
     "palette": "ctrl+p", "removal": "ctrl+p ctrl+end enter", "stats": "S", "stats, tags": "S 3",
     "stats, none": "S 7", "consent": "g z", "triage": "T", "triage, help": "T ?", "begun": "y", "import": "i i",
     "own tags": "#", "search": "/ a", "note": "e", "several": ". . j", "weeks": "h h", "tags": "h h tab",
     "entry": "l l", "selecting": "V"},
    {"summary": "T s s s s s"}, {"no source": "g s x y x y"}, {"note, unsaved": "e a escape"},
)  # fmt: skip
"""How to come to every kind of footer; those of one group in one reader, from which Esc leads back."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    feeds = {"https://lamps.example/feed": [30001], "https://owls.example/feed": [30002]}
    for number, address in enumerate(feeds):
        library.sources.add(Web(feeds), address, f"Source {number}")
    library.sources.refresh(Web(feeds))
    return library


def footers(pilot: Pilot[None]) -> Iterator[tuple[Bar, str]]:
    """The lines of the screen on top that name keys, and each key they type."""
    for bar in pilot.app.screen.query(Bar):
        typed = [bar.typed_at(x) for x in range(bar.size.width)] if bar.display else []
        yield from ((bar, tokens) for tokens in dict.fromkeys(filter(None, typed)))


async def come(pilot: Pilot[None], screen: MainScreen, keys: str) -> None:
    for key in keys.split():
        await pilot.press(key)
        if key == "ctrl+p":
            await until(pilot, lambda: offered(pilot))
    await settled(pilot, "")
    for main in pilot.app.screen_stack:
        if (taker := getattr(main, "taker", None)) is not None:
            taker.fade()
    await pilot.pause()


@pytest.mark.parametrize("states", STATES, ids=lambda states: next(iter(states)))
async def test_every_key_that_a_footer_names_acts_there_and_is_named_once(
    library: Library, states: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(read_after=-1, commands={"send": UserCommand("true", ("g z",))})
    async with reading(library, size=(160, 40), settings=settings) as (pilot, screen):
        if "note, unsaved" in states:
            monkeypatch.setattr(library.marks, "write_note", _full)
        for name, keys in states.items():
            await come(pilot, screen, keys)
            check(pilot, name)
            await pilot.press(*["x" if "unsaved" in name else "escape", *["escape"] * 5])
            await until(pilot, lambda: pilot.app.screen is screen)


def check(pilot: Pilot[None], name: str) -> None:
    """What the footer of the screen on top names."""
    top = pilot.app.screen
    bar = top.query_one("#footer", Bar)
    named = [tokens for _, tokens in footers(pilot)]
    assert named and len(named) == len(set(named)), name
    reader = getattr(top, "reader", None)
    for tokens in named if not isinstance(pilot.app.focused, InTurn) else []:  # a text field reads its keys itself
        if isinstance(reader, KeyReader):
            whole = " ".join((*reader.pending, *tokens.split()))
            here = [key for key in KEYS if reader.screen in screens_of(key)]
            assert any(whole in key.keys for key in here), (name, tokens)
        else:
            assert (key_name(tokens) if len(tokens) == 1 else tokens) in top.active_bindings, (name, tokens)
    place = getattr(top, "PLACE", "palette" if name == "palette" else "")
    if place and name != "help, searched":
        mine = {key.keys[0] for key in keys_of(place)}
        assert {*named} <= mine, "they are the dialog's own"
    hints = [part for part in bar.text.strip().split("  ") if part]
    assert hints, name
    assert len({*hints}) == len(hints), (name, hints)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("place", PLACES)
def test_a_footer_of_a_dialog_has_no_key_and_no_name_twice(place: str, lang: str) -> None:
    hints = box_hints(Translator(lang), keys_of(place))
    words = ["".join(text for text, _ in hint).strip() for hint in hints]
    assert words and all(words)
    for width in (20, 40, 80):
        shown = fitting(hints, width)
        assert cells(shown) - 2 <= width
    assert cells(fitting(hints, 76)) > 0
    names = ["".join(text for text, ink in hint if ink == "muted").strip() for hint in hints]
    keys = [text for hint in hints for text, ink in hint if ink == "key" and text.strip()]
    assert len({*names}) == len(names) and len({*keys}) == len(keys)


@pytest.mark.parametrize(("keys", "words"), [(";", "Esc close"), ("ctrl+p ctrl+end enter", "keep it"), ("?", "close")])
async def test_a_click_on_what_a_dialog_names_does_it(library: Library, keys: str, words: str) -> None:
    async with reading(library, size=(80, 24)) as (pilot, screen):
        await come(pilot, screen, keys)
        assert pilot.app.screen is not screen
        shown = lines(pilot)
        y = next(y for y in range(23, -1, -1) if words in shown[y])
        await pilot.click(offset=(shown[y].index(words) + 1, y))
        await until(pilot, lambda: pilot.app.screen is screen)


async def test_a_click_on_a_verdict_gives_it(library: Library) -> None:
    async with reading(library, size=(100, 24)) as (pilot, screen):
        await come(pilot, screen, "T")
        shown = lines(pilot)
        y = next(y for y in range(23, -1, -1) if "keep: star" in shown[y])
        await pilot.click(offset=(shown[y].index("star"), y))
        await until(pilot, lambda: library.lists.totals().starred == 1)


def _full(*_: object, **__: object) -> None:
    raise StoreError("store.full", path="~/.local/share/tui-digest/journal")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("pane", PANES)
def test_help_lists_nothing_twice(pane: str, lang: str) -> None:
    ids = [line.id for section in sections(KEYS, Translator(lang), pane) for line in section.lines if line.id]
    assert sorted(ids) == sorted(key.id for key in KEYS)
