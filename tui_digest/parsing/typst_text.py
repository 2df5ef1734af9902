"""Typst as Markdown, line by line: headings, items, links and emphasis. Every line stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.references import NOTHING
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_RULE = regex(r"\s*#(?:set|show|import|include|let|pagebreak|v|h|outline|line|bibliography)\b")
"""Lines that only lay out the document, or tell the program something."""
_LINK = regex(r"#link\(\s*\"(?P<url>[^\"\s]{1,2000})\"\s*\)(?:\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\]){0,1000})\])?")
_CALL = regex(r"#[a-z]\w{0,30}(?:\((?:[^()]|\([^()]{0,500}\)){0,1000}\))?\[(?P<said>[^\[\]]{0,4000})\]")
_HEADING = regex(r"(?P<marks>={1,6})\s+(?P<said>\S.*?)(?:\s*<[\w:.-]+>)?\s*$")
_ITEM = regex(r"(?P<indent>\s*)(?P<mark>\+|/)\s+(?=\S)")
_BOLD = regex(r"(?<![\w*\\])\*(?P<said>[^\s*](?:[^*\n]{0,2000}[^\s*])?)\*(?![\w*])")
_ESCAPED = regex(r"\\(?P<sign>[#$*_`@<>~=+/\-\[\]])")
_COMMENT = regex(r"\s*//")
_DASHES = (("---", "—"), ("--", "–"))
_LONGEST = 20_000
_DEEPEST = 4


def is_typst(lines: Sequence[str]) -> bool:
    """Whether lines are those of a document in Typst: one of the first sets something, and others are headings."""
    top = any(line[:5] == "#set " or line[:8] == "#import " for line in lines[:40])
    return top and any(_HEADING.match(line) for line in lines)


def from_typst(lines: Sequence[str]) -> list[str]:
    """The lines in Markdown's form."""
    made: list[str] = []
    fenced, opened = False, 0
    for line in lines:
        fence = line.lstrip()[:3] == "```"
        if fence or fenced or len(line) > _LONGEST:
            made.append(line)
            fenced = fenced != fence
            continue
        if opened > 0 or _RULE.match(line):
            opened += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
            made.append(NOTHING)
        else:
            made.append(NOTHING if _COMMENT.match(line) else _line(line))
    return made


def _line(line: str) -> str:
    if heading := _HEADING.match(line):
        return f"{'#' * len(heading['marks'])} {_said(heading['said'])}"
    if item := _ITEM.match(line):
        line = f"{item['indent']}{'1.' if item['mark'] == '+' else '-'} {line[item.end() :]}"
    return _said(line)


def _said(line: str) -> str:
    line = line.rstrip()
    line = line.removesuffix("\\").rstrip() if line.endswith("\\") else line
    if "#" in line:
        line = _LINK.sub(_linked, line)
        for _ in range(_DEEPEST):  # one inside another
            if (changed := _CALL.sub(r"\g<said>", line)) == line:
                break
            line = changed
    line = _BOLD.sub(r"**\g<said>**", line)
    for written, shown in _DASHES if "--" in line else ():
        line = line.replace(f" {written} ", f" {shown} ")
    return _ESCAPED.sub(r"\g<sign>", line) if "\\" in line else line


def _linked(match: re.Match[str]) -> str:
    label = (match["label"] or "").strip()
    return f"[{label}]({match['url']})" if label and "://" not in label else match["url"]
