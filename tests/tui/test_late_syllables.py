"""An input method's last syllable, which some terminals deliver behind the Enter or Esc that ended its composition."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import JULY, library_of, lines, reading, told, until
from tui_digest.library import Library
from tui_digest.tui.screens.help import HelpDialog
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.triage import TriageScreen
from tui_digest.tui.terminal.input import InputReader
from tui_digest.tui.terminal.keystrokes import LATE, plain

FIRST = "arxiv:2307.00001"


async def sent(pilot: Pilot[None], *reads: str, late: float = 0.0) -> None:
    """What a terminal sends in some reads, as it was recorded. On the clock of the keys no time passes but behind the
    first Enter or Esc: `late` seconds."""
    begun: float | None = None
    for read in reads:
        for key in InputReader().feed(read.encode()):
            assert isinstance(key, events.Key)
            begun = key.time if begun is None else begun
            key.time = begun
            begun += late if key.key in ("enter", "escape") else 0.0
            pilot.app.post_message(key)
        await pilot.pause()
        await pilot.pause()


def marks(library: Library) -> tuple[bool, bool]:
    return library.marks.of(FIRST).read, library.marks.of(FIRST).starred


async def test_a_search_takes_its_last_syllable(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        await sent(pilot, "메모\r리", late=LATE / 2)
        assert (screen.state.text, screen.typing, marks(library)) == ("메모리", False, (False, False))
        assert [screen.state.rows.key(row) for row in range(len(screen.state.rows))] == [FIRST]


async def test_a_syllable_by_itself_is_the_search(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        await sent(pilot, "\r글")
        assert (screen.state.text, screen.typing, marks(library)) == ("글", False, (False, False))


async def test_it_goes_where_the_cursor_was(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"메리", "left")
        await sent(pilot, "\r모")
        assert screen.state.text == "메모리"


@pytest.mark.parametrize("opened", ["/", "#", "v s b"])
async def test_what_was_given_up_stays_so_with_its_last_syllable(library: Library, opened: str) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(*opened.split())
        await sent(pilot, "한\x1b[27u", "글")
        assert (screen.state.text, screen.typing, marks(library)) == ("", False, (False, False))
        assert (library.marks.of(FIRST).tags, library.views.all()) == ((), {})


async def test_a_note_is_saved_with_its_last_syllable_as_one_act(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("e")
        await sent(pilot, "한\x1b[27u", "글")
        assert (library.marks.of(FIRST).note, screen.typing, marks(library)) == ("한글", False, (False, False))
        await pilot.press("u")
        assert library.marks.of(FIRST).note is None


async def test_the_time_that_saving_takes_does_not_count(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, disk = library.marks.write_note, iter([LATE * 3])

    def slow(*args: Any, **options: Any) -> Any:
        time.sleep(next(disk, 0))
        return saved(*args, **options)

    async with reading(library) as (pilot, screen):
        await pilot.press("e")
        monkeypatch.setattr(library.marks, "write_note", slow)
        await sent(pilot, "한\x1b[27u", "글", late=LATE * 2)
        assert (library.marks.of(FIRST).note, screen.typing, marks(library)) == ("한글", False, (False, False))


async def test_a_tag_and_a_view_get_their_last_syllable_as_one_act(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("#")
        await sent(pilot, "한\r글")
        assert (library.marks.of(FIRST).tags, marks(library)) == (("한글",), (False, False))
        await pilot.press("u")
        assert library.marks.of(FIRST).tags == ()
        await pilot.press("v", "u", "b", "ctrl+u")
        await sent(pilot, "보\r기")
        assert list(library.views.all()) == ["보기"]
        await pilot.press("u")
        assert library.views.all() == {}


async def test_a_correction_gets_its_last_syllable_as_one_act(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("m", "c", "enter", "ctrl+u")
        await sent(pilot, "한\r글")
        await until(pilot, lambda: screen.state.rows[0].title == "한글")
        await pilot.press("u")
        await until(pilot, lambda: screen.state.rows[0].title.startswith("Sparse"))
        act = library.marks.next_act("undo")
        assert act is not None and act.field == "import"


async def test_an_exported_file_gets_its_last_syllable(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    async with reading(library) as (pilot, screen):
        await pilot.press("x", "j", "j", "l", "enter", "ctrl+u")
        await sent(pilot, "한\r글")
        await until(pilot, lambda: [each.name for each in (tmp_path / "out").iterdir()] == ["한글"])
        assert (screen.typing, marks(library)) == (False, (False, False))


async def test_a_tag_that_is_there_already_is_what_was_meant(library: Library) -> None:
    """With its last syllable it is no new one, and the part of it that Enter kept goes."""
    library.marks.tag("강화", [FIRST], True)
    async with reading(library) as (pilot, _screen):
        await pilot.press("#")
        await sent(pilot, "강\r")
        await until(pilot, lambda: "+강 +강화" in "\n".join(lines(pilot)))
        (key,) = InputReader().feed("화".encode())
        assert isinstance(key, events.Key)
        key.time -= 3600.0  # however long the screen took
        pilot.app.post_message(key)
        await until(pilot, lambda: library.marks.of(FIRST).tags == ("강화",))
        await until(pilot, lambda: "+강 " not in "\n".join(lines(pilot)))
        assert "+강화" in "\n".join(lines(pilot)) and told(pilot)[-1] == "Nothing to change"


async def test_a_tag_chosen_by_typing_is_the_one_that_was_meant(tmp_path: Path) -> None:
    text = JULY.replace("#memory #efficiency", "#한국 #한글")
    library = library_of(home(tmp_path), tmp_path / "digests", text)
    async with reading(library) as (pilot, screen):
        await pilot.press("t", "/")
        await sent(pilot, "한\r글")
        assert (screen.state.chosen, screen.state.facet_text) == ((("tag", "한글"),), "")


async def test_help_looks_for_all_that_was_typed(library: Library) -> None:
    async with reading(library, lang="ko") as (pilot, _):
        await pilot.press("?", "/")
        await sent(pilot, "별\r표")
        dialog = pilot.app.screen
        assert isinstance(dialog, HelpDialog)
        assert dialog._text == "별표"
        assert marks(library) == (False, False)


@pytest.mark.parametrize(
    ("typed", "late", "text", "read"),
    [
        ("메\rㅓ", LATE / 2, "메ㅓ", False),
        ("메\rㄱ", 60.0, "메", True),  # too late: it is the key r
        ("a\r글", LATE / 2, "a글", False),  # a whole syllable was being composed in the box
        ("a\rㄱ", LATE / 2, "a", True),  # behind Latin letters one letter of Hangul is a key struck fast
        ("메\rr", LATE / 2, "메", True),
        ("메\rrㄱ", LATE / 2, "메", False),  # two keys, and both act
    ],
)
async def test_anything_else_acts_as_it_does(library: Library, typed: str, late: float, text: str, read: bool) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        screen.state.make_query = lambda: True  # type: ignore[method-assign] # whatever is found, there is a paper to mark
        await sent(pilot, typed, late=late)
        assert (screen.state.text, screen.typing, marks(library)) == (text, False, (read, False))


@pytest.mark.parametrize("escape", ["\x1b", "\x1b[27u"])
async def test_a_letter_behind_esc_in_one_read_stood_before_it(library: Library, escape: str) -> None:
    async with reading(library) as (pilot, _):
        await sent(pilot, f"{escape}ㄴ")
        assert marks(library) == (False, True)


@pytest.mark.parametrize("together", [True, False])
async def test_a_verdict_behind_the_esc_that_left_triage_is_a_verdict(library: Library, together: bool) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("T")
        await pilot.pause()
        assert isinstance(pilot.app.screen, TriageScreen)
        await sent(pilot, *(["\x1b[27uㄴ"] if together else ["\x1b[27u", "ㄴ"]))
        assert isinstance(pilot.app.screen, MainScreen)
        assert marks(library) == (True, True)


async def test_a_note_in_triage(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("T")
        await pilot.pause()
        await pilot.press("e")
        await sent(pilot, "한\x1b[27u", "글")
        assert isinstance(pilot.app.screen, TriageScreen)
        assert (library.marks.of(FIRST).note, marks(library)) == ("한글", (False, False))


@pytest.mark.parametrize("opened", ["e", "#", "v s b"])
async def test_keys_behind_the_end_of_any_box_are_keys(library: Library, opened: str) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(*opened.split())
        await pilot.press(*"ab")
        await sent(pilot, "c" + ("\x1b[27u" if opened == "e" else "\r") + "va/x\x1b[27us")
        assert (screen.typing, screen.state.text, screen.state.view) == (False, "", "all")
        assert {library.marks.of(FIRST).note, *library.marks.of(FIRST).tags, *library.views.all()} & {
            "abc",
            "starredabc",
        }
        assert marks(library) == (False, True)


@pytest.mark.parametrize(
    ("sends", "means"),
    [
        (["\x1b[91;5u", "\x1b[27;5;91~"], "escape"),
        (["\x08", "\x1b[104;5u", "\x1b[27;5;104~", "\x1b[12631::104;5u"], "backspace"),
        (["\t", "\x1b[105;5u", "\x1b[12625::105;5u"], "tab"),
        (["\r", "\x1b[109;5u", "\x1b[12641::109;5u", "\x1b[13u"], "enter"),
    ],
)
def test_keys_that_were_one_byte_are_one_key(sends: list[str], means: str) -> None:
    for each in sends:
        keys = [key for key in InputReader().feed(each.encode()) if isinstance(key, events.Key)]
        assert [key.key for key in keys] == [means], each
    assert plain(events.Key("x", "x")).key == "x"


async def test_they_act_in_boxes_too(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"ab", "ctrl+h")
        await pilot.pause()
        assert screen.state.text == "a"
        await pilot.press("ctrl+m")
        await pilot.pause()
        assert not screen.typing
