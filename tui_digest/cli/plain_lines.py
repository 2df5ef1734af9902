"""An entry as plain lines, to be listened to: facts are labelled, marks are words, nothing is drawn."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_digest.text.drawn_text import drawn

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.models import Digest, Mark, Sighting

_WORDS = re.compile("( *[^ ]+)( *)")
"""A word with the blanks that begin a line, and those behind it."""


def heading(digest: Digest, tr: Translator) -> str:
    """The digest's title, and its date where that says more."""
    when = tr.when(digest.start, digest.end)
    return digest.title if when in digest.title else tr("plain.digest", title=digest.title, when=when)


def letters(word: str) -> str:
    """A word as a prompt understands it: the characters of another layout are the keys they were typed with."""
    from tui_digest.tui.terminal.keyboard_layouts import strokes  # only needed at a terminal

    return "".join("".join(stroke.key for stroke in strokes(sign)) or sign for sign in word).casefold()


def text_lines(text: str, *, source: bool) -> list[str]:
    """The lines of a digest's text: the words as the app draws them, without the marks of Markdown; with `source` as
    they were written. None where nothing stands there, as of a text of template marks."""
    if source:
        lines = text.split("\n")
    else:
        from tui_digest.tui.formulas import readable

        lines = drawn(text, readable).strip("\n").split("\n")
    return lines if any(map(str.strip, lines)) else []


def entry_lines(number: int, sighting: Sighting, mark: Mark, tr: Translator, *, source: bool = False) -> Iterator[str]:
    """Title, marks, facts, texts, links: a line each, a paragraph each, nothing wrapped. `source` has the texts as
    they were written."""
    entry = sighting.entry
    yield f"{number}. {' '.join(sighting.display_title.split())}"
    yield " ".join(
        [tr("plain.read" if mark.read else "plain.unread"), *([tr("plain.starred")] if mark.starred else [])]
    )
    facts = {
        "authors": ", ".join(entry.authors),
        "link": entry.url or "",
        "date": tr.day(entry.date) if entry.date else "",
        "section": entry.section or "",
        "tags": ", ".join(entry.tags),
        "own_tags": ", ".join(mark.tags),
        "votes": "" if entry.votes is None else f"{entry.votes:,}",
    }
    for name, value in facts.items():
        if value:
            yield f"{tr(f'plain.{name}')}: {value}"
    texts = (("body.abstract", entry.abstract), ("body.commentary", entry.commentary), ("body.note", mark.note),
             ("body.preface", sighting.preface))  # fmt: skip
    for label, text in texts:
        if text and (lines := text_lines(text.strip("\n"), source=source or label == "body.note")):
            yield ""
            yield f"{tr(label)}:"
            yield from lines
    if sighting.learned:
        yield ""
        yield from learned_lines(sighting, tr)
    if entry.links:
        yield ""
        yield f"{tr('body.links')}:"
        for place, link in enumerate(entry.links, 1):
            yield f"{place}. {link.url}" + (f" ({link.label})" if link.label else "")


def learned_lines(sighting: Sighting, tr: Translator) -> Iterator[str]:
    """What arXiv says besides, below a line that says so; nothing where it was not asked."""
    if sighting.learned is None:
        return
    from tui_digest.text.said_elsewhere import said_elsewhere

    more = said_elsewhere(sighting, tr.day_of)
    yield tr("body.learned", date=tr.day_of(sighting.learned.asked))
    yield from filter(None, (more.title, ", ".join(more.authors), " · ".join(more.facts)))
    yield from more.abstract.split("\n") if more.abstract else ()


def columns(asked: int | None) -> int | None:
    """How long lines may be: as asked, else as wide as the terminal is; None (any length) where they go elsewhere."""
    if asked or sys.stdout is None or not sys.stdout.isatty():
        return asked
    return shutil.get_terminal_size((0, 0)).columns or None


def wrapped(text: str, width: int | None) -> Iterator[str]:
    """The line as it is, or in lines of so many cells, broken between words, which Korean has blanks between, too. A
    word that is longer than a line is broken; an address that is stays whole on a line of its own."""
    if not width:
        yield text
        return
    from tui_digest.tui.wrap import width_of, wrap

    begun, used = "", 0
    for word, blanks in _WORDS.findall(text):
        cells = width_of(word)
        if used and used + cells > width:
            yield begun.rstrip(" ")
            begun, used = "", 0
        if cells > width - used and "://" not in word:
            *lines, last = [word[start:end] for start, end in wrap(word, width)]
            yield from lines
            word, cells = last, width_of(last)
        begun += word + blanks
        used += cells + len(blanks)
    yield begun.rstrip(" ")
