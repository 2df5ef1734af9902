"""What an import says of files that it did not take, or took twice."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tui_digest.cli import main
from tui_digest.library import Library
from tui_digest.models import Source
from tui_digest.paths import locate
from tui_digest.sources import known
from tui_digest.sources.known import _hash

LIST = (
    "# Papers\n\n- [One Thing](https://arxiv.org/abs/2401.00001)\n- [Other Thing](https://arxiv.org/abs/2401.00002)\n"
)
NOTE = "https://arxiv.org/abs/2401.00003\nThird Thing (Ann Lee, Bob Ray)\n말.\n#a\n"


def put(folder: Path, **texts: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")


def told(capsys: pytest.CaptureFixture[str], *args: str | Path, code: int = 0) -> str:
    assert main(["import", *map(str, args)]) == code
    return capsys.readouterr().out


def test_what_a_repository_has_besides_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "d", a__md=NOTE, requirements__txt="x==1", AGENTS__md="Be kind.", prompt__md="Sum up.")
    out = told(capsys, tmp_path / "d")
    assert "3 that are no digests were left out: AGENTS.md, prompt.md, requirements.txt\n" in out
    assert "1 source: digests 1, added 1," in out


def test_documents_in_a_form_that_is_not_read_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "d", a__md=NOTE, b__pdf="%PDF", c__docx="PK", picture__png="", code__py="")
    out = told(capsys, tmp_path / "d")
    assert "2 in a form that is not read were passed over (PDFs, office files, what is packed): b.pdf, c.docx\n" in out
    assert json.loads(told(capsys, "--json", tmp_path / "d"))["forms_not_read"] == [
        str(tmp_path / "d" / "b.pdf"),
        str(tmp_path / "d" / "c.docx"),
    ]
    put(tmp_path / "e", b__pdf="%PDF")
    assert main(["import", str(tmp_path / "e")]) == 1
    said = capsys.readouterr()
    assert "1 in a form that is not read" in said.out and "What is read: text, Markdown" in said.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("example.org/weekly.html", "for an address write https://example.org/weekly.html"),
        ("2307.09288", "tui-digest add 2307.09288"),
        ("arxiv.org/abs/2307.09288", "tui-digest add arxiv.org/abs/2307.09288"),
        ("notes.md", None),
        ("digests/notes.md", None),
        ("../a.b/c", None),
    ],
)
def test_what_is_no_path_but_a_paper_or_an_address_gets_its_way(
    given: str, said: str | None, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["import", given], ["source", "add", given]):
        assert main(words) == 1
        err = capsys.readouterr().err
        assert "There is nothing at" in err and (said in err if said else "is taken for a path" not in err)


def test_a_person_is_told_that_nothing_was_found_and_a_pipe_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "d", a__md=NOTE)
    told(capsys, tmp_path / "d")
    for terminal, said in ((False, ""), (True, "Nothing was found.\n")):
        monkeypatch.setattr("sys.stdout.isatty", lambda terminal=terminal: terminal)
        for words in (["list", "--filter", "is:starred"], ["search", "qqqqqqqq"]):
            assert main(words) == 0
            assert capsys.readouterr().err == said


def test_a_readme_with_papers_is_read_and_one_without_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", README__md=LIST)
    put(tmp_path / "d" / "e", README__md="# Tool\n\nMake it.\n")
    out = told(capsys, tmp_path / "d")
    assert "added 2" in out
    assert f"{tmp_path}/d/e/README.md was left out, since no papers were found in it; name it" in out
    assert "added 1" in told(capsys, tmp_path / "d" / "e" / "README.md")


def test_a_link_out_of_the_folder_is_named_and_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "d", a__md=NOTE)
    put(tmp_path / "other", b__md=LIST)
    (tmp_path / "d" / "way").symlink_to(tmp_path / "other")
    out = told(capsys, tmp_path / "d")
    assert f"{tmp_path}/d/way leads out of the folder and was not followed" in out
    assert "added 1" in out
    fields = json.loads(told(capsys, tmp_path / "d", "--json"))
    assert fields["links_not_followed"] == [f"{tmp_path}/d/way"]
    assert "added 2" in told(capsys, tmp_path / "d" / "way")


def test_the_same_bytes_under_two_names_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "d", a__md=NOTE, b__md=NOTE)
    for _ in range(2):  # also of what is in the library
        out = told(capsys, tmp_path / "d")
        assert out.count("  the same text as ") == 1
        assert f"  the same text as {tmp_path}/d/a.md; both are kept" in out.split(f"{tmp_path}/d/b.md: ")[1]
    put(tmp_path / "f", c__md=NOTE)
    assert f"the same text as {tmp_path}/d/a.md" in told(capsys, tmp_path / "f" / "c.md")
    (tmp_path / "f" / "c.md").rename(tmp_path / "f" / "e.md")
    (tmp_path / "d" / "a.md").unlink()
    (tmp_path / "d" / "b.md").unlink()
    assert "the same text as" not in told(capsys, tmp_path / "f")  # moved: the others are gone


def entries(n: int) -> str:
    return "".join(
        f"https://arxiv.org/abs/2306.0{n}00{i}\nThing {n}{i} (Ann Lee, Bob Ray)\n말.\n#a\n\n" for i in (1, 2)
    )


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str | None, str | None]]:
    """Start and end by the name of the file, of every entry."""
    assert main(["export", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["entries"]
    days = {Path(e["source"]["path"]).name: (e["digest"]["start"], e["digest"]["end"]) for e in found}
    assert len(found) == 2 * len(days), "every header splits its two papers"
    return days


def test_a_year_comes_from_the_name_the_folder_or_a_neighbour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {"week 9": "12월 3주차", "week 10": "2023년 12월 4주차", "week 11": "1월 2주차"}
    put(tmp_path / "d", **{f"{name}__txt": f"{header}\n{entries(n)}" for n, (name, header) in enumerate(texts.items())})
    put(tmp_path / "2022", a__txt=f"7월 30일\n{entries(4)}")
    put(tmp_path / "e", july_2021__txt=f"7월 5주차\n{entries(5)}")
    assert "no date could be read" not in told(capsys, *(tmp_path / name for name in ("d", "2022", "e")))
    assert listed(capsys) == {
        "week 9.txt": ("2023-12-10", "2023-12-16"),
        "week 10.txt": ("2023-12-17", "2023-12-23"),
        "week 11.txt": ("2024-01-07", "2024-01-13"),
        "a.txt": ("2022-07-30", "2022-07-30"),
        "july_2021.txt": ("2021-07-25", "2021-07-31"),
    }


@pytest.mark.parametrize("header", ["7월 5주차", "2023년 13월 1주차", "7월의 어느 주", "8/1(화)", "2023년 2월 30일"])
def test_a_header_that_is_not_understood_splits_all_the_same_and_is_told(
    header: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", a__txt=f"{header}\n\n{entries(1)}")
    assert f"  no date could be read from its header: {header}\n" in told(capsys, tmp_path / "d")
    assert listed(capsys) == {"a.txt": (None, None)}


def test_a_week_has_a_name_only_where_all_its_digests_are_of_the_same_days(tmp_path: Path) -> None:
    library = Library.open(locate({"TUI_DIGEST_HOME": str(tmp_path / "home")}), starters=False)
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}")
    library.imports.from_paths([tmp_path / "d"])
    assert [(week.title, week.start) for week in library.lists.weeks()] == [("2023년 7월 5주차", date(2023, 7, 23))]
    put(tmp_path / "d", b__txt=f"2023년 7월 30일\n{entries(2)}")  # the Sunday that begins the next row
    library.imports.from_paths([tmp_path / "d"])
    assert [(week.title, week.end) for week in library.lists.weeks()] == [(None, date(2023, 7, 30))]


def test_what_is_refused_alone_fails_and_in_a_folder_is_partly_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        tmp_path / "d",
        a__json='{"a": ',
        b__csv="name,size\na,1\n",
        package__json="{}",
        page__html="<html><p>Hi</p></html>",
    )
    for name in ("a.json", "b.csv"):
        told(capsys, tmp_path / "d" / name, code=1)
    put(tmp_path / "d", c__md=NOTE)
    assert main(["import", str(tmp_path / "d")]) == 3
    out, err = capsys.readouterr()
    assert "a.json is no JSON that can be read; see its line 1." in err
    assert "b.csv is CSV, but no papers were found in it." in err
    assert "2 that are no digests were left out: package.json, page.html" in out


def test_a_file_that_no_write_touched_is_not_even_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its version tells; where only that is another, or is too fresh to tell, its bytes do."""
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}", b__txt=f"2023년 6월 5주차\n{entries(2)}")
    hashed: list[str] = []

    def hash_of(path: str, size: int) -> str | None:
        hashed.append(Path(path).name)
        return _hash(path, size)

    monkeypatch.setattr(known, "_hash", hash_of)
    monkeypatch.setattr(known, "_SURE", 1e9)  # whatever was written is too fresh to tell, however slow the machine
    told(capsys, tmp_path / "d")
    assert "unchanged 2" in told(capsys, tmp_path / "d")
    assert hashed == ["a.txt", "b.txt"]
    monkeypatch.setattr(known, "_SURE", -1e9)
    for _ in range(2):
        assert "unchanged 2" in told(capsys, tmp_path / "d")
        assert hashed == ["a.txt", "b.txt"] * 2
    os.utime(tmp_path / "d" / "a.txt", ns=(0, 0))
    for _ in range(2):
        assert "unchanged 2" in told(capsys, tmp_path / "d")
    assert hashed == ["a.txt", "b.txt"] * 2 + ["a.txt"]
    before = (tmp_path / "d" / "b.txt").stat()
    while (tmp_path / "d" / "b.txt").stat().st_ctime_ns == before.st_ctime_ns:
        put(tmp_path / "d", b__txt=f"2023년 6월 5주차\n{entries(3)}")
        os.utime(tmp_path / "d" / "b.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert before.st_size == (tmp_path / "d" / "b.txt").stat().st_size
    assert "added 2, updated 0, unchanged 2, removed 2" in told(capsys, tmp_path / "d")


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_our_own_export_is_read_back_without_loss_and_marks_where_asked(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}", b__md=NOTE, c__txt="아무 제목 없는 말이다.")
    told(capsys, tmp_path / "d")
    for words in (["star", "2306.01001"], ["note", "2306.01001", "a note"], ["read", "2306.01002"]):
        assert main(words) == 0
    target = tmp_path / f"mine.{form}"
    assert main(["export", "--format", form, "-o", str(target)]) == 0

    def exported() -> list[dict[str, object]]:
        capsys.readouterr()
        assert main(["export", "--format", "json"]) == 0
        return json.loads(capsys.readouterr().out)["entries"]  # type: ignore[no-any-return]

    before = exported()
    apart = ("source", "digest", "read", "starred", "note", "own_tags", "key")
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path / "other"))
    told(capsys, target)
    plain = exported()
    assert [{k: v for k, v in e.items() if k not in apart} for e in plain] == [
        {k: v for k, v in e.items() if k not in apart} for e in before
    ]
    assert not any(e["read"] or e["starred"] or e["note"] for e in plain)
    told(capsys, target, "--with-marks")
    marks = [(e["read"], e["starred"], e["note"]) for e in exported()]
    assert marks == [(e["read"], e["starred"], e["note"]) for e in before]
    assert main(["undo"]) == 0
    assert not any(e["read"] or e["starred"] or e["note"] for e in exported())


TEXTS = {
    "a__md": "# Scaling, two readings\n\nTwo notes: (https://arxiv.org/abs/2001.08361) and (https://arxiv.org/abs/2203.15556).",
    "b__txt": "아무 제목 없는 말이다.",
    "c__txt": "또 하나의 제목 없는 말이다.",
}


@pytest.mark.parametrize("how", ["file", "twice under one name", "standard input"])
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_marks_of_texts_that_name_no_paper_come_back_with_our_own_export(
    form: str, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", **TEXTS)
    told(capsys, tmp_path / "d")

    def entries_of(*more: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main(["export", "--format", "json", *more]) == 0
        return json.loads(capsys.readouterr().out)["entries"]  # type: ignore[no-any-return]

    before = entries_of()
    assert [each["key"].partition(":")[0] for each in before].count("text") >= 2
    for number, each in enumerate(before):
        assert main(["star" if number else "note", each["key"], *([] if number else ["a note"])]) == 0
    target = tmp_path / f"mine.{form}"
    assert main(["export", "--format", form, "-o", str(target)]) == 0
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path / "other"))
    if how == "twice under one name":
        (tmp_path / "e").mkdir()
        (tmp_path / "e" / target.name).write_bytes(target.read_bytes().replace("말이다".encode(), "글이다".encode()))
        told(capsys, tmp_path / "e" / target.name)
    if how == "standard input":
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(target.read_bytes())))
        told(capsys, "-", "--with-marks")
    else:
        told(capsys, target, "--with-marks")
    after = entries_of("--filter", "is:starred OR is:noted")
    assert len(after) == len(before)
    assert {each["title"] for each in after} == {each["title"] for each in before}
    for each in after:
        assert each["arxiv_id"] is None, "it links to papers, and is none of them"
    assert len({each["key"] for each in after}) == len(before)


def test_marks_of_several_exports_are_all_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}")
    told(capsys, tmp_path / "d")
    files = []
    for words in (["star", "2306.01001"], ["unstar", "2306.01001"], ["read", "2306.01001"]):
        assert main(words) == 0
        files.append(tmp_path / f"{words[0]}.json")
        assert main(["export", "--format", "json", "-o", str(files[-1])]) == 0
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path / "other"))
    told(capsys, *files, "--with-marks")
    assert main(["export", "--format", "json"]) == 0
    marked = [each for each in json.loads(capsys.readouterr().out)["entries"] if each["arxiv_id"] == "2306.01001"]
    assert marked
    assert all(each["starred"] and each["read"] for each in marked)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were parsed."""
    from tui_digest import parsing

    names: list[str] = []
    parse = parsing.parse_all

    def counted(source: Source, *args: object, **kwargs: object) -> object:
        names.append(source.name)
        return parse(source, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(parsing, "parse_all", counted)
    return names


def days(capsys: pytest.CaptureFixture[str]) -> dict[str, str | None]:
    """The first day of every file's digest, by name."""
    capsys.readouterr()
    assert main(["export", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["entries"]
    return {Path(each["source"]["path"]).name: each["digest"]["start"] for each in found}


def test_what_did_not_change_is_not_read_again(
    tmp_path: Path, reads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}", b__txt=f"7월 3주차\n{entries(2)}", c__md=NOTE)
    first = told(capsys, tmp_path / "d")
    assert (sorted(set(reads)), "added 5, updated 0, unchanged 0" in first) == (["a.txt", "b.txt", "c.md"], True)
    reads.clear()
    again = told(capsys, tmp_path / "d")
    assert (reads, "added 0, updated 0, unchanged 5" in again) == ([], True)
    assert again.count("unchanged 5") == told(capsys, tmp_path / "d", "--dry-run").count("unchanged 5") == 1
    assert reads == []
    put(tmp_path / "d", c__md=NOTE.replace("Third", "Other"))
    assert "updated 1, unchanged 4" in told(capsys, tmp_path / "d", "--dry-run")
    assert "updated 1, unchanged 4" in told(capsys, tmp_path / "d")
    assert reads == ["c.md", "c.md"]
    (tmp_path / "d" / "a.txt").rename(tmp_path / "d" / "z.txt")  # a name may tell days, so it decides, too
    assert "added 0, updated 0, unchanged 5" in told(capsys, tmp_path / "d")
    assert reads == ["c.md", "c.md", "z.txt"]


def test_what_is_not_read_lends_its_year_all_the_same(
    tmp_path: Path, reads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "d"
    put(
        folder,
        a__txt=f"2023년 7월 5주차\n{entries(1)}",
        b__txt=f"7월 3주차\n{entries(2)}",
        c__txt=f"7월 4주차\n{entries(3)}",
    )
    told(capsys, folder)
    first = days(capsys)
    assert {day and day[:4] for day in first.values()} == {"2023"}
    reads.clear()
    put(folder, b__txt=f"7월 3주차\n{entries(2)} and more")
    assert "updated 1" in told(capsys, folder)
    assert (set(reads), days(capsys)) == ({"b.txt"}, first)
    for name in ("b.txt", "c.txt"):  # named alone, without its neighbours
        put(folder, **{name.replace(".", "__"): f"7월 3주차\n{entries(2)} and again"})
        told(capsys, folder / name)
        assert days(capsys)[name] == first["b.txt"]
    (locate().cache / "imported.json").unlink()
    told(capsys, folder / "b.txt")
    assert days(capsys)["b.txt"] == first["b.txt"]
    (folder / "a.txt").unlink()
    (folder / "b.txt").unlink()
    (locate().cache / "imported.json").unlink()
    told(capsys, folder)
    assert days(capsys)["c.txt"] == first["b.txt"]
    assert main(["remove", str(folder / "a.txt")]) == main(["remove", str(folder / "b.txt")]) == 0
    told(capsys, folder)
    assert days(capsys)["c.txt"] == first["b.txt"]  # it was of that year, and nothing says otherwise


def test_other_days_of_a_neighbour_are_a_reason_to_read_again(
    tmp_path: Path, reads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}", b__txt=f"7월 3주차\n{entries(2)}", c__md=NOTE)
    told(capsys, tmp_path / "d")
    put(tmp_path / "d", a__txt=f"2022년 7월 5주차\n{entries(1)}")
    reads.clear()
    told(capsys, tmp_path / "d")
    assert set(reads) == {"a.txt", "b.txt"}
    assert {(day or "")[:4] for name, day in days(capsys).items() if name != "c.md"} == {"2022"}
    (tmp_path / "d" / "a.txt").unlink()
    reads.clear()
    told(capsys, tmp_path / "d")
    assert reads == []  # what is gone is still known
    (tmp_path / "d" / "b.txt").chmod(0)
    put(tmp_path / "d", aa__txt=f"2021년 7월 5주차\n{entries(4)}")
    if os.geteuid():
        assert main(["import", str(tmp_path / "d")]) == 3
    (tmp_path / "d" / "b.txt").chmod(0o600)
    told(capsys, tmp_path / "d")
    assert (days(capsys)["b.txt"] or "")[:4] == "2021"


def test_what_the_library_no_longer_holds_is_read_again(
    tmp_path: Path, reads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}", c__md=NOTE)
    told(capsys, tmp_path / "d")
    assert main(["undo"]) == 0
    capsys.readouterr()
    assert "added 3" in told(capsys, tmp_path / "d")
    assert main(["remove", str(tmp_path / "d" / "a.txt")]) == 0
    capsys.readouterr()
    assert "added 2, updated 0, unchanged 1" in told(capsys, tmp_path / "d")
    week = locate().shards / "2023-W30.json"
    week.unlink()
    assert "added 2, updated 0, unchanged 1" in told(capsys, tmp_path / "d")


def test_other_code_reads_everything_anew(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_digest.sources import known

    put(tmp_path / "d", a__txt=f"2023년 7월 5주차\n{entries(1)}")
    told(capsys, tmp_path / "d")
    for name, other in (("__version__", "other"), ("_LIBRARIES", ("orjson",)), ("_READING", ("query",))):
        monkeypatch.setattr(known, name, other)
        reads.clear()
        told(capsys, tmp_path / "d")
        assert reads == ["a.txt"], name
    for damage in (b"{", b"[]", b'{"readers": 1, "files": {"a": [1]}}', b"gone"):
        (locate().cache / "imported.json").write_bytes(damage)
        assert "unchanged 2" in told(capsys, tmp_path / "d")


DIARY = "오늘은 비가 왔다. 커피를 마시고 산책을 했다.\n\n저녁에는 책을 읽었다.\n"


@pytest.mark.parametrize("name", ["diary.txt", "2026-03-02.md", "일기.md"])
def test_a_text_without_a_paper_says_so(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It comes in as one entry, which one may not have meant; each time, for what it is does not change."""
    put(tmp_path / "d", **{name.replace(".", "__"): DIARY, "note__md": NOTE})
    for _ in range(2):
        out = told(capsys, tmp_path / "d")
        assert out.count("no paper was seen in it") == 1
        assert f"{name}: text; digests 1" in out.splitlines()[out.splitlines().index(_line_of(out)) - 1]
    sources = json.loads(told(capsys, "--json", tmp_path / "d"))["sources"]
    assert [(Path(each["path"]).name, each["no_paper"]) for each in sources if each["no_paper"]] == [(name, True)]
    put(tmp_path / "d", **{name.replace(".", "__"): DIARY + "https://arxiv.org/abs/2401.00009\n"})
    assert "no paper was seen" not in told(capsys, tmp_path / "d")


def _line_of(out: str) -> str:
    return next(line for line in out.splitlines() if "no paper was seen" in line)


def test_a_page_without_an_entry_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is named; in a folder it is left out, and said to be no digest."""
    put(tmp_path / "d", page__html='<html><body><div id="root"></div></body></html>', note__md=NOTE)
    assert told(capsys, tmp_path / "d" / "page.html").count("no entry was found in it") == 1
    put(tmp_path / "other", page__html="<html><body><div></div></body></html>", note__md=NOTE)
    assert "left out: page.html" in told(capsys, tmp_path / "other")
