"""Help and the choice of a link: all of them can be seen and closed at every size."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static

from tests.builders import home
from tests.tui.reading import JULY, library_of, lines, offered, reading, until
from tui_digest.library import Library
from tui_digest.tui import key_taker
from tui_digest.tui.palette import Palette
from tui_digest.tui.screens.dialogs import LinksDialog
from tui_digest.tui.screens.help import HelpDialog
from tui_digest.tui.widgets.long_text import LongText
from tui_digest.tui.widgets.thin_scrollbar import ThinBar
from tui_digest.tui.wrap import width_of

SIZES = [(40, 10), (60, 20), (80, 24), (120, 40)]

MANY = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Sparse Memory for Long Context (Ada One, Bo Two)
https://github.com/a-research-group-with-a-long-name/sparse-memory-for-long-context/blob/main/README.md 와
https://example.org/a/very/long/way/to/a/post/about/sparse/memory/in/transformers?page=3 를 보세요.
#memory
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


@pytest.mark.parametrize("size", SIZES[:3])
async def test_all_of_help_can_be_scrolled_to(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        last = f" {screen.tr('box.shut')} "

        def at_the(end: str) -> bool:
            page = "\n".join(lines(pilot)[:-1])  # below it the footer is seen
            return ("Here: Entries" in page, last in page) == (end == "top", end == "foot")

        await pilot.press("?")
        await until(pilot, lambda: at_the("top"))
        frame = pilot.app.screen.query_one(VerticalScroll)
        pages = -(-frame.max_scroll_y // (frame.size.height - 1))  # of each a line stays; help grows with every key
        by_pages = (["space"] * pages, ["pagedown"] * pages)
        for keys in (["G"], ["end"], ["G", *"kkkjjj"], *by_pages, ["end", "up", "up", "down", "down"]):
            await pilot.press(*keys)
            await until(pilot, lambda: at_the("foot"))
            assert "Esc close" in lines(pilot)[-1], keys
            await pilot.press("g")
            await until(pilot, lambda: at_the("top"))


@pytest.mark.parametrize(
    ("pane", "first"), [("weeks", "Weeks"), ("tags", "Tags"), ("entries", "Entries"), ("entry", "Entry")]
)
async def test_help_names_the_keys_of_the_pane_first(library: Library, pane: str, first: str) -> None:
    async with reading(library) as (pilot, screen):
        screen.panes.go_to(pane)
        await pilot.press("?")
        await pilot.pause()
        assert f"Here: {first}" in "\n".join(lines(pilot))
        shown = str(pilot.app.screen.query_one(VerticalScroll).query_one(Static).content)  # more than the window holds
        assert shown.index(f"Here: {first}") < shown.index("Moving")
        beginning = shown[shown.index("Here:") : shown.index("Moving")]
        assert ("find" in beginning) == (pane != "weeks")


async def test_of_help_only_the_lines_in_view_are_drawn(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    whole = LongText.render_line
    monkeypatch.setattr(LongText, "render_line", lambda page, y: drawn.append(y) or whole(page, y))  # type: ignore[func-returns-value]
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("?")
        await until(pilot, lambda: "Here: Entries" in "\n".join(lines(pilot)))
        page = pilot.app.screen.query_one(LongText)
        assert page.size.height > 200
        assert max(drawn) < 24
        assert 200 < str(page.content).count("\n") < page.size.height  # all of it is there to be selected


async def test_a_line_of_help_goes_on_below_what_the_keys_do(library: Library) -> None:
    async with reading(library, size=(40, 10)) as (pilot, _):
        await pilot.press("?", "/", *"triage")
        await pilot.pause()
        shown = lines(pilot)
        at = next(at for at, line in enumerate(shown) if "triage: a" in line)
        assert shown[at].index("triage: a") == shown[at + 1].index("paper")


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_the_palettes_keys_end_in_one_column(library: Library, lang: str) -> None:
    async with reading(library, size=(100, 30), lang=lang) as (pilot, _):
        for typed in ("", "copy" if lang == "en" else "복사"):
            await pilot.press("ctrl+p")
            pilot.app.post_message(events.Paste(typed))
            await until(pilot, lambda: offered(pilot) and isinstance(pilot.app.screen, Palette))
            await pilot.pause()
            rows = pilot.app.screen.query_one(OptionList)
            prompts = [str(rows.get_option_at_index(at).prompt) for at in range(rows.option_count)]
            keyed = [prompt for prompt in prompts if "  " in prompt]
            assert len(keyed) > 3 and len({width_of(prompt) for prompt in keyed}) == 1
            await pilot.press("escape")
            await pilot.pause()


def test_a_thin_scrollbar_shows_what_is_in_view_and_can_be_taken() -> None:
    cells = list(ThinBar.render_bar(10, 40, 10, 0).segments)
    assert "".join(cell.text for cell in cells) == "┃┃        "
    meta = [cell.style.meta["@mouse.down"] for cell in cells if cell.style is not None]
    assert meta == ["grab"] * 2 + ["scroll_down"] * 8
    assert "".join(cell.text for cell in ThinBar.render_bar(10, 40, 10, 30).segments) == "        ┃┃"
    assert "".join(cell.text for cell in ThinBar.render_bar(10, 10, 0, 0).segments) == " " * 10


async def test_help_is_searched_and_shows_all_again(library: Library) -> None:
    async with reading(library, size=(80, 24), lang="ko") as (pilot, screen):
        await pilot.press("?", "/", *"되돌")
        await pilot.pause()
        shown = "\n".join(lines(pilot))
        assert "되돌리기" in shown and "다음 창" not in shown
        await pilot.press("enter")
        await pilot.pause()
        assert "다음 창" not in "\n".join(lines(pilot))
        await pilot.press("/", "q", "q", "q")
        await pilot.pause()
        assert "해당하는 키가 없습니다" in "\n".join(lines(pilot))
        await pilot.press("escape")
        await pilot.pause()
        assert "지금 창: 목록" in "\n".join(lines(pilot))
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen


@pytest.mark.parametrize(
    ("keys", "top"),
    [("Gkkjj", "end"), ("GkkkkG", "end"), ("Gg", 0), ("jjjk", 2), ("jjjjg", 0), ("  ", "two pages"), (" jk", "page")],
)
async def test_keys_that_come_at_once_scroll_help_one_after_the_other(
    library: Library, keys: str, top: int | str
) -> None:
    async with reading(library, size=(40, 10)) as (pilot, _):
        for key in f"?{keys}":
            pilot.app.post_message(events.Key("space" if key == " " else key, key))
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpDialog))
        frame = pilot.app.screen.query_one(VerticalScroll)
        page = frame.size.height - 1
        wanted = {"end": frame.max_scroll_y, "page": page, "two pages": 2 * page}.get(str(top), top)
        await until(pilot, lambda: frame.scroll_y == wanted)
        await pilot.pause()
        assert frame.scroll_y == wanted


async def test_help_shows_how_far_down_one_is(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("?")
        await pilot.pause()
        frame = pilot.app.screen.query_one(VerticalScroll)
        assert frame.show_vertical_scrollbar
        assert "j k scroll" in lines(pilot)[-1]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", SIZES)
async def test_a_link_stands_on_its_numbers_line(tmp_path: Path, size: tuple[int, int], lang: str) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", MANY)
    async with reading(library, size=size, lang=lang) as (pilot, screen):
        await pilot.press(";")
        await pilot.pause()
        shown = lines(pilot)
        for number, host, end in ((1, "arxiv.org", "00001"), (2, "github.com", "README.md"), (3, "example.org", "=3")):
            assert any(f"{number} {host}" in line and end in line for line in shown), shown
        assert screen.tr("box.open") in shown[-1] and screen.tr("box.shut") in shown[-1], (
            "the keys that matter are told"
        )
        assert sum("╭" in line for line in shown) == 1
        assert screen.tr("links.title") in "".join(shown)


LABELLED = """# 2023-07-30

## [Sparse Memory for Long Context](https://arxiv.org/abs/2307.00001)

[Code](https://github.com/cy/sparse) · [Project page](https://cy.example/sparse) · https://example.org/post

Words on it.
"""


async def test_a_link_stands_beside_what_it_is(tmp_path: Path) -> None:
    async with reading(library_of(home(tmp_path), tmp_path / "digests", LABELLED)) as (pilot, screen):
        await pilot.press(";")
        await pilot.pause()
        rows = [str(option.prompt) for option in pilot.app.screen.query_one(OptionList).options]
        assert rows == [
            f" 1 arxiv.org/abs/2307.00001  {screen.tr('links.own')}",
            " 2 github.com/cy/sparse  Code",
            " 3 cy.example/sparse  Project page",
            " 4 example.org/post",
        ]
        assert all(any(row.strip() in line for line in lines(pilot)) for row in rows)


@pytest.mark.parametrize("key", ["?", ";", "ctrl+p", "/"])
async def test_ctrl_c_closes_what_is_open_and_says_nothing_in_english(library: Library, key: str) -> None:
    async with reading(library, lang="ko") as (pilot, screen):
        await pilot.press(key)
        await pilot.pause()
        assert pilot.app.screen is not screen or screen.typing
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert not screen.typing
        assert not pilot.app._notifications
        assert screen.is_running


@pytest.mark.parametrize(
    ("opened", "typed"), [(";", "\x1bs"), (";", "cs"), (";", "jk\x1bs"), (",", "qs"), ("?", "\rs"), ("ctrl+t", "\rs")]
)
async def test_keys_behind_the_one_that_closes_a_dialog_act_below_it(
    library: Library, opened: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(library) as (pilot, screen):
        monkeypatch.setattr(screen.copying, "_chosen", lambda *_: None)
        await pilot.press(opened)
        await pilot.pause()
        assert pilot.app.screen is not screen
        for character in typed:
            names = {"\r": "enter", "\x1b": "escape"}
            pilot.app.post_message(events.Key(names.get(character, character), character))
        await until(pilot, lambda: pilot.app.screen is screen and library.marks.of("arxiv:2307.00001").starred)


async def test_a_link_is_chosen_before_the_next_key_acts(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[tuple[str, ...]] = []
    async with reading(library) as (pilot, screen):
        monkeypatch.setattr(screen.copying, "_chosen", lambda *what: chosen.append(what))
        await pilot.press("j", ";")
        await pilot.pause()
        for key in ("j", "enter", "s"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: library.marks.of("arxiv:2307.00002").starred)
        assert [what[:2] for what in chosen] == [("open", "https://github.com/cy/markup")]
        assert pilot.app.screen is screen


@pytest.mark.parametrize("opened", [";", "?", ",", "ctrl+t"])
async def test_a_key_that_does_nothing_in_a_dialog_says_so(
    library: Library, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_taker, "_FLASH", 3600.0)  # it is looked at below, however long the keys take
    async with reading(library) as (pilot, screen):
        await pilot.press(opened)
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.press("x")
        await until(pilot, lambda: screen.taker.flashed == "x does nothing here")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.taker.flashed == "", "it goes with the next key that acts"


async def test_a_palette_is_closed_once(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("ctrl+p")
        await pilot.pause()
        palette = pilot.app.screen
        assert isinstance(palette, Palette)
        palette.dismiss()
        palette.dismiss()
        await pilot.pause()
        assert pilot.app.screen is screen


async def test_a_key_that_comes_to_a_closed_dialog_does_nothing(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(";")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, LinksDialog)
        dialog.post_message(events.Key("escape", None))
        dialog.dismiss()
        dialog.on_key(events.Key("x", "x"))
        await pilot.pause()
        assert pilot.app.screen is screen and not screen.taker.flashed
