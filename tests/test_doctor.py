"""The doctor: a healthy home has nothing to say, each fault has exactly its finding, and looking changes nothing."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import shutil
import stat
import subprocess
import sys
import termios
import threading
import unicodedata
import weakref
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.builders import digest, entry, home, incoming, stored
from tests.test_architecture import PACKAGE, catalogue, strings
from tui_digest import paths as locations
from tui_digest.doctor import (
    Finding,
    disk_report,
    examine_store,
    examine_terminal,
    in_words,
    library_report,
    repair,
    stored_files,
    terminal_probe,
    terminal_report,
    to_json,
)
from tui_digest.doctor.identity_report import Identities
from tui_digest.files import make_private
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.paths import Paths
from tui_digest.store import intent
from tui_digest.store.events import Event, Part
from tui_digest.store.importing import Import
from tui_digest.store.lock import locked
from tui_digest.store.note_writing import write_note
from tui_digest.store.shards import Shard, Shards
from tui_digest.tui.wrap import width_of

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp()
MEGABYTE = 1_000_000
STARTERS = locations.starters
DIGESTS = (
    digest(entry("Paper A", arxiv="2301.00001", tags=["rl"]), entry("강화학습 B", url="https://example.org/b")),
    digest(entry("Paper A", url="https://example.org/a"), start="2023-08-06", title="8월 2주차"),
    digest(entry("Undated"), start=None),
)


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a roomy disk, and no starters."""
    monkeypatch.setattr(locations, "starters", lambda: tmp_path / "starters")
    mount(monkeypatch, tmp_path, "ext4")
    free_space(monkeypatch, 10_000 * MEGABYTE)


def mount(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    spaced = str(tmp_path / "home").replace(" ", "\\040")
    mounts.write_text(f"1 0 8:1 / / rw - ext4 disk rw\n2 1 0:9 / {spaced} rw shared:1 - {kind} x rw\n", "utf-8")
    monkeypatch.setattr(disk_report, "MOUNTS", mounts)


def free_space(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(free, 0, free))


def bring(paths: Paths, *digests: Any) -> None:
    sources = [incoming(f"/digests/{number}.txt", each) for number, each in enumerate(digests)]
    Import(paths, Shards(paths.shards, paths.damaged), []).run(sources)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home in which there was some life, on two machines."""
    paths = home(tmp_path)
    bring(paths, *DIGESTS)
    before = int(NOW * 1_000_000) - 5
    parts = (Part("starred", True, ("title:undated",)), Part("tag:mine", True, ("title:undated",)))
    write(paths.journal / "other.ndjson", Event("other-1", before, "set", parts).line())
    library = Library.open(paths, clock=lambda: NOW)
    library.marks.star(["arxiv:2301.00001"], True)
    library.marks.mark_read(["url:https://example.org/b", "arxiv:2301.00001"], True)
    write_note(library._store, "url:https://example.org/b", "노트")
    library.marks.star(["title:undated"], False)
    library.marks.undo()
    library.close()
    return paths


def write(path: Path, data: bytes, *, append: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab" if append else "wb") as file:
        file.write(data)
    path.chmod(0o600)


def own_journal(paths: Paths) -> Path:
    return paths.journal / f"{(paths.data / 'machine').read_text().strip()}.ndjson"


def edit(path: Path, change: Callable[[Any], Any]) -> None:
    tables = json.loads(path.read_bytes())
    change(tables)
    write(path, stored(tables))


def faults(paths: Paths, now: float = NOW) -> dict[str, Finding]:
    """What the doctor finds amiss, by id; every sentence of it can be said."""
    found = list(examine_store(paths, now))
    check_sentences(found)
    return {finding.id: finding for finding in found if finding.level != "ok"}


def check_sentences(found: list[Finding]) -> None:
    for lang in ("en", "ko"):
        tr = Translator(lang)
        for finding in found:
            assert (finding.level == "ok") == (finding.fix is None), finding
            for message_id in filter(None, (finding.id, finding.fix)):
                assert tr.knows(message_id), message_id
                assert "{" not in tr(message_id, **finding.details), (message_id, finding.details)
    json.dumps(to_json(found, Translator("en")))


def snapshot(root: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (
            path.lstat().st_mtime_ns,
            stat.S_IMODE(path.lstat().st_mode),
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [root, *root.rglob("*")]
    }


def test_a_healthy_home_gives_nothing_to_do(paths: Paths) -> None:
    before = snapshot(paths.data.parent)
    assert faults(paths) == {}
    assert snapshot(paths.data.parent) == before
    ids = {finding.id for finding in examine_store(paths, NOW)}
    assert {"doctor.marks.agree", "doctor.index.agrees", "doctor.permissions.ok", "doctor.filesystem.ok"} <= ids
    assert repair(paths, list(examine_store(paths, NOW))) == []
    assert snapshot(paths.data.parent) == before


def test_a_new_home_gives_nothing_to_do_and_is_not_made(tmp_path: Path) -> None:
    assert faults(home(tmp_path)) == {}
    assert not home(tmp_path).data.exists()


def week(paths: Paths) -> Path:
    return paths.shards / "2023-W30.json"


def newer(tables: Any) -> None:
    tables["_meta"]["1"]["schema_version"] = 99


def star_another(tables: Any) -> None:
    column = next(each for each in tables["marks"].values() if each["field"] == "starred")
    column["papers"][0] += "title:never starred\t17\n"


def lose_an_event(paths: Paths) -> None:
    """Garbage where an act was, which only marks.json still knows."""
    path = own_journal(paths)
    first, *rest = path.read_bytes().splitlines(keepends=True)
    write(path, b"#" * (len(first) - 1) + b"\n" + b"".join(rest))


def break_an_event(paths: Paths) -> None:
    """Two letters of it are other ones: that is no half-written line."""
    write(own_journal(paths), own_journal(paths).read_bytes().replace(b'"op"', b'"po"', 1))


def swap_events(paths: Paths) -> None:
    path = own_journal(paths)
    lines = path.read_bytes().splitlines(keepends=True)
    write(path, b"".join([*lines[:-2], lines[-1], lines[-2]]))
    paths.marks.unlink()


def back_up(paths: Paths, day: str, data: bytes | None = None) -> None:
    path = paths.data / "backups" / f"3-{day}.zip"
    write(path, data or b"")
    if data is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("backup.json", '{"schema_version": 1}')


def miscount(summary: Any) -> None:
    summary["weeks"]["2023-W30"][4] += 1


def stand_twice(paths: Paths) -> None:
    document = next(iter(json.loads(week(paths).read_bytes())["digests"].values()))
    edit(paths.shards / "undated.json", lambda tables: tables["digests"].update({"77": document}))
    Library.open(paths).close()


Act = Callable[[Paths], object]
GONE = {"1": {"digest": "gone", "path": "/digests/a b.txt", "sha256": "0", "week": "2023-W30"}}
FAULTS: dict[str, tuple[Act, set[str], set[str] | None]] = {
    # what is done to the home, what is found, and what is still found after --fix (None: all of it)
    "cut journal": (lambda p: write(own_journal(p), b'{"v":1,"id":"x', append=True), {"doctor.journal.cut"}, None),
    "garbage in the journal": (
        lambda p: write(own_journal(p), b"\0garbage\n", append=True),
        {"doctor.journal.damaged"},
        None,
    ),
    "garbage in place of an event": (lose_an_event, {"doctor.journal.damaged", "doctor.marks.wrong"}, None),
    "broken event": (break_an_event, {"doctor.journal.damaged", "doctor.marks.wrong"}, None),
    "event of a newer version": (
        lambda p: write(own_journal(p), b'{"v":9}\n', append=True),
        {"store.newer"},
        None,
    ),
    "events out of order": (swap_events, {"doctor.journal.order"}, None),
    "older journal": (lambda p: write(own_journal(p), b""), {"doctor.journal.shorter"}, None),
    "damaged marks": (
        lambda p: write(p.marks, b'{"_meta"'),
        {"doctor.marks.damaged"},
        {"doctor.set_aside", "doctor.index.missing"},
    ),
    "wrong marks": (
        lambda p: edit(p.marks, star_another),
        {"doctor.marks.wrong"},
        {"doctor.set_aside", "doctor.index.missing"},
    ),
    "newer marks": (lambda p: edit(p.marks, newer), {"store.newer"}, None),
    "damaged week": (
        lambda p: write(week(p), b"[]"),
        {"doctor.shard.damaged"},
        {"doctor.set_aside", "doctor.sources.lost", "doctor.index.old"},
    ),
    "wrong entry": (
        lambda p: edit(week(p), lambda t: t["entries"]["1"].update(title=7)),
        {"doctor.shard.damaged"},
        {"doctor.set_aside", "doctor.sources.lost", "doctor.index.old"},
    ),
    "wrong correction": (
        lambda p: edit(week(p), lambda t: t["entries"]["1"].update(as_read=["title"])),
        {"doctor.shard.damaged"},
        {"doctor.set_aside", "doctor.sources.lost", "doctor.index.old"},
    ),
    "newer week": (lambda p: edit(week(p), newer), {"store.newer"}, None),
    "damaged sources": (lambda p: write(p.sources, b"{}"), {"doctor.sources.damaged"}, {"doctor.set_aside"}),
    "no sources": (lambda p: p.sources.unlink(), {"doctor.sources.missing"}, set()),
    "digest without a record": (
        lambda p: edit(p.sources, lambda t: t["sources"].pop("1")),
        {"doctor.sources.unrecorded"},
        set(),
    ),
    "record without a digest": (
        lambda p: edit(p.sources, lambda t: t.update(sources={**t["sources"], "88": GONE["1"]})),
        {"doctor.sources.lost"},
        None,
    ),
    "import cut short": (
        lambda p: edit(p.sources, lambda t: t["sources"]["1"].update(leaves=["undated"])),
        {"doctor.sources.unfinished"},
        None,
    ),
    "digest in two weeks": (stand_twice, {"doctor.sources.twice"}, None),
    "damaged image": (
        lambda p: write(p.data / "replaced" / "m-1.before.json", b"x"),
        {"doctor.replaced.damaged"},
        {"doctor.set_aside"},
    ),
    "loose permissions": (lambda p: week(p).chmod(0o644), {"doctor.permissions.loose"}, set()),
    "stale file": (
        lambda p: write(p.journal / ".x.json.999999999.1.tmp", b""),
        {"doctor.unfinished"},
        set(),
    ),
    "restore cut short": (lambda p: make_private(p.data / "restoring" / "journal"), {"doctor.unfinished"}, set()),
    "no index": (lambda p: (p.cache / "summary.json").unlink(), {"doctor.index.missing"}, None),
    "old index": (lambda p: os.utime(week(p), (1, 1)), {"doctor.index.old"}, None),
    "damaged columns": (lambda p: write(p.cache / "columns.bin", b"?"), {"doctor.index.old"}, None),
    "wrong index": (
        lambda p: edit(p.cache / "summary.json", miscount),
        {"doctor.index.wrong"},
        {"doctor.index.missing"},
    ),
    "old backup": (lambda p: back_up(p, "2026-01-02"), set(), None),
    "damaged backup": (lambda p: back_up(p, "2026-03-10", b"PK no"), {"doctor.backup.damaged"}, None),
    "broken settings": (lambda p: write(p.settings, b"lang = ["), {"config.not_toml"}, None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_finding_and_looking_changes_nothing(name: str, paths: Paths) -> None:
    damage, expected, remaining = FAULTS[name]
    now = NOW
    if name == "old backup":
        expected, now = {"doctor.backup.old"}, NOW + timedelta(days=70).total_seconds()
    damage(paths)
    before = snapshot(paths.data.parent)
    found = faults(paths, now)
    assert found.keys() == expected
    assert snapshot(paths.data.parent) == before

    report = repair(paths, [*found.values()])
    check_sentences(report)
    if remaining is None:
        assert snapshot(paths.data.parent) == before
        assert [finding for finding in report if finding.level != "ok"] == [*found.values()]
        return
    assert [finding.level for finding in report] == ["ok"]
    assert faults(paths, now).keys() == remaining
    Library.open(paths).close()
    assert faults(paths, now).keys() <= remaining - {"doctor.index.missing", "doctor.index.old"}


def test_nothing_is_lost_by_mending(paths: Paths) -> None:
    marks = paths.marks.read_bytes()
    before = Library.open(paths).marks.of("url:https://example.org/b")
    edit(paths.marks, star_another)
    wrong = paths.marks.read_bytes()
    repair(paths, list(examine_store(paths, NOW)))
    assert [path.read_bytes() for path in paths.damaged.iterdir()] == [wrong]
    assert json.loads(paths.marks.read_bytes())["marks"] == json.loads(marks)["marks"]
    library = Library.open(paths)
    assert library.marks.of("url:https://example.org/b") == before
    assert library.marks.redo() is not None


def test_a_damaged_week_comes_back_by_the_command_that_is_told(paths: Paths) -> None:
    write(week(paths), b"")
    assert faults(paths)["doctor.shard.damaged"].details["command"] == "tui-digest import /digests/0.txt"
    (done,) = repair(paths, [*faults(paths).values()])
    assert (done.id, done.details["command"]) == ("doctor.repaired.moved.import", "tui-digest import /digests/0.txt")
    bring(paths, *DIGESTS)
    Library.open(paths).close()
    assert faults(paths).keys() == {"doctor.set_aside"}


def test_what_was_put_right_in_the_meantime_stays(paths: Paths) -> None:
    good = week(paths).read_bytes()
    write(week(paths), b"")
    found = [*faults(paths).values()]
    write(week(paths), good)
    assert [done.id for done in repair(paths, found)] == ["doctor.repaired.well"]
    assert week(paths).read_bytes() == good


def test_sources_are_not_moved_while_a_week_cannot_be_read(paths: Paths) -> None:
    write(paths.sources, b"{}")
    edit(week(paths), newer)
    before = snapshot(paths.data.parent)
    report = repair(paths, list(examine_store(paths, NOW)))
    assert [finding.id for finding in report] == ["store.newer", "doctor.sources.damaged", "store.newer"]
    assert snapshot(paths.data.parent) == before


def test_an_act_that_cannot_be_done_is_said_and_remains(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    week(paths).chmod(0o644)
    found = [*faults(paths).values()]

    def refused(self: Path, mode: int) -> None:
        raise PermissionError(1, "no")

    monkeypatch.setattr(Path, "chmod", refused)
    report = repair(paths, found)
    check_sentences(report)
    assert [finding.id for finding in report] == ["store.readonly", "doctor.permissions.loose"]


@pytest.mark.parametrize(
    ("digests", "expected"),
    [
        (
            [
                digest(entry("Attention is all you need", arxiv="1706.03762")),
                digest(entry("A survey of graph kernels", arxiv="1706.03762"), start=None),
            ],
            "doctor.identity.mixed",
        ),
        (
            [digest(entry("One title", arxiv="2301.00001"), entry("One Title!", arxiv="2301.00002"))],
            "doctor.identity.two_papers",
        ),
        (
            [
                digest(
                    entry("Quiet Lanterns: Routing by Surprise", url="https://a.org/lanterns"),
                    entry("Quiet lanterns, routing by surprise", url="https://b.org/lanterns"),
                )
            ],
            "doctor.identity.apart",
        ),
        (
            [digest(entry("Summary", url="https://a.org/one"), entry("Summary", url="https://b.org/two"))],
            None,  # a heading of many papers
        ),
        (
            [
                digest(entry("RLCD", arxiv="2307.12950")),
                digest(entry("RLCD: Reinforcement Learning", arxiv="2307.12950"), start=None),
            ],
            None,
        ),
    ],
)
def test_duplicate_identities(digests: list[Any], expected: str | None, tmp_path: Path) -> None:
    paths = home(tmp_path)
    bring(paths, *digests)
    Library.open(paths).close()
    assert faults(paths).keys() == ({expected} if expected else set())


def test_names_are_compared_over_all_weeks_that_share_them(tmp_path: Path) -> None:
    """Many others between them, and one of the weeks cannot be read any more when it is looked at again."""
    paths = home(tmp_path)
    others = [
        digest(
            *(entry(f"Other {n} {week}", arxiv=f"22{week:02}.{n:05}") for n in range(20)), start=f"2022-{week:02}-03"
        )
        for week in range(1, 13)
    ]
    first = digest(entry("Attention is all you need", arxiv="1706.03762"), entry("Both", arxiv="1706.00001"))
    last = digest(entry("A survey of graph kernels", arxiv="1706.03762"), start="2021-03-03")
    middle = digest(entry("Both", arxiv="1706.00002"), entry("Attention is all you need!", arxiv="1706.03762"))
    bring(paths, first, *others, last, middle)
    Library.open(paths).close()
    found = faults(paths)
    assert found.keys() == {"doctor.identity.mixed", "doctor.identity.two_papers"}
    assert found["doctor.identity.mixed"].details["cases"] == [
        "arxiv:1706.03762: A survey of graph kernels / Attention is all you need"
    ]
    assert found["doctor.identity.two_papers"].details["cases"] == ["Both: arxiv:1706.00001, arxiv:1706.00002"]
    assert "arxiv:1706.03762" in read_names(paths)
    assert "arxiv:1706.03763" not in read_names(paths)


def read_names(paths: Paths) -> Identities:
    found = Identities()
    for each in sorted(Shards(paths.shards, None).scan()):
        found.look(Shards(paths.shards, None).load(each), {})
    return found


def test_the_library_is_read_a_week_at_a_time_and_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = home(tmp_path)
    bring(paths, *(digest(entry(f"Of {n}", arxiv=f"2301.{n:05}"), start=f"2023-{n:02}-04") for n in range(1, 13)))
    Library.open(paths).close()
    alive: list[weakref.ref[Shard]] = []
    real = stored_files.read_shard

    def read(path: Path, week: str) -> Shard:
        assert sum(each() is not None for each in alive) <= 1
        shard = real(path, week)
        alive.append(weakref.ref(shard))
        return shard

    monkeypatch.setattr(library_report, "read_shard", read)
    steps: list[tuple[int, int]] = []
    list(examine_store(paths, NOW, lambda done, of, week: steps.append((done, of))))
    assert len(alive) == 12
    assert steps == [(done, 12) for done in range(13)]


UNREADABLE: dict[str, Callable[[Paths], Path]] = {
    "sources": lambda paths: paths.sources,
    "marks": lambda paths: paths.marks,
    "week": week,
    "journal": own_journal,
    "index": lambda paths: paths.cache / "columns.bin",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_the_system_does_not_let_us_read_is_said(name: str, paths: Paths) -> None:
    path = UNREADABLE[name](paths)
    path.unlink()
    path.mkdir(0o700)
    before = snapshot(paths.data.parent)
    found = faults(paths)
    if name == "index":  # it is made again like any other that does not fit
        assert found.keys() == {"doctor.index.old"}
        return
    said = found.get("store.not_a_file") or found["store.unreadable"]
    assert said.details["path"] == str(path)
    assert found.keys() <= {"store.unreadable", "store.not_a_file", "doctor.journal.shorter"}
    assert snapshot(paths.data.parent) == before


def test_a_file_where_the_home_should_be(paths: Paths) -> None:
    shutil.rmtree(paths.data)
    write(paths.data, b"")
    assert faults(paths).keys() == {"store.unreadable", "doctor.permissions.read_only"}


def test_starters_that_were_damaged_come_back_by_the_command_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "starters", STARTERS)
    paths = home(tmp_path)
    library = Library.open(paths)
    count = len(library.lists.weeks())
    write(paths.shards / f"{library.lists.weeks()[0].id}.json", b"")
    repair(paths, list(examine_store(paths, NOW)))
    lost = faults(paths)["doctor.sources.lost"]
    assert lost.details["command"] == "tui-digest starters on"
    library = Library.open(paths)
    library.imports.put_starters(True)
    assert len(library.lists.weeks()) == count
    library.close()
    assert "doctor.sources.lost" not in faults(paths)


def test_an_act_that_was_cut_short_is_found_and_taken_back(paths: Paths) -> None:
    library = Library.open(paths)
    (gone,) = {each.digest.id for each in library.lists.sightings("arxiv:2301.00001")[:1]}
    with suppress(KeyboardInterrupt), pytest.MonkeyPatch.context() as patch:
        patch.setattr(library._store, "record", Mock(side_effect=KeyboardInterrupt))
        patch.setattr(intent, "settle", lambda *_: None)
        library.imports.remove([gone])
    found = faults(paths)["doctor.intent.cut"]
    assert found.fixable
    with locked(paths.lock):  # somebody is at it
        assert "doctor.intent.cut" not in faults(paths)
    report = repair(paths, list(examine_store(paths, NOW)))
    assert report[0].id == "intent.remove.back"
    assert not {name for name in faults(paths) if name.startswith(("doctor.intent", "doctor.sources"))}
    assert gone in {each.digest.id for each in Library.open(paths).lists.all_sightings()}
    write(paths.intent, b"{")
    assert "doctor.intent.damaged" in faults(paths)
    assert repair(paths, list(examine_store(paths, NOW)))[0].id == "store.damaged"
    assert not paths.intent.exists()


def test_the_clock_and_the_first_backup(paths: Paths) -> None:
    assert faults(paths, NOW - 3600).keys() == {"doctor.clock.ahead"}
    later = NOW + timedelta(days=3).total_seconds()
    assert faults(paths, later).keys() == {"doctor.backup.none"}
    back_up(paths, (date(2026, 3, 10) + timedelta(days=1)).isoformat())
    assert faults(paths, NOW + timedelta(days=300).total_seconds()) == {}, "nothing was done since"


@pytest.mark.parametrize(
    ("free", "expected"), [(5, "doctor.space.full"), (150, "doctor.space.low"), (300, "doctor.space.ok")]
)
def test_free_space(free: int, expected: str, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    free_space(monkeypatch, free * MEGABYTE)
    assert expected in {finding.id for finding in examine_store(paths, NOW)}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("nfs4", {"doctor.filesystem.network"}),
        ("fuse.sshfs", {"doctor.filesystem.network"}),
        ("tmpfs", {"doctor.filesystem.memory"}),
        ("btrfs", set()),
    ],
)
def test_file_systems(
    kind: str, expected: set[str], paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount(monkeypatch, tmp_path, kind)
    assert faults(paths).keys() == expected


def test_a_machine_without_mountinfo_and_without_locks(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(descriptor: int, how: int) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(disk_report, "MOUNTS", Path("/nowhere/mountinfo"))
    monkeypatch.setattr(fcntl, "flock", unsupported)
    (unknown, no_locks) = disk_report.check_file_system(paths)
    assert (unknown.id, no_locks.id) == ("doctor.filesystem.unknown", "doctor.filesystem.no_locks")


def test_another_window_that_is_writing_holds_nothing_up(paths: Paths) -> None:
    from tui_digest.store.lock import locked

    with locked(paths.lock):
        assert faults(paths) == {}


@pytest.mark.parametrize(
    ("closed", "said"),
    [("data/journal", "read_only"), ("data/marks.lock", "read_only"), ("data/library", "no_import"),
     ("data/replaced", "no_import"), ("data/lock", "no_import"), ("cache", "not_kept"), ("state", "not_kept")],
)  # fmt: skip
def test_what_cannot_be_written_is_said_with_what_that_hinders(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, closed: str, said: str
) -> None:
    place = paths.data.parent / closed
    if not place.exists():
        place.touch() if "lock" in closed else place.mkdir(parents=True)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != place and access(path, mode))
    found = [
        finding
        for finding in disk_report.check_permissions(paths)
        if finding.id.endswith(("read_only", "no_import", "not_kept"))
    ]
    assert [finding.id for finding in found] == [f"doctor.permissions.{said}"]
    assert str(place) in str(found[0].details["names"])


def test_a_home_that_cannot_be_written(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_report, "_writable", lambda place: place != paths.data)
    assert faults(paths).keys() == {"doctor.permissions.read_only"}
    missing = paths._replace(data=paths.data.parent / "new" / "data")
    monkeypatch.setattr(disk_report, "_writable", lambda place: place != paths.data.parent)
    assert "doctor.permissions.read_only" in faults(missing)  # it could not be made
    monkeypatch.setattr(disk_report, "_writable", lambda place: True)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert faults(paths)["doctor.permissions.foreign"].details["n"] > 1


# -- the terminal --------------------------------------------------------------------------------------------------


class Played:
    """A terminal that this test plays: it answers each question for the cursor with the next column."""

    def __init__(self, answers: list[bytes]) -> None:
        self.master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (40, 120))
        self.shown = b""
        self._answers = list(answers)
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._thread.start()

    def _play(self) -> None:
        while True:
            try:
                data = os.read(self.master, 1024)
            except OSError:  # the other end was closed
                return
            if not data:  # likewise, on other systems than Linux
                return
            self.shown += data
            for _ in range(data.count(b"\x1b[6n")):
                if self._answers:
                    os.write(self.master, self._answers.pop(0))

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        os.close(self.slave)
        self._thread.join(5)
        os.close(self.master)


def answers(*widths: int) -> list[bytes]:
    return [f"\x1b[12;{width + 1}R".encode() for width in widths]


@pytest.fixture
def terminal() -> Iterator[Callable[[list[bytes]], Played]]:
    made: list[Played] = []

    def make(given: list[bytes]) -> Played:
        made.append(Played(given))
        return made[-1]

    yield make
    for each in made:
        each.close()


ENVIRON = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "ko_KR.UTF-8", "PATH": os.defpath}
RIGHT = [sample.cells for sample in terminal_probe.SAMPLES]


def look(played: Played, environ: Mapping[str, str] = ENVIRON) -> dict[str, Finding]:
    before = termios.tcgetattr(played.slave)
    found = list(examine_terminal(environ, played.slave, played.slave))
    assert termios.tcgetattr(played.slave) == before
    check_sentences(found)
    return {finding.id: finding for finding in found}


def test_the_samples_are_counted_as_the_reader_counts() -> None:
    assert [width_of(sample.text) for sample in terminal_probe.SAMPLES] == RIGHT
    decomposed = next(sample.text for sample in terminal_probe.SAMPLES if sample.kind == "decomposed")
    assert unicodedata.normalize("NFC", decomposed) == "한"


def test_a_terminal_that_counts_right(terminal: Callable[[list[bytes]], Played]) -> None:
    played = terminal(answers(*RIGHT))
    found = look(played)
    assert {"doctor.width.ok", "doctor.size.ok", "doctor.colours.true", "doctor.locale.ok", "doctor.versions"} <= set(
        found
    )
    assert {finding.level for finding in found.values()} == {"ok", "note"}
    assert [name for name, finding in found.items() if finding.level == "note"] == ["doctor.clipboard.unknown"]


def test_a_terminal_that_counts_otherwise(terminal: Callable[[list[bytes]], Played]) -> None:
    found = look(terminal(answers(2, 6, 1, 4, 1)))
    wrong = {name: finding.details["found"] for name, finding in found.items() if name.startswith("doctor.width.")}
    assert wrong == {
        "doctor.width.hangul": 2,
        "doctor.width.decomposed": 6,
        "doctor.width.emoji": 1,
        "doctor.width.symbols": 4,
        "doctor.width.selector": 1,
    }


@pytest.mark.parametrize(
    "given",
    [[], [b"\x1b[;R hello \x1b[?62c"], answers(4), [b"x" * 5000]],
    ids=["silent", "garbage", "one answer", "endless"],
)
def test_a_terminal_that_does_not_answer(
    given: list[bytes], terminal: Callable[[list[bytes]], Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal_report, "PATIENCE", 0.05)
    assert look(terminal(given))["doctor.width.silent"].level == "note"


def test_an_answer_in_pieces_between_typed_keys(terminal: Callable[[list[bytes]], Played]) -> None:
    given = answers(*RIGHT)
    given[0] = b"jj" + given[0] + b"k"
    assert "doctor.width.ok" in look(terminal(given))


def test_ctrl_c_leaves_the_terminal_as_it_was(
    terminal: Callable[[list[bytes]], Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    played = terminal([])
    before = termios.tcgetattr(played.slave)
    monkeypatch.setattr(select, "select", interrupted)
    with pytest.raises(KeyboardInterrupt):
        terminal_probe.measure(played.slave, played.slave, 1.0)
    assert termios.tcgetattr(played.slave) == before
    played.close()
    assert played.shown.endswith(b"\r\x1b[K")


def test_no_terminal_is_one_note() -> None:
    reading, writing = os.pipe()
    found = list(examine_terminal(ENVIRON, reading, writing))
    os.close(reading)
    os.close(writing)
    check_sentences(found)
    assert [finding.id for finding in found] == ["doctor.terminal.none"]
    assert [finding.id for finding in examine_terminal(ENVIRON, -1, 9999)] == ["doctor.terminal.none"]


def test_a_small_terminal_and_one_without_a_size(terminal: Callable[[list[bytes]], Played]) -> None:
    played = terminal(answers(*RIGHT, *RIGHT))
    termios.tcsetwinsize(played.slave, (9, 39))
    assert look(played)["doctor.size.small"].details["columns"] == 39
    termios.tcsetwinsize(played.slave, (0, 0))
    assert "doctor.size.unknown" in look(played)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm", "COLORTERM": "24bit"}, ["doctor.colours.true"]),
        ({"TERM": "tmux-256color"}, ["doctor.colours.many"]),
        ({"TERM": "no-such-terminal"}, ["doctor.colours.few"]),
        ({"TERM": "dumb"}, ["doctor.colours.dumb"]),
        ({}, ["doctor.colours.dumb"]),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, ["doctor.colours.off", "doctor.colours.many"]),
    ],
)
def test_colours(environ: dict[str, str], expected: list[str]) -> None:
    found = list(terminal_report.check_colours(environ, 1))
    check_sentences(found)
    assert [finding.id for finding in found] == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-kitty"}, ["doctor.clipboard.takes"]),
        ({"TERM": "xterm", "TERM_PROGRAM": "iTerm.app"}, ["doctor.clipboard.asks"]),
        ({"TERM": "xterm", "VTE_VERSION": "7600"}, ["doctor.clipboard.doubtful"]),
        ({"TERM": "screen"}, ["doctor.clipboard.unknown"]),
        ({"TERM": "linux"}, ["doctor.clipboard.file"]),
        ({"TERM": "tmux-256color", "TMUX": "x"}, ["doctor.clipboard.tmux"]),
        ({"TERM": "foot", "WAYLAND_DISPLAY": "w", "PATH": ""}, ["doctor.clipboard.no_tool", "doctor.clipboard.takes"]),
        ({"TERM": "foot", "DISPLAY": ":0", "SSH_TTY": "t", "PATH": ""}, ["doctor.clipboard.takes"]),
    ],
)
def test_the_way_of_a_copy(environ: dict[str, str], expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    found = list(terminal_report.check_clipboard(environ))
    check_sentences(found)
    assert [finding.id for finding in found] == expected


def test_the_settings_of_tmux() -> None:
    options = {"set-clipboard": "off", "escape-time": "500", "default-terminal": "screen", "focus-events": "on"}
    found = list(terminal_report.check_tmux(lambda command: options.get(command[-1])))
    check_sentences(found)
    ids = ["doctor.tmux.settings", "doctor.tmux.clipboard", "doctor.tmux.escape", "doctor.tmux.terminal"]
    assert [finding.id for finding in found] == ids
    good = {"set-clipboard": "external", "escape-time": "10", "default-terminal": "tmux-256color"}
    assert len(list(terminal_report.check_tmux(lambda command: good.get(command[-1])))) == 1
    silent = list(terminal_report.check_tmux(lambda command: None))
    check_sentences(silent)
    assert [finding.id for finding in silent] == ["doctor.tmux.silent"]


def test_tmux_is_asked_with_a_time_limit(tmp_path: Path) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text('#!/bin/sh\n[ "$3" = set-clipboard ] && echo on || exit 1\n')
    tmux.chmod(0o755)
    environ = {"PATH": f"{tmp_path}{os.pathsep}{os.defpath}"}
    assert terminal_report._output([str(tmux), "show-options", "-sv", "set-clipboard"], environ) == "on"
    assert terminal_report._output([str(tmux), "show-options", "-sv", "else"], environ) is None
    assert terminal_report._output([str(tmp_path / "none")], environ) is None


@pytest.mark.parametrize(
    ("environ", "well"),
    [
        ({"LANG": "ko_KR.UTF-8"}, True),
        ({"LC_CTYPE": "en_US.utf8", "LANG": "C"}, True),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "ko_KR.eucKR"}, False),
        ({}, False),
    ],
)
def test_the_locale(environ: dict[str, str], well: bool) -> None:
    finding = terminal_report.check_locale(environ)
    check_sentences([finding])
    assert (finding.level == "ok") == well


# -- words ---------------------------------------------------------------------------------------------------------


def test_every_id_has_a_sentence_and_every_sentence_an_id() -> None:
    modules = (PACKAGE / "doctor").glob("*.py")
    named = {text for path in modules for _, text in strings(path) if text.startswith("doctor.")}
    made = {f"doctor.{part}width.{sample.kind}" for part in ("", "fix.") for sample in terminal_probe.SAMPLES}
    grades = {"takes", *(grade for *_, grade in terminal_report._TERMINALS), "unknown"}
    made |= {f"doctor.clipboard.{grade}" for grade in grades}
    made |= {f"doctor.fix.clipboard.{grade}" for grade in grades - {"takes"}}
    made |= {f"doctor.level.{level}" for level in ("ok", "note", "warning", "error")}
    made |= {"doctor.repaired.moved", "doctor.repaired.moved.import"}
    beginnings = {name for name in named if name.endswith(".")} | {"doctor.repaired.moved"}
    known = {name.removesuffix(".one") for name in catalogue("en") if name.startswith("doctor.")}
    assert known == (named | made) - (beginnings - made)


def test_the_doctor_reads_as_lines_and_as_data(paths: Paths) -> None:
    write(week(paths), b"")
    found = [finding for finding in examine_store(paths, NOW) if finding.id == "doctor.shard.damaged"]
    first, second = in_words(found, Translator("ko"))
    assert first.startswith("오류  2023-W30 주의 파일이 손상되었습니다")
    assert second.startswith("    → `tui-digest doctor --fix`")
    (data,) = to_json(found, Translator("en"))
    assert [*data] == ["id", "level", "message", "what_to_do", "details", "fixable"]
    assert (data["level"], data["fixable"], data["details"]["sources"]) == ("error", True, ["/digests/0.txt"])


def test_the_doctor_never_loads_textual() -> None:
    script = "import sys, tui_digest.doctor; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=PACKAGE.parent, timeout=60).returncode == 0
