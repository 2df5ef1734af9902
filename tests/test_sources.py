"""Sources, from an address to the library and back: against a real server on loopback, and files."""

from __future__ import annotations

import itertools
import json
import os
import stat
import subprocess
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from tests.server import Reply, Request, Server, fetching, moved
from tui_digest.doctor.store_report import examine_store
from tui_digest.errors import DigestError, SourceError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.models import Change, RefreshReport, SourceNews
from tui_digest.paths import Paths
from tui_digest.sources.addresses import public
from tui_digest.sources.opml import ListedFeed
from tui_digest.sources.web.client import Web
from tui_digest.store import undo_piles
from tui_digest.store.events import Event
from tui_digest.store.fetched import Fetched, SaidItem
from tui_digest.store.lock import locked

NOW = 1_764_460_800.0
"""30 November 2025."""


def item(number: int, day: int = 28, *, title: str = "", guid: str | None = None, said: str = "") -> str:
    """An item of arXiv's kind."""
    name = f"2511.{number:05d}"
    said = said or f"arXiv:{name}v1 Announce Type: new Abstract: We light what was dark, {number} times."
    return (
        f"<item><title>{title or f'Lamp number {number} for small rooms'}</title><link>https://arxiv.org/abs/{name}</link>"
        f"<guid isPermaLink='false'>{guid or f'oai:arXiv.org:{name}v1'}</guid><description>{said}</description>"
        f"<dc:creator>Mina Seo, Jan Dvořák</dc:creator><pubDate>{day:02d} Nov 2025 00:00:00 GMT</pubDate></item>"
    )


def rss(*items: str, title: str = "Lamps") -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    return f"{head}<channel><title>{title}</title>{''.join(items)}</channel></rss>"


def feed(*items: str, etag: str = '"1"', title: str = "Lamps") -> Reply:
    return Reply(rss(*items, title=title), media="application/rss+xml", etag=etag)


def post(title: str, body: str, *, guid: str = "", day: int = 21) -> str:
    """An item of a blog's kind, its HTML escaped."""
    body = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"<item><title>{title}</title><link>https://blog.example/{guid or title}</link><guid>{guid or title}</guid>"
        f"<pubDate>{day:02d} Nov 2025 00:00:00 GMT</pubDate><description>A summary only.</description>"
        f"<content:encoded xmlns:content='c'>{body}</content:encoded></item>"
    )


def listed(*numbers: int) -> str:
    """A post's list of papers."""
    return "<p>This week.</p><ul>" + "".join(
        f'<li><a href="https://arxiv.org/abs/2401.{n:05d}">Paper {n} of the list, on lanterns</a>: it glows.</li>'
        for n in numbers
    ) + "</ul>"  # fmt: skip


@pytest.fixture
def web(paths: Paths) -> Web:
    return fetching(paths)


@pytest.fixture
def library(paths: Paths) -> Library:
    return opened(paths)


def opened(paths: Paths) -> Library:
    return Library.open(paths, starters=False, clock=lambda: NOW)


def keys(library: Library, query: str = "") -> list[str]:
    rows = library.lists.entries(None, library.views.read(query))
    return [rows.sighting(place).key.removeprefix("arxiv:") for place in range(len(rows))]


def written(paths: Paths) -> dict[str, tuple[int, int]]:
    """Every file of the data folder, as it stands."""
    found = (each for each in paths.data.rglob("*") if each.is_file())
    return {str(each): (each.stat().st_mtime_ns, each.stat().st_ino) for each in found}


def stored(paths: Paths) -> dict[str, bytes]:
    """The files of items and of weeks."""
    return {str(each): each.read_bytes() for each in (*paths.fetched.glob("*.ndjson"), *paths.shards.iterdir())}


def only(report: RefreshReport) -> SourceNews:
    (news,) = report.sources
    assert news.error is None, news
    return news


def did(act: Change | Event | None) -> str:
    """What an act was."""
    return act.field if act else ""


def test_a_feed_is_added_and_its_papers_are_there(server: Server, web: Web, library: Library) -> None:
    url = server.put("/lamps", feed(item(1), item(2, 27)))
    news = library.sources.add(web, url)
    assert (news.name, news.kind, news.added, news.new) == ("Lamps", "feed", 2, 2)
    (first, second) = library.lists.all_sightings()
    assert (first.key, first.entry.title) == ("arxiv:2511.00001", "Lamp number 1 for small rooms")
    assert first.entry.authors == ("Mina Seo", "Jan Dvořák")
    assert first.entry.abstract == "We light what was dark, 1 times."
    assert (first.digest.title, first.digest.start, second.digest.start) == (
        "Lamps",
        date(2025, 11, 28),
        date(2025, 11, 27),
    )


def test_what_is_new_comes_and_what_a_feed_forgot_stays(server: Server, web: Web, library: Library) -> None:
    url = server.put("/lamps", feed(item(1), item(2)))
    library.sources.add(web, url)
    server.put("/lamps", feed(item(3), item(2), etag='"2"'))
    news = only(library.sources.refresh(web))
    assert (news.added, news.updated, news.new) == (1, 0, 1)
    assert keys(library) == ["2511.00001", "2511.00002", "2511.00003"]


def test_an_edit_is_an_update_of_that_item(server: Server, web: Web, library: Library) -> None:
    url = server.put("/lamps", feed(item(1), item(2)))
    library.sources.add(web, url)
    library.marks.star(["arxiv:2511.00001"], True)
    server.put("/lamps", feed(item(1, 29, title="A brighter lamp"), item(2), etag='"2"'))
    news = only(library.sources.refresh(web))
    assert (news.added, news.updated) == (0, 1)
    (entry,) = [each for each in library.lists.all_sightings() if each.key == "arxiv:2511.00001"]
    assert entry.entry.title == "A brighter lamp"
    assert entry.digest.start == date(2025, 11, 28), "an edit is no other day's"
    assert library.marks.of("arxiv:2511.00001").starred


def test_ids_that_are_others_with_every_answer_make_no_item_new(
    server: Server, web: Web, library: Library, paths: Paths
) -> None:
    turn = itertools.count()
    url = server.put("/lamps", lambda _: feed(*(item(each, guid=f"id {next(turn)}") for each in (1, 2)), etag=""))
    library.sources.add(web, url)
    before = stored(paths)
    only(library.sources.refresh(web))
    assert keys(library) == ["2511.00001", "2511.00002"]
    assert stored(paths) == before


def test_a_post_whose_address_is_another_with_every_answer_keeps_its_marks(
    server: Server, web: Web, library: Library
) -> None:
    turn = itertools.count()
    url = server.put("/blog", lambda _: feed(post("A lamp", "<p>It glows.</p>", guid=f"lamp-{next(turn)}"), etag=""))
    library.sources.add(web, url)
    (before,) = keys(library)
    library.marks.star([before], True)
    for _ in range(3):
        news = only(library.sources.refresh(web))
        assert (news.added, news.new) == (0, 0)
    (after,) = keys(library, "is:starred")
    assert after != before
    assert len(keys(library)) == 1


def test_posts_that_say_the_same_are_several_where_the_feed_has_them_at_once(
    server: Server, web: Web, library: Library
) -> None:
    said = [post("Reading group", "<p>At noon.</p>", guid=each) for each in ("a", "b")]
    url = server.put("/blog", feed(*said))
    library.sources.add(web, url)
    assert len(keys(library)) == 2
    server.put("/blog", feed(*said, post("Reading group", "<p>At noon.</p>", guid="c"), etag='"2"'))
    assert only(library.sources.refresh(web)).added == 1
    assert len(keys(library)) == 3


def test_nothing_new_is_one_conditional_request_and_no_write(
    server: Server, web: Web, library: Library, paths: Paths
) -> None:
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    before = written(paths)
    news = only(library.sources.refresh(web))
    assert (news.brought, news.answered) == (NOW, NOW)
    assert [request.headers["If-None-Match"] for request in server.requests] == [None, '"1"']
    assert written(paths) == before


def test_a_server_without_validators_is_no_reason_to_write(
    server: Server, web: Web, library: Library, paths: Paths
) -> None:
    url = server.put("/lamps", Reply(rss(item(1)), media="application/rss+xml"))
    library.sources.add(web, url)
    before = written(paths)
    only(library.sources.refresh(web))
    assert written(paths) == before


def test_a_post_that_is_a_digest_becomes_one_and_others_are_entries_of_their_day(
    server: Server, web: Web, library: Library
) -> None:
    about_one = '<p>On <a href="https://arxiv.org/abs/2402.00001">a paper</a> that I like.</p>'
    posts = (post("Lanterns of the week", listed(1, 2, 3)), post("One lamp", about_one), post("No paper", "<p>Hi.</p>"))
    url = server.put("/blog", feed(*posts))
    library.sources.add(web, url)
    found: dict[str, list[str | None]] = {}
    for each in library.lists.all_sightings():
        found.setdefault(each.digest.title, []).append(each.entry.title)
    assert found == {
        "Lanterns of the week": [f"Paper {n} of the list, on lanterns" for n in (1, 2, 3)],
        "Lamps": ["One lamp", "No paper"],
    }
    server.put("/blog", feed(post("Lanterns of the week", listed(1, 2, 3, 4)), *posts[1:], etag='"2"'))
    news = only(library.sources.refresh(web))
    assert (news.added, news.updated) == (1, 0)


def test_the_content_is_taken_and_not_the_summary(server: Server, web: Web, library: Library) -> None:
    url = server.put("/blog", feed(post("One lamp", "<p>All that there is to say of it.</p>")))
    library.sources.add(web, url)
    (entry,) = library.lists.all_sightings()
    assert entry.entry.commentary == "All that there is to say of it."


def test_undo_takes_back_what_the_user_did_and_no_refresh(server: Server, web: Web, library: Library) -> None:
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    library.marks.star(["arxiv:2511.00001"], True)
    server.put("/lamps", feed(item(2), item(1), etag='"2"'))
    library.sources.refresh(web)
    assert did(library.marks.undo()) == "starred"
    assert keys(library) == ["2511.00001", "2511.00002"]
    assert did(library.marks.redo()) == "starred"
    assert [act.change.field for act in library.marks.history()][:2] == ["starred", "starred"]
    assert "refresh" in [act.change.field for act in library.marks.history()]


def test_adding_is_one_act(server: Server, web: Web, library: Library) -> None:
    url = server.put("/lamps", feed(item(1), item(2, 1)))
    library.sources.add(web, url, "Lights")
    library.marks.undo()
    assert (library.sources.all(), keys(library)) == ({}, [])
    library.marks.redo()
    assert [*library.sources.all()] == ["Lights"]
    assert keys(library, "is:unread") == ["2511.00001", "2511.00002"]


def test_an_undo_that_takes_the_source_back_does_not_say_that_it_took_nothing(
    server: Server, web: Web, library: Library
) -> None:
    library.sources.add(web, server.put("/lamps", feed(item(1))), "lamps")
    server.put("/lamps", feed(item(2), item(1), etag='"2"'))
    library.sources.refresh(web)
    change = library.marks.undo()
    assert change is not None
    assert not library.sources.all()
    assert len(keys(library)) == 2, "what came since is left"
    for language, words in ("en", "Nothing was taken back"), ("ko", "되돌린 것이 없습니다"):
        assert words not in Translator(language).change("undo", change)


def test_removing_keeps_or_takes_the_digests_and_undo_brings_all_back(
    server: Server, web: Web, library: Library
) -> None:
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    library.sources.remove("lamps", with_digests=False)
    assert (library.sources.all(), keys(library)) == ({}, ["2511.00001"])
    library.marks.undo()
    library.sources.remove("Lamps", with_digests=True)
    assert (library.sources.all(), keys(library)) == ({}, [])
    library.marks.undo()
    assert ([*library.sources.all()], keys(library)) == (["Lamps"], ["2511.00001"])


def test_what_a_removed_source_said_goes_when_nobody_can_need_it(
    server: Server, web: Web, library: Library, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_piles, "UNDO_DEPTH", 2)
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    library.sources.add(web, server.put("/owls", feed(item(2), title="Owls")))
    library.adding.add("2511.00009", "By hand")
    said = paths.fetched / Fetched(paths.fetched, paths.damaged, []).path(public(url)).name

    def refresh_and_look() -> bool:
        library.sources.refresh(web)
        return said.exists()

    library.sources.remove("Lamps", with_digests=False)
    for key in keys(library):
        library.marks.star([f"arxiv:{key}"], True)
    assert refresh_and_look(), "the digests are there, and are in no backup but by this"
    library.sources.add(web, url)
    library.sources.remove("Lamps", with_digests=True)
    assert refresh_and_look(), "it may be taken back"
    library.marks.undo()
    assert refresh_and_look() and [*library.sources.all()] == ["Lamps", "Owls"]
    library.sources.remove("Lamps", with_digests=True)
    library.marks.star(["arxiv:2511.00002"], False)
    assert refresh_and_look()
    library.marks.star(["arxiv:2511.00002"], True)
    assert not refresh_and_look() and not said.with_suffix(".json").exists(), "no undo leads there any more"
    assert len(list(paths.fetched.glob("*.ndjson"))) == 2, "those of Owls and of what was added"
    library.sources.add(web, url)
    assert sorted(keys(library)) == ["2511.00001", "2511.00002", "2511.00009"]


def test_a_source_that_was_removed_brings_all_when_it_is_added_again(
    server: Server, web: Web, library: Library
) -> None:
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    server.put("/lamps", feed(item(2), etag='"2"'))
    library.sources.refresh(web)
    library.sources.remove("Lamps", with_digests=True)
    library.sources.add(web, url)
    assert keys(library) == ["2511.00001", "2511.00002"], "also what the feed forgot"


def test_the_backlog_of_a_new_source_is_read_but_for_the_last_month(
    server: Server, web: Web, library: Library, paths: Paths
) -> None:
    old = item(7).replace("28 Nov 2025", "28 Sep 2025")
    url = server.put("/lamps", feed(item(1), old))
    news = library.sources.add(web, url)
    assert (news.added, news.new, keys(library, "is:unread")) == (2, 1, ["2511.00001"])
    server.put("/lamps", feed(item(8).replace("28 Nov 2025", "27 Sep 2025"), etag='"2"'))
    library.sources.refresh(web)
    assert keys(library, "is:unread") == ["2511.00001", "2511.00008"], "what is late of a known source is news"
    other = server.put("/all", feed(item(9).replace("28 Nov 2025", "26 Sep 2025"), title="All"))
    library.sources.add(web, other, backlog=-1)
    assert "2511.00009" in keys(library, "is:unread")


def test_what_stood_unread_in_another_digest_is_left_unread(server: Server, web: Web, library: Library) -> None:
    library.sources.add(web, server.put("/one", feed(item(1).replace("Nov", "Sep"), title="One")), backlog=-1)
    library.sources.add(web, server.put("/two", feed(item(1).replace("Nov", "Sep"), title="Two")))
    assert keys(library, "is:unread") == ["2511.00001"] * 2


def test_a_muted_source_goes_on_collecting_in_silence(server: Server, web: Web, library: Library) -> None:
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    library.sources.mute("Lamps", True)
    server.put("/lamps", feed(item(2), item(1), etag='"2"'))
    news = only(library.sources.refresh(web))
    assert (news.added, news.new, news.muted) == (1, 0, True)
    assert keys(library, "is:unread") == ["2511.00001"]
    library.marks.undo()
    assert not library.sources.named("Lamps").muted
    assert keys(library, "is:unread") == ["2511.00001"], "what came in silence stays read"
    server.put("/lamps", feed(item(3), item(2), item(1), etag='"3"'))
    assert only(library.sources.refresh(web)).new == 1


def test_a_paper_of_a_muted_source_is_heard_from_another(server: Server, web: Web, library: Library) -> None:
    library.sources.add(web, server.put("/lamps", feed(item(1))))
    library.sources.add(web, server.put("/owls", feed(item(1), title="Owls")))
    library.sources.mute("Lamps", True)
    for name in ("/lamps", "/owls"):
        server.put(name, feed(item(2), item(1), etag='"2"'))
    library.leave()
    report = library.sources.refresh(web)
    assert {each.name: each.new for each in report.sources} == {"Lamps": 0, "Owls": 1}
    assert "2511.00002" in keys(library, "is:unread") and "2511.00002" in keys(library, "is:new")


def test_how_many_are_new_counts_papers_and_what_is_there(server: Server, web: Web, library: Library) -> None:
    library.sources.add(web, server.put("/lamps", feed(item(1))), backlog=-1)
    library.leave()
    library.imports.look_at_arrivals()
    assert library.imports.arrived.counts() == {}
    server.put("/lamps", feed(item(2, 28), item(3, 28), item(1), etag='"2"'))
    library.sources.refresh(web)
    owls = feed(item(2, 12), item(4, 12), title="Owls")
    library.sources.add(web, server.put("/owls", owls), backlog=-1)
    assert library.imports.arrived.counts() == {None: 3, "2025-W48": 2, "2025-W46": 1}
    library.imports.arrivals.add({"2025-W46": ["arxiv:2511.00002"], "1999-W01": ["arxiv:2511.00009"]})
    library.imports.look_at_arrivals()
    assert library.imports.arrived.counts() == {None: 3, "2025-W48": 2, "2025-W46": 2}, "a paper in two weeks is one"
    library.marks.undo()
    assert library.imports.arrived.counts() == {None: 2, "2025-W48": 2}, "what was taken out again is not new"


def test_names_are_unique_and_can_be_changed(server: Server, web: Web, library: Library) -> None:
    library.sources.add(web, server.put("/one", feed(item(1))))
    library.sources.add(web, server.put("/two", feed(item(2))))
    assert [*library.sources.all()] == ["Lamps", "Lamps 2"]
    with pytest.raises(DigestError, match=r"source\.taken"):
        library.sources.rename("Lamps 2", "LAMPS")
    library.sources.rename("Lamps 2", "Lights")
    assert [*library.sources.all()] == ["Lamps", "Lights"]
    library.sources.rename("lights", "LIGHTS")
    assert [*library.sources.all()] == ["Lamps", "LIGHTS"]
    with pytest.raises(DigestError, match=r"source\.already"):
        library.sources.add(web, server.url + "/one", "Third")
    with pytest.raises(DigestError, match=r"source\.unknown\.near"):
        library.sources.named("Lmaps")
    library.marks.undo()
    library.marks.undo()
    assert [*library.sources.all()] == ["Lamps", "Lamps 2"]


def test_what_cannot_be_read_adds_nothing(server: Server, web: Web, library: Library, paths: Paths) -> None:
    server.put("/page", Reply("<html><body><p>Hello</p></body></html>", media="text/html"))
    for path, error in (("/gone", r"web\.status"), ("/page", r"source\.no_digest")):
        with pytest.raises(SourceError, match=error):
            library.sources.add(web, server.url + path)
    assert library.sources.all() == {}
    assert library.marks.next_act("undo") is None


def test_one_hostile_source_costs_that_source_only(server: Server, web: Web, library: Library) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item>&b;'
    for name in ("bomb", "page", "gone", "good"):
        library.sources.add(web, server.put(f"/{name}", feed(item(1), title=name)))
    server.put("/bomb", Reply(bomb, media="application/rss+xml"))
    server.put("/page", Reply("<html><body>Please log in</body></html>", media="text/html"))
    server.put("/gone", Reply("gone", 410))
    server.put("/good", feed(item(2), title="good", etag='"2"'))
    report = library.sources.refresh(web)
    assert {each.name: each.error for each in report.sources} == {
        "bomb": "source.malformed", "page": "source.other_kind", "gone": "web.status", "good": None,
    }  # fmt: skip
    assert keys(library, "2511.00002") == ["2511.00002"]
    assert {each.name for each in library.sources.standing() if each.error} == {"bomb", "page", "gone"}


def test_names_and_addresses_without_end_are_cut(server: Server, web: Web, library: Library, paths: Paths) -> None:
    long = item(1, title="lamp " * 100_000).replace(
        "https://arxiv.org/abs/2511.00001", "https://x.example/" + "a" * 9_000
    )
    library.sources.add(web, server.put("/lamps", feed(long, item(2), title="T" * 100_000)))
    assert max(len(each.entry.title or "") for each in library.lists.all_sightings()) <= 2_000
    assert max(len(each.entry.url or "") for each in library.lists.all_sightings()) <= 8_000
    assert max(len(each.digest.title) for each in library.lists.all_sightings()) == 300
    assert all(each.stat().st_size < 10_000 for each in paths.fetched.glob("*.json"))


def test_a_broken_feed_gives_what_can_be_made_out(server: Server, web: Web, library: Library) -> None:
    whole = rss(item(1), item(2), item(3))
    cut = whole[: whole.index("Lamp number 3") + 4]
    wrong = f"\n<b>PHP warning</b>\n{rss(item(4), '<item><title>Bold <b>lamp</title><guid>x</guid></item>', item(5))}"
    library.sources.add(web, server.put("/cut", Reply(cut, media="application/rss+xml")))
    library.sources.add(web, server.put("/wrong", Reply(wrong, media="application/rss+xml")))
    assert {"2511.00001", "2511.00002", "2511.00004", "2511.00005"} <= {*keys(library)}


def test_atom_and_its_inline_marks(server: Server, web: Web, library: Library) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Lamps &amp;amp; more</title><entry><id>urn:1</id>'
        '<title>A lamp</title><link rel="self" href="https://x.example/self"/><link href="https://x.example/lamp"/>'
        "<author><name>Mina Seo</name></author><published>2025-11-20T10:00:00Z</published>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It <em>glows</em> &amp; warms.</p></div>'
        "</content></entry></feed>"
    )
    library.sources.add(web, server.put("/atom", Reply(atom, media="application/atom+xml")))
    (entry,) = library.lists.all_sightings()
    assert (entry.digest.title, entry.entry.title, entry.entry.url) == (
        "Lamps & more",
        "A lamp",
        "https://x.example/lamp",
    )
    assert (entry.entry.commentary, entry.entry.authors) == ("It *glows* & warms.", ("Mina Seo",))


def test_days_that_no_paper_can_be_of_are_none(server: Server, web: Web, library: Library) -> None:
    odd = [item(n).replace("28 Nov 2025", day) for n, day in enumerate(("1 Jan 1601", "1 Jan 9999", "soon"), 1)]
    library.sources.add(web, server.put("/odd", feed(*odd)))
    assert {each.digest.week for each in library.lists.all_sightings()} == {"undated"}
    assert {each.entry.date for each in library.lists.all_sightings()} == {None}


def test_a_permanent_move_is_remembered_and_the_address_stays(server: Server, web: Web, library: Library) -> None:
    old = server.put("/old", feed(item(1)))
    library.sources.add(web, old)
    server.put("/old", moved("/new", 301))
    server.put("/new", feed(item(2), etag='"2"'))
    library.sources.refresh(web)
    server.put("/new", feed(item(3), etag='"3"'))
    library.sources.refresh(web)
    assert server.asked == ["/old", "/old", "/new", "/new"]
    assert library.sources.named("Lamps").address == old
    assert keys(library) == ["2511.00001", "2511.00002", "2511.00003"]


def test_a_password_is_in_one_private_file_and_nowhere_else(
    server: Server, web: Web, library: Library, paths: Paths
) -> None:
    url = server.put("/lamps", feed(item(1))).replace("http://", "http://mina:s3cret@") + "?token=t0ken&x=1"
    library.sources.add(web, url)
    assert server.requests[-1].headers["Authorization"].startswith("Basic ")
    assert server.requests[-1].query["token"] == ["t0ken"]
    library.sources.refresh(web)
    assert server.requests[-1].headers["Authorization"].startswith("Basic ")
    library.close()
    root = paths.data.parent
    files = [each for each in root.rglob("*") if each.is_file()]
    holding = [each for each in files if b"s3cret" in each.read_bytes() or b"t0ken" in each.read_bytes()]
    assert holding == [paths.passwords]
    assert stat.S_IMODE(paths.passwords.stat().st_mode) == 0o600
    assert b"s3cret" not in library.backups.packed()
    assert "token=***" in library.sources.named("Lamps").address


@pytest.mark.parametrize("fails", ["answer", "lock"])
def test_the_password_of_a_source_that_could_not_be_added_is_forgotten(
    server: Server, web: Web, library: Library, paths: Paths, fails: str
) -> None:
    other = server.put("/kites", feed(item(1))).replace("http://", "http://ann:0ther@")
    library.sources.add(web, other)
    gone = server.put("/lamps", Reply("gone", 404)).replace("http://", "http://mina:s3cret@")
    with pytest.raises(DigestError), locked(paths.refresh_lock, 0.0) if fails == "lock" else nullcontext():
        library.sources.add(web, gone)
    assert b"s3cret" not in paths.passwords.read_bytes()
    assert b"0ther" in paths.passwords.read_bytes()


def test_what_repeats_a_password_is_kept_without_it(
    server: Server, web: Web, library: Library, paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_digest.cli import main

    echo = item(1, guid="https://x.example/1?token=t0ken%2Bx", said="Your key is t0ken%2Bx, or t0ken+x, mina:s3cret.")
    url = server.put("/lamps", feed(echo)).replace("http://", "http://mina:s3cret@") + "?token=t0ken%2Bx"
    library.sources.add(web, url, name=f"Lamps of {url}")
    library.sources.add_list([ListedFeed(url + "&a=1", url + "&a=1")])
    library.sources.rename(library.sources.named(url).name, f"Lights of {url}")
    library.sources.fetch_once(web, [url])
    library.close()
    for words in (
        ["show", url], ["star", url], ["list", "--filter", f'source:"{url}"'], ["source", "mute", url + "&b=2"],
        ["import", url.replace("http:", "ftp:")], ["pdf", url], ["source", "list"], ["source", "list", "--json"],
        ["source", "export"], ["history"], ["export", "--format", "json"],
    ):  # fmt: skip
        main(words)
    out, err = capsys.readouterr()
    assert not [line for line in (out + err).split("\n") if "s3cret" in line or "t0ken" in line]
    files = [each for each in paths.data.parent.rglob("*") if each.is_file()]
    holding = [each for each in files if b"s3cret" in each.read_bytes() or b"t0ken" in each.read_bytes()]
    assert holding == [paths.passwords]


def test_another_source_leaves_the_password_of_one_that_was_not_asked_yet(
    server: Server, web: Web, library: Library
) -> None:
    url = server.put("/lamps", feed(item(1))).replace("http://", "http://mina:s3cret@")
    library.sources.add_list([ListedFeed("Lamps", url)])
    library.sources.add(web, server.put("/others", feed(item(2), title="Others")))
    library.sources.refresh(web, ["Lamps"])
    assert server.requests[-1].headers["Authorization"].startswith("Basic ")


def test_a_refresh_that_ended_before_its_import_is_taken_up(
    server: Server, web: Web, library: Library, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.put("/lamps", feed(item(1)))
    library.sources.add(web, url)
    server.put("/lamps", feed(item(2), etag='"2"'))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(library.imports), "take_in", dies)
        with pytest.raises(KeyboardInterrupt):
            library.sources.refresh(web)
    server.put("/lamps", feed(item(3), etag='"3"'))
    other = opened(paths)
    other.sources.refresh(web)
    assert keys(other) == ["2511.00001", "2511.00002", "2511.00003"]


def test_items_are_read_anew_by_other_code_and_what_was_taken_out_stays_out(
    server: Server, web: Web, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sources.add(web, server.put("/lamps", feed(item(1), item(2, 27))))
    (second,) = library.imports.digests_named(
        next(s.digest.id for s in library.lists.all_sightings() if s.key.endswith("2"))
    )
    library.imports.remove([second])
    monkeypatch.setattr("tui_digest.plugins.fingerprint", lambda: "another version")
    monkeypatch.setattr("tui_digest.parsing.feed._ABSTRACT", __import__("re").compile("arXiv:"))
    only(library.sources.refresh(web))
    (entry,) = library.lists.all_sightings()
    assert entry.key == "arxiv:2511.00001"
    assert "Announce Type" in (entry.entry.abstract or "")


def test_two_refreshes_at_once_are_one(web: Web, library: Library, paths: Paths, server: Server) -> None:
    from tui_digest.store.lock import locked

    library.sources.add(web, server.put("/lamps", feed(item(1))))
    with locked(paths.refresh_lock), pytest.raises(DigestError, match=r"refresh\.busy"):
        library.sources.refresh(web)


def test_a_refresh_that_is_cancelled_keeps_what_came(server: Server, web: Web, library: Library) -> None:
    for name in ("one", "two", "three"):
        library.sources.add(web, server.put(f"/{name}", feed(item(1), title=name)))
    for number, name in enumerate(("one", "two", "three"), 2):
        server.put(f"/{name}", feed(item(number), title=name, etag=f'"{number}"'))
    done: list[str] = []
    report = library.sources.refresh(
        web, cancelled=lambda: bool(done), reached=lambda n, of, news: done.append(news.name) if news else None
    )
    assert report.cancelled and done
    assert len(keys(library, "-2511.00001")) == len(report.sources)
    assert not library.sources.refresh(web).cancelled
    assert len(keys(library, "-2511.00001")) == 3


def test_json_of_the_command_line(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    from tui_digest.cli import main

    url = server.put("/lamps", feed(item(1)))
    assert main(["source", "add", url, "--name", "Lights"]) == 0
    assert "Added the source Lights (feed): entries 1, " in capsys.readouterr().out
    assert main(["refresh", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["sources"]
    assert (told["name"], told["address"], told["kind"], told["error"]) == ("Lights", url, "feed", None)
    assert main(["refresh", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["refresh", "Dark"]) == 2
    server.put("/lamps", Reply("gone", 404))
    assert main(["refresh"]) == 1
    assert "Lights: " in capsys.readouterr().err
    assert main(["source", "mute", "lights"]) == 0
    assert main(["source", "rename", "Lights", "Glow"]) == 0
    assert main(["source", "list"]) == 0
    assert "Glow  feed" in capsys.readouterr().out
    assert main(["source", "remove", "Glow", "--with-digests"]) == 0
    assert main(["undo"]) == 0
    assert main(["source", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.split("\n", 0)[0])["sources"][0]["name"] == "Glow"


def test_a_folder_is_a_source(library: Library, web: Web, tmp_path: Path) -> None:
    folder = tmp_path / "digests"
    folder.mkdir()
    (folder / "one.md").write_text(
        "# Week\n\n- [One Lamp](https://arxiv.org/abs/2401.00001)\n- [Two Lamps](https://arxiv.org/abs/2401.00002)\n"
    )
    news = library.sources.add(web, str(folder))
    assert (news.name, news.kind, news.added) == ("digests", "folder", 2)
    assert only(library.sources.refresh(web)).brought == NOW
    (folder / "two.md").write_text("# Other\n\n- [Three Lamps](https://arxiv.org/abs/2401.00003)\n")
    assert only(library.sources.refresh(web)).added == 1
    assert did(library.marks.next_act("undo")) == "import"


def test_what_is_known_of_one_folder_is_kept_with_that_of_another(
    library: Library, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        text = "# Week\n\n- [Lamp {0}](https://arxiv.org/abs/2401.0000{0})\n"
        (tmp_path / name / "one.md").write_text(text.format(number))
        library.sources.add(web, str(tmp_path / name))
        (tmp_path / name / "two.md").write_text(text.format(number + 2))
    library.sources.refresh(web)
    read: list[object] = []
    monkeypatch.setattr("tui_digest.parsing.decoding.read_source", read.append)
    library.sources.refresh(web)
    assert read == [], "nothing was changed since"


def test_the_letters_of_a_mailbox_are_read_from_the_store_once(
    library: Library, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = "From a@b Fri Nov 21 10:00:00 2025\nMessage-ID: <{0}@b>\nSubject: Lamp {0}\n\nIt glows.\n\n"
    box = tmp_path / "lamps.mbox"
    box.write_text(letter.format(1))
    library.sources.add(web, str(box))
    box.write_text(letter.format(1) + letter.format(2))
    read: list[str] = []
    items = Fetched.items

    def noted(self: Fetched, address: str) -> dict[str, SaidItem]:
        read.append(address)
        return items(self, address)

    monkeypatch.setattr(Fetched, "items", noted)
    assert only(library.sources.refresh(web)).added == 1
    assert read == [str(box)]


def test_new_is_what_came_since_the_reader_was_left(
    server: Server, web: Web, library: Library, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_digest.cli import main

    url = server.put("/lamps", feed(item(1), item(2).replace("28 Nov 2025", "28 Sep 2025")))
    library.sources.add(web, url)
    assert keys(library, "is:new") == ["2511.00001"], "a backlog is no news"
    library.leave()
    other = opened(paths)
    assert keys(other, "is:new") == []
    server.put("/lamps", feed(item(1, title="Mended"), item(3), etag='"2"'))
    other.sources.refresh(web)
    assert keys(other, "is:new") == ["2511.00003"], "an edit is no news"
    assert library.refresh()
    assert keys(library, "is:new") == ["2511.00003"]
    assert main(["list", "--filter", "is:new source:lamps"]) == 0
    assert "2511.00003" in capsys.readouterr().out
    assert keys(opened(paths), "is:new") == ["2511.00003"], "commands leave it so"
    assert main(["list", "--filter", "source:Lmaps"]) == 2
    assert "did you mean source:Lamps?" in capsys.readouterr().err


def test_a_source_can_be_asked_for(server: Server, web: Web, library: Library) -> None:
    library.sources.add(web, server.put("/a", feed(item(1), title="A lamp")))
    library.sources.add(web, server.put("/a/b", feed(item(2), title="B")))
    assert keys(library, 'source:"a lamp"') == ["2511.00001"]
    assert keys(library, "-source:b") == ["2511.00001"]
    library.sources.rename("A lamp", "Lights")
    assert keys(library, "source:lights") == ["2511.00001"]


def test_what_can_be_had_nowhere_else_is_in_the_backups(
    server: Server, web: Web, library: Library, paths: Paths, tmp_path: Path
) -> None:
    library.sources.add(web, server.put("/lamps", feed(item(1))))
    server.put("/lamps", feed(item(2), etag='"2"'))
    library.sources.refresh(web)
    library.marks.mark_read(["arxiv:2511.00001"], True)
    library.close()
    archive = library.backups.write(tmp_path / "all.zip")
    home = Paths(*(tmp_path / "new" / name for name in ("data", "state", "config", "cache")))
    new = opened(home)
    new.backups.restore(archive)
    assert [*new.sources.all()] == ["Lamps"]
    server.put("/lamps", Reply("away", 503))
    (news,) = new.sources.refresh(fetching(home)).sources
    assert news.error == "web.later"
    assert keys(new) == ["2511.00001", "2511.00002"]
    assert keys(new, "is:unread") == ["2511.00002"], "a source that comes back is no new one"


def test_a_backup_says_what_had_no_room_in_it(
    server: Server, web: Web, library: Library, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    from tui_digest.cli import main
    from tui_digest.store import backup

    library.sources.add(web, server.put("/lamps", feed(item(1))))
    big = item(3, said="We light what was dark. " * 4000)
    library.sources.add(web, server.put("/owls", feed(big, title="Owls")))
    library.close()
    target = str(tmp_path / "all.zip")
    assert main(["backup", target]) == 0
    assert "Owls" not in capsys.readouterr().err
    assert not [each for each in examine_store(paths, 1_764_500_000.0) if each.id.startswith("doctor.backup.left")]
    monkeypatch.setattr(backup, "MAX_BYTES", 40_000)
    assert main(["backup", target]) == 0
    assert "Owls" in (said := capsys.readouterr().err) and "Lamps" not in said
    (found,) = [each for each in examine_store(paths, 1_764_500_000.0) if each.id == "doctor.backup.left_out"]
    assert found.level == "warning" and found.details["names"] == "Owls"
    library.backups.write_daily()


def test_the_doctor_looks_at_what_sources_said(server: Server, web: Web, library: Library, paths: Paths) -> None:
    url = server.put("/lamps", feed(item(1), item(2)))
    library.sources.add(web, url)
    said = Fetched(paths.fetched, paths.damaged, []).path(public(url))
    library.close()

    def found() -> list[tuple[str, object]]:
        now = 1_764_500_000.0
        return [(each.id, each.details.get("n")) for each in examine_store(paths, now) if "fetched" in each.id]

    assert found() == []
    said.write_bytes(said.read_bytes().replace(b"Lamp number 1", b"Lamp number 7", 1))
    assert found() == [("doctor.fetched.damaged", 1)]
    said.write_bytes(b"\n".join(said.read_bytes().split(b"\n")[1:]))
    library.sources.remove("Lamps", with_digests=False)
    assert found() == [("doctor.fetched.removed", 1)]


def test_a_token_that_a_server_leads_to_is_kept_nowhere_and_still_works(
    server: Server, web: Web, paths: Paths, library: Library
) -> None:
    def words(request: Request) -> Reply:
        return feed(item(1)) if request.query.get("token") == ["l3d"] else Reply(status=403)

    server.put("/words", words)
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/words?token=l3d"></head></html>'
    library.sources.add(web, server.put("/moved", moved("/words?token=l3d", 301)), "moved")
    library.sources.add(web, server.put("/page", Reply(page, media="text/html")), "page")
    for _ in range(2):
        assert [news.error for news in library.sources.refresh(web).sources] == [None, None]
    found = [path for path in paths.data.parent.rglob("*") if path.is_file() and b"l3d" in path.read_bytes()]
    assert not found


def test_all_that_a_source_leaves_is_private(server: Server, web: Web, paths: Paths, library: Library) -> None:
    library.sources.add(web, server.put("/lamps", feed(item(1))))
    files = [path for path in paths.data.parent.rglob("*") if path.is_file()]
    assert paths.arrivals in files
    assert not [path for path in files if path.stat().st_mode & 0o077]


def test_a_source_is_found_by_its_address_and_its_password_is_not_repeated(
    server: Server, web: Web, library: Library
) -> None:
    url = server.put("/lamps", feed(item(1))).replace("//", "//mina:s3cret@") + "?token=t0ken"
    library.sources.add(web, url, "lamps")
    assert library.sources.named(url).name == "lamps"
    with pytest.raises(DigestError) as raised:
        library.sources.named(url.replace("/lamps", "/lamp"))
    assert "s3cret" not in str(raised.value.details)
    assert "t0ken" not in str(raised.value.details)


def test_a_list_of_feeds_comes_in_and_goes_out(
    server: Server, library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_digest.cli import main

    url = server.put("/lamps", feed(item(1)))
    theirs = tmp_path / "theirs.opml"
    theirs.write_text(
        '<opml version="1.0"><body><outline text="Papers"><outline text="Lights &amp; lamps" type="rss"'
        f' xmlUrl="{url}"/><outline text="Lights &amp; lamps" xmlUrl="https://a:b@x.example/f"/></outline>'
        '<outline text="odd" xmlUrl="ftp://x.example"/><outline text="a folder"/></body></opml>'
    )
    assert main(["source", "import", str(theirs)]) == 0
    out, err = capsys.readouterr()
    assert out == "Lights & lamps\nLights & lamps 2\n"
    assert "2 sources added, 1 left out" in err
    assert main(["refresh", "Lights & lamps"]) == 0
    ours = tmp_path / "ours.opml"
    capsys.readouterr()
    assert main(["source", "export", "-o", str(ours)]) == 0
    assert main(["source", "export"]) == 0
    assert capsys.readouterr().out == ours.read_text()
    assert "a:b" not in ours.read_text() and f'xmlUrl="{url}"' in ours.read_text()
    assert main(["undo"]) == 0
    assert main(["source", "import", str(ours)]) == 0
    theirs.write_text('<!DOCTYPE x [<!ENTITY a "aaa">]><opml>&a;</opml>')
    assert main(["source", "import", str(theirs)]) == 1


def test_the_timers_are_as_cron_and_systemd_read_them() -> None:
    import configparser
    import re

    folder = Path(__file__).resolve().parent.parent / "docs" / "timers"
    found = {}
    for path in folder.glob("*.[st]*e*"):
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(path.read_text())
        found[path.suffix] = unit
    assert found[".service"]["Service"]["ExecStart"].endswith("/tui-digest refresh --quiet")
    assert found[".timer"]["Timer"]["OnCalendar"] == "*-*-* 07,18:00"
    assert found[".timer"]["Install"]["WantedBy"] == "timers.target"
    lines = [each for each in (folder / "tui-digest.cron").read_text().splitlines() if not each.startswith("#")]
    assert lines and all(re.fullmatch(r"(?:[\d*,/-]+ ){5}\S+/tui-digest refresh --quiet", each) for each in lines)
    page = (folder.parent / "sources.md").read_text()
    assert lines[0] in page


def test_a_list_of_sources_loads_nothing_that_reads_them(paths: Paths) -> None:
    code = (
        "import sys; from tui_digest.cli import main; main(['source', 'list'])\n"
        "print([each for each in sys.modules if each.startswith(('tui_digest.parsing', 'tui_digest.sources'))"
        " or each in ('tui_digest.store.fetched', 'selectolax', 'http.client')])"
    )
    environ = {**os.environ, "TUI_DIGEST_HOME": str(paths.data.parent)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['tui_digest.store.fetched']", "what is known of each is kept there"
