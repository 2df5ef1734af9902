"""What stands below a paper's heading or list item: labelled lines (`Authors:`, `作者：`, `Vote:`), links and pictures
on lines of their own, tags, abstract and commentary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.models import Link
from tui_digest.parsing.authors import authors_in, left_out_within
from tui_digest.parsing.bare_names import take_bare_authors
from tui_digest.parsing.days import day_said
from tui_digest.parsing.drafts import take_tags
from tui_digest.parsing.labels import Label, Labelled, labelled, lone_label, may_label
from tui_digest.parsing.language import has_eastern, is_commentary_language
from tui_digest.parsing.lines import (
    ANY_LINK,
    fields_apart,
    is_badge,
    is_dressing,
    is_link_line,
    is_rule,
    links_alone,
    named_in_text,
    names_paper,
    number_in,
    own_url,
    paper_named,
    same_said,
    tag_words,
    votes_alone,
)
from tui_digest.parsing.links import find_links, is_paper, links_in, may_link, url_line
from tui_digest.parsing.markdown import (
    SUMMARY,
    has_words,
    is_label,
    leading_link,
    plain,
    readable,
    without_offers,
    without_tags,
)
from tui_digest.parsing.parts import is_part_of_a_text
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.drafts import Draft

_UNITS = dict.fromkeys(map(ord, "년월일年月日号號"))
_LONGEST_DAY = 60
_LONE = 2
_FEWEST_WORDS = 2
"""An abstract has at least so many."""
_LIST_MARK = regex(r"\s*(?:[-*+•●]\s|\d{1,2}[.)]\s)")
_CLOSES = regex(r"(?:\s*</(?:details|summary|div|p)>)+\s*$")
_BULLET = regex(r"\s*[-*+•]\s+")
_QUOTE = regex(r"\s*>\s?")
_INITIALED = r"[A-Z]{1,3} [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?"
_CITED = regex(rf"\s*(?P<names>{_INITIALED}(?:, {_INITIALED})*)(?P<more>,? ?(?:…|\.\.\.))?\s+[-–]\s+(?P<rest>.*\S)\s*$")
"""`A Lee, B Ray… - Venue, 2024`, as Google Scholar cites."""
_WORKS = regex(r"[(（]|(?<=[^\s\[])\s?\[(?=[^\[\]]*[^\W\d_]{2})[^\[\]]+\]")
_NOTHING = regex(r"\W*(?:no abstract(?: is)? available|n/?a|none|null|-|없음|暂无|なし)?\W*$", re.IGNORECASE)
_OFF = {Label.ABSTRACT, Label.SUMMARY, Label.AUTHORS, Label.TAGS, Label.CATEGORIES, Label.LINK, Label.TITLE, Label.CODE}


def is_paper_field(line: str) -> bool:
    """Whether a line gives the votes or the authors of a paper."""
    found = labelled(line)
    return (found is not None and found.field in (Label.VOTES, Label.AUTHORS)) or votes_alone(line) is not None


def read_block(draft: Draft, lines: Sequence[str]) -> None:
    """Fills in what the lines below a title say."""
    rest = _Block(draft, lines).read()
    rest, tags = take_tags(rest)
    draft.tags += tags
    if not draft.urls and (own := own_url([link for link in draft.links if not is_badge(link.url)])):
        draft.urls.append(own)
    if not draft.urls:
        papers = [
            link
            for line in rest
            for link in links_in(line)
            if names_paper(link.label) or (is_label(link.label) and is_paper(link.url))
        ]
        draft.urls += [link.url for link in papers[:1]] or _labelled_paper(rest) or named_in_text(rest)[:1]
    if not draft.authors:
        take_bare_authors(draft, rest)
    if draft.date is None:
        _take_closing_day(draft, rest)
    _tell_abstract(draft, readable(rest))


def _labelled_paper(lines: Sequence[str]) -> list[str]:
    """The address of a paper that stands alone behind a label of the writer's own, `Where: URL`."""
    said = (found.value for line in lines if may_link(line) and (found := labelled(line)) and found.field is None)
    return next(([urls[0]] for value in said if (urls := url_line(value)) and is_paper(urls[0])), [])


class _Block:
    """One walk over the lines below a title."""

    def __init__(self, draft: Draft, lines: Sequence[str]) -> None:
        self._draft = draft
        self._lines = lines
        self._rest: list[str] = []

    def read(self) -> list[str]:
        """Fills in the draft; the lines that are text."""
        place = 0
        while place < len(self._lines):
            place += self._take(place)
        return self._rest

    def _take(self, place: int) -> int:
        """Reads the line at `place` and those that continue it; returns how many lines that were."""
        line = self._lines[place]
        if not line or line.isspace():
            self._rest.append(line)
            return 1
        if is_dressing(line):
            return 1
        found = labelled_at(line)
        if found is not None and found.field in _OFF and not has_words(found.value):
            taken = self._take_below(found.field, place)
            if taken:
                return taken
        if found is not None and found.field is Label.ABSTRACT and found.value and not self._draft.abstract:
            end = self._paragraph_end(place + 1, line)
            said = [found.value, *self._lines[place + 1 : end]]
            if not _NOTHING.match(found.value):
                self._draft.abstract = [_unquoted(each) for each in said]
                return end - place
        left = _untaken(self._draft, self._without_cited(line))
        if left is not None:
            self._rest.append(left)
        return 1

    def _without_cited(self, line: str) -> str:
        """What a line says behind names with initials that cite the paper; the line itself where none are."""
        if self._draft.authors or not (" - " in line or " – " in line) or not (cited := _CITED.match(line)):
            return line
        more = ("…",) if cited["more"] else ()
        self._draft.authors = (*cited["names"].split(", "), *more)
        return cited["rest"]

    def _take_below(self, field: Label | None, place: int) -> int:
        """A label alone on its line, whose value stands below: how many lines both take, 0 where the label is not
        known."""
        first = place + 1
        while first < len(self._lines) and not self._lines[first].strip():
            first += 1
        if first == len(self._lines):
            return 1 if field in (Label.AUTHORS, Label.TAGS, Label.LINK, Label.CATEGORIES) else 0
        if field is Label.ABSTRACT and not self._draft.abstract:
            heading = self._lines[place].lstrip()[:1] == "#" or "<summary" in self._lines[place]
            end = self._section_end(first) if heading else self._quote_end(first)
            said = [_unquoted(each) for each in self._lines[first:end]]
            if end == first or all(_NOTHING.match(each) for each in said):
                return 0
            self._draft.abstract = [each for each in said if not each or not is_dressing(each)]
            return end - place
        if (field in (Label.AUTHORS, Label.TAGS, Label.CATEGORIES) and first == place + 1) or self._is_heading(place):
            end = self._list_end(first)
            below = [_BULLET.sub("", each, count=1).strip() for each in self._lines[first:end]]
            if field is Label.AUTHORS and not self._draft.authors and below:
                names = authors_in(", ".join(below))
                self._draft.authors = names
                return end - place if names else 0
            if field in (Label.TAGS, Label.CATEGORIES) and below:
                tags = [tag for each in below for tag in tag_words(_plain_tags(each))]
                self._draft.tags += tags
                return end - place if tags else 0
        if field is Label.TITLE and self._draft.title is None:
            self._draft.title = plain(self._lines[first].strip(" \t-*>")) or None
            return first + 1 - place
        return 1 if field is Label.LINK and may_link(self._lines[first]) and links_alone(self._lines[first]) else 0

    def _is_heading(self, place: int) -> bool:
        return self._lines[place].lstrip()[:1] == "#"

    def _paragraph_end(self, place: int, line: str) -> int:
        """Where the paragraph ends that a labelled line begins: at a blank line, a field, a list item, a tag."""
        item = line.lstrip()[:1] in ("-", "*", "+", "•") and line.lstrip()[1:2] in (" ", "\t")
        while place < len(self._lines) and self._lines[place].strip() and not self._stops(place, item=item):
            place += 1
        return place

    def _quote_end(self, first: int) -> int:
        """Where the paragraph or the quote ends that stands below a lone label."""
        quoted = self._lines[first].lstrip()[:1] == ">"
        place = first
        while place < len(self._lines) and self._lines[place].strip():
            if quoted and self._lines[place].lstrip()[:1] != ">":
                break
            if not quoted and self._stops(place, item=True):
                break
            place += 1
        return place

    def _section_end(self, first: int) -> int:
        """Where the text ends that stands below a heading or a summary that is a label."""
        place = first
        while place < len(self._lines):
            text = self._lines[place].lstrip()
            if text[:1] == "#" or text[:9].lower() == "</details" or (is_rule(text) and text[:1] != "="):
                break
            found = labelled_at(self._lines[place]) if text else None
            if found is not None and found.field is not None and (place > first or found.value):
                break
            place += 1
        while place > first and not self._lines[place - 1].strip():
            place -= 1
        return place

    def _list_end(self, first: int) -> int:
        """Where the names or tags end that stand below a lone label: one line, or a list."""
        place = first
        while place < len(self._lines) and _BULLET.match(self._lines[place]) and not self._known(place):
            place += 1
        return place if place > first else first + (0 if self._known(first) else 1)

    def _known(self, place: int) -> bool:
        found = labelled_at(self._lines[place])
        return found is not None and found.field is not None

    def _stops(self, place: int, *, item: bool) -> bool:
        """Whether a line cannot go on with the paragraph above it."""
        line = self._lines[place]
        text = line.lstrip()
        if text[:1] in "#|" or text[:3] in ("```", "---", "***") or is_dressing(line) or "<summary" in line:
            return True
        if item and _LIST_MARK.match(line):
            return True
        found = labelled_at(line)
        return found is not None and (found.field is not None or (text[:1] in "*_-" and bool(found.value)))


def labelled_at(line: str) -> Labelled | None:
    """The field that a line gives, `<summary>Abstract</summary>` and `#### Abstract` among them."""
    if not may_label(line):
        return None
    if "<summary" in line and (match := SUMMARY.search(line)):
        said = plain(match["said"])
        behind = line[match.end() :].strip()
        field = lone_label(f"{said}:")
        return Labelled(field, said, behind) if field else None
    if (field := lone_label(line)) is not None:
        return Labelled(field, line.strip(), "")
    return labelled(line)


def _unquoted(line: str) -> str:
    """A line of a quote without its mark, and any line without what lays it out."""
    line = _QUOTE.sub("", line, count=1) if line.lstrip()[:1] == ">" else line
    return _CLOSES.sub("", line).strip() if "</" in line else line.strip()


def _untaken(draft: Draft, line: str) -> str | None:
    """The part of a line that is plain text, None where nothing of it is: links and labelled fields in it, which may
    share a line, go into the draft."""
    if _take_field(draft, line):
        return None
    pieces = fields_apart(line)
    if len(pieces) == 1 or not any(_is_field(piece) or is_link_line(piece) for piece in pieces):
        return _without_summary(line)
    left = [piece for piece in pieces if not (_take_field(draft, piece) or _take_day(draft, piece))]
    return " | ".join(left) if left else None


def _take_day(draft: Draft, piece: str) -> bool:
    """Whether a field that shares its line with links is the paper's day and nothing else."""
    if draft.date is None and len(piece) < _LONGEST_DAY and piece.strip()[-1:].isalnum():
        draft.date = day_said(plain(piece), whole=True)
        return draft.date is not None
    return False


def _is_field(piece: str) -> bool:
    found = labelled(piece)
    return (found is not None and found.field is not None) or votes_alone(piece) is not None


def _without_summary(line: str) -> str | None:
    """A line without a `<summary>Details</summary>` that only invites to unfold more; what else it says stays."""
    if "<summary" not in line:
        return line
    left = without_tags(without_offers(line)).strip()
    return left or None


def _take_field(draft: Draft, line: str) -> bool:
    """Whether the line is a field, a link or a picture and not plain text: then what it says goes into the draft."""
    if not line.strip():
        return False
    found = labelled(line.strip("() ") if line[0] == "(" and line.rstrip()[-1] == ")" else line)
    if found is not None and found.field is not None and (taken := _take_labelled(draft, found, line)) is not None:
        return taken
    if draft.votes is None and (votes := votes_alone(line)) is not None:
        draft.votes = votes
        return True
    links = links_alone(line)
    if links is not None:
        draft.links += links
    return links is not None


def _take_labelled(draft: Draft, found: Labelled, line: str) -> bool | None:
    """Whether a labelled line was taken into the draft; None where it may be a line of links, which the caller must
    try."""
    field, value = found.field, found.value
    if field is Label.AUTHORS and not draft.authors:
        draft.authors = authors_in(value)
        draft.links += [each.link for each in find_links(value)]
        return not _has_affiliations(value)
    if field is Label.VOTES and (number_in(value) is not None or not has_words(value)):
        if draft.votes is not None and draft.votes != number_in(value):
            return None
        draft.votes = number_in(value)
        return True
    if field in (Label.TAGS, Label.CATEGORIES) and not may_link(value):
        tags = tag_words(_plain_tags(value))
        draft.tags += tags
        return bool(tags)
    if field is Label.DATE and (day := day_said(plain(value))):
        draft.date = draft.date or day
        return day_said(plain(value), whole=True) is not None
    if field in (Label.ID, Label.LINK) and (paper := paper_named(value)):
        draft.links.append(paper)
        return True
    if field is Label.TITLE and has_words(value) and not links_in(value):
        _take_title(draft, value)
        return True
    if field is Label.LINK and (lead := leading_link(value)) and not has_words(lead.rest) and not is_label(lead.label):
        draft.links.append(Link(lead.url))
        if len(lead.label.split()) > _LONE and (names_paper(found.name) or draft.title is None):
            draft.title = plain(lead.label)
        return True
    if field in (Label.LINK, Label.CODE, Label.ID) and (links := links_alone(value)) is not None:
        named = (
            Link(link.url, found.name if link.label is None or same_said(link.label, link.url) else link.label)
            for link in links
        )
        draft.links += [link._replace(label=None) if (link.label or "").lower() in ANY_LINK else link for link in named]
        return True
    return None


def _take_title(draft: Draft, value: str) -> None:
    """A labelled title goes before a heading, but for a translation of it."""
    if draft.title and draft.title.isascii() and has_eastern(value):
        draft.commentary.insert(0, plain(value))
        return
    if draft.title and draft.title.casefold() not in value.casefold() and not is_part_of_a_text(draft.title):
        draft.commentary.insert(0, draft.title)  # a heading in other words
    draft.title = plain(value)


def _has_affiliations(value: str) -> bool:
    """Whether brackets behind names may say where they work, or a word behind who is left out; figures in square
    ones are footnotes."""
    return "](" not in value and (_WORKS.search(value) is not None or bool(left_out_within(value)))


def _plain_tags(value: str) -> str:
    return value if "`" in value else plain(value)


def _take_closing_day(draft: Draft, rest: list[str]) -> None:
    """A date and nothing else on the last line of text is the paper's own."""
    place = next((place for place in range(len(rest) - 1, -1, -1) if rest[place].strip()), None)
    if place is None or len(rest[place]) > _LONGEST_DAY:
        return
    said = rest[place].strip(" \t\\*_()[]`-")
    if said[:1].isalnum() and sum(map(str.isalpha, said)) <= 9 and (day := day_said(said, whole=True)):
        draft.date = day
        if not has_eastern(said.translate(_UNITS)):  # a weekday stays
            del rest[place]


def _tell_abstract(draft: Draft, rest: Sequence[str]) -> None:
    """An English paragraph above Korean text is the abstract, as in daily texts; lists and labelled lines are
    commentary."""
    korean = next((place for place, line in enumerate(rest) if is_commentary_language(line)), None)
    above = rest[: korean or 0]
    told = any(_LIST_MARK.match(line) or _labels(line) for line in above)
    if korean and not draft.abstract and len(" ".join(above).split()) >= _FEWEST_WORDS and not told:
        draft.abstract += above
        rest = rest[korean:]
    draft.commentary += rest


def _labels(line: str) -> bool:
    found = labelled(line) if line.strip() else None
    return found is not None and (found.field is not None or line.lstrip()[:1] in "*_>#|")
