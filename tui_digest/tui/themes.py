"""Our own themes, and what every theme's inks are made of. The only module that may name a colour.

A theme names a few colours; the inks of lists, entry and bars are derived from them, so that also a theme made for
other programs has a row of the cursor one can read, and muted text that is quiet and still text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui_digest.tui.contrast import ENOUGH, contrast
from tui_digest.tui.contrast import readable as moved_to_be_read

DARK = Theme(
    name="digest-dark",
    primary="#8fb4e3",
    secondary="#9aa7b8",
    accent="#e8b563",
    foreground="#d7dae0",
    background="#16181d",
    surface="#1c1f26",
    panel="#252933",
    success="#98c379",
    warning="#e5c07b",
    error="#e88388",
    dark=True,
    variables={
        "digest-cursor": "#2c3442",
        "digest-cursor-text": "#f2f4f8",
        "digest-cursor-blurred": "#20242d",
        "digest-muted": "#9a9da4",
    },
)

LIGHT = Theme(
    name="digest-light",
    primary="#2f5f9e",
    secondary="#5b6675",
    accent="#8a5300",
    foreground="#23262d",
    background="#fbfaf7",
    surface="#f4f2ec",
    panel="#e7e4db",
    success="#3c6e2f",
    warning="#7d5a00",
    error="#a3262c",
    dark=False,
    variables={
        "digest-cursor": "#dfe6f0",
        "digest-cursor-text": "#15181d",
        "digest-cursor-blurred": "#ebe8e0",
        "digest-match": "#f3d98b",
    },
)

HIGH_DARK = Theme(
    name="digest-high-dark",
    primary="#9ecbff",
    secondary="#d0d0d0",
    accent="#ffd75e",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#9be89b",
    warning="#ffd75e",
    error="#ffa0a0",
    dark=True,
    variables={
        "digest-contrast": "7",
        "digest-cursor": "#1f3f6b",
        "digest-cursor-text": "#ffffff",
        "digest-cursor-blurred": "#303030",
        "digest-match": "#ffd75e",
        "digest-selection": "#9ecbff",
    },
)

HIGH_LIGHT = Theme(
    name="digest-high-light",
    primary="#00408a",
    secondary="#303030",
    accent="#6a3500",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#ececec",
    success="#0b4f0b",
    warning="#5c3d00",
    error="#8a0010",
    dark=False,
    variables={
        "digest-contrast": "7",
        "digest-cursor": "#bcd6f5",
        "digest-cursor-text": "#000000",
        "digest-cursor-blurred": "#dcdcdc",
        "digest-match": "#ffd54a",
        "digest-selection": "#00408a",
    },
)
"""For eyes that need more: all text has the contrast of WCAG 2 level AAA."""

TERMINAL = Theme(
    name="terminal",
    ansi=True,
    # Of the eight colours every terminal has, these can be read on dark and on light grounds (cyan cannot on white).
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_magenta",
    warning="ansi_magenta",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "scrollbar": "ansi_default",
        "scrollbar-hover": "ansi_default",
        "scrollbar-active": "ansi_default",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
    },
)
"""The terminal's own colours, and where those are few or none, the only ones there are."""

_GREY = "ansi_bright_black"

TERMINAL_WITH_GREY = replace(
    TERMINAL,
    primary=_GREY,
    variables={**TERMINAL.variables, "border-blurred": _GREY, "scrollbar": _GREY, "digest-muted": _GREY},
)
"""The same, under the same name, where the terminal's bright black was heard to be a grey one can read."""

_GREY_ENOUGH = 3.0
"""Contrast of a grey that can be read: what WCAG 2 asks of large text. Faint letters have no more."""


def with_grey(ground: tuple[int, int, int], grey: tuple[int, int, int]) -> Theme:
    """The terminal's own colours, with its bright black where that is seen on its ground: of some palettes it is the
    ground itself."""
    seen = contrast(Color(*ground), Color(*grey)) >= _GREY_ENOUGH
    return TERMINAL_WITH_GREY if seen else TERMINAL


OURS = (DARK, LIGHT, HIGH_DARK, HIGH_LIGHT, TERMINAL)

AUTO = "auto"
"""In the settings: ours, dark or light as the terminal is."""


def names() -> list[str]:
    """The themes that need no file, ours first."""
    return [AUTO, *(theme.name for theme in OURS), *BUILTIN_THEMES]


OWN = ("cursor", "cursor-text", "cursor-blurred", "muted", "match", "selection")
"""Colours of the app's own that a theme may name; as variables they begin with `digest-`."""


_OUTLINE = 3.0
"""Contrast that WCAG 2 asks of an outline."""
_SEEN = 1.25
"""Contrast from which on one shade is seen beside another."""


def ink_variables(theme: Theme) -> dict[str, str]:
    """The CSS variables of the inks, derived from a theme's colours."""
    return _of_terminal(theme.variables.get("digest-muted")) if theme.ansi else _of_colors(theme)


def attribute_variables(theme: Theme) -> dict[str, str]:
    """The CSS variables of what attributes tell: what is muted is faint where there is neither shade nor grey."""
    faint = ["dim"] if theme.ansi and "digest-muted" not in theme.variables else []
    return {"ink-muted-style": " ".join(faint or ["none"]), "ink-aside-style": " ".join([*faint, "italic"])}


def _of_terminal(grey: str | None) -> dict[str, str]:
    """The terminal's own colours cannot be mixed: attributes do what shades do elsewhere, but for the grey it may
    have."""
    return {
        "text-muted": grey or "ansi_default",
        "ink-cursor-muted": "ansi_default",
        "ink-cursor-accent": "ansi_default",
        "ink-match": "ansi_yellow",
        "ink-match-text": "ansi_black",
        "ink-code": "ansi_default",
        "ink-rule": grey or "ansi_default",
        "ink-frame": grey or "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-foreground": "ansi_default",
    }


def _of_colors(theme: Theme) -> dict[str, str]:
    generated = theme.to_color_system().generate()
    base = {name: Color.parse(generated[name]) for name in ("background", "surface", "panel", "primary", "warning")}
    ground, primary = base["background"], base["primary"]
    base["panel"] = ground + base["panel"]

    least = float(theme.variables.get("digest-contrast", ENOUGH))
    readable = partial(moved_to_be_read, least=least)

    def own(name: str, derived: Color) -> Color:
        """What the theme says, or else what follows from its other colours."""
        named = theme.variables.get(f"digest-{name}")
        return derived if named is None else Color.parse(named)

    shades = (ground, ground + base["surface"], base["panel"])
    text = readable(Color.parse(generated["foreground"]), shades)
    blurred = own("cursor-blurred", ground.blend(primary, 0.08, alpha=1.0))
    cursor = own("cursor", ground.blend(primary, 0.22, alpha=1.0))
    grounds = (*shades, blurred, cursor)  # rows of dialogs keep their inks under the cursor
    on_cursor = readable(own("cursor-text", text), [cursor])
    matches = [ground.blend(base["warning"], part, alpha=1.0) for part in (0.35, 0.5, 0.65, 0.8, 1.0)]
    match = own("match", next((one for one in matches if contrast(one, ground) >= _SEEN), matches[-1]))
    selection = own("selection", ground.blend(primary, 0.4, alpha=1.0))
    accent = Color.parse(generated["accent"])
    muted = readable(own("muted", text.blend(ground, 0.35, alpha=1.0)), grounds)
    colors = {
        "foreground": text,
        "text-muted": muted,
        "text-disabled": muted,
        "text-accent": readable(accent, grounds),
        "text-primary": readable(primary, grounds),
        **{f"text-{name}": readable(Color.parse(generated[name]), grounds) for name in ("success", "warning", "error")},
        "ink-cursor-muted": readable(on_cursor.blend(cursor, 0.3, alpha=1.0), [cursor]),
        "ink-cursor-accent": readable(accent, [cursor]),
        "ink-match": match,
        "ink-match-text": readable(text, [match]),
        "ink-code": ground.blend(text, 0.1, alpha=1.0),
        "ink-rule": ground.blend(text, 0.2 if least == ENOUGH else 0.6, alpha=1.0),
        "ink-frame": moved_to_be_read(primary, shades, least=_OUTLINE),
        "block-cursor-background": cursor,
        "block-cursor-foreground": on_cursor,
        "block-cursor-blurred-background": blurred,
        "block-cursor-blurred-foreground": text,
        "screen-selection-background": selection,
        "screen-selection-foreground": readable(text, [selection]),
        "input-selection-background": selection,
        "input-selection-foreground": readable(text, [selection]),
    }
    return {name: color.hex for name, color in colors.items()}
