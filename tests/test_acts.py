"""Acts on the library: each can be undone and done again, across restarts, and takes no mark with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import asked, digest, entry, incoming, put
from tui_digest.cli import main
from tui_digest.errors import StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.models import Change, Mark, ParsedDigest
from tui_digest.paths import Paths
from tui_digest.store import intent
from tui_digest.store.importing import Import
from tui_digest.store.lock import locked
from tui_digest.store.replaced import Image
from tui_digest.store.shards import Shards
from tui_digest.store.storage import put_tables

pytestmark = pytest.mark.usefixtures("plain_parser")

A = entry("Paper A", arxiv="2301.00001", tags=["rl"], lines=(2, 4))
B = entry("Paper B", arxiv="2301.00002", lines=(6, 7))
C = entry("Paper C", arxiv="2301.00003", lines=(9, 9))
LATER = "2023-08-06"


def again(paths: Paths) -> Library:
    """The library as the next start finds it."""
    return Library.open(paths, starters=False)


def titles(library: Library) -> list[str]:
    return [row.title for row in library.lists.entries(None)]


def imported(paths: Paths, path: Path, parsed: ParsedDigest) -> Library:
    library = again(paths)
    library.imports.from_paths([put(path, parsed)])
    return library


def test_an_import_is_taken_back_and_brought_again(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    library.marks.star([A.key], True)
    library.marks.undo()
    change = library.marks.undo()
    assert change is not None
    assert (change.field, change.value, len(change.keys), change.entries) == ("import", False, 1, 2)
    assert titles(library) == titles(again(paths)) == []
    redone = again(paths).marks.redo()
    assert redone is not None
    assert (redone.field, redone.value) == ("import", True)
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    assert again(paths).marks.redo() == Change("starred", True, (A.key,))
    assert again(paths).imports.from_paths([tmp_path / "one.txt"]).sources[0].unchanged == 2


def test_an_edit_is_taken_back(paths: Paths, tmp_path: Path) -> None:
    imported(paths, tmp_path / "one.txt", digest(A, B))
    imported(paths, tmp_path / "two.txt", digest(C, start=LATER))
    library = imported(paths, tmp_path / "one.txt", digest(A, C, start="2023-07-30"))
    assert len(library.lists.entries("2023-W31")) == 2
    library.marks.undo()
    assert [row.title for row in again(paths).lists.entries("2023-W30")] == ["Paper A", "Paper B"]
    assert "2023-W31" not in [week.id for week in library.lists.weeks()]
    library.marks.undo()
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    library.marks.redo()
    library.marks.redo()
    assert [week.id for week in again(paths).lists.weeks()] == ["2023-W32", "2023-W31"]
    assert [row.title for row in again(paths).lists.entries("2023-W31")] == ["Paper A", "Paper C"]


def test_a_removed_digest_comes_back(paths: Paths, tmp_path: Path) -> None:
    imported(paths, tmp_path / "one.txt", digest(A, B))
    library = imported(paths, tmp_path / "two.txt", digest(C, start=LATER))
    library.marks.mark_read([A.key], True)
    gone = library.lists.sightings(A.key)[0].digest.id
    change = library.imports.remove([gone])
    assert change == Change("remove", True, (gone,), entries=2)
    assert titles(again(paths)) == ["Paper C"]
    assert library.imports.remove([gone, "nobody"]) is None
    assert again(paths).marks.of(A.key) == Mark(read=True)
    assert again(paths).marks.undo() == Change("remove", False, (gone,), entries=2)
    assert titles(again(paths)) == ["Paper C", "Paper A", "Paper B"]
    assert again(paths).marks.redo() == Change("remove", True, (gone,), entries=2)
    assert titles(again(paths)) == ["Paper C"]


def test_the_starters_come_back_with_the_first_imports_undo(paths: Paths, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(C))
    library = Library.open(paths)
    assert library.imports.starters_on
    assert library.marks.undo() is None  # that the starters were opened is no act of the reader
    library.imports.from_paths([put(tmp_path / "one.txt", digest(A))])
    assert not library.imports.starters_on
    library.marks.undo()
    assert Library.open(paths).imports.starters_on
    assert titles(Library.open(paths)) == ["Paper C"]
    assert Library.open(paths).imports.from_paths([tmp_path / "one.txt"]).starters_put_away


def test_what_was_changed_since_is_left_alone(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A))
    # Another window's import, between the look at the journal and the undo.
    other = again(paths)
    monkeypatch.setattr(other._store, "record", lambda *_, **__: None)
    other.imports.from_paths([put(tmp_path / "one.txt", digest(A, B))])
    library.marks.undo()
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    library.marks.redo()  # the way back leaves alone what the way there left alone
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    library.marks.undo()
    assert titles(again(paths)) == ["Paper A", "Paper B"]


def refuse(*_: object, **__: object) -> None:
    raise StoreError("store.full", path="x")


WRITE = "tui_digest.store.importing.Import._write"
NOTE = "tui_digest.store.journal.Appender.append"
"""Where the weeks are written, and the event."""


@pytest.mark.parametrize("cut", [WRITE, NOTE])
def test_an_act_that_is_refused_changes_nothing(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    imported(paths, tmp_path / "one.txt", digest(A, B))
    library = imported(paths, tmp_path / "two.txt", digest(C, start=LATER))
    gone = library.lists.sightings(C.key)[0].digest.id
    put(tmp_path / "two.txt", digest(A, C, start="2023-07-30"))
    for act in (
        lambda: library.imports.from_paths([tmp_path / "two.txt"]),
        lambda: library.imports.remove([gone]),
        library.marks.undo,
    ):
        with monkeypatch.context() as patch:
            patch.setattr(cut, half(Import._write) if cut == WRITE else refuse)
            with pytest.raises(StoreError) as caught:
                act()
        assert caught.value.message_id == "store.full"
        library.refresh()
        for each in (library, again(paths)):
            assert titles(each) == ["Paper C", "Paper A", "Paper B"]
            assert not each.notices
            known = each.marks.next_act("undo")
            assert known is not None
            assert known.parts[0].keys == (gone,)
            assert each.marks.next_act("redo") is None
    library.marks.undo()
    with monkeypatch.context() as patch:
        patch.setattr(cut, half(Import._write) if cut == WRITE else refuse)
        with pytest.raises(StoreError):
            library.marks.redo()
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    library.marks.redo()
    assert titles(again(paths)) == ["Paper C", "Paper A", "Paper B"]


def half(write: Callable[[Import], None]) -> Callable[[Import], None]:
    """Writes everything, and fails then: once."""
    tried: list[Import] = []

    def cut(work: Import) -> None:
        write(work)
        if not tried:
            tried.append(work)
            refuse()

    return cut


def cut_short(paths: Paths, monkeypatch: pytest.MonkeyPatch, where: str, act: Callable[[Library], object]) -> None:
    """The act ends there as by a kill: nobody takes it back."""
    library = again(paths)
    with monkeypatch.context() as patch:
        patch.setattr(where, refuse)
        patch.setattr(intent, "settle", lambda *_: None)
        patch.setattr(intent, "_clear", refuse)
        with pytest.raises(StoreError):
            act(library)
    assert paths.intent.exists()


def told(library: Library) -> list[str]:
    return [notice.message_id for notice in library.notices]


def test_an_act_that_was_cut_short_is_taken_back_by_the_next_start(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(paths, tmp_path / "one.txt", digest(A, B))
    two = put(tmp_path / "two.txt", digest(C, start=LATER))
    cut_short(paths, monkeypatch, NOTE, lambda library: library.imports.from_paths([two]))
    library = again(paths)
    assert (told(library), library.taken_back, titles(library)) == (
        ["intent.import.back"],
        True,
        ["Paper A", "Paper B"],
    )
    assert told(again(paths)) == []
    gone = library.lists.sightings(A.key)[0].digest.id
    cut_short(paths, monkeypatch, NOTE, lambda library: library.imports.remove([gone]))
    library = again(paths)
    assert (told(library), titles(library)) == (["intent.remove.back"], ["Paper A", "Paper B"])
    cut_short(paths, monkeypatch, NOTE, lambda library: library.marks.undo())
    library = again(paths)
    assert (told(library), titles(library)) == (["intent.undo.back"], ["Paper A", "Paper B"])
    library.marks.undo()
    cut_short(paths, monkeypatch, NOTE, lambda library: library.marks.redo())
    library = again(paths)
    assert (told(library), titles(library)) == (["intent.redo.back"], [])
    library.marks.redo()
    assert titles(again(paths)) == ["Paper A", "Paper B"]


def test_an_act_that_was_cut_short_at_its_end_is_whole(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = again(paths)
    with monkeypatch.context() as patch:
        patch.setattr(intent, "_clear", refuse)
        library.imports.from_paths([put(tmp_path / "one.txt", digest(A))])
    assert paths.intent.exists()
    library = again(paths)
    assert (told(library), library.taken_back, titles(library)) == (["intent.import.done"], False, ["Paper A"])
    assert library.marks.undo() is not None
    assert titles(library) == []


def test_undo_of_what_was_cut_short_does_not_take_the_act_before(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    two = put(tmp_path / "two.txt", digest(C, start=LATER))
    cut_short(paths, monkeypatch, WRITE, lambda other: other.imports.from_paths([two]))
    with pytest.raises(StoreError) as caught:  # a window that was open all the while
        library.marks.undo()
    assert caught.value.message_id == "intent.import.back"
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    assert library.marks.undo() is not None
    assert titles(again(paths)) == []


def test_the_command_undo_takes_only_what_was_cut_short(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(paths, tmp_path / "one.txt", digest(A, B))
    two = put(tmp_path / "two.txt", digest(C, start=LATER))
    cut_short(paths, monkeypatch, NOTE, lambda other: other.imports.from_paths([two]))
    assert main(["--lang", "en", "undo"]) == 0
    assert capsys.readouterr().err == Translator("en")("intent.import.back") + "\n"
    assert titles(again(paths)) == ["Paper A", "Paper B"]
    assert main(["--lang", "en", "undo"]) == 0
    assert titles(again(paths)) == []


def test_where_the_disk_stays_full_the_next_start_says_so_and_the_one_after_takes_it_back(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(paths, tmp_path / "one.txt", digest(A, B))
    two = put(tmp_path / "two.txt", digest(C, start=LATER))
    library = again(paths)
    with monkeypatch.context() as patch:
        patch.setattr(Import, "_write", half(Import._write))
        patch.setattr("tui_digest.store.exchanging.Exchange.put_back", refuse)
        with pytest.raises(StoreError) as caught:
            library.imports.from_paths([two])
        assert caught.value.message_id == "store.half"
        assert told(again(paths)) == ["store.half"]
        with pytest.raises(StoreError):
            again(paths).imports.from_paths([two])
    assert told(again(paths)) == ["intent.import.back"]
    assert titles(again(paths)) == ["Paper A", "Paper B"]


def test_somebody_who_is_still_at_it_is_left_alone(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = put(tmp_path / "two.txt", digest(C, start=LATER))
    cut_short(paths, monkeypatch, NOTE, lambda library: library.imports.from_paths([two]))
    with locked(paths.lock):
        assert told(again(paths)) == []
        again(paths).close()  # which would clear away what nobody can undo
    assert titles(again(paths)) == []


def test_what_cannot_be_read_any_more_is_said(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = put(tmp_path / "two.txt", digest(C, start=LATER))
    cut_short(paths, monkeypatch, NOTE, lambda library: library.imports.from_paths([two]))
    (image,) = paths.replaced.iterdir()
    image.write_bytes(b"{")
    assert told(again(paths)) == ["intent.import.lost"]
    assert told(again(paths)) == []
    cut_short(paths, monkeypatch, NOTE, lambda library: library.imports.from_paths([put(two, digest(C, B))]))
    paths.intent.write_bytes(b"{}")
    assert told(again(paths)) == ["store.damaged"]
    assert not paths.intent.exists()


def test_what_an_act_under_way_keeps_is_not_cleared_away(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A))
    other = again(paths)
    with intent.whole(paths, []) as undertaking:
        undertaking.begin(intent.Intent("remove", "later", ("later", "before")), Image({}, {}, False, False))
        other.marks.star([A.key], True)
        other.fold()
        assert len(list(paths.replaced.iterdir())) == 2
    library.marks.star([A.key], False)
    library.fold()
    assert len(list(paths.replaced.iterdir())) == 1  # nobody can need it now


def test_an_undo_does_not_count_the_starters_that_come_back(paths: Paths, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(C))
    library = Library.open(paths)
    put(tmp_path / "one.txt", digest(A))
    library.imports.from_paths([tmp_path / "one.txt"])
    for step in (library.marks.undo, library.marks.redo):
        change = step()
        assert change is not None
        assert len(change.keys) == 1
        assert len(next(library.marks.history()).change.keys) == 1


def test_starters_are_brought_in_whole(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "starters" / "s.txt", digest(C))
    with monkeypatch.context() as patch:
        patch.setattr(WRITE, half(Import._write))
        patch.setattr(intent, "settle", lambda *_: None)
        Library.open(paths)
    library = Library.open(paths)
    assert told(library) == ["intent.starters.back"]
    assert titles(library) == ["Paper C"]


def test_what_undo_could_not_restore_is_said(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    library.imports.from_paths(
        [put(tmp_path / "two.txt", digest(C, start=LATER)), put(tmp_path / "one.txt", digest(A))]
    )
    left = library.lists.sightings(A.key)[0].digest.id
    # what another machine did in a home that it shares is no act of this one
    other = Import(paths, Shards(paths.shards, paths.damaged), [])
    other.run([incoming(str(tmp_path / "one.txt"), digest(A, C))])
    change = again(paths).marks.undo()
    assert change is not None
    assert (change.left, change.entries, len(change.keys), left in change.keys) == (1, 1, 1, False)
    assert sorted(titles(again(paths))) == ["Paper A", "Paper C"]
    for lang, words in (("en", "One digest was left as it is"), ("ko", "1개는 그 뒤에 바뀌어")):
        assert words in Translator(lang).change("undo", change)
    other = Import(paths, Shards(paths.shards, paths.damaged), [])
    other.run([incoming(str(tmp_path / "one.txt"), digest(B))])
    change = again(paths).marks.undo()
    assert change is not None
    assert (change.left, change.keys) == (1, ())
    assert "Nothing was taken back" in Translator("en").change("undo", change)


def test_a_lost_image_is_said(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A))
    (image,) = paths.replaced.iterdir()
    image.write_bytes(b"{")
    with pytest.raises(StoreError) as caught:
        library.marks.undo()
    assert caught.value.message_id == "undo.lost"
    assert titles(again(paths)) == ["Paper A"]
    assert [each.name for each in paths.damaged.iterdir()] == [f"{image.name}.1"]


def test_marks_that_follow_an_edit_are_part_of_it(paths: Paths, tmp_path: Path) -> None:
    plain = entry("A plain title", url="https://example.org/x")
    library = imported(paths, tmp_path / "one.txt", digest(plain, B))
    library.marks.star([plain.key], True)
    library.marks.note(plain.key, "내 메모")
    library.marks.tag("mine", [plain.key], True)
    known = entry("A plain title", arxiv="2301.00009")
    library = imported(paths, tmp_path / "one.txt", digest(known, B))
    assert again(paths).marks.of(known.key) == Mark(starred=True, note="내 메모", tags=("mine",))
    change = library.marks.undo()
    assert change is not None
    assert change.field == "import"
    assert again(paths).marks.of(plain.key) == Mark(starred=True, note="내 메모", tags=("mine",))
    assert plain.key in [row.key for row in again(paths).lists.entries(None)]


def test_importing_what_is_there_is_no_act(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A))
    library.imports.from_paths([tmp_path / "one.txt"])
    library.imports.from_paths([tmp_path / "missing.txt"])
    assert [act.change.field for act in library.marks.history()] == ["import"]


def test_history_tells_every_act_the_latest_first(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    library.marks.mark_read([A.key, B.key], True)
    saved = library.marks.write_note(A.key, "a", seen="")
    library.marks.write_note(A.key, "ab", seen="a", after=saved.act)
    library.marks.tag("mine", [B.key], True)
    library.marks.undo()
    told = [
        (act.op, act.change.field, act.change.value, len(act.change.keys), act.undone)
        for act in library.marks.history()
    ]
    assert told == [
        ("undo", "tag:mine", False, 1, False),
        ("set", "tag:mine", True, 1, True),
        ("set", "note", "ab", 1, False),
        ("set", "read", True, 2, False),
        ("set", "import", True, 1, False),
    ]


def test_history_after_a_redo_tells_that_the_act_stands_again(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    library.marks.star([A.key], True)
    library.marks.mark_read([B.key], True)

    def told() -> list[tuple[str, str, bool | str | None, bool]]:
        return [(act.op, act.change.field, act.change.value, act.undone) for act in library.marks.history()][:-1]

    acts = [("set", "read", True, False), ("set", "starred", True, False)]
    assert told() == acts
    library.marks.undo()
    library.marks.undo()
    undone = [(op, field, value, True) for op, field, value, _ in acts]
    undos = [("undo", "starred", False, False), ("undo", "read", False, False)]
    assert told() == [*undos, *undone]
    library.marks.redo()
    assert told() == [("redo", "starred", True, False), *undos, undone[0], acts[1]]
    library.marks.redo()
    assert told() == [("redo", "read", True, False), ("redo", "starred", True, False), *undos, *acts]
    library.marks.undo()
    assert told()[0] == ("undo", "read", False, False)
    assert told()[-2:] == [undone[0], acts[1]]


def test_own_tags_narrow_and_are_counted_with_the_others(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    imported(paths, tmp_path / "two.txt", digest(A, C, start=LATER))
    library.refresh()
    for tag, keys in (("rl", [A.key, B.key]), ("later", [B.key, C.key])):
        library.marks.tag(tag, keys, True)
    for each in (library, again(paths)):
        assert each.lists.tags(None) == [("later", 2), ("rl", 2)]
        assert each.lists.tags("2023-W30") == [("rl", 2), ("later", 1)]
        assert each.lists.tags(None, asked("tag:later")) == [("later", 2), ("rl", 1)]
        assert [row.key for row in each.lists.entries(None, asked("tag:later"))] == [C.key, B.key]
        assert [row.key for row in each.lists.entries("2023-W30", asked("#rl #later"))] == [B.key]
    assert library.marks.tags() == ["later", "rl"]


def test_noted_papers_are_a_view(paths: Paths, tmp_path: Path) -> None:
    library = imported(paths, tmp_path / "one.txt", digest(A, B))
    library.marks.note(B.key, "n")
    assert [row.key for row in again(paths).lists.entries(None, asked("is:noted"))] == [B.key]


@pytest.mark.parametrize("outside", ["../../outside", "a/b", "x" * 300, ""])
def test_an_intent_that_leads_out_of_the_library_is_none(paths: Paths, outside: str) -> None:
    put_tables(
        paths.intent, paths.damaged, {"intent": [{"act": "import", "event": None, "image": [outside, "before"]}]}
    )
    assert told(again(paths)) == ["store.damaged"]
    assert not paths.intent.exists()
