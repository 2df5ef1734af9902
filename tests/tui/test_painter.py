"""The fewest bytes must show the same screen: what the painter writes, read by a terminal emulator, beside a full
repaint in Textual's own bytes."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.builders import home
from tests.tui.reading import APRIL, JULY, Listening, library_of
from tui_digest.i18n import Translator
from tui_digest.settings.config import Settings
from tui_digest.tui.terminal.drawn_cells import cells_of, widths_agreed
from tui_digest.tui.terminal.painter import Painted, Painter
from tui_digest.tui.terminal.sparing_compositor import DrawnAnew
from tui_digest.tui.widgets.row_pieces import printable
from tui_digest.tui.wrap import width_of

ODD = """2023년 5월 2주차
https://arxiv.org/abs/2305.00001
Emoji 🎉 in a 제목, and a family 👨‍👩‍👧 of them (Ada One)
NFD 한글, e\u0301 and ★ ● … in one line. 한국어 문장이 길게 이어져서 여러 줄로 접힙니다. 그리고 또 이어집니다. 🎉
#memory
https://arxiv.org/abs/2305.00002
가나다라마바사아자차카타파하 가나다라마바사아자차카타파하 가나다라마바사아자차카타파하 (Bo Two)
반각 half 와 전각 ＷＩＤＥ 글자.
#efficiency
"""


LONG = "2023년 6월 1주차\n" + "".join(
    f"https://arxiv.org/abs/2306.{n:05d}\nPaper {n} about {word} models that remember 제목 (Ada One, Bo Two)\n"
    f"{f'What paper {n} says of {word}, 기억하는 모델에 대하여. ' * 12}\n#{word} #memory\n"
    for n, word in enumerate(["sparse", "dense", "보상", "robust", "modular"] * 12)
)


class Emulator:
    """A terminal as pyte has it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self.feed("\x1b[?7l")  # no line wrap, as the driver asks for

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def resize(self, size: tuple[int, int]) -> None:
        self._screen.resize(lines=size[1], columns=size[0])

    @property
    def cells(self) -> list[list[tuple[Any, ...]]]:
        """Every cell as it is seen: a blank has no colour of its own and no weight."""
        screen = self._screen
        return [[_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _seen(cell: Any) -> tuple[Any, ...]:
    on_blanks = (cell.bg, cell.underscore, cell.strikethrough, cell.reverse)
    return (cell.data, *on_blanks) if cell.data == " " else (cell.data, cell.fg, cell.bold, cell.italics, *on_blanks)


def differing(shown: list[list[tuple[Any, ...]]], whole: list[list[tuple[Any, ...]]]) -> list[Any]:
    """Where two screens are not alike: line, column, the cells of both."""
    return [
        (y, x, cell, other)
        for y, (line, lines) in enumerate(zip(shown, whole, strict=True))
        for x, (cell, other) in enumerate(zip(line, lines, strict=True))
        if cell != other
    ][:5]


class Painting(Listening):
    """The reader, whose every paint goes to an emulator by way of the painter."""

    watched = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.emulator: Emulator | None = None
        self.sent = 0

    def _display(self, screen: Any, renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and self.emulator is not None and not self._batch_count:
            assert self._painter is not None
            text = Painted(self._painter, renderable, self.size).render_segments(self.console)
            self.sent += len(text.encode())
            self.emulator.feed(text)
        super()._display(screen, renderable)

    def whole(self) -> list[list[tuple[Any, ...]]]:
        """What a full repaint in Textual's bytes shows."""
        emulator = Emulator(self.size)
        full = self.screen._compositor.render_update(full=True, screen_stack=self._background_screens)
        assert isinstance(full, CompositorUpdate)
        emulator.feed(full.render_segments(self.console))
        return emulator.cells


KEYS = ["j", "k", "down", "h", "l", "g", "G", "s", "r", "u", "tab", "enter", "escape", "z", "space", "ctrl+d", "ctrl+u",
        "slash", "m", "e", "a", "t", "v", "n", "question_mark", "semicolon", "ctrl+p", "backspace", "T"]  # fmt: skip
SIZES = [(120, 40), (80, 24), (95, 30), (200, 60), (40, 12)]


@pytest.mark.parametrize(("theme", "seed"), [("", 0), ("", 1), ("nord", 2), ("ansi-dark", 4)])
async def test_a_walk_through_the_reader_leaves_no_trace(tmp_path: Path, seed: int, theme: str) -> None:
    chance = random.Random(f"{seed}{theme}")
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, ODD, APRIL)
    app = Painting(library, Settings(read_after=-1, theme=theme), Translator(chance.choice(["ko", "en"])))
    async with app.run_test(size=SIZES[seed % len(SIZES)], notifications=True) as pilot:
        await pilot.pause()
        app.emulator = Emulator(app.size)
        app.forget_painted()
        app.screen.refresh(layout=True)
        await pilot.pause()
        for step in range(25):
            if chance.random() < 0.06:
                size = chance.choice(SIZES)
                app.emulator.resize(size)
                await pilot.resize_terminal(*size)
                did = str(size)
            else:
                await pilot.press(did := chance.choice(KEYS))
            await pilot.pause()
            for _ in range(100):  # on a busy machine the last frame may still be to come
                wrong = differing(app.emulator.cells, app.whole()) if app.is_running else []
                if not wrong:
                    break
                await pilot.pause(0.02)
            if not app.is_running:
                break
            assert wrong == [], f"step {step}: {did}"
        assert app.sent


SIGNS = ["a", "b", " ", "    ", "가", "나", "🎉", "…", "★", "e\u0301", "ｗ", "─"]
WORDS = st.lists(st.sampled_from(SIGNS), max_size=12).map("".join)
STYLES = st.sampled_from(
    ["", "bold", "dim red", "underline", "on blue", "#102030 on #405060", "reverse", "bold italic green on red"]
)
LINES = st.lists(st.lists(st.tuples(WORDS, STYLES), max_size=6), min_size=3, max_size=3)
COLUMNS = 24


def update(lines: list[list[tuple[str, str]]]) -> LayoutUpdate:
    strips: list[Any] = [
        [Strip([Segment(text, Style.parse(style)) for text, style in line]).adjust_cell_length(COLUMNS, Style.null())]
        for line in lines
    ]
    return LayoutUpdate(strips, Region(0, 0, COLUMNS, len(lines)))


@given(st.lists(LINES, min_size=2, max_size=5), st.booleans())
def test_any_lines_after_any_others(screens: list[list[list[tuple[str, str]]]], erases: bool) -> None:
    painter, size = Painter(erases=erases), (COLUMNS, 3)
    console = Console(color_system="truecolor")
    emulator = Emulator(size)
    for lines in screens:
        emulator.feed(painter.paint(update(lines), size, ColorSystem.TRUECOLOR))
        whole = Emulator(size)
        whole.feed(update(lines).render_segments(console).replace("\n", ""))
        assert differing(emulator.cells, whole.cells) == []


def test_nothing_new_is_no_byte_and_a_letter_is_a_few() -> None:
    painter, size = Painter(), (COLUMNS, 3)
    lines = [[("가나다 abc", "bold")], [("def", "")], []]
    first = painter.paint(update(lines), size, ColorSystem.TRUECOLOR)
    assert painter.paint(update(lines), size, ColorSystem.TRUECOLOR) == ""
    second = painter.paint(update([[("가나다 abx", "bold")], *lines[1:]]), size, ColorSystem.TRUECOLOR)
    assert second == "\x1b[1;10H\x1b[1mx\x1b[m"
    painter.forget()
    assert painter.paint(update(lines), size, ColorSystem.TRUECOLOR) == first


def test_a_terminal_that_erases_without_colour_gets_blanks() -> None:
    line = [("", "on blue"), ("x" + " " * (COLUMNS - 1), "on blue")]
    for erases, sign in ((True, "\x1b[K"), (False, " " * (COLUMNS - 1))):
        painted = Painter(erases=erases).paint(update([line]), (COLUMNS, 1), ColorSystem.STANDARD)
        assert sign in painted
        assert ("\x1b[K" in painted) is erases


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("👨\u200d👩\u200d👧x", ["👨", "", "x"]),
        ("👍🏽!", ["👍", "", "!"]),
        ("🇰🇷🇯🇵", ["K", "R", "J", "P"]),
        ("❤\ufe0f.", ["❤", " ", "."]),
        ("🏴\u200d☠\ufe0f", ["🏴", ""]),
        ("1\ufe0f\u20e3", ["1", " "]),
        (unicodedata.normalize("NFD", "한글é"), ["한", "", "글", "", "é"]),
        ("ก็ n\u0303o", ["ก็", " ", "ñ", "o"]),
        ("a\u200bb\u3000c", ["a", "b", "\u3000", "", "c"]),
    ],
)
def test_what_terminals_draw_in_different_widths_is_one_sign(text: str, cells: list[str]) -> None:
    assert cells_of(text) == cells


WILD = st.text(st.sampled_from("a가🙂👨👩❤☠️\u200d\u200b\u3000\xa0🏽🇰🇷🇯1⃣①★한\u1112\u1161\u11ab\u0301 \u2028\xad\ue000"))


@given(WILD | st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_is_as_wide_for_textual_and_for_the_terminal_as_it_is_counted(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert cell_len(shown) == width_of(shown) == len(cells_of(shown))
    if not {"\u2028", "\u2029"} & set(text):
        assert width_of(shown) == width_of(text)


def test_what_was_drawn_for_a_larger_terminal_is_cut_off() -> None:
    painter = Painter()
    outside = [(0, 30, Strip([Segment("right")])), (9, 0, Strip([Segment("below")])), (1, 18, Strip([Segment("cut")]))]
    painter.paint(DrawnAnew([(0, 0, Strip([Segment("ab")])), *outside]), (20, 2), ColorSystem.TRUECOLOR)
    assert [len(texts) for texts, _ in painter.lines] == [20, 20]
    assert painter.lines[0][0][:2] == ["a", "b"]
    assert painter.lines[1][0][18:] == ["c", "u"]


@pytest.mark.parametrize(
    ("text", "agreed"),
    [("", True), ("plain ~", True), ("한글 ★ ● …", True), ("ｗ。", True), ("\x1f", False), ("\xad", False),
     ("e\u0301", False), ("🎉", False), ("\u200d", False), ("\U0010ffff", False)],
)  # fmt: skip
def test_of_which_characters_terminals_agree_on_the_width(text: str, agreed: bool) -> None:
    assert widths_agreed(text) == agreed
    assert widths_agreed(f"a{text}b") == agreed


BUDGETS = {"s": 1_500, "r": 1_500, "j": 2_500, "ctrl+d": 3_500, "pagedown": 4_500}
"""What a key may write at 120x40, in bytes: a second of a slow connection has some 10,000."""


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_a_key_writes_few_bytes(tmp_path: Path, lang: str) -> None:
    """Over a slow connection a key waits for all that it writes: nothing may be painted again that stands there."""
    library = library_of(home(tmp_path), tmp_path / "digests", LONG)
    most = dict.fromkeys(BUDGETS, 0)
    app = Painting(library, Settings(read_after=-1, theme="nord"), Translator(lang))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        app.emulator = Emulator(app.size)
        app.forget_painted()
        app.screen.refresh(layout=True)
        await pilot.pause()
        whole = app.sent
        for key in ["s", "j", "j", "r", "j", "s", "ctrl+d", "j", "r", "pagedown"]:
            before = app.sent
            await pilot.press(key)
            await pilot.pause()
            for _ in range(100):  # on a busy machine the frame may still be to come
                if app.sent > before and not differing(app.emulator.cells, app.whole()):
                    break
                await pilot.pause(0.02)
            assert app.sent > before, f"{key} shows nothing"
            most[key] = max(most[key], app.sent - before)
    assert whole > max(BUDGETS.values()), "a whole screen is no more than a key may write"
    assert {key: sent for key, sent in most.items() if sent > BUDGETS[key]} == {}
