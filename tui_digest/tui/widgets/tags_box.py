"""The one-line box at the foot of the screen in which the reader's own tags of a paper are written."""

from __future__ import annotations

from tui_digest.tui.widgets.line_box import AskingBox


def names_in(text: str) -> tuple[str, ...]:
    """The names in a text with commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


class TagsBox(AskingBox):
    """Names with commas between them; Enter keeps them, Esc leaves the tags as they were."""

    class Closed(AskingBox.Closed):
        """The box is done with."""

    def __init__(self, tags: tuple[str, ...]) -> None:
        super().__init__(", ".join((*tags, "")) if tags else "", select_on_focus=False)
