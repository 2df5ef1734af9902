"""What a tree means: over one paper's facts (`matches`, the definition), over sets of rows (`evaluate`, the use)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from tui_digest.models import UNDATED
from tui_digest.query.nodes import And, Asked, Dates, Field, Node, Not, Numbers, Or, Weeks, Words

T = TypeVar("T", int, date, str)


class Facts(NamedTuple):
    """All that a query can ask of one entry."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """The digest's."""
    own_tags: tuple[str, ...] = ()
    """The reader's."""
    note: str | None = None
    digest_title: str = ""
    digest_path: str = ""
    week: str = UNDATED
    start: date | None = None
    """The first day of its digest."""
    end: date | None = None
    """The last day of its digest; None is the same as the first."""
    added: date | None = None
    """The day it came into the library."""
    read: bool = False
    starred: bool = False
    arxiv_id: str | None = None
    has_abstract: bool = False
    links: int = 0
    """How many, besides the entry's own."""
    votes: int | None = None
    seen: int = 1
    """In how many digests the paper is."""
    abstract: str | None = None
    commentary: str | None = None
    key: str = ""
    section: str | None = None
    """The topic heading it stands under."""


Contains = Callable[[str, str], bool]
"""Whether the first text is found in the second."""


def folded(text: str) -> str:
    """Composed, and without the difference of small and capital letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def found_in(needle: str, haystack: str) -> bool:
    """The plainest way to find a text: anywhere, in small or capital letters."""
    return folded(needle) in folded(haystack)


def matches(node: Node | None, facts: Facts, contains: Contains = found_in) -> bool:
    """Whether a paper is among what the query asks for."""
    if node is None:
        return True
    if isinstance(node, Words):
        return any(contains(node.text, text) for text in texts(facts))
    if isinstance(node, Field):
        return _holds(node, facts, contains)
    if isinstance(node, Not):
        return not matches(node.node, facts, contains)
    found = (matches(each, facts, contains) for each in node.nodes)
    return all(found) if isinstance(node, And) else any(found)


def listed(asked: Asked, papers: Sequence[Facts], contains: Contains = found_in) -> list[int]:
    """The places of what is asked for, sorted and cut off as asked. What lacks the thing to sort by comes last, either
    way; what is equal in it stays in reading order."""
    found = [place for place, facts in enumerate(papers) if matches(asked.tree, facts, contains)]
    if asked.sort is not None:
        name, descending = asked.sort
        keys = {place: _sort_key(name, papers[place]) for place in found}
        known = sorted((place for place in found if keys[place]), key=lambda place: keys[place], reverse=descending)
        found = known + [place for place in found if not keys[place]]
    return found[: asked.limit]


def _sort_key(name: str, facts: Facts) -> tuple[int | str, ...]:
    """Empty where there is nothing to sort by."""
    if name == "title":
        return (folded(facts.title),) if facts.title else ()
    if name == "author":
        return (folded(facts.authors[0]),) if facts.authors else ()
    if name in ("votes", "seen"):
        number = facts.votes if name == "votes" else facts.seen
        return () if number is None else (number,)
    day = facts.added if name == "added" else facts.start
    return () if day is None else (day.toordinal(),)


def texts(facts: Facts) -> Iterator[str]:
    """Where free text is looked for; a word or phrase stands in one of them."""
    for text in (facts.title, facts.abstract, facts.commentary, facts.note, facts.key):
        if text:
            yield text
    yield from (*facts.authors, *facts.tags, *facts.own_tags)


def _holds(field: Field, facts: Facts, contains: Contains) -> bool:
    value = field.value
    if isinstance(value, Numbers):
        number = facts.votes if field.name == "votes" else facts.seen
        return number is not None and within(number, number, *value)
    if isinstance(value, Dates):
        first, last = (facts.added, None) if field.name == "added" else (facts.start, facts.end)
        return first is not None and within(first, last or first, *value)
    if isinstance(value, Weeks):
        return facts.week != UNDATED and within(facts.week, facts.week, *value)
    if field.name == "tag":
        return folded(value) in {folded(tag) for tag in (*facts.tags, *facts.own_tags)}
    if field.name == "week":
        return facts.week == value
    if field.name == "arxiv":
        return facts.arxiv_id == value
    if field.name.endswith("="):
        return _whole(value) in map(_whole, _named(field.name[:-1], facts))
    if field.name in ("is", "has"):
        return _states(facts)[value]
    return any(contains(value, text) for text in _named(field.name, facts))


def _whole(name: str) -> str:
    return folded(" ".join(name.split()))


def _named(name: str, facts: Facts) -> tuple[str, ...]:
    """The texts that `title:`, `author:`, `section:`, `note:` and `digest:` look in."""
    if name == "author":
        return facts.authors
    if name == "section":
        return (facts.section or "",)
    if name == "digest":
        return facts.digest_title, facts.digest_path
    return ((facts.title if name == "title" else facts.note) or "",)


def _states(facts: Facts) -> dict[str, bool]:
    return {
        "unread": not facts.read,
        "read": facts.read,
        "starred": facts.starred,
        "noted": bool(facts.note),
        "arxiv": facts.arxiv_id is not None,
        "abstract": facts.has_abstract,
        "link": facts.links > 0,
    }


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
    if isinstance(node, Not):
        return Not(respelled(node.node, spellings))
    if isinstance(node, And | Or):
        return type(node)(tuple(respelled(each, spellings) for each in node.nodes))
    if isinstance(node, Field) and node.name == "tag":
        found = [Field("tag", spelling) for spelling in spellings(str(node.value))]
        return Or(tuple(found)) if len(found) > 1 else found[0]
    return node


def plain(node: Node | None) -> tuple[Words, ...]:
    """The words and phrases that are asked for, each once: what is highlighted, and what `n` and `p` go to."""
    return tuple(dict.fromkeys(each for each, wanted in _leaves(node, True) if wanted and isinstance(each, Words)))


def fields_used(node: Node | None) -> frozenset[str]:
    """The names of the fields that are asked about."""
    return frozenset(each.name for each, _ in _leaves(node, True) if isinstance(each, Field))


def _leaves(node: Node | None, wanted: bool) -> Iterator[tuple[Words | Field, bool]]:
    if isinstance(node, Words | Field):
        yield node, wanted
    elif isinstance(node, Not):
        yield from _leaves(node.node, not wanted)
    elif isinstance(node, And | Or):
        for each in node.nodes:
            yield from _leaves(each, wanted)
