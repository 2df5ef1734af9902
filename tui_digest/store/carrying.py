"""The marks that go along when an edit gives an entry another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.store.events import Part
from tui_digest.store.mark_store import TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.store.mark_store import MarkStore


def carried(marks: MarkStore, rekeyed: Sequence[tuple[str, str]]) -> list[Part]:
    """What must be set for entries that had the first key of each pair and now have the second.

    A mark is never taken away by this, for the paper may stand elsewhere. But a text's own key is nobody else's: what
    it kept from when the text was the same before gives way to what was marked since.
    """
    of = marks.names.of
    pairs = {new: marks.mark(old) for old, new in rekeyed if of(old) != of(new)}
    own = {new: marks.mark(new) for new in pairs if new.startswith("text:")}
    parts = []
    for field in ("starred", "read"):
        parts.append(Part(field, True, tuple(new for new, mark in pairs.items() if getattr(mark, field))))
        fallen = tuple(new for new, was in own.items() if getattr(was, field) and not getattr(pairs[new], field))
        parts.append(Part(field, False, fallen))
    for new, mark in pairs.items():
        was = marks.mark(new)
        parts += [Part(TAG + tag, True, (new,)) for tag in mark.tags]
        parts += [Part(TAG + tag, False, (new,)) for tag in was.tags if new in own and tag not in mark.tags]
        if new in own or (mark.note is not None and was.note is None):
            parts.append(Part("note", mark.note, (new,), was.note))
    return [part for part in parts if part.keys]
