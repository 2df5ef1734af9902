"""Nothing lost, nothing twice, never an exception: whatever the text is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.parsing.samples import assert_covered_once, read, source
from tests.tried import examples
from tui_digest.errors import SourceError
from tui_digest.models import Entry
from tui_digest.parsing import parse, parse_all
from tui_digest.parsing.decoding import source_from_bytes
from tui_digest.parsing.heads import topic_said
from tui_digest.text.cleaning import clean

PIECES = [
    "2023년 7월 5주차",
    "2024년 2월 29일",
    "2024-02-29",
    "https://arxiv.org/abs/2307.12950v2",
    "https://example.org/a_(b) https://x.com/c/1",
    "https://arxiv.org/abs/2307.12950 읽어볼 것",
    "https://example.org #tag",
    "arXiv:2307.12950",
    "Some Title: With a Colon (Ann Lee, Bob Ray and Cy Dow et al.)",
    "Some Title (Yet)",
    "A Title Wrapped over the End of One Long Enough Line",
    "(Ann Lee, Bob Ray)",
    "(Team A at X, Team B at Y)",
    "(Ann Lee, Bob Ray,",
    "Title (Ann Lee, Bob Ray, Cy Dow",
    "제목처럼 생긴 줄",
    "이것은 문장입니다. [글](https://example.org/x)에서 읽었다.",
    "An English sentence that ends with a full stop.",
    "Name https://example.org/y",
    "Name (https://example.org/z)",
    "# A heading",
    "#tag #다른_태그",
    "끝나는 말 #tag",
    "#1 #",
    "[[200220 Imputer]]",
    "---",
    "- https://example.org/bullet",
    "https://arxiv.org/abs/2401.00001 Some Title (Ann Lee, Bob Ray)",
    "**Some Title** (Ann Lee, …, Bob Ray)",
    "### Some Title",
    "Tags: one, two words",
    "말을 잇는다:",
    "2024년 3월 1일 (금)",
    "(2023.09)",
    "[University of Somewhere]",
    "RAIN(Rewindable Auto-regressive INference)",
    "RAIN",
    "## Top Papers of the Week (Jan 9-15)",
    "## Top Papers of the Week (Dec 30 - Jan 5) - 2025",
    "| **Paper** | **Links** |",
    "| --- | --- |",
    "| 1) **Some Title** - comment <br>● more | [Paper](https://arxiv.org/abs/2401.00001), [Tweet](https://x.com/1) |",
    "| 2) Some Title  A comment   ● more \\| else | [Code](https://example.org/c) |",
    "## Daily Papers (2024-01-01)",
    "### [Some [Nested] Title](https://arxiv.org/abs/2401.00001)",
    "### [Other Title](https://example.org/b)",
    "**[Bold Title](https://arxiv.org/abs/2401.00003)**",
    "![alt](https://example.org/i.png)",
    "Vote: 10",
    "Authors: Ann Lee, Bob Ray",
    "- ***새로운 점***: 한국어 설명.",
    "- [Some Title](https://arxiv.org/abs/2401.00002) — 설명. #tag",
    "  - [code](https://example.org/code)",
    "* **Some Title** [[Paper](https://arxiv.org/abs/2401.00004)] [[Code](https://example.org/d)]",
    "1. (2024) Some Title, [pdf](https://arxiv.org/pdf/2401.00005.pdf)",
    "- [Top Papers of the Week (Jan 9-15)](#top)",
    "### [1] [Numbered Title](https://arxiv.org/abs/2401.00006)",
    "### Title:",
    "Title: Labelled Title of It",
    "- **저자**: 김하나, 이두리 외 2명",
    "**작성자:** Ann Lee (Some Lab), Bob Ray",
    "**Keywords:** one thing, other thing",
    "- **链接**: [2401.00007v2](https://arxiv.org/pdf/2401.00007v2)",
    "**ArXiv ID**: 2401.00008",
    "**Published:** 2024-03-05",
    "Abstract: First words of it",
    "go on in the next line.",
    "**Abstract**:",
    "> A quoted text.",
    "#### Abstract",
    "<details><summary>Details</summary>",
    "<summary>A Folded Title Here</summary>",
    "</details>",
    "- **[2] Bold Numbered** — 말이다. https://arxiv.org/abs/2401.00009",
    '**[3]** Lee, Ann, and Bob Ray. "**A Cited Title**." Journal 5 (2015). [[pdf]](https://arxiv.org/pdf/2401.00010)',
    '[4] A. Lee and B. Ray, "Another Cited Title," 2020. doi: 10.1234/ab.5',
    "Lee, A., & Ray, B. (2024). Third cited title. Some Journal. https://doi.org/10.1234/cd.6",
    "- [2025/06/10] **Dated Title** | [[paper]](https://arxiv.org/abs/2401.00011) | [code]",
    "  - Authors: Ann Lee, Bob Ray",
    "|Date|Title|Authors|PDF|",
    "|2024-03-05|Row Title|Ann Lee et.al.|[2401.00012](https://arxiv.org/abs/2401.00012)|",
    "| 저자 | 김하나, 이두리 |",
    "5 Mar 2024",
    "## 2024-03",
    "by Ann Lee and Bob Ray · [arXiv](https://arxiv.org/abs/2401.00013)",
    "Some Title in a Line https://arxiv.org/abs/2401.00014",
    "```",
    "",
    "  ",
]
LINES = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=25)
NAMES = st.sampled_from(["digest.txt", "230725 Short title.md", "-", "2024-02-29.md"])
# Words that name a field, a link or a break, and are not part of what it holds.
JOINING = set(
    "and und et 및 tags vote authors paper link links br alt img code pdf title abstract keywords arxiv id published "
    "details summary 저자 작성자 链接 date by".split()
)
NUMBERING = re.compile(r"^[\s|#*-]*\[?\d{1,3}[.)\]]", re.MULTILINE)


@settings(max_examples=examples(200))
@given(lines=LINES, name=NAMES)
@example(lines=["### [1] [Numbered Title](https://arxiv.org/abs/2401.00006)", "<!--10-->"], name="digest.txt")
@example(lines=["- **[2] Bold Numbered** — 말이다. https://arxiv.org/abs/2401.00009", "## Daily Papers (2024-01-01)",
                "Some Title (Yet)", *["2023년 7월 5주차"] * 4,
                "- **[2] Bold Numbered** — 말이다. https://arxiv.org/abs/2401.00009", "2023년 7월 5주차",
                "https://arxiv.org/abs/2307.12950v2"], name="digest.txt")  # fmt: skip
def test_every_line_has_one_place_and_nothing_is_lost(lines: list[str], name: str) -> None:
    text = source("\n".join(lines), name)
    digest = parse(text)
    assert_covered_once(digest, text.text)
    digests = parse_all(text)
    assert digest.entries == tuple(entry for one in digests for entry in one.entries)
    heads = [number for one in digests for number in one.header_lines]
    assert sorted(heads) == sorted([*digest.header_lines, *(number for number, _ in digest.unplaced)])
    titles = " ".join(one.title for one in digests)
    for one in digests:
        said = folded(f"{titles} {one.preface}")
        sections = {entry.section for entry in one.entries}
        for number in one.header_lines:
            if topic_said(text.text.split("\n")[number - 1].lstrip("# ")) in sections:
                continue  # a topic is told by its entries
            if text.text.split("\n")[number - 1].lstrip().startswith(("|", "- [Top", "## Top", "<")):
                continue  # heads of a table, contents, a heading that goes on with the week above, tags
            assert all(word in said for word in re.findall(r"[^\W_]+", folded(text.text.split("\n")[number - 1])))
    for entry in digest.entries:
        assert_nothing_lost(entry, text.text)


def assert_nothing_lost(entry: Entry, text: str) -> None:
    fields = [entry.title, entry.url, entry.abstract, entry.commentary, *entry.authors, *entry.tags]
    fields += [part for link in entry.links for part in (link.url, link.label)]
    kept = folded(" ".join(field for field in fields if field))
    own = NUMBERING.sub("", "\n".join(text.split("\n")[entry.start_line - 1 : entry.end_line]))
    own = re.sub("<!--.{0,300}?-->", "", own)  # a comment on a line of its own is shown by nobody
    kept += f" {entry.votes} {entry.date} {entry.date and entry.date.strftime('%Y %b %d')}".casefold()
    for word in re.findall(r"[^\W_]+", folded(own)):
        assert word in kept or word in JOINING or word.rstrip("년월일").lstrip("0") in kept, word


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


@settings(max_examples=examples(200))
@given(data=st.binary(max_size=200))
def test_bytes_are_a_source_or_a_named_error(data: bytes) -> None:
    try:
        text = source_from_bytes(data, "/somewhere/x.txt")
    except SourceError as error:
        refused: str | None = error.message_id
    else:
        refused = None
        parse(text)
    assert refused in (None, "source.binary", "source.empty")


@settings(max_examples=examples(150))
@given(text=st.text(st.sampled_from("\x1b\x9b\x9d\x90\x07\x9c[]P\\;0mab \n\r\x0b\x85\u2028\u202e\u200b\ufeff\u200d한")))
def test_cleaning_leaves_no_control_and_the_lines_in_place(text: str) -> None:
    cleaned = clean(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u200b\ufeff]", cleaned)
    assert cleaned.count("\n") == len(re.findall("\r\n|\r|\n", text))
    assert cleaned.count("\u200d") == text.count("\u200d") or "\x1b" in text or "\x9d" in text or "\x90" in text
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "line",
    [
        "(" * 5000,
        "#a " * 5000 + "x",
        "https://a.b/(" * 2000,
        "\x1b]" * 5000,
        "[" * 5000,
        "T (" + "Ann Lee, " * 2000,
        "x" * 9999,
    ],
)
@pytest.mark.parametrize("head", ["2023년 7월 5주차\n", "2024년 2월 29일\n", ""])
def test_hostile_lines_are_read_too(line: str, head: str) -> None:
    digest = read(head + line + "\nhttps://example.org")
    assert digest.entries


TITLES = st.lists(
    st.sampled_from("Sparse Memory Kites Lamps Rain Rivers Long Words Learning Clouds".split()), min_size=2, max_size=4
).map(" ".join)
BELOW = (
    "Ada One, Bo Two", "Em Five", "Authors: Cy Dow", "https://arxiv.org/abs/2307.{:05}", "https://page.example/{}",
    "Tags: one, two", "Abstract: We look at it.", "Words that are a sentence, number {}.", "- a point",
    "Last of it: https://arxiv.org/abs/2307.{:05}",
)  # fmt: skip
HEADS = ("plain", "paper", "page", "topic")
"""What a heading is: words, a link to a paper, a link to a page, or words with another heading right below them."""
Told = tuple[str, str, list[str]]
PAPERS = st.lists(
    st.tuples(st.sampled_from(HEADS), TITLES, st.lists(st.sampled_from(BELOW), min_size=1, max_size=4)),
    min_size=1,
    max_size=5,
)


def both_ways(papers: list[Told]) -> tuple[list[str], list[str]]:
    """The same text with headings of one line and a blank one, and with headings of two lines. The first is clearly a
    paper."""
    one, two = ["# 2023-07-30", ""], ["# 2023-07-30", ""]
    clear = ("plain", "Sparse Memory", ["Ada One, Bo Two", "https://arxiv.org/abs/2306.00001"])
    for number, (head, title, lines) in enumerate([clear, *papers]):
        below = [*(line.format(number) for line in lines), ""]
        if head in ("paper", "page"):
            first, _, others = title.partition(" ")
            address = f"https://{'arxiv.org/abs' if head == 'paper' else 'page.example'}/2308.{number:05}"
            one += [f"## [{title}]({address})", "", *below]
            two += [f"## [{first}", f"{others}]({address})", *below]
        else:
            inner = ["### Kites over Rivers", *below] if head == "topic" else below
            one += [f"## {title}", "", *inner]
            two += [title, "-" * len(title), *inner]
    return one, two


@settings(max_examples=examples(60))
@given(papers=PAPERS)
@example(papers=[("plain", "Kites Rain", ["Cy Dow, Di Four"]), ("plain", "Lamps Rain", ["Em Five", "- a point"])])
@example(papers=[("plain", "Sparse Sparse", ["Last of it: https://arxiv.org/abs/2307.{:05}"] * 2)])
@example(papers=[("topic", "Kites Rain", ["Ada One, Bo Two", BELOW[-1]]), ("plain", "Lamps Rain", ["Ada One, Bo Two"])])
def test_a_heading_of_two_lines_is_read_like_one_of_one_line(papers: list[Told]) -> None:
    one, two = both_ways(papers)
    short, digest = (read("\n".join(lines), "x.md") for lines in (one, two))
    facts = [
        [(e.title, e.authors, e.url, e.links, e.tags, e.abstract, e.start_line, e.end_line) for e in each.entries]
        for each in (short, digest)
    ]
    assert facts[1] == facts[0], "\n".join(two)
    assert_covered_once(digest, "\n".join(two))
    begun = {entry.start_line for entry in digest.entries}
    for entry in digest.entries:  # lines that are a paper each follow one another
        ends = not two[entry.end_line] or entry.end_line + 1 in begun
        assert two[entry.end_line - 1] and ends, "it ends at a blank, or where the next begins"
