"""What is asked of a line before it is looked at closely never changes what is found there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_digest.models import Source
from tui_digest.parsing.drafts import paragraphs
from tui_digest.parsing.labels import labelled, lone_label, may_label
from tui_digest.parsing.links import bulleted_urls, links_in, may_link, told_urls, url_line
from tui_digest.parsing.source_text import document
from tui_digest.parsing.tags import TAGS_BEGIN, closing_tags, ends_in_tags, read_tags, tag_line

SIGNS = st.sampled_from(
    [
        "Authors",
        "저자",
        "摘要",
        "Tags",
        "태그",
        ":",
        "：",
        " = ",
        "**",
        "- ",
        "#",
        "＃",
        "#rl",
        "<b>",
        "【",
        "】",
        " ",
        "말",
        "a",
        "|",
    ]
)
LINES = st.lists(SIGNS, max_size=8).map("".join)


@given(LINES)
def test_a_line_that_may_hold_no_label_holds_none(line: str) -> None:
    assert may_label(line) or (labelled(line), lone_label(line)) == (None, None)


@given(LINES)
def test_a_line_ends_in_tags_where_it_is_a_tag_line_or_tags_close_it(line: str) -> None:
    assert ends_in_tags(line) == (tag_line(line) is not None or bool(closing_tags(line)[1]))


def test_every_blank_may_stand_before_tags() -> None:
    blanks = [sign for sign in map(chr, range(0x110000)) if sign.isspace()]
    assert TAGS_BEGIN.issuperset(blanks)
    assert all(read_tags(f"{sign}#a #b") == (["a", "b"], []) for sign in blanks)


LINKING = st.sampled_from(
    "https://a.org/b http:// arXiv:2401.00001 ARXIV:2401.00001 Arxiv： ar5iv.org/abs/2401.00001 ://"
    " www.arxiv.org/abs/cs/0112017 arxiv x X 5 : iv 링크: url: - • ( ) , 논문".split()
)
LINKED = st.lists(LINKING | st.just(" "), max_size=6).map("".join)


@given(LINKED)
def test_a_line_that_may_not_link_does_not(line: str) -> None:
    marks = ("://", "rxiv", "rXiv", "RXIV", "ar5iv")
    assert may_link(line) == any(mark in line for mark in marks)
    if not may_link(line):
        assert (links_in(line), url_line(line), bulleted_urls(line), told_urls(line)) == ([], None, None, None)


@given(st.sampled_from(["https://a.org/b", "http://a.org/b,", "https://a.org/b https://c.org/d", "https://a.org/b c"]))
def test_an_address_is_told_with_or_without_a_bullet_and_a_label(line: str) -> None:
    urls = url_line(line)
    told = [
        bulleted_urls(line),
        bulleted_urls(f"- {line}"),
        told_urls(line),
        told_urls(f"- {line}"),
        told_urls(f"링크: {line}"),
    ]
    assert told == [urls] * len(told)


BEGUN = st.lists(
    st.sampled_from(["", " ", "\u3000", " \t", "# a", "#a", "말", "- b", " # c", "\u3000- d", "```"]), min_size=1
)


@given(BEGUN, st.frozensets(st.sampled_from("#-` \u3000말"), max_size=3))
def test_lines_are_found_by_what_they_begin_with(lines: list[str], signs: frozenset[str]) -> None:
    source = document(Source("a.md", "\n".join(lines), ""), None)
    assert source.filled == [place for place, line in enumerate(source.lines) if line.strip()]
    assert source.beginning(signs) == [place for place in source.filled if source.lines[place][0] in signs]
    for first in range(len(source.filled)):
        part = source.excerpt(source.filled[first : first + 3])
        assert part.beginning(signs) == [place for place in part.filled if part.lines[place][0] in signs]


@given(st.lists(st.sampled_from(["", "  ", "a", " b ", "말 "]), max_size=8))
def test_one_blank_line_at_most_stands_between_paragraphs(lines: list[str]) -> None:
    text = paragraphs(lines) or ""
    assert text.split() == " ".join(lines).split()
    assert "\n\n\n" not in text
    assert not text or (text[0] != "\n" and text == text.rstrip())
    assert ("\n\n" in text) == any(
        not between.strip() and "".join(lines[:place]).strip() and "".join(lines[place:]).strip()
        for place, between in enumerate(lines)
    )
