"""The public door: every name of it works as its page says, without a screen."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tui_digest import api
from tui_digest.api import DigestError, OpenLibrary, QueryError, make_entry, open_library, parse_text, sentence
from tui_digest.paths import locate

ROOT = Path(__file__).resolve().parent.parent
TEXT = """2023년 7월 5주차

Sparse Memory for Long Contexts
https://arxiv.org/abs/2307.00001
#memory

Tokens are not Words
https://arxiv.org/abs/2307.00002
#tokens
"""


@pytest.fixture
def library(tmp_path: Path) -> OpenLibrary:
    made = open_library(tmp_path / "own")
    report = made.import_text(TEXT, "a-week.txt")
    assert [(each.path, each.added) for each in report.sources] == [("a-week.txt", 2)]
    return made


def keys(library: OpenLibrary, query: str = "") -> list[str]:
    return [each.key for each in library.entries(query)]


def test_every_name_is_there_documented_and_typed() -> None:
    assert len(set(api.__all__)) == len(api.__all__) > 20
    for name in api.__all__:
        each = getattr(api, name)
        if name in ("SCHEMA_VERSION", "Writer"):
            continue
        assert inspect.getdoc(each), name
        members = inspect.getmembers(each, inspect.isfunction) if each is OpenLibrary else [(name, each)]
        for told, function in members:
            if not inspect.isfunction(function) or told.startswith("_"):
                continue
            assert inspect.getdoc(function), told
            signature = inspect.signature(function)
            assert signature.return_annotation is not inspect.Signature.empty, told
            for parameter in signature.parameters.values():
                assert parameter.name == "self" or parameter.annotation is not inspect.Parameter.empty, told


def test_words_are_looked_for_in_all_texts_of_a_large_library(
    library: OpenLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program is not answered from titles alone: the index is made, and where it cannot be that is in the notices."""
    library.import_text(TEXT.replace("#tokens", "무지개 같은 말\n#tokens"), "a-week.txt")
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 2)
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 1)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    assert keys(library, "무지개") == ["arxiv:2307.00002"]
    index = locate({"TUI_DIGEST_HOME": str(tmp_path / "own")}).search
    for ask in (library.tags, lambda words: [*library.entries(words, week="2023-W30")]):
        index.unlink()
        assert len(ask("무지개")) == 1 and index.exists()
    index.unlink()
    monkeypatch.setattr("tui_digest.store.search.Search.update", lambda *_, **__: False)
    assert keys(library, "무지개") == [] and keys(library, "tokens") == ["arxiv:2307.00002"]
    assert [notice.message_id for notice in library.notices] == ["search.titles_only"]


def test_what_comes_in_can_be_listed(library: OpenLibrary) -> None:
    assert keys(library) == ["arxiv:2307.00001", "arxiv:2307.00002"]
    assert keys(library, "tag:tokens") == ["arxiv:2307.00002"]
    assert [each.key for each in library.entries(week="2023-W30", limit=1)] == ["arxiv:2307.00001"]
    assert [week.id for week in library.weeks()] == ["2023-W30"]
    assert library.tags() == [("memory", 1), ("tokens", 1)]
    (sighting,) = library.paper("https://arxiv.org/abs/2307.00001v2")
    assert sighting.entry.title == "Sparse Memory for Long Contexts"
    assert library.paper("2307.99999") == []
    with pytest.raises(QueryError):
        library.entries("is:stared")


def test_the_same_name_is_the_same_source(library: OpenLibrary, tmp_path: Path) -> None:
    (report,) = library.import_text(TEXT.replace("Words", "Sentences"), "a-week.txt").sources
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    assert library.import_text(TEXT, "b-week.txt", dry_run=True).dry_run
    (tmp_path / "c.txt").write_text(
        "2023년 8월 1주차\n\nA Third Paper of Words\nhttps://arxiv.org/abs/2308.00001\n", "utf-8"
    )
    assert library.import_paths([tmp_path / "c.txt", str(tmp_path / "none.txt")]).failed[0].error == "source.vanished"
    assert len(keys(library)) == 3


def test_marks_are_kept_and_taken_back(library: OpenLibrary, tmp_path: Path) -> None:
    assert library.star(["2307.00001"]) and library.mark_read(["2307.00001"]) and library.note("2307.00001", "read it")
    assert library.tag("mine", ["2307.00002"])
    assert library.star(["2307.00001"]) is None
    mark = library.mark("arxiv:2307.00001")
    assert (mark.starred, mark.read, mark.note) == (True, True, "read it")
    library.close()
    with open_library(tmp_path / "own") as again:
        assert keys(again, "is:starred is:noted") == ["arxiv:2307.00001"]
        assert keys(again, "tag:mine") == ["arxiv:2307.00002"]
        assert again.undo() and not again.mark("2307.00002").tags
        assert again.redo() and again.mark("2307.00002").tags == ("mine",)
        assert again.star(["2307.00001"], False) and again.note("2307.00001", None)
        assert not again.notices
    with pytest.raises(DigestError) as caught:
        library.star(["2307.99999"])
    assert "2307.99999" in sentence(caught.value) and sentence(caught.value, "ko") != sentence(caught.value)


def test_exports_are_those_of_the_command_line(library: OpenLibrary) -> None:
    document = json.loads("".join(library.export()))
    assert (document["schema_version"], len(document["entries"])) == (api.SCHEMA_VERSION, 2)
    assert "".join(library.export("bibtex", "tag:memory")).count("@misc") == 1
    assert {"json", "bibtex", "markdown"} <= {*api.export_names()}
    with pytest.raises(DigestError, match=r"plugin\.unknown"):
        library.export("nonsense")


def test_what_is_written_for_others(library: OpenLibrary, tmp_path: Path) -> None:
    with pytest.raises(DigestError) as told:
        library.digest()
    assert told.value.message_id == "digest.nothing"
    library.star(["2307.00001"])
    library.note("2307.00001", "read it twice")
    (digest,) = parse_text(library.digest(week="2023-W30"), "mine.md")
    assert [(each.key, each.commentary) for each in digest.entries] == [("arxiv:2307.00001", "read it twice")]
    assert "read it twice" not in "".join(library.export("markdown", without=["note"]))
    assert library.export_notes(tmp_path / "notes", "is:starred") == (1, 0, 0)
    assert library.export_notes(tmp_path / "notes") == (1, 0, 1)


def test_a_text_is_read_without_a_library() -> None:
    (digest,) = parse_text(TEXT)
    assert [entry.arxiv_id for entry in digest.entries] == ["2307.00001", "2307.00002"]
    made = make_entry("A Title", url="https://arxiv.org/abs/2307.00003v2", lines=(1, 2))
    assert (made.key, made.arxiv_id, made.version) == ("arxiv:2307.00003", "2307.00003", 2)
    assert make_entry("Notes", lines=(1, 1)).key.startswith("text:")


def test_the_starters_and_the_users_own_home(own_home: Path) -> None:
    with open_library(starters=True) as library:
        assert len(keys(library)) > 10
    assert (own_home / "data").is_dir()


def test_the_page_runs_and_loads_no_screen(own_home: Path) -> None:
    page = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    example = page.partition("## The library from Python")[2].partition("```python\n")[2].partition("```")[0]
    script = f"{example}\nimport sys\nassert not [name for name in sys.modules if name.startswith('textual')]\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.returncode, "@misc{" in done.stdout) == (0, True), done.stderr
