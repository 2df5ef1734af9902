"""What is kept of the words behind frequent ones changes no answer, whatever happens to the file; it only spares
looking through all codes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.builders import entry, home
from tests.test_search import Truth, layout_of, put, searched
from tui_digest.models import Entry
from tui_digest.paths import Paths
from tui_digest.store import search as search_module
from tui_digest.store import search_behind, search_build, search_codes, search_phrases
from tui_digest.store.search import Search
from tui_digest.store.search_behind import behind_path
from tui_digest.store.search_text import Stopped

WORDS = "모델 학습 모델을 학습의 sparse retrieval re ret x. 가 나".split()

NEEDLES = [
    f"{a} {b}"
    for a in ("모델", "l", "sparse", "델을", "x.", "가")
    for b in ("학습", "re", "retrieval", "모", "x", "나")
]
NEEDLES += ["모델 학습 가", "sparse retrieval re", "가 나 가 나", "l re s"]


def written(rng: random.Random, count: int) -> list[Entry]:
    """Entries of a few words in any order, some without any text."""

    def some(most: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))

    return [
        entry(some(4), authors=[some(2)], tags=[some(2)], commentary=some(30) if rng.random() < 0.9 else None)
        for _ in range(count)
    ]


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Several parts, of several blocks each but the last one, which is smaller than what is kept."""
    monkeypatch.setattr(search_module, "SCAN_BELOW", 1)
    monkeypatch.setattr(search_build, "PART", 8)
    monkeypatch.setattr(search_behind, "_BLOCK", 3)
    rng, found = random.Random(5), home(tmp_path)
    for number in range(4):
        put(found, f"/{number}", *written(rng, 9), start=f"2023-07-{2 + 7 * number:02d}")
    put(found, "/last", *written(rng, 2), start="2022-01-02")
    return found


def made(paths: Paths) -> Search:
    search = Search(paths.search, paths.shards)
    assert search.update(layout_of(paths))
    return search


def check(paths: Paths, search: Search) -> int:
    truth, layout, hits = Truth(paths), layout_of(paths), 0
    for field in (None, "body", "title"):
        for needle in NEEDLES:
            wanted = truth.rows(needle, field)
            assert searched(search, layout, needle, field) == wanted, (needle, field)
            hits += len(wanted)
    return hits


@pytest.mark.parametrize("own", [0, 3, 200])
def test_phrases_are_found_as_without_it(paths: Paths, monkeypatch: pytest.MonkeyPatch, own: int) -> None:
    monkeypatch.setattr(search_codes, "OWN", own)
    search = made(paths)
    before = check(paths, search)
    assert before > 500
    search.keep_behind()
    assert behind_path(paths.search).exists()
    assert check(paths, search) == check(paths, Search(paths.search, paths.shards)) == before
    put(paths, "/more", *written(random.Random(6), 5), start="2024-01-07")
    assert search.update(layout_of(paths))
    assert check(paths, search) > before, "of some parts it is not there"


def test_where_both_words_are_frequent_nothing_else_is_looked_through(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, layout = made(paths), layout_of(paths)[:-1]  # the small part is not in it
    search.keep_behind()
    truth = Truth(paths)
    wanted = [row for row in truth.rows("모델 학습") if row < sum(part.entries for part in layout)]

    def looked(*_: object) -> None:
        raise AssertionError("all codes were read")

    monkeypatch.setattr(search_phrases, "_entries_of", looked)
    assert searched(search, layout, "모델 학습") == wanted != []
    in_titles = [row for row in truth.rows("모델 학습", "title") if row in wanted]
    assert searched(search, layout, "모델 학습", "title") == in_titles != wanted
    monkeypatch.setattr(search_behind.Behind, "places", lambda *_: None)
    with pytest.raises(AssertionError):
        searched(search, layout, "학습 모델")


def test_a_damaged_file_changes_no_answer(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "KEPT_ANSWERS", 0)
    search, layout = made(paths), layout_of(paths)
    search.keep_behind()
    file, truth = behind_path(paths.search), Truth(paths)
    whole, rng = file.read_bytes(), random.Random(7)
    wanted = truth.rows("모델 학습")
    kinds = [b"", b"x", whole[:-1], whole[:-9], whole[: len(whole) // 2], whole + whole[-8:], b"\xff" * len(whole)]
    for place in rng.sample(range(len(whole)), 60):
        turned = bytearray(whole)
        turned[place] ^= 1 << rng.randrange(8)
        kinds.append(bytes(turned))
    for number, damaged in enumerate(kinds):
        file.unlink()
        file.write_bytes(damaged)
        asked = search if number % 2 else Search(paths.search, paths.shards)
        assert searched(asked, layout, "모델 학습") == wanted, number
    file.unlink()
    file.mkdir()
    assert searched(search, layout, "모델 학습") == wanted


def test_what_is_of_another_index_is_not_asked(paths: Paths) -> None:
    search = made(paths)
    search.keep_behind()
    file = behind_path(paths.search)
    of_the_first = file.read_bytes()
    paths.search.unlink()
    put(paths, "/0", *written(random.Random(8), 9), start="2023-07-02")  # the same places, other words
    again = made(paths)
    assert file.read_bytes() == of_the_first
    check(paths, again)
    again.keep_behind()
    assert file.read_bytes() != of_the_first
    check(paths, again)


def test_it_is_made_again_only_where_the_index_has_grown(paths: Paths) -> None:
    search = made(paths)
    with pytest.raises(Stopped):
        search.keep_behind(lambda: True)
    file = behind_path(paths.search)
    assert not file.exists() and not list(paths.cache.glob(".*.tmp"))
    search.keep_behind()
    before = file.stat().st_ino, file.read_bytes()
    search.keep_behind()
    put(paths, "/more", *written(random.Random(6), 5), start="2024-01-07")
    assert search.update(layout_of(paths))
    search.keep_behind()
    assert (file.stat().st_ino, file.read_bytes()) == before, "a small part came"
    put(paths, "/many", *written(random.Random(6), 20), start="2024-02-04")
    assert search.update(layout_of(paths))
    search.keep_behind()
    assert file.read_bytes() != before[1]
    check(paths, search)


def test_without_an_index_there_is_nothing_to_keep(paths: Paths) -> None:
    Search(paths.search, paths.shards).keep_behind()
    assert not behind_path(paths.search).exists()
