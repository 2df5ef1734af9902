"""Files that are not plain text, read by the table of formats (`format_table.py`), pages and mail besides.

Functions for records make digests; those for pages and mail make Markdown, which the shapes read like any text, and the
numbers of the lines are put back after that. A module is loaded when the first file needs it.
"""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tui_digest.errors import SourceError
from tui_digest.parsing.format_table import FILE_FORMATS, MAILS, PAGES, SUFFIXES
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.models import ParsedDigest, Source
    from tui_digest.parsing.format_table import FileFormat
    from tui_digest.parsing.html_page import PageLine
    from tui_digest.parsing.periods import Period

    Read = Callable[[Source], tuple[ParsedDigest, ...]]
    Shapes = Callable[[Source, str | None, Period | None], tuple[ParsedDigest, ...]]
    """Reads text, as `parsing.parse_text` does."""


_BY_SUFFIX = {suffix: each for each in FILE_FORMATS for suffix in each.suffixes}
_BEGINS = frozenset(mark[0] for each in FILE_FORMATS for mark in each.begins)
_LISTING = "\\\\\narXiv:"
_HEADER_SOON = 200
_MAIL_BEGINS = regex(
    r"From \S|(?:From|To|Date|Subject|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Reply-To|Sender"
    r"|(?:X|List|DKIM|ARC|Authentication)-[\w-]+):",
    re.IGNORECASE,
)
_TABLE = regex(r"^[ \t]*<table\b(?:(?!<table\b).)*?</table>[ \t]*$", re.IGNORECASE | re.DOTALL | re.MULTILINE)
_LARGEST_PAGE = 8 * 1024 * 1024
_POST = 20_000
"""Fewer characters may be a post of a feed: there are many of these, and hardly one tells its days."""


def read_format(source: Source, near: Period | None, shapes: Shapes) -> tuple[ParsedDigest, ...] | None:
    """The digests of a source that is no plain text; None for one that is. Raises `source.malformed` and
    `source.no_papers` for a file whose ending promises what it does not hold."""
    suffix = _suffix(source)
    begin = source.text[:_HEADER_SOON].lstrip()
    if (promised := _BY_SUFFIX.get(suffix)) is not None:
        return _read_as(promised, source, near, shapes)
    for each in FILE_FORMATS if begin[:1] in _BEGINS else ():
        if each.known and begin.startswith(each.begins) and _function(each.known)(source):
            try:
                return _read_as(each, source, near, shapes)
            except SourceError:  # no ending promised it: then it is a text that begins so
                if suffix == ".xml":
                    raise
    if suffix in PAGES or (begin[:1] == "<" and _function("html_page.is_html")(source.text)):
        return _page(source, near, shapes)
    if suffix == ".xml":
        raise SourceError("source.no_papers", path=source.path, format="XML")
    if suffix in MAILS or (_MAIL_BEGINS.match(begin) and _function("mail.is_mail")(source)):
        return _mail(source, near, shapes)
    if _LISTING in source.text and _function("arxiv_mail.is_arxiv_mail")(source):
        listing: tuple[ParsedDigest, ...] = _function("arxiv_mail.read_arxiv_mail")(source)
        return listing
    return _text_with_tables(source, near, shapes) if "<table" in source.text or "<TABLE" in source.text else None


def _suffix(source: Source) -> str:
    return "." + source.name.rpartition(".")[2].lower() if "." in source.name else ""


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"tui_digest.parsing.{module}"), function)
    return found


def _read_as(each: FileFormat, source: Source, near: Period | None, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    """The digests of a source of this format."""
    if not each.as_text:
        digests: tuple[ParsedDigest, ...] = _function(each.read)(source, *([shapes] if each.inner else []))
        return digests
    lines: Sequence[PageLine] = _function(each.read)(source)
    return _numbered(shapes(_as_text(source, lines), None, near), lines)


def _page(source: Source, near: Period | None, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    from tui_digest.parsing.html_page import read_page

    if len(source.text) > _LARGEST_PAGE:
        raise SourceError("source.too_large", path=source.path, limit=_LARGEST_PAGE // 1024 // 1024)
    if "page_wrap" in source.text and _function("telegram_page.is_telegram")(source.text):
        lines: Sequence[PageLine] = _function("telegram_page.telegram_lines")(source.text)
        if lines:
            return _numbered(shapes(_as_text(source, lines), None, near), lines)
    page = read_page(source.text)
    text = _as_text(source, page.lines)
    names = (page.title, _stem(source))
    if page.title and near is None and len(text.text) < _POST and not any(map(_may_tell_days, names)):
        # Neither name tells days: what is found is dated or not, whichever of them it is read under.
        digests = _numbered(shapes(text, page.title, near), page.lines)
        if len(digests) == 1 and digests[0].start is None:
            return (digests[0]._replace(title=page.title),) if digests[0].title == _stem(source) else digests
    digests = _numbered(shapes(text, None, near), page.lines)
    if page.title and len(digests) == 1 and (digests[0].start is None or digests[0].title == _stem(source)):
        if digests[0].start is None:  # the page's own title may tell the days
            digests = _numbered(shapes(text, page.title, near), page.lines)
        digests = (digests[0]._replace(title=page.title),) if digests[0].title == _stem(source) else digests
    return digests


def _may_tell_days(name: str) -> bool:
    """Whether the name of a text may tell its days, or how it is written."""
    from tui_digest.parsing.dates import daily_header, days_of_name, weekly_header, year_of_name
    from tui_digest.parsing.decoding import TEXT_SUFFIXES
    from tui_digest.parsing.periods import Period

    if "." in name and name[name.rfind(".") :].rstrip().lower() in (*TEXT_SUFFIXES, *SUFFIXES):
        return True
    year = year_of_name(name)
    any_year = Period(date(2000, 1, 1), date(2000, 12, 31))  # days without a year, too
    return bool(year or weekly_header(name) or daily_header(name) or days_of_name(name, any_year))


def _text_with_tables(source: Source, near: Period | None, shapes: Shapes) -> tuple[ParsedDigest, ...] | None:
    """A text in which tables of papers stand as HTML, as Markdown allows; None where there are none."""
    from tui_digest.parsing.html_page import PageLine, read_page

    text = source.text
    lines: list[PageLine] = []

    def take(said: str) -> None:
        number = lines[-1].number if lines else 0
        lines.extend(PageLine(line, place) for place, line in enumerate(said.split("\n"), number + 1))

    done = 0
    for match in _TABLE.finditer(text):
        number = text.count("\n", 0, match.start()) + 1
        table = read_page(match[0], number).lines
        if not any(line.text[:2] == "| " for line in table):
            continue
        if match.start() > done:
            take(text[done : match.start() - 1])
        lines += [*table, PageLine("", number + match[0].count("\n"))]
        done = match.end() + 1
    if not done:
        return None
    if done < len(text):
        take(text[done:])
    return _numbered(shapes(_as_text(source, lines), None, near), lines)


def _mail(source: Source, near: Period | None, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    from tui_digest.parsing.mail import letters

    digests: list[ParsedDigest] = []
    for letter in letters(source):
        text = _as_text(source, letter.lines)
        if _LISTING in text.text:
            found = _function("arxiv_mail.read_arxiv_mail")(text)
        else:
            found = shapes(text, letter.subject or None, near) if text.text.strip() else ()
        for digest in _numbered(found, letter.lines):
            title = letter.subject if len(found) == 1 and letter.subject else digest.title
            start, end = (digest.start, digest.end) if digest.start else (letter.day, letter.day)
            digests.append(digest._replace(title=title, start=start, end=end, unread_date=None))
    if not digests:
        raise SourceError("source.no_papers", path=source.path, format="mail")
    return tuple(digests)


def _as_text(source: Source, lines: Sequence[PageLine]) -> Source:
    return source._replace(text="\n".join(line.text for line in lines))


def _stem(source: Source) -> str:
    return source.name.rpartition(".")[0]


def _numbered(digests: Sequence[ParsedDigest], lines: Sequence[PageLine]) -> tuple[ParsedDigest, ...]:
    """The digests with the line numbers of the file, not of the text that was made of it."""
    numbers = [0, *(line.number for line in lines), *([lines[-1].number] if lines else [])]

    def renumbered(digest: ParsedDigest) -> ParsedDigest:
        return digest._replace(
            entries=tuple(
                each._replace(start_line=numbers[each.start_line], end_line=numbers[each.end_line])
                for each in digest.entries
            ),
            header_lines=tuple(sorted({numbers[each] for each in digest.header_lines})),
            unplaced=tuple((numbers[number], text) for number, text in digest.unplaced),
        )

    return tuple(map(renumbered, digests))
