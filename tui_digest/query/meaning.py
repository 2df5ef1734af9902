"""What a tree means: the rows it asks for, out of the rows that each of its terms is true of."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from tui_digest.query.nodes import And, Field, Node, Not, Or, Words

T = TypeVar("T", int, date, str)


def folded(text: str) -> str:
    """Composed, and without the difference of small and capital letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def within(first: T, last: T, low: T | None, high: T | None) -> bool:
    """Whether the time from `first` to `last` and the span have something in common."""
    return (low is None or last >= low) and (high is None or first <= high)


def evaluate(node: Node | None, leaf: Callable[[Words | Field], int], universe: int) -> int:
    """The rows that are asked for, bit n for row n, out of the rows of `universe`. `leaf` says in which rows a term
    holds; it is not asked where the answer cannot change anything."""
    if node is None or not universe:
        return universe
    if isinstance(node, Words | Field):
        return leaf(node) & universe
    if isinstance(node, Not):
        return universe & ~evaluate(node.node, leaf, universe)
    if isinstance(node, And):
        for each in node.nodes:
            universe = evaluate(each, leaf, universe)
        return universe
    found = 0
    for each in node.nodes:
        found |= evaluate(each, leaf, universe & ~found)
    return found


def respelled(node: Node, spellings: Callable[[str], Sequence[str]]) -> Node:
    """The tree with every tag as any of its spellings."""

    def spelled(tag: str) -> Node:
        found = [Field("tag", spelling) for spelling in spellings(tag)]
        return Or(tuple(found)) if len(found) > 1 else found[0]

    return _replaced(node, "tag", spelled)


def located(node: Node, address_of: Callable[[str], str]) -> Node:
    """The tree with the address of every source in the place of its name."""
    return _replaced(node, "source", lambda name: Field("source", address_of(name)))


def _replaced(node: Node, name: str, by: Callable[[str], Node]) -> Node:
    """The tree with what `by` makes of its value in the place of every field of that name."""
    if isinstance(node, Not):
        return Not(_replaced(node.node, name, by))
    if isinstance(node, And | Or):
        return type(node)(tuple(_replaced(each, name, by) for each in node.nodes))
    return by(str(node.value)) if isinstance(node, Field) and node.name == name else node


def plain(node: Node | None) -> tuple[Words, ...]:
    """The words and phrases that are asked for, each once: what is highlighted, and what `n` and `p` go to."""
    return tuple(dict.fromkeys(each for each, wanted in _leaves(node, True) if wanted and isinstance(each, Words)))


def fields_used(node: Node | None) -> frozenset[str]:
    """The names of the fields that are asked about."""
    return frozenset(each.name for each, _ in _leaves(node, True) if isinstance(each, Field))


def terms_of(node: Node | None) -> tuple[Words | Field, ...]:
    """All terms, each once."""
    return tuple(dict.fromkeys(each for each, _ in _leaves(node, True)))


def _leaves(node: Node | None, wanted: bool) -> Iterator[tuple[Words | Field, bool]]:
    if isinstance(node, Words | Field):
        yield node, wanted
    elif isinstance(node, Not):
        yield from _leaves(node.node, not wanted)
    elif isinstance(node, And | Or):
        for each in node.nodes:
            yield from _leaves(each, wanted)
