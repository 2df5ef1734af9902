"""The façade: everything either face can ask of the reader's library, in short methods with plain arguments.

It opens cheap: the first screen comes from a small summary, a week from its own file, and the rest when asked for.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from tui_digest.acts import Acts
from tui_digest.errors import StoreError, note
from tui_digest.finder import Finder
from tui_digest.models import Arrangement, Place, Sighting, Week
from tui_digest.query import Asked
from tui_digest.store import place
from tui_digest.store.columns import Block, block_of, title_hash
from tui_digest.store.files import remove_stale
from tui_digest.store.lock import locked
from tui_digest.store.rows import Row, Rows, ordered, tag_counts, with_own_tags
from tui_digest.store.shards import OPEN_SHARDS, Shard

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.paths import Paths
    from tui_digest.store.search import Search
    from tui_digest.store.summary import Totals
    from tui_digest.tag_names import TagNames

__all__ = ["EVERYTHING", "Library", "Row", "Rows"]

EVERYTHING = Asked()
"""The query that keeps all."""


INDEX_FROM = 10_000
"""Papers from which on free text is looked up in an index."""

Told = Callable[[int, int], None]
"""Called with how much is done of how much."""


TagAliases = Mapping[str, Sequence[str]]
"""A tag's name -> its other spellings."""


def never() -> bool:
    """Somebody waits to the end."""
    return False


class Library(Acts):
    """One reader's library. Make it with `Library.open`; `close` it at the end (nothing is lost otherwise)."""

    def __init__(
        self, paths: Paths, clock: Callable[[], float] = time.time, *, tag_aliases: TagAliases | None = None
    ) -> None:
        super().__init__(paths, clock)
        self._tag_aliases = tag_aliases
        self._names = _tag_names(tag_aliases)
        self._week_blocks: dict[str, tuple[Shard, Block]] = {}
        self._finders: dict[str | None, Finder] = {}
        self._search: Search | None = None

    @classmethod
    def open(
        cls,
        paths: Paths,
        *,
        starters: bool = True,
        clock: Callable[[], float] = time.time,
        tag_aliases: TagAliases | None = None,
    ) -> Library:
        """Opens the library, on the starter digests where the home is empty (`starters`). `tag_aliases` has other
        spellings of tags by the tag's name: they are counted, listed and found as one.

        Damaged files are moved aside, weeks that cannot be read are left out; both are told in `notices`. Raises
        `store.newer` and `store.unreadable` for the marks.
        """
        library = cls(paths, clock, tag_aliases=tag_aliases)
        for folder in (paths.data, paths.shards, paths.cache, paths.state):
            remove_stale(folder)
        index, marks = library._index, library._marks
        fresh = index.open()
        marks.load(library.notices, index.aliases)
        if not fresh:
            library._renew()
        elif not index.counts_stand():
            index.recount()
        marks.changed = index.count
        if starters and not index.week_ids():
            library._open_starters()
        return library

    def another(self) -> Library:
        """A library object on the same home and with the same settings, for a thread beside this one."""
        return Library.open(self.paths, starters=False, tag_aliases=self._tag_aliases)

    # -- browsing ------------------------------------------------------------------------------------------------

    def weeks(self) -> list[Week]:
        """The week list: newest first, undated last."""
        return self._index.weeks()

    def totals(self) -> Totals:
        """Papers, unread and starred of all weeks: a paper that stands in two counts once."""
        return self._index.totals()

    def tags(self, week: str | None, asked: Asked = EVERYTHING) -> list[tuple[str, int]]:
        """The tags of a week (None: of all) and how many papers have each, the most frequent first, among the entries
        that are asked for."""
        own, names = self._marks.tagged, self._names
        if week is None and asked.tree is None:
            counts = self._index.tags if names is None else self._index.named_tags(names)
            if not own:
                return counts
            finder = self._finder(week)
            places = [range(len(block)) for block in finder.blocks]
            return ordered(with_own_tags(dict(counts), finder.blocks, places, own, names))
        return self.tags_of(self.entries(week, asked))

    def tags_of(self, rows: Rows) -> list[tuple[str, int]]:
        """The tags of a list's entries, like `tags`."""
        return tag_counts(rows.blocks, rows.places(), self._marks.tagged, self._names)

    def tag_name(self, tag: str) -> str:
        """What a tag is called: its name where it is another spelling of one, else itself."""
        return tag if self._names is None else self._names.name(tag)

    def tag_spellings(self, tag: str) -> Sequence[str]:
        """The spellings of a tag, as a query compares them; itself where it has no others."""
        return (tag,) if self._names is None else self._names.spellings(tag)

    def similar_tags(self, week: str | None) -> list[list[tuple[str, int]]]:
        """Tags of a week (None: of all) that are probably one and are not yet, each with its papers: what to call them
        first."""
        from tui_digest.similar_tags import similar

        return similar(self.tags(week), self._tag_aliases or ())

    def entries(self, week: str | None, asked: Asked = EVERYTHING, stop: Callable[[], bool] = never) -> Rows:
        """The entries of a week (None: of all weeks) that are asked for, in reading order unless asked otherwise.

        Raises `Stopped` when `stop` says so.
        """
        finder = self._finder(week)
        if self._names is not None and asked.tree is not None:
            from tui_digest.query import respelled

            asked = asked._replace(tree=respelled(asked.tree, self._names.spellings))
        numbers = finder.rows(asked, stop)
        in_order = asked.sort is None
        return Rows(finder.blocks, finder.starts, numbers, finder.keys, self._sighting, in_order=in_order)

    def searched_partly(self, week: str | None) -> bool:
        """Whether the last answer about that week could only look into titles, tags and authors."""
        return self._finder(week).terms.partly

    def index_work(self) -> Callable[[Told, Callable[[], bool]], bool] | None:
        """What brings the search index up to the library, to be run in a thread of its own or after an import; it
        tells how many weeks of how many are done, and raises `Stopped`. None where there is nothing to do."""
        if self._index.totals().papers < INDEX_FROM:  # a look at every text is as fast
            return None
        layout = self._finder(None).terms.layout
        search = self._searching()
        return None if search.holds(layout) else partial(search.update, layout)

    def sightings(self, key: str) -> list[Sighting]:
        """The paper in every digest that has it, in reading order."""
        key = self._canonical(key)
        found = []
        for week in self._index.weeks_of(key):
            shard = self._shards.load(week)
            for number, document in enumerate(shard.documents):
                if self._canonical(document["key"]) == key:
                    found.append(shard.sighting(number, self._index.aliases))
        return found

    def also_in(self, here: Sighting) -> list[Sighting]:
        """The other mentions of the paper, the latest first."""
        if len(self._index.weeks_known(here.key)) < 2 and not self._twice_in_its_week(here):
            return []
        return [other for other in self.sightings(here.key) if other != here._replace(preface=other.preface)]

    def _twice_in_its_week(self, here: Sighting) -> bool:
        documents = self._shards.load(here.digest.week).documents  # the shard that the entry on the screen came from
        return sum(self._canonical(document["key"]) == here.key for document in documents) > 1

    def related(self, here: Sighting) -> tuple[list[Sighting], list[Sighting]]:
        """The papers of the library that the entry's text links to, and those whose text links to this paper. Nothing
        before `learn_mentions`."""
        index = self._index
        linked = [key for key in map(self._canonical, index.mentioned_in(here)) if key != here.key]
        return self._firsts(dict.fromkeys(linked)), self._firsts(index.mentions_of(here.key))

    def learn_mentions(self) -> None:
        """Finds which papers mention which; for a thread, as it looks at all weeks."""
        self._index.learn_mentions()

    def _firsts(self, keys: Iterable[str]) -> list[Sighting]:
        found = (self.sightings(key) for key in keys)
        return [sightings[0] for sightings in found if sightings]

    def all_sightings(self) -> Iterator[Sighting]:
        """Every entry of the library in reading order, a week at a time."""
        aliases = self._index.aliases
        for week in self._index.week_ids():
            try:
                shard = self._shards.load(week, keep=False)
            except StoreError as error:
                note(self.notices, error)
                continue
            for number in range(len(shard.documents)):
                yield shard.sighting(number, aliases)

    def find(self, key_or_id: str) -> str | None:
        """The key of the paper that a key, an arXiv id, a URL or an exact title names; None where none is here."""
        from tui_digest import identity

        text = key_or_id.strip()
        arxiv = identity.arxiv_id(text)
        candidates = [text, *([f"arxiv:{arxiv[0]}"] if arxiv else [])]
        if "://" in text:
            candidates.append(identity.paper_key(text, None, ""))
        for candidate in candidates:
            key = self._canonical(candidate)
            if candidate and any(True for _ in self._index.weeks_of(key)):
                return key
        return self._by_title(text)

    def titles(self, keys: Collection[str]) -> dict[str, str]:
        """The titles of papers, as far as the library holds them."""
        wanted, found = {self._canonical(key): key for key in keys}, {}
        for block in self._index.blocks() if wanted else []:
            for number, key in enumerate(block.keys):
                if key in wanted:
                    found[wanted[key]] = block.titles[number]
        return found

    def arxiv_for(self, sighting: Sighting) -> tuple[str | None, str]:
        """The entry's arXiv id and whose it is: `own`, that of another `sighting` of the same title, or `none`."""
        if sighting.entry.arxiv_id is not None:
            return sighting.entry.arxiv_id, "own"
        key = self._canonical(sighting.key)
        return (key.removeprefix("arxiv:"), "sighting") if key.startswith("arxiv:") else (None, "none")

    # -- housekeeping --------------------------------------------------------------------------------------------

    @property
    def behind(self) -> bool:
        """Whether another process changed the library; then `renew_aside` in a thread makes `refresh` cheap."""
        return not self._index.fresh()

    def renew_aside(self) -> None:
        """Makes the derived files anew without touching this library's memory. Raises `StoreError`."""
        self.another()._index.save()

    def refresh(self) -> bool:
        """Takes in what other processes wrote since; True when anything changed. Cheap enough for every second."""
        try:
            changed = self.behind
            if changed and self._index.reread():
                self._week_blocks.clear()
                self._finders.clear()
            elif changed:
                self._renew()
            return self._marks.catch_up() or changed
        except StoreError as error:
            return note(self.notices, error)

    def load_place(self) -> Place:
        """Where the reader was at the last stop."""
        return place.load_place(self.paths.place)

    def save_place(self, where: Place) -> None:
        """Keeps where the reader is. Never raises."""
        place.save_place(self.paths.place, where)

    def load_arrangement(self) -> Arrangement:
        """How the screen was arranged by keys."""
        return place.load_arrangement(self.paths.arrangement)

    def save_arrangement(self, arrangement: Arrangement) -> None:
        """Keeps how the screen is arranged. Never raises."""
        place.save_arrangement(self.paths.arrangement, arrangement)

    # -- inside --------------------------------------------------------------------------------------------------

    def _searching(self) -> Search:
        if self._search is None:
            from tui_digest.store.search import Search

            self._search = Search(self.paths.search, self.paths.shards)
        return self._search

    def _finder(self, week: str | None) -> Finder:
        blocks = self._blocks(week)
        known = self._finders.get(week)
        if known is None or len(known.blocks) != len(blocks) or any(map(operator.is_not, known.blocks, blocks)):
            if len(self._finders) > OPEN_SHARDS:
                self._finders.clear()
            stamps = [self._index.stamp(block.week) for block in blocks]
            known = self._finders[week] = Finder(blocks, stamps, self._marks, self._searching)
        return known

    def _blocks(self, week: str | None) -> list[Block]:
        if week is None:
            return self._index.blocks()
        try:
            shard = self._shards.load(week)
        except StoreError as error:
            note(self.notices, error)  # the week is gone from the list until it can be read, or is imported again
            self._renew()
            return []
        known = self._week_blocks.get(week)
        if known is None or known[0] is not shard:
            block = block_of(shard)
            block.use_aliases(self._index.aliases)
            if len(self._week_blocks) >= OPEN_SHARDS:
                self._week_blocks.clear()
            known = self._week_blocks[week] = (shard, block)
        return [known[1]]

    def _sighting(self, block: Block, number: int) -> Sighting:
        shard = self._shards.load(block.week)
        own = block.own_keys[number]
        documents = shard.documents
        if number >= len(documents) or documents[number]["key"] != own:  # imported again since the list was made
            number = next((n for n, document in enumerate(documents) if document["key"] == own), -1)
            if number < 0:
                raise StoreError("store.gone", title=block.titles[block.own_keys.index(own)])
        return shard.sighting(number, self._index.aliases)

    def _by_title(self, text: str) -> str | None:
        from tui_digest import identity

        wanted, normal = title_hash(text), identity.normalise_title(text)
        if not wanted:
            return None
        for block in self._index.blocks():
            for number, found in enumerate(block.hashes):
                if found == wanted and identity.normalise_title(block.titles[number]) == normal:
                    return block.keys[number]
        return None

    def _renew(self) -> None:
        """Makes the derived files anew, and keeps newly found aliases: marks may hang on them from now on."""
        from tui_digest.store.sources import Sources, vanished

        paths = self.paths
        self._week_blocks.clear()
        self._finders.clear()
        try:
            sources = self._sources()
        except StoreError as error:
            note(self.notices, error)  # the weeks are listed without it; an import will be refused
            sources = Sources()
        if self._index.renew({**self._index.aliases, **sources.aliases}):
            # A read-only home finds them again at the next start. Nobody waits here for another's import, which will
            # find and keep them itself.
            with suppress(StoreError), locked(paths.lock, 0.0):
                sources = self._sources()
                sources.aliases = {**self._index.aliases, **sources.aliases}
                sources.save(paths.sources, paths.damaged)
        gone = vanished(sources, self._shards, [notice.details.get("path", "") for notice in self.notices])
        if gone:
            note(self.notices, gone)
        if self._names is not None:
            self._index.named_tags(self._names)  # while the columns are at hand
        self._index.save()

    def _open_starters(self) -> None:
        try:
            sources = self._sources()
        except StoreError as error:
            note(self.notices, error)  # then nobody knows whether they are wanted
            return
        if sources.starters_asked or sources.own or self._shards.scan():  # weeks that cannot be read are no empty home
            return
        try:
            self.put_starters(True)
        except StoreError as error:
            # The reader opens on an empty library, and says why and what to do.
            self.notices += [error, StoreError("starters.unwritable", path=self.paths.data)]


def _tag_names(aliases: TagAliases | None) -> TagNames | None:
    if not aliases:
        return None
    from tui_digest.tag_names import TagNames  # only where there are names: folding costs start-up time

    return TagNames(aliases)
