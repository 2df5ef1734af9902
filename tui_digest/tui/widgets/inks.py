"""The inks: the styles that lists, bars and the entry pane write with, once for the whole screen.

They are component classes of the screen and not of each widget, for every component class is matched against the
whole stylesheet once for every widget that has it: sixteen cost what sixteen cost, not a tenth of the start-up time.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.screen import Screen

Result = TypeVar("Result")


class InkScreen(Screen[Result]):
    """A screen whose widgets can write: `RowList`, `EntryBody` and `Bar` stand on one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ink--text",
        "ink--strong",
        "ink--muted",
        "ink--accent",
        "ink--key",
        "ink--heading",
        "ink--aside",
        "ink--url",
        "ink--code",
        "ink--rule",
        "ink--match",
        "ink--selected",
        "ink--cursor",
        "ink--cursor-muted",
        "ink--cursor-blurred",
        "ink--cursor-bar",
        "ink--thumb",
        "ink--thumb-held",
    }

    DEFAULT_CSS = """
    InkScreen {
        & > .ink--text { color: $foreground; }
        & > .ink--strong { color: $foreground; text-style: bold; }
        & > .ink--muted { color: $text-muted; }
        & > .ink--accent { color: $text-accent; }
        & > .ink--key { color: $text-accent; text-style: bold; }
        & > .ink--heading { color: $text-muted; text-style: bold; }
        & > .ink--aside { color: $text-muted; text-style: italic; }
        & > .ink--url { text-style: underline; }
        & > .ink--code { background: $foreground 10%; }
        & > .ink--match { background: $warning 35%; text-style: bold; }
        & > .ink--selected { background: $primary 40%; color: $foreground; }
        & > .ink--rule { color: $foreground 20%; }
        & > .ink--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .ink--cursor-muted { color: $block-cursor-foreground 70%; }
        & > .ink--cursor-blurred { background: $block-cursor-blurred-background; }
        & > .ink--cursor-bar { color: $text-accent; }
        & > .ink--thumb { color: $scrollbar; }
        & > .ink--thumb-held { color: $scrollbar-active; }
    }
    """
