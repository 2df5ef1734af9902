"""Contrast as WCAG measures it, and colours moved until they have enough of it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.color import Color

ENOUGH = 4.5
"""What WCAG 2 level AA asks of text."""

_STEPS = 20


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The ratio between two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: Color, grounds: Iterable[Color], least: float = ENOUGH) -> Color:
    """The colour, or the nearest one on its way to black or to white that can be read on all the grounds."""
    grounds = list(grounds)
    ends = Color(0, 0, 0), Color(255, 255, 255)
    end = max(ends, key=lambda end: min(contrast(end, ground) for ground in grounds))
    for step in range(_STEPS + 1):
        moved = color.blend(end, step / _STEPS, alpha=1.0)
        # As it will be written: whole steps of red, green and blue.
        if all(contrast(Color.parse(moved.hex), ground) >= least for ground in grounds):
            return moved
    return end
