"""The sources that the user added, kept as marks are: the field `source:NAME` is set on an address.

So adding, renaming, muting and removing a source are acts like any other: appended and fsynced, undone, in every
backup, merged between machines. Of two addresses that two machines added under one name the later is shown. None of
them holds a password (`sources.addresses`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.events import SOURCE, SOURCE_FLAGS, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_digest.store.mark_store import MarkStore

ADDRESS = "address:"
"""The prefix of the keys of sources among the marks; no key of a paper begins so."""

ADDED = "added"
"""The address of papers that the user adds one by one; the path of a day's digest is `added#2026-11-29`."""

MUTED, PULLED = SOURCE_FLAGS
"""The flags of a source: muted, its entries are neither unread nor new; pulled, `git pull` is run first."""


class Registered(NamedTuple):
    """A source that the user added."""

    name: str
    address: str
    """Where it is, without password: `https://…`, or an absolute path."""
    muted: bool = False
    pulled: bool = False


def registered(marks: MarkStore) -> dict[str, Registered]:
    """The sources by name, in the order of their names."""
    latest: dict[str, tuple[int, str, str]] = {}
    for field, column in marks.columns.items():
        if field.startswith(SOURCE):
            name = field[len(SOURCE) :]
            for key, at in column.on.items():
                known = latest.get(name.casefold(), (-1, "", ""))
                latest[name.casefold()] = max(known, (at, name, key))
    muted, pulled = (marks.chosen(flag) for flag in (MUTED, PULLED))
    return {
        name: Registered(name, key[len(ADDRESS) :], key in muted, key in pulled)
        for _, (_, name, key) in sorted(latest.items())
    }


def adding(source: Registered) -> list[Part]:
    """The parts of an act that add a source."""
    key = (ADDRESS + source.address,)
    flags = [Part(flag, True, key) for flag, on in ((MUTED, source.muted), (PULLED, source.pulled)) if on]
    return [Part(SOURCE + source.name, True, key), *flags]


def renaming(marks: MarkStore, source: Registered, name: str) -> list[Part]:
    """The parts of an act that give a source another name."""
    gone = [part for part in _gone(marks, source.name) if part.field != SOURCE + name]
    return [Part(SOURCE + name, True, (ADDRESS + source.address,)), *gone]


def removing(marks: MarkStore, source: Registered) -> list[Part]:
    """The parts of an act that remove a source."""
    key = (ADDRESS + source.address,)
    flags = [Part(flag, False, key) for flag, on in ((MUTED, source.muted), (PULLED, source.pulled)) if on]
    return [*_gone(marks, source.name), *flags]


def flagging(source: Registered, flag: str, on: bool) -> list[Part]:
    """The parts of an act that set or clear a flag."""
    return [Part(flag, on, (ADDRESS + source.address,))]


def is_under(address: str, path: str) -> bool:
    """Whether what was read at `path` came from the source at `address`."""
    if path == address or path.startswith(address + "#"):
        return True
    return "://" not in address and path.startswith(address.rstrip("/") + "/")


def named(sources: Mapping[str, Registered], name: str) -> Registered | None:
    """The source of that name, small and capital letters being the same; None where there is none."""
    wanted = name.casefold()
    return next((each for known, each in sources.items() if known.casefold() == wanted), None)


def names_of_items(sources: Iterable[Registered], files: Iterable[str]) -> list[str]:
    """The names of the sources whose items are in files of these names (`store.fetched`); the file's own name where no
    source is known."""
    from tui_digest.store.fetched import file_name  # no start needs it

    names = {file_name(each.address): each.name for each in sources}
    return [names.get(file, file) for file in files]


def _gone(marks: MarkStore, name: str) -> list[Part]:
    return [
        Part(field, False, (key,))
        for field, column in marks.columns.items()
        if field.startswith(SOURCE) and field[len(SOURCE) :].casefold() == name.casefold()
        for key in sorted(column.on, key=column.on.__getitem__)
    ]
