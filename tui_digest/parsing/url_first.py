"""The entry form of weekly texts and notes: URL lines, `Title (Authors)`, commentary, tags; any part may be missing,
and the title may stand above its URL."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tui_digest.parsing.drafts import Draft, take_tags
from tui_digest.parsing.language import has_hangul, is_korean_sentence
from tui_digest.parsing.links import bulleted_urls, is_paper, is_post, leading_url, may_link, told_urls, url_line
from tui_digest.parsing.tags import LABELS_BEGIN, closing_tags, ends_in_tags, tag_line
from tui_digest.parsing.titles import (
    MOST_LINES,
    Head,
    authors_block,
    authors_line,
    heading,
    is_same_head,
    read_head,
    title_with_url,
    unmarked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_digest.parsing.source_text import SourceText


_CLOSERS = frozenset(")）")
_BEHIND = frozenset(" .*_")


def opening_lines(source: SourceText, filled: Sequence[int]) -> list[int]:
    """The lines at which an entry starts: its URL lines, a line with a URL and words behind, or its title."""
    return list(openings(source, filled))


def openings(source: SourceText, filled: Sequence[int]) -> Iterator[int]:
    """The same lines, each as soon as it is known."""
    return _Openings(source, filled).found()


class _Openings:
    """One walk over the filled lines that collects where entries start, with the state of the entry it is in."""

    def __init__(self, source: SourceText, filled: Sequence[int]) -> None:
        self._filled = filled
        self._lines = lines = [source.lines[index] for index in filled]
        linked = frozenset(source.linked())
        self._linked = [index in linked for index in filled]
        """By place, whether its line may hold a link."""
        self._telling = [
            place
            for place, (line, links) in enumerate(zip(lines, self._linked, strict=True))
            if links or ")" in line or "#" in line or line[0] in LABELS_BEGIN or "）" in line or "＃" in line
        ]
        """The places of lines that can do more than go on with the text of an entry. Others are most."""
        self._starts: list[int] = []
        self._closed = True
        """Whether the line above ends in tags, or there is none."""
        self._tagged = True
        """Whether the entry has had tags, or there is no entry yet."""
        self._titled = False
        """Whether the entry began with its title."""
        self._own: Head | None = None
        """That title."""
        self._run: list[str] = []
        """The URLs of the run of URL lines that the walk stands in or has just left."""
        self._last_url_line = -2
        self._below = 0
        """The place below the entry's URLs, if it began with them."""
        self._closing: bool | None = None
        self._heads: dict[int, Head | None] = {}
        """By place, what begins there: several questions about a line ask for it."""
        self._urls_end = 0
        """The place below the URL lines that were looked at last."""

    def found(self) -> Iterator[int]:
        """The indexes of the lines, in order."""
        place, lines, filled = 0, self._lines, self._filled
        telling = iter(self._telling)
        following = next(telling, len(lines))
        while place < len(lines):
            if not (self._tagged or self._titled or self._last_url_line == filled[place - 1]):
                while following < place:
                    following = next(telling, len(lines))
                if following == len(lines):
                    break
                place = following
            started = len(self._starts)
            taken = self._take(place)
            if len(self._starts) > started:
                yield self._starts[-1]
            for line in (lines[place],) if taken == 1 else lines[place : place + taken]:
                self._closed = ends_in_tags(line) or (self._closed and _is_rule(line))
                self._tagged |= self._closed
            place += taken

    def _take(self, place: int) -> int:
        """Decides about the line at `place`; returns how many lines that settled."""
        line = self._lines[place]
        if self._linked[place]:
            urls = url_line(line)
            if urls is not None:
                return self._take_urls(place, urls)
            if self._opens_weakly(place):
                self._start(place)
                self._run = bulleted_urls(line) or []
                self._last_url_line = self._filled[place] if self._run else -2
                return 1
        if self._last_url_line == self._filled[place - 1] and not self._titled:
            self._below = place
        if self._may_open_with_title(place) and place >= self._text():
            head = self._title_here(place)
            if head is not None or self._has_own_tags(place):
                self._start(place)
                self._titled = head is not None
                self._own = head
                return self._take_title(place, head.lines) if head else 1
        return 1

    def _start(self, place: int) -> None:
        self._starts.append(self._filled[place])
        self._tagged = self._titled = False
        self._run = []
        self._below = 0

    def _text(self) -> int:
        """The place below the title of an entry that began with its URLs."""
        if not self._below:
            return 0
        head = self._head(self._below)
        return self._below + (head.lines if head else 0)

    def _take_urls(self, place: int, urls: list[str]) -> int:
        index = self._filled[place]
        follows = index == self._last_url_line + 1
        if follows:
            starts = not self._titled and all(map(is_post, self._run)) and any(map(is_paper, urls))
        else:
            starts = self._tagged or self._begins_entry(place)
        if starts:
            self._start(place)
        if starts or follows:
            self._run.extend(urls)
            self._last_url_line = index
        return 1

    def _take_title(self, place: int, count: int) -> int:
        """The lines of a title and of the URL lines directly below it, which are its own."""
        while place + count < len(self._lines) and bulleted_urls(self._lines[place + count]):
            count += 1
        return count

    def _opens_weakly(self, place: int) -> bool:
        """Whether a line that begins with a URL, but is no plain URL line, starts an entry: always with `Title
        (Authors)` behind or, after a bullet, below it; otherwise only where the entry before has just been closed."""
        line = self._lines[place]
        follows = bool(place) and self._filled[place] == self._last_url_line + 1
        if bulleted_urls(line):
            return not follows and (self._closed or self._has_authors(place + 1))
        led = leading_url(line)
        if led is None or follows:
            return self._closed and not follows and title_with_url(unmarked(line)) is not None
        return self._closed or read_head([led[1]], plain_titles=False) is not None

    def _begins_entry(self, place: int) -> bool:
        """Whether a URL line starts an entry although the one before has no tags: it names a paper and the one
        before is but URL and title; a title stands below it, or another URL line; white space stands above it only; or
        the text's entries do not close with tags. Announced by a colon it needs authors below."""
        above = place - 1
        if place == self._text() and any(map(is_paper, url_line(self._lines[place]) or ())):
            return True
        below = self._below_urls(place)
        head = self._head(below)
        if head is not None and head.authors:
            return True
        if self._titled or self._lines[above].rstrip().endswith((":", "：")):
            return False
        apart = self._filled[place] - self._filled[above] > 1
        joined = below < len(self._lines) and self._filled[below] - self._filled[below - 1] == 1
        several = below - place > 1
        return head is not None or several or (apart and joined) or not self._closes_with_tags()

    def _below_urls(self, place: int) -> int:
        """The place below the URL lines that begin at `place`, whatever blank lines stand between them. Each line is
        looked at once in all."""
        if place >= self._urls_end:
            self._urls_end = place + 1
            while self._urls_end < len(self._lines) and url_line(self._lines[self._urls_end]):
                self._urls_end += 1
        return self._urls_end

    def _closes_with_tags(self) -> bool:
        """Whether this text's entries end in tags: more of its URL lines stand below tags than, with a title, below
        something else."""
        if self._closing is None:
            tagged, untagged = int(ends_in_tags(self._lines[-1])), 0
            for place in range(1, len(self._lines)):
                if url_line(self._lines[place]) and not url_line(self._lines[place - 1]):
                    if ends_in_tags(self._lines[place - 1]):
                        tagged += 1
                    elif self._has_authors(place + 1):
                        untagged += 1
            self._closing = tagged > untagged
        return self._closing

    def _may_open_with_title(self, place: int) -> bool:
        """Whether a title may open an entry here: above all commentary, after tags, or, where titles stand first or a
        URL line is next, where a list of names closes the line or the next one."""
        if self._tagged:
            return True
        line = self._lines[place]
        end = line[-1:]
        bracketed = (line.rstrip(" .*_")[-1:] if end in _BEHIND else end) in _CLOSERS
        if not self._titled and (not bracketed or has_hangul(line)):
            return False
        following = self._lines[place + 1] if place + 1 < len(self._lines) else ""
        if url_line(following):
            return True
        return self._titled and (bracketed or following.lstrip()[:1] in ("(", "（"))

    def _title_here(self, place: int) -> Head | None:
        """The title at `place`: one with authors, or one without directly above a URL line that has none below."""
        head = self._head(place)
        if self._titled and head is not None and is_same_head(head, self._own):
            return None
        below = place + (head.lines if head else 1)
        above_url = below < len(self._lines) and bool(bulleted_urls(self._lines[below]))
        own_url = above_url and not self._has_authors(below + 1)
        if head is not None and head.authors:
            sure = self._tagged or own_url or len(head.authors) > 1
            return head if sure and (self._tagged or self._titled or own_url) else None
        if not own_url or (heading(self._lines[place]) and not self._closed):
            return None
        line = self._lines[place]
        if head is None and has_hangul(line) and not is_korean_sentence(line) and (self._closed or self._titled):
            return Head(line.strip(), (), 1)
        return head

    def _has_own_tags(self, place: int) -> bool:
        """Whether the text directly below a tag line has tags of its own before the next URL line."""
        if not place or tag_line(self._lines[place - 1]) is None or tag_line(self._lines[place]) is not None:
            return False
        if _is_rule(self._lines[place]) or heading(self._lines[place]):
            return False
        for below in range(place, len(self._lines)):
            line = self._lines[below]
            if url_line(line):
                return False
            if ends_in_tags(line):
                return True
        return False

    def _has_authors(self, place: int) -> bool:
        head = self._head(place)
        return head is not None and bool(head.authors)

    def _head(self, place: int) -> Head | None:
        """The title, and authors behind or below it, that the lines from `place` begin with."""
        if place not in self._heads:
            self._heads[place] = self._head_at(place)
        return self._heads[place]

    def _head_at(self, place: int) -> Head | None:
        ahead = self._lines[place : place + MOST_LINES + 1]
        head = read_head(ahead)
        if head is not None and not head.authors and (block := authors_block(ahead[head.lines :])):
            return Head(head.title, block[0], head.lines + block[1])
        return head


def _is_rule(line: str) -> bool:
    return not (line[:1].isalnum() or any(map(str.isalnum, line)))


def read_entry(source: SourceText, filled: Sequence[int]) -> Draft:
    """The entry on these filled lines, which its URL lines or its title begin."""
    draft = Draft(filled[0], filled[-1])
    own = source.lines[filled[0] : filled[-1] + 1]
    beside, tags = closing_tags(own[0])
    if tags and bulleted_urls(beside):
        own[0] = beside
    else:
        tags = []
    lines, draft.tags = take_tags(own)
    if tags:
        draft.tags[:0] = tags
    rest = _read_urls(draft, lines)
    if rest and (led := leading_url(rest[0])):
        draft.urls.append(led[0])
        rest = [led[1], *rest[1:]]
    elif rest and not draft.urls and may_link(rest[0]) and (titled := title_with_url(unmarked(rest[0]))):
        draft.urls.append(titled[1])
        rest = [titled[0], *rest[1:]]
    if draft.urls:
        read_title_and_text(draft, rest)
    else:
        _read_title_first(draft, rest)
    return draft


def _read_urls(draft: Draft, lines: Sequence[str]) -> Sequence[str]:
    """Fills in the URLs of the URL lines that these lines begin with; the lines below them."""
    position = 0
    for line in lines:
        urls = told_urls(line)
        if urls is not None:
            draft.urls += urls
        elif line and not line.isspace():
            break
        position += 1
    return lines[position:]


def _read_title_first(draft: Draft, lines: Sequence[str]) -> None:
    """Fills in title and authors, and the URL lines directly below them."""
    read_title_and_text(draft, lines)
    heading_above_url = len(lines) > 1 and has_hangul(lines[0]) and bool(bulleted_urls(lines[1]))
    if draft.title is None and heading_above_url and not is_korean_sentence(lines[0]):
        draft.title, draft.commentary = unmarked(lines[0]), list(lines[1:])
    if draft.title is not None:
        draft.commentary = list(_read_urls(draft, draft.commentary))
        ahead = [line for line in draft.commentary if line.strip()][:MOST_LINES]
        if draft.urls and not draft.authors and (block := authors_block(ahead)):
            draft.authors = block[0]
            places = [index for index, line in enumerate(draft.commentary) if line.strip()]
            draft.commentary = draft.commentary[places[block[1] - 1] + 1 :]


def read_title_and_text(draft: Draft, lines: Sequence[str]) -> None:
    """Fills in the title and authors that these lines begin with, and the commentary behind them."""
    ahead = lines[: MOST_LINES + 1]
    places: Sequence[int] = range(len(ahead))
    if not all(ahead) or any(map(str.isspace, ahead)):
        places = [*islice((index for index, line in enumerate(lines) if line and not line.isspace()), MOST_LINES + 1)]
        ahead = [lines[index] for index in places]
    head = read_head(ahead)
    rest = 0
    if head is not None:
        draft.title, draft.authors, taken = head.title, head.authors, head.lines
        if not head.authors and (block := authors_block(ahead[taken:])):
            draft.authors, taken = block[0], taken + block[1]
        if not draft.authors and taken < len(ahead) and (names := authors_line(ahead[taken])):
            draft.authors, taken = names, taken + 1
        rest = places[taken - 1] + 1
    draft.commentary.extend(lines[rest:])
