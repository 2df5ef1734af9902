"""Housekeeping beside the reading, in a process of its own: folding the journal, backup, derived files, search index,
and what other windows imported.

A `Job` (`jobs.py`) says what to do, and `do` does it with library objects of its own: only files are shared with the
app, and each is put in place by one rename or one transaction. So the process may be killed at any moment. `child` is
the process, `beside` starts it.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.library.jobs import ACTS
from tui_digest.paths import Paths
from tui_digest.store.lock import is_held, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui_digest.library import Library
    from tui_digest.library.jobs import Job, Told
    from tui_digest.models import Change, ImportReport
    from tui_digest.store.columns import WeekColumns


def do(job: Job, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
    """Does a job, sends messages by `tell`, and ends early where `stop` returns True. Raises `DigestError` where
    nothing of it can be done."""
    if job.name == "news":
        _look_for_news(job, tell)
        return
    if job.name == "likeness":
        _compare_papers(_opened(job), stop)
        return
    if job.name in ("refresh", "add"):
        _ask_sources(job, tell, stop)
        return
    if job.name == "import":
        _import(job, tell, stop)
        return
    if job.name in ACTS:
        tell(["changed", _act(job)])
        return
    with _alone(job.paths) as alone:
        if alone:
            _keep_house(job, tell, stop)


@contextmanager
def _alone(paths: Paths) -> Iterator[bool]:
    """Holds the lock for housekeeping; yields False where another process has it and does the work."""
    held = locked(paths.house_lock, 0.0)
    try:
        held.__enter__()
    except StoreError as error:
        # A home that cannot be written has no lock either; the cache may be elsewhere.
        yield error.message_id != "store.busy"
        return
    try:
        yield True
    finally:
        held.__exit__(None, None, None)


def _keep_house(job: Job, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
    """One round; tells `kept` where everything could be done."""
    from tui_digest.store.search_text import Stopped

    marks = _marks_of(job)
    if job.fold:
        with suppress(StoreError):  # nothing is lost: it is tried again, and the next start reads the journal
            tell(["folded", marks.fold_aside()])
    if stop():
        return
    with suppress(StoreError):  # doctor tells when backups stay away
        marks.backups.write_daily()
    if stop() or is_held(job.paths.lock):  # while an import writes, weeks are half there
        return
    library = _opened(job)
    done = _make_index(library, tell, stop)
    if not stop():
        library.lists.keep_orders()
        with suppress(Stopped):
            library.lists.keep_behind(stop)
        _compare_papers(library, stop)
    _tell_notices(library, tell)
    if done:
        tell(["kept", marks.backups.made_today])


def _compare_papers(library: Library, stop: Callable[[], bool]) -> None:
    """Makes what tells which papers are alike, where it is not there."""
    from tui_digest.store.search_text import Stopped

    with suppress(Stopped, StoreError):  # no room: whoever asks for it is told
        library.likenesses.make(stop)


def _make_index(library: Library, tell: Callable[[Told], None], stop: Callable[[], bool]) -> bool:
    """Brings the search index up to the library, where that is large enough for one."""
    from tui_digest.store.search_text import Stopped

    work = library.lists.index_work()
    if work is None:
        return True
    tell(["indexing", 0, 1])
    try:
        if work(lambda done, weeks: tell(["indexing", done, weeks]), stop):
            elsewhere = library.lists.hand_over_index()
            tell(["indexed", None if elsewhere is None else str(elsewhere)])
            return True
    except Stopped:
        pass
    return False


def _act(job: Job) -> Change | None:
    """An act on the library, as another window would do it."""
    library = _opened(job)
    if job.name == "remove":
        change = library.imports.remove(job.asked)
    else:
        change = library.marks.undo() if job.name == "undo" else library.marks.redo()
    library.close()
    return change


class _Given(Exception):  # noqa: N818  -- nothing went wrong
    """The user wants the import no more, and nothing of it is written yet."""


def _import(job: Job, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
    """Imports a path or an address, as the command does."""
    from pathlib import Path

    from tui_digest.sources.addresses import is_address

    library, last = _opened(job), [-1]
    already = len(library.notices)

    def reached(done: int, of: int, _: str) -> None:
        if stop():
            raise _Given
        if (tenth := done * 10 // max(1, of)) > last[0] and of > 1:
            last[0] = tenth
            tell(["importing", done, of])

    try:
        if is_address(job.asked[0]):
            report = _fetched(job, library)
        else:
            report = library.imports.from_paths([Path(job.asked[0]).expanduser()], news=True, progress=reached)
    except _Given:
        return
    library.close()
    for each in library.notices[already:]:
        tell(["notice", each.message_id, each.details])
    told = {name: sum(getattr(each, name) for each in report.sources) for name in ("added", "updated", "unchanged")}
    told |= {"sources": len(report.sources), "no_paper": sum(each.no_paper for each in report.sources)}
    failed = [[each.path, each.error, dict(each.details)] for each in report.failed]
    tell(["imported", {**told, "put_away": report.starters_put_away, "failed": failed}])


def _fetched(job: Job, library: Library) -> ImportReport:
    from tui_digest.settings import config
    from tui_digest.sources.web.client import Web

    settings, _ = config.load(job.paths.settings)
    with Web(settings, job.paths) as web:
        return library.sources.fetch_once(web, job.asked)


def _look_for_news(job: Job, tell: Callable[[Told], None]) -> None:
    """Makes the derived files anew, unless another process did, and compares them with what the app shows."""
    from tui_digest.store.news import News, news

    before = None if job.before is None else _columns_in(job.before, job.stamps)
    library = _opened(job)
    kept, unsure = library.keep_derived()
    found = News() if before is None else news(before, *library.columns())
    _tell_notices(library, tell)
    tell(["news", found.papers, found.digests, found.gone, found.gone_digests, kept, unsure])


def _ask_sources(job: Job, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
    """Asks the user's sources, or adds one, with the settings as they are on the disk."""
    from tui_digest.settings import config
    from tui_digest.sources.web.client import Web

    settings, _ = config.load(job.paths.settings)
    library, backlog = _opened(job), settings.new_source_days
    with Web(settings, job.paths) as web:
        if job.name == "add":
            news = library.sources.add(web, job.asked[0], backlog=backlog, cancelled=stop)
            found, cancelled = [news], False
        else:
            report = library.sources.refresh(
                web, job.asked, backlog=backlog, cancelled=stop,
                reached=lambda done, of, news: tell(["refreshing", done, of, news and list(news)]),
            )  # fmt: skip
            found, cancelled = list(report.sources), report.cancelled
            if settings.ask_arxiv and report.arrived:
                asked = library.metadata.enrich(report.arrived, web, titles=False, cancelled=stop)
                if asked.error is not None and not stop():
                    tell(["notice", asked.error.message_id, asked.error.details])
    _tell_notices(library, tell)
    tell(["refreshed", [list(each) for each in found], cancelled])


def _columns_in(held: tuple[int, int, int], stamps: int) -> list[WeekColumns] | None:
    """The columns in an open file; None where they are not of the weeks with that checksum."""
    from tui_digest.store.column_file import held_from, load_blocks
    from tui_digest.store.columns import sum_of

    try:
        found = load_blocks(held_from(held))
    except OSError:
        return None
    same = sum_of({week: stamp for week, (stamp, _) in found.items()}) == stamps
    return [block for _, block in found.values()] if same else None


def _marks_of(job: Job) -> Library:
    """The library with its marks and backups only; opening that never waits for an import."""
    from tui_digest.library import Library

    return Library.only_named(job.paths, tag_aliases=job.aliases)


def _opened(job: Job) -> Library:
    from tui_digest.library import Library

    return Library.open(job.paths, starters=False, tag_aliases=job.aliases)


def _tell_notices(library: Library, tell: Callable[[Told], None]) -> None:
    for each in library.notices:
        tell(["notice", each.message_id, each.details])
