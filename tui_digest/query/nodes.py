"""What a query text says, as a tree: the records that `read` makes and everything else takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from tui_digest.errors import EXIT_USAGE, DigestError


class Words(NamedTuple):
    """One word, or one phrase, that stands anywhere in a paper's text."""

    text: str
    """NFC, as typed; a phrase has one blank between each two words."""
    phrase: bool = False
    """Whether it stood in quotes."""


class Numbers(NamedTuple):
    """From `first` to `last`, both included; None is an open end."""

    first: int | None
    last: int | None


class Dates(NamedTuple):
    """From `first` to `last`, both included; None is an open end."""

    first: date | None
    last: date | None


class Weeks(NamedTuple):
    """From `first` to `last`, ISO weeks such as `2023-W30`, both included; None is an open end."""

    first: str | None
    last: str | None


Value: TypeAlias = str | Numbers | Dates | Weeks


class Field(NamedTuple):
    """One `name:value`. Every comparison and range is read into an inclusive span, so there is no operator left."""

    name: str
    value: Value
    """By name: `tag title author note digest`, and `author= digest=` for the whole name: the text; `is has`: one of
    their words; `source`: its name, later its address; `view`: its name, where nobody said what views there are;
    `arxiv`: the id without version;
    `votes seen`: `Numbers`; `date added published updated`: `Dates`; `week`: `Weeks`, or `UNDATED`; its name, where
    nobody said which there are."""


class Not(NamedTuple):
    """What `node` leaves out."""

    node: Node


class And(NamedTuple):
    """All of two or more; `word` keeps it from being equal to an `Or` of the same."""

    nodes: tuple[Node, ...]
    word: Literal["AND"] = "AND"


class Or(NamedTuple):
    """Any of two or more."""

    nodes: tuple[Node, ...]
    word: Literal["OR"] = "OR"


Node: TypeAlias = Words | Field | Not | And | Or


class Asked(NamedTuple):
    """A whole query."""

    tree: Node | None = None
    """None keeps everything."""
    sort: tuple[str, bool] | None = None
    """One of `SORTS`, and whether it descends; None is reading order."""
    limit: int | None = None


def fields(tree: Node | None) -> Iterator[Field]:
    """Every `name:value` of the tree, those that are left out among them."""
    if isinstance(tree, Field):
        yield tree
    elif isinstance(tree, Not):
        yield from fields(tree.node)
    elif isinstance(tree, And | Or):
        for node in tree.nodes:
            yield from fields(node)


class Edit(NamedTuple):
    """Put `text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


class QueryError(DigestError):
    """A mistake in a query: what, where, and what could stand there instead."""

    position: int
    """Where the mistake begins: an offset into the text, in code points."""
    length: int
    """How many code points it takes up; 0 at the end of the text."""
    fixed: str | None = None
    """The whole text with the suggestion put in, where there is one."""

    def __init__(
        self,
        message_id: str,
        start: int,
        end: int,
        *,
        edit: Edit | None = None,
        suggestion: str = "",
        **details: object,
    ) -> None:
        super().__init__(message_id, exit_code=EXIT_USAGE, suggestion=suggestion, **details)
        self.position = start
        self.length = end - start
        self.edit = edit
