"""The kinds of sources, each known by what its address answers or by what lies at its path."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server import Paper, PassedTime, Reply, Server, fetching, hugging_face
from tests.test_plugins import install
from tests.test_sources import item as feed_item
from tests.test_sources import keys, listed, only, opened, rss
from tui_digest import plugins
from tui_digest.cli import main
from tui_digest.errors import SourceError
from tui_digest.library import Library
from tui_digest.paths import Paths
from tui_digest.settings.config import Settings
from tui_digest.sources import addresses
from tui_digest.sources.git import pull
from tui_digest.sources.page import announced_feeds, main_text
from tui_digest.sources.web.client import Web


@pytest.fixture
def web(paths: Paths) -> Web:
    return fetching(paths)


@pytest.fixture
def library(paths: Paths) -> Library:
    return opened(paths)


def weekly(*weeks: tuple[str, int]) -> str:
    """A README of several weeks, two papers each."""
    return "# Lamps\n\n" + "\n".join(
        f"## {title}\n\n- [First lamp of {n}](https://arxiv.org/abs/2401.{n:05d})\n"
        f"- [Second lamp of {n}](https://arxiv.org/abs/2402.{n:05d})\n"
        for title, n in weeks
    )  # fmt: skip


def page(body: str, head: str = "") -> Reply:
    around = "<nav><a href='https://arxiv.org/abs/1111.11111'>Elsewhere</a></nav>"
    text = f"<!doctype html><html><head><title>Lamps</title>{head}</head><body>{around}<div>{body}</div></body></html>"
    return Reply(text, media="text/html; charset=utf-8")


def test_json_feed(server: Server, web: Web, library: Library) -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Lamps",
        "items": [{
            "id": "1", "url": "https://x.example/1", "title": "A lamp", "summary": "Short.",
            "content_html": "<p>All of it.</p>", "date_published": "2025-11-20T10:00:00Z",
            "authors": [{"name": "Mina Seo"}], "tags": ["light"],
        }, {"id": "2", "content_text": "A note without a title.", "date_published": "2025-11-21"}],
    }  # fmt: skip
    news = library.sources.add(
        web, server.put("/feed.json", Reply(json.dumps(document), media="application/feed+json"))
    )
    assert (news.kind, news.name, news.added) == ("json-feed", "Lamps", 2)
    note, lamp = library.lists.all_sightings()
    assert (lamp.entry.commentary, lamp.entry.authors, lamp.entry.tags) == ("All of it.", ("Mina Seo",), ("light",))
    assert (note.entry.title, note.entry.display_title) == (None, "A note without a title.")


def test_a_page_that_is_a_digest(server: Server, web: Web, library: Library) -> None:
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    news = library.sources.add(web, server.put("/week", page(f"<h1>Nov 23 - Nov 29</h1>{listed(1, 2, 3)}", feed)))
    assert (news.kind, news.added) == ("page", 3)
    assert keys(library) == ["2401.00001", "2401.00002", "2401.00003"], "what leads around is none of it"


def test_a_page_that_announces_a_feed(server: Server, web: Web, library: Library) -> None:
    server.put("/blog/feed", Reply(rss(feed_item(1)), media="application/rss+xml", etag='"1"'))
    links = (
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="comments">'
        '<link rel="alternate" type="application/rss+xml" title="Posts" href="feed">'
    )
    news = library.sources.add(web, server.put("/blog/", page("<p>Hello</p>", links)))
    assert (news.kind, news.added) == ("feed", 1)
    only(library.sources.refresh(web))
    assert server.asked == ["/blog/", "/blog/feed", "/blog/feed"]


def test_a_text_in_which_a_week_is_put_on_top(server: Server, web: Web, library: Library) -> None:
    url = server.put("/README.md", Reply(weekly(("2025-11-16", 2), ("2025-11-09", 1)), media="text/plain"))
    news = library.sources.add(web, url)
    assert (news.kind, news.added) == ("text", 4)
    weeks = weekly(("2025-11-23", 3), ("2025-11-16", 2), ("2025-11-09", 1))
    server.put("/README.md", Reply(weeks, media="text/plain"))
    news = only(library.sources.refresh(web))
    assert (news.added, news.updated) == (2, 0)
    last = next(act for act in library.marks.history() if act.change.field == "refresh")
    assert len(last.change.keys) == 1, "only that week was touched"


def test_a_week_that_a_page_no_longer_shows_stays(server: Server, web: Web, library: Library, paths: Paths) -> None:
    url = server.put("/README.md", Reply(weekly(("2025-11-16", 2)), media="text/plain"))
    library.sources.add(web, url)
    server.put("/README.md", Reply(weekly(("2025-11-23", 3)), media="text/plain"))
    assert only(library.sources.refresh(web)).added == 2
    assert keys(library) == ["2401.00003", "2402.00003", "2401.00002", "2402.00002"]
    server.put("/README.md", Reply(weekly(("2025-11-23", 4)).replace("Second lamp of 4", "New"), media="text/plain"))
    assert only(library.sources.refresh(web)).updated + only(library.sources.refresh(web)).added >= 0
    assert len({each.digest.id for each in library.lists.all_sightings()}) == 2


def test_daily_papers_of_hugging_face(server: Server, paths: Paths, library: Library) -> None:
    days = {"2025-11-27": [Paper("2511.00001"), Paper("2511.00002", title="Other lamps")]}
    settings = Settings(endpoints={"huggingface_papers": server.put("/api/daily_papers", hugging_face(days))})
    web = fetching(paths, settings=settings)
    news = library.sources.add(web, "https://huggingface.co/papers", "Daily")
    assert (news.kind, news.added) == ("papers", 2)
    days["2025-11-28"] = [Paper("2511.00003", title="Lamps of the day")]
    only(library.sources.refresh(web))
    found = [(each.key, each.digest.start.isoformat()) for each in library.lists.all_sightings() if each.digest.start]
    assert found == [
        ("arxiv:2511.00003", "2025-11-28"),
        ("arxiv:2511.00001", "2025-11-27"),
        ("arxiv:2511.00002", "2025-11-27"),
    ]
    (first, *_) = library.lists.all_sightings()
    assert (first.entry.votes, first.entry.abstract, first.entry.authors) == (
        7,
        "We light what was dark.",
        ("Mina Seo", "Jan Dvořák"),
    )


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("https://github.com/o/r/blob/main/weeks/README.md?plain=1#L3", "https://raw.githubusercontent.com/o/r/main/weeks/README.md"),
        ("https://github.com/o/r", "https://raw.githubusercontent.com/o/r/HEAD/README.md"),
        ("https://github.com/o/r.git", "https://raw.githubusercontent.com/o/r/HEAD/README.md"),
        ("https://git.example/g/s/p/-/blob/main/a.md", "https://git.example/g/s/p/-/raw/main/a.md"),
        ("https://arxiv.org/list/cs.CL/recent", "https://rss.arxiv.org/rss/cs.CL"),
        ("https://huggingface.co/papers", "https://huggingface.co/api/daily_papers"),
        ("https://github.com/o/r/issues/3", "https://github.com/o/r/issues/3"),
        ("https://x.example/a/b", "https://x.example/a/b"),
    ],
)  # fmt: skip
def test_where_the_text_of_an_address_is(address: str, there: str) -> None:
    assert addresses.text_address(address, Settings().endpoints_with_defaults) == there


def test_services_are_settings(server: Server, paths: Paths, library: Library) -> None:
    listing = Reply(rss(feed_item(1), title="cs.CL updates"), media="application/rss+xml")
    server.put("/rss/cs.CL", listing)
    server.put("/raw/o/r/HEAD/README.md", Reply(f"# Week 2025-11-24\n\n{listed(2, 3)}", media="text/markdown"))
    endpoints = {"arxiv_rss": f"{server.url}/rss/", "github_raw": f"{server.url}/raw/"}
    time = PassedTime()
    web = fetching(paths, settings=Settings(endpoints=endpoints), time=time)
    library.sources.add(web, "https://arxiv.org/list/cs.CL/recent", "cs.CL")
    assert time.waited == 0
    library.sources.add(web, "https://github.com/o/r", "papers")
    assert server.asked == ["/rss/cs.CL", "/raw/o/r/HEAD/README.md"]
    assert time.waited == 3, "a mirror of arXiv is asked as rarely as arXiv, whoever asks"


LETTER = """From: Lamps <lamps@example.org>
Subject: {subject}
Date: Thu, 20 Nov 2025 10:00:00 +0000
Message-ID: <{id}@example.org>
Content-Type: text/html; charset=utf-8

<html><body>{body}</body></html>
"""


def letters() -> list[str]:
    one = LETTER.format(subject="Lamps of the week", id="1", body=listed(1, 2))
    return [one, LETTER.format(subject="A word", id="2", body="<p>Nothing but a word.</p>")]


def test_a_maildir_is_read_letter_by_letter(library: Library, web: Web, tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "news" / part).mkdir(parents=True)
    for number, text in enumerate(letters()):
        (tmp_path / "news" / "new" / f"{number}.host").write_text(text)
    news = library.sources.add(web, str(tmp_path / "news"))
    assert (news.kind, news.added) == ("mailbox", 3)
    found = [(each.digest.title, each.entry.title) for each in library.lists.all_sightings()]
    assert sorted(found) == [
        ("Lamps of the week", "Paper 1 of the list, on lanterns"),
        ("Lamps of the week", "Paper 2 of the list, on lanterns"),
        ("news", "A word"),
    ]
    (tmp_path / "news" / "new" / "0.host").rename(tmp_path / "news" / "cur" / "0.host:2,S")
    assert only(library.sources.refresh(web)).added == 3, "a letter that was read is no new one"
    (tmp_path / "news" / "new" / "3.host").write_text(LETTER.format(subject="More", id="3", body=listed(4, 5)))
    assert only(library.sources.refresh(web)).added == 2
    shutil.rmtree(tmp_path / "news" / "new")
    (tmp_path / "news" / "new").mkdir()
    only(library.sources.refresh(web))
    assert "2401.00004" in keys(library), "a letter that was thrown away stays"


def test_a_file_of_letters(library: Library, web: Web, tmp_path: Path) -> None:
    box = tmp_path / "news"
    box.write_text("".join(f"From x@y Thu Nov 20 10:00:00 2025\n{text}\n" for text in letters()))
    assert library.sources.add(web, str(box)).added == 3
    with box.open("a") as file:
        file.write(f"From x@y Fri Nov 21 10:00:00 2025\n{LETTER.format(subject='More', id='3', body=listed(4, 5))}\n")
    assert only(library.sources.refresh(web)).added == 2


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_a_checkout_is_pulled_where_that_was_asked_for(library: Library, web: Web, tmp_path: Path) -> None:
    def git(*words: str, at: Path) -> None:
        names = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *names, *words], cwd=at, check=True, capture_output=True)

    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    git("init", at=theirs)
    (theirs / "one.md").write_text(weekly(("2025-11-16", 2)))
    git("add", ".", at=theirs)
    git("commit", "-m", "one", at=theirs)
    git("clone", str(theirs), str(ours), at=tmp_path)
    ran = tmp_path / "ran"
    hook = ours / ".git" / "hooks" / "post-merge"
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    assert library.sources.add(web, str(ours), pull=True).added == 2
    (theirs / "two.md").write_text(weekly(("2025-11-23", 3)))
    git("add", ".", at=theirs)
    git("commit", "-m", "two", at=theirs)
    assert only(library.sources.refresh(web)).added == 2
    assert not ran.exists()
    shutil.rmtree(theirs)
    (news,) = library.sources.refresh(web).sources
    assert news.error == "source.git"


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("remote.origin.uploadpack", "touch {ran}; git-upload-pack"), ("filter.evil.smudge", "touch {ran}; cat"),
        ("filter.evil.process", "touch {ran}"), ("credential.helper", "!touch {ran}"), ("core.gitProxy", "touch {ran}"),
        ("core.alternateRefsCommand", "touch {ran}"), ("gpg.program", "touch {ran}"), ("include.path", "../own"),
        ("core.worktree", "{elsewhere}"), ("core.fsmonitor", "touch {ran}"), ("core.sshCommand", "touch {ran}"),
    ],
)  # fmt: skip
def test_a_checkout_runs_nothing_that_its_own_settings_name(name: str, value: str, tmp_path: Path) -> None:
    def git(*words: str, at: Path) -> None:
        names = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *names, *words], cwd=at, check=True, capture_output=True)

    theirs, ours, ran, elsewhere = (tmp_path / each for each in ("theirs", "ours", "ran", "elsewhere"))
    for each in (theirs, elsewhere):
        each.mkdir()
    git("init", at=theirs)
    git("commit", "--allow-empty", "-m", "one", at=theirs)
    git("clone", str(theirs), str(ours), at=tmp_path)
    (theirs / ".gitattributes").write_text("* filter=evil\n")
    (theirs / "two.md").write_text("two")
    git("add", ".", at=theirs)
    git("commit", "-m", "two", at=theirs)
    (ours / "own").write_text(f'[filter "evil"]\n\tsmudge = touch {ran}\n')
    git("config", name, value.format(ran=ran, elsewhere=elsewhere), at=ours)
    if name in ("core.fsmonitor", "core.sshCommand"):  # switched off for this one pull
        pull(ours)
        assert (ours / "two.md").exists()
    else:
        with pytest.raises(SourceError, match=r"source\.git_program"):
            pull(ours)
    assert not ran.exists() and not list(elsewhere.iterdir())


def test_an_address_is_imported_once(server: Server, library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    url = server.put("/README.md", Reply(weekly(("2025-11-16", 2)), media="text/plain"))
    gone = f"{server.url}/gone?token=t0ken"
    assert main(["import", "--dry-run", url]) == 0
    assert "added 2" in capsys.readouterr().out
    assert main(["import", url, gone]) == 3
    out, err = capsys.readouterr()
    assert f"{url}: " in out and "404" in err and "t0ken" not in out + err
    assert main(["import", "--explain", url]) == 2
    assert main(["source", "list"]) == 0
    assert main(["undo"]) == 0
    assert main(["list"]) == 0
    assert "2401.00002" not in capsys.readouterr().out.splitlines()[-1]


def test_what_is_no_source_is_said(library: Library, web: Web, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"source\.vanished"):
        library.sources.add(web, str(tmp_path / "gone"))
    with pytest.raises(SourceError, match=r"web\.scheme"):
        library.sources.add(web, "ftp://x.example/a")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"source\.no_digest"):
        library.sources.add(web, str(tmp_path / "empty"))


@pytest.mark.parametrize(
    "mark", ["<div>", "<div><p>x", "<b>", "<address>", "<a href=x>", "<li>", "<ul><li>", "<table><tr><td>", "<font>"]
)
def test_a_page_made_to_take_long_does_not(mark: str) -> None:
    text = f"<html><body>{mark * 30_000}words</body></html>"
    assert "words" in main_text(text)
    assert announced_feeds(text) == []


def test_the_main_text_is_where_the_words_are() -> None:
    words = "<p>Many words that say a thing about lamps, and more of them.</p>" * 20
    text = f"""<title>Lamps</title><body><header><a>Home</a></header><div class=side>Posts of others here</div>
        <div><div><div id=text>{words}</div><div>Share this</div></div></div><footer>Imprint</footer>"""
    found = main_text(text)
    assert "about lamps" in found
    assert not any(word in found for word in ("Imprint", "Share this", "Posts of others", "Home"))


def test_a_kind_of_another_package_is_asked_first(
    server: Server, web: Web, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "plugins.md").read_text("utf-8")
    code = page.partition("## A kind of source")[2].partition("```python\n")[2].partition("```")[0]
    failing = "from tui_digest.api import SourceKind\nFAILS = SourceKind('fails', lambda answer, text: 1 / 0, None)\n"
    install(
        tmp_path / "site",
        "digest_tabs",
        {"digest_tabs.py": code, "digest_fails.py": failing},
        {plugins.SOURCE_GROUP: {"tabs": "digest_tabs:TABS", "fails": "digest_fails:FAILS"}},
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    library = opened(paths)
    table = "1\tOne lamp for many rooms\thttps://x.example/1\n2\tTwo lamps\thttps://x.example/2\n"
    url = server.put("/t", Reply(table, media="text/tab-separated-values"))
    news = library.sources.add(web, url)
    assert (news.kind, news.name, news.added) == ("tabs", "Tabs", 2)
    assert [each.entry.title for each in library.lists.all_sightings()] == ["One lamp for many rooms", "Two lamps"]
    assert [each.details["name"] for each in library.notices if each.message_id == "plugin.broken"] == ["fails"]
