"""Where a phrase really stands: the words of one are found in the index, their order only in the texts it keeps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_digest.store.bits import numbers_of
from tui_digest.store.search_codes import CodedEntries, CodedPhrase, entries_of
from tui_digest.store.search_text import FIELDS, Stopped

if TYPE_CHECKING:
    import re
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from tui_digest.store.search_behind import Behind

TEXTS = 64
"""Entries whose texts lie together, some 70 KB: read and looked through in a fraction of a millisecond."""

_FEW = 32
"""Where one entry in so many is asked for, these are looked at one by one."""

_BETWEEN = b"\0\0"
"""Between two entries' texts; none holds it."""

_BETWEEN_FIELDS = b"\0"


class Phrase:
    """A phrase that is looked for in an index, part by part."""

    def __init__(
        self,
        needle: str,
        fields: Sequence[int],
        forms: tuple[AbstractSet[str], Sequence[str], AbstractSet[str]],
        uncertain: Mapping[int, int],
        behind: Behind | None = None,
    ) -> None:
        """`forms` are the words that may begin it, those between, and those that may end it; `uncertain` the entries
        of each part in which words without a code of their own may be some of it; `behind` tells of some parts what
        stands behind their words."""
        self._needle, self._fields, self._forms, self._uncertain = needle, fields, forms, uncertain
        self._behind = behind
        self._seen: dict[int, tuple[int, int]] = {}
        """By part, the entries in which it stands, and those whose texts have to tell."""

    def standing(
        self,
        connection: sqlite3.Connection,
        codes: Mapping[str, int],
        part: int,
        entries: int,
        stop: Callable[[], bool],
    ) -> int:
        """Those of some entries of a part in which it really stands; `codes` are those of the part's words that have
        one of their own. Raises `Stopped`."""
        if part not in self._seen:
            if stop():
                raise Stopped
            size = connection.execute("SELECT entries FROM parts WHERE part = ?", (part,)).fetchone()[0]
            among = entries if entries.bit_count() * _FEW < size else None
            told = self._told(connection, CodedPhrase(codes, *self._forms), part, among)
            if among is None:
                self._seen[part] = told
        else:
            told = self._seen[part]
        found, left = told[0] & entries, told[1] & entries
        return found | (standing(connection, self._needle, self._fields, part, left, stop) if left else 0)

    def _told(
        self, connection: sqlite3.Connection, phrase: CodedPhrase, part: int, among: int | None
    ) -> tuple[int, int]:
        """Of some entries or of all (None): those in which it stands, and those whose texts have to tell."""
        fields = None if len(self._fields) == len(FIELDS) else self._fields
        mask, coded, found = -1 if among is None else among, None, None
        if self._behind is not None and part in self._behind.parts:
            found = phrase.followed(partial(self._behind.places, part), fields)
        if found is None or (found and not phrase.of_two):
            coded = _entries_of(connection, part)
            some = among if found is None else found & mask
            found = phrase.certain(coded, fields, None if some is None else [*numbers_of(some)])
        if not (left := self._uncertain.get(part, 0) & ~found & mask):
            return found, 0
        return found, phrase.possible(coded or _entries_of(connection, part), numbers_of(left))


def _entries_of(connection: sqlite3.Connection, part: int) -> CodedEntries:
    """The codes of a part. Half a megabyte comes three times as fast out of a blob as out of a row."""
    starts = connection.execute("SELECT starts FROM codes WHERE part = ?", (part,)).fetchone()[0]
    with connection.blobopen("codes", "entries", part, readonly=True) as codes:
        return entries_of(starts, codes.read())


def standing(
    connection: sqlite3.Connection,
    needle: str | re.Pattern[str],
    fields: Sequence[int],
    part: int,
    entries: int,
    stop: Callable[[], bool],
) -> int:
    """Those of some entries of a part in which a `searchable` phrase stands in one of the fields, or in which a pattern
    finds something. Raises `Stopped`."""
    everywhere = len(fields) == len(FIELDS)
    found = 0
    mask = (1 << TEXTS) - 1
    for chunk in range((entries.bit_length() + TEXTS - 1) // TEXTS):
        if not entries >> chunk * TEXTS & mask:
            continue
        if stop():
            raise Stopped
        row = connection.execute("SELECT texts FROM texts WHERE part = ? AND chunk = ?", (part, chunk))
        texts = row.fetchone()[0]
        if not isinstance(needle, str):
            found |= _found_by(needle, fields, texts, entries >> chunk * TEXTS & mask) << chunk * TEXTS
            continue
        wanted = _coded(needle)
        for number, text in _holding(wanted, texts):
            if everywhere or any(wanted in field for field in map(text.split(_BETWEEN_FIELDS).__getitem__, fields)):
                found |= 1 << chunk * TEXTS + number
    return found & entries


def _found_by(pattern: re.Pattern[str], fields: Sequence[int], texts: bytes, entries: int) -> int:
    """Those of some entries of a chunk in which a pattern finds something in one of the fields."""
    found = 0
    for number, text in enumerate(texts.split(_BETWEEN)):
        if entries >> number & 1:
            told = text.split(_BETWEEN_FIELDS)
            if any(pattern.search(told[field].decode("utf-8", "surrogatepass")) for field in fields):
                found |= 1 << number
    return found


def joined(texts: Sequence[bytes]) -> bytes:
    """Entries' texts as they are kept, of `search_text.texts_by_field`."""
    return _BETWEEN.join(texts)


def _coded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _holding(wanted: bytes, texts: bytes) -> Iterator[tuple[int, bytes]]:
    """The entries in which the bytes stand: number and text."""
    number = end = 0
    place = texts.find(wanted)
    while place >= 0:
        number += texts.count(_BETWEEN, end, place)
        start = texts.rfind(_BETWEEN, 0, place) + len(_BETWEEN) if number else 0
        end = texts.find(_BETWEEN, place)
        if end < 0:
            end = len(texts)
        yield number, texts[start:end]
        place = texts.find(wanted, end)
