"""`import --explain`: what a file was read as, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.parsing.samples import DATA, source
from tui_digest.cli import main
from tui_digest.parsing.explaining import FIELDS, SIGNS, explain
from tui_digest.paths import locate

FORMS = DATA / "forms"


def signs(name: str) -> list[tuple[str, ...]]:
    told = explain(source((FORMS / name).read_text("utf-8"), name))
    return [entry.signs for digest in told for entry in digest.entries]


def test_every_entry_says_what_it_was_known_by() -> None:
    assert signs("weekly.md")[0] == ("heading", "names", "address")
    assert signs("ko-table.md") == [("row",), ("row",)]
    assert signs("todo.md") == [("item",), ("item",)]
    assert signs("obsidian-note.md") == [("settings",)]
    assert signs("note-many-refs.md") == [("whole",)]
    for path in sorted(FORMS.glob("*.*")):
        if path.name != "expected.txt":
            assert all(each and set(each) <= set(SIGNS) for each in signs(path.name)), path


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sign_and_field_has_words(language: str) -> None:
    words = json.loads((Path(locate.__code__.co_filename).parent / "locale" / f"{language}.json").read_text("utf-8"))
    assert {f"explain.by.{name}" for name in SIGNS} | {f"explain.field.{name}" for name in FIELDS} <= set(words)


def test_a_file_is_explained_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "2024-05-22.md"
    path.write_text(
        "# 2024-05-22\n\n### [A Title](https://arxiv.org/abs/2405.01111)\n*Ann Lee, Bob Ray*\n\nText.\n", "utf-8"
    )
    assert main(["import", "--explain", str(path)]) == 0
    out = capsys.readouterr().out
    assert "2024-05-22.md: daily Markdown" in out
    assert "Lines 3-6: A Title" in out
    assert "known by: a heading, its title is a link, names below it" in out
    assert main(["import", "--explain", "--json", str(path)]) == 0
    (told,) = json.loads(capsys.readouterr().out)["sources"]
    assert told["digests"][0]["entries"][0]["known_by"] == ["heading", "linked", "names"]
    assert main(["list"]) == 0
    assert "A Title" not in capsys.readouterr().out


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--explain", str(tmp_path / "nowhere.md")]) == 1
    assert "nowhere.md" in capsys.readouterr().err
