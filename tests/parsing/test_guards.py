"""What is asked of a line before it is looked at closely never changes what is found there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_digest.parsing.labels import labelled, lone_label, may_label
from tui_digest.parsing.tags import closing_tags, ends_in_tags, tag_line

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
