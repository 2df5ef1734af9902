"""Weekly tables, daily Markdown and lists: what their writers vary, and what stands around the entries."""

from __future__ import annotations

from datetime import date

import pytest

from tests.parsing.samples import assert_covered_once, read, source
from tui_digest.models import Entry, ParsedDigest
from tui_digest.parsing import parse_all

A, B, C = (f"https://arxiv.org/abs/2401.0000{n}" for n in (1, 2, 3))
HEAD = "## Top Papers of the Week (Jan 1 - 7) - 2024\n"
TABLE = "| **Paper** | **Links** |\n| --- | --- |\n"


def only(digest: ParsedDigest) -> Entry:
    assert len(digest.entries) == 1
    return digest.entries[0]


def row(text: str) -> Entry:
    digest = read(HEAD + TABLE + text, "weeks.md")
    assert digest.shape == "weekly-table"
    return only(digest)


def item(text: str) -> Entry:
    digest = read(f"- [First]({A}) - 말.\n{text}\n- [Last]({C})", "list.md")
    assert digest.shape == "list"
    assert_covered_once(digest, f"- [First]({A}) - 말.\n{text}\n- [Last]({C})")
    return digest.entries[1]


def links(entry: Entry) -> list[tuple[str | None, str]]:
    return [(link.label, link.url) for link in entry.links]


@pytest.mark.parametrize(
    ("text", "title", "commentary"),
    [
        (f"| 1) **A Title: Sub** - a comment. | [Paper]({A}) |", "A Title: Sub", "a comment."),
        (f"| 1) **A Title:** a comment. | [Paper]({A}) |", "A Title", "a comment."),
        (f"| **1) A Title** – a comment. | [Paper]({A}) |", "A Title", "a comment."),
        (f"| 10. [A Title]({A}): a comment. | |", "A Title", "a comment."),
        (f"| 1) A Title  A comment.   ● One   ● Two. | [Paper]({A}) |", "A Title", "A comment.\n● One\n● Two."),
        (f"| 1) A Title <br>● One<br/>● Two | [Paper]({A}) |", "A Title", "● One\n● Two"),
        (f"| 1) lower case o1  A comment. | [Paper]({A}) |", "lower case o1", "A comment."),
        (f"| 1) A Title - a comment - and more. | [Paper]({A}) |", "A Title", "a comment - and more."),
        (f"| 1) says in a sentence what it does. | [Paper]({A}) |", None, "says in a sentence what it does."),
        (f"| 🔥 **A \\| B** - x \\| y | [Paper]({A}) |", "A | B", "x | y"),
        (f"| **A** - the norm |x| of it | [Paper]({A}) |", "A", "the norm |x| of it"),
        (f"| 1) **A** - a row that\ngoes on | [Paper]({A}) |", "A", "a row that goes on"),
        (f"1) **A** - without borders | [Paper]({A})", "A", "without borders"),
        (f"| 1) **A &amp; Q\\&A** | [Paper]({A}) |", "A & Q&A", None),
        (f"| 1) Tool  [Tool]({B}) is a tool. | [Paper]({A}) |", "Tool", f"[Tool]({B}) is a tool."),
    ],
)
def test_a_row_has_a_title_and_a_comment(text: str, title: str | None, commentary: str | None) -> None:
    entry = row(text)
    assert (entry.title, entry.commentary, entry.url) == (title, commentary, A)


@pytest.mark.parametrize(
    ("cell", "url", "others"),
    [
        (f"[Paper]({A}), [Tweet]({B})", A, [("Tweet", B)]),
        (f"[Tweet]({B}) [Paper]({A})", A, [("Tweet", B)]),
        (f"[Project]({B}), [Code]({C})", B, [("Code", C)]),
        (f"[Paper] ({A}), [Tweet]()", A, []),
        (f"[[논문]]({A})<br>[코드]( {B} )", A, [("코드", B)]),
        (f"{A}", A, []),
        (f"Paper: {A}, Tweet: {B}", A, [("Tweet", B)]),
        (f'<a href="{A}">Paper</a>, **[Tweet]({B})**', A, [("Tweet", B)]),
        ("", None, []),
    ],
)
def test_the_link_called_a_paper_is_the_rows_own(cell: str, url: str | None, others: list[object]) -> None:
    entry = row(f"| 1) **T** - c | {cell} |")
    assert (entry.title, entry.url, links(entry)) == ("T", url, others)


def test_badges_before_a_title_are_links() -> None:
    entry = row(f"| ![Star](https://a.b/s.svg?x=1) <br> [**A Title**]({A}) <br> | [Code]({B}) |")
    assert (entry.title, entry.url, links(entry)) == ("A Title", A, [("Code", B), ("Star", "https://a.b/s.svg?x=1")])


def test_tables_below_sections_are_of_the_day_above() -> None:
    row_of = f"|**2024-05-20**|**T**|Ann Lee et.al.|[2401.00001]({A})|null|\n"
    section = "\n## {}\n\n{{{{< table >}}}}\n|Date|Title|Authors|PDF|Code|\n|---|---|---|---|---|\n" + row_of
    digest = read("## Updated on 2024.05.22\n> Use [it](./x)\n" + section.format("A") + section.format("B"), "x.md")
    assert (digest.shape, str(digest.start), len(digest.entries)) == ("weekly-table", "2024-05-22", 2)
    assert digest.entries[0].authors == ("Ann Lee", "et.al.")


def test_columns_are_known_by_their_heads() -> None:
    digest = read(
        "## 주간 논문 (2024년 1월 1일 ~ 1월 7일)\n\n| # | 제목 | 저자 | 코드 | 한줄평 | 추천 |\n"
        "|:-:|:--|---|---|---|--:|\n"
        f"| 1 | [하나]({A}) | Ann Lee, Bob Ray | [link]({B}) | 좋다. | 1,200 |\n",
        "x.md",
    )
    entry = only(digest)
    assert (entry.title, entry.authors, entry.url, links(entry)) == ("하나", ("Ann Lee", "Bob Ray"), A, [("코드", B)])
    assert (entry.commentary, entry.votes) == ("좋다.", 1200)
    assert (digest.start, digest.end) == (date(2024, 1, 1), date(2024, 1, 7))


def weeks(*heads: str, name: str = "README.md") -> list[tuple[str, str]]:
    text = "# Weeks\n\n" + "\n".join(f"{head}\n{TABLE}| 1) **T** - c | [Paper]({A}) |\n" for head in heads)
    digests = parse_all(source(text, name))
    assert [digest.shape for digest in digests] == ["weekly-table"] * len(heads)
    return [(str(digest.start), str(digest.end)) for digest in digests]


def test_a_missing_year_follows_from_the_neighbours() -> None:
    assert weeks(
        "## Top (Jan 6 - Jan 12) - 2025",
        "## Top (December 30 - January 5) - 2025",
        "## Top (Dec 23-29)",
        "## Top (Jan 8 - 14)",
        "## Top (Dec 25 - Dec 31)",
        "## Top (Feb 27-Mar 5)",
    ) == [
        ("2025-01-06", "2025-01-12"),
        ("2024-12-30", "2025-01-05"),
        ("2024-12-23", "2024-12-29"),
        ("2024-01-08", "2024-01-14"),
        ("2023-12-25", "2023-12-31"),
        ("2023-02-27", "2023-03-05"),
    ]
    left_out = weeks(
        "## W (Dec 30 - Jan 5) - 2025", "## W (Feb 26 - Mar 3) - 2024", "## W (Mar 27-Apr 2)", "## W (Jan 9-15)"
    )
    assert left_out[2:] == [("2023-03-27", "2023-04-02"), ("2023-01-09", "2023-01-15")], "the years given fall"
    assert weeks("## W (Feb 5 - 11)", "## W (Jan 29 - Feb 4)", "## W (Jan 1 - 7) - 2024")[0][0] == "2024-02-05"
    assert weeks("## W (Dec 25 - 31) - 2023", "## W (Jan 1 - 7)", "## W (Jan 8 - 14)")[2][0] == "2024-01-08"
    assert weeks("## W (Dec 23 - 29) - 2024", "## W (May 29-June 4)")[1][0] == "2024-05-29"


def test_without_any_year_the_papers_tell_it() -> None:
    assert weeks("## W (Jan 9-15)", "## W (Jan 1-8)") == [("2024-01-09", "2024-01-15"), ("2024-01-01", "2024-01-08")]


@pytest.mark.parametrize(
    ("head", "start", "end"),
    [
        ("# 2024년 1월 2주차", "2024-01-07", "2024-01-13"),
        ("## Papers, 2024-01-01 ~ 2024-01-07", "2024-01-01", "2024-01-07"),
        ("## Papers, 2024.12.30 - 2025.01.05", "2024-12-30", "2025-01-05"),
        ("## Week of January 1, 2024", "2024-01-01", "2024-01-07"),
        ("## Papers 2024-W01", "2024-01-01", "2024-01-07"),
        ("**Top Papers of the Week (Jan 1st – 7th, 2024):**", "2024-01-01", "2024-01-07"),
        ("## 1 - 7 January 2024", "2024-01-01", "2024-01-07"),
        ("## 논문 (1월 1일 ~ 7일)", "2024-01-01", "2024-01-07"),
        ("Papers (Jan 1-7) - 2024\n=====", "2024-01-01", "2024-01-07"),
        ("## W (Feb 30 - Mar 5) - 2024", "None", "None"),
    ],
)
def test_headings_name_weeks_in_many_ways(head: str, start: str, end: str) -> None:
    assert weeks(head, name="x.md") == [(start, end)]


def test_contents_are_no_entries_and_what_stands_around_is_kept() -> None:
    text = (
        "# Weeks\n\n- [Top (Jan 8 - 14)](./#top-jan-8---14---2024)\n- [Top (Jan 1 - 7)](#x)\n\nFollow [us](https://a.b/c).\n\n"
        f"## Top (Jan 8 - 14) - 2024\n{TABLE}| 1) **T** - c | [Paper]({A}) |\n\n---\n\n"
        f"## Top (Jan 1 - 7)\n\n{TABLE}| 1) **U** - c | [Paper]({B}) |\n\n---\nBye.\n"
    )
    first, second = parse_all(source(text, "README.md"))
    assert [entry.title for digest in (first, second) for entry in digest.entries] == ["T", "U"]
    assert (first.preface, second.preface) == ("# Weeks\n\nFollow [us](https://a.b/c).", "Bye.")


def daily(text: str, name: str = "x.md") -> ParsedDigest:
    digest = read(text, name)
    assert digest.shape == "daily-markdown"
    assert_covered_once(digest, text)
    return digest


@pytest.mark.parametrize(
    "heading",
    [
        f"### [A [B] Title]({A})",
        f"### 1. [A [B] Title]({A})",
        f"## **[A [B] Title]({A})**",
        f"#### [**A [B] Title**]({A}) ⬆️ 12",
        f"### 🔥 [A [B] Title]({A}) ###",
        f"**[A [B] Title]({A})**",
        f"**[A [B] Title]({A})** (👍 12)",
        f"### A [B] Title\n- **arXiv**: [2401.00001]({A})",
        f"### A [B] Title\n[Paper]({A})",
        f"### A [B] Title\n- Link: {A}",
        f"### 1. A [B] Title\n\n**링크**: [arXiv]({A})",
        f"### [A [B]\n  Title]({A})",
        f"### [A [B] Title]({A}) (Vote: 12)",
    ],
)
def test_a_heading_opens_a_paper(heading: str) -> None:
    entry = only(daily(f"# Daily Papers (2024-01-01)\n\n{heading}\n\nVote: 12\n\nAuthors: Ann Lee, Bob Ray\n\n- 말."))
    assert (entry.title, entry.url, entry.votes) == ("A [B] Title", A, 12)
    assert (entry.authors, entry.commentary) == (("Ann Lee", "Bob Ray"), "- 말.")


@pytest.mark.parametrize(
    ("line", "votes", "authors"),
    [
        ("Vote: 1,234", 1234, ()),
        ("**Upvotes:** 7", 7, ()),
        ("- 추천: 3표", 3, ()),
        ("👍 5", 5, ()),
        ("**Vote:** 5 · **Authors:** Ann Lee, Bob Ray", 5, ("Ann Lee", "Bob Ray")),
        ("Authors: Ann Lee et.al.", None, ("Ann Lee", "et.al.")),
        ("Vote: -", None, ()),
        ("**Authors**: Ann Lee, Bob Ray and Cy Dow et al.", None, ("Ann Lee", "Bob Ray", "Cy Dow", "et al.")),
        ("저자: 김하나, 이두리", None, ("김하나", "이두리")),
        ("Authors: ['Ann Lee', \"Ed O'Neil\"]", None, ("Ann Lee", "Ed O'Neil")),
        ("*Ann Lee, Bob Ray*", None, ("Ann Lee", "Bob Ray")),
    ],
)
def test_votes_and_authors(line: str, votes: int | None, authors: tuple[str, ...]) -> None:
    entry = daily(f"### [One]({A})\n{line}\n- 말.\n\n### [Two]({B})\n").entries[0]
    assert (entry.votes, entry.authors, entry.commentary) == (votes, authors, "- 말.")


def test_pictures_and_rows_of_links_are_links() -> None:
    entry = daily(
        f'### [One]({A})\n![pic](https://a.b/c.png)\n<img src="https://a.b/d.png" width=3>\n'
        f"[Code](https://g.h/c) | [Project](https://p.q)\n본문 [글](https://r.s)이다.\n\n### [Two]({B})"
    ).entries[0]
    assert links(entry) == [
        ("pic", "https://a.b/c.png"),
        (None, "https://a.b/d.png"),
        ("Code", "https://g.h/c"),
        ("Project", "https://p.q"),
        ("글", "https://r.s"),
    ]
    assert entry.commentary == "본문 [글](https://r.s)이다."


@pytest.mark.parametrize("line", ["[Watch Video](https://a.b/v.mp4)", "[Watch Video]https://a.b/v.mp4"])
def test_a_film_is_a_link_and_no_abstract(line: str) -> None:
    entry = daily(
        f'### [One]({A})\n\n{line}\n<div><video controls src="https://a.b/v.mp4" muted="false"></video></div>\n\n'
        f"Vote: 3\n\nAuthors: ['Ann Lee', 'and Bob Ray']\n\n- 말.\n\n### [Two]({B})"
    ).entries[0]
    assert (links(entry), entry.abstract, entry.commentary) == ([("Watch Video", "https://a.b/v.mp4")], None, "- 말.")
    assert (entry.votes, entry.authors) == (3, ("Ann Lee", "Bob Ray"))


def test_an_english_paragraph_above_korean_is_the_abstract() -> None:
    one, two = daily(
        f"### [One]({A})\nWe do it.\n\n- 한다.\n\n---\n\n### [Two]({B})\nAbstract: Short.\nLong text.\n"
    ).entries
    assert (one.abstract, one.commentary, one.end_line) == ("We do it.", "- 한다.", 4)
    assert (two.abstract, two.commentary) == ("Short.\nLong text.", None)


def test_the_day_stands_in_the_heading_the_settings_or_the_path() -> None:
    body = f"### [One]({A})\nVote: 1\n"
    assert daily("## Daily Papers (2024-05-22)\n" + body, "240101.md").start == date(2024, 5, 22)
    assert daily("---\ntitle: Day\ndate: 2024-05-22\n---\n" + body).start == date(2024, 5, 22)
    for name in ("2024/05/22.md", "2024-05/22.md", "2024.05.22.md", "240522.md", "20240522.md"):
        assert daily(body, name).start == date(2024, 5, 22)


def test_several_days_in_one_file_and_one_day_headed_twice() -> None:
    day = "## Papers (2024-05-{})\n### [T]({})\nVote: 1\n\n"
    digests = parse_all(source(day.format(22, A) + day.format(22, B) + day.format(21, C), "x.md"))
    assert [(str(digest.start), len(digest.entries)) for digest in digests] == [("2024-05-22", 2), ("2024-05-21", 1)]


def test_words_behind_a_linked_heading_are_no_abstract() -> None:
    entry = daily(f"# 2024-05-22\n### 1. [One]({A}) (Short)\n- **저자**: Ann Lee, Bob Ray\n- 말.\n").entries[0]
    assert (entry.abstract, entry.commentary, entry.authors) == (None, "(Short)\n- 말.", ("Ann Lee", "Bob Ray"))


def test_a_link_may_share_its_line_with_words() -> None:
    entry = daily(f"# 2024-05-22\n### One Title\n**트랙**: 모델 | **링크**: [arXiv]({A})\n\n말.\n").entries[0]
    assert (entry.title, entry.url, entry.commentary) == ("One Title", A, "**트랙**: 모델\n\n말.")


def test_bold_headings_with_lines_of_links_are_papers() -> None:
    digest = daily(
        f'# 모음\n<a name="nlp"></a>\n# NLP\n\n**One Title**\n- 论文：https://a.b/one.pdf\n\n- 代码：https://g.h/c\n\n'
        f'**Two Titles**\n\n논문: {B}\n<a name="cv"></a>\n# CV\n**Three Titles**\n- Paper: {C}\n'
    )
    assert [(entry.title, entry.url, entry.end_line) for entry in digest.entries] == [
        ("One Title", "https://a.b/one.pdf", 8),
        ("Two Titles", B, 12),
        ("Three Titles", C, 16),
    ]
    assert links(digest.entries[0]) == [("代码", "https://g.h/c")]


def test_lists_beside_headings_are_papers_too() -> None:
    digest = daily(f"# 2024-05-22\n## Long\n### [One]({A})\n말.\n## Short\n- [Two]({B}) - 말.\n- [Home](https://a.b)\n")
    assert [(entry.title, entry.start_line) for entry in digest.entries] == [("One", 3), ("Two", 6)]


def test_sections_and_closing_words_are_no_part_of_a_paper() -> None:
    digest = daily(
        f"# 2024-05-22\n## NLP\n### [One]({A})\n- 말.\n## Vision\n소개.\n### [Two]({B})\n- 말.\n"
        "\n---\n끝.\n## License\nCC\n"
    )
    assert [(entry.start_line, entry.end_line) for entry in digest.entries] == [(3, 4), (7, 8)]
    assert digest.preface == "## Vision\n소개.\n\n끝.\n## License\nCC"


def test_a_heading_that_entries_tell_as_their_section_is_not_said_at_the_head() -> None:
    digest = daily(f"# 2024-05-22\n\n인사.\n\n## NLP (1)\n### [One]({A})\n말.\n\n## Vision\n### [Two]({B})\n말.\n")
    assert [entry.section for entry in digest.entries] == ["NLP", "Vision"]
    assert (digest.preface, digest.header_lines) == ("인사.", (1, 3, 5, 9))


@pytest.mark.parametrize(
    ("text", "title", "url", "commentary"),
    [
        (f"- [A Title]({B}) — 설명이다.", "A Title", B, "설명이다."),
        (f"- [A Title]({B}): 설명이다.", "A Title", B, "설명이다."),
        (f"* **[A Title]({B})** 설명이다.", "A Title", B, "설명이다."),
        (f"1. **A Title** [[Paper]({B})]\n   - 설명이다.", "A Title", B, "- 설명이다."),
        (f"- A Title, [pdf]({B})\n  설명이다.", "A Title", B, "설명이다."),
        (f"- [2024.01] [A Title]({B}) 설명이다.", "A Title", B, "[2024.01] 설명이다."),
        (f"- (ICML 2024) A Title: Sub [[paper]]({B})", "A Title: Sub", B, "(ICML 2024)"),
        (f"- [Paper]({B}) A Title", "A Title", B, None),
        (f"- [x] [A Title]({B})\n\n  설명이다.", "A Title", B, "설명이다."),
        (f"- Title Four. *Ann Lee, Bob Ray.* [paper]({B})", "Title Four", B, None),
        (f'- "A Quoted Title", Ann Lee et al., 2023 [[arXiv]]({B})', "A Quoted Title", B, "Ann Lee et al., 2023"),
        (f"- **A Title**<br>*Ann Lee, Bob Ray*<br>ICLR 2024. [[Paper]({B})]", "A Title", B, "ICLR 2024."),
        (f"- `2024.01` | `ICML` | A Title | Ann Lee, Bob Ray | [Paper]({B})", "A Title", B, "`2024.01` | `ICML`"),
        (f"1. A Title. [[paper]({B})]\n- task: one", "A Title", B, "- task: one"),
        (f"- **A Title** \\\n*Ann Lee, Bob Ray* \\\nICLR. [[Paper]({B})]", "A Title", B, f"ICLR. [[Paper]({B})]"),
        (f"- {B} - 설명이다.", None, B, "설명이다."),
        ("- **A Title** - 링크가 없다.", "A Title", None, "링크가 없다."),
        (f"- **A Title** (2015), A. Lee et al. [[pdf]]({B})", "A Title", B, "(2015)"),
        (
            f"1. **A Title**. *Ann Lee*. ACL 2016. [[pdf]({B})] (**Short (X)** )",
            "A Title",
            B,
            "ACL 2016. (**Short (X)** )",
        ),
        (f"- **A Title** [[pdf]]({B}) :star::star:", "A Title", B, ":star::star:"),
        (f"- **Short** (2013) – [A Title]({B}) — 말.", "Short", B, f"(2013) – [A Title]({B}) — 말."),
        (f"- A Title, ACL 2020. [[paper]({B})]", "A Title", B, "ACL 2020."),
        (f"- A Title by Seeing.\n  [\\[pdf\\]]({B})\n  - 말.", "A Title by Seeing", B, "- 말."),
        (f"- A Title That Goes\n  On and On. [pdf]({B})\n  - 말.", "A Title That Goes On and On", B, "- 말."),
        (f"- **[2024/05]** [A Title]({B})", "A Title", B, "**[2024/05]**"),
        (f"- **2024-05-22** [A Title]({B})", "A Title", B, "**2024-05-22**"),
        (f"- [A Title: [x] marks]({B})", "A Title: [x] marks", B, None),
        (f"- [2401.00002]({B}) A Title", "A Title", B, None),
        (f'- <a href="{B}">A Title</a>: 말.', "A Title", B, "말."),
        (f"[A Title]({B}), Ann Lee, Bob Ray", "A Title", B, None),
        (f"1. Says what the authors did; it is new:\n   - {B}", None, B, "Says what the authors did; it is new:"),
    ],
)
def test_an_item_is_a_paper(text: str, title: str | None, url: str | None, commentary: str | None) -> None:
    entry = item(text)
    assert (entry.title, entry.url, entry.commentary) == (title, url, commentary)


@pytest.mark.parametrize(
    "text",
    [
        f"- A Title of It. Ann Lee, Bob P. Ray. ICML 2020. [[pdf]({B})]",
        f'- Ann Lee, Bob P. Ray. "A Title of It." ICML 2020. [[pdf]({B})]',
        f"- Ann Lee and Bob P. Ray. [A Title of It]({B}). ICML 2020.",
        f"- Ann Lee, Bob P. Ray. A Title of It. ICML 2020. [pdf]({B})",
        f"- [A Title of It]({B}) by Ann Lee, Bob P. Ray. ICML 2020.",
    ],
)
def test_a_citation_has_title_names_and_venue(text: str) -> None:
    entry = item(text)
    assert (entry.title, entry.authors, entry.url) == ("A Title of It", ("Ann Lee", "Bob P. Ray"), B)
    assert entry.commentary == "ICML 2020."


@pytest.mark.parametrize(
    ("text", "commentary"),
    [
        (f"1. **A Title of It.** ICML 2020. [paper]({B})\n\n    *Ann Lee, Bob P. Ray.*\n", "ICML 2020."),
        (f"1. **A Title of It.**\n*Ann Lee, Bob P. Ray.* ICML. [paper]({B})\n", f"ICML. [paper]({B})"),
    ],
)
def test_names_in_italics_below_a_title_are_its_authors(text: str, commentary: str) -> None:
    digest = read(f"# L\n{text}\n1. **Last.** [paper]({C})\n", "l.md")
    entry = digest.entries[0]
    assert (entry.title, entry.url, entry.authors) == ("A Title of It", B, ("Ann Lee", "Bob P. Ray"))
    assert entry.commentary == commentary


def test_a_table_of_papers_among_lists_is_read_too() -> None:
    table = f"| Date | Paper |\n|---|---|\n| 2017-06 | [One]({A}) |\n| 2018-06 | [Two]({B}) |\n"
    sizes = "| Model | Size |\n|---|---|\n| a | [1](https://a.b/1) |\n| b | 2 |\n"
    text = (
        f"# L\n- [Three]({C})\n- [Four](https://a.b/4)\n\n## T\n{table}\n## S\n{sizes}\n## M\n- [Five](https://a.b/5)\n"
    )
    digest = read(text + "- [Six](https://a.b/6)\n- [Seven](https://a.b/7)\n", "l.md")
    assert digest.shape == "list"
    assert [entry.title for entry in digest.entries] == ["Three", "Four", "One", "Two", "Five", "Six", "Seven"]
    assert (digest.entries[2].commentary, digest.entries[2].date) == (None, date(2017, 6, 1))
    assert "| b | 2 |" in (digest.preface or "")


def test_links_to_a_homepage_are_no_papers() -> None:
    digest = read(f"# L\n- [Home](https://a.b)\n- [Discord](https://d.c)\n## P\n- [One]({A})\n- [Two]({B})\n", "l.md")
    assert [entry.title for entry in digest.entries] == ["One", "Two"]


@pytest.mark.parametrize(
    ("behind", "authors", "others"),
    [
        (", Ann Lee, Bob P. Ray, and Cy Dow", ("Ann Lee", "Bob P. Ray", "Cy Dow"), []),
        (", Ann Lee, et al.", ("Ann Lee", "et al."), []),
        (", Ann Lee, Bob Ray, *ICML 2020*.", ("Ann Lee", "Bob Ray"), []),
        (
            f" - Ann Lee, Bob Ray \\[[blog]({A})\\] \\[[code]({C})\\]",
            ("Ann Lee", "Bob Ray"),
            [("blog", A), ("code", C)],
        ),
        (" *Ann Lee*", ("Ann Lee",), []),
        (" (2015) A. Lee", ("A. Lee",), []),
        (" (Ann Lee, Bob Ray, 2020)", ("Ann Lee", "Bob Ray"), []),
        (" by Ann Lee, Bob Ray (2020)", ("Ann Lee", "Bob Ray"), []),
    ],
)
def test_names_behind_a_title_are_its_authors(behind: str, authors: tuple[str, ...], others: list[object]) -> None:
    entry = item(f"- [A Title]({B}){behind}")
    assert (entry.title, entry.authors, links(entry)) == ("A Title", authors, others)


def test_a_long_introduction_leaves_a_list_a_list() -> None:
    lead = "[![badge](https://a.b/c.svg)](https://a.b)\n\n" + "\n\n".join(f"Sentence {n} of it." for n in range(12))
    rules = "\n\n- **2015** : many\n- **2014** : some\n\nMore [here](https://a.b).\n\n* [One](#one)\n* [Two](#two)\n\n"
    papers = "".join(f"- **Title {n}**, Ann Lee et al. [[pdf]]({A}{n})\n" for n in range(6))
    digest = read(
        f"# Papers [![x](https://a.b/d.svg)](https://a.b)\n\n{lead}{rules}## One\n{papers}\n<!-- [x](https://a.b) -->",
        "l.md",
    )
    assert (digest.shape, digest.title) == ("list", "Papers")
    assert [entry.title for entry in digest.entries] == [f"Title {n}" for n in range(6)]


def test_a_review_with_references_is_no_list() -> None:
    text = "# 리뷰\n\n" + "본문이다.\n\n" * 30 + "## 참고\n" + f"- [One]({A})\n" * 6
    assert read(text, "x.md").shape != "list"


def test_nested_items_belong_to_the_paper_or_are_papers() -> None:
    entry = item(
        f"- [A Title]({B})\n  - Authors: Ann Lee, Bob Ray\n  - 추천: 4\n  - [code](https://g.h/c)\n  - 말. #tag"
    )
    assert (entry.authors, entry.votes, entry.tags) == (("Ann Lee", "Bob Ray"), 4, ("tag",))
    assert (links(entry), entry.commentary) == ([("code", "https://g.h/c")], "- 말.")
    digest = read(f"- NLP\n  - [One]({A})\n  - [Two]({B})\n- Vision\n  - [Three]({C})", "l.md")
    assert [entry.title for entry in digest.entries] == ["One", "Two", "Three"]
    assert digest.preface == "- NLP\n\n- Vision"


def test_a_list_may_be_dated() -> None:
    digests = parse_all(
        source(f"# L\n## 2024-05-22\n- [One]({A})\n- [Two]({B})\n## 2024-05-21\n- [Three]({C})\n", "l.md")
    )
    assert [(digest.shape, str(digest.start), len(digest.entries)) for digest in digests] == [
        ("list", "2024-05-22", 2),
        ("list", "2024-05-21", 1),
    ]


@pytest.mark.parametrize(
    ("name", "text", "shape"),
    [
        ("230725 Note.md", f"- [One]({A})\n- [Two]({B})\n", "note"),
        ("230725 Note.md", f"### [One]({A})\n말.\n### [Two]({B})\n말.\n", "daily-markdown"),
        ("x.md", f"[One]({A})를 읽었다. [Two]({B})도.\n- 하나\n- 둘\n- 셋 https://a.b/c\n", "text"),
        (
            "x.txt",
            f"2023년 7월 5주차\n{A}\nTitle (Ann Lee, Bob Ray)\n| a | b |\n|---|---|\n| [c](https://d.e) | f |\n#t",
            "weekly-text",
        ),
        ("x.txt", f"2024년 2월 29일\nTitle\n(Ann Lee, Bob Ray)\n- [a]({A})\n- [b]({B})\n말.\n#t", "daily-text"),
        (
            "x.md",
            f"# L\n| Date | Title | Link |\n|-|-|-|\n| May | One | [x]({A}) |\n| June | Two | [x]({B}) |\n",
            "weekly-table",
        ),
        ("x.md", "# Results in 2024\n| a | b |\n|---|---|\n| 1 | 2 |\n", "text"),
        ("x.md", "# [A Page](https://a.b/c)\n말.\n# [Another](https://a.b/d)\n", "text"),
    ],
)
def test_other_shapes_keep_their_texts(name: str, text: str, shape: str) -> None:
    assert read(text, name).shape == shape


def test_windows_line_ends_change_nothing() -> None:
    for text in (
        f"{HEAD}{TABLE}| 1) **T** - c | [Paper]({A}) |",
        f"### [T]({A})\nVote: 1\n\n### [U]({B})",
        f"- [T]({A})\n- [U]({B})",
    ):
        assert read(text.replace("\n", "\r\n"), "x.md") == read(text, "x.md")


@pytest.mark.parametrize(
    "head", [HEAD + TABLE, f"## Daily Papers (2024-01-01)\n### [T]({A})\n", f"- [T]({A})\n- [U]({B})\n"]
)
@pytest.mark.parametrize(
    "line",
    [
        "| ",
        "[",
        "](http",
        "[a](https://a.b/)",
        "- ",
        "**",
        "● ",
        "<br>",
        "<a ",
        "[[x]",
        "[![x](y)",
        "![x](https://a.b/c) ",
        '<a href="https://a.b">',
        "A Name, ",
        "(2015) ",
        "[p](https://a.b) (x) ",
        "1) ",
        "a: ",
        "'A', ",
        "`",
    ],
)
def test_hostile_markdown_is_read_in_linear_time(head: str, line: str) -> None:
    text = head + line * (400_000 // len(line)) + "x\n- last\n"
    digest = read(text, "x.md")
    assert_covered_once(digest, text)


@pytest.mark.parametrize(
    ("label", "commentary"), [("Authors: Ann Lee, Bob Ray", None), ("**Venue**: ICML", "**Venue**: ICML")]
)
def test_a_paragraph_ends_where_a_label_begins(label: str, commentary: str | None) -> None:
    paper = "### [A Title of It](https://arxiv.org/abs/2401.0000{})\nAbstract: It begins\nand goes on.\n{}\n"
    text = "# 2024-03-05\n\n" + "\n".join(paper.format(number, label) for number in (1, 2))
    (digest,) = parse_all(source(text, "2024-03-05.md"))
    assert len(digest.entries) == 2
    for entry in digest.entries:
        assert (entry.abstract, entry.commentary) == ("It begins\nand goes on.", commentary)
        assert entry.authors == (("Ann Lee", "Bob Ray") if commentary is None else ())


@pytest.mark.parametrize(
    ("below", "authors"),
    [
        ("  - {}\n  - Keywords: rl\n", True),
        ("  - {}\n", True),
        ("  - {}\n  - It says much about lamps.\n", False),
    ],
)
def test_one_name_is_the_author_where_a_label_or_nothing_follows(below: str, authors: bool) -> None:
    papers = [
        f"- [{title}](https://arxiv.org/abs/2401.0000{number})\n{below.format(name)}"
        for number, (title, name) in enumerate([("A Title of It", "Ann Lee"), ("Other Title", "Bob Ray")], 1)
    ]
    (digest,) = parse_all(source("# 2024-03-05\n\n" + "".join(papers), "2024-03-05.md"))
    assert [entry.authors for entry in digest.entries] == ([("Ann Lee",), ("Bob Ray",)] if authors else [(), ()])
