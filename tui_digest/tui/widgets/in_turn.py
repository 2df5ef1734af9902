"""Keys of a text field that act in the order in which they were typed."""

from __future__ import annotations

from typing import Any

from textual import events


class InTurn:
    """For an `Input` or a `TextArea`: Backspace, arrows and their like act at once, as letters do.

    Textual takes them to the application and back, as bindings; letters that came in the same read, as they do over a
    slow line and from input methods, would overtake them: a letter typed after Backspace would be what it takes away.
    """

    async def _on_key(self: Any, event: events.Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)
