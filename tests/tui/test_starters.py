"""The first run: a starter library to read, one line about it, and a way to put it away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders import asked, home
from tests.tui.reading import offered, reading, told, until
from tui_digest.library import Library
from tui_digest.paths import starters


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_one_line_says_how_to_import_and_how_to_put_away(
    tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    library = Library.open(home(tmp_path))
    async with reading(library, size=size, lang=lang) as (_, screen):
        line = "".join(segment.text for segment in screen.panes.notice.render_line(0))
        assert "tui-digest import" in line
        assert "Ctrl+p" in line
        assert "…" not in line
        assert len(screen.state.rows) > 0


async def test_the_palette_puts_them_away_and_brings_them_back(tmp_path: Path) -> None:
    library = Library.open(home(tmp_path))
    async with reading(library) as (pilot, screen):
        await pilot.press("s")
        for expected in (False, True):
            await pilot.press("ctrl+p")
            await pilot.pause()
            await pilot.press(*"starter digests")
            await until(pilot, lambda: "tarter digests" in offered(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            assert library.imports.starters_on is expected
            assert bool(len(screen.state.rows)) is expected
            assert screen.panes.notice.display is expected
        starred = [key for key in library.lists.entries(None).keys if library.marks.of(key).starred]
        assert len(starred) == 1, "the mark stayed while they were away"


@pytest.mark.parametrize(("lang", "other"), [("en", "ko"), ("ko", "en")])
def test_they_speak_the_readers_language_and_both_can_be_had(tmp_path: Path, lang: str, other: str) -> None:
    library = Library.open(home(tmp_path), lang=lang)
    hangul = re.compile("[가-힣]")

    def korean() -> int:
        found = library.lists.walk(None, asked(""))
        return sum(bool(hangul.search(each.entry.commentary or "")) for each in found)

    first = len(library.lists.entries(None))
    assert first > 40
    newest = next(iter(library.lists.walk(None, asked(""))))
    assert bool(hangul.search(newest.display_title)) is (lang == "ko")
    assert (korean() > 20) is (lang == "ko")
    assert lang == "ko" or korean() == 0
    library.imports.put_starters(True, other)
    assert len(library.lists.entries(None)) > first + 30
    library.imports.put_starters(False)
    assert len(library.lists.entries(None)) == 0
    library.imports.put_starters(True, lang)
    assert len(library.lists.entries(None)) == first


async def test_another_language_says_how_the_starters_follow_and_marks_stay(tmp_path: Path) -> None:
    library = Library.open(home(tmp_path), lang="en")

    def speaks_korean() -> bool:
        return bool(re.search("[가-힣]", next(iter(library.lists.walk(None, asked("")))).display_title))

    async with reading(library) as (pilot, screen):
        await pilot.press("j", "s")
        starred = [key for key in library.lists.entries(None).keys if library.marks.of(key).starred]
        screen.adjusting.adjust("lang", "ko")
        await pilot.pause()
        assert (
            told(pilot)[-1] == "이제 한국어로 표시합니다. 맛보기는 명령 “맛보기 다이제스트: 한국어로 바꾸기”로 바꿉니다"
        )
        assert not speaks_korean()
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"한국어로 바꾸기")
        await until(pilot, lambda: "한국어로 바꾸기" in offered(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: speaks_korean() and len(pilot.app.screen_stack) == 1)
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"맛보기 다이제스트")
        await until(pilot, lambda: "맛보기 다이제스트 치우기" in offered(pilot))
        assert "한국어로 바꾸기" not in offered(pilot), "they are Korean"
        assert starred and starred == [key for key in library.lists.entries(None).keys if library.marks.of(key).starred]


def test_the_same_papers_are_there_in_both_languages(tmp_path: Path) -> None:
    keys = []
    for lang in ("en", "ko"):
        library = Library.open(home(tmp_path / lang), lang=lang)
        keys.append({key for key in library.lists.entries(None).keys if key.startswith("arxiv:")})
    assert len(keys[0] & keys[1]) > 40


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_is_said_of_their_papers_is_in_their_language(tmp_path: Path, lang: str) -> None:
    library = Library.open(home(tmp_path), starters=False)
    library.imports.from_paths([starters() / lang])  # `all` beside it is in English for everybody
    sightings = [each for key in set(library.lists.entries(None).keys) for each in library.lists.sightings(key)]
    said = [each.entry.commentary for each in sightings if each.entry.commentary]
    assert len(said) > 30
    assert [text for text in said if (re.search("[가-힣]", text) is not None) is not (lang == "ko")] == []


async def test_the_palette_knows_how_to_bring_in_and_take_out(tmp_path: Path) -> None:
    library = Library.open(home(tmp_path), lang="en")
    async with reading(library) as (pilot, _):
        for typed, found in (
            ("import", "import digests"), ("add source", "add a source"), ("export", "xport"), ("browser", "browser"),
        ):  # fmt: skip
            await pilot.press("ctrl+p")
            await pilot.pause()
            await pilot.press(*typed)
            await until(pilot, lambda found=found: found in offered(pilot))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
