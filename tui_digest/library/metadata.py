"""What arXiv says of the library's papers: asked, kept, and laid beside what the digests say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import DigestError, SourceError, StoreError, note
from tui_digest.library.lists import never
from tui_digest.store.lock import locked
from tui_digest.store.shards import Shards, StoredDigest

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from datetime import date

    from tui_digest.library.derived import Derived
    from tui_digest.library.titled import TitledPaper
    from tui_digest.models import Learned, Sighting
    from tui_digest.paths import Paths
    from tui_digest.sources.web.client import Web
    from tui_digest.store.learned import LearnedStore
    from tui_digest.store.summary import Index


class Enriched(NamedTuple):
    """What asking came to. Of a question that was cancelled or failed in the middle, what it came to until then."""

    asked: int = 0
    """Papers that arXiv was asked about."""
    learned: int = 0
    """Those that it knows."""
    known: int = 0
    """Those that need not be asked about: they were before."""
    others: int = 0
    """Those that it cannot be asked about: neither an arXiv id nor a title (`library.titled`) tells which they are."""
    error: DigestError | None = None
    """Why it ended early."""


class Metadata:
    """Asks arXiv, and keeps what it says. No act of the user's: nothing to undo, nothing that a digest said is
    changed."""

    def __init__(
        self, paths: Paths, shards: Shards, index: Index, derived: Derived, notices: list[DigestError],
        today: Callable[[], date],
    ) -> None:  # fmt: skip
        self._paths, self._shards, self._index, self._derived = paths, shards, index, derived
        self._notices, self._today = notices, today

    def enrich(
        self,
        keys: Iterable[str],
        web: Web,
        *,
        again: bool = False,
        titles: bool = True,
        cancelled: Callable[[], bool] = never,
        progress: Callable[[int, int], None] | None = None,
    ) -> Enriched:
        """Asks arXiv about these papers, in batches, but for those that it was asked about before (`again`: those,
        too); by id, and those without one by title, unless `titles` is False. What each batch brings is kept before the
        next is asked for, so that one that is cut short goes on where it was. `progress` is told how many were asked
        about, and of how many. Raises `StoreError`."""
        from tui_digest.sources.arxiv_api import BATCH, TITLES

        keys = list(dict.fromkeys(map(self._index.canonical, keys)))
        store = self._store()
        papers = [key for key in keys if key.startswith("arxiv:")]
        wanted = [key for key in papers if again or store.of(key) is None]
        titled = self._titled(set(keys) - set(papers)) if titles else {}
        unknown = {title: each for title, each in titled.items() if again or not store.asked_for_title(title)}
        others = len(keys) - len(papers) - len(titled)
        done = Enriched(known=len(papers) - len(wanted) + len(titled) - len(unknown), others=others)
        self.lay([key for key in papers if store.of(key) is not None])  # an earlier one may have been cut short before
        batches = [(part, self._ask_ids) for part in _parts(wanted, BATCH)]
        batches += [(part, lambda *told: self._ask_titles(unknown, *told)) for part in _parts([*unknown], TITLES)]
        of = len(wanted) + len(unknown)
        for batch, ask in batches:
            if progress is not None:
                progress(done.asked, of)
            try:
                learned = ask(batch, web, cancelled)
            except SourceError as error:
                return done._replace(error=error)
            done = done._replace(asked=done.asked + len(batch), learned=done.learned + learned)
        if progress is not None:
            progress(of, of)
        return done

    def _ask_ids(self, keys: Sequence[str], web: Web, cancelled: Callable[[], bool]) -> int:
        """Asks for papers by their ids; how many arXiv knows."""
        from tui_digest.sources.arxiv_api import ask

        found = ask(web, [key.removeprefix("arxiv:") for key in keys], self._today(), cancelled)
        self.learn(found)
        return sum(each.title is not None for each in found.values())

    def _ask_titles(
        self, papers: Mapping[str, TitledPaper], titles: Sequence[str], web: Web, cancelled: Callable[[], bool]
    ) -> int:
        """Asks for papers by their titles; how many arXiv knows."""
        from tui_digest.library.titled import found_among
        from tui_digest.sources.arxiv_api import ask_titles

        today = self._today()
        answers = ask_titles(web, titles, today, cancelled)
        found = found_among({title: papers[title] for title in titles}, answers)
        known = {key: answers[key] for key in found.values() if key is not None}
        store = self._store()
        store.learn(known)  # before the titles that lead there
        store.learn_titles(found, today)
        self.lay([*known, *(key for title, paper in found.items() if paper for key in papers[title].keys)])
        return len(known)

    def _titled(self, keys: Collection[str]) -> dict[str, TitledPaper]:
        from tui_digest.library.titled import by_title

        return by_title(self._mentions(keys)) if keys else {}

    def _mentions(self, keys: Collection[str]) -> Iterator[Sighting]:
        aliases = self._index.aliases
        for shard in self._shards.readable(self._index.week_ids(), self._notices):
            for number, document in enumerate(shard.documents):
                if aliases.get(document["key"], document["key"]) in keys:
                    yield shard.sighting(number, aliases)

    def learn(self, found: dict[str, Learned]) -> None:
        """Keeps what was learned of papers, by key, and lays it beside their entries. Raises `StoreError`."""
        self._store().learn(found)
        self.lay(found)

    def bring(self, files: Mapping[str, bytes]) -> list[str]:
        """Takes over what an archive has, by file; what is here already and as new stays. The names of those that are
        none of ours. Raises `StoreError`."""
        store, lost = self._store(), []
        brought: list[str] = []
        for name, data in files.items():
            try:
                brought += store.bring(data)
            except ValueError:
                lost.append(name)
        self.lay(brought)
        return lost

    def lay(self, keys: Collection[str]) -> None:
        """Lays what is known beside the entries of these papers, week by week. Raises `StoreError`."""
        store, looked_in = self._store(), set[str]()
        while weeks := {week for key in keys for week in self._index.weeks_of(key)} - looked_in:
            changed = False
            for week in sorted(weeks):
                with locked(self._paths.lock):
                    changed |= self._lay_in(week, store)
            if not changed:
                return
            aliases = len(self._index.aliases)
            self._derived.refresh()
            if len(self._index.aliases) == aliases:  # else more mentions are of these papers now
                looked_in |= weeks

    def _lay_in(self, week: str, store: LearnedStore) -> bool:
        try:
            shard = self._shards.load(week, keep=False)
        except StoreError as error:
            note(self._notices, error)
            return False
        edits: dict[str, StoredDigest | None] = {}
        for name, stored in shard.stored().items():
            documents: Sequence[dict[str, object]] = store.laid(stored.documents, self._index.aliases)
            if documents != stored.documents:
                edits[name] = StoredDigest(stored.digest, [*documents])
        if edits:
            self._shards.write(week, edits)
        return bool(edits)

    def _store(self) -> LearnedStore:
        from tui_digest.store.learned import LearnedStore

        return LearnedStore(self._paths.learned, self._paths.damaged, self._notices)


def _parts(items: Sequence[str], most: int) -> list[Sequence[str]]:
    return [items[start : start + most] for start in range(0, len(items), most)]
