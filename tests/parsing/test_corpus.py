"""The optional corpus beside the project: scored in this process, skipped loudly where it is missing."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.parsing.samples import assert_covered_once
from tui_digest.models import Entry
from tui_digest.parsing import parse
from tui_digest.parsing.decoding import read_source
from tui_digest.sources.folders import find_sources

SHARED = Path(__file__).resolve().parents[3] / "shared"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus (../shared) is not here: nothing was scored")

FLOOR = {"weekly": 0.99, "seeds": 1.0}


def folded(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"\s+", " ", unicodedata.normalize("NFC", value)).strip()
    return [folded(item) for item in value] if isinstance(value, list) else value


def said(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "authors": list(entry.authors),
        "url": entry.url,
        "arxiv_id": entry.arxiv_id,
        "tags": sorted(entry.tags),
        "links": sorted({link.url for link in entry.links}),
    }


def score(folder: Path, gold: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    assert gold, f"there is no gold in {folder}"  # an empty folder is no corpus that was read well
    hits, wanted, got = 0, 0, 0
    fields: dict[str, list[bool]] = {}
    for name, expected in gold.items():
        path = folder / name
        lines = path.read_text("utf-8").splitlines()
        digest = parse(read_source(path))
        mine = {filled(lines, entry.start_line, entry.end_line): said(entry) for entry in digest.entries}
        wanted, got = wanted + len(expected), got + len(digest.entries)
        for entry in expected:
            found = mine.get(filled(lines, entry["start"], entry["end"]))
            if found is None:
                continue
            hits += 1
            for field, value in found.items():
                if field in entry:
                    want = sorted(set(entry[field])) if field in ("tags", "links") else entry[field]
                    fields.setdefault(field, []).append(folded(want) == folded(value))
    precision, recall = hits / got, hits / wanted
    result = {field: sum(right) / len(right) for field, right in fields.items()}
    return result | {"boundaries": 2 * precision * recall / (precision + recall)}


def filled(lines: list[str], start: int, end: int) -> tuple[int, ...]:
    return tuple(number for number in range(start, end + 1) if number <= len(lines) and lines[number - 1].strip())


@pytest.mark.parametrize("gold", [{}, {"empty.txt": []}])
def test_an_empty_folder_scores_nothing(gold: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("no entry\n", "utf-8")
    with pytest.raises((AssertionError, ZeroDivisionError)):
        score(tmp_path, gold)


def test_weekly_texts_reach_the_floor() -> None:
    folder = SHARED / "corpus" / "weekly"
    scores = score(folder, json.loads((folder / "gold.json").read_text("utf-8")))
    assert min(scores.values()) >= FLOOR["weekly"], scores


def test_the_seeds_with_gold_are_read_without_a_fault() -> None:
    folder = SHARED / "seeds"
    paths = sorted((folder / "gold").glob("*.json"))
    assert paths, f"there is no gold in {folder}"
    for path in paths:
        gold = json.loads(path.read_text("utf-8"))
        scores = score(folder, {gold["source"]: gold["entries"]})
        assert min(scores.values()) >= FLOOR["seeds"], (path.name, scores)


def test_every_note_is_one_dated_entry() -> None:
    paths = find_sources(SHARED / "corpus" / "notes").files
    assert len(paths) > 1000
    for path in paths:
        text = read_source(path)
        digest = parse(text)
        assert (digest.shape, len(digest.entries), digest.unplaced) == ("note", 1, ()), path
        assert digest.start == digest.end is not None
        assert_covered_once(digest, text.text)


def test_the_other_seeds_have_the_entries_that_a_reader_sees() -> None:
    texts = [path for path in find_sources(SHARED / "seeds").files if path.suffix == ".txt"]  # beside them lies JSON
    counts = {path.name[:3]: len(parse(read_source(path)).entries) for path in texts}
    assert counts == {"000": 8, "001": 14, "002": 8, "003": 1, "004": 6}
