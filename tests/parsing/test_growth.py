"""A text twice as long takes twice the steps, whatever is in it. Steps are counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests.parsing.samples import source
from tui_digest.parsing import parse_all

URL = "https://arxiv.org/abs/2401.{:05}"
WEEK = "2023년 7월 5주차\n"
TITLED = f"# [A Title]({URL.format(1)})\n"
TEXTS: dict[str, Callable[[int], str]] = {
    "URL lines apart": lambda n: WEEK + "\n\n".join(URL.format(i) for i in range(n)),
    "addresses apart": lambda n: WEEK + "\n\n".join(f"https://a.b/{i:05}" for i in range(n)),
    "a bullet of tags": lambda n: f"{WEEK}- {'#a ' * n}\n",
    "tag lines": lambda n: WEEK + "#a\n말\n" * n,
    "short lines": lambda n: "a\n" * n,
    "short lines of a week": lambda n: WEEK + "말\n" * n,
    "headings": lambda n: "# 2024-03-05\n" + "".join(f"## P {i}\n[x]({URL.format(i)})\n" for i in range(n)),
    "bold titles": lambda n: "".join(f"**P {i} x**\n[Paper]({URL.format(i)})\n\n" for i in range(n)),
    "deep headings": lambda n: "# a\n## b\n### c\n" * n + f"## [T]({URL.format(1)})\n",
    "months": lambda n: "".join(f"## 2024-0{i % 9 + 1}\n- [T {i}]({URL.format(i)})\n" for i in range(n)),
    "items": lambda n: "# x\n" + "".join(f"- [T {i}]({URL.format(i)})\n" for i in range(n)),
    "nested items": lambda n: "- a\n" + "  - b\n" * n + f"- [T]({URL.format(1)})\n- [U]({URL.format(2)})\n",
    "rows": lambda n: "# x\n|Title|PDF|\n|-|-|\n" + "".join(f"|T {i}|[x]({URL.format(i)})|\n" for i in range(n)),
    "open details": lambda n: "<details>\n" * n + TITLED,
    "details": lambda n: f"<details>\n<summary>A long title</summary>\n[x]({URL.format(3)})\n</details>\n" * n,
    "labels": lambda n: "# T\n" + "Title: a b\nAuthors: A B, C D\n" * n,
    "lone labels": lambda n: TITLED + "**Abstract**:\n" * n,
    "label headings": lambda n: TITLED + "#### Abstract\nx\n" * n,
    "a long quote": lambda n: f"{TITLED}**Abstract**:\n" + "> x\n" * n,
    "paragraphs": lambda n: "".join(f"Title {i} Here\nAnn Lee, Bob Ray\n{URL.format(i)}\n\n" for i in range(n)),
    "citations": lambda n: "".join(f'[{i}] A. Lee and B. Ray, "Some Title {i} Here", 2020.\n' for i in range(n)),
    "rules": lambda n: TITLED + "---\n" * n,
    "underlines": lambda n: "Title Abc\n---------\n" * n,
    "names": lambda n: TITLED + "A B, " * n + "\n",
    "bars": lambda n: TITLED + "a: b | " * n + "\n",
    "dashes": lambda n: "- " + " - A" * n + "\n",
    "a chat": lambda n: "".join(
        f"--- 2024년 3월 {i % 28 + 1}일 ---\n[A] [오전 9:00] {URL.format(i)}\n[B] [오전 9:01] 네\n" for i in range(n)
    ),
    "addresses below": lambda n: (
        "".join(f"Title {i} Here [{i}]\n\nx\n\n" for i in range(n))
        + "".join(f"[{i}] {URL.format(i)}\n" for i in range(n))
    ),
    "rows in HTML": lambda n: (
        "# x\n<table>\n<tr><th>Title</th><th>PDF</th></tr>\n"
        + "".join(f"<tr><td>T {i}</td><td><a href='{URL.format(i)}'>x</a></td></tr>\n" for i in range(n))
        + "</table>\n"
    ),
    "open tables": lambda n: TITLED + "<table>\n<tr><th>Title</th><th>PDF</th></tr>\n" * n,
    "names behind a sign": lambda n: TITLED + "👥 " + "Ann Lee and " * n + "Bo\n",
    "a run of titles": lambda n: "".join(f"Title {i} Here {URL.format(i)}\n" for i in range(n)),
}


def steps(text: str) -> int:
    """How many lines of code reading a text takes."""
    read = source(text, "x.md")
    return counted(lambda: parse_all(read))


def counted(act: Callable[[], object]) -> int:
    """How many lines of code an act takes."""
    count = 0

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return local

    before = sys.gettrace()
    sys.settrace(lambda frame, event, argument: local)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", TEXTS)
def test_steps_grow_with_the_text(name: str) -> None:
    text = TEXTS[name]
    steps(text(20))  # what is learned once is learned
    few, many = steps(text(40)), steps(text(160))
    assert many <= 4.6 * few, (few, many)


def test_a_plain_note_has_a_budget() -> None:
    """Most texts of a library are such notes: what another shape asks of each of them shows here first."""
    title = "A Plain Title: Of a Paper (Ann Lee, Bob Ray, Cho Min)"
    text = f"{URL.format(7)}\n\n{title}\n\n말이 두 줄 있습니다.\n둘째 줄입니다.\n\n#tag #other\n"
    read = source(text, "240305 A Plain Title.md")
    parse_all(read)  # what is learned once is learned
    assert counted(lambda: parse_all(read)) < 900
