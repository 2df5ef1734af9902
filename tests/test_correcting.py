"""What was misread and corrected by hand: an act like others, which importing again respects."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home
from tui_digest.cli import main
from tui_digest.errors import DigestError, StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.models import Entry
from tui_digest.paths import Paths, locate
from tui_digest.store import intent, mark_store, replaced, sources, storage

TEXT = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Frist Thing (Ann Lee, Bob Ray)
말.
#a

https://example.org/second
Second Thing (Cat Poe, Dan Fox)
글.
#b
"""
FIRST = "arxiv:2307.00001"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "d").mkdir()
    file = tmp_path / "d" / "a.txt"
    file.write_text(TEXT)
    return file


@pytest.fixture
def library(paths: Paths, file: Path) -> Library:
    library = Library.open(paths, starters=False)
    library.imports.from_paths([file])
    return library


def entries(library: Library) -> dict[str, Entry]:
    return {each.key: each.entry for each in library.lists.all_sightings()}


def again(paths: Paths) -> Library:
    return Library.open(paths, starters=False)


def correct(library: Library, key: str, **says: str) -> None:
    assert library.imports.correct(library.lists.sightings(key), **says) is not None


def test_a_correction_holds_at_once_and_over_imports(paths: Paths, file: Path, library: Library) -> None:
    correct(library, FIRST, title="First Thing", date="2023-07-27")
    for each in (library, again(paths)):
        assert (entries(each)[FIRST].title, entries(each)[FIRST].date) == ("First Thing", date(2023, 7, 27))
    (report,) = library.imports.from_paths([file]).sources
    assert (report.unchanged, report.corrections_aside) == (2, ())
    (paths.cache / "imported.json").unlink()
    assert [each.unchanged for each in library.imports.from_paths([file]).sources] == [2]
    assert entries(library)[FIRST].title == "First Thing"
    assert library.imports.correct(library.lists.sightings(FIRST), title="First Thing") is None
    file.write_text(TEXT.replace("글.", "다른 글.").replace("말.", "다른 말."))  # of the entry, too
    assert [each.updated for each in library.imports.from_paths([file]).sources] == [2]
    assert (entries(again(paths))[FIRST].title, entries(again(paths))[FIRST].commentary) == ("First Thing", "다른 말.")
    moved = file.parent / "e" / "a.txt"
    moved.parent.mkdir()
    file.rename(moved)
    library.imports.from_paths([moved.parent])
    assert entries(again(paths))[FIRST].title == "First Thing"


def test_undo_and_redo_reach_it(paths: Paths, file: Path, library: Library) -> None:
    correct(library, FIRST, title="First Thing")
    correct(library, FIRST, title="The First Thing")
    assert entries(library)[FIRST].title == "The First Thing"
    for title in ("First Thing", "Frist Thing"):
        change = again(paths).marks.undo()
        assert change is not None and change.field == "correct"
        assert entries(again(paths))[FIRST].title == title
        again(paths).imports.from_paths([file])
        assert entries(again(paths))[FIRST].title == title
    assert again(paths).marks.redo() is not None
    again(paths).imports.from_paths([file])
    assert entries(again(paths))[FIRST].title == "First Thing"
    correct(again(paths), FIRST, title="Frist Thing")  # what was read was right after all
    assert not mark_store_of(paths).columns["correct:title"].on
    again(paths).imports.from_paths([file])
    assert entries(again(paths))[FIRST].title == "Frist Thing"


def mark_store_of(paths: Paths) -> mark_store.MarkStore:
    store = mark_store.marks_of(paths)
    store.load([])
    return store


def test_marks_go_with_an_entry_that_is_another_paper_now(paths: Paths, file: Path, library: Library) -> None:
    (second,) = entries(library).keys() - {FIRST}
    library.marks.star([second], True)
    library.marks.note(second, "내 메모")
    correct(library, second, url="2307.00002")
    assert set(entries(library)) == {FIRST, "arxiv:2307.00002"}
    assert (entries(library)["arxiv:2307.00002"].url, entries(library)["arxiv:2307.00002"].arxiv_id) == (
        "https://arxiv.org/abs/2307.00002",
        "2307.00002",
    )
    mark = again(paths).marks.of("arxiv:2307.00002")
    assert (mark.starred, mark.note) == (True, "내 메모")
    (paths.cache / "imported.json").unlink()
    assert [each.unchanged for each in library.imports.from_paths([file]).sources] == [2]
    library.marks.undo()
    assert set(entries(again(paths))) == {FIRST, second}
    assert not again(paths).marks.of("arxiv:2307.00002").starred
    assert again(paths).marks.of(second).starred


def test_what_no_longer_fits_is_said_once_and_comes_back(paths: Paths, file: Path, library: Library) -> None:
    correct(library, FIRST, title="First Thing")
    file.write_text(TEXT.replace("Frist Thing", "Another Thing"))
    assert [each.corrections_aside for each in library.imports.from_paths([file]).sources] == [("First Thing",)]
    assert entries(library)[FIRST].title == "Another Thing"
    file.write_text(TEXT.replace("Frist Thing", "Another Thing") + "\n")
    assert [each.corrections_aside for each in library.imports.from_paths([file]).sources] == [()]
    file.write_text(TEXT)
    library.imports.from_paths([file])
    assert entries(again(paths))[FIRST].title == "First Thing"
    file.write_text(TEXT.replace("Frist", "First"))  # the source was mended: nothing is lost by that
    assert [each.corrections_aside for each in library.imports.from_paths([file]).sources] == [()]


PLAIN = """2023년 7월 5주차
Frist Thing (Ann Lee, Bob Ray)
말을 한다.

Second Thing (Cat Poe, Dan Fox)
글을 쓴다.
"""
"""Nothing in it names a paper for certain, so its texts are their own keys."""


@pytest.mark.parametrize(
    "edited",
    [
        PLAIN.replace("말을 한다", "말을 아주 많이 한다"),
        PLAIN.replace("Bob Ray", "Bob Roy").replace("글을 쓴다", "글을 또 쓴다"),
        PLAIN.replace("Frist", "Zeroth Thing (Eve Orr)\n앞에 왔다.\n\nFrist").replace("말을 한다", "말을 한다, 뒤에서"),
    ],
)
def test_a_correction_follows_a_text_that_is_edited_around_it(paths: Paths, file: Path, edited: str) -> None:
    file.write_text(PLAIN)
    library = again(paths)
    library.imports.from_paths([file])
    key = next(key for key, each in entries(library).items() if each.title == "Frist Thing")
    assert key.startswith("text:")
    correct(library, key, title="First", date="2023-07-24")
    library.marks.star([next(key for key, each in entries(library).items() if each.title == "First")], True)
    before = entries(library)
    file.write_text(edited)
    (report,) = library.imports.from_paths([file]).sources
    assert report.corrections_aside == ()

    def holds() -> None:
        now = {each.title: each for each in entries(again(paths)).values()}
        assert (now["First"].date, "Frist Thing" in now) == (date(2023, 7, 24), False)
        assert again(paths).marks.of(now["First"].key).starred

    holds()
    (paths.cache / "imported.json").unlink()
    again(paths).imports.from_paths([file])
    holds()
    file.write_text(edited + "\n뒤에 또 온 말.\n")  # what went along goes along again
    again(paths).imports.from_paths([file])
    holds()
    assert again(paths).marks.undo() is not None
    assert again(paths).marks.undo() is not None
    assert entries(again(paths)) == before
    file.write_text(PLAIN)
    again(paths).imports.from_paths([file])
    holds()


def test_a_correction_that_went_along_and_was_taken_back_does_not_return(paths: Paths, file: Path) -> None:
    file.write_text(PLAIN)
    library = again(paths)
    library.imports.from_paths([file])

    def key(title: str) -> str:
        return next(key for key, each in entries(again(paths)).items() if each.title == title)

    correct(library, key("Frist Thing"), title="First")
    file.write_text(PLAIN.replace("말을", "말을 더"))
    library.imports.from_paths([file])
    correct(library, key("First"), title="Frist Thing")
    file.write_text(PLAIN)
    library.imports.from_paths([file])
    assert key("Frist Thing")


def test_it_comes_with_a_backup_and_from_another_machine(
    tmp_path: Path, paths: Paths, file: Path, library: Library
) -> None:
    correct(library, FIRST, title="First Thing")
    library.backups.write(tmp_path / "b.zip")
    other = Library.open(home(tmp_path / "other"), starters=False)
    other.imports.from_paths([file])
    assert entries(other)[FIRST].title == "Frist Thing"
    library.close()
    theirs = [*paths.journal.glob("*.ndjson")]
    other.paths.journal.mkdir(exist_ok=True)
    for each in theirs:
        (other.paths.journal / each.name).write_bytes(each.read_bytes())
    other = Library.open(other.paths, starters=False)
    assert [each.updated for each in other.imports.from_paths([file]).sources] == [1]  # though the file is as it was
    assert entries(other)[FIRST].title == "First Thing"
    third = Library.open(home(tmp_path / "third"), starters=False)
    third.backups.restore(tmp_path / "b.zip")
    third.imports.from_paths([file])
    assert entries(Library.open(third.paths, starters=False))[FIRST].title == "First Thing"


def test_one_that_is_cut_short_is_taken_back(paths: Paths, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object, **kwargs: object) -> object:
        raise StoreError("store.full", path="x")

    with monkeypatch.context() as context:
        context.setattr(mark_store.MarkStore, "record", refused)
        with pytest.raises(StoreError):
            library.imports.correct(library.lists.sightings(FIRST), title="First Thing")
    assert entries(again(paths))[FIRST].title == "Frist Thing"


class KilledError(BaseException):
    """Nothing of the process goes on behind it."""


@pytest.mark.parametrize("write", range(8))
def test_one_that_is_killed_at_any_write_is_whole_or_not_there(
    paths: Paths, library: Library, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    left = [write]

    def dying(function: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            if not left[0]:
                raise KilledError
            left[0] -= 1
            return function(*args, **kwargs)

        return called

    with monkeypatch.context() as context:
        for module in (replaced, intent, sources):
            context.setattr(module, "put_tables", dying(module.put_tables))
        context.setattr("tui_digest.store.shards.replace_tables", dying(storage.replace_tables))
        context.setattr(mark_store.MarkStore, "record", dying(mark_store.MarkStore.record))
        context.setattr(intent, "_clear", dying(intent._clear))
        settle = intent.settle
        context.setattr(intent, "settle", lambda *args: settle(*args) if left[0] == write else None)
        try:
            library.imports.correct(library.lists.sightings(FIRST), title="First Thing")
            died = False
        except KilledError:
            died = True
    opened = again(paths)
    whole = write >= 5  # the event counts: after what is replaced, the intent, the sources and the week
    assert entries(opened)[FIRST].title == ("First Thing" if whole else "Frist Thing")
    assert (died, entries(again(paths))[FIRST].title) == (write < 6, entries(opened)[FIRST].title)
    change = opened.marks.undo()
    assert change is not None and change.field == ("correct" if whole else "import")


def test_what_is_no_title_day_or_address_is_refused(library: Library) -> None:
    mentions = library.lists.sightings(FIRST)
    for says in (
        {"title": " \x1b[2J "},
        {"date": "yesterday"},
        {"date": "2023-02-30"},
        {"url": "x"},
        {"url": "a://b c"},
    ):
        with pytest.raises(DigestError) as caught:
            library.imports.correct(mentions, **says)
        assert caught.value.message_id == f"correct.{next(iter(says))}"
    assert entries(library)[FIRST].title == "Frist Thing"


def test_the_command_says_what_it_did(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(file)])
    assert main(["correct", "2307.00001", "--title", "First Thing", "--date", "2023-07-27"]) == 0
    assert "Corrected · undo takes it back" in capsys.readouterr().err
    main(["export", "--format", "json"])
    shown = json.loads(capsys.readouterr().out)["entries"][0]
    assert (shown["title"], shown["date"]) == ("First Thing", "2023-07-27")
    assert main(["history", "--limit", "1"]) == 0
    assert "corrected what was misread" in capsys.readouterr().out
    assert main(["correct", "2307.00001"]) == 1
    assert "--title, --date, --url" in capsys.readouterr().err
    assert main(["undo"]) == 0
    assert "says again what was read" in capsys.readouterr().err
    assert main(["redo"]) == 0
    capsys.readouterr()
    assert main(["import", "--dry-run", str(file)]) == 0
    assert "updated 0, unchanged 2" in capsys.readouterr().out
    file.write_text(TEXT.replace("Frist", "Other"))
    capsys.readouterr()
    assert main(["import", "--dry-run", str(file)]) == 0
    assert "set aside: First Thing" in capsys.readouterr().out
    assert main(["import", str(file)]) == 0
    assert "no longer fits the source, so it was set aside: First Thing" in capsys.readouterr().out
    assert locate().journal.is_dir()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_restore_says_what_was_corrected(
    paths: Paths, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    library = again(paths)
    library.imports.from_paths([file])
    correct(library, FIRST, title="First Thing")
    mentions = library.lists.sightings(FIRST), library.lists.sightings(*(entries(library).keys() - {FIRST}))
    library.imports.join(mentions[0][0], mentions[1][0])
    library.backups.write(tmp_path / "mine.zip")
    assert library.marks.undo() is not None
    assert library.marks.undo() is not None
    capsys.readouterr()
    for words in (["restore", str(tmp_path / "mine.zip")], ["restore", "--yes", str(tmp_path / "mine.zip")]):
        assert main(["--lang", language, *words]) == 0
        told = capsys.readouterr().out
        assert "Frist Thing → First Thing" in told
        assert "Thing + Second Thing" in told
        assert "entry:" not in told
        assert ".correct" not in told
    for command, said in ("history", "act"), ("undo", "undo"), ("redo", "redo"), ("undo", "undo"):
        assert main(["--lang", language, command]) == 0
        told = "".join(capsys.readouterr())
        assert Translator(language)(f"{said}.restored") in told.splitlines()[0]
