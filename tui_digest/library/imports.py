"""Acts on the library itself: what is imported, removed, taken back and brought again.

Each is whole: `store.intent` writes down first what it replaces and intends; it counts from its event in the journal
on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest import paths as locations
from tui_digest.errors import DigestError, StoreError, note
from tui_digest.library.arrived import ArrivedCounts
from tui_digest.models import ImportReport, Mark
from tui_digest.store.arrivals import LARGEST, Arrivals
from tui_digest.store.events import ASIDE, Part
from tui_digest.store.lock import locked
from tui_digest.store.shards import Shards

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.library.derived import Derived
    from tui_digest.models import Change, Entry, Sighting, SourceReport
    from tui_digest.parsing.pieces import Pieces
    from tui_digest.paths import Paths
    from tui_digest.sources.intake import Progress
    from tui_digest.store.correcting import Correcting
    from tui_digest.store.corrections import Corrections
    from tui_digest.store.events import Event
    from tui_digest.store.importing import FreshEntry, Import, Incoming, Keep
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.replaced import Replaced
    from tui_digest.store.search_build import MadeAhead
    from tui_digest.store.summary import Index
    from tui_digest.store.week_writing import Helpers

    More = Callable[[Sequence[FreshEntry]], Sequence[Part]]


class Imports:
    """What comes into the library and goes out of it. No mark is touched by that."""

    def __init__(
        self,
        paths: Paths,
        shards: Shards,
        store: MarkStore,
        index: Index,
        derived: Derived,
        notices: list[DigestError],
        today: Callable[[], date],
    ) -> None:
        self._paths, self._notices, self._today = paths, notices, today
        self._shards, self._store, self._index, self._derived = shards, store, index, derived
        self.index_ahead: MadeAhead | None = None
        """What the last import made of the search index. Whoever asked for that drops it in the end."""
        self.brought_in = False
        """Whether anything has come in by this, also where that was stopped afterwards."""
        self.arrivals = Arrivals(paths.arrivals)
        """What came in since the app was last left."""
        self.arrived = ArrivedCounts(self.arrivals, store, index, derived)

    def from_paths(
        self,
        paths: Sequence[Path],
        *,
        stdin: bytes | None = None,
        texts: Mapping[str, bytes] | None = None,
        dry_run: bool = False,
        with_marks: bool = False,
        news: bool = False,
        indexing: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Reads files, folders, standard input and `texts`, by the names of their sources, into the library; sources
        that cannot be read are in the report, shapes of other packages that cannot be used in the notices.
        With `with_marks` the marks in our own exports become the user's, as one act; none of theirs is taken away.
        `news` says that what comes in is new to a reader who was away; `indexing` that the search index is brought up
        to it right after: then much of it (`index_ahead`) is made along the way, where much comes in.

        Raises `StoreError` when the library cannot be written; then it is as it was.
        """
        from tui_digest import plugins
        from tui_digest.processes import Crew
        from tui_digest.sources import intake, known  # with the parsers, which cost start-up time
        from tui_digest.store.spool import Spool
        from tui_digest.store.week_writing import Helpers

        with intake.no_collection(), Crew() as crew:
            records = self._derived.sources(look_only=dry_run).records
            weeks = set(self._shards.scan()) if dry_run else self.weeks()
            corrections = self._corrections()
            before = known.Known(self._paths.cache, records, weeks, corrections.stamps, plugins.fingerprint())
            taken = intake.read_all(
                paths, stdin, progress, before, with_marks=with_marks, texts=texts,
                shapes=plugins.shapes(self._notices), spool=Spool(None if dry_run else self._paths.cache), crew=crew,
            )  # fmt: skip
            with self._beginning_index(taken.incoming if indexing else ()) as ahead:
                read, put_away = self.take_in(
                    taken.incoming, dry_run=dry_run, news=news, corrections=corrections, helpers=Helpers(crew, ahead)
                )
            if not dry_run and taken.marks:
                self._store.set_all(intake.mark_parts(self._placed(taken.marks), self._store.mark))
        done = iter(read)
        sources = tuple(
            intake.merged([next(done) for _ in range(each)]) if isinstance(each, int) else each
            for each in taken.reports
        )
        if not dry_run:
            before.keep(sources, taken.readings)
        return ImportReport(sources, dry_run, put_away, taken.passed)

    def take_in(
        self, incoming: Sequence[Incoming], *, act: str = "import", dry_run: bool = False, more: More | None = None,
        news: bool = True, corrections: Corrections | None = None, helpers: Helpers | None = None,
    ) -> tuple[list[SourceReport], bool]:  # fmt: skip
        """Brings in digests that were read already: a report for each of them, in their order, and whether starters
        were put away by that. `act` is `import`, or `refresh` for what undo passes over. `more` says what else the act
        sets, from the entries of papers that the library did not have; it is asked where anything changed, with none
        among them perhaps. `news` is as in `from_paths`; `corrections` are those that hold, where the caller has them
        at hand; `helpers` write weeks, if there are many. Raises `StoreError`; then nothing has changed."""
        if not incoming:
            return [], False
        work = self._import(look_only=dry_run, corrections=corrections or self._corrections(), helpers=helpers)
        if dry_run:
            return work.plan(incoming), False
        return self._bring_in(work, incoming, act=act, more=more, news=news), work.put_away > 0

    def _placed(self, marks: Sequence[tuple[str, str, Mark]]) -> list[tuple[str, Mark]]:
        """Marks of files, by the keys that the library has for their entries: a text's own has its place behind it."""
        from tui_digest.identity import placed

        places = {record.sha256: record.place for record in self._derived.sources().records}
        return [(placed(key, places[of]) if places.get(of) else key, mark) for of, key, mark in marks]

    def weeks(self) -> set[str]:
        """The weeks that are there and can be read: what stands in another is read again."""
        return set(self._shards.scan()) & set(self._index.week_ids())

    def stamps(self) -> Mapping[str, int]:
        """By place, what tells the corrections of a file from others (`Corrections.stamps`)."""
        return self._corrections().stamps

    def known_papers(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose papers are in the library."""
        wanted = {self._index.canonical(key): key for key in keys}
        held: set[str] = set()
        for block in self._index.blocks() if wanted else ():
            held.update(wanted.keys() & block.keys)
        return {wanted[key] for key in held}

    def remove(self, digest_ids: Collection[str], *, more: Sequence[Part] = ()) -> Change | None:
        """Takes digests out of the library; None where none of them is there. Marks stay, and `undo` brings the
        digests back. `more` is what the same act sets besides. Raises `StoreError`; then they are still there."""
        from tui_digest.store.intent import Intent, whole

        with whole(self._paths, self._notices) as undertaking:
            event_id = self._store.journal.new_id()
            work = self._import()
            work.remove(digest_ids, partial(undertaking.begin, Intent("remove", event_id, (event_id, "before"))))
            if not work.touched:
                return None
            parts = [Part("remove", True, work.touched), *more]
            change = self._store.record(parts, event_id=event_id, entries=work.entries)
        self._derived.refresh()
        return change

    def correct(self, mentions: Sequence[Sighting], **says: str) -> Change | None:
        """Corrects what was misread in these mentions of a paper: `title`, `date` (as ISO text) or `url`. One act, that
        undo takes back; imports respect it as long as the source says there what it said. Marks go with the entry.
        None where all says that already. Raises `correct.title`, `correct.date`, `correct.url` for what is none, and
        `StoreError`; then nothing has changed."""
        from tui_digest.store.corrections import checked

        wanted = checked(says)
        meant: dict[str, list[str]] = {}
        for each in mentions:
            meant.setdefault(each.digest.id, []).append(each.entry.key)
        return self._correct(lambda work, keep: work.correct(meant, wanted, keep), len(mentions))

    def join(self, mention: Sighting, behind: Sighting) -> Change | None:
        """Makes one paper of two entries that stand one behind the other in a digest: one act like `correct`, and the
        marks are those of both. Raises `correct.no_next`, `correct.apart`, `correct.gone` and
        `StoreError`; then nothing has changed."""
        return self._correct(lambda work, keep: work.join(mention, behind, keep), 2)

    def lines_of(self, mention: Sighting) -> list[tuple[int, str]]:
        """The lines of a mention's text that are not blank, each with its number in the file. Raises
        `correct.changed` where the file is not what it was, `correct.no_source` where there is none, and
        `correct.no_text` where it is no text."""
        return self._pieces(mention).lines(mention.entry.start_line, mention.entry.end_line)

    def would_join(self, mention: Sighting, behind: Sighting) -> Entry:
        """What `join` would make of two entries, with nothing written."""
        from tui_digest.store.reshaping import joined_entry

        return joined_entry(mention, behind)

    def would_split(self, mention: Sighting, line: int) -> tuple[Entry, ...]:
        """What `split` would make of an entry, with nothing written; nothing where no other paper can begin there.
        Raises `correct.changed` and `correct.no_text`."""
        from tui_digest.store.reshaping import divided_entry

        return divided_entry(mention, line, self._pieces(mention))

    def split(self, mention: Sighting, line: int) -> Change | None:
        """Makes two papers of an entry, of which the second begins at a line of the file: one act like `correct`. Marks
        stay with the paper that they name, else with the first. Raises `correct.line`, `correct.changed`,
        `correct.no_text`, `correct.gone` and `StoreError`; then nothing has changed."""
        text = self._pieces(mention)
        return self._correct(lambda work, keep: work.split(mention, line, text, keep), 1)

    def _pieces(self, mention: Sighting) -> Pieces:
        from tui_digest import plugins
        from tui_digest.parsing import decoding
        from tui_digest.sources import intake

        path = mention.digest.path
        read = partial(decoding.read_source, Path(path))
        found = intake.pieces_of(read, mention.digest.sha256, plugins.shapes(self._notices))
        if found is None:
            raise DigestError("correct.changed" if Path(path).is_file() else "correct.no_source", path=path)
        if not found.lines(mention.entry.start_line, mention.entry.end_line):
            raise DigestError("correct.no_text", path=path)
        return found

    def _correct(self, correct: Callable[[Correcting, Keep], list[Part]], entries: int) -> Change | None:
        from tui_digest.store.carrying import carried
        from tui_digest.store.correcting import Correcting
        from tui_digest.store.intent import Intent, whole

        with whole(self._paths, self._notices) as undertaking:
            self._store.catch_up()
            event_id = self._store.journal.new_id()
            keep = partial(undertaking.begin, Intent("correct", event_id, (event_id, "before")))
            work = Correcting(self._paths, self._shards, self._notices, corrections=self._corrections())
            parts = correct(work, keep)
            if not work.touched:
                return None
            told = [Part("correct", True, work.touched), *parts, *carried(self._store, work.rekeyed)]
            whole_key, divided = work.beside
            if self._store.mark(whole_key).read:
                told.append(Part("read", True, divided))
            change = self._store.record(told, event_id=event_id, entries=entries)
        self._derived.refresh()
        return change

    def digests_named(self, asked: str) -> list[str]:
        """The ids of the digests that an id, a source's path or a folder's path names."""
        here = os.path.realpath(asked)
        found = []
        for record in self._derived.sources().records:
            path = os.path.realpath(record.path) if record.path != "-" else record.path
            named = asked in (record.digest, record.path) or path == here or path.startswith(here + os.sep)
            if (record.week is not None or record.leaves) and named:
                found.append(record.digest)
        return found

    # -- undo ----------------------------------------------------------------------------------------------------

    def exchange(self, act: Event, op: str) -> Change | None:
        """Carries out the undo or redo (`op`) of an act on the library: puts the weeks as they were before it, or after
        it. None where another act came in between. Raises `StoreError`."""
        from tui_digest.sources.known import Known
        from tui_digest.store.exchanging import Exchange
        from tui_digest.store.intent import Intent, whole

        with whole(self._paths, self._notices) as undertaking:
            now = self._store.next_act(op)
            if now is None or now.id != act.id:
                return None
            ours, theirs = ("before", "after") if op == "undo" else ("after", "before")
            image = self._replaced().load(act.id, ours)
            event_id = self._store.journal.new_id()
            intent = Intent(op, event_id, (act.id, theirs))
            work = Exchange(self._paths, self._shards, self._notices)
            left = work.exchange(image, image.became, partial(undertaking.begin, intent))
            Known.forget(self._paths.cache)
            entries = work.entries if left else act.entries
            # starters that come or go with it are no digests of the act's
            on = [each for each in work.touched if each in act.parts[0].keys] or work.touched
            change = self._store.step(op, act, event_id=event_id, on=on, entries=entries)
        self._derived.refresh()
        if change is None or not left:
            return change
        return change._replace(left=left, besides=not change.keys and len(act.parts) > 1)

    def settle_cut(self) -> DigestError | None:
        """Settles an act on the library that was cut short, and says in the notices how; returns that notice where it
        was taken back. One that another process is still at is left alone. Raises nothing: what hinders it is in the
        notices, too."""
        if not self._paths.intent.exists():
            return None
        from tui_digest.store.intent import settle_now

        return self._notices[-1] if settle_now(self._paths, self._notices) in ("back", "lost") else None

    def clear_needless(self) -> None:
        """Clears away what was kept of replaced weeks and no act can need any more."""
        if self._paths.replaced.is_dir():
            with suppress(StoreError), locked(self._paths.lock, 0.0):  # an act that is under way needs what it keeps
                if not self._paths.intent.exists():
                    self._store.catch_up()
                    self._replaced().prune(self._store.acts())

    # -- starters ------------------------------------------------------------------------------------------------

    @property
    def starters_on(self) -> bool:
        """Whether starter digests are in the library."""
        return self._index.starters > 0

    def starters_differ(self, lang: str) -> bool:
        """Whether starter digests are there that are not those of a language."""
        if not self.starters_on:
            return False
        try:
            paths = [Path(record.path) for record in self._derived.sources().records if record.starter]
        except StoreError:
            return False  # doctor says so
        folders = locations.starter_folders(lang)
        return not all(any(path.is_relative_to(folder) for folder in folders) for path in paths)

    def put_starters(self, on: bool, lang: str | None = None) -> int:
        """Brings the starter digests in or puts them away; how many there were. `lang` brings in only those that speak
        it, beside those that are there; None all. Marks stay. Raises `StoreError`."""
        from tui_digest.sources.intake import read_all
        from tui_digest.store.intent import Intent, whole

        before = self._index.starters
        folders = [folder for folder in locations.starter_folders(lang) if folder.is_dir()]
        incoming = read_all(folders if on else [], None, None).incoming
        if incoming or not on:
            with whole(self._paths, self._notices) as undertaking:
                keep = partial(undertaking.begin, Intent("starters", None, ("starters", "before")))
                self._import(corrections=self._corrections()).run(incoming, starter=on, drop_starters=not on, keep=keep)
            self._derived.refresh()
        return abs(self._index.starters - before)

    def open_starters(self, lang: str | None = None) -> None:
        """Brings the starter digests, those of `lang` or all, into an empty home, unless they were put away. Raises
        nothing: why they are missing is in the notices."""
        try:
            sources = self._derived.sources()
        except StoreError as error:
            note(self._notices, error)  # then it is not known whether they are wanted
            return
        if sources.starters_asked or sources.own or self._shards.scan():  # weeks that cannot be read are no empty home
            return
        try:
            self.put_starters(True, lang)
        except StoreError as error:
            # The app opens on an empty library, and says why and what to do.
            self._notices += [error, StoreError("starters.unwritable", path=self._paths.data)]

    # -- inside --------------------------------------------------------------------------------------------------

    def _bring_in(
        self, work: Import, incoming: Sequence[Incoming], *, act: str, more: More | None, news: bool
    ) -> list[SourceReport]:
        event_id = self._store.journal.new_id()
        try:
            read, known, told = self._carried_out(work, incoming, act, event_id, more)
        except BaseException:
            from tui_digest.store.intent import stands

            with suppress(StoreError):
                self.brought_in = self.brought_in or stands(self._paths, event_id)
            raise
        self.brought_in = self.brought_in or bool(work.touched)
        if work.touched and news:
            read_now = {key for part in told if part.field == "read" for key in part.keys}
            self._note_arrivals(work.fresh_keys, known, read_now)
        self._derived.refresh(made=work.columns)
        return read

    def _carried_out(
        self, work: Import, incoming: Sequence[Incoming], act: str, event_id: str, more: More | None
    ) -> tuple[list[SourceReport], Collection[str], Sequence[Part]]:
        """Carries an import out, whole or not at all. Returns what came of each digest, those of the papers that are
        fresh in them which the library had, and what `more` said."""
        from tui_digest.store.carrying import carried
        from tui_digest.store.intent import Intent, whole

        known: Collection[str] = ()
        told: Sequence[Part] = ()
        with self._index.keeping_columns(), whole(self._paths, self._notices) as undertaking:
            read = work.run(incoming, keep=partial(undertaking.begin, Intent(act, event_id, (event_id, "before"))))
            if work.touched:
                parts = [Part(act, True, work.imported), *carried(self._store, work.following.rekeyed), *work.corrected]
                parts += [Part(ASIDE + title, True, (key,)) for key, title in work.following.scattered(self._marked)]
                # of an empty library nothing needs to be known, and what comes in may be the largest thing in memory
                known = self._known_of(work)
                told = more([each for each in work.fresh if each.key not in known]) if more is not None else []
                parts += told
                entries = sum(source.added + source.updated for source in read)
                self._store.record(parts, event_id=event_id, entries=entries)
        return read, known, told

    @contextmanager
    def _beginning_index(self, incoming: Sequence[Incoming]) -> Iterator[MadeAhead | None]:
        """Where the search index is made of what comes in, if there is to be one; thrown away where that fails."""
        from tui_digest.library.lists import INDEX_FROM

        self.index_ahead = None
        large = self._paths.search.exists() or self._index.entries + sum(each.size for each in incoming) >= INDEX_FROM
        if not (incoming and large):
            yield None
            return
        from tui_digest.store.search_build import MadeAhead
        from tui_digest.store.spool import Spool

        self.index_ahead = ahead = MadeAhead(self._paths.search, Spool(self._paths.cache))
        try:
            yield ahead
        except BaseException:
            ahead.drop()
            raise

    def _known_of(self, work: Import) -> Collection[str]:
        """Those of the entries' keys that are fresh whose papers are in the library."""
        if not self._index.totals().papers:
            return ()
        return self.known_papers({key for _, keys in work.fresh_keys for key in keys})

    def _note_arrivals(
        self, fresh: Iterable[tuple[str, Sequence[str]]], known: Collection[str], read: Collection[str]
    ) -> None:
        weeks: dict[str, list[str]] = {}
        size = 0
        with suppress(StoreError):  # what lies aside cannot be read: they are in the library either way
            for week, keys in fresh:
                if new := [key for key in keys if key not in known and key not in read]:
                    weeks.setdefault(week, []).extend(new)
                    size += sum(map(len, new))
                if size > LARGEST:  # so many are not noted
                    break
        self.arrivals.add(weeks)
        self.look_at_arrivals()

    def look_at_arrivals(self) -> bool:
        """Takes in what came since, also by other processes; True when that is another than before."""
        changed = self.arrivals.look()
        if changed:
            self._store.arrived = self.arrivals.papers
        return changed

    def _corrections(self) -> Corrections:
        from tui_digest.store.corrections import Corrections

        return Corrections(self._store)

    def _import(
        self, *, look_only: bool = False, corrections: Corrections | None = None, helpers: Helpers | None = None
    ) -> Import:
        from tui_digest.store.importing import Import

        shards = Shards(self._paths.shards, None) if look_only else self._shards
        return Import(
            self._paths,
            shards,
            self._notices,
            today=self._today(),
            marked=self._marked,
            corrections=corrections,
            helpers=helpers,
            keep_columns=None if helpers is None else self._index.keep_columns,
        )

    def _marked(self, key: str) -> bool:
        """Whether the user did anything with a paper."""
        return self._store.mark(key) != Mark()

    def _replaced(self) -> Replaced:
        from tui_digest.store.replaced import Replaced

        return Replaced(self._paths.replaced, self._paths.damaged)
