from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where

from tests.builders import stored
from tui_digest import files
from tui_digest.errors import StoreError
from tui_digest.files import remove_stale, replace_file
from tui_digest.store import storage
from tui_digest.store.lock import locked
from tui_digest.store.storage import AtomicStorage, opened, put_tables, tables_of


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    return tmp_path / "damaged"


def refuse(number: int) -> Any:
    def call(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    return call


def test_a_document_comes_back_as_it_went_in(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "library" / "2023-W30.json"
    with opened(path, damaged) as database:
        database.table("entries").insert_multiple([{"title": "강화학습"}, {"title": "다른 글"}])
    with opened(path, damaged) as database:
        assert database.table("entries").search(where("title") == "강화학습") == [{"title": "강화학습"}]
    assert "강화학습" in path.read_text("utf-8")
    assert json.loads(path.read_text("utf-8"))["_meta"]["1"]["schema_version"] == 1


def test_every_tinydb_operation_works_through_it(tmp_path: Path, damaged: Path) -> None:
    database = TinyDB(tmp_path / "a.json", damaged, storage=AtomicStorage)
    number = database.insert({"n": 1})
    database.update({"n": 2}, doc_ids=[number])
    assert database.get(doc_id=number) == {"n": 2}
    database.upsert({"n": 3}, where("n") == 3)
    database.remove(where("n") == 2)
    assert database.all() == [{"n": 3}]
    database.drop_tables()
    assert database.all() == []


def test_files_are_private(tmp_path: Path, damaged: Path) -> None:
    old = os.umask(0)
    try:
        put_tables(tmp_path / "one" / "two" / "a.json", damaged, {"t": [{}]})
    finally:
        os.umask(old)
    assert (tmp_path / "one" / "two" / "a.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "one" / "two").stat().st_mode & 0o777 == 0o700


def test_a_batch_is_one_write(tmp_path: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    monkeypatch.setattr(storage, "replace_file", lambda path, data, **_: written.append(data))
    tables: dict[str, list[dict[str, Any]]] = {"digests": [{"id": "x"}], "entries": [{"n": 1}, {"n": 2}]}
    put_tables(tmp_path / "a.json", damaged, tables)
    assert written == [storage.file_of(tables)]  # as a whole file is written without TinyDB


def test_a_batch_that_fails_writes_nothing(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "a.json"
    put_tables(path, damaged, {"t": [{"n": 1}]})
    before = path.read_bytes()

    def act(database: TinyDB) -> None:
        assert isinstance(database.storage, AtomicStorage)
        with database.storage.batch():
            database.table("t").insert({"n": 2})
            raise ZeroDivisionError

    with opened(path, damaged) as database, pytest.raises(ZeroDivisionError):
        act(database)
    assert path.read_bytes() == before
    with opened(path, damaged) as database:
        assert database.table("t").all() == [{"n": 1}]


def test_what_another_process_wrote_is_seen(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "a.json"
    put_tables(path, damaged, {"t": [{"n": 1}]})
    with opened(path, damaged) as one_look, TinyDB(path, damaged, storage=AtomicStorage) as database:
        assert one_look.table("t").all() == database.table("t").all() == [{"n": 1}]
        put_tables(path, damaged, {"t": [{"n": 2}]})
        assert database.table("t").all() == [{"n": 2}]
        assert one_look.table("t").all() == [{"n": 1}]  # two tables read in turn belong together
    with opened(path, damaged) as database:
        assert database.table("t").all() == [{"n": 2}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"{}",
        b'{"_meta": 1}',
        b'{"_meta": {"1": {"schema_version": "1"}}}',
        b'{"_meta": {"1": {"schema_version": 0}}}',
        b'{"_meta": {"1": {"schema_version": 1}}, "t": []}',
    ],
)
def test_an_unreadable_file_is_moved_aside_and_never_overwritten(tmp_path: Path, damaged: Path, content: bytes) -> None:
    path = tmp_path / "marks.json"
    for number in (1, 2):
        path.write_bytes(content + b" " * number)
        with opened(path, damaged) as database, pytest.raises(StoreError) as caught:
            database.table("t").all()
        assert caught.value.message_id == "store.damaged"
        assert caught.value.details == {"path": str(path), "kept": str(damaged / f"marks.json.{number}")}
        assert not path.exists()
    assert (damaged / "marks.json.1").read_bytes() == content + b" "
    assert (damaged / "marks.json.2").read_bytes() == content + b"  "
    assert (damaged / "marks.json.1").stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_that_cannot_be_moved_is_left_and_not_written(
    tmp_path: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "marks.json"
    path.write_bytes(b"{")
    monkeypatch.setattr(os, "mkdir", refuse(errno.EROFS))
    with pytest.raises(StoreError) as caught:
        put_tables(path, damaged, {"t": [{}]})
    assert caught.value.message_id == "store.stuck"
    assert path.read_bytes() == b"{"


def test_a_newer_file_is_refused_and_kept(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "marks.json"
    content = b'{"_meta": {"1": {"schema_version": 7}}, "t": {"1": {"n": 1}}}'
    path.write_bytes(content)
    acts: tuple[Callable[[TinyDB], object], ...] = (
        TinyDB.tables,
        lambda database: database.table("t").insert({"n": 2}),
    )
    for act in acts:
        with opened(path, damaged) as database, pytest.raises(StoreError) as caught:
            act(database)
        assert caught.value.message_id == "store.newer"
        assert caught.value.details == {"path": str(path), "found": "7", "known": "1"}
    with pytest.raises(StoreError):
        put_tables(path, damaged, {"t": [{"n": 2}]})
    assert path.read_bytes() == content


def test_an_older_file_is_migrated_step_by_step(tmp_path: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "marks.json"
    put_tables(path, damaged, {"t": [{"n": 1}]})

    def step(name: str, tables: storage.Tables) -> storage.Tables:
        assert name == "marks"
        return {**tables, "t": {number: {"n": doc["n"] + 1} for number, doc in tables["t"].items()}}

    monkeypatch.setattr(storage, "SCHEMA_VERSION", 3)
    monkeypatch.setattr(storage, "MIGRATIONS", {1: step, 2: step})
    with opened(path, damaged) as database:
        assert database.table("t").all() == [{"n": 3}]
        database.table("t").insert({"n": 9})
    assert json.loads(path.read_bytes())["_meta"]["1"]["schema_version"] == 3


@pytest.mark.parametrize(
    ("call", "number", "message_id"),
    [
        ("write", errno.ENOSPC, "store.full"),
        ("fsync", errno.ENOSPC, "store.full"),
        ("fsync", errno.EIO, "store.failed"),
        ("replace", errno.EROFS, "store.readonly"),
        ("open", errno.EACCES, "store.readonly"),
        ("open", errno.EDQUOT, "store.full"),
    ],
)
def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, damaged: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, message_id: str
) -> None:
    path = tmp_path / "a.json"
    put_tables(path, damaged, {"t": [{"n": 1}]})
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse(number))
        with pytest.raises(StoreError) as caught:
            replace_file(path, b"new")
    assert (caught.value.message_id, caught.value.details["path"]) == (message_id, str(path))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    replace_file(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_an_interrupted_write_cleans_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "a", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_a_file_elsewhere_stays_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "cloud" / "marks.json"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"old")
    (tmp_path / "marks.json").symlink_to(elsewhere)
    replace_file(tmp_path / "marks.json", b"new")
    assert (tmp_path / "marks.json").is_symlink()
    assert elsewhere.read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs to mount a small disk")
def test_a_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts nothing")
    try:
        replace_file(disk / "a", b"x" * 100_000)
        with pytest.raises(StoreError) as caught:
            replace_file(disk / "a", b"y" * 300_000)
        assert caught.value.message_id == "store.full"
        assert (disk / "a").read_bytes() == b"x" * 100_000
        assert [each.name for each in disk.iterdir()] == ["a"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_only_stale_temporary_files_are_cleared(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = {
        f".a.json.{ended.pid}.1.tmp": False,  # its process is gone
        f".a.json.{os.getpid()}.1.tmp": True,
        ".a.json.1.2.tmp": True,  # alive, and another user's perhaps
        f".b.json.{os.getpid()}.2.tmp": False,  # too old, see below
        "a.json": True,
        "mine.tmp": True,
        ".tmp": True,
    }
    for name in names:
        (tmp_path / name).touch()
    long_ago = time.time() - files.STALE_AFTER - 1
    os.utime(tmp_path / f".b.json.{os.getpid()}.2.tmp", (long_ago, long_ago))
    remove_stale(tmp_path)
    assert {name: (tmp_path / name).exists() for name in names} == names
    remove_stale(tmp_path / "missing")


WRITER = """
import sys
from pathlib import Path
from tui_digest.store.storage import put_tables
path, damaged = Path(sys.argv[1]), Path(sys.argv[2])
number = 0
while True:
    number += 1
    put_tables(path, damaged, {"t": [{"n": number, "text": "가" * 50_000}]})
    print(number, flush=True)
"""


def test_killed_while_writing_the_last_promised_state_is_there(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "a.json"
    for turn in range(4):
        child = subprocess.Popen([sys.executable, "-c", WRITER, path, damaged], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        for _ in range(1 + 3 * turn):  # it goes on while these are read, so that it is killed anywhere
            promised = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        promised = max([promised, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()
        with opened(path, damaged) as database:
            assert database.table("t").all()[0]["n"] >= promised
        remove_stale(tmp_path)
        assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


ADDER = """
import sys
from pathlib import Path
from tui_digest.store.lock import locked
from tui_digest.store.storage import opened
path, damaged = Path(sys.argv[1]), Path(sys.argv[2])
for number in range(40):  # who lets a lock go and takes it again at once may keep the other out until all is done
    with locked(path.parent / "lock", patience=3600.0), opened(path, damaged) as database:
        database.table("t").insert({"who": sys.argv[3], "n": number})
"""


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "a.json"
    both = [subprocess.Popen([sys.executable, "-c", ADDER, path, damaged, who]) for who in "ab"]
    assert [child.wait() for child in both] == [0, 0]
    with opened(path, damaged) as database:
        found = [(each["who"], each["n"]) for each in database.table("t")]
    assert sorted(found) == [(who, number) for who in "ab" for number in range(40)]


def test_a_lock_that_stays_taken_is_an_error_not_a_wait_for_ever(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(StoreError) as caught, locked(tmp_path / "lock", patience=0.02):
        pass
    assert caught.value.message_id == "store.busy"
    with locked(tmp_path / "lock", patience=0.02):
        pass


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP])
def test_a_file_system_without_locks_is_used_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(fcntl, "flock", refuse(number))
    with locked(tmp_path / "lock"):
        pass


def test_a_lock_in_a_read_only_home_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", refuse(errno.EROFS))
    with pytest.raises(StoreError) as caught, locked(tmp_path / "lock"):
        pass
    assert caught.value.message_id == "store.readonly"


# --- checksums ------------------------------------------------------------------------------------------------------


def test_no_flipped_bit_of_a_file_goes_unnoticed(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "marks.json"
    put_tables(path, damaged, {"t": [{"n": 1, "text": "강화학습 \n x"}, {"n": [2, {"m": {}}]}], "u": [{}]})
    whole = path.read_bytes()
    for place in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises((StoreError, ValueError, LookupError, TypeError, AttributeError)) as caught:
            tables_of(bytes(flipped), path)
        if isinstance(caught.value, StoreError):
            assert caught.value.message_id == "store.newer"  # the bit stood in the version


def test_a_file_without_a_checksum_is_read_and_gains_one(tmp_path: Path, damaged: Path) -> None:
    path = tmp_path / "sources.json"
    path.write_text('{"_meta":{"1":{"schema_version":1}},"t":{"1":{"n":1}}}')
    with opened(path, damaged) as database:
        assert database.table("t").all() == [{"n": 1}]
        database.table("t").insert({"n": 2})
    assert "check" in json.loads(path.read_bytes())["_meta"]["1"]
    with opened(path, damaged) as database:
        assert database.table("t").all() == [{"n": 1}, {"n": 2}]


HARM = ["\x1b]0;x\x07", "\x1b[2J", "\u202e", "\x7f", "\x9b31m", "\x00", "\u200b"]


@pytest.mark.parametrize("harm", [*(json.dumps(each)[1:-1] for each in HARM), *(h for h in HARM if ord(h[0]) > 31)])
def test_what_no_checksum_vouches_for_is_cleaned_when_it_is_read(tmp_path: Path, damaged: Path, harm: str) -> None:
    path = tmp_path / "2023-W30.json"
    content = '{"_meta":{"1":{"schema_version":1}},"t":{"1":{"title":"a?b","in":{"k?":["c?\\n"]}}}}'
    path.write_text(content.replace("?", harm), "utf-8")
    with opened(path, damaged) as database:
        assert database.table("t").all() == [{"title": "ab", "in": {"k": ["c\n"]}}]


def test_a_newer_file_that_was_never_read_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(stored({"_meta": {"1": {"schema_version": 99}}, "a": {}}))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"store\.newer"):
        AtomicStorage(path, tmp_path).write({"a": {"1": {"x": 1}}})
    assert path.read_bytes() == before
