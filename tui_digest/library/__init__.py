"""The façade: everything either face can ask of the reader's library, in short methods with plain arguments.

It opens cheap: the first screen comes from a small summary, a week from its own file, and the rest when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_digest.clock import now
from tui_digest.errors import StoreError, note
from tui_digest.files import remove_stale, watch_home
from tui_digest.library.lists import EVERYTHING, INDEX_FROM, Listing, TagAliases, Told, never
from tui_digest.models import Arrangement, Place, Sighting, Week
from tui_digest.store import place
from tui_digest.store.columns import title_hash
from tui_digest.store.lock import is_held, locked
from tui_digest.store.rows import Row, Rows

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.paths import Paths
    from tui_digest.store.news import News
    from tui_digest.store.summary import Index, Totals

__all__ = ["EVERYTHING", "INDEX_FROM", "Library", "Row", "Rows", "Told", "never"]


class Library(Listing):
    """One reader's library. Make it with `Library.open`; `close` it at the end (nothing is lost otherwise)."""

    _unsure = False
    """Whether weeks may be missing, which could not be told while another process imported."""
    _aside: Index | None = None
    """What a thread made of the library as it is now."""

    @classmethod
    def open(
        cls,
        paths: Paths,
        *,
        starters: bool = True,
        clock: Callable[[], float] = now,
        tag_aliases: TagAliases | None = None,
    ) -> Library:
        """Opens the library, on the starter digests where the home is empty (`starters`); an act on it that was cut
        short is settled first. `tag_aliases` has other
        spellings of tags by the tag's name: they are counted, listed and found as one.

        Damaged files are moved aside, weeks that cannot be read are left out; both are told in `notices`. Raises
        `store.newer` and `store.unreadable` for the marks.
        """
        library = cls(paths, clock, tag_aliases=tag_aliases)
        library._watch_home(anew=True)
        for folder in (paths.data, paths.shards, paths.cache, paths.state):
            remove_stale(folder)
        library.taken_back = library.settle_cut()
        index, marks = library._index, library._marks
        fresh = index.open()
        marks.load(library.notices, index.names)
        if not fresh:
            library._renew()
        elif not index.counts_stand():
            index.recount()
        library._adopt()
        if any(notice.message_id == "store.journal_lines" for notice in library.notices):
            with suppress(StoreError):  # so that it is said once: the next start need not read those lines
                marks.fold(patience=0.0)
        marks.changed = index.count
        if starters and not index.week_ids():
            library._open_starters()
        return library

    def another(self) -> Library:
        """A library object on the same home and with the same settings, for a thread beside this one. Raises
        `store.moved`."""
        self._watch_home()
        return Library.open(self.paths, starters=False, tag_aliases=self._tag_aliases)

    # -- browsing ------------------------------------------------------------------------------------------------

    def weeks(self) -> list[Week]:
        """The week list: newest first, undated last."""
        return self._index.weeks()

    def totals(self) -> Totals:
        """Papers, unread and starred of all weeks: a paper that stands in two counts once."""
        return self._index.totals()

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

    def learn_mentions(self) -> bool:
        """Finds which papers mention which; for a thread, as it looks at all weeks. False where that was known."""
        return self._index.learn_mentions()

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
            if candidate.startswith(("url:", "title:", "text:")) and len(papers := self._index.former_papers(key)) == 1:
                return papers[0]
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
        """Whether another process changed the library; then `renew_aside` in a thread makes `refresh` cheap. Not while
        it goes on changing it: what is half there is nobody's loss, and no news yet."""
        return (self._unsure or not self._index.fresh()) and not is_held(self.paths.lock)

    def renew_aside(self) -> News:
        """Makes the derived files anew without touching this library's memory, and tells what is new in them. Raises
        `StoreError`."""
        from tui_digest.store.news import News, news

        before = self._index.kept_blocks()
        other = self.another()
        index = self._aside = other._index
        index.save()
        found = News() if before is None else news(before, index.blocks(), index.aliases)
        return found._replace(notices=tuple(other.notices))

    def refresh(self) -> bool:
        """Takes in what other processes wrote since; True when anything changed. Cheap enough for every second."""
        try:
            self._watch_home()
        except StoreError as error:  # what is in memory is shown on: there is nothing else to show
            note(self.notices, error)
            return False
        try:
            changed = self.behind
            if changed and self._index.reread(self._aside):
                self._forget_lists()
                if self._unsure:
                    self._look_for_gone()
            elif changed:
                self._renew()
            self._aside = None
            caught = self._marks.catch_up()
            self._adopt()
            return caught or changed
        except StoreError as error:
            return note(self.notices, error)

    def first_time(self, hint: str) -> bool:
        """Whether a hint was never shown before; it counts as shown from now on."""
        return place.first_time(self.paths.hints, hint)

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

    def _watch_home(self, *, anew: bool = False) -> None:
        paths = self.paths
        watch_home(paths.data, (paths.state, paths.config, paths.cache), anew=anew)

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

    def _renew(self) -> None:
        """Makes the derived files anew, and keeps newly found aliases: marks may hang on them from now on."""
        from tui_digest.store.sources import Sources, keep_names

        self._forget_lists()
        try:
            sources = self._sources()
        except StoreError as error:
            note(self.notices, error)  # the weeks are listed without it; an import will be refused
            sources = Sources()
        index = self._index
        found = index.renew({**index.aliases, **sources.aliases}, {**index.former, **sources.former})
        if found or index.former.keys() - sources.former.keys():
            keep_names(self.paths, index, self._sources)
        self._look_for_gone()
        if self._names is not None:
            self._index.named_tags(self._names)  # while the columns are at hand
        self._index.save()

    def _look_for_gone(self) -> None:
        """Says which weeks are on record and have no file. An import writes its record first and then the weeks: while
        one is on its way nobody can tell, and it is looked again."""
        self._unsure = False
        try:
            with locked(self.paths.lock, 0.0):
                gone = self._gone()
        except StoreError as error:
            if error.message_id == "store.busy":
                self._unsure = True
                return
            gone = self._gone()  # a home that can only be read: nobody imports into it
        if gone:
            note(self.notices, gone)

    def _gone(self) -> StoreError | None:
        from tui_digest.store.sources import vanished

        with suppress(StoreError):  # said when the derived files were made
            return vanished(self._sources(), self._shards, [each.details.get("path", "") for each in self.notices])
        return None

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
