"""How the user's sources stand: what was kept of their last answers. Nothing is fetched or read of what they said, so
this costs a start little.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.models import SourceNews
from tui_digest.store.asked import LastAsked, load_asked
from tui_digest.store.fetched import Fetched, State

if TYPE_CHECKING:
    from tui_digest.paths import Paths
    from tui_digest.store.registry import Registered


def news_of(source: Registered, state: State, last: LastAsked) -> SourceNews:
    """What is told of a source."""
    return SourceNews(source.name, source.address, state.kind, state.title, source.muted, source.pulled, *last)


def standing(paths: Paths, sources: Iterable[Registered], notices: list[DigestError]) -> list[SourceNews]:
    """The state of each source: when it was asked, what came last, what is wrong; nothing is fetched."""
    fetched = Fetched(paths.fetched, paths.damaged, notices)
    asked = load_asked(paths.asked)
    found = []
    for source in sources:
        try:
            state = fetched.state(source.address)
        except StoreError as error:
            note(notices, error)
            state = State()
        found.append(news_of(source, state, asked.get(source.address, LastAsked())))
    return found
