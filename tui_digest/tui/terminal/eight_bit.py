"""A theme's colours in a terminal of 256: the nearest one of the cube and the ramp of greys.

Rich takes a dark shade with a trace of blue for a blue one, and the cube has no dark colours: quiet panels became navy
and teal. Measured as the eye sees them, they are the greys that they nearly are.
"""

from __future__ import annotations

from functools import lru_cache

_STEPS = (0, 95, 135, 175, 215, 255)
"""What red, green and blue can be in the cube, which begins at 16."""
_GREYS = range(8, 248, 10)
"""The ramp of greys, which begins at 232."""
_WEIGHTS = (2, 4, 3)
"""How much a difference in red, green and blue is seen."""

_PALETTE = (
    *((red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS),
    *((grey, grey, grey) for grey in _GREYS),
)


@lru_cache(maxsize=1024)
def eight_bit(red: int, green: int, blue: int) -> int:
    """The number of the nearest colour, 16 to 255; each part of a colour is 0 to 255."""
    wanted = (red, green, blue)

    def difference(number: int) -> int:
        parts = zip(_WEIGHTS, wanted, _PALETTE[number], strict=True)
        return sum(weight * (part - found) ** 2 for weight, part, found in parts)

    return 16 + min(range(len(_PALETTE)), key=difference)


def as_shown(number: int) -> tuple[int, int, int]:
    """Red, green and blue of a colour by its number, 16 to 255."""
    return _PALETTE[number - 16]
