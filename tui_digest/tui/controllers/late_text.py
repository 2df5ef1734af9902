"""A text whose last syllable an input method may hand over only after Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tui_digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.library.marks import Marks
    from tui_digest.tui.voice import Voice

T = TypeVar("T")


class OneAct:
    """An act on the marks that may be done again with another text: then the one before is undone first, so that one
    `undo` takes all of it back."""

    def __init__(self) -> None:
        self._done: str | None = None
        """The id of the act as it was done last."""

    def do(self, marks: Marks, act: Callable[[], T]) -> T:
        """Do the act, in the place of the one before unless something else was done since; returns what `act` does.
        Raises `DigestError`."""
        before = marks.next_act("undo")
        if before is not None and before.id == self._done:
            marks.put_on_disk(marks.undo)
            before = marks.next_act("undo")
        found = act()
        after = marks.next_act("undo")
        self._done = after.id if after is not None and after != before else None
        return found


def anew(library: Library, voice: Voice, act: Callable[[str], object]) -> Callable[[str], None]:
    """A function that carries out an act on the marks with a text, and called again does it anew as `OneAct` does."""
    once = OneAct()

    def carry_out(text: str) -> None:
        try:
            once.do(library.marks, lambda: act(text))
        except DigestError as error:
            voice.report(error)

    return carry_out
