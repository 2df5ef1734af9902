"""What writers vary: the order of title and URL, bullets, marks, prefaces, several digests or papers in one file."""

from __future__ import annotations

from datetime import date

import pytest

from tests.parsing.samples import assert_covered_once, read, source
from tui_digest.models import Entry, ParsedDigest
from tui_digest.parsing import parse_all

WEEK = "2023년 7월 5주차\n"
DAY = "2024년 2월 29일\n"
ONE, TWO, THREE = (f"https://arxiv.org/abs/2001.0000{n}" for n in (1, 2, 3))


def told(text: str, name: str = "digest.txt") -> list[tuple[str | None, str | None, tuple[str, ...]]]:
    """Title, URL and tags of every entry."""
    digest = read(text, name)
    assert_covered_once(digest, text)
    return [(entry.title, entry.url, entry.tags) for entry in digest.entries]


def only(digest: ParsedDigest) -> Entry:
    assert len(digest.entries) == 1
    return digest.entries[0]


BOTH = [("First Paper", ONE, ("a",)), ("Second Paper", TWO, ("b",))]


@pytest.mark.parametrize("head", [WEEK, DAY])
@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말이다.\n#a\n{TWO}\nSecond Paper (Cy Dow, Di Fox)\n말이다.\n#b",
        f"{ONE}\nFirst Paper\n(Ann Lee, Bob Ray)\n말이다.\n#a\n{TWO}\nSecond Paper\n(Cy Dow, Di Fox)\n말이다.\n#b",
        f"First Paper (Ann Lee, Bob Ray)\n{ONE}\n말이다.\n#a\nSecond Paper (Cy Dow, Di Fox)\n{TWO}\n말이다.\n#b",
        f"First Paper\n(Ann Lee, Bob Ray)\n{ONE}\n말이다.\n#a\nSecond Paper\n(Cy Dow, Di Fox)\n{TWO}\n말이다.\n#b",
        f"First Paper\n{ONE}\n(Ann Lee, Bob Ray)\n말이다.\n#a\nSecond Paper\n{TWO}\n(Cy Dow, Di Fox)\n말이다.\n#b",
        f"First Paper\n{ONE}\n말이다.\n#a\nSecond Paper\n{TWO}\n말이다.\n#b",
        f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말이다.\n#a\nSecond Paper (Cy Dow, Di Fox)\n{TWO}\n말이다.\n#b",
        f"First Paper\n(Ann Lee, Bob Ray)\n{ONE}\n말이다.\n#a\n{TWO}\nSecond Paper\n(Cy Dow, Di Fox)\n말이다.\n#b",
        f"{ONE} First Paper (Ann Lee, Bob Ray)\n말이다.\n#a\n{TWO} Second Paper (Cy Dow, Di Fox)\n말이다.\n#b",
        f"First Paper (Ann Lee, Bob Ray) {ONE}\n말이다.\n#a\n[Second Paper]({TWO}) (Cy Dow, Di Fox)\n말이다.\n#b",
        f"- {ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말이다.\n#a\n* {TWO}\nSecond Paper (Cy Dow, Di Fox)\n말이다.\n#b",
        f"{ONE}\n**First Paper** (Ann Lee, Bob Ray)\n태그: #a\n{TWO}\n### Second Paper (Cy Dow, Di Fox)\n- 말\nTags: b",
        f"{ONE}\n1. First Paper (Ann Lee, Bob Ray)\n말이다.\n#a\n{TWO}\n2) Second Paper (Cy Dow, Di Fox)\n말이다.\n#b",
        f"First Paper (Ann Lee, Bob Ray)\nLink: {ONE}\n말이다.\n#a\nSecond Paper (Cy Dow, Di Fox)\n링크: {TWO}\n#b",
    ],
)
def test_title_and_url_in_either_order(head: str, text: str) -> None:
    assert told(head + text) == BOTH
    assert told(head + text.replace("#a\n", "#a\n\n")) == BOTH


@pytest.mark.parametrize("head", [WEEK, DAY])
@pytest.mark.parametrize(
    "text",
    [
        f"First Paper (Ann Lee, Bob Ray)\n{ONE}\n말이다.\nSecond Paper (Cy Dow, Di Fox)\n{TWO}\n말이다.",
        f"First Paper (Ann Lee, Bob Ray)\n{ONE}\nSecond Paper (Cy Dow, Di Fox)\n{TWO}",
        f"First Paper\n(Ann Lee, Bob Ray)\n{ONE}\nSecond Paper\n(Cy Dow, Di Fox)\n{TWO}",
        f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n{TWO}\nSecond Paper (Cy Dow, Di Fox)",
        f"{ONE}\nFirst Paper\n(Ann Lee, Bob Ray)\n말이다.\n{TWO}\nSecond Paper\n(Cy Dow, Di Fox)",
        f"{ONE} First Paper (Ann Lee, Bob Ray)\n말이다.\n{TWO} Second Paper (Cy Dow, Di Fox)",
    ],
)
def test_either_order_without_tags(head: str, text: str) -> None:
    assert [entry[:2] for entry in told(head + text)] == [entry[:2] for entry in BOTH]


def test_a_weekly_entry_needs_no_url() -> None:
    text = (
        f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말이다.\n#a\nSecond Paper (Cy Dow, Di Fox)\n말이다.\n#b\n{THREE}\n#c"
    )
    assert told(WEEK + text) == [BOTH[0], ("Second Paper", None, ("b",)), (None, THREE, ("c",))]
    news = told(WEEK + f"{ONE}\n#a\nLlama 9\n소문이다.\n#b\n{THREE}\n#c")
    assert news == [(None, ONE, ("a",)), ("Llama 9", None, ("b",)), (None, THREE, ("c",))]
    assert told(WEEK + f"First Paper (Ann Lee, Bob Ray)\n말이다.\n#a\n{TWO}\nSecond Paper\n#b")[0][:2] == (
        "First Paper",
        None,
    )


@pytest.mark.parametrize(
    "middle",
    [
        "구현은 여기에 있다:\nhttps://github.com/a/b\n그래서 좋다.",
        "구현이 있다.\nhttps://github.com/a/b\n그래서 좋다.",
        f"이 논문과 같다.\n{THREE}\n그래서 좋다.",
        "목록:\n- https://github.com/a/b\n- https://github.com/a/c\n그래서 좋다.",
        "코드는 여기.\nhttps://github.com/a/b",
    ],
)
def test_a_url_within_the_commentary_is_a_link(middle: str) -> None:
    text = f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n{middle}\n#a\n{TWO}\nSecond Paper (Cy Dow, Di Fox)\n말이다.\n#b"
    digest = read(WEEK + text)
    assert [(entry.title, entry.url, entry.tags) for entry in digest.entries] == BOTH
    assert digest.entries[0].links
    assert digest.entries[0].commentary == middle


def test_a_url_line_below_an_untagged_entry_starts_one_where_it_can_be_told() -> None:
    tagged = f"\n#a\n{THREE}\nThird Paper\n#c"
    assert len(told(WEEK + f"{ONE}\nFirst Paper\n말이다.\n{TWO}\nSecond Paper (Cy Dow, Di Fox)\n말이다.{tagged}")) == 3
    assert len(told(WEEK + f"{ONE}\nFirst Paper\n말이다.\n\n{TWO}\n말이다.{tagged}")) == 3
    assert len(told(WEEK + f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n{TWO}\n말이다.{tagged}")) == 3
    assert len(told(WEEK + f"{ONE}\n말이다.\n{TWO}\n말이다.")) == 2  # no tags anywhere


def test_two_headers_make_two_digests() -> None:
    text = (
        f"2023년 7월 4주차\n{ONE}\n말.\n#a\n2023년 7월 5주차 (일)\n\n{TWO}\n말.\n#b\n2023년 8월 1일\n{THREE}\n말.\n#c"
    )
    first, second, third = parse_all(source(text))
    assert [(d.title, d.shape, d.start, d.end) for d in (first, second, third)] == [
        ("2023년 7월 4주차", "weekly-text", date(2023, 7, 16), date(2023, 7, 22)),
        ("2023년 7월 5주차 (일)", "weekly-text", date(2023, 7, 23), date(2023, 7, 29)),
        ("2023년 8월 1일", "daily-text", date(2023, 8, 1), date(2023, 8, 1)),
    ]
    assert [(d.header_lines, d.unplaced, only(d).url, only(d).start_line) for d in (first, second, third)] == [
        ((1,), (), ONE, 2),
        ((5,), (), TWO, 7),
        ((10,), (), THREE, 11),
    ]


def test_headers_worded_alike_part_a_file_and_a_date_in_prose_does_not() -> None:
    text = f"# 2024-02-29 논문\n{ONE}\n#a\n# 2024-03-01 논문\n{TWO}\n#b"
    assert [d.start for d in parse_all(source(text))] == [date(2024, 2, 29), date(2024, 3, 1)]
    for line in ("2024년 3월 1일", "2024년 3월 1일에 공개된다."):
        assert len(parse_all(source(DAY + f"Llama 9\n공개 예정일:\n{line}\n기대된다."))) == 1


def test_a_greeting_may_stand_above_the_header() -> None:
    for head, shape in ((WEEK, "weekly-text"), (DAY, "daily-text")):
        digest = read(f"안녕하세요, 이번 주 소식입니다!\n\n{head}{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n#a")
        assert (digest.shape, digest.title, digest.header_lines) == (shape, head.strip(), (1, 3))
        assert digest.preface == "안녕하세요, 이번 주 소식입니다!"
        assert only(digest).title == "First Paper"
    assert read("일기\n2024년 2월 29일\n오늘은 비가 왔다.").shape == "text"


@pytest.mark.parametrize("entry", [f"{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n#a", "First Paper\n(Ann Lee, Bob Ray)\n#a"])
@pytest.mark.parametrize("head", [WEEK, DAY])
def test_a_preface_is_kept_and_is_no_paper(head: str, entry: str) -> None:
    digest = read(f"{head}이번에는 적습니다.\n\n그래도 좋습니다.\n---\n{entry}")
    assert (digest.header_lines, digest.preface) == ((1, 2, 4, 5), "이번에는 적습니다.\n그래도 좋습니다.")
    assert only(digest).title == "First Paper"


def test_a_text_without_entries_is_one_and_no_preface() -> None:
    digest = read(WEEK + "쉬어 갑니다.\n다음 주에 만나요.")
    assert (digest.preface, only(digest).commentary) == (None, "쉬어 갑니다.\n다음 주에 만나요.")


@pytest.mark.parametrize("again", ["First Paper: Renamed (Ann Lee, Bob Ray)", "First paper (Ann Lee, B. Ray)"])
@pytest.mark.parametrize("head", [WEEK, DAY])
def test_a_title_given_twice_is_one_entry(head: str, again: str) -> None:
    assert told(f"{head}First Paper (Ann Lee, Bob Ray)\n{ONE}\n{again}\n말이다.\n#a") == BOTH[:1]


def test_a_note_on_two_papers() -> None:
    text = f"# 묶음\n{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말.\n{TWO}\nSecond Paper (Cy Dow, Di Fox)\n말.\n#b"
    text = text.replace("\n", "\n\n")
    digest = read(text, "210318 Short.md")
    assert_covered_once(digest, text)
    assert (digest.shape, digest.header_lines, digest.preface) == ("note", (1,), "# 묶음")
    assert [(entry.title, entry.url, entry.tags) for entry in digest.entries] == [("First Paper", ONE, ()), BOTH[1]]


@pytest.mark.parametrize(
    "line",
    [
        "**First Paper** (Ann Lee, Bob Ray)",
        "**First Paper (Ann Lee, Bob Ray)**",
        "## First Paper (Ann Lee, Bob Ray)",
        "### *First Paper* (Ann Lee, Bob Ray)",
        "__First Paper__ (Ann Lee, Bob Ray)",
        "**First Paper**\n(Ann Lee, Bob Ray)",
        "## **First Paper**\n(Ann Lee, Bob Ray)",
    ],
)
@pytest.mark.parametrize("head", [WEEK, DAY])
def test_marks_are_no_part_of_a_title(head: str, line: str) -> None:
    entry = only(read(f"{head}{ONE}\n{line}\n말이다.\n#a"))
    assert (entry.title, entry.authors, entry.url) == ("First Paper", ("Ann Lee", "Bob Ray"), ONE)


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("태그: #six", ("six",)),
        ("Tags: a, b", ("a", "b")),
        ("**Tags:** #a #b", ("a", "b")),
        ("- tags： language model; 한글", ("language model", "한글")),
        ("태그: 이 말은 태그가 아니라 문장이다. 정말로.", ()),
        ("Tags: 1, 2", ()),
    ],
)
def test_tags_with_a_label(line: str, tags: tuple[str, ...]) -> None:
    for head in (WEEK, DAY):
        assert only(read(f"{head}{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말이다.\n{line}")).tags == tags


def test_names_left_out_keep_their_place() -> None:
    entry = only(read(f"{WEEK}{ONE}\nFirst Paper (Ann Alpha, …, Zed Omega)\n#a"))
    assert (entry.title, entry.authors) == ("First Paper", ("Ann Alpha", "…", "Zed Omega"))
    broken = only(read(f"{WEEK}{ONE}\nFirst Paper (Ann Al\ufffdha, J\ufffdr\ufffdme Lee)\n#a"))
    assert (broken.title, broken.authors) == ("First Paper", ("Ann Al\ufffdha", "J\ufffdr\ufffdme Lee"))
    several = only(read(f"{WEEK}{ONE}\nFirst Paper (Ann Alpha et al.)\n#a"))
    assert several.authors == ("Ann Alpha", "et al.")


def test_an_address_without_scheme_opens_an_entry() -> None:
    digest = read(f"{WEEK}arxiv.org/abs/2307.12950\nFirst Paper (Ann Lee, Bob Ray)\n#a\n{TWO}\n#b")
    assert [(e.url, e.arxiv_id) for e in digest.entries] == [
        ("arxiv.org/abs/2307.12950", "2307.12950"),
        (TWO, "2001.00002"),
    ]


def test_nameless_texts_are_told_apart_by_their_words() -> None:
    one, other = only(read("할 일이다.", "todo.txt")), only(read("다른 일이다.", "todo.txt"))
    assert one.key.startswith("text:")
    assert one.key != other.key
    assert only(read("할  일이다.\n", "moved.txt")).key == one.key
    old = read(DAY + "이것은 말입니다.\n#a\n저것도 말입니다.\n#b")
    new = read(DAY + "새로운 말입니다.\n#c\n이것은 말입니다.\n#a\n저것도 말입니다.\n#b")
    assert [entry.key for entry in new.entries[1:]] == [entry.key for entry in old.entries]


@pytest.mark.parametrize("head", [WEEK, DAY])
def test_three_names_below_a_title_need_no_brackets(head: str) -> None:
    names = "First Paper\n{}\n말이다.\n#a"
    for between in ("Ann Lee, Bob Ray, Cy Dow", "말, 또 말, 또 말.", "Large Models, Vision Models, Small Data"):
        entry = only(read(f"{head}{ONE}\n{names.format(between)}"))
        assert entry.authors == (("Ann Lee", "Bob Ray", "Cy Dow") if between.startswith("Ann") else ())


def test_a_numbered_line_of_the_commentary_is_no_title() -> None:
    text = (
        f"{WEEK}{ONE}\nFirst Paper (Ann Lee, Bob Ray)\n말.\n1. 하나\n2. Second Paper (Cy Dow, Di Fox)\nLink: {TWO}\n#a"
    )
    assert told(text) == BOTH[:1]


@pytest.mark.parametrize("numbers", [("1️⃣ ", "2️⃣ "), ("1⃣", "2⃣"), ("① ", "② "), ("⑨", "🔟"), ("1. ", "2. ")])
def test_items_may_be_numbered_with_signs(numbers: tuple[str, str]) -> None:
    first, second = numbers
    text = (
        "# Papers, 24-30 July 2023\n\n"
        f"{first}**First Paper** — what it says\n📄 {ONE}\n👥 Ann Lee, Bob Ray and Cy Dow\n🏷️ a\n\n"
        f"{second}**Second Paper** — more\n📄 {TWO}\n👤 Di Fox\n📅 2023-07-25\n"
    )
    digest = read(text, "digest.md")
    assert_covered_once(digest, text)
    one, two = digest.entries
    assert (one.title, one.url, one.authors, one.tags) == ("First Paper", ONE, ("Ann Lee", "Bob Ray", "Cy Dow"), ("a",))
    assert (two.title, two.url, two.authors, two.date) == ("Second Paper", TWO, ("Di Fox",), date(2023, 7, 25))
    assert (one.commentary, two.commentary) == ("what it says", "more")


@pytest.mark.parametrize("said", ["👥 For all who like kites.", "👤 one of them", "🏷️ It costs nothing. Take it."])
def test_a_sentence_behind_a_sign_is_no_field(said: str) -> None:
    text = f"- [First Paper]({ONE})\n  {said}\n- [Second Paper]({TWO})\n"
    first, _ = read(text, "digest.md").entries
    assert (first.authors, first.tags, first.commentary) == ((), (), said)


def test_a_plain_letter_may_have_its_addresses_at_the_end() -> None:
    text = (
        "Sign up [1] | Read online [2]\n\nLETTER 2023-07-26\n\nRESEARCH\n\nFirst Paper: on kites (5 minutes) [3]\n\n"
        "It flies.\n\nAn item of news [4]\n\nNothing flies.\n\nTOOLS & MORE\n\nSecond Paper: on lamps [5]\n\n"
        "It shines.\n\n"
        f"Links:\n------\n[1] https://a.example/up\n[2] https://a.example/web\n[3] {ONE}\n"
        f"[4] https://b.example/news/1234-kites\n[5] {TWO}\n"
    )
    digest = read(text, "letter.txt")
    assert_covered_once(digest, text)
    assert [(entry.title, entry.url, entry.section) for entry in digest.entries] == [
        ("First Paper: on kites (5 minutes)", ONE, "RESEARCH"),
        ("An item of news", "https://b.example/news/1234-kites", "RESEARCH"),
        ("Second Paper: on lamps", TWO, "TOOLS & MORE"),
    ]
    assert [entry.commentary for entry in digest.entries] == ["It flies.", "Nothing flies.", "It shines."]
    assert digest.start == date(2023, 7, 26)


def test_numbered_sources_of_a_text_are_no_headings() -> None:
    text = f"Kites were studied [1] and lamps [2].\nBoth shine [1].\n\n[1] {ONE}\n[2] {TWO}\n"
    assert [entry.title for entry in read(text, "notes on kites.txt").entries] == [None]


def test_an_outliners_properties_belong_to_their_item() -> None:
    text = (
        "- [[Jul 25th, 2023]]\n"
        f"\t- First Paper: on kites #rl #[[two words]]\n\t  url:: {ONE}\n\t  authors:: [[Ann Lee]], [[Bob Ray]]\n"
        f"\t\t- said of it\n\t- Second Paper: on lamps #light\n\t  url:: {TWO}\n"
    )
    digest = read(text, "journal.md")
    assert_covered_once(digest, text)
    one, two = digest.entries
    assert (one.title, one.url, one.authors) == ("First Paper: on kites", ONE, ("Ann Lee", "Bob Ray"))
    assert (one.tags, one.commentary) == (("rl", "two words"), "- said of it")
    assert (two.title, two.url, two.tags) == ("Second Paper: on lamps", TWO, ("light",))
    assert [(entry.date, entry.section) for entry in (one, two)] == [(date(2023, 7, 25), None)] * 2


@pytest.mark.parametrize("numbers", [("1/", "2/", "3/", "4/"), ("1/4", "2/4", "3/4", "4/4")])
def test_posts_of_a_thread_are_papers(numbers: tuple[str, ...]) -> None:
    text = (
        "{0} Papers of the week (Jul 24-30, 2023)\n\n"
        f"{{1}} First Paper: on kites\nIt flies.\n{ONE}\n\n"
        f"{{2}} Second Paper: on lamps\nIt shines.\n{TWO}\n\n"
        "{3} That is all!\n"
    ).format(*numbers)
    digest = read(text, "thread.txt")
    assert_covered_once(digest, text)
    assert [(e.title, e.url, e.commentary) for e in digest.entries] == [
        ("First Paper: on kites", ONE, "It flies."),
        ("Second Paper: on lamps", TWO, "It shines."),
    ]


def test_days_before_titles_are_no_posts() -> None:
    text = f"7/24 First Paper {ONE}\n8/1 Second Paper {TWO}\n9/3 Third Paper {THREE}\n"
    assert "###" not in str(read(text, "list.txt"))
