"""What the user corrected by hand in entries that were misread: title, date, address; and (`store.reshaping`) which
lines are about which paper.

A correction is a field of the marks, like a saved view: so the journal, undo, backups and merging know it. It names the
entry by its file's place, by its key and by what was read wrongly. So it holds whenever the file is read again, until
that field is read otherwise: then the source itself was changed, and the correction waits for its text to come back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from tui_digest.errors import DigestError
from tui_digest.identity import abstract_link, arxiv_id, own_text, paper_key, placed, text_key
from tui_digest.store.events import CORRECT, Part
from tui_digest.store.importing import Import
from tui_digest.store.reshaping import Reshapings, join_of, split_of
from tui_digest.store.shards import StoredDigest
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tui_digest.models import Sighting
    from tui_digest.store.codec import StoredFields
    from tui_digest.store.importing import Keep
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.reshaping import Reshaping, Text

FIELDS = ("title", "date", "url")

_ENTRY = "entry:"
"""Before what names an entry and what it should say: no paper has such a key."""


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
        """Sets it in the journal, or takes it back."""
        return Part(CORRECT + self.field, value, (_ENTRY + json.dumps([self.place, self.key, self.was, self.now]),))


class Corrections:
    """All that hold."""

    def __init__(self, marks: MarkStore) -> None:
        self._of: defaultdict[tuple[str, str], dict[tuple[str, str | None], str]] = defaultdict(dict)
        stamps: defaultdict[str, list[str]] = defaultdict(list)
        for field in FIELDS:
            column = marks.columns.get(CORRECT + field)
            for mark in sorted(column.on, key=column.on.__getitem__) if column is not None else ():
                if (each := _read(field, mark)) is not None:  # of two the later one, as of all marks
                    self._of[each.place, each.key][field, each.was] = each.now
                    stamps[each.place].append(mark)
        self._reshapings = Reshapings(marks)
        for place, some in self._reshapings.marks.items():
            stamps[place] += some
        self.stamps: Mapping[str, int] = {
            place: crc32("\n".join(sorted(each)).encode()) for place, each in stamps.items()
        }
        """Tells the corrections of a file, by its place, from others."""

    def of(self, place: str, key: str) -> Mapping[tuple[str, str | None], str]:
        """What holds of an entry: field and what was read -> what it should say."""
        return self._of.get((place, key), {})

    def applied(self, documents: list[StoredFields], place: str, text: Callable[[], Text | None]) -> list[StoredFields]:
        """The entries as they were read in one file, with what was corrected in them; `text` reads the file's text."""
        if place not in self.stamps:
            return documents
        documents = self._reshapings.applied(documents, place, text)
        return [_with(each, place, self.of(place, each["key"])) for each in documents]

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
        place, key, was, now = json.loads(mark.removeprefix(_ENTRY))
    except ValueError:
        return None
    well = all(type(each) is str for each in (place, key, now)) and type(was) in (str, type(None))
    return Correction(place, key, field, was, now) if well else None


def checked(says: Mapping[str, str]) -> dict[str, str]:
    """What somebody wants an entry to say, clean. Raises `correct.title`, `correct.date` or `correct.url` for what is
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


def _with(read: StoredFields, place: str, corrections: Mapping[tuple[str, str | None], str]) -> StoredFields:
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
    get = document.get
    own = own_text(get("title"), get("url"), get("authors", ()), get("abstract"), get("commentary"), get("tags", ()))
    fallback = read if read.startswith("text:") else placed(text_key(own), place)
    return paper_key(get("url"), get("title"), fallback)


class Correcting(Import):
    """An act that corrects entries where they stand in the library, and lets the next imports do so, too."""

    rekeyed: list[tuple[str, str]]
    """Old and new key of the entries that are named otherwise now; their marks should follow."""
    beside: tuple[str, tuple[str, ...]]
    """The key of an entry that was split, and those of what came of it: what was read stays read."""

    def _begin(self) -> None:
        super()._begin()
        self.rekeyed, self.beside = [], ("", ())

    def correct(self, meant: Mapping[str, Sequence[str]], says: Mapping[str, str], keep: Keep) -> list[Part]:
        """Corrects the entries of these keys, by their digest, to what `says` tells by field; what an import has to
        know is returned."""
        self._begin()
        parts: list[Part] = []
        for record in self._sources.records:
            stored = self._stored(record.week, record.digest) if record.digest in meant and record.week else None
            if stored is None:
                continue
            documents = [
                self._corrected(each, stored.digest.place, says, parts) if each["key"] in meant[record.digest] else each
                for each in stored.documents
            ]
            if documents != stored.documents:
                self._replace(record.digest, stored, stored.digest.sha256)
                self._edits[stored.digest.week][record.digest] = StoredDigest(stored.digest, documents)
                self._changed = True
        self._finish(keep)
        return list(dict.fromkeys(parts))

    def join(self, mention: Sighting, behind: Sighting, keep: Keep) -> list[Part]:
        """Makes one paper of two entries of a digest that stand one behind the other. Raises
        `correct.no_next` and `correct.apart` where they do not."""
        self._begin()
        stored, at = self._found(mention)
        other = self._found(behind)[1] if behind.digest.id == mention.digest.id else None
        if other == at:
            raise DigestError("correct.no_next")
        if other is None:
            raise DigestError("correct.apart")
        at, other = sorted((at, other))
        if other != at + 1:
            raise DigestError("correct.apart")
        why = join_of(stored.digest.place, [*map(as_read, stored.documents)], at)
        became = self._reshape(stored, why, lambda: None, keep)
        self.rekeyed = [(each["key"], became[0]["key"]) for each in stored.documents[at : other + 1]]
        return [why.part()]

    def split(self, mention: Sighting, number: int, text: Text, keep: Keep) -> list[Part]:
        """Makes two papers of an entry of a digest, of which the second begins at line `number`. Raises
        `correct.line` where nothing could begin there."""
        self._begin()
        stored, at = self._found(mention)
        document = stored.documents[at]
        why = split_of(stored.digest.place, [*map(as_read, stored.documents)], at, number, text)
        if why is None:
            raise DigestError("correct.line", line=number)
        became = self._reshape(stored, why, lambda: text, keep)
        if document["key"] not in [each["key"] for each in became]:  # else its mark stays with the paper that it names
            self.rekeyed = [(document["key"], became[0]["key"])]
        self.beside = (document["key"], tuple(each["key"] for each in became))
        return [why.part()]

    def _found(self, mention: Sighting) -> tuple[StoredDigest, int]:
        """The digest of a mention as it is stored, and the entry's place in it."""
        digest_id, named = mention.digest.id, (mention.entry.key, mention.entry.start_line)
        record = next((each for each in self._sources.records if each.digest == digest_id and each.week), None)
        stored = self._stored(record.week, digest_id) if record is not None and record.week else None
        for at, each in enumerate(stored.documents if stored else ()):
            if (each["key"], each["lines"][0]) == named:
                assert stored is not None
                return stored, at
        raise DigestError("correct.gone")

    def _reshape(
        self, stored: StoredDigest, why: Reshaping, text: Callable[[], Text | None], keep: Keep
    ) -> list[StoredFields]:
        """Carries out one correction of which lines are about which paper; the entries that came of it."""
        place = stored.digest.place
        done = why.of([*map(as_read, stored.documents)], text)
        if done is None or self._corrections is None:
            raise DigestError("correct.gone")
        start, end, became = done
        became = [_with(each, place, self._corrections.of(place, each["key"])) for each in became]
        documents = [*stored.documents[:start], *became, *stored.documents[end:]]
        self._replace(stored.digest.id, stored, stored.digest.sha256)
        self._edits[stored.digest.week][stored.digest.id] = StoredDigest(stored.digest, documents)
        self._changed = True
        self._finish(keep)
        return became

    def _corrected(
        self, document: StoredFields, place: str, says: Mapping[str, str], parts: list[Part]
    ) -> StoredFields:
        read = as_read(document)
        wanted = dict(self._corrections.of(place, read["key"])) if self._corrections is not None else {}
        for field, now in says.items():
            was = read.get(field)
            known = wanted.pop((field, was), None)
            if known is not None and known != now:
                parts.append(Correction(place, read["key"], field, was, known).part(False))
            if now != was:
                wanted[field, was] = now
                parts.append(Correction(place, read["key"], field, was, now).part(True))
        corrected = _with(read, place, wanted)
        if corrected["key"] != document["key"]:
            self.rekeyed.append((document["key"], corrected["key"]))
        return corrected
