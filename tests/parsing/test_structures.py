"""Single rules of structured texts, each in an invented text of its own."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.parsing.samples import assert_covered_once, read
from tui_digest.export.json_document import record
from tui_digest.models import Digest, Entry, Mark, ParsedDigest, Sighting
from tui_digest.parsing.authors import authors_in
from tui_digest.text.people import is_others, people

A, B = "https://arxiv.org/abs/2405.01111", "https://arxiv.org/abs/2405.02222"


def both(text: str, name: str = "x.md") -> tuple[Entry, Entry]:
    digest = read(text, name)
    assert_covered_once(digest, text)
    first, second = digest.entries
    return first, second


def only(digest: ParsedDigest) -> Entry:
    assert len(digest.entries) == 1
    return digest.entries[0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Lee, Bob P. Ray, and Cy Dow et al.", ("Ann Lee", "Bob P. Ray", "Cy Dow", "et al.")),
        ("Lee, Ann, Bob Ray, and Cy Dow", ("Ann Lee", "Bob Ray", "Cy Dow")),
        ("Lee, A., Ray, B. P., & Dow, C.", ("A. Lee", "B. P. Ray", "C. Dow")),
        ("Lee, Ann; Ray, Bob", ("Ann Lee", "Bob Ray")),
        ("Lee, Ann and Ray, Bob", ("Ann Lee", "Bob Ray")),
        ("Ann Lee (Some Lab, Town), Bob Ray¹, Cy Dow*", ("Ann Lee", "Bob Ray", "Cy Dow")),
        ("[Ann Lee](https://a.b/c), [[Bob Ray]]", ("Ann Lee", "Bob Ray")),
        ("김하나, 이두리 외 3명", ("김하나", "이두리", "외 3명")),
        ("김하나·이두리", ("김하나", "이두리")),
        ("王小明、李四 等 6 位作者", ("王小明", "李四", "等 6 位作者")),
        ("山田太郎、鈴木花子ほか", ("山田太郎", "鈴木花子", "ほか")),
        ("Some Collaboration", ("Some Collaboration",)),
    ],
)
def test_people_behind_a_label(text: str, names: tuple[str, ...]) -> None:
    assert authors_in(text) == names


@pytest.mark.parametrize(
    "said",
    [
        "et al.",
        "et.al.",
        "and others",
        "3 others",
        "and 12 more",
        "외 3명",
        "외",
        "등",
        "等",
        "等 6 位作者",
        "ほか2名",
        "他",
        "…",
    ],
)
def test_who_is_left_out_is_nobody(said: str) -> None:
    assert is_others(said)
    assert people(("Ann Lee", said)) == ("Ann Lee",)
    entry = only(read(f"# 2024-05-22\n### [T]({A})\nAuthors: Ann Lee, Bob Ray, {said}\n", "x.md"))
    digest = Digest("d", "D", "list", "2024-W21", None, None, "/d", "")
    told = record(Sighting(entry.key, digest, entry), Mark())
    assert list(told["authors"]) == ["Ann Lee", "Bob Ray"]


@pytest.mark.parametrize("name", ["Ann Lee", "et Cetera Al", "외진수", "Al Others", "等等力"])
def test_a_name_is_somebody(name: str) -> None:
    assert not is_others(name)


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("🔐 Security", "Security"),
        ("2. Vision (12 papers)", "Vision"),
        ("大模型 | 2024年05月22日", "大模型"),
        ("강화학습 (3편)", "강화학습"),
        ("cs.CV [[Back]](#toc)", "cs.CV"),
        ("**Vision**:", "Vision"),
        ("2024-05-22", None),
    ],
)
def test_topics_are_told_without_what_stands_around(heading: str, topic: str | None) -> None:
    text = f"# Papers\n\n## {heading}\n\n### [One]({A})\nVote: 1\n\n### [Two]({B})\nVote: 2\n"
    assert both(text)[0].section == topic


@pytest.mark.parametrize("offer", ["Details", "展开", "펼치기", "Show more", "▶ Click to expand"])
def test_a_summary_that_only_offers_more_is_not_shown(offer: str) -> None:
    cell = f"<details><summary>{offer}</summary>We do it.</details>"
    text = f"|Title|PDF|摘要|\n|-|-|-|\n|One|[x]({A})|{cell}|\n|Two|[x]({B})|None|\n"
    assert both(text)[0].abstract == "We do it."
    body = f"\n<details><summary>{offer}</summary>\n\nText.\n\n</details>\n"
    assert (both(f"### [One]({A})\n{body}\n### [Two]({B})\n{body}")[0].commentary or "").strip() == "Text."


@pytest.mark.parametrize(
    ("body", "abstract", "rest"),
    [
        ("Abstract: We do\nit well.\n\nNote.", "We do\nit well.", "Note."),
        ("**Abstract**:\n> We do it.\n\nNote.", "We do it.", "Note."),
        ("- **Abstract**\nWe do it.\n- Note.", "We do it.", "- Note."),
        ("#### Abstract\nWe do it.\n\nWell.\n#### Note\nMine.", "We do it.\n\nWell.", "#### Note\nMine."),
        ("<details><summary>Abstract</summary>\n\nWe do it.\n</details>\n\nNote.", "We do it.", "Note."),
        ("**摘要：**\n> 我们做到了。", "我们做到了。", None),
        ("초록: 해냈다.", "해냈다.", None),
        ("**Abstract:**\n\nNo abstract available.", None, "**Abstract:**\n\nNo abstract available."),
    ],
)
def test_where_an_abstract_begins_and_ends(body: str, abstract: str | None, rest: str | None) -> None:
    first, _ = both(f"### [One]({A})\n*Ann Lee, Bob Ray*\n\n{body}\n\n### [Two]({B})\n*Cy Dow, Di Fox*\n")
    assert (first.abstract, (first.commentary or "").strip() or None) == (abstract, rest)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("**Published**: 2024-05-20", date(2024, 5, 20)),
        ("- 발표일: 2024.05.20", date(2024, 5, 20)),
        ("**日期**：2024年5月20日", date(2024, 5, 20)),
        ("Submitted: 20 May 2024", date(2024, 5, 20)),
        ("**Date**: May 2024", date(2024, 5, 1)),
    ],
)
def test_an_entry_has_a_day_of_its_own(line: str, day: date) -> None:
    first, second = both(f"# 2024-05-22\n### [One]({A})\n{line}\n\n### [Two]({B})\n")
    assert (first.date, second.date) == (day, None)


def test_settings_name_a_paper_and_are_not_shown() -> None:
    text = (
        '---\nlayout: post\ntitle: "A Title: Sub"\nauthors: [Ann Lee, Bob Ray]\ndate: 2024-05-22\n'
        "tags: [one, two words]\n"
        f'arxiv_url: "{A}v2"\nsummary: >-\n  We do\n  it.\n---\n\n## Part\n\nText.\n'
    )
    entry = only(read(text, "post.md"))
    assert (entry.title, entry.authors, entry.tags) == ("A Title: Sub", ("Ann Lee", "Bob Ray"), ("one", "two words"))
    assert (entry.arxiv_id, entry.version, entry.date) == ("2405.01111", 2, date(2024, 5, 22))
    assert entry.commentary == "We do it.\n\n## Part\n\nText."


@pytest.mark.parametrize(
    "settings", ["title: [unclosed", "title: A\n\tb: :", "- a\n- b", "title: !!python/object:os.system x"]
)
def test_settings_that_are_none_do_no_harm(settings: str) -> None:
    assert read(f"---\n{settings}\n---\n\nText.\n", "x.md").entries


def test_a_badge_is_no_address_and_the_page_counts() -> None:
    badge = "[![pdf](https://img.shields.io/badge/pdf-x.svg)]"
    text = (
        "|Title|Repo|Paper|Video|\n|-|-|-|-|\n"
        f"|One|[![GitHub](https://img.shields.io/stars/a)](https://github.com/a/b)|{badge}(https://a.b/1.pdf)|null|\n"
        f"|Two|:heavy_minus_sign:|{badge}(https://a.b/2.pdf)|-|\n"
    )
    first, second = both(text)
    assert (first.url, second.url) == ("https://a.b/1.pdf", "https://a.b/2.pdf")
    assert not any("shields" in link.url for link in (*first.links, *second.links))
    assert (first.commentary, second.commentary) == (None, None)


def test_headings_inside_of_what_is_folded_end_no_paper() -> None:
    folded = "\n<details>\n\n## Inside\n\nText.\n\n</details>\n"
    first, second = both(f"### 1. [One]({A})\n{folded}\n### 2. [Two]({B})\n{folded}")
    assert "## Inside" in (first.commentary or "")
    assert second.title == "Two"


def test_the_export_says_section_and_day() -> None:
    first, _ = both(f"# P\n## Vision\n### [One]({A})\nPublished: 2024-05-20\n### [Two]({B})\n")
    digest = Digest("d", "D", "list", "2024-W21", None, None, "/d", "")
    told = record(Sighting(first.key, digest, first), Mark())
    assert json.loads(json.dumps([told["section"], str(told["date"])])) == ["Vision", "2024-05-20"]


def test_a_comment_among_settings_is_no_heading() -> None:
    note = only(read("---\n# How: by hand\ntitle: Sparse Lanterns\n---\n\nhttps://arxiv.org/abs/2401.00007\n", "x.md"))
    assert (note.title, note.section) == ("Sparse Lanterns", None)


def test_a_rule_above_a_heading_begins_no_settings() -> None:
    paper = "### [{0}] [Quiet Kites over Water {0}](https://arxiv.org/abs/2401.0000{0})\n---\n"
    for text in ("---\n" + paper.format(1), "---\n" + paper.format(1) + paper.format(2)):
        assert [entry.arxiv_id for entry in read(text, "x.md").entries][:1] == ["2401.00001"]
