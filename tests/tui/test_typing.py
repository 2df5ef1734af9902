"""Keys that come in one read, as over a slow line, act in the order in which they were typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input, TextArea

from tests.builders import home
from tests.tui.reading import JULY, all_done, library_of, lines, reading, told, until
from tui_digest.library import Library
from tui_digest.tui.controllers.copying import Copying
from tui_digest.tui.terminal.waiting_keys import waiting_keys
from tui_digest.tui.widgets.line_box import MOST


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


def type_at_once(app: App[None], *keys: str) -> None:
    """Hand keys over without a pause between them, as one read of the terminal does."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["a", "x", "backspace", "b"], "ab"),
        (["a", "b", "ctrl+u", "c"], "c"),
        (["b", "home", "a", "end", "c"], "abc"),
        (["a", "c", "left", "b"], "abc"),
    ],
)
async def test_letters_do_not_overtake_the_keys_before_them(library: Library, keys: list[str], text: str) -> None:
    async with reading(library) as (pilot, screen):
        for opened in ("/", "#", "e"):
            await pilot.press(opened)
            type_at_once(pilot.app, *keys)
            await pilot.pause()
            field = screen.focused
            assert isinstance(field, Input | TextArea)
            assert (field.value if isinstance(field, Input) else field.text) == text, opened
            await pilot.press("escape")
            await pilot.pause()


@pytest.mark.parametrize("large", [True, False])
async def test_over_all_weeks_a_letter_shows_before_what_it_finds(
    library: Library, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter", "/", "x")
        await all_done(pilot)
        monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 1 if large else 10_000)
        seen: list[str] = []

        def heard(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
            def called(*args: Any, **more: Any) -> Any:
                seen.append(name)
                return real(*args, **more)

            return called

        monkeypatch.setattr(waiting_keys, "answered", heard("painted", waiting_keys.answered))
        monkeypatch.setattr(screen.panes, "showing_asked", heard("list", screen.panes.showing_asked))
        monkeypatch.setattr("tui_digest.tui.terminal.waiting_keys.PATIENCE", 60.0)
        waiting_keys.heard()  # as the driver says when it has read a key
        await pilot.press("backspace")
        await all_done(pilot)
        assert list(dict.fromkeys(seen)) == ["painted", "list"]
        assert len(screen.state.rows) == 3
        type_at_once(pilot.app, *"memory", "enter")
        await all_done(pilot)
        assert (screen.state.text, screen.typing, len(screen.state.rows)) == ("memory", False, 2)


async def test_what_is_told_beside_a_list_comes_also_where_the_next_text_cannot_be_read(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter", "/")
        assert len(screen.panes.facets.names) > 1
        last = screen.state.rows[2].title
        assert screen.state.write(f'title:"{last}"')
        steps = screen.panes.showing_asked()
        next(steps)
        steps.close()  # another letter came
        assert not screen.state.write("sort:nothing x")
        screen.panes.show_asked(False)
        assert any(last in block.text for block in screen.panes.entry.body.document.blocks)
        assert dict(screen.panes.facets.names) == dict(library.lists.tags_of(screen.state.rows))


async def test_keys_behind_enter_and_esc_are_no_text_of_the_box(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        type_at_once(pilot.app, *"title", "enter", "s")
        await pilot.pause()
        assert (screen.state.text, screen.typing, library.lists.totals().starred) == ("title", False, 1)
        await pilot.press("/")
        type_at_once(pilot.app, "x", "escape", "u")
        await pilot.pause()
        assert (screen.state.text, library.lists.totals().starred) == ("title", 0)
        await pilot.press("/", "end")
        type_at_once(pilot.app, *" tga:x", "enter", "y")
        await pilot.pause()
        assert (screen.state.text, screen.typing) == ("title tga:xy", True), "what cannot be read keeps the box open"


async def test_in_the_palette_too_keys_act_in_their_order(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("ctrl+p")
        type_at_once(pilot.app, *"view: unreax", "backspace", "d", "enter", "s")
        await pilot.pause()
        await pilot.pause()
        assert (screen.state.view, library.lists.totals().starred) == ("unread", 1)
        await pilot.press("ctrl+p")
        type_at_once(pilot.app, "x", "escape", "s")
        await pilot.pause()
        await pilot.pause()
        assert (pilot.app.screen, library.lists.totals().starred) == (screen, 0)


async def test_the_palette_waits_for_the_last_syllable(library: Library) -> None:
    async with reading(library, lang="ko") as (pilot, screen):
        await pilot.press("ctrl+p")
        type_at_once(pilot.app, *"보기: 안 읽", "enter", "음", "s")  # the s behind it ends the waiting
        await pilot.pause()
        await pilot.pause()
        assert (screen.state.view, library.lists.totals().starred) == ("unread", 1)


@pytest.mark.parametrize("opened", ["/", "#", "v s b", "ctrl+p"])
async def test_a_paste_of_several_lines_is_joined(library: Library, opened: str) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press(*opened.split())
        for pasted in ("\n\nlong context\nwindows\n", "  long\r\n\tcontext   windows", "long context windows"):
            await pilot.press("ctrl+u")
            pilot.app.post_message(events.Paste(pasted))
            await pilot.pause()
            field = pilot.app.screen.focused
            assert isinstance(field, Input)
            assert field.value == "long context windows"
            pilot.app.post_message(events.Paste("\n"))
            await pilot.pause()
            assert field.value == "long context windows"


@pytest.mark.parametrize("opened", ["/", "#", "v s b", "ctrl+p", "? /", "t /"])
async def test_of_a_book_that_is_pasted_the_beginning_is_taken(library: Library, opened: str) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press(*opened.split(), "ctrl+u", "a")
        for _ in range(2):
            pilot.app.post_message(events.Paste("책 word\n" * 20_000))
            await pilot.pause()
            field = pilot.app.screen.focused
            assert isinstance(field, Input)
            assert field.value == "a" + ("책 word " * 200)[: MOST - 1]
            assert told(pilot)[-1] == "Too long for one line: its first 1,000 characters were taken"


async def test_a_key_that_does_nothing_says_so(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for typed, said in (
            (["f"], "f"),
            (["y", "q"], "yq"),
            (["5", "ctrl+y"], "Ctrl+y"),
            (["f7"], "F7"),
            (["ㄹ"], "f"),
        ):
            await pilot.press("j", *typed)
            await pilot.pause()
            assert f"{said} does nothing here; ? help" in screen.footer_bar.text
            screen.taker.fade()
            assert "does nothing" not in screen.footer_bar.text


async def test_a_letter_with_shift_in_vain_tells_what_it_does_without(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for typed, said in (("O", "o open in the browser"), ("J", "j down"), ("Y", "? help"), ("D", "? help")):
            await pilot.press(typed)
            assert f"{typed} does nothing here; {said}" in screen.footer_bar.text
        await pilot.press("j")  # it acts, and what was said of the key before stands no longer
        assert "nothing" not in screen.footer_bar.text


async def test_at_the_edge_of_the_panes_a_key_says_that_there_is_nothing(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for way, said in (("h", "h"), ("left", "←"), ("l", "l"), ("right", "→"), ("enter", "Enter")):
            await pilot.press(*(["h"] * 2 if said in "h←" else ["l"] * 2))
            screen.taker.fade()
            await pilot.press(way)
            assert f"{said} does nothing here" in screen.footer_bar.text


async def test_a_colon_opens_the_commands_as_in_vim(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(":")
        await pilot.pause()
        assert pilot.app.screen is not screen and "add a source" in "\n".join(lines(pilot))


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_a_small_terminal_names_all_that_i_begins_and_how_to_import_first(library: Library, lang: str) -> None:
    async with reading(library, size=(80, 24), lang=lang) as (pilot, screen):
        await pilot.press("i")
        said = screen.footer_bar.text
        first, last = {"en": ("i… i import", "c stop"), "ko": ("i… i 가져오기", "c 멈추기")}[lang]
        assert said.lstrip().startswith(first) and last in said


async def test_what_nobody_means_says_nothing(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for event in (
            *(events.Key(key, None) for key in ("left_shift", "caps_lock", "iso_level3_shift", "media_play", "ignore")),
            events.Key("replacement_character", "\ufffd"),
            events.AppBlur(),
            events.AppFocus(),
        ):
            pilot.app.post_message(event)
        await pilot.press("y", "escape", "3", "escape", "escape")
        await pilot.pause()
        assert not screen.taker.flashed


@pytest.mark.parametrize(("lang", "said"), [("en", "t does nothing here"), ("ko", "t 키는 여기서 쓰지 않습니다")])
async def test_in_triage_and_while_text_is_selected_too(library: Library, lang: str, said: str) -> None:
    async with reading(library, lang=lang) as (pilot, screen):
        await pilot.press("V", "t")
        assert said in screen.footer_bar.text
        await pilot.press("escape", "T")
        await pilot.pause()
        await pilot.press("t")
        assert said in pilot.app.screen.footer_bar.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("opened", [";", "ctrl+t", ",", "T ;", "ctrl+p"])
async def test_a_dialog_is_closed_once_whatever_comes_in_one_read(
    library: Library, monkeypatch: pytest.MonkeyPatch, opened: str
) -> None:
    monkeypatch.setattr(Copying, "_open", lambda *_: None)
    async with reading(library) as (pilot, screen):
        await pilot.press("j", *opened.split())
        await pilot.pause()
        type_at_once(pilot.app, "down", "enter", "escape")
        # Esc comes to the screen below: out of triage it leads back, out of the main screen nowhere.
        await until(pilot, lambda: pilot.app.screen_stack == [screen])
        assert pilot.app.is_running
        assert screen.is_running
