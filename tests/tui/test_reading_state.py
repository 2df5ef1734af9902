"""What is read, without a terminal: week, query, rows, cursor and pane, changed by the state's own methods."""

from __future__ import annotations

import pytest

from tui_digest.errors import DigestError
from tui_digest.i18n import Translator
from tui_digest.library import EVERYTHING, Library
from tui_digest.models import Place
from tui_digest.query import Words
from tui_digest.tui.reading_state import ReadingState, Unread

SPARSE, MARKUP, OLDER = "arxiv:2307.00001", "arxiv:2307.00002", "arxiv:2304.00001"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def state(library: Library, said: list[str]) -> ReadingState:
    def report(error: DigestError) -> None:
        said.append(error.message_id)

    state = ReadingState(library, report)
    state.begin(Place())
    state.load()
    return state


def test_it_begins_in_the_newest_week_and_comes_back_to_a_place(library: Library, state: ReadingState) -> None:
    assert (state.week, state.pane, state.cursor, len(state.rows)) == ("2023-W30", "entries", 0, 3)
    state.turn_to("2023-W16")
    state.load(key=SPARSE)
    state.go_to("entry")
    place = state.place(7)
    again = ReadingState(library, lambda _: None)
    again.begin(place)
    again.load(key=place.key)
    assert (again.week, again.key_here(), place.scroll, place.pane) == ("2023-W16", SPARSE, 7, "entry")
    again.begin(place._replace(week="2001-W01"))
    assert again.week == "2023-W30", "a week that is gone"


def test_views_text_and_what_is_chosen_are_one_query(state: ReadingState) -> None:
    assert (state.wanted, state.narrowed, state.found) == (EVERYTHING, False, 0)
    assert state.choose_view("unread") and state.write("sparse") and state.toggle("memory")
    assert state.load(key=SPARSE)
    assert [state.key_here(), len(state.rows), state.found] == [SPARSE, 1, 1]
    assert state.asked(Translator("en")) == "unread  #memory  sparse"
    assert state.wanted_text() == state.asked_text() == "sparse is:unread tag:memory"
    assert [*state.needles()] == [Words("sparse")]
    state.toggle("memory")
    assert state.chosen == ()
    state.widen()
    assert (state.narrowed, state.wanted_text()) == (False, "")


def test_what_cannot_be_read_leaves_the_list_and_is_reported_only_once_typed(
    state: ReadingState, said: list[str]
) -> None:
    state.write("sparse")
    wanted = state.wanted
    state.begin_typing()
    assert state.write("sparse tga:x"), "what stands before it is asked for"
    assert state.mistake is not None and state.wanted == wanted and said == []
    state.end_typing()
    assert state.mistake is None
    assert not state.make_query()
    assert len(said) == 1


def test_a_tag_that_is_being_typed_empties_no_list(state: ReadingState) -> None:
    state.begin_typing()
    state.write("#mem")
    state.load()
    assert len(state.rows) == 3
    state.write("#memory")
    state.load()
    assert len(state.rows) == 2
    state.end_typing()
    state.write("#mem")
    state.load()
    assert len(state.rows) == 0


def test_the_unread_follow_each_other_round_all_weeks(library: Library, state: ReadingState) -> None:
    library.marks.mark_read(state.rows.keys[1:], True)
    state.count()
    assert state.next_unread(1) == Unread("2023-W16", 0, False)
    assert state.next_unread(-1) == Unread("2023-W16", 1, True)
    library.marks.mark_read([SPARSE, OLDER], True)
    state.count()
    assert state.next_unread(1) is None


def test_after_a_change_the_cursor_stands_on_the_same_mention(library: Library, state: ReadingState) -> None:
    state.turn_to(None)
    state.load()
    second = [index for index, key in enumerate(state.rows.keys) if key == SPARSE][1]
    state.stand_on(second)
    library.marks.star([MARKUP], True)
    assert state.load_again()
    assert state.cursor == second
    state.choose_view("starred")
    assert not state.load_again(), "it is not among them"


def test_a_week_that_goes_leaves_the_newest(library: Library, state: ReadingState) -> None:
    state.turn_to("2023-W16")
    state.load()
    here = state.current()
    assert here is not None
    library.imports.remove([here.digest.id])
    state.count()
    assert not state.load_again()
    assert (state.week, state.cursor) == ("2023-W30", 0)


def test_zen_comes_back_to_its_pane_and_ends_with_the_entry(state: ReadingState) -> None:
    state.go_to("weeks")
    state.toggle_zen()
    assert (state.pane, state.zen) == ("entry", True)
    state.toggle_zen()
    assert (state.pane, state.zen) == ("weeks", False)
    state.toggle_zen()
    state.go_to("entries")
    assert not state.zen


def test_a_saved_view_that_is_gone_is_shown_no_more(library: Library, state: ReadingState) -> None:
    library.views.save("mine", "#memory")
    assert state.count()
    state.stand_at(None, "all", "mine")
    state.load()
    assert (len(state.rows), state.asked_text()) == (3, "#memory")
    assert not state.stand_at(None, "all", "mine")
    library.views.delete("mine")
    assert state.count()
    assert (state.saved, state.wanted) == ("", EVERYTHING)
