"""Marks stay with their paper: texts of no name, papers that turn out to be one, keys that earlier versions gave."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.builders import home
from tui_digest.doctor import examine_store
from tui_digest.errors import StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.models import Mark
from tui_digest.paths import Paths

STARRED = Mark(starred=True)


def opened(paths: Paths) -> Library:
    return Library.open(paths, starters=False)


def written(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def keys(library: Library) -> dict[str, str]:
    """The key of every paper, by the file it stands in."""
    return {Path(each.digest.path).name: each.key for each in library.lists.all_sightings()}


def starred(library: Library) -> set[str]:
    """The files whose paper is starred."""
    return {name for name, key in keys(library).items() if library.marks.of(key).starred}


# -- a text of no name ------------------------------------------------------------------------------------------------

TEXT = "제목도 주소도 없는 글입니다. 내용만 있습니다.\n"


@pytest.mark.parametrize("names", [("one.txt", "two.txt"), ("a/note.txt", "b/note.txt")])
@pytest.mark.parametrize("text", [TEXT, "# Summary\n\n같은 글입니다.\n"])
def test_equal_texts_in_two_sources_are_two(paths: Paths, tmp_path: Path, names: tuple[str, str], text: str) -> None:
    library = opened(paths)
    library.imports.from_paths([written(tmp_path / "notes", dict.fromkeys(names, text))])
    one, two = [each.key for each in library.lists.all_sightings()]
    assert one != two
    library.marks.star([one], True)
    assert (library.marks.of(one), library.marks.of(two)) == (STARRED, Mark())
    assert [each.key for each in opened(paths).lists.all_sightings()] == [one, two]


def test_the_mark_of_a_text_follows_its_place(paths: Paths, tmp_path: Path) -> None:
    folder = written(tmp_path / "notes", {"note.txt": TEXT})
    library = opened(paths)
    library.imports.from_paths([folder])
    first = keys(library)["note.txt"]
    library.marks.star([first], True)
    library.marks.tag("old", [first], True)
    library.marks.note(first, "메모")
    written(folder, {"note.txt": TEXT + "한 줄 더.\n"})
    library.imports.from_paths([folder])
    second = keys(library)["note.txt"]
    assert second != first
    assert library.marks.of(second) == Mark(starred=True, note="메모", tags=("old",))
    # what is marked from now on holds when the text is again what it was
    library.marks.star([second], False)
    library.marks.tag("old", [second], False)
    library.marks.tag("mine", [second], True)
    library.marks.note(second, "다른 메모")
    written(folder, {"note.txt": TEXT})
    library.imports.from_paths([folder])
    assert keys(library)["note.txt"] == first
    assert library.marks.of(first) == Mark(note="다른 메모", tags=("mine",))
    library.marks.undo()
    assert library.marks.of(keys(library)["note.txt"]) == Mark(note="다른 메모", tags=("mine",))
    assert keys(library)["note.txt"] == second


def test_a_text_that_moves_or_comes_again_is_the_same(paths: Paths, tmp_path: Path) -> None:
    folder = written(tmp_path / "notes", {"note.txt": TEXT})
    library = opened(paths)
    library.imports.from_paths([folder])
    key = keys(library)["note.txt"]
    library.marks.star([key], True)
    (folder / "note.txt").rename(folder / "renamed.txt")
    (report,) = library.imports.from_paths([folder]).sources
    assert (report.digests, report.added, report.removed) == (1, 0, ())
    assert keys(library) == {"renamed.txt": key}
    (folder / "renamed.txt").rename(folder / "note.txt")
    library.imports.from_paths([folder])
    written(folder, {"note.txt": TEXT + "\n# 둘째\n\n"})  # removed after an edit, the digest's id is another one
    library.imports.from_paths([folder])
    key = keys(library)["note.txt"]
    assert library.marks.of(key) == STARRED
    library.imports.remove([each.digest.id for each in library.lists.all_sightings()])
    library.imports.from_paths([folder])
    assert keys(library) == {"note.txt": key}
    assert library.marks.of(key) == STARRED


# -- papers that turn out to be one -----------------------------------------------------------------------------------

TITLE = "Quiet Lanterns: Routing by Surprise"


def daily(title: str, link: str = "", day: str = "2024-03-05") -> str:
    fields = (
        f" - **Authors:** Ada Quill, Bo Tern\n - **Link:** {link}\n" if link else " - **Authors:** Ada Quill, Bo Tern\n"
    )
    return f"# {day}\n\n### {title}\n{fields}\nIt says what it is, on {day}.\n"


ONE = {"2024-03-05.md": daily(TITLE, "https://arxiv.org/abs/")}


def test_notes_of_papers_that_turn_out_to_be_one_are_both_kept(paths: Paths, tmp_path: Path) -> None:
    library = opened(paths)
    library.imports.from_paths([written(tmp_path / "a", ONE)])
    (old,) = keys(library).values()
    assert old.startswith("title:")
    library.marks.note(old, "먼저 쓴 메모")
    library.marks.tag("mine", [old], True)
    new = "arxiv:2403.01234"
    library.marks.note(new, "나중 메모")
    link = "https://arxiv.org/abs/2403.01234"
    library.imports.from_paths([written(tmp_path / "b", {"2024-03-12.md": daily(TITLE, link, "2024-03-12")})])
    for each in (library, opened(paths)):
        assert set(keys(each).values()) == {new}
        note = each.marks.of(new).note or ""
        assert "먼저 쓴 메모" in note
        assert "나중 메모" in note
        assert each.marks.of(old) == each.marks.of(new)
        assert each.marks.of(new).tags == ("mine",)
    library.marks.note(new, "하나로")  # who writes now has seen both
    library.fold()
    assert opened(paths).marks.of(old).note == "하나로"


def test_a_common_title_neither_lends_a_key_nor_borrows_one(paths: Paths, tmp_path: Path) -> None:
    library = opened(paths)
    link = "https://arxiv.org/abs/2403.01234"
    files = {
        "2024-03-05.md": daily("Quiet Lanterns", link),
        "2024-03-12.md": daily("Quiet Lanterns", "https://arxiv.org/abs/", "2024-03-12"),
    }
    library.imports.from_paths([written(tmp_path / "a", files)])
    library.marks.star(["arxiv:2403.01234"], True)
    assert starred(library) == {"2024-03-05.md"}


# -- keys of earlier versions -----------------------------------------------------------------------------------------

TWO = {f"two{n}.md": f"# Summary\n\n둘 중 {n}.\n" for n in (1, 2)}
MANY = {f"many{n}.md": f"# Paper\n\n여럿 중 {n}.\n" for n in (1, 2, 3, 4)}
TEXTS = {"text.txt": TEXT}
FORMER = {
    **dict.fromkeys(ONE, "url:https://arxiv.org/abs"),
    **dict.fromkeys(TWO, "title:summary"),
    **dict.fromkeys(MANY, "title:paper"),
    "text.txt": "text:3815e58fdcac9171",
}


def as_before(paths: Paths) -> None:
    """Writes the home down as earlier versions did: keys of the earlier rules, no place, no decisions, no index."""
    for path in paths.shards.glob("*.json"):
        tables = _tables(path)
        files = {each["id"]: Path(str(each["path"])).name for each in tables["digests"].values()}
        for each in tables["digests"].values():
            del each["place"]
        for each in tables["entries"].values():
            each["key"] = FORMER.get(files[each["digest"]], each["key"])
        path.write_text(json.dumps(tables), "utf-8")
    tables = _tables(paths.sources)
    del tables["former"]
    for each in tables["sources"].values():
        del each["place"]
    paths.sources.write_text(json.dumps(tables), "utf-8")
    shutil.rmtree(paths.cache)


def _tables(path: Path) -> dict[str, dict[str, dict[str, object]]]:
    tables = json.loads(path.read_bytes())
    tables["_meta"]["1"].pop("check", None)
    return dict(tables)


def act(paths: Paths, name: str, at: int, field: str, value: object, *named: str) -> None:
    """Appends an act as an earlier version on a machine did."""
    line = {"v": 1, "id": f"{name}-{at}", "at": at, "op": "set", "field": field, "value": value, "keys": named}
    paths.journal.mkdir(parents=True, exist_ok=True)
    with (paths.journal / f"{name}.ndjson").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def mark_as_before(paths: Paths, name: str = "aa00") -> None:
    act(paths, name, 1, "starred", True, *sorted({*FORMER.values()}))
    act(paths, name, 2, "note", "어느 글?", "title:paper")
    act(paths, name, 3, "note", "두 글", "title:summary")
    act(paths, name, 4, "tag:mine", True, "title:summary", FORMER["text.txt"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "digests", {**ONE, **TWO, **MANY, **TEXTS})


@pytest.fixture
def before(paths: Paths, folder: Path) -> Paths:
    """A home that an earlier version made, with nothing marked yet."""
    library = opened(paths)
    library.imports.from_paths([folder])
    library.close()
    as_before(paths)
    return paths


def assert_translated(library: Library) -> None:
    assert starred(library) == {*ONE, *TWO, *TEXTS}
    found = {name: library.marks.of(key) for name, key in keys(library).items()}
    assert all(found[name] == Mark(starred=True, note="두 글", tags=("mine",)) for name in TWO)
    assert all(found[name] == Mark() for name in MANY)
    assert found["text.txt"] == Mark(starred=True, tags=("mine",))
    assert library.lists.totals().starred == 4


def said(library: Library) -> list[str]:
    return [each.message_id for each in library.notices]


def aside(paths: Paths) -> list[str]:
    found = [each for each in examine_store(paths, 0.0) if each.id == "doctor.marks.aside"]
    return [case for each in found for case in each.details["cases"]]


def test_a_home_of_an_earlier_version_keeps_its_marks(before: Paths, folder: Path) -> None:
    mark_as_before(before)
    library = opened(before)
    assert len(set(keys(library).values())) == 8
    assert_translated(library)
    (notice,) = library.notices
    assert notice.message_id == "marks.aside"
    assert all("title:paper" in Translator(lang)("marks.aside", **notice.details) for lang in ("en", "ko"))
    library.close()
    again = opened(before)
    assert said(again) == []  # it was said
    assert_translated(again)
    assert aside(before) == ["title:paper: starred, '어느 글?'"]
    # nothing is another text now: importing again changes nothing, and what is marked since stands
    report = again.imports.from_paths([folder])
    assert sum(each.updated + each.added for each in report.sources) == 0
    again.marks.star([keys(again)["two1.md"]], False)
    again.close()
    before.marks.unlink()  # the journals add up to the same
    third = opened(before)
    assert starred(third) == {"two2.md", *ONE, *TEXTS}
    assert third.marks.of(keys(third)["two1.md"]).note == "두 글"
    assert "doctor.marks.wrong" not in [each.id for each in examine_store(before, 0.0)]


def test_folded_marks_of_an_earlier_version_are_translated(before: Paths) -> None:
    mark_as_before(before)
    table = "".join(f"{key}\t1\n" for key in sorted({*FORMER.values()}))
    mine = "".join(f"{key}\t4\n" for key in ("title:summary", FORMER["text.txt"]))
    notes = {"title:paper": (2, "어느 글?"), "title:summary": (3, "두 글")}
    size = (before.journal / "aa00.ndjson").stat().st_size
    folded = {
        "_meta": {"1": {"schema_version": 1}},
        "marks": {
            "1": {"field": "read", "papers": ["", ""]},
            "2": {"field": "starred", "papers": [table, ""]},
            "3": {"field": "tag:mine", "papers": [mine, ""]},
        },
        "notes": {
            str(number): {"key": key, "machine": "aa00", "at": at, "text": text, "seen": []}
            for number, (key, (at, text)) in enumerate(notes.items())
        },
        "folded": {"1": {"journals": {"aa00": size}, "ends": {}, "latest": 4, "aliases": 0}},
        "acts": {"1": {"machine": "bb00", "done": [], "undone": []}},
    }
    before.marks.write_text(json.dumps(folded, ensure_ascii=False), "utf-8")
    assert_translated(opened(before))


@pytest.mark.parametrize("when", ["before the library", "before the start", "while it is open", "as an archive"])
def test_marks_of_an_earlier_version_may_come_later(paths: Paths, folder: Path, tmp_path: Path, when: str) -> None:
    other = home(tmp_path / "other")
    mark_as_before(other)
    if when == "before the library":
        mark_as_before(paths)
    library = opened(paths)
    library.imports.from_paths([folder])
    if when == "before the start":
        library.close()
        mark_as_before(paths)
        library = opened(paths)
    elif when == "while it is open":
        mark_as_before(paths)
        assert library.refresh()
    elif when == "as an archive":
        archive = tmp_path / "old.zip"
        opened(other).backups.write(archive)
        library.marks.mark_read([keys(library)["two1.md"]], True)
        library.backups.restore(archive, keep_mine=True)
        library.marks.mark_read([keys(library)["two1.md"]], False)
    assert_translated(library)
    assert said(library).count("marks.aside") == 1
    library.close()
    again = opened(paths)
    assert_translated(again)
    assert said(again) == []


def test_what_was_decided_stays_when_more_of_the_kind_come(paths: Paths, tmp_path: Path) -> None:
    library = opened(paths)
    library.imports.from_paths([written(tmp_path / "a", TWO)])
    act(paths, "aa00", 1, "starred", True, "title:summary")
    library.refresh()
    more = {f"more{n}.md": f"# Summary\n\n또 하나 {n}.\n" for n in range(4)}
    library.imports.from_paths([written(tmp_path / "b", more)])
    act(paths, "aa00", 2, "read", True, "title:summary")
    library.refresh()
    library.close()
    for gone in ((), (paths.marks,), (paths.cache / "summary.json", paths.marks)):
        for path in gone:
            path.unlink()
        again = opened(paths)
        again.marks.mark_read(["arxiv:2403.09999"], not again.marks.of("arxiv:2403.09999").read)
        again.close()
        assert starred(again) == {*TWO}
        assert {name for name, key in keys(again).items() if again.marks.of(key).read} == {*TWO}


def test_an_act_of_an_earlier_version_can_be_undone(before: Paths) -> None:
    (before.data / "machine").write_text("aa00\n", "utf-8")
    act(before, "aa00", 1, "starred", True, "title:summary", "url:https://arxiv.org/abs")
    library = opened(before)
    assert starred(library) == {*ONE, *TWO}
    library.marks.undo()
    assert starred(library) == set()
    library.marks.redo()
    assert starred(opened(before)) == {*ONE, *TWO}


def test_a_paper_is_found_by_its_earlier_key(paths: Paths, folder: Path) -> None:
    library = opened(paths)
    library.imports.from_paths([folder])
    found = keys(library)
    assert library.lists.find("url:https://arxiv.org/abs") == found["2024-03-05.md"]
    assert library.lists.find("https://arxiv.org/abs/") is None
    assert library.lists.find(FORMER["text.txt"]) == found["text.txt"]
    assert library.lists.find("title:paper") is None


def test_what_an_earlier_version_replaced_comes_back_with_keys_of_today(paths: Paths, folder: Path) -> None:
    library = opened(paths)
    library.imports.from_paths([folder])
    wanted = keys(library)
    library.imports.remove([each.digest.id for each in library.lists.all_sightings()])
    image = max(paths.replaced.glob("*.before.json"), key=lambda path: path.stat().st_size)
    tables = _tables(image)
    files = {each["id"]: Path(str(each["path"])).name for each in tables["digests"].values()}
    for each in tables["digests"].values():
        del each["place"]
    for each in tables["entries"].values():
        each["key"] = FORMER[files[each["digest"]]]
    image.write_text(json.dumps(tables), "utf-8")
    library.marks.undo()
    assert keys(library) == wanted


@pytest.mark.parametrize("cut", ["sources", "summary", "marks"])
def test_a_translation_that_is_cut_short_loses_nothing(
    before: Paths, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    mark_as_before(before)
    targets = {
        "sources": "tui_digest.store.sources.Sources.save",
        "summary": "tui_digest.store.summary.keep_derived",
        "marks": "tui_digest.store.mark_store.put_tables",
    }

    def killed(*_: object) -> None:
        raise StoreError("store.failed", path="x", reason="killed")

    with monkeypatch.context() as patch:
        patch.setattr(targets[cut], killed)
        try:
            library = opened(before)
            assert_translated(library)
            library.close()
        except StoreError:
            pass
    for _ in range(2):
        library = opened(before)
        assert_translated(library)
        library.close()
    assert aside(before) == ["title:paper: starred, '어느 글?'"]


def test_an_alias_that_a_common_title_gave_is_dropped(before: Paths) -> None:
    tables = _tables(before.sources)
    tables["aliases"]["1"]["aliases"] = {
        "title:paper": "arxiv:2403.01234",
        f"title:{TITLE.lower()}": "arxiv:2403.01235",
    }
    before.sources.write_text(json.dumps(tables), "utf-8")
    library = opened(before)
    library.marks.star(["arxiv:2403.01234"], True)
    assert starred(library) == set()
