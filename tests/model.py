"""What a library should hold after some acts: a plain model that knows no file, and the digests acts are about.

Written from the promises and not from the store, so that it can tell when the store is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.builders import digest, entry, put
from tui_digest.library import Library
from tui_digest.models import Mark

NAMES = tuple(f"d{number}" for number in range(5))
"""The digests of the stage."""

JOINED, SPLIT = 10**9, 2 * 10**9
"""Added to the version of a digest whose first two entries were joined, or whose second was split; beyond every
version that many kills come to."""

_FIRST = date(2024, 1, 7)
_WORDS = "말과 word " * 60


def keys_of(name: str, version: int) -> list[str]:
    """The papers of a version of a digest, in order. Its first entry has only a title, another one each time."""
    number = NAMES.index(name)
    papers = range(version % 3, 6 + version % 3)
    # the last paper of a digest is the first of the next: some stand in two weeks
    return [f"title:{name} version {version}", *(f"arxiv:2401.{number * 6 + paper:05}" for paper in papers)]


def shaped(name: str, version: int) -> list[str]:
    """The papers of a version of a digest, also where entries of it were joined or split."""
    how, plain = version - version % JOINED, version % JOINED
    keys = keys_of(name, plain)
    if how == JOINED:
        return keys[1:]  # the second is named by an address, the first by its title alone
    return [keys[0], *pieces_of(name, plain), *keys[2:]] if how == SPLIT else keys


def pieces_of(name: str, version: int) -> list[str]:
    """The papers that the second entry of a digest is split into."""
    return [f"title:{name} {version} line {number}" for number in (3, 4)]


def write_source(folder: Path, name: str, version: int) -> Path:
    """The digest as a source file for `plain_parsing`; every version says everywhere which one it is, and moves."""
    entries = [
        entry(f"{name} version {version}", commentary=f"{version} {_WORDS}")
        if key.startswith("title:")
        else entry(key, arxiv=key.removeprefix("arxiv:"), commentary=f"{version} {_WORDS}", tags=[f"v{version % 4}"])
        for key in keys_of(name, version)
    ]
    entries = [each._replace(start_line=2 * n + 1, end_line=2 * n + 2) for n, each in enumerate(entries)]
    start = _FIRST + timedelta(days=7 * (NAMES.index(name) // 2 + version % 4))
    return put(folder / f"{name}.txt", digest(*entries, start=start, title=f"{name} {version}"))


def held(library: Library) -> dict[str, list[int]]:
    """Which version of each digest the library holds, more than one where it stands in several weeks. Raises
    AssertionError where one is not whole."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for seen in library.lists.all_sightings():
        told = (seen.entry.commentary or "").partition(" ")[0]
        found.setdefault((Path(seen.digest.path).stem, seen.digest.title), []).append((told, seen.key))
    versions: dict[str, list[int]] = {}
    for (name, title), entries in sorted(found.items()):
        plain = int(entries[0][0])
        version = plain + {6: JOINED, 7: 0, 8: SPLIT}.get(len(entries), 0)
        wanted = [(str(plain), key) for key in shaped(name, version)]
        assert entries == wanted and title == f"{name} {plain}", f"{title} is not whole: {entries}"
        versions.setdefault(name, []).append(version)
    return versions


@dataclass(frozen=True)
class Set:
    """One field set on one paper, and what it was."""

    field: str
    key: str
    value: Any
    was: Any


@dataclass
class Done:
    """One act that can be undone."""

    sets: list[Set]
    before: dict[str, int | None] | None = None
    """For an act on the library: the digests concerned, as they were and as they became."""
    became: dict[str, int | None] = field(default_factory=dict)
    undone: dict[str, int | None] = field(default_factory=dict)
    """What undoing it replaced."""


@dataclass
class Model:
    """Marks, digests, and what can be undone."""

    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    digests: dict[str, int] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    redo: list[Done] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The marks in the backup."""

    def copy(self) -> Model:
        """Another one like it."""
        done, redo = ([replace(act) for act in pile] for pile in (self.done, self.redo))
        marks = {key: dict(mark) for key, mark in self.marks.items()}
        return Model(marks, dict(self.digests), done, redo, self.kept)

    def mark(self, key: str) -> Mark:
        """The paper's mark."""
        fields = self.marks.get(key, {})
        tags = tuple(sorted(name[4:] for name, value in fields.items() if name.startswith("tag:") and value))
        return Mark(bool(fields.get("read")), bool(fields.get("starred")), fields.get("note"), tags)

    def views(self) -> dict[str, str]:
        """The saved views: the field of each is set on its query."""
        pairs = ((name, key) for key, fields in self.marks.items() for name, value in fields.items() if value)
        return {name[5:]: key.removeprefix("query:") for name, key in pairs if name.startswith("view:")}

    def act(self, what: list[Any]) -> None:
        """Carries out an act as `tests.faults` tells it: its name and arguments."""
        name, *rest = what
        if name == "set":
            self._note_down(Done(self._set((rest[0], key, rest[2]) for key in rest[1])))
        elif name == "tags":
            keys, on, off = rest
            names = [(tag, True) for tag in on] + [(tag, False) for tag in off]
            self._note_down(Done(self._set((f"tag:{tag}", key, value) for tag, value in names for key in keys)))
        elif name == "view":
            view, text = f"view:{rest[0]}", rest[1] and f"query:{rest[1]}"
            gone = [key for key, fields in self.marks.items() if fields.get(view) and key != text]
            sets = [(view, text, True)] if text else []
            self._note_down(Done(self._set([*sets, *((view, key, False) for key in gone)])))
        elif name == "keep":
            self.kept = {key: dict(fields) for key, fields in self.marks.items()}
        elif name == "restore":
            both = [*self.marks.items(), *self.kept.items()]
            every = {(name, key) for key, fields in both for name in fields}
            self._note_down(Done(self._set((name, key, self.kept.get(key, {}).get(name)) for name, key in every)))
        elif name == "import":
            self._import(rest[0])
        elif name == "remove" and rest[0] in self.digests:
            self._note_down(Done([], {rest[0]: self.digests[rest[0]]}, {rest[0]: None}))
            del self.digests[rest[0]]
        elif name in ("join", "split"):
            self._reshape(rest[0], name)
        elif name == "undo" and self.done:
            act = self.done.pop()
            self._turn(act)
            self.redo.append(act)
        elif name == "redo" and self.redo:
            act = self.redo.pop()
            self._set((each.field, each.key, each.value) for each in act.sets)
            if act.before is not None:
                self._exchange(act.became, {name: act.undone.get(name) for name in act.undone})
            self.done.append(act)

    def _import(self, versions: dict[str, int]) -> None:
        new = {name: version for name, version in versions.items() if self.digests.get(name) != version}
        if not new:
            return
        carried: list[tuple[str, str, Any]] = []
        for name, version in new.items():
            if name in self.digests:  # its untitled neighbour got another name: the marks follow
                old, renamed = keys_of(name, self.digests[name])[0], keys_of(name, version)[0]
                here = self.marks.get(old, {})
                carried += [(f, renamed, True) for f, value in here.items() if f != "note" and value]
                if here.get("note") is not None and self.mark(renamed).note is None:
                    carried.append(("note", renamed, here["note"]))
        before = {name: self.digests.get(name) for name in new}
        self._note_down(Done(self._set(carried), before, {**new}), always=True)
        self.digests |= new

    def _reshape(self, name: str, how: str) -> None:
        """Joins the first two entries of a digest, of which the first is marked, or splits the second."""
        version = self.digests[name]
        first, second, *_ = keys_of(name, version)
        pieces = pieces_of(name, version)
        old, became = (first, second) if how == "join" else (second, pieces[0])
        carried = [(f, became, value) for f, value in self.marks.get(old, {}).items() if f != "read"]
        if self.mark(old).read and (how == "split" or self.mark(second).read):
            carried += [("read", key, True) for key in (pieces if how == "split" else [second])]
        now = version + (JOINED if how == "join" else SPLIT)
        self._note_down(Done(self._set(carried), {name: version}, {name: now}))
        self.digests[name] = now

    def _turn(self, act: Done) -> None:
        self._set((each.field, each.key, each.was if each.field == "note" else not each.value) for each in act.sets)
        if act.before is not None:
            act.undone = self._exchange(act.before, act.became)

    def _exchange(self, wanted: dict[str, int | None], now: dict[str, int | None]) -> dict[str, int | None]:
        changed: dict[str, int | None] = {}
        for name in now:
            if self.digests.get(name) == now[name]:
                changed[name] = wanted[name]
        for name, version in changed.items():
            self.digests.pop(name, None)
            if version is not None:
                self.digests[name] = version
        return changed

    def _set(self, asked: Iterable[tuple[str, str, Any]]) -> list[Set]:
        sets = []
        for name, key, value in asked:
            was = self.marks.get(key, {}).get(name)
            if (was or None) != (value or None):
                sets.append(Set(name, key, value, was))
                self.marks.setdefault(key, {})[name] = value
        return sets

    def _note_down(self, act: Done, *, always: bool = False) -> None:
        if act.sets or act.before is not None or always:
            self.done.append(act)
            self.redo.clear()
