"""Addresses: what is sent is plain ASCII and what may be shown has no password in it, whatever was typed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest.errors import SourceError
from tui_digest.sources.web.address import Address, read_address, shown

ADDRESSES = {
    "http://example.org": "http://example.org/",
    "HTTPS://Example.ORG:443/Feed?b=1#top": "https://example.org/Feed?b=1",
    "http://example.org:8080/a%20b/%zz": "http://example.org:8080/a%20b/%25zz",
    "https://예시.example/주간 논문?주=30": "https://xn--vv4b11d.example/%EC%A3%BC%EA%B0%84%20%EB%85%BC%EB%AC%B8?%EC%A3%BC=30",
    "https://bücher.example/ü": "https://xn--bcher-kva.example/%C3%BC",
    "http://[::1]:8000/x": "http://[::1]:8000/x",
    "https://export.arxiv.org/api/query?id_list=cs/0112017,2307.12950": (
        "https://export.arxiv.org/api/query?id_list=cs/0112017,2307.12950"
    ),
    'http://example.org/"<x>\\{y}': "http://example.org/%22%3Cx%3E%5C%7By%7D",
    "http://example.org./": "http://example.org/",
    "  http://example.org/a  ": "http://example.org/a",
}


@pytest.mark.parametrize("typed", ADDRESSES)
def test_addresses_are_sent_as_ascii(typed: str) -> None:
    found = read_address(typed).public
    assert found == ADDRESSES[typed]
    assert read_address(found).public == found


@pytest.mark.parametrize(
    "typed",
    [
        "http://", "http:///x", "http://exa mple.org/", "http://example.org:0/", "http://example.org:99999/",
        "http://example.org:http/", "http://example.org/\r\nHost: other", "http://example.org/\x00", "http://[::1",
        "http://exa\u202emple.org/", "http://example.org/\u2066x", "http://" + "a" * 64 + ".example/",
        "http://a..b/", "http://fe80::1%eth0/", "http://-/", "http://example.org/" + "x" * 9000, "http://ex\u3000ample.org/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_address(typed)
    assert caught.value.message_id == "web.address"
    assert not set(caught.value.details["url"]) & set("\r\n\x00\u202e\u2066")


@pytest.mark.parametrize(
    "typed", ["ftp://example.org/", "example.org/feed", "file:///etc/passwd", "//example.org", "", "javascript:1"]
)
def test_only_the_web_is_asked(typed: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_address(typed)
    assert caught.value.message_id == "web.scheme"


def test_a_password_is_known_and_kept_apart() -> None:
    found = read_address("https://kim%40lab:p%3Aw@example.org/feed")
    assert (found.user, found.password) == ("kim@lab", "p:w")
    assert found.public == "https://example.org/feed"
    assert found.private == "https://kim%40lab:p%3Aw@example.org/feed"
    assert read_address("/other", found).private == "https://kim%40lab:p%3Aw@example.org/other"
    assert read_address("http://example.org/", found).user is None, "no longer the same place"
    assert read_address("https://example.org:444/", found).user is None


SHOWN = {
    "https://kim:secret@example.org/feed": "https://example.org/feed",
    "https://kim@example.org/feed": "https://example.org/feed",
    "https://kim:se/cr@et@example.org/feed": "https://example.org/feed",
    "https://to@ken@example.org/feed": "https://example.org/feed",
    "http://[::1]:8000/@kim": "http://[::1]:8000/@kim",
    "http://kim:pw@[::1]:8000/@kim": "http://[::1]:8000/@kim",
    "https://example.org/feed?token=abc&page=2": "https://example.org/feed?token=***&page=2",
    "https://example.org/feed?api_key=abc#access_token=x": "https://example.org/feed?api_key=***#access_token=***",
    "https://example.org:8080/@kim/feed": "https://example.org:8080/@kim/feed",
    "https://example.org/@kim": "https://example.org/@kim",
    "https://example.org/search?author=Kim&keyword=x": "https://example.org/search?author=Kim&keyword=x",
    "http://x.y/?token=abc&z: not there": "http://x.y/?token=***&z: not there",
    "http://x.y/?token=***: not there": "http://x.y/?token=***: not there",
    "http://x.y/?token=***abc": "http://x.y/?token=***",
    "two: http://a:b@c.d/ and http://e:f@g.h/": "two: http://c.d/ and http://g.h/",
    "no address: kim@example.org": "no address: kim@example.org",
}


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_shown_has_no_password(text: str) -> None:
    assert shown(text) == SHOWN[text]
    assert shown(shown(text)) == SHOWN[text]


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://a:b@", "https://예:", "//"]))
def test_any_text_is_an_address_of_ascii_or_refused(text: str, before: str) -> None:
    found = None
    with suppress(SourceError):
        found = read_address(before + text)
    if found is None:
        return
    sent = found.public
    assert sent.isascii() and sent.isprintable() and " " not in sent
    assert read_address(sent) == Address(found.scheme, found.host, found.port, found.target)
    assert read_address(found.private) == found
