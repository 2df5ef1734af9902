"""The marks that go along when an edit gives an entry another key."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tui_digest.models import Mark
from tui_digest.store.events import TAG, Part
from tui_digest.store.notes import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tui_digest.store.mark_store import MarkStore


def carried(marks: MarkStore, rekeyed: Sequence[tuple[str, str]]) -> list[Part]:
    """What must be set for entries that had the first key of each pair and now have the second.

    A mark is never taken away by this, for the paper may stand elsewhere. But a text's own key belongs to that text
    alone: a mark that stayed under it from an earlier time when the text was the same gives way to what was marked
    since. Where several became one it has the marks of all, and is read if all were.
    """
    of = marks.names.of
    became: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in rekeyed:
        became[new].append(old)
    pairs = {
        new: united([marks.mark(old) for old in each])
        for new, each in became.items()
        if any(of(old) != of(new) for old in each)
    }
    own = {new: marks.mark(new) for new in pairs if new.startswith("text:")}
    parts = []
    for field in ("starred", "read"):
        parts.append(Part(field, True, tuple(new for new, mark in pairs.items() if getattr(mark, field))))
        fallen = tuple(new for new, was in own.items() if getattr(was, field) and not getattr(pairs[new], field))
        parts.append(Part(field, False, fallen))
    waiting = marks.waiting()
    parts.append(Part("later", True, tuple(new for new in pairs if any(of(old) in waiting for old in became[new]))))
    for new, mark in pairs.items():
        was = marks.mark(new)
        parts += [Part(TAG + tag, True, (new,)) for tag in mark.tags]
        parts += [Part(TAG + tag, False, (new,)) for tag in was.tags if new in own and tag not in mark.tags]
        if new in own or mark.note is not None:
            note = mark.note if new in own else joined([was.note, mark.note])
            parts.append(Part("note", note, (new,), was.note))
    return [part for part in parts if part.keys]


def united(marks: Sequence[Mark], read: Callable[[Iterable[bool]], bool] = all) -> Mark:
    """All that is set in any of them, but for what is read: that must be in all, or as `read` says."""
    return Mark(
        read(each.read for each in marks),
        any(each.starred for each in marks),
        joined([each.note for each in marks]),
        tuple(sorted({tag for each in marks for tag in each.tags})),
    )


def joined(notes: Sequence[str | None]) -> str | None:
    """The notes one below the other, without those that stand in another of them."""
    texts = [*dict.fromkeys([note for note in notes if note])]
    kept = [text for text in texts if not any(text != other and text in other for other in texts)]
    return BETWEEN.join(kept) if kept else None
