"""Our own themes. The only module that may name a colour."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

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
        "block-cursor-background": "#2c3442",
        "block-cursor-foreground": "#f2f4f8",
        "block-cursor-blurred-background": "#20242d",
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
        "block-cursor-background": "#dfe6f0",
        "block-cursor-foreground": "#15181d",
        "block-cursor-blurred-background": "#ebe8e0",
    },
)

OURS = (DARK, LIGHT)


def names() -> list[str]:
    """The themes one may choose, ours first."""
    return [*(theme.name for theme in OURS), *BUILTIN_THEMES]
