"""The foot of a dialog: what is said in it, and a line with the keys that act there, over the footer of the screen
below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.widget import Widget

from tui_digest.tui.hints import box_hints, fitting
from tui_digest.tui.key_taker import KeyTaker, taker_below
from tui_digest.tui.status import flashing
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.inks import InkScreen
from tui_digest.tui.widgets.notice_lines import NoticeLines
from tui_digest.tui.widgets.row_pieces import Piece, cells

if TYPE_CHECKING:
    from tui_digest.tui.box_keys import BoxKey
    from tui_digest.tui.keyboard import KeyedWindow

INKS = InkScreen.COMPONENT_CLASSES


def inks_of(name: str) -> str:
    """The style sheet of the inks that the bars of a dialog write with; `name` is its class."""
    return InkScreen.DEFAULT_CSS.replace("InkScreen", name)


class DialogFoot(Widget):
    """Stands at the last line. Says of the screen below, which hears the keys that a dialog does not know, what it says
    in its own footer."""

    DEFAULT_CSS = """
    DialogFoot {
        dock: bottom; layout: vertical; width: 100%; height: auto; max-height: 60vh;
        Bar { background: $panel; }
        NoticeLines { max-height: 50vh; }
    }
    """

    def __init__(self, keys: Callable[[], Iterable[BoxKey]]) -> None:
        """`keys` tells which act now."""
        super().__init__()
        self._keys = keys
        self._bar = Bar(id="footer")
        self._taker: KeyTaker | None = None

    def compose(self) -> ComposeResult:
        """Notices, and the keys."""
        yield NoticeLines()
        yield self._bar

    def on_mount(self) -> None:
        """Follow what is said below."""
        self._taker = taker_below(self.app.screen_stack)
        if self._taker is not None:
            self._taker.followers.append(self.show)
        self.show()

    def on_unmount(self) -> None:
        """Follow it no more."""
        if self._taker is not None and self.show in self._taker.followers:
            self._taker.followers.remove(self.show)

    def on_resize(self) -> None:
        """Name as many keys as there is room for."""
        self.show()

    def show(self) -> None:
        """What was just said, else the keys; at the right what a key of another layout was taken for."""
        if not self.is_attached or self.screen not in self.app.screen_stack:  # what it tells of may be gone already
            return
        taker, width = self._taker, self.app.size.width
        meant = taker.layout_meant if taker is not None else ""
        right: list[Piece] = [(meant, "accent"), (" ", "text")] if meant else []
        if taker is not None and taker.flashed:
            self._bar.show(*flashing(taker.flashed, right, width))
            return
        hints = box_hints(cast("KeyedWindow", self.app).tr, self._keys())
        self._bar.show([(" ", "text"), *fitting(hints, width - cells(right) - 2)], right)

    def put_above(self, box: Widget) -> None:
        """Have a line to type in stand above the keys."""
        self.mount(box, before=self._bar)
