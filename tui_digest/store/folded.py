"""`marks.json`: what the acts add up to, and how far each journal is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.store.events import OWN_LAST_MOMENT
from tui_digest.store.mark_column import Column
from tui_digest.store.notes import NoteHead, Notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Documents = Sequence[Mapping[str, Any]]

TABLES = ("marks", "notes", "folded", "acts")


class Folded(NamedTuple):
    """What the file holds."""

    columns: dict[str, Column]
    notes: Notes
    offsets: dict[str, int]
    """How far each journal is in it, in bytes."""
    ends: dict[str, tuple[int, int]]
    """The last line of each journal that is in it, where it starts and its CRC."""
    latest: int
    """The latest moment of any event that was known."""
    settled: int
    """Of the aliases that the columns were brought up to."""
    machine: str | None
    """Whose acts can be undone."""
    done: list[tuple[int, str]]
    undone: list[tuple[int, str]]

    def documents(self) -> dict[str, list[dict[str, Any]]]:
        """The tables of the file."""
        read = {"journals": self.offsets, "ends": self.ends, "latest": self.latest, "aliases": self.settled}
        return {
            "marks": [
                {"field": name, "papers": column.packed(), "ordered": True} for name, column in self.columns.items()
            ],
            "notes": [head._asdict() | {"key": key} for key, head in self.notes.heads()],
            "folded": [read],
            "acts": [{"machine": self.machine, "done": self.done, "undone": self.undone}],
        }


def folded_of(tables: Mapping[str, Documents], *, whole: bool) -> Folded:
    """What the tables hold; `whole` where a checksum says that they are as they were written, so that the columns may
    stay packed. Raises LookupError, TypeError, ValueError or AttributeError where they are not those of such a file."""
    columns = {
        _text(each["field"]): Column(
            (each["papers"][0], each["papers"][1]), ordered=whole and each.get("ordered") is True
        )
        for each in tables["marks"]
    }
    if not whole:
        for column in columns.values():
            for moment in (*column.on.values(), *column.off.values()):
                _number(moment, OWN_LAST_MOMENT)
    notes = Notes()
    for each in tables["notes"]:
        seen = tuple((_text(machine), _number(at, OWN_LAST_MOMENT)) for machine, at in each["seen"])
        text = None if each["text"] is None else _text(each["text"])
        head = NoteHead(_text(each["machine"]), _number(each["at"], OWN_LAST_MOMENT), text, seen)
        notes.put(_text(each["key"]), head)
    (read,), (acts,) = tables["folded"], tables["acts"]
    machine = acts["machine"]
    return Folded(
        columns,
        notes,
        {_text(name): _number(offset) for name, offset in read["journals"].items()},
        {_text(name): (_number(start), _number(crc)) for name, (start, crc) in read.get("ends", {}).items()},
        _number(read["latest"], OWN_LAST_MOMENT),
        _number(read["aliases"]),
        None if machine is None else _text(machine),
        [(_number(offset), _text(act)) for offset, act in acts["done"]],
        [(_number(offset), _text(act)) for offset, act in acts["undone"]],
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: object, most: int = 2**62) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(value)
    return value
