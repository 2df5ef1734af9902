"""Records under the names that strangers give their fields, and what stands around them: weeks, days, topics."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.parsing.samples import source
from tui_digest.models import Link, ParsedDigest
from tui_digest.parsing import parse_all
from tui_digest.parsing.record_roles import role_of

ONE, TWO = "https://arxiv.org/abs/2403.00001", "https://arxiv.org/abs/2403.00002"


def digests(told: object, name: str = "a.json") -> tuple[ParsedDigest, ...]:
    return parse_all(source(told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, indent=1), name))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (
            "title",
            "Title|paper_title|PAPER TITLE|Paper-Name|논문 제목|제목(Title)|논문명|제목 / Title|标题",
        ),
        ("url", "URL|link|Paper_URL|paper link|Where|링크|논문링크|주소|链接|リンク"),
        ("tags", "tags|Key-Words|keyword|키워드|태그|카테고리|标签|キーワード"),
        ("text", "tl;dr|TL_DR|한줄평|요약|Comments|note|메모|总结"),
        ("abstract", "Abstract|초록|摘要"),
        ("authors", "Author(s)|저자|저자명|作者"),
        ("date", "Date read|published_at|읽은 날|日期"),
        ("", "why|status|상태|rank|pages"),
    ],
)
def test_names_of_fields(role: str, names: str) -> None:
    assert {name: role_of(name) for name in names.split("|")} == dict.fromkeys(names.split("|"), role)


def test_a_weeks_papers_under_names_of_ones_own() -> None:
    (digest,) = digests(
        {
            "week": "2025-W48",
            "papers": [
                {
                    "name": "Lamps",
                    "pdf": "https://arxiv.org/pdf/2403.00001v3.pdf",
                    "keywords": "a, b",
                    "tl;dr": "Go.",
                },
                {"제목": "Kites: a Study", "링크": TWO, "키워드": ["c"], "요약": "난다.", "저자": "Ann Lee, Bob Ray"},
            ],
        }
    )
    assert (digest.title, digest.start, digest.end) == ("2025-W48", date(2025, 11, 24), date(2025, 11, 30))
    first, second = digest.entries
    assert (first.title, first.arxiv_id, first.version, first.tags) == ("Lamps", "2403.00001", 3, ("a", "b"))
    assert (first.commentary, second.commentary) == ("Go.", "난다.")
    assert (second.title, second.authors, second.url) == ("Kites: a Study", ("Ann Lee", "Bob Ray"), TWO)


def test_weeks_of_one_document_are_a_digest_each() -> None:
    found = digests(
        {
            "title": "What we read",
            "intro": "For friends.",
            "weeks": [
                {"week": "2025-W47", "papers": [{"title": "Lamps", "url": ONE}]},
                {"week": "2025-W48", "papers": [{"title": "Kites", "url": TWO}]},
            ],
        }
    )
    assert [(each.title, each.start) for each in found] == [
        ("2025-W47", date(2025, 11, 17)), ("2025-W48", date(2025, 11, 24)),
    ]  # fmt: skip
    assert [each.preface for each in found] == ["intro: For friends.", None]


def test_names_over_papers_are_days_and_topics() -> None:
    found = digests(
        {"2025-11-24": {"LLM": [{"title": "Lamps", "url": ONE}], "빛": [{"title": "Kites", "id": "2403.00002"}]}}
    )
    assert [(e.title, e.section, found[0].start) for e in found[0].entries] == [
        ("Lamps", "LLM", date(2025, 11, 24)), ("Kites", "빛", date(2025, 11, 24)),
    ]  # fmt: skip


def test_a_list_with_a_title_and_an_address_is_no_paper() -> None:
    (digest,) = digests({"title": "My list", "url": "https://me.example", "items": [{"title": "Lamps", "url": ONE}]})
    assert (digest.title, [entry.title for entry in digest.entries]) == ("My list", ["Lamps"])
    assert digest.preface == "url: https://me.example"


def test_nothing_that_a_record_says_is_lost() -> None:
    record = {
        "title": "Lamps", "link": ONE, "why": "because", "slides": "https://s.example/a", "rating": 4,
        "gains": ["light", "heat"], "code": "soon", "year": 2024, "votes": "12", "stars": "★★★", "id": 17,
    }  # fmt: skip
    (entry,) = digests([record])[0].entries
    assert entry.links == (Link("https://s.example/a", "slides"),)
    assert entry.votes == 12
    assert set((entry.commentary or "").split("\n")) == {
        "why: because", "rating: 4", "gains: light, heat", "code: soon", "year: 2024", "stars: ★★★",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "preface"),
    [
        ("a.csv", f"Paper,Link\nLamps: a Study,{ONE}\nKites for All,{TWO}\n", None),
        ("a.csv", f"sep=;\nPaper;Link\nLamps: a Study;{ONE}\nKites for All;{TWO}\n", None),
        (
            "a.csv",
            f"Our list\nWhat,Where\nLamps: a Study,{ONE}\nKites for All,2403.00002\n",
            "Our list",
        ),
        ("a.csv", f"Lamps: a Study,{ONE}\nKites for All,{TWO}\n", None),
        ("a.csv", f"who,what,thing\nAnn,Lamps: a Study,{ONE}\nBob,Kites for All,{TWO}\n", None),
        ("a.tsv", f"번호\t논문명\t주소\n1\tLamps: a Study\t{ONE}\n2\tKites for All\t{TWO}\n", None),
        ("a.yaml", f"- paper: 'Lamps: a Study'\n  링크: {ONE}\n- 논문: Kites for All\n  link: '2403.00002'\n", None),
        (
            "a.jsonl",
            f'{{"PAPER": "Lamps: a Study", "Link": "{ONE}"}}\n{{"name": "Kites for All", "Link": "{TWO}"}}\n',
            None,
        ),
    ],
)
def test_odd_heads(name: str, text: str, preface: str | None) -> None:
    (digest,) = digests(text, name)
    assert [(entry.title, entry.url) for entry in digest.entries] == [("Lamps: a Study", ONE), ("Kites for All", TWO)]
    assert digest.preface == preface


@pytest.mark.parametrize(
    "things",
    [
        {"sources": [{"name": "ann/lamps", "url": "https://github.com/ann/lamps"}], "size": 3},
        {"users": [{"id": "3", "name": "Ann Lee"}, {"id": "4", "name": "Bo Kim"}]},
        [{"id": 3, "name": "lamps", "text": "on"}, {"id": 4, "name": "kites", "text": "up"}],
    ],
)
def test_a_list_of_things_that_are_no_papers_is_none(things: Any) -> None:
    with pytest.raises(Exception, match="no_papers"):
        digests(things)


def test_things_whose_id_is_one_of_arxiv_are_papers() -> None:
    (digest,) = digests([{"id": "2403.00002", "name": "Kites for All"}])
    assert [(entry.title, entry.arxiv_id) for entry in digest.entries] == [("Kites for All", "2403.00002")]
