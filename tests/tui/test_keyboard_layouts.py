"""Keys of the Korean and other layouts act as the keys they were typed with: the table, the reader, a true terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.bare_terminal import BareTerminal
from tests.tui.reading import JULY, library_of, note_box, reading, told
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.settings.config import Settings
from tui_digest.tui.keymap import KEYS, Key, screens_of
from tui_digest.tui.notices import FRAME
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.terminal.input import InputReader
from tui_digest.tui.terminal.keyboard_layouts import CYRILLIC, DUBEOLSIK, FULL_WIDTH, LAYOUTS, strokes, with_shift
from tui_digest.tui.widgets.filter_box import FilterBox
from tui_digest.tui.wrap import width_of

# --- an input method of our own, as the oracle: it knows how Hangul is composed, and nothing of the table's undoing ---

TYPED = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        strict=True,
    )
)
FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
LAST = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
JOINED = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ", "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip


def composed(letters: str) -> str:
    """What a dubeolsik input method makes of Latin keys: a syllable takes what it can, and a vowel takes the last
    consonant with it."""
    done, first, vowel, last = "", "", "", ""

    def block() -> str:
        if first and vowel:
            number = (FIRST.index(first) * 21 + VOWELS.index(vowel)) * 28 + (LAST.index(last) if last else 0)
            return chr(0xAC00 + number)
        return first + vowel

    for letter in letters:
        jamo = TYPED[letter]
        if jamo in VOWELS:
            if last:
                parts = next((pair for pair, both in JOINED.items() if both == last), last)
                last = parts[0] if len(parts) == 2 else ""
                done += block()
                first, vowel, last = parts[-1], jamo, ""
            elif vowel and vowel + jamo in JOINED:
                vowel = JOINED[vowel + jamo]
            elif vowel:
                done += block()
                first, vowel = "", jamo
            else:
                vowel = jamo
        elif first and vowel and not last and jamo in LAST:
            last = jamo
        elif last and last + jamo in JOINED:
            last = JOINED[last + jamo]
        else:
            done += block()
            first, vowel, last = jamo, "", ""
    return done + block()


def keys_of(text: str) -> str:
    return "".join(stroke.key for character in text for stroke in strokes(character))


def test_the_oracle_composes_as_korean_is_typed() -> None:
    assert composed("rkdghkgkrtmq") == "강화학습"
    assert composed("dkssudgktpdy") == "안녕하세요"
    assert composed("ekfr") == "닭"
    assert composed("ekfrdl") == "닭이"
    assert composed("ekfrl") == "달기"
    assert composed("jjk") == "ㅓㅓㅏ"


@given(st.text(st.sampled_from(sorted(TYPED)), min_size=1, max_size=30))
def test_what_was_composed_is_the_keys_that_were_typed(letters: str) -> None:
    text = composed(letters)
    assert keys_of(text) == letters
    assert keys_of(unicodedata.normalize("NFD", text)) == letters


def test_every_syllable_and_every_form_of_jamo() -> None:
    assert all(keys_of(chr(code)) for code in range(0xAC00, 0xD7A4))
    assert [keys_of(character) for character in ("ㅓ", "\u1165", "\uffc3", "\u11a8", "ㄳ", "ㅘ", "ㅢ")] == [
        "j", "j", "o", "r", "rt", "hk", "ml",
    ]  # fmt: skip
    assert [stroke.character for stroke in strokes("어")] == ["ㅇ", "ㅓ"]


def test_other_layouts() -> None:
    assert keys_of("йцукен") == "qwerty"
    assert keys_of("бюжэхъё") == ",.;'[]`"
    assert keys_of("ПХЖ") == "G{:"
    assert keys_of("іїє") == "s]'"
    assert keys_of("ｊＧ？\u3000") == "jG? "
    assert not strokes("j") and not strokes("é") and not strokes("漢")
    for layout in LAYOUTS:
        assert all(len(own) == 1 and not own.isascii() and us.isascii() for own, us in layout.items())
    assert {*"abcdefghijklmnopqrstuvwxyz"} <= {*DUBEOLSIK.values()} & {*CYRILLIC.values()} & {*FULL_WIDTH.values()}


# --- the reader --------------------------------------------------------------------------------------------------

ON_LAYOUT = {
    "dubeolsik": {us: own for own, us in reversed(DUBEOLSIK.items())},
    "cyrillic": {us: own for own, us in reversed(CYRILLIC.items())},
    "full width": {us: own for own, us in FULL_WIDTH.items() if us != " "},
}


def on_layout(token: str, layout: dict[str, str]) -> str:
    """The token that the same key of another layout sends."""
    modifiers, plus, name = token.rpartition("+")
    return f"{modifiers}{plus}{layout.get(name, name)}" if len(name) == 1 else token


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


async def acts(pilot: Pilot[None], screen: MainScreen, tokens: list[str]) -> list[tuple[str, int | None]]:
    """What the reader would do after these keys."""
    done: list[tuple[str, int | None]] = []

    def act(key: Key, count: int | None = None) -> bool:
        done.append((key.id, count))
        return True

    screen.taker.act = act  # type: ignore[method-assign]
    for token in tokens:
        if len(token) == 1:  # as a terminal sends it: Pilot does not know the names of all characters
            for message in InputReader().feed(token.encode()):
                pilot.app.post_message(message)
        else:
            await pilot.press(token)
    await pilot.pause()
    return done


@pytest.mark.parametrize("layout", ON_LAYOUT)
async def test_every_key_of_the_table_on_every_layout(library: Library, layout: str) -> None:
    own = ON_LAYOUT[layout]
    async with reading(library) as (pilot, screen):
        for key in (key for key in KEYS if "main" in screens_of(key)):
            reached = 0
            for binding in key.keys:
                tokens = [on_layout(token, own) for token in binding.split()]
                if layout == "dubeolsik" and any(token.isascii() and token.isupper() for token in tokens):
                    continue  # the layout has no such letter: the key has a second way
                count = [] if binding == "escape" else ["3"]  # after a count, Esc only forgets that
                done = await acts(pilot, screen, [*count, *tokens])
                assert done == [(key.id, 3 if count else None)], (key.id, tokens)
                reached += 1
            assert reached, key.id


NEEDS_SHIFT = set('~!@#$%^&*()_+{}|:"<>?ABCDEFGHIJKLMNOPQRSTUVWXYZ')


def test_every_key_with_shift_has_a_way_without() -> None:
    for key in KEYS:
        ways = [binding.split() for binding in key.keys]
        free = [w for w in ways if not any(t in NEEDS_SHIFT or "shift+" in t for t in w)]
        assert free or not ways, key.id


async def test_a_syllable_is_its_keys_and_a_begun_one_is_shown(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        assert await acts(pilot, screen, ["ㅎ", "ㅎ"]) == [("move.first", None)]
        assert await acts(pilot, screen, ["5", "ㅓ"]) == [("move.down", 5)]
        assert await acts(pilot, screen, ["노"]) == [("mark.star", None), ("pane.left", None)]
        assert await acts(pilot, screen, ["ㅛ"]) == []
        await pilot.pause()
        assert "y…" in screen.footer_bar.text
        assert "ㅛ→y" in screen.footer_bar.text


async def test_the_status_line_tells_while_it_happens_and_once_what_it_is(library: Library) -> None:
    for first in (True, False):
        async with reading(library, size=(100, 30), lang="ko") as (pilot, screen):
            await pilot.press("ㅓ")
            await pilot.pause()
            assert "ㅓ→j" in screen.footer_bar.text
            assert (screen.tr("layout.hint") in told(pilot)) == first
            await pilot.press("k")
            await pilot.pause()
            assert "→" not in screen.footer_bar.text


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_hint_fits_an_ordinary_terminal(lang: str) -> None:
    assert width_of(Translator(lang)("layout.hint")) <= 80 - FRAME
    assert width_of(Translator(lang)("layout.hint.short")) <= 40 - FRAME


async def test_dialogs_understand_too(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("f1")
        await pilot.pause()
        frame = pilot.app.screen.query_one("VerticalScroll")
        for key, place in (("ㅓ", 1), ("ㅏ", 0)):
            await pilot.press(key)
            await pilot.pause()
            assert frame.scroll_y == place
        await pilot.press("ㅂ")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press(";")
        await pilot.pause()
        await pilot.press("ctrl+ㅊ")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.is_running


async def test_text_fields_take_hangul_and_their_commands_work(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"강ㅓ화")
        assert screen.query_one(FilterBox).value == "강ㅓ화"
        await pilot.press("ctrl+ㅊ")
        await pilot.pause()
        assert not screen.typing
        screen.window.keyboard.expect(None)  # time passes: what comes now is no last syllable of the box
        await pilot.press("데", *"모")  # e opens the note: what follows of the syllable is text there
        await pilot.pause()
        assert note_box(screen).text == "ㅔ모"


async def test_keyboard_layouts_can_be_switched_off_and_own_letters_go_first(library: Library) -> None:
    settings = Settings(read_after=-1, layouts=False)
    async with reading(library, settings=settings) as (pilot, screen):
        assert await acts(pilot, screen, ["ㅓ", "어"]) == []
    async with reading(library, settings=Settings(read_after=-1, keys={"mark.star": ("ㅓ",)})) as (pilot, screen):
        assert await acts(pilot, screen, ["ㅓ", "ㅏ"]) == [("mark.star", None), ("move.up", None)]


# --- what a terminal sends ---------------------------------------------------------------------------------------


def sent(*data: bytes) -> list[events.Key]:
    reader = InputReader()
    return [message for each in data for message in reader.feed(each) if isinstance(message, events.Key)]


def meant(*data: bytes) -> list[str]:
    from tui_digest.tui.terminal.keystrokes import struck, token_of

    return [
        token_of(each.meant) if each is not None else token_of(key)
        for key in sent(*data)
        for each in struck(key) or [None]
    ]


@pytest.mark.parametrize(
    ("data", "tokens"),
    [
        ("ㅓ".encode(), ["j"]),
        ("어ㅎ".encode(), ["d", "j", "g"]),
        ("어".encode() + b"j", ["d", "j", "j"]),
        (b"\x1b[12627u", ["j"]),
        (b"\x1b[12627;;12627u", ["j"]),
        (b"\x1b[12627;5u", ["ctrl+j"]),
        (b"\x1b[12618;5u", ["ctrl+c"]),
        (b"\x1b[12618::99;5u", ["ctrl+c"]),
        (b"\x1b[12618::99;5:1u\x1b[12618::99;5:3u", ["ctrl+c"]),
        (b"\x1b[12627::106;;12627u", ["j"]),
        (b"\x1b[12622;2u", ["G"]),
        (b"\x1b[0;;50612u", ["d", "j"]),
        (b"\x1b[0;;50612:12622u", ["d", "j", "g"]),
        (b"\x1b[1086::106;;1086u", ["j"]),
        (b"\x1b[958::106;;958u", ["j"]),
        (b"\x1b[958::99;5u", ["ctrl+c"]),
        (b"\x1b[233::50;;233u", ["é"]),
        (b"\x1b[97::113;;97u", ["a"]),
        (b"\x1b[93;5u", ["ctrl+]"]),
        (b"\x1b[57441;2u", ["left_shift"]),
    ],
)
def test_legacy_and_kitty_bytes(data: bytes, tokens: list[str]) -> None:
    assert meant(data) == tokens
    assert meant(*(data[n : n + 1] for n in range(len(data)))) == tokens


def test_what_shift_makes() -> None:
    assert "".join(map(with_shift, "a1;/")) == "A!:?"


KOREAN_RUN = [
    ("ㅓ", "2/2"),  # j
    ("ㄴ", "★ 1"),  # s
    ("/", "Esc cancel"),
    ("강화학습", "0/0"),
    ("\x1b", "Second"),
    ("ㅏ", "1/2"),  # k
    ("ㄷ", "Esc close"),  # e
    ("메모입니다", "메모입니다"),
    ("\x1b", "메모입니다"),
]


def run(terminal: BareTerminal, send: dict[str, str]) -> None:
    for typed, seen in KOREAN_RUN:
        for key in [typed] if len(typed) == 1 else typed:  # an input method commits a syllable at a time
            terminal.keys(send.get(key, key) if len(typed) == 1 else key)
            time.sleep(0.02)
        if typed == "\x1b":
            time.sleep(0.3)  # Esc and the next key must not melt into Alt
        terminal.until(seen)


@pytest.mark.parametrize("protocol", ["legacy", "kitty"])
def test_a_korean_typing_run_in_a_true_terminal(tmp_path: Path, protocol: str) -> None:
    digest = tmp_path / "week.txt"
    digest.write_text(
        "2023년 7월 5주차\n"
        "https://arxiv.org/abs/2307.00001\nFirst Paper on Sparse Memory (Ada One)\n첫 논문입니다.\n#memory\n"
        "https://arxiv.org/abs/2307.00002\nSecond Paper on Markup (Cy Three)\n둘째 논문입니다.\n#markup\n",
        encoding="utf-8",
    )
    environ = {**os.environ, "TUI_DIGEST_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tui_digest"]
    subprocess.run([*command, "import", str(digest)], env=environ, check=True, capture_output=True)
    terminal = BareTerminal(tmp_path)
    kitty = {key: f"\x1b[{ord(key)};;{ord(key)}u" for key in "ㅓㄴㅏㄷㅂ"} | {"\x1b": "\x1b[27u", "/": "\x1b[47;;47u"}
    send = kitty if protocol == "kitty" else {}
    try:
        terminal.until("First Paper")
        run(terminal, send)
        terminal.keys(send.get("ㅂ", "ㅂ"))
        assert terminal.process.wait(timeout=20) == 0
    finally:
        terminal.close()
    kept = subprocess.run([*command, "export"], env=environ, check=True, capture_output=True).stdout.decode()
    entries = json.loads(kept)["entries"]
    assert len(entries) == 2, kept
    first, second = entries
    assert (first["note"], first["starred"]) == ("메모입니다", False)
    assert second["starred"]
