"""Folding makes one spelling, and what is highlighted is what was found."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest.text.matching import fold, folded_bytes, initials, is_initials, searchable, spans

LETTERS = st.text(
    st.one_of(
        st.sampled_from(
            "abcABC ßİıſŉéÉçñøÆ가각힣모델ㄱㅎㅅㅏᄀ\u1161\u11a8\u0301\u0327ｶﾞＡｂ１“’–\u200b\xa0\n γΣς½ﬁ…²q\u0303"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("모델", "큰 모델을"),
        ("기법", "RLHF기법"),
        ("rlhf", "RLHF기법"),
        ("RLHF", "ＲＬＨＦ기법"),
        ("cafe", "Café"),
        ("Café", "cafe"),
        ("strasse", "Straße"),
        ("istanbul", "İstanbul"),
        ("k-means", "K–means"),
        ("don't", "don’t"),
        ("fine", "ﬁne"),
        ("erdos", "Erdős"),
        ("c++", "in C++."),
        ("[/]", "a [/] b"),
        ("reward  model", "Reward\n\tModel"),
        ("", "anything"),
        ("①", "① 하나"),
        ("ⓐ", "Ⓐ"),
        ("㈜", "(주)"),
        ("x2", "x²"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_found(typed: str, text: str) -> None:
    for needle in (typed, unicodedata.normalize("NFD", typed)):
        for haystack in (text, unicodedata.normalize("NFD", text)):
            assert searchable(needle) in searchable(haystack)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("가", "각"), ("й", "и"), ("は", "ば"), ("a b", "ab"), ("ab", "a b"), ("①", "1"), ("1", "①"), ("㉠", "ㄱ")],
)
def test_what_is_another_letter_is_not(typed: str, text: str) -> None:
    assert searchable(typed) not in searchable(text)


@given(LETTERS)
def test_composed_and_decomposed_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@given(LETTERS, LETTERS, LETTERS)
def test_a_span_is_text_that_holds_the_needle(before: str, needle: str, after: str) -> None:
    for text in (before + needle + after, unicodedata.normalize("NFD", before + needle + after)):
        wanted, found = searchable(needle), spans(needle, text)
        assert bool(found) == (wanted != "" and wanted in searchable(text))
        assert all(end <= start for (_, end), (start, _) in pairwise(found))
        for start, end in found:
            assert 0 <= start < end <= len(text)
            assert wanted in searchable(text[start:end])


@pytest.mark.parametrize(
    ("needle", "text", "marked"),
    [
        ("모델", "큰 모델을 모델", ["모델", "모델"]),
        ("모델", unicodedata.normalize("NFD", "큰 모델을"), [unicodedata.normalize("NFD", "모델")]),
        ("cafe", "a Cafe\u0301 b", ["Cafe\u0301"]),
        ("ss", "Straße", ["ß"]),
        ("i", "İx", ["İ"]),
        ("b c", "a b \n c d", ["b \n c"]),
        ("ａ", "A a", ["A", "a"]),
        ("aa", "aaaa", ["aa", "aa"]),
        ("x", "no", []),
        ("", "no", []),
    ],
)
def test_spans_are_places_in_the_text_as_it_is(needle: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in spans(needle, text)] == marked


def test_initial_consonants_stand_for_syllables() -> None:
    assert is_initials("ㄱㅎㅎㅅ") and is_initials("ㄲ")
    assert not is_initials("ㄱ강") and not is_initials("ㅏ") and not is_initials("") and not is_initials("ㄱ ㅎ")
    for title in ("강화학습", "심층 강화 학습의 한계", unicodedata.normalize("NFD", "강화학습")):
        assert "ㄱㅎㅎㅅ" in initials(searchable(title))
    assert "ㄱㅎㅎㅅ" not in initials(searchable("강화-학습"))
    assert initials("no hangul") == ""
    text = "심층 강화 학습의 한계"
    assert [text[start:end] for start, end in spans("ㄱㅎㅎㅅ", text, by_initials=True)] == ["강화 학습"]
    assert spans("ㄱㅎㅎㅅ", text) == []


@given(st.text("강화학습 기ㄱㅎa-\n", max_size=12), st.text("ㄱㅎㅅ", min_size=1, max_size=3))
def test_initials_are_marked_where_they_are_found(text: str, needle: str) -> None:
    found = spans(needle, text, by_initials=True)
    folded = searchable(text)
    assert bool(found) == (needle in initials(folded) or needle in folded)
    for start, end in found:
        part = searchable(text[start:end])
        assert needle in initials(part) or needle in part


def test_half_width_kana_with_a_voice_mark_fold_like_full_width_ones() -> None:
    assert fold("ﾊﾟｽ") == fold("パス")
    assert fold("ｶﾞ") == fold("ガ")
    assert searchable("②ﾟ") == "②ﾟ"


@given(st.text(st.characters() | st.sampled_from("\x1c\x1f\x85\xa0\u3000\u2028 \n\tA가e\u0301ﾟ"), max_size=60))
def test_words_cut_from_bytes_are_those_of_the_text(text: str) -> None:
    assert folded_bytes(text).split() == [word.encode("utf-8", "surrogatepass") for word in fold(text).split()]


def test_all_white_space_divides_words_in_bytes_too() -> None:
    for space in filter(str.isspace, map(chr, range(0x110000))):
        assert folded_bytes(f"a{space}b 가").split() == [b"a", b"b", "가".encode()], ascii(space)


def test_texts_of_the_usual_letters_are_composed() -> None:
    usual = [chr(code) for first, last in ("\x00\x7f", "가힣", "一鿿") for code in range(ord(first), ord(last) + 1)]
    assert unicodedata.is_normalized("NFC", "".join(usual))
    apart = [told for told in map(unicodedata.decomposition, map(chr, range(0x12000))) if told and told[0] != "<"]
    joining = {letter for told in apart for letter in told.split()[1:]}
    assert joining
    assert joining.isdisjoint(f"{ord(char):04X}" for char in usual)
