"""Notes on papers, from several machines: a note replaces those that its writer had seen, and no other.

So two machines' notes on one paper, written apart, both stay, whatever the order in which their journals are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, ItemsView, Iterable, Iterator

    from tui_digest.store.mark_keys import MarkKeys

BETWEEN = "\n\n* * *\n\n"
"""Stands between two notes that were written apart."""


class NoteHead(NamedTuple):
    """One machine's latest note on a paper."""

    machine: str
    """Which machine's. Behind it stands the other key of the paper that the note was written under, if it was: so both
    stay."""
    at: int
    text: str | None
    """None where the note was taken away."""
    seen: tuple[tuple[str, int], ...] = ()
    """The latest moment of each machine's note that the writer had before the eyes."""

    def come_from(self, key: str, paper: str) -> NoteHead:
        """The same note, as one that was written under this other key of the paper."""
        return self if key == paper or " " in self.machine else self._replace(machine=f"{self.machine} {key}")


class Notes:
    """The notes of all papers."""

    def __init__(self) -> None:
        self._heads: dict[str, dict[str, NoteHead]] = {}
        self._texts: dict[str, str] = {}

    @property
    def papers(self) -> Collection[str]:
        """The papers that have a note."""
        return self._texts.keys()

    def items(self) -> ItemsView[str, str]:
        """The papers that have a note, and the notes."""
        return self._texts.items()

    def text(self, key: str) -> str | None:
        """The paper's note; several that were written apart stand one below the other, the oldest first."""
        return self._texts.get(key)

    def seen(self, keys: Iterable[str]) -> tuple[tuple[str, int], ...]:
        """What a note written on these papers now has seen, as `NoteHead.seen`."""
        latest: dict[str, int] = {}
        for key in keys:
            for head in self._heads.get(key, {}).values():
                for machine, at in (*head.seen, (head.machine, head.at)):
                    latest[machine] = max(at, latest.get(machine, at))
        return tuple(sorted(latest.items()))

    def heads(self) -> Iterator[tuple[str, NoteHead]]:
        """All that `marks.json` keeps of notes: (paper, head)."""
        return ((key, head) for key, heads in self._heads.items() for head in heads.values())

    def put(self, key: str, head: NoteHead) -> bool:
        """Takes in one machine's note; True when the paper's note is another now."""
        heads = self._heads.setdefault(key, {})
        known = heads.get(head.machine)
        if known is not None and known.at >= head.at:
            return False
        heads[head.machine] = head
        return self._settle(key)

    def use_names(self, names: MarkKeys) -> None:
        """Moves the notes of papers that turned out to be others to those."""
        for key in names.standing_in(self._heads):
            moved = self._heads.pop(key)
            self._texts.pop(key, None)
            for paper in names.all_of([key]):
                for head in moved.values():
                    self.put(paper, head.come_from(key, paper))

    def __contains__(self, key: str) -> bool:
        """Whether there is, or was, a note under this key."""
        return key in self._heads

    def _settle(self, key: str) -> bool:
        heads = self._heads[key]
        # A head stays known when it is replaced: should its event be read again, it must not come back.
        replaced = {
            machine
            for machine, head in heads.items()
            if any(dict(other.seen).get(machine, -1) >= head.at for other in heads.values() if other is not head)
        }
        kept = sorted(
            (head for machine, head in heads.items() if machine not in replaced), key=lambda h: (h.at, h.machine)
        )
        texts = list(dict.fromkeys(head.text for head in kept if head.text))
        was, now = self._texts.get(key), BETWEEN.join(texts) or None
        if now is None:
            self._texts.pop(key, None)
        else:
            self._texts[key] = now
        return was != now
