"""`add`: one paper into a digest of one's own for the day, with the network and without."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.server import Paper, Server, arxiv
from tui_digest.cli import main
from tui_digest.errors import DigestError
from tui_digest.library import Library
from tui_digest.library.adding import paper_url
from tui_digest.paths import Paths, locate
from tui_digest.sources.web.pacing import SystemTime

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def library(paths: Paths) -> Library:
    return Library.open(paths, starters=False, clock=lambda: NOON)


@pytest.fixture
def server(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(SystemTime, "sleep", lambda *_: None)
    with Server() as running:
        url = running.put("/api/query", arxiv(Paper("2307.12950", title="Contrast")))
        paths.settings.parent.mkdir(parents=True, exist_ok=True)
        paths.settings.write_text(f'[endpoints]\narxiv_api = "{url}"\n', "utf-8")
        yield running


def test_papers_are_named_in_many_ways() -> None:
    assert paper_url(" arXiv:2307.12950v2 ") == "https://arxiv.org/abs/2307.12950"
    assert paper_url("https://huggingface.co/papers/2307.12950") == "https://arxiv.org/abs/2307.12950"
    assert paper_url("10.1145/3442188.3445922") == "https://doi.org/10.1145/3442188.3445922"
    assert paper_url("https://example.org/논문?token=x") == "https://example.org/%EB%85%BC%EB%AC%B8?token=***"
    assert paper_url("https://me:word@example.org/paper") == "https://example.org/paper"
    for text in ("", "a title", "ftp://example.org/", "https://example.org/a b", "file:///etc/passwd"):
        with pytest.raises(DigestError) as caught:
            paper_url(text)
        assert caught.value.message_id == "add.unknown"


def test_a_day_has_one_digest_of_what_was_added(library: Library) -> None:
    for text in ("2307.12950", "10.1145/3442188.3445922", "https://example.org/posts/a-long-post-of-mine"):
        assert not library.adding.add(text, "Added by hand").already
    titled = library.adding.add("2307.00001", "Added by hand", title="Lanterns for small models")
    found = [*library.lists.all_sightings()]
    assert (found[0].key, len(found)) == ("arxiv:2307.12950", 4)
    assert {each.digest.id for each in found} == {found[0].digest.id}
    digest = found[0].digest
    assert (digest.title, str(digest.start), digest.path) == ("Added by hand", "2026-11-29", "added#2026-11-29")
    assert [each.entry.title for each in found if each.key == titled.key] == ["Lanterns for small models"]


def test_what_is_here_is_not_added(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 2023-07-24\n\n- [Owls](https://arxiv.org/abs/2307.12950)\n", "utf-8")
    library.imports.from_paths([tmp_path / "a.md"])
    assert library.adding.add("2307.12950v3", "x") == ("arxiv:2307.12950", True)
    assert len([*library.lists.all_sightings()]) == 1


def test_what_was_taken_back_does_not_come_again_with_the_next(library: Library) -> None:
    library.adding.add("2307.00001", "x")
    library.adding.add("2307.00002", "x")
    assert library.marks.undo() is not None
    assert [each.key for each in library.lists.all_sightings()] == ["arxiv:2307.00001"]
    library.adding.add("2307.00003", "x")
    assert [each.key for each in library.lists.all_sightings()] == ["arxiv:2307.00001", "arxiv:2307.00003"]
    library.adding.add("2307.00002", "x")
    assert len([*library.lists.all_sightings()]) == 3


def test_what_a_restore_brought_comes_in(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.adding.add("2307.00001", "x", title="Lanterns for small models")
    kept = library.paths.fetched
    monkeypatch.setenv("TUI_DIGEST_HOME", str(tmp_path / "other"))
    there = Library.open(locate(), starters=False)
    assert there.adding.size == 0
    shutil.copytree(kept, there.paths.fetched)
    assert there.adding.size > 0
    there.adding.take_up("x")
    (found,) = there.lists.all_sightings()
    assert (found.entry.title, str(found.digest.start)) == ("Lanterns for small models", "2026-11-29")
    assert there.marks.undo() is None, "the restore is the act that undo takes back"


def test_the_command_works_without_the_network_and_asks_where_it_is_wanted(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["starters", "off"]) == 0
    assert main(["add", "2307.12950"]) == 0
    assert "Added: 2307.12950 (arxiv:2307.12950)" in capsys.readouterr().out
    assert server.requests == []
    assert main(["add", "2307.12950", "--ask"]) == 0
    assert "Already in the library: Contrast (arxiv:2307.12950)" in capsys.readouterr().out
    assert len(server.requests) == 1
    server.put("/api/query", arxiv())
    assert main(["add", "https://doi.org/10.1145/1", "--ask", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == [{"key": "doi:10.1145/1", "already": False}]
    assert main(["add", "nothing at all"]) == 2
    assert "does not name a paper" in capsys.readouterr().err


def test_a_failing_arxiv_hinders_nothing(server: Server, paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    paths.settings.write_text('ask_arxiv = true\n[endpoints]\narxiv_api = "http://127.0.0.1:1/"\n', "utf-8")
    assert main(["add", "2307.00009"]) == 0
    said = capsys.readouterr()
    assert "Added: 2307.00009" in said.out and "could not be reached" in said.err
