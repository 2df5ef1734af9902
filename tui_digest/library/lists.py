"""The library's lists: the entries that a query asks for, and what stands in them, counted."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from tui_digest.errors import StoreError, note
from tui_digest.library.finder import Finder
from tui_digest.query import Asked, Field, QueryError, Words
from tui_digest.store.bits import bits_of
from tui_digest.store.columns import WeekColumns, block_of, title_hash
from tui_digest.store.facets import counting_authors, counting_digests, finding_days
from tui_digest.store.rows import Rows, ordered, tag_counts
from tui_digest.store.shards import OPEN_SHARDS, Shard
from tui_digest.store.steps import at_once

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from pathlib import Path

    from tui_digest.errors import DigestError
    from tui_digest.library.derived import Derived
    from tui_digest.library.views import Views
    from tui_digest.models import Sighting, Week
    from tui_digest.paths import Paths
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.search import Search
    from tui_digest.store.search_build import HowFar, MadeAhead
    from tui_digest.store.shards import Shards
    from tui_digest.store.summary import Index, Totals
    from tui_digest.text.tag_names import TagNames

V = TypeVar("V")
"""What the caller calls a view."""

EVERYTHING = Asked()
"""The query that asks for every entry."""

_COUNTED_FROM = 2_000
"""Entries from which the tags of a narrowed list are made ready in steps: at once, they would take 5 ms and more."""

INDEX_FROM = 10_000
"""Entries from which on free text is looked up in an index."""

TagAliases = Mapping[str, Sequence[str]]
"""A tag's name -> its other spellings."""


def never() -> bool:
    """A `stop` that is never True: for callers that wait for the whole answer."""
    return False


class Lists:
    """The library's lists. What they are made of is kept until the library changes."""

    def __init__(
        self,
        paths: Paths,
        shards: Shards,
        store: MarkStore,
        index: Index,
        derived: Derived,
        views: Views,
        notices: list[DigestError],
        names: TagNames | None,
    ) -> None:
        self._paths, self._notices, self._names = paths, notices, names
        self._shards, self._store, self._index, self._derived, self._views = shards, store, index, derived, views
        self._week_blocks: dict[str, tuple[Shard, WeekColumns]] = {}
        self._finders: dict[str | None, Finder] = {}
        self._search: Search | None = None
        self.changes = 0
        """How often the library changed since it was opened."""
        derived.on_change.append(self._forget)

    # -- lists ---------------------------------------------------------------------------------------------------

    def entries(
        self,
        week: str | None,
        asked: Asked = EVERYTHING,
        stop: Callable[[], bool] = never,
        *,
        below: int | None = None,
    ) -> Rows:
        """The entries of a week (None: of all weeks) that are asked for, in reading order unless asked otherwise; those
        `below` a row only, where `preparing` told that it has come that far.

        Raises `Stopped` when `stop` says so.
        """
        finder, asked = self._finder(week), self._as_meant(asked)
        numbers, bits = finder.rows(asked, stop, below)
        in_order = asked.sort is None
        return Rows(finder.blocks, finder.starts, numbers, finder.keys, self._sighting, bits=bits, in_order=in_order)

    def of_papers(self, keys: Sequence[str]) -> Rows:
        """The latest mention of each of these papers, in their order."""
        finder = self._finder(None)
        left, first = {*keys}, dict[str, int]()
        for number, key in enumerate(finder.keys):
            if key in left:
                left.discard(key)
                first[key] = number
                if not left:
                    break
        numbers = [first[key] for key in keys if key in first]
        made_of = (finder.blocks, finder.starts, numbers, finder.keys, self._sighting)
        return Rows(*made_of, bits=bits_of(numbers), in_order=False)

    def walk(self, week: str | None, asked: Asked) -> Iterator[Sighting]:
        """The entries that a query asks for, one after the other, as the faces without a screen want them; what cannot
        be read is told in the notices and passed over. All of the library is read week by week, without a list."""
        if week is None and asked == EVERYTHING:
            return self.all_sightings()
        return self.sightings_of(self.entries(week, asked), self._notices)

    def sightings_of(self, rows: Rows, notices: list[DigestError]) -> Iterator[Sighting]:
        """The entries of a list, be it one of another library object: for a thread, which reads the list that is shown
        by an object of its own. What cannot be read is told in `notices` and passed over."""
        own = rows.read_by(self._sighting)
        for place in range(len(own)):
            try:
                yield own.sighting(place)
            except StoreError as error:
                note(notices, error)

    @property
    def large(self) -> bool:
        """Whether the library has so many entries that answers over all weeks are made in steps."""
        return self._index.entries >= INDEX_FROM

    def preparing(self, week: str | None, asked: Asked) -> Generator[int, None, None]:
        """Does, a piece of a few milliseconds at a time, what the answer to a query would have to wait for: reads the
        texts that no index has; in a large library looks for phrases, and where there is no index yet for words, and
        puts rows into an order that is not kept. Nothing where all is at hand. Tells up to which row the answer is
        known: 0 for none, or for another order."""
        if week is not None and week not in self._index.week_ids():
            return
        finder, asked = self._finder(week), self._as_meant(asked)
        large, in_order = finder.starts[-1] >= INDEX_FROM, asked.sort is None and asked.limit is None
        for _ in finder.making_repeated() if large else ():
            yield 0
        for reached in finder.terms.looking(asked.tree) if asked.tree is not None else ():
            yield reached if in_order else 0
        counted = large or (asked.tree is not None and finder.starts[-1] >= _COUNTED_FROM)
        for _ in finder.making_tag_sets() if counted else ():
            yield 0
        for _ in finder.sorting(asked) if large else ():
            yield 0

    def keep_orders(self) -> None:
        """Keeps the orders of a large library's rows for the first list that is sorted so; for the process that keeps
        house."""
        finder = self._finder(None)
        if finder.starts[-1] >= INDEX_FROM:
            finder.keep_orders()

    def keep_behind(self, stop: Callable[[], bool]) -> None:
        """Keeps what makes phrases fast, for the process that keeps house. Raises `Stopped`."""
        if self._finder(None).starts[-1] >= INDEX_FROM:
            self._searching().keep_behind(stop)

    def _as_meant(self, asked: Asked) -> Asked:
        """The query with all spellings of its tags, and the addresses of sources in the place of their names."""
        if asked.tree is None:
            return asked
        from tui_digest.query import fields_used, located, respelled

        if self._names is not None:
            asked = asked._replace(tree=respelled(asked.tree, self._names.spellings))
        if asked.tree is None or "source" not in fields_used(asked.tree):
            return asked
        sources = {name.casefold(): address for name, address in self._views.sources().items()}
        return asked._replace(tree=located(asked.tree, lambda name: sources.get(name.casefold(), "")))

    def searched_partly(self, week: str | None) -> bool:
        """Whether the last answer about that week could only look into titles, tags and authors."""
        return self._finder(week).terms.partly

    def meant(self, text: str) -> Generator[None, None, str | None]:
        """What was probably meant by a query that finds nothing in any week; None where nothing near to it would find
        something, or before there is an index to ask. Done in steps."""
        from tui_digest.library.meant import Meant

        layout, search = self._finder(None).terms.layout, self._searching()
        if not search.ready(layout):
            return None
        found = Meant(
            lambda asked: len(self.entries(None, asked)),
            self._views.read,
            lambda: search.words(layout),
            lambda: self.tags(None),
        )
        return (yield from found.by(text))

    def index_work(
        self, *, beside: bool = False, ahead: MadeAhead | None = None
    ) -> Callable[[HowFar, Callable[[], bool]], bool] | None:
        """A function that brings the search index up to the library, to be run in a thread of its own or after an
        import; None where there is nothing to do. It takes what is told how many weeks of how many are done, and what
        says whether to stop; then it raises `Stopped`. With `beside` it has other processes help; `ahead` is
        what an import made of it already."""
        layout = self._finder(None).terms.layout
        if sum(part.entries for part in layout) < INDEX_FROM:  # a look at every text is as fast
            return None
        search = self._searching()
        return None if search.holds(layout) else partial(search.update, layout, beside=beside, ahead=ahead)

    def needs_index(self, week: str | None, asked: Asked) -> bool:
        """Whether words that are asked for of a week (None: of all) would be looked for in titles, tags and authors
        only: these are many entries, and what the index has of them is not enough."""
        from tui_digest.query import terms_of

        looks = any(isinstance(term, Words) or term.name in ("title", "author") for term in terms_of(asked.tree))
        return looks and not self._searching().ready(self._finder(week).terms.layout)

    def make_index_for(self, week: str | None, asked: Asked) -> None:
        """Makes the index where the answer would not be whole without it; where it cannot be made, that is in the
        notices."""
        if self.needs_index(week, asked):
            if (work := self.index_work()) is not None:
                work(lambda done, weeks: None, never)
            if self.needs_index(week, asked):
                note(self._notices, StoreError("search.titles_only"))

    def hand_over_index(self) -> Path | None:
        """The folder in which the index was made where the cache cannot be written; from now on it is the caller's to
        clear away. None where it lies in the cache."""
        return self._searching().hand_over()

    def take_index(self, folder: Path) -> None:
        """Uses the index in that folder, for this run alone, and clears it away at the end."""
        self._searching().take(folder)

    # -- counts --------------------------------------------------------------------------------------------------

    def tags(self, week: str | None, asked: Asked = EVERYTHING) -> list[tuple[str, int]]:
        """The tags of a week (None: of all) and how many papers have each, the most frequent first, among the entries
        that are asked for."""
        names = self._names
        if week is None and asked.tree is None and not self._store.tagged:
            return self._index.tags if names is None else self._index.named_tags(names)
        return self.tags_of(self.entries(week, asked))

    def tags_of(self, rows: Rows) -> list[tuple[str, int]]:
        """The tags of a list's entries, like `tags`."""
        own, finder = self._store.tagged, self._all_weeks(rows)
        if finder is None:
            return tag_counts(rows.blocks, rows.places(), own, self._names)
        return ordered(finder.tag_counts(rows.bits, own))

    def papers_of(self, rows: Rows) -> int:
        """How many papers a list tells of."""
        finder = self._all_weeks(rows)
        return len(set(rows.keys)) if finder is None else finder.papers(rows.bits)

    def authors_of(self, rows: Rows) -> list[tuple[str, int]]:
        """The authors of a list's papers, like `tags_of`."""
        return at_once(self.counting("authors", rows))

    def digests_of(self, rows: Rows) -> list[tuple[str, int]]:
        """The digests of a list's entries, the newest first, with the entries of each."""
        return at_once(self.counting("digests", rows))

    def counting(self, facet: str, rows: Rows) -> Generator[None, None, list[tuple[str, int]]]:
        """The same for the `authors` or `digests` of a long list, in steps: it looks at every entry."""
        return counting_authors(rows) if facet == "authors" else counting_digests(rows)

    def digest_days(self, rows: Rows) -> Generator[None, None, Mapping[str, tuple[str | None, str | None]]]:
        """Of the digests of a list's entries whose title is nothing but a date, by that title, the ISO dates from and
        to which they tell; without those that would not be told apart by them. In steps."""
        return finding_days(rows)

    def count(self, asked: Asked) -> int | None:
        """How many papers of all weeks are asked for; None while only a look at every text could tell."""
        rows = self.entries(None, asked if asked.limit is not None else asked._replace(sort=None))
        return None if self.searched_partly(None) else self.papers_of(rows)

    def counting_found(
        self, asked: Asked, views: Mapping[V, Asked]
    ) -> Generator[None, None, tuple[Mapping[str, int], Mapping[V, int]]]:
        """How many papers a query finds in each week where it finds some, and how many each of `views` has, as lists
        of them would now; in steps."""
        for _ in self.preparing(None, asked._replace(sort=None)):
            yield
        rows = self.entries(None, asked._replace(sort=None, limit=None))
        weeks = yield from self._finder(None).papers_by_week(rows.bits)
        if asked.limit is not None:
            weeks = {week: min(papers, asked.limit) for week, papers in weeks.items()}
        found = dict[V, int]()
        for view, wanted in views.items():
            counted = wanted if wanted.limit is not None else wanted._replace(sort=None)
            for _ in self.preparing(None, counted):
                yield
            found[view] = self.papers_of(self.entries(None, counted))
            yield
        return weeks, found

    def noted(self) -> int | None:
        """How many papers have a note."""
        return self.count(Asked(Field("is", "noted"))) if self._store.notes.papers else 0

    def put_off(self) -> int | None:
        """How many papers wait that a triage put off."""
        return self.count(Asked(Field("is", "later"))) if self._store.waiting() else 0

    def view_papers(self, name: str) -> int | None:
        """How many papers a saved view has; None as for `count`, or where it asks for a view that is gone."""
        try:
            return self.count(self._views.read(self._views.all()[name]))
        except QueryError:
            return None

    def tag_name(self, tag: str) -> str:
        """What a tag is called: its name where it is another spelling of one, else itself."""
        return tag if self._names is None else self._names.name(tag)

    def tag_spellings(self, tag: str) -> Sequence[str]:
        """The spellings of a tag, as a query compares them; itself where it has no others."""
        return (tag,) if self._names is None else self._names.spellings(tag)

    def similar_tags(self, week: str | None) -> list[list[tuple[str, int]]]:
        """Tags of a week (None: of all) that are probably one and are not yet, each with its papers: what to call them
        first."""
        from tui_digest.library.similar_tags import similar

        return similar(self.tags(week), () if self._names is None else self._names.given)

    def load_columns(self) -> None:
        """Reads what lists of all weeks are made of; short, for a thread."""
        self._index.load_columns()

    def making_repeated(self) -> Generator[None, None, None]:
        """Makes ready what the first list of all weeks would have to wait for, a piece of a few milliseconds at a time,
        where `load_columns` found the columns."""
        if self._index.known_blocks is not None:
            yield from self._finder(None).making_repeated()

    def learning(self) -> Generator[None, None, None]:
        """Makes ready what a key would have to wait for, a piece of a few milliseconds at a time: which papers mention
        which, and what counts the tags of a narrowed list of all weeks, where there is one."""
        yield from self._index.learning_mentions()
        if (finder := self._finders.get(None)) is not None:
            yield from finder.making_tag_sets()

    def weeks(self) -> list[Week]:
        """The week list: newest first, undated last."""
        return self._index.weeks()

    def week_named(self, name: str) -> str | None:
        """The id of the week that a name means, as `named_week` has it; None where there is none."""
        from tui_digest.library.week_names import named_week  # only for those who type one

        return named_week(name, self.weeks())

    def totals(self) -> Totals:
        """Papers, unread and starred of all weeks: a paper that stands in two counts once."""
        return self._index.totals()

    # -- papers --------------------------------------------------------------------------------------------------

    def sightings(self, key: str) -> list[Sighting]:
        """The paper in every digest that has it, in reading order."""
        key = self._index.canonical(key)
        found = []
        for week in self._index.weeks_of(key):
            shard = self._shards.load(week)
            for number, document in enumerate(shard.documents):
                if self._index.canonical(document["key"]) == key:
                    found.append(shard.sighting(number, self._index.aliases))
        return found

    def also_in(self, here: Sighting) -> list[Sighting]:
        """The other mentions of the paper, the latest first."""
        if len(self._index.weeks_known(here.key)) < 2 and not self._twice_in_its_week(here):
            return []
        return [other for other in self.sightings(here.key) if other != here._replace(preface=other.preface)]

    def _twice_in_its_week(self, here: Sighting) -> bool:
        documents = self._shards.load(here.digest.week).documents  # the shard that the entry on the screen came from
        return sum(self._index.canonical(document["key"]) == here.key for document in documents) > 1

    def behind(self, here: Sighting) -> Sighting | None:
        """The entry that stands behind this one in its digest."""
        shard = self._shards.load(here.digest.week)
        own = [n for n, each in enumerate(shard.documents) if each["digest"] == here.digest.id]
        named = (here.entry.key, here.entry.start_line)
        for number, behind in pairwise(own):
            document = shard.documents[number]
            if (document["key"], document["lines"][0]) == named:
                return shard.sighting(behind, self._index.aliases)
        return None

    def related(self, here: Sighting) -> tuple[list[Sighting], list[Sighting]]:
        """The papers of the library that the entry's text links to, and those whose text links to this paper. Nothing
        before that was learned."""
        index = self._index
        linked = [key for key in map(self._index.canonical, index.mentioned_in(here)) if key != here.key]
        return self._firsts(dict.fromkeys(linked)), self._firsts(index.mentions_of(here.key))

    @property
    def mentions_known(self) -> bool:
        """Whether it is known which papers mention which."""
        return self._index.mentions_known

    def learn(self) -> None:
        """All of `learning` at once."""
        at_once(self.learning())

    def _firsts(self, keys: Iterable[str]) -> list[Sighting]:
        found = (self.sightings(key) for key in keys)
        return [sightings[0] for sightings in found if sightings]

    def all_sightings(self) -> Iterator[Sighting]:
        """Every entry of the library in reading order, a week at a time."""
        aliases = self._index.aliases
        for shard in self._shards.readable(self._index.week_ids(), self._notices):
            for number in range(len(shard.documents)):
                yield shard.sighting(number, aliases)

    def find(self, key_or_id: str) -> str | None:
        """The key of the paper that a key, an arXiv id, a URL or an exact title names; None where none is here."""
        from tui_digest import identity

        text = key_or_id.strip()
        arxiv = identity.arxiv_id(text)
        candidates = [text, *([identity.arxiv_key(arxiv[0])] if arxiv else [])]
        if "://" in text:
            candidates.append(identity.paper_key(text, None, ""))
        for candidate in candidates:
            key = self._index.canonical(candidate)
            if candidate and any(True for _ in self._index.weeks_of(key)):
                return key
            if candidate.startswith(("url:", "title:", "text:")) and len(papers := self._index.former_papers(key)) == 1:
                return papers[0]
        return self._by_title(text)

    def titles(self, keys: Collection[str]) -> dict[str, str]:
        """The titles of papers, as far as the library holds them."""
        wanted, found = {self._index.canonical(key): key for key in keys}, {}
        for block in self._index.blocks() if wanted else []:
            for number, key in enumerate(block.keys):
                if key in wanted:
                    found[wanted[key]] = block.titles[number]
        return found

    def held(self, keys: Iterable[str]) -> list[str]:
        """Those of some papers that the library holds, by the keys that it calls them by now, each once."""
        return self._index.held(keys)

    def arxiv_for(self, sighting: Sighting) -> tuple[str | None, str]:
        """The entry's arXiv id and whose it is: `own`, that of another `sighting` of the same title, or `none`."""
        if sighting.entry.arxiv_id is not None:
            return sighting.entry.arxiv_id, "own"
        key = self._index.canonical(sighting.key)
        return (key.removeprefix("arxiv:"), "sighting") if key.startswith("arxiv:") else (None, "none")

    def link_of(self, sighting: Sighting) -> tuple[str, str]:
        """The one link that stands for the paper, and where it comes from: `own` or `sighting` as for `arxiv_for`,
        `url`, `arxiv_in_text`, `in_text`, or `search`, a search for its title, only where no text has a link."""
        from tui_digest import identity

        arxiv_id, how = self.arxiv_for(sighting)
        entry = sighting.entry
        if arxiv_id is not None and (how == "own" or entry.url is None):
            return identity.abstract_link(arxiv_id), how
        if entry.url is not None:
            return entry.url, "url"
        for link in entry.links:
            if named := identity.arxiv_id(link.url):
                return identity.abstract_link(named[0]), "arxiv_in_text"
        if entry.links:
            return entry.links[0].url, "in_text"
        return identity.title_search_link(entry.display_title), "search"

    # -- inside --------------------------------------------------------------------------------------------------

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

    def _all_weeks(self, rows: Rows) -> Finder | None:
        """The finder whose sets count tags in a list of all weeks; None for the list of one week, or for one from
        before the library changed: there they are not worth making."""
        finder = self._finders.get(None)
        return finder if finder is not None and finder.blocks is rows.blocks else None

    def _searching(self) -> Search:
        if self._search is None:
            from tui_digest.store.search import Search

            self._search = Search(self._paths.search, self._paths.shards)
        return self._search

    def _finder(self, week: str | None) -> Finder:
        blocks = self._blocks(week)
        known = self._finders.get(week)
        if known is None or len(known.blocks) != len(blocks) or any(map(operator.is_not, known.blocks, blocks)):
            if len(self._finders) > OPEN_SHARDS:
                self._finders.clear()
            # The rows of a week are those of its file as it was read: another process may have written it just now.
            at = self._shards.stamp_of(week) if week is not None else None
            stamps = [at or self._index.stamp(block.week) for block in blocks]
            whole, orders = (None, self._paths.orders) if week is None else (partial(self._finder, None), None)
            made_of = (self._store, self._searching, self._names)
            known = self._finders[week] = Finder(
                blocks, stamps, *made_of, whole, orders, self._index.shared if week is None else frozenset()
            )
        return known

    def _blocks(self, week: str | None) -> list[WeekColumns]:
        if week is None:
            return self._index.blocks()
        try:
            shard = self._shards.load(week)
        except StoreError as error:
            note(self._notices, error)  # the week is gone from the list until it can be read, or is imported again
            self._derived.renew()
            return []
        if (held := self._index.block_of_version(week, self._shards.stamp_of(week))) is not None:
            return [held]
        known = self._week_blocks.get(week)
        if known is None or known[0] is not shard:
            block = block_of(shard)
            block.aliases = self._index.aliases
            if len(self._week_blocks) >= OPEN_SHARDS:
                self._week_blocks.clear()
            known = self._week_blocks[week] = (shard, block)
        return [known[1]]

    def _sighting(self, block: WeekColumns, number: int) -> Sighting:
        shard = self._shards.load(block.week)
        own = block.own_keys[number]
        documents = shard.documents
        if number >= len(documents) or documents[number]["key"] != own:  # imported again since the list was made
            number = next((n for n, document in enumerate(documents) if document["key"] == own), -1)
            if number < 0:
                raise StoreError("store.gone", title=block.titles[block.own_keys.index(own)])
        return shard.sighting(number, self._index.aliases)

    def _forget(self) -> None:
        """The library changed: nothing that was made of it holds any more."""
        self.changes += 1
        self._week_blocks.clear()
        self._finders.clear()


def tag_names(aliases: TagAliases | None) -> TagNames | None:
    """What tells which spellings of tags are one; None where no tag has others."""
    if not aliases:
        return None
    from tui_digest.text.tag_names import TagNames  # only where there are names: folding costs start-up time

    return TagNames(aliases)
