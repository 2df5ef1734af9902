"""Themes, colours, signs: what is painted can be read, whatever the terminal shows and whichever theme is worn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.color import Color
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget

from tests.tui.reading import offered, reading, told, until
from tests.tui.reading import painted as strips_on_top
from tests.tui.snapshots import drawn_segments, drawn_whole
from tests.tui.test_painter import Emulator
from tests.tui.test_snapshots import press, settled
from tui_digest.library import Library
from tui_digest.settings.config import Settings, load
from tui_digest.sources.opml import ListedFeed
from tui_digest.store.look import SavedLook, load_look, save_look
from tui_digest.tui import themes, user_themes
from tui_digest.tui.appearance import dark_by_environ
from tui_digest.tui.contrast import ENOUGH, contrast, readable
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.theme_dialog import ThemeDialog
from tui_digest.tui.terminal.eight_bit import as_shown, eight_bit
from tui_digest.tui.terminal.input import InputReader, TerminalGrey, TerminalGround
from tui_digest.tui.terminal.kind import terminal_kind
from tui_digest.tui.terminal.painter import Painter
from tui_digest.tui.terminal.signs import STARRED, UNREAD, in_ascii
from tui_digest.tui.wrap import width_of

AAA = 7.0
"""What WCAG 2 level AAA asks of text."""
DOCS = Path(__file__).parents[2] / "docs"
_LINES = re.compile(r"[\s─-▟▁-▏]*")


def painted(pilot: Pilot[None]) -> Iterator[tuple[str, Style]]:
    """Every piece on the screen."""
    for line in drawn_whole(pilot.app).strips:
        for strip in line:
            yield from ((text, style) for text, style, _ in strip if style is not None)


TOUR = ["j", "s", "l", "h", "h", "tab", "enter", "l", "slash", *"sparse", "enter", "l", "n", "escape", "escape", "e",
        "escape", "o", "escape", "question_mark", "escape", "semicolon", "escape", "v", "escape"]  # fmt: skip


def on_top(pilot: Pilot[None]) -> Iterator[tuple[str, Style]]:
    """Every piece of the dialog on top: what lies behind it is dimmed, and meant to be."""
    screen = pilot.app.screen
    frame = (
        max((each.region for each in screen.query("*")), key=lambda each: each.area)
        if len(pilot.app.screen_stack) > 1
        else screen.region
    )
    drawn = strips_on_top(pilot)
    # At the last line stands the dialog's own footer.
    for strip in (*(strip.crop(frame.x, frame.right) for strip in drawn[frame.y : frame.bottom]), drawn[-1]):
        yield from ((text, style) for text, style, _ in strip if style is not None)


def weak_pairs(pilot: Pilot[None], least: float = ENOUGH) -> set[tuple[str, str, str]]:
    """Text with too little contrast: foreground, background, the text."""
    found = set()
    for text, style in painted(pilot) if len(pilot.app.screen_stack) == 1 else on_top(pilot):
        if _LINES.fullmatch(text) or style.color is None or style.bgcolor is None:
            continue
        one, other, told = contrasting(style.color, style.bgcolor)
        if told < least:
            found.add((one, other, text.strip()[:20]))
    return found


@cache
def contrasting(color: RichColor, ground: RichColor) -> tuple[str, str, float]:
    """Two colours as they are written, and their contrast: of the thousands of pieces of a screen few have another."""
    one, other = Color.from_rich_color(color), Color.from_rich_color(ground)
    return one.hex, other.hex, contrast(one, other)


DIALOGS = {
    "help": "question_mark", "help, searched": "question_mark slash t", "links": "semicolon", "export": "x j",
    "settings": "comma down", "themes": "ctrl+t", "sources": "g s", "correction": "m c j", "palette": "ctrl+p",
    "removal": "ctrl+p ctrl+end enter", "statistics": "S", "strips": "S 3 j",
}  # fmt: skip
SCREENS = {
    "triage": "T",
    "import": "i i x tab",
    "pending keys": "y",
    "own tags": "number_sign",
    "mistake": "slash i s : x",
}
OURS = [
    (themes.DARK, ENOUGH), (themes.LIGHT, ENOUGH), (themes.HIGH_DARK, AAA), (themes.HIGH_LIGHT, AAA),
]  # fmt: skip


@pytest.mark.parametrize(("theme", "least"), OURS, ids=lambda theme: getattr(theme, "name", ""))
async def test_the_text_of_dialogs_has_it_too(library: Library, theme: Any, least: float) -> None:
    async with reading(library, settings=Settings(read_after=-1, theme=theme.name)) as (pilot, screen):
        for name, keys in {**DIALOGS, **SCREENS}.items():
            for key in keys.split():
                await pilot.press(key)
            if "ctrl+p" in keys:
                await until(pilot, lambda name=name: offered(pilot) or name == "removal")  # type: ignore[misc]
            await pilot.pause()
            assert (len(pilot.app.screen_stack) > 1) is (name in DIALOGS or name == "triage"), name
            seen = [text for text, _ in on_top(pilot) if text.strip()]
            assert len(seen) > 3, name
            assert weak_pairs(pilot, least) == set(), name
            for _ in range(4):
                if len(pilot.app.screen_stack) > 1 or screen.typing or screen.reader.waiting:
                    await pilot.press("escape")
                    await pilot.pause()


@pytest.mark.parametrize("name", ["palette", "links", "strips"])
async def test_a_theme_put_on_under_a_dialog_is_worn_by_all_of_it(library: Library, name: str) -> None:
    """As where the terminal turns from dark to light."""
    async with reading(library, size=(80, 24), settings=Settings(read_after=-1)) as (pilot, _):
        seen = []
        for before in (themes.DARK, themes.LIGHT):
            pilot.app.theme = before.name
            await pilot.pause()
            await press(pilot, DIALOGS[name])
            await settled(pilot, "")
            pilot.app.theme = themes.LIGHT.name
            await settled(pilot, "")
            seen.append(drawn_segments(pilot.app))
            while len(pilot.app.screen_stack) > 1:
                await pilot.press("escape")
                await pilot.pause()
        assert seen[0] == seen[1]


@pytest.mark.parametrize(("theme", "least"), OURS, ids=lambda theme: getattr(theme, "name", ""))
async def test_all_text_of_our_themes_has_the_contrast_of_wcag(library: Library, theme: Any, least: float) -> None:
    async with reading(library, settings=Settings(read_after=-1, theme=theme.name)) as (pilot, screen):
        seen = 0
        for key in TOUR:
            await pilot.press(key)
            await pilot.pause()
            modal = len(pilot.app.screen_stack) > 1  # then what lies behind is dimmed, and meant to be
            if not modal:
                assert weak_pairs(pilot, least) == set(), key
                seen += 1
        screen.panes.entry.body.text_select_all()
        screen.notify("a notice of two lines\nand more", severity="error")
        await pilot.pause()
        assert weak_pairs(pilot, least) == set()
        assert seen > 10


ON_CURSOR = ("block-cursor-foreground", "ink-cursor-muted", "ink-cursor-accent")


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi])
async def test_the_inks_of_textuals_themes_can_be_read(name: str) -> None:
    inks = {key: Color.parse(value) for key, value in themes.ink_variables(BUILTIN_THEMES[name]).items()}
    made = BUILTIN_THEMES[name].to_color_system().generate()
    ground = Color.parse(made["background"])
    grounds = [
        ground + Color.parse(made[place]) for place in ("background", "surface", "panel")
    ]  # panes, dialogs, bars
    texts = ("foreground", "text-muted", "text-accent", "text-error", "text-warning")
    assert [place.hex for place in grounds if contrast(inks["ink-frame"], place) < 3] == []
    pairs = [
        *((inks[ink], place) for ink in texts for place in grounds),
        *((inks[ink], inks["block-cursor-background"]) for ink in ON_CURSOR),
        (inks["text-muted"], inks["block-cursor-blurred-background"]),
        (inks["ink-match-text"], inks["ink-match"]),
        (inks["screen-selection-foreground"], inks["screen-selection-background"]),
    ]  # fmt: skip
    assert [pair for pair in pairs if contrast(*pair) < ENOUGH] == []
    assert contrast(inks["ink-match"], ground) > 1.2  # a match is seen
    assert inks["block-cursor-background"] != ground


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
def test_in_256_colours_quiet_shades_are_greys_that_can_be_read(theme: Any) -> None:
    inks = {name: Color(*as_shown(eight_bit(*Color.parse(it).rgb))) for name, it in themes.ink_variables(theme).items()}
    grounds = [Color.parse(theme.to_color_system().generate()[name]) for name in ("background", "surface", "panel")]
    shown = [Color(*as_shown(eight_bit(*(grounds[0] + ground).rgb))) for ground in grounds]
    blurred, cursor = (inks[f"block-cursor{which}-background"] for which in ("-blurred", ""))
    for ground in (*shown, blurred, cursor):
        assert len(set(ground.rgb)) == 1, f"{ground.hex} is no grey"
    assert cursor not in (shown[0], shown[1]), "the cursor's row is seen"
    texts = ("foreground", "text-muted", "text-accent", "text-primary", "text-error")
    pairs = [(ink, ground) for ink in texts for ground in (*shown, blurred)]
    pairs += [(ink, cursor) for ink in ON_CURSOR]
    assert [(ink, ground.hex) for ink, ground in pairs if contrast(inks[ink], ground) < ENOUGH] == []


def test_the_painter_writes_those_greys_and_slants_nothing_where_patches_would_be() -> None:
    style = Style(color="#d7dae0", bgcolor="#252933", italic=True, bold=True)
    update = LayoutUpdate([[Strip([Segment("word", style)])]], Region(0, 0, 4, 1))
    written = Painter(italics=False).paint(update, (4, 1), ColorSystem.EIGHT_BIT)
    assert f"48;5;{eight_bit(0x25, 0x29, 0x33)}" in written
    assert re.search(r"\x1b\[1;38;5;\d+;48;5;23[5-7]mword", written), "bold, and no italics"
    assert "\x1b[1;3;" in Painter().paint(update, (4, 1), ColorSystem.EIGHT_BIT)
    assert not terminal_kind({"TERM": "screen", "STY": "1.a"}).italics
    assert terminal_kind({"TERM": "screen", "TMUX": "x"}).italics


async def test_muted_words_are_no_patch_in_a_row_in_reverse(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the terminal's own colours the cursor's row is in reverse, and what is muted is dim."""
    async with reading(library, settings=Settings(theme="terminal")) as (pilot, _):
        rows = [style for _, style in painted(pilot) if style.reverse]
        assert rows
        assert not [style for style in rows if style.dim]


def test_contrast_as_wcag_has_it() -> None:
    black, white, grey = Color(0, 0, 0), Color(255, 255, 255), Color.parse("#777777")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.48, abs=0.01)
    assert contrast(readable(grey, [white]), white) >= ENOUGH
    assert readable(black, [white]) == black


NAMES = {"linux": 8, "xterm": 8, "vt100": -1, "rxvt-88color": 88, "st-256color": 256, "odd": None}


@pytest.mark.parametrize(
    ("environ", "colors"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColorSystem.TRUECOLOR),
        ({"TERM": "xterm-256color"}, ColorSystem.EIGHT_BIT),
        ({"TERM": "xterm-kitty"}, ColorSystem.TRUECOLOR),
        ({"TERM": "xterm-16color"}, ColorSystem.STANDARD),
        ({"TERM": "linux"}, ColorSystem.STANDARD),
        ({"TERM": "odd"}, ColorSystem.STANDARD),
        ({"TERM": "vt100"}, None),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, None),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, None),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": ""}, ColorSystem.TRUECOLOR),
    ],
)
def test_how_many_colours_a_terminal_has(environ: dict[str, str], colors: Any) -> None:
    assert terminal_kind(environ, "utf-8", NAMES.get).colors is colors


@pytest.mark.parametrize(
    ("environ", "encoding", "expected"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "utf-8", False),
        ({}, "utf-8", False),
        ({"LANG": "C"}, "utf-8", True),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "POSIX"}, "utf-8", True),
        ({"LANG": "ko_KR.EUC-KR"}, "euc_kr", True),
        ({"LANG": "C.UTF-8", "TERM": "dumb"}, "utf-8", True),
    ],
)
def test_when_signs_are_ascii(environ: dict[str, str], encoding: str, expected: bool) -> None:
    assert terminal_kind({"TERM": "xterm-256color", **environ}, encoding, NAMES.get).ascii is expected


SYSTEMS = {
    ColorSystem.TRUECOLOR: r"[34]8;2;\d+;\d+;\d+",
    ColorSystem.EIGHT_BIT: r"[34]8;5;\d+",
    ColorSystem.STANDARD: r"3[0-7]|4[0-7]|9[0-7]|10[0-7]",
}


@pytest.mark.parametrize("colors", SYSTEMS, ids=lambda colors: colors.name)
async def test_only_codes_that_the_terminal_has_are_written(
    library: Library, colors: ColorSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colors is not ColorSystem.TRUECOLOR:
        monkeypatch.delenv("COLORTERM")
    if colors is ColorSystem.STANDARD:
        monkeypatch.setenv("TERM", "xterm-16color")
    async with reading(library) as (pilot, _):
        written = ""
        for key in ["slash", *"sparse", "enter", "l", "question_mark"]:
            await pilot.press(key)
            await pilot.pause()
            app = pilot.app
            written += Painter().paint(drawn_whole(app), app.size, app.console._color_system)  # type: ignore[arg-type]
    allowed = re.compile(rf"(?:[1-9]?|2[1-9]|39|49|{SYSTEMS[colors]})(?:;(?:[1-9]|2[1-9]|39|49|{SYSTEMS[colors]}))*")
    codes = set(re.findall(r"\x1b\[([0-9;]*)m", written))
    assert [code for code in codes if not allowed.fullmatch(code.lstrip(";"))] == []
    assert any(re.search(SYSTEMS[colors], code) for code in codes)


async def test_without_colours_everything_is_still_told_apart(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(library) as (pilot, screen):
        for key in ["v", "a", "s", "slash", *"sparse", "enter"]:
            await pilot.press(key)
        await pilot.pause()
        pieces = list(painted(pilot))
        assert all(color is None or color.is_default for _, style in pieces for color in (style.color, style.bgcolor))
        assert any(style.reverse and not style.underline for _, style in pieces)  # the cursor's row
        assert any(style.bold and style.underline and text == "Sparse" for text, style in pieces)  # the match
        shown = "".join(text for text, _ in pieces)
        assert UNREAD in shown
        assert STARRED in shown
        assert screen.app.no_color
        reversed_before = sum(bool(style.reverse) for _, style in pieces)
        screen.panes.entry.body.text_select_all()
        await pilot.pause()
        assert sum(bool(style.reverse) for _, style in painted(pilot)) > reversed_before  # the selection


async def test_ascii_only_has_no_other_sign_and_keeps_korean(library: Library) -> None:
    async with reading(library, lang="ko", settings=Settings(read_after=-1, signs="ascii")) as (pilot, _):
        await pilot.press("s")
        for key in ("question_mark", "escape", "j"):
            await pilot.press(key)
            await pilot.pause()
            shown = "".join(text for text, _ in painted(pilot))
            assert set(re.findall(r"[^\x20-\x7e가-힣ㄱ-ㆎ]", shown)) == set()
        assert "긴 문맥" in shown or "대괄호" in shown
        assert "o  A Title" in shown or "> o" in shown or "o* " in shown


def test_stand_ins_are_as_wide_as_what_they_stand_for() -> None:
    signs = "●★✎✓▌▏┃─›·…–—“”│╭╮╰╯▲"
    assert in_ascii(signs).isascii()
    assert width_of(in_ascii(signs)) == width_of(signs)
    assert in_ascii(UNREAD) != in_ascii(STARRED)
    assert in_ascii("한글 ★") == "한글 *"
    assert in_ascii("한글 ★ é", "ascii") == "???? * ?"
    assert in_ascii("한글 😀", "euc_kr") == "한글 ??"


def test_the_terminal_tells_its_ground_and_types_no_key() -> None:
    reader = InputReader()
    pieces = (b"\x1b]11;rgb:ffff/ff", b"ff/eeee\x1b\\", b"\x1b]11;rgb:10/10/20\x07")
    told = [message for piece in pieces for message in reader.feed(piece)]
    assert [message.dark for message in told if isinstance(message, TerminalGround)] == [False, True]
    assert len(told) == 2
    assert list(reader.feed(b"\x1b]10;rgb:ffff/ffff/eeee\x1b\\\x1b]11;rubbish\x07")) == []


def test_the_terminal_tells_its_grey() -> None:
    told = list(InputReader().feed(b"\x1b]4;8;rgb:7f7f/7f7f/7f7f\x1b\\\x1b]4;9;rgb:7f7f/7f7f/7f7f\x1b\\"))
    assert [message.color for message in told if isinstance(message, TerminalGrey)] == [(127, 127, 127)]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("dark", "grey", "used"),
    [
        (True, (127, 127, 127), True),
        (False, (127, 127, 127), True),
        (True, (0x07, 0x36, 0x42), False),  # the ground's own neighbour in a well-known palette
        (False, (0xEE, 0xE8, 0xD5), False),
    ],
)
async def test_sixteen_colours_have_a_grey_where_the_terminal_shows_one(
    library: Library, monkeypatch: pytest.MonkeyPatch, dark: bool, grey: tuple[int, int, int], used: bool
) -> None:
    """Faint letters are as black as others on a white ground of many terminals; where bright black can be read, muted
    text, rules and borders are of it, and else nothing is lost."""
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm-16color")
    async with reading(library) as (pilot, _):
        assert [style for _, style in painted(pilot) if style.dim]
        for told in (TerminalGround(dark), TerminalGrey(grey)):
            pilot.app.post_message(told)
        await pilot.pause()
        await pilot.pause()
        pieces = list(painted(pilot))
        greys = [text for text, style in pieces if style.color is not None and style.color.number == 8]
        assert (any("2307." in text for text in greys), any("─" in text for text in greys)) == (used, used)
        assert any(style.dim for _, style in pieces) is not used


async def test_a_match_can_be_read_in_sixteen_colours(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bold black is grey on many terminals, and faint black is nothing at all on others: neither on yellow."""
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm-16color")
    async with reading(library) as (pilot, _):
        await pilot.press("slash", *"sparse", "enter")
        await pilot.pause()
        matches = [style for text, style in painted(pilot) if text.lower() == "sparse" and style.bgcolor is not None]
        assert len(matches) > 1, "in the row of the cursor and in the entry"
        found = {(style.color.number, style.bgcolor.number, style.bold, style.dim) for style in matches}  # type: ignore[union-attr]
        assert found == {(0, 3, False, False)}


def test_colorfgbg() -> None:
    assert [dark_by_environ({"COLORFGBG": value}) for value in ("15;0", "0;15", "0;default;7", "x")] == [
        True,
        False,
        False,
        None,
    ]
    assert dark_by_environ({}) is None


async def test_auto_follows_what_the_terminal_tells(library: Library) -> None:
    async with reading(library, settings=Settings(read_after=-1, theme="auto")) as (pilot, _):
        assert pilot.app.theme == "digest-dark"
        pilot.app.post_message(TerminalGround(False))
        await pilot.pause()
        assert pilot.app.theme == "digest-light"
    async with reading(library, settings=Settings(read_after=-1, theme="auto")) as (pilot, _):
        assert pilot.app.theme == "digest-light"  # remembered, so that the first paint is right


async def test_a_theme_is_tried_on_kept_and_remembered(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ThemeDialog)
        await pilot.press("j", "j")
        await pilot.pause()
        assert pilot.app.theme == "digest-high-dark"
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.theme == "digest-dark"
        await pilot.press("ctrl+t", "j", "enter")
        await pilot.pause()
        assert pilot.app.theme == "digest-light"
        assert told(pilot)[-1] == "Theme: digest-light"
    async with reading(library) as (pilot, _):
        assert pilot.app.theme == "digest-light"
    async with reading(library, settings=Settings(read_after=-1, theme="nord")) as (pilot, _):
        assert pilot.app.theme == "nord"  # what the settings name counts
        await pilot.press("ctrl+t", "g", "enter")
        await pilot.pause()
        assert "config.toml" in told(pilot)[-1]


def test_a_look_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    path = tmp_path / "look.json"
    assert load_look(path) == SavedLook()
    save_look(path, SavedLook("nord", False))
    assert load_look(path) == SavedLook("nord", False)
    path.write_bytes(b"[\xff")
    assert load_look(path) == SavedLook()


# --- themes of the user's own ------------------------------------------------------------------------------------


def own(tmp_path: Path, name: str, text: str) -> tuple[Any, list[tuple[str, dict[str, str]]]]:
    (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    theme, errors = user_themes.load(tmp_path, name, BUILTIN_THEMES.get)
    return theme, [(error.message_id, error.details) for error in errors]


def test_the_example_of_the_documentation_is_a_theme(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(background.*?)```", (DOCS / "themes.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    theme, errors = own(tmp_path, "example", example[1])
    assert errors == []
    assert theme.background.lower() == "#1b2b34"
    assert theme.dark
    assert theme.variables["digest-match"].lower() == "#5f4b1e"


def test_the_documentation_names_every_field() -> None:
    text = (DOCS / "themes.md").read_text("utf-8")
    assert [field for field in user_themes.FIELDS if f"`{field}`" not in text] == []


def test_a_theme_may_inherit(tmp_path: Path) -> None:
    theme, errors = own(tmp_path, "mine", 'inherits = "nord"\naccent = "navy"')
    assert (theme.background, theme.name, errors) == (BUILTIN_THEMES["nord"].background, "mine", [])
    theme, errors = own(tmp_path, "yours", 'inherits = "mine"\ndark = false')
    assert (theme.accent, theme.dark) == ("#000080", False)


@pytest.mark.parametrize(
    ("text", "message_id", "detail"),
    [
        ('inherits = "nord"\nbakground = "#000"', "theme.unknown", {"name": "bakground", "near": "background"}),
        ('inherits = "nord"\naccent = "#12"', "theme.color", {"name": "accent", "value": "#12"}),
        ('inherits = "nord"\naccent = 3', "theme.color", {"value": "3"}),
        ('inherits = "nord"\naccent = "ansi_red"', "theme.color", {"value": "ansi_red"}),
        ('inherits = "nord"\ndark = "no"', "config.value.choice", {"name": "dark", "allowed": "true, false"}),
        ('background = "#000"', "theme.missing", {"names": "foreground, primary"}),
        ('inherits = "norrd"', "theme.no_parent", {"name": "norrd"}),
        ('inherits = "t"', "theme.no_parent", {"name": "t"}),
        ("background = ", "theme.unreadable", {}),
    ],
)
def test_mistakes_in_a_theme_are_named(tmp_path: Path, text: str, message_id: str, detail: dict[str, str]) -> None:
    theme, errors = own(tmp_path, "t", text)
    assert theme is None
    assert [name for name, _ in errors] == [message_id]
    assert errors[0][1]["path"] == str(tmp_path / "t.toml")
    assert detail.items() <= errors[0][1].items()


async def test_a_broken_theme_is_said_and_the_reader_opens(library: Library) -> None:
    library.paths.themes.mkdir(parents=True)
    (library.paths.themes / "mine.toml").write_text('inherits = "digest-dark"\nprimry = "#fff"')
    (library.paths.themes / "good.toml").write_text('inherits = "digest-light"\naccent = "#700070"')
    async with reading(library, settings=Settings(read_after=-1, theme="mine")) as (pilot, _):
        await pilot.pause()
        assert pilot.app.theme == "digest-dark"
        assert "primry" in told(pilot)[0]
        assert "primary" in told(pilot)[0]
        await pilot.press("ctrl+t")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, ThemeDialog)
        assert "good" in dialog._names
        assert "mine" not in dialog._names
    async with reading(library, settings=Settings(read_after=-1, theme="good")) as (pilot, screen):
        assert pilot.app.theme == "good"
        assert isinstance(screen, MainScreen)


def test_signs_in_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('signs = "ascii"')
    assert load(path)[0].signs == "ascii"
    path.write_text("signs = true")
    settings, errors = load(path)
    assert settings.signs == ""
    assert errors[0].details["allowed"] == '"", "unicode", "ascii"'


async def test_a_link_that_no_browser_opens_is_offered_to_copy(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    async with reading(library) as (pilot, _):
        await pilot.press("o")
        await pilot.pause()
        assert any(style.link == "https://arxiv.org/abs/2307.00001" for _, style in painted(pilot))
        written = Painter().paint(drawn_whole(pilot.app), pilot.app.size, ColorSystem.TRUECOLOR)
        assert "\x1b]8;;https://arxiv.org/abs/2307.00001\x1b\\" in written
        await pilot.press("c")
        await until(pilot, lambda: told(pilot))
        assert len(pilot.app.screen_stack) == 1
        assert "2307.00001" in told(pilot)[-1]


def test_an_emulator_ignores_links() -> None:
    emulator = Emulator((10, 1))
    emulator.feed("\x1b]8;;https://a.b\x1b\\ab\x1b]8;;\x1b\\")
    assert "".join(cell[0] for cell in emulator.cells[0]).strip() == "ab"


def without_colours(pilot: Pilot[None]) -> list[list[tuple[str, bool, bool, bool]]]:
    """The screen on top as it would be told without colours: letters, bold, underline, reverse; the footer's place and
    what it says for a moment left out."""
    drawn = []
    for strip in strips_on_top(pilot)[:-1]:
        line = []
        for text, style, _ in strip:
            told_by = style or Style.null()
            line.append((text, bool(told_by.bold), bool(told_by.underline), bool(told_by.reverse)))
        drawn.append([cell for cell in line if cell[0].strip() or cell[2] or cell[3]])
    return drawn


def bars(lines: list[list[tuple[str, bool, bool, bool]]]) -> list[int]:
    """The lines with a cursor's bar."""
    return [number for number, line in enumerate(lines) if any("▌" in text for text, *_ in line)]


STATES = {
    "the cursor": "j", "starred": "s", "read": "r", "the pane with the keys": "h", "a chosen tag": "t j enter",
    "selected": "full_stop", "text selected": "l V e", "a match": "slash 'sparse'", "back in the list": "l h",
    "a dialog of links": "g g semicolon | j", "the sources": "g s | down", "the settings": "comma | down",
    "themes": "ctrl+t | down", "a correction": "m c | j", "an export": "x | j", "an export's value": "x | l",
    "commands": "ctrl+p | down",
}  # fmt: skip
"""What changes on the screen, by the keys that do it; what stands before `|` leads there."""


LISTED = ("the cursor", "a dialog of links", "the sources", "themes", "a correction", "commands")
"""Where the cursor's bar must move, whatever else does."""


@pytest.mark.parametrize("plain", [False, True], ids=["colours taken away", "NO_COLOR"])
async def test_nothing_is_told_by_colour_alone(library: Library, plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if plain:
        monkeypatch.setenv("NO_COLOR", "1")
    library.sources.add_list([ListedFeed(name, f"https://{name}.example/feed") for name in ("one", "two")])
    untold = []
    async with reading(library, settings=Settings(read_after=-1, theme=themes.DARK.name)) as (pilot, screen):
        for name, keys in STATES.items():
            there, _, does = keys.rpartition("|")
            await press(pilot, there)
            await settled(pilot, "")
            before = without_colours(pilot)
            await press(pilot, does)
            await settled(pilot, "")
            now = without_colours(pilot)
            if now == before or (name in LISTED and bars(now) == bars(before)):
                untold.append(name)
            for _ in range(6):
                busy = screen.typing or screen.selecting.reader or screen.state.asked(screen.tr)
                if len(pilot.app.screen_stack) > 1 or busy:
                    await pilot.press("escape")
                    await pilot.pause()
    assert not untold, ", ".join(untold)


def styles_of(screen: Screen[object]) -> dict[object, object]:
    """All that the style sheet says of what stands on a screen."""
    found: dict[object, object] = {}
    for node in screen.walk_children(with_self=True):
        found[node] = node.styles.base.get_rules()
        for name in node.COMPONENT_CLASSES if isinstance(node, Widget) else ():
            found[node, name] = node.get_component_styles(name).base.get_rules()
    return found


@pytest.mark.parametrize(
    ("theme", "keys"),
    [
        *((theme, ()) for theme in ("digest-light", "ansi-dark", "textual-light")),
        *(("digest-dark", keys) for keys in ((), ("question_mark",), ("comma",), ("T",), ("colon",), ("i",))),
    ],
)
async def test_a_screen_that_comes_first_has_all_its_styles(
    library: Library, theme: str, keys: tuple[str, ...]
) -> None:
    """They are not made a second time as it comes: what would be made is what is there."""
    async with reading(library, settings=Settings(read_after=-1, theme=theme)) as (pilot, main):
        await pilot.press(*keys)
        await pilot.pause()
        screen = pilot.app.screen
        assert (screen is not main) == bool(keys) or keys == ("i",)
        before = styles_of(screen)
        screen.update_node_styles(animate=False)
        assert styles_of(screen) == before
        assert len(before) > 20
