"""The filter box and what it leaves: seen while it is typed, undone whole, and an empty list that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of, lines, offered, reading, until
from tui_digest.library import Library
from tui_digest.models import Place
from tui_digest.tui.row_texts import ViewRow, WeekRows
from tui_digest.tui.screens.main import MainScreen


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 40)])
@pytest.mark.parametrize("start", ["weeks", "entry"])
async def test_the_entries_are_seen_while_they_are_filtered(
    library: Library, size: tuple[int, int], start: str
) -> None:
    async with reading(library, size=size) as (pilot, screen):
        screen.panes.go_to(start)
        await pilot.pause()
        await pilot.press("/", *"sparse")
        await pilot.pause()
        assert screen.typing
        assert screen.panes.entries.list.region.height > 0
        assert len(screen.state.rows) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert (screen.state.pane, len(screen.state.rows)) == (start, 3)


async def test_esc_in_the_box_leaves_the_entry_at_its_line(tmp_path: Path) -> None:
    long = JULY.replace("긴 문맥에서", "\n".join(f"줄 {n}번째의 긴 말입니다." for n in range(80)))
    library = library_of(home(tmp_path), tmp_path / "digests", long)
    async with reading(library) as (pilot, screen):
        await pilot.press("l", "9", "j", "/", *"blog", "escape")
        await pilot.pause()
        assert (screen.state.pane, screen.panes.entry.body.top) == ("entry", 9)


@pytest.mark.parametrize("pane", ["entries", "tags"])
async def test_esc_leaves_a_cursor_low_in_its_list_at_its_line(tmp_path: Path, pane: str) -> None:
    many = "\n".join(
        f"https://arxiv.org/abs/2307.{number:05}\nPaper {number} (Ada One)\n#tag{number}" for number in range(100)
    )
    library = library_of(home(tmp_path), tmp_path / "digests", f"2023년 7월 5주차\n{many}\n")
    async with reading(library) as (pilot, screen):
        screen.panes.go_to(pane)
        await pilot.press("6", "0", "j", "g", "g", "6", "0", "j")
        rows = screen.panes.facets.list if pane == "tags" else screen.panes.entries.list
        before = rows.cursor, rows.top
        await pilot.press("/", *"9")
        await pilot.pause()
        assert len(rows.source) < 100
        await pilot.press("escape")
        await pilot.pause()
        assert (rows.cursor, rows.top) == before


async def test_the_box_opens_again_on_what_stands_in_it(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse", "enter", "/")
        await pilot.pause()
        assert screen.query_one(Input).value == "sparse"
        await pilot.press(*" zz")
        await pilot.pause()
        assert len(screen.state.rows) == 0
        await pilot.press("escape")
        await pilot.pause()
        assert (screen.state.text, len(screen.state.rows)) == ("sparse", 1)


async def test_typing_replaces_the_old_query_and_an_arrow_keeps_it(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse", "enter", "/", *"blog")
        await pilot.pause()
        assert screen.state.text == "blog"
        await pilot.press("enter", "/", "right", *" is:unread", "enter", "/", "enter")
        await pilot.pause()
        assert screen.state.text == "blog is:unread"


async def test_keys_in_one_read_with_the_slash_replace_the_old_query(library: Library) -> None:
    """The box has its text selected before it is told that it has the keys."""
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse", "enter")
        for key in ("/", "b", "l"):
            pilot.app.post_message(events.Key(key, key))
        await pilot.pause()
        assert screen.state.text == "bl"


async def test_the_box_says_where_it_looks(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        assert screen.query_one(Input).placeholder.startswith("this week")
        await pilot.press("escape", "h", "g", "g", "/")
        assert screen.query_one(Input).placeholder.startswith("all weeks")


async def test_nothing_in_a_week_says_how_to_look_in_all(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"older")
        await pilot.pause()
        assert "Enter\u00a0h\u00a0gg" in screen.panes.entries.list.empty_text
        await pilot.press("enter")
        await pilot.pause()
        assert screen.panes.entries.list.empty_text.endswith("In all weeks: h\u00a0gg")
        await pilot.press("h", "g", "g")
        await pilot.pause()
        assert [row.title for row in screen.state.rows] == ["An Older Paper"]


@pytest.mark.parametrize(("keys", "said"), [("vs", "Nothing is starred here."), ("vu", "Nothing is unread here.")])
async def test_an_empty_view_says_which(library: Library, keys: str, said: str) -> None:
    library.marks.mark_read(library.lists.entries("2023-W30").keys, True)
    async with reading(library) as (pilot, screen):
        await pilot.press(*keys)
        assert screen.panes.entries.list.empty_text.startswith(said)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "These digests hold no papers"), ("ko", "이 다이제스트에는 글이 없습니다")]
)
async def test_a_newest_week_without_papers_is_no_empty_library(lang: str, said: str, tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, "2023년 8월 2주차\n")
    async with reading(library, lang=lang) as (pilot, screen):
        assert screen.state.week == "2023-W32"
        assert screen.panes.entries.list.empty_text == said
        await pilot.press("h", "g", "g")  # all weeks
        assert len(screen.state.rows) == 3


async def test_no_tag_of_that_name_is_said(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("t", "/", *"zzz")
        await pilot.pause()
        assert screen.panes.facets.list.empty_text == "no tag matches zzz"
        await pilot.press("escape")
        await pilot.pause()
        assert len(screen.panes.facets.names) == 3


async def test_a_typed_tag_is_chosen_also_where_others_are(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("t", "enter", "/", *"eff", "enter")
        await pilot.pause()
        assert screen.state.chosen_names() == ("memory", "efficiency")


@pytest.mark.parametrize("text", ["tag:", "tag:mem", 'tag:"mem', "#mem", '#"mem', "is:", "is:unr", "sparse tag:me"])
async def test_an_unfinished_term_leaves_the_list_as_it_was(library: Library, text: str) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *text)
        await pilot.pause()
        assert len(screen.state.rows) == (1 if text.startswith("sparse") else 3)


async def test_a_finished_term_narrows_and_enter_takes_it_at_its_word(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"tag:memory")
        await pilot.pause()
        assert len(screen.state.rows) == 2
        await pilot.press(*["backspace"] * 3)
        await pilot.pause()
        assert len(screen.state.rows) == 3
        await pilot.press("enter")
        await pilot.pause()
        assert len(screen.state.rows) == 0, "there is no tag `mem`"


async def test_a_click_elsewhere_closes_the_box_and_keeps_what_was_typed(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse")
        await pilot.click("#weeks", offset=(3, 0))
        await pilot.pause()
        assert (screen.typing, screen.state.text, screen.state.pane) == (False, "sparse", "weeks")
        await pilot.press("j")
        assert not screen.query("FilterLine")


async def test_the_box_has_its_prompt(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("/", *"sp")
        await pilot.pause()
        assert lines(pilot)[-2].startswith(" / sp")


async def test_the_palettes_list_is_walked_with_the_arrows(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: offered(pilot))
        first = offered(pilot)
        await pilot.press("down", "down", "up")
        assert offered(pilot) == screen.tr("source.command") != first
        marked = [line for line in lines(pilot) if "▌" in line and " …" in line]
        assert len(marked) == 1 and screen.tr("source.command") in marked[0], "the cursor is told by a bar"
        await pilot.press("up")
        assert offered(pilot) == first


@pytest.mark.parametrize(
    ("lang", "typed", "meant"),
    [("ko", "import", "import.command"), ("ko", "add a source", "source.command"), ("ko", "ㄱㅈㅇㄱ", "import.command"),
     ("en", "가져오기", "import.command"), ("en", "구독 추가", "source.command")],
)  # fmt: skip
async def test_the_palette_knows_other_names(library: Library, lang: str, typed: str, meant: str) -> None:
    """Initial consonants, and what a command is called in the other language."""
    async with reading(library, lang=lang) as (pilot, screen):
        await pilot.press("ctrl+p", *typed)
        await until(pilot, lambda: offered(pilot).startswith(screen.tr(meant)))


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_that_no_command_fits_is_no_row_to_choose(library: Library, lang: str) -> None:
    async with reading(library, lang=lang) as (pilot, screen):
        await pilot.press("ctrl+p", *"xyz")
        await until(pilot, lambda: any(screen.tr("palette.none") in line for line in lines(pilot)))
        palette = pilot.app.screen
        assert offered(pilot) == ""
        (said,) = [line for line in lines(pilot) if screen.tr("palette.none") in line]
        assert "▌" not in said
        await pilot.press("down", "enter")
        await pilot.pause()
        assert (pilot.app.screen, offered(pilot)) == (palette, "")
        await pilot.click(palette.query_one(OptionList))
        await pilot.pause()
        assert pilot.app.screen is palette
        await pilot.press("enter", *["backspace"] * 3, *screen.tr("source.command")[:6])
        await until(pilot, lambda: offered(pilot) == screen.tr("source.command"))


async def test_the_palette_begins_with_what_has_no_key(library: Library) -> None:
    async with reading(library, lang="ko") as (pilot, screen):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: pilot.app.screen.query(OptionList).first().option_count)
        palette = pilot.app.screen
        assert palette.query_one(Input).placeholder == screen.tr("palette.placeholder")
        text = "\n".join(lines(pilot))
        assert screen.tr("starters.command.on") in text
        assert screen.tr("key.move.half_down") not in text


def footer(screen: MainScreen) -> str:
    return screen.footer_bar.text


async def test_tab_completes_what_is_typed_and_the_footer_says_to_what(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, screen):
        await pilot.press("/", *"tag:eff")
        await pilot.pause()
        assert "Tab tag:efficiency" in footer(screen)
        assert len(screen.state.rows) == 3
        await pilot.press("tab")
        await pilot.pause()
        assert (screen.query_one(Input).value, len(screen.state.rows)) == ("tag:efficiency", 1)
        assert "Tab" not in footer(screen)
        await pilot.press(*" ti", "tab", *"sp")
        await pilot.pause()
        assert screen.state.text == "tag:efficiency title:sp"
        await pilot.press("enter", "t", "/", *"eff", "tab")
        await pilot.pause()
        assert screen.state.facet_text == "eff", "among the tags the text is no query"


async def test_aliases_are_one_row_found_by_each_spelling(tmp_path: Path) -> None:
    where = home(tmp_path)
    library_of(where, tmp_path / "digests", JULY, APRIL).close()
    library = Library.open(where, starters=False, tag_aliases={"Memory": ("memory", "efficiency")})
    library.memory.save_place(Place(week="2023-W30", chosen=(("tag", "efficiency"), ("tag", "memory"))))
    async with reading(library) as (pilot, screen):
        assert screen.state.chosen == (("tag", "Memory"),), "chosen before the config said so"
        assert screen.panes.facets.names == [("Memory", 2)]
        assert any("#memory #efficiency" in line for line in lines(pilot)), "as the digest wrote it"
        await pilot.press("t", "enter", "/", *"effic")
        await pilot.pause()
        assert [tag for tag, _ in screen.panes.facets.names] == ["Memory"]
        await pilot.press("escape", "/", "escape", "l", "/", *"tag:efficiency")
        await pilot.pause()
        assert len(screen.state.rows) == 2


async def test_what_was_probably_meant_is_offered_and_taken_by_tab(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"spasre")
        await until(pilot, lambda: screen.state.suggestion == "sparse")
        assert "Did you mean sparse? Tab takes it." in screen.panes.entries.list.empty_text
        assert (screen.state.text, len(screen.state.rows)) == ("spasre", 0), "nothing is changed by itself"
        await pilot.press("tab")
        await pilot.pause()
        assert screen.query_one(Input).value == "sparse"
        assert (len(screen.state.rows), screen.state.suggestion) == (1, "")
        await pilot.press("escape")
        await pilot.pause()
        assert (screen.state.text, len(screen.state.rows)) == ("", 3)


async def test_enter_takes_it_where_the_box_is_closed(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"메모라")
        await until(pilot, lambda: screen.state.suggestion == "메모리")
        await pilot.press("enter")
        await pilot.pause()
        assert "Enter takes it." in screen.panes.entries.list.empty_text
        await pilot.press("enter")
        await pilot.pause()
        assert (screen.state.text, len(screen.state.rows), screen.state.pane) == ("메모리", 1, "entries")
        await pilot.press("enter")
        await pilot.pause()
        assert screen.state.pane == "entry"


async def test_nothing_is_offered_where_something_is_found_or_nothing_is_near(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"qqqqqq")
        await pilot.app.workers.wait_for_complete()
        assert screen.state.suggestion == ""
        assert "Did you mean" not in screen.panes.entries.list.empty_text
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert screen.state.text == "qqqqqq"


# --- counts that follow -----------------------------------------------------------------------------------------


def beside(screen: MainScreen, *, row: int) -> str:
    """The count beside a row of the week list, and whether the row is dimmed."""
    pieces = screen.panes.weeks.list.source.row(row, 40)[0]
    count = pieces[-1][0].strip() if pieces[-1][0].strip().replace(",", "").isdigit() else ""
    return count + (" dim" if pieces[0][1] == "muted" else "")


def named(screen: MainScreen, row: int) -> str | ViewRow | None:
    """What a row of the week list stands for."""
    source = screen.panes.weeks.list.source
    assert isinstance(source, WeekRows)
    return source.at(row)


async def followed(pilot: Pilot[None], screen: MainScreen) -> None:
    weeks = screen.panes.weeks
    await until(pilot, lambda: screen.state.searched() is None or (weeks.searching and weeks.followed))


@pytest.mark.parametrize("keys", [["/", *"sparse", "enter"], ["/", *"#memory", "enter"], ["v", "s"]])
async def test_counts_beside_weeks_and_views_are_what_is_found_there(library: Library, keys: list[str]) -> None:
    library.marks.star(["arxiv:2307.00001"], True)
    library.marks.mark_read(["arxiv:2307.00002"], True)
    library.views.save("efficient", "#efficiency")
    async with reading(library) as (pilot, screen):
        rows = screen.panes.weeks.list
        await until(pilot, lambda: not screen.views.uncounted)
        whole = [beside(screen, row=row) for row in range(len(rows.source))]
        await pilot.press(*keys)
        await followed(pilot, screen)
        told = {row: beside(screen, row=row) for row in range(len(rows.source)) if rows.source.selectable(row)}
        assert any(count.strip(" dim") for count in told.values())
        week, view, text = screen.state.week, screen.state.view, screen.state.text
        for row, count in told.items():
            at = named(screen, row)
            screen.state.week, screen.state.view, screen.state.saved = week, view, ""
            screen.views.stand_at(at)
            screen.state.make_query()
            screen.panes.show_rows()
            assert screen.state.text == text
            papers = len(set(screen.state.rows.keys))
            assert count.removesuffix(" dim") == (str(papers) if papers else ""), at
        screen.state.week, screen.state.view, screen.state.saved = week, "all", ""
        screen.panes.widen()
        await pilot.pause()
        assert [beside(screen, row=row) for row in range(len(rows.source))] == whole, "without a search, all of it"


async def test_counts_of_a_search_follow_marks(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse", "enter")
        await followed(pilot, screen)
        unread = next(row for row in range(9) if getattr(named(screen, row), "name", "") == "unread")
        assert beside(screen, row=unread) == "1"
        await pilot.press("r")
        await until(pilot, lambda: not beside(screen, row=unread).startswith("1"))


async def test_counting_what_a_search_finds_waits_for_the_keys(library: Library) -> None:
    """No key waits for it: while one types, the counts are those of before."""
    async with reading(library) as (pilot, screen):
        before = screen.panes.weeks.followed
        await pilot.press("/", *"spars")
        assert before
        assert not screen.panes.weeks.followed
        await followed(pilot, screen)
        weeks = [row for row in range(12) if isinstance(named(screen, row), str)]
        assert [beside(screen, row=row) for row in weeks] == ["1", "1"]
