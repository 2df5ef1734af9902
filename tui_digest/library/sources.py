"""The sources that the user added (feeds, pages, folders, mailboxes), and the state of each.

Adding, renaming, muting and removing are acts of the user's, which undo takes back; what a refresh brings is not.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_digest.errors import EXIT_USAGE, DigestError, SourceError, StoreError
from tui_digest.library.lists import never
from tui_digest.store.lock import locked
from tui_digest.store.registry import (
    ADDED,
    ADDRESS,
    MUTED,
    Registered,
    adding,
    flagging,
    is_under,
    named,
    registered,
    removing,
    renaming,
)
from tui_digest.store.typed import cleaned

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.library.derived import Derived
    from tui_digest.library.imports import Imports
    from tui_digest.library.refreshing import Asks, Reached, Refresh
    from tui_digest.models import Change, ImportReport, RefreshReport, SourceNews
    from tui_digest.paths import Paths
    from tui_digest.sources.opml import ListedFeed
    from tui_digest.store.mark_store import MarkStore

BACKLOG = 30
"""Days of a new source that are unread, unless the settings say another number."""


class UserSources:
    """The user's sources. What changes them returns the change, or None where nothing had to change, and raises what a
    mark raises."""

    def __init__(
        self,
        paths: Paths,
        store: MarkStore,
        imports: Imports,
        derived: Derived,
        notices: list[DigestError],
        clock: Callable[[], float],
    ) -> None:
        self._paths, self._store, self._imports, self._derived = paths, store, imports, derived
        self._notices, self._clock = notices, clock

    # -- asking --------------------------------------------------------------------------------------------------

    def all(self) -> dict[str, Registered]:
        """The sources by name."""
        return registered(self._store)

    def named(self, name: str) -> Registered:
        """The source of that name, or at that address. Raises `source.unknown`."""
        from tui_digest.sources.web.address import shown

        known = self.all()
        told = shown(name)
        found = named(known, name) or next((each for each in known.values() if each.address == told), None)
        if found is None:
            from tui_digest.query.vocabulary import near

            close = near(name, known)
            details = {"near": close} if close else {}
            how = ".near" if close else "" if known else ".none"
            raise DigestError(f"source.unknown{how}", exit_code=EXIT_USAGE, name=told, **details)
        return found

    def standing(self) -> list[SourceNews]:
        """How each source stands: when it was asked, what came last, what is wrong."""
        from tui_digest.library.standing import standing

        return standing(self._paths, self.all().values(), self._notices)

    # -- acts ----------------------------------------------------------------------------------------------------

    def add(
        self,
        web: Asks,
        text: str,
        name: str | None = None,
        *,
        pull: bool = False,
        backlog: int = BACKLOG,
        cancelled: Callable[[], bool] = never,
    ) -> SourceNews:
        """Adds an address or a path, and brings in what it says now, as one act. `backlog` as for `refresh`. Raises
        `source.already`, `source.taken`, `source.no_name`, and why it cannot be asked or read: then nothing was
        added."""
        from tui_digest.sources import addresses

        whole, address = text, ""
        if addresses.is_address(text):
            address = addresses.public(text)
        else:
            whole = address = _absolute(text)
        if already := next((each for each in self.all().values() if each.address == address), None):
            raise DigestError("source.already", name=already.name, address=address)
        wanted = self._free_name(name) if name is not None else ""
        refresh, others = self._refreshing(backlog), self._addresses(address)
        refresh.begin(address, whole, others)
        source = Registered(wanted or addresses.default_name(address, ""), address, pulled=pull)
        naming = (lambda title: self._default_name(address, title)) if not wanted else None
        try:
            report = refresh.run(
                web, [source], act="import", adding=True, naming=naming, others=others, cancelled=cancelled
            )
            if not report.sources:
                raise SourceError("web.cancelled", url=address)
            news = report.sources[0]
            if news.error is not None:
                details: dict[str, Any] = dict(news.details)
                raise SourceError(news.error, **details)
        except DigestError:
            refresh.give_up(address, others)
            raise
        if news.name not in self.all():  # nothing of it was new, so no import set this
            self._store.set_all(adding(source._replace(name=news.name)))
        return news

    def refresh(
        self,
        web: Asks,
        names: Sequence[str] = (),
        *,
        backlog: int = BACKLOG,
        cancelled: Callable[[], bool] = never,
        reached: Reached | None = None,
    ) -> RefreshReport:
        """Asks the sources of these names for news, without names all; what they say comes into the library, and is no
        act that undo would take back. Of a source that is new here `backlog` days are unread, with -1 all. `reached` is
        told of each as it is done. Raises `source.unknown`, `refresh.busy`, `StoreError`."""
        known = self.all()
        chosen = map(self.named, names) if names else known.values()
        sources = [*{each.address: each for each in chosen}.values()]  # two machines may have added it by two names
        report = self._refreshing(backlog).run(
            web, sources, others=self._addresses(), cancelled=cancelled, reached=reached
        )
        self._clear_needless()
        return report

    def add_list(self, feeds: Sequence[ListedFeed]) -> tuple[list[str], list[str]]:
        """Makes the feeds of a list sources, as one act, without asking them: the names of those that are new, and the
        addresses of those that are none or were sources already."""
        from tui_digest.sources import addresses
        from tui_digest.sources.passwords import Passwords

        known = {each.address for each in self.all().values()}
        taken = {name.casefold() for name in self.all()}
        passwords = Passwords(self._paths.passwords)
        new: list[Registered] = []
        left: list[str] = []
        for each in feeds:
            try:
                address = addresses.public(each.address)
            except SourceError:
                address = ""
            if not address or address in known:
                left.append(address or each.address)
                continue
            name = _free(addresses.default_name(address, each.name), taken)
            known.add(address)
            taken.add(name.casefold())
            passwords.keep(address, each.address if address != each.address else address, known)
            new.append(Registered(name, address))
        if new:
            self._store.set_all([part for each in new for part in adding(each)])
        return [each.name for each in new], left

    def rename(self, name: str, to: str) -> Change | None:
        """Gives a source another name. Raises `source.unknown`, `source.taken`, `source.no_name`."""
        source = self.named(name)
        wanted = _source_name(to)
        if wanted == source.name:
            return None
        if named(self.all(), wanted) not in (None, source):
            raise DigestError("source.taken", name=wanted)
        return self._store.set_all(renaming(self._store, source, wanted))

    def mute(self, name: str, on: bool) -> Change | None:
        """Mutes a source, so that what it brings is neither unread nor new, or lets it be heard again. Raises
        `source.unknown`."""
        return self._store.set_all(flagging(self.named(name), MUTED, on))

    def remove(self, name: str, *, with_digests: bool) -> Change | None:
        """Removes a source, and `with_digests` the digests that it brought, as one act. Its stored items are kept, for
        undo. Raises `source.unknown`."""
        source = self.named(name)
        parts = removing(self._store, source)
        ids = self.digests(source) if with_digests else []
        if ids:
            from tui_digest.store.fetched import Fetched

            change = self._imports.remove(ids, more=parts)
            Fetched(self._paths.fetched, self._paths.damaged, self._notices).forget_state(source.address)
            if change is not None:
                return change
        return self._store.set_all(parts)

    def digests(self, source: Registered) -> list[str]:
        """The ids of the digests that a source brought."""
        records = self._derived.sources().records
        return [
            each.digest
            for each in records
            if (each.week is not None or each.leaves) and is_under(source.address, each.path)
        ]

    def fetch_once(self, web: Asks, urls: Sequence[str], *, dry_run: bool = False) -> ImportReport:
        """Imports what is at these addresses once, without adding sources: a report for each of them. Raises
        `StoreError`."""
        return self._refreshing(-1).once(web, urls, dry_run=dry_run)

    # -- inside --------------------------------------------------------------------------------------------------

    def _refreshing(self, backlog: int) -> Refresh:
        from tui_digest.library.refreshing import Refresh

        return Refresh(
            self._paths, self._imports, lambda: self._derived.sources().records, self._notices, self._clock, backlog
        )

    def _clear_needless(self) -> None:
        """Deletes what removed sources said, once no undo can bring such a source back and no digest of it is in the
        library, whose backups these items are."""
        from tui_digest.store.fetched import Fetched, addresses_of

        fetched, known = Fetched(self._paths.fetched, self._paths.damaged, self._notices), {*self._addresses(), ADDED}
        if not fetched.others(known):
            return
        with suppress(OSError, StoreError), locked(self._paths.refresh_lock, 0.0):
            self._store.catch_up()
            for record in self._derived.sources().records:
                if record.week is not None or record.leaves:
                    known.update(addresses_of(record.path))
            for path in fetched.others(known | self._may_come_back() | self._addresses()):
                path.unlink(missing_ok=True)

    def _may_come_back(self) -> set[str]:
        """The addresses of sources that an act is about which can be undone or redone, or another machine's."""
        acts, own = self._store.acts(), self._store.journal.machine
        events = [event for machine, event in self._store.journal.events() if event.id in acts or machine != own]
        keys = {key for event in events for part in event.parts for key in part.keys}
        return {key.removeprefix(ADDRESS) for key in keys if key.startswith(ADDRESS)}

    def _addresses(self, *more: str) -> set[str]:
        return {*more, *(each.address for each in self.all().values())}

    def _free_name(self, text: str) -> str:
        name = _source_name(text)
        if named(self.all(), name) is not None:
            raise DigestError("source.taken", name=name)
        return name

    def _default_name(self, address: str, title: str) -> str:
        from tui_digest.sources.addresses import default_name

        try:
            name = _source_name(default_name(address, title))
        except DigestError:
            name = _source_name(default_name(address, ""))
        return _free(name, {known.casefold() for known in self.all()})


def _free(text: str, taken: Collection[str]) -> str:
    """The name, or with a number behind it where it is taken (small letters)."""
    try:
        name = _source_name(text)
    except DigestError:
        name = "feed"
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _absolute(text: str) -> str:
    path = Path(text).expanduser() if text.startswith("~") else Path(text)
    return os.path.normpath(os.fsencode(path.absolute()).decode("utf-8", "replace"))


def _source_name(text: str) -> str:
    from tui_digest.sources.web.address import shown

    text = shown(text)  # other programs call a feed by its address, password and all
    name = unicodedata.normalize("NFC", " ".join(cleaned(text).split()))
    if not any(character.isalnum() for character in name):
        raise DigestError("source.no_name", exit_code=EXIT_USAGE, name=text)
    return name
