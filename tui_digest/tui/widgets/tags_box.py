"""The one-line box at the foot of the screen in which the reader's own tags of a paper are written."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from tui_digest.tui.widgets.line_box import LineBox


class TagsBox(LineBox):
    """Names with commas between them; Enter keeps them, Esc leaves the tags as they were."""

    @dataclass
    class Closed(Message):
        """The box is done with; `names` is None after Esc."""

        names: tuple[str, ...] | None

    def __init__(self, tags: tuple[str, ...]) -> None:
        super().__init__(", ".join((*tags, "")) if tags else "", select_on_focus=False)

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "escape", "ctrl+c"):
            event.stop()
            event.prevent_default()
            names = tuple(name.strip() for name in self.value.split(",") if name.strip())
            self.post_message(self.Closed(names if event.key == "enter" else None))
            return
        await super()._on_key(event)
