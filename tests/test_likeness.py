"""What papers have in common is what a plain look at all of them says; and the file of it is the one or none."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import digest, entry, home, incoming
from tests.tried import examples
from tui_digest.cli import main
from tui_digest.errors import DigestError
from tui_digest.library import Library
from tui_digest.models import Entry, Sighting
from tui_digest.paths import Paths
from tui_digest.store import likeness
from tui_digest.store.importing import Import
from tui_digest.store.shards import Shards
from tui_digest.text.topic_words import halves, topic, topic_words

SPEECH = ["speech", "vocoder", "spectrogram"]
ENTRIES = [
    entry("Vocoders for speech", arxiv="2301.00001", tags=["speech"], abstract="A vocoder of spectrograms."),
    entry("Neural spectrograms", arxiv="2301.00002", tags=["speech"], commentary="음성 합성 vocoder의 성능"),
    entry("Talking machines", arxiv="2301.00003", commentary="음성합성을 다시 본다"),
    entry("Proteins", arxiv="2301.00004", tags=["biology"], abstract="Folding of a protein."),
    entry("Folding again", arxiv="2301.00005", tags=["biology"], abstract="The folding of proteins."),
    entry("Lonely", arxiv="2301.00006", abstract="xylophone"),
]
KOREAN = entry("Proteins", arxiv="2301.00004", commentary="단백질 접힘과 spectrogram")


def put(paths: Paths, path: str, *entries: Entry, start: str = "2023-07-23") -> None:
    Import(paths, Shards(paths.shards, None), []).run([incoming(path, digest(*entries, start=start))])


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = home(tmp_path)
    put(found, "/one", *ENTRIES)
    put(found, "/two", KOREAN, start="2023-07-02")
    return found


@pytest.fixture
def library(paths: Paths) -> Library:
    return Library.open(paths, starters=False)


# -- the definition, said once more in the plainest way ---------------------------------------------------------------


def vectors(library: Library) -> dict[str, dict[str, int]]:
    """The words of every paper with their shares."""
    times: dict[str, Counter[str]] = {}
    for sighting in library.lists.all_sightings():
        times.setdefault(sighting.key, Counter()).update(counts(sighting))
    alone = Counter(word for sighting in library.lists.all_sightings() for word in counts(sighting))
    for paper in times.values():
        for word, n in [*paper.items()]:
            ways = [way for way in halves(word) if all(half in alone for half in way)]
            if ways:
                best = max(min(alone[half] for half in way) for way in ways)
                paper.update(dict.fromkeys(next(w for w in ways if min(alone[h] for h in w) == best), n))
    having = Counter(word for paper in times.values() for word in paper)
    most = max(20, len(times) // 10)
    return {key: shares(paper, having, len(times), most) for key, paper in times.items()}


def counts(sighting: Sighting) -> Counter[str]:
    said = sighting.entry
    body = " ".join(text.lower() for text in (said.abstract, said.commentary) if text)
    found = Counter(topic_words(body))
    for text in (sighting.display_title, *said.tags):
        for word in topic_words(text.lower()):
            found[word] += 3
    for tag in said.tags:
        found[f"#{tag.lower()}"] += 3
    return found


def shares(paper: Counter[str], having: Counter[str], papers: int, most: int) -> dict[str, int]:
    weights = {
        word: (1 + math.log(n)) * math.log(papers / having[word])
        for word, n in paper.items()
        if 2 <= having[word] <= most and having[word] < papers
    }
    kept = sorted(weights.items(), key=lambda each: (-each[1], each[0]))[: likeness.WORDS]
    length = math.sqrt(math.fsum(weight * weight for _, weight in kept))
    return {word: max(1, round(255 * weight / length)) for word, weight in kept}


def ranked(scores: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(((key, score) for key, score in scores.items() if score), key=lambda each: -each[1])


def check(library: Library, stars: list[str]) -> None:
    known = vectors(library)
    for key, vector in known.items():
        scores = {
            other: sum(share * words.get(word, 0) for word, share in vector.items())
            for other, words in known.items()
            if other != key
        }
        found = library.likenesses.similar(key, 1000)
        assert [(each.paper, each.likeness) for each in found] == ranked(scores)
        assert all(set(each.words) <= vector.keys() & known[each.paper].keys() for each in found)
    if not stars:
        return
    total = Counter[str]()
    for key in stars:
        total.update(known[key])
    profile = dict(sorted(total.items(), key=lambda each: (-each[1], each[0]))[: likeness.PROFILE])
    scores = {
        key: sum(share * profile.get(word, 0) for word, share in words.items())
        for key, words in known.items()
        if key not in stars and not library.marks.of(key).read
    }
    found = library.likenesses.next(1000)
    assert [(each.paper, each.likeness) for each in found] == ranked(scores)
    for each in found:
        near = {star: sum(n * known[star].get(word, 0) for word, n in known[each.paper].items()) for star in stars}
        assert each.star == min(near, key=lambda star: (-near[star], star))


def test_the_file_says_what_a_plain_look_says(library: Library) -> None:
    library.marks.star(["arxiv:2301.00001", "arxiv:2301.00005"], True)
    library.marks.mark_read(["arxiv:2301.00003"], True)
    check(library, ["arxiv:2301.00001", "arxiv:2301.00005"])


WORDS = "ab cd ef gh 강화 학습을 강화학습 모델 x1 models of".split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(["", "ab", "강화_학습"])), min_size=1, max_size=12), st.data())
@settings(max_examples=examples(25))
def test_it_does_for_any_papers(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    paths = home(tmp_path_factory.mktemp("any"))
    made = [
        entry(title or "-", arxiv=f"2301.{n % 9:05d}", commentary=body or None, tags=[tag] if tag else [])
        for n, (title, body, tag) in enumerate(texts)
    ]
    put(paths, "/one", *made[:9])
    put(paths, "/two", *made[9:], start="2023-07-02")
    library = Library.open(paths, starters=False)
    keys = sorted({f"arxiv:2301.{n % 9:05d}" for n in range(len(texts))})
    stars = data.draw(st.lists(st.sampled_from(keys), unique=True))
    library.marks.star(stars, True)
    check(library, stars)


# -- what it is for ---------------------------------------------------------------------------------------------------


def test_the_nearest_come_first_with_what_decided(library: Library) -> None:
    found = library.likenesses.similar("arxiv:2301.00001")
    assert found[0].paper == "arxiv:2301.00002"
    assert set(found[0].words) >= {"#speech", "vocoder", "spectrogram"}
    assert "arxiv:2301.00006" not in [each.paper for each in found]
    assert library.likenesses.similar("arxiv:2301.00006") == []
    assert library.likenesses.similar("no such paper") == []


def test_korean_meets_korean_in_any_spacing_and_english_through_one_paper(library: Library) -> None:
    assert library.likenesses.similar("arxiv:2301.00003")[0].words == ("음성", "합성")
    mentions = library.likenesses.similar("arxiv:2301.00004")
    assert {"arxiv:2301.00005", "arxiv:2301.00001"} <= {each.paper for each in mentions}, "both texts are one paper's"


def test_next_is_unread_and_near_to_a_star(library: Library) -> None:
    with pytest.raises(DigestError, match=r"next\.no_stars"):
        library.likenesses.next()
    library.marks.star(["arxiv:2301.00005"], True)
    (first, *_) = library.likenesses.next()
    assert (first.paper, first.star) == ("arxiv:2301.00004", "arxiv:2301.00005")
    assert "folding" in first.words or "#biology" in first.words
    library.marks.mark_read(["arxiv:2301.00004"], True)
    assert "arxiv:2301.00004" not in [each.paper for each in library.likenesses.next()]
    assert len(library.likenesses.next(1)) <= 1


def test_words_are_told_without_their_endings() -> None:
    assert topic_words("models of the policies, 강화학습을 있는 데이터의") == ["model", "policy", "강화학습", "데이터"]
    assert [topic(word) for word in ("the", "a", "2023", "loss", "gpt4")] == ["", "", "", "loss", "gpt4"]
    assert halves("강화학습") == [("강화", "학습")] and halves("speech") == [] and halves("학습") == []


# -- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_kept_and_follows_the_library(library: Library, paths: Paths) -> None:
    assert not library.likenesses.ready()
    before = library.likenesses.similar("arxiv:2301.00001")
    assert paths.likeness.stat().st_mode & 0o077 == 0
    other = Library.open(paths, starters=False)
    assert other.likenesses.ready() and other.likenesses.load()
    assert other.likenesses.similar("arxiv:2301.00001") == before
    put(paths, "/three", entry("More vocoders of speech", arxiv="2301.00009"), start="2023-06-04")
    again = Library.open(paths, starters=False)
    assert not again.likenesses.ready() and not again.likenesses.load()
    assert "arxiv:2301.00009" in [each.paper for each in again.likenesses.similar("arxiv:2301.00001")]
    assert again.likenesses.ready()


@pytest.mark.parametrize("kind", ["empty", "text", "cut", "flipped", "folder", "header"])
def test_a_wrong_file_is_made_anew(library: Library, paths: Paths, kind: str) -> None:
    wanted = library.likenesses.similar("arxiv:2301.00001")
    whole = paths.likeness.read_bytes()
    if kind == "folder":
        paths.likeness.unlink()
        (paths.likeness / "x").mkdir(parents=True)
    else:
        middle = len(whole) * 3 // 4
        damaged = {
            "empty": b"",
            "text": b"no likeness",
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :],
            "header": whole.replace(b'"crc":', b'"crx":'),
        }
        paths.likeness.write_bytes(damaged[kind])
    other = Library.open(paths, starters=False)
    assert not other.likenesses.load()
    assert other.likenesses.similar("arxiv:2301.00001") == wanted


def test_the_commands_print_them(
    library: Library, paths: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_DIGEST_HOME", str(paths.data.parent))
    assert main(["next"]) == 1
    assert "Star a few papers first" in capsys.readouterr().err
    assert main(["star", "2301.00005"]) == 0
    capsys.readouterr()
    assert main(["next", "--limit", "1"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"arxiv:2301.00004  Proteins\n +\S.*★ Folding again\n", out)
    assert main(["similar", "2301.00001", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["key"] for each in found["entries"]] == [each["key"] for each in found["reasons"]]
    assert found["reasons"][0]["key"] == "arxiv:2301.00002" and found["reasons"][0]["star"] is None
    assert main(["similar", "2301.00006"]) == 0
    assert capsys.readouterr() == ("", "No other paper shares a distinctive word with this one\n")
