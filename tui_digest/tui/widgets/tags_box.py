"""The one-line box at the foot of the screen in which the reader's own tags of a paper are written."""

from __future__ import annotations

from tui_digest.tui.widgets.line_box import AskingBox


class TagsBox(AskingBox):
    """Names with commas between them; Enter keeps them, Esc leaves the tags as they were."""

    class Closed(AskingBox.Closed):
        """The box is done with."""

        @property
        def names(self) -> tuple[str, ...] | None:
            """The tags; None after Esc."""
            if self.text is None:
                return None
            return tuple(name.strip() for name in self.text.split(",") if name.strip())

    def __init__(self, tags: tuple[str, ...]) -> None:
        super().__init__(", ".join((*tags, "")) if tags else "", select_on_focus=False)
