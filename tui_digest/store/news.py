"""What other processes brought into the library, or took out of it, while it was open here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_digest.errors import DigestError
    from tui_digest.store.columns import WeekColumns


class News(NamedTuple):
    """What changed in the library since this process last looked."""

    papers: int = 0
    """Papers that were not there before."""
    digests: int = 0
    """The digests that they stand in."""
    gone: int = 0
    """Papers that were there, and are not."""
    gone_digests: int = 0
    """The digests that they stood in."""
    notices: tuple[DigestError, ...] = ()
    """What was found wrong meanwhile."""


def news(before: Sequence[WeekColumns], after: Sequence[WeekColumns], aliases: Mapping[str, str]) -> News:
    """What the second columns have that the first have not, and the other way round; a paper that goes by another name
    now (`aliases`) is the same. Looks at every entry: for a thread."""
    were = {aliases.get(key, key) for block in before for key in block.keys}
    are = {aliases.get(key, key) for block in after for key in block.keys}
    new, gone = are - were, were - are
    return News(len(new), _digests_of(after, new, aliases), len(gone), _digests_of(before, gone, aliases))


def _digests_of(blocks: Sequence[WeekColumns], papers: set[str], aliases: Mapping[str, str]) -> int:
    """How many digests any of these papers stands in."""
    found = 0
    for block in blocks if papers else ():
        keys, place = [aliases.get(key, key) for key in block.keys], 0
        for each in block.digests:  # the entries of a digest stand together
            found += not papers.isdisjoint(keys[place : place + each.entries])
            place += each.entries
    return found
