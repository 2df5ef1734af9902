from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_digest.identity import (
    abstract_link,
    arxiv_id,
    current_key,
    doi,
    former_key,
    may_be_former,
    normalise_title,
    normalise_url,
    paper_key,
    pdf_link,
    placed,
    text_key,
    title_search_link,
)
from tui_digest.identity.certainty import address_is_certain, title_is_certain


@pytest.mark.parametrize(
    ("address", "version"),
    [
        ("https://arxiv.org/abs/2307.12950", None),
        ("http://www.arxiv.org/abs/2307.12950v2", 2),
        ("https://export.arxiv.org/pdf/2307.12950v1.pdf?download=1#page=3", 1),
        ("arxiv.org/html/2307.12950/", None),
        ("HTTPS://ArXiv.org/abs/2307.12950", None),
        ("https://arxiv.org:443/abs/2307.12950", None),
        ("HTTP://www.arxiv.org:80/pdf/2307.12950v2", 2),
        ("https://huggingface.co:443/papers/2307.12950", None),
        ("https://doi.org:443/10.48550/arXiv.2307.12950", None),
        ("https://ar5iv.org/abs/2307.12950", None),
        ("http://arxiv.org/pdf/2307.12950.pdf&embed", None),
        ("http://arxiv.org/pdf/2307.12950v2.pdf%20(http://arxiv.org/pdf/2307.12950v2.pdf)", 2),
        ("https://ar5iv.labs.arxiv.org/html/2307.12950", None),
        ("https://www.alphaxiv.org/abs/2307.12950v3", 3),
        ("https://huggingface.co/papers/2307.12950", None),
        ("https://doi.org/10.48550/arXiv.2307.12950", None),
        ("arXiv:2307.12950v12", 12),
        ("arXiv:2307.12950 [cs.CL]", None),
        ("arXiv:2307.12950v2  [cs.LG]  5 Jan 2024", 2),
        ("arXiv: 2307.12950v1 [stat.ML] 24 Jul. 2023", 1),
        ("arxiv: 2307.12950", None),
        (" 2307.12950 ", None),
    ],
)
def test_all_addresses_of_a_paper_name_it(address: str, version: int | None) -> None:
    assert arxiv_id(address) == ("2307.12950", version)
    assert paper_key(address, None, "") == "arxiv:2307.12950"


@pytest.mark.parametrize(
    ("address", "paper", "key"),
    [
        ("https://arxiv.org/abs/cs/0112017", "cs/0112017", "arxiv:cs/0112017"),
        ("https://arxiv.org/pdf/cond-mat/9901001v2.pdf", "cond-mat/9901001", "arxiv:cond-mat/9901001"),
        ("math.GT/0309136", "math.GT/0309136", "arxiv:math/0309136"),
        ("https://arxiv.org/abs/math/0309136", "math/0309136", "arxiv:math/0309136"),
        ("arxiv.org/abs/0704.0001", "0704.0001", "arxiv:0704.0001"),
    ],
)
def test_old_ids(address: str, paper: str, key: str) -> None:
    found = arxiv_id(address)
    assert found is not None
    assert found[0] == paper
    assert paper_key(address, None, "") == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://arxiv.org/",
        "https://arxiv.org/list/cs.LG/recent",
        "https://arxiv.org/abs/2313.12950",
        "https://example.org/abs/2307.12950",
        "https://evilarxiv.org/abs/2307.12950",
        "https://arxiv.org:8080/abs/2307.12950",
        "https://arxiv.org:4430/abs/2307.12950",
        "http://arxiv.org:443/abs/2307.12950",
        "https://example.org/?u=https://arxiv.org/abs/2307.12950",
        "see arXiv:2307.12950 for more",
        "arXiv:2307.12950 [cs.LG] is the one",
        "2023.0901",
        "[200122 FixMatch]",
    ],
)
def test_what_is_no_paper(text: str) -> None:
    assert arxiv_id(text) is None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://doi.org/10.1145/3442188.3445922", "10.1145/3442188.3445922"),
        ("doi:10.1038/S41586-021-03819-2", "10.1038/s41586-021-03819-2"),
        ("https://doi.org:443/10.1038/S41586-021-03819-2", "10.1038/s41586-021-03819-2"),
        ("http://dx.doi.org/10.1000%2Fxyz123?x=1", "10.1000/xyz123"),
        ("https://dl.acm.org/doi/pdf/10.1145/3442188.3445922.pdf", "10.1145/3442188.3445922"),
        ("https://doi.org/10.1000/xyz_(1)", "10.1000/xyz_(1)"),
        ("(see https://doi.org/10.1000/xyz_(1))"[5:], "10.1000/xyz_(1)"),
        ("https://doi.org/10.1000/abc).", "10.1000/abc"),
        (
            "https://doi.org/10.1002/(SICI)1099-1000(19990101/02)1:2/3%3C4::AID-ABC5%3E3.0.CO;2-X",
            "10.1002/(sici)1099-1000(19990101/02)1:2/3<4::aid-abc5>3.0.co;2-x",
        ),
        (
            "doi:10.1002/(SICI)1099-1000(19990101/02)1:2/3<4::AID-ABC5>3.0.CO;2-#",
            "10.1002/(sici)1099-1000(19990101/02)1:2/3<4::aid-abc5>3.0.co;2-#",
        ),
        ("https://doi.org/10.1000/abc#part", "10.1000/abc"),
        ("https://example.org/v10.2/notes", None),
        ("https://arxiv.org/abs/2310.10000", None),
    ],
)
def test_dois(address: str, name: str | None) -> None:
    assert doi(address) == name


def test_a_doi_is_the_key_where_there_is_no_arxiv_id() -> None:
    assert paper_key("https://doi.org/10.1145/1.2", "Title", "x") == "doi:10.1145/1.2"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a",
        "HTTP://www.Example.ORG/a/",
        "example.org/a#part",
        "https://example.org:443/a?utm_source=x&utm_medium=y&fbclid=z",
    ],
)
def test_spellings_of_one_address(address: str) -> None:
    assert normalise_url(address) == "https://example.org/a"


def test_what_tells_addresses_apart_stays() -> None:
    assert normalise_url("https://openreview.net/forum?id=aB&utm_x=1") == "https://openreview.net/forum?id=aB"
    assert normalise_url("https://example.org:8080/A") == "https://example.org:8080/A"
    assert normalise_url("https://x.com/a/status/1?s=20&t=zz") == normalise_url("https://twitter.com/a/status/1")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/lanterns",
        "https://example.org/blog/2024/03/quiet-lanterns",
        "https://github.com/ada/lanterns",
        "https://github.com/ada/my-lamp",
        "https://lab.github.io/lanterns/",
        "https://openreview.net/forum?id=aBcDeFgHiJ",
        "https://openreview.net/pdf?id=aBcDeFgHiJ",
        "https://twitter.com/ada/status/17",
        "https://news.example.org/item?id=12",
        "https://video.example.org/watch?v=dQw4w9WgXcQ",
        "https://medium.com/@ada/quiet-lanterns-0a1b",
        "https://papers.example.org/paper/2020/file/0a1b2c3d-Paper.pdf",
        "https://example.org/groups/readers/permalink/12345/",
        "https://ko.wikipedia.org/wiki/강화학습",
        "https://t.co/8KqAbC",
    ],
)
def test_an_address_of_one_paper(address: str) -> None:
    assert address_is_certain(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/",
        "https://arxiv.org/pdf",
        "https://arxiv.org/list/cs.CL/recent",
        "https://doi.org/",
        "https://huggingface.co/papers?date=2024-03-05",
        "https://openreview.net/forum",
        "https://openreview.net/group?id=Example.cc/2024",
        "https://openreview.net/profile?id=~Ada_Quill1",
        "https://example.org",
        "https://example.org/#top",
        "https://example.org/index.html",
        "https://example.org/en/",
        "https://example.org/blog/",
        "https://example.org/blog/2024/03/",
        "https://example.org/papers/?page=2",
        "https://example.org/search?q=lanterns",
        "https://example.org/tag/llm",
        "https://example.org/feed.xml",
        "https://example.org/rss",
        "https://example.org/figures/lanterns.png",
        "https://img.shields.io/badge/paper-pdf-blue",
        "https://img.shields.io/github/stars/ada/lanterns?style=flat",
        "https://twitter.com/ada",
        "https://github.com/ada",
        "https://medium.com/@ada",
        "https://www.linkedin.com/in/ada",
        "https://scholar.google.com/citations?user=aBcD",
        "https://www.semanticscholar.org/author/Ada-Quill/123456",
        "file:///srv/lanterns.pdf",
        "mailto:ada@example.org",
        "https://[",
    ],
)
def test_an_address_that_names_no_paper(address: str) -> None:
    assert not address_is_certain(address)


@pytest.mark.parametrize(
    "title",
    [
        "Quiet Lanterns: Routing by Surprise",
        "Attention Is All You Need",
        "A Survey of Large Language Models",
        "Language Models are Few-Shot Learners",
        "GPT-4 Technical Report",
        "등불을 따라 걷는 모델 병합",
        "静かな灯火による経路選択",
    ],
)
def test_a_title_of_one_paper(title: str) -> None:
    assert title_is_certain(normalise_title(title))


@pytest.mark.parametrize(
    "title",
    [
        *("Paper", "Abstract", "Summary", "TL;DR", "Related Work and References", "What are the contributions?"),
        *("**Relevance Score:** 8", "Score 9/10", "Week 12", "2024-03-05", "5 March 2024", "Daily Papers", "#3"),
        *("Large Language Models", "Natural Language Processing", "Computer Vision", "Adam", "Best papers of the week"),
        *("논문", "초록", "논문 요약", "이번 주의 추천 논문 모음", "관련 연구 및 참고문헌", "주간 논문 다이제스트"),
        *(
            "摘要",
            "论文笔记",
            "【2024-03-05】每日论文速览",
            "关键词",
            "要約",
            "キーワード",
            "先行研究と比べてどこがすごい？",
        ),
        *("???", "", "1", "🎉"),
    ],
)
def test_a_title_that_names_no_paper(title: str) -> None:
    assert not title_is_certain(normalise_title(title))


def test_titles_are_folded() -> None:
    assert normalise_title("  RLCD:  Reinforcement—Learning! ") == "rlcd reinforcement learning"
    assert normalise_title(unicodedata.normalize("NFD", "Sabiá 모델")) == normalise_title("SABIÁ 모델") == "sabiá 모델"
    assert normalise_title("हिन्दी: मॉडल") == unicodedata.normalize("NFC", "हिन्दी मॉडल")
    assert normalise_title("???") == "???"


def test_keys_in_order_of_trust() -> None:
    title = "Quiet  Lanterns: Routing by Surprise!"
    assert paper_key("https://www.example.org/lanterns/", title, "text:x") == "url:https://example.org/lanterns"
    assert paper_key(None, title, "text:x") == "title:quiet lanterns routing by surprise"
    assert paper_key("https://arxiv.org/abs/", title, "text:x") == "title:quiet lanterns routing by surprise"
    assert paper_key("https://arxiv.org/abs/", "Paper", "text:x") == "text:x"
    assert paper_key(None, "  ", "text:x") == "text:x"


def test_a_text_is_known_by_its_words() -> None:
    assert text_key("할 일\n하나") == text_key(unicodedata.normalize("NFD", " 할  일 하나\n")) != text_key("할 일 둘")
    assert re.fullmatch(r"text:[0-9a-f]{16}", text_key("\ud800"))


def test_links_to_arxiv() -> None:
    assert abstract_link("2307.12950") == "https://arxiv.org/abs/2307.12950"
    assert arxiv_id(pdf_link("math.GT/0309136")) == ("math.GT/0309136", None)
    assert title_search_link("A & B:\n제목") == (
        "https://arxiv.org/search/?query=A+%26+B%3A+%EC%A0%9C%EB%AA%A9&searchtype=title"
    )


@given(st.one_of(st.text(), st.text().map("https://".__add__), st.text().map("https://arxiv.org/abs/".__add__)))
@example("0\x0c#")
def test_any_text_is_survived_and_folding_is_stable(text: str) -> None:
    arxiv_id(text)
    doi(text)
    address_is_certain(text)
    title_is_certain(normalise_title(text))
    # whatever key an entry of it gets, the rules of today would leave it as it is, and know it from earlier ones
    key = placed(paper_key(text, text, text_key(text)), "00000000")
    assert current_key(key, text, text, [text], "00000000", text) == key
    assert not may_be_former(key)
    former = former_key(key, text, text)
    assert former is None or may_be_former(former)
    assert normalise_url(normalise_url(text)) == normalise_url(text)
    assert normalise_title(normalise_title(text)) == normalise_title(text)
    assert paper_key(text, text, "file:x")


@pytest.mark.parametrize("title", ["A  B_c-D: 1.5!", "\x1c a\tb ", "...", " . - ", "", "GPT-4 (v2)", "__init__"])
def test_a_title_is_folded_in_one_way_whatever_letters_it_has(title: str) -> None:
    with_hangul = normalise_title(f"{title} 가")
    words = normalise_title(title)
    assert with_hangul == f"{words} 가".strip() if any(map(str.isalnum, title)) else with_hangul == "가"
