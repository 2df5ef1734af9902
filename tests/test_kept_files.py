"""The small files of the state folder: what is damaged or hostile in them costs a moment, and reaches nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui_digest.models import Arrangement, Place
from tui_digest.store import place, triage_file
from tui_digest.store.asked import LastAsked, keep_asked, load_asked
from tui_digest.store.look import SavedLook, load_look, save_look

HARM = "\x1b]0;title\x07\x9b31m\u202e\x00\n\r"


def texts(value: Any) -> list[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return [value]
    return [text for each in value for text in texts(each)] if isinstance(value, tuple | list) else []


def test_nothing_that_harms_a_terminal_comes_out_of_a_kept_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    word = f"a{HARM}b"
    fields = {"week": word, "key": word, "view": word, "text": word, "saved": word, "chosen": [[word, word]]}
    path.write_text(json.dumps({"schema_version": 1, **fields}, ensure_ascii=False))
    found = place.load_place(path)
    assert found.week
    assert all(text.isprintable() for text in texts(found))
    path.write_text(json.dumps({"schema_version": 1, "theme": word, "chosen": [[word, 1, 2]]}))
    assert load_look(path).theme.isprintable()
    assert all(text.isprintable() for text in texts(place.load_arrangement(path)))
    asked = {word: {"error": word, "details": [[word, word]]}}
    path.write_text(json.dumps({"schema_version": 1, "sources": asked}, ensure_ascii=False))
    ((address, last),) = load_asked(path).items()
    assert last.error and last.details
    assert all(text.isprintable() for text in (address, last.error, *texts(last.details)))


def test_nothing_that_harms_a_terminal_comes_out_of_a_triage(tmp_path: Path) -> None:
    path, word = tmp_path / "all-0.ndjson", f"a{HARM}b"
    lines = (
        {"op": "begin", "schema_version": 1, "week": word, "query": word, "keys": [word]},
        {"op": "keep", "key": word, "fields": [word]},
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = triage_file.load(path)
    assert found is not None
    assert found.verdicts
    assert all(text.isprintable() for text in texts(found))


@pytest.mark.parametrize(
    ("save", "load", "default"),
    [
        (lambda path: place.save_place(path, Place(key="arxiv:1", scroll=7)), place.load_place, Place()),
        (lambda path: place.save_arrangement(path, Arrangement(left=-4)), place.load_arrangement, Arrangement()),
        (lambda path: save_look(path, SavedLook("nord", False)), load_look, SavedLook()),
        (
            lambda path: keep_asked(path, {"a": LastAsked(5.0)}),
            load_asked,
            {},
        ),
    ],
    ids=["place", "arrangement", "look", "asked"],
)
def test_a_flipped_bit_brings_the_default(
    tmp_path: Path, save: Callable[[Path], None], load: Callable[[Path], object], default: object
) -> None:
    path = tmp_path / "kept.json"
    save(path)
    whole, right = path.read_bytes(), load(path)
    assert right != default
    for place_of_bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[place_of_bit // 8] ^= 1 << place_of_bit % 8
        path.write_bytes(flipped)
        assert load(path) in (default, right)  # as it was, where the bit stood in the checksum's name


@pytest.mark.parametrize("content", [b"\xff", b"[]", b'{"shown": 5}', b"{"])
def test_a_hint_is_shown_again_where_nobody_knows_what_was_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hints.json"
    assert [place.first_time(path, "a"), place.first_time(path, "a")] == [True, False]
    path.write_bytes(content)
    assert [place.first_time(path, "a"), place.first_time(path, "a")] == [True, False]


@pytest.mark.parametrize("number", ["1e300", "-1", "99999999999999999999", '"5"', "null", "[]", "{}"])
def test_a_number_that_nobody_wrote_brings_the_default(tmp_path: Path, number: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(f'{{"schema_version": 1, "scroll": {number}, "left": {number}}}')
    assert place.load_place(path) == Place()
    assert abs(place.load_arrangement(path).left) <= 1


def test_a_damaged_verdict_is_asked_for_again(tmp_path: Path) -> None:
    path = triage_file.session_file(tmp_path, None, "")
    triage_file.begin(path, triage_file.Session(None, "", ("a", "b")))
    for key in "ab":
        triage_file.append(path, {"op": "keep", "key": key, "fields": []})
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"key":"b"', b'"key":"a"'))
    found = triage_file.load(path)
    assert found is not None
    assert [verdict.key for verdict in found.verdicts] == ["a"]
