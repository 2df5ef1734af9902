"""The command line's notes, own tags, history, removal, backups."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.tui.reading import APRIL, JULY
from tui_digest.cli import main
from tui_digest.doctor.finding import Finding, Level
from tui_digest.library.imports import Imports
from tui_digest.store.importing import Import
from tui_digest.store.mark_store import MarkStore
from tui_digest.store.search import Search

FIRST = "arxiv:2307.00001"


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "digests"
    folder.mkdir()
    (folder / "july.txt").write_text(JULY, "utf-8")
    (folder / "april.txt").write_text(APRIL, "utf-8")
    assert main(["import", str(folder)]) == 0
    capsys.readouterr()
    return folder


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[str, str]:
    """Standard output and standard error of a command that went well."""
    assert main(list(args)) == 0
    captured = capsys.readouterr()
    return captured.out, captured.err


@pytest.mark.parametrize(
    ("stopped", "comes"),
    [(Import, "_write"), (Import, "run"), (MarkStore, "record"), (Imports, "_note_arrivals"), (Search, "update")],
    ids=["writing", "written", "recorded", "told", "indexed"],
)
def test_an_import_that_is_stopped_says_whether_anything_came_in(
    stopped: type, comes: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "july.txt").write_text(JULY, "utf-8")
    whole = getattr(stopped, comes)

    def stop_after(*args: object, **more: object) -> None:
        whole(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 1)
    with monkeypatch.context() as patch:
        patch.setattr(stopped, comes, stop_after)
        assert main(["import", str(tmp_path / "july.txt")]) == 130
    said = capsys.readouterr().err
    came_in = FIRST in run(capsys, "list")[0]
    assert came_in == (comes not in ("_write", "run"))
    assert ("Nothing was brought in" in said, "What had been brought in by then stays" in said) == (
        not came_in,
        came_in,
    )


def test_a_note_is_written_printed_and_exported(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "note", FIRST) == ("", "There is no note on this paper.\n")
    assert run(capsys, "note", "2307.00001", "읽을", "것") == ("", "Note saved\n")
    assert run(capsys, "note", FIRST)[0] == "읽을 것\n"
    assert json.loads(run(capsys, "note", FIRST, "--json")[0]) == {"schema_version": 2, "key": FIRST, "note": "읽을 것"}
    entries = json.loads(run(capsys, "list", "--json", "--filter", "is:noted")[0])["entries"]
    assert [(each["key"], each["note"]) for each in entries] == [(FIRST, "읽을 것")] * 2
    assert "읽을 것" in run(capsys, "show", FIRST)[0]
    assert run(capsys, "note", FIRST, "") == ("", "Note removed\n")


def test_a_note_comes_from_standard_input(
    imported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"one\r\ntwo \x1b[31mred\x00\n"))
    monkeypatch.setattr("sys.stdin", stdin)
    run(capsys, "note", FIRST, "-")
    assert run(capsys, "note", FIRST)[0] == "one\ntwo red\n"


def test_own_tags(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "tag", FIRST)[1] == "There are no tags of your own on this paper.\n"
    assert run(capsys, "tag", FIRST, "#KV cache", "later")[1] == "Tagged #KV cache\nTagged #later\n"
    assert run(capsys, "tag", FIRST)[0] == "KV cache\nlater\n"
    assert "     2  later\n" not in run(capsys, "tags")[0]  # papers are counted, not sightings
    assert "     1  later\n" in run(capsys, "tags")[0]
    assert len(run(capsys, "list", "--filter", 'tag:"KV cache"')[0].splitlines()) == 2
    assert run(capsys, "tag", FIRST, "later", "--remove")[1] == "Took off #later\n"
    assert json.loads(run(capsys, "tag", FIRST, "--json")[0]) == {
        "schema_version": 2,
        "key": FIRST,
        "tags": ["KV cache"],
    }
    assert main(["tag", FIRST, "##"]) == 2


def test_history_tells_what_undo_takes_back(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "star", FIRST)
    run(capsys, "read", FIRST, "arxiv:2307.00002")
    assert run(capsys, "undo")[1] == "Undone: 2 papers unread again\n"
    lines = run(capsys, "history")[0].splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == [
        "undo: marked 2 papers unread",
        "marked 2 papers read  (undone)",
        "starred  Sparse Memory for Long Context",
        "imported 2 digests (5 entries)",
    ]
    assert len(run(capsys, "history", "--limit", "1")[0].splitlines()) == 1
    acts = json.loads(run(capsys, "history", "--json")[0])["history"]
    assert [(act["op"], act["field"], act["undone"]) for act in acts] == [
        ("undo", "read", False),
        ("set", "read", True),
        ("set", "starred", False),
        ("set", "import", False),
    ]
    run(capsys, "undo")
    assert run(capsys, "undo")[1] == "Undone: the import of 2 digests (5 entries)\n"
    assert run(capsys, "redo")[1] == "Redone: imported 2 digests (5 entries)\n"


def test_nothing_was_done_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "history") == ("", "Nothing was done yet.\n")


def test_a_digest_is_removed_by_its_path_and_comes_back(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "star", FIRST)
    assert "Removed the digest (3 entries)" in run(capsys, "remove", str(imported / "july.txt"))[1]
    assert len(run(capsys, "list")[0].splitlines()) == 2
    assert "the digest (3 entries) is back" in run(capsys, "undo")[1]
    assert "Removed 2 digests (5 entries)" in run(capsys, "remove", str(imported))[1]
    assert run(capsys, "list", "--filter", "is:starred")[0] == ""
    assert main(["remove", str(imported)]) == 1
    assert "No digest of the library is named" in capsys.readouterr().err


def test_backup_and_restore(imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = str(tmp_path / "b.zip")
    run(capsys, "star", FIRST)
    assert "Everything you did is in" in run(capsys, "backup", archive)[1]
    run(capsys, "unstar", FIRST)
    run(capsys, "note", FIRST, "later")
    out, err = run(capsys, "restore", archive)
    assert out == ("+ 1 starred\n    Sparse Memory for Long Context\n- a note\n    Sparse Memory for Long Context\n")
    assert "Nothing was changed yet" in err
    assert run(capsys, "restore", archive, "--keep", "--yes")[1] == "Restored. `tui-digest undo` takes it back.\n"
    assert run(capsys, "note", FIRST)[0] == "later\n"
    run(capsys, "restore", archive, "--yes")
    assert run(capsys, "restore", archive, "--yes")[1] == "Nothing differs: the marks are those of the backup.\n"
    parts = json.loads(run(capsys, "restore", archive, "--json")[0])["changes"]
    assert parts == []
    assert main(["restore", str(tmp_path / "none.zip")]) == 1
    assert "There is no backup" in capsys.readouterr().err
    assert main(["backup", str(tmp_path / "no" / "\x00")]) in (1, 2)


def test_doctor_says_what_is_wrong_and_mends_it(
    imported: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = run(capsys, "doctor")
    assert "The marks are what the journals add up to." in out
    assert err == "All is well.\n"
    (own_home / "data").chmod(0o755)
    shard = own_home / "data" / "library" / "2023-W16.json"
    shard.write_bytes(shard.read_bytes()[:-9])
    assert main(["doctor"]) == 1
    assert "2023-W16" in capsys.readouterr().out
    assert (own_home / "data").stat().st_mode & 0o777 == 0o755  # looking mends nothing
    findings = json.loads(run_any(capsys, "doctor", "--json"))["findings"]
    assert {"id", "level", "message", "what_to_do", "details", "fixable"} <= findings[0].keys()
    run_any(capsys, "doctor", "--fix")
    assert (own_home / "data").stat().st_mode & 0o777 == 0o700
    run(capsys, "import", str(imported))
    assert main(["doctor"]) == 0


@pytest.mark.parametrize(
    ("level", "code", "well"), [("ok", 0, True), ("note", 0, True), ("warning", 0, False), ("error", 1, False)]
)
def test_all_is_well_is_said_where_all_is_well(
    level: Level, code: int, well: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Finding("doctor.ssh", "ok"), Finding("doctor.locale.ok", level, {"name": "LANG", "value": "x"})]
    monkeypatch.setattr("tui_digest.doctor.examine_store", lambda *_: found)
    monkeypatch.setattr("tui_digest.doctor.examine_terminal", lambda *_: [])
    assert main(["doctor"]) == code
    assert capsys.readouterr().err == ("All is well.\n" if well else "")
    assert main(["doctor", "--json"]) == code
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("tui_digest.doctor.examine_store", lambda *_: found[:1])
    monkeypatch.setattr("tui_digest.doctor.examine_terminal", lambda *_: found[1:])  # the terminal's count as much
    assert main(["doctor"]) == code
    assert capsys.readouterr().err == ("All is well.\n" if well else "")


def run_any(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    main(list(args))
    return capsys.readouterr().out


def test_views_are_saved_listed_asked_for_and_deleted(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "views")[1].startswith("There are no saved views.")
    assert json.loads(run(capsys, "views", "--json")[0]) == {"schema_version": 2, "views": []}
    assert run(capsys, "views", "--save", "To do", "is:unread sort:title") == ("", "Saved the view To do\n")
    assert run(capsys, "views", "--save", "to do", "is:unread sort:title")[1] == "Saved the view to do\n"
    (view,) = json.loads(run(capsys, "views", "--json")[0])["views"]
    assert (view["name"], view["query"]) == ("to do", "is:unread sort:title")
    every = json.loads(run(capsys, "list", "--json", "--filter", "is:unread sort:title")[0])
    assert json.loads(run(capsys, "export", "--filter", 'view:"To Do"')[0]) == every
    assert view["papers"] == len({entry["key"] for entry in every["entries"]}) > 0
    assert run(capsys, "views")[0].split() == [str(view["papers"]), "to", "do", "is:unread", "sort:title"]
    assert run(capsys, "views", "--delete", "TO DO")[1] == "Deleted the view to do · undo brings it back\n"
    assert run(capsys, "undo")[1] == "Undone: the view to do is as it was\n"
    assert "deleted the view to do  (undone)" in run(capsys, "history")[0]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["list", "--filter", "view:mien"], "^~~~~~~~~\nthere is no saved view mien; did you mean view:mine?"),
        (["views", "--save", "x", "tag:"], "tag:\n^~~~\ntag: needs a value right after the colon, as in tag:rl"),
        (["views", "--save", "mine", "view:mine"], "view:mine\n^~~~~~~~~\nthe saved view mine would ask for itself"),
        (["views", "--save", "x", ""], "A view of everything needs no name; give it a query."),
        (["views", "--delete", "y"], "There is no saved view y. `tui-digest views` lists them."),
    ],
)  # fmt: skip
def test_wrong_views_are_wrong_usage(
    imported: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    run(capsys, "views", "--save", "mine", "a")
    assert main(args) == 2
    assert capsys.readouterr().err.rstrip().endswith(said)
