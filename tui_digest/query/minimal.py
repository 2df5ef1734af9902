"""The filter language: the filter box and the CLI's `--filter` read a text here.

Words must all be found; `tag:NAME` and `is:unread|starred|noted` narrow; `tag:"two words"` takes a name with blanks.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tui_digest.errors import EXIT_USAGE, DigestError

VIEWS = ("all", "unread", "starred", "noted")

_TERM = re.compile(r'(?:(?P<field>tag|is):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')


class Query(NamedTuple):
    """What to keep: papers of one view, that hold every tag and every word."""

    words: str = ""
    """A blank between each two."""
    tags: tuple[str, ...] = ()
    view: str = "all"


def parse(text: str) -> Query:
    """Reads a filter; `is:` with a name that is no view raises `DigestError`, naming the views."""
    words: list[str] = []
    tags: list[str] = []
    view = "all"
    for term in _TERM.finditer(text):
        value = term["phrase"] if term["phrase"] is not None else term["word"]
        if term["field"] == "tag":
            tags.append(value)
        elif term["field"] == "is":
            if value not in VIEWS:
                raise DigestError("query.view", exit_code=EXIT_USAGE, value=value, allowed=", ".join(VIEWS))
            view = value
        elif value:
            words.append(value)
    return Query(" ".join(words), tuple(tags), view)
