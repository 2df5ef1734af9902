"""What is shown goes out by `x`: to the clipboard or into a file, as the command line would write it."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.reading import lines, offered, reading, told, until
from tui_digest.cli import main
from tui_digest.errors import DigestError, StoreError
from tui_digest.export import FORMATS, Format
from tui_digest.library import Library, Rows, exports
from tui_digest.library.exports import Outgoing
from tui_digest.library.lists import Lists
from tui_digest.models import Sighting
from tui_digest.store import user_files
from tui_digest.store.shards import Shards
from tui_digest.tui.screens.export_dialog import ExportDialog, ReplaceDialog, Wanted
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.widgets.line_box import AskingBox

FILE = ("x", "j", "j", "l", "enter")
"""Keys that ask for the name of a file for the entry."""
LIST_FILE = ("x", "l", "j", "j", "l", "enter")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the reader is started in."""
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def preview(pilot: Pilot[None]) -> str:
    dialog = pilot.app.screen
    return str(dialog.query_one("#preview", Static).content) if isinstance(dialog, ExportDialog) else ""


def choices(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#choices", Static).content)


def by_command(library: Library, monkeypatch: pytest.MonkeyPatch, target: Path, *args: str) -> bytes:
    """What the command line writes."""
    monkeypatch.setenv("TUI_DIGEST_HOME", str(library.paths.data.parent))
    assert main(["export", *args, "-o", str(target)]) == 0
    return target.read_bytes()


async def write_name(pilot: Pilot[None], screen: MainScreen, name: str) -> None:
    """A name in the place of the one that the box has."""
    screen.query_one(AskingBox).value = ""
    pilot.app.post_message(events.Paste(name))
    await pilot.pause()
    await pilot.press("enter")


async def test_the_entry_goes_to_the_clipboard(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("x")
        await until(pilot, lambda: "@misc{one2023sparse," in preview(pilot))
        assert "this entry: Sparse Memory for Long Context" in choices(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: told(pilot) == ["Copied 1 paper as bibtex (xclip)"])
        assert pilot.app.screen is screen
    (text,) = copied
    assert text.count("@misc") == 1
    assert "eprint" in text


async def test_all_of_a_list_goes_out_as_the_command_line_writes_it(
    library: Library, folder: Path, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    formats = [name for name, row in FORMATS.items() if not row.folder]
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter", "/", *"tag:memory", "enter")
        await until(pilot, lambda: screen.state.week is None and len(screen.state.rows) == 3)
        for name in formats:
            library.memory.save_exported((name, "clipboard"))
            await pilot.press("x", "l")
            assert "the list that is shown: 2 papers" in choices(pilot)
            await pilot.press("enter")
            said = f"Copied 2 papers as {name} (xclip)"
            await until(pilot, lambda said=said: told(pilot)[-1:] == [said])  # type: ignore[misc]
    for name, text in zip(formats, copied, strict=True):
        written = by_command(library, monkeypatch, folder / name, "--format", name, "--filter", "tag:memory")
        assert FORMATS[name].marked == written.startswith(b"\xef\xbb\xbf")
        assert text.encode() == written.removeprefix(b"\xef\xbb\xbf"), name


async def test_a_file_is_named_and_written(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(*LIST_FILE)
        await pilot.pause()
        assert screen.query_one(AskingBox).value == str(folder / "papers-2023-W30.bib")
        assert screen.typing
        await pilot.press("enter")
        await until(pilot, lambda: told(pilot) and told(pilot)[-1].startswith("Wrote"))
        assert not screen.typing
        assert str(folder / "papers-2023-W30.bib") in told(pilot)[-1]
    written = (folder / "papers-2023-W30.bib").read_bytes()
    assert names(folder) == ["papers-2023-W30.bib"]
    other = by_command(library, monkeypatch, folder / "other", "--format", "bibtex", "--filter", "week:2023-W30")
    assert written == other


async def test_format_and_place_are_remembered(library: Library, folder: Path) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("x", "j", "h", "j", "l", "enter", "escape")
        await pilot.pause()
        assert not screen.typing
    async with reading(Library.open(library.paths), size=(80, 24)) as (pilot, _):
        await pilot.press("x")
        await pilot.pause()
        assert "ndjson" in choices(pilot) and "file" in choices(pilot)
        await until(pilot, lambda: preview(pilot).startswith("{"))
        assert len(preview(pilot).splitlines()) <= 17
    assert names(folder) == []


@pytest.mark.parametrize("away", ["escape", "q", "ctrl+c"])
async def test_nothing_is_written_or_kept_when_one_leaves(
    library: Library, folder: Path, copied: list[str], away: str
) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("x", "j", "l", away)
        await pilot.pause()
        assert pilot.app.screen is screen
        assert library.memory.load_exported() == ("", "")
        await pilot.press(*FILE, *([away] if away != "q" else ["escape"]))
        await pilot.pause()
        assert not screen.typing
    assert (names(folder), copied) == ([], [])


async def test_a_file_that_is_there_is_replaced_only_when_one_says_so(library: Library, folder: Path) -> None:
    there = folder / "one2023sparse.bib"
    there.write_text("mine", "utf-8")
    there.chmod(0o640)
    async with reading(library) as (pilot, screen):
        for no in ("escape", "n", "enter"):
            await pilot.press(*FILE) if no == "escape" else await pilot.press("x", "enter")
            await pilot.pause()
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, ReplaceDialog))
            await until(pilot, lambda: "Replace this file?" in "\n".join(lines(pilot)))
            await pilot.press(no)
            await until(pilot, lambda: told(pilot)[-1] == "Nothing was written; the file is as it was")
            assert there.read_text("utf-8") == "mine"
        await pilot.press("x", "enter")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplaceDialog))
        await pilot.press("y")
        await until(pilot, lambda: told(pilot)[-1].startswith("Wrote"))
        assert pilot.app.screen is screen
    assert there.read_text("utf-8").startswith("@misc{one2023sparse,")
    assert there.stat().st_mode & 0o777 == 0o640
    assert names(folder) == ["one2023sparse.bib"]


def _pipe(folder: Path, _: Library) -> str:
    os.mkfifo(folder / "pipe")
    return str(folder / "pipe")


def _linked(folder: Path, library: Library) -> str:
    (folder / "link").symlink_to(library.paths.data)
    return str(folder / "link" / "new.bib")


REFUSED: dict[str, tuple[Callable[[Path, Library], str], str]] = {
    "own": (lambda _, library: str(library.paths.data / "new.bib"), "keeps its own files"),
    "own by a link": (_linked, "keeps its own files"),
    "a pipe": (_pipe, "pipe or device"),
    "no folder": (lambda folder, _: str(folder / "no" / "new.bib"), "No such file"),
    "nothing": (lambda *_: "", "Write the name"),
    "nobody": (lambda *_: "~nobody-here/new.bib", "Could not write"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_where_no_file_can_be_is_said_and_the_name_stays(library: Library, folder: Path, case: str) -> None:
    place, why = REFUSED[case]
    name = place(folder, library)
    before = names(folder)
    async with reading(library) as (pilot, screen):
        await pilot.press(*FILE)
        await pilot.pause()
        await write_name(pilot, screen, name)
        await until(pilot, lambda: told(pilot) and why in told(pilot)[-1])
        assert screen.query_one(AskingBox).value == name
        await write_name(pilot, screen, str(folder))  # a folder: the file gets the name it would have had
        await until(pilot, lambda: told(pilot)[-1].startswith("Wrote"))
        assert not screen.typing
    assert names(folder) == sorted([*before, "one2023sparse.bib"])
    assert not (library.paths.data / "new.bib").exists()


async def test_what_a_link_leads_to_is_replaced(library: Library, folder: Path) -> None:
    (folder / "real.bib").write_text("older", "utf-8")
    (folder / "one2023sparse.bib").symlink_to("real.bib")
    async with reading(library) as (pilot, _):
        await pilot.press(*FILE)
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplaceDialog))
        await pilot.press("y")
        await until(pilot, lambda: told(pilot)[-1].startswith("Wrote"))
    assert (folder / "one2023sparse.bib").is_symlink()
    assert (folder / "real.bib").read_text("utf-8").startswith("@misc")


async def test_a_disk_that_is_full_is_said(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(user_files, "_replace", full)
    async with reading(library) as (pilot, screen):
        await pilot.press(*FILE)
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: told(pilot) and "No space left" in told(pilot)[-1])
        assert not screen.typing
    assert names(folder) == []


async def test_a_week_that_cannot_be_read_is_said_and_the_others_go_out(
    library: Library, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Shards.load

    def some(self: Shards, week: str, **options: bool) -> object:
        if week == "2023-W16":
            raise StoreError("store.unreadable", path="that.json", reason="gone")
        return load(self, week, **options)

    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter")
        await until(pilot, lambda: screen.state.week is None)
        monkeypatch.setattr(Shards, "load", some)
        await pilot.press("x", "l", "enter")
        await until(pilot, lambda: any("that.json" in each for each in told(pilot)))
    assert copied[0].count("@misc") >= 2
    assert "An Older Paper" not in copied[0]


async def test_what_the_code_of_others_fails_at_is_said(
    library: Library, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Sequence[str]:
        raise KeyError("oops")

    monkeypatch.setattr("tui_digest.plugins.export_names", lambda: ["bibtex", "theirs"])
    theirs = Format("theirs", ".t", broken)  # type: ignore[arg-type]
    monkeypatch.setattr("tui_digest.plugins.export_format", lambda name: FORMATS.get(name, theirs))
    async with reading(library) as (pilot, _):
        await pilot.press("x", "j", "l")
        await until(pilot, lambda: "theirs of another package failed: KeyError" in preview(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: told(pilot) and "theirs of another package failed" in told(pilot)[-1])
    assert copied == []


async def test_korean_keys_and_a_korean_name(library: Library, folder: Path) -> None:
    async with reading(library, lang="ko") as (pilot, screen):
        await pilot.press("ㅌ")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportDialog))
        await pilot.press("ㅓ", "ㅓ", "ㅣ")
        assert "< 파일 >" in choices(pilot)
        await pilot.press("enter")
        await pilot.pause()
        screen.query_one(AskingBox).value = ""
        await pilot.press("가", "나", ".", "b", "enter")
        await until(pilot, lambda: told(pilot) and str(folder / "가나.b") in told(pilot)[-1])
    assert names(folder) == ["가나.b"]


async def test_the_dialog_says_that_its_preview_is_being_made(library: Library) -> None:
    made = asyncio.Event()

    async def slow(wanted: Wanted, lines: int) -> str:
        await made.wait()
        return "@misc{it"

    async with reading(library, size=(80, 24)) as (pilot, screen):
        start = Wanted("entry", "bibtex", "clipboard")
        pilot.app.push_screen(ExportDialog(start, {"entry": "this"}, ["bibtex"], slow, screen.tr))
        await until(pilot, lambda: screen.tr("export.preparing") in "\n".join(lines(pilot)))
        made.set()
        await until(pilot, lambda: "@misc{it" in "\n".join(lines(pilot)))


async def test_a_row_is_clicked(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("x")
        await pilot.pause()
        await pilot.click("#choices", offset=(12, 2))
        await pilot.click("#choices", offset=(12, 2))
        assert "< file >" in choices(pilot)


async def test_the_palette_offers_it_and_nothing_is_asked_without_an_entry(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("ctrl+p", *"export the")
        await until(pilot, lambda: "export the entry" in offered(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExportDialog))
        await pilot.press("escape", "v", "s", "x")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert told(pilot)[-1] == "There is no entry here"


async def test_a_long_export_tells_how_far_it_is_and_esc_stops_it(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, asked = threading.Event(), Lists.sightings_of

    def slowly(self: Lists, rows: Rows, notices: list[DigestError]) -> Iterator[Sighting]:
        for number, each in enumerate(asked(self, rows, notices)):
            if number == 2:
                go_on.wait(30)
            yield each

    monkeypatch.setattr(exports, "_TELL_EACH", -1.0)
    (folder / "papers-2023-W30.ris").write_text("mine", "utf-8")
    async with reading(library) as (pilot, screen):
        library.memory.save_exported(("ris", "file"))
        await pilot.press("x", "l")
        await pilot.pause()
        monkeypatch.setattr(Lists, "sightings_of", slowly)
        await pilot.press("enter", "enter", "y")
        await until(pilot, lambda: told(pilot)[-1:] == ["Exporting … 2 of 3 · Esc stops it"])
        await pilot.press("j", "escape")
        assert screen.state.cursor == 1  # one reads on
        go_on.set()
        await until(pilot, lambda: "cut short" in told(pilot)[-1])
    assert names(folder) == ["papers-2023-W30.ris"]
    assert (folder / "papers-2023-W30.ris").read_text("utf-8") == "mine"


def test_neither_entries_nor_text_go_out_once_it_is_stopped(library: Library) -> None:
    counted = Outgoing(library.lists.all_sightings(), lambda: counted.entries == 2)
    with pytest.raises(DigestError, match="stopped"):
        list(counted)
    assert counted.entries == 2
    with pytest.raises(DigestError, match="stopped"):
        next(Outgoing([], lambda: True).unless_stopped(["a"]))


async def test_a_preview_that_is_never_begun_leaves_no_warning(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("x")
        dialog = pilot.app.screen
        assert isinstance(dialog, ExportDialog)
        with warnings.catch_warnings(record=True) as warned:
            dialog.action_step(1)
            dialog.action_step(1)  # in one go: the first preview gives way before it began
            await until(pilot, lambda: preview(pilot))
            gc.collect()
        assert [str(warning.message) for warning in warned] == []
