"""The inks: the styles that lists, bars and the entry pane write with, once for the whole screen.

They are component classes of the screen and not of each widget, for every component class is matched against the
whole stylesheet once for every widget that has it: sixteen cost what sixteen cost, not a tenth of the start-up time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.events import ScreenResume
from textual.screen import Screen

from tui_digest.tui.terminal.sparing_compositor import compose_sparingly, was_drawn

if TYPE_CHECKING:
    from typing import Self

    from textual.geometry import Region

Result = TypeVar("Result")


class InkScreen(Screen[Result]):
    """A screen whose widgets can write: `RowList`, `EntryBody` and `Bar` stand on one. It draws only what changed."""

    _resumed = False
    """Whether it stood before another screen came over it."""

    _comes = False
    """Whether Textual is showing it for the first time, just now."""

    def __init__(self) -> None:
        super().__init__()
        compose_sparingly(self)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Textual styles all widgets again when a screen comes; as it comes for the first time they were styled just
        now, each as it was put there."""
        if not self._resumed:
            self._resumed = self._comes = True
            self.call_next(self._has_come)
            event.refresh_styles = False

    def _has_come(self) -> None:
        self._comes = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have it drawn. As it comes for the first time Textual draws it, and then asks for that."""
        if self._comes and was_drawn(self):
            self._comes = False
            if not (regions or layout or recompose):
                return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ink--text",
        "ink--strong",
        "ink--muted",
        "ink--accent",
        "ink--key",
        "ink--heading",
        "ink--aside",
        "ink--emphasis",
        "ink--struck",
        "ink--url",
        "ink--code",
        "ink--rule",
        "ink--match",
        "ink--selected",
        "ink--cursor",
        "ink--cursor-muted",
        "ink--cursor-accent",
        "ink--cursor-blurred",
        "ink--cursor-bar",
        "ink--thumb",
        "ink--thumb-held",
    }

    DEFAULT_CSS = """
    InkScreen {
        & > .ink--text { color: $foreground; }
        & > .ink--strong { color: $foreground; text-style: bold; }
        & > .ink--muted { color: $text-muted; text-style: $ink-muted-style; }
        & > .ink--accent { color: $text-accent; }
        & > .ink--key { color: $text-accent; text-style: bold; }
        & > .ink--heading { color: $text-muted; text-style: bold; }
        & > .ink--aside { color: $text-muted; text-style: $ink-aside-style; }
        & > .ink--emphasis { text-style: italic; }
        & > .ink--struck { text-style: strike; }
        & > .ink--url { text-style: underline; }
        & > .ink--code { background: $ink-code; }
        & > .ink--match { background: $ink-match; color: $ink-match-text; text-style: bold; }
        & > .ink--selected { background: $screen-selection-background; color: $screen-selection-foreground; }
        & > .ink--rule { color: $ink-rule; text-style: $ink-muted-style; }
        & > .ink--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .ink--cursor-muted { color: $ink-cursor-muted; }
        & > .ink--cursor-accent { color: $ink-cursor-accent; }
        & > .ink--cursor-blurred { background: $block-cursor-blurred-background; }
        & > .ink--cursor-bar { color: $ink-cursor-accent; }
        & > .ink--thumb { color: $scrollbar; }
        & > .ink--thumb-held { color: $scrollbar-active; }
        /* Where there are no shades, attributes tell what they would. Bold black is grey on many terminals. */
        &:ansi > .ink--match, &:ansi > .ink--selected { text-style: not bold not dim; }
        &:ansi > .ink--cursor { text-style: reverse; }
        &:nocolor > .ink--code { text-style: italic; }
        &:nocolor > .ink--selected { text-style: reverse; }
        &:nocolor > .ink--match { text-style: bold underline; }
    }
    """
