"""One field of the user's marks, as a column over all papers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Column:
    """One field of every paper that was ever touched: key -> the moment it was set, or cleared.

    A column read from a file stays packed, one text with a line a paper, until more is asked than whether a few
    papers are set: the first screen needs no more, and fifty thousand papers take 15 ms to unpack. In the order of
    their keys each is found at once; to look through the whole text for each takes as long as unpacking.
    """

    def __init__(self, packed: tuple[str, str] = ("", ""), *, ordered: bool = False) -> None:
        """`packed`: what is set and what was cleared, lines of key, tab, moment; `ordered` where they are known to be
        that, in the order of the keys. Raises ValueError where a line is none."""
        self._packed: tuple[str, str] | None = packed
        self._ordered = ordered
        self._answers: dict[object, bool] = {}
        """What was asked while it is packed: a screen asks for the same few papers many times."""
        for text in packed:
            if text and not ordered and (text.count("\t") != text.count("\n") or not text.endswith("\n")):
                raise ValueError(text[:80])

    @cached_property
    def on(self) -> dict[str, int]:
        """The papers that have it, and since when."""
        return self._unpacked(0)

    @cached_property
    def off(self) -> dict[str, int]:
        """The papers that had it, and until when."""
        return self._unpacked(1)

    def __contains__(self, key: object) -> bool:
        if "on" in self.__dict__ or self._packed is None:
            return key in self.on
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = self._stands(str(key), self._packed[0])
        return known

    def _stands(self, key: str, text: str) -> bool:
        """Whether a packed text has a line of the paper."""
        if not self._ordered:
            return text.startswith(f"{key}\t") or f"\n{key}\t" in text
        low, high = 0, len(text)
        while low < high:
            line = max(low, text.rfind("\n", low, (low + high) // 2) + 1)
            end = text.index("\t", line)
            if (found := text[line:end]) == key:
                return True
            if found < key:
                low = text.index("\n", end) + 1
            else:
                high = line
        return False

    def unpack(self) -> None:
        """Makes the dictionaries, which every change and every list of all papers needs."""
        self.on, self.off  # noqa: B018

    def packed(self) -> tuple[str, str]:
        """The column as it is written, in the order of the keys."""
        first, second = (
            "".join([f"{key}\t{moment}\n" for key, moment in sorted(side.items())]) for side in (self.on, self.off)
        )
        return first, second

    def put(self, key: str, value: bool, at: int) -> bool:
        """Takes in what one event says of one paper, unless a later one is known; True when the value changed.

        Two machines' events of the same microsecond: the set one wins, so that all machines agree.
        """
        was = self.on.get(key)
        known = self.off.get(key, -1) if was is None else was
        if at < known or (at == known and not (value and was is None)):
            return False
        if value:
            self.off.pop(key, None)
            self.on[key] = at
        else:
            self.on.pop(key, None)
            self.off[key] = at
        return value != (was is not None)

    def put_all(self, keys: Sequence[str], value: bool, at: int) -> list[str]:
        """The same for many papers, each once; returns those whose value changed, in their order. Most are new to the
        column, and are put there at once."""
        on, off = self.on, self.off
        known = {key for key in keys if key in on or key in off}
        new = [key for key in keys if key not in known] if known else keys
        (on if value else off).update(dict.fromkeys(new, at))
        changed = {key for key in known if self.put(key, value, at)}
        return [key for key in keys if (key in changed if key in known else value)]

    def _unpacked(self, side: int) -> dict[str, int]:
        assert self._packed is not None
        parts = self._packed[side].replace("\t", "\n").split("\n")
        return dict(zip(parts[:-1:2], map(int, parts[1::2]), strict=True))
