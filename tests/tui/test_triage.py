"""Triage in the reader: a key a verdict, on disk at once; it goes on where it stopped, and tells what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import APRIL, JULY, all_done, library_of, lines, reading, told, until
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.library.triaging import Triage
from tui_digest.tui.keymap import KEYS, screens_of
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.triage import TriageScreen

FIRST, SECOND, THIRD = "arxiv:2307.00001", "arxiv:2307.00002", "url:example.org/post"


def of(pilot: Pilot[None]) -> TriageScreen:
    screen: Any = pilot.app.screen
    assert isinstance(screen, TriageScreen)
    return screen


def marks(library: Library, key: str) -> tuple[bool, bool]:
    mark = library.marks.of(key)
    return mark.starred, mark.read


def keys_of(library: Library) -> list[str]:
    return list(library.lists.entries("2023-W30").keys)


async def test_help_names_its_place_and_the_footer_shows_what_another_layout_was_taken_for(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    library.memory.first_time("layouts")
    async with reading(library, lang="ko") as (pilot, main):
        await pilot.press("T", "?")
        await pilot.pause()
        assert "지금 창: 훑어보기" in "\n".join(lines(pilot))
        await pilot.press("escape", "ㄴ")
        screen = of(pilot)
        assert "2/3" in screen.title_bar.text
        assert "ㄴ→s" in screen.footer_bar.text
        await pilot.press("l")
        assert "ㄴ→s" not in screen.footer_bar.text
        await pilot.press("r", "?")
        await pilot.pause()
        assert Translator("ko")("key.triage.copy") in "\n".join(lines(pilot)[:6])
        await pilot.press("escape", "ㅂ")
        assert pilot.app.screen is main
        assert "ㅂ→q" in main.footer_bar.text


async def test_a_week_is_gone_through_and_every_verdict_is_on_disk_at_once(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    first, second, third = keys_of(library)
    async with reading(library) as (pilot, main):
        await pilot.press("T")
        screen = of(pilot)
        assert "1/3" in screen.title_bar.text
        assert "Sparse Memory" in screen.entry.body.document.blocks[0].text
        await pilot.press("s")
        other = Library.open(library.paths, starters=False)  # what another process finds, with this one still running
        assert marks(other, first) == (True, True)
        await pilot.press("l")
        assert "3/3" in screen.title_bar.text
        assert marks(library, second) == (False, False)
        await pilot.press("r")
        assert marks(library, third) == (False, True)
        assert screen.at_end
        shown = [block.text for block in screen.entry.body.document.blocks]
        assert "3 papers: 1 kept, 1 for later, 1 skipped" in shown
        assert "★ Sparse Memory for Long Context" in shown
        await pilot.press("enter")
        assert pilot.app.screen is main
        assert main.state.totals.starred == 1
        assert [act.change.field for act in library.marks.history()][:3] == ["read", "later", "starred"]


async def test_every_key_names_a_method_of_a_part_of_its_screen(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    async with reading(library) as (pilot, main):
        await pilot.press("T")
        screens: dict[str, MainScreen | TriageScreen] = {
            "main": main,
            "select": main,
            "triage": of(pilot),
            "summary": of(pilot),
        }
        for key in KEYS:
            owner, _, method = key.action.partition(".")
            for screen in screens_of(key):
                assert callable(getattr(screens[screen].part(owner), method)), (key.id, screen)


async def test_one_verdict_is_one_undo_and_steps_back_to_its_paper(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    first, second, _ = keys_of(library)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "s", "l")
        screen = of(pilot)
        await pilot.press("u")
        assert screen.current() is not None and screen.triage.pending[0] == second
        assert marks(library, first) == (True, True), "what was put off had marked nothing"
        await pilot.press("u")
        assert screen.triage.pending[0] == first
        assert marks(library, first) == (False, False)
        await pilot.press("u")
        assert told(pilot)[-1] == "No verdict of this session is left to take back"


async def test_taking_back_leaves_what_was_done_since(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    first, _, third = keys_of(library)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "s")
        library.marks.star([third], True)  # by the same reader, since
        await pilot.press("u")
        assert marks(library, first) == (False, False)
        assert marks(library, third) == (True, False)


async def test_a_paper_that_was_starred_before_keeps_its_star(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    first = keys_of(library)[0]
    library.marks.star([first], True)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "s", "u")
        assert marks(library, first) == (True, False)


async def test_it_goes_on_where_it_stopped_also_after_a_restart(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    _, second, third = keys_of(library)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "l", "escape")
    library = Library.open(library.paths, starters=False)
    async with reading(library) as (pilot, _main):
        await pilot.press("T")
        screen = of(pilot)
        assert "Resumed at 2/3 · T starts over" in told(pilot)
        assert screen.triage.pending == [second, third], "what was put off does not come again in this session"
        await pilot.press("r", "r", "enter", "T")
        assert of(pilot).triage.total == 1, "but the next time it does"
        assert of(pilot).triage.verdicts == []


async def test_the_end_is_shown_again_where_nobody_closed_it(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "s", "r", "r")
        assert of(pilot).at_end
    async with reading(Library.open(library.paths, starters=False)) as (pilot, _main):
        await pilot.press("T")
        assert of(pilot).at_end
        assert "3 papers: 1 kept, 0 for later, 2 skipped" in [
            block.text for block in of(pilot).entry.body.document.blocks
        ]


async def test_starting_over_can_be_taken_back(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    first, second, third = keys_of(library)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "l", "s", "m", "m")
        triage = of(pilot).triage
        assert triage.pending == [first, third]
        assert marks(library, second) == (True, True)
        await pilot.press("u")
        assert triage.pending == [third]
        assert [verdict.name for verdict in triage.verdicts] == ["later", "keep"]


async def test_what_is_read_elsewhere_drops_out_and_what_is_imported_comes_last(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    first, second, third = keys_of(library)
    async with reading(library) as (pilot, main):
        await pilot.press("T")
        screen = of(pilot)
        other = Library.open(library.paths, starters=False)
        other.marks.mark_read([second], True)
        (tmp_path / "d" / "digest-0.txt").write_text(
            JULY.replace(
                "2023년 7월 5주차\n", "2023년 7월 5주차\nhttps://arxiv.org/abs/2307.00009\nNew (Eve Five)\n뉴.\n"
            ),
            "utf-8",
        )
        other.imports.from_paths([tmp_path / "d"])
        main.upkeep.look_again()
        await all_done(pilot)
        screen.look_again()
        assert screen.triage.pending == [first, third, "arxiv:2307.00009"]
        assert "1/3" in screen.title_bar.text


async def test_what_is_put_off_in_another_window_is_not_asked_again(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    first, second, third = keys_of(library)
    async with reading(library) as (pilot, main):
        await pilot.press("T")
        screen = of(pilot)
        Triage(Library.open(library.paths, starters=False), main.state.week).judge("later")
        screen.look_again()
        assert screen.triage.pending == [second, third]
        assert "2/3" in screen.title_bar.text
        await pilot.press("s")
        assert marks(library, first) == (False, False) and marks(library, second) == (True, True)


async def test_a_narrowed_list_has_a_session_of_its_own(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    async with reading(library) as (pilot, _main):
        await pilot.press("/", *"markup", "enter", "T")
        assert of(pilot).triage.total == 1
        assert "markup" in of(pilot).title_bar.text
        await pilot.press("l", "enter", "escape", "T")
        assert of(pilot).triage.total == 3


async def test_nothing_unread_is_said(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    library.marks.mark_read(keys_of(library), True)
    async with reading(library) as (pilot, main):
        await pilot.press("T")
        assert pilot.app.screen is main
        assert told(pilot)[-1] == "Nothing unread here to go through"


async def test_the_summary_is_copied_as_markdown(tmp_path: Path, copied: list[str]) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "s", "s", "r", "y")
        await all_done(pilot)
    assert copied[0] == (
        "## 23–29 Jul 2023\n\n3 papers: 2 kept, 0 for later, 1 skipped\n\n### Kept (2)\n\n"
        "- [Sparse Memory for Long Context](https://arxiv.org/abs/2307.00001)\n"
        "- [A Title with \\[/\\] Markup in It \\[bold\\]](https://arxiv.org/abs/2307.00002)\n\n### Skipped (1)\n\n"
        "- [\\[example.org\\]](https://example.org/post)\n"
    )


async def test_a_note_and_the_link_are_to_be_had_without_leaving(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    first = keys_of(library)[0]
    async with reading(library) as (pilot, _main):
        await pilot.press("T", "e", *"later s", "escape")
        assert library.marks.of(first).note == "later s"
        assert of(pilot).triage.pending[0] == first
        await pilot.press("c")
        await all_done(pilot)
        assert "arxiv.org/abs/2307.00001" in told(pilot)[-1]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 10)])
async def test_every_size_tells_the_place_the_verdicts_and_the_way_out(
    size: tuple[int, int], lang: str, tmp_path: Path
) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY)
    async with reading(library, size=size, lang=lang) as (pilot, main):
        assert isinstance(main, MainScreen)
        await pilot.press("T")
        screen = of(pilot)
        tr = screen.tr
        await pilot.press("?")
        await pilot.pause()
        assert tr("help.here", pane=tr("triage.title")) in "\n".join(lines(pilot))
        await pilot.press("escape")
        assert "1/3" in screen.title_bar.text
        legend = screen.verdict_bar.text
        assert len(legend.encode("euc-kr", "replace")) <= size[0], "two cells a syllable, as in that encoding"
        for name, key in (("keep", "s"), ("later", "l"), ("skip", "r")):
            assert f"{key} {tr(f'triage.means.{name}.shorter').split()[0]}" in legend
        assert f"Esc {tr('short.triage.leave')}" in screen.footer_bar.text
        assert all(bar.size.width == size[0] for bar in (screen.title_bar, screen.verdict_bar, screen.footer_bar))
        await pilot.press("s", "s", "s")
        assert f"y {tr('short.triage.copy')}" in screen.footer_bar.text
        assert f"Enter {tr('short.triage.close')}" in screen.footer_bar.text or size[0] == 40


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_it_is_said_what_was_done_to_which_paper(tmp_path: Path, copied: list[str], lang: str) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    async with reading(library, lang=lang) as (pilot, main):
        await pilot.press("T")
        await pilot.pause()
        title = "Sparse Memory for Long Context"
        await pilot.press("c")
        await until(pilot, lambda: bool(copied))
        await all_done(pilot)
        assert told(pilot)[-1].endswith(f"· {title}")
        for key, verdict in (("l", "later"), ("u", ""), ("s", "keep"), ("u", ""), ("r", "skip")):
            await pilot.press(key)
            if verdict:
                assert told(pilot)[-1] == f"{main.tr(f'triage.did.{verdict}')} · {title}"
                assert told(pilot)[-1] in of(pilot).footer_bar.text
        of(pilot).taker.fade()
        said = len(told(pilot))
        await pilot.press("s", "s")
        assert of(pilot).at_end
        assert len(told(pilot)) == said + 1, "the summary tells of the last one"


async def test_the_screens_below_triage_count_what_it_did_as_soon_as_they_are_seen(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    async with reading(library, size=(120, 40), lang="ko") as (pilot, _):

        def counted() -> tuple[str, str]:
            page = lines(pilot)
            return page[0].split("편", 1)[1].strip(), next(line for line in page if "● 안 읽음" in line).split("┃")[
                0
            ].split("│")[0]

        before = counted()
        await pilot.press("T", "s", "r", "u", "r")
        assert library.lists.totals().starred == 1
        await pilot.press("escape")
        await until(pilot, lambda: counted() != before)
        unread = library.lists.totals().unread
        assert counted()[1].split()[-1] == str(unread), counted()
        assert counted()[0] == "· 안 읽음 1 · ★ 1", counted()
