"""The command line: what it prints, what it returns, what it leaves alone."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.reading import APRIL, JULY
from tui_digest.cli import main
from tui_digest.identity import text_key

FIRST = "arxiv:2307.00001"


@pytest.fixture
def digests(tmp_path: Path) -> Path:
    folder = tmp_path / "digests"
    folder.mkdir()
    (folder / "july.txt").write_text(JULY, "utf-8")
    (folder / "april.txt").write_text(APRIL, "utf-8")
    return folder


@pytest.fixture
def imported(digests: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["import", str(digests)]) == 0
    capsys.readouterr()
    return digests


def exported(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, object]]:
    assert main(["export", *args]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == 1
    entries: list[dict[str, object]] = document["entries"]
    return entries


def test_import_reports_source_by_source(digests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(digests)]) == 0
    out = capsys.readouterr().out
    assert "july.txt: weekly digest; digests 1, added 3, updated 0, unchanged 0" in out
    assert "2 sources: digests 2, added 5" in out
    assert main(["import", str(digests)]) == 0
    assert "added 0, updated 0, unchanged 5, removed 0" in capsys.readouterr().out


def test_an_edit_updates_and_keeps_marks(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", "2307.00002"]) == 0
    text = JULY.replace("대괄호가 있는 제목입니다.", "고친 말입니다.").replace(
        "https://example.org/post\n제목이 없는 글입니다.\n#blog\n", ""
    )
    (imported / "july.txt").write_text(text, "utf-8")
    capsys.readouterr()
    assert main(["import", str(imported)]) == 0
    out = capsys.readouterr().out
    assert "updated 1" in out
    assert "no longer in the source: example.org" in out
    entries = {entry["key"]: entry for entry in exported(capsys)}
    assert entries["arxiv:2307.00002"]["starred"] is True
    assert "고친 말입니다." in str(entries["arxiv:2307.00002"]["commentary"])


def test_dry_run_writes_nothing_even_into_an_empty_home(
    digests: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--dry-run", "--json", str(digests)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["dry_run"] is True
    assert [source["added"] for source in report["sources"]] == [2, 3]
    assert list(own_home.rglob("*.json")) == []


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JULY.encode("cp949"))))
    assert main(["import", "-"]) == 0
    assert "added 3" in capsys.readouterr().out


def test_a_source_that_cannot_be_read_is_said_and_the_rest_goes_on(
    digests: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (digests / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0")
    assert main(["import", str(digests), str(digests / "missing.txt")]) == 3
    said = capsys.readouterr()
    assert "added 5" in said.out
    assert "picture.txt is not a text file" in said.err
    assert "missing.txt is not there" in said.err
    assert main(["import", str(digests / "missing.txt")]) == 1


def test_export_has_the_agreed_shape(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = exported(capsys)
    assert entries[0]["key"] == FIRST
    assert list(entries[1]) == [
        "key", "digest", "source", "title", "authors", "url", "arxiv_id", "links", "tags", "abstract", "commentary",
        "votes", "read", "starred", "note",
    ]  # fmt: skip
    assert entries[1]["links"] == ["https://github.com/cy/markup"]
    assert entries[1]["source"] == {"path": str(imported / "july.txt"), "start_line": 6, "end_line": 9}
    assert entries[1]["digest"]["week"] == "2023-W30"  # type: ignore[index]
    assert entries[2]["title"] is None


def test_filters(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", FIRST]) == 0
    capsys.readouterr()
    assert len(exported(capsys, "--filter", "is:starred")) == 2
    assert len(exported(capsys, "--filter", "tag:memory", "--week", "2023-W30")) == 2
    assert len(exported(capsys, "--limit", "1")) == 1
    assert exported(capsys, "--limit", "0") == []
    assert main(["export", "--filter", "is:nonsense"]) == 2
    assert "is:nonsense is not known" in capsys.readouterr().err
    assert main(["search", "sparse", "memory"]) == 0
    assert capsys.readouterr().out.count(FIRST) == 2


def test_marks_and_undo(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", FIRST, "https://arxiv.org/abs/2307.00002v3"]) == 0
    assert "2 papers read" in capsys.readouterr().err
    assert main(["undo"]) == 0
    assert not any(entry["read"] for entry in exported(capsys))
    assert main(["redo"]) == 0
    assert main(["unread", "no such paper"]) == 1
    assert "No paper no such paper" in capsys.readouterr().err
    assert sum(bool(entry["read"]) for entry in exported(capsys)) == 3


def test_show_tells_every_sighting(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "2307.00001"]) == 0
    out = capsys.readouterr().out
    assert "긴 문맥에서" in out
    assert "같은 논문을" in out


def test_starters_on_and_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 20
    assert main(["starters", "off"]) == 0
    assert main(["list"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["starters", "on"]) == 0
    assert main(["list"]) == 0
    assert capsys.readouterr().out != ""


def test_the_first_import_puts_the_starters_away(digests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", "1706.03762"]) == 0
    assert main(["import", str(digests)]) == 0
    assert "starter digests were put away" in capsys.readouterr().err
    assert len(exported(capsys)) == 5
    assert main(["starters", "on"]) == 0
    capsys.readouterr()
    starred = [entry["arxiv_id"] for entry in exported(capsys) if entry["starred"]]
    assert starred
    assert set(starred) == {"1706.03762"}


def test_an_export_file_is_whole_or_not_there(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.bib"
    assert main(["export", "--format", "bibtex", "-o", str(target)]) == 0
    assert target.read_text("utf-8").count("@misc{") == 4
    assert main(["export", "-o", str(tmp_path / "missing" / "out.json")]) == 1
    assert "Could not write" in capsys.readouterr().err


def test_wrong_usage_is_2() -> None:
    with pytest.raises(SystemExit) as stop:
        main(["export", "--format", "nonsense"])
    assert stop.value.code == 2


def test_the_reader_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_an_unexpected_error_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tui_digest.library.Library.open", broken)
    assert main(["list"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    log = own_home / "state" / "log.txt"
    assert str(log) in said.err
    assert "boom" in log.read_text("utf-8")


def test_korean_words_in_a_c_locale_and_a_closed_pipe(imported: Path) -> None:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = f'"{sys.executable}" -m tui_digest list | head -n 1'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environ, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == b""
    assert "Sparse Memory" in done.stdout.decode()


def test_an_export_goes_through_a_link_and_into_a_pipe(imported: Path, tmp_path: Path) -> None:
    whole, link = tmp_path / "whole.json", tmp_path / "link.json"
    link.symlink_to(whole)
    assert main(["export", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert len(json.loads(whole.read_text("utf-8"))["entries"]) == 5
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reading:
        assert main(["export", "-o", str(pipe)]) == 0
        assert reading.communicate(timeout=20)[0] == whole.read_bytes()
    assert pipe.is_fifo()


def test_an_empty_source_does_not_put_the_starters_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("", "utf-8")
    assert main(["list"]) == 0
    before = capsys.readouterr().out
    assert main(["import", str(empty)]) == 0
    capsys.readouterr()
    assert main(["list"]) == 0
    assert capsys.readouterr().out == before


def test_a_mended_title_and_a_moved_file_keep_the_star(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    daily, note = tmp_path / "daily.txt", tmp_path / "any.txt"
    daily.write_text("2024년 2월 29일\nLlama 9\n아직 소문뿐인 모델입니다.\n#llm\n", "utf-8")
    note.write_text("제목도 주소도 없는 글입니다.\n", "utf-8")
    assert main(["import", str(daily), str(note)]) == 0
    nameless = text_key("제목도 주소도 없는 글입니다.")
    assert main(["star", "title:llama 9", nameless]) == 0
    daily.write_text("2024년 2월 29일\nLlama 9 Preview\n아직 소문뿐인 모델입니다.\n#llm\n", "utf-8")
    note.rename(tmp_path / "renamed.txt")
    assert main(["import", str(daily), str(tmp_path / "renamed.txt")]) == 0
    capsys.readouterr()
    assert [(entry["key"], entry["starred"]) for entry in exported(capsys)] == [
        ("title:llama 9 preview", True),
        (nameless, True),
    ]
