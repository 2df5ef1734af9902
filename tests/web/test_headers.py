"""The lines above a body: whatever a server writes, what is made of it is in bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tried import examples
from tui_digest.sources.web import headers

NOW = 1_690_200_000.0  # Mon, 24 Jul 2023 12:00:00 GMT


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120), ("0", 0), ("-5", None), ("99999999999999", headers.LONGEST_WAIT),
        ("Mon, 24 Jul 2023 12:02:00 GMT", 120),
        ("Mon, 24 Jul 2023 11:00:00 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", headers.LONGEST_WAIT), ("1e9", None),
        ("Thu, 32 Foo 20233 99:99:99 GMT", None), ("soon", None), ("", None), (None, None), ("１２", None),
        ("Mon, 24 Jul 2023 12:02:00 +9999999", None),
    ],
)  # fmt: skip
def test_how_long_a_host_wants_to_be_left_alone(value: str | None, expected: float | None) -> None:
    assert headers.retry_after(value, NOW) == expected


@pytest.mark.parametrize(
    ("value", "media", "charset"),
    [
        ("text/html; charset=EUC-KR", "text/html", "euc-kr"),
        ('Application/RSS+XML;charset="utf-8"', "application/rss+xml", "utf-8"),
        ("text/html; charset=martian", "text/html", None),
        ("text/html; charset=rot13", "text/html", None),
        ("text/html; charset=base64", "text/html", None),
        ("html", "", None),
        ("", "", None),
        (None, "", None),
        ("text/html, text/plain", "text/html", None),
    ],
)
def test_what_a_body_is(value: str | None, media: str, charset: str | None) -> None:
    assert (headers.media_type(value), headers.charset(value)) == (media, charset)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=60", 60), ("public, Max-Age=60, x", 60), ("no-cache", 0), ("no-store, max-age=60", 0),
        ("s-maxage=9", None),
        ("max-age=99999999999999999999", headers.OLDEST), ("max-age=-1", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_how_long_an_answer_holds(value: str | None, expected: int | None) -> None:
    assert headers.max_age(value) == expected


def test_what_would_break_a_line_is_not_sent_back() -> None:
    assert headers.kept('"a"') == '"a"'
    for value in ('"a"\r\nX: y', "a\x00", "가", "a" * 1001, "", None):
        assert headers.kept(value) is None


def test_lengths_that_differ_are_none() -> None:
    assert headers.content_length([]) is None
    assert headers.content_length(["5", "5"]) == headers.content_length(["5, 5"]) == 5
    for wrong in (["5", "6"], ["5, 6"], ["-1"], ["+1"], ["0x1"], [""], ["1_0"], ["٣"]):
        with pytest.raises(ValueError, match="Content-Length"):
            headers.content_length(wrong)


WORDS = st.text(st.characters(codec="latin-1"), max_size=60) | st.from_regex(
    r"[A-Z][a-z]{2}, \d{1,9} [A-Z][a-z]{2} \d{1,12} \d{1,9}:\d\d:\d\d (GMT|[+-]\d{1,12})", fullmatch=True
)


@settings(max_examples=examples(30))  # each asks Python for another encoding
@given(WORDS)
def test_any_line_is_read_in_bounds(value: str) -> None:
    wait = headers.retry_after(value, NOW)
    assert wait is None or 0 <= wait <= headers.LONGEST_WAIT
    age = headers.max_age(value)
    assert age is None or 0 <= age <= headers.OLDEST
    found = headers.charset(f"text/html; charset={value}")
    assert found is None or "x".encode(found) is not None
    assert headers.media_type(value).isascii()
    headers.location(value)
    headers.encodings([value])
