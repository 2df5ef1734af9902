"""Where one is and what can be pressed: title line, pane titles, footer, and the place at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.builders import digest, entry, home, plain_parsing, put
from tests.tui.reading import JULY, library_of, lines, reading, told, until
from tui_digest.library import Library
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.wrap import width_of

FIRST, SECOND, OLDER = "arxiv:2307.00001", "arxiv:2307.00002", "arxiv:2304.00001"


def line(bar: Bar) -> str:
    return "".join(segment.text for segment in bar.render_line(0))


# --- title line ----------------------------------------------------------------------------------------------


async def test_all_weeks_count_a_paper_once(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g")
        await pilot.pause()
        assert len(screen.state.rows) == 5, "sightings"
        assert "4 papers · 5 entries · 4 unread" in line(screen.title_bar)
        assert lines(pilot)[2].split()[:3] == ["▌All", "weeks", "│▏●"], "how many are unread is told once, below"
        assert lines(pilot)[3].split()[:3] == ["●", "Unread", "4"]
        await pilot.press("l", "s", "r")
        assert "4 papers · 5 entries · 3 unread · ★ 1" in line(screen.title_bar)
        await pilot.press("A")
        assert "4 papers · 5 entries · ★ 1" in line(screen.title_bar)


async def test_a_narrowed_list_says_how_many_of_how_many(library: Library) -> None:
    library.marks.mark_read([SECOND], True)
    async with reading(library) as (pilot, screen):
        await pilot.press("v", "u")
        assert line(screen.title_bar).rstrip().endswith("unread  2 of 3 papers")


async def test_thousands_are_parted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    papers = [entry(f"Paper {n}", arxiv=f"2301.{n:05}") for n in range(1200)]
    library.imports.from_paths([put(tmp_path / "digests" / "one.txt", digest(*papers))])
    async with reading(library) as (pilot, screen):
        assert "1,200 papers · 1,200 unread" in line(screen.title_bar)
        await pilot.press("A")
        assert told(pilot)[-1].startswith("Marked 1,200 papers read")
        assert "1/1,200" in line(screen.footer_bar)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [40, 60, 80])
async def test_the_title_line_is_shortened_by_whole_parts(library: Library, width: int, lang: str) -> None:
    library.marks.star([FIRST], True)
    async with reading(library, size=(width, 20), lang=lang) as (pilot, screen):
        for key in ("h", "t", "l", "l"):
            await pilot.press(key)
            shown = line(screen.title_bar)
            assert "…" not in shown
            assert screen.tr(f"pane.{screen.state.pane}") in shown


# --- panes ---------------------------------------------------------------------------------------------------


async def test_the_pane_with_the_keys_is_told_without_colour(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for key, pane in (("h", "weeks"), ("t", "tags"), ("l", "entries"), ("l", "entry")):
            await pilot.press(key)
            await pilot.pause()
            bars = dict(
                zip(
                    ("weeks", "tags", "entries", "entry"),
                    (screen.panes.weeks.bar, screen.panes.facets.bar, screen.panes.entries.bar, screen.panes.entry.bar),
                    strict=True,
                )
            )
            assert [name for name, bar in bars.items() if line(bar).startswith("▌")] == [pane]
            lists = {
                "weeks": screen.panes.weeks.list,
                "tags": screen.panes.facets.list,
                "entries": screen.panes.entries.list,
            }
            for name, rows in lists.items():
                marks = {strip.text.lstrip("│")[0] for strip in rows.render_lines(rows.size.region)} - {" "}
                resting = set() if name == "tags" else {"▏"}  # what no other pane shows is not marked
                assert marks == ({"▌"} if name == pane else resting), (name, pane)


async def test_an_empty_lists_footer_leads_on(library: Library, tmp_path: Path) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("/", *"zebra", "enter")
        await pilot.pause()
        assert lines(pilot)[-1].startswith(" Esc clear ") and "move" not in lines(pilot)[-1]
    async with reading(Library.open(home(tmp_path / "bare"), starters=False), size=(80, 24)) as (pilot, _):
        assert lines(pilot)[-1].startswith(" ii import ")


@pytest.mark.parametrize("size", [(100, 30), (120, 12), (120, 40)])
async def test_a_thin_rule_parts_the_panes_from_top_to_bottom(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        shown = lines(pilot)[1:-1]
        assert {line[screen.panes.entry.body.region.x - 1] for line in shown} == {"│"}


@pytest.mark.parametrize(("height", "titled"), [(40, True), (16, True), (12, False)])
async def test_pane_titles_cost_no_line_where_there_are_few(library: Library, height: int, titled: bool) -> None:
    async with reading(library, size=(120, height)) as (_, screen):
        assert screen.panes.entries.bar.display == screen.panes.entry.bar.display == titled


async def test_zen_goes_back_to_where_one_was(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for pane in ("entries", "weeks"):
            screen.panes.go_to(pane)
            await pilot.press("z")
            assert screen.state.zen
            assert screen.state.pane == "entry"
            await pilot.press("z")
            assert (screen.state.zen, screen.state.pane) == (False, pane)


async def test_the_wheel_over_the_weeks_chooses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    for n in range(48):
        day = f"2023-{n % 12 + 1:02}-{n // 12 * 7 + 1:02}"
        put(tmp_path / "digests" / f"{n}.txt", digest(entry(f"Paper {n}", arxiv=f"2301.{n:05}"), start=day))
    library.imports.from_paths([tmp_path / "digests"])
    async with reading(library) as (pilot, screen):
        week, cursor = screen.state.week, screen.panes.weeks.list.cursor
        await pilot._post_mouse_events([events.MouseScrollDown] * 5, "#weeks", button=0)
        await pilot.pause()
        assert screen.panes.weeks.list.top > 0
        assert (screen.state.week, screen.panes.weeks.list.cursor) == (week, cursor)
        await pilot.press("h", "r")
        assert screen.panes.weeks.list.top <= cursor, "what a key acts on is seen"
        await pilot._post_mouse_events([events.MouseScrollDown] * 5, "#weeks", button=0)
        await pilot.press("j")
        await pilot.pause()
        assert (screen.panes.weeks.list.cursor, screen.state.week) == (cursor + 1, screen.state.weeks[1].id)
        assert screen.panes.weeks.list.top <= cursor + 1


@pytest.mark.parametrize("pane", ["weeks", "entries"])
@pytest.mark.parametrize("key", ["s", "r", "c", "."])
async def test_a_key_acts_on_a_paper_that_is_seen(tmp_path: Path, pane: str, key: str) -> None:
    many = "\n".join(f"https://arxiv.org/abs/2307.{n:05}\nPaper {n} (Ada One)\n#tag{n}" for n in range(60))
    library = library_of(home(tmp_path), tmp_path / "digests", f"2023년 7월 5주차\n{many}\n")
    async with reading(library, size=(100, 24)) as (pilot, screen):
        await pilot.press("j", *("h" if pane == "weeks" else ""))
        # With the weeks beside it the list is narrower, which brings the cursor into view.
        await until(pilot, lambda: pane == "entries" or any("Weeks" in line for line in lines(pilot)))
        screen.panes.entries.list.scroll_view(40)  # as the wheel does
        await pilot.pause()
        region = screen.panes.entries.list.region
        title = screen.state.rows[screen.state.cursor].title

        def seen() -> bool:
            return any(title in line[region.x :].split() or f"{title} " in line[region.x : region.right] + " "
                       for line in lines(pilot)[region.y : region.bottom])  # fmt: skip

        assert not seen()
        await pilot.press(key)
        await pilot.pause()
        assert seen()


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_what_is_copied_names_its_paper_where_that_is_not_seen(library: Library, width: int) -> None:
    async with reading(library, size=(width, 24)) as (pilot, _):
        await pilot.press("h", "c")
        assert "· Sparse Mem" in told(pilot)[-1]
        assert "2307.00001" in told(pilot)[-1]


# --- unread --------------------------------------------------------------------------------------------------


async def test_the_next_unread_is_found_on_the_other_side(library: Library) -> None:
    library.marks.mark_read(library.lists.entries(None).keys, True)
    library.marks.mark_read([FIRST], False)
    async with reading(library) as (pilot, screen):
        screen.panes.show_week("2023-W30", index=2)
        await pilot.press("]")
        assert screen.state.week == "2023-W16", "it stands in the older week too, and that comes first"
        await pilot.press("g", "g", "[")
        assert (screen.state.week, screen.panes.entries.list.cursor) == ("2023-W30", 0)
        library.marks.mark_read([FIRST], True)
        library.marks.mark_read([SECOND], False)
        await pilot.press("G", "]")
        assert (screen.state.week, screen.panes.entries.list.cursor) == ("2023-W30", 1)
        assert told(pilot) == ["From the top again"]
        await pilot.press("]")
        assert told(pilot)[-1] == "This is the only unread entry"
        await pilot.press("g", "g", "[")
        assert screen.panes.entries.list.cursor == 1
        assert told(pilot)[-1] == "From the end again"
        library.marks.mark_read([SECOND], True)
        await pilot.press("[")
        assert told(pilot)[-1] == "Nothing is unread here"


# --- footer --------------------------------------------------------------------------------------------------


async def test_the_footer_counts_in_the_list_that_has_the_keys(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h")
        assert line(screen.footer_bar).rstrip().endswith("5/6"), "all weeks, 3 views, July, April; years are no rows"
        await pilot.press("t", "j")
        assert line(screen.footer_bar).rstrip().endswith("2/3")
        await pilot.press("l", "G")
        assert line(screen.footer_bar).rstrip().endswith("3/3")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [40, 80, 120])
async def test_what_can_follow_is_told_whole(library: Library, width: int, lang: str) -> None:
    async with reading(library, size=(width, 24), lang=lang) as (pilot, screen):
        for begun in "yvgm/":
            await pilot.press(begun)
            shown = line(screen.footer_bar)
            assert width_of(shown) == width
            assert "…" not in shown.replace(f"{begun}…", ""), begun
            if begun == "y" and lang == "en" and width >= 80:
                for hint in ("a abstract", "p PDF", "b BibTeX", "m Markdown", "t title"):
                    assert hint in shown
            if begun == "/":
                assert f"Enter {screen.tr('box.keep')}" in shown
                assert f"Esc {screen.tr('box.undo')}" in shown
            await pilot.press("escape")
            assert line(screen.footer_bar) != shown, begun


async def test_the_footer_does_not_jump_while_one_reads(tmp_path: Path) -> None:
    long = JULY.replace("긴 문맥에서", "\n".join(f"줄 {n}번째의 긴 말입니다." for n in range(80)))
    library = library_of(home(tmp_path), tmp_path / "digests", long)
    async with reading(library, size=(80, 24)) as (pilot, screen):
        await pilot.press("l")
        seen = set()
        for _ in range(8):
            shown = line(screen.footer_bar)
            seen.add((shown.rindex("·"), shown[: shown.index("1/3")]))
            await pilot.press("ctrl+f")
        assert screen.panes.entry.body.fraction == 1
        assert len(seen) == 1, seen


async def test_the_footer_says_what_a_key_would_do(library: Library) -> None:
    async with reading(library, size=(120, 30)) as (pilot, screen):
        await pilot.press("s", "r")
        screen.taker.fade()
        assert "s unstar" in line(screen.footer_bar)
        assert "r unread" in line(screen.footer_bar)
        assert told(pilot)[-1].startswith("Marked read · ")
        await pilot.press("t")
        assert "Enter choose" in line(screen.footer_bar)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_the_line_about_starters_keeps_its_key(tmp_path: Path, width: int, lang: str) -> None:
    library = Library.open(home(tmp_path))
    async with reading(library, size=(width, 20), lang=lang) as (_, screen):
        shown = line(screen.panes.notice)
        assert "ii" in shown
        assert "…" not in shown


# --- keys with nothing to do ---------------------------------------------------------------------------------


async def test_a_key_with_nothing_to_do_says_so(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("a")
        assert told(pilot)[-1] == "All its authors are shown"
        await pilot.press("/", *"zzz", "enter")
        for key in ("s", "r", "A", "l", "space"):
            pilot.app.told.clear()  # type: ignore[attr-defined]
            await pilot.press(key)
            assert told(pilot) == ["There is no entry here"], key


# --- the place -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("week", [None, "2023-W16"])
async def test_an_empty_result_comes_back_at_the_next_start(library: Library, week: str | None) -> None:
    async with reading(library) as (pilot, screen):
        screen.panes.show_week(week)
        await pilot.press("/", *"zzz", "enter")
    async with reading(library) as (_, screen):
        assert (screen.state.week, screen.state.text, len(screen.state.rows)) == (week, "zzz", 0)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_entry_is_open_at_the_same_line_at_the_next_start(tmp_path: Path, size: tuple[int, int]) -> None:
    long = JULY.replace("긴 문맥에서", "\n".join(f"줄 {n}번째의 긴 말입니다." for n in range(80)))
    library = library_of(home(tmp_path), tmp_path / "digests", long)

    def shown(pilot: Pilot[None], screen: MainScreen) -> tuple[str, int, list[str]]:
        body = screen.panes.entry.body
        return screen.state.pane, body.top, [line[body.region.x :] for line in lines(pilot)[body.region.y :]]

    async with reading(library, size=size) as (pilot, screen):
        await pilot.press("l", "1", "7", "j")
        left = shown(pilot, screen)
        assert left[:2] == ("entry", 17)
        assert any("줄 12번째" in line for line in left[2])
    async with reading(library, size=size) as (pilot, screen):
        assert shown(pilot, screen) == left
        assert screen.focused is screen.panes.entry.body


async def test_a_place_of_an_older_version_is_taken(library: Library) -> None:
    where = library.paths.place
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text('{"schema_version": 1, "week": "2023-W16", "key": "arxiv:2307.00001", "scroll": 0}')
    async with reading(library) as (_, screen):
        assert (screen.state.week, screen.panes.entries.list.cursor, screen.state.pane) == ("2023-W16", 1, "entries")


# --- what is not said twice ----------------------------------------------------------------------------------


async def test_nothing_is_said_twice(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("G")
        await pilot.pause()
        facts = ["".join(text for text, _ in pieces) for pieces in screen.panes.entries.list.source.row(2, 60)]
        assert sum("example.org" in text for text in facts) == 1, facts
        assert (
            sum(
                "example.org" in block.text for block in screen.panes.entry.body.document.blocks if block.kind != "link"
            )
            == 1
        )


async def test_a_review_tells_its_date_and_not_its_title_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    paper = digest(entry("A Paper", arxiv="2309.00001"), start="2023-09-01", days=30, title="A Paper", shape="review")
    library.imports.from_paths([put(tmp_path / "digests" / "one.txt", paper)])
    async with reading(library) as (pilot, screen):
        assert [block.text for block in screen.panes.entry.body.document.blocks if block.kind == "meta"] == [
            "arXiv 2309.00001 · Sep\xa02023"
        ]
        assert "Sep\xa02023" in lines(pilot)[4]


async def test_the_fold_of_authors_names_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    many = entry("A Paper", arxiv="2309.00001", authors=[f"Author Number {n}" for n in range(30)])
    library.imports.from_paths([put(tmp_path / "digests" / "one.txt", digest(many))])
    async with reading(library) as (pilot, screen):
        await pilot.pause()
        (folded,) = [block.text for block in screen.panes.entry.body.document.blocks if block.kind == "authors"]
        assert folded.endswith(" more (a)")
        await pilot.press("a")
        (whole,) = [block.text for block in screen.panes.entry.body.document.blocks if block.kind == "authors"]
        assert "Author Number 29" in whole


async def test_a_week_too_long_for_its_row_keeps_its_days(library: Library) -> None:
    async with reading(library) as (_, screen):
        shown = ["".join(text for text, _ in screen.panes.weeks.list.source.row(5, width)[0]) for width in (40, 22, 14)]
        assert [text.count("23–29 Jul") for text in shown] == [1, 1, 1]
        assert [text.count("Jul week 5") for text in shown] == [1, 0, 0], "the author's name where there is room"
