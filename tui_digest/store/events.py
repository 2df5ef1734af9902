"""The acts of a journal: what stands in a line, and what a line must be to count.

Whatever comes from a file is checked and made harmless here, once, so that all that counts, shows or exports events can
rely on the types and bounds of an `Event`.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.models import Change
from tui_digest.store.seal import ends_wrong, holds, sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

EVENT_VERSION = 1

OPERATIONS = ("set", "undo", "redo")

REFRESH = "refresh"
"""The field of what sources brought by themselves: no act of the user's, so undo passes over it."""

LIBRARY_FIELDS = ("import", "remove", "correct", REFRESH)
"""Fields whose keys are digests: acts on the library, not on a paper's marks."""

TAG = "tag:"
"""Before the name of a tag of the user's own, it makes the tag's field."""

VIEW = "view:"
"""Before the name of a saved view, it makes the view's field; its key is the query's text behind `QUERY`."""

SOURCE = "source:"
"""Before the name of a source, it makes the source's field; its key is the address behind `ADDRESS`."""

SOURCE_FLAGS = ("muted", "pulled")
"""Fields of what the user asked of a source; their keys are addresses, too."""

CORRECT = "correct:"
"""Before the name of an entry's field, it makes that of its corrections (`store.corrections`); its key tells of the
entry behind `ENTRY`."""

ENTRY = "entry:"
"""Before what tells of an entry, it makes the key of a correction; no key of a paper begins so."""

ASIDE = "aside:"
"""Before what a text was called, it makes the field of those that were read as several papers since: their marks are on
none of these."""

LAST_MOMENT = 253_402_300_799_999_999
"""The latest that another machine's event may be, in microseconds since 1970: the end of the year 9999."""

OWN_LAST_MOMENT = 2**62
"""The latest that one of this machine's may be: so much later than any other machine's that an act done here can always
be later than what it answers."""

_DAY = 86_400_000_000
"""In microseconds: farther than any time zone is from UTC."""

_MOST_ENTRIES = 2**31

_LONGEST_ID = 120
"""In characters; it is part of a file's name."""

NAMED = (TAG, VIEW, SOURCE, CORRECT, ASIDE)
"""The beginnings of fields that are nothing without a name behind it."""

_FIELDS = frozenset(("v", "id", "at", "op", "field", "value", "keys", "was", "of", "after", "entries", "seen", "more"))
"""What a line of before, without a checksum, may hold. A later version may add to them, and seals its lines."""

_HEAD = b'{"v":'
"""What every line of ours begins with; one that begins so and has not our end was cut short by a crash."""

LINE = b'{"v":%d,' % EVENT_VERSION
"""What those begin with that this version writes and understands."""

_FEW = 8
"""Papers up to which each is looked for by itself in the text of a journal: 5 ms in eight megabytes."""

MarkValue = bool | str | None
"""What a field has: true or false, the text of a note, or None for no note."""


class Part(NamedTuple):
    """One field set on some papers (or digests), within an act."""

    field: str
    """`read`, `starred`, `later`, `tag:NAME`, `note`, `view:NAME`, `source:NAME`, one of `SOURCE_FLAGS`,
    `correct:FIELD`, `aside:TITLE`, or one of `LIBRARY_FIELDS`."""
    value: MarkValue
    keys: tuple[str, ...]
    was: str | None = None
    """The note that this one took the place of."""


class Event(NamedTuple):
    """One act: from this moment on these papers' fields have these values."""

    id: str
    at: int
    """Microseconds since 1970, from 0 on; in one journal every event is later than the one before."""
    op: str
    """`set`, `undo` or `redo`; each says in full what is true after it."""
    parts: tuple[Part, ...]
    """At least one; the first tells what kind of act it was."""
    of: str | None = None
    """The event that is undone or done again."""
    after: str | None = None
    """The event that this one goes on with: a note saved while it is written is one act."""
    entries: int = 0
    """How many entries an act on the library was about."""
    seen: tuple[tuple[str, int], ...] = ()
    """For a note: the latest moment of each machine's note on this paper that the writer had before the eyes."""
    offset: int = 0
    """Where its line starts in its journal, in bytes."""

    @property
    def field(self) -> str:
        """The first part's field."""
        return self.parts[0].field

    def line(self) -> bytes:
        """The event as it stands in a journal."""
        first, *more = self.parts
        fields: dict[str, Any] = {"v": EVENT_VERSION, "id": self.id, "at": self.at, "op": self.op}
        fields |= {"field": first.field, "value": first.value, "keys": first.keys}
        told = {"was": first.was, "of": self.of, "after": self.after}
        fields |= {name: value for name, value in told.items() if value is not None}
        if self.entries:
            fields["entries"] = self.entries
        if self.seen:
            fields["seen"] = dict(self.seen)
        if more:
            fields["more"] = [list(part) for part in more]
        return sealed(orjson.dumps(fields)) + b"\n"


class NewerError(Exception):
    """An event that only a newer version of the program understands; its argument is that version."""


def read_line(line: bytes, offset: int = 0, *, own: bool = False) -> Event | None:
    """The event of a journal's line, with its line end or without; `own` for this machine's journal. None for an empty
    line, and for one that a crash cut short: such an act was never reported as saved.

    Raises ValueError where the line is damaged or none of ours, and NewerError.
    """
    line = line.rstrip(b"\n")
    try:
        fields: dict[str, Any] = orjson.loads(line)
        whole = holds(line)
        version = fields["v"]
        if whole is False:
            raise ValueError(line)
        if type(version) is int and version > EVENT_VERSION:
            raise NewerError(version)
        if whole is None and not fields.keys() <= _FIELDS:
            raise ValueError(line)
        return event_of(fields, offset, own=own)
    except (ValueError, LookupError, TypeError, AttributeError):
        cut = line.startswith(_HEAD) and not line.endswith(b"}") and not ends_wrong(line)
        if cut or not line.strip():
            return None
        raise ValueError(line[:80]) from None


def rescued(line: bytes, offset: int = 0, *, own: bool = False) -> list[Event]:
    """The events that stand whole in a damaged line, as their checksums tell: those that a line end divided that is
    none any more."""
    found: list[Event] = []
    start = line.find(_HEAD)
    while start >= 0:
        following = line.find(_HEAD, start + 1)
        piece = line[start : following if following >= 0 else len(line)].rstrip(b"\n")
        for each in (piece, piece[:-1]):
            with suppress(ValueError, NewerError):
                event = read_line(each, offset + start, own=own) if holds(each) else None
                found += [event] if event is not None else []
        start = following
    return found


def lines_with(data: bytes, keys: Collection[str]) -> list[bytes]:
    """Those lines of a journal that may tell of any of these papers: all that do, and hardly another."""
    escaped = b"\\" in data and (b"\\u" in data or b"\\/" in data)  # the first is asked for, since it is found fast
    if len(keys) > _FEW or escaped:  # else each key is written in one way only
        wanted = {*keys}
        return [line for line in data.splitlines(keepends=True) if _may_tell(line, wanted)]
    found: dict[int, bytes] = {}
    for key in keys:
        at = data.find(text := orjson.dumps(key))
        while at >= 0:
            start, stop = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at) + 1 or len(data)
            found[start] = data[start:stop]
            at = data.find(text, stop)
    return [found[start] for start in sorted(found)]


def _may_tell(line: bytes, wanted: set[str]) -> bool:
    try:
        fields = orjson.loads(line)
        told = [key for part in fields.get("more", ()) for key in part[2]] + fields["keys"]
        return not "".join(told).isprintable() or not wanted.isdisjoint(told)
    except (ValueError, LookupError, TypeError, AttributeError):
        return True


def event_of(fields: dict[str, Any], offset: int = 0, *, own: bool = False) -> Event:
    """The event of a line's fields, its texts clean; `own` for this machine's journal. Raises LookupError, TypeError or
    ValueError where they are not those of one."""
    latest = OWN_LAST_MOMENT if own else LAST_MOMENT
    parts = [_part(fields["field"], fields["value"], fields["keys"], fields.get("was"))]
    parts += [_part(*each) for each in _a(list, fields.get("more", []))]
    event = Event(
        id=_id(fields["id"]),
        at=_number(fields["at"], latest),
        op=fields["op"],
        parts=tuple(parts),
        of=_name_or_none(fields.get("of")),
        after=_name_or_none(fields.get("after")),
        entries=_number(fields.get("entries", 0), _MOST_ENTRIES),
        seen=tuple([(_name(m), _number(at, OWN_LAST_MOMENT)) for m, at in _a(dict, fields.get("seen", {})).items()]),
        offset=offset,
    )
    if event.op not in OPERATIONS:
        raise ValueError(event.op)
    return event


def _part(field: object, value: object, keys: object, was: object = None) -> Part:
    name = _text(field)
    if not name.isprintable():  # a line end in a name would make two lines of it wherever it is shown
        name = " ".join(name.split())
    well = isinstance(value, str | None) if name == "note" else isinstance(value, bool)
    if not well or name in ("", *NAMED):
        raise ValueError(name)
    text = _text(value) if isinstance(value, str) else value
    return Part(name, text, _names(keys), None if was is None else _text(was))  # type: ignore[arg-type]


def _a(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    text: str = _a(str, value)
    if text.isprintable():
        return text
    from tui_digest.text.cleaning import clean  # its patterns cost start-up time

    return clean(text)


def _name(value: object) -> str:
    """A key or an id, of one line."""
    text = _text(value)
    if not text.isprintable() and ("\n" in text or "\t" in text):
        raise ValueError(text)
    return text


def _id(value: object) -> str:
    """An event's id, which names a file of what the act replaced: it leads nowhere else."""
    text = _name(value)
    if not is_id(text):
        raise ValueError(text[:80])
    return text


def is_id(text: str) -> bool:
    """Whether this could be the id of an event: letters, digits and hyphens, no more than a file's name may have."""
    return len(text) <= _LONGEST_ID and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _names(value: object) -> tuple[str, ...]:
    """Keys; there may be thousands, of which hardly one needs a second look."""
    keys: list[str] = _a(list, value)
    return tuple(keys) if "".join(keys).isprintable() else tuple([_name(key) for key in keys])


def _name_or_none(value: object) -> str | None:
    return None if value is None else _name(value)


def _number(value: object, most: int) -> int:
    number: int = _a(int, value)
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


def moment(at: int) -> datetime:
    """An event's moment as a date, of UTC; one that no calendar reaches in every time zone is the last that does."""
    return datetime.fromtimestamp(min(at, LAST_MOMENT - _DAY) / 1_000_000, UTC)


def is_of_a_name(field: str) -> bool:
    """Whether the field is that of a saved view or of a source: one thing, whatever its keys are."""
    return field.startswith((VIEW, SOURCE))


def change_of(parts: Sequence[Part], entries: int = 0) -> Change:
    """What an act changed, from what it set."""
    first, *others = parts
    if is_of_a_name(first.field):  # a view or source, under a name or with something else in its place
        named = (part for part in parts if is_of_a_name(part.field))
        return Change(*next((part for part in named if part.value), first)[:3])
    unmarked = (CORRECT, ASIDE, VIEW, SOURCE, *SOURCE_FLAGS)
    marked = sum(len(part.keys) for part in others if not part.field.startswith(unmarked))
    return Change(first.field, first.value, first.keys, entries, marked)
