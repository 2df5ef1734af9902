"""Layouts of digests, one invented text each: what a person reads in it is what is read."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.parsing.samples import read, source
from tests.parsing.test_properties import assert_covered_once
from tui_digest.models import Entry, Link, ParsedDigest
from tui_digest.parsing import parse_all

ONE, TWO, THREE = (f"https://arxiv.org/abs/2403.0000{n}" for n in (1, 2, 3))
LAMPS, KITES, BOATS = "Lamps: a Study of Light", "Kites for All Seasons", "Boats without Sails"
BOTH = [(LAMPS, ONE), (KITES, TWO)]
DAY = date(2024, 3, 5)
AT_NINE = 1709629200
"""Seconds since 1970 of nine o'clock on that day."""


def digest(text: str, name: str = "digest.md") -> ParsedDigest:
    found = read(text, name)
    assert_covered_once(found, text)
    return found


def entries(text: str, name: str) -> list[Entry]:
    """Of a file that need not be a text: its lines are not counted."""
    return [entry for each in parse_all(source(text, name)) for entry in each.entries]


def told(found: list[Entry]) -> list[tuple[str | None, str | None]]:
    return [(entry.title, entry.url) for entry in found]


# Chats


def test_the_card_below_a_message_gives_the_title_of_its_paper() -> None:
    profile = {"real_name": "Ann Lee"}
    said = [
        {
            "ts": f"{AT_NINE}.1",
            "user": "U1",
            "text": f"<{ONE}>",
            "user_profile": profile,
            "attachments": [{"title": f"[2403.00001] {LAMPS}", "title_link": ONE, "text": "Lamps give light."}],
        },
        {
            "ts": f"{AT_NINE + 60}.1",
            "user": "U2",
            "text": f"<@U1> see <{TWO}|this> in <#C9|papers>",
            "username": "Bo",
            "attachments": [
                {"title": KITES, "from_url": "https://arxiv.org/pdf/2403.00002"},
                {"title": BOATS, "title_link": THREE},
                {"title": "No page of a paper", "title_link": "https://example.com/a"},
            ],
        },
    ]
    lamps, kites = entries(json.dumps(said), "chat.json")
    assert told([lamps, kites]) == BOTH
    assert lamps.commentary == "Ann Lee 09:00\nLamps give light."
    assert kites.commentary == f"Bo 09:01\n@Ann Lee see [this]({TWO}) in papers\n{BOATS}"
    assert kites.links == (Link(THREE, BOATS),)


def test_a_card_alone_is_a_paper_and_another_title_of_it_stays() -> None:
    who = {"name": "ann"}
    at = "2024-03-05T09:00:00+00:00"
    cards = [{"title": LAMPS, "url": ONE, "description": "Lamps give light."}]
    said = [
        {"author": who, "timestamp": at, "content": "look", "embeds": cards},
        {"author": who, "timestamp": at, "content": f"{KITES} {TWO}", "embeds": [{"title": "Kites v2", "url": TWO}]},
    ]
    lamps, kites = entries(json.dumps({"messages": said}), "chat.json")
    assert told([lamps, kites]) == BOTH
    assert lamps.commentary == "ann 09:00\nlook\nLamps give light."
    assert kites.commentary == "ann 09:00\nKites v2"


@pytest.mark.parametrize(
    "messages",
    [
        [
            {"sender": "Ann", "origin_server_ts": AT_NINE * 1000, "content": {"body": f"{LAMPS} {ONE}"}},
            {"sender": "Bo", "origin_server_ts": AT_NINE * 1000, "content": {"body": "fine"}},
        ],
        [
            {"sender_full_name": "Ann", "timestamp": AT_NINE, "subject": "light", "content": f"{LAMPS}\n{ONE}"},
            {"sender_full_name": "Bo", "timestamp": AT_NINE, "subject": "light", "content": "fine"},
        ],
        [
            {
                "from": {"user": {"displayName": "Ann"}},
                "createdDateTime": "2024-03-05T09:00:00Z",
                "body": {"contentType": "html", "content": f"<p>{LAMPS}</p><p><a href='{ONE}'>{ONE}</a></p>"},
            },
            {
                "from": {"user": {"displayName": "Bo"}},
                "createdDateTime": "2024-03-05T09:00:00Z",
                "body": {"contentType": "html", "content": "<p>fine</p>"},
            },
        ],
    ],
    ids=["matrix", "zulip", "teams"],
)
def test_programs_name_who_and_when_in_their_own_ways(messages: list[object]) -> None:
    (found,) = parse_all(source(json.dumps({"messages": messages}), "chat.json"))
    assert (told([*found.entries]), found.start) == ([(LAMPS, ONE)], DAY)
    assert (found.entries[0].commentary or "").split() == "Ann 09:00 Bo 09:00 fine".split()


def test_a_title_between_an_address_and_korean_words() -> None:
    found = digest(
        f"[Ann] [오전 10:02] {ONE} Lamps Are Sources of Light 읽어볼 만합니다\n"
        f"[Bo] [오전 10:05] {TWO} BERT 논문 같은 느낌\n[Ann] [오전 10:06] 좋네요\n"
    )
    assert told([*found.entries]) == [("Lamps Are Sources of Light", ONE), (None, TWO)]
    assert found.entries[0].commentary == "[Ann] [오전 10:02]\n읽어볼 만합니다"


@pytest.mark.parametrize("ahead", ["이건 어때요", "이 논문", "오늘 본"])
def test_words_before_a_quoted_title_are_no_author(ahead: str) -> None:
    found = digest(
        f'[홍길동] [오전 10:02] {ahead} "{LAMPS}" {ONE}\n[Bo] [오전 10:05] 네\n[Bo] [오전 10:06] {TWO}\n', "chat.txt"
    )
    assert told([*found.entries]) == [(LAMPS, ONE), (None, TWO)]
    assert found.entries[0].authors == ()
    assert found.entries[0].commentary is not None and ahead in found.entries[0].commentary


def test_korean_names_in_two_parts_are_names() -> None:
    found = digest(f'- 김 철수 "{LAMPS}" {ONE}\n- 남궁 민수 "{KITES}" {TWO}\n')
    assert [entry.authors for entry in found.entries] == [("김 철수",), ("남궁 민수",)]
