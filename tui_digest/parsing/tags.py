"""Tags: a line of them, or a few that close a line of commentary."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

# A tag has a letter in it, so `#1` is a number and `&!$#` none; `\w` leaves out combining marks, hence the range.
_WORD = r"[\w\u0300-\u036f]"
_NAME = regex(rf"(?=.*[^\W\d_]){_WORD}(?:[\w\u0300-\u036f\-/+.&'’:]*[\w\u0300-\u036f+])?$")
_SIMPLE = regex(rf"[#＃]((?=[^#＃]*[^\W\d_#＃]){_WORD}(?:[\w\u0300-\u036f\-/+.&'’:]*[\w\u0300-\u036f+])?)\.*$")
_HASHED = regex(r"[#＃]([^#＃]+)([#＃](?=[#＃]|$))?")
_WIKI_TAG = regex(r"\s*[#＃]\[\[([^\[\]]{1,60})\]\]\s*$")
_APART = regex(r"[\s,，、;|·]+")
_BLANK_APART = regex(r"\S+")
_LABELLED = regex(
    r"\s*(?:[-*•]\s+)?[*_]{0,3}(?:tags?|keywords?|태그|키워드)[*_]{0,3}\s*[:：][*_]{0,3}\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
LABELS_BEGIN = frozenset("tTkK태키ᄐᄏ-*•_ \t")
_BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
TAGS_BEGIN = LABELS_BEGIN.union("#＃", _BLANKS)
"""A line that begins otherwise has no tags at its beginning."""
_PLAIN_TAG = regex(rf"(?=.*[^\W\d_]){_WORD}(?:[\w\u0300-\u036f\-/+&'’ ]|\.(?=\w)|#$){{0,39}}$")


def tag_line(line: str) -> list[str] | None:
    """The tags of a line of nothing else, without `#`; None for any other line. Behind `Tags:` or `태그:` they may also
    be words between commas. What stands among them and is no tag (`#1`, `#🎉`) is passed over: `read_tags` has it."""
    found = read_tags(line)
    return [*found[0]] if found else None


def read_tags(line: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """The tags of a line of nothing else, and what stands among them and is none, as it is written; None for any other
    line."""
    if (begun := line[:1]) not in TAGS_BEGIN:
        return None  # nearly every line
    if begun == "#" or line.lstrip()[:1] in ("#", "＃"):
        return _tags_of(line)
    if (
        begun in LABELS_BEGIN
        and (":" in line or "：" in line)
        and (match := _LABELLED.match(unicodedata.normalize("NFC", line[:300])))
    ):
        return _labelled(match["rest"])
    return None


def _labelled(text: str) -> tuple[Sequence[str], Sequence[str]] | None:
    if text[:1] in ("#", "＃"):
        return _tags_of(text)
    words = [tag for each in re.split(r"[,，、;|]", text.strip(" \t.,")) if (tag := each.strip(" `"))]
    tags = [tag for tag in words if _PLAIN_TAG.match(tag)]
    odd = [tag for tag in words if not _PLAIN_TAG.match(tag)]
    # words that are no tag make the line a sentence; numbers and pictures do not
    return None if not tags or any(any(map(str.isalpha, tag)) for tag in odd) else (tags, odd)


@lru_cache(maxsize=1024)  # whoever looks for the end of an entry asks, and whoever reads it
def _tags_of(text: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """The tags of a text in which all that is divided by blanks or commas begins with `#`, and what of it is no tag;
    None where anything else stands in it, or no tag at all."""
    tags: list[str] = []
    odd: list[str] = []
    for piece in _APART.split(text):
        if not piece or (tags and not piece.strip(".")):
            continue
        if piece[0] == "#" and piece.isascii() and piece[1:].isidentifier() and piece[1].isalpha():
            tags.append(piece[1:])  # as most: letters, figures and `_`
            continue
        if (simple := _SIMPLE.match(piece)) is not None:
            tags.append(simple[1] if piece.isascii() else unicodedata.normalize("NFC", simple[1]))
            continue
        end = 0
        for match in _HASHED.finditer(piece):
            if match.start() != end:
                return None
            end = match.end()
            name = match[1].rstrip(".")
            if not _NAME.match(name):
                odd.append(match[0])
                continue
            # Composed, or one tag typed on two systems would be two tags that look the same. The mark behind a
            # letter is part of its name (`#C#`), behind a word it only closes it.
            closing = match[2] if match[2] and len(name) == 1 else ""
            tags.append(unicodedata.normalize("NFC", name + closing))
        if end != len(piece):
            return None
    return (tags, odd) if tags else None


def ends_in_tags(line: str) -> bool:
    """Whether a line is a tag line, or tags close it."""
    if line[:1] not in LABELS_BEGIN and "#" not in line and "＃" not in line:
        return False  # nearly every line
    return read_tags(line) is not None or bool(closing_tags(line)[1])


def closing_tags(line: str) -> tuple[str, list[str]]:
    """The line without the tags that close it, and those tags; what stands among them and is no tag stays."""
    if "#" not in line and "＃" not in line:
        return line, []
    if "#[[" not in line:
        return _closing_tags(line)
    tags: list[str] = []
    while True:
        if wiki := _WIKI_TAG.search(line):
            line, found = line[: wiki.start()], [wiki[1].strip()]
        else:
            line, found = _closing_tags(line)
        if not found:
            return line, tags
        tags[:0] = found


def _closing_tags(line: str) -> tuple[str, list[str]]:
    last = line.rsplit(None, 1)[-1:]
    if not last or last[0][0] not in "#＃":
        return line, []
    words = [match.span() for match in _BLANK_APART.finditer(line)]
    tags: list[Sequence[str]] = []
    odd: list[str] = []
    waiting: list[str] = []
    kept = len(line)
    for start, end in reversed(words):
        word = line[start:end]
        if word[0] not in "#＃" or len(word) == 1:
            break
        found = _tags_of(word)
        if found is None:
            if word[1] in "#＃":
                break
            waiting.append(word)  # `#1` among tags, unless no tag stands before it
            continue
        odd += [*waiting, *reversed(found[1])]
        waiting = []
        tags.append(found[0])
        kept = start
    if not tags:
        return line, []
    rest = [line[:kept].rstrip(), *reversed(odd)]
    return " ".join(filter(None, rest)), [tag for each in reversed(tags) for tag in each]
