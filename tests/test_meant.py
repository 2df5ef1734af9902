"""What was probably meant by a query that finds nothing: near words, found as a look at all of them would find them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import digest, entry, home, incoming
from tui_digest.cli import main
from tui_digest.library import Library
from tui_digest.library import lists as lists_module
from tui_digest.paths import Paths
from tui_digest.store import search as search_module
from tui_digest.store.importing import Import
from tui_digest.store.search_words import WordList
from tui_digest.store.shards import Shards
from tui_digest.store.steps import at_once
from tui_digest.text.spelling import letters, pieces, slips, slips_allowed

ENTRIES = [
    entry(
        "Attention Is All You Need",
        arxiv="1706.03762",
        authors=["Ashish Vaswani", "Noam Shazeer"],
        tags=["transformer", "긴 문맥"],
        commentary="(attention,) 강화학습을 한다. 거대 언어 모델의 정렬",
    ),
    entry("Self-Attention for Retrieval", arxiv="2301.00001", authors=["Ada Vaswami"], tags=["transformers"]),
    entry("Retention of Latents", arxiv="2301.00002", tags=["transformer"], commentary="retention attention을"),
    entry("학습률과 학습", arxiv="2301.00003", commentary="학습 학술"),
]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = home(tmp_path)
    Import(found, Shards(found.shards, None), []).run([incoming("/one", digest(*ENTRIES, start="2023-07-23"))])
    return found


@pytest.fixture(params=["scanned", "indexed"])
def library(paths: Paths, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Library:
    opened = Library.open(paths, starters=False)
    if request.param == "indexed":
        monkeypatch.setattr(search_module, "SCAN_BELOW", 1)
        monkeypatch.setattr(lists_module, "INDEX_FROM", 1)
        work = opened.lists.index_work()
        assert work is not None and work(lambda done, weeks: None, lambda: False)
        assert opened.lists.index_work() is None, "it is made"
    return opened


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("atention", "attention"),
        ("attentino", "attention"),
        ("Atention", "attention"),
        ("retrival", "retrieval"),
        ("atention is:unread", "attention is:unread"),
        ("atention OR zzzzzz", None),
        ("need -atention", None),
        ("(self-atention)", "(self-attention)"),
        ('"atention is all"', '"attention is all"'),
        ("all atention retrival sort:title", None),
        ("atention retrival sort:title", "attention retrieval sort:title"),
        ("강화학슾", "강화학습"),
        ("강하학습", "강화학습"),
        ("언여모델", "언어모델"),
        ("학슾", "학습"),
        ("author:vaswnai", "author:vaswani"),
        ("author:vasvani", "author:vaswani"),
        ('author:"noam shazer"', 'author:"noam shazeer"'),
        ("title:atention", "title:attention"),
        ("tag:tranformer", "tag:transformer"),
        ("#tranformer", "#transformer"),
        ('tag:"긴 무맥"', 'tag:"긴 문맥"'),
        ("tag:nothing_like_it", None),
        ("attention tag:transformers is:starred", None),
        ("attention", None),
        ("qqqqqq", None),
        ("2301.00009", None),
        ("rl", None),
        ("tag:", None),
        ('"open', None),
        ("", None),
    ],
)
def test_what_was_meant(library: Library, typed: str, meant: str | None) -> None:
    assert at_once(library.lists.meant(typed)) == meant


def test_the_nearest_first_and_of_equally_near_ones_the_most_frequent(library: Library) -> None:
    assert at_once(library.lists.meant("retantion")) == "retention", "one slip, though attention is more frequent"
    assert at_once(library.lists.meant("학숩")) == "학습", "as near as 학술, and more frequent"


WORD = st.text("abcd", min_size=1, max_size=9) | st.text("가각간나낙학습", min_size=1, max_size=4)


@given(st.lists(WORD, max_size=12), WORD, st.integers(0, 2))
def test_near_words_are_all_words_that_are_near(words: list[str], typed: str, most: int) -> None:
    most = min(most, slips_allowed(typed))
    found = at_once(WordList(["\n".join([f"({word}," for word in words])]).near(typed, most))
    hangul = typed[0] >= "가"
    known = {word for word in words if (word[0] >= "가") == hangul}
    known |= {word[: len(typed)] for word in known if hangul}
    distances = {word: slips_plainly(letters(word), letters(typed)) for word in known}
    assert found == {word: distance for word, distance in distances.items() if 0 < distance <= most}


@cache
def slips_plainly(first: str, second: str) -> int:
    """The definition: the least of everything that the last letters can have been."""
    if not first or not second:
        return len(first) + len(second)
    ways = [
        slips_plainly(first[:-1], second) + 1,
        slips_plainly(first, second[:-1]) + 1,
        slips_plainly(first[:-1], second[:-1]) + (first[-1] != second[-1]),
    ]
    if first[-2:] == second[-2:][::-1] and len(first) > 1:
        ways.append(slips_plainly(first[:-2], second[:-2]) + 1)
    return min(ways)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_slips_are_counted(first: str, second: str, most: int) -> None:
    assert slips(first, second, most) == slips(second, first, most) == min(slips_plainly(first, second), most + 1)
    if slips(first, second, most) <= most and len(first) > 2 * most:
        assert any(piece in second for piece in pieces(first, most))


def test_short_words_and_numbers_are_not_guessed() -> None:
    for allowed, words in enumerate((("rlh", "gpt4", "학"), ("llma", "학습"), ("attentio", "강화학습"))):
        assert {slips_allowed(word) for word in words} == {allowed}


def test_the_command_says_it_and_lists_nothing(
    paths: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_DIGEST_HOME", str(paths.data.parent))
    assert main(["search", "atention", "retrival"]) == 0
    assert capsys.readouterr() == ("", "Nothing is found. Did you mean attention retrieval?\n")
    assert main(["list", "--json", "--filter", "tag:tranformer"]) == 0
    out, err = capsys.readouterr()
    assert '"title"' not in out and err.count("did you mean tag:transformer") == 1 and "Nothing is found" not in err
    assert main(["search", "attention", "need"]) == 0
    assert capsys.readouterr().err == ""
