"""The columns in their files: appended, put in place by a rename, checked when they are read."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from tests.builders import entry
from tui_digest.errors import StoreError
from tui_digest.files import Stamp
from tui_digest.store import column_file, paper_keys
from tui_digest.store.codec import entry_document
from tui_digest.store.column_file import ColumnWriter, data_files, held_from, load_blocks, open_columns, save_blocks
from tui_digest.store.columns import WeekColumns, block_of
from tui_digest.store.shards import Shard

AT: Stamp = (1, 2, 3)


def week(number: int, papers: int = 3, word: str = "Paper") -> WeekColumns:
    """A week of invented papers."""
    told = [
        entry(f"{word} {n} of {number}", arxiv=f"23{number:02}.{n:05d}", tags=["rl"], authors=["Ada One"], votes=n)
        for n in range(papers)
    ]
    return block_of(Shard(f"20{number + 10}-W01", [], [entry_document(each, "digest") for each in told]), hashed=True)


def whole(blocks: dict[str, tuple[Stamp, WeekColumns]]) -> dict[str, dict[str, bytes]]:
    """All columns, read."""
    return {name: {**block.packed} for name, (_, block) in blocks.items()}


def of(*weeks: WeekColumns) -> dict[str, tuple[Stamp, WeekColumns]]:
    """As they are saved."""
    return {each.week: (AT, each) for each in weeks}


def test_what_is_saved_is_read_again_and_lies_in_the_file_from_then_on(tmp_path: Path) -> None:
    file, blocks = tmp_path / "columns.bin", of(week(1), week(2, 0), week(3, 40))
    told = whole(blocks)
    save_blocks(file, blocks)
    assert whole(blocks) == whole(load_blocks(file)) == told
    assert all(isinstance(block.packed, column_file.StoredColumns) for _, block in blocks.values())
    assert [block.votes for _, block in load_blocks(file).values()] == [block.votes for _, block in blocks.values()]
    assert load_blocks(tmp_path / "none") == {}


def test_a_week_more_is_appended_and_who_holds_the_file_sees_what_was_there(tmp_path: Path) -> None:
    file, blocks = tmp_path / "columns.bin", of(*(week(number, 200) for number in range(1, 21)))
    save_blocks(file, blocks)
    held, before = open_columns(file), data_files(file)[0].stat()
    assert held is not None
    told = whole(blocks)
    changed = of(week(3, 50, "Other"), week(30))
    save_blocks(file, {**load_blocks(file, again=fail), **changed})
    after = data_files(file)[0].stat()
    assert after.st_ino == before.st_ino
    assert after.st_size - before.st_size < before.st_size / 10
    assert whole(load_blocks(file)) == {**told, **whole(changed)}
    assert whole(load_blocks(held)) == whole(load_blocks(held_from(held.told))) == told


def test_what_nobody_asks_for_any_more_goes_when_it_is_the_greater_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_file, "_SMALL", 0)
    file, blocks = tmp_path / "columns.bin", of(week(1, 100), week(2, 100))
    save_blocks(file, blocks)
    held, told = open_columns(file), whole(blocks)
    assert held is not None
    sizes = set()
    for number in range(8):
        save_blocks(file, {**load_blocks(file, again=fail), **of(week(1, 100, f"Paper {number}"))})
        sizes.add(sum(each.stat().st_size for each in data_files(file) if each.exists()))
        assert sum(each.exists() for each in data_files(file)) == 1
    assert max(sizes) < 3.5 * min(sizes)
    assert whole(load_blocks(held)) == told
    assert len([*tmp_path.iterdir()]) == 2


def fail(name: str) -> WeekColumns:
    """Nothing is to be made again."""
    raise AssertionError(name)


def test_no_byte_that_changed_is_believed(tmp_path: Path) -> None:
    file, blocks = tmp_path / "columns.bin", of(week(1), week(2))
    told = whole(blocks)
    save_blocks(file, blocks)
    for path in (file, data_files(file)[0]):
        data = path.read_bytes()
        for place in range(0, len(data), 29):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            found = whole(load_blocks(file))
            assert found.items() <= told.items(), place
            made = whole(load_blocks(file, again=lambda name: week(int(name[2:4]) - 10)))
            assert made.items() <= told.items(), place
        for length in range(0, len(data), 97):
            path.write_bytes(data[:length])
            assert whole(load_blocks(file)).items() <= told.items(), length
        path.write_bytes(data)
    assert whole(load_blocks(file)) == told


def test_a_column_that_is_lost_is_made_of_its_week_and_kept_by_the_next_writer(tmp_path: Path) -> None:
    file, blocks = tmp_path / "columns.bin", of(week(1), week(2))
    told = whole(blocks)
    save_blocks(file, blocks)
    data = data_files(file)[0].read_bytes()
    data_files(file)[0].write_bytes(data.replace(b"Paper 1 of 2", b"Qaper 1 of 2"))
    found = load_blocks(file, again=lambda name: week(int(name[2:4]) - 10))
    assert whole(found) == told
    save_blocks(file, found)
    assert whole(load_blocks(file)) == told


def test_where_nothing_makes_it_again_lists_go_without_its_words(tmp_path: Path) -> None:
    def gone(name: str) -> WeekColumns:
        raise StoreError("store.unreadable", path=name, reason="")

    file = tmp_path / "columns.bin"
    for again in (gone, lambda name: week(1, 2)):
        file.unlink(missing_ok=True)
        save_blocks(file, of(week(1, 5)))
        found = load_blocks(file, again=again)["2011-W01"][1]
        os.truncate(data_files(file)[0], 100)
        assert found.own_keys == week(1, 5).own_keys
        assert (found.titles, found.tags, found.authors, found.facts) == ([""] * 5,) * 4
        assert sum(digest.entries for digest in found.digests) == len(found.hashes) == len(found.flags) == 5


@pytest.mark.parametrize("anew", [False, True])
def test_a_writer_that_ends_at_a_rename_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    file = tmp_path / "columns.bin"
    if anew:
        monkeypatch.setattr(column_file, "_SMALL", -1 << 40)
    save_blocks(file, of(week(1), week(2)))
    told = whole(load_blocks(file))

    def ends(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(column_file, "replace_file", ends)
    with pytest.raises(KeyboardInterrupt):
        save_blocks(file, of(week(1, 9), week(2)))
    monkeypatch.undo()
    assert whole(load_blocks(file)) == told
    save_blocks(file, {**load_blocks(file, again=fail), **of(week(4))})
    assert [*load_blocks(file)] == ["2011-W01", "2012-W01", "2014-W01"]


def test_two_that_write_at_once_write_over_nothing(tmp_path: Path) -> None:
    file = tmp_path / "columns.bin"
    save_blocks(file, of(week(1), week(2)))
    one, other = ColumnWriter(file), ColumnWriter(file)
    mine, theirs = {**load_blocks(file), **of(week(5))}, {**load_blocks(file), **of(week(6))}
    one.add(mine["2015-W01"][1])
    other.finish(theirs)
    assert [*load_blocks(file)] == ["2011-W01", "2012-W01"]
    one.finish(mine)
    assert [*load_blocks(file)] == ["2011-W01", "2012-W01", "2015-W01"]
    save_blocks(file, theirs)
    assert whole(load_blocks(file)) == whole(theirs)


def test_a_full_disk_leaves_columns_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, blocks = tmp_path / "columns.bin", of(week(1), week(2))
    told = whole(blocks)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(column_file, "write_whole", full)
    save_blocks(file, blocks)
    assert whole(blocks) == told
    assert [*tmp_path.iterdir()] == []


def test_a_list_of_all_weeks_holds_few_bytes_an_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No string for each row, and no column but the packed keys, whatever was asked for."""
    monkeypatch.setattr(paper_keys, "_OPENED", 1)
    file, weeks, papers = tmp_path / "columns.bin", 20, 100
    save_blocks(file, of(*(week(number, papers) for number in range(1, weeks + 1))))
    tracemalloc.start()
    try:
        blocks = [block for _, block in load_blocks(file, again=fail).values()]
        keys = paper_keys.PaperKeys(blocks, [*range(0, weeks * papers + 1, papers)])
        assert len(set(keys)) == len(keys)
        assert keys.index(keys[-1]) == len(keys) - 1
        assert all(block.titles and block.tags and block.authors for block in blocks)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 50 * len(keys)


def test_an_import_holds_nothing_of_the_weeks_it_has_written(tmp_path: Path) -> None:
    file, writer = tmp_path / "columns.bin", ColumnWriter(tmp_path / "columns.bin")
    blocks = of(*(week(number, 300) for number in range(1, 11)))
    told = whole(blocks)
    keys = sum(len(columns["own_keys"]) for columns in told.values())
    for _, block in blocks.values():
        writer.add(block)
    tracemalloc.start()
    try:
        assert whole(blocks) == told  # while it writes keys are read, and let go
        assert tracemalloc.get_traced_memory()[0] < keys / 4
        writer.finish(blocks)
        assert whole(blocks) == whole(load_blocks(file)) == told
        first = [block.packed["own_keys"] for _, block in blocks.values()]
        assert tracemalloc.get_traced_memory()[0] > keys  # from then on they stay
    finally:
        tracemalloc.stop()
    assert all(a is block.packed["own_keys"] for a, (_, block) in zip(first, blocks.values(), strict=True))
