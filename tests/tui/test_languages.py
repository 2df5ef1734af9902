"""The two languages: no word of the program escapes the catalogue, and one is exchanged for the other while reading."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.builders import home
from tests.pseudo import GREEK, Pseudo, in_pseudo, strays
from tests.test_architecture import MODULES, PACKAGE, name_of, tree
from tests.tui.reading import APRIL, JULY, all_done, digest_here, library_of, lines, offered, reading, told, until
from tui_digest.errors import ConfigError, StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.settings.config import load
from tui_digest.tui.keymap import KEYS
from tui_digest.tui.keynames import shown
from tui_digest.tui.themes import names

OLDER = GREEK.replace("7월 5주차", "4월 4주차")

# Of addresses, of BibTeX, and the name of a way to a clipboard.
DATA = {"년", "월", "주차"} | set(re.findall("[a-z]{2,}", "https arxiv org abs pdf github com misc osc")) | {"arXiv"}
NAMES = {word for theme in names() for word in re.findall("[a-z]+", theme)} | {"Theme"}
KEY_NAMES = {word for key in KEYS for each in key.keys for word in re.findall("[A-Za-z]{2,}", shown(each))}
ALLOWED = DATA | NAMES | KEY_NAMES | {"Esc", "Enter"}

PATHS: Sequence[str] = (
    "tab tab l l G a h z z h g g 5 escape y escape g escape v u v s v n v escape v a",
    '/ ω ψ ω escape / λ enter n n n escape / " escape / ψ ω enter',
    "t enter t / ω ω escape",
    "? G escape ; escape , down down down down right escape ctrl+p ω ω ω escape",
    "e λ escape v n # λ enter",
    "u ctrl+r s u ctrl+r r A ] u ] ] ] [",
    "c y p y b y t o n p backspace l ; 3 backspace",
)
"""Keys that lead through every state of the reader."""


async def settled(pilot: Pilot[None]) -> str:
    """What is on the screen once nothing is under way, and every notice that was shown."""
    await all_done(pilot)
    return "\n".join([*lines(pilot), *told(pilot)])


@pytest.mark.parametrize("size", [(40, 12), (120, 40)])
@pytest.mark.parametrize("path", PATHS)
async def test_every_word_comes_from_the_catalogue(tmp_path: Path, size: tuple[int, int], path: str) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", GREEK, OLDER)
    said = []
    async with reading(library, size=size, tr=Pseudo("en")) as (pilot, _):
        for key in ("", *path.split()):
            if key:
                await pilot.press(key)
            said.append(await settled(pilot))
            assert not strays(said[-1], ALLOWED), f"after {key}"
    for key, message_id in ((",", "setting.title"), ("?", "help.title"), (";", "links.title"), ("e", "note.title")):
        if key in path.split():
            seen = Pseudo("en")(message_id)[: size[0] - 8]
            assert any(seen in text for text in said), f"{message_id} was never on the screen: the check is blind"


async def test_an_untranslated_word_is_found(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", GREEK)
    async with reading(library, tr=Pseudo("en")) as (pilot, screen):
        screen.title_bar.show([("Forgotten 말", "text")])
        assert strays(await settled(pilot), ALLOWED) == {"Forgotten", "말"}


async def test_the_first_run_and_an_empty_library(tmp_path: Path) -> None:
    starting = Library.open(home(tmp_path / "first"))
    empty = Library.open(home(tmp_path / "empty"), starters=False)
    for library, size in ((starting, (120, 40)), (starting, (60, 20)), (empty, (120, 40)), (empty, (60, 20))):
        async with reading(library, size=size, tr=Pseudo("en")) as (pilot, screen):
            await pilot.press("h")
            bars = (
                screen.title_bar,
                screen.panes.notice,
                screen.footer_bar,
                screen.panes.weeks.bar,
                screen.panes.entries.bar,
            )
            said = [
                *(bar.text for bar in bars),
                screen.panes.entries.list.empty_text,
                screen.panes.facets.list.empty_text,
            ]
            assert not strays("\n".join(said), ALLOWED)
            assert screen.panes.notice.display == (library is starting)


async def test_notices_of_the_start_and_errors(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", GREEK)
    error = ConfigError("config.value.whole", path="/ω:1", name="ω", value="ω", low=1, high=2)
    async with reading(library, tr=Pseudo("en"), notices=[error]) as (pilot, screen):
        screen.voice.report(StoreError("store.full", path="/ω"))
        screen.voice.say("search.ready")
        text = await settled(pilot)
        assert not strays(text, ALLOWED)
        assert in_pseudo("allowed") in text


async def test_removing_and_starters_through_the_palette(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", GREEK)
    async with reading(library, tr=Pseudo("en")) as (pilot, screen):
        screen.library_acts.remove_digest(digest_here(screen))
        text = await settled(pilot)
        assert in_pseudo("Removed the digest") in text
        await pilot.press("u")
        text += await settled(pilot)
        assert in_pseudo("is back") in text
        assert not strays(text, ALLOWED)


# --- the source ----------------------------------------------------------------------------------------------

_PROSE = re.compile(r"[A-Za-z]{2,}[,.:;]? +[A-Za-z]{2,}|[가-힣]")
_STYLE_OR_PATTERN = re.compile(r"[:;}]\s*\n|; |\{ [a-z]+|\(\?P<")


def prose(path: Path) -> list[str]:
    """The texts of two words or more, or in Korean, that stand in a module; neither docstrings, nor styles, nor
    patterns."""
    whole = tree(path)
    docstrings = {
        id(statement.value)
        for node in ast.walk(whole)
        if isinstance(body := getattr(node, "body", None), list)
        for statement in body
        if isinstance(statement, ast.Expr)
    }
    texts = [
        (node.lineno, node.value)
        for node in ast.walk(whole)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    return [
        f"{name_of(path)}:{line} {text}"
        for line, text in texts
        if _PROSE.search(text) and not _STYLE_OR_PATTERN.search(text)
    ]


def test_no_sentence_stands_in_the_faces() -> None:
    others = {
        PACKAGE / "tui" / "terminal" / "inside.py",  # why a private name is used; the log's, and no user's
        PACKAGE / "cli" / "shell_files.py",  # programs of shells; what they say comes from the translated grammar
    }
    faces = [path for path in MODULES if {PACKAGE / "tui", PACKAGE / "cli"} & {*path.parents} and path not in others]
    assert len(faces) > 40
    assert [found for path in faces for found in prose(path)] == []


# --- switching -----------------------------------------------------------------------------------------------


def hangul(text: str) -> bool:
    return re.search("[가-힣]", text) is not None


@pytest.mark.parametrize(("size", "before", "after"), [((60, 20), "ko", "en"), ((120, 40), "en", "ko")])
@pytest.mark.parametrize("keys", [(), ("l",), ("h",), ("t", "enter"), ("v", "s"), ("e",), ("#",), ("/",), ("5",)])
async def test_switched_it_looks_as_if_begun_in_that_language(
    tmp_path: Path, size: tuple[int, int], before: str, after: str, keys: tuple[str, ...]
) -> None:
    paths = home(tmp_path)
    library = library_of(paths, tmp_path / "digests", JULY, APRIL)
    async with reading(library, size=size, lang=before) as (pilot, screen):
        await pilot.press(*keys)
        await settled(pilot)
        await until(pilot, lambda: screen.panes.weeks.followed)
        stood = screen.state.place(), screen.keys.count, screen.focused
        screen.adjusting.adjust("lang", after)
        switched = (await settled(pilot)).split("\n")[: size[1]]
        assert (screen.state.place(), screen.keys.count, screen.focused) == stood
    (paths.place).unlink()
    async with reading(library, size=size, lang=after) as (pilot, screen):
        await pilot.press(*keys)
        await until(pilot, lambda: screen.panes.weeks.followed)
        begun = (await settled(pilot)).split("\n")[: size[1]]
    assert switched == begun


async def test_what_is_typed_stays(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    async with reading(library, size=(80, 24), lang="en") as (pilot, screen):
        await pilot.press("/", "m", "e", "m", "space", "(")
        before = screen.state.place()
        await settled(pilot)
        assert screen.state.mistake is not None
        screen.adjusting.adjust("lang", "ko")
        text = "\n".join(lines(pilot))
        assert hangul(screen.footer_bar.text)
        assert "mem" in text
        assert screen.state.place() == before
        await pilot.press("backspace", "o")
        assert screen.state.text == "mem o"


async def test_the_palette_switches_and_says_so_in_the_other_language(tmp_path: Path) -> None:
    paths = home(tmp_path)
    library = library_of(paths, tmp_path / "digests", JULY)
    async with reading(library, lang="en") as (pilot, screen):
        await pilot.press("ctrl+p", *"한국어")
        await until(pilot, lambda: "한국어" in offered(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: screen.tr.lang == "ko")
        await settled(pilot)
        assert told(pilot)[-1] == Translator("ko")("setting.speaks")
        assert load(paths.settings)[0].lang == "ko"
        await pilot.press("s")
        assert hangul(told(pilot)[-1])
