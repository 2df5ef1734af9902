from __future__ import annotations

import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import home
from tests.tried import examples
from tui_digest.errors import DigestError, StoreError
from tui_digest.models import Change, Mark
from tui_digest.paths import Paths
from tui_digest.store.events import Part
from tui_digest.store.journal import Journal
from tui_digest.store.mark_column import Column
from tui_digest.store.mark_keys import MarkKeys
from tui_digest.store.mark_store import MarkStore
from tui_digest.store.note_writing import write_note
from tui_digest.store.notes import NoteHead, Notes


def marks(paths: Paths, clock: Callable[[], float] = time.time, notices: list[DigestError] | None = None) -> MarkStore:
    journal = Journal(paths.journal, paths.data / "machine", paths.lock, clock)
    found = MarkStore(paths.marks, paths.damaged, paths.lock, journal)
    found.load([] if notices is None else notices)
    return found


def only_journal(paths: Paths) -> Path:
    (found,) = paths.journal.iterdir()
    return found


def test_a_mark_is_on_disk_when_set_returns(paths: Paths) -> None:
    one = marks(paths, lambda: 1_700_000_000.5)
    assert one.set("read", True, ["arxiv:1", "arxiv:2"]) == Change("read", True, ("arxiv:1", "arxiv:2"))
    (line,) = only_journal(paths).read_text().splitlines()
    event = json.loads(line)
    del event["check"]
    assert event.pop("id") == f"{one.journal.machine}-1700000000500000"
    assert event == {
        "v": 1,
        "at": 1_700_000_000_500_000,
        "op": "set",
        "field": "read",
        "value": True,
        "keys": ["arxiv:1", "arxiv:2"],
    }
    assert marks(paths).mark("arxiv:1") == Mark(read=True)


def test_files_are_private(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    one.fold()
    for path in (only_journal(paths), paths.marks, paths.data / "machine"):
        assert path.stat().st_mode & 0o777 == 0o600
    for path in (paths.data, paths.journal):
        assert path.stat().st_mode & 0o777 == 0o700


def test_only_what_changes_is_written(paths: Paths) -> None:
    one = marks(paths)
    one.set("starred", True, ["a", "b"])
    assert one.set("starred", True, ["a", "b"]) is None
    assert one.set("starred", True, ["a", "c", "c"]) == Change("starred", True, ("c",))
    assert one.set("read", False, ["a"]) is None
    assert one.set("read", True, []) is None
    assert len(only_journal(paths).read_text().splitlines()) == 2


def test_reading_makes_nothing(paths: Paths) -> None:
    one = marks(paths)
    assert one.mark("a") == Mark()
    assert one.undo() is None
    assert one.redo() is None
    one.fold()
    assert not paths.data.exists()


def test_undo_and_redo_survive_a_restart(paths: Paths) -> None:
    first = marks(paths)
    first.set("read", True, ["a", "b"])
    first.set("starred", True, ["b"])
    second = marks(paths)
    assert second.undo() == Change("starred", False, ("b",))
    second.fold()
    third = marks(paths)
    assert third.undo() == Change("read", False, ("a", "b"))
    assert third.undo() is None
    assert marks(paths).redo() == Change("read", True, ("a", "b"))
    fourth = marks(paths)
    assert fourth.redo() == Change("starred", True, ("b",))
    assert fourth.redo() is None
    assert (fourth.mark("a"), fourth.mark("b")) == (Mark(read=True), Mark(read=True, starred=True))


def test_a_new_act_ends_redo(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    one.undo()
    one.set("read", True, ["b"])
    assert one.redo() is None
    assert one.undo() == Change("read", False, ("b",))
    assert one.undo() is None


def test_undo_touches_only_what_the_act_changed(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    one.set("read", True, ["a", "b"])
    one.undo()
    assert one.mark("a").read
    assert not one.mark("b").read


def test_marks_file_only_saves_reading_the_journal(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a", "b"])
    one.set("read", False, ["a"])
    one.fold()
    one.set("starred", True, ["a"])
    expected = {key: one.mark(key) for key in "abc"}
    assert {key: marks(paths).mark(key) for key in "abc"} == expected
    paths.marks.unlink()
    rebuilt = marks(paths)
    assert {key: rebuilt.mark(key) for key in "abc"} == expected
    assert rebuilt.undo() == Change("starred", False, ("a",))


def test_a_damaged_marks_file_is_kept_told_and_rebuilt(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    one.fold()
    meta = b'{"_meta":{"1":{"schema_version":1}},'
    for number, content in enumerate((b"{", meta + b'"marks":{"1":{"field":"read","papers":["a 1",""]}}}'), 1):
        paths.marks.write_bytes(content)
        notices: list[DigestError] = []
        again = marks(paths, notices=notices)
        assert again.mark("a").read
        assert [(each.message_id, each.details["kept"]) for each in notices] == [
            ("store.damaged", str(paths.damaged / f"marks.json.{number}"))
        ]
        again.fold()
        assert marks(paths).mark("a").read


def test_folding_happens_only_when_asked(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    one.undo()
    assert not paths.marks.exists()
    one.fold()
    stamp = paths.marks.stat().st_mtime_ns
    one.fold()
    assert paths.marks.stat().st_mtime_ns == stamp


def test_two_windows_see_each_other(paths: Paths) -> None:
    one, two = marks(paths), marks(paths)
    seen: list[tuple[str, bool, list[str]]] = []

    def follow(name: str, value: bool, keys: Sequence[str]) -> Generator[None, None, None]:
        seen.append((name, value, list(keys)))
        yield

    two.changed = follow
    one.set("starred", True, ["a"])
    assert two.catch_up()
    assert not two.catch_up()
    assert two.mark("a").starred
    assert seen == [("starred", True, ["a"])]
    assert two.undo() == Change("starred", False, ("a",))
    one.catch_up()
    assert one.mark("a") == Mark()
    assert one.redo() == Change("starred", True, ("a",))


def test_the_later_act_wins_whatever_the_clock_says(paths: Paths) -> None:
    marks(paths, lambda: 2000.0).set("read", True, ["a"])
    back = marks(paths, lambda: 1000.0)
    assert back.set("read", False, ["a"]) is not None
    back.fold()
    assert not marks(paths).mark("a").read
    again = marks(paths, lambda: 500.0)
    assert again.set("read", True, ["a"]) is not None
    moments = [json.loads(line)["at"] for line in only_journal(paths).read_text().splitlines()]
    assert moments == sorted(set(moments))
    assert marks(paths).mark("a").read


def test_another_machines_journal_is_read_but_not_undone(paths: Paths) -> None:
    one = marks(paths, lambda: 100.0)
    one.set("read", True, ["mine"])
    theirs = {
        "v": 1,
        "id": "other-1",
        "at": 200_000_000,
        "op": "set",
        "field": "read",
        "value": True,
        "keys": ["theirs"],
    }
    (paths.journal / "other.ndjson").write_text(json.dumps(theirs) + "\n")
    again = marks(paths, lambda: 100.0)
    assert again.mark("theirs").read
    assert again.undo() == Change("read", False, ("mine",))
    assert again.undo() is None
    assert again.set("read", False, ["theirs"]) == Change("read", False, ("theirs",))
    again.fold()
    assert marks(paths).mark("theirs") == Mark()


def test_marks_folded_elsewhere_do_not_take_our_undo(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    one.fold()
    content = paths.marks.read_text().replace(f'"machine":"{one.journal.machine}"', '"machine":"elsewhere"')
    paths.marks.write_text(content)
    assert marks(paths).undo() == Change("read", False, ("a",))


def test_a_cut_last_line_is_passed_over(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    journal = only_journal(paths)
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole[: len(whole) // 2])
    notices: list[DigestError] = []
    again = marks(paths, notices=notices)
    assert again.mark("a").read
    again.set("read", True, ["b"])
    last = marks(paths, notices=notices)
    assert (last.mark("a").read, last.mark("b").read) == (True, True)
    assert last.undo() == Change("read", False, ("b",))
    assert notices == []
    assert journal.read_bytes().startswith(whole + whole[: len(whole) // 2] + b"\n")


@given(st.data())
@settings(max_examples=examples(60))
def test_a_journal_cut_anywhere_gives_the_acts_before_the_cut(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = home(Path(folder))
        one = marks(paths)
        ends = []
        for key in ("a", "나", "c"):
            one.set("read", True, [key])
            ends.append(only_journal(paths).stat().st_size)
        journal = only_journal(paths)
        cut = data.draw(st.integers(0, ends[-1]))
        os.truncate(journal, cut)
        again = marks(paths)
        assert [again.mark(key).read for key in ("a", "나", "c")] == [end <= cut for end in ends]
        again.set("starred", True, ["new"])
        assert marks(paths).mark("new").starred


def test_lines_of_nobody_are_told_and_kept(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    journal = only_journal(paths)
    whole = journal.read_bytes()
    journal.write_bytes(b"\x00\xff garbage\n" + whole + b'[1]\n"x"\n{"a": 1}\n\n')
    notices: list[DigestError] = []
    assert marks(paths, notices=notices).mark("a").read
    assert [(each.message_id, each.details) for each in notices] == [
        ("store.journal_lines", {"path": str(journal), "n": "4"})
    ]
    assert whole in journal.read_bytes()


def test_a_newer_event_is_refused(paths: Paths) -> None:
    paths.journal.mkdir(parents=True)
    path = paths.journal / "abc.ndjson"
    path.write_text('{"v": 2, "something": "else"}\n')
    with pytest.raises(StoreError) as caught:
        marks(paths)
    assert caught.value.message_id == "store.newer"
    assert caught.value.details == {"path": str(path), "found": "2", "known": "1"}


def test_a_replaced_shorter_journal_takes_no_mark_away(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    early = only_journal(paths).read_bytes()
    one.set("read", True, ["b"])
    one.fold()
    only_journal(paths).write_bytes(early)
    again = marks(paths)
    assert again.mark("a").read
    assert again.mark("b").read
    assert again.undo() == Change("read", False, ("a",))


@pytest.mark.parametrize(("call", "number"), [("write", errno.ENOSPC), ("fsync", errno.ENOSPC), ("fsync", errno.EIO)])
def test_a_full_disk_changes_nothing(paths: Paths, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    before = only_journal(paths).read_bytes()

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        with pytest.raises(StoreError) as caught:
            one.set("read", True, ["b"])
    assert caught.value.message_id == ("store.full" if number == errno.ENOSPC else "store.failed")
    assert not one.mark("b").read
    assert only_journal(paths).read_bytes() == before
    assert one.undo() == Change("read", False, ("a",))


def test_a_write_cut_by_a_full_disk_leaves_no_trace(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    before = only_journal(paths).read_bytes()
    write, calls = os.write, itertools.count()

    def some(descriptor: int, data: bytes) -> int:
        if next(calls):
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, bytes(data)[:10])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", some)
        with pytest.raises(StoreError):
            one.set("read", True, ["b"])
    assert only_journal(paths).read_bytes() == before


def test_a_read_only_home_refuses_marks_and_is_read(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    marks(paths).set("read", True, ["a"])
    open_file = os.open

    def read_only(path: str, flags: int, *rest: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "read-only", str(path))
        return open_file(path, flags, *rest)

    monkeypatch.setattr(os, "open", read_only)
    one = marks(paths)
    with pytest.raises(StoreError) as caught:
        one.set("read", True, ["b"])
    assert caught.value.message_id == "store.readonly"
    assert (one.mark("a").read, one.mark("b").read) == (True, False)


def test_marks_under_another_name_of_the_paper_count(paths: Paths) -> None:
    one = marks(paths)
    one.set("starred", True, ["title:a paper"])
    one.set("read", True, ["arxiv:1"])
    one.set("read", True, ["title:a paper"])
    one.set("read", False, ["arxiv:1"])
    one.use_names(MarkKeys({"title:a paper": "arxiv:1"}))
    assert one.mark("arxiv:1") == one.mark("title:a paper") == Mark(read=False, starred=True)
    assert one.set("starred", True, ["title:a paper"]) is None
    assert one.set("read", True, ["title:a paper"]) == Change("read", True, ("arxiv:1",))
    two = marks(paths)
    two.use_names(MarkKeys({"title:a paper": "arxiv:1"}))
    assert two.mark("arxiv:1") == Mark(read=True, starred=True)
    two.fold()
    three = marks(paths)
    three.use_names(MarkKeys({"title:a paper": "arxiv:1"}))
    assert three.mark("arxiv:1") == Mark(read=True, starred=True)


EVENTS = st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.integers(0, 6)), max_size=12)


@given(EVENTS, st.randoms())
def test_events_in_any_order_and_twice_come_to_the_same(events: list[tuple[str, bool, int]], random: Random) -> None:
    def fold(order: list[tuple[str, bool, int]]) -> set[str]:
        column = Column()
        for key, value, at in order:
            column.put(key, value, at)
        assert not column.on.keys() & column.off.keys()
        return set(column.on)

    shuffled = events + events
    random.shuffle(shuffled)
    assert fold(events) == fold(shuffled)


MARKER = """
import sys
from pathlib import Path
from tui_digest.paths import locate
from tui_digest.store.events import Part
from tui_digest.store.journal import Journal
from tui_digest.store.mark_store import MarkStore
paths = locate({"TUI_DIGEST_HOME": sys.argv[1]})
marks = MarkStore(paths.marks, paths.damaged, paths.lock, Journal(paths.journal, paths.data / "machine", paths.lock))
marks.load([])
for number in range(int(sys.argv[3])):
    marks.set("read", True, [f"{sys.argv[2]}{number}"])
    if number % 20 == 19:
        marks.fold()
    print(number, flush=True)
"""


def start(paths: Paths, name: str, count: int) -> subprocess.Popen[str]:
    root = str(paths.data.parent)
    return subprocess.Popen([sys.executable, "-c", MARKER, root, name, str(count)], stdout=subprocess.PIPE, text=True)


def test_two_processes_marking_at_once_lose_no_event(paths: Paths) -> None:
    both = [start(paths, name, 60) for name in "ab"]
    assert [child.communicate()[0].split()[-1] for child in both] == ["59", "59"]
    found = marks(paths)
    assert all(found.mark(f"{name}{number}").read for name in "ab" for number in range(60))
    moments = [json.loads(line)["at"] for line in only_journal(paths).read_text().splitlines()]
    assert moments == sorted(set(moments))
    assert len(moments) == 120


def test_killed_while_marking_every_promised_mark_is_there(paths: Paths) -> None:
    for turn in range(3):
        child = start(paths, f"t{turn}-", 100_000)
        assert child.stdout is not None
        for _ in range(1 + 17 * turn):  # it goes on while these are read, so that it is killed anywhere
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        promised = child.stdout.read().split("\n")[:-1]
        child.wait()
        child.stdout.close()
        notices: list[DigestError] = []
        found = marks(paths, notices=notices)
        assert all(found.mark(f"t{turn}-{number}").read for number in ["0", *promised])
        assert notices == []


def test_a_note_is_kept_undone_and_done_again(paths: Paths) -> None:
    one = marks(paths)
    assert write_note(one, "a", "첫 메모").change == Change("note", "첫 메모", ("a",))
    assert write_note(one, "a", "첫 메모").change is None
    write_note(one, "a", "둘째")
    two = marks(paths)
    assert two.mark("a") == Mark(note="둘째")
    assert list(two.chosen("note")) == ["a"]
    assert two.undo() == Change("note", "첫 메모", ("a",))
    two.fold()
    three = marks(paths)
    assert three.undo() == Change("note", None, ("a",))
    assert three.mark("a") == Mark()
    assert three.redo() == Change("note", "첫 메모", ("a",))
    assert three.redo() == Change("note", "둘째", ("a",))
    assert write_note(three, "a", "").change == Change("note", None, ("a",))


def test_a_note_saved_while_it_is_written_is_one_act(paths: Paths) -> None:
    one = marks(paths)
    write_note(one, "a", "before")
    saved = write_note(one, "a", "b", seen="before")
    for text in ("be", "bet", "better"):
        saved = write_note(one, "a", text, seen=saved.text, after=saved.act)
    again = marks(paths)
    assert again.mark("a").note == "better"
    assert again.undo() == Change("note", "before", ("a",))
    assert again.redo() == Change("note", "better", ("a",))
    again.set("read", True, ["b"])
    write_note(again, "a", "best", seen="better", after=saved.act)  # something else came between: an act of its own
    assert again.undo() == Change("note", "better", ("a",))


def other_machine(paths: Paths, name: str, at: int, text: str | None, **seen: int) -> None:
    """A note on `a`, as another machine would write it."""
    event = {"v": 1, "id": f"{name}-{at}", "at": at, "op": "set", "field": "note", "value": text, "keys": ["a"]}
    with (paths.journal / f"{name}.ndjson").open("a") as file:
        file.write(json.dumps(event | ({"seen": seen} if seen else {})) + "\n")


def test_two_machines_notes_written_apart_both_stay(paths: Paths) -> None:
    one = marks(paths, lambda: 100.0)
    write_note(one, "a", "mine")
    other_machine(paths, "other", 200_000_000, "theirs")
    again = marks(paths, lambda: 300.0)
    both = again.mark("a").note
    assert both is not None
    assert both.split("\n\n* * *\n\n") == ["mine", "theirs"]
    write_note(again, "a", "both, in one")
    again.fold()
    last = marks(paths)
    assert last.mark("a").note == "both, in one"
    assert last.undo() == Change("note", both, ("a",))


def test_a_note_replaces_what_its_writer_had_seen(paths: Paths) -> None:
    one = marks(paths, lambda: 100.0)
    write_note(one, "a", "mine")
    machine = one.journal.machine
    assert machine is not None
    other_machine(paths, "other", 200_000_000, "theirs, over mine", **{machine: 100_000_000})
    assert marks(paths).mark("a").note == "theirs, over mine"


HEADS = st.lists(
    st.builds(
        NoteHead,
        machine=st.sampled_from("xyz"),
        at=st.integers(1, 9),
        text=st.sampled_from([None, "p", "q", "r"]),
        seen=st.dictionaries(st.sampled_from("xyz"), st.integers(1, 8)).map(lambda seen: tuple(sorted(seen.items()))),
    ),
    unique_by=lambda head: (head.machine, head.at),
    max_size=8,
)


@given(HEADS, st.randoms())
def test_notes_in_any_order_of_machines_come_to_the_same(heads: list[NoteHead], random: Random) -> None:
    def text(order: list[NoteHead]) -> str | None:
        notes = Notes()
        for head in order:
            notes.put("a", head)
        return notes.text("a")

    shuffled = heads + heads
    random.shuffle(shuffled)
    assert text(heads) == text(shuffled)


def test_own_tags_are_marks(paths: Paths) -> None:
    one = marks(paths)
    one.set("tag:kv cache", True, ["a", "b"])
    one.set("tag:later", True, ["a"])
    assert one.mark("a") == Mark(tags=("kv cache", "later"))
    one.fold()
    two = marks(paths)
    assert two.mark("a") == Mark(tags=("kv cache", "later"))
    assert {tag: sorted(papers) for tag, papers in two.own_tags().items()} == {"kv cache": ["a", "b"], "later": ["a"]}
    assert two.undo() == Change("tag:later", False, ("a",))
    assert two.set("tag:kv cache", False, ["a"]) == Change("tag:kv cache", False, ("a",))
    assert two.mark("a") == Mark()
    two.use_names(MarkKeys({"b": "c"}))
    assert two.mark("c") == two.mark("b") == Mark(tags=("kv cache",))


def test_several_changes_are_one_act(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    parts = [Part("read", True, ("a", "b")), Part("starred", True, ("a",)), Part("note", "n", ("c",))]
    assert one.set_all(parts) == Change("read", True, ("b",), others=2)
    assert one.set_all(parts) is None
    two = marks(paths)
    assert (two.mark("a"), two.mark("b"), two.mark("c")) == (Mark(True, True), Mark(True), Mark(note="n"))
    two.undo()
    assert (two.mark("a"), two.mark("b"), two.mark("c")) == (Mark(True), Mark(), Mark())
    two.redo()
    assert (two.mark("a"), two.mark("b"), two.mark("c")) == (Mark(True, True), Mark(True), Mark(note="n"))


def test_a_column_read_back_is_the_column(paths: Paths) -> None:
    one = marks(paths)
    one.set("starred", True, ["title:가 나", "a", "b", "arxiv:1", "arxiv:12"])
    one.set("starred", False, ["b"])
    one.fold()
    two = marks(paths)
    assert [two.mark(key).starred for key in ("title:가 나", "a", "b", "arxiv:1", "arxiv:12", "rxiv:1", "")] == [
        True, True, False, True, True, False, False,
    ]  # fmt: skip
    assert two.columns["starred"].on == one.columns["starred"].on
    assert two.columns["starred"].off == one.columns["starred"].off


def test_events_are_read_back_whole(paths: Paths) -> None:
    one = marks(paths)
    one.set("read", True, ["a"])
    write_note(one, "a", "n")
    one.undo()
    told = [(event.op, event.field, event.parts[0].value, event.parts[0].was) for _, event in one.journal.events()]
    assert told == [("set", "read", True, None), ("set", "note", "n", None), ("undo", "note", None, "n")]
    assert not one.catch_up()


@given(st.sets(st.text("ab:ㄱ/.1", min_size=1, max_size=4)), st.text("ab:ㄱ/.1", min_size=1, max_size=4))
def test_a_packed_column_in_order_finds_what_it_holds_without_being_unpacked(keys: set[str], other: str) -> None:
    made = Column()
    for at, key in enumerate(keys):
        made.put(key, True, at)
    column = Column(made.packed(), ordered=True)
    assert {key for key in {*keys, other} if key in column} == keys
    assert "on" not in vars(column)
    assert column.on == made.on


acts_on_a_column = st.lists(
    st.tuples(st.lists(st.sampled_from("abcdef"), unique=True), st.booleans(), st.integers(0, 5)), max_size=8
)


@given(acts_on_a_column)
def test_many_papers_at_once_are_as_one_after_the_other(acts: list[tuple[list[str], bool, int]]) -> None:
    one, all_at_once = Column(), Column()
    for papers, value, at in acts:
        assert all_at_once.put_all(papers, value, at) == [key for key in papers if one.put(key, value, at)]
        assert (all_at_once.on, all_at_once.off) == (one.on, one.off)
