"""What becomes of marks when newer rules, or an edit, make other entries of a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import digest, entry, plain_parsing, put
from tui_digest import parsing
from tui_digest.cli import main
from tui_digest.doctor.finding import Finding
from tui_digest.doctor.store_report import examine_store
from tui_digest.identity import text_key
from tui_digest.library import Library
from tui_digest.models import Mark, ParsedDigest, Source
from tui_digest.parsing import plain_text
from tui_digest.parsing.source_text import document
from tui_digest.paths import Paths, locate
from tui_digest.sources import known
from tui_digest.store.carrying import joined
from tui_digest.store.codec import entry_document
from tui_digest.store.following import what_became

TEXT = """# Reading, 2024-05-06

### [1] [A Study of Small Things](https://arxiv.org/abs/2405.00001)

It is about small things.

### [2] [Large Things Revisited](https://arxiv.org/abs/2405.00002)

It is about large things.
"""
ALONE = """# Reading

### [A Study of Small Things](https://arxiv.org/abs/2405.00001)

It is about small things.
"""


def old_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text is one entry without an address: what an earlier version made of shapes that it did not know."""

    def parse_all(source: Source, name_hint: str | None = None, near: object = None) -> tuple[ParsedDigest, ...]:
        read = plain_text.parse_text(document(source, name_hint))
        (whole,) = read.entries
        return (read._replace(entries=(whole._replace(key=text_key(source.text), url=None, arxiv_id=None),)),)

    monkeypatch.setattr(parsing, "parse_all", parse_all)
    monkeypatch.setattr(known, "__version__", "earlier")


def keys(library: Library) -> list[str]:
    return [row.key for row in library.lists.entries(None)]


@pytest.fixture
def stars(tmp_path: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A home of the old rules, with marks on a text that is two papers and on one that is one; their old keys."""
    with monkeypatch.context() as context:
        old_rules(context)
        (tmp_path / "d").mkdir()
        (tmp_path / "d" / "two.md").write_text(TEXT)
        (tmp_path / "d" / "one.md").write_text(ALONE)
        library = Library.open(paths, starters=False)
        library.imports.from_paths([tmp_path / "d" / "two.md"])
        (two,) = keys(library)
        library.imports.from_paths([tmp_path / "d" / "one.md"])
        (one,) = set(keys(library)) - {two}
        for key in (one, two):
            library.marks.star([key], True)
            library.marks.note(key, "내 메모")
            library.marks.tag("mine", [key], True)
        library.close()
    return one, two


MARK = Mark(starred=True, note="내 메모", tags=("mine",))


def test_new_rules_move_marks_and_say_what_they_keep_aside(
    tmp_path: Path, paths: Paths, stars: tuple[str, str]
) -> None:
    one, two = stars
    library = Library.open(paths, starters=False)
    report = library.imports.from_paths([tmp_path / "d" / "one.md", tmp_path / "d" / "two.md"])
    assert [len(each.aside) for each in report.sources] == [0, 1]
    assert sorted(keys(library)) == ["arxiv:2405.00001"] * 2 + ["arxiv:2405.00002"]
    assert library.marks.of("arxiv:2405.00001") == MARK
    assert library.marks.of("arxiv:2405.00002") == Mark()  # nobody knows which of the two was meant
    assert library.marks.of(two) == MARK
    change = library.marks.undo()
    assert change is not None and change.field == "import"
    assert sorted(keys(library)) == sorted(stars)
    assert (library.marks.of(one), library.marks.of(two)) == (MARK, MARK)
    assert library.marks.of("arxiv:2405.00001") == Mark()
    library.marks.redo()
    assert library.marks.of("arxiv:2405.00001") == MARK
    assert Library.open(paths, starters=False).marks.of("arxiv:2405.00001") == MARK


def test_marks_of_a_text_that_named_one_of_its_papers_stay_with_it_and_that_is_said(
    tmp_path: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "two.md"
    file.write_text(TEXT)
    with monkeypatch.context() as context:
        old_rules(context)
        blob = parsing.parse_all
        context.setattr(
            parsing,
            "parse_all",
            lambda source, near=None: tuple(
                each._replace(entries=tuple(e._replace(key="arxiv:2405.00001") for e in each.entries))
                for each in blob(source)
            ),
        )
        library = Library.open(paths, starters=False)
        library.imports.from_paths([file])
        library.marks.star(["arxiv:2405.00001"], True)
        library.close()
    library = Library.open(paths, starters=False)
    (report,) = library.imports.from_paths([file]).sources
    assert (report.stayed, report.aside) == (("Reading, 2024-05-06",), ())
    assert library.marks.of("arxiv:2405.00001").starred
    (paths.cache / "imported.json").unlink()
    (report,) = library.imports.from_paths([file]).sources
    assert (report.stayed, report.unchanged) == ((), 2)
    file.write_text(TEXT + "\n### [3] [A Third Study](https://arxiv.org/abs/2405.00003)\n\nNew.\n")
    (report,) = library.imports.from_paths([file]).sources  # what was added came of nothing
    assert (report.stayed, report.added) == ((), 1)


def test_the_doctor_lists_what_was_put_aside(
    tmp_path: Path, paths: Paths, stars: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, two = stars

    def told() -> list[Finding]:
        return [each for each in examine_store(paths, 0.0) if each.id == "doctor.marks.scattered"]

    library = Library.open(paths, starters=False)
    library.imports.from_paths([tmp_path / "d" / "two.md"])
    assert library.marks.history().__next__().change.others == 0  # no mark became another
    library.close()
    (finding,) = told()
    assert finding.details["cases"] == ["Reading, 2024-05-06: starred, #mine, '내 메모'"]
    library = Library.open(paths, starters=False)
    library.marks.undo()
    assert told() == []
    library.marks.redo()
    assert len(told()) == 1
    library.marks.star([two], False)
    library.marks.note(two, "")
    library.marks.tag("mine", [two], False)
    assert told() == []  # nothing is kept aside any more


def test_what_is_gone_keeps_its_old_reading(tmp_path: Path, paths: Paths, stars: tuple[str, str]) -> None:
    _, two = stars
    (tmp_path / "d" / "two.md").unlink()
    library = Library.open(paths, starters=False)
    library.imports.from_paths([tmp_path / "d"])
    assert sorted(keys(library)) == sorted(["arxiv:2405.00001", two])
    assert library.marks.of(two) == MARK


def test_an_edit_at_the_same_time_is_no_reason_to_guess(tmp_path: Path, paths: Paths, stars: tuple[str, str]) -> None:
    _, two = stars
    (tmp_path / "d" / "two.md").write_text("# Reading, 2024-05-06\n\nA word.\n\n" + TEXT.partition("\n\n")[2])
    library = Library.open(paths, starters=False)
    report = library.imports.from_paths([tmp_path / "d" / "two.md"])
    assert [len(each.aside) for each in report.sources] == [1]
    assert (library.marks.of("arxiv:2405.00001"), library.marks.of(two)) == (Mark(), MARK)


def test_the_command_says_so_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as context:
        old_rules(context)
        (tmp_path / "d").mkdir()
        (tmp_path / "d" / "two.md").write_text(TEXT)
        main(["import", str(tmp_path / "d" / "two.md")])
        library = Library.open(locate(), starters=False)
        library.marks.star(keys(library), True)
        library.close()
    capsys.readouterr()
    assert main(["import", "--dry-run", str(tmp_path / "d" / "two.md")]) == 0
    assert "several papers now, so that its marks are on none of them" in capsys.readouterr().out
    assert main(["import", str(tmp_path / "d" / "two.md")]) == 0
    assert "several papers now, so that its marks are on none of them" in capsys.readouterr().out
    assert main(["undo"]) == 0  # what was read of it is no longer there, so it is read again
    assert main(["--lang", "ko", "import", str(tmp_path / "d" / "two.md")]) == 0
    assert "여러 편으로 나뉘어" in capsys.readouterr().out


def test_several_that_become_one_unite_their_marks(
    tmp_path: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_parsing(monkeypatch)
    first = entry("One half", key="text:1", lines=(2, 3))
    second = entry("Other half", key="text:2", lines=(4, 6))
    whole = entry("Whole", key="text:3", lines=(2, 6))
    old: list[dict[str, Any]] = [entry_document(each, "a") for each in (first, second)]
    became = what_became(old, [entry_document(whole, "a")], same_text=True)
    assert became.keys == {"text:1": "text:3", "text:2": "text:3"}
    file = put(tmp_path / "a.txt", digest(first, second))
    library = Library.open(paths, starters=False)
    library.imports.from_paths([file])
    one, two = keys(library)
    library.marks.star([one], True)
    library.marks.mark_read([two], True)
    library.marks.note(one, "하나")
    library.marks.note(two, "둘")
    parse = digest(whole)
    monkeypatch.setattr("tui_digest.sources.intake.parsing.parse_all", lambda source: (parse,))
    monkeypatch.setattr(known, "__version__", "later")
    library.imports.from_paths([file])
    (key,) = keys(library)
    assert library.marks.of(key) == Mark(starred=True, note="하나\n\n* * *\n\n둘")


def test_a_title_or_an_address_goes_before_lines_that_were_cut_otherwise() -> None:
    old: list[dict[str, Any]] = [
        {"key": "text:1", "title": "Small Things", "lines": [2, 5]},
        {"key": "text:2", "title": None, "url": "https://example.org/b?utm_source=x", "lines": [6, 9]},
        {"key": "text:3", "title": "Gone", "lines": [20, 21]},
        {"key": "text:4", "title": "Stays", "lines": [30, 31]},
    ]
    new: list[dict[str, Any]] = [
        {"key": "url:a", "title": "Small things", "lines": [2, 3]},
        {"key": "url:b", "title": "Big", "url": "http://example.org/b", "lines": [4, 7]},
        {"key": "url:c", "title": "Tail", "lines": [8, 9]},
        {"key": "text:4", "title": "Stays", "lines": [30, 31]},
    ]
    became = what_became(old, new, same_text=True)
    assert became.keys == {"text:1": "url:a", "text:2": "url:b"}
    assert became.scattered == ()


def test_many_entries_on_one_line_are_looked_at_once_each() -> None:
    class Counted(dict[str, Any]):
        asked = 0

        def __getitem__(self, name: str) -> Any:
            Counted.asked += 1
            return super().__getitem__(name)

    def cost(n: int) -> int:
        Counted.asked = 0
        old: list[dict[str, Any]] = [Counted(key=f"o{i}", title="Same", lines=[1, 1]) for i in range(n)]
        new: list[dict[str, Any]] = [Counted(key=f"n{i}", title="Same", lines=[1, 1]) for i in range(n)]
        what_became(old, new, same_text=True)
        return Counted.asked

    assert cost(2000) < 11 * cost(200)


def test_notes_that_meet_both_stay_once() -> None:
    assert joined([None, ""]) is None
    assert joined(["a", None, "a"]) == "a"
    assert joined(["a note", "note"]) == "a note"
    assert joined(["하나", "둘"]) == "하나\n\n* * *\n\n둘"
