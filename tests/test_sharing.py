"""A digest of one's own: written from stars, tags and notes, and read again by anybody's reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import entry, home
from tests.test_export import DIGEST, seen
from tests.tried import examples
from tui_digest.cli import main
from tui_digest.export import DIGEST_FORMS
from tui_digest.export.own_digest import FORMS
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.library.composing import compose
from tui_digest.models import Digest, Mark, Sighting
from tui_digest.parsing import parse, parse_all
from tui_digest.parsing.decoding import read_source, source_from_bytes

ROOT = Path(__file__).resolve().parent.parent
SUFFIX = {"markdown": ".md", "weekly-text": ".txt"}
WEEK = """2023년 7월 5주차

https://arxiv.org/abs/2307.12950 https://code.example/kites
Kites at Rest: $O(n^2)$ *really* [fast] (Ann Lee, Laurens van der Maaten, et al.)
연은 쉬어도 연이다.
#kites

https://arxiv.org/abs/2307.12951
Lamps of Many Colours (박민수, Bo Ray)
#lamps #light

https://arxiv.org/abs/2307.12952
Not Starred (Cy Dow)
#other
"""
NOTE = "두 번 읽었다. https://a.example/b 도 볼 것.\n둘째 줄.\n\n- 하나\n- 둘\n\n마지막 문단."


@pytest.fixture
def starred(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "july.txt").write_text(WEEK, "utf-8")
    for words in (
        ["import", str(tmp_path / "july.txt")], ["star", "2307.12950", "2307.12951"], ["note", "2307.12950", NOTE],
        ["tag", "2307.12951", "to-build", "읽을 것"],
    ):  # fmt: skip
        assert main(words) == 0
    capsys.readouterr()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("form", DIGEST_FORMS)
def test_a_digest_of_stars_comes_back_to_a_colleague(
    form: str, lang: str, starred: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"mine{SUFFIX[form]}"
    words = ["--lang", lang, "digest", "--week", "2023-W30", "--format", form, "-o", str(target)]
    assert main(words) == 0, capsys.readouterr().err
    assert "Not Starred" not in target.read_text("utf-8")
    colleague = Library.open(home(tmp_path / "colleague"), starters=False)
    (report,) = colleague.imports.from_paths([target]).sources
    assert (report.digests, report.added, report.unplaced) == (1, 2, ())
    kites, lamps = colleague.lists.all_sightings()
    assert (kites.digest.week, str(kites.digest.start), str(kites.digest.end)) == (
        "2023-W30",
        "2023-07-23",
        "2023-07-29",
    )
    assert (kites.digest.title == "2023년 7월 5주차") is (lang == "ko")
    assert [each.key for each in (kites, lamps)] == ["arxiv:2307.12950", "arxiv:2307.12951"]
    assert kites.entry.title == "Kites at Rest: $O(n^2)$ *really* [fast]"
    assert kites.entry.authors == ("Ann Lee", "Laurens van der Maaten", "et al.")
    assert lamps.entry.authors == ("박민수", "Bo Ray")
    assert "https://code.example/kites" in [link.url for link in kites.entry.links]
    said = kites.entry.commentary or ""
    assert said == f"{NOTE}\n\n> 연은 쉬어도 연이다.\n> — 2023년 7월 5주차 (2023-07-23/2023-07-29)"
    assert {*lamps.entry.tags} == {"lamps", "light", "to-build", "읽을 것"}


def test_what_is_written_is_what_was_asked_for(starred: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "--filter", "tag:other"]) == 0
    text = capsys.readouterr().out
    assert "Not Starred" in text and "Kites" not in text
    assert main(["digest", "--without", "commentary,links"]) == 0
    text = capsys.readouterr().out
    assert "두 번 읽었다" in text and "쉬어도" not in text and "code.example" not in text
    assert main(["digest", "--filter", "tag:nothing-of-it"]) == 1
    assert "Star some" in capsys.readouterr().err


def test_our_own_papers_are_read_again_as_they_were_told() -> None:
    """Every starter paper, with a note on each."""
    told = []
    for path in sorted((ROOT / "seeds" / "ko").glob("2*.txt")):
        parsed = parse(read_source(path))
        digest = DIGEST._replace(title=parsed.title, start=parsed.start, end=parsed.end)
        told += [Sighting(each.key, digest, each) for each in parsed.entries if each.url and each.title]
    assert len(told) > 20
    for form in DIGEST_FORMS:  # English above Korean would be an abstract
        composed = compose(told, lambda key: Mark(note=f"A note on it.\n\nIts key is `{key}`."), form, Translator("en"))
        assert composed.otherwise == ()


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (["2020년 3월 5주차", "2020년 3월 5주차"], "2020년 3월 5주차"),
        (["2020년 3월 5주차", "Daily"], "2020년 4월 1주차"),
        (["2020년 3월 4주차"] * 2, "2020년 4월 1주차"),  # it would be read as other days
        (["The week in kites"] * 2, "2020년 4월 1주차"),
    ],
)
def test_a_week_over_the_end_of_a_month_is_called_as_its_digests_call_it(titles: list[str], title: str) -> None:
    from datetime import date

    days = date(2020, 3, 29), date(2020, 4, 4)
    told = []
    for number, name in enumerate(titles):
        digest = Digest(f"d{number}", name, "weekly-text", "2020-W14", *days, f"/{number}", "aa")
        paper = entry(f"Kites {number}", arxiv=f"2003.0000{number}")
        told.append(Sighting(paper.key, digest, paper))
    for form in DIGEST_FORMS:
        composed = compose(told, lambda _: Mark(), form, Translator("ko"), week="2020-W14")
        (read,) = parse_all(source_from_bytes(composed.text.encode(), f"/x{SUFFIX[form]}"))
        assert (read.title, read.start, read.end) == (title, *days)


@pytest.mark.parametrize(
    ("week", "start", "end", "title"),
    [
        ("2023-W05", "2023-01-29", "2023-02-04", "2023년 2월 1주차"),
        ("2024-W01", "2023-12-31", "2024-01-06", "2024년 1월 1주차"),
        ("2023-W30", "2023-07-23", "2023-07-29", "2023년 7월 5주차"),
        ("2023-W30", "2023-07-24", "2023-07-30", "2023년 7월 24–30일 다이제스트"),
        ("undated", None, None, None),
    ],
)
def test_the_days_come_back(week: str, start: str | None, end: str | None, title: str) -> None:
    from datetime import date

    days = [date.fromisoformat(day) if day else None for day in (start, end)]
    digest = Digest("d", "x", "weekly-text", week, days[0], days[1], "/d", "aa")
    papers = [entry(f"Kites {n}", arxiv=f"2301.0000{n}", authors=["Ann Lee"], tags=["a"]) for n in (1, 2)]
    for form in DIGEST_FORMS if start else DIGEST_FORMS[:1]:  # weekly texts are known by their days
        told = [Sighting(each.key, digest, each) for each in papers]
        composed = compose(told, lambda _: Mark(), form, Translator("ko"), week=week)
        assert composed.dated and composed.otherwise == ()
        (read,) = parse_all(source_from_bytes(composed.text.encode(), f"/x{SUFFIX[form]}"))
        assert (read.start, read.end) == (*days,)
        assert read.title == title or title is None


DIFFICULT = """# a heading|#tag #more|https://arxiv.org/abs/2403.00009|- item|> quoted|1. one||---|```|> | a |
## [A Title](https://arxiv.org/abs/2403.00008)|- **Authors:** Bo Ray|2024년 3월 1주차|보통 글입니다.
A Title Like Others (Bo Ray, Cy Dow)|Plain words, and no more.""".replace("\n", "|").split("|")
LINES = st.one_of(st.sampled_from(DIFFICULT), st.text(st.sampled_from("ab 가.,*_[](){}<>#`|~-"), max_size=20))


@settings(max_examples=examples(40))
@given(st.lists(LINES, min_size=1, max_size=4), st.sampled_from(DIGEST_FORMS))
def test_a_note_comes_back_or_the_paper_is_named(lines: list[str], form: str) -> None:
    note = "\n".join(lines)
    papers = [seen(entry(f"Kites {n}", arxiv=f"2403.0000{n}", authors=["Ann Lee"], tags=["kites"])) for n in (1, 2)]
    composed = compose(papers, lambda key: Mark(note=note if key.endswith("1") else "second"), form, Translator("en"))
    entries = [each for digest in parse_all(source_from_bytes(composed.text.encode(), f"/x{SUFFIX[form]}"))
               for each in digest.entries]  # fmt: skip
    if composed.otherwise:
        assert {*composed.otherwise} <= {"Kites 1", "Kites 2"}
        return
    assert [(each.key, each.title) for each in entries] == [(each.key, each.entry.title) for each in papers]

    def words(text: str | None) -> list[str]:
        return (text or "").removeprefix("**Note:**").replace(">", " ").split()

    assert words(entries[0].commentary) == words(note)
    assert words(entries[1].commentary) == ["second"]


def test_the_forms_are_those_of_the_table() -> None:
    assert tuple(FORMS) == DIGEST_FORMS
