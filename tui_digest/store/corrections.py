"""What the user corrected by hand in entries that were misread: title, date, address; and (`store.reshaping`) which
lines are about which paper.

A correction is a field of the marks, like a saved view: so the journal, undo, backups and merging know it. It names the
entry by its file's place, by its key and by what was read wrongly. So it holds whenever the file is read again, until
that field is read otherwise: then the source itself was changed, and the correction waits for its text to come back.
Where an edit gives the entry another key, an import takes the correction along, as it does the entry's marks.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from tui_digest.errors import DigestError
from tui_digest.identity import abstract_link, arxiv_id, paper_key, placed, text_key
from tui_digest.store.codec import own_text_of
from tui_digest.store.events import CORRECT, ENTRY, LAST_MOMENT, Part
from tui_digest.store.reshaping import Reshapings, read_reshaping
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tui_digest.store.codec import StoredFields
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.reshaping import Text

    KeyChanges = Callable[[Sequence[StoredFields], Sequence[StoredFields]], Iterable[tuple[str, str]]]
    """Tells old and new key of the entries of a digest that are read under another one now."""

_Read = tuple[str, "str | None"]
"""A field, and what was read."""

FIELDS = ("title", "date", "url")


class Correction(NamedTuple):
    """One field of one entry that was read wrongly."""

    place: str
    """`Digest.place` of its file."""
    key: str
    """The entry's, as it was read."""
    field: str
    """One of `FIELDS`."""
    was: str | None
    """What was read."""
    now: str
    """What it should say."""

    def part(self, value: bool) -> Part:
        """The part of an act that sets the correction (`value` True) or takes it back."""
        return Part(CORRECT + self.field, value, (ENTRY + json.dumps([self.place, self.key, self.was, self.now]),))


class Corrections:
    """All corrections of fields that hold now."""

    def __init__(self, marks: MarkStore) -> None:
        self.followed: list[Part] = []
        """What an import has to set, so that corrections hold of entries that are read under another key now."""
        self._of: defaultdict[tuple[str, str], dict[_Read, str]] = defaultdict(dict)
        self._since: dict[tuple[str, str, str, str | None], int] = {}
        self._taken_back: defaultdict[tuple[str, str], dict[_Read, int]] = defaultdict(dict)
        """When; of those that were set again otherwise, too."""
        stamps: defaultdict[str, list[str]] = defaultdict(list)
        for field in FIELDS:
            column = marks.columns.get(CORRECT + field)
            if column is None:
                continue
            for mark, at in sorted(column.on.items(), key=itemgetter(1)):
                if (each := _read(field, mark)) is not None:  # of two the later one, as of all marks
                    self._of[each.place, each.key][field, each.was] = each.now
                    self._since[each.place, each.key, field, each.was] = at
                    stamps[each.place].append(mark)
            for mark, at in sorted(column.off.items(), key=itemgetter(1)):
                if (each := _read(field, mark)) is not None:
                    self._taken_back[each.place, each.key][field, each.was] = at
        self._reshapings = Reshapings(marks)
        for place, some in self._reshapings.marks.items():
            stamps[place] += some
        self.stamps: Mapping[str, int] = {
            place: crc32("\n".join(sorted(each)).encode()) for place, each in stamps.items()
        }
        """Tells the corrections of a file, by its place, from others."""

    def of(self, place: str, key: str) -> Mapping[_Read, str]:
        """What holds of an entry: field and what was read -> what it should say."""
        return self._of.get((place, key), {})

    def applied(
        self,
        documents: list[StoredFields],
        place: str,
        text: Callable[[], Text | None],
        became: KeyChanges | None = None,
        old: Sequence[StoredFields] = (),
    ) -> list[StoredFields]:
        """The entries as they were read in one file, with what was corrected in them; `text` reads the file's text.
        `old` are those that it had; where they are under another key now, which `became` tells, what was corrected in
        them goes along."""
        if place not in self.stamps:
            return documents
        documents = self._reshapings.applied(documents, place, text)
        if became is not None:
            self._follow([as_read(each) for each in old], documents, place, became)
        return [corrected_entry(each, place, self.of(place, each["key"])) for each in documents]

    def _follow(self, old: Sequence[StoredFields], new: Sequence[StoredFields], place: str, became: KeyChanges) -> None:
        """Has what was corrected in entries hold under the keys that they are read under now. What was taken back since
        under another key of the entry does not hold again because it has its earlier key back."""
        there = {each["key"] for each in new}
        left = {(place, each["key"]) for each in old if each["key"] not in there}
        if left.isdisjoint(self._of) and left.isdisjoint(self._taken_back):
            return
        came: defaultdict[str, dict[_Read, str]] = defaultdict(dict)
        fell: defaultdict[str, dict[_Read, int]] = defaultdict(dict)
        for before, now in became(old, new):
            if before != now:
                came[now] |= self.of(place, before)
                fell[now] |= self._taken_back.get((place, before), {})
        for key, wanted in came.items():
            had = self.of(place, key)
            since = {what: self._since.get((place, key, *what), LAST_MOMENT) for what in had}  # else set just now
            rest = {what: now for what, now in had.items() if since[what] > fell[key].get(what, -1)}
            holds = rest | wanted
            self.followed += [
                Correction(place, key, *what, now).part(False) for what, now in had.items() if holds.get(what) != now
            ]
            self.followed += [
                Correction(place, key, *what, now).part(True) for what, now in holds.items() if had.get(what) != now
            ]
            self._of[place, key] = holds

    def left_out(self, old: Iterable[StoredFields], new: Sequence[StoredFields], place: str) -> tuple[str, ...]:
        """What was corrected in a file's entries, still holds, and fits none of the entries that it has now."""
        if place not in self.stamps:
            return ()
        stands = {(field, each.get(field)) for each in new for field in FIELDS}
        said = {
            now: None
            for each in old
            for (field, was), now in self.of(place, each.get("as_read", {}).get("key", "")).items()
            if each["as_read"].get(field, "") == was and (field, now) not in stands
        }
        return (*said, *self._reshapings.left_out(map(as_read, old), [*map(as_read, new)], place))


def _read(field: str, mark: str) -> Correction | None:
    try:
        place, key, was, now = json.loads(mark.removeprefix(ENTRY))
    except ValueError:
        return None
    well = all(type(each) is str for each in (place, key, now)) and type(was) in (str, type(None))
    return Correction(place, key, field, was, now) if well else None


def label_of(field: str, mark: str) -> str:
    """What a correction says, by its field and key in the journal; the key where it cannot be read."""
    how = field.removeprefix(CORRECT)
    if how in FIELDS:
        each = _read(how, mark)
        return mark if each is None else f"{each.was or '…'} → {each.now}"
    reshaping = read_reshaping(how, mark)
    return mark if reshaping is None else reshaping.label


def checked(says: Mapping[str, str]) -> dict[str, str]:
    """What the user wants an entry to say, clean. Raises `correct.title`, `correct.date` or `correct.url` for what is
    no title, no day of a calendar, no address."""
    wanted = {field: " ".join(clean(text).split()) for field, text in says.items()}
    if wanted.get("title") == "":
        raise DigestError("correct.title")
    if (day := wanted.get("date")) is not None:
        try:
            wanted["date"] = date.fromisoformat(day).isoformat()
        except ValueError:
            raise DigestError("correct.date", text=day) from None
    if (url := wanted.get("url")) is not None and "://" not in url:
        paper = arxiv_id(url)
        if paper is None:
            raise DigestError("correct.url", text=url)
        wanted["url"] = abstract_link(paper[0])
    if " " in wanted.get("url", ""):
        raise DigestError("correct.url", text=wanted["url"])
    return wanted


def as_read(document: StoredFields) -> StoredFields:
    """The entry without what was corrected in it."""
    read = document.get("as_read")
    if read is None:
        return document
    plain = {name: value for name, value in document.items() if name not in read and name != "as_read"}
    return plain | {name: value for name, value in read.items() if value is not None}


def corrected_entry(read: StoredFields, place: str, corrections: Mapping[_Read, str]) -> StoredFields:
    """The entry, as it was read in the file of that place, with these corrections in it."""
    fits = {field: now for (field, was), now in corrections.items() if read.get(field) == was and now != was}
    if not fits:
        return read
    kept: StoredFields = {"key": read["key"], **{field: read.get(field) for field in fits}}
    document = {**read, **fits, "as_read": kept}
    if "url" in fits:
        for name, found in zip(("arxiv_id", "version"), arxiv_id(fits["url"]) or (None, None), strict=True):
            kept[name] = document.pop(name, None)
            document |= {} if found is None else {name: found}
    if "title" in fits or "url" in fits:
        document["key"] = _key(document, read["key"], place)
    return document


def _key(document: StoredFields, read: str, place: str) -> str:
    fallback = read if read.startswith("text:") else placed(text_key(own_text_of(document)), place)
    return paper_key(document.get("url"), document.get("title"), fallback)
