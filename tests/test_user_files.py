"""Files that the user named: whole or as they were, through links, with their mode, and never where the app's are."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.reading import JULY
from tui_digest import files
from tui_digest.cli import main
from tui_digest.errors import StoreError, log_unexpected
from tui_digest.i18n import Translator
from tui_digest.paths import locate
from tui_digest.store import user_files
from tui_digest.store.archive import read_archive

COMMANDS = (["export", "-o"], ["backup"])


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "july.txt").write_text(JULY, "utf-8")
    assert main(["import", str(tmp_path / "july.txt")]) == 0
    assert main(["star", "arxiv:2307.00001"]) == 0
    capsys.readouterr()
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(path: Path) -> bool:
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return bool(read_archive(path).journals)
    return len(json.loads(data)["entries"]) == 3


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_an_existing_file_keeps_its_mode(command: list[str], mode: int, library: Path) -> None:
    target = library / "x"
    target.write_text("older")
    target.chmod(mode)
    assert main([*command, str(target)]) == 0
    assert whole(target)
    assert target.stat().st_mode & 0o777 == mode
    assert names(library) == ["x"]


def test_a_new_file_is_what_the_umask_makes_it_and_an_archive_is_private(library: Path) -> None:
    before = os.umask(0o027)
    try:
        assert main(["export", "-o", str(library / "x.json")]) == 0
        assert main(["backup", str(library / "x.zip")]) == 0
    finally:
        os.umask(before)
    assert (library / "x.json").stat().st_mode & 0o777 == 0o640
    assert (library / "x.zip").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_is_kept_and_what_it_leads_to_is_written_beside_it(command: list[str], library: Path) -> None:
    elsewhere = library / "elsewhere"
    elsewhere.mkdir()
    real, link, second = elsewhere / "real", library / "link", library / "second"
    link.symlink_to(second)
    second.symlink_to("elsewhere/real")
    for _ in range(2):  # one that leads to nothing yet, too
        assert main([*command, str(link)]) == 0
        assert link.is_symlink() and second.is_symlink()
        assert whole(real)
    assert names(elsewhere) == ["real"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_that_leads_round_is_said(command: list[str], library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (library / "a").symlink_to("b")
    (library / "b").symlink_to("a")
    assert main([*command, str(library / "a")]) == 1
    assert "Could not write" in capsys.readouterr().err
    assert (library / "a").is_symlink() and (library / "b").is_symlink()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("way", ["plain", "link", "folder", "dots", "cache"])
def test_nothing_is_written_among_the_apps_own_files(
    command: list[str], way: str, library: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = own_home / "data"
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    (library / "link").symlink_to(data / "marks.json")
    (library / "folder").symlink_to(data / "journal")
    target = {
        "plain": data / "sources.json",
        "link": library / "link",
        "folder": library / "folder" / "x.ndjson",
        "dots": data / "library" / ".." / ".." / "data" / "library" / "2023-W30.json",
        "cache": own_home / "cache" / "x.json",
    }[way]
    assert main([*command, str(target)]) == 1
    assert "keeps its own files" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_the_old_file(
    command: list[str], library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = library / "x"
    target.write_text("older")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert main([*command, str(target)]) == 1
    assert capsys.readouterr().err == f"Could not write {target}: No space left on device.\n"
    assert target.read_text() == "older"
    assert names(library) == ["x"]


def test_an_end_in_the_middle_leaves_the_old_file(library: Path) -> None:
    target = library / "x"
    target.write_text("older")

    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        user_files.write_output(target, pieces(), locate())
    assert target.read_text() == "older"
    assert names(library) == ["x"]


def test_a_mistake_in_the_query_touches_no_file(library: Path) -> None:
    target = library / "x"
    target.write_text("older")
    assert main(["export", "-o", str(target), "--filter", "tag:"]) == 2
    assert target.read_text() == "older"


def test_a_read_only_file_stays(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = library / "x"
    target.write_text("older")
    target.chmod(0o400)
    monkeypatch.setattr(os, "access", lambda *_: False)  # for root, who may do anything
    assert main(["export", "-o", str(target)]) == 1
    assert capsys.readouterr().err == f"Could not write {target}: Permission denied.\n"
    assert target.read_text() == "older"


def test_a_backup_goes_into_no_pipe_and_no_device(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = library / "pipe"
    os.mkfifo(pipe)
    link = library / "null"
    link.symlink_to("/dev/null")
    for target in (pipe, link):
        assert main(["backup", str(target)]) == 1
        assert "is a pipe or device" in capsys.readouterr().err
    assert pipe.is_fifo()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
def test_an_export_goes_into_what_a_shell_hands_over(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()  # as `-o >(gzip > FILE)` and `-o /dev/stdout | less` do
    assert main(["export", "--format", "csv", "-o", f"/dev/fd/{writing}"]) == 0
    assert f"/dev/fd/{writing}" in capsys.readouterr().err
    assert main(["backup", f"/dev/fd/{writing}"]) == 1
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read().startswith(b"key,title,"), "no byte order mark"


def test_an_export_takes_no_device_away(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "-o", "/dev/null"]) == 0
    assert capsys.readouterr().err == "Sent to /dev/null as json: entries 3, papers 3.\n"
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_dash_is_standard_output_for_both(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(library)
    run = [sys.executable, "-m", "tui_digest"]
    archive = subprocess.run([*run, "backup", "-"], capture_output=True, timeout=60)
    assert (archive.returncode, archive.stderr) == (0, b"")
    assert zipfile.ZipFile(io.BytesIO(archive.stdout)).testzip() is None
    exported = subprocess.run([*run, "export", "-o", "-"], capture_output=True, timeout=60)
    assert (exported.returncode, exported.stderr) == (0, b"")
    assert len(json.loads(exported.stdout)["entries"]) == 3
    assert names(library) == []
    with Path("/dev/full").open("wb") as device:
        full = subprocess.run([*run, "backup", "-"], stdout=device, stderr=subprocess.PIPE, timeout=60)
    assert full.returncode == 1
    assert b"could not be written (No space left on device)" in full.stderr


def test_an_archive_is_not_put_on_a_terminal(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["backup", "-"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Wrote {} as bibtex: entries 3, papers 3 (1 KB).\n"),
        ("ko", "{}에 bibtex 형식으로 저장했습니다: 글 3편, 논문 3편(1KB).\n"),
    ],
)
def test_a_finished_export_says_what_it_wrote_and_where(
    lang: str, said: str, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (library / "link").symlink_to("x.bib")
    assert main(["--lang", lang, "export", "--format", "bibtex", "-o", str(library / "link")]) == 0
    assert capsys.readouterr() == ("", said.format(library / "x.bib"))
    assert main(["export"]) == 0
    assert capsys.readouterr().err == ""


# -- the app's own files ----------------------------------------------------------------------------------------------


def test_a_temporary_file_is_never_opened_through_a_link(tmp_path: Path) -> None:
    victim, temporary = tmp_path / "victim", tmp_path / ".x.tmp"
    victim.write_text("precious")
    with pytest.raises(FileExistsError):
        files.open_exclusively(victim)
    temporary.symlink_to(victim)
    with pytest.raises(FileExistsError):
        files.open_exclusively(temporary)
    os.close(files.open_new(temporary))
    assert not temporary.is_symlink()
    assert victim.read_text() == "precious"


def test_every_temporary_name_that_is_a_link_stays_harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever guesses the next names, and puts links there, gains nothing."""
    victim, target = tmp_path / "victim", tmp_path / "own.json"
    victim.write_text("precious")
    monkeypatch.setattr(files, "_numbers", iter(range(10)))
    for number in range(10):
        (tmp_path / f".own.json.{os.getpid()}.{number}.tmp").symlink_to(victim)
    files.replace_file(target, b"{}")
    assert (target.read_bytes(), victim.read_text()) == (b"{}", "precious")


def test_the_log_is_private_and_a_pipe_in_its_place_hangs_nothing(own_home: Path) -> None:
    where, tr = locate(), Translator("en")
    before = os.umask(0)
    try:
        assert str(where.log) in log_unexpected(where.log, tr, RuntimeError("boom"))
    finally:
        os.umask(before)
    assert where.log.stat().st_mode & 0o777 == 0o600
    where.log.chmod(0o644)  # as earlier versions made it
    log_unexpected(where.log, tr, RuntimeError("again"))
    assert where.log.stat().st_mode & 0o777 == 0o600
    assert "boom" in where.log.read_text() and "again" in where.log.read_text()
    where.log.unlink()
    os.mkfifo(where.log)
    reader = os.open(where.log, os.O_RDONLY | os.O_NONBLOCK)  # somebody who listens is told nothing, either
    try:
        assert "could not be written" in log_unexpected(where.log, tr, RuntimeError("boom"))
        assert os.read(reader, 10) == b""
    finally:
        os.close(reader)
    assert "could not be written" in log_unexpected(where.log, tr, RuntimeError("boom"))


def test_a_large_log_is_put_away_and_a_new_one_begun(own_home: Path) -> None:
    where, tr = locate(), Translator("en")
    log_unexpected(where.log, tr, RuntimeError("first"))
    with where.log.open("a") as log:
        log.write("x" * 1_000_000)
    log_unexpected(where.log, tr, RuntimeError("second"))
    old = where.log.with_name("log.old.txt")
    assert "first" in old.read_text() and old.stat().st_mode & 0o777 == 0o600
    assert "second" in where.log.read_text() and where.log.stat().st_size < 10_000


def test_an_error_of_the_data_is_not_called_one_of_the_file(library: Path) -> None:
    def pieces() -> Iterator[bytes]:
        raise StoreError("store.unreadable", path="x", reason="y")
        yield b""

    with pytest.raises(StoreError) as caught:
        user_files.write_output(library / "x", pieces(), locate())
    assert caught.value.message_id == "store.unreadable"
