"""Notices: one at a time, in one line where it can be, over nothing that one is reading or typing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets._toast import Toast

from tests.builders import digest, entry, home, plain_parsing, put
from tests.tui.reading import JULY, all_done, library_of, lines, reading, told, until
from tui_digest.desktop.clipboard import Outcome
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.tui.notices import FRAME, fitted
from tui_digest.tui.screens.foot import DialogFoot
from tui_digest.tui.widgets.notice_lines import notice_lines_of
from tui_digest.tui.wrap import width_of

LINK = "https://arxiv.org/abs/2307.00001"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


def toasts(screen: object) -> list[Toast]:
    return list(screen.query(Toast))  # type: ignore[attr-defined]


def footer(screen: object) -> str:
    return str(screen.footer_bar.text)  # type: ignore[attr-defined]


async def test_the_newest_notice_takes_the_place_of_the_one_before(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("s", "s", "u", "r", "r")
        await pilot.pause()
        assert len(told(pilot)) == 5
        assert footer(screen).strip().startswith(told(pilot)[-1])
        assert toasts(screen) == []


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (120, 40)])
@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_a_notice_stands_in_the_footer_and_goes(library: Library, size: tuple[int, int], lang: str) -> None:
    async with reading(library, size=size, lang=lang) as (pilot, screen):
        before = footer(screen)
        await pilot.press("s")
        await pilot.pause()
        assert told(pilot)[-1] in footer(screen)
        await pilot.press("y")
        assert told(pilot)[-1] not in footer(screen)  # what may follow is wanted more
        await pilot.press("escape")
        screen.taker.fade()
        assert footer(screen).split()[:2] == before.split()[:2]


async def test_what_does_not_fit_the_footer_stands_above_it(library: Library) -> None:
    async with reading(library, size=(40, 10)) as (pilot, screen):
        pilot.app.notify("a long sentence " * 4)
        await pilot.pause()
        assert toasts(screen) == [], "nothing is covered"
        lines, body = screen.notice_lines.region, screen.panes.entries.list.region
        assert (lines.bottom, body.bottom) == (9, lines.y)
        await pilot.press("s")
        await pilot.pause()
        assert not screen.notice_lines.display


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
async def test_an_error_in_korean_leaves_every_wide_character_whole(library: Library, size: tuple[int, int]) -> None:
    """Over the panes its edges would cut some of them in two, and both halves are blank then."""
    async with reading(library, size=size, lang="ko") as (pilot, screen):
        for words in ("문제가 생겼습니다", "글"):
            pilot.app.notify("\n".join([words] * 3), severity="error", timeout=60)
            await pilot.pause()
            shown = lines(pilot)
            assert sum(words in line for line in shown) >= 3
            body = screen.panes.entries.list
            for y in range(body.size.height):
                drawn = "".join(segment.text for segment in body.render_line(y)).strip()
                assert any(drawn in line for line in shown), drawn


@pytest.mark.parametrize("size", [(40, 10), (80, 24)])
@pytest.mark.parametrize("key", ["?", ";"])
async def test_a_notice_hides_nothing_of_a_dialog(library: Library, size: tuple[int, int], key: str) -> None:
    async with reading(library, size=size) as (pilot, _):
        await pilot.press("s", key)
        await pilot.pause()
        assert toasts(pilot.app.screen) == []


OVER = {"help": "?", "links": ";", "settings": ",", "export": "x", "palette": "ctrl+p", "themes": "ctrl+t",
        "statistics": "g c", "sources": "g s"}  # fmt: skip


@pytest.mark.parametrize("size", [(60, 16), (120, 40)])
@pytest.mark.parametrize("dialog", OVER)
async def test_an_error_over_a_dialog_has_a_place_in_its_layout(
    library: Library, dialog: str, size: tuple[int, int]
) -> None:
    """It covers nothing of the dialog, and no wide character is cut; it goes on below when the dialog is closed."""
    async with reading(library, size=size, lang="ko") as (pilot, screen):
        await pilot.press(*OVER[dialog].split())
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.pause()
        sentence = "문제가 생겼습니다: 디스크가 가득 찼습니다"
        pilot.app.notify("\n".join([sentence] * 2), severity="error", timeout=60)
        await pilot.pause()
        over = pilot.app.screen
        notice = notice_lines_of(over)
        assert toasts(over) == []
        assert (notice.region.x, notice.region.right, notice.region.bottom) == (0, size[0], size[1] - 1)
        assert sum(sentence in line for line in lines(pilot)) == 2
        frames = [
            widget
            for widget in over.children
            if widget.display and not isinstance(widget, DialogFoot) and widget.region
        ]
        for frame in frames:
            assert frame.region.bottom <= notice.region.y, frame
            assert frame.region.y >= 0
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        if dialog != "palette":
            assert sum(sentence in line for line in lines(pilot)) == 2


async def test_an_error_is_never_over_the_title_line(library: Library) -> None:
    async with reading(library, size=(40, 10)) as (pilot, screen):
        pilot.app.notify("a long sentence " * 40, severity="error")
        await pilot.pause()
        assert 1 <= screen.notice_lines.region.y < 9
        assert screen.panes.entries.list.region.height >= 2, "what is read is still there"


DETAILS = {"text": LINK, "url": "https://example.org/a/long/way/to/a/post?page=3", "why": "", "kind": " · title",
           "way": "wl-copy", "n": 1234}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("cells", [40, 60, 80])
def test_what_is_told_often_fits_a_line(lang: str, cells: int) -> None:
    tr = Translator(lang)
    ids = [f"copy.{grade}" for grade in ("copied", "offered", "sent", "nothing", "no_arxiv")]
    ids += [f"open.{how}" for how in ("opened", "refused")]
    ids += [f"{act}.{field}.{on}" for act in ("mark", "undo", "redo") for field in ("read", "starred")
            for on in ("on", "off")]  # fmt: skip
    ids += ["undo.nothing", "redo.nothing", "mark.unchanged", "unread.none", "unread.wrapped", "unread.wrapped_back",
            "unread.only", "links.none", "starters.on", "starters.off", "entries.none_here", "authors.all"]  # fmt: skip
    for id_ in ids:
        assert tr.knows(id_), id_
        sentence = fitted(tr, id_, DETAILS, cells - FRAME)
        assert width_of(sentence) <= cells - FRAME, sentence
        assert "{" not in sentence


def test_an_address_gives_way_in_its_middle() -> None:
    url = "https://github.com/a-research-group/sparse-memory-for-long-context/blob/main/README.md"
    details = {"text": url, "why": " · link", "kind": " · link", "way": "wl-copy"}
    shown = fitted(Translator("en"), "copy.copied", details, 60)
    assert shown.startswith("Copied github.com/")
    assert shown.endswith("README.md · link (wl-copy)")
    assert width_of(shown) == 60


@pytest.mark.parametrize(
    ("links", "copied", "why"),
    [
        (["https://example.org/a", "https://arxiv.org/abs/2301.00009v2"], "https://arxiv.org/abs/2301.00009",
         "the arXiv link in its text"),
        (["https://example.org/a", "https://example.org/b"], "https://example.org/a", "the first link in its text"),
        ([], "https://arxiv.org/search/", "title search"),
    ],
)  # fmt: skip
async def test_a_link_in_the_text_comes_before_a_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: list[str], copied: str, why: str
) -> None:
    found: list[str] = []

    def copy(what: str, **_: object) -> Outcome:
        found.append(what)
        return Outcome(grade="copied", way="wl-copy")

    monkeypatch.setattr("tui_digest.desktop.clipboard.copy", copy)
    plain_parsing(monkeypatch)
    paths = home(tmp_path)
    library = Library.open(paths, starters=False)
    talk = entry("A Talk on Memory", links=[(link, None) for link in links])
    library.imports.from_paths([put(tmp_path / "digests" / "one.txt", digest(talk))])
    async with reading(library, size=(200, 60)) as (pilot, _):
        await pilot.press("c")
        await all_done(pilot)
        assert found[0].startswith(copied)
        assert why in told(pilot)[-1]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("o", f"Opened {LINK}"),
        (";enter", f"Opened {LINK}"),
        ("ip", "Fetching the PDF"),
        ("#xenter", "Tagged #x"),
    ],
)
async def test_what_was_done_to_a_paper_names_the_paper(
    library: Library, keys: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.desktop.opener.ways_to_open", lambda *_, **__: [["true"]])
    monkeypatch.setattr("tui_digest.desktop.opener.try_ways", lambda _: None)
    monkeypatch.setattr("tui_digest.sources.pdf.fetch", lambda *_, **__: None)
    async with reading(library, size=(120, 30)) as (pilot, _):
        await pilot.press(*keys.removesuffix("enter"), *(["enter"] if keys.endswith("enter") else []))
        await until(pilot, lambda: any(each.startswith(said) for each in told(pilot)))
        (notice,) = (each for each in told(pilot) if each.startswith(said))
        assert notice.endswith("· Sparse Memory for Long Context"), notice


async def test_a_list_of_one_week_says_that_it_is_one(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("/", *"week:2023-W17", "enter")
        said = "Nothing in this week matches week:2023-W17. Esc clears it. In all weeks: h gg"
        await until(pilot, lambda: said in " ".join(" ".join(lines(pilot)).split()))
        await pilot.press("h", "g", "g")
        await until(pilot, lambda: "this week" not in "\n".join(lines(pilot)))
