"""Chats as messengers export them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsing.samples import source
from tests.tried import examples
from tui_digest.models import ParsedDigest
from tui_digest.parsing import parse_all

ONE, TWO, THREE = (f"https://arxiv.org/abs/2001.0000{n}" for n in (1, 2, 3))

KAKAO = f"""읽기 모임 님과 카카오톡 대화
저장한 날짜 : 2024-03-08 09:12:33

--------------- 2024년 3월 5일 화요일 ---------------
[홍길동] [오후 3:21] {ONE}
Lamps: a Study of Light
불빛 이야기
[Kim] [오후 3:25] 좋네요
[Kim] [오후 3:26] 사진
--------------- 2024년 3월 6일 수요일 ---------------
[Kim] [오전 9:00] 안녕하세요
--------------- 2024년 3월 7일 목요일 ---------------
[홍길동] [오전 10:02] {TWO} Kites: a Study of Wind
[Kim] [오전 10:05] 아까 그거 {THREE}
"""
WHATSAPP = f"""05/03/2024, 15:20 - Messages are private.
05/03/2024, 15:21 - Ann Lee: {ONE}
Lamps: a Study of Light
불빛 이야기
05/03/2024, 15:25 - Bo: nice
15/03/2024, 09:00 - Ann Lee: Kites: a Study of Wind {TWO}
15/03/2024, 09:03 - Bo: and this
one {THREE}
"""
MOBILE = f"""읽기 모임
저장한 날짜 : 2024. 3. 8. 오전 9:12

2024. 3. 5. 오후 3:21, 홍길동 : {ONE}
Lamps: a Study of Light
불빛 이야기
2024. 3. 5. 오후 3:25, Kim : 좋네요
2024. 3. 7. 오전 10:02, 홍길동 : {TWO} Kites: a Study of Wind
2024. 3. 7. 오전 10:05, Kim : 아까 그거 {THREE}
"""


def told(digests: tuple[ParsedDigest, ...]) -> list[tuple[date | None, str | None, str | None]]:
    return [(digest.start, entry.title, entry.url) for digest in digests for entry in digest.entries]


@pytest.mark.parametrize(
    ("text", "second"), [(KAKAO, date(2024, 3, 7)), (WHATSAPP, date(2024, 3, 15)), (MOBILE, date(2024, 3, 7))]
)
def test_a_day_of_a_chat_is_a_digest(text: str, second: date) -> None:
    digests = parse_all(source(text, "chat.txt"))
    assert [digest.shape for digest in digests] == ["chat", "chat"]
    assert told(digests)[:2] == [
        (date(2024, 3, 5), "Lamps: a Study of Light", ONE),
        (second, "Kites: a Study of Wind", TWO),
    ]
    assert [(day, title) for day, title, _ in told(digests)[2:]] == [(second, None)]
    assert digests[-1].entries[-1].arxiv_id == "2001.00003"
    covered = [n for d in digests for e in d.entries for n in range(e.start_line, e.end_line + 1)]
    covered += [n for digest in digests for n in digest.header_lines]
    assert sorted({n for n in covered if text.split("\n")[n - 1].strip()}) == [
        number for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]


def test_who_said_it_and_what_others_say_stays_with_it() -> None:
    first, second = parse_all(source(KAKAO, "chat.txt"))
    (lamps,) = first.entries
    assert lamps.commentary == (
        "[홍길동] [오후 3:21]\n불빛 이야기\n[Kim] [오후 3:25] 좋네요\n[Kim] [오후 3:26] 사진\n"
        "--------------- 2024년 3월 6일 수요일 ---------------\n[Kim] [오전 9:00] 안녕하세요"
    )
    assert (first.title, second.title) == ("2024년 3월 5일 화요일", "2024년 3월 7일 목요일")
    assert [entry.commentary for entry in second.entries] == [
        "[홍길동] [오전 10:02]",
        f"[Kim] [오전 10:05]\n아까 그거 {THREE}",
    ]


def test_days_whose_order_cannot_be_told_are_not_guessed() -> None:
    text = WHATSAPP.replace("15/03/2024", "06/03/2024")
    (digest,) = parse_all(source(text, "chat.txt"))
    assert (digest.start, len(digest.entries)) == (None, 3)


@pytest.mark.parametrize(
    "text",
    [
        f"[Meeting] [10:30] Room 5\n[Lunch] [12:00] Hall\n[Talk] [14:00] on {ONE}\n" + "A long programme.\n" * 40,
        KAKAO.replace("arxiv.org", "a.example"),
        f"[홍길동] [오후 3:21] {ONE}\n[Kim] [오후 3:25] 좋네요\n",
    ],
)
def test_what_is_no_chat_of_papers(text: str) -> None:
    assert all(digest.shape != "chat" for digest in parse_all(source(text, "notes.txt")))


_LINE = st.sampled_from(
    [*KAKAO.split("\n"), *WHATSAPP.split("\n"), "", "words", f"see {ONE}", "--- 2024년 3월 5일 ---"]
)


@settings(max_examples=examples(60))
@given(st.lists(_LINE, min_size=4, max_size=16))
def test_every_line_has_one_place(lines: list[str]) -> None:
    text = "\n".join([*KAKAO.split("\n")[:6], *lines])
    for digest in parse_all(source(text, "chat.txt")):
        assert digest.entries or digest.header_lines
    digests = parse_all(source(text, "chat.txt"))
    places = [n for d in digests for e in d.entries for n in range(e.start_line, e.end_line + 1)]
    filled = {number for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    heads = [n for digest in digests for n in digest.header_lines]
    assert len(places) == len(set(places)) and not set(places) & set(heads)
    assert filled <= {*places, *heads}


SLACK = [
    {"type": "message", "user": "U1", "ts": "1709650860.000100", "text": f"<{ONE}|Lamps: a Study of Light>",
     "user_profile": {"real_name": "Ann Lee"}},
    {"type": "message", "user": "U2", "ts": "1709651100.000100", "text": "nice &amp; short"},
    {"type": "message", "user": "U2", "ts": "1709802000.000100", "text": f"Kites: a Study of Wind\n<{TWO}>"},
]  # fmt: skip
TELEGRAM = {
    "name": "papers",
    "messages": [
        {"id": 1, "type": "message", "date": "2024-03-05T15:01:00", "from": "Ann Lee",
         "text": ["Lamps: a Study of Light ", {"type": "link", "text": ONE}]},
        {"id": 2, "type": "message", "date": "2024-03-05T15:05:00", "from": "U2", "text": "nice & short"},
        {"id": 3, "type": "message", "date": "2024-03-07T09:00:00", "from": "U2",
         "text": [{"type": "text_link", "text": "Kites: a Study of Wind", "href": TWO}]},
    ],
}  # fmt: skip
DISCORD = {
    "guild": {"id": "7", "name": "Lab"},
    "channel": {"id": "8", "name": "papers"},
    "messages": [
        {"id": "1", "timestamp": "2024-03-05T15:01:00.1+00:00", "content": f"Lamps: a Study of Light {ONE}",
         "author": {"id": "3", "name": "ann", "nickname": "Ann Lee"}, "embeds": [{"title": "Lamps", "url": ONE}]},
        {"id": "2", "timestamp": "2024-03-05T15:05:00+00:00", "content": "nice & short",
         "author": {"id": "4", "name": "U2"}},
        {"id": "3", "timestamp": "2024-03-07T09:00:00+00:00", "content": f"Kites: a Study of Wind\n{TWO}",
         "author": {"id": "4", "name": "U2"}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("export", [SLACK, TELEGRAM, DISCORD])
@pytest.mark.parametrize("indent", [None, 1])
def test_what_programs_export_of_a_chat_is_read_as_one(export: object, indent: int | None) -> None:
    first, second = parse_all(source(json.dumps(export, indent=indent), "export.json"))
    assert told((first, second)) == [
        (date(2024, 3, 5), "Lamps: a Study of Light", ONE),
        (date(2024, 3, 7), "Kites: a Study of Wind", TWO),
    ]
    assert (first.shape, first.title) == ("chat", "2024-03-05")
    (lamps,) = first.entries
    assert lamps.commentary is not None and lamps.commentary.startswith("Ann Lee 15:01\nU2 15:05\nnice & short")


def test_posts_and_remarks_on_papers_are_no_chat() -> None:
    remark = {"user": "Bo", "date": "2024-03-05", "text": f"see {TWO}"}
    papers = [{"title": "Lamps: a Study of Light", "url": ONE, "remarks": [remark]}]
    (digest,) = parse_all(source(json.dumps(papers), "papers.json"))
    assert (digest.shape, [entry.url for entry in digest.entries]) == ("json", [ONE])


@pytest.mark.parametrize(
    "head", ["{}  10:32 AM", "{} 10:32 AM", "{} [10:32 AM]", "{}  15:20", "{} — 03/25/2024 10:32 AM", "{} 오전 10:32"]
)
def test_who_and_when_may_stand_above_what_was_said(head: str) -> None:
    said = (f"Lamps: a Study of Light {ONE}", "nice one", f"{TWO} Kites: a Study of Wind")
    text = "\n".join(
        f"{head.format(who)}\n{each}" for who, each in zip(("Ann Lee", "Bob", "Ann Lee"), said, strict=True)
    )
    (digest,) = parse_all(source(text, "chat.txt"))
    assert [(entry.title, entry.url) for entry in digest.entries] == [
        ("Lamps: a Study of Light", ONE),
        ("Kites: a Study of Wind", TWO),
    ]
    assert digest.entries[0].commentary == f"{head.format('Ann Lee')}\n{head.format('Bob')}\nnice one"
    assert digest.start == (date(2024, 3, 25) if "2024" in head else None)
