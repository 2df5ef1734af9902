"""The cases that digests settle by where a line stands."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from tests.parsing.samples import read
from tui_digest.models import Entry, ParsedDigest

WEEK = "2023년 7월 5주차\n"
DAY = "2024년 2월 29일\n"


def ranges(digest: ParsedDigest) -> list[tuple[int, int]]:
    return [(entry.start_line, entry.end_line) for entry in digest.entries]


def only(digest: ParsedDigest) -> Entry:
    assert len(digest.entries) == 1
    return digest.entries[0]


def test_url_lines_open_one_entry_together() -> None:
    digest = read(
        WEEK + "https://a.b/1\nhttps://a.b/2\n말.\nhttps://arxiv.org/abs/2001.00001\nhttps://page.example\n#t"
    )
    assert ranges(digest) == [(2, 4), (5, 7)]
    assert [entry.url for entry in digest.entries] == ["https://a.b/1", "https://arxiv.org/abs/2001.00001"]


def test_posts_stand_apart_from_the_paper_below_them() -> None:
    digest = read(
        WEEK + "https://x.com/a/status/1\nhttps://twitter.com/b/status/2\nhttps://arxiv.org/abs/2001.00001\n#t"
    )
    assert ranges(digest) == [(2, 3), (4, 5)]


def test_a_project_page_and_its_paper_share_the_papers_key() -> None:
    entry = only(read(WEEK + "https://page.example\nhttps://arxiv.org/abs/2001.00001v3\nTitle (Ann Lee, Bob Ray)"))
    assert (entry.key, entry.url, entry.arxiv_id, entry.version) == (
        "arxiv:2001.00001",
        "https://page.example",
        "2001.00001",
        3,
    )


def test_a_second_header_within_one_digest_is_reported_and_its_entries_are_kept() -> None:
    digest = read(WEEK + "https://a.b/1\n말.\n2023년 8월 1주차\nhttps://a.b/2")
    assert digest.unplaced == ((4, "2023년 8월 1주차"),)
    assert ranges(digest) == [(2, 3), (5, 5)]


def test_a_week_that_no_month_has_is_read_without_a_date() -> None:
    digest = read("2023년 7월 9주차\nhttps://a.b/1", "230725 x.txt")
    assert (digest.shape, digest.start) == ("weekly-text", date(2023, 7, 25))
    assert read("2023년 7월 9주차\nhttps://a.b/1").start is None


def test_line_ends_blank_lines_and_decomposed_hangul_change_nothing() -> None:
    text = WEEK + "https://a.b/1\nTitle (Ann Lee, Bob Ray)\n말이다.\n#태그\nhttps://a.b/2\n#b"
    want = read(text)
    assert read(text.replace("\n", "\r\n")) == want
    assert read(unicodedata.normalize("NFD", text)).entries[0].tags == ("태그",)
    spaced = read(text.replace("\n", "\n\n"))
    assert [(e.title, e.authors, e.tags) for e in spaced.entries] == [
        (e.title, e.authors, e.tags) for e in want.entries
    ]


def test_a_run_of_entries_without_a_header_is_still_read_as_entries() -> None:
    entries = "https://arxiv.org/abs/2001.0000{}\nTitle {} (Ann Lee, Bob Ray)\n#t\n"
    digest = read(entries.format(1, "One") + entries.format(2, "Two"))
    assert (digest.shape, digest.start, len(digest.entries)) == ("weekly-text", None, 2)


def test_tags_in_prose_stay_there_where_a_tag_line_follows() -> None:
    entry = only(read(WEEK + "https://a.b/1\n좋다. #one\n#two"))
    assert (entry.tags, entry.commentary) == (("two",), "좋다. #one")


def test_an_entry_of_a_daily_text_needs_neither_authors_nor_url() -> None:
    digest = read(
        DAY + "Llama 3\n7월에 나온다고 합니다.\n#llm\nPhi-3\n(Team A at X, Team B at Y)\nAn abstract.\n한글.\n#b"
    )
    first, second = digest.entries
    assert (first.title, first.authors, first.abstract, first.commentary) == (
        "Llama 3",
        (),
        None,
        "7월에 나온다고 합니다.",
    )
    assert (second.title, second.abstract, second.commentary) == ("Phi-3", "An abstract.", "한글.")


def test_a_daily_title_may_stand_below_an_entry_without_tags() -> None:
    digest = read(DAY + "One\n말입니다.\nRNNs are not Transformers (Yet)\n(Ann Lee, Bob Ray)\n초록 없음.")
    assert [entry.title for entry in digest.entries] == ["One", "RNNs are not Transformers (Yet)"]


def test_a_url_line_is_the_entrys_own_only_before_the_commentary() -> None:
    digest = read(DAY + "One\n(Ann Lee, Bob Ray)\nhttps://a.b/own\nAbstract.\n한글 https://a.b/x 참고.\nhttps://a.b/y")
    entry = only(digest)
    assert entry.url == "https://a.b/own"
    assert [link.url for link in entry.links] == ["https://a.b/x", "https://a.b/y"]


def test_a_bare_date_heads_a_daily_text_only_above_entries() -> None:
    assert read("2024-02-29\nLlama 3\n말.\n#llm").shape == "daily-text"
    diary = read("2024-02-29\n오늘은 비가 왔다.")
    assert (diary.shape, diary.start) == ("text", date(2024, 2, 29))


@pytest.mark.parametrize(
    ("text", "title", "url"),
    [
        ("https://arxiv.org/abs/1906.08237 새로운 알고리즘.", None, "https://arxiv.org/abs/1906.08237"),
        ("Title Here (https://arxiv.org/abs/2103.15375)\n말.", "Title Here", "https://arxiv.org/abs/2103.15375"),
        ("BlendMask https://arxiv.org/abs/2001.00309\n말.", "BlendMask", "https://arxiv.org/abs/2001.00309"),
        ("[Title Here](https://a.b/c)\n말.", "Title Here", "https://a.b/c"),
        ("Title Here\nhttps://a.b/c\n말.", "Title Here", "https://a.b/c"),
        ("논문을 하나 소개.\n\nhttps://a.b/c\n말.", None, "https://a.b/c"),
        ("BYOL(https://a.b/c)이 동작하는 이유.", None, None),
        ("One (https://a.b/1)\nTwo (https://a.b/2)\n#review", None, None),
        ("말.\nhttps://a.b/1\n말.\nhttps://a.b/2\n#review", None, None),
    ],
)
def test_how_a_note_opens(text: str, title: str | None, url: str | None) -> None:
    digest = read(text, "210318 Short.md")
    entry = only(digest)
    assert (digest.title, digest.start) == ("210318 Short", date(2021, 3, 18))
    assert (entry.title, entry.url) == (title, url)
    assert entry.display_title == (title or "Short")


def test_standard_input_may_be_given_a_name() -> None:
    from tests.parsing.samples import source
    from tui_digest.parsing import parse

    assert parse(source("말.", "-"), "230725 Short.md").shape == "note"


def test_nothing_is_read_from_nothing() -> None:
    for text in ("", "\n \n", WEEK, DAY):
        assert read(text).entries == ()


PLAIN = """A Study of Small Lamps
https://arxiv.org/abs/2405.00001
작은 등불에 관한 글이다.

Large Kites Revisited
https://arxiv.org/abs/2405.00002
연을 다시 본다. https://example.org/strings 도 좋다.

Boats and Rivers: a Survey
https://example.org/boats
배와 강.
"""


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.txt", "2024-05-06\n\n"),
        ("a.md", "# 2024-05-06\n\n"),
        ("a.txt", "2024년 5월 2주차\n\n"),
        ("2024-05-06.txt", ""),
    ],
)
def test_paragraphs_of_title_address_and_comment_are_a_paper_each(name: str, head: str) -> None:
    digest = read(head + PLAIN, name)
    told = [(each.title, each.url) for each in digest.entries]
    assert told == [
        ("A Study of Small Lamps", "https://arxiv.org/abs/2405.00001"),
        ("Large Kites Revisited", "https://arxiv.org/abs/2405.00002"),
        ("Boats and Rivers: a Survey", "https://example.org/boats"),
    ]
    assert [each.url for each in digest.entries[1].links] == ["https://example.org/strings"]
    assert digest.start is not None and digest.unplaced == ()


def test_a_reference_in_an_entry_of_another_form_is_no_paper() -> None:
    text = "2024-05-06\n\nLamps: a Study of Light\n(Ann Lee, Bob Ray)\n등불이다.\n\nOn Strings and Kites\n"
    text += "https://arxiv.org/abs/2405.00003\n"
    assert [each.title for each in read(text, "a.txt").entries] == ["Lamps: a Study of Light"]
