"""Titles, names and tags: what is one, and what only looks like it."""

from __future__ import annotations

import unicodedata

import pytest

from tui_digest.parsing.authors import authors_at_end, name_list
from tui_digest.parsing.drafts import take_tags
from tui_digest.parsing.tags import closing_tags, read_tags, tag_line
from tui_digest.parsing.titles import is_plain_title, read_head


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jason Wei", ("Jason Wei",)),
        ("Jason Wei et al.", ("Jason Wei", "et al.")),
        ("Vaswani et al.", ("Vaswani", "et al.")),
        ("A. Vaswani, N. Shazeer, and J. Uszkoreit", ("A. Vaswani", "N. Shazeer", "J. Uszkoreit")),
        ("Sachit Menon and Carl Vondrick", ("Sachit Menon", "Carl Vondrick")),
        ("Aaron van den Oord, Nando de Freitas", ("Aaron van den Oord", "Nando de Freitas")),
        ("Conor O'Brien, Stéphane d'Ascoli, Erdem Bıyık", ("Conor O'Brien", "Stéphane d'Ascoli", "Erdem Bıyık")),
        ("Charbel-Raphaël Segerie, Łukasz Kaiser", ("Charbel-Raphaël Segerie", "Łukasz Kaiser")),
        ("Ann Lee (Google, NYU), Bob Ray", ("Ann Lee (Google, NYU)", "Bob Ray")),
        ("Team PyTorch at IBM, Team PyTorch at Meta", ("Team PyTorch at IBM", "Team PyTorch at Meta")),
        ("OpenAI", ("OpenAI",)),
        ("Lantern-AI", ("Lantern-AI",)),
        ("van der Maaten, Laurens; Lee, Ann", ("Laurens van der Maaten", "Ann Lee")),
        ("김철수, 이영희", ("김철수", "이영희")),
        ("王小明、李雷", ("王小明", "李雷")),
        ("Ann Lee, Bob Ray, ..., Cy Dow", ("Ann Lee", "Bob Ray", "...", "Cy Dow")),
        ("Ann Alpha, …, Zed Omega", ("Ann Alpha", "…", "Zed Omega")),
        (
            "Ann Lee, Bob Ray, Cy Dow, Di Fox, Deep Learning",
            ("Ann Lee", "Bob Ray", "Cy Dow", "Di Fox", "Deep Learning"),
        ),
        ("Ann Lee, Bob Ray, ", ("Ann Lee", "Bob Ray")),
        ("J\ufffdr\ufffdme Lee, Ann \ufffdstr\ufffdm", ("J\ufffdr\ufffdme Lee", "Ann \ufffdstr\ufffdm")),
    ],
)
def test_lists_of_names(text: str, names: tuple[str, ...]) -> None:
    assert name_list(text) == names
    composed = name_list(unicodedata.normalize("NFD", text))
    assert [unicodedata.normalize("NFC", name) for name in composed] == list(names)


@pytest.mark.parametrize(
    "text",
    [
        "Yet",
        "2023",
        "61.64 까지.",
        "Technical Report",
        "Extended Abstract",
        "CNN, RNN, LSTM",
        "Vision, Language",
        "Vision, Language; Speech, Text",
        "Ann Lee, Deep Learning, Bob Ray",
        "Gen-AI vs. us",
        "Machine Learning, Deep Learning",
        "Vaswani et al., 2017",
        "GPT-4, Claude 3, Llama 2",
        "정말, 좋음",
        "anchor free detection 같은",
        "e.g., they can arithmetically specify their trade-offs",
        "",
        ",,,",
    ],
)
def test_what_is_no_list_of_names(text: str) -> None:
    assert name_list(text) == ()


def test_a_bracket_inside_the_title_is_not_the_authors() -> None:
    assert authors_at_end("RNNs (Yet): The Bottleneck (Kaiyue Wen, Xingyu Dang)") == (
        "RNNs (Yet): The Bottleneck",
        ("Kaiyue Wen", "Xingyu Dang"),
    )
    assert authors_at_end("RNNs are not Transformers (Yet)") is None


def test_heads_over_several_lines() -> None:
    wrapped = read_head(["A Title That Ends", "On Two Lines (Ann Lee, Bob", "Ray, Cy Dow)", "이후"])
    assert wrapped is not None
    assert (wrapped.title, wrapped.authors, wrapped.lines) == (
        "A Title That Ends On Two Lines",
        ("Ann Lee", "Bob Ray", "Cy Dow"),
        3,
    )
    unclosed = read_head(["A Title (Ann Lee, Bob Ray, Cy Dow", "한글"])
    assert unclosed is not None
    assert unclosed.authors == ("Ann Lee", "Bob Ray", "Cy Dow")


@pytest.mark.parametrize(
    "line",
    [
        "RAIN",
        "Phi-3",
        "wav2vec 2.0: A Framework",
        "RNNs are not Transformers (Yet)",
        "You Only Look Once",
        "Is This It?",
    ],
)
def test_titles_without_authors(line: str) -> None:
    assert is_plain_title(line)


@pytest.mark.parametrize(
    "line",
    [
        "한국어 문장이다",
        "A full sentence ends here.",
        "S(n) = γS(n - 1) + K(n)",
        "1. Dataset: something",
        "- a point",
        "[[200130 Some note]]",
        "Nice work. Very Fast",
        "We like this a lot",
        "see https://example.org",
        "wow",
        "12 + 34",
        "",
    ],
)
def test_what_is_no_title(line: str) -> None:
    assert not is_plain_title(line)


def test_a_korean_title_needs_korean_names_behind_it() -> None:
    head = read_head(["말뭉치 없이 배우는 번역 (김철수, 이영희)"])
    assert head is not None
    assert head.authors == ("김철수", "이영희")
    assert read_head(["결과가 아주 좋다 (정말, 좋음)"]) is None
    assert read_head(["성능이 올랐습니다 (Ann Lee, Bob Ray)"]) is None


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("#llm #code", ["llm", "code"]),
        ("  #efficient_attention #vision-language ", ["efficient_attention", "vision-language"]),
        ("#c++ #gpt-3.5 #q/a #1stage #3d", ["c++", "gpt-3.5", "q/a", "1stage", "3d"]),
        ("#a, #b,#c", ["a", "b", "c"]),
        ("#a#b", ["a", "b"]),
        ("＃한글태그", ["한글태그"]),
        (unicodedata.normalize("NFD", "#논문"), ["논문"]),
        ("#C# #llm #F#", ["C#", "llm", "F#"]),
        ("#논문-요약 #大模型# #rl.", ["논문-요약", "大模型", "rl"]),
        ("#rl #🎉 #1 #llm", ["rl", "llm"]),
        ("Tags: GPT-3.5, 🎉, C++, C#, 2024", ["GPT-3.5", "C++", "C#"]),
    ],
)
def test_tag_lines(line: str, tags: list[str]) -> None:
    assert tag_line(line) == tags


@pytest.mark.parametrize("line", ["#1", "# 191210 Thoughts", "#", "##", "&!$#", "#a b", "C#", "", "#1 #2", "##heading"])
def test_what_is_no_tag_line(line: str) -> None:
    assert tag_line(line) is None


def test_tags_that_close_a_line() -> None:
    assert closing_tags("좋은 생각. #a #b_c") == ("좋은 생각.", ["a", "b_c"])
    assert closing_tags("우리는 #1") == ("우리는 #1", [])
    assert closing_tags("use C# and F#") == ("use C# and F#", [])
    assert closing_tags("#a 로 시작하는 말") == ("#a 로 시작하는 말", [])
    assert closing_tags("우리는 #1 #a") == ("우리는 #1", ["a"])
    assert closing_tags("좋다. #a #🎉 #C# #1") == ("좋다. #🎉 #1", ["a", "C#"])


@pytest.mark.parametrize("odd", ["#🎉", "#1", "#🎉 #1"])
def test_what_is_no_tag_among_tags_stays_in_the_text_and_costs_them_nothing(odd: str) -> None:
    assert read_tags(f"#rl {odd} #llm") == (["rl", "llm"], odd.split())
    assert read_tags(f"Tags: rl, {odd.replace(' ', ', ')}, llm") == (["rl", "llm"], odd.split())
    assert (read_tags(odd), read_tags("#rl #llm")) == (None, (["rl", "llm"], []))
    assert take_tags(["말.", f"#rl {odd} #llm"]) == (["말.", odd], ["rl", "llm"])
