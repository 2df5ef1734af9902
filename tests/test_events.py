"""What a journal's line must be to count, and what becomes of the rest."""

from __future__ import annotations

import errno
import json
import os
import threading
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tui_digest import files
from tui_digest.errors import DigestError, StoreError
from tui_digest.library import Library
from tui_digest.models import Change, Mark
from tui_digest.paths import Paths
from tui_digest.store.events import LAST_MOMENT, OWN_LAST_MOMENT, Event, Part, event_of, moment, read_line, rescued
from tui_digest.store.lock import hold
from tui_digest.store.mark_store import MarkStore, marks_of
from tui_digest.store.seal import sealed

WHOLE: dict[str, Any] = {
    "v": 1, "id": "other-1", "at": 1_700_000_000_000_000, "op": "set", "field": "starred", "value": True,
    "keys": ["arxiv:2401.00001"],
}  # fmt: skip

WRONG: dict[str, list[Any]] = {
    "at": [-1, 2**64 - 1, LAST_MOMENT + 1, 1e300, 1.5, "17", None, True, [], {}],
    "id": [None, 5, ["a"], "a\nb", "", ".", "../../../outside", "a/b", "a" * 300],
    "op": ["sett", "", None, 1, ["set"], {}],
    "field": ["", "tag:", "view:", "note", None, 5, ["starred"]],
    "value": [1, 0, "yes", None, [], {}],
    "keys": ["arxiv:2401.00001", None, {"a": 1}, [1], [None], ["a\tb"], ["a\nb"]],
    "of": [5, {}, [], True],
    "after": [{}, [], 7],
    "was": [5, {}, True],
    "entries": [-1, 2**40, 1e300, "5", True],
    "seen": [{"m": 1e300}, {"m": "x"}, {"m": -1}, {"m": 2**64 - 1}, [], "m", {"m": None}],
    "more": [{}, "x", [[]], [["starred"]], [["starred", True, "abc", None]], [5], [None]],
    "check": ["00000000"],
    "unheard of": [1],
}

NO_EVENTS = [{name: value} for name, values in WRONG.items() for value in values]


def marks(paths: Paths, notices: list[DigestError] | None = None) -> MarkStore:
    found = marks_of(paths)
    found.load([] if notices is None else notices)
    return found


def put_line(paths: Paths, line: bytes, machine: str = "other") -> Path:
    path = paths.journal / f"{machine}.ndjson"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(line + b"\n")
    return path


@pytest.mark.parametrize("wrong", NO_EVENTS, ids=json.dumps)
def test_what_is_no_event_is_damage_and_stops_nothing(paths: Paths, wrong: dict[str, Any]) -> None:
    path = put_line(paths, json.dumps(WHOLE | {"id": "other-0", "keys": ["before"]}).encode())
    put_line(paths, json.dumps(WHOLE | wrong).encode())
    notices: list[DigestError] = []
    one = marks(paths, notices)
    assert [(each.message_id, each.details) for each in notices] == [
        ("store.journal_lines", {"path": str(path), "n": "1"})
    ]
    assert one.mark("before").starred
    assert not one.mark("arxiv:2401.00001").starred
    assert one.set("read", True, ["arxiv:2401.00001"])
    one.fold()
    again = marks(paths)
    assert again.mark("arxiv:2401.00001") == Mark(read=True)
    assert len(again.journal.events()) == 2
    assert again.undo() == Change("read", False, ("arxiv:2401.00001",))


@pytest.mark.parametrize("at", [LAST_MOMENT, OWN_LAST_MOMENT])
def test_after_the_latest_moment_that_counts_there_is_a_later_one(paths: Paths, at: int) -> None:
    assert event_of(WHOLE | {"at": at}, own=True).at == at
    put_line(paths, json.dumps(WHOLE | {"at": LAST_MOMENT}).encode())
    one = marks(paths)
    assert one.mark("arxiv:2401.00001").starred
    assert one.set("starred", False, ["arxiv:2401.00001"])
    assert not marks(paths).mark("arxiv:2401.00001").starred
    assert marks(paths).set("starred", True, ["arxiv:2401.00001"])
    assert marks(paths).mark("arxiv:2401.00001").starred


HARM = "\x1b]0;title\x07\x9b31m\u202e\x1bPq\x1b\\\x00"


def test_what_could_harm_a_terminal_is_no_part_of_an_event() -> None:
    parts = [["note", f"a{HARM}b\nc", ["k"], f"w{HARM}"], [f"tag:{HARM}t", True, [f"title:{HARM}x"], None]]
    found = event_of(WHOLE | {"id": f"i{HARM}d", "of": f"o{HARM}", "more": parts, "seen": {f"m{HARM}": 5}})
    assert (found.id, found.of, found.seen) == ("id", "o", (("m", 5),))
    assert [part[:4] for part in found.parts[1:]] == [
        ("note", "ab\nc", ("k",), "w"),
        ("tag:t", True, ("title:x",), None),
    ]
    assert event_of(WHOLE | {"field": "tag:a\nb\tc"}).field == "tag:a b c"


def test_no_flipped_bit_of_a_line_goes_unnoticed() -> None:
    parts = (Part("note", "둘째 {줄}\n", ("title:a b",), "was"), Part("starred", True, ("x", "y")))
    line = Event("m-5", 5, "set", parts, after="m-4", seen=(("m", 4),)).line()
    assert read_line(line) == Event("m-5", 5, "set", parts, after="m-4", seen=(("m", 4),))
    for place in range(len(line) * 8 - 8):
        flipped = bytearray(line)
        flipped[place // 8] ^= 1 << place % 8
        lines = bytes(flipped).splitlines(keepends=True) if b"\n" in flipped[:-1] else [bytes(flipped)]
        with pytest.raises(ValueError, match=r"."):
            _ = [read_line(each) for each in lines]


def test_a_damaged_line_end_costs_no_event(paths: Paths) -> None:
    one = marks(paths)
    for key in "abc":
        one.set("starred", True, [key])
    (path,) = paths.journal.iterdir()
    whole = path.read_bytes()
    ends = [place for place, byte in enumerate(whole) if byte == 10]
    for place in ends:
        path.write_bytes(whole[:place] + b"\x0b" + whole[place + 1 :])
        notices: list[DigestError] = []
        again = marks(paths, notices)
        assert all(again.mark(key).starred for key in "abc")
        assert [each.message_id for each in notices] == ["store.journal_lines"]
        assert again.undo() == Change("starred", False, ("c",))
        assert again.undo() == Change("starred", False, ("b",))
    assert rescued(b'{"v":' * 20_000) == []


@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_the_last_moment_has_a_date_in_every_time_zone(hours: int) -> None:
    assert moment(LAST_MOMENT).astimezone(timezone(timedelta(hours=hours))).year == 9999


def test_whole_lines_of_nobody_keep_no_event_from_being_rescued() -> None:
    event = Event("m-5", 5, "set", (Part("starred", True, ("x",)),))
    for strange in (b'{"v":1,"id":"m-4"}', b'{"v":1,"op":"set","keys":7}', b'{"v":99,"id":"m-4"}'):
        assert [each.id for each in rescued(sealed(strange) + b"\x0b" + event.line())] == ["m-5"]


def test_an_act_whose_line_is_damaged_is_passed_over_and_told(paths: Paths) -> None:
    one = marks(paths)
    for key in "abc":
        one.set("starred", True, [key])
    one.fold()
    (path,) = paths.journal.iterdir()
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second.replace(b'"b"', b'"c"') + third)
    notices: list[DigestError] = []
    again = marks(paths, notices)
    assert not notices
    assert again.undo() == Change("starred", False, ("c",))
    assert again.undo() == Change("starred", False, ("a",))
    assert "undo.passed_over" in [each.message_id for each in notices]
    assert again.mark("b").starred


def test_a_damaged_line_is_said_once(paths: Paths) -> None:
    put_line(paths, b"not ours")
    put_line(paths, json.dumps(WHOLE).encode())
    said = [[notice.message_id for notice in Library.open(paths, starters=False).notices] for _ in range(3)]
    assert said == [["store.journal_lines"], [], []]
    assert Library.open(paths, starters=False).marks.of("arxiv:2401.00001").starred


def test_a_line_of_before_counts(paths: Paths) -> None:
    put_line(paths, json.dumps(WHOLE).encode())
    assert marks(paths).mark("arxiv:2401.00001").starred


# --- this machine's name --------------------------------------------------------------------------------------------


def test_a_damaged_machine_name_is_found_in_the_journals(paths: Paths) -> None:
    one = marks(paths)
    one.set("starred", True, ["a"])
    put_line(paths, json.dumps(WHOLE).encode())
    machine = paths.data / "machine"
    whole = machine.read_bytes()
    assert one.journal.machine == whole.decode().strip()
    for place in range(0, len(whole) * 8, 3):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        machine.write_bytes(flipped)
        notices: list[DigestError] = []
        again = marks(paths, notices)
        assert again.journal.machine == one.journal.machine
        assert [each.message_id for each in notices] == ["store.machine"]
        assert machine.read_bytes() == whole
        assert again.next_act("undo") is not None


def test_a_damaged_machine_name_is_found_by_its_place(paths: Paths) -> None:
    one = marks(paths)
    one.set("starred", True, ["a"])
    (paths.data / "machine").write_bytes(b"\xff\xff\xff")
    notices: list[DigestError] = []
    assert marks(paths, notices).undo() == Change("starred", False, ("a",))
    assert [each.message_id for each in notices] == ["store.machine"]
    assert (paths.data / "machine").read_text() == f"{one.journal.machine}\n"
    (paths.data / "machine").unlink()
    assert marks(paths).journal.machine == one.journal.machine


def test_a_machine_name_that_nothing_tells_is_made_anew(paths: Paths) -> None:
    marks(paths).set("starred", True, ["a"])
    for path in paths.data.glob("machine-*"):
        path.unlink()
    (paths.data / "machine").write_bytes(b"\xff\xff\xff")
    notices: list[DigestError] = []
    again = marks(paths, notices)
    assert [each.message_id for each in notices] == ["store.machine_lost"]
    assert again.mark("a").starred
    assert again.set("starred", True, ["b"])
    assert len([*paths.journal.iterdir()]) == 2
    assert marks(paths).undo() == Change("starred", False, ("b",))


def test_a_name_of_before_is_kept(paths: Paths) -> None:
    paths.data.mkdir(parents=True)
    (paths.data / "machine").write_text("0123456789ab\n")
    put_line(paths, json.dumps(WHOLE).encode(), "0123456789ab")
    notices: list[DigestError] = []
    assert marks(paths, notices).undo() == Change("starred", False, ("arxiv:2401.00001",))
    assert not notices


# --- refused acts ---------------------------------------------------------------------------------------------------


def refusing(monkeypatch: pytest.MonkeyPatch, *calls: str, number: int = errno.EIO) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    for call in calls:
        monkeypatch.setattr(os, call, refuse)


@pytest.mark.parametrize("calls", [("fsync",), ("fsync", "ftruncate")])
@pytest.mark.parametrize("first", [True, False])
def test_a_refused_act_never_counts(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, calls: tuple[str, ...], first: bool
) -> None:
    one = marks(paths)
    if not first:
        one.set("starred", True, ["a"])
    else:  # only the journal is still to be made
        one.journal.new_id()
    with monkeypatch.context() as patch:
        refusing(patch, *calls)
        with pytest.raises(StoreError) as caught:
            one.set("starred", True, ["b"])
    assert caught.value.message_id == "store.failed"
    notices: list[DigestError] = []
    assert not marks(paths, notices).mark("b").starred
    assert not one.mark("b").starred
    assert not one.catch_up()
    assert one.set("starred", True, ["c"])
    again = marks(paths, notices)
    assert (again.mark("b").starred, again.mark("c").starred, notices) == (False, True, [])


def test_where_nothing_can_be_taken_back_it_is_said(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    one = marks(paths)
    one.set("starred", True, ["a"])
    with monkeypatch.context() as patch:
        refusing(patch, "fsync", "ftruncate", "pwrite")
        with pytest.raises(StoreError) as caught:
            one.set("starred", True, ["b"])
    assert caught.value.message_id == "store.unsure"


def test_a_new_journal_whose_folder_cannot_be_synced_holds_no_act(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = marks(paths)
    real, refused = files.sync_folder, list[Path]()

    def refuse_once(folder: Path) -> None:
        if folder == paths.journal and not refused:
            refused.append(folder)
            raise OSError(errno.EIO, "failed")
        real(folder)

    monkeypatch.setattr("tui_digest.store.journal.sync_folder", refuse_once)
    with pytest.raises(StoreError):
        one.set("starred", True, ["a"])
    assert refused
    assert not marks(paths).mark("a").starred
    synced: list[Path] = []
    monkeypatch.setattr("tui_digest.store.journal.sync_folder", synced.append)
    assert marks(paths).set("starred", True, ["b"])
    assert paths.journal in synced  # the second time it is made as if it were the first
    assert marks(paths).mark("b").starred


def test_a_folder_that_could_not_be_synced_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a" / "b"
    with monkeypatch.context() as patch:
        refusing(patch, "fsync")
        with pytest.raises(StoreError):
            files.make_private(folder)
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    files.make_private(folder)
    assert synced == [tmp_path, tmp_path / "a"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_syncs_no_folders_is_written_to(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    one = marks(paths)
    assert one.set("starred", True, ["a"])
    one.fold()
    assert marks(paths).mark("a").starred


def test_a_journal_exchanged_while_a_writer_waits_gets_the_act(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    one = marks(paths)
    one.set("starred", True, ["a"])
    (path,) = paths.journal.iterdir()
    real, times = hold, list[int]()

    def exchanged(descriptor: int, *rest: Any) -> None:
        real(descriptor, *rest)
        if len(times) < 2:  # a copy takes its place, as a tool that syncs folders would do it
            times.append(descriptor)
            files.replace_file(path, path.read_bytes())

    monkeypatch.setattr("tui_digest.store.journal.hold", exchanged)
    assert one.set("starred", True, ["b"])
    assert len(times) == 2
    again = marks(paths)
    assert again.mark("a").starred
    assert again.mark("b").starred


def test_a_journal_deleted_while_a_writer_waits_is_made_again(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    one = marks(paths)
    one.set("starred", True, ["a"])
    (path,) = paths.journal.iterdir()
    real = hold

    def deleted(descriptor: int, *rest: Any) -> None:
        real(descriptor, *rest)
        monkeypatch.setattr("tui_digest.store.journal.hold", real)
        path.unlink()

    monkeypatch.setattr("tui_digest.store.journal.hold", deleted)
    assert one.set("starred", True, ["b"])
    assert marks(paths).mark("b").starred


def test_two_writers_of_one_journal_wait_for_each_other(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks at the journal, and waits for the other there, before it asks for the lock."""
    one, two = marks(paths), marks(paths)
    one.journal.new_id()
    two.catch_up()
    both, real = threading.Barrier(2, timeout=20), hold

    def after_both(descriptor: int, *rest: Any) -> None:
        both.wait()
        real(descriptor, *rest)

    monkeypatch.setattr("tui_digest.store.journal.hold", after_both)
    others = threading.Thread(target=lambda: two.set("starred", True, ["b"]))
    others.start()
    one.set("starred", True, ["a"])
    others.join()
    again = marks(paths)
    assert again.mark("a").starred
    assert again.mark("b").starred
    moments = [event.at for _, event in again.journal.events()]
    assert len(set(moments)) == 2
