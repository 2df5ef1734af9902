"""A line at the foot of the screen that a controller asks for: opened, named in the language of the moment, left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.tui.host import Host
    from tui_digest.tui.widgets.line_box import AskingBox


class AskedLine:
    """The line for one purpose, open or not. While it is open it has the keys."""

    def __init__(
        self,
        place: str,
        host: Host,
        answered: Callable[[str | None], None],
        hint: Callable[[], str],
        purpose: Callable[[], str] | None = None,
        *,
        paths: bool = False,
    ) -> None:
        """`place` is what `BOX_KEYS` calls it. `answered` is called with what was typed, None where it was given up,
        and calls `end`. `hint` is what the empty line says, and the footer when it is empty no more; `purpose` what the
        footer says, where that is another. With `paths` Tab completes what is typed."""
        self.place, self.answered, self._purpose = place, answered, purpose
        self._host, self._hint, self._paths = host, hint, paths
        self._box: AskingBox | None = None

    @property
    def open(self) -> bool:
        """Whether it stands there."""
        return self._box is not None

    @property
    def composed(self) -> bool:
        """Whether an input method may still owe its last syllable."""
        return self._box is not None and self._box.composed

    def ask(self, text: str = "", *, select: bool = False) -> None:
        """Open it with a text; `select` has the first letter take the place of that."""
        from tui_digest.tui.widgets.line_box import AskingBox

        self._box = AskingBox(self.place, text, select=select, paths=self._paths)
        self.say_anew()
        self._host.mount(self._box, before="#footer")
        self._host.set_focus(self._box)  # not `focus()`, which waits: the next key is the box's already
        self._host.show_status()

    def purpose(self) -> str:
        """What the footer says of it: nothing that the line says itself."""
        said = self._hint() if self._purpose is None else self._purpose()
        empty = self._box is None or not self._box.value
        return "" if empty and said == self._hint() else said

    def say_anew(self) -> None:
        """Have it say what it is for, in the language that is spoken now."""
        if self._box is not None:
            self._box.placeholder = self._hint()

    @property
    def offers(self) -> tuple[str, ...]:
        """The names with which Tab could go on."""
        return () if self._box is None else self._box.offers

    def end(self, *, closed: bool = True, late: Callable[[str], object] | None = None) -> None:
        """Close it after an answer, or (not `closed`) have the answer typed on; `late` is called with the whole text
        anew where an input method's last syllable comes only now."""
        box = self._box
        if box is not None:
            if closed:
                self.leave()
            box.hand_over(closed=closed, late=late)

    def leave(self) -> None:
        """Close it, whatever stands in it."""
        box, self._box = self._box, None
        if box is not None:
            self._host.focus_pane()
            box.remove()  # last: were it the focused one still, Textual would choose who is next
