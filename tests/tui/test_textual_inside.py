"""Textual's private names stand in one folder, each with its use; where one is missing, Textual's own parts do."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, visualize

import tui_digest.tui
from tests.builders import home
from tests.tui.bare_terminal import BareTerminal
from tests.tui.reading import APRIL, JULY, library_of, reading, until
from tui_digest.library import Library
from tui_digest.settings.config import Settings
from tui_digest.tui.screens.help import HelpDialog
from tui_digest.tui.terminal import inside, screen_below
from tui_digest.tui.terminal.application import TerminalApp, guarded_driver
from tui_digest.tui.terminal.screen_below import ScreenBelow, shown_below

TUI = Path(tui_digest.tui.__file__).parent
TERMINAL = TUI / "terminal"


class Recording(BareTerminal):
    """A terminal that keeps what is written to it."""

    written = b""

    def heard(self, data: bytes) -> None:
        self.written += data


OF_TUPLES = {"_replace", "_asdict", "_fields", "_make"}
OF_PYTHON = {"os._exit"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def trees(folder: Path) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))}


def made_here(tree: ast.Module) -> Iterator[str]:
    """Names that a file defines or sets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def strangers(folder: Path) -> list[tuple[Path, int, str]]:
    """Private names, and names from private modules, that no file of ours makes: where, and which."""
    ours = {name for tree in trees(TUI).values() for name in made_here(tree)} - used_of_textual()
    found = []
    for path, tree in trees(folder).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                if node.attr not in ours | OF_TUPLES and ast.unparse(node) not in OF_PYTHON:
                    found.append((path, node.lineno, node.attr))
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
                hidden = "._" in (node.module or "")
                found += [(path, node.lineno, one.name) for one in node.names if hidden or is_private(one.name)]
            elif isinstance(node, ast.Import):
                found += [(path, node.lineno, one.name) for one in node.names if "textual._" in one.name]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
                name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
                found += [(path, node.lineno, name)] if isinstance(name, str) and is_private(name) else []
    return found


def used_of_textual() -> set[str]:
    """The names in the table, which counts as Textual's whoever else sets them. `_app` and `_file` are the driver's
    inherited attributes; classes of ours that have nothing to do with it use the same words."""
    places = (each.place.partition("(")[0] for part in inside.PARTS.values() for each in part)
    return {re.split(r"[:.]", place)[-1] for place in places} - {"_app", "_file"}


def test_private_names_of_textual_stand_in_one_folder() -> None:
    assert [f"{path.name}:{line} {name}" for path, line, name in strangers(TUI) if TERMINAL not in path.parents] == []


def test_no_class_elsewhere_overrides_what_is_private_to_textual() -> None:
    made_by_python = {"_abc_impl"}
    made_by_textual = {"_computes", "_css_type_name", "_css_type_names", "_decorated_handlers", "_inherit_bindings",
                       "_inherit_component_classes", "_inherit_css", "_merged_bindings", "_reactives"}  # fmt: skip
    found, seen = [], 0
    for module in pkgutil.walk_packages(tui_digest.tui.__path__, "tui_digest.tui."):
        if module.name.startswith("tui_digest.tui.terminal"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if not isinstance(kind, type) or kind.__module__ != module.name:
                continue
            theirs = {name for each in kind.__mro__ if each.__module__.startswith("textual.") for name in vars(each)}
            seen += bool(theirs)
            private = {name for name in vars(kind) if is_private(name)} - made_by_python - made_by_textual
            found += [f"{kind.__qualname__}.{name}" for name in sorted(private & theirs)]
    assert seen > 20
    assert found == []


def test_each_of_them_says_what_it_is_for_and_is_there() -> None:
    named = used_of_textual() | {"_app", "_file"}
    classes = {place.split(":")[1].split(".")[0] for each in inside.PARTS.values() for place, _ in each}
    assert {name for _, _, name in strangers(TERMINAL)} - named - classes == set()
    assert all(each.use.strip() for part in inside.PARTS.values() for each in part)
    # Those of the Textual that this is tested with; another may lack some, and then runs on its own parts.
    assert {part: inside.lacking(part) for part in inside.PARTS} == {part: [] for part in inside.PARTS}


@pytest.mark.parametrize(
    "place",
    [
        "textual._not_there:Anything",
        "textual.app:App._not_there",
        "textual.app:App._display(self, renderable)",
        "textual.app:NotThere.at_all",
    ],
)
def test_what_is_missing_or_otherwise_is_told(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(inside.PARTS, "painter", (inside.Inside(place, "a test"),))
    assert inside.lacking("painter") == [place]


@pytest.fixture
def other_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Textual in which every part has another inside."""
    for part in inside.PARTS:
        monkeypatch.setitem(inside.PARTS, part, (inside.Inside(f"textual.app:App._gone_{part}", "a test"),))


@pytest.mark.usefixtures("other_textual")
async def test_the_reader_is_whole_on_textuals_own_parts(tmp_path: Path) -> None:
    library: Library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    assert guarded_driver() is None
    async with reading(library) as (pilot, screen):
        app = pilot.app
        assert isinstance(app, TerminalApp)
        assert app._painter is None
        assert app.driver_class is not None
        first = screen.state.current()
        await pilot.press("j")
        assert screen.state.current() != first
        await pilot.press("s")
        assert [mark.starred for mark in map(library.marks.of, [row.key for row in screen.state.rows])].count(True) == 1
        await pilot.press("slash", *"sparse", "enter")
        await until(pilot, lambda: len(screen.state.rows) == 1)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpDialog))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("q")
    assert app.return_code == 0
    log = library.paths.log.read_text("utf-8")
    assert all(f"App._gone_{part}" in log for part in ("painter", "driver", "filters", "end", "keys"))


@pytest.mark.usefixtures("other_textual")
def test_textuals_own_driver_runs_then() -> None:
    app = TerminalApp()
    app.paint_sparingly(erases=True)
    assert app.driver_class is LinuxDriver
    assert app._painter is None


@pytest.mark.parametrize("theme", ["digest-dark", "terminal"])
async def test_around_a_dialog_stands_what_textual_would_draw(
    tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    drawn: list[list[Strip]] = []

    class Noted(ScreenBelow):
        def render_strips(self, *asked: Any) -> list[Strip]:
            drawn.append(super().render_strips(*asked))
            return drawn[-1]

    monkeypatch.setattr(screen_below, "ScreenBelow", Noted)
    async with reading(library, settings=Settings(theme=theme, read_after=-1)) as (pilot, screen):
        await pilot.press("question_mark")
        assert "Sparse Memory" in "".join(strip.text for strip in drawn[-1])
        dialog, ground, style = pilot.app.screen, BackgroundScreen(screen, Color(0, 0, 0, 0)), Style()
        options = RenderOptions(lambda style: Style(), {})
        for width, height in ((120, 40), (120, 10), (50, 40), (120, None)):
            theirs = visualize(dialog, ground).render_strips(width, height, style, options)
            ours = visualize(dialog, shown_below(ground)).render_strips(width, height, style, options)
            assert ours is drawn[-1]
            assert [list(strip) for strip in ours] == [list(strip) for strip in theirs]
            assert [strip.cell_length for strip in ours] == [width] * (height or 40)
        tinted = BackgroundScreen(screen, Color(0, 0, 0, 0.5))
        assert shown_below(tinted) is tinted, "Textual's to draw"


def test_a_true_terminal_is_served_by_textuals_own_driver(tmp_path: Path) -> None:
    gone = """
from tui_digest.tui.terminal import inside
for part in inside.PARTS:
    inside.PARTS[part] = (inside.Inside("textual.app:App._gone", "a test"),)
"""
    terminal = Recording(tmp_path, before=gone)
    try:
        terminal.until("? help")
        terminal.keys("?")
        terminal.until("Esc")
        terminal.keys("q")
        terminal.until("? help")
        terminal.keys("q")
        assert terminal.process.wait(timeout=20) == 0
        terminal.drained()
        # Textual's own driver asks for every key as a code; ours never does unless told so.
        assert b"\x1b[>25u" in terminal.written
    finally:
        terminal.close()


_SPARED = """
import sys
from tui_digest.tui.terminal.spared_imports import spare_imports
spare_imports()
import tui_digest.tui.app
late = {"textual.command", "textual.widgets._input", "textual.widgets._option_list", "rich.table"}
late |= {"mimetypes", "difflib"}
assert not {"ssl", "textual.widgets._select", "textual.widgets._directory_tree", *late} & set(sys.modules)
import textual.app, textual.design, textual.suggestions, textual.theme
from rich.style import Style
assert textual.app.CommandPalette.is_open.__qualname__ == "CommandPalette.is_open" and "textual.command" in sys.modules
from textual.command import CommandPalette, Hit, Provider, SimpleProvider
assert isinstance(CommandPalette, type) and Provider.__module__ == "textual.command"
assert isinstance(textual.theme.Hit(1.0, "match", lambda: None, "text"), Hit)
screen = textual.screen.Screen()
assert isinstance(textual.app.SimpleProvider(screen, [("a", print)]), SimpleProvider)
assert textual.suggestions.get_suggestion("rde", ["red"]) == "red"
assert textual.app.mimetypes.guess_type("a.png")[0] == "image/png"
import platformdirs
assert textual.app.user_downloads_path() == platformdirs.user_downloads_path()
kind = textual.design.Table(box=None)
from rich.table import Table
assert type(kind) is Table
assert Style(meta={"a": 1}).meta == {"a": 1}
try:
    textual.app.mimetypes.nothing_of_the_kind
except AttributeError:
    pass
else:
    raise AssertionError
import textual.types, textual._types
assert textual.types.IgnoreReturnCallbackType is textual._types.IgnoreReturnCallbackType
from textual.types import NoSelection, DirEntry
from textual.widgets._select import NoSelection as theirs
assert NoSelection is theirs and sys.modules["textual.types"].NoSelection is theirs
try:
    textual.types.nothing_of_the_kind
except AttributeError:
    pass
else:
    raise AssertionError
import ssl
ssl.create_default_context()
before = {*sys.modules}
spare_imports()
assert set(sys.modules) == before, "too late: all is loaded"
"""


def test_what_the_start_does_without_is_there_for_who_asks_for_it() -> None:
    subprocess.run([sys.executable, "-c", _SPARED], check=True)


_OTHER_TEXTUAL = """
import sys, types
from tui_digest.tui.terminal import spared_imports
app = types.ModuleType("textual.app")
def load(name, own=spared_imports.import_module):
    if name != "textual.app":
        return own(name)
    import difflib, mimetypes
    from textual.command import CommandPalette, Provider, Command
    class Mine(CommandPalette): pass
    class Yours(difflib.SequenceMatcher): pass
    sys.textual = Mine, Provider, Command, Yours, mimetypes
spared_imports.import_module = load
spared_imports.spare_imports()
mine, provider, command, yours, kinds = sys.textual
import difflib, textual.command
assert issubclass(mine, textual.command.CommandPalette) and issubclass(yours, difflib.SequenceMatcher)
assert command is textual.command.Command and kinds.guess_type("a.txt")[0] == "text/plain"
assert provider.discover is textual.command.Provider.discover
assert not [name for name, each in sys.modules.items() if type(each).__name__ == "_LateModule"]
"""


def test_another_textual_that_needs_more_at_once_gets_it() -> None:
    subprocess.run([sys.executable, "-c", _OTHER_TEXTUAL], check=True)
