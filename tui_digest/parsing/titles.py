"""The head of an entry: its title, on one line or wrapped over a few, and the authors in brackets behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.identity import normalise_title
from tui_digest.parsing.authors import authors_at_end, name_list, unclosed_authors
from tui_digest.parsing.language import has_eastern, has_hangul, is_korean_sentence
from tui_digest.parsing.links import find_links, links_in, may_link
from tui_digest.parsing.tags import read_tags
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES = 4
"""A title with its authors is wrapped over at most so many lines."""

_LONGEST_TITLE = 300
_LIST_ITEM = regex(r"^(?:\d{1,2}[.)]\s|[-*•●▪‣–—>]\s|\[\[|\||```|[$]{2})")
_NUMBER = regex(r"\d{1,2}[.)]\s+(?=[^\s\d])")
_HEADING = regex(r"^#{1,6}\s+(?P<title>\S.*?)\s*#*$")
_EMPHASIS = regex(r"^(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_])(?P<title>.*?[^\s*_])(?P=mark)(?P<rest>\s*(?:[(（].*)?)$")
_TWO_SENTENCES = regex(r"[a-z]{3,}[.!]\s+[A-Z]")
_LETTER = regex(r"[^\W\d_]")
_WORD = regex(r"[^\W\d_]{2,}")
_MARKED_FIRST = regex(r"^[\"'“‘$\d\[(]|^\S*(?:[A-Z\d]|:\s?)|^\S+:")
_SPEAKER = regex(r"^(?:I|We|It|This|That|There|They|You|He|She|My|Our|Here|So|But|And|See|Not)\b")


class Head(NamedTuple):
    """A title and authors, and how many lines they took."""

    title: str | None
    authors: tuple[str, ...]
    lines: int


def read_head(lines: Sequence[str], *, plain_titles: bool = True) -> Head | None:
    """The title that the first of these filled lines begin, with authors or, where `plain_titles`, without. A number
    may stand before it, if two authors or more follow."""
    if not lines:
        return None
    first = lines[0]
    if first[:1].isdigit() and (number := _NUMBER.match(first)):
        head = read_head([first[number.end() :], *lines[1:]], plain_titles=False)
        return head if head and len(head.authors) > 1 else None
    # Authors stand in brackets only.
    bracketed = "(" in first or "（" in first or any("(" in line or "（" in line for line in lines[1:MOST_LINES])
    if not ((bracketed or plain_titles) and _may_begin(first)):
        return None
    first = unmarked(first)
    joined = ""
    for count, line in enumerate((first, *lines[1:MOST_LINES]) if bracketed else (), 1):
        if count > 1 and (has_hangul(joined) or not _may_continue(line)):
            break
        joined = f"{joined} {line.strip()}" if joined else line.strip()
        split = authors_at_end(joined)
        if split and not split[0]:
            return None  # a list of names, without a title before it
        if split and _fits(split[0]):
            return Head(_spaced(unmarked(split[0])), split[1], count)
    split = unclosed_authors(first) if bracketed else None
    if split and split[0] and _fits(split[0]):
        return Head(_spaced(split[0]), split[1], 1)
    if plain_titles and is_plain_title(first):
        return Head(_spaced(first), (), 1)
    return None


def is_same_head(head: Head, above: Head | None) -> bool:
    """Whether a title is that of the entry above again, as some digests repeat it: the same words, or others with
    mostly the same authors."""
    if above is None:
        return False
    if len(set(head.authors) & set(above.authors)) * 2 > len(head.authors):
        return True
    return normalise_title(head.title or "") == normalise_title(above.title or "")


def _spaced(text: str) -> str:
    if text.isprintable() and "  " not in text:  # as nearly every title: then there are only single blanks in it
        return text.strip()
    return " ".join(text.split())


def _may_begin(line: str) -> bool:
    if line[:1].isalpha():  # as nearly every title does: then it may only be `Tags:`
        return len(line) < 20_000 and read_tags(line) is None
    return len(line) < 20_000 and not _LIST_ITEM.match(line.strip()) and read_tags(line) is None


def _may_continue(line: str) -> bool:
    return _may_begin(line) and not has_hangul(line) and not links_in(line)


def _fits(title: str) -> bool:
    """Whether what stands before a list of names can be a title."""
    return len(title) <= _LONGEST_TITLE and not is_korean_sentence(title) and not (may_link(title) and links_in(title))


def is_plain_title(line: str) -> bool:
    """Whether a line without authors reads as an English title: a capital or a name first, no full stop, no equation,
    no second sentence, none that begins with `We`, `It`, `But` and the like."""
    line = line.strip()
    if not 2 <= len(line) <= _LONGEST_TITLE or line[-1] in ".;,:。" or has_eastern(line):
        return False
    if _LIST_ITEM.match(line) or not _WORD.search(line) or " = " in line or _TWO_SENTENCES.search(line):
        return False
    letters = len(_LETTER.findall(line)) + line.count(" ") + line.count("-") + len(re.findall(r"\d", line))
    if letters < 0.75 * len(line) or links_in(line):
        return False
    first = line.split(None, 1)[0]
    if not (_MARKED_FIRST.match(first) or ":" in line):
        return False
    return not (_SPEAKER.match(line) and _capital_share(line) < 0.5)


def _capital_share(line: str) -> float:
    words = [word for word in line.split() if word[0].isalpha()]
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def heading(line: str) -> str | None:
    """The text of a Markdown heading; None for any other line (`#tag` is none, it has no space)."""
    match = _HEADING.match(line.strip()) if line.lstrip().startswith("#") else None
    return match["title"] if match else None


def unmarked(line: str) -> str:
    """The line without white space and Markdown's heading and emphasis marks around it, or around what stands before a
    bracket."""
    line = line.strip()
    if line[:1] == "#":
        line = heading(line) or line
    if line[:1] in ("*", "_") and (match := _EMPHASIS.match(line)):
        line = f"{match['title']}{match['rest']}"
    return line


def title_with_url(line: str) -> tuple[str, str] | None:
    """The parts of `Title (URL)`, `Title URL` and `[Title](URL)`, authors behind it or not; None for any other line."""
    links = list(find_links(line))
    if len(links) != 1:
        return None
    before, after = line[: links[0].start].strip(), line[links[0].end :].strip()
    if links[0].link.label is not None:
        behind = authors_at_end(after) if after else ("", ())
        title = f"{links[0].link.label} {after}".rstrip() if not before and behind and not behind[0] else ""
    elif after in (")", "）", "]") and before[-1:] in "(（[":
        title = before[:-1].rstrip()
    else:
        title = before if not after else ""
    title = " ".join(title.rstrip(" :-–—").split())
    fits = bool(title) and (not is_korean_sentence(title) if links[0].link.label else is_plain_title(title))
    return (title, links[0].link.url) if fits or read_head([title], plain_titles=False) else None


def authors_line(line: str) -> tuple[str, ...]:
    """The names of a line that holds three or more and nothing else, without brackets; empty for any other line."""
    if line.count(",") < 2 or line.rstrip()[-1:] in ".:;" or links_in(line) or not _may_begin(line):
        return ()
    names = name_list(line.strip())
    return names if len(names) > 2 else ()


def authors_block(lines: Sequence[str]) -> tuple[tuple[str, ...], int] | None:
    """The names and the number of lines of an `(Authors)` block, which may be wrapped; None where there is none."""
    if not lines or not lines[0].lstrip().startswith(("(", "（")):
        return None
    joined = ""
    for count, line in enumerate(lines[:MOST_LINES], 1):
        joined = f"{joined} {line.strip()}".lstrip()
        split = authors_at_end(joined)
        if split is not None:
            return (split[1], count) if not split[0] else None
    names = name_list(lines[0].strip()[1:].rstrip(" ,")) if ")" not in lines[0] and "）" not in lines[0] else ()
    return (names, 1) if len(names) > 2 else None
