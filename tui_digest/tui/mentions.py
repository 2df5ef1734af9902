"""Where else a paper is: its other mentions, the papers that its text links to, and those whose text links to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import DigestError
from tui_digest.tui.terminal.signs import BETWEEN

if TYPE_CHECKING:
    from tui_digest.library import Library
    from tui_digest.models import Entry, Sighting
    from tui_digest.tui.voice import Voice

NO_BREAK = "\xa0"
JUMP = "jump:"
"""Before the number of a jump, where other rows of the links dialog have an address."""


class Mention(NamedTuple):
    """One mention of a paper: its digest, and the line there."""

    digest: str
    line: int


def mention_of(sighting: Sighting) -> Mention:
    """Which mention that is."""
    return Mention(sighting.digest.id, sighting.entry.start_line)


class Mentions:
    """What one can jump to from a paper."""

    def __init__(self, library: Library, voice: Voice) -> None:
        self._library, self._voice = library, voice

    def of(self, here: Sighting) -> list[tuple[str, Sighting]]:
        """Each with its words: other mentions first, then what the text links to, then what links here."""
        tr = self._voice.tr
        try:
            found = [(self._also(here.entry, other), other) for other in self._library.lists.also_in(here)]
            linked, mentions = self._library.lists.related(here)
        except DigestError as error:  # another week that has the paper cannot be read
            self._voice.report(error)
            return []
        found += [(tr("jump.linked", title=other.display_title), other) for other in linked]
        found += [(tr("jump.mentioned", title=other.display_title), other) for other in mentions]
        return found

    def words(self, here: Sighting) -> list[str]:
        """Their words alone."""
        return [words for words, _ in self.of(here)]

    def _also(self, here: Entry, other: Sighting) -> str:
        """Where else the paper stands, and in which version where both say theirs and they differ."""
        tr, where, version = self._voice.tr, self._where(other), other.entry.version
        if version is None or here.version is None or version == here.version:
            return tr("jump.also", where=where)
        return tr("jump.older" if version < here.version else "jump.newer", version=version, where=where)

    def _where(self, sighting: Sighting) -> str:
        """Its digest and the days of that, which are not broken at the end of a line."""
        tr, digest = self._voice.tr, sighting.digest
        when = tr.when(digest.start, digest.end)
        name = tr.digest_name(digest.title, digest.start, digest.end)
        said = name if when in name else f"{name} {BETWEEN} {when}" if name else when
        return said.replace(when, when.replace(" ", NO_BREAK))
