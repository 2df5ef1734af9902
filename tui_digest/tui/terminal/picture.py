"""A picture of the screen for the next start (`last_screen`): the bytes that paint it, and its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from tui_digest.tui.terminal.painter import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_digest.tui.terminal.painter import Line, Painter


def picture_of(painter: Painter, counted: Mapping[str, int | None]) -> tuple[bytes, bytes] | None:
    """The bytes that paint on an empty screen what the painter knows of it; and its cells, with counts that stand in
    them. None where it does not know all of it."""
    painted = painter.painted_anew()
    if painted is None:
        return None
    lines = painter.lines
    numbers: dict[Look, int] = {}
    cells = [[texts, [numbers.setdefault(look, len(numbers)) for look in looks]] for texts, looks in lines]
    told = [[sorted(look.attributes), look.color, look.background, look.link] for look in numbers]
    return painted.encode("utf-8", "replace"), orjson.dumps([told, cells, counted])


def adopt(painter: Painter, kept: bytes) -> dict[str, int | None]:
    """Has the painter know that the terminal shows these cells; returns the counts. Where they cannot be read, the
    painter knows nothing, and paints all."""
    try:
        told, cells, counted = orjson.loads(kept)
        looks = [Look(frozenset(attributes), *rest) for attributes, *rest in told]
        lines: list[Line] = [(texts, [looks[number] for number in numbers]) for texts, numbers in cells]
    except (ValueError, LookupError, TypeError):
        return {}
    painter.stand_on(lines)
    return {str(name): papers for name, papers in counted.items()}
