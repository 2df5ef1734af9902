"""A home that is moved away while it is open: it is said, and no second one is made in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.reading import reading, until
from tests.windows import PAPERS, a_home
from tui_digest.errors import StoreError
from tui_digest.files import check_home
from tui_digest.library import Library
from tui_digest.models import Place


def test_nothing_is_written_where_the_home_was(tmp_path: Path) -> None:
    paths = a_home(tmp_path / "home")
    library = Library.open(paths, starters=False)
    home, moved = paths.data.parent, tmp_path / "moved"
    home.rename(moved)
    acts = (
        lambda: library.marks.star(PAPERS[:1], True),
        lambda: library.marks.note(PAPERS[0], "a note"),
        library.backups.write_daily,
        library.another,
        lambda: library.imports.remove(["any"]),
        lambda: library.imports.put_starters(True),
    )
    for act in acts:
        with pytest.raises(StoreError) as caught:
            act()
        assert (caught.value.message_id, caught.value.details) == ("store.moved", {"path": str(paths.data)})
    for _ in range(3):
        assert not library.refresh()
    assert [notice.message_id for notice in library.notices] == ["store.moved"]
    library.memory.save_place(Place())
    library.memory.first_time("a hint")
    library.close()
    assert not home.exists()
    moved.rename(home)
    assert library.marks.star(PAPERS[:1], True)
    assert Library.open(paths, starters=False).marks.of(PAPERS[0]).starred


def test_a_folder_of_the_cache_may_go_at_any_time(tmp_path: Path) -> None:
    paths = a_home(tmp_path / "home")
    library = Library.open(paths, starters=False)
    paths.cache.rename(tmp_path / "gone")
    library.marks.star(PAPERS[:1], True)
    library.close()
    assert paths.cache.is_dir()


def test_a_home_deleted_on_purpose_is_made_anew_at_the_next_start(tmp_path: Path) -> None:
    paths = a_home(tmp_path / "home")
    Library.open(paths, starters=False)
    paths.data.parent.rename(tmp_path / "gone")
    with pytest.raises(StoreError):
        check_home(paths.data)
    library = Library.open(paths, starters=False)
    assert library.marks.star(["arxiv:1"], True)
    assert paths.data.is_dir()


async def test_the_reader_says_so_and_leaves_no_home_behind(tmp_path: Path) -> None:
    paths = a_home(tmp_path / "home")
    async with reading(Library.open(paths, starters=False)) as (pilot, screen):
        paths.data.parent.rename(tmp_path / "moved")
        await pilot.press("s")
        await until(pilot, lambda: "store.moved" in [notice.message_id for notice in screen.library.notices])
        await pilot.press("j", "k", "q")
    assert not paths.data.parent.exists()
