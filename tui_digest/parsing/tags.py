"""Tags: a line of them, or a few that close a line of commentary."""

from __future__ import annotations

import re
import unicodedata

# A tag has a letter in it, so `#1` is a number and `&!$#` a curse; `\w` leaves out combining marks, hence the range.
_WORD = r"[\w\u0300-\u036f]"
_TAG = rf"[#＃](?=[^\s#＃]*[^\W\d_]){_WORD}(?:[\w\u0300-\u036f\-/+.&'’:]*[\w\u0300-\u036f+])?"
_TAG_LINE = re.compile(rf"\s*{_TAG}(?:[\s,，、;|·]*{_TAG})*[\s,，、;|·.]*$")
_ONE = re.compile(_TAG)
_LABELLED = re.compile(
    r"\s*(?:[-*•]\s+)?[*_]{0,3}(?:tags?|keywords?|태그|키워드)[*_]{0,3}\s*[:：][*_]{0,3}\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_MAY_BE_LABELLED = tuple("tTkK태키ᄐᄏ-*•_ \t")
_PLAIN_TAG = re.compile(rf"(?=.*[^\W\d_]){_WORD}[\w\u0300-\u036f\-/+&'’ ]{{0,39}}$")


def tag_line(line: str) -> list[str] | None:
    """The tags of a line of nothing else, without `#`; None for any other line. Behind `Tags:` or `태그:` they may also
    be words between commas."""
    if ("#" in line or "＃" in line) and _TAG_LINE.match(line):
        return _names(line)
    if (
        line.startswith(_MAY_BE_LABELLED)
        and (":" in line or "：" in line)
        and (match := _LABELLED.match(unicodedata.normalize("NFC", line[:300])))
    ):
        return _labelled(match["rest"])
    return None


def _labelled(text: str) -> list[str] | None:
    if _TAG_LINE.match(text):
        return _names(text)
    tags = [tag.strip(" `") for tag in re.split(r"[,，、;|]", text.strip(" \t.,"))]
    return tags if all(_PLAIN_TAG.match(tag) for tag in tags) else None


def ends_in_tags(line: str) -> bool:
    """Whether a line is a tag line, or tags close it."""
    return bool(closing_tags(line)[1]) or tag_line(line) is not None


def closing_tags(line: str) -> tuple[str, list[str]]:
    """The line without the tags that close it, and those tags."""
    if "#" not in line and "＃" not in line:
        return line, []
    rest = line.rstrip()
    while rest:
        words = rest.rsplit(None, 1)
        if not _TAG_LINE.match(words[-1]):
            break
        rest = words[0].rstrip() if len(words) == 2 else ""
    closing = line[len(rest) :]
    return (rest, _names(closing)) if closing.strip() else (line, [])


def _names(text: str) -> list[str]:
    # Composed, or one tag typed on two systems would be two tags that look the same.
    return [unicodedata.normalize("NFC", tag[1:]) for tag in _ONE.findall(text)]
