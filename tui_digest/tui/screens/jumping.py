"""From a paper to its other mentions and to the papers its text links to, and back; from match to match."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import DigestError
from tui_digest.models import Place
from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.models import Entry, Sighting


class Mention(NamedTuple):
    """Which mention of a paper: its digest, and the line there."""

    digest: str
    line: int


class Stop(NamedTuple):
    """Where one was before a jump, and on which mention of the paper."""

    place: Place
    mention: Mention | None


def mention_of(sighting: Sighting) -> Mention:
    """Which mention that is."""
    return Mention(sighting.digest.id, sighting.entry.start_line)


class Jumping(Reader):
    """The jumping part of the main screen."""

    text: str
    saved: str
    _way: list[Stop] | None = None
    """Where Backspace goes, the latest last."""

    def jumps(self, here: Sighting) -> list[tuple[str, Sighting]]:
        """What one can jump to from a paper: its other mentions, papers that its text links to, papers whose text
        links to it. Each with its words."""
        try:
            found = [(self._also(here.entry, other), other) for other in self.library.lists.also_in(here)]
            linked, mentions = self.library.lists.related(here)
        except DigestError as error:  # another week that has the paper cannot be read
            self.report(error)
            return []
        found += [(self.tr("jump.linked", title=other.entry.display_title), other) for other in linked]
        found += [(self.tr("jump.mentioned", title=other.entry.display_title), other) for other in mentions]
        return found

    def _also(self, here: Entry, other: Sighting) -> str:
        """Where else the paper stands, and in which version where both say theirs and they differ."""
        where, version = self._where(other), other.entry.version
        if version is None or here.version is None or version == here.version:
            return self.tr("jump.also", where=where)
        return self.tr("jump.older" if version < here.version else "jump.newer", version=version, where=where)

    def _where(self, sighting: Sighting) -> str:
        digest = sighting.digest
        when = self.tr.when(digest.start, digest.end)
        return f"{digest.title} · {when}" if digest.title and digest.title not in when else when

    def jump(self, target: Sighting) -> None:
        """Go to a paper in a digest, with nothing left out of its week; Backspace comes back."""
        if self._way is None:
            self._way = []
        here = self.current()
        self._way.append(Stop(self.place(), mention_of(here) if here else None))
        self.ask_as(Place())
        self.show_week(target.digest.week, key=target.key)
        self._stand_on(target.key, mention_of(target))
        self.go_to("entry")
        self.opened()

    def action_go_back(self, count: int | None = None) -> None:
        """Back to where the last jump began; with a count, that many jumps."""
        if not self._way:
            self.say("jump.nowhere")
            return
        del self._way[len(self._way) - min(count or 1, len(self._way)) + 1 :]
        place, mention = self._way.pop()
        self.ask_as(place)
        self.show_week(place.week, key=place.key)
        if place.key is not None:
            self._stand_on(place.key, mention)
        self.go_to(place.pane)
        self.show_entry(top=place.scroll)

    def _stand_on(self, key: str, mention: Mention | None) -> None:
        """Among several mentions of the paper in one list, that one."""
        for index, each in enumerate(self.rows.keys):
            if each == key and mention_of(self.rows.sighting(index)) == mention:
                self.entries_list.goto(index)
                self.show_entry()
                return

    # --- matches ---------------------------------------------------------------------------------------------

    def action_next_match(self, count: int | None = None) -> None:
        """On to the next match in the entry; past its last one, or in the list, to the next entry found."""
        self._to_match(1, count or 1)

    def action_previous_match(self, count: int | None = None) -> None:
        """Back to the match before."""
        self._to_match(-1, count or 1)

    def _to_match(self, step: int, count: int) -> None:
        if not (self.text or self.saved):
            self.say("match.none")
            return
        for _ in range(count):
            if self.pane == "entry" and self.body.to_match(step):
                continue
            if not self.entries_list.move(step):
                self.say("match.last")
                return
            self.show_entry()
            if self.pane == "entry":
                self.body.to_match(step)
        if self.pane not in ("entries", "entry"):
            self.go_to("entries")

    # What the other parts answer.

    def ask_as(self, place: Place) -> None:
        """Ask for what was asked for there."""
        raise NotImplementedError
