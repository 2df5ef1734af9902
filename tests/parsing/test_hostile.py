"""Texts written to harm: what entities, escapes and settings may hold never hangs, raises, or reaches a terminal."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.parsing.samples import read
from tui_digest.identity import doi
from tui_digest.models import Entry, ParsedDigest

if TYPE_CHECKING:
    from types import FrameType

A = "https://arxiv.org/abs/2401.00016"
LETTER = "From: a@b.c\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n{}\n\n" + A + "\nA Title of It (Ann Lee, Bob Ray)\n"
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def with_settings(settings: str, fence: str = "---") -> str:
    return f"{fence}\n{settings}\n{fence}\n\nSome words on it.\n"


def only(text: str) -> Entry:
    [entry] = read(text, "note.md").entries
    return entry


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for each in value for text in texts(each)] if isinstance(value, tuple) else []


def nested(start: str, level: str) -> str:
    """Ten levels of aliases, nine of the level below in each: 9 ** 10 values in a few lines."""
    lines = [f"a: &a {start}"]
    for below, name in zip("abcdefghi", "bcdefghijk", strict=False):
        lines.append(f"{name}: &{name} {level.format(', '.join([f'*{below}'] * 9))}")
    return "\n".join(lines)


LAUGHS = nested("[x, x]", "[{}]")
MERGED = nested("{x: y}", "{{<<: [{}]}}")


@pytest.mark.parametrize("field", ["title", "authors", "tags", "url", "date", "paper"])
@pytest.mark.parametrize(
    "value",
    [
        f"*j\n{LAUGHS}",
        f"[{{name: *j}}]\n{LAUGHS}",
        f"*j\n{MERGED}",
        "&z [*z, *z]",
        "&z {extra: *z, paper: *z, title: *z}",
        "0x" + "f" * 5000,
        "[0x" + "f" * 5000 + "]",
        "9" * 5000,
        "1" + ":59" * 50_000,
        "[" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "{paper: " * 10_000 + "}" * 10_000,
        "- " * 10_000,
        "!!python/object/apply:os.system [touch pwned]",
        "!!binary aGVsbG8bWzMxbQ==",
        "!!timestamp 9999-12-31T23:59:59-23:59",
    ],
    ids=lambda value: value[:24].replace("\n", " "),
)
def test_settings_cannot_hang_or_raise(field: str, value: str) -> None:
    head, _, aliases = value.partition("\n")
    text = with_settings(f"{aliases}\ntitle: A Name of a Paper\nurl: {A}\n{field}: {head}".lstrip())
    digest = read(text, "note.md")
    assert len(digest.entries) == 1 and len(repr(digest)) < 4 * len(text) + 4000


@pytest.mark.parametrize(
    "settings",
    [
        "title = 0x" + "f" * 5000,
        "authors = [0x" + "f" * 5000 + "]",
        "title = " + "[" * 10_000,
        "a" + ".a" * 50_000 + " = 1",
    ],
    ids=["number", "numbers", "deep", "dotted"],
)
def test_settings_in_toml_cannot_hang_or_raise(settings: str) -> None:
    assert len(read(with_settings(f'{settings}\nurl = "{A}"', "+++"), "note.md").entries) == 1


def test_settings_are_texts_as_they_are_written() -> None:
    entry = only(
        with_settings("title: 1984\narxiv: 2401.00010\nauthors: [No, On]\ntags: [1.10, yes, 010, ~]\ndate: 2024-01-05")
    )
    assert entry.key == "arxiv:2401.00010" and entry.title == "1984"
    assert entry.authors == ("No", "On") and entry.tags == ("1.10", "yes", "010")
    entry = only(with_settings('title = "T of It"\narxiv = 2401.00010\ndate = 2024-01-05', "+++"))
    assert entry.key == "arxiv:2401.00010" and entry.title == "T of It"


def harmful(digest: ParsedDigest) -> list[str]:
    given = [digest.title, digest.preface or "", *(text for entry in digest.entries for text in texts(entry))]
    return [text for text in given if HARMFUL.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        with_settings(
            f'title: "\\e[31mA \\x9b31m\\u202ePaper"\nauthors: ["\\e]0;x\\aAnn Lee"]\ntags: ["\\e[1mt"]\nurl: "{A}\\e"'
        ),
        with_settings(
            f'title = "\\u001b[31mA Paper"\nauthors = ["\\u0000Ann\\u009b"]\ntags = ["\\u202et"]\nurl = "{A}"', "+++"
        ),
        with_settings(f'title: x\nurl: {A}\nabstract: "\\e[2Ja"\nsummary: "\\e[2Jb"\nsection: "\\e[2Jc"'),
        f"# A &#x202e;Digest &#x9b;31m\n\n- [A &#x202e;Title of It]({A}) - &#x202e;x &#8203;\n- [B]({A}9)\n",
        f"| Title | Link |\n|---|---|\n| A&#x202e;B great paper | [x]({A}) |\n| C&#x202e;D | [x]({A}1) |\n",
        f"## Week &#x202e;1\n\n### [A &#x202e;Title]({A})\nAuthors: A&#x202e; B\nTags: a&#x202e;b\n\n### [B]({A}2)\n",
        "- [A Title of It](https://doi.org/10.1000/x%1b%5b31m%0ay) - x\n- [B](https://doi.org/10.1000/x%E2%80%AEy)\n",
    ],
)
def test_nothing_that_entities_and_escapes_hide_reaches_a_terminal(text: str) -> None:
    digest = read(text, "note.md")
    assert digest.entries and not harmful(digest)


def test_a_text_on_one_line_stays_on_one() -> None:
    entry = only(with_settings(f'title: "A Paper\\nand More"\ntags: ["a\\nb"]\nauthors: ["Ann\\nLee"]\nurl: {A}'))
    assert (entry.title, entry.tags, entry.authors) == ("A Paper and More", ("a b",), ("Ann Lee",))


def test_a_doi_keeps_what_is_no_letter_as_it_is_written() -> None:
    names = [doi(f"https://doi.org/10.1000/x{hidden}") for hidden in ("%1b", "%0a", "%20y", "%E2%80%AE", "%ff", "%fe")]
    assert len(set(names)) == 6 and all(name and name.isascii() and name.isprintable() for name in names)
    assert doi("https://doi.org/10.1000/x%28y%29") == "10.1000/x(y)"


@pytest.mark.parametrize(
    "header",
    ["Subject: " + "=?utf-8?q?a?= " * 300, "Content-Type: text/plain; " + 'a="b"; ' * 600],
    ids=["words", "values"],
)
def test_a_header_of_a_letter_costs_only_so_much(header: str) -> None:
    few, many = (_calls(LETTER.format(header * n), "a.eml") for n in (1, 5))
    assert many < 1.2 * few


def test_more_votes_than_there_can_be_are_none() -> None:
    told = json.dumps([{"title": "A Title of It", "url": A, "votes": number} for number in (10**30, -(10**30), 12)])
    assert [entry.votes for entry in read(told, "a.json").entries] == [None, None, 12]


KINDS = (
    "https://arxiv.org/abs/2401.{:05}\n",
    "https://a.b/{}",
    "- x #a{} #b #c #d #e #f",
    "- [A Title of Number {}](https://arxiv.org/abs/2401.{:05})",
    "**A Title of Number {}**",
    "A Title of Number {} (Ann Lee, Bob Ray)",
    "## Heading {}",
    "2023년 7월 5주차",
    "[[[[",
    "****",
    "| | |",
    "> > > x",
    "<details>",
    "<!--",
    "        - x {}",
    "(Ann Lee, Bob Ray)",
    "```",
    "[{}]: https://a.b/{}",
    "x",
    "#a #b #c{}",
    "이것은 문장입니다 {}.",
)


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_the_lines_take_four_times_the_work(kind: str) -> None:
    few, many = (_calls("\n".join(kind.format(*[i] * 3) for i in range(n))) for n in (80, 320))
    assert many < 5 * few


OF_FORMATS = (
    ("a.bib", "", "@article{{k{}, title={{A Study of Thing {}}}, url={{https://arxiv.org/abs/2401.{:05}}}}}"),
    ("a.ris", "", "TY  - JOUR\nTI  - A Study of Thing {}\nUR  - https://arxiv.org/abs/2401.{:05}\nER  -"),
    ("a.csv", "title,url\n", "A Study of Thing {},https://arxiv.org/abs/2401.{:05}"),
    ("a.jsonl", "", '{{"title": "A Study of Thing {}", "url": "https://arxiv.org/abs/2401.{:05}"}}'),
    ("a.html", "<p>Papers</p><p>https://arxiv.org/abs/2401.00001</p>\n", "<div>"),
    ("a.html", "<p>Papers</p>\n", "<p><a href='https://arxiv.org/abs/2401.{:05}'>A Study of Thing {}</a></p>"),
    ("a.eml", "From: a@b.c\nSubject: papers\n\n", "A Study of Thing {}\nhttps://arxiv.org/abs/2401.{:05}\n"),
)


@pytest.mark.parametrize(("name", "head", "kind"), OF_FORMATS)
def test_four_times_the_records_take_four_times_the_work(name: str, head: str, kind: str) -> None:
    few, many = (_calls(head + "\n".join(kind.format(*[i] * 3) for i in range(n)), name) for n in (80, 320))
    assert many < 5 * few


def _calls(text: str, name: str = "note.md") -> int:
    """How many calls reading a text takes, of functions in C, too: its work, whatever else the machine does."""
    count = 0

    def counted(_frame: FrameType, event: str, _value: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        read(text, name)
    finally:
        sys.setprofile(None)
    return count
