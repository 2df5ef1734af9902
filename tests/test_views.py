"""Saved views: names for queries, kept as acts are, by a library, another machine, a backup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import digest, entry, home, plain_parsing, put
from tui_digest.errors import DigestError
from tui_digest.library import Library
from tui_digest.query import QueryError
from tui_digest.store import saved_views
from tui_digest.store.mark_keys import MarkKeys

A = entry("Attention", arxiv="2301.00001", tags=["nlp"], authors=["Ann Lee", "Bo Li"])
B = entry("Bandits", arxiv="2301.00002", tags=["rl"], authors=["Bo Li"])
C = entry("Cats", arxiv="2301.00003", authors=["Bo Lin"])


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    put(tmp_path / "in" / "new.txt", digest(A, B, start="2023-07-23", title="July"))
    put(tmp_path / "in" / "old.txt", digest(B, C, start="2023-07-09", title="July, early"))
    library.imports.from_paths([tmp_path / "in"])
    return library


def titles(library: Library, text: str) -> list[str]:
    return [row.title for row in library.lists.entries(None, library.views.read(text))]


def again(library: Library) -> dict[str, str]:
    return Library.open(library.paths, starters=False).views.all()


def test_a_view_is_saved_found_replaced_and_deleted(library: Library) -> None:
    change = library.views.save("  Bo\u2028 reads ", "author:li\nis:unread")
    assert change is not None and (change.field, change.keys) == ("view:Bo reads", ("query:author:li is:unread",))
    assert titles(library, 'view:"bo READS"') == ["Attention", "Bandits", "Bandits", "Cats"]
    assert library.views.save("Bo reads", "author:li is:unread") is None
    library.views.save("bo reads", "#rl")
    assert again(library) == library.views.all() == {"bo reads": "#rl"}
    library.views.delete("BO reads")
    assert again(library) == library.views.all() == {}
    with pytest.raises(DigestError, match=r"view\.unknown"):
        library.views.delete("bo reads")


def test_every_act_on_a_view_can_be_taken_back_and_done_again(library: Library) -> None:
    states: list[dict[str, str]] = [{}]
    for act, *words in (
        (library.views.save, "one", "a"),
        (library.views.save, "One", "b"),
        (library.views.rename, "one", "two"),
        (library.views.save, "two", "a"),
        (library.views.delete, "two"),
    ):
        assert act(*words) is not None
        states.append(library.views.all())
    assert states[1:] == [{"one": "a"}, {"One": "b"}, {"two": "b"}, {"two": "a"}, {}]
    for state in reversed(states[:-1]):
        assert library.marks.undo() is not None
        assert again(library) == library.views.all() == state
    for state in states[1:]:
        assert library.marks.redo() is not None
        assert library.views.all() == state
    library.close()
    assert again(library) == {}
    told = [(done.change.field, done.change.value) for done in library.marks.history() if done.op == "set"]
    assert told[:2] == [("view:two", False), ("view:two", True)]
    assert told[2:5] == [("view:two", True), ("view:One", True), ("view:one", True)]


def test_a_name_that_is_taken_is_not_taken_away(library: Library) -> None:
    library.views.save("one", "a")
    library.views.save("two", "b")
    with pytest.raises(DigestError, match=r"view\.taken"):
        library.views.rename("one", "TWO")
    assert library.views.rename("one", "one") is None
    assert library.views.rename("one", "ONE") is not None
    assert library.views.all() == {"ONE": "a", "two": "b"}


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("x", "tga:rl", "query.field"),
        ("x", "view:y", "query.view"),
        ("x", "a view:X", "query.circle"),
        ("inner", "view:outer", "query.circle"),
        ("x", " ", "view.empty"),
        (" # ", "a", "view.no_name"),
    ],
)
def test_what_cannot_be_saved(library: Library, name: str, text: str, error: str) -> None:
    library.views.save("inner", "a")
    library.views.save("outer", "view:inner")
    with pytest.raises(DigestError) as caught:
        library.views.save(name, text)
    assert caught.value.message_id.startswith(error) and caught.value.exit_code == 2
    assert library.views.all() == {"inner": "a", "outer": "view:inner"}


def test_the_later_of_two_machines_is_shown_and_nothing_is_lost(library: Library) -> None:
    library.views.save("mine", "here")
    at = library._store.journal.latest
    for text, when in (("there", at + 5), ("long ago", at - 5)):
        event = {"v": 1, "id": f"o-{when}", "at": when, "op": "set", "field": "view:Mine", "value": True}
        with (library.paths.journal / "other.ndjson").open("a") as file:
            file.write(json.dumps(event | {"keys": [f"query:{text}"]}) + "\n")
    library.refresh()
    assert library.views.all() == again(library) == {"Mine": "there"}
    library.views.rename("mine", "ours")
    assert library.views.all() == {"ours": "there"}, "no other text comes to light"
    library.marks.undo()
    library.fold()
    assert set(library._store.columns["view:Mine"].on) == {"query:there", "query:long ago"}


def test_a_text_is_no_paper_however_it_reads(library: Library) -> None:
    library._store.use_names(MarkKeys({"title:attention": "arxiv:2301.00001"}))
    library.views.save("x", "title:attention")
    assert library.views.all() == {"x": "title:attention"}


def test_a_backup_brings_views_back(library: Library, tmp_path: Path) -> None:
    library.views.save("kept", "a")
    library.views.save("changed", "b")
    library.backups.write(tmp_path / "copy.zip")
    library.views.save("changed", "c")
    library.views.save("new", "d")
    library.views.delete("kept")
    library.backups.restore(tmp_path / "copy.zip", keep_mine=True)
    assert library.views.all() == {"changed": "c", "kept": "a", "new": "d"}
    library.backups.restore(tmp_path / "copy.zip")
    assert library.views.all() == {"changed": "b", "kept": "a"}
    library.marks.undo()
    assert library.views.all() == {"changed": "c", "kept": "a", "new": "d"}
    elsewhere = Library.open(home(tmp_path / "elsewhere"), starters=False)
    elsewhere.backups.restore(tmp_path / "copy.zip")
    assert elsewhere.views.all() == {"changed": "b", "kept": "a"}


def test_views_are_counted_in_papers(library: Library) -> None:
    library.views.save("li", "author:li sort:title")
    library.views.save("one", "author:li limit:1")
    library.views.save("gone", "a")
    library.views.save("outer", "view:gone")
    library.views.delete("gone")
    assert [library.lists.view_papers(name) for name in ("li", "one", "outer")] == [3, 1, None]
    with pytest.raises(QueryError):
        library.views.read("view:outer")


def test_whole_names_of_authors_and_digests(library: Library) -> None:
    assert titles(library, 'author:="bo li"') == ["Attention", "Bandits", "Bandits"]
    assert titles(library, 'author:"bo li"') == ["Attention", "Bandits", "Bandits", "Cats"]
    assert titles(library, "digest:=july") == ["Attention", "Bandits"]
    assert len(titles(library, "digest:july")) == 4
    rows = library.lists.entries(None)
    assert library.lists.authors_of(rows) == [("Bo Li", 2), ("Ann Lee", 1), ("Bo Lin", 1)]
    assert library.lists.digests_of(rows) == [("July", 2), ("July, early", 2)]
    starred = library.lists.entries(None, library.views.read("bandits"))
    assert library.lists.authors_of(starred) == [("Bo Li", 1)]
    assert library.lists.digests_of(starred) == [("July", 1), ("July, early", 1)]


def test_lists_of_all_weeks_are_newest_first_and_stable(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "in" / "b.txt", digest(entry("Z"), entry("Y"), start="2023-07-23", title="same days"))
    put(tmp_path / "in" / "undated.txt", digest(entry("U"), start=None, title="undated"))
    library.imports.from_paths([tmp_path / "in"])
    whole = titles(library, "")
    weeks = [week.id for week in library.lists.weeks()]
    assert weeks == ["2023-W30", "2023-W28", "undated"]
    assert whole == [row.title for week in weeks for row in library.lists.entries(week)]
    assert (whole.index("Z") + 1, whole[-1]) == (whole.index("Y"), "U"), "a digest's order, and undated last"
    for text in ("is:unread", "is:unread sort:votes", "view:all sort:seen limit:99"):
        library.views.save("all", "-is:starred")
        found = titles(library, text)
        assert [title for title in whole if title != "Bandits"] == [title for title in found if title != "Bandits"]
    assert again(library) == {"all": "-is:starred"}


def test_a_journal_says_it_in_words(library: Library) -> None:
    library.views.save("mine", "rl")
    (journal,) = library.paths.journal.glob("*.ndjson")
    event = json.loads(journal.read_text().splitlines()[-1])
    assert (event["field"], event["value"], event["keys"]) == ("view:mine", True, [saved_views.QUERY + "rl"])
