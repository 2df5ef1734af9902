"""The table of the keys of text fields and dialogs: what binds them, their footers and help are made from it.

Knows nothing of Textual: the command line lists these keys as well.
"""

from __future__ import annotations

from typing import NamedTuple


class BoxKey(NamedTuple):
    """A key of a text field or dialog. These stand: a letter bound anew could not be typed any more."""

    place: str
    """Where it works; the heading's message id is `place.` and this."""
    keys: tuple[str, ...]
    name: str
    """The label's message id is `box.` and this."""
    action: str = ""
    """What a dialog does; a text field reads its keys itself."""
    hinted: int = 0
    """How many of the keys the footer shows."""
    pair: str = ""
    """What it does together with the one behind or before it, as the footer says it: message id behind `short.box.`."""

    @property
    def label(self) -> str:
        """Message id of its name."""
        return f"box.{self.name}"


def _through_a_list(place: str) -> tuple[BoxKey, BoxKey]:
    """The keys that move the cursor of a dialog's list."""
    return (
        BoxKey(place, ("j", "down"), "down", "move('cursor_down')", hinted=1, pair="move"),
        BoxKey(place, ("k", "up"), "up", "move('cursor_up')", hinted=1, pair="move"),
    )


def _down_a_page(place: str) -> tuple[BoxKey, ...]:
    """The keys that scroll a dialog's text."""
    return (
        BoxKey(place, ("j", "down"), "down", "scroll(1)", hinted=1, pair="scroll"),
        BoxKey(place, ("k", "up"), "up", "scroll(-1)", hinted=1, pair="scroll"),
        BoxKey(place, ("space", "pagedown", "ctrl+f"), "page_down", "page(1)", hinted=1),
        BoxKey(place, ("pageup", "ctrl+b"), "page_up", "page(-1)"),
    )


BOX_KEYS: tuple[BoxKey, ...] = (
    BoxKey("filter", ("enter",), "keep", hinted=1),
    BoxKey("filter", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("filter", ("up", "down", "ctrl+p", "ctrl+n"), "move", hinted=2),
    BoxKey("filter", ("tab",), "fix"),
    BoxKey("note", ("escape", "ctrl+c"), "close", hinted=1),
    BoxKey("tags_box", ("enter",), "tags", hinted=1),
    BoxKey("tags_box", ("escape", "ctrl+c"), "leave", hinted=1),
    BoxKey("name", ("enter",), "keep", hinted=1),
    BoxKey("name", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("links", ("enter",), "open", hinted=1),
    BoxKey("links", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), "number", "number", hinted=9),
    BoxKey("links", ("c", "y"), "copy", "copy", hinted=1),
    *_through_a_list("links"),
    BoxKey("links", ("escape", "q", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("sources", ("enter",), "source_entries", hinted=1),
    BoxKey("sources", ("R", "r"), "source_refresh", "refresh", hinted=1),
    BoxKey("sources", ("o",), "source_refresh_one", "refresh_one", hinted=1),
    BoxKey("sources", ("a",), "source_add", "dismiss('add')", hinted=1),
    BoxKey("sources", ("m",), "source_mute", "mute", hinted=1),
    BoxKey("sources", ("x",), "source_remove", "remove", hinted=1),
    *_through_a_list("sources"),
    BoxKey("sources", ("escape", "q", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("stats", ("enter",), "stats_open", "open", hinted=1),
    BoxKey("stats", ("tab", "l", "right"), "stats_next", "section(1)", hinted=1),
    BoxKey("stats", ("shift+tab", "h", "left"), "stats_previous", "section(-1)"),
    BoxKey("stats", ("1", "2", "3", "4", "5", "6", "7"), "stats_number", "number"),
    BoxKey("stats", ("m",), "stats_measure", "measure", hinted=1),
    BoxKey("stats", ("y", "c"), "stats_copy", "copy", hinted=1),
    BoxKey("stats", ("j", "down"), "down", "move(1)", hinted=1, pair="move"),
    BoxKey("stats", ("k", "up"), "up", "move(-1)", hinted=1, pair="move"),
    BoxKey("stats", ("space", "pagedown", "ctrl+f"), "page_down", "leap('page 1')"),
    BoxKey("stats", ("pageup", "ctrl+b"), "page_up", "leap('page -1')"),
    BoxKey("stats", ("ctrl+d",), "half_down", "leap('half_page 1')"),
    BoxKey("stats", ("ctrl+u",), "half_up", "leap('half_page -1')"),
    BoxKey("stats", ("g", "home"), "first", "leap('first')"),
    BoxKey("stats", ("G", "end"), "last", "leap('last')"),
    BoxKey("stats", ("escape", "q", "S", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("source_box", ("enter",), "source_put", hinted=1),
    BoxKey("source_box", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("offer", ("c", "y", "o", "enter"), "copy", "dismiss(True)", hinted=1),
    BoxKey("offer", ("escape", "q", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("unsaved", ("enter", "escape", "ctrl+c"), "stay", "dismiss", hinted=1),
    BoxKey("unsaved", ("c", "y"), "copy_note", "dismiss('copy')", hinted=1),
    BoxKey("unsaved", ("x",), "drop_note", "dismiss('leave')", hinted=1),
    BoxKey("removal", ("y",), "remove", "dismiss(True)", hinted=1),
    BoxKey("removal", ("escape", "n", "q", "enter", "ctrl+c"), "stay_in", "dismiss", hinted=1),
    BoxKey("source_removal", ("y",), "source_goes", "dismiss(False)", hinted=1),
    BoxKey("source_removal", ("d",), "source_and_digests", "dismiss(True)", hinted=1),
    BoxKey("source_removal", ("escape", "n", "q", "enter", "ctrl+c"), "stay_in", "dismiss", hinted=1),
    BoxKey("correct_box", ("enter",), "put_right", hinted=1),
    BoxKey("correct_box", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("add_box", ("enter",), "add", hinted=1),
    BoxKey("add_box", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("import_box", ("enter",), "bring", hinted=1),
    BoxKey("import_box", ("tab",), "complete", hinted=1),
    BoxKey("import_box", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("export_box", ("enter",), "write", hinted=1),
    BoxKey("export_box", ("escape", "ctrl+c"), "undo", hinted=1),
    BoxKey("replacing", ("y",), "replace", "dismiss(True)", hinted=1),
    BoxKey("replacing", ("escape", "n", "q", "enter", "ctrl+c"), "stay_in", "dismiss", hinted=1),
    BoxKey("consent", ("y",), "run", "dismiss(True)", hinted=1),
    *_down_a_page("consent"),
    BoxKey("consent", ("escape", "n", "q", "enter", "ctrl+c"), "undo", "dismiss", hinted=1),
    BoxKey("export_dialog", ("enter",), "export", "choose", hinted=1),
    BoxKey("export_dialog", ("j", "down"), "down", "move(1)", hinted=1, pair="row"),
    BoxKey("export_dialog", ("k", "up"), "up", "move(-1)", hinted=1, pair="row"),
    BoxKey("export_dialog", ("h", "left"), "previous_value", "step(-1)", hinted=1, pair="change"),
    BoxKey("export_dialog", ("l", "right", "space"), "next_value", "step(1)", hinted=1, pair="change"),
    BoxKey("export_dialog", ("escape", "q", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("correction", ("enter",), "choose", hinted=1),
    *_through_a_list("correction"),
    BoxKey("correction", ("space", "pagedown", "ctrl+f"), "page_down", "move('page_down')"),
    BoxKey("correction", ("pageup", "ctrl+b"), "page_up", "move('page_up')"),
    BoxKey("correction", ("g", "home"), "first", "move('first')"),
    BoxKey("correction", ("G", "end"), "last", "move('last')"),
    BoxKey("correction", ("escape", "q", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("settings", ("enter", "space"), "next_round"),
    BoxKey("settings", ("h", "left"), "previous_value", hinted=1, pair="change"),
    BoxKey("settings", ("l", "right"), "next_value", hinted=1, pair="change"),
    BoxKey("settings", ("j", "down"), "down", hinted=1, pair="row"),
    BoxKey("settings", ("k", "up"), "up", hinted=1, pair="row"),
    BoxKey("settings", ("escape", "q", ",", "ctrl+c"), "shut", "dismiss", hinted=1),
    BoxKey("themes", ("enter",), "theme_keep", hinted=1),
    BoxKey("themes", ("j", "down", "ctrl+n"), "down", "move('cursor_down')", hinted=1, pair="try"),
    BoxKey("themes", ("k", "up", "ctrl+p"), "up", "move('cursor_up')", hinted=1, pair="try"),
    BoxKey("themes", ("g", "home"), "first", "move('first')"),
    BoxKey("themes", ("G", "end"), "last", "move('last')"),
    BoxKey("themes", ("escape", "q", "ctrl+c"), "theme_back", "dismiss", hinted=1),
    BoxKey("palette", ("enter",), "run", hinted=1),
    BoxKey("palette", ("down",), "down", hinted=1, pair="move"),
    BoxKey("palette", ("up",), "up", hinted=1, pair="move"),
    BoxKey("palette", ("escape", "ctrl+c"), "shut", hinted=1),
    BoxKey("help", ("/",), "search", "search", hinted=1),
    *_down_a_page("help"),
    BoxKey("help", ("ctrl+d",), "half_down", "page(0.5)"),
    BoxKey("help", ("ctrl+u",), "half_up", "page(-0.5)"),
    BoxKey("help", ("g", "home"), "first", "scroll(-9999)"),
    BoxKey("help", ("G", "end"), "last", "scroll(9999)"),
    BoxKey("help", ("escape", "q", "enter", "?", "f1", "ctrl+c"), "shut", "shut", hinted=1),
)

PLACES: tuple[str, ...] = (
    "filter", "note", "tags_box", "name", "links", "correction", "correct_box", "add_box", "import_box", "sources",
    "source_removal", "source_box", "stats", "settings", "themes", "palette",
    "export_dialog", "export_box", "replacing", "consent", "offer", "unsaved", "removal", "help",
)  # fmt: skip
