"""Papers in plain text without list marks or headings: a paragraph a paper, `Title`, names, address, in any order, or a
line a paper, `Title URL`. Chats and pasted lists look so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import name_list, people
from tui_digest.parsing.bare_names import complete_names
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.fields import read_block
from tui_digest.parsing.heads import take_heading
from tui_digest.parsing.items import read_item
from tui_digest.parsing.labels import Label, labelled
from tui_digest.parsing.language import is_korean_sentence
from tui_digest.parsing.lines import is_dressing, is_link_line, is_rule, own_url, votes_alone
from tui_digest.parsing.links import is_paper_page, leading_url, links_in, may_link, url_line
from tui_digest.parsing.markdown import headings
from tui_digest.parsing.sections import digest_of
from tui_digest.parsing.titles import is_plain_title, title_with_url
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.models import ParsedDigest
    from tui_digest.parsing.source_text import SourceText

SHAPE = "list"
_TELLING = frozenset((Label.AUTHORS, Label.LINK, Label.ID))
_LOOK = 4
"""Whether a paragraph is a paper is decided by so many of its first lines."""
_LONGEST = 300
_MOST_ABOVE = 10
_MOST_CITED = 6
_CITES = regex(r"[^\W\d_][^()]{2,800}[\s.,]\((?:19|20)\d{2}[a-z]?(?:,[^()]{0,30})?\)[.,:]?\s+\S")
"""What begins with names and the year behind them."""
_CLOCK = regex(
    r"^\S.{0,60}?[\s\[(]*\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?[\])]?:?$|^\[\d{1,2}:\d{2}\S*\]\s*\S.{0,40}$",
    re.IGNORECASE,
)


def is_run(source: SourceText) -> bool:
    """Whether a text is mostly paragraphs, or lines, that are papers, two or more, and no note."""
    dated = file_date(source.stem)
    if len(source.filled) < 2 or not may_link(source.text) or (dated and dated[1]):
        return False
    if any(heading.line != source.filled[0] for heading in headings(source)):
        return False
    paragraphs = _paragraphs(source)
    runs = _runs(source, paragraphs)
    if len(runs) < 2:
        return False
    opened = {run[0] for run in runs}
    others = sum(part[0] not in opened and not (opened & set(part)) for part in paragraphs if part[0] > runs[0][0])
    above = sum(part[0] < runs[0][0] for part in paragraphs)
    return others <= 2 * len(runs) and above <= min(_MOST_ABOVE, len(runs))


def parse_run(source: SourceText) -> ParsedDigest:
    """The papers; what stands above the first heads the digest."""
    drafts = [_read(source, run) for run in _runs(source, _paragraphs(source))]
    complete_names(drafts)
    return digest_of(source, SHAPE, drafts)


def _paragraphs(source: SourceText) -> list[list[int]]:
    """The filled lines between blank lines and rules."""
    found: list[list[int]] = []
    above = -2
    for index in source.filled:
        if is_rule(source.lines[index]) or is_dressing(source.lines[index]):
            above = -2
            continue
        if index == above + 1 and found:
            found[-1].append(index)
        else:
            found.append([index])
        above = index
    return found


def _runs(source: SourceText, paragraphs: Sequence[Sequence[int]]) -> list[list[int]]:
    """The lines of every paper, with the paragraphs that follow it."""
    runs: list[list[int]] = []
    if all(is_paper_page(url) for index in source.filled for url in url_line(source.lines[index]) or ("",)):
        return [[index] for index in source.filled]
    joined = _joined(source, paragraphs)
    formed = sum(_is_titled_address(source, part, is_paper_page) for part in joined) > 1
    for part in joined:
        lines = [source.lines[index] for index in part]
        cited = [place for place, line in enumerate(lines) if _is_citation([line])]
        alone = cited or [place for place, line in enumerate(lines) if _is_paper_line(line)]
        if cited == [0]:
            runs.append(list(part))
        elif len(alone) > 1 or (alone == [0] and len(lines) == 1):
            if alone[0] and runs:
                runs[-1] += part[: alone[0]]
            runs += [list(part[place:end]) for place, end in zip(alone, [*alone[1:], len(part)], strict=True)]
        elif _is_citation(lines) or _is_paper(lines) or (formed and _is_titled_address(source, part, bool)):
            runs.append(list(part))
        elif runs:
            runs[-1] += part
    return runs


def _joined(source: SourceText, paragraphs: Sequence[Sequence[int]]) -> list[list[int]]:
    """The paragraphs, a title alone with the labelled lines that stand below it as one, and votes alone with what
    stands below them where the first of them stand above a paper."""
    kept: list[list[int]] = []
    voted = _votes_lead(source, paragraphs)
    for part in paragraphs:
        if voted and kept and len(kept[-1]) == 1 and votes_alone(source.lines[kept[-1][0]]) is not None:
            kept[-1] += part
            continue
        alone = kept and len(kept[-1]) == 1 and _is_title(source.lines[kept[-1][0]])
        if alone and (found := labelled(source.lines[part[0]])) and found.field in _TELLING:
            kept[-1] += part
        else:
            kept.append(list(part))
    return kept


def _votes_lead(source: SourceText, paragraphs: Sequence[Sequence[int]]) -> bool:
    """Whether votes that are a paragraph of their own stand above what they are of: none stand at the end."""
    alone = [len(part) == 1 and votes_alone(source.lines[part[0]]) is not None for part in paragraphs]
    return any(alone) and not alone[-1]


def _is_citation(lines: Sequence[str]) -> bool:
    """Whether a paragraph is a citation: `Lee, A., & Ray, B. (2024). Title. Venue.`"""
    said = " ".join(map(str.strip, lines)) if len(lines) <= _MOST_CITED else ""
    if len(said) > _LONGEST * 5 or not _CITES.match(said):
        return False
    piece = read_item(said)
    return piece.title is not None and len(piece.title) < _LONGEST and bool(piece.authors)


def _is_paper_line(line: str) -> bool:
    """Whether a line is a title and its address, and nothing else."""
    if not may_link(line) or len(line) > _LONGEST * 2:
        return False
    if titled := title_with_url(line):
        return is_paper_page(titled[1])
    led = leading_url(line)
    return led is not None and is_paper_page(led[0]) and is_plain_title(led[1])


def _is_paper(lines: Sequence[str]) -> bool:
    """Whether a paragraph begins with a title above names or an address, or with an address above a title."""
    lines = [line for line in lines if not _is_spoken(line) and votes_alone(line) is None][:_LOOK]
    if not lines or ((found := labelled(lines[0])) and found.field):
        return False
    if url_line(lines[0]):
        below = [line for line in lines if not url_line(line)]
        return any(is_paper_page(url) for url in url_line(lines[0]) or ()) and (not below or _is_title(below[0]))
    if not _is_title(lines[0]):
        return False
    if any((found := labelled(line)) and found.field in _TELLING for line in lines[1:]):
        return True
    return any(_is_names(line) or (is_link_line(line) and any(_leads_on(line))) for line in lines[1:])


def _is_titled_address(source: SourceText, part: Sequence[int], leads: Callable[[str], bool]) -> bool:
    """Whether a paragraph begins with a title, and an address that leads where it should is the line below: where two
    lead to papers, all that look so are papers."""
    lines = [source.lines[index] for index in part[:2]]
    if len(lines) < 2 or url_line(lines[0]) or not is_plain_title(lines[0]) or not _is_title(lines[0]):
        return False
    return any(map(leads, url_line(lines[1]) or ()))


def _leads_on(line: str) -> list[bool]:
    return [is_paper_page(link.url) for link in links_in(line)]


def _is_title(line: str) -> bool:
    """Whether a line may be a title: short, of several words or plainly one, and no sentence."""
    if (
        len(line) >= _LONGEST
        or votes_alone(line) is not None
        or is_korean_sentence(line)
        or line.rstrip()[-1:] in ".。,;:"
    ):
        return False
    return is_plain_title(line) or " " in line.strip()


def _is_names(line: str) -> bool:
    return "," in line and not may_link(line) and (len(name_list(line.strip())) > 1 or len(people(line)) > 1)


def _is_spoken(line: str) -> bool:
    """Whether a line is a chat's, which only says who wrote the next lines and when."""
    return len(line) < 100 and _CLOCK.match(line.strip()) is not None


def _read(source: SourceText, run: Sequence[int]) -> Draft:
    draft = Draft(first=run[0], last=run[-1])
    lines = source.lines[run[0] : run[-1] + 1]
    if url_line(lines[0]) and len(lines) == 1:
        draft.urls += url_line(lines[0]) or ()
        return draft
    cited = next((count for count in (1, len(lines)) if _is_citation(lines[:count])), 0)
    if cited > 1:
        lines = [" ".join(map(str.strip, lines))]
    if cited or _is_paper_line(lines[0]):
        piece = read_item(lines[0])
        draft.title, draft.authors, draft.links = piece.title, piece.authors, piece.links
        draft.votes = piece.votes
        draft.urls = [url] if (url := piece.url or (own_url(piece.links) if cited else None)) else []
        read_block(draft, [piece.text, *lines[1:]] if piece.text else lines[1:])
        return draft
    said = [line for line in lines if _is_spoken(line)]
    rest = [line for line in lines if not _is_spoken(line)]
    while rest and ((urls := url_line(rest[0])) or votes_alone(rest[0]) is not None or not rest[0].strip()):
        if urls:
            draft.urls += urls
        elif draft.votes is None:
            draft.votes = votes_alone(rest[0])
        del rest[0]
    if rest and _is_title(rest[0]):
        rest[:1] = take_heading(draft, rest[0])
    read_block(draft, rest)
    draft.commentary[:0] = said
    return draft
