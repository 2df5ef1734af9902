"""Markdown in the entry pane: what is shown of a text, where its links lead, what stays, tables, and what it costs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.test_entry_body import DIGEST, ENTRY, UNMARKED, WORDS, BodyApp, made
from tui_digest.models import Mark, Sighting
from tui_digest.query import Words
from tui_digest.text.marked_inline import shown_line
from tui_digest.text.marked_text import MarkedLine, read_marked
from tui_digest.tui.formulas import readable
from tui_digest.tui.widgets.document import Block, Document, document_for, url_at
from tui_digest.tui.widgets.drawn_lines import lay_out
from tui_digest.tui.widgets.marked_layout import laid_out
from tui_digest.tui.wrap import width_of


def lines(text: str, width: int = 80) -> list[MarkedLine]:
    return list(laid_out(text, readable, width))


def styled(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What a line shows, and its styled pieces."""
    shown = shown_line(text, readable)
    return shown.text, [(shown.text[a:b], name) for a, b, name in shown.spans]


# -- in a line ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown", "pieces"),
    [
        ("**모델**은 *새* 방법", "모델은 새 방법", [("모델", "strong"), ("새", "emphasis")]),
        ("__둘__ _셋_ ***넷*** ~~다섯~~", "둘 셋 넷 다섯",
         [("둘", "strong"), ("셋", "emphasis"), ("넷", "strong emphasis"), ("다섯", "struck")]),
        ("요약：*기울게*，뒤", "요약：기울게，뒤", [("기울게", "emphasis")]),
        ("**a *b* c**", "a b c", [("a ", "strong"), ("b", "strong emphasis"), (" c", "strong")]),
        ("`x_1 * 2`와 ``a`b``", "x_1 * 2와 a`b", [("x_1 * 2", "code"), ("a`b", "code")]),
        ("<b>굵게</b><br><i>기울게</i>", "굵게 기울게", [("굵게", "strong"), ("기울게", "emphasis")]),
        (r"\*별\* &lt;x&gt; &amp;", "*별* <x> &", []),
        ("{% raw %}글{% endraw %}<!-- 숨은 말 --><a name=\"x\"></a>", "글", []),
    ],
)  # fmt: skip
def test_marks_become_styles(source: str, shown: str, pieces: list[tuple[str, str]]) -> None:
    assert styled(source) == (shown, pieces)


@pytest.mark.parametrize(
    "text",
    [
        "a_b_c", "2*3*4", "5 * 3 * 2", "2**3**4", "Kim*, Lee*", "(*) and (*)", "__init__", "<think>왜</think>",
        "p<0.05, q>3", "$x_i*y*$", "∑_i a_i", "f(*args, **kwargs)", "** 떨어진 **", "[1] 저자", "[[1, 2], [3]]",
        "[[0]]", "A* D*", "`혼자", "![그림]", "[a][b]", "[a]: b", "a | b", "x~y~z", "AT&T;", "[이름](", "a <b and c> d",
    ],
)  # fmt: skip
def test_what_is_no_mark_stays(text: str) -> None:
    assert styled(text) == (readable(text), [])


@pytest.mark.parametrize(
    ("source", "shown", "address"),
    [
        ("[논문](https://a.org/x_(y))", "논문", "https://a.org/x_(y)"),
        ('[**제목** 하나](https://a.org/b "말")', "제목 하나", "https://a.org/b"),
        ("![그림 1](https://a.org/p.png)", "그림 1", "https://a.org/p.png"),
        ("![](https://a.org/p.png)", "p.png", "https://a.org/p.png"),
        ("[![배지](https://b.org/i.svg)](https://a.org)", "배지", "https://a.org"),
        ('<a href="https://a.org">여기 <b>꼭</b></a>', "여기 꼭", "https://a.org"),
        ('<img width=3 alt="그림" src="https://a.org/p.png">', "그림", "https://a.org/p.png"),
        ("![](https://a.org/a%20b.png?x=1#y)", "a b.png", "https://a.org/a%20b.png?x=1#y"),
        ("<https://a.org/b>", "https://a.org/b", "https://a.org/b"),
        ("https://a.org/b", "https://a.org/b", "https://a.org/b"),
    ],
)
def test_a_link_is_its_words_and_leads_to_its_address(source: str, shown: str, address: str) -> None:
    line = shown_line(source, readable)
    block = Block("paragraph", line.text, line.spans, targets=line.targets)
    assert block.text == shown
    assert {url_at(block, at) for at in range(len(shown))} == {address}


REFERENCES = "\n\n[1]: https://a.org/1 '말'\n[코드]: <https://a.org/2>\n[남는]: https://a.org/3"


@pytest.mark.parametrize(
    ("source", "shown", "led"),
    [
        ("[논문][1]과 [코드][]", "논문과 코드", "12"),
        ("[ 논문 ][ 1 ]", "논문", "1"),
        ("[**굵은** 논문][1]", "굵은 논문", "1"),
        ("[코드]를 보라", "코드를 보라", "2"),
        ("앞 글 [1]에서", "앞 글 [1]에서", "1"),
        ("[논문][9]", "[논문][9]", ""),
    ],
)
def test_a_reference_link_leads_where_a_line_below_says(source: str, shown: str, led: str) -> None:
    made = lines(source + REFERENCES)
    assert made[0].text == shown
    assert {url for _, url in made[0].targets} == {f"https://a.org/{number}" for number in led}
    # a line that nothing refers to is shown
    assert [number for number in "123" if any(f"/{number}" in line.text for line in made)] == [
        number for number in "123" if number not in led
    ]


def test_a_note_that_is_named_is_shown_by_its_name() -> None:
    assert styled("[[노트]], [[폴더/파일|다른 노트]], ![[그림.png]], [[x](https://a.org)]")[0] == (
        "노트, 다른 노트, 그림.png, [x]"
    )


# -- lines -------------------------------------------------------------------------------------------------------


def told(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What each line shows, and its styled pieces."""
    return [(line.text, [(line.text[a:b], name) for a, b, name in line.spans]) for line in lines(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("앞 **굵은\n글** 뒤", [("앞 굵은", [("굵은", "strong")]), ("글 뒤", [("글", "strong")])]),
        ("- 앞 *기운\n  글* 뒤", [("- 앞 기운", [("기운", "emphasis")]), ("  글 뒤", [("  글", "emphasis")])]),
        ("> `코드\n> 둘` 뒤", [("코드", [("코드", "code")]), ("둘 뒤", [("둘", "code")])]),
        ("<b>굵은\n글</b>", [("굵은", [("굵은", "strong")]), ("글", [("글", "strong")])]),
        ("앞 <!-- 숨은\n말 --> 뒤", [("앞  뒤", [])]),
        ("**하나\n\n둘**", [("**하나", []), ("", []), ("둘**", [])]),
        ("**하나\n- 둘**", [("**하나", []), ("- 둘**", [])]),
        ("**하나\n# 둘**", [("**하나", []), ("둘**", [])]),
        ("**하나\n> 둘**", [("**하나", []), ("둘**", [])]),
        ("$a와\nb$", [("$a와", []), ("b$", [])]),
    ],
)
def test_marks_run_over_the_lines_of_a_paragraph(text: str, shown: list[tuple[str, list[tuple[str, str]]]]) -> None:
    assert told(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("> [!NOTE]\n> 말", ["Note", "말"]),
        ("> [!warning]- 머리\n> 말", ["Warning 머리", "말"]),
        ("[!NOTE]", ["[!NOTE]"]),
        ("    <p>\n      <b>말</b>\n    </p>", ["말"]),
        ("<ul>\n  <li>하나</li>\n  <li><b>둘</b>\n</ul>", ["  - 하나", "  - 둘"]),
        ("-    하나\n*   둘\n  *  셋\n1.  넷", ["- 하나", "- 둘", "  - 셋", "1.  넷"]),
    ],
)
def test_marks_that_lay_a_text_out_are_not_shown(text: str, shown: list[str]) -> None:
    assert [line.text for line in lines(text)] == shown


def test_a_link_over_two_lines_leads_there_on_both() -> None:
    made = lines("앞 [두 줄의\n제목](https://a.org) 뒤")
    assert [line.text for line in made] == ["앞 두 줄의", "제목 뒤"]
    assert [line.targets for line in made] == [((2, "https://a.org"),), ((0, "https://a.org"),)]


def test_an_html_table_stands_in_columns() -> None:
    text = (
        "<table>\n<tr><th>모델</th><th align=right>점수</th></tr>\n<tr>\n  <td><b>가</b></td>\n"
        "  <td>1<br>2</td>\n</tr>\n\n<tr><td>나</table>\n끝"
    )
    assert [line.text for line in lines(text)] == ["모델  점수", "", "가    1 2", "나", "끝"]
    assert [line.text for line in lines("<table>\n<tr><td>혼자")] == ["혼자"]


def test_each_kind_of_line() -> None:
    text = (
        "# 머리 {#id}\n둘째\n====\n* 하나\n  + 둘\n1. 셋\n> 인용\n>> 깊은 인용\n---\n"
        "```py\na = **b\n\n```\n<details>\n끝<br>다음\n{: .note}"
    )
    assert [(line.kind, line.text, line.lead, line.quotes) for line in lines(text)] == [
        ("subheading", "머리", 0, 0),
        ("subheading", "둘째", 0, 0),
        ("bullet", "- 하나", 2, 0),
        ("bullet", "  - 둘", 4, 0),
        ("bullet", "1. 셋", 3, 0),
        ("paragraph", "인용", 0, 1),
        ("paragraph", "깊은 인용", 0, 2),
        ("rule", "", 0, 0),
        ("code", "a = **b", 0, 0),
        ("code", "", 0, 0),
        ("paragraph", "끝", 0, 0),
        ("paragraph", "다음", 0, 0),
    ]


def test_front_matter_is_not_shown_and_a_rule_at_the_top_is() -> None:
    assert [line.text for line in lines("---\ntitle: 글\ntags:\n  - a\n---\n첫 줄")] == ["첫 줄"]
    assert [line.kind for line in lines("---\n첫 줄입니다\n---")] == ["rule", "paragraph", "rule"]


def test_a_fence_that_is_never_closed_is_none() -> None:
    assert [line.text for line in lines("````\n말\n```\n**코드**\n```")] == ["````", "말", "**코드**"]


TABLE = (
    "| 모델 | Score | 설명 |\n|---|:-:|--|\n"
    "| **가나** | 1.0 | [긴 이야기](https://a.org)가 여기에 있습니다 |\n| B | 22 |"
)


def test_a_table_stands_in_columns_by_cells() -> None:
    assert [line.text for line in lines(TABLE)] == [
        "모델  Score  설명",
        "",
        "가나  1.0    긴 이야기가 여기에 있습니다",
        "B     22",
    ]
    linked = lines(TABLE)[2]
    assert [url for _, url in linked.targets] == ["https://a.org"]
    assert lines(TABLE)[0].spans == ((0, len("모델  Score  설명"), "strong"),)


def test_a_table_of_one_column_has_no_second_one() -> None:
    (table,) = read_marked("| 논문 |\n|---|\n| 하나 |\n| |\n| 둘")
    assert [[cell.text for cell in row] for row in table.rows] == [["논문"], ["하나"], [""], ["둘"]]
    # A column of these six cells fits, and no other beside it.
    assert [line.text for line in lines("| 논문들 |\n|---|\n| 하나 |", 6)] == ["논문들", "", "하나"]


def test_marks_in_a_cell_that_wraps_stand_where_its_words_stand() -> None:
    table = "| Model | Words |\n|---|---|\n| A | one two **three four** five [six seven](https://a.org) |"
    shown = lines(table, 18)
    assert [line.text for line in shown] == [
        "Model  Words", "", "A      one two", "       three four", "       five six", "       seven",
    ]  # fmt: skip
    pieces = [(line.text[a:b], name) for line in shown[2:] for a, b, name in line.spans]
    assert pieces == [("three four", "strong"), ("six", "url"), ("seven", "url")]
    assert [(line.text[at:], url) for line in shown[2:] for at, url in line.targets] == [
        ("six", "https://a.org"), ("seven", "https://a.org"),
    ]  # fmt: skip


@pytest.mark.parametrize("width", [14, 23, 30, 40, 80])
def test_a_table_keeps_within_the_width_and_loses_nothing(width: int) -> None:
    shown = lines(TABLE, width)
    letters = "".join("".join(line.text.split()) for line in shown)
    assert sorted(set("모델Score설명가나1.0긴이야기가여기에있습니다B22")) == sorted(set(letters) - {":"})
    if width >= 23:
        assert all(width_of(line.text) <= width for line in shown)
    else:
        assert "Score: 1.0" in [line.text for line in shown]


WORD = st.text(alphabet="abc가나다12", min_size=1, max_size=6)
MARKED = st.one_of(
    WORD,
    *(WORD.map(form.format) for form in ("**{}**", "*{}*", "`{}`", "[{}](https://a.org)", "<b>{}</b>", "~~{}~~")),
)
STARTS = ("", "- ", "> ", "## ", "1. ", "> - ")


@given(st.lists(st.tuples(st.sampled_from(STARTS), st.lists(MARKED, min_size=1, max_size=6)), max_size=8))
def test_every_word_of_the_source_is_shown(source: list[tuple[str, list[str]]]) -> None:
    text = "\n".join(start + " ".join(words) for start, words in source)
    bare = re.sub(r"\(https://a\.org\)|</?b>|[*`\[\]~>#-]|^(?:> )?(?:## )", "", text, flags=re.MULTILINE)
    shown = " ".join(line.text for line in lines(text)) if text else ""
    assert re.findall(r"[^\W_]+", shown) == re.findall(r"[^\W_]+", bare)
    for line in lines(text):
        assert all(a < b <= len(line.text) for a, b, _ in line.spans)
        assert all(one[1] <= two[0] for one, two in zip(line.spans, line.spans[1:], strict=False))


@given(st.lists(st.text(alphabet="ab 가나,.()12", max_size=30).map(str.strip), min_size=1, max_size=6))
def test_text_without_markup_is_shown_unchanged(source: list[str]) -> None:
    assert [line.text for line in lines("\n".join(source))] == source


@given(st.text(alphabet="*_`[]()<>|-~$\\#&;ab \n=!{%}", max_size=120), st.integers(2, 40))
def test_no_text_breaks_it(text: str, width: int) -> None:
    for line in lines(text, width):
        assert "\n" not in line.text
        assert all(0 <= a < b <= len(line.text) for a, b, _ in line.spans)


# -- what it costs -----------------------------------------------------------------------------------------------


def steps(act: Callable[[], object]) -> int:
    """How many lines of Python an act runs."""
    count = 0

    def step(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    ["*", "**a ", "*a _b ", "[", "[a", "![[", "[a](b", "`a", "``a`", ">", "> ", "<a ", "<b>", "$a ", "\\(", "|a",
     "```\n", "````\n~~~\n", "x\n|-\n", "a | b\n-|-\n", "<a href='http://x'>", "http://x)", "&a", "<!-- "],
)  # fmt: skip
def test_hostile_text_costs_what_its_length_does(unit: str) -> None:
    small, large = (steps(lambda n=n: laid_out.__wrapped__(unit * n, readable, 80)) for n in (100, 400))  # type: ignore[misc]
    assert large < 5 * small + 200


# -- in the pane -------------------------------------------------------------------------------------------------

COMMENTARY = "**굵은** 말과 [논문](https://a.org/b)\n\n> 인용은 길어서 줄이 바뀌고 막대가 이어집니다 정말로\n\n---\n끝"


def test_the_source_is_a_key_away() -> None:
    entry = ENTRY._replace(commentary=COMMENTARY)
    document = document_for(Sighting(entry.key, DIGEST, entry), UNMARKED, WORDS, source=True, needles=[Words("굵은")])
    assert "**굵은** 말과 [논문](https://a.org/b)" in [block.text for block in document.blocks]


def test_a_note_is_shown_as_it_was_written() -> None:
    assert "*내* 메모" in [block.text for block in made(Mark(note="*내* 메모")).blocks]


def test_a_match_is_found_in_what_is_shown() -> None:
    entry = ENTRY._replace(commentary=COMMENTARY)
    document = document_for(Sighting(entry.key, DIGEST, entry), UNMARKED, WORDS, needles=[Words("굵은 말", True)])
    block = next(block for block in document.blocks if block.text.startswith("굵은"))
    assert [block.text[a:b] for a, b, name in block.spans if name == "match"] == ["굵은 말"]


async def test_bars_and_rules_are_drawn_and_not_copied() -> None:
    document = made(commentary=COMMENTARY, abstract=None)
    app = BodyApp(document)
    async with app.run_test(size=(30, 30)) as pilot:
        await pilot.pause()
        drawn = [line.rstrip() for line in app.lines()]
        quoted = [line for line in drawn if line.lstrip().startswith("▏ ")]
        assert len(quoted) > 1
        assert any(line.strip().strip("─┃▏│ ") == "" and "───" in line for line in drawn)
        app.body.select(((0, 0), (len(document.blocks), 0)))
        await pilot.pause()
        copied = app.body.selected_text()
    assert "▏" not in copied
    assert "굵은 말과 논문\n" in copied


def test_lines_of_a_quote_fit_beside_their_bars() -> None:
    document = Document("k", (Block("paragraph", "가나다라 " * 20, quotes=6),))
    for width in (2, 5, 12, 40):
        assert all(
            width_of(document.blocks[0].text[a:b]) + hang <= max(2, width) for _, a, b, hang in lay_out(document, width)
        )


def test_a_particle_behind_an_address_is_no_part_of_it_whatever_letter_it_ends_with() -> None:
    """`k`, `s` and `i` have capitals or small forms that are no ASCII: the Kelvin sign, the long s, the dotless i."""
    for end in "abiksz":
        told = shown_line(f"**Code**: https://example.org/tas{end}을 보라, https://example.org/강화학습", str)
        links = [told.text[start:stop] for start, stop, name in told.spans if "url" in name]
        assert links == [f"https://example.org/tas{end}", "https://example.org/강화학습"]
