"""The settings screen: what is changed holds at once and stands in config.toml, with everything else in it."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tests.tui.reading import lines, reading, told
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.settings.config import Settings, load
from tui_digest.tui.screens.settings import Choice, SettingsDialog


def rows(pilot: Pilot[None]) -> list[str]:
    """The dialog's rows."""
    listed = pilot.app.screen.query_one(OptionList)
    return [str(listed.get_option_at_index(index).prompt) for index in range(listed.option_count)]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24), (120, 40)])
async def test_all_of_it_is_seen_at_every_size(library: Library, size: tuple[int, int], lang: str) -> None:
    async with reading(library, size=size, lang=lang) as (pilot, screen):
        await pilot.press(",")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SettingsDialog)
        shown = "\n".join(lines(pilot))
        tr = Translator(lang)
        for name in ("lang", "theme", "read_after", "body_width", "entry_lines"):
            assert tr(f"setting.{name}") in shown
        assert "Esc" in shown
        assert all(row.rstrip().endswith(">") for row in rows(pilot))
        assert not any(value in " ".join(rows(pilot)) for value in ("< 1 >", "< 0 >", "True")), (
            "a switch says on or off"
        )
        await pilot.press("down", "j")
        await pilot.pause()
        about = tr("setting.read_after.about")
        assert about.split()[0] in "\n".join(lines(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_a_change_holds_at_once_and_is_written_down(library: Library) -> None:
    path = library.paths.settings
    async with reading(library, settings=Settings()) as (pilot, screen):
        place = screen.state.place()
        await pilot.press(",", "right")
        assert (screen.tr.lang, screen.title_bar.text[:2]) == ("ko", " 2")
        assert pilot.app.screen.query_one(OptionList).highlighted == 0
        assert rows(pilot)[0].endswith("< 한국어 >")
        await pilot.press("right", "down", "right")
        assert screen.tr.lang == "en"
        assert pilot.app.theme == "digest-light"
        await pilot.press("down", "left", "left", "left", "left", "left", "left")
        assert screen.window.settings.read_after == -1
        await pilot.press("down", "left", "left", "right")
        assert screen.panes.entry.body.measure == 76
        await pilot.press("down", "enter")
        assert (screen.window.settings.entry_lines, screen.panes.entries.list.row_lines) == (1, 1)
        await pilot.press("space")
        assert screen.panes.entries.list.row_lines == 2
        await pilot.press("escape")
        assert screen.state.place() == place
        assert "Sparse Memory" in "\n".join(lines(pilot))
    settings, errors = load(path)
    assert errors == []
    assert settings == Settings(lang="en", theme="digest-light", read_after=-1, body_width=76, entry_lines=2)
    assert path.read_text("utf-8").count("\nbody_width = ") == 1


async def test_signs_and_layouts_hold_at_once_too(library: Library) -> None:
    async with reading(library, settings=Settings(signs="unicode"), size=(80, 30)) as (pilot, screen):
        await pilot.press(",", *["down"] * 5, "right")
        await pilot.pause()
        assert rows(pilot)[5].endswith("< ASCII >")
        shown = "".join(lines(pilot))
        assert shown.isascii() or not set(shown) & set("●★▌│╭─")
        await pilot.press("left")
        await pilot.pause()
        assert "│" in "".join(lines(pilot))
        await pilot.press("down")
        assert rows(pilot)[6].endswith("< on >")
        await pilot.press("right")
        assert rows(pilot)[6].endswith("< off >")
        await pilot.press("escape", "ㅓ")
        assert screen.panes.entries.list.cursor == 0
        await pilot.press(",", *["down"] * 6, "left", "escape", "ㅓ")
        assert screen.panes.entries.list.cursor == 1
    settings, _ = load(library.paths.settings)
    assert (settings.signs, settings.layouts) == ("unicode", True)


async def test_a_theme_taken_off_in_the_settings_no_longer_comes_before_a_choice(library: Library) -> None:
    async with reading(library, settings=Settings(theme="nord")) as (pilot, screen):
        screen.adjusting.adjust("theme", "digest-light")
        await pilot.press("ctrl+t", "enter")
        await pilot.pause()
        assert "digest-light" in told(pilot)[-1]
        assert Translator("en")("theme.kept", name="digest-light") == told(pilot)[-1]


async def test_keys_that_come_in_a_burst_keep_their_order(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(",")
        for key in ("down", "down", "down", "right", "down", "left", "left", "up", "right"):
            pilot.app.post_message(events.Key(key, None))
        for _ in range(12):
            await pilot.pause()
        assert (screen.window.settings.body_width, screen.window.settings.entry_lines, screen.window.settings.lang) == (
            88,
            2,
            "",
        )


async def test_what_is_seen_behind_is_what_was_changed(library: Library) -> None:
    async with reading(library, size=(120, 40), lang="en") as (pilot, _):
        await pilot.press(",")
        await pilot.pause()
        assert "Weeks" in "\n".join(lines(pilot)[:6])
        await pilot.press("right")
        await pilot.pause()
        above = "\n".join(lines(pilot)[:6])
        assert Translator("ko")("pane.weeks") in above and "Weeks" not in above


async def test_the_users_file_keeps_its_words(library: Library) -> None:
    path = library.paths.settings
    path.parent.mkdir(parents=True)
    path.write_text("# mine\nbody_width = 80 # wide\n\n[keys]\nhelp = 'f2'\n", "utf-8")
    async with reading(library) as (pilot, _):
        await pilot.press(",", "down", "down", "down", "right")
    assert path.read_text("utf-8") == "# mine\nbody_width = 84 # wide\n\n[keys]\nhelp = 'f2'\n"


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("broken", ["no toml", "read-only"])
async def test_a_file_that_cannot_be_written_is_said_and_kept(library: Library, broken: str, lang: str) -> None:
    path = library.paths.settings
    path.parent.mkdir(parents=True)
    text = "lang = [\n# mine" if broken == "no toml" else "# mine\n"
    path.write_text(text, "utf-8")
    if broken == "read-only":
        path.chmod(0o444)
    async with reading(library, lang=lang) as (pilot, screen):
        await pilot.press(",", "down", "down", "down", "right")
        assert screen.panes.entry.body.measure == 84, "it holds all the same"
        said = str(pilot.app.screen.query_one(Static).render())
        assert said.startswith(Translator(lang)("setting.not_kept", why="").strip())
        assert "config.toml" in said
        await pilot.press("up")
        assert "config.toml" in str(pilot.app.screen.query_one(Static).render())
    assert path.read_text("utf-8") == text


async def test_the_reader_opens_on_any_mistake_and_names_its_place(library: Library) -> None:
    path = library.paths.settings
    path.parent.mkdir(parents=True)
    path.write_text('theme = "nope"\nentry_lines = 9\n[keys]\n"mark.sta" = "x"\nquit = "j"\n', "utf-8")
    settings, errors = load(path)
    async with reading(library, settings=settings, notices=errors) as (pilot, screen):
        await pilot.pause()
        said = "\n".join(told(pilot))
        for line, word in ((1, "digest-dark"), (2, "1, 2, 3"), (4, "mark.star"), (5, "move.down")):
            assert any(f"{path}:{line}: " in each and word in each for each in said.split("\n")), said
        assert screen.window.settings.entry_lines == 4
        await pilot.press("down")
        assert screen.panes.entries.list.cursor == 1


@pytest.mark.parametrize(
    ("value", "by", "round_again", "expected"),
    [(1, 1, False, 2), (3, 1, False, 3), (3, 1, True, 1), (1, -1, False, 1), (2.5, 1, False, 3), (2.5, -1, False, 2),
     (0, -1, False, 1), (9, 1, False, 3), (9, -1, False, 3)],
)  # fmt: skip
def test_stepping_from_any_value(value: float, by: int, round_again: bool, expected: float) -> None:
    assert Choice("x", value, (1, 2, 3)).stepped(by, round_again=round_again) == expected
