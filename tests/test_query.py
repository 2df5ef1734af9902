from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.oracle import Facts, matches
from tests.tried import examples
from tui_digest import query
from tui_digest.i18n import Translator
from tui_digest.query import (
    FIELDS,
    And,
    Asked,
    Dates,
    Field,
    Node,
    Not,
    Numbers,
    Or,
    QueryError,
    Weeks,
    Words,
    caret,
    complete,
    completed,
    evaluate,
    fields_used,
    fragment,
    has_term,
    plain,
    term,
    unparse,
    with_term,
)
from tui_digest.query.vocabulary import CHOICES, SORTS
from tui_digest.query.vocabulary import DAYS as OF_DAYS

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2023, 12, 8)


def read(text: str, views: dict[str, str] | None = None) -> Asked:
    return query.read(text, today=TODAY, views=views)


def tree(text: str) -> Node | None:
    return read(text).tree


def wrong(text: str, views: dict[str, str] | None = None) -> QueryError:
    with pytest.raises(QueryError) as caught:
        query.read(text, today=TODAY, views=views, weeks=lambda _: None)
    return caught.value


def word(text: str) -> Words:
    return Words(text)


# The page that tells the language


PAGE = (ROOT / "docs" / "query.md").read_text("utf-8")


def tables(page: str) -> list[list[list[str]]]:
    found: list[list[list[str]]] = [[]]
    for line in page.splitlines():
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found[-1].append([cell.strip().replace("\\|", "|") for cell in cells])
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


VIEWS = {row[0]: row[1].strip("`") for table in tables(PAGE) if table[0] == ["view", "text"] for row in table[2:]}
MISTAKES = [block.splitlines() for block in PAGE.partition("```text\n")[2].partition("```")[0].split("\n\n")]


def test_the_page_has_its_mistakes() -> None:
    assert len(MISTAKES) > 7


@pytest.mark.parametrize("lines", MISTAKES, ids=lambda lines: lines[0])
def test_the_mistakes_of_the_page(lines: list[str]) -> None:
    text, mark, sentence = lines
    error = wrong(text, VIEWS)
    assert caret(text, error) == f"{text}\n{mark}"
    assert Translator("en")(error.message_id, **error.details) == sentence


# What a text is read as


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  \t ", None),
        ("a b", And((word("a"), word("b")))),
        ("a b OR c d|e", Or((And((word("a"), word("b"))), And((word("c"), word("d"))), word("e")))),
        ("(a b) c", And((word("a"), word("b"), word("c")))),
        ("a || b", Or((word("a"), word("b")))),
        ("a AND -b", And((word("a"), Not(word("b"))))),
        ("NOT NOT a", Not(Not(word("a")))),
        ("-(a OR b)", Not(Or((word("a"), word("b"))))),
        ('-"a  b"', Not(Words("a b", True))),
        ('"a"b', And((Words("a", True), word("b")))),
        (r'"say \"hi\" \alpha \\"', Words('say "hi" \\alpha \\', True)),
        ("“a b”", Words("a b", True)),
        ("or not and", And((word("or"), word("not"), word("and")))),
        ("-OR", Not(Words("OR", True))),
        # signs inside of words, and signs that stand alone
        ("f(x) C# 5\" GPT-4 R&D", And(tuple(map(word, ["f(x)", "C#", '5"', "GPT-4", "R&D"])))),
        ("p(x|y)", word("p(x|y)")),
        ("(GAN(s))", word("GAN(s)")),
        ("A - B", And((word("A"), word("-"), word("B")))),
        ("--x #", And((word("--x"), word("#")))),
        # colons that make no field
        ("GPT-4: 10:30 foo:bar", And(tuple(map(word, ["GPT-4:", "10:30", "foo:bar"])))),
        ("https://example.org/title:x", word("https://example.org/title:x")),
        ("title://x", word("title://x")),
        ("Note: RLCD: x", And(tuple(map(word, ["Note:", "RLCD:", "x"])))),
        ("std::vector", word("std::vector")),
        ("Tga:x", word("Tga:x")),
        ("모델:크기", word("모델:크기")),
        # papers
        ("arXiv:2307.12950v2", Field("arxiv", "2307.12950")),
        ("https://arxiv.org/pdf/2307.12950", Field("arxiv", "2307.12950")),
        ("arxiv:cs/0112017", Field("arxiv", "cs/0112017")),
        ("2307.12950v3", Field("arxiv", "2307.12950")),
        ("2307.12950", word("2307.12950")),
        # fields
        ("TAG:rl", Field("tag", "rl")),
        ("#rl tag:#rl", And((Field("tag", "rl"), Field("tag", "rl")))),
        ('author:"Kim Lee"', Field("author", "Kim Lee")),
        ("title:f(x)", Field("title", "f(x)")),
        ("title:a:b", Field("title", "a:b")),
        ("IS:Unread", Field("is", "unread")),
        ("（ａ OR tag：rl）－＃x", And((Or((word("ａ"), Field("tag", "rl"))), Not(Field("tag", "x"))))),
        ("tag:한국", Field("tag", "한국")),
        # numbers
        ("votes:30", Field("votes", Numbers(30, 30))),
        ("votes:=30", Field("votes", Numbers(30, 30))),
        ("votes:>30", Field("votes", Numbers(31, None))),
        ("votes:≥３０", Field("votes", Numbers(30, None))),
        ("votes:<30", Field("votes", Numbers(None, 29))),
        ("votes:..30", Field("votes", Numbers(None, 30))),
        ("seen:2..3", Field("seen", Numbers(2, 3))),
        ("seen:2~", Field("seen", Numbers(2, None))),
        # days
        ("date:2024-02", Field("date", Dates(date(2024, 2, 1), date(2024, 2, 29)))),
        ("date:2023-7-23", Field("date", Dates(date(2023, 7, 23), date(2023, 7, 23)))),
        ("date:2023..2024-02", Field("date", Dates(date(2023, 1, 1), date(2024, 2, 29)))),
        ("date:>2023-07", Field("date", Dates(date(2023, 8, 1), None))),
        ("date:<2023-07", Field("date", Dates(None, date(2023, 6, 30)))),
        ("date:<=2023-07", Field("date", Dates(None, date(2023, 7, 31)))),
        ("date:2023년7월", Field("date", Dates(date(2023, 7, 1), date(2023, 7, 31)))),
        ('date:"2023년 7월 23일"', Field("date", Dates(date(2023, 7, 23), date(2023, 7, 23)))),
        ("added:<7d", Field("added", Dates(date(2023, 12, 2), None))),
        ("added:7d", Field("added", Dates(date(2023, 12, 2), None))),
        ("added:<=7d", Field("added", Dates(date(2023, 12, 1), None))),
        ("added:>2w", Field("added", Dates(None, date(2023, 11, 23)))),
        ("added:>=1m", Field("added", Dates(None, date(2023, 11, 8)))),
        ("added:=1y", Field("added", Dates(date(2022, 12, 8), date(2022, 12, 8)))),
        ("added:<99999y", Field("added", Dates(date.min, None))),
        ("published:2023-07..", Field("published", Dates(date(2023, 7, 1), None))),
        ("updated:<7d", Field("updated", Dates(date(2023, 12, 2), None))),
        ("added:yesterday", Field("added", Dates(date(2023, 12, 7), date(2023, 12, 7)))),
        # weeks
        ("week:2023-W30..2023-W35", Field("week", Weeks("2023-W30", "2023-W35"))),
        ("week:2023w5", Field("week", Weeks("2023-W05", "2023-W05"))),
        ("week:2020", Field("week", Weeks("2020-W01", "2020-W53"))),
        ("week:>2020", Field("week", Weeks("2021-W01", None))),
        ("week:undated", Field("week", "undated")),
    ],
)  # fmt: skip
def test_reading(text: str, expected: Node | None) -> None:
    assert tree(text) == expected


def test_months_back_stay_in_the_month() -> None:
    asked = query.read("added:>=1m", today=date(2024, 3, 31))
    assert asked.tree == Field("added", Dates(None, date(2024, 2, 29)))


def test_sort_and_limit() -> None:
    assert read("sort:title a limit:5") == Asked(word("a"), ("title", False), 5)
    assert read("sort:-added") == Asked(None, ("added", False))
    assert unparse(read("a OR b sort:-title limit:3")) == "a OR b sort:-title limit:3"
    assert unparse(read("-tag AND :rl a : tag")) == "-tag AND :rl a : tag", "side by side it would be a mistake"


def test_and_is_not_or() -> None:
    assert tree("a b") != tree("a OR b")


# Mistakes


@pytest.mark.parametrize(
    ("text", "message", "place", "fixed"),
    [
        ("tga:rl", "query.field", "tga:", "tag:rl"),
        ("since:2023-07", "query.field", "since:", "date:>=2023-07"),
        ("-unread:yes x", "query.field", "unread:", "-is:unread x"),
        ("is:unread,starred", "query.choice.near", "unread,starred", "(is:unread OR is:starred)"),
        ("has:arxiv,link,abstract", "query.choice.near", "arxiv,link,abstract",
         "(has:arxiv OR has:link OR has:abstract)"),
        ("sort:oldest", "query.choice.near", "oldest", "sort:-date"),
        ("submitted:2023-07", "query.field", "submitted:", "published:2023-07"),
        ("revised:<7d", "query.field", "revised:", "updated:<7d"),
        ("published>=2023", "query.colon", "published>=2023", "published:>=2023"),
        ("updated:7 days", "query.date.near", "7", "updated:7d days"),
        ("added:<7", "query.date.near", "<7", "added:<7d"),
        ('a note:""', "query.phrase", '""', None),
        ("x auther:Kim", "query.field", "auther:", "x author:Kim"),
        ("is:stared", "query.choice.near", "stared", "is:starred"),
        ("has:note", "query.choice.near", "note", "is:noted"),
        ("is:zzz", "query.choice", "zzz", None),
        ("sort:vote", "query.choice.near", "vote", "sort:votes"),
        ("sort:-vote", "query.choice.near", "-vote", "sort:-votes"),
        ("a tag :rl", "query.gap", "tag :", "a tag:rl"),
        ('-title : "two words" b', "query.gap", "title : ", '-title:"two words" b'),
        ("is：read tag ：rl", "query.gap", "tag ：", "is：read tag:rl"),
        ("a tag:", "query.value", "tag:", None),
        ("-tag: rl", "query.value", "tag:", "-tag:rl"),
        ("tag:#", "query.value", "tag:#", None),
        ("tag:(a | b) c", "query.group", "(", "(tag:a OR tag:b) c"),
        ("votes>=30", "query.colon", "votes>=30", "votes:>=30"),
        ("votes:30-50", "query.number.near", "30-50", "votes:30..50"),
        ("votes:<<30x", "query.number.near", "<<30x", "votes:<30"),
        ("votes:many", "query.number", "many", None),
        ("votes:..", "query.number", "..", None),
        ("votes:50..30", "query.backwards.near", "50..30", "votes:30..50"),
        ("week:50", "query.week.near", "50", "week:2023-W50"),
        ("week:2023-07", "query.week.near", "2023-07", "date:2023-07"),
        ("week:2023-W53", "query.week.near", "2023-W53", "week:2023-W52"),
        ("week:soon", "query.week", "soon", None),
        ("week:none", "query.week.near", "none", "week:undated"),
        ("week:unknown", "query.week.near", "unknown", "week:undated"),
        ("date:2023-W30", "query.date.near", "2023-W30", "week:2023-W30"),
        ("date:2023-02-30", "query.date.near", "2023-02-30", "date:2023-02"),
        ("date:20230723", "query.date.near", "20230723", "date:2023-07-23"),
        ("added:<7days", "query.date.near", "<7days", "added:<7d"),
        ("date:23-07", "query.date.near", "23-07", "date:2023-07"),
        ("date:0000", "query.date", "0000", None),
        ("date:>9999", "query.date", ">9999", None),
        ("arxiv:12", "query.arxiv", "12", None),
        ("limit:0", "query.limit", "0", None),
        ("limit:1 limit:2", "query.twice", "limit:2", "limit:1 "),
        ("(a sort:votes)", "query.outside", "sort:votes", "(a )"),
        ("-limit:3 a", "query.outside", "limit:3", "limit:3 a"),
        ('a "b c', "query.quote", '"b c', 'a "b c"'),
        ('tag:"b', "query.quote", '"b', 'tag:"b"'),
        ('"', "query.quote", '"', None),
        ('a ""', "query.phrase", '""', "a "),
        ("(a (b", "query.open", "(", "(a (b)"),
        ("a b)", "query.close", ")", "a b"),
        ("a ()", "query.empty", "()", "a "),
        ("OR a", "query.side", "OR", " a"),
        ("a OR", "query.side", "OR", "a "),
        ("a | OR b", "query.side", "|", "a  OR b"),
        ("a AND", "query.side", "AND", "a "),
        ("a NOT", "query.not", "NOT", "a "),
        ("(" * 60, "query.deep", "(", None),
        ("-(" * 60 + "a" + ")" * 60, "query.deep", "(", None),
    ],
)  # fmt: skip
def test_mistakes(text: str, message: str, place: str, fixed: str | None) -> None:
    error = wrong(text)
    assert (error.message_id, text[error.position : error.position + error.length]) == (message, place)
    assert error.fixed == fixed
    if fixed is not None and "(b" not in fixed:  # there, another parenthesis is left open
        read(fixed)
    assert error.exit_code == 2
    for lang in ("en", "ko"):
        said = Translator(lang)
        assert said.knows(message)
        assert "{" not in said(message, **error.details)


def test_every_message_there_can_be_is_in_the_catalogues() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "tui_digest" / "query").glob("*.py"))
    asked = set(re.findall(r'"(query\.[a-z]+)"', source))
    assert len(asked) > 15
    for lang in ("en", "ko"):
        assert [
            name for name in asked if not (Translator(lang).knows(name) or Translator(lang).knows(f"{name}.near"))
        ] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("선호 is:stared", "선호 is:stared\n        ^~~~~~"),
        ("한글 tag:", "한글 tag:\n     ^~~~"),
        ("\u1100\u1161 tag:", "가 tag:\n   ^~~~"),
        ("가　나）", "가 나）\n     ^~"),
        ("a\n\ttag:", "a  tag:\n   ^~~~"),
        ("a OR", "a OR\n  ^~"),
    ],
)
def test_carets_stand_under_the_place(text: str, shown: str) -> None:
    assert caret(text, wrong(text)) == shown


def test_places_are_counted_in_the_text_as_it_was_typed() -> None:
    text = "\u1112\u1161\u11ab\u1100\u1173\u11af tga:x"
    error = wrong(text)
    assert text[error.position :][: error.length] == "tga:"


# Saved views


@pytest.mark.parametrize(
    ("text", "message", "place", "fixed"),
    [
        ("a -view:mien", "query.view.near", "view:mien", "a -view:mine"),
        ("(a OR view:zzzz)", "query.view", "view:zzzz", None),
        ("x view:loop", "query.circle", "view:loop", None),
        ("view:round", "query.circle", "view:round", None),
        ("view:stale | a", "query.inside", "view:stale", None),
        ("view:typo", "query.inside", "view:typo", None),
    ],
)
def test_mistakes_about_views(text: str, message: str, place: str, fixed: str | None) -> None:
    views = {"mine": "is:unread", "loop": "a view:loop", "round": "view:about", "about": "-view:round"}
    error = wrong(text, views | {"stale": "view:zzzz", "typo": "tga:x"})
    assert (error.message_id, text[error.position :][: error.length], error.fixed) == (message, place, fixed)
    assert "{" not in Translator("ko")(error.message_id, **error.details)


def test_a_view_lends_its_order_to_a_query_without_one() -> None:
    views = {"best": "a sort:votes limit:3", "all": "sort:title"}
    assert read("view:best", views) == Asked(word("a"), ("votes", True), 3)
    assert read("view:best sort:title limit:9", views) == Asked(word("a"), ("title", False), 9)
    assert read("-view:best b", views) == Asked(And((Not(word("a")), word("b"))))
    assert matches(read("view:all", views).tree, Facts()) and not matches(read("-view:all", views).tree, Facts())


def test_a_view_that_nobody_looked_up_stays_a_term() -> None:
    assert tree('view:"a b"') == Field("view", "a b")
    assert with_term("view:a b", "tag:x", on=True) == "view:a b tag:x"


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("", "a OR b", "a OR b"),
        ("a OR b", "", "a OR b"),
        ("a OR b sort:votes", "c|d limit:3", "(a OR b) (c|d) sort:votes limit:3"),
        ("a sort:votes", "b sort:title", "a b sort:title"),
        ("sort:votes", "b", "b sort:votes"),
    ],
)
def test_two_texts_in_one(first: str, second: str, text: str) -> None:
    assert query.both(first, second) == text


# Any text, any tree


SIGNS = list('()"-|#:<>=.~*\\ （）：“”－\u3000\u1112\u1161\u11ab\u0301\u0338\u212a')
PARTS = ["OR", "AND", "NOT", "..", ">=", "2023", "-07", "-W30", "7d", "30", "rl", "한글", "a b", "arXiv:2307.12950"]
CHOSEN = [each for words in CHOICES.values() for each in words]
SCRAPS = st.sampled_from([*(f"{name}:" for name in FIELDS), *CHOSEN, *SIGNS, *PARTS])
TEXTS = st.one_of(st.text(), st.lists(st.one_of(SCRAPS, st.text(max_size=3)), max_size=12).map("".join))


@settings(max_examples=examples(150))
@example("limit:" + "9" * 5000)
@example("(" * 3000)
@example("-" * 3000 + "a")
@example("NOT " * 3000 + "a")
@given(TEXTS)
def test_any_text_is_read_or_has_a_mistake_with_a_place(text: str) -> None:
    try:
        asked, error = read(text), None
    except QueryError as mistake:
        asked, error = Asked(), mistake
    if error is not None:
        assert 0 <= error.position <= error.position + error.length <= len(text)
        assert len(caret(text, error).splitlines()) == 2
        assert Translator("en").knows(error.message_id)
    else:
        assert read(unparse(asked)) == asked
        assert unparse(read(unparse(asked))) == unparse(asked)


@settings(max_examples=examples(150))
@given(TEXTS)
def test_suggestions_do_not_lead_in_a_circle(text: str) -> None:
    seen: set[str | None] = set()
    while text not in seen:
        seen.add(text)
        try:
            read(text)
        except QueryError as error:
            if error.fixed is not None:
                text = error.fixed
                continue
        return
    raise AssertionError(text)


LETTERS = st.text(st.sampled_from('ab가나 \\"()-#:|.é'), min_size=1, max_size=5).filter(str.strip)
PHRASES = LETTERS.map(lambda text: " ".join(text.split()))
TAGS = PHRASES.filter(lambda text: not text.startswith("#"))
DAYS = st.dates(date(2016, 1, 1), date(2025, 12, 31))
COUNTS = st.integers(0, 60)


def pairs(one: st.SearchStrategy) -> st.SearchStrategy:
    """Two in order, either of them perhaps open, not both."""
    closed = st.tuples(one, one).map(lambda pair: tuple(sorted(pair)))
    return st.one_of(closed, one.map(lambda each: (None, each)), one.map(lambda each: (each, None)))


def iso(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


LEAVES: st.SearchStrategy[Node] = st.one_of(
    PHRASES.map(lambda text: Words(text, True)),
    st.sampled_from(["a", "b", "가", "ab", "zz"]).map(Words),
    st.builds(Field, st.sampled_from(["title", "author", "note", "digest"]), PHRASES),
    st.builds(Field, st.just("tag"), TAGS),
    st.builds(Field, st.sampled_from(["votes", "seen"]), pairs(COUNTS).map(lambda pair: Numbers(*pair))),
    st.builds(Field, st.sampled_from(OF_DAYS), pairs(DAYS).map(lambda pair: Dates(*pair))),
    st.builds(Field, st.just("week"), st.one_of(st.just("undated"), pairs(DAYS.map(iso)).map(lambda p: Weeks(*p)))),
    st.builds(Field, st.just("is"), st.sampled_from(CHOICES["is"])),
    st.builds(Field, st.just("has"), st.sampled_from(CHOICES["has"])),
    st.builds(Field, st.just("arxiv"), st.sampled_from(["2307.12950", "cs/0112017"])),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes))),
    ),
    max_leaves=8,
)
SORTINGS = st.one_of(st.none(), st.tuples(st.sampled_from(list(SORTS)), st.booleans()))
ASKED = st.builds(Asked, st.one_of(st.none(), TREES), SORTINGS, st.one_of(st.none(), st.integers(1, 999)))
NAMES = st.lists(st.sampled_from(["a", "b", "가", "ab", "a b"]), max_size=3).map(tuple)
SOME = st.one_of(st.none(), st.sampled_from(["a", "b 가", "Ab", "(a)"]))
FACTS = st.builds(
    lambda start, days, **rest: Facts(
        **rest,
        start=start,
        end=start and start + timedelta(days=days),
        week=iso(start + timedelta(days=days // 2)) if start else "undated",
    ),
    start=st.one_of(st.none(), DAYS), days=st.integers(0, 6), title=SOME, authors=NAMES, tags=NAMES, own_tags=NAMES,
    note=SOME, digest_title=st.sampled_from(["a", "2023년"]), digest_path=st.just("b.txt"), read=st.booleans(),
    starred=st.booleans(), added=st.one_of(st.none(), DAYS), published=st.one_of(st.none(), DAYS),
    updated=st.one_of(st.none(), DAYS), abstract=SOME, commentary=SOME, section=SOME,
    arxiv=st.sampled_from([None, "2307.12950", "cs/0112017"]), links=st.integers(0, 2), seen=st.integers(1, 4),
    votes=st.one_of(st.none(), COUNTS),
)  # fmt: skip


@settings(max_examples=examples(100))
@given(ASKED.map(unparse), ASKED.map(unparse), FACTS)
def test_two_texts_in_one_ask_for_both(first: str, second: str, facts: Facts) -> None:
    found = read(query.both(first, second))
    assert matches(found.tree, facts) == (matches(tree(first), facts) and matches(tree(second), facts))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("date :", "x"),
        ("date", ":x"),
        ("a", "date :"),
        ("date :", "sort:votes"),
        ("sort:votes", "date :"),
        ("a | b", "tag :"),
    ],
)
def test_two_texts_that_would_run_together_are_kept_apart(first: str, second: str) -> None:
    found, one, other = read(query.both(first, second)), read(first), read(second)
    terms = [each.tree for each in (one, other) if each.tree is not None]
    flat = [node for each in terms for node in (each.nodes if isinstance(each, And) else (each,))]
    assert found.tree == (And(tuple(flat)) if len(flat) > 1 else flat[0])
    assert found.sort == (other.sort or one.sort)


@settings(max_examples=examples(150))
@given(ASKED, st.lists(FACTS, max_size=6))
def test_written_and_read_again_a_tree_is_the_same(asked: Asked, papers: list[Facts]) -> None:
    again = read(unparse(asked))
    assert read(unparse(again)) == again
    assert (again.sort, again.limit) == (asked.sort, asked.limit)
    for facts in papers:
        assert matches(again.tree, facts) == matches(asked.tree, facts)


@settings(max_examples=examples(150))
@given(TREES, st.lists(FACTS, max_size=12), st.integers(0, 2**12 - 1))
def test_sets_of_rows_say_what_the_definition_says(node: Node, papers: list[Facts], universe: int) -> None:
    universe &= (1 << len(papers)) - 1

    def leaf(each: Words | Field) -> int:
        return sum(1 << row for row, facts in enumerate(papers) if matches(each, facts))

    expected = sum(1 << row for row, facts in enumerate(papers) if universe >> row & 1 and matches(node, facts))
    assert evaluate(node, leaf, universe) == expected


def test_what_can_change_nothing_is_not_asked() -> None:
    asked: list[str] = []

    def leaf(each: Words | Field) -> int:
        assert isinstance(each, Words)
        asked.append(each.text)
        return {"none": 0, "all": 0b111}[each.text]

    assert evaluate(tree("none all"), leaf, 0b111) == 0
    assert evaluate(tree("all OR none"), leaf, 0b111) == 0b111
    assert asked == ["none", "all"]
    assert evaluate(None, leaf, 0b101) == 0b101


def test_what_is_highlighted() -> None:
    node = tree('a "b c" -d -(e OR -f) title:g OR a')
    assert plain(node) == (Words("a"), Words("b c", True), Words("f"))
    assert fields_used(tree("a (tag:x OR -is:read)")) == {"tag", "is"}
    assert plain(None) == () and fields_used(None) == frozenset()


# Texts with a term more or less


@pytest.mark.parametrize(
    ("text", "wanted", "with_it", "without_it"),
    [
        ("", "tag:x", "tag:x", ""),
        ("a  b", "tag:x", "a  b tag:x", "a  b"),
        ("a tag:x b", "tag:x", "a tag:x b", "a b"),
        ("a #x b", "tag:x", "a #x b", "a b"),
        ("a -tag:x b", "tag:x", "a b tag:x", "a -tag:x b"),
        ("a -tag:x b", "-tag:x", "a -tag:x b", "a b"),
        ("a tag:x", "-tag:x", "a -tag:x", "a tag:x"),
        ("a AND tag:x", "tag:x", "a AND tag:x", "a"),
        ("tag:x AND a", "tag:x", "tag:x AND a", "a"),
        ("a OR tag:x", "tag:x", "(a OR tag:x) tag:x", "a OR tag:x"),
        ("(a OR tag:x) tag:x", "tag:x", "(a OR tag:x) tag:x", "(a OR tag:x)"),
        ("a OR b sort:votes", "tag:x", "(a OR b) tag:x sort:votes", "a OR b sort:votes"),
        ("a sort:title", "sort:votes", "a sort:votes", "a sort:title"),
        ("a OR b sort:title", "sort:votes", "a OR b sort:votes", "a OR b sort:title"),
        ("limit:5 a", "limit:5", "limit:5 a", "a"),
        ("-(tag:x a)", "tag:x", "-(tag:x a) tag:x", "-(tag:x a)"),
        ("a | f(x", "tag:x", "(a | f(x ) tag:x", "a | f(x"),
        ('a tag:"x', "tag:x", 'a tag:"x tag:x', 'a tag:"x'),
        ("date :", "tag:x", "tag:x date :", "date :"),
        ("a -title ：", "tag:x", "tag:x a -title ：", "a -title ："),
        ("votes :", "sort:votes", "sort:votes votes :", "votes :"),
        ("date tag:x :y", "tag:x", "date tag:x :y", "date AND :y"),
        ("-date AND tag:x :y", "tag:x", "-date AND tag:x :y", "-date AND :y"),
    ],
)
def test_putting_terms_in_and_taking_them_out(text: str, wanted: str, with_it: str, without_it: str) -> None:
    assert with_term(text, wanted, on=True) == with_it
    assert with_term(text, wanted, on=False) == without_it
    assert has_term(text, wanted) == (with_it == text)


@settings(max_examples=examples(150))
@given(TEXTS, TAGS)
@example("date :", "rl")
@example("(a) tag :", "rl")
@example("date tag:rl :x", "rl")
def test_a_term_put_in_is_there_until_it_is_taken_out(text: str, tag: str) -> None:
    try:
        before = read(text)
    except QueryError:
        assume(False)
    wanted = term("tag", tag)
    text_with = with_term(text, wanted, on=True)
    assert has_term(text_with, wanted)
    without = with_term(text_with, wanted, on=False)
    assert not has_term(without, wanted)
    assert with_term(without, wanted, on=False) == without
    if tag not in unparse(before):
        assert read(without) == before


def test_a_term_of_any_value() -> None:
    assert term("tag", "rl") == "tag:rl"
    assert term("tag", "two words") == 'tag:"two words"'
    assert term("tag", "(x)") == 'tag:"(x)"'
    assert tree(term("tag", 'a"b\\')) == Field("tag", 'a"b\\')
    assert term("tag", "x OR tag:y") == 'tag:"x OR tag:y"'


# Completion


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [f"{name}:" for name in FIELDS]),
        ("a ta", ["tag:"]),
        ("a -a", ["author:", "added:", "arxiv:"]),
        ("-s", ["section:", "source:", "seen:"]),
        ("(t", ["tag:", "title:"]),
        ("is:", ["is:unread", "is:read", "is:starred", "is:noted", "is:tagged", "is:later", "is:new"]),
        ("-has:a", ["has:arxiv", "has:abstract"]),
        ("sort:-t", ["sort:-title"]),
        ("is:read", []),
        ("tag:x", []),
        ('"a t', []),
        ('"a" t', ["tag:", "title:"]),
        ("zz", []),
    ],
)
def test_completion(text: str, found: list[str]) -> None:
    assert complete(text, len(text)) == found


KNOWN = ("rl", "rlhf", "preference learning", "강화학습", "C++")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tag:r", ["tag:rl", "tag:rlhf", 'tag:"preference learning"']),
        ("tag:RL", ["tag:rlhf"]),
        ("a -tag:hf", ["tag:rlhf"]),
        ("(#강", ["tag:강화학습"]),
        ("#학습", ["tag:강화학습"]),
        ('tag:"preference l', ['tag:"preference learning"']),
        ("tag：c", ["tag:C++", 'tag:"preference learning"']),
        ("tag:", []),
        ("x-tag:r", []),
        ('"a tag:r', []),
        ("tag:zz", []),
    ],
)
def test_completion_of_tags(text: str, found: list[str]) -> None:
    assert complete(text, len(text), lambda: KNOWN) == found


@pytest.mark.parametrize(
    ("text", "cursor", "found"),
    [
        ("a tag:rlh", 9, ("a tag:rlhf", 10)),
        ("-#강 b", 3, ("-tag:강화학습 b", 9)),
        ("(tag:pref)", 9, ('(tag:"preference learning")', 26)),
        ("is:", 3, ("is:unread", 9)),
        ("tit", 3, ("title:", 6)),
        ("t", 1, None),
        ("tag:rlx", 6, None),
        ("mamba", 5, None),
    ],
)
def test_what_tab_makes_of_it(text: str, cursor: int, found: tuple[str, int] | None) -> None:
    assert completed(text, cursor, lambda: KNOWN) == found


def test_completion_in_the_middle() -> None:
    text = "a -ta b"
    assert complete(text, 5) == ["tag:"]
    start, end = fragment(text, 5)
    assert text[:start] + "tag:" + text[end:] == "a -tag: b"


@given(st.text(), st.integers(0, 30))
def test_completion_of_any_text(text: str, cursor: int) -> None:
    start, end = fragment(text, min(cursor, len(text)))
    assert 0 <= start <= end <= len(text)
    complete(text, min(cursor, len(text)), lambda: KNOWN)
    completed(text, min(cursor, len(text)), lambda: KNOWN)


def test_what_the_first_screen_does_not_need_is_not_loaded() -> None:
    def loaded(names: str, first: str) -> list[str]:
        script = f"import sys\n{first}\nprint(*[name for name in {names.split()!r} if name in sys.modules])"
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert not done.returncode, done.stderr
        return done.stdout.split()

    assert loaded("tui_digest.query.grammar tui_digest.query.meaning", "from tui_digest.query import Asked") == []
    heavy = "from tui_digest.query import read; import datetime; read('a b #c', today=datetime.date(2023, 1, 1))"
    assert loaded("difflib rich hashlib", heavy) == []


def test_every_name_of_the_package_is_there() -> None:
    assert all(hasattr(query, name) for name in query.__all__)
    with pytest.raises(AttributeError):
        _ = query.nothing
