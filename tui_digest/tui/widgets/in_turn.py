"""Keys of a text field that act in the order in which they were typed, also where they come when it is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.strip import Strip

from tui_digest.tui.terminal.inside import bindings_of
from tui_digest.tui.terminal.keystrokes import LATE, Late, again, is_hangul, now

if TYPE_CHECKING:
    from textual.geometry import Region

    from tui_digest.tui.window import Window


class InTurn:
    """For an `Input` or a `TextArea` that tells the text before its cursor and behind it (`around_cursor`): Backspace,
    arrows and their like act at once, as letters do.

    Textual takes them to the application and back, as bindings; letters that came in the same read, as they do over a
    slow line and from input methods, would overtake them: a letter typed after Backspace would be what it takes away.

    And a key that ends the field (`end`) is the last that is typed in it, whatever came in the same read: the others
    wait until the screen has decided (`hand_over`).
    """

    app: Any
    _ended_by: events.Key | None = None
    _behind: list[events.Key] | None = None
    composed: bool = False
    """Whether what was typed last is Hangul."""

    async def on_key(self: Any, event: events.Key) -> None:
        """What the field binds to a key is done at once; what it has no use for, such as scrolling a line, is the
        screen's."""
        for binding in bindings_of(self, event.key):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()

    def render_lines(self: Any, crop: Region) -> list[Strip]:
        """The lines of the field; blank ones where it was taken away. The screen may be painted between that and the
        layout without it, and Textual has put away its styles by then."""
        if not self.is_attached:
            return [Strip.blank(crop.width)] * crop.height
        return cast("list[Strip]", cast("Any", super()).render_lines(crop))

    def came_behind(self, event: events.Key) -> bool:
        """Whether a key came behind the one that ended the field, and so waits. Every key handler must ask this
        first."""
        if self._behind is None:
            self.composed = is_hangul(event.character) or (self.composed and ends(event))
            return False
        self._behind.append(again(event))
        event.stop()
        event.prevent_default()
        return True

    def end(self, event: events.Key) -> None:
        """A key ends the field: what comes behind it waits."""
        event.stop()
        event.prevent_default()
        self._ended_by, self._behind = event, []
        cast("Window", self.app).keyboard.hold()

    def hand_over(self: Any, *, closed: bool, late: Callable[[str], object] | None = None) -> None:
        """The keys that came behind go where they belong: to the screen where the field was closed, else they are
        typed. `late` is handed the whole text anew where an input method's last syllable comes only now; without it
        the text was given up, and the syllable is, too."""
        keyboard, ended_by = cast("Window", self.app).keyboard, self._ended_by
        behind, self._behind, self._ended_by = self._behind or [], None, None
        if ended_by is None:  # left in another way, as by a click
            return
        if closed:
            before, after = self.around_cursor()

            def take(syllable: str) -> None:
                nonlocal before
                before += syllable
                if late is not None:
                    late(before + after)

            keyboard.expect(Late(now() + LATE, self.composed, take))
        keyboard.go_on(behind)


def ends(event: events.Key) -> bool:
    """Whether a key ends what an input method composes and nothing else."""
    return event.key in ("enter", "escape")
