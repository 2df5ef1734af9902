"""The pages of a chat or channel that Telegram exports, as the lines of a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.html_page import PageLine, plain_text, read_page
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_MESSAGE = regex(r"<div class=\"message (?P<kind>default|service)[^\"]*\"[^>]*>")
_WHEN = regex(
    r"class=\"[^\"]*\bdate\b[^\"]*\"\s+title=\"(?P<day>\d{2})\.(?P<month>\d{2})\.(?P<year>\d{4}) (?P<time>\d{2}:\d{2})"
)
_WHO = regex(r"<div class=\"from_name\">(?P<said>[^<]{1,200})")
_TEXT = regex(r"<div class=\"text\">")
_END = regex(r"<(?P<end>/?)div\b[^>]*>")
_SOON = 20_000


def is_telegram(text: str) -> bool:
    """Whether a page is one that Telegram exported, with messages in it."""
    return "page_wrap" in text[:_SOON] and _MESSAGE.search(text, 0, _SOON) is not None


def telegram_lines(text: str) -> Sequence[PageLine]:
    """Every message with a text as the lines of a chat, `2024-03-05, 09:12 - Ann: …`, each with its line of the
    page."""
    found = [*_MESSAGE.finditer(text)]
    lines: list[PageLine] = []
    who, counted, number = "", 0, 1
    for place, match in enumerate(found):
        number, counted = number + text.count("\n", counted, match.start()), match.start()
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        when = _WHEN.search(text, match.end(), end)
        said = _TEXT.search(text, match.end(), end)
        if named := _WHO.search(text, match.end(), end):
            who = " ".join(plain_text(named["said"]).split())
        if when is None or said is None or not who:
            continue
        first = number + text.count("\n", counted, said.end())
        page = read_page(text[said.end() : _text_end(text, said, end)], first)
        head = f"{when['year']}-{when['month']}-{when['day']}, {when['time']} - {who}:"
        told = [line for line in page.lines if line.text]
        if told:
            lines += [PageLine(f"{head} {told[0].text}", told[0].number), *told[1:]]
    return lines


def _text_end(text: str, said: re.Match[str], end: int) -> int:
    """Where the text of a message ends: at the end of its own element."""
    depth = 1
    for mark in _END.finditer(text, said.end(), end):
        depth += -1 if mark["end"] else 1
        if not depth:
            return mark.start()
    return end
