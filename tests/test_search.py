"""What scan and index answer is what a look at every text gives; and nothing that happens to the index shows."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import digest, entry, home, incoming
from tests.conftest import SHARED
from tests.oracle import long_initials, spacings
from tests.tried import examples
from tui_digest.cli import main
from tui_digest.library import Library
from tui_digest.models import Entry
from tui_digest.paths import Paths, locate
from tui_digest.processes import Pool
from tui_digest.store import search as search_module
from tui_digest.store import search_build, search_codes, search_index, search_parts
from tui_digest.store.bits import (
    RowBits,
    RowSet,
    bits_from,
    bits_of,
    flags_of,
    gathering,
    numbers_of,
    pack,
    pack_bits,
    unpack,
)
from tui_digest.store.codec import StoredFields, shown_title
from tui_digest.store.importing import Import
from tui_digest.store.search import Search, WeekPart, WeekParts
from tui_digest.store.search_index import beginnings, is_ready
from tui_digest.store.search_text import FIELDS, Sought, Stopped, entry_texts, matching_places
from tui_digest.store.shards import Shards, week_order
from tui_digest.store.steps import at_once
from tui_digest.text.drawn_text import drawn as drawn_text
from tui_digest.text.matching import at_words, holds, initials, is_initials, searchable, spans

ENTRIES = [
    entry(
        "RLCD: Reinforcement Learning from Contrastive Distillation",
        arxiv="2307.12950",
        tags=["ai-feedback"],
        authors=["Kevin Yang", "Dan Klein"],
        commentary="RLHF기법을 개선한 모델을 제안.\n\n강화 학습의 k-means, C++.",
    ),
    entry(
        "강화 학습의 한계 [/]",
        url="https://www.example.org/a?b=c",
        tags=["강화_학습", "보상 모델"],
        abstract="γ-VAE beats GPT-4 by 12%…",
        links=[("https://github.com/x/y", "Code base"), ("http://H.io", None)],
    ),
    entry(unicodedata.normalize("NFD", "모델 정렬"), url="https://doi.org/10.1145/3292500", authors=["Paul Erdős"]),
    entry(None, url="https://blog.example.com/Post", fallback="blog.example.com", commentary="ＦＵＬＬ Straße ㅋㅋ"),
    entry("Attention", arxiv="1706.03762", authors=["Yang", "Kevin Hu"], tags=["a b"], commentary="attention-based"),
    entry(
        "Marks",
        abstract="**Wide** language *models\nread* <b>all</b> of `x_y`.\n| 모델 | 점수 |\n|--|--|\n| 라마 | 7 |",
        commentary="앞의 [두 단어](https://far.example/way) 뒤의 &lt;말&gt;\n> 인용한\n> 글",
    ),
]

WORDS = """모델 델 모델을 을 정렬 rlhf 기법 RLHF기법 ㄱㅎㅎㅅ ㅎㅅ ㄱ ㅁㄷ ㅋㅋ ㅋ ㅂㅅㅁㄷ ㄱ강 강화_학습 gpt-4 c++ γ
    2307. 2307.1 1234 1295 0.11
    k-means 2307.12950 07.12 2307 307 230 7.1 [/] / erdos Erdős strasse full github.com h.io blog a at att ttent ent on
    % 12% 12 … ... 10.1145 3292500 ai-f code yang _
    - zzz https arxiv doi \0 \x7f"""

SPACED = [
    "강화학습",
    "강화학습의",
    "보상모델",
    "모델정렬",
    "을제안",
    "개선한모델을",
    "점수라마",
    "ㄱㅅㅎㅁㄷㅇ",
    "ㅎㅎㅅㅇ",
]

PHRASES = [
    "kevin yang",
    "yang kevin",
    "kevin  h",
    "보상 모델",
    "강화 학습",
    "n from c",
    "a b",
    "code base",
    "base h",
    "보상\n모델",
    "wide language models read all of x_y.",
    "모델 점수 라마 7",
    "앞의 두 단어 뒤의 <말> 인용한 글",
    "**wide",
    "example/way",
]

OWN_NEEDLES = [*WORDS.split(), *SPACED, *PHRASES, "", " "]


def numbered(count: int, first: int = 0) -> list[Entry]:
    return [
        entry(f"Paper {n} 모델", arxiv=f"2301.{n:05d}", commentary=f"가 {n % 7}") for n in range(first, first + count)
    ]


def put(paths: Paths, path: str, *entries: Entry, start: str = "2023-07-23") -> None:
    Import(paths, Shards(paths.shards, paths.damaged), []).run([incoming(path, digest(*entries, start=start))])


def layout_of(paths: Paths) -> WeekParts:
    shards = Shards(paths.shards, None)
    found = shards.scan()
    weeks = sorted(found, key=week_order, reverse=True)
    return tuple(WeekPart(week, found[week], len(shards.load(week, keep=False).documents)) for week in weeks)


def documents_of(paths: Paths) -> list[StoredFields]:
    shards = Shards(paths.shards, None)
    return [each for part in layout_of(paths) for each in shards.load(part.week, keep=False).documents]


def told(document: StoredFields) -> dict[str, list[str]]:
    """The definition of what is searched, said once more in the plainest way."""
    links = document.get("links", [])
    kind, _, name = document["key"].partition(":")
    hosts = [url.split("://")[1] for url in [document.get("url"), *(url for url, _ in links)] if url and "://" in url]
    hosts = [host.split("/")[0].split("?")[0].split("@")[-1].removeprefix("www.") for host in hosts]
    other = [name] * (kind in ("arxiv", "doi")) + [document.get("arxiv_id") or ""] + [label or "" for _, label in links]
    return {
        "title": [shown_title(document)],
        "author": document.get("authors", []),
        "tag": document.get("tags", []),
        "other": other + hosts,
        "body": [drawn_text(document.get(name) or "") for name in ("abstract", "commentary")],
    }


class Truth:
    """A look at every text."""

    def __init__(self, paths: Paths) -> None:
        self.texts = [{f: [searchable(t) for t in ts] for f, ts in told(d).items()} for d in documents_of(paths)]
        self.initials = [{f: [initials(t) for t in texts[f]] for f in ("title", "tag", "body")} for texts in self.texts]

    def rows(self, needle: str, field: str | None = None, *, exact: bool = False) -> list[int]:
        wanted = searchable(needle)
        ways = [wanted] if exact else spacings(wanted)
        found = []
        for row, (texts, firsts) in enumerate(zip(self.texts, self.initials, strict=True)):
            looked = [text for f, ts in texts.items() if field in (None, f) for text in ts]
            hit = not wanted or any(way in text for text in looked for way in ways)
            if not hit and is_initials(wanted) and not exact:
                hit = any(wanted in text for f in ("title", "tag") if field in (None, f) for text in firsts[f])
                if field in (None, "body") and any(wanted in text for text in firsts["body"]):  # else they cannot be
                    hit = hit or any(long_initials(wanted, text) for text in texts["body"])
            if hit:
                found.append(row)
        return found


def searched(
    search: Search, layout: WeekParts, needle: str, field: str | None = None, *, exact: bool = False
) -> list[int]:
    return [*numbers_of(search.rows(needle, layout, field, exact=exact))]


def check(paths: Paths, search: Search, needles: list[str]) -> int:
    truth, layout = Truth(paths), layout_of(paths)
    hits = 0
    for number, needle in enumerate(needles):
        for field in (None, FIELDS[number % len(FIELDS)]):
            wanted = truth.rows(needle, field)
            assert searched(search, layout, needle, field) == wanted, (needle, field)
            hits += len(wanted)
            if is_initials(needle) or len(spacings(searchable(needle))) > 1:  # else it is the same
                exactly = truth.rows(needle, field, exact=True)
                assert searched(search, layout, needle, field, exact=True) == exactly, (needle, field)
    return hits


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "SCAN_BELOW", 1)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = home(tmp_path)
    put(found, "/one", *ENTRIES)
    put(found, "/two", *numbered(40), start="2023-07-02")
    put(found, "/three", *numbered(3, 35), *ENTRIES[1:3], start="2022-01-02")
    return found


@pytest.fixture
def search(paths: Paths) -> Search:
    return Search(paths.cache / "search.sqlite", paths.shards)


def test_the_scan_finds_what_a_look_finds(paths: Paths, search: Search) -> None:
    layout, truth = layout_of(paths), Truth(paths)
    for field in (None, *FIELDS):
        for needle in OWN_NEEDLES:
            assert searched(search, layout, needle, field) == truth.rows(needle, field), (needle, field)
    assert not search.update(layout_of(paths)) and not (paths.cache / "search.sqlite").exists()


def test_words_are_found_as_they_are_drawn(paths: Paths, search: Search) -> None:
    layout = layout_of(paths)
    for needle in ("wide language models", "read all of x_y", "앞의 두 단어 뒤의 <말>", "인용한 글", "점수 라마"):
        assert len(searched(search, layout, needle)) == 1, needle
    for needle in ("**wide", "*models", "<b>", "&lt;", "|--", "example/way"):
        assert searched(search, layout, needle) == [], needle


@pytest.mark.parametrize(("part", "own"), [(1, 200), (8, 0), (4096, 5), (4096, 200)])
def test_the_index_finds_what_a_look_finds(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch, part: int, own: int
) -> None:
    monkeypatch.setattr(search_build, "PART", part)
    monkeypatch.setattr(search_codes, "OWN", own)
    layout, truth = layout_of(paths), Truth(paths)
    seen: list[tuple[int, int]] = []
    assert search.update(layout, lambda done, weeks: seen.append((done, weeks)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    monkeypatch.setattr(search_module, "entry_texts", _unasked_for_words)
    for field in (None, *FIELDS):
        for needle in OWN_NEEDLES:
            if " " not in searchable(needle):
                assert searched(search, layout, needle, field) == truth.rows(needle, field), (needle, field)
    monkeypatch.undo()
    for field in (None, *FIELDS):
        for needle in OWN_NEEDLES:
            assert searched(search, layout, needle, field) == truth.rows(needle, field), (needle, field)
    assert not list(paths.cache.glob(".*.tmp"))


def test_in_steps_the_same_is_found_and_so_is_the_first_of_it(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_build, "PART", 8)
    monkeypatch.setattr(search_module, "_LOOKED_AT", 2)
    monkeypatch.setattr(search_module, "_LOOKS", 1)
    monkeypatch.setattr(search_module, "KEPT_ANSWERS", 1)
    monkeypatch.setattr(search_module, "_MOVES", 1)
    layout, truth = layout_of(paths), Truth(paths)
    assert search.update(layout[1:]), "one week is not in the index"
    steps = 0
    for number, needle in enumerate([*OWN_NEEDLES, "paper 1", "paper 2 모델", "가 1", "가 2"]):
        for field in (None, FIELDS[number % len(FIELDS)]):
            wanted, known = truth.rows(needle, field), []
            for reached in search.finding(needle, layout, field):
                steps += 1
                first = [*numbers_of(search.rows(needle, layout, field, below=reached))]
                assert first == [row for row in wanted if row < reached], (needle, field, reached)
                known.append(reached)
            assert known == sorted(known)
            with monkeypatch.context() as patch:
                patch.setattr(search, "_finding", None)  # it is at hand
                assert searched(search, layout, needle, field) == wanted, (needle, field)
    assert steps > 30


def test_what_was_begun_in_steps_is_gone_on_with_or_begun_anew(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_build, "PART", 8)
    for number in range(3):
        put(paths, f"/more {number}", *numbered(9, 200 + 9 * number), start=f"2021-0{number + 1}-01")
    layout, wanted = layout_of(paths), Truth(paths).rows("paper 2")
    search.update(layout)
    one, other = search.finding("paper 2", layout), search.finding("paper 2", layout)
    assert next(row for row in one if row) < next(other), "they are of one and the same work"
    assert searched(search, layout[1:], "paper 2") != wanted
    assert [*one] == [*other] == [], "another list was asked about meanwhile"
    assert searched(search, layout, "paper 2") == wanted
    steps = search.finding("paper 3", layout)
    next(steps)
    put(paths, "/one", *ENTRIES, *numbered(3, 80))
    changed = layout_of(paths)
    search.update(changed)
    assert searched(search, changed, "paper 4") == Truth(paths).rows("paper 4")
    assert [*steps] == [], "the index is another by now"
    assert searched(search, changed, "paper 3") == Truth(paths).rows("paper 3")


def test_a_word_is_looked_up_in_steps_between_which_others_are(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else is asked meanwhile; and nothing is left half read, which would keep others from writing."""
    monkeypatch.setattr(search_build, "PART", 8)
    for name in ("_ROWS", "_PLACES", "_CHUNK"):
        monkeypatch.setattr(search_index, name, 1)
    for number in range(3):
        put(paths, f"/more {number}", *numbered(9, 200 + 9 * number), start=f"2021-0{number + 1}-01")
    layout, truth = layout_of(paths), Truth(paths)
    search.update(layout)
    search.close()
    assert [*search.opening(layout)] and not [*search.opening(layout)]
    searched(search, layout, "paper")
    steps = 0
    for needle in ("odel", "델", "제안", "2301.0", "paper 2", "강화학습", "ㄱㅎㅎㅅ", "yang kevin"):
        for _ in search.finding(needle, layout):
            steps += 1
            for other in ("kevi", "erdo", f"{needle[:-1]}"):
                assert searched(search, layout, other) == truth.rows(other), other
            with sqlite3.connect(paths.search, timeout=0) as writer:
                writer.execute("BEGIN EXCLUSIVE")
                writer.rollback()
        assert searched(search, layout, needle) == truth.rows(needle), needle
    assert steps > 40


def test_no_step_makes_the_texts_of_a_whole_week(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(paths, "/new", *ENTRIES, *numbered(150, 200))
    layout, made = layout_of(paths), list[int]()

    def heard(documents: Sequence[StoredFields]) -> list[str]:
        made.append(len(documents))
        return entry_texts(documents)

    monkeypatch.setattr(search_module, "entry_texts", heard)
    most, done = 0, 0
    for _ in search.finding("paper 2", layout):
        most, done = max(most, sum(made) - done), sum(made)
    assert 0 < most <= 32 < done
    assert searched(search, layout, "paper 2") == Truth(paths).rows("paper 2")
    assert sum(made) == done == sum(part.entries for part in layout), "each is made once"
    search.close()
    made.clear()
    done = 0
    for _ in search.words(layout):
        assert sum(made) - done <= 32
        done = sum(made)
    assert done == sum(part.entries for part in layout)


def test_texts_at_hand_are_looked_through_in_steps_too(
    paths: Paths, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(paths, "/new", *numbered(90, 60))
    layout, looked = layout_of(paths), list[int]()
    searched(search, layout, "paper 1")
    monkeypatch.setattr(search_module, "_LOOKED_AT", 8)
    monkeypatch.setattr(search_module, "_LOOKS", 2)

    def heard(wanted: Sought, texts: Sequence[str], places: Sequence[int]) -> list[int]:
        looked.append(len(places))
        return matching_places(wanted, texts, places)

    monkeypatch.setattr(search_module, "matching_places", heard)
    steps = len([*search.finding("paper", layout)])
    assert max(looked) <= 16
    assert steps >= sum(looked) // 32 > 2
    assert searched(search, layout, "paper") == Truth(paths).rows("paper")


def test_every_spacing_is_found_and_no_other(tmp_path: Path, indexed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over texts and needles of few syllables, so that many meet: the index, the scan and a look say the same."""
    chance = random.Random(11)
    paths = home(tmp_path)

    def text(letters: int) -> str:
        return "".join(chance.choice("강화학습강화학습가나 ㄱ-a   ") for _ in range(letters)) + "."

    entries = [entry(f"{text(9)} {n}", arxiv=f"2301.{n:05d}", commentary=text(30), tags=[text(5)]) for n in range(100)]
    entries.append(entry("가 나 다 라 마 바 사 아 자", arxiv="2302.00001", commentary="강화 학\n습 가나다"))
    put(paths, "/one", *entries)
    needles = {text(chance.randint(2, 6)).strip(" .") for _ in range(200)}
    needles |= {initials(needle).replace(" ", "") for needle in needles}
    needles |= {"가나다라마바사아자", "나다라마바사", "강화학습가나다", "ㄱㅎㅎㅅㄱㄴㄷ"}
    asked = sorted(needles - {""})
    assert any(len(spacings(needle)) > 100 for needle in asked), "more than are looked up one after the other"
    scanning, indexing = (Search(paths.cache / name, paths.shards) for name in ("none", "search.sqlite"))
    assert indexing.update(layout_of(paths))
    monkeypatch.setattr(search_module, "KEPT_ANSWERS", 5)  # so that answers narrow others now and then
    assert check(paths, indexing, asked) > 200
    assert check(paths, scanning, asked) > 200


@given(st.text("강화학습 ㄱa.", max_size=12), st.text("강화학습a", min_size=1, max_size=6))
def test_a_text_holds_a_word_in_all_its_spacings(text: str, word: str) -> None:
    text = searchable(text)
    wanted = any(way in text for way in spacings(word))
    assert holds(text, word) == wanted == bool(spans(word, text))
    assert holds(text, word, exact=True) == (word in text) == bool(spans(word, text, exact=True))
    glued = re.sub("(?<=[가-힣]) (?=[가-힣])", "", text)
    if re.fullmatch("[가-힣]{3,}", word):
        assert wanted == (word in glued)


@given(st.text("강화학습 ㄱa.", max_size=14), st.text("ㄱㅎㅅ", min_size=1, max_size=5))
def test_initials_in_long_texts_begin_with_a_word(text: str, needle: str) -> None:
    text = searchable(text)
    found = at_words(needle)
    meant = long_initials(needle, text)
    assert (found is not None and found.search(text) is not None) == meant
    assert bool(spans(needle, text, by_initials=True, long=True)) == (meant or needle in text)


def test_what_follows_an_entry_without_a_body_keeps_its_fields(tmp_path: Path, indexed: None) -> None:
    paths = home(tmp_path)
    put(paths, "/one", entry("nothing to say", url="https://a.example/x"), start="2023-07-23")
    put(paths, "/two", entry("a phrase here", commentary="강화 학습", authors=["Sue Doe"]), start="2023-07-02")
    search = Search(paths.cache / "search.sqlite", paths.shards)
    assert search.update(layout_of(paths))
    for needle, field in (("phrase here", "title"), ("sue doe", "author"), ("강화학습", "body"), ("ㄱㅎㅎㅅ", "body")):
        assert searched(search, layout_of(paths), needle, field) == [1], (needle, field)


def _unasked_for_words(documents: object) -> list[str]:
    raise AssertionError("a word was looked for in the texts, though the index knows all about words")


def test_needles_mean_what_they_should(paths: Paths, search: Search) -> None:
    layout = layout_of(paths)
    first = {needle: searched(search, layout, needle)[:1] for needle in OWN_NEEDLES}
    assert first["RLHF기법"] == first["기법"] == first["rlhf"] == first["모델을"] == [0]
    assert first["gpt-4"] == first["h.io"] == [1]
    assert searched(search, layout, "ㄱㅎㅎㅅ")[:2] == searched(search, layout, "강화학습")[:2] == [0, 1]
    assert searched(search, layout, "ㄱㅎㅎㅅ", exact=True) == searched(search, layout, "강화학습", exact=True) == []
    assert searched(search, layout, "정렬")[0] == searched(search, layout, "erdos")[0] == 2
    assert searched(search, layout, "yang kevin") == [], "a phrase lies within one name"
    assert searched(search, layout, "zzz") == []
    with pytest.raises(ValueError, match="nowhere"):
        search.rows("a", layout, "nowhere")


def test_a_part_of_the_library_has_its_own_rows(paths: Paths, search: Search, indexed: None) -> None:
    layout = layout_of(paths)
    search.update(layout)
    last, whole = layout[-1:], Truth(paths)
    first = len(whole.texts) - last[0].entries
    assert searched(search, last, "모델") == [row - first for row in whole.rows("모델") if row >= first]
    back = layout[::-1]
    assert search.rows("모델", back).bit_count() == len(whole.rows("모델"))
    assert searched(search, (), "모델") == []


def test_edits_and_removals_are_taken_in(paths: Paths, search: Search, indexed: None) -> None:
    search.update(layout_of(paths))
    before = (paths.cache / "search.sqlite").stat().st_ino
    other = Search(paths.cache / "search.sqlite", paths.shards)  # another window, open all the while
    check(paths, other, ["모델"])
    put(paths, "/three", *numbered(2, 36), ENTRIES[4], entry("새로운 unheardof 논문"), start="2022-01-02")
    check(paths, search, OWN_NEEDLES)  # not yet taken in: scanned
    assert search.update(layout_of(paths)) and not search.update(layout_of(paths))
    assert (paths.cache / "search.sqlite").stat().st_ino == before
    check(paths, search, [*OWN_NEEDLES, "unheardof", "heardo", "새로운"])
    check(paths, other, [*OWN_NEEDLES, "unheardof", "heardo", "새로운"])
    (paths.shards / f"{layout_of(paths)[0].week}.json").unlink()
    check(paths, search, OWN_NEEDLES)
    assert search.update(layout_of(paths))
    check(paths, search, OWN_NEEDLES)


def test_what_many_updates_added_is_made_into_one_part(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_build, "SMALL_PARTS", 4)
    inodes = set()
    for number in range(12):
        put(paths, "/three", *numbered(3 + number % 3, number), start="2022-01-02")
        assert search.update(layout_of(paths))
        check(paths, search, ["모델", "01.0000", "paper 1", "가"])
        inodes.add((paths.cache / "search.sqlite").stat().st_ino)
    with sqlite3.connect(paths.cache / "search.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM parts").fetchone()[0] <= 4
        kept = "\n".join(words.decode() for (words,) in connection.execute("SELECT words FROM vocabulary")).split("\n")
        assert len(kept) == len({*kept}), "no word twice"
    assert len(inodes) == 1, "nothing else was made anew"


def test_other_processes_make_the_index_that_one_makes(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, also where they end in the midst of it; an update by them is one like any other."""
    monkeypatch.setattr(search_build, "PART", 2)
    monkeypatch.setattr(search_build, "processors", lambda: 2)
    layout, file = layout_of(paths), paths.cache / "search.sqlite"
    assert search.update(layout)
    alone = dumped(file)
    seen: list[tuple[int, int]] = []
    pools: list[Pool] = []

    def started(count: int) -> Pool:
        pools.append(Pool(count))
        return pools[-1]

    def killing(done: int, of: int) -> None:
        seen.append((done, of))
        if len(seen) == 4:
            os.kill(pools[1].pids[0], signal.SIGKILL)

    monkeypatch.setattr(search_build, "Pool", started)
    for _ in range(2):
        file.unlink()
        assert Search(file, paths.shards).update(layout, killing, beside=True)
        assert dumped(file) == alone
    assert (len(pools), seen) == (2, [(1, 3), (2, 3), (3, 3)] * 2)
    put(paths, "/three", *numbered(3, 1), start="2022-01-02")
    put(paths, "/four", *numbered(3, 2), start="2022-02-02")
    assert search.update(layout_of(paths), beside=True)
    check(paths, search, OWN_NEEDLES)


def test_other_processes_end_with_an_index_that_is_stopped(
    paths: Paths, search: Search, indexed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_build, "PART", 2)
    monkeypatch.setattr(search_build, "processors", lambda: 2)
    there: list[int] = []

    def started(count: int) -> Pool:
        pool = Pool(count)
        there.extend(pool.pids)
        return pool

    monkeypatch.setattr(search_build, "Pool", started)
    with pytest.raises(Stopped):
        search.update(layout_of(paths), stop=lambda: bool(there), beside=True)
    assert not list(paths.cache.iterdir())
    assert len(there) == 2
    for pid in there:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


NUMBERS = st.integers(0, 1100).map(str) | st.tuples(st.integers(10, 11), st.integers(0, 99)).map(
    lambda parts: f"{parts[0]}01.{parts[1]:05}"
)


@given(
    st.lists(
        st.tuples(
            st.text("ab1.가나 ", max_size=14) | st.lists(NUMBERS, max_size=3).map(" ".join),
            st.lists(st.text("a1 다", max_size=4), max_size=3),
        ),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=examples(25))
def test_a_part_has_every_word_and_every_ready_part_of_one(told: list[tuple[str, list[str]]]) -> None:
    """Also of words that many entries have, and of numbers, whose sets are made in other ways."""
    documents: list[StoredFields] = [
        {"key": f"text:{n}", "title": "모델", "tags": tags, "commentary": text} for n, (text, tags) in enumerate(told)
    ]
    with pytest.MonkeyPatch.context() as few:
        few.setattr(search_parts, "_SEVERAL", 3)
        few.setattr(search_parts, "_LISTED", 5)
        few.setattr(search_parts, "_MANY", 10)
        made = search_parts.rows_of(["2023-W30"], lambda week: documents)
    for number, of in (
        (FIELDS.index("body"), [text for text, _ in told]),
        (FIELDS.index("tag"), [" ".join(tags) for _, tags in told]),
    ):
        words = [{*text.split()} for text in of]
        held = {word: {n for n, found in enumerate(words) if word in found} for word in set().union(*words)}
        parts: dict[str, set[int]] = {}
        for word, entries in held.items():
            for first in range(len(word)):
                for part in (word[first : first + length] for length in (1, 2, 3)):
                    if is_ready(part):
                        parts.setdefault(part, set()).update(entries)
            for part in beginnings(word):
                parts.setdefault(part, set()).update(entries)
        for wanted, standing in ((held, made.words[number]), (parts, made.grams[number])):
            names = standing.words.split(" ") if standing.words else []
            assert names == sorted(wanted)
            assert [{*numbers_of(unpack(each))} for each in standing.entries] == [wanted[name] for name in names]


FEW_WORDS = st.lists(st.sampled_from("a b ab ba c 가 나 가나 x1".split()), max_size=9).map(" ".join)


@given(
    told=st.lists(st.tuples(FEW_WORDS, FEW_WORDS, st.lists(FEW_WORDS, max_size=2)), min_size=1, max_size=12),
    needles=st.lists(st.lists(st.sampled_from("a b ab 가 나".split()), min_size=2, max_size=4), min_size=1, max_size=6),
    own=st.sampled_from([0, 2, 200]),
    shared=st.sampled_from([1, 53]),
)
@settings(max_examples=examples(60))
def test_a_phrase_is_found_in_codes_as_in_texts(
    told: list[tuple[str, str, list[str]]], needles: list[list[str]], own: int, shared: int
) -> None:
    """Whichever words have a code of their own, and however many share one."""
    documents: list[StoredFields] = [
        {"key": f"text:{n}", "title": title, "authors": authors, "commentary": text}
        for n, (title, text, authors) in enumerate(told)
    ]
    with pytest.MonkeyPatch.context() as few:
        few.setattr(search_codes, "OWN", own)
        few.setattr(search_codes, "_LEARNED_OF", 2)
        few.setattr(search_codes, "_SHARED", shared)
        made = search_parts.rows_of(["2023-W30"], lambda week: documents).codes
        codes, coded = search_codes.codes_of(made.own), search_codes.entries_of(made.starts, made.entries)
        texts = entry_texts(documents)
        words = {word for text in texts for word in text.split()}
        for first, *between, last in needles:
            begin = {word for word in words if word.endswith(first)}
            end = {word for word in words if word.startswith(last)}
            phrase = search_codes.CodedPhrase(codes, begin, between, end)
            for numbers in (None, [0], [FIELDS.index("body"), 1]):
                needle = " ".join([first, *between, last])
                within = range(len(FIELDS)) if numbers is None else numbers
                really = {n for n, text in enumerate(texts) if any(needle in text.split("\0")[of] for of in within)}
                certain = {*numbers_of(phrase.certain(coded, numbers))}
                some = range(0, len(texts), 2)
                assert {*numbers_of(phrase.certain(coded, numbers, some))} == certain.intersection(some)
                assert certain <= really <= {*numbers_of(phrase.possible(coded, range(len(texts))))}
                if {*codes} >= {*begin, *between, *end}:
                    assert certain == really


def dumped(file: Path) -> list[str]:
    """All that an index holds."""
    with closing(sqlite3.connect(file)) as connection:
        return sorted(connection.iterdump())


@pytest.mark.parametrize("kind", ["empty", "text", "foreign", "older", "cut", "scrambled", "folder"])
def test_a_damaged_or_foreign_index_is_made_anew(paths: Paths, search: Search, indexed: None, kind: str) -> None:
    file, layout = paths.cache / "search.sqlite", layout_of(paths)
    search.update(layout)
    check(paths, search, ["모델"])
    whole = file.read_bytes()
    if kind in ("empty", "text", "cut"):
        file.write_bytes({"empty": b"", "text": b"no database", "cut": whole[: len(whole) // 2]}[kind])
    elif kind == "scrambled":
        file.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
    elif kind == "folder":
        file.unlink()
        (file / "x").mkdir(parents=True)
    else:
        file.unlink()
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE facts (name TEXT, value)")
            connection.execute("INSERT INTO facts VALUES ('version', ?)", (0 if kind == "older" else 1,))
    for asking in (search, Search(file, paths.shards)):
        check(paths, asking, OWN_NEEDLES)
        assert asking.update(layout) or asking is not search
        check(paths, asking, OWN_NEEDLES)


@pytest.mark.parametrize("number", [1 << 24, 1 << 40, (1 << 63) - 1, -1])
def test_a_number_that_no_entry_has_takes_no_memory(paths: Paths, search: Search, indexed: None, number: int) -> None:
    """A turned bit in how a number is stored makes one like that; a set of it would take gigabytes, or end the app."""
    search.update(layout_of(paths))
    for table in ("words", "grams"):
        with closing(sqlite3.connect(paths.search)) as connection:
            connection.execute(f"UPDATE {table} SET entries = {number} WHERE typeof(entries) = 'integer'")
            connection.commit()
        check(
            paths,
            Search(paths.search, paths.shards),
            ["2307.12950", "07.12", "보상 모델", "n from c", "모델을", "f", "γ-"],
        )


def test_a_build_that_is_stopped_leaves_nothing(paths: Paths, search: Search, indexed: None) -> None:
    for when in range(3):
        with pytest.raises(Stopped):
            search.update(layout_of(paths), stop=iter([False] * when + [True]).__next__)
        assert list(paths.cache.iterdir()) == [] if paths.cache.is_dir() else True
    search.update(layout_of(paths))
    put(paths, "/three", *numbered(2), start="2022-01-02")
    before = (paths.cache / "search.sqlite").read_bytes()
    with pytest.raises(Stopped):
        search.update(layout_of(paths), stop=lambda: True)
    assert (paths.cache / "search.sqlite").read_bytes() == before
    check(paths, search, OWN_NEEDLES)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here: a killed update was NOT tried")
def test_an_update_that_is_killed_costs_nothing(paths: Paths, search: Search, indexed: None) -> None:
    search.update(layout_of(paths))
    search.close()
    put(paths, "/three", *numbered(2), start="2022-01-02")
    child = os.fork()
    if not child:
        search.update(layout_of(paths), lambda *_: os._exit(7))  # written, and not yet committed
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    check(paths, search, OWN_NEEDLES)
    assert search.update(layout_of(paths))
    check(paths, search, OWN_NEEDLES)
    journal = paths.cache / "search.sqlite-journal"
    journal.write_bytes(b"left by somebody")
    (paths.cache / "search.sqlite").write_bytes(b"damaged")
    assert search.update(layout_of(paths)) and not journal.exists()
    check(paths, search, OWN_NEEDLES)


def test_a_query_nobody_waits_for_ends(paths: Paths, search: Search) -> None:
    with pytest.raises(Stopped):
        search.rows("모델", layout_of(paths), stop=lambda: True)
    check(paths, search, ["모델"])


def test_a_cache_that_cannot_be_written(paths: Paths, search: Search, indexed: None) -> None:
    paths.cache.parent.mkdir(exist_ok=True)
    paths.cache.write_text("a file where the folder should be")  # even root cannot write there
    check(paths, search, OWN_NEEDLES)
    assert search.update(layout_of(paths))
    assert search.ready(layout_of(paths)) and not search.update(layout_of(paths))
    check(paths, search, OWN_NEEDLES)


def test_a_week_that_cannot_be_read_is_passed_over(paths: Paths, search: Search, indexed: None) -> None:
    layout = layout_of(paths)
    (paths.shards / f"{layout[1].week}.json").write_bytes(b"{")
    rows = searched(search, layout, "모델")
    assert rows and all(row < layout[0].entries or row >= layout[0].entries + layout[1].entries for row in rows)
    search.update(layout)
    assert searched(search, layout, "모델") == rows


def build_here(paths: Paths, start: Callable[[], object]) -> None:
    search_module.SCAN_BELOW = 1
    start()
    for _ in range(5):
        (paths.cache / "search.sqlite").unlink(missing_ok=True)
        Search(paths.cache / "search.sqlite", paths.shards).update(layout_of(paths))


def test_two_processes_build_at_once(paths: Paths, search: Search, indexed: None) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    builders = [context.Process(target=build_here, args=(paths, barrier.wait)) for _ in range(2)]
    for each in builders:
        each.start()
    barrier.wait(600)  # on a busy machine an interpreter may take a minute to begin
    while any(each.is_alive() for each in builders):
        check(paths, search, ["모델", "paper 1", "att"])
    for each in builders:
        each.join()
        assert each.exitcode == 0
    check(paths, search, OWN_NEEDLES)
    assert [file.name for file in paths.cache.iterdir()] == ["search.sqlite"]


def test_searches_and_updates_from_many_threads(paths: Paths, search: Search, indexed: None) -> None:
    layout, truth = layout_of(paths), Truth(paths)
    wrong: list[object] = []

    def ask(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            needle = chance.choice(OWN_NEEDLES)
            if searched(search, layout, needle) != truth.rows(needle):
                wrong.append(needle)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    search.update(layout)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_nothing_is_loaded_before_the_first_search() -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom tui_digest.store.search import Search\n"
        "Search(Path('nowhere'), Path('nowhere'))\nassert 'sqlite3' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


@given(st.sets(st.integers(0, 3000)) | st.integers(0, 1200).map(lambda last: set(range(last))), st.data())
def test_a_set_is_a_list(numbers: set[int], data: st.DataObject) -> None:
    found, expected = RowSet(bits_of(numbers)), sorted(numbers)
    assert len(found) == len(expected)
    assert [*found] == expected
    assert [found[index] for index in range(len(found))] == expected
    at = data.draw(st.integers(-5, 3005))
    assert (at in found) == (at in numbers)
    assert found.place_of(at) == (expected.index(at) if at in numbers else None)
    piece = data.draw(st.slices(len(expected)))
    assert [*found[piece]] == expected[piece]
    assert flags_of(found.bits, 3100) == bytes(number in numbers for number in range(3100))
    assert bits_from(number in numbers for number in range(3001)) == found.bits


@given(st.sets(st.integers(0, 3000)), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 2**70)), max_size=6))
@settings(max_examples=examples(50))
def test_a_set_is_made_up_of_parts(numbers: set[int], parts: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tui_digest.store.bits._GATHERED", 7)
        assert at_once(gathering(sorted(numbers))) == bits_of(numbers)
    found, expected = RowBits(500), 0
    for start, bits in parts:
        found.add(start, bits)
        expected |= bits << start
    assert found.bits == expected


@pytest.mark.parametrize("numbers", [[0], [5], [0, 4095], list(range(100)), [65535], list(range(0, 4096, 9))])
def test_sets_survive_packing(numbers: list[int]) -> None:
    bits = bits_of(numbers)
    assert [*numbers_of(bits)] == numbers
    assert unpack(pack(numbers, bits_of(numbers))) == unpack(pack_bits(bits)) == bits


# -- real documents ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: equality with the scan was checked on our own few texts ONLY")
    paths = home(tmp_path_factory.mktemp("corpus"))
    library = Library.open(paths, starters=False)
    library.imports.from_paths([SHARED / "corpus" / "notes", SHARED / "corpus" / "weekly"])
    library.close()
    return paths


def drawn(paths: Paths, count: int) -> list[str]:
    """Needles as they stand in the texts: syllables, words with particles, parts of words, mixed ones, phrases."""
    chance = random.Random(7)
    texts = ["\n".join(t for ts in told(d).values() for t in ts if t) for d in chance.sample(documents_of(paths), 400)]
    needles: set[str] = set()
    while len(needles) < count:
        words = chance.choice(texts).split()
        at = chance.randrange(len(words))
        word = words[at]
        start = chance.randrange(len(word))
        kind = chance.randrange(5)
        if kind == 0:
            needles.add(word[start : start + chance.randint(1, 4)])
        elif kind == 1:
            needles.add(word)
        elif kind == 2:
            needles.add(word[: chance.randint(1, len(word))])
        elif kind == 3:
            needles.add(" ".join(words[at : at + chance.randint(2, 3)])[start:])
        else:
            needles.add("".join(initials(searchable(word)).split())[:3] or word.upper())
    return sorted(needles)


def test_the_index_equals_a_look_at_every_text_of_the_corpus(
    corpus: Paths, indexed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(search_build, "PART", 700)
    search = Search(tmp_path / "search.sqlite", corpus.shards)
    needles = drawn(corpus, 150) + [unicodedata.normalize("NFD", word) for word in ("모델을", "학습", "é")]
    needles += [
        "모델",
        "을",
        "RLHF",
        "GPT-4",
        "C++",
        "γ",
        "k-means",
        "2307",
        "2307.12950",
        "[/]",
        "a",
        "1",
        ".",
        "ㄱㅎㅎㅅ",
    ]
    assert search.update(layout_of(corpus))
    assert check(corpus, search, needles) > 300


def test_the_scan_equals_a_look_at_every_text_of_the_corpus(corpus: Paths, tmp_path: Path) -> None:
    search = Search(tmp_path / "search.sqlite", corpus.shards)
    assert check(corpus, search, drawn(corpus, 50)) > 40


def test_what_comes_into_a_library_with_an_index_is_indexed_along_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few papers its entries are about; and before there is one, where so many entries come in."""
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 4)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    library = Library.open(home(tmp_path / "home"), starters=False)
    begun = []
    for months in ((1, 2), (3,), (4, 5), (6,)):
        files = []
        for month in months:
            text = f"2023년 {month}월 3주차\nhttps://arxiv.org/abs/2301.00001\nOne Paper (A B)\n"
            files.append(tmp_path / f"{month}.txt")
            files[-1].write_text(text, "utf-8")
        library.imports.from_paths(files, indexing=True)
        begun.append(library.imports.index_ahead is not None)
        if library.imports.index_ahead is not None:
            library.imports.index_ahead.drop()
        if (work := library.lists.index_work()) is not None:
            work(lambda done, weeks: None, lambda: False)
    assert begun == [False, False, True, True]


def test_papers_told_often_are_searched_whole(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A library of many entries about few papers has an index, too; the command line makes one that is missing, and
    says so where it cannot."""
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 3)
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 2)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    for month in (5, 6, 7):
        text = f"2023년 {month}월 3주차\nhttps://arxiv.org/abs/2301.00001\nOne Paper (A B)\n무지개 {month} words\n"
        (tmp_path / f"{month}.txt").write_text(text, "utf-8")
    assert main(["import", str(tmp_path)]) == 0
    cache = locate().search
    assert cache.exists(), "three entries of one paper"

    def found(*args: str) -> int:
        capsys.readouterr()
        assert main([*args, "--json"]) == 0
        return len(json.loads(capsys.readouterr().out)["entries"])

    assert found("list", "--filter", "무지개") == 3
    cache.unlink()
    assert found("search", "무지개") == 3 and cache.exists()
    locale_c = "무지개".encode().decode("ascii", "surrogateescape")  # as an argument comes in with LC_ALL=C
    assert found("search", locale_c) == found("list", "--filter", locale_c) == 3
    week = "5월 3주차".encode().decode("ascii", "surrogateescape")
    assert found("list", "--week", week) == 1
    cache.unlink()
    monkeypatch.setattr("tui_digest.store.search.Search.update", lambda *_, **__: False)
    assert main(["list", "--filter", "무지개", "--week", "2023-W20"]) == 0
    assert "2301.00001" in capsys.readouterr().out, "a week is few texts"
    assert main(["list", "--filter", "무지개"]) == 0
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("The search index could not be made")


def test_a_week_of_many_entries_is_searched_whole(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who asks about one week only, which is large by itself, has the index made as well."""
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 3)
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 2)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    papers = [f"https://arxiv.org/abs/2301.0000{n}\nPaper number {n} (A B)\n무지개 {n} words\n" for n in range(3)]
    (tmp_path / "week.txt").write_text("\n".join(["2023년 5월 3주차", *papers]), "utf-8")
    assert main(["import", str(tmp_path)]) == 0
    asked = ["list", "--filter", "무지개", "--week", "2023-W20", "--json"]
    for there in (True, False):
        if not there:
            locate().search.unlink()
        capsys.readouterr()
        assert main(asked) == 0
        assert len(json.loads(capsys.readouterr().out)["entries"]) == 3
    locate().search.unlink()
    monkeypatch.setattr("tui_digest.store.search.Search.update", lambda *_, **__: False)
    assert main(asked) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["entries"] == [] and said.err.startswith("The search index could not be made")
