"""One entry as the entry pane shows it: a `Sighting` and its `Mark` become a `Document` of plain blocks.

Pure: knows no widget, no width and no catalogue; the words come in translated, the pane wraps and colours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

from tui_digest.models import Entry, Link, Mark, Sighting
from tui_digest.text.drawn_text import may_mark
from tui_digest.text.url_tail import URL, without_tail
from tui_digest.tui.formulas import readable
from tui_digest.tui.terminal.signs import BETWEEN, STARRED, UNREAD
from tui_digest.tui.widgets.row_pieces import printable
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.query import Words

TAB_CELLS = 4
PROSE_CELLS = 80
"""A line of commentary longer than this is a paragraph of prose and gets a blank line around it; shorter ones
(equations, list items) stay together as the source has them. Not the pane's width, lest blank lines come and go."""

Kind = Literal[
    "title",
    "fallback",
    "authors",
    "meta",
    "heading",
    "paragraph",
    "bullet",
    "link",
    "blank",
    "subheading",
    "code",
    "rule",
    "row",
]
"""The last four are parts of a text: `rule` is drawn as a line, `row` is one of a table."""

Span = tuple[int, int, str]
"""Start and end offset in a block's text, and the style: `unread`, `star`, `reason`, `tag`, `number`, `muted`, `match`,
or some of `url`, `code`, `strong`, `emphasis`, `struck`, joined by blanks."""


class Block(NamedTuple):
    """One line of the document before wrapping; its text holds no newline and no control character."""

    kind: Kind
    text: str = ""
    spans: tuple[Span, ...] = ()
    """In order, not overlapping."""
    hang: int = 0
    """Cells by which lines after the first are set in."""
    spare: int = 0
    """Cells that its lines leave free at their end, as far as they are wide enough."""
    link: int | None = None
    """Of a `link` block: the index into `links_of(entry)`; shown as this and one."""
    url: str = ""
    """Of a `link` block: where it leads."""
    targets: tuple[tuple[int, str], ...] = ()
    """Where a `url` span starts that shows words, and its address."""
    quotes: int = 0
    """How deep it is quoted: so many bars stand before each of its lines."""


class Document(NamedTuple):
    """What the entry pane shows."""

    key: str
    """Equal for the same paper in the same digest, whatever was marked or folded since."""
    blocks: tuple[Block, ...] = ()


class DocumentWords(NamedTuple):
    """The words around an entry's text, in the user's language."""

    abstract: str
    commentary: str
    links: str
    note: str
    preface: str
    """Heads what the digest says before its first entry."""
    own_day: Callable[[date], str]
    """A paper's own day, told from that of its digest beside it."""
    written_day: Callable[[str], str]
    """In words a day that is written `2024-02-29`."""
    learned: Callable[[str], str]
    """Heads what arXiv says, of the day on which it was asked."""
    jumps: str
    """Heads the list of what one can jump to."""
    more_authors: Callable[[int], str]
    """`외 3명`, `+3 more`."""
    votes: Callable[[int], str]
    """`▲ 12`, or in words."""


NOTHING = Document("")

_BLANK = Block("blank")
_BULLET = re.compile(r"\s*(?:[-*+•·–—▪◦‣∙]|\(?\d{1,2}[.)])\s+")
_INLINE = re.compile(rf"(?P<url>{URL})|(?P<code>`[^`\s](?:[^`]*[^`\s])?`)")


def links_of(entry: Entry) -> tuple[Link, ...]:
    """Every URL of an entry in the order in which the pane numbers them: its own first."""
    own = (Link(entry.url),) if entry.url else ()
    return own + entry.links


def document_for(
    sighting: Sighting,
    mark: Mark,
    words: DocumentWords,
    *,
    when: str = "",
    folded_authors: bool = True,
    measure: int = 80,
    jumps: Sequence[str] = (),
    needles: Sequence[Words] = (),
    airy: bool = True,
    source: bool = False,
    why: str = "",
) -> Document:
    """The entry as blocks. `when` is the digest's date in words; `jumps` are the words of what one can jump to,
    numbered on from the links; `needles` are highlighted; `measure`, the cells of a line (`EntryBody.text_width`),
    decides whether authors are folded and how wide tables are; `airy` parts paragraphs by blank lines of our own;
    `source` shows Markdown and formulas as they were written; `why` says why it is listed."""
    entry = sighting.entry
    told = _as_written if source else readable
    blocks = [_title(told(sighting.display_title), mark, untitled=sighting.untitled), _BLANK]
    if entry.authors:
        blocks.append(_authors(entry.authors, words, measure if folded_authors else None))
    blocks += _meta(sighting, mark.tags, words, when, measure)
    if why:
        blocks.append(Block("meta", _line(why), ((0, len(why), "reason"),)))
    width = None if source else measure
    for heading, text in ((words.abstract, entry.abstract), (words.commentary, entry.commentary)):
        blocks += _section(heading, text, width, airy=airy)
    if sighting.learned:
        blocks += _said_elsewhere(sighting, words, measure if folded_authors else None, told)
    blocks += _section(words.note, mark.note, None, airy=airy)
    blocks += _section(words.preface, sighting.preface, width, airy=airy)
    links = links_of(entry)
    if links:
        blocks += [_BLANK, Block("heading", words.links), *(_link(index, link) for index, link in enumerate(links))]
    if jumps:
        numbered = enumerate(jumps, len(links))
        blocks += [_BLANK, Block("heading", words.jumps), *(_numbered(index, _line(line)) for index, line in numbered)]
    if needles:
        blocks = [_highlighted(block, needles) for block in blocks]
    return Document(f"{sighting.digest.id}\n{sighting.key}\n{entry.start_line}", tuple(blocks))


def _highlighted(block: Block, needles: Sequence[Words]) -> Block:
    """The block with what was searched for marked, before all other styles."""
    from tui_digest.text.matching import spans  # only for those who searched

    short, without = block.kind in ("title", "fallback", "meta"), block.kind in ("authors", "link")
    told = [spans(text, block.text, exact=exact, by_initials=not without, long=not short) for text, exact in needles]
    found = [span for each in told for span in each]
    return block._replace(spans=(*((start, end, "match") for start, end in sorted(found)), *block.spans))


def _line(text: str) -> str:
    """One line of a source as it can be drawn."""
    return printable(text.expandtabs(TAB_CELLS).rstrip())


def _as_written(text: str) -> str:
    return text


def _title(title: str, mark: Mark, *, untitled: bool) -> Block:
    """The title behind its marks. Its lines break where they would with all marks, so that what is below it stays where
    it is, whatever is marked."""
    prefix, spans, spare = "", list[Span](), 0
    for shown, sign, name in ((not mark.read, UNREAD, "unread"), (mark.starred, STARRED, "star")):
        if shown:
            spans.append((len(prefix), len(prefix) + 1, name))
            prefix += f"{sign} "
        else:
            spare += width_of(f"{sign} ")
    kind: Kind = "fallback" if untitled else "title"
    return Block(kind, prefix + _line(" ".join(title.split())), tuple(spans), width_of(prefix), spare)


def _authors(authors: Sequence[str], words: DocumentWords, measure: int | None) -> Block:
    """All authors, or, where they would fill more than two lines of `measure` cells, one line and a count."""
    names = [_line(" ".join(author.split())) for author in authors]
    text = ", ".join(names)
    if measure is None or width_of(text) <= 2 * measure:
        return Block("authors", text)
    shown = 1
    while shown < len(names) - 1:
        line = f"{', '.join(names[: shown + 1])} {words.more_authors(len(names) - shown - 1)}"
        if width_of(line) > measure:
            break
        shown += 1
    if shown == len(names):
        return Block("authors", text)
    text = ", ".join(names[:shown])
    more = words.more_authors(len(names) - shown)
    return Block("authors", f"{text} {more}", ((len(text) + 1, len(text) + 1 + len(more), "muted"),))


def _meta(sighting: Sighting, own: Sequence[str], words: DocumentWords, when: str, measure: int) -> Iterator[Block]:
    """`arXiv 2307.12950 · 2023년 7월 5주차 · #tag +own`; the tags on a line of their own where one is too short."""
    entry = sighting.entry
    identity = _identity(entry)
    told = (sighting.digest.start, sighting.digest.end) == (entry.date, entry.date)
    day = words.own_day(entry.date) if entry.date and not told else ""
    section = _line(entry.section) if entry.section else ""
    parts = [part for part in ("" if identity == entry.display_title else identity, when, day, section) if part]
    if entry.votes is not None:
        parts.append(words.votes(entry.votes))
    facts = _line(f" {BETWEEN} ".join(parts))
    tags = [*(f"#{_line(tag)}" for tag in entry.tags), *(f"+{_line(tag)}" for tag in own)]
    whole = f" {BETWEEN} ".join(part for part in (facts, " ".join(tags)) if part)
    if facts and tags and width_of(whole) <= measure:
        yield Block("meta", whole, _tag_spans(tags, len(whole) - len(" ".join(tags))))
        return
    if facts:
        yield Block("meta", facts)
    if tags:
        yield Block("meta", " ".join(tags), _tag_spans(tags, 0))


def _said_elsewhere(
    sighting: Sighting, words: DocumentWords, measure: int | None, told: Callable[[str], str]
) -> Iterator[Block]:
    """What arXiv says besides, under a heading that says so. It writes TeX, and no Markdown."""
    from tui_digest.text.said_elsewhere import said_elsewhere  # few entries have it at first

    assert sighting.learned is not None
    more = said_elsewhere(sighting, words.written_day)
    yield from (_BLANK, Block("heading", words.learned(sighting.learned.asked)))
    if more.title:
        yield Block("paragraph", told(_line(" ".join(more.title.split()))))
    if more.authors:
        yield _authors(more.authors, words, measure)
    if more.facts:
        yield Block("meta", _line(f" {BETWEEN} ".join(more.facts)))
    for paragraph in more.abstract.split("\n") if more.abstract else ():
        shown = told(_line(paragraph))
        yield from (_BLANK, Block("paragraph", shown, inline_spans(shown)))


def _tag_spans(tags: Sequence[str], start: int) -> tuple[Span, ...]:
    """Where tags stand that are joined by blanks."""
    spans: list[Span] = []
    for tag in tags:
        spans.append((start, start + len(tag), "tag"))
        start += len(tag) + 1
    return tuple(spans)


def _identity(entry: Entry) -> str:
    """By what the paper is known: its arXiv id with the version, its DOI, else the host of its URL."""
    if entry.arxiv_id:
        return f"arXiv {entry.arxiv_id}" + (f"v{entry.version}" if entry.version else "")
    if entry.key.startswith("doi:"):
        return f"doi {entry.key[4:]}"
    return host_of(entry.url) if entry.url else ""


def host_of(url: str) -> str:
    """The host a URL names, without `www.`; empty where it names none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def bare(url: str) -> str:
    """A URL as it is shown: without `https://`, which is no news."""
    return re.sub(r"^https?://(?=.)", "", url)


def _section(heading: str, text: str | None, width: int | None, *, airy: bool) -> Iterator[Block]:
    """A text under its heading, a block a line; blank lines between paragraphs, one at most. `width`, in cells, is how
    wide its tables may be; None shows it as it was written. Nothing, where no line of it is drawn (template marks)."""
    if not text or not text.strip():
        return
    begun = gap = prose_before = False
    for block in _lines_of(text, width):
        if block.kind == "blank":
            gap = begun
            continue
        if not begun:
            yield _BLANK
            yield Block("heading", heading)
        prose = block.kind == "paragraph" and width_of(block.text) > PROSE_CELLS
        if gap or (airy and begun and (prose or prose_before)):
            yield _BLANK
        yield block
        begun, gap, prose_before = True, False, prose


def _lines_of(text: str, width: int | None) -> Iterator[Block]:
    """Each line of a text, read as Markdown where it may hold some."""
    if width is not None and may_mark(text):
        from tui_digest.tui.widgets.marked_layout import laid_out  # only for those whose digests hold Markdown

        source = "\n".join(map(_line, text.split("\n")))
        for line in laid_out(source, readable, width):
            yield Block(line.kind, line.text, line.spans, line.lead, targets=line.targets, quotes=line.quotes)
        return
    for source_line in text.split("\n"):
        shown = _line(source_line) if width is None else readable(_line(source_line))
        bullet = _BULLET.match(shown)
        kind: Kind = "bullet" if bullet else "paragraph" if shown else "blank"
        yield Block(kind, shown, inline_spans(shown), width_of(bullet.group()) if bullet else 0)


def inline_spans(text: str) -> tuple[Span, ...]:
    """URLs and `code` in running text."""
    if "://" not in text and "`" not in text:
        return ()
    spans: list[Span] = []
    for match in _INLINE.finditer(text):
        name = match.lastgroup or ""
        end = match.end()
        if name == "url":
            end = match.start() + len(without_tail(match.group()))
        spans.append((match.start(), end, name))
    return tuple(spans)


def url_at(block: Block, at: int) -> str:
    """The address that the `url` span at an offset stands for."""
    if block.url:
        return block.url
    span = next((span for span in block.spans if "url" in span[2] and span[0] <= at < span[1]), None)
    if span is None:
        return ""
    return dict(block.targets).get(span[0], block.text[span[0] : span[1]])


def _numbered(index: int, words: str) -> Block:
    """`3 also in …`: what one can jump to."""
    number = f"{index + 1} "
    return Block("link", number + words, ((0, len(number) - 1, "number"),), hang=width_of(number), link=index)


def _link(index: int, link: Link) -> Block:
    """`2 github.com/… · Code`."""
    number = f"{index + 1} "
    url = _line(link.url)
    text = number + bare(url)
    spans: list[Span] = [(0, len(number) - 1, "number"), (len(number), len(text), "url")]
    if link.label:
        start = len(text)
        text += f" {BETWEEN} {_line(link.label)}"
        spans.append((start, len(text), "muted"))
    return Block("link", text, tuple(spans), hang=width_of(number), link=index, url=link.url)
