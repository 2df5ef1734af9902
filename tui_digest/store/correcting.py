"""The act that corrects entries by hand: title, date and address, and which lines are about which paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.store.corrections import Correction, as_read, corrected_entry
from tui_digest.store.events import Part
from tui_digest.store.importing import Import
from tui_digest.store.reshaping import join_of, split_of
from tui_digest.store.shards import StoredDigest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui_digest.models import Sighting
    from tui_digest.store.codec import StoredFields
    from tui_digest.store.importing import Keep
    from tui_digest.store.reshaping import Reshaping, Text


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
                self._rewrite(stored, documents)
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
        became = [corrected_entry(each, place, self._corrections.of(place, each["key"])) for each in became]
        self._rewrite(stored, [*stored.documents[:start], *became, *stored.documents[end:]])
        self._finish(keep)
        return became

    def _rewrite(self, stored: StoredDigest, documents: list[StoredFields]) -> None:
        """Has a digest of the library consist of these entries from now on."""
        self._replace(stored.digest.id, stored, stored.digest.sha256)
        self._edits[stored.digest.week][stored.digest.id] = StoredDigest(stored.digest, documents)
        self._changed = True

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
        corrected = corrected_entry(read, place, wanted)
        if corrected["key"] != document["key"]:
            self.rekeyed.append((document["key"], corrected["key"]))
        return corrected
