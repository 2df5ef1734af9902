"""Text of the entry is selected by keys and with the mouse, and copied."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection
from textual.widgets import Static

from tests.builders import home
from tests.tui.reading import all_done, library_of, lines, reading, told, until
from tui_digest.desktop import primary as primary_selection
from tui_digest.library import Library
from tui_digest.tui.screens.dialogs import Dialog, OfferDialog
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.terminal.hyperlinks import takes_links, target
from tui_digest.tui.widgets.document import Block, Document
from tui_digest.tui.widgets.drawn_lines import lay_out, selected
from tui_digest.tui.widgets.filter_box import FilterBox
from tui_digest.tui.widgets.picking import Picking
from tui_digest.tui.wrap import width_of

PAPER = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Sparse Memory (Ada One)
긴 문맥에서 메모리를 성기게 쓰는 방법입니다.
See https://github.com/ada/memory for code.
#memory
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", PAPER)


MOTIONS = ("down", "up", "left", "right", "word", "word_end", "word_back", "line_start", "line_end", "first", "last")
TEXTS = st.lists(st.text(alphabet="ab 한글é\u0301.", max_size=30), min_size=1, max_size=6)


@given(TEXTS, st.integers(2, 12), st.lists(st.tuples(st.sampled_from(MOTIONS), st.integers(1, 5)), max_size=12))
def test_every_motion_stays_within_the_text(texts: list[str], width: int, motions: list[tuple[str, int]]) -> None:
    document = Document("x", tuple(Block("paragraph", text) for text in texts))
    lines = lay_out(document, width)
    picking = Picking(document, (0, 0), (0, 0))
    for motion, count in motions:
        picking.move(motion, count, lines)
        block, offset = picking.caret
        assert 0 <= block < len(texts)
        assert 0 <= offset <= max(0, len(texts[block]) - 1)
        assert 0 <= picking.line_of(lines) < len(lines)
        first, last = picking.span()
        assert first <= last


@given(TEXTS, st.integers(2, 12))
def test_walking_right_visits_every_character_once_and_left_goes_back(texts: list[str], width: int) -> None:
    document = Document("x", tuple(Block("paragraph", text) for text in texts))
    lines = lay_out(document, width)
    start = next((number for number, text in enumerate(texts) if text), 0)
    picking = Picking(document, (start, 0), (start, 0))
    seen = [picking.caret]
    while True:
        picking.move("right", 1, lines)
        if picking.caret == seen[-1]:
            break
        seen.append(picking.caret)
    assert len(seen) == sum(len(re.findall(r".[\u0300-\u036f]*", text)) for text in texts) or not any(texts)
    for place in reversed(seen[:-1]):
        picking.move("left", 1, lines)
        assert picking.caret == place


def test_back_goes_to_each_word_once_on_the_same_line_too() -> None:
    texts = ["one two", "", "three (four)"]
    document = Document("x", tuple(Block("paragraph", text) for text in texts))
    drawn = lay_out(document, 40)
    words = [(0, 0), (0, 4), (2, 0), (2, 6), (2, 7), (2, 11)]
    picking = Picking(document, (0, 0), (0, 0))
    for place in [*words[1:], words[-1]]:
        picking.move("word", 1, drawn)
        assert picking.caret == place
    for place in [*reversed(words[:-1]), words[0]]:
        picking.move("word_back", 1, drawn)
        assert picking.caret == place
    picking.caret = (2, 3)
    picking.move("word_back", 1, drawn)
    assert picking.caret == (2, 0), "from inside a word to where it begins"


async def test_words_are_selected_by_keys_and_copied(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("y", "s")
        await pilot.pause()
        assert screen.state.pane == "entry"
        await pilot.press("w", "o", "w", "o", "e", "e", "y")  # without the unread mark
        await pilot.pause()
        await pilot.pause()
        assert copied == ["Sparse Memory"]
        assert screen.panes.entry.picking is None
        assert "selected text" in told(pilot)[-1]


async def test_selecting_begins_from_the_list_where_the_entry_was_never_drawn(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, screen):
        pilot.app.post_message(events.Key("V", "V"))
        pilot.app.post_message(events.Key("j", "j"))
        for _ in range(4):
            await pilot.pause()
        assert (screen.state.pane, screen.panes.entry.picking is not None) == ("entry", True)
        await pilot.press("j", "escape")
        assert screen.panes.entry.picking is None


async def test_a_paper_that_becomes_read_meanwhile_stays_selected(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("V", "w", "o", "w", "o", "e")
        screen.library.marks.mark_read(["arxiv:2307.00001"], True)
        screen.marks_changed()
        await pilot.press("e", "y")
        await pilot.pause()
        assert copied == ["Sparse Memory"]


async def test_what_is_selected_can_be_read(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        before = {segment.text: segment.style for segment in screen.panes.entry.body.render_line(0)}
        await pilot.press("V", "e", "e", "e")
        await pilot.pause()
        held = [segment for segment in screen.panes.entry.body.render_line(0) if segment.text.strip()][:2]
        for segment in held:
            assert segment.style is not None
            assert segment.style.color != segment.style.bgcolor
            assert segment.style.bgcolor not in {style.bgcolor for style in before.values() if style is not None}


async def test_lines_are_selected_downwards_and_the_ends_swapped(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        blocks = [block.text for block in screen.panes.entry.body.document.blocks]
        korean = next(number for number, text in enumerate(blocks) if text.startswith("긴"))
        await pilot.press("V", *["j"] * 40, "0", "o")
        await pilot.press(*["j"] * korean, "0", "y")
        await pilot.pause()
        await pilot.pause()
        assert copied[0].startswith("긴 문맥에서 메모리를 성기게 쓰는 방법입니다.\n")


async def test_escape_leaves_and_nothing_is_copied(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("V", "j", "escape")
        assert screen.panes.entry.picking is None
        assert screen.panes.entry.body.selected_text() == ""
        await pilot.press("s")
        assert library.marks.of("arxiv:2307.00001").starred
        assert copied == []


async def test_what_the_mouse_selected_is_what_c_and_ctrl_c_copy(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        screen.panes.entry.body.select(((0, 2), (0, 8)))
        await pilot.press("ctrl+c")
        await pilot.pause()
        await pilot.pause()
        assert copied == ["Sparse"]
        assert screen.app.is_running
        await pilot.press("c")
        await pilot.pause()
        await pilot.pause()
        assert copied[-1] == "https://arxiv.org/abs/2307.00001"


async def mouse(pilot: Pilot[None], screen: MainScreen, words: str, *, to: str = "", times: int = 1) -> None:
    """Clicks on the first letter of some words of the entry, or drags from there to the first letter of others."""
    body = screen.panes.entry.body
    lines = ["".join(segment.text for segment in body.render_line(y)) for y in range(body.size.height)]

    def place(of: str) -> tuple[int, int]:
        y = next(y for y, line in enumerate(lines) if of in line)
        frame = body.content_region.offset - body.region.offset
        return width_of(lines[y][: lines[y].index(of)]) + frame.x, y + frame.y

    if to:
        await pilot.mouse_down(body, offset=place(words))
        await pilot.hover(body, offset=place(to))
        await pilot.mouse_up(body, offset=place(to))
    else:
        await pilot.click(body, offset=place(words), times=times)
    await pilot.pause()


async def test_two_clicks_take_a_word_and_three_a_paragraph(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        body = screen.panes.entry.body
        for words, times, taken in [
            ("모리를", 2, "메모리를"),
            ("성기게", 3, "긴 문맥에서 메모리를 성기게 쓰는 방법입니다."),
            ("github", 2, "https://github.com/ada/memory"),
            ("Ada", 2, "Ada"),
        ]:
            await mouse(pilot, screen, words, times=times)
            assert body.selected_text() == taken
            assert screen.panes.entry.picking is not None, "the keys are those of a selection"
            assert screen.state.pane == "entry"
        await pilot.press("e", "y")
        await until(pilot, lambda: bool(copied))
        assert copied == ["Ada One"]
        assert screen.panes.entry.picking is None
        await mouse(pilot, screen, "성기게", times=2)
        await pilot.press("escape")
        assert (body.selected_text(), screen.panes.entry.picking) == ("", None)


async def test_a_third_click_takes_the_paragraph_also_when_the_word_is_held_by_then(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hand is slower than the app: the word of two clicks has the keys before the third comes."""
    monkeypatch.setattr(App, "CLICK_CHAIN_TIME_THRESHOLD", 60)
    async with reading(library) as (pilot, screen):
        body = screen.panes.entry.body
        y = next(y for y in range(body.size.height) if "성기게" in "".join(piece.text for piece in body.render_line(y)))
        x, y = body.content_region.offset + Offset(8, y)

        async def click() -> None:
            for kind in (events.MouseDown, events.MouseUp):
                pilot.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
            await pilot.pause()

        for _ in range(2):
            await click()
        await until(pilot, lambda: screen.panes.entry.picking is not None)
        assert body.selected_text() == "문맥에서"
        await click()
        assert body.selected_text() == "긴 문맥에서 메모리를 성기게 쓰는 방법입니다."
        assert screen.panes.entry.picking is not None, "the keys are those of a selection"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a👍🏽b", "👍🏽"),
        ("a👨\u200d👩\u200d👧b", "👨\u200d👩\u200d👧"),
        ("a✈\ufe0fb", "✈\ufe0f"),
        ("ae\u0301b", "e\u0301"),
        ("a한b", "한"),
    ],
)
def test_what_is_drawn_as_one_sign_is_selected_whole(text: str, drawn: str) -> None:
    block, end = Block("paragraph", text), len(text) - 1
    for first in range(1, end):
        assert selected(Selection(Offset(0, 0), Offset(first + 1, 0)), 0, block) == (0, end)
        assert selected(Selection(Offset(first, 0), Offset(end, 0)), 0, block) == (1, end)
    assert text[1:end] == drawn
    assert selected(Selection(Offset(1, 0), Offset(1, 0)), 0, block) == (1, 1), "nothing stays nothing"


async def test_y_copies_what_was_dragged_over_and_esc_lets_it_go(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await mouse(pilot, screen, "문맥", to="쓰는")
        assert screen.panes.entry.body.selected_text() == "문맥에서 메모리를 성기게 쓰"
        await pilot.press("y")
        await until(pilot, lambda: bool(copied))
        assert copied == ["문맥에서 메모리를 성기게 쓰"]
        await mouse(pilot, screen, "문맥", to="쓰는")
        await pilot.press("escape", "s")
        assert screen.panes.entry.body.selected_text() == ""
        assert library.marks.of("arxiv:2307.00001").starred, "the keys of the entry are back"
        assert len(copied) == 1


async def test_of_two_offers_to_primary_the_later_one_stays(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word of two clicks and the paragraph of the third, where the program that takes them is slow with the first."""
    taken: list[str] = []
    paragraph = threading.Event()

    def offer(text: str) -> None:
        if len(text) < 10:
            paragraph.wait(0.2)
        taken.append(text)
        paragraph.set()

    monkeypatch.setattr(primary_selection, "offer", offer)
    async with reading(library) as (pilot, screen):
        for text in ("word", "the whole paragraph"):
            screen.copying.to_primary(text)
        await until(pilot, lambda: len(taken) == 2)
        assert taken == ["word", "the whole paragraph"]


async def test_what_the_mouse_selects_is_offered_to_primary(library: Library, primary: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await mouse(pilot, screen, "문맥", times=2)
        await until(pilot, lambda: bool(primary))
        await pilot.press("escape", "V", "e", "escape")
        assert primary == ["문맥에서"], "keys offer nothing"


async def test_addresses_lead_somewhere_where_the_terminal_takes_it(library: Library) -> None:
    async with reading(library) as (_, screen):
        screen.panes.entry.body._hyperlinks = True
        screen.panes.entry.body.show(screen.panes.entry.body.document)
        links = {
            segment.style.link
            for y in range(screen.panes.entry.body.size.height)
            for segment in screen.panes.entry.body.render_lines(screen.panes.entry.body.region.reset_offset)[y]
            if segment.style is not None and segment.style.link
        }
        assert links == {"https://github.com/ada/memory", "https://arxiv.org/abs/2307.00001"}


def test_an_address_can_hold_no_escape() -> None:
    assert target("https://example.org/\x1b\\한글 a?b=c#d") == "https://example.org/%1B%5C%ED%95%9C%EA%B8%80%20a?b=c#d"
    assert not takes_links({"TERM": "linux"})
    assert takes_links({"TERM": "xterm-256color"})


async def drag(pilot: Pilot[None], words: str, to: str) -> None:
    """Drags on the screen on top from the first letter of some words to the first letter of others."""
    page = lines(pilot)

    def place(of: str) -> tuple[int, int]:
        y = next(y for y, line in enumerate(page) if of in line)
        return width_of(page[y][: page[y].index(of)]), y

    await pilot.mouse_down(offset=place(words))
    await pilot.hover(offset=place(to))
    await pilot.mouse_up(offset=place(to))
    await pilot.pause()


async def test_in_triage_the_keys_of_a_selection_hold(library: Library, copied: list[str], primary: list[str]) -> None:
    async with reading(library) as (pilot, main):
        await pilot.press("T")
        await pilot.pause()
        triage: Any = pilot.app.screen
        footer, body = triage.footer_bar.text, triage.entry.body
        await drag(pilot, "메모리를", "성기게")
        await until(pilot, lambda: bool(primary))
        assert primary == ["메모리를 성"]
        assert main.tr("short.select.copy") in triage.footer_bar.text
        await pilot.press("y")
        await until(pilot, lambda: bool(copied))
        assert copied == ["메모리를 성"]
        triage.taker.fade()
        assert triage.footer_bar.text == footer
        await drag(pilot, "메모리를", "성기게")
        await pilot.press("escape")
        assert pilot.app.screen is triage, "Esc let go of the selection, and left nothing"
        assert body.selected_text() == ""
        await pilot.press("V", "e", "escape", "escape")
        await pilot.pause()
        assert pilot.app.screen is main
        assert not library.marks.of("arxiv:2307.00001").read


@pytest.mark.parametrize("opens", ["?", "S", ","], ids=["help", "statistics", "settings"])
@pytest.mark.parametrize("triage", [False, True])
async def test_in_a_dialog_the_keys_of_a_selection_hold(
    library: Library, copied: list[str], primary: list[str], opens: str, triage: bool
) -> None:
    """Each of these closes with Esc, and two of them do something else with `y`."""
    if triage and opens != "?":
        pytest.skip("triage has no such key")
    async with reading(library) as (pilot, main):
        await pilot.press(*(["T"] if triage else []), opens)
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, Dialog)
        await all_done(pilot)
        text = next(each for each in dialog.query(Static) if str(each.content).strip())
        x, y = text.content_region.offset

        async def select() -> None:
            await pilot.mouse_down(offset=(x, y))
            await pilot.hover(offset=(x + 6, y))
            await pilot.mouse_up(offset=(x + 6, y))
            await pilot.pause()

        await select()
        words = dialog.get_selected_text() or ""
        assert words.strip() and words in str(text.content)
        await until(pilot, lambda: bool(primary))
        assert primary == [words]
        assert told(pilot)[-1] == main.tr("select.held", copy="y", leave="Esc")
        await pilot.press("y")
        await until(pilot, lambda: bool(copied))
        assert copied == [words]
        assert (pilot.app.screen, dialog.get_selected_text()) == (dialog, None)
        await select()
        await pilot.press("escape")
        await pilot.pause()
        assert (pilot.app.screen, dialog.get_selected_text()) == (dialog, None), "Esc let go of it, and closed nothing"
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not dialog
        assert copied == [words]


async def test_what_is_typed_in_a_dialog_is_text_whatever_is_selected(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("?", "/")
        await pilot.pause()
        dialog = pilot.app.screen
        text = dialog.query_one(Static)
        dialog.selections = {text: Selection(Offset(0, 1), Offset(60, 1))}
        assert (dialog.get_selected_text() or "").strip()
        await pilot.press("y")
        await pilot.pause()
        assert (dialog.query_one(FilterBox).value, copied) == ("y", [])
        dialog.selections = {text: Selection(Offset(0, 0), Offset(4, 0))}
        await pilot.press("escape")
        await pilot.pause()
        assert dialog.get_selected_text() is None
        assert dialog.query_one(FilterBox).value == "y", "Esc let go of the selection alone"


WHERE = "원문은 https://example.org/긴/길?a=1."


@pytest.mark.parametrize(
    ("times", "at", "taken"),
    [(2, "example", "https://example.org/긴/길?a=1"), (2, "원문은", "원문은"), (3, "원문은", WHERE)],
)
async def test_clicks_on_the_text_of_a_dialog_take_words_addresses_and_paragraphs(
    library: Library, copied: list[str], times: int, at: str, taken: str
) -> None:
    async with reading(library, size=(80, 24), lang="ko") as (pilot, screen):
        pilot.app.push_screen(OfferDialog("https://arxiv.org/abs/2307.00001", f"열 수 없습니다.\n{WHERE}", screen.tr))
        await until(pilot, lambda: "원문은" in "\n".join(lines(pilot)))
        shown = lines(pilot)
        y = next(y for y, line in enumerate(shown) if at in line)
        await pilot.click(offset=(width_of(shown[y][: shown[y].index(at)]) + 1, y), times=times)
        await until(pilot, lambda: pilot.app.screen.get_selected_text() == taken)
        await pilot.press("y")
        await all_done(pilot)
        assert copied == [taken]
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
