"""Fetches what is new from sources, and imports it into the library.

Several sources are asked at a time; what came is imported as one act at the end, so each week is written once. For each
source: its new items are stored, digests are made of them and imported, then it is noted which items are in. After a
kill at any point the next refresh goes on from there.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tui_digest import plugins
from tui_digest.errors import DigestError, SourceError, StoreError
from tui_digest.library.standing import news_of
from tui_digest.models import ImportReport, RefreshReport, SourceNews, SourceReport
from tui_digest.sources import addresses, git, intake, item_digests, kinds, known, mailbox
from tui_digest.sources.item_ids import under_known_ids
from tui_digest.sources.passwords import Passwords
from tui_digest.sources.web.address import HIDDEN, read_address, shown, without_secrets
from tui_digest.store import registry
from tui_digest.store.asked import LastAsked, keep_asked, load_asked
from tui_digest.store.events import Part
from tui_digest.store.fetched import Fetched, SaidItem, State
from tui_digest.store.lock import locked
from tui_digest.store.registry import Registered, is_under

if TYPE_CHECKING:
    from tui_digest.library.imports import Imports
    from tui_digest.paths import Paths
    from tui_digest.sources.web.answer import Answer, Validators
    from tui_digest.store.importing import FreshEntry, Incoming
    from tui_digest.store.sources import Record

AT_ONCE = 8
"""Sources that are asked at the same time; each host is asked by one of them."""
ACCEPT = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/json;q=0.9, text/markdown;q=0.9,"
    " application/xml;q=0.8, text/html;q=0.8, text/plain;q=0.7, */*;q=0.5"
)
_MOST_VERSIONS = 16_000_000
"""The most characters of earlier versions that are kept of one text."""

Reached = Callable[[int, int, SourceNews | None], None]
"""Called with the number of sources done, the number of all, and the result of the one done last, or None."""


class Asks(Protocol):
    """The fetching part of `sources.web.client.Web`; tests have a stand-in."""

    @property
    def endpoints(self) -> Mapping[str, str]:
        """The addresses of services."""
        ...

    def get(
        self, url: str, *, validators: Validators | None = None, accept: str | None = None, user_named: bool = False,
        cancelled: Callable[[], bool] = ...,
    ) -> Answer:  # fmt: skip
        """Fetches an address; as `Web.get`. Raises SourceError."""
        ...


class SourceAnswer(NamedTuple):
    """What one request to a source brought."""

    state: State
    items: Sequence[SaidItem] = ()
    """The items that are new or were edited."""
    wanted: Collection[str] | None = ()
    """The ids of the items of which digests are to be made; None for all items."""
    failed: int = 0
    here: Mapping[str, SaidItem] | None = None
    """All items that were stored before, where they were read already."""


@dataclass(slots=True)
class _Work:
    """A source during a refresh."""

    source: Registered
    before: State
    """What was known of it before."""
    last: LastAsked
    state: State
    first: bool
    """Whether it is new: nothing of it is stored yet."""
    incoming: list[list[Incoming]] = field(default_factory=list)
    finish: Callable[[Sequence[SourceReport]], None] = lambda reports: None
    """Called with the reports of its digests, after they are in the library."""
    error: DigestError | None = None
    failed: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("added", "updated", "new"), 0))


class Refresh:
    """One refresh; use it once. The caller says which sources there are."""

    def __init__(
        self,
        paths: Paths,
        imports: Imports,
        records: Callable[[], Iterable[Record]],
        notices: list[DigestError],
        clock: Callable[[], float],
        backlog: int,
    ) -> None:
        """`backlog` is how many days of a new source are unread, -1 for all."""
        self._paths, self._imports, self._records, self._notices = paths, imports, records, notices
        self._clock, self._backlog = clock, backlog
        self._fetched = Fetched(paths.fetched, paths.damaged, notices)
        self._passwords = Passwords(paths.passwords)
        self._shapes = plugins.shapes(notices)
        self._kinds = (*plugins.sources(notices), *kinds.KINDS)
        self._readers = known.readers(plugins.fingerprint())
        self._asked: dict[str, LastAsked] = {}
        self._held: dict[str, set[str]] | None = None
        self._arrived: dict[str, None] = {}
        self._former = ""
        """A new source's address as it was known before, perhaps with a password."""
        self._over = False
        """Whether requests that are still under way are no longer waited for."""

    def run(
        self,
        web: Asks,
        sources: Sequence[Registered],
        *,
        act: str = "refresh",
        adding: bool = False,
        naming: Callable[[str], str] | None = None,
        others: Collection[str] = (),
        cancelled: Callable[[], bool],
        reached: Reached | None = None,
    ) -> RefreshReport:
        """Asks these sources. With `act` `import` it is an act of the user's; `adding`, it makes the source one of the
        user's, by a name that `naming` makes of what it calls itself. `others` are the addresses of all sources there
        are. Raises `refresh.busy` where another process is at it, and `StoreError`."""
        try:
            with locked(self._paths.refresh_lock, 0.0):
                self._asked = load_asked(self._paths.asked)
                return self._run(web, sources, act, adding, naming, others, cancelled, reached)
        except StoreError as error:
            if error.message_id == "store.busy" and error.details.get("path") == str(self._paths.refresh_lock):
                raise DigestError("refresh.busy") from error
            raise

    def _run(
        self, web: Asks, sources: Sequence[Registered], act: str, adding: bool, naming: Callable[[str], str] | None,
        others: Collection[str], cancelled: Callable[[], bool], reached: Reached | None,
    ) -> RefreshReport:  # fmt: skip
        works = []
        done = 0
        with intake.no_collection():
            for work in self._gathered(web, sources, cancelled, adding=adding):
                works.append(work)
                done += 1
                if reached is not None:
                    reached(done, len(sources), self._news(work))
            works.sort(key=lambda work: work.source.name.casefold())
            for work in works if naming is not None else ():
                assert naming is not None
                work.source = work.source._replace(name=naming(work.state.title))
            also = [part for work in works if adding for part in registry.adding(work.source)]
            put_away = self._bring_in(works, act, also)
        now = self._clock()
        news = []
        for work in works:
            told = self._noted(work, now)
            self._asked[work.source.address] = told
            news.append(news_of(work.source, work.state, told))
        keep_asked(self._paths.asked, {each: self._asked[each] for each in self._asked if not others or each in others})
        return RefreshReport(tuple(news), put_away, len(works) < len(sources), (*self._arrived,))

    def begin(self, address: str, whole: str, others: Collection[str]) -> None:
        """Makes ready for a new source beside `others`, the addresses of all there are: its password is put away, and
        what is here of an earlier time comes in anew. Raises `StoreError`."""
        self._former = self._passwords.whole(address)
        self._passwords.keep(address, whole, {*others, *load_asked(self._paths.asked)})
        self._fetched.forget_state(address)

    def give_up(self, address: str, others: Collection[str]) -> None:
        """Forgets the password of a source that could not be added after `begin`, if it was not known before. `others`
        are the addresses of all there are. Raises `StoreError`."""
        self._passwords.keep(address, self._former, others)

    def once(self, web: Asks, urls: Sequence[str], *, dry_run: bool) -> ImportReport:
        """What is at these addresses comes into the library, and is asked no more. Raises `StoreError`."""
        reports: list[SourceReport | list[Incoming]] = []
        for url in urls:
            try:
                reports.append(self._read_once(web, url))
            except SourceError as error:
                details = {"path": shown(url), **{name: shown(value) for name, value in error.details.items()}}
                reports.append(SourceReport(shown(url), error=error.message_id, details=tuple(details.items())))
        incoming = [each for told in reports if isinstance(told, list) for each in told]
        read, put_away = self._imports.take_in(incoming, dry_run=dry_run)
        left = iter(read)
        sources = [
            told if isinstance(told, SourceReport) else intake.merged([next(left) for _ in told]) for told in reports
        ]
        return ImportReport(tuple(sources), dry_run, put_away)

    def _read_once(self, web: Asks, url: str) -> list[Incoming]:
        address = addresses.public(url)
        work = _Work(Registered(address, address), State(), LastAsked(), State(), first=True)
        at = addresses.text_address(address, web.endpoints)
        whole = url if at == address else read_address(at, read_address(url)).private
        answer = web.get(whole, accept=ACCEPT, user_named=_is_named(address, at, web))
        _, brought = kinds.read_answer(answer, self._said(answer, url), self._kinds)
        if brought.announces:
            answer, _, brought, _ = self._follow(web, work, answer, brought.announces, State())
        today = date.fromtimestamp(self._clock())
        items = kinds.sane(brought.items, today)
        whole_ones = (each._replace(whole=each.whole or item_digests.is_whole(each, self._shapes)) for each in items)
        here = {each.id: each for each in whole_ones}
        made = item_digests.digests_of(address, brought.title or address, here, here.keys(), self._shapes)
        found = [each for group in made.incoming for each in group]
        if not found:
            raise made.failed[0][1] if made.failed else SourceError("source.no_digest", url=answer.url)
        return found

    # -- asking --------------------------------------------------------------------------------------------------

    def _gathered(
        self, web: Asks, sources: Sequence[Registered], cancelled: Callable[[], bool], *, adding: bool
    ) -> Iterable[_Work]:
        """Each source as it answers. What is made of an answer is made here, in one thread; each host is asked by one
        other."""
        pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="refresh")
        queues: defaultdict[str, list[_Work]] = defaultdict(list)
        waiting: dict[Future[Answer], tuple[str, _Work]] = {}

        def ask_next(host: str) -> None:
            if queues[host] and not cancelled():
                work = queues[host].pop(0)
                waiting[pool.submit(self._ask, web, work.source.address, work.before, cancelled)] = (host, work)

        try:
            for source in sources:
                state = self._fetched.state(source.address)
                last = self._asked.get(source.address, LastAsked())
                first = adding or not (state.kind or self._fetched.size(source.address))
                work = _Work(source, state, last, state, first)
                if addresses.is_address(source.address):
                    queues[read_address(state.at or source.address).host].append(work)
                elif not cancelled():
                    self._guarded(work, lambda work=work: self._look_at(work))  # type: ignore[misc]
                    yield work
            for host in list(queues):
                ask_next(host)
            while waiting and not cancelled():
                finished, _ = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in finished:
                    host, work = waiting.pop(future)
                    ask_next(host)
                    self._guarded(work, lambda work=work, future=future: self._take(web, work, future.result()))  # type: ignore[misc]
                    if work.error is None or work.error.message_id != "web.cancelled":
                        yield work
        finally:
            self._over = True
            pool.shutdown(wait=True, cancel_futures=True)

    def _guarded(self, work: _Work, act: Callable[[], None]) -> None:
        """Runs `act`; an error is kept as that of this source, so the others go on."""
        try:
            act()
        except SourceError as error:
            work.error, work.state, work.incoming = error, work.before, []
            if error.message_id != "web.cancelled":
                self._make_what_is_here(work)
        except (RecursionError, MemoryError, ValueError, LookupError, TypeError, AttributeError) as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            work.error = SourceError("source.unforeseen", reason=shown(reason))
            work.state, work.incoming = work.before, []

    def _make_what_is_here(self, work: _Work) -> None:
        """Makes digests of items that are stored and not in the library yet, also where the source gave no answer."""
        try:
            self._make(work, SourceAnswer(work.before, wanted=()))
        except SourceError:
            work.state, work.incoming = work.before, []

    def _ask(self, web: Asks, address: str, state: State, cancelled: Callable[[], bool]) -> Answer:
        from tui_digest.sources.web.answer import Validators

        whole = self._passwords.whole(address)
        at = "" if HIDDEN in state.at else state.at
        at = at or addresses.text_address(address, web.endpoints)
        if at != address:
            whole = read_address(at, read_address(whole)).private
        validators = Validators(state.etag, state.modified) if self._is_whole(address, state) else None
        return web.get(
            whole, validators=validators or None, accept=ACCEPT, user_named=_is_named(address, at, web),
            cancelled=lambda: self._over or cancelled(),
        )  # fmt: skip

    def _is_whole(self, address: str, state: State) -> bool:
        """Whether all of its last answer is stored, so that the request may ask only for changes."""
        return bool(state.kind) and self._fetched.size(address) > 0

    # -- what came -----------------------------------------------------------------------------------------------

    def _take(self, web: Asks, work: _Work, answer: Answer) -> None:
        """Reads the answer of a source on the web."""
        address, state = work.source.address, work.before
        if answer.moved_to is not None:
            at = shown(read_address(answer.moved_to).public)
            # a token that it was led to is kept nowhere: it is asked as it was, and led there again
            state = state._replace(at="" if HIDDEN in at else at)
        body = hashlib.sha256(answer.body).hexdigest()
        if answer.not_modified or (body == state.body and self._is_whole(address, state)):
            self._make(work, SourceAnswer(state, wanted=()))
            return
        text = self._said(answer, self._passwords.whole(address))
        kind, brought = kinds.read_answer(answer, text, self._kinds, "" if HIDDEN in state.at else state.kind)
        if brought.announces:
            answer, kind, brought, state = self._follow(web, work, answer, brought.announces, state)
            body = hashlib.sha256(answer.body).hexdigest()
        state = state._replace(
            kind=kind, title=brought.title or state.title, etag=answer.validators.etag,
            modified=answer.validators.modified, body=body,
        )  # fmt: skip
        self._make(work, self._merged(self._fetched.items(address), state, brought.items))

    @staticmethod
    def _said(answer: Answer, *asked: str) -> str:
        """The text of an answer, without the passwords and tokens with which it was asked."""
        return without_secrets(kinds.text_of(answer), [*asked, *([answer.moved_to] if answer.moved_to else [])])

    def _follow(
        self, web: Asks, work: _Work, page: Answer, announced: str, state: State
    ) -> tuple[Answer, str, kinds.Brought, State]:
        """Fetches the feed that a page announces, to be read in the place of the page."""
        there = read_address(announced, read_address(page.url))
        named = read_address(work.source.address)
        whole = read_address(there.public, read_address(self._passwords.whole(work.source.address))).private
        answer = web.get(whole, accept=ACCEPT, user_named=there.host == named.host)
        text = self._said(answer, self._passwords.whole(work.source.address), announced)
        kind, brought = kinds.read_answer(answer, text, self._kinds)
        if brought.announces:
            raise SourceError("source.no_digest", url=answer.url)
        at = shown(there.public)
        if HIDDEN in at:  # the page is asked next time, too, and what the feed says of its age is not the page's
            answer = replace(answer, validators=type(answer.validators)())
        return answer, kind, brought, state._replace(at=at)

    def _look_at(self, work: _Work) -> None:
        """Reads a source that is a folder, file or mailbox."""
        path = Path(work.source.address)
        if not path.exists():
            raise SourceError("source.vanished", path=path)
        if work.source.pulled:
            git.pull(path)
        if mailbox.is_mailbox(path):
            self._read_mailbox(work, path)
            return
        before = self._files
        taken = intake.read_all([path], None, None, before, shapes=self._shapes)
        work.state = work.before._replace(kind="folder" if path.is_dir() else "file", readers=self._readers)
        failed = [each for each in taken.reports if not isinstance(each, int) and each.error is not None]
        if failed and len(failed) == len(taken.reports):
            raise _told_error(failed[0])
        if not taken.reports and work.first:
            raise SourceError("source.no_digest", url=path)
        work.failed = len(failed)
        work.incoming = [taken.incoming] if taken.incoming else []
        ours = [each for each in taken.reports if isinstance(each, int)]

        def finish(reports: Sequence[SourceReport]) -> None:
            left = iter(reports)
            before.keep([intake.merged([next(left) for _ in range(each)]) for each in ours if each], taken.readings)

        work.finish = finish

    @cached_property
    def _files(self) -> known.Known:
        """What earlier imports made of files: one for all folders, since each writes what it knows in the place of what
        another knew."""
        return known.Known(
            self._paths.cache, self._records(), self._imports.weeks(), self._imports.stamps(), plugins.fingerprint()
        )

    def _read_mailbox(self, work: _Work, path: Path) -> None:
        state = work.before._replace(kind="mailbox")
        sign = mailbox.signature(path)
        if sign == state.body:
            self._make(work, SourceAnswer(state, wanted=()))
            return
        items = self._fetched.items(work.source.address)
        letters, failed = mailbox.letters_in(path, items)
        told = self._merged(items, state._replace(body=sign), letters)
        self._make(work, told._replace(failed=failed))

    # -- items ---------------------------------------------------------------------------------------------------

    def _merged(self, here: Mapping[str, SaidItem], state: State, items: Sequence[SaidItem]) -> SourceAnswer:
        """The items of an answer that are new beside those that are `here`, or were edited, as they are to be
        stored."""
        today = date.fromtimestamp(self._clock())
        changed: list[SaidItem] = []
        for item in under_known_ids(kinds.sane(items, today), here):
            before = here.get(item.id)
            if before is None:
                item = item._replace(whole=item.whole or item_digests.is_whole(item, self._shapes))
            else:
                item = item._replace(day=before.day, whole=before.whole)
            if item == before:
                continue
            if before is not None and item.form.partition(":")[0] in item_digests.TEXTS:
                changed += self._earlier(here, before, item)
            changed.append(item)
        return SourceAnswer(state, changed, {item.id for item in changed}, here=here)

    def _earlier(self, here: Mapping[str, SaidItem], before: SaidItem, now: SaidItem) -> list[SaidItem]:
        """The earlier version of a text, where it has papers that the new one has not: so they stay in the library."""
        try:
            gone = {each.key for each in item_digests.entries_in(before, self._shapes)}
            gone -= {each.key for each in item_digests.entries_in(now, self._shapes)}
        except SourceError:
            gone = {"?"}
        kept = sum(len(each.text) for each in here.values())
        if not gone or kept > _MOST_VERSIONS:
            return []
        return [before._replace(id="before:" + hashlib.sha256(before.text.encode()).hexdigest()[:16])]

    def _make(self, work: _Work, told: SourceAnswer) -> None:
        """Stores the items, and makes digests of those that are not in the library in this version."""
        address, before = work.source.address, work.before
        pending = self._fetched.size(address) != before.taken
        self._fetched.append(address, told.items)
        work.state, work.failed = told.state._replace(readers=self._readers), told.failed
        work.state = work.state._replace(taken=self._fetched.size(address))
        anew = before.readers != self._readers
        if not (told.items or pending or anew):
            return
        if told.here is None:
            items = self._fetched.items(address)
        else:
            items = {**told.here, **{each.id: each for each in told.items}}
        wanted = items.keys() if pending or anew or told.wanted is None else told.wanted
        title = work.state.title or work.source.name
        made = item_digests.digests_of(address, title, items, wanted, self._shapes)
        work.failed += len(made.failed)
        work.incoming = made.incoming
        if anew and not pending:  # what the user took out stays out
            held = self._paths_of(address) | {item_digests.path_of(address, item) for item in told.items}
            groups = [[each for each in group if each.path in held] for group in made.incoming]
            work.incoming = [group for group in groups if group]
        if not work.incoming and made.failed:
            raise made.failed[0][1]

    def _paths_of(self, address: str) -> set[str]:
        """The paths of the digests that the library has from a source."""
        if self._held is None:
            self._held = defaultdict(set)
            for record in self._records():
                if record.week is not None:
                    self._held[record.path.partition("#")[0]].add(record.path)
        return {each for each in self._held.get(address.partition("#")[0], ()) if is_under(address, each)}

    # -- bringing in ---------------------------------------------------------------------------------------------

    def _bring_in(self, works: Sequence[_Work], act: str, also: Sequence[Part]) -> bool:
        """Brings in what all sources said; whether starters were put away. Nothing is written where there is nothing
        new."""
        put_away, told_also = False, False
        rounds = max((len(work.incoming) for work in works), default=0)
        for number in range(rounds):
            parts = [(work, work.incoming[number]) for work in works if number < len(work.incoming)]
            incoming = [each for _, group in parts for each in group]

            def more(fresh: Sequence[FreshEntry], *, first: bool = not told_also) -> list[Part]:
                return [*(also if first else ()), *self._read_already(works, fresh)]

            reports, away = self._imports.take_in(incoming, act=act, more=more)
            told_also, put_away = True, put_away or away
            left = iter(reports)
            for work, group in parts:
                self._count(work, [next(left) for _ in group])
        for work in works:
            if work.state != work.before:
                self._fetched.keep_state(work.source.address, work.state)
        return put_away

    def _count(self, work: _Work, reports: Sequence[SourceReport]) -> None:
        work.counts["added"] += sum(each.added for each in reports)
        work.counts["updated"] += sum(each.updated for each in reports)
        work.finish(reports)
        failed = next((each for each in reports if each.error is not None), None)
        if failed is not None:  # a week that cannot be used: it is taken up again
            work.error, work.state = _told_error(failed), work.before

    def _read_already(self, works: Sequence[_Work], fresh: Sequence[FreshEntry]) -> list[Part]:
        """What is not unread although it is new: the backlog of a new source, and all of a muted one. Counts what is
        new of each source, too."""
        earliest = date.fromtimestamp(self._clock()) - timedelta(days=self._backlog)
        read: dict[str, None] = {}
        heard: set[str] = set()
        of = {each.path: work for work in works for group in work.incoming for each in group}
        for each in fresh:
            work = of[each.path]
            old = work.first and self._backlog >= 0 and each.day is not None and each.day < earliest
            if old or work.source.muted:
                read[each.key] = None
            else:
                heard.add(each.key)
                work.counts["new"] += 1
                self._arrived[each.key] = None
        silent = tuple(key for key in read if key not in heard)  # what another brings at the same time is heard there
        return [Part("read", True, silent)] if silent else []

    # -- telling -------------------------------------------------------------------------------------------------

    def _news(self, work: _Work) -> SourceNews:
        return news_of(work.source, work.state, self._noted(work, self._clock()))

    def _noted(self, work: _Work, now: float) -> LastAsked:
        last = work.last._replace(asked=now, error=None, details=(), failed=work.failed)
        if work.error is not None:
            details = tuple((name, shown(value)) for name, value in work.error.details.items())
            return last._replace(error=work.error.message_id, details=details)
        last = last._replace(answered=now)
        return _with(last, now, work.counts)


def _with(last: LastAsked, now: float, counts: Mapping[str, int]) -> LastAsked:
    if not any(counts.values()):
        return last
    return last._replace(brought=now, added=counts["added"], updated=counts["updated"], new=counts["new"])


def _told_error(report: SourceReport) -> SourceError:
    details: dict[str, Any] = dict(report.details)
    return SourceError(report.error or "", **details)


def _is_named(address: str, at: str, web: Asks) -> bool:
    """Whether the user gave the place that is asked: the address itself, one on its host, or a service's own."""
    services = {read_address(each).netloc for each in web.endpoints.values()}
    return read_address(at).netloc in services or read_address(at).host == read_address(address).host
