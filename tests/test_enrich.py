"""`enrich`: what arXiv says of papers is asked politely, kept for good, and shown apart from what digests say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.server import Paper, PassedTime, Reply, Request, Server, arxiv, fetching
from tui_digest.cli import main
from tui_digest.doctor.store_report import examine_store
from tui_digest.errors import DigestError, SourceError, StoreError
from tui_digest.library import Library
from tui_digest.models import Learned
from tui_digest.paths import Paths, locate
from tui_digest.settings.config import Settings
from tui_digest.sources import arxiv_api
from tui_digest.sources.web.client import Web
from tui_digest.sources.web.pacing import SystemTime
from tui_digest.store.learned import LearnedStore
from tui_digest.store.seal import sealed

TODAY = date(2026, 11, 29)
DIGEST = """2023년 7월 5주차

Lanterns for small models
https://arxiv.org/abs/2307.00001
우리말 소개입니다.
#light

Owls at noon
https://doi.org/10.5555/owls.1
#noon

https://arxiv.org/abs/2307.00002
#noon
"""
LANTERNS = Paper("2307.00001", doi="10.5555/LANTERNS", journal="Journal of Lamps 3 (2024)", comment="9 pages")
OWLS = Paper(
    "2307.00002",
    title="Owls that read\n  at noon",
    authors=["Ada Bell"],
    abstract="Owls $\\alpha$.\n  Noon.",
    published="2023-07-25T01:00:00Z",
    updated="2023-07-25T01:00:00Z",
    doi="10.5555/owls.1",
)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.put("/api/query", arxiv(LANTERNS, OWLS))
        yield running


@pytest.fixture
def library(paths: Paths, tmp_path: Path) -> Library:
    (tmp_path / "july.txt").write_text(DIGEST, "utf-8")
    found = Library.open(paths, starters=False)
    found.imports.from_paths([tmp_path / "july.txt"])
    return found


def web_of(server: Server, paths: Paths, time: PassedTime | None = None) -> Web:
    return fetching(paths, settings=Settings(endpoints={"arxiv_api": f"{server.url}/api/query"}), time=time)


def keys(library: Library) -> list[str]:
    return [sighting.key for sighting in library.lists.all_sightings()]


def enriched(library: Library, server: Server, *, again: bool = False) -> tuple[int, int, int, int]:
    done = library.metadata.enrich(keys(library), web_of(server, library.paths), again=again)
    assert done.error is None
    return done[:4]


def test_what_arxiv_says_stands_beside_what_the_digest_says(library: Library, server: Server) -> None:
    assert enriched(library, server) == (2, 2, 0, 1)
    first, _, second = library.lists.all_sightings()
    assert (first.entry.authors, first.entry.abstract) == ((), None), "the digest says what it said"
    assert first.learned is not None
    assert (first.learned.authors, first.learned.abstract) == (("Mina Seo", "Jan Dvořák"), "We light what was dark.")
    assert (first.learned.categories, first.learned.doi) == (("cs.LG", "cs.CL"), "10.5555/lanterns")
    assert (first.learned.published, first.learned.updated, first.learned.version) == ("2023-07-24", "2023-08-01", 2)
    assert (first.learned.venue, first.learned.comment) == ("Journal of Lamps 3 (2024)", "9 pages")
    assert (second.entry.title, second.display_title, second.untitled) == (None, "Owls that read at noon", False)
    assert second.learned is not None and second.learned.abstract == "Owls $\\alpha$.\nNoon."


def test_lists_search_and_counts_know_it(library: Library, server: Server) -> None:
    enriched(library, server)

    def found(text: str) -> set[str]:
        rows = library.lists.entries(None, library.views.read(text))
        return {rows.sighting(place).key for place in range(len(rows))}

    assert found("author:dvořák") == {"arxiv:2307.00001"}
    assert found("dark") == {"arxiv:2307.00001"}
    assert found("title:owls") >= {"arxiv:2307.00002"}
    assert found("Lamps") == found("cs.CL is:unread lanterns") == {"arxiv:2307.00001"}
    assert found("has:abstract") == {"arxiv:2307.00001", "arxiv:2307.00002"}
    assert found("소개입니다") == {"arxiv:2307.00001"}
    assert found("published:2023-07-24 updated:2023-08-01") == found("updated:2023-08") == {"arxiv:2307.00001"}
    assert not found("published:2023-08..")


def test_a_learned_doi_is_the_papers_and_its_marks_follow(library: Library, server: Server) -> None:
    library.marks.star(["doi:10.5555/owls.1"], True)
    enriched(library, server)
    assert keys(library).count("arxiv:2307.00002") == 2
    assert library.marks.of("arxiv:2307.00002").starred
    again = Library.open(library.paths, starters=False)
    assert again.marks.of("arxiv:2307.00002").starred and keys(again).count("arxiv:2307.00002") == 2


def test_nobody_is_asked_twice(library: Library, server: Server) -> None:
    enriched(library, server)
    assert enriched(library, server) == (0, 0, 2, 0), "the DOI is known to be one of them now"
    assert len(server.requests) == 1
    assert enriched(library, server, again=True) == (2, 2, 0, 0)
    server.put("/api/query", arxiv())
    library.metadata.learn({"arxiv:2307.09999": Learned("2026-11-29")})
    done = library.metadata.enrich(["arxiv:2307.09999", "arxiv:2307.09998"], web_of(server, library.paths))
    assert done[:4] == (1, 0, 1, 0), "what arXiv does not know is not asked again either"


def test_batches_are_three_seconds_apart_and_one_that_is_cut_short_goes_on(
    library: Library, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_api, "BATCH", 1)
    answer, time = arxiv(LANTERNS, OWLS), PassedTime()

    def second_fails(request: Request) -> Reply:
        return answer(request) if len(server.requests) != 2 else Reply(status=404)

    server.put("/api/query", second_fails)
    done = library.metadata.enrich(keys(library), web_of(server, library.paths, time))
    assert (done.asked, done.error and done.error.message_id) == (1, "web.status")
    assert time.waited == 3
    other = Library.open(library.paths, starters=False)  # what came before is on the disk
    assert [bool(each.learned) for each in other.lists.all_sightings()] == [True, False, False]
    assert other.metadata.enrich(keys(other), web_of(server, other.paths, time))[:4] == (1, 1, 1, 1)
    assert time.waited == 6


def test_a_batch_that_was_kept_and_not_laid_is_laid_the_next_time(library: Library, server: Server) -> None:
    store = LearnedStore(library.paths.learned, None, [])
    store.learn({"arxiv:2307.00001": Learned("2026-11-28", title="Lanterns for small models", authors=("Mina Seo",))})
    assert library.metadata.enrich(keys(library)[:1], web_of(server, library.paths))[:4] == (0, 0, 1, 0)
    assert next(iter(library.lists.all_sightings())).authors == ("Mina Seo",)


def test_it_outlives_imports_corrections_and_undo(library: Library, server: Server, tmp_path: Path) -> None:
    enriched(library, server)

    def learned() -> list[bool]:
        return [each.learned is not None for each in library.lists.all_sightings() if each.key.startswith("arxiv:")]

    (tmp_path / "july.txt").write_text(DIGEST.replace("소개", "소개글"), "utf-8")
    report = library.imports.from_paths([tmp_path / "july.txt"])
    assert report.sources[0].updated == 1
    assert all(learned())
    library.imports.correct([next(iter(library.lists.all_sightings()))], title="Lanterns, again")
    assert all(learned())
    for _ in range(2):
        library.marks.undo()
    assert all(learned())
    other = tmp_path / "august.txt"
    other.write_text("2023년 8월 1주차\n\nAgain\nhttps://arxiv.org/abs/2307.00001\n", "utf-8")
    library.imports.from_paths([other])
    assert all(learned()), "a new mention of a known paper has it at once"
    assert library.imports.from_paths([other]).sources[0].unchanged == 1


def test_backups_have_it(library: Library, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enriched(library, server)
    archive = library.backups.write(tmp_path / "all.zip")
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path / "other"))
    there = Library.open(locate(), starters=False)
    there.imports.from_paths([tmp_path / "july.txt"])
    there.backups.restore(archive)
    assert [bool(each.learned) for each in there.lists.all_sightings()] == [True, True, True]


def test_a_damaged_file_is_moved_aside_and_said(library: Library, server: Server) -> None:
    enriched(library, server)
    path = library.paths.learned / "2307.json"
    path.write_bytes(path.read_bytes()[:-20])
    assert "doctor.learned.damaged" in [found.id for found in examine_store(library.paths, 1_800_000_000)]
    notices: list[DigestError] = []
    assert LearnedStore(library.paths.learned, library.paths.damaged, notices).of("arxiv:2307.00001") is None
    assert [each.message_id for each in notices] == ["store.damaged"]
    newer = LearnedStore(library.paths.learned, library.paths.damaged, notices)
    path.write_bytes(sealed(b'{"schema_version":9,"papers":{}}'))
    with pytest.raises(StoreError):
        newer.learn({"arxiv:2307.00001": Learned("2026-11-29")})


def test_cut_short_at_any_write_it_goes_on_and_loses_nothing(
    library: Library, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutShortError(BaseException):
        """What a kill is."""

    replace, left = Path.replace, [0]

    def cut(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == 0:
            raise CutShortError
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    cuts = 0
    for number in range(1, 30):
        left[0] = number
        here = Library.open(library.paths, starters=False)
        try:
            here.metadata.enrich(keys(here), web_of(server, here.paths), again=number > 1)
        except CutShortError:
            cuts += 1
        if left[0] > 0:
            break
        left[0] = -1
        known = LearnedStore(library.paths.learned, None, []).of("arxiv:2307.00001")
        after = Library.open(library.paths, starters=False)
        said = next(iter(after.lists.all_sightings())).learned
        assert said is None or known is not None, "what is laid is kept first"
    assert cuts >= 3
    left[0] = -1
    assert [bool(each.learned) for each in Library.open(library.paths).lists.all_sightings()] == [True, True, True]


def test_a_lost_file_takes_nothing_from_the_entries_and_a_correction_does(library: Library, server: Server) -> None:
    enriched(library, server)
    (library.paths.learned / "2307.json").unlink()
    first = next(iter(library.lists.all_sightings()))
    library.imports.correct([first], title="Lanterns, again")
    first = next(iter(library.lists.all_sightings()))
    assert first.learned is not None and first.learned.authors == ("Mina Seo", "Jan Dvořák")
    library.imports.correct([first], url="https://arxiv.org/abs/2301.00009")
    assert next(iter(library.lists.all_sightings())).learned is None, "that is another paper"


# --- the API's answer --------------------------------------------------------------------------------------------

HOSTILE = {
    "empty": b"",
    "no XML": b"Rate exceeded.",
    "HTML": b"<html><body>busy</body></html>",
    "cut": b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2307.00001v1</id>',
    "bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><feed>&b;</feed>',
    "a file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><feed><entry><title>&a;</title></entry></feed>',
    "deep": b"<feed>" + b"<a>" * 5000,
    "strange encoding": b'<?xml version="1.0" encoding="martian"?><feed/>',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_answer_is_refused(what: str) -> None:
    with pytest.raises(SourceError) as caught:
        arxiv_api.read_answer(HOSTILE[what], TODAY)
    assert caught.value.message_id == "arxiv.malformed"


def test_an_answer_is_clean_and_bounded() -> None:
    paper = Paper(
        "2307.00003", title="A\u202e title\u2066 " + "x" * 9000, authors=["Kim\u009b31m Lee"] * 9000,
        published="9999-01-01T00:00:00Z",
        updated="not a date", version=3, doi="nonsense", comment="\u200b",
    )  # fmt: skip
    request = Request("", "", {"id_list": ["2307.00003v3"]}, None)  # type: ignore[arg-type]
    body = arxiv(paper)(request).body
    assert isinstance(body, str)
    found = arxiv_api.read_answer(body.encode(), TODAY)["arxiv:2307.00003"]
    assert found.title is not None and found.title.startswith("A title x") and len(found.title) <= 2000
    assert found.authors[0] == "Kim Lee" and len(found.authors) <= 5000
    assert (found.published, found.updated, found.doi, found.comment, found.version) == (None, None, None, None, 3)


def test_an_error_of_the_api_is_no_paper() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#incorrect_id</id>
    <title>Error</title><summary>incorrect id format for x</summary></entry></feed>"""
    assert arxiv_api.read_answer(body, TODAY) == {}


# --- the faces ---------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(paths: Paths, server: Server, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home whose arXiv is the server, which need not be waited for."""
    monkeypatch.setattr(SystemTime, "sleep", lambda *_: None)
    library.close()
    paths.settings.parent.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(f'[endpoints]\narxiv_api = "{server.url}/api/query"\n', "utf-8")


@pytest.mark.usefixtures("asked")
def test_the_command_asks_and_tells(capsys: pytest.CaptureFixture[str], server: Server) -> None:
    assert main(["enrich", "--filter", "title:lanterns"]) == 0
    assert server.requests[0].query["id_list"] == ["2307.00001"]
    assert capsys.readouterr().out.startswith("Papers that arXiv was asked about: 1, known to it: 1;")
    server.put("/api/query", Reply(status=404))
    assert main(["enrich", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["asked"], told["known"], told["others"], told["error"]) == (0, 1, 1, "web.status")
    assert main(["show", "2307.00001"]) == 0
    shown = capsys.readouterr().out
    assert "arXiv says (asked " in shown and "Mina Seo, Jan Dvořák" in shown
    assert "cs.LG cs.CL · 24 Jul 2023 · 1 Aug 2023 (v2) · doi:10.5555/lanterns · Journal of" in shown
    assert main(["read", "--plain", "2307.00001"]) == 0
    assert "We light what was dark." in capsys.readouterr().out


@pytest.mark.usefixtures("asked")
def test_a_refresh_asks_about_what_is_new_where_that_is_wanted(
    server: Server, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    item = "<item><title>{}</title><link>https://arxiv.org/abs/{}</link><guid>{}</guid></item>"
    feed = "<rss><channel><title>Lamps</title>{}</channel></rss>".format
    first = item.format("One of lamps", "2307.00001", 1)
    url = server.put("/feed", Reply(feed(first), media="application/rss+xml"))
    assert main(["source", "add", url]) == 0
    server.put("/feed", Reply(feed(first + item.format("Owls", "2307.00002", 2)), media="application/rss+xml"))
    assert main(["refresh"]) == 0
    assert "/api/query" not in server.asked
    paths.settings.write_text("ask_arxiv = true\n" + paths.settings.read_text("utf-8"), "utf-8")
    server.put("/feed", Reply(feed(first + item.format("New owls", "2307.00003", 3)), media="application/rss+xml"))
    assert main(["refresh"]) == 0
    assert "2307.00003" in server.requests[-1].query["id_list"][0]
    server.put("/feed", Reply(feed(item.format("Newest owls", "2307.00004", 4)), media="application/rss+xml"))
    server.put("/api/query", Reply(status=404))
    capsys.readouterr()
    assert main(["refresh"]) == 0, "the feed was read all the same"
    assert "404" in capsys.readouterr().err


@pytest.mark.usefixtures("asked")
def test_exports_use_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enrich"]) == 0
    capsys.readouterr()
    assert main(["export", "--format", "json"]) == 0
    first, third, second = json.loads(capsys.readouterr().out)["entries"]
    assert (first["authors"], first["abstract"], first["doi"]) == ([], None, None)
    assert first["learned"]["source"] == "arxiv"
    assert first["learned"]["authors"] == ["Mina Seo", "Jan Dvořák"]
    assert (second["title"], second["learned"]["title"]) == (None, "Owls that read at noon")
    assert third["learned"] == second["learned"] and third["key"] == second["key"]
    assert main(["export", "--format", "bibtex"]) == 0
    cited = capsys.readouterr().out
    assert "Seo, Mina" in cited or "Mina Seo" in cited
    assert "Owls that read at noon" in cited or "{Owls" in cited


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bibtex", ["doi = {10.5555/lanterns}", "primaryClass = {cs.LG}", "note = {Journal of Lamps 3 (2024)}"]),
        ("ris", ["DO  - 10.5555/lanterns", "DA  - 2023/07/24/", "N1  - Journal of Lamps 3", "N1  - cs.LG cs.CL"]),
        ("csljson", ['"DOI":"10.5555/lanterns"', '[[2023,7,24]]', '"container-title":"Journal of Lamps 3 (2024)"',
                     '"subjects":["cs.LG","cs.CL"]', '"updated":"2023-08-01"']),
        ("csv", ["arxiv_subjects,arxiv_first,arxiv_latest,venue\n",
                 ",cs.LG; cs.CL,2023-07-24,2023-08-01,Journal of Lamps 3 (2024)\n"]),
        ("markdown", ["  cs.LG cs.CL · 2023-07-24 · 2023-08-01 · Journal of Lamps 3 (2024)\n"]),
        ("html", ["arXiv:2307.00001 · doi:10.5555/lanterns", "cs.LG cs.CL · 2023-07-24 · 2023-08-01 · Journal of"]),
        ("notes", ['doi: "10.5555/lanterns"', 'published: "2023-07-24"', 'updated: "2023-08-01"',
                   'venue: "Journal of Lamps 3 (2024)"', 'arxiv_subjects: ["cs.LG", "cs.CL"]']),
    ],
)  # fmt: skip
def test_exports_have_what_arxiv_says(name: str, expected: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enrich"]) == 0
    capsys.readouterr()
    chosen = ["export", "--format", name, "--filter", "title:lanterns"]
    assert main(chosen) == 0
    text = capsys.readouterr().out
    assert [each for each in expected if each not in text] == [], text
    assert main([*chosen, "--without", "learned"]) == 0
    text = capsys.readouterr().out
    assert not [each for each in ("10.5555", "cs.LG", "2023-08-01", "Journal") if each in text]


# --- papers without an arXiv id ----------------------------------------------------------------------------------

UNNAMED = """# Week 2023-07-23

## Drifting lanterns teach small models
- **Authors**: Mina Seo, Ola Berg
- **Summary**: What was dark is lit.

## Whistling owls at quiet noon
- **DOI**: https://doi.org/10.5555/owls.9
- **Summary**: At noon.

## Lantern survey
- **Authors**: Mina Seo
- **Summary**: A survey.
"""
DRIFTING = Paper("2307.00011", title="Drifting Lanterns Teach\n  Small Models", doi="10.5555/drift")
WHISTLING = Paper("2307.00012", title="Whistling owls, at quiet noon", authors=["Ada Bell"], doi="10.5555/owls.9")


def unnamed(paths: Paths, tmp_path: Path, text: str = UNNAMED) -> Library:
    (tmp_path / "unnamed.md").write_text(text, "utf-8")
    found = Library.open(paths, starters=False)
    found.imports.from_paths([tmp_path / "unnamed.md"])
    return found


def test_papers_without_an_id_are_asked_about_by_title(paths: Paths, server: Server, tmp_path: Path) -> None:
    library = unnamed(paths, tmp_path)
    first = keys(library)[0]
    library.marks.star([first], True)
    server.put("/api/query", arxiv(DRIFTING, WHISTLING))
    assert enriched(library, server) == (2, 2, 0, 1), "`Lantern survey` may be any paper's title"
    assert len(server.requests) == 1, "several titles in a request"
    assert keys(library)[:2] == ["arxiv:2307.00011", "arxiv:2307.00012"]
    found = next(iter(library.lists.all_sightings()))
    assert found.learned is not None and found.learned.authors == ("Mina Seo", "Jan Dvořák")
    assert found.entry.authors == ("Mina Seo", "Ola Berg"), "the digest says what it said"
    assert library.marks.of("arxiv:2307.00011").starred and library.lists.find(first) == "arxiv:2307.00011"
    assert enriched(library, server) == (0, 0, 2, 1) and len(server.requests) == 1, "nobody is asked twice"
    again = Library.open(paths, starters=False)
    assert keys(again)[:2] == ["arxiv:2307.00011", "arxiv:2307.00012"] and again.marks.of("arxiv:2307.00011").starred


@pytest.mark.parametrize(
    ("why", "answer"),
    [
        ("another title", [Paper("2307.00011", title="Drifting lanterns teach small models to swim")]),
        ("other authors", [Paper("2307.00011", title=DRIFTING.title, authors=["Ada Bell", "Mina Berglund"])]),
        ("two papers of that title", [DRIFTING, Paper("2308.00011", title=DRIFTING.title)]),
        ("nothing", []),
    ],
)
def test_what_is_not_certain_is_not_taken(
    why: str, answer: list[Paper], paths: Paths, server: Server, tmp_path: Path
) -> None:
    library = unnamed(paths, tmp_path)
    before = keys(library)
    server.put("/api/query", arxiv(*answer))
    assert enriched(library, server) == (2, 0, 0, 1), why
    assert keys(library) == before and not any(each.learned for each in library.lists.all_sightings())
    assert enriched(library, server)[:3] == (0, 0, 2), "that nothing was found is remembered"


@pytest.mark.parametrize(
    ("why", "text", "paper"),
    [
        ("another DOI", UNNAMED, Paper("2307.00012", title=WHISTLING.title, doi="10.5555/other")),
        ("another year", UNNAMED.replace("2023", "2025"), WHISTLING),
    ],
)
def test_without_authors_the_year_has_to_agree_and_the_doi_not_to_differ(
    why: str, text: str, paper: Paper, paths: Paths, server: Server, tmp_path: Path
) -> None:
    library = unnamed(paths, tmp_path, text)
    server.put("/api/query", arxiv(paper))
    assert enriched(library, server)[:2] == (2, 0), why


def test_a_post_on_the_web_is_no_paper_to_be_asked_about(paths: Paths, server: Server, tmp_path: Path) -> None:
    text = "# Week 2023-07-23\n\n## [Drifting lanterns teach small models](https://lamps.example/posts/drifting-lanterns)\n"
    library = unnamed(paths, tmp_path, text)
    server.put("/api/query", arxiv(DRIFTING))
    assert enriched(library, server) == (0, 0, 0, 1) and server.requests == []


def test_titles_can_be_left_out(paths: Paths, server: Server, tmp_path: Path) -> None:
    library = unnamed(paths, tmp_path)
    done = library.metadata.enrich(keys(library), web_of(server, paths), titles=False)
    assert done[:4] == (0, 0, 0, 3) and server.requests == []


def test_what_was_found_by_title_is_in_the_backups(
    paths: Paths, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = unnamed(paths, tmp_path)
    server.put("/api/query", arxiv(DRIFTING))
    enriched(library, server)
    library.marks.star(["arxiv:2307.00011"], True)
    archive = library.backups.write(tmp_path / "all.zip")
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path / "other"))
    there = unnamed(locate(), tmp_path)
    there.backups.restore(archive)
    assert keys(there)[0] == "arxiv:2307.00011" and there.marks.of("arxiv:2307.00011").starred
    assert enriched(there, server)[:3] == (0, 0, 2)


def test_a_doi_that_arxiv_gives_its_papers_is_an_id(library: Library, server: Server, tmp_path: Path) -> None:
    text = "2023년 8월 1주차\n\nLanterns, once more\n{}\n"
    for number, written in enumerate(
        ("https://doi.org/10.48550/arXiv.2307.00001", "doi:10.48550/arXiv.2307.00001",
         "https://doi.org/10.48550%2FarXiv.2307.00001", "https://www.example.org/doi/10.48550/arXiv.2307.00001")
    ):  # fmt: skip
        (tmp_path / f"{number}.txt").write_text(text.format(written), "utf-8")
        library.imports.from_paths([tmp_path / f"{number}.txt"])
        assert keys(library)[0] == "arxiv:2307.00001", written
