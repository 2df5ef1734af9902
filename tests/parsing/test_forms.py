"""Digests as people keep them, one file of `data/forms` a form; what each should give stands in `expected.txt`.

A block there begins with `== NAME`; then come a line a digest, `shape | day`, and, indented, a line an entry:
`lines | title | authors | url | day | section | tags`, with `-` for what there is none of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsing.samples import DATA, assert_covered_once, source
from tui_digest.models import Entry
from tui_digest.parsing import parse, parse_all
from tui_digest.parsing.decoding import read_source

FORMS = DATA / "forms"


def expected() -> dict[str, list[str]]:
    blocks = (FORMS / "expected.txt").read_text("utf-8").split("== ")[1:]
    return {block.split("\n", 1)[0]: block.strip("\n").split("\n")[1:] for block in blocks}


def told(entry: Entry) -> str:
    facts = [
        f"{entry.start_line}-{entry.end_line}", entry.title, ", ".join(entry.authors), entry.url, entry.date,
        entry.section, ", ".join(entry.tags),
    ]  # fmt: skip
    return "  " + " | ".join(str(fact or "-") for fact in facts)


def read_form(path: Path) -> list[str]:
    lines: list[str] = []
    for digest in parse_all(source(path.read_text("utf-8"), path.name)):
        lines += [f"{digest.shape} | {digest.start or '-'}", *map(told, digest.entries)]
    return lines


@pytest.mark.parametrize("name", sorted(expected()))
def test_a_form_is_read(name: str) -> None:
    assert read_form(FORMS / name) == expected()[name]


@pytest.mark.parametrize("name", sorted(expected()))
def test_every_line_of_a_form_has_one_place(name: str) -> None:
    text = source((FORMS / name).read_text("utf-8"), name)
    assert_covered_once(parse(text), text.text)


def test_every_form_is_expected() -> None:
    assert {path.name for path in FORMS.iterdir()} - {"expected.txt"} == set(expected())


def test_the_starters_show_the_main_forms_and_are_read_without_a_fault() -> None:
    folder = Path(__file__).parents[2] / "seeds"
    texts = [read_source(path) for path in sorted(folder.rglob("*")) if path.suffix in (".md", ".txt")]
    digests = [digest for text in texts for digest in parse_all(text)]
    shapes = {"weekly-text", "daily-text", "daily-markdown", "weekly-table", "list", "note", "review", "text"}
    assert {digest.shape for digest in digests} == shapes
    assert [digest.title for digest in digests if digest.unplaced or digest.unread_date or not digest.start] == []
    for form in ("---\ntitle: ", "\n- Authors: ", "\n### [1] [", "\n**TL;DR:** ", "| **Paper** |"):
        assert any(form in text.text for text in texts), form
