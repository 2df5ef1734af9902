"""The job that the other process gets, and the messages that it sends back: both can be written as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from tui_digest.paths import Paths

Told = list[Any]
"""What a job tells, as JSON can carry it: its first element is one of the words below.

`notice` id, details: what was found wrong. `folded` offsets: `marks.json` holds the journals up to here. `indexing`
weeks done, of how many. `indexed` folder: the search index is ready; where the cache cannot be written it lies in this
folder, which whoever hears it must clear away. `news` papers, digests, gone papers, their digests, kept, unsure: the
derived files are those of the weeks now, on the disk where `kept`; `unsure` where weeks may be missing. `kept` whether
there is a backup of today: all is done that was to be done. `sentence` text: what is to be shown of an unforeseen
error. `refreshing` sources done, of how many, how the last one went (a `SourceNews`). `refreshed` how all of them went,
cancelled. `importing` sources done, of how many. `imported` a table: how many `sources` were read, entries `added` and
`updated`, `put_away` (the starters were), and of those that were not read, `failed`: path, error, its details.
`changed` the fields of the `Change` that an act made, or None.
"""


ACTS = ("undo", "redo", "remove", "import")
"""Jobs that the user waits for: they do not go last, and have time to end when the app does."""


class Job(NamedTuple):
    """What is to be done, as JSON can carry it."""

    name: str
    """`house` keeps house; `likeness` makes what tells which papers are alike; `news` makes the derived files anew and
    tells what others brought; `refresh` asks sources for news, and `add` adds one; those of `ACTS` are the user's own
    on the library, and are not ended half-way."""
    places: tuple[str, ...]
    """Data, state, config and cache folder."""
    aliases: dict[str, list[str]] | None
    """Other spellings of tags, by the tag's name."""
    fold: bool = False
    """Whether there is enough to fold."""
    before: tuple[int, int, int] | None = None
    """For news: where the columns that the app shows are held open, as `HeldColumns.told`."""
    stamps: int = 0
    """A checksum of the weeks' versions that those columns must be of."""
    asked: tuple[str, ...] = ()
    """The names of the sources to ask, none for all; or the address of the one to add; the digests to remove; the
    path or address to import."""

    @property
    def paths(self) -> Paths:
        """The home."""
        return Paths(*map(Path, self.places))
