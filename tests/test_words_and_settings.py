"""Sentences, dates, settings, the filter language, the keymap: the small pure rooms."""

from __future__ import annotations

import errno
import json
import os
import re
import unicodedata
from datetime import date
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest import i18n
from tui_digest.i18n import Translator, language
from tui_digest.models import Week
from tui_digest.settings import config
from tui_digest.text import particles
from tui_digest.text.system_reasons import reason_id
from tui_digest.tui.keymap import KEYS, KeyReader, screens_of, settled, with_overrides
from tui_digest.tui.keynames import nearest, shown, spelled

ENGLISH, KOREAN = Translator("en"), Translator("ko")


def catalogue(lang: str) -> dict[str, str]:
    path = Path(particles.__file__).parents[1] / "locale" / f"{lang}.json"
    sentences: dict[str, str] = json.loads(path.read_text("utf-8"))
    return sentences


def test_language_follows_the_locale() -> None:
    assert language({"LANG": "ko_KR.UTF-8"}) == "ko"
    assert language({"LC_ALL": "en_US", "LANG": "ko_KR"}) == "en"
    assert language({}) == "en"


def test_one_is_singular_also_as_a_string() -> None:
    assert ENGLISH("title.papers", n=1) == "1 paper"
    assert ENGLISH("title.papers", n="1") == "1 paper"
    assert ENGLISH("title.papers", n=2) == "2 papers"


_NEVER_ONE = (
    "arrange.text", "box.cut", "correct.several", "tags.several",
    "doctor.backup.", "doctor.colours.", "doctor.tmux.escape",
)  # fmt: skip
"""Beginnings of the ids of sentences whose number is that of cells, days, colours or milliseconds, or two at least."""


def test_one_of_a_thing_is_not_called_several() -> None:
    sentences = orjson.loads((Path(i18n.__file__).parent / "locale" / "en.json").read_bytes())
    several = [id_ for id_, text in sentences.items() if re.search(r"\{n\} [a-z]+s\b", text)]
    assert len(several) > 50
    lacking = [id_ for id_ in several if f"{id_}.one" not in sentences and not id_.endswith(".one")]
    assert [id_ for id_ in lacking if not id_.startswith(_NEVER_ONE)] == []


def test_an_unknown_id_and_a_missing_detail_hide_nothing() -> None:
    assert "no.such" in ENGLISH("no.such", path="x")
    assert "{path}" in ENGLISH("source.binary")


@pytest.mark.parametrize(
    ("word", "with_one"),
    [
        *(("메모", False), ("별표", False), ("목록", True), ("/data/논문", True), ("태그", False)),
        *(("W30", True), ("2024", False), ("17", True), ("100", True), ("5", False)),
        *(("config.toml", True), ("marks.json", True), ("a.md", False), ("library.zip)", True), ("HTML", True)),
        *(("git", True), ("feedback", True), ("notebook", True), ("check", False), ("list", False), ("reader", False)),
        *(("PDF", False), ("week-line", True), ("feeds.opml", True), ("“Paper”", False), ("kitty", False)),
    ],
)
def test_particles_follow_how_a_word_is_read(word: str, with_one: bool) -> None:
    said = KOREAN("store.readonly", path=word)
    assert said.startswith(f"{word}{'은' if with_one else '는'} 읽기 전용"), said


def test_particles_of_words_in_two_forms() -> None:
    assert particles.ends_in_consonant(unicodedata.normalize("NFD", "논문")) is True
    assert KOREAN("doctor.clipboard.native", way="xclip").startswith("복사한 텍스트는 xclip으로 ")
    assert KOREAN("doctor.clipboard.native", way="wl-copy").startswith("복사한 텍스트는 wl-copy로 ")
    assert KOREAN("view.renamed", tag="가", name="요즘 글") == "가 보기의 이름을 요즘 글로 바꿨습니다"
    assert KOREAN("view.renamed", tag="가", name="7") == "가 보기의 이름을 7로 바꿨습니다"
    assert KOREAN("view.unknown", name="읽을 것").startswith("'읽을 것'이라는 ")
    assert KOREAN("view.unknown", name="메모").startswith("'메모'라는 ")
    assert KOREAN("store.readonly", path="a🙂") == "a🙂은(는) 읽기 전용이라 쓸 수 없습니다. 바뀐 것은 없습니다."
    assert KOREAN("store.gone", title="가(이)라는 을(를)").startswith('"가(이)라는 을(를)"'), "text is left as it is"


def test_every_particle_of_the_catalogue_is_one_that_is_chosen() -> None:
    for id_, sentence in catalogue("ko").items():
        places = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "글")
        assert not re.search(r"\((?:은|는|이|가|을|를|와|과|으)\)", particles.with_particles(sentence, places)), id_


ROOT = Path(__file__).parents[1]
_STRANGERS = re.compile(
    r"노트(?!북)|(?<![가-힣])리더|글쇠|낱말|쌍점|질의|까닭|들이[기는]|물렸|[한반] ?쪽|[^가-힣]별(?:[을은만, ]|$)|켜짐"
    r"|꺼짐|라이브러리|저널|해설|안 읽음만|돌아(?:옵니다|왔습니다)|알아서|저절로"
)
"""Words that were said in two ways, and what things cannot do (a digest that comes back); one way stands."""


def test_korean_uses_one_word_for_one_thing() -> None:
    """In sentences as in labels."""
    assert {i: said for i, said in catalogue("ko").items() if _STRANGERS.search(said)} == {}
    assert [i for i, said in catalogue("ko").items() if "Markdown" in said] == []


@pytest.mark.parametrize(
    "page",
    [
        "README.ko.md",
        "docs/guide.ko.md",
        "docs/reference.ko.md",
        "docs/keys.md",
        "docs/commands.md",
        "seeds/ko/2024-03-09.txt",
    ],
)
def test_pages_and_starters_use_the_words_of_the_screen(page: str) -> None:
    said = (ROOT / page).read_text("utf-8")
    korean = [line for line in said.splitlines() if re.search("[가-힣]", line)]
    assert korean
    people = re.compile("돌아옵니다")  # a digest does not come back, who reads does
    assert [line for line in korean if _STRANGERS.search(people.sub("", line))] == []
    assert [line for line in korean if re.search("십시오|셨습니", line)] == []


def test_no_particle_is_written_behind_a_place_as_if_its_word_were_known() -> None:
    """`{path}를` is wrong for every path that ends in a consonant: `{path}을(를)` asks the word."""
    fixed = re.compile(r"\}[”\"'`’]*(?:을|를|은|는|이|가|과|와|으로|로|이라는|라는|이나|나)(?=[ .,:]|$)")
    assert {i: said for i, said in catalogue("ko").items() if fixed.search(said)} == {}


def test_korean_is_set_as_korean_is() -> None:
    """A bracket stands at its word (목록(YAML)), a unit at its number (10MB); headings of files keep their blank."""
    loose = re.compile(r"[가-힣] \((?!이\)|으\))|(?:\}|\d) (?:[KMG]i?B|ms)\b")
    assert {i: said for i, said in catalogue("ko").items() if loose.search(said) and ".heading" not in i} == {}


def test_korean_sentences_are_polite_and_in_one_tone() -> None:
    """합니다체, or a noun; never 해요체 but in the questions that suggest a word, one honorific, no semicolons."""
    stray = re.compile(r"(?:[가-힣](?:어요|아요|해요|세여|한다|는다|이다)(?:[.!]|$))|십시오|셨습니|셔도|하실|드립니|;")
    assert {i: said for i, said in catalogue("ko").items() if stray.search(said)} == {}


@pytest.mark.parametrize(
    ("start", "end", "english", "korean"),
    [
        (date(2023, 7, 23), date(2023, 7, 29), "23–29 Jul", "7/23–29"),
        (date(2023, 4, 30), date(2023, 5, 6), "30 Apr – 6 May", "4/30–5/6"),
        (date(2024, 2, 29), date(2024, 2, 29), "29 Feb", "2/29"),
        (date(2023, 9, 1), date(2023, 9, 30), "Sep 2023", "2023년 9월"),
        (date(2024, 2, 1), date(2024, 2, 29), "Feb 2024", "2024년 2월"),
        (date(2023, 12, 1), date(2023, 12, 31), "Dec 2023", "2023년 12월"),
        (date(2023, 2, 1), date(2023, 3, 1), "1 Feb – 1 Mar", "2/1–3/1"),
        (None, None, "", ""),
    ],
)
def test_periods(start: date | None, end: date | None, english: str, korean: str) -> None:
    assert (ENGLISH.period(start, end), KOREAN.period(start, end)) == (english, korean)
    if english.endswith("2023"):
        assert (ENGLISH.when(start, end), KOREAN.when(start, end)) == (english, korean)


def test_weeks_are_known_by_their_days_and_named_where_their_digests_agree() -> None:
    june = Week("2023-W22", date(2023, 5, 28), date(2023, 6, 3), "2023년 6월 1주차", 1, 1, 0)
    assert (KOREAN.week_days(june), KOREAN.week_name(june)) == ("5/28–6/3", "6월 1주차")
    assert (ENGLISH.week_days(june, year=True), ENGLISH.week_name(june)) == ("28 May – 3 Jun 2023", "Jun week 1")
    assert KOREAN.week_name(june._replace(title=None)) == ""
    assert KOREAN.week_name(june._replace(title="Week 22 in papers")) == "Week 22 in papers"
    assert KOREAN.week_name(june._replace(title="All that we liked among the papers of this week")) == ""
    assert KOREAN.week_days(Week("undated", None, None, None, 1, 1, 0), year=True) == "날짜 없음"


def test_a_period_in_full_is_said_as_one_says_dates() -> None:
    days, over = (date(2025, 6, 23), date(2025, 6, 29)), (date(2025, 4, 27), date(2025, 5, 3))
    assert (KOREAN.when(*days), ENGLISH.when(*days)) == ("2025년 6월 23–29일", "23–29 Jun 2025")
    assert (KOREAN.when(*over), ENGLISH.when(*over)) == ("2025년 4월 27일–5월 3일", "27 Apr – 3 May 2025")


def test_a_period_over_the_new_year_says_both() -> None:
    days = (date(2023, 12, 31), date(2024, 1, 6))
    assert (KOREAN.period(*days), KOREAN.when(*days)) == ("2023/12/31–2024/1/6", "2023년 12월 31일–2024년 1월 6일")
    assert ENGLISH.period(*days) == ENGLISH.when(*days) == "31 Dec 2023 – 6 Jan 2024"


def test_a_missing_config_is_the_default_and_a_broken_one_is_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert config.load(path) == (config.Settings(), [])
    path.write_text("lang = [", "utf-8")
    settings, errors = config.load(path)
    assert settings == config.Settings()
    assert [error.message_id for error in errors] == ["config.not_toml"]


def test_a_bad_value_is_named_and_the_others_stand(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        'lang = "fr"\nread_after = true\nbody_width = 72\nnonsense = 1\n[keys]\n"mark.star" = "x"\nhelp = 3\n', "utf-8"
    )
    settings, errors = config.load(path)
    assert (settings.lang, settings.body_width, settings.read_after) == ("", 72, 1.0)
    assert settings.keys == {"mark.star": ("x",)}
    assert sorted(error.details["name"] for error in errors) == ["keys.help", "lang", "nonsense", "read_after"]


def test_the_default_keys_clash_nowhere_and_are_read_where_they_act() -> None:
    table, errors = settled(KEYS)
    assert errors == []
    assert with_overrides({}) == (KEYS, []) == (tuple(table), [])
    assert len({key.id for key in table}) == len(table)
    for key in table:
        for name in screens_of(key):
            reader = KeyReader(tuple(table), name)
            for binding in key.keys:
                found = [reader.feed(token) for token in binding.split()]
                assert found[-1] == (key, None), (name, binding)


def test_keys_clash_only_where_both_act() -> None:
    assert [error.details["id"] for error in with_overrides({"triage.keep": ["t"]})[1]] == []
    clashes = with_overrides({"triage.keep": ["j"]})[1]
    assert [(error.details["id"], error.details["other"]) for error in clashes] == [("move.down", "triage.keep")]


def test_counts_sequences_and_escape() -> None:
    reader = KeyReader()
    assert [reader.feed(token) for token in "12"] == [None, None]
    found = reader.feed("j")
    assert found is not None
    assert (found[0].id, found[1]) == ("move.down", 12)
    assert reader.feed("y") is None
    assert [key.id for _, key in reader.continuations()][:2] == ["copy.link", "copy.abstract"]
    assert reader.feed("escape") is None
    assert not reader.waiting
    assert reader.feed("0") is None
    assert not reader.waiting, "a count does not begin with 0"


def test_overrides_unknown_ids_and_clashes() -> None:
    table, errors = with_overrides({"mark.star": ["*"], "mark.sta": ["w"], "quit": ["j"], "mark.read": ["g"]}, "c.toml")
    keys = {key.id: key.keys for key in table}
    assert keys["mark.star"] == ("*",)
    # What the user asked for stands; who had the key loses it, and so nothing on the screen promises it there.
    assert (keys["quit"], keys["move.down"]) == (("j",), ("down",))
    assert (keys["mark.read"], keys["move.first"], keys["pane.previous"]) == (("g",), ("home",), ("shift+tab",))
    assert [(error.message_id, error.details) for error in errors] == [
        ("config.unknown_key", {"path": "c.toml", "id": "mark.sta", "near": "mark.star"}),
        ("config.key_clash", {"path": "c.toml", "key": "j", "id": "move.down", "other": "quit"}),
        ("config.key_clash", {"path": "c.toml", "key": "gg", "id": "move.first", "other": "mark.read"}),
        ("config.key_clash", {"path": "c.toml", "key": "gp", "id": "pane.previous", "other": "mark.read"}),
        ("config.key_clash", {"path": "c.toml", "key": "gr", "id": "source.refresh", "other": "mark.read"}),
        ("config.key_clash", {"path": "c.toml", "key": "gs", "id": "source.view", "other": "mark.read"}),
        ("config.key_clash", {"path": "c.toml", "key": "gc", "id": "stats", "other": "mark.read"}),
    ]


def test_an_empty_list_takes_the_keys_away_but_not_the_way_out() -> None:
    table, errors = with_overrides({"pane.zen": [], "quit": []})
    keys = {key.id: key.keys for key in table}
    assert keys["pane.zen"] == ()
    assert keys["quit"] == ("q", "ctrl+q", "ctrl+c")
    assert [error.message_id for error in errors] == ["config.key_needed"]
    assert KeyReader(table).feed("z") is None


def test_a_key_that_is_none_is_said_with_the_nearest_and_the_default_stands() -> None:
    table, errors = with_overrides({"help": ["ctrl+shft+x"], "mark.undo": ["5"], "mark.star": ["Ctrl+X", "gg"]})
    keys = {key.id: key.keys for key in table}
    assert (keys["help"], keys["mark.undo"], keys["mark.star"]) == (("?", "f1"), ("u",), ("ctrl+x",))
    assert [(error.message_id, error.details.get("near")) for error in errors] == [
        ("config.unknown_binding", "ctrl+shift+x"),
        ("config.key_counts", None),
        ("config.unknown_binding", "g g"),
    ]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Ctrl+X", "ctrl+x"), ("shift+g", "G"), ("shift+/", "?"), ("Esc", "escape"), ("PgUp", "pageup"),
        ("y  y", "y y"), ("Shift+Alt+x", "alt+shift+x"), ("ctrl++", "ctrl++"), ("F12", "f12"), ("ㅓ", "ㅓ"),
        ("ctrl+", None), ("+x", None), ("ctrl+ctrl+x", None), ("", None), ("x ctrl", None),
    ],
)  # fmt: skip
def test_spelling_of_keys(written: str, canonical: str | None) -> None:
    assert spelled(written) == canonical


@pytest.mark.parametrize(
    ("written", "near"),
    [("gg", "g g"), ("C-x", "ctrl+x"), ("<C-d>", "ctrl+d"), ("ctrl-d", "ctrl+d"), ("spce", "space"),
     ("pgdwn", "pagedown"), ("cntrl+a", "ctrl+a"), ("qwertyuiop", None)],
)  # fmt: skip
def test_the_nearest_key(written: str, near: str | None) -> None:
    assert nearest(written) == near


def test_keys_as_people_read_them() -> None:
    assert [shown(key) for key in ("ctrl+d", "g g", "shift+tab", "down", "ctrl+pageup")] == [
        "Ctrl+d", "gg", "Shift+Tab", "↓", "Ctrl+PgUp",
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["j", "g", "y", "5", "0", "escape", "z", "q", "v", "ㅓ", "가", "enter"]), max_size=30))
def test_any_typing_leaves_a_reader_that_reads(tokens: list[str]) -> None:
    reader = KeyReader()
    for token in tokens:
        reader.feed(token)
    reader.feed("escape")
    found = reader.feed("j")
    assert found is not None
    assert found[0].id == "move.down"


def test_what_the_system_says_is_said_in_the_readers_language() -> None:
    known = {id_ for id_ in catalogue("ko") if id_.startswith("system.")}
    told = {reason_id(os.strerror(number)) for number in errno.errorcode} | {reason_id("Name or service not known")}
    told |= {reason_id("Temporary failure in name resolution"), reason_id("timed out")}
    assert told - {None} == known
    assert "(디스크에 남은 공간 없음)" in KOREAN("store.failed", path="a", reason=os.strerror(errno.ENOSPC))
    assert os.strerror(errno.ENOSPC) in ENGLISH("store.failed", path="a", reason=os.strerror(errno.ENOSPC))
    assert "(HTTP 407)" in KOREAN("web.unreachable", url="u", host="h", reason="HTTP 407")
