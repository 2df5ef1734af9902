"""A text whose last syllable an input method may hand over only after Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.store.events import Event
    from tui_digest.tui.voice import Voice


def anew(library: Library, voice: Voice, act: Callable[[str], object]) -> Callable[[str], None]:
    """A function that carries out an act on the marks with a text. Called again with another text it undoes the first
    act and does it with that one, so that one `undo` takes all of it back."""
    done: Event | None = None

    def carry_out(text: str) -> None:
        nonlocal done
        try:
            before = library.marks.next_act("undo")
            if done is not None and done == before:
                library.marks.undo()
                before = library.marks.next_act("undo")
            act(text)
            after = library.marks.next_act("undo")
            done = after if after != before else None
        except DigestError as error:
            voice.report(error)

    return carry_out
