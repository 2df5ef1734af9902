"""Selecting text of the entry by keys, and what becomes of text that the mouse selected, in a dialog too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_digest.tui.keymap import KeyReader
from tui_digest.tui.keynames import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.host import Host
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.panes.entry import EntryPane
    from tui_digest.tui.voice import Voice


class Selecting:
    """Selects text by keys; while it does, the keys of the group `select` of `KEYS` act."""

    def __init__(
        self,
        voice: Voice,
        entry: EntryPane,
        copying: Copying,
        table: Sequence[Key],
        host: Host,
        open_entry: Callable[[], None],
    ) -> None:
        """`open_entry` goes into the entry."""
        self._voice, self._entry, self._copying, self._host = voice, entry, copying, host
        self._table, self._open_entry = table, open_entry
        self._reader: KeyReader | None = None

    @property
    def reader(self) -> KeyReader | None:
        """Reads the keys while text is being selected; else None."""
        return None if self._entry.picking is None else self._reader

    def begin(self, _: int | None = None) -> None:
        """Start selecting in the entry, from the first line in view."""
        if self._host.current() is None:
            self._voice.say("entries.none_here")
            return
        self._open_entry()
        self._reader = KeyReader(tuple(self._table), "select")
        self._entry.begin_selection()
        self._show()

    def hold(self) -> None:
        """Text was selected with the mouse: the keys are those of a selection, and the middle button pastes it."""
        if self._entry.picking is None and self._entry.hold_selection():
            self._reader = KeyReader(tuple(self._table), "select")
            self._open_entry()
            self._copying.to_primary(self._entry.body.selected_text())
            self._host.show_status()

    # --- text of a dialog over the screen --------------------------------------------------------------------

    def hold_of(self, dialog: Screen[Any]) -> None:
        """Text of a dialog was dragged over: the middle button pastes it, and it is said which keys act on it."""
        text = dialog.get_selected_text() or ""
        if text.strip():
            self._copying.to_primary(text)
            copy, leave = (next(map(shown, self._keys_of(id_)), "") for id_ in ("select.copy", "select.leave"))
            self._voice.say("select.held", copy=copy, leave=leave)

    def take_of(self, dialog: Screen[Any], token: str) -> bool:
        """Whether a key acted on text that is selected in a dialog: it copies it, or only lets it go."""
        text = dialog.get_selected_text() or ""
        copies = token in self._keys_of("select.copy")
        if not text.strip() or not (copies or token in self._keys_of("select.leave")):
            return False
        if copies:
            self._copying.copy(text, "selection")
        dialog.clear_selection()
        return True

    def _keys_of(self, id_: str) -> tuple[str, ...]:
        return next((key.keys for key in self._table if key.id == id_), ())

    # --- keys ------------------------------------------------------------------------------------------------

    def copy(self, _: int | None = None) -> None:
        """Copy what is selected, and let it go."""
        if self._entry.picking is not None:
            self._entry.show_selection()  # a click on the footer has let go of what the mouse held
        self._copying.selection()

    def swap(self, _: int | None = None) -> None:
        """Move the other end from now on."""
        if self._entry.picking is not None:
            self._entry.picking.swap()
            self._show()

    def down(self, count: int | None = None) -> None:
        """Go down by a line."""
        self._move("down", count)

    def up(self, count: int | None = None) -> None:
        """Go up by a line."""
        self._move("up", count)

    def left(self, count: int | None = None) -> None:
        """Go back by a character."""
        self._move("left", count)

    def right(self, count: int | None = None) -> None:
        """Go on by a character."""
        self._move("right", count)

    def word(self, count: int | None = None) -> None:
        """Go on to the next word."""
        self._move("word", count)

    def word_end(self, count: int | None = None) -> None:
        """Go on to the end of the word."""
        self._move("word_end", count)

    def word_back(self, count: int | None = None) -> None:
        """Go back to the beginning of the word."""
        self._move("word_back", count)

    def line_start(self, count: int | None = None) -> None:
        """Go to the beginning of the line."""
        self._move("line_start", count)

    def line_end(self, count: int | None = None) -> None:
        """Go to the end of the line."""
        self._move("line_end", count)

    def half_down(self, count: int | None = None) -> None:
        """Go half a view down."""
        self._move("down", (count or 1) * max(1, self._entry.body.size.height // 2))

    def half_up(self, count: int | None = None) -> None:
        """Go half a view up."""
        self._move("up", (count or 1) * max(1, self._entry.body.size.height // 2))

    def page_down(self, count: int | None = None) -> None:
        """Go a view down."""
        self._move("down", (count or 1) * max(1, self._entry.body.size.height - 2))

    def page_up(self, count: int | None = None) -> None:
        """Go a view up."""
        self._move("up", (count or 1) * max(1, self._entry.body.size.height - 2))

    def first(self, count: int | None = None) -> None:
        """Go to the beginning of the entry."""
        self._move("first", count)

    def last(self, count: int | None = None) -> None:
        """Go to the end of the entry."""
        self._move("last", count)

    def _move(self, motion: str, count: int | None) -> None:
        """Move the end that moves, by a motion of `Picking`."""
        if self._entry.picking is not None:
            self._entry.picking.move(motion, count or 1, self._entry.body.lines)
            self._show()

    def leave(self, _: int | None = None) -> None:
        """Select nothing any more; also where the mouse, which selects in its own way, is pressed."""
        if self._entry.picking is not None:
            self._entry.end_selection()
            self._host.show_status()

    def _show(self) -> None:
        self._entry.show_selection()
        self._host.show_status()
