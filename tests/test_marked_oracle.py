"""Markdown as we read it beside what a Markdown library makes of it: the same blocks, words and emphasis.

Where the two are meant to differ is a list of its own: digests are written by people, for whom `2*3*4` is a product and
the line a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.tried import examples
from tui_digest.text.drawn_text import drawn
from tui_digest.text.marked_text import MarkedLine, read_marked

LIBRARY = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_STYLES = {"strong": "strong", "em": "emphasis", "s": "struck", "link": "url"}


class Part(NamedTuple):
    """A block: what it is, how deep it is quoted, and each of its signs with the styles it has, blanks left out."""

    kind: str
    quotes: int
    signs: list[tuple[str, frozenset[str]]]


def theirs(text: str) -> list[Part]:
    """The blocks that the library finds."""
    found: list[Part] = []
    quotes, items, kind = 0, 0, "paragraph"
    for token in LIBRARY.parse(text):
        quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type == "list_item_open":
            items = 1
        elif token.type == "heading_open":
            kind = "subheading"
        elif token.type in ("th_open", "td_open"):
            kind = "row"
        elif token.type == "inline":
            found.append(Part("bullet" if items else kind, quotes, list(_inline(token.children or []))))
            items, kind = 0, "paragraph"
        elif token.type == "fence":
            plain = frozenset[str]()
            found += [
                Part("code", quotes, _visible(line, plain)) for line in token.content.removesuffix("\n").split("\n")
            ]
        elif token.type == "hr":
            found.append(Part("rule", quotes, []))
    return [part for part in found if part.signs or part.kind in ("rule", "code")]


def _inline(tokens: list[Token]) -> Iterator[tuple[str, frozenset[str]]]:
    styles: list[str] = []
    for token in tokens:
        name = _STYLES.get(token.type.rpartition("_")[0])
        if name and token.nesting == 1:
            styles.append(name)
        elif name and token.nesting == -1:
            styles.remove(name)
        else:
            own = ["code"] if token.type == "code_inline" else []
            yield from _visible(token.content, frozenset([*styles, *own]))


def ours(text: str) -> list[Part]:
    """The blocks that we find; the lines of a paragraph are one."""
    found: list[Part] = []
    goes_on = False
    for line in read_marked(text):
        if line.rows:
            plain = [MarkedLine("row", cell.text, cell.spans) for row in line.rows for cell in row]
            found += [Part("row", line.quotes, signs) for cell in plain if (signs := _signs(cell))]
        elif goes_on and line.kind == "paragraph" and line.quotes == found[-1].quotes:
            found[-1].signs.extend(_signs(line))
        elif line.kind != "blank":
            found.append(Part(line.kind, line.quotes, _signs(line)))
        goes_on = line.kind in ("paragraph", "bullet")
    return found


def _signs(line: MarkedLine) -> list[tuple[str, frozenset[str]]]:
    of = {at: frozenset(name.split()) for start, end, name in line.spans for at in range(start, end)}
    plain = frozenset[str]()
    return [(sign, of.get(at, plain)) for at, sign in enumerate(line.text) if at >= line.lead and not sign.isspace()]


def _visible(text: str, styles: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    return [(sign, styles) for sign in text if not sign.isspace()]


# -- texts that both read alike ------------------------------------------------------------------------------------

WORD = st.text(alphabet="abxy가나다7", min_size=1, max_size=5).filter(lambda word: not word.isdecimal())
PLAIN = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
MARKED = st.deferred(
    lambda: st.one_of(
        PLAIN,
        st.tuples(st.sampled_from(["**", "*", "~~", "_", "***"]), PLAIN).map(lambda of: f"{of[0]}{of[1]}{of[0]}"),
        PLAIN.map(lambda words: f"__글 {words}__"),
        st.tuples(PLAIN, PLAIN).map(lambda of: f"**{of[0]} *{of[1]}* 끝**"),
        st.tuples(st.sampled_from(["`", "``"]), PLAIN).map(lambda of: f"{of[0]}{of[1]}{of[0]}"),
        st.tuples(PLAIN, WORD).map(lambda of: f"[**{of[0]}** 글](https://a.org/{len(of[1])})"),
        PLAIN.map(lambda words: f"[{words}](https://a.org/b)"),
        PLAIN.map(lambda words: f"\\*{words}\\*"),
    )
)
LINE = st.lists(MARKED, min_size=1, max_size=4).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
WRAPPED = st.tuples(PLAIN, PLAIN, LINE).map(lambda of: f"앞 **{of[0]}\n{of[1]}** 뒤 {of[2]}")
ITEMS = st.tuples(st.sampled_from(["- ", "* ", "1. "]), st.lists(LINE, min_size=1, max_size=3)).map(
    lambda of: "\n".join(f"{of[0]}{line}" for line in of[1])
)
QUOTE = st.tuples(st.sampled_from(["> ", "> > "]), PARAGRAPH).map(
    lambda of: "\n".join(of[0] + line for line in of[1].split("\n"))
)
CODE = st.lists(st.sampled_from(["a = **b**", "", "  # x", "> y"]), min_size=1, max_size=3)
BLOCK = st.one_of(
    PARAGRAPH,
    WRAPPED,
    ITEMS,
    QUOTE,
    st.tuples(st.integers(1, 6), LINE).map(lambda of: f"{'#' * of[0]} {of[1]}"),
    PLAIN.map(lambda words: f"{words}\n==="),
    st.tuples(st.sampled_from(["```", "~~~", "````py"]), CODE).map(
        lambda of: "\n".join([of[0], *of[1], of[0].removesuffix("py")])
    ),
    st.sampled_from(["---", "***", "- - -"]),
    st.lists(st.tuples(LINE, LINE), min_size=1, max_size=3).map(
        lambda rows: "| a | b |\n|---|:-:|\n" + "\n".join(f"| {one} | {two} |" for one, two in rows)
    ),
)


@settings(max_examples=examples(60))
@given(st.lists(BLOCK, min_size=1, max_size=4))
def test_the_same_blocks_words_and_emphasis(blocks: list[str]) -> None:
    # a rule above everything would open front matter, and two lists below each other are one
    text = "시작\n\n" + "\n\n중간\n\n".join(blocks)
    assert ours(text) == theirs(text), text


# -- and where they are meant to differ ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "library"),
    [
        ("2*3*4", "2*3*4", "234"),  # a product
        ("a**b**c", "a**b**c", "abc"),
        ("__init__", "__init__", "init"),  # a name
        ('**"말"**은', '"말"은', '**"말"**은'),  # a particle follows a mark without a blank
        ("$x*y*z$", "$x*y*z$", "$xyz$"),  # a formula
        ("<b>굵게</b>", "굵게", "<b>굵게</b>"),  # tags are read, not copied
        ("<think>왜</think>", "<think>왜</think>", "<think>왜</think>"),
        ("[[노트]]", "노트", "[[노트]]"),
        ("    글", "글", ""),  # what is set in is no code
        ("a\n---", "a", "a"),  # a rule below a line is a rule
        ("100) 글", "100) 글", "글"),  # a number of three digits opens no item
        ("~~~\n글", "~~~ 글", "글"),  # a fence that is never closed is none
    ],
)
def test_the_differences_are_meant(text: str, shown: str, library: str) -> None:
    assert " ".join(drawn(text).split()) == shown
    assert "".join(sign for part in theirs(text) for sign, _ in part.signs) == library.replace(" ", "")
