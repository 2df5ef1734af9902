"""What a query means, said once more in the plainest way: a look at every fact of every entry, one after the other.

The program answers with columns, sets and an index (`library/terms.py`). Tests hold that both say the same. Here
nothing is fast, and nothing is shared with the other side but the reading of the text, what folding makes of letters
(`text/matching.py`) and what is drawn of Markdown (`text/drawn_text.py`), which have tests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from tui_digest.library import Library
from tui_digest.models import UNDATED, Learned, Sighting
from tui_digest.query import And, Asked, Dates, Field, Node, Not, Numbers, Weeks, Words
from tui_digest.text.drawn_text import drawn
from tui_digest.text.matching import fold, initials, is_initials, searchable


class Facts(NamedTuple):
    """All that a query can ask of one entry."""

    title: str | None = None
    said_title: str | None = None
    """arXiv's."""
    stand_in: str = ""
    """What is shown where there is no title."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """The digest's."""
    own_tags: tuple[str, ...] = ()
    """The user's."""
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
    published: date | None = None
    """The day of its paper's first version, as arXiv says; else its own day, as its digest does."""
    updated: date | None = None
    """That of the latest, as arXiv says."""
    read: bool = False
    starred: bool = False
    arxiv: str | None = None
    """The id that its paper is known by: its own, or that of another entry of the same title."""
    doi: str | None = None
    """Of its paper, or of its own address."""
    other_arxiv: str | None = None
    """The id as the entry's own address spells it."""
    hosts: tuple[str, ...] = ()
    """Of its addresses."""
    labels: tuple[str, ...] = ()
    """Of its links."""
    links: int = 0
    """How many, besides the entry's own."""
    votes: int | None = None
    seen: int = 1
    """In how many digests the paper is."""
    abstract: str | None = None
    commentary: str | None = None
    section: str | None = None
    waits_since: int | None = None
    """The moment from which on its paper waits that a triage put off."""
    new: bool = False
    """Whether its paper came in since the reader was last left."""
    sources: tuple[str, ...] = ()
    """The names of those that brought its digest."""


def facts_of(library: Library) -> list[Facts]:
    """Of every entry of a library, in reading order."""
    everything = list(library.lists.all_sightings())
    digests: dict[str, set[str]] = {}
    for sighting in everything:
        digests.setdefault(sighting.key, set()).add(sighting.digest.id)
    return [_facts(library, sighting, len(digests[sighting.key])) for sighting in everything]


def _facts(library: Library, sighting: Sighting, seen: int) -> Facts:
    entry, digest, mark = sighting.entry, sighting.digest, library.marks.of(sighting.key)
    learned = sighting.learned or Learned("")
    kind, _, name = sighting.key.partition(":")
    addresses = [address for address in (entry.url, *(link.url for link in entry.links)) if address]
    return Facts(
        title=entry.title,
        said_title=learned.title,
        stand_in=entry.display_title,
        authors=entry.authors,
        tags=entry.tags,
        own_tags=mark.tags,
        note=mark.note,
        digest_title=digest.title,
        digest_path=digest.path,
        week=digest.week,
        start=digest.start,
        end=digest.end,
        added=digest.added,
        published=date.fromisoformat(learned.published) if learned.published else entry.date,
        updated=date.fromisoformat(learned.updated) if learned.updated else None,
        read=mark.read,
        starred=mark.starred,
        waits_since=library.marks.waits_since(sighting.key),
        arxiv=name if kind == "arxiv" else None,
        doi=next((key[4:] for key in (sighting.key, entry.key) if key.startswith("doi:")), None),
        other_arxiv=entry.arxiv_id,
        hosts=tuple(address.split("://")[-1].split("/")[0].removeprefix("www.") for address in addresses),
        labels=tuple(link.label for link in entry.links if link.label),
        links=len(entry.links),
        votes=entry.votes,
        seen=seen,
        abstract=entry.abstract,
        commentary=entry.commentary,
        section=entry.section,
        new=sighting.key in library.imports.arrivals.papers,
        sources=tuple(
            name for name, source in library.sources.all().items()
            if digest.path == source.address or digest.path.startswith((source.address + "/", source.address + "#"))
        ),
    )  # fmt: skip


def matches(node: Node | None, facts: Facts) -> bool:
    """Whether an entry is among what the query asks for."""
    if node is None:
        return True
    if isinstance(node, Words):
        if node.phrase:
            return any(searchable(node.text) in searchable(text) for text in _texts(facts))
        return (
            any(found_in(node.text, text) for text in _texts(facts))
            or any(found_in(node.text, text, short=True) for text in (_title(facts), *facts.tags, *facts.own_tags))
            or any(long_initials(searchable(node.text), searchable(text)) for text in _long_texts(facts))
        )
    if isinstance(node, Field):
        return _holds(node, facts)
    if isinstance(node, Not):
        return not matches(node.node, facts)
    found = [matches(each, facts) for each in node.nodes]
    return all(found) if isinstance(node, And) else any(found)


def listed(asked: Asked, entries: Sequence[Facts]) -> list[int]:
    """The places of what is asked for, sorted and cut off as asked. What lacks the thing to sort by comes last, either
    way; what is equal in it stays in reading order."""
    found = [place for place, facts in enumerate(entries) if matches(asked.tree, facts)]
    if asked.sort is not None:
        name, descending = asked.sort
        keys = {place: _sort_key(name, entries[place]) for place in found}
        known = [place for place in found if keys[place] is not None]
        known.sort(key=lambda place: keys[place], reverse=descending)
        found = known + [place for place in found if keys[place] is None]
    return found[: asked.limit]


def found_in(needle: str, text: str, *, short: bool = False) -> bool:
    """Whether a text holds what was typed, in any spacing; where `short` holds, initial consonants stand for
    syllables."""
    wanted, text = searchable(needle), searchable(text)
    return any(each in text for each in spacings(wanted)) or (
        short and is_initials(wanted) and wanted in initials(text)
    )


def spacings(word: str) -> list[str]:
    """A word as it is, and with every choice of blanks between those of its syllables that stand in threes or more."""
    if " " in word:
        return [word]
    found = [""]
    for place, letter in enumerate(word):
        run = re.search("[가-힣]*$", word[:place])[0] + re.match("[가-힣]*", word[place:])[0]  # type: ignore[index]
        within = "가" <= letter <= "힣" and place > 0 and "가" <= word[place - 1] <= "힣" and len(run) > 2
        found = [before + between + letter for before in found for between in (("", " ") if within else ("",))]
    return found


def long_initials(wanted: str, text: str) -> bool:
    """Whether three consonants or more stand for syllables of a long text: the first for one that a word begins with,
    and of every word after that two or more."""
    if len(wanted) < 3 or not is_initials(wanted):
        return False
    starts = (match.start() for match in re.finditer("(?<![가-힣ㄱ-ㅎ])[가-힣ㄱ-ㅎ]", text))
    return any(_from(wanted, text[place : place + 2 * len(wanted)]) for place in starts)


def _from(wanted: str, text: str) -> bool:
    """Whether the syllables that a text begins with are those."""
    word, _, rest = text.partition(" ")
    letters = [initials(each) or "-" for each in word]
    if letters[: len(wanted)] == [*wanted]:
        return True
    given = len(letters)
    return len(wanted) - given >= 2 and letters == [*wanted[:given]] and _two(rest) and _from(wanted[given:], rest)


def _two(text: str) -> bool:
    return re.match("[가-힣ㄱ-ㅎ]{2}", text) is not None


def _sort_key(name: str, facts: Facts) -> Any:
    """None where there is nothing to sort by."""
    if name == "title":
        return fold(title) if (title := facts.title or facts.said_title) else None
    if name == "author":
        return fold(facts.authors[0]) if facts.authors else None
    if name == "waiting":
        return None if facts.waits_since is None else -facts.waits_since
    return {"votes": facts.votes, "seen": facts.seen, "added": facts.added, "date": facts.start}[name]


def _texts(facts: Facts) -> Iterator[str]:
    """Where free text is looked for; a word or phrase stands in one of them."""
    ids = (facts.arxiv, facts.other_arxiv, facts.doi)
    for text in (_title(facts), facts.said_title, facts.note, *ids):
        if text:
            yield text
    for text in (facts.abstract, facts.commentary):
        if text:
            yield drawn(text)  # what is seen, not its marks
    yield from (*facts.authors, *facts.tags, *facts.own_tags, *facts.hosts, *facts.labels)


def _long_texts(facts: Facts) -> Iterator[str]:
    """Where initial consonants have to begin with a word."""
    yield from (drawn(text) for text in (facts.abstract, facts.commentary) if text)
    if facts.note:
        yield facts.note


def _title(facts: Facts) -> str:
    return facts.title or facts.said_title or facts.stand_in


def _holds(field: Field, facts: Facts) -> bool:
    name, value = field.name, field.value
    if isinstance(value, Numbers):
        number = facts.votes if name == "votes" else facts.seen
        return number is not None and _in(number, number, value)
    if isinstance(value, Dates):
        days = {"added": facts.added, "published": facts.published, "updated": facts.updated}
        first, last = (facts.start, facts.end) if name == "date" else (days[name], None)
        return first is not None and _in(first, last or first, value)
    if isinstance(value, Weeks):
        return facts.week != UNDATED and _in(facts.week, facts.week, value)
    if name == "tag":
        return fold(value) in map(fold, (*facts.tags, *facts.own_tags))
    if name == "week":
        return facts.week == value
    if name == "arxiv":  # a subject class is no part of what an id names: math.GT/0309136 is math/0309136
        archive, slash, rest = value.partition("/")
        return facts.arxiv == (archive.split(".")[0] + slash + rest if slash else value)
    if name.endswith("="):
        return searchable(value) in map(searchable, _named(name[:-1], facts))
    if name == "is":
        states = {"read": facts.read, "unread": not facts.read, "starred": facts.starred, "noted": bool(facts.note)}
        states |= {"tagged": bool(facts.own_tags), "new": facts.new, "later": facts.waits_since is not None}
        return states[value]
    if name == "source":
        return value.casefold() in [each.casefold() for each in facts.sources]
    if name == "has":
        return {"arxiv": facts.arxiv is not None, "abstract": bool(facts.abstract), "link": facts.links > 0}[value]
    return any(found_in(value, text, short=name == "title") for text in _named(name, facts))


def _named(name: str, facts: Facts) -> tuple[str, ...]:
    """The texts that `title:`, `author:`, `section:`, `note:` and `digest:` look in."""
    if name == "author":
        return facts.authors
    if name == "digest":
        return facts.digest_title, facts.digest_path
    if name == "title":
        return _title(facts), facts.said_title or ""
    return ({"note": facts.note, "section": facts.section}[name] or "",)


def _in(first: Any, last: Any, span: Numbers | Dates | Weeks) -> bool:
    """Whether the time from `first` to `last` and the span have something in common."""
    low, high = span
    return (low is None or last >= low) and (high is None or first <= high)
