"""A note that is written in several windows at once: each save tells what its writer has seen of the note, and nothing
is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.events import Part
from tui_digest.store.notes import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import Change
    from tui_digest.store.mark_store import MarkStore


class Saved(NamedTuple):
    """How a note stands that was just saved."""

    text: str
    """What the note is now: also what others wrote since its writer last looked at it."""
    act: str | None
    """The id of the act; None where the writer changed nothing yet."""
    change: Change | None = None


def write_note(marks: MarkStore, key: str, text: str, *, seen: str | None = None, after: str | None = None) -> Saved:
    """Writes the paper's note, "" for none, and, given what the writer has `seen` of it, keeps what others made of that
    since. `after` is the act that this one goes on with: undo takes both back as one, where nothing came between.
    Raises like `MarkStore.set`."""
    key = marks.names.of(key)
    marks.catch_up_on([key])
    if (marks.notes.text(key) or "") == text:
        return Saved(text, after)
    with marks.journal.writing() as appender:
        marks.catch_up_on([key])
        there = marks.notes.text(key) or ""
        whole = text if seen is None else together(seen, text, there)
        if whole == there:
            return Saved(whole, after)
        was, goes_on = there or None, None
        last = marks.last_act()
        if last is not None and last.id == after and there == seen:
            was, goes_on = last.parts[0].was, last.id
        part = Part("note", whole or None, (key,), was)
        change = marks.append(appender, "set", (part,), after=goes_on, seen=marks.notes.seen([key]))
        act = marks.last_act()
        return Saved(whole, None if act is None else act.id, change)


def together(seen: str, mine: str, theirs: str) -> str:
    """One text of two that were made of the same (`seen`) apart, line by line: each one's changes stand; where both
    changed the same lines both are kept, the others' first."""
    if theirs in (seen, mine):
        return mine
    if mine == seen:
        return theirs
    old, own, other = (text.split("\n") if text else [] for text in (seen, mine, theirs))
    own_at, other_at = _same(old, own), _same(old, other)
    kept = sorted(own_at.keys() & other_at.keys())
    lines: list[str] = []
    start = (0, 0, 0)
    for place in [*kept, None]:
        stop = (len(old), len(own), len(other)) if place is None else (place, own_at[place], other_at[place])
        parts = [text[first:last] for text, first, last in zip((old, own, other), start, stop, strict=True)]
        lines += _both(*parts, whole=not kept)
        if place is not None:
            lines.append(old[place])
            start = (stop[0] + 1, stop[1] + 1, stop[2] + 1)
    return "\n".join(lines)


def _same(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """The lines that are still there: where each stood, and where it stands."""
    from difflib import SequenceMatcher  # rarely wanted

    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _both(old: list[str], own: list[str], other: list[str], *, whole: bool) -> list[str]:
    """What two made of the same lines; `whole` where those are all there are."""
    if own in (old, other):
        return other
    if other == old:
        return own
    for one, more in ((own, other), (other, own)) if old else ():  # one changed the lines, one added to them
        if more[: len(old)] == old:
            return [*one, *more[len(old) :]]
        if more[-len(old) :] == old:
            return [*more[: -len(old)], *one]
    for one, more in ((own, other), (other, own)):
        if "\n".join(one) in "\n".join(more):
            return more
    return [*other, *(BETWEEN.split("\n")[1:-1] if whole else ()), *own]
