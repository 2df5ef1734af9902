"""Entries that were misread are joined and split by hand: an act like others, which importing again respects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import asked, home
from tests.tried import examples
from tui_digest import parsing
from tui_digest.cli import main
from tui_digest.errors import DigestError
from tui_digest.library import Library
from tui_digest.models import Mark, Sighting, Source
from tui_digest.paths import Paths

WEEKLY = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
First Thing of Note (Ann Lee, Bob Ray)
말.
#a

https://example.org/second
Second Thing of Note (Cat Poe, Dan Fox)
글.
#b

https://arxiv.org/abs/2307.00003
Third Thing of Note (Eve Roe)
셋째.
"""
BLOB = """# 읽은 것

오늘 읽은 글이다.
https://arxiv.org/abs/2307.00001
긴 문맥의 메모리.

Another Paper About Memory
다른 이야기이다.
- 좋다
"""
FIRST, THIRD = "arxiv:2307.00001", "arxiv:2307.00003"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "d").mkdir()
    return tmp_path / "d" / "a.txt"


def library_with(paths: Paths, file: Path, text: str) -> Library:
    file.write_text(text)
    library = Library.open(paths, starters=False)
    library.imports.from_paths([file])
    return library


def again(paths: Paths) -> Library:
    return Library.open(paths, starters=False)


def all_of(library: Library) -> list[Sighting]:
    return [*library.lists.all_sightings()]


def spans(library: Library) -> list[tuple[int, int]]:
    return [(each.entry.start_line, each.entry.end_line) for each in all_of(library)]


def join(library: Library, at: int = 0, other: int | None = None) -> None:
    seen = all_of(library)
    behind = library.lists.behind(seen[at]) if other is None else seen[other]
    assert behind is not None
    assert library.imports.join(seen[at], behind) is not None


def split(library: Library, line: int) -> None:
    (here,) = (each for each in all_of(library) if each.entry.start_line <= line <= each.entry.end_line)
    assert library.imports.split(here, line) is not None


def counts(library: Library) -> tuple[int, int, int]:
    (week,) = library.lists.weeks()
    return week.papers, week.unread, week.starred


def unchanged(library: Library, file: Path) -> int:
    (report,) = library.imports.from_paths([file]).sources
    assert (report.added, report.updated, report.removed, report.corrections_aside) == (0, 0, (), ())
    return report.unchanged


# --- joining --------------------------------------------------------------------------------------------------------


def test_joined_entries_are_one_paper_with_all_their_text(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    join(library)
    for each in (library, again(paths)):
        one, third = all_of(each)
        assert (one.key, third.key) == (FIRST, THIRD)
        entry = one.entry
        assert (entry.title, entry.authors) == ("First Thing of Note", ("Ann Lee", "Bob Ray"))
        assert entry.commentary == "말.\n\nSecond Thing of Note\nCat Poe, Dan Fox\n\n글."
        assert (entry.tags, [link.url for link in entry.links]) == (("a", "b"), ["https://example.org/second"])
        assert spans(each) == [(2, 10), (12, 14)]
        assert counts(each) == (2, 2, 0)
        assert [row.key for row in each.lists.entries(None, asked("Poe"))] == [FIRST]
        assert [name for name, _ in each.lists.tags(None)] == ["a", "b"]
    assert unchanged(library, file) == 2
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), file) == 2
    join(library)  # and a third one: it goes on with the first act
    assert spans(library) == [(2, 14)]
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), file) == 1
    for left in (2, 3):
        library.marks.undo()
        assert len(all_of(again(paths))) == left
        assert unchanged(again(paths), file) == left
    library.marks.redo()
    assert unchanged(again(paths), file) == 2


def test_the_surer_name_and_what_the_first_lacks_come_from_the_second(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    join(library, 1)  # of an address that is a page, and an arXiv paper
    one = all_of(library)[1]
    assert (one.key, one.entry.arxiv_id) == (THIRD, "2307.00003")
    assert (one.entry.title, one.entry.url) == ("Second Thing of Note", "https://example.org/second")


def test_marks_are_the_union_and_come_back(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    second = all_of(library)[1].key
    library.marks.note(FIRST, "내 메모")
    library.marks.note(second, "다른 메모")
    library.marks.star([second], True)
    library.marks.tag("나중", [second], True)
    library.marks.mark_read([second], True)
    join(library)
    mark = again(paths).marks.of(FIRST)
    assert (mark.starred, mark.read, mark.tags) == (True, False, ("나중",))
    assert mark.note is not None
    assert "내 메모" in mark.note
    assert "다른 메모" in mark.note
    assert counts(library) == (2, 2, 1)
    library.marks.undo()
    assert again(paths).marks.of(FIRST) == Mark(note="내 메모")
    assert again(paths).marks.of(second) == Mark(True, True, "다른 메모", ("나중",))


def test_only_neighbours_are_joined(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    one, two, three = all_of(library)
    assert library.lists.behind(three) is None
    for here, other, why in ((one, three, "correct.apart"), (one, one, "correct.no_next")):
        with pytest.raises(DigestError) as caught:
            library.imports.join(here, other)
        assert caught.value.message_id == why
    join(library, 1, 0)  # whichever is named first
    with pytest.raises(DigestError) as caught:
        library.imports.join(two, three)
    assert caught.value.message_id == "correct.gone"
    assert spans(again(paths)) == [(2, 10), (12, 14)]


def test_a_join_follows_its_texts_through_edits(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    join(library)
    above = "https://arxiv.org/abs/2307.00009\nA New Thing on Top (Fay Gil)\n새것.\n"
    file.write_text(WEEKLY.replace("5주차\n", "5주차\n" + above).replace("말.", "다른 말."))
    library.imports.from_paths([file])
    assert spans(library) == [(2, 4), (5, 13), (15, 17)]
    file.write_text(WEEKLY.replace("org/second", "org/other"))  # which is another paper
    (report,) = library.imports.from_paths([file]).sources
    assert report.corrections_aside == ("First Thing of Note + Second Thing of Note",)
    assert len(all_of(library)) == 3
    file.write_text(WEEKLY.replace("org/second", "org/other") + "\n")
    assert unchanged(library, file) == 3
    file.write_text(WEEKLY)
    library.imports.from_paths([file])
    assert len(all_of(again(paths))) == 2


def test_a_join_whose_second_half_went_elsewhere_touches_nothing_else(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    join(library)
    head, first, second, third = [WEEKLY.split("\n")[0], *"\n".join(WEEKLY.split("\n")[1:]).split("\n\n")]
    file.write_text("\n\n".join([f"{head}\n{first}", third, second]))
    (report,) = library.imports.from_paths([file]).sources
    assert report.corrections_aside == ("First Thing of Note + Second Thing of Note",)
    assert [each.entry.title for each in all_of(library)] == [
        "First Thing of Note", "Third Thing of Note", "Second Thing of Note",
    ]  # fmt: skip


# --- splitting ------------------------------------------------------------------------------------------------------


def test_an_entry_is_two_papers_from_a_line_on(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, BLOB)
    assert spans(library) == [(1, 9)]
    assert library.imports.lines_of(all_of(library)[0])[-1] == (9, "- 좋다")
    split(library, 7)
    for each in (library, again(paths)):
        one, two = all_of(each)
        assert (one.key, one.entry.title) == (FIRST, "읽은 것")
        assert (two.entry.title, two.entry.fallback_title) == (None, "Another Paper About Memory")
        assert two.entry.commentary == "Another Paper About Memory\n다른 이야기이다.\n- 좋다"
        assert "다른" not in (one.entry.commentary or "")
        assert spans(each) == [(1, 5), (7, 9)]
        assert counts(each) == (2, 2, 0)
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), file) == 2
    split(library, 9)
    library.imports.correct([all_of(library)[1]], title="A Second Title by Hand")  # goes on with the parts
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), file) == 3
    assert [each.entry.title for each in all_of(again(paths))] == ["읽은 것", "A Second Title by Hand", None]
    for left in (3, 2, 1):
        library.marks.undo()
        assert unchanged(again(paths), file) == left


def test_split_and_joined_again_all_text_is_there(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, BLOB)
    before = all_of(library)[0].entry
    split(library, 7)
    join(library)
    assert all_of(library)[0].entry == before
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), file) == 1


def test_a_part_that_reads_as_several_papers_is_one_and_keeps_its_address(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    join(library)
    split(library, 9)  # the comment of the second one, which is joined to the first
    one, two, _ = all_of(library)
    assert (one.key, one.entry.title, one.entry.url) == (
        FIRST,
        "First Thing of Note",
        "https://arxiv.org/abs/2307.00001",
    )
    assert [link.url for link in one.entry.links] == ["https://example.org/second"]
    assert "Second Thing of Note" in (one.entry.commentary or "")
    assert two.entry.commentary == "글."
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), file) == 3


def test_the_mark_goes_to_the_paper_it_names_else_to_the_first(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, BLOB)
    library.marks.star([FIRST], True)
    library.marks.mark_read([FIRST], True)
    split(library, 4)  # the address is the second one's
    one, two = all_of(library)
    assert two.key == FIRST
    assert (library.marks.of(one.key), library.marks.of(FIRST)) == (Mark(read=True), Mark(True, True))
    library.marks.undo()
    assert again(paths).marks.of(one.key) == Mark()
    file.write_text(BLOB.replace("https://arxiv.org/abs/2307.00001\n", ""))
    library.imports.from_paths([file])
    key = all_of(library)[0].key
    library.marks.note(key, "내 메모")
    split(library, 6)
    assert all_of(library)[0].key != key
    assert library.marks.of(all_of(library)[0].key).note == "내 메모"


def test_a_split_follows_its_line_and_holds_for_no_other_text(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, BLOB)
    split(library, 7)
    file.write_text(BLOB.replace("오늘 읽은 글이다.", "어제 읽은 글이다.\n한 줄 더."))
    library.imports.from_paths([file])
    assert spans(library) == [(1, 6), (8, 10)]
    file.write_text(BLOB.replace("Another Paper About Memory", "Something Else"))
    (report,) = library.imports.from_paths([file]).sources
    assert report.corrections_aside == ("Another Paper About Memory",)
    assert spans(library) == [(1, 9)]
    file.write_text(BLOB.replace("Another Paper About Memory", "Something Else") + "\n")
    assert unchanged(library, file) == 1
    file.write_text(BLOB)
    library.imports.from_paths([file])
    assert spans(again(paths)) == [(1, 5), (7, 9)]
    other = file.with_name("b.txt")
    other.write_text(BLOB)  # the very same text under another name was not corrected
    library.imports.from_paths([other])
    assert len(all_of(library)) == 3


def test_what_comes_behind_a_split_entry_is_new(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    split(library, 3)
    more = "\nhttps://arxiv.org/abs/2307.00004\nFourth Thing of Note (Fay Orr)\n넷째.\n"
    file.write_text(WEEKLY + more)
    library.imports.from_paths([file], news=True)
    assert len(all_of(library)) == 5
    assert library.imports.arrivals.papers == {"arxiv:2307.00004"}


def test_newer_rules_that_read_it_so_say_nothing(paths: Paths, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = library_with(paths, file, BLOB)
    split(library, 7)
    parts = tuple(each.entry for each in all_of(library))
    bare = tuple(each._replace(key=each.key.partition(".")[0] if "text:" in each.key else each.key) for each in parts)
    real = parsing.parse_all

    def newer(source: Source, *args: object, **options: object) -> object:
        return tuple(each._replace(entries=bare) for each in real(source))

    monkeypatch.setattr(parsing, "parse_all", newer)
    (paths.cache / "imported.json").unlink()
    assert unchanged(library, file) == 2


def test_where_nothing_can_begin_nothing_is_split(paths: Paths, file: Path) -> None:
    library = library_with(paths, file, BLOB)
    (here,) = all_of(library)
    for line in (0, 1, 2, 10, 99):
        with pytest.raises(DigestError) as caught:
            library.imports.split(here, line)
        assert caught.value.message_id == "correct.line"
    file.write_text(BLOB + "x\n")
    with pytest.raises(DigestError) as caught:
        library.imports.split(here, 7)
    assert caught.value.message_id == "correct.changed"
    records = file.with_name("c.json")
    records.write_text(json.dumps([{"title": "A Paper in a Record", "abstract": "a\nb"}], indent=1))
    library.imports.from_paths([records])
    (here,) = (each for each in all_of(library) if each.digest.path == str(records))
    with pytest.raises(DigestError) as caught:
        library.imports.split(here, 3)
    assert caught.value.message_id == "correct.no_text"


def test_standard_input_is_joined_and_joined_again(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    library.imports.from_paths([], stdin=WEEKLY.encode())
    join(library)
    assert [each.unchanged for each in library.imports.from_paths([], stdin=WEEKLY.encode()).sources] == [2]
    with pytest.raises(DigestError) as caught:
        library.imports.split(all_of(library)[0], 7)
    assert caught.value.message_id == "correct.no_source"


def test_both_come_with_a_backup_and_from_another_machine(tmp_path: Path, paths: Paths, file: Path) -> None:
    library = library_with(paths, file, WEEKLY)
    join(library)
    split(library, 9)
    held = [each.entry for each in all_of(library)]
    library.backups.write(tmp_path / "b.zip")
    library.close()
    other = library_with(home(tmp_path / "other"), file, WEEKLY)
    other.paths.journal.mkdir(exist_ok=True)
    for each in paths.journal.glob("*.ndjson"):
        (other.paths.journal / each.name).write_bytes(each.read_bytes())
    third = Library.open(home(tmp_path / "third"), starters=False)
    third.backups.restore(tmp_path / "b.zip")
    for elsewhere in (other.paths, third.paths):
        again(elsewhere).imports.from_paths([file])
        assert [seen.entry for seen in all_of(again(elsewhere))] == held


_LINES = st.sampled_from(
    [
        "말이다.",
        "",
        "- 하나",
        "#tag",
        "Some Title of a Paper (Ann Lee)",
        "https://arxiv.org/abs/2307.00005",
        "> q",
        "## h",
    ]
)


@settings(max_examples=examples(12))
@given(st.lists(_LINES, min_size=2, max_size=12), st.data())
def test_every_line_stays_in_one_place(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], data: object
) -> None:
    """Split anywhere and joined again anywhere, entries cover the lines that they covered, each once. What is of no
    entry and stands between two that are joined lies within their lines, and stays where the digest shows it."""
    draw = data.draw  # type: ignore[attr-defined]
    root = tmp_path_factory.mktemp("reshaped")
    file = root / "a.md"
    library = library_with(home(root), file, "\n".join(["# 읽은 것", "글이다.", *lines]))

    def filled() -> list[int]:
        return [number for each in all_of(library) for number, _ in library.imports.lines_of(each)]

    before, written = filled(), {number for number, line in enumerate(lines, 3) if line.strip()}
    choices = [n for each in all_of(library) for n, _ in library.imports.lines_of(each)[1:]]
    if choices:
        split(library, draw(st.sampled_from(choices)))
        assert filled() == before == sorted(set(before))
    seen = all_of(library)
    if len(seen) > 1:
        at = draw(st.integers(0, len(seen) - 2))
        first, second = seen[at].entry, seen[at + 1].entry
        between = {number for number in range(first.end_line + 1, second.start_line) if number in written}
        join(library, at)
        assert filled() == sorted({*before, *between})
        assert [each.preface for each in all_of(library) if each.preface] == [
            each.preface for each in seen if each.preface
        ]
    found = [each.entry for each in all_of(library)]
    (library.paths.cache / "imported.json").unlink(missing_ok=True)
    assert unchanged(library, file) == len(found)
    assert [each.entry for each in all_of(again(library.paths))] == found


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_joins_and_splits(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main([*words]) == code
        said = capsys.readouterr()
        return said.out + said.err

    file.write_text(WEEKLY)
    run("import", str(file))
    assert "undo takes it back" in run("correct", "2307.00001", "--join")
    entries = json.loads(run("export", "--format", "json"))["entries"]
    assert [(each["source"]["start_line"], each["source"]["end_line"]) for each in entries] == [(2, 10), (12, 14)]
    assert "follows it" in run("correct", "2307.00003", "--join", code=1)
    assert "    10  #b" in run("correct", "2307.00001", "--split")
    run("correct", "2307.00001", "--split", "7")
    assert "line 8" in run("correct", "2307.00001", "--split", "8", code=1)
    assert len(json.loads(run("export", "--format", "json"))["entries"]) == 3
    assert "one of them at a time" in run("correct", "2307.00001", "--join", "--title", "x", code=1)
    run("undo")
    assert "updated 0, unchanged 2" in run("import", "--dry-run", str(file))
    file.with_name("b.txt").write_text(WEEKLY)
    run("import", str(file.parent))
    assert "--digest" in run("correct", "2307.00003", "--join", "2307.00001", code=1)
    assert "undo" in run("correct", "2307.00003", "--join", "2307.00001", "--digest", str(file))
    assert "is not in elsewhere" in run("correct", "2307.00003", "--join", "--digest", "elsewhere", code=1)


def test_entries_of_records_on_one_line_are_told_apart(paths: Paths, file: Path) -> None:
    records = file.with_name("c.json")
    titles = ["A Paper about Lamps", "A Paper about Kites", "A Paper about Boats"]
    records.write_text(json.dumps([{"title": title, "abstract": title} for title in titles]))
    library = Library.open(paths, starters=False)
    library.imports.from_paths([records])
    join(library, 1)
    assert [each.entry.title for each in all_of(library)] == titles[:2]
    assert all_of(library)[1].entry.commentary == f"{titles[2]}\n{titles[2]}"
    (paths.cache / "imported.json").unlink()
    assert unchanged(again(paths), records) == 2
