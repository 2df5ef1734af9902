"""Backups: rolling copies, archives, and restoring as an act that can be undone."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.builders import digest, entry, home, incoming
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import Change, Mark
from tui_digest.paths import Paths
from tui_digest.store import backup, restoring
from tui_digest.store.importing import Import
from tui_digest.store.shards import Shards

A, B, C = "arxiv:2301.00001", "arxiv:2301.00002", "arxiv:2301.00003"
DAY = 86_400.0


@pytest.fixture
def library(paths: Paths) -> Library:
    entries = [entry(f"Paper {n}", arxiv=f"2301.0000{n}") for n in (1, 2, 3)]
    Import(paths, Shards(paths.shards, paths.damaged), []).run([incoming("/a.txt", digest(*entries))])
    library = Library.open(paths)
    library.marks.star([A, B], True)
    library.marks.mark_read([A], True)
    library.marks.note(A, "메모")
    library.marks.tag("mine", [B], True)
    return library


def marks(library: Library) -> list[Mark]:
    return [library.marks.of(key) for key in (A, B, C)]


def test_a_restore_is_previewed_and_undone(library: Library, tmp_path: Path) -> None:
    before = marks(library)
    library.backups.write(tmp_path / "mine.zip")
    library.marks.star([A], False)
    library.marks.star([C], True)
    library.marks.note(A, "다른 메모")
    library.marks.note(C, "new")
    after = marks(library)
    told = [(part.field, part.value, part.keys) for part in library.backups.restoring(tmp_path / "mine.zip")]
    assert told == [
        ("starred", True, (A,)),
        ("starred", False, (C,)),
        ("note", "메모", (A,)),
        ("note", None, (C,)),
    ]
    assert marks(library) == after
    assert library.backups.restore(tmp_path / "mine.zip") == Change("starred", True, (A,), 0, 3)
    assert marks(Library.open(library.paths)) == before
    assert library.backups.restore(tmp_path / "mine.zip") is None
    library.marks.undo()
    assert marks(Library.open(library.paths)) == after


def test_a_restore_may_take_nothing_away(library: Library, tmp_path: Path) -> None:
    library.backups.write(tmp_path / "mine.zip")
    library.marks.star([A], False)
    library.marks.star([C], True)
    library.marks.note(A, "다른 메모")
    library.backups.restore(tmp_path / "mine.zip", keep_mine=True)
    assert [mark.starred for mark in marks(library)] == [True, True, True]
    assert library.marks.of(A).note == "다른 메모"


def test_a_new_home_takes_the_history_and_a_name_of_its_own(library: Library, tmp_path: Path) -> None:
    library.backups.write(tmp_path / "mine.zip")
    expected = {key: library.marks.of(key) for key in (A, B, C)}
    other = Library.open(home(tmp_path / "elsewhere"), starters=False)
    change = other.backups.restore(tmp_path / "mine.zip")
    assert change is not None
    for each in (other, Library.open(other.paths, starters=False)):
        assert {key: each.marks.of(key) for key in (A, B, C)} == expected
    names = [(home / "machine").read_text() for home in (library.paths.data, other.paths.data)]
    assert names[0] != names[1]
    acts = [(act.change.field, act.machine == names[0].strip()) for act in other.marks.history()]
    assert acts[1:] == [("tag:mine", True), ("note", True), ("read", True), ("starred", True)]
    assert other.marks.undo() == change._replace(value=False)  # undo takes it back, whole
    for each in (other, Library.open(other.paths, starters=False)):
        assert {each.marks.of(key) for key in (A, B, C)} == {Mark()}
        assert each.marks.next_act("undo") is None
    other.marks.redo()
    assert {key: Library.open(other.paths).marks.of(key) for key in (A, B, C)} == expected
    other.marks.note(A, "my own")  # it takes the place of the note that it has seen, as anywhere
    assert Library.open(other.paths).marks.of(A).note == "my own"


def test_a_new_home_takes_what_only_the_marks_file_held(library: Library, tmp_path: Path) -> None:
    library.fold()
    (journal,) = library.paths.journal.iterdir()
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[-1:]))
    again = Library.open(library.paths)
    again.backups.write(tmp_path / "mine.zip")
    other = Library.open(home(tmp_path / "elsewhere"), starters=False)
    told = other.backups.restoring(tmp_path / "mine.zip")
    other.backups.restore(tmp_path / "mine.zip")
    assert marks(Library.open(other.paths, starters=False)) == marks(again)
    assert other.backups.restoring(tmp_path / "mine.zip") == []
    assert {part.field for part in told} == {"starred", "read", "note", "tag:mine"}


def test_the_archive_that_held_marks_in_no_journal(tmp_path: Path) -> None:
    archive = Path(__file__).parents[2] / "shared" / "cases" / "trust" / "folded-only.zip"
    if not archive.exists():
        pytest.skip("the shared cases are not here; the test above makes such an archive")
    library = Library.open(home(tmp_path), starters=False)
    told = library.backups.restoring(archive)
    library.backups.restore(archive)
    assert library.backups.restoring(archive) == []
    assert all(library.marks.of(key).starred for part in told if part.field == "starred" for key in part.keys)
    library.marks.undo()
    assert library.backups.restoring(archive) == told


def test_a_home_that_has_the_archives_name_takes_another(library: Library, tmp_path: Path) -> None:
    library.backups.write(tmp_path / "mine.zip")
    other = home(tmp_path / "elsewhere")
    other.data.mkdir(parents=True)
    (other.data / "machine").write_bytes((library.paths.data / "machine").read_bytes())
    restored = Library.open(other, starters=False)
    restored.backups.restore(tmp_path / "mine.zip")
    restored.marks.star([C], True)
    assert len(list(other.journal.iterdir())) == 2
    assert marks(Library.open(other, starters=False))[2].starred
    assert restored.marks.undo() == Change("starred", False, (C,))


def test_the_first_act_of_another_window_is_not_lost_to_a_restore(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.backups.write(tmp_path / "mine.zip")
    paths = home(tmp_path / "elsewhere")
    paths.data.mkdir(parents=True)
    (paths.data / "machine").write_text("here")
    other, window = (Library.open(paths, starters=False) for _ in range(2))
    ready = restoring._made_ready

    def late(*asked: Any) -> str:
        name = ready(*asked)
        window.marks.star([C], True)
        return name

    monkeypatch.setattr(restoring, "_made_ready", late)
    other.backups.restore(tmp_path / "mine.zip", keep_mine=True)
    for each in (other, window):
        each.refresh()
        assert [mark.starred for mark in marks(each)] == [True, True, True]
    assert sorted(path.name for path in other.paths.data.iterdir() if path.is_dir()) == ["journal"]


def test_a_backup_holds_what_only_the_marks_file_knows(library: Library, tmp_path: Path) -> None:
    library.fold()
    for journal in library.paths.journal.iterdir():
        journal.unlink()
    again = Library.open(library.paths)
    again.backups.write(tmp_path / "mine.zip")
    other = Library.open(home(tmp_path / "elsewhere"), starters=False)
    other.marks.star([C], True)
    other.backups.restore(tmp_path / "mine.zip", keep_mine=True)
    assert [other.marks.of(key).starred for key in (A, B, C)] == [True, True, True]


def test_bad_archives_are_said(library: Library, tmp_path: Path) -> None:
    before = marks(library)
    good = tmp_path / "good.zip"
    library.backups.write(good)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-40])
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("../../evil.ndjson", "x")
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(newer, "w") as archive:
        archive.writestr("backup.json", '{"schema_version": 99}')
    bits = bytearray(good.read_bytes())
    (packed,) = (info for info in zipfile.ZipFile(good).infolist() if info.filename.startswith("journal/"))
    bits[packed.header_offset + 30 + len(packed.filename) + packed.compress_size // 2] ^= 0xFF
    flipped = tmp_path / "flipped.zip"
    flipped.write_bytes(bytes(bits))
    for path, message_id in (
        (tmp_path / "none.zip", "backup.missing"),
        (cut, "backup.unreadable"),
        (foreign, "backup.not_ours"),
        (newer, "store.newer"),
        (flipped, "backup.unreadable"),
    ):
        with pytest.raises(StoreError) as caught:
            library.backups.restore(path)
        assert caught.value.message_id == message_id
    assert marks(library) == before


def test_an_archive_is_private_and_replaces_whole(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    library.backups.write(target)
    assert target.stat().st_mode & 0o777 == 0o600
    target.write_text("older")
    library.backups.write(target)
    assert zipfile.ZipFile(target).testzip() is None


def test_rolling_copies_are_daily_numbered_and_fourteen(library: Library) -> None:
    paths = library.paths
    (journal,) = paths.journal.iterdir()
    start = journal.stat().st_mtime
    for day in range(20):
        os.utime(journal, (start + day * DAY, start + day * DAY))
        made = backup.roll(paths, start + day * DAY)
        assert made is not None
        os.utime(made, (start + day * DAY, start + day * DAY + 1))
        assert backup.roll(paths, start + day * DAY + 60) is None  # once a day
    assert backup.roll(paths, start + 21 * DAY) is None  # nothing was done since
    names = [path.name[:4] for path in backup.rolling(paths)]
    assert names == [f"{number:04d}" for number in range(7, 21)]
    newest = backup.rolling(paths)[-1]
    assert Library.open(paths).backups.restoring(newest) == []


def test_nothing_is_backed_up_before_anything_was_done(paths: Paths) -> None:
    assert backup.roll(paths, 0.0) is None
    assert not paths.data.exists()


def test_a_member_that_got_another_name_is_told(tmp_path: Path) -> None:
    paths = home(tmp_path)
    library = Library.open(paths, starters=False)
    library.marks.star(["arxiv:1"], True)
    library.close()
    library.backups.write(tmp_path / "kept.zip")
    whole = (tmp_path / "kept.zip").read_bytes()
    for name in (b"marks.json", b"journal/"):
        other = whole.replace(name, name.replace(b"a", b"c"))
        (tmp_path / "renamed.zip").write_bytes(other)
        library = Library.open(paths, starters=False)
        library.backups.restoring(tmp_path / "renamed.zip")
        (told,) = [notice for notice in library.notices if notice.message_id == "backup.lost"]
        assert told.details["name"].startswith(name.decode())
