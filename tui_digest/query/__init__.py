"""The one query language: the search box, the tag sidebar, saved views, `--filter` and exports read a text here.

`docs/query.md` tells it by examples. `read` makes a tree of the text (`nodes`), `evaluate` asks a list of entries with
it, `unparse` and `with_term` write text again, `caret` points at a mistake.
Only what is asked for is loaded: the first screen needs hardly any of it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_digest.query.completing import complete, completed, fragment
    from tui_digest.query.grammar import read, term
    from tui_digest.query.meaning import evaluate, fields_used, located, plain, respelled, terms_of, within
    from tui_digest.query.nodes import And, Asked, Dates, Field, Node, Not, Numbers, Or, QueryError, Weeks, Words
    from tui_digest.query.pointing import caret
    from tui_digest.query.vocabulary import FIELDS, SORTS
    from tui_digest.query.writing import both, has_term, unparse, with_term

__all__ = [
    "FIELDS",
    "SORTS",
    "And",
    "Asked",
    "Dates",
    "Field",
    "Node",
    "Not",
    "Numbers",
    "Or",
    "QueryError",
    "Weeks",
    "Words",
    "both",
    "caret",
    "complete",
    "completed",
    "evaluate",
    "fields_used",
    "fragment",
    "has_term",
    "located",
    "plain",
    "read",
    "respelled",
    "term",
    "terms_of",
    "unparse",
    "with_term",
    "within",
]

_HOMES = {
    "completing": "complete completed fragment",
    "vocabulary": "FIELDS SORTS",
    "meaning": "evaluate fields_used located plain respelled terms_of within",
    "nodes": "And Asked Dates Field Node Not Numbers Or QueryError Weeks Words",
    "pointing": "caret",
    "grammar": "read term",
    "writing": "both has_term unparse with_term",
}
"""Module of this package -> the names that it defines."""


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names.split():
            from importlib import import_module

            found: object = getattr(import_module(f"{__name__}.{home}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
