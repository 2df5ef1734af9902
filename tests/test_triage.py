"""A triage session on disk: cut anywhere, written by two, refused by the disk; and what came of it, told elsewhere."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import asked, home
from tests.tui.reading import APRIL, JULY, library_of
from tui_digest.cli import main
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.library.triaging import Triage
from tui_digest.store import triage_file as sessions
from tui_digest.store.triage_file import Session, Verdict

WEEK = "2023-W30"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


def session_path(library: Library) -> Path:
    return sessions.session_file(library.paths.triage, WEEK, "")


def names(triage: Triage) -> list[tuple[str, str]]:
    return [(verdict.name, verdict.key) for verdict in triage.verdicts]


def test_a_session_cut_at_any_byte_keeps_every_whole_line(library: Library) -> None:
    triage = Triage(library, WEEK)
    first, second, third = triage.pending
    for verdict in ("keep", "later"):
        triage.judge(verdict)
    path = session_path(library)
    whole = path.read_bytes()
    lines = whole.split(b"\n")
    for cut in range(len(lines[0]) + 1, len(whole) + 1):
        path.write_bytes(whole[:cut])
        found = sessions.load(path)
        assert found is not None
        ended = whole[:cut].count(b"\n") + (whole[cut : cut + 1] == b"\n") - 1
        assert [each.name for each in found.verdicts] == ["keep", "later"][:ended], cut
        sessions.append(path, {"op": "skip", "key": third, "fields": ["read"]})
        again = sessions.load(path)
        assert again is not None and again.verdicts[-1] == Verdict("skip", third, ("read",)), (
            "not glued to the torn one"
        )
    path.write_bytes(whole)
    assert names(Triage(Library.open(library.paths), WEEK)) == [("keep", first), ("later", second)]


def test_of_two_verdicts_on_a_paper_the_second_counts_and_stands_last(library: Library) -> None:
    triage = Triage(library, WEEK)
    first, second, _ = triage.pending
    for verdict in ("keep", "later"):
        triage.judge(verdict)
    path = session_path(library)
    sessions.append(path, {"op": "skip", "key": first, "fields": ["read"]})  # in another window
    found = sessions.load(path)
    assert found is not None
    assert [(each.name, each.key) for each in found.verdicts] == [("later", second), ("skip", first)]


@pytest.mark.parametrize(
    "rubbish", [b"", b"\n", b"[]\n", b"null\n", b"\xff\xfe", b'{"op":"keep"}\n', b'{"op":"begin"}\n']
)
def test_what_is_no_session_is_passed_over(rubbish: bytes, library: Library) -> None:
    path = session_path(library)
    path.parent.mkdir(parents=True)
    path.write_bytes(rubbish)
    assert sessions.load(path) is None
    assert Triage(library, WEEK).total == 3


def test_a_verdict_whose_marks_were_never_written_comes_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    triage = Triage(library, WEEK)
    first = triage.pending[0]

    def refused(*_: object) -> None:
        raise StoreError("store.full", path="x")

    with monkeypatch.context() as patch:
        patch.setattr(library.marks, "set_fields", refused)
        with pytest.raises(StoreError):
            triage.judge("keep")
    assert triage.pending[0] == first and triage.verdicts == []
    assert Triage(Library.open(library.paths), WEEK).pending[0] == first
    triage.judge("skip")
    assert names(Triage(Library.open(library.paths), WEEK)) == [("skip", first)], "each paper once"


def test_a_disk_that_is_full_marks_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    triage = Triage(library, WEEK)
    first = triage.pending[0]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(sessions, "write_whole", full)
        with pytest.raises(StoreError) as told:
            triage.judge("keep")
    assert told.value.message_id == "store.full"
    assert not library.marks.of(first).starred
    assert triage.pending[0] == first


def test_what_is_undone_elsewhere_comes_again(library: Library) -> None:
    triage = Triage(library, WEEK)
    first, second, third = triage.pending
    triage.judge("keep")
    Library.open(library.paths).marks.undo()
    library.refresh()
    triage.look()
    assert triage.pending == [second, first, third], "what is on the screen stays there"
    assert Triage(Library.open(library.paths), WEEK).resumed is False


def test_what_is_put_off_waits_from_the_first_time_on_until_it_is_read(tmp_path: Path) -> None:
    now = [2_000_000_000.0]
    made = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    library = Library.open(made.paths, clock=lambda: now[0])
    triage = Triage(library, WEEK)
    first, second, third = triage.pending
    triage.judge("later")
    since = int(now[0] * 1_000_000)
    assert library.marks.waiting() == {first: since}
    now[0] += 86_400
    triage.begin_again()
    triage.judge("later")
    triage.judge("later")
    assert library.marks.waits_since(first) == since, "it waits since it was put off, not since it was put off again"
    archive = tmp_path / "backup.zip"
    library.backups.write(archive)
    for found in (library, Library.open(made.paths)):
        assert found.marks.waiting() == {first: since, second: int(now[0] * 1_000_000)}
        found.fold()
    assert [row.key for row in library.lists.entries(None, asked("is:later sort:-waiting limit:1"))] == [second]
    library.marks.mark_read([first], True)
    assert library.marks.waits_since(first) is None and [*library.marks.waiting()] == [second]
    library.marks.undo()
    assert library.marks.waits_since(first) == since, "to read it was a mistake"
    library.marks.undo()
    assert [*library.marks.waiting()] == [first], "undone, the second is not put off any more"
    assert Triage(library, WEEK).pending == [second, third], "and so it is asked about again"
    other = Library.open(home(tmp_path / "other"), starters=False)
    other.backups.restore(archive)
    assert other.marks.waiting().keys() == {first, second}


def test_what_was_put_off_is_so_under_the_key_that_an_edit_gives_it(tmp_path: Path) -> None:
    text = "2023년 7월 5주차\nhttps://example.org/posts/one\nPaper One on Sparse Memory (A B)\n글.\n"
    library = library_of(home(tmp_path), tmp_path / "digests", text)
    triage = Triage(library, None)
    (key,) = triage.pending
    triage.judge("later")
    (path,) = (tmp_path / "digests").iterdir()
    path.write_text(text.replace("example.org/posts/one", "arxiv.org/abs/2307.00009"), "utf-8")
    library.imports.from_paths([path])
    assert key != "arxiv:2307.00009" and "arxiv:2307.00009" in library.marks.waiting()


def test_two_windows_add_to_one_session(library: Library) -> None:
    one = Triage(library, WEEK)
    two = Triage(Library.open(library.paths), WEEK)
    first, second, third = one.pending
    one.judge("later")
    two.library.refresh()
    two.current()
    two.pending.remove(first)
    two.judge("keep")
    again = Triage(Library.open(library.paths), WEEK)
    assert names(again) == [("later", first), ("keep", second)]
    assert again.pending == [third]


def test_what_another_window_decides_is_decided_here(library: Library) -> None:
    one = Triage(library, WEEK)
    two = Triage(Library.open(library.paths), WEEK)
    first, second, third = one.pending
    one.judge("later")
    assert two.written_elsewhere and not one.written_elsewhere
    two.look()
    assert (names(two), two.pending, two.place, two.total) == ([("later", first)], [second, third], 2, 3)
    two.judge("keep")
    assert not two.written_elsewhere
    one.library.refresh()
    one.look()
    assert (names(one), one.pending) == ([("later", first), ("keep", second)], [third])
    one.begin_again()
    two.look()
    assert (names(two), two.pending) == ([], [third, first])


def test_a_query_that_keeps_so_many_lets_no_others_move_up(library: Library) -> None:
    triage = Triage(library, WEEK, asked("is:unread limit:2"), "is:unread limit:2")
    assert triage.total == 2
    triage.judge("skip")
    triage.look()
    assert triage.total == 2


def test_all_weeks_have_each_paper_once(library: Library) -> None:
    triage = Triage(library, None)
    assert triage.total == 4, "one of five entries is a paper seen before"


def test_old_sessions_go_when_there_are_many(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_KEPT", 2)
    folder = library.paths.triage
    for number in range(4):
        path = sessions.session_file(folder, WEEK, f"q{number}")
        sessions.begin(path, Session(WEEK, f"q{number}", ("a",)))
        os.utime(path, (number, number))
    sessions.begin(sessions.session_file(folder, WEEK, "last"), Session(WEEK, "last", ("a",)))
    assert len(list(folder.iterdir())) == 2


def test_killed_at_random_no_acknowledged_verdict_is_lost(tmp_path: Path) -> None:
    chance = random.Random(5)
    verdicts = ["keep", "later", "skip"]
    for turn in range(12):
        text = "2023년 7월 5주차\n" + "".join(
            f"https://arxiv.org/abs/2307.{number:05}\nPaper {number} (A B)\n글.\n" for number in range(1, 31)
        )
        library = library_of(home(tmp_path / str(turn)), tmp_path / str(turn) / "d", text)
        receive, send = os.pipe()
        child = os.fork()
        if not child:
            triage = Triage(Library.open(library.paths), WEEK)
            for number in range(30):
                verdict = triage.judge(verdicts[number % 3])
                os.write(send, f"{verdict.name} {verdict.key}\n".encode() if verdict else b"")
            os._exit(0)
        os.close(send)
        said = b""
        wanted = chance.randrange(1, 29)
        while said.count(b"\n") < wanted and (more := os.read(receive, 64)):
            said += more
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(receive, 4096):
            said += more
        os.close(receive)
        acknowledged = [tuple(line.split(" ")) for line in said.decode().split("\n")[:-1]]
        found = Triage(Library.open(library.paths), WEEK)
        assert names(found)[: len(acknowledged)] == acknowledged
        assert len(found.verdicts) - len(acknowledged) in (0, 1), "the one under way may be there, whole"
        for name, key in acknowledged:
            mark = found.library.marks.of(key)
            assert (mark.starred, mark.read) == (name == "keep", name != "later")


# --- the command line ------------------------------------------------------------------------------------------------


def test_the_command_line_tells_what_came_of_it(
    tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_digest.paths import locate

    assert main(["triage"]) == 1
    assert "No triage was held yet" in capsys.readouterr().err
    library = library_of(locate(), tmp_path / "d", JULY, APRIL)
    triage = Triage(library, WEEK)
    for name in ("keep", "later", "skip"):
        triage.judge(name)
    triage.take_back()
    triage.take_back()
    triage.take_back()
    assert main(["triage"]) == 1, "all was taken back"
    capsys.readouterr()
    for name in ("keep", "later", "skip"):
        triage.judge(name)
    assert main(["triage", "2023-w17"]) == 1
    assert "No triage of 2023-W17" in capsys.readouterr().err
    assert main(["--lang", "ko", "triage"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "## 2023년 7월 23–29일\n\n모두 3편: 남김 1편, 나중에 1편, 넘김 1편\n\n### 남긴 글 (1)\n\n- [Sparse Memory"
    )
    assert main(["triage", WEEK, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (document["week"], document["ended"]) == (WEEK, False)
    assert [each["key"] for each in document["keep"]] == ["arxiv:2307.00001"]
    assert [each["url"] for each in document["skip"]] == ["https://example.org/post"]
