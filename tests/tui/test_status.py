"""Title and footer are functions of what is on the screen, and the panes share their room by sums alone."""

from __future__ import annotations

from typing import Any

import pytest

from tui_digest.i18n import Translator
from tui_digest.models import Arrangement, Mark, Week
from tui_digest.query import QueryError
from tui_digest.store.summary import Totals
from tui_digest.tui import status
from tui_digest.tui.box_keys import BOX_KEYS
from tui_digest.tui.keymap import KEYS, PANES, KeyReader
from tui_digest.tui.panes.layout import LEAST, Room
from tui_digest.tui.widgets.row_pieces import cells

TR = Translator("en")
TOTALS = Totals(1_204, 96, 31)
HEADING = status.TitleLine(
    100, None, TOTALS, "Entries", alone=False, asked="", found=0, readable=True
)  # fmt: skip


def text(pieces: list[tuple[str, str]]) -> str:
    return "".join(each for each, _ in pieces)


def foot(width: int = 120, pane: str = "entries", **more: Any) -> status.Foot:
    made = status.Foot(width, KEYS, KeyReader(), pane, "tags", (3, 8))
    return made._replace(**more)


def test_the_title_tells_the_counts_or_what_is_asked_for() -> None:
    left, right = status.title(TR, HEADING)
    assert (text(left), text(right)) == (" All weeks", "1,204 papers · 96 unread · ★ 31 ")
    _, right = status.title(TR, HEADING._replace(asked="#rl", found=12))
    assert text(right).startswith("#rl  12")
    _, right = status.title(TR, HEADING._replace(asked="tga:x", readable=False))
    assert text(right) == "tga:x "


@pytest.mark.parametrize("width", range(8, 140, 7))
def test_no_title_is_wider_than_its_line(width: int) -> None:
    left, right = status.title(TR, HEADING._replace(width=width, alone=width < 88))
    assert not right or cells(left) + cells(right) <= width


def test_the_footer_says_what_a_key_would_do_here() -> None:
    assert "s unstar" in text(status.footer(TR, foot(mark=Mark(starred=True)))[0])
    left, right = status.footer(TR, foot(mark=Mark()))
    assert "s star" in text(left) and text(right).strip() == "3/8"
    assert text(status.footer(TR, foot(flashed="Copied"))[0]) == " Copied"
    assert text(status.footer(TR, foot(meant="ㅓ→j"))[1]).startswith("ㅓ→j")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("mistake", ["date", "week", "number", "arxiv", "limit", "value"])
def test_a_mistake_is_told_with_an_example_where_eighty_cells_are_all(lang: str, mistake: str) -> None:
    error = QueryError(f"query.{mistake}", 6, 10, name="field", value="7월의", suggestion="field:30")
    typing = status.Typing("filter", mistake=error, caret=(8, 4))
    assert "field:" in text(status.footer(Translator(lang), foot(80, typing=typing))[0]).replace("field: ", "")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("mark", [None, Mark(), Mark(read=True, starred=True)])
def test_no_two_keys_of_the_footer_have_one_name(lang: str, pane: str, mark: Mark | None) -> None:
    left, _ = status.footer(Translator(lang), foot(width=400, pane=pane, mark=mark))
    names = [each.strip() for each, ink in left if ink == "muted" and each.strip()]
    assert len(names) > 4 and len({*names}) == len(names), names


def test_the_footer_shows_what_may_follow_and_what_is_being_typed() -> None:
    reader = KeyReader()
    reader.feed("3")
    reader.feed("y")
    assert text(status.footer(TR, foot(keys=reader))[0]).startswith(" 3y… ")
    typing = status.Typing("filter", completion="#memory")
    assert "Tab #memory" in text(status.footer(TR, foot(typing=typing))[0])
    unsaved = status.Typing("note", unsaved=True)
    assert TR("note.unsaved") in text(status.footer(TR, foot(width=200, typing=unsaved))[0])
    mistake = QueryError("query.unknown_field", 0, 3, field="tga")
    left, right = status.footer(TR, foot(typing=typing._replace(mistake=mistake, caret=(4, 3))))
    assert text(left).startswith("    ^~~") and right == []


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_footer_is_wider_than_its_line(width: int, pane: str) -> None:
    left, right = status.footer(TR, foot(width=width, pane=pane))
    assert cells(left) + cells(right) <= width


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("box", sorted({key.place for key in BOX_KEYS if key.place.endswith(("filter", "_box"))}))
@pytest.mark.parametrize("width", [40, 34])
def test_a_text_field_says_how_it_is_left_however_narrow(box: str, width: int, lang: str) -> None:
    hints = status.typing_hints(Translator(lang), status.Typing(box, completion="papers/"), width)
    said = text(hints)
    assert "Esc" in said and cells(hints) <= width
    assert said == said.rstrip()


def test_a_place_is_as_wide_at_the_beginning_as_at_the_end() -> None:
    assert len({len(status.where(at, 1_000, 0.5)) for at in (1, 10, 1_000)}) == 1
    assert status.where(0, 0) == "0/0"


@pytest.mark.parametrize("width", [60, 88, 100, 116, 120, 200])
@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("zen", [True, False])
@pytest.mark.parametrize("arranged", [0, 99, -99])
def test_every_pane_keeps_its_room_whatever_was_arranged(width: int, pane: str, zen: bool, arranged: int) -> None:
    room = Room(width, 24, pane, zen, Arrangement(left=arranged, middle=arranged, tags=arranged))
    assert ("left" if pane in ("weeks", "tags") else pane) in room.shown
    taken = {"left": room.left, "entries": room.middle} if not room.alone else {}
    if len(room.shown) == 3:
        taken["entry"] = width - room.left - room.middle
    elif room.shown == {"left", "entries"}:
        taken["entries"] = width - room.left
    elif room.shown == {"entries", "entry"}:
        taken["entry"] = width - room.middle
    assert all(taken[name] >= LEAST for name in room.shown if name in taken), taken
    assert room.tags is None or 3 <= room.tags <= 24 - 3 - 4


def test_the_week_is_told_by_its_days() -> None:
    week = Week("undated", None, None, None, 5, 2, 1)
    assert text(status.title(TR, HEADING._replace(week=week))[0]).strip() == TR("week.undated")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_where_the_weeks_are_not_to_be_seen_the_footer_says_the_way_there_and_back(lang: str) -> None:
    tr = Translator(lang)

    def said(width: int, pane: str) -> str:
        return text(status.footer(tr, foot(width, pane))[0])

    there, back = f"h {tr('short.pane.left.entries')}", f"Enter {tr('short.pane.open.weeks')}"
    assert [there in said(width, "entries") for width in (40, 80, 100, 120)] == [True, True, True, False]
    assert all(back in said(width, "weeks") for width in (40, 80, 100, 120))


def test_where_there_is_no_entry_no_key_for_one_is_offered() -> None:
    said = text(status.footer(TR, foot(nothing=True))[0])
    assert "find" in said and "help" in said
    assert not [word for word in ("star", "read", "copy", "open") if word in said]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_of_the_line_about_the_starters_only_the_keys_are_loud(width: int) -> None:
    pieces = status.notice(TR, width, KEYS)
    assert cells(pieces) <= width
    assert {each for each, ink in pieces if ink == "key"} <= {"ii", "Ctrl+p"} and "ii" in text(pieces)
    unbound = [key._replace(keys=()) for key in KEYS]
    assert {ink for _, ink in status.notice(TR, width, unbound)} == {"muted"}
