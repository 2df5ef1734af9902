"""The entry pane: what an entry becomes, how it wraps and scrolls, what it posts, the mouse and text selection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import ComposeResult
from textual.message import Message

from tests.tui.reading import InkApp
from tui_digest.cli.plain_lines import entry_lines
from tui_digest.i18n import Translator
from tui_digest.models import Digest, Entry, Learned, Link, Mark, Sighting
from tui_digest.tui.widgets.document import (
    Block,
    Document,
    DocumentWords,
    document_for,
    host_of,
    inline_spans,
    links_of,
)
from tui_digest.tui.widgets.drawn_lines import lay_out
from tui_digest.tui.widgets.entry_body import EntryBody
from tui_digest.tui.wrap import width_of

WORDS = DocumentWords(
    abstract="초록",
    commentary="코멘트",
    links="링크",
    note="메모",
    preface="Preface",
    own_day=lambda day: f"논문: {day.month}월 {day.day}일",
    written_day=str,
    learned=lambda date: f"arXiv ({date})",
    jumps="다른 다이제스트",
    more_authors=lambda n: f"외 {n}명",
    votes=lambda n: f"▲ {n}",
)
DIGEST = Digest("d1", "2023년 7월 5주차", "weekly-text", "2023-W30", date(2023, 7, 23), date(2023, 7, 29), "-", "00")
ENTRY = Entry(
    key="arxiv:2307.12950",
    title="RLCD: Reinforcement Learning from Contrast Distillation",
    authors=("Kevin Yang", "Dan Klein"),
    url="https://arxiv.org/abs/2307.12950",
    arxiv_id="2307.12950",
    version=None,
    links=(Link("https://github.com/x/y", "Code"),),
    tags=("ai-feedback",),
    abstract="We propose a method.",
    commentary="첫 줄.\nO = (QK^T)V\n\n\n둘째 문단.\n",
    votes=None,
    start_line=2,
    end_line=9,
)

UNMARKED = Mark()


@pytest.mark.parametrize(("own", "said"), [(date(2023, 7, 20), " · 논문: 7월 20일"), (None, "")])
def test_a_papers_own_day_is_told_from_that_of_its_digest(own: date | None, said: str) -> None:
    here = Sighting("arxiv:2307.12950", DIGEST, ENTRY._replace(date=own))
    facts = next(
        block.text for block in document_for(here, UNMARKED, WORDS, when="7월 5주차").blocks if block.kind == "meta"
    )
    assert facts == f"arXiv 2307.12950 · 7월 5주차{said} · #ai-feedback"


def test_what_arxiv_says_stands_apart_under_its_own_heading() -> None:
    learned = Learned(
        "2026-11-29", title="RLCD: Another title", authors=("Kevin Yang", "Dan Klein", "Asli Celikyilmaz"), version=2,
        abstract="We propose  a method.", categories=("cs.CL", "cs.AI"), published="2023-07-24", updated="2023-08-01",
        doi="10.5555/x", venue="ICLR 2024",
    )  # fmt: skip
    here = Sighting("arxiv:2307.12950", DIGEST, ENTRY, learned=learned)
    blocks = document_for(here, UNMARKED, WORDS).blocks
    at = blocks.index(Block("heading", "arXiv (2026-11-29)"))
    assert at > blocks.index(Block("heading", "코멘트"))
    assert [block.text for block in blocks[at + 1 : at + 4]] == [
        "RLCD: Another title",
        "Kevin Yang, Dan Klein, Asli Celikyilmaz",
        "cs.CL cs.AI · 2023-07-24 · 2023-08-01 (v2) · doi:10.5555/x · ICLR 2024",
    ]
    assert blocks[0].text.endswith(ENTRY.title or ""), "the digest's title stands at the top"
    assert sum("We propose" in block.text for block in blocks) == 1, "one that is the same is not said twice"
    untold = Sighting(
        "arxiv:2307.12950", DIGEST, ENTRY._replace(title=None, authors=(), abstract=None),
        learned=learned._replace(abstract="We show $\\alpha$."),
    )  # fmt: skip
    blocks = document_for(untold, UNMARKED, WORDS).blocks
    assert (blocks[0].kind, blocks[0].text) == ("title", "● RLCD: Another title")
    assert "We show α." in [block.text for block in blocks]
    assert "We show $\\alpha$." in [block.text for block in document_for(untold, UNMARKED, WORDS, source=True).blocks]


def made(mark: Mark = UNMARKED, *, folded: bool = True, measure: int = 80, **changes: object) -> Document:
    entry = ENTRY._replace(**changes)  # type: ignore[arg-type]
    return document_for(
        Sighting(entry.key, DIGEST, entry), mark, WORDS, when=DIGEST.title, folded_authors=folded, measure=measure
    )


def texts(document: Document, *kinds: str) -> list[str]:
    return [block.text for block in document.blocks if not kinds or block.kind in kinds]


def long_document(lines: int = 200) -> Document:
    return Document("long", tuple(Block("paragraph", f"{n} 모델은 attention을 쓴다. " * 6) for n in range(lines)))


class BodyApp(InkApp):
    def __init__(self, document: Document, measure: int = 80) -> None:
        super().__init__()
        self.shown = document
        self.body = EntryBody(measure=measure, empty_text="없음", id="body")
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.body

    def on_mount(self) -> None:
        self.body.show(self.shown)

    def on_entry_body_scrolled(self, message: EntryBody.Scrolled) -> None:
        self.heard.append(message)

    def on_entry_body_link_chosen(self, message: EntryBody.LinkChosen) -> None:
        self.heard.append(message)

    def lines(self) -> list[str]:
        strips = self.body.render_lines(self.body.size.region)
        return ["".join(segment.text for segment in strip) for strip in strips]


@pytest.mark.parametrize("width", [20, 37, 60])
def test_a_long_address_begins_beside_its_number_and_breaks_after_a_slash(width: int) -> None:
    url = "https://github.com/a-group/sparse-memory/tree/main/examples/long-context-language-models.md"
    document = made(links=(Link(url, "Code"),))
    block = next(b for b in document.blocks if b.link == 1)
    shown = [block.text[start:end] for index, start, end, _ in lay_out(document, width)
             if document.blocks[index] is block]  # fmt: skip
    assert shown[0].startswith("2 github.com/")
    assert "".join(shown).replace(" ", "") == block.text.replace(" ", "")
    assert all(width_of(line) <= width for line in shown)
    if width == 37:
        assert all(line.endswith("/") for line in shown[:-2])


def test_a_stand_in_title_is_not_told_as_a_fact() -> None:
    document = made(title=None, url="https://twitter.com/x/status/1", key="url:https://twitter.com/x/status/1",
                    arxiv_id=None, fallback_title="twitter.com")  # fmt: skip
    assert "twitter.com" not in " ".join(texts(document, "meta"))
    assert texts(document, "fallback") == ["● twitter.com"]


# -- what an entry becomes ---------------------------------------------------------------------------------------


def test_an_entry_in_order() -> None:
    assert texts(made()) == [
        "● RLCD: Reinforcement Learning from Contrast Distillation",
        "",
        "Kevin Yang, Dan Klein",
        "arXiv 2307.12950 · 2023년 7월 5주차 · #ai-feedback",
        "",
        "초록",
        "We propose a method.",
        "",
        "코멘트",
        "첫 줄.",
        "O = (QK^T)V",
        "",
        "둘째 문단.",
        "",
        "링크",
        "1 arxiv.org/abs/2307.12950",
        "2 github.com/x/y · Code",
    ]


@pytest.mark.parametrize(
    ("mark", "prefix"),
    [(Mark(), "● "), (Mark(read=True), ""), (Mark(starred=True), "● ★ "), (Mark(read=True, starred=True), "★ ")],
)
def test_marks_stand_before_the_title(mark: Mark, prefix: str) -> None:
    title = made(mark).blocks[0]
    assert title.text == prefix + (ENTRY.title or "")
    assert title.hang == width_of(prefix)
    assert [title.text[a:b] for a, b, _ in title.spans] == prefix.split()


@pytest.mark.parametrize("title", [ENTRY.title or "", "긴 한국어 제목은 " * 9, "State-of-the-art " * 8, "Word " * 30])
def test_a_mark_moves_nothing_that_stands_below_the_title(title: str) -> None:
    marks = [Mark(), Mark(starred=True), Mark(read=True), Mark(read=True, starred=True)]
    for width in range(32, 90):
        titles = [[line for line in lay_out(made(mark, title=title), width) if not line[0]] for mark in marks]
        assert len({len(lines) for lines in titles}) == 1
        for mark, lines in zip(marks, titles, strict=True):
            text = made(mark, title=title).blocks[0].text
            assert all(width_of(text[start:end].rstrip()) + hang <= width for _, start, end, hang in lines)


def test_without_a_title_its_stand_in_is_told_apart() -> None:
    block = made(title=None, fallback_title="짧은 이름").blocks[0]
    assert (block.kind, block.text) == ("fallback", "● 짧은 이름")


def test_an_entry_with_nothing_but_a_key() -> None:
    document = made(
        title=None, authors=(), url=None, arxiv_id=None, links=(), tags=(), abstract=None, commentary=None, key="file:x"
    )
    assert texts(document) == ["● file:x", "", "2023년 7월 5주차"]


def test_the_note_and_the_votes_and_the_version_are_shown() -> None:
    document = made(Mark(note="다시 읽기"), votes=12, version=2)
    assert "메모" in texts(document, "heading")
    assert "다시 읽기" in texts(document, "paragraph")
    assert "arXiv 2307.12950v2 · 2023년 7월 5주차 · ▲ 12 · #ai-feedback" in texts(document, "meta")


def test_tags_take_their_own_line_where_one_is_too_short() -> None:
    assert texts(made(measure=40), "meta") == ["arXiv 2307.12950 · 2023년 7월 5주차", "#ai-feedback"]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"arxiv_id": None, "key": "doi:10.1/x"}, "doi 10.1/x"),
        ({"arxiv_id": None, "key": "url:x", "url": "https://www.example.org/a"}, "example.org"),
        ({"arxiv_id": None, "key": "url:x", "url": "http://[broken"}, "2023년"),
    ],
)
def test_a_paper_outside_arxiv_is_told_by_doi_or_host(changes: dict[str, Any], shown: str) -> None:
    assert texts(made(**changes), "meta")[0].startswith(shown)


def test_long_author_lists_fold_to_a_line_and_a_count() -> None:
    authors = tuple(f"Author Number{n}" for n in range(30))
    (folded,) = texts(made(authors=authors, measure=60), "authors")
    assert folded == "Author Number0, Author Number1, Author Number2 외 27명"
    assert width_of(folded) <= 60
    assert texts(made(authors=authors, measure=60, folded=False), "authors") == [", ".join(authors)]
    assert texts(made(authors=authors[:4], measure=60), "authors") == [", ".join(authors[:4])]
    assert texts(made(authors=("x" * 500,), measure=60), "authors") == ["x" * 500]
    assert texts(made(authors=("x" * 500, "y"), measure=60), "authors") == ["x" * 500 + " 외 1명"]


def test_what_is_not_drawn_has_no_heading() -> None:
    """Marks of a template, a comment: the source shows them, the text does not."""
    here = Sighting(ENTRY.key, DIGEST, ENTRY, preface="{% raw %}\n\n{% endraw %}")
    for source in (False, True):
        heads = [
            each.text for each in document_for(here, UNMARKED, WORDS, source=source).blocks if each.kind == "heading"
        ]
        assert (WORDS.preface in heads) is source
        told = [*entry_lines(1, here, UNMARKED, Translator("en"), source=source)]
        assert ("At the head of this digest:" in told) is source


def test_lines_of_commentary_are_kept_and_prose_is_spaced() -> None:
    prose = "긴 문단이다. " * 12
    commentary = f"{prose}\n{prose}\n- 하나\n- {prose}\n  y = Wx\n\tz"
    blocks = made(abstract=None, commentary=commentary, links=(), url=None).blocks
    shown = [(block.kind, block.text) for block in blocks[6:]]
    assert shown == [
        ("paragraph", prose.rstrip()),
        ("blank", ""),
        ("paragraph", prose.rstrip()),
        ("blank", ""),
        ("bullet", "- 하나"),
        ("bullet", f"- {prose}".rstrip()),
        ("paragraph", "  y = Wx"),
        ("paragraph", "    z"),
    ]
    assert blocks[-3].hang == 2


def test_nothing_in_a_document_can_move_the_cursor() -> None:
    document = made(
        title="a\x1b[2Jb\nc", authors=("d\te",), tags=("f\rg",), commentary="h\x9bi\x0bj", abstract="k\u2028l"
    )
    assert all(block.text.isprintable() for block in document.blocks)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.org/b_(c)). Then", ["https://a.org/b_(c)"]),
        ("(https://a.org/b)", ["https://a.org/b"]),
        ("논문(https://a.org)은 `code x`다", ["https://a.org", "`code x`"]),
        ("https://a.org, https://b.org…", ["https://a.org", "https://b.org"]),
        ("https://ko.wikipedia.org/wiki/강화학습 참고", ["https://ko.wikipedia.org/wiki/강화학습"]),
        ("(https://ko.wikipedia.org/wiki/강화_학습_(기계)).", ["https://ko.wikipedia.org/wiki/강화_학습_(기계)"]),
        ("https://한글.kr/글?q=모델&n=2에서", ["https://한글.kr/글?q=모델&n=2"]),
        ("https://a.org/b를 보면", ["https://a.org/b"]),
        ("https://a.org/wiki/논문。그리고", ["https://a.org/wiki/논문"]),
        ("`` and ` alone `", []),
        ("[/] no", []),
    ],
)
def test_inline_spans(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in inline_spans(text)] == found


def test_links_are_numbered_from_the_entrys_own() -> None:
    assert [link.url for link in links_of(ENTRY)] == ["https://arxiv.org/abs/2307.12950", "https://github.com/x/y"]
    assert [block.link for block in made().blocks if block.kind == "link"] == [0, 1]
    assert host_of("https://www.a.org/x") == "a.org"


@given(st.lists(st.text(alphabet="ab 한글,.(", max_size=60), max_size=8), st.integers(2, 30), st.integers(0, 4))
def test_a_layout_loses_nothing(lines: list[str], width: int, hang: int) -> None:
    document = Document("k", tuple(Block("bullet", line, hang=hang) for line in lines))
    for index, line in enumerate(lines):
        rows = [row for row in lay_out(document, width) if row[0] == index]
        assert "".join(line[start:end] for _, start, end, _ in rows).replace(" ", "") == line.replace(" ", "")
        assert all(width_of(line[start:end]) + indent <= max(2, width) for _, start, end, indent in rows)


# -- the pane ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10), (3, 2)])
async def test_any_size(size: tuple[int, int]) -> None:
    app = BodyApp(long_document())
    async with app.run_test(size=size) as pilot:
        body = app.body
        acts: list[Callable[[], bool]] = [
            lambda: body.page(1),
            body.end,
            lambda: body.scroll_line(-3),
            lambda: body.half_page(-1),
            body.home,
        ]
        for act in acts:
            assert act()
            await pilot.pause()
            assert 0 <= body.top <= body.max_top
        assert {strip.cell_length for strip in body.render_lines(body.size.region)} == {size[0]}


async def test_the_text_stands_in_a_column() -> None:
    app = BodyApp(made(), measure=60)
    async with app.run_test(size=(101, 40)) as pilot:
        assert app.body.text_width == 60
        assert app.lines()[0].startswith(" " * 20 + "● RLCD")
        heading = next(line for line in app.lines() if "초록" in line)
        assert width_of(heading.rstrip()) == 80
        app.body.measure = 30
        await pilot.pause()
        assert all(width_of(line.strip()) <= 30 for line in app.lines())


async def test_pages_end_at_the_end_and_say_so() -> None:
    app = BodyApp(long_document(20))
    async with app.run_test(size=(80, 24)) as pilot:
        body = app.body
        assert body.fraction == 0
        pages = 0
        while body.page(1):
            pages += 1
        await pilot.pause()
        assert pages == 2
        assert body.top == body.max_top
        assert body.fraction == 1
        assert not body.end()
        assert [type(message) for message in app.heard][-1] is EntryBody.Scrolled
        assert body.home()
        assert not body.page(-1)


async def test_a_short_document_is_all_in_view() -> None:
    app = BodyApp(made())
    async with app.run_test(size=(80, 40)):
        assert not app.body.page(1)
        assert app.body.fraction == 1
        assert "┃" not in "".join(app.lines())


async def test_nothing_to_show() -> None:
    app = BodyApp(Document(""))
    async with app.run_test(size=(40, 10)):
        assert [line.strip() for line in app.lines() if line.strip()] == ["없음"]
        assert not app.body.scroll_line(1)


async def test_another_width_keeps_the_place() -> None:
    app = BodyApp(long_document())
    async with app.run_test(size=(100, 20)) as pilot:
        app.body.show(app.shown, top=150)
        await pilot.pause()
        first = app.lines()[0].split()[0]
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        body = app.body
        assert body.top > 150
        number = app.shown.blocks[lay_out(app.shown, body.text_width)[body.top][0]].text.split()[0]
        assert first in app.shown.blocks[int(number)].text
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert abs(body.top - 150) <= 1


async def test_a_wider_pane_moves_text_that_stays_as_wide() -> None:
    app = BodyApp(made(measure=20), measure=20)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        wide = app.lines()
        app.body.show(made(measure=20, title="Another"))
        app.body.show(made(measure=20))
        await pilot.pause()
        assert app.lines() == wide, "as it would be drawn anew"
        assert {width_of(line) for line in wide} == {100}


async def test_the_same_entry_changed_keeps_its_place() -> None:
    app = BodyApp(long_document())
    async with app.run_test(size=(60, 20)) as pilot:
        app.body.scroll_line(40)
        app.body.show(app.shown._replace(blocks=app.shown.blocks[1:]), top=None)
        await pilot.pause()
        assert app.body.top == 40
        app.body.show(made(), top=None)
        assert app.body.top == app.body.max_top
        app.body.show(long_document())
        assert app.body.top == 0


async def test_wheel_and_scrollbar() -> None:
    app = BodyApp(long_document())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot._post_mouse_events([events.MouseScrollDown], "#body", button=0)
        assert app.body.top == 3
        await pilot.mouse_down("#body", offset=(59, 1))
        await pilot.hover("#body", offset=(59, 19))
        await pilot.mouse_up("#body", offset=(59, 19))
        assert app.body.top == app.body.max_top
        assert app.screen.get_selected_text() is None


async def test_a_click_on_a_link_chooses_it() -> None:
    app = BodyApp(made())
    async with app.run_test(size=(80, 40)) as pilot:
        y = next(y for y, line in enumerate(app.lines()) if "github.com" in line)
        await pilot.click("#body", offset=(6, y - 5))
        await pilot.click("#body", offset=(6, y))
        await pilot.pause()
        chosen = [message for message in app.heard if isinstance(message, EntryBody.LinkChosen)]
        assert [(message.body, message.index) for message in chosen] == [(app.body, 1)]


async def test_text_is_selected_as_the_source_has_it() -> None:
    line = "가나다 라마바 사아자 차카타 파하 one two three"
    app = BodyApp(Document("k", (Block("paragraph", line), Block("blank"), Block("paragraph", "둘째 줄"))))
    async with app.run_test(size=(24, 10)) as pilot:
        assert app.lines()[0].strip() == "가나다 라마바 사아자"
        await pilot.mouse_down("#body", offset=(1, 0))
        await pilot.hover("#body", offset=(3, 4))
        await pilot.pause()
        assert app.screen.get_selected_text() == f"{line}\n\n둘째"
        selected = [s.text for s in app.body.render_lines(app.body.size.region)[4]][1]
        assert selected == "둘째"
        await pilot.mouse_up("#body", offset=(3, 4))
        app.body.show(made())
        await pilot.pause()
        assert app.screen.get_selected_text() is None
