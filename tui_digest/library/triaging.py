"""Triage: a verdict a paper (keep, later, skip) through what is unread in a list, with a memory of what was decided.

Both faces ask here; the marks of a verdict are acts of the library like any other, on disk at once. The session is
written first and the marks after it: a verdict whose paper is unread was never carried out, or was taken back since,
and its paper comes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.library import EVERYTHING
from tui_digest.store import triage_file as sessions
from tui_digest.store.triage_file import VERDICTS, Session, Verdict

if TYPE_CHECKING:
    from tui_digest.library import Library, Rows
    from tui_digest.models import Sighting
    from tui_digest.query import Asked

__all__ = ["VERDICTS", "Session", "Triage", "Verdict", "holding", "last_session", "sorted_out"]

_MARKS = {"keep": ("starred", "read"), "later": ("later",), "skip": ("read",)}
"""What a verdict marks. What is put off is unread the next time, too, and it is known since when it waits."""


class Triage:
    """One session. Made for a list of entries; goes on where the last one about the same list stopped."""

    def __init__(self, library: Library, week: str | None, asked: Asked = EVERYTHING, query: str = "") -> None:
        """`asked` is what the list is narrowed to, and `query` the same as it would be typed, by which the session is
        found again. Raises `StoreError` where a new session cannot be written."""
        self.library, self._week, self._asked = library, week, asked
        self._path = sessions.session_file(library.paths.triage, week, query)
        self._rows: Rows
        self._first: dict[str, int] = {}
        self._seen = sessions.stamp(self._path)
        known = sessions.load(self._path)
        self.session = known or Session(week, query, ())
        self.verdicts: list[Verdict] = []
        self.pending: list[str] = []
        """The papers still to be decided about, the next one first."""
        if known is not None and not known.ended:
            self._look()
        self.resumed = bool(self.verdicts)
        """Whether this goes on where another run stopped."""
        if not self.resumed:
            self._begin(again=False)

    @property
    def at_end(self) -> bool:
        """Whether every paper has its verdict."""
        return not self.pending

    @property
    def total(self) -> int:
        """How many papers there are, decided about or not."""
        return len(self.verdicts) + len(self.pending)

    @property
    def place(self) -> int:
        """The number of the paper that is next."""
        return min(len(self.verdicts) + 1, self.total)

    def counts(self) -> dict[str, int]:
        """How many papers got which verdict."""
        return {name: sum(verdict.name == name for verdict in self.verdicts) for name in VERDICTS}

    def current(self) -> Sighting | None:
        """The paper to decide about; None at the end. What was read elsewhere meanwhile has dropped out.

        Raises `StoreError` where its week cannot be read.
        """
        while self.pending and self.library.marks.of(self.pending[0]).read:
            self.pending.pop(0)
        return self._sighting(self.pending[0]) if self.pending else None

    @property
    def written_elsewhere(self) -> bool:
        """Whether another window went on with this session."""
        return sessions.stamp(self._path) != self._seen

    def look(self) -> None:
        """Takes in what was marked, imported or decided elsewhere. Raises `StoreError`."""
        here = self.pending[:1]
        if self.written_elsewhere:
            self.library.refresh()  # a verdict counts with its marks
            self._seen = sessions.stamp(self._path)
            self.session = sessions.load(self._path) or self.session
        self._look()
        if here and here[0] in self.pending:  # what is on the screen stays there
            self.pending.remove(here[0])
            self.pending.insert(0, here[0])

    def judge(self, name: str) -> Verdict | None:
        """Decides about the current paper, on disk before it returns; None where there is none.

        Raises like `library.marks.star`; then nothing is marked.
        """
        if self.current() is None:
            return None
        key = self.pending[0]
        mark = self.library.marks.of(key)
        had = {"starred": mark.starred, "read": mark.read, "later": self.library.marks.waits_since(key) is not None}
        verdict = Verdict(name, key, tuple(field for field in _MARKS[name] if not had[field]))
        self._write({"op": name, "key": key, "fields": verdict.fields})
        if verdict.fields:
            self.library.marks.set_fields(key, verdict.fields, True)
        self.session = self.session._replace(verdicts=(*self.session.verdicts, verdict))
        self.verdicts.append(verdict)
        self.pending.pop(0)
        return verdict

    def take_back(self) -> Verdict | None:
        """Takes the last verdict back, with the marks that it set, and makes its paper the current one; at the
        beginning of a session that was begun again, that beginning. None where there is nothing to take back.

        Raises like `library.marks.undo`.
        """
        if not self.verdicts:
            if self.session.begun_again:
                self._write({"op": "back to before"})
                self.session = sessions.load(self._path) or self.session
                self._look()
            return None
        verdict = self.verdicts[-1]
        if verdict.fields:
            self._unmark(verdict)
        self._write({"op": "back", "key": verdict.key})
        self.session = self.session._replace(verdicts=tuple(self.verdicts[:-1]))
        self.verdicts.pop()
        self.pending = [verdict.key, *(key for key in self.pending if key != verdict.key)]
        return verdict

    def begin_again(self) -> None:
        """Starts over: what is unread now, also what was put off, from the first. No mark changes. Raises
        `StoreError`."""
        self._begin(again=True)

    def end(self) -> None:
        """Notes that the session was gone through: the next one begins anew. Raises `StoreError`."""
        self._write({"op": "end"})

    # -- inside --------------------------------------------------------------------------------------------------

    def _write(self, line: dict[str, object]) -> None:
        """Puts a line to the session's file; of what another window put there meanwhile `written_elsewhere` tells."""
        before = sessions.stamp(self._path)
        size = sessions.append(self._path, line)
        after = sessions.stamp(self._path)
        if before == self._seen and after[1] == before[1] + size:
            self._seen = after

    def _begin(self, *, again: bool) -> None:
        before, known = self.session, self._seen[0] != 0
        self.session = Session(before.week, before.query, tuple(self._unread()), begun_again=again)
        self.verdicts, self.pending = [], list(self.session.keys)
        if self.pending and (again or not known or before != self.session):  # else another window has just begun it
            sessions.begin(self._path, self.session, again=again)
            self._seen = sessions.stamp(self._path)

    def _look(self) -> None:
        """Brings verdicts and queue up to the library, new papers last."""
        self.verdicts = list(holding(self.library, self.session))
        decided = {verdict.key for verdict in self.verdicts}
        unread = [key for key in self._unread() if key not in decided]
        known = set(self.session.keys)
        # A query that keeps only so many would let others move up without end.
        new = [key for key in unread if key not in known] if self._asked.limit is None else []
        if new:
            self._write({"op": "add", "keys": new})
            self.session = self.session._replace(keys=(*self.session.keys, *new))
        waiting = set(unread)
        self.pending = [key for key in self.session.keys if key in waiting]

    def _unread(self) -> list[str]:
        """The unread papers of the list, each once, in its order."""
        from tui_digest import query

        asked, unread = self._asked, query.Field("is", "unread")
        limited = asked.limit is not None  # of so many the unread are wanted, not so many of the unread
        if not limited:
            asked = asked._replace(tree=unread if asked.tree is None else query.And((asked.tree, unread)))
        self._rows = self.library.lists.entries(self._week, asked)
        self._first = {}
        for number, key in enumerate(self._rows.keys):
            self._first.setdefault(key, number)
        return [key for key in self._first if not self.library.marks.of(key).read] if limited else list(self._first)

    def _sighting(self, key: str) -> Sighting:
        number = self._first.get(key)
        if number is not None:
            return self._rows.sighting(number)
        found = self.library.lists.sightings(key)  # taken back, so that a list of the unread does not have it
        if not found:
            raise StoreError("store.gone", title=key)
        return next((each for each in found if each.digest.week == self._week), found[0])

    def _unmark(self, verdict: Verdict) -> None:
        """Undoes the verdict's act where that is the latest; what was done since, elsewhere or here, stays."""
        act = self.library.marks.next_act("undo")
        set_now = () if act is None else tuple((part.field, part.value, part.keys) for part in act.parts)
        if set_now == tuple((field, True, (verdict.key,)) for field in verdict.fields):
            self.library.marks.put_on_disk(self.library.marks.undo)
        else:
            self.library.marks.set_fields(verdict.key, verdict.fields, False)


def holding(library: Library, session: Session) -> Iterator[Verdict]:
    """The verdicts of a session that still hold: what was decided and has not the verdict's mark was taken back."""
    marks = library.marks
    for verdict in session.verdicts:
        put_off = verdict.name == "later" and marks.waits_since(verdict.key) is not None
        if put_off or marks.of(verdict.key).read:
            yield verdict


def last_session(library: Library, week: str | None) -> Session | None:
    """The session that was held last, about that week where one is named."""
    return sessions.latest(library.paths.triage, week)


def sorted_out(library: Library, verdicts: Sequence[Verdict]) -> dict[str, list[Sighting]]:
    """The papers of a session by their verdicts, as far as the library still holds them. Raises `StoreError`."""
    found: dict[str, list[Sighting]] = {name: [] for name in VERDICTS}
    for verdict in verdicts:
        found[verdict.name] += library.lists.sightings(verdict.key)[:1]
    return found
