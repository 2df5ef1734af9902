"""Lists as they are typed in Japanese and Korean, `・Title`, below topics like `■ Topic`, as Markdown has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.links import may_link
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ITEM_MARKS = frozenset("・･ㆍ")
_TOPIC_MARKS = frozenset("■◆□◇▼▽▶◎")
_ITEM = regex(r"(?P<indent>[ \t\u3000]*)[・･ㆍ]\s*(?=\S)")
_TOPIC = regex(r"[■◆□◇▼▽▶◎]\s*(?P<said>\S.*?)\s*$")
_INDENT = regex(r"[ \t\u3000]*\u3000[ \t\u3000]*(?=\S)")
_FEW = 2
_LONGEST_TOPIC = 60


def with_eastern_marks(lines: list[str], begins: Collection[str]) -> list[str]:
    """The lines with such items and topics as those of Markdown; the list itself where there are not two items."""
    if _ITEM_MARKS.isdisjoint(begins) or sum(line[:1] in _ITEM_MARKS for line in lines) < _FEW:
        return lines
    return [*map(_changed, lines)]


def _changed(line: str) -> str:
    if item := _ITEM.match(line):
        return f"{_width(item['indent'])}- {line[item.end() :]}"
    if line[:1] in _TOPIC_MARKS and len(line) < _LONGEST_TOPIC and not may_link(line) and (topic := _TOPIC.match(line)):
        return f"## {topic['said']}"
    indent = _INDENT.match(line)
    return f"{_width(indent[0])}{line[indent.end() :]}" if indent else line


def _width(indent: Sequence[str]) -> str:
    return "".join("  " if each == "\u3000" else each for each in indent)
