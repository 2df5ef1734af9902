from __future__ import annotations

import pytest

from tui_digest.models import Link
from tui_digest.parsing.links import links_in, url_line


@pytest.mark.parametrize(
    ("line", "urls"),
    [
        ("(AdamP, https://arxiv.org/abs/2006.08217) 인데", ["https://arxiv.org/abs/2006.08217"]),
        (
            "BYOL(https://arxiv.org/abs/2006.07733)이 https://a.b/c에서.",
            ["https://arxiv.org/abs/2006.07733", "https://a.b/c"],
        ),
        ("see https://en.wikipedia.org/wiki/Foo_(bar), ok", ["https://en.wikipedia.org/wiki/Foo_(bar)"]),
        ("**https://a.b/c**! <https://d.e/f>; “https://g.h”", ["https://a.b/c", "https://d.e/f", "https://g.h"]),
        ("https://ko.wikipedia.org/wiki/한글", ["https://ko.wikipedia.org/wiki/한글"]),
        ("arxiv.org/abs/2010.07922 참고", ["arxiv.org/abs/2010.07922"]),
        ("[https://a.b/x](https://c.d/y)를", ["https://c.d/y"]),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Farxiv.org%2Fabs%2F1911.09737&h=AT",
            ["https://arxiv.org/abs/1911.09737"],
        ),
        ("https://www.google.com/url?q=https://a.b/c&sa=D", ["https://a.b/c"]),
        ("https://www.google.com:443/url?q=https://a.b/c&sa=D", ["https://a.b/c"]),
        ("https:// http://, nothing://here arxiv.org", []),
    ],
)
def test_links_in_prose(line: str, urls: list[str]) -> None:
    assert [link.url for link in links_in(line)] == urls


def test_markdown_links_keep_their_label() -> None:
    assert links_in("[Code](https://a.b/c_(d)) ![그림](https://e.f/g.png 'x')") == [
        Link("https://a.b/c_(d)", "Code"),
        Link("https://e.f/g.png", "그림"),
    ]


@pytest.mark.parametrize(
    ("line", "urls"),
    [
        ("https://a.b/c", ["https://a.b/c"]),
        ("  https://a.b/c https://d.e/f, https://g.h/i ", ["https://a.b/c", "https://d.e/f", "https://g.h/i"]),
        ("<https://a.b/c>", ["https://a.b/c"]),
        ("arxiv.org/abs/2010.07922", ["arxiv.org/abs/2010.07922"]),
        ("arXiv:2010.07922", ["https://arxiv.org/abs/2010.07922"]),
        ("https://proceedings.example/.../f885a14e...", ["https://proceedings.example/.../f885a14e..."]),
    ],
)
def test_url_lines(line: str, urls: list[str]) -> None:
    assert url_line(line) == urls


@pytest.mark.parametrize(
    "line",
    ["https://a.b/c 좋다", "- https://a.b/c", "(https://a.b/c)", "[Code](https://a.b/c)", "https://a.b/c를", "", "x"],
)
def test_what_is_no_url_line(line: str) -> None:
    assert url_line(line) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://scholar.google.com/scholar_url?url=https://arxiv.org/pdf/2307.12950&hl=en&sa=X",
        "https://scholar.google.co.kr/scholar_url?url=https%3A%2F%2Farxiv.org%2Fpdf%2F2307.12950&hl=ko",
        "https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Farxiv.org%2Fpdf%2F2307.12950&data=05%7C01",
        "https://urldefense.com/v3/__https://arxiv.org/pdf/2307.12950__;!!Abc-d!xyz$",
        "https://click.news.example/CL0/https:%2F%2Farxiv.org%2Fpdf%2F2307.12950/1/0100018/abc=300",
        "https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Farxiv.org%2Fpdf%2F2307.12950&urlhash=x",
        "https://slack-redir.net/link?url=https%3A%2F%2Farxiv.org%2Fpdf%2F2307.12950",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Farxiv.org%2Fpdf%2F2307.12950&rut=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Farxiv.org%2Fpdf%2F2307.12950&h=AT__x",
    ],
)
def test_addresses_that_lead_on_are_followed(address: str) -> None:
    assert url_line(address) == ["https://arxiv.org/pdf/2307.12950"]


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/scholar_url?url=https://arxiv.org/pdf/2307.12950",
        "https://scholar.google.com.evil.example/scholar_url?url=https://arxiv.org/pdf/2307.12950",
        "https://urldefense.com/v3/__javascript:x__;!!a",
        "https://click.news.example/CL0/https:%2F%2F/1/x",
        "https://a.example/__init__.py",
    ],
)
def test_addresses_that_only_look_so_stay(address: str) -> None:
    assert url_line(address) == [address]
