"""One paper on one line, in a cell of a table or an item of a list: title, links with labels, authors, comment."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import authors_at_end, name_list, people
from tui_digest.parsing.days import day_said
from tui_digest.parsing.item_read import ItemRead, rated, with_rating
from tui_digest.parsing.item_rest import BETWEEN, BREAKS, OPEN_END, SEGMENT, unstopped, with_rest
from tui_digest.parsing.language import has_hangul, is_korean_sentence
from tui_digest.parsing.links import find_links, is_paper_page, leading_url
from tui_digest.parsing.markdown import (
    has_words,
    is_label,
    leading_link,
    plain,
    split_links,
    tidy_links,
    without_decoration,
    without_wiki_links,
)
from tui_digest.parsing.numbering import without_number
from tui_digest.parsing.periods import named_in
from tui_digest.parsing.title_ends import rating_ahead, to_link, votes_ahead
from tui_digest.parsing.titles import is_plain_title
from tui_digest.text.patterns import regex
from tui_digest.text.people import is_others

if TYPE_CHECKING:
    from tui_digest.models import Link
    from tui_digest.parsing.links import PlacedLink

_QUOTED_CITED = regex(
    r"(?P<names>[^\"“”]{3,2000}?)(?:[.,:]\s*|\s+)[*_]{0,2}[\"“][*_“]{0,4}"
    r"(?P<title>[^\"“”]{8,300}?)[*_]{0,2}[.,]?[*_]{0,2}[\"”][*_]{0,2}[.,]?\s*"
)
_YEAR_CITED = regex(
    r"(?P<names>[^()\"“”]{3,2000}?)[.,]?\s+(?:\((?P<a>(?:19|20)\d{2}[a-z]?)(?:,[^()]{0,30})?\)[.,:]?|(?P<b>(?:19|20)\d{2}[a-z]?)[.:])\s+(?=\S)"
)
_COLON_CITED = regex(r"(?P<names>[^:()\"“”\[\]]{3,1000}?):\s+(?=\S)")
_DATED = regex(r"(?P<said>[^:：|\[(]{3,24})[:：|]\s+(?P<rest>\S.*)$")
_NUMBERED_LABEL = regex(r"^[*_]{0,3}(?:(?!(?:19|20)\d\d)\d{1,3}[.)]|\[\d{1,3}\])\s+(?=\S)")
_TASK = regex(r"^\[[ xX]\]\s+")
_PREFIX = regex(
    r"(?:(?:\*{0,2}\[[^\[\]]{0,60}\](?!\()\*{0,2}|\([^()]{0,30}\d{2}[^()]{0,12}\)|\(\*{1,2}[^()*]{1,30}\*{1,2}\)|\d{1,2}:\d{2}(?::\d{2})?(?=\s)|`[^`]{0,40}`|\*{0,2}\d{4}[-./]\d{1,2}"
    r"(?:[-./]\d{1,2})?\*{0,2})[\s:,|-]*){1,4}"
)
_ITALIC_TITLE = regex(r"(?P<mark>[*_])(?P<title>[^\s*_][^*_]{2,300})(?P=mark)(?![\w*_])")
_BOLD = regex(r"(?P<mark>\*\*|__)\s*(?P<title>[^*\s](?:[^*]|\*(?!\*))*?)\s*(?P=mark)")
_TITLE_END = regex(r"\s*(?:<br\s*/?>|●)|(?<=\S)\s{2,}(?=\S)", re.IGNORECASE)
_DASH = regex(r"\s+(?:[-–—]{1,3}|\|)\s+|\s*—\s*|[.,]\s+(?=[*_]\w)")
_QUOTED_TITLE = regex(r"[\"“](?P<title>[^\"“”]{12,300})[\"”]")
_SENTENCE_END = regex(r"(?:(?<!\b[A-Z])(?<!\bal)\.|(?<=[?!]))\s+")
_CITES = regex(r"(?<!\d)(?:19|20)\d{2}(?!\d)|\bet\.? al\b")
_CITED_BEHIND = regex(
    r"[,.;]\s+(?P<names>[A-Z][\w'’-]+(?:\s(?:and|&)\s[A-Z][\w'’-]+|\set\.? al\.?)),?\s*\(?(?P<year>(?:19|20)\d\d)\)?$"
)
_VENUE_BEHIND = regex(r"[,.]\s+(?P<venue>(?:(?:arXiv|[A-Z])[\w'’&/ -]{0,30}\s)?(?:19|20)\d\d)$")
_NAMES_BEHIND = regex(r"\s*[(（](?P<names>[^()（）]{3,200}?)(?:[,，]?\s+(?P<year>(?:19|20)\d{2})[a-z]?)?[)）]$")
_AND_OTHERS = regex(r"(?<=[^\W\d_])ら$")
_TITLE_BEHIND = regex(r"\s*(?:\([^()\[\]]{1,30}\)\s*)?[-–—:]\s*(?=\[)")
_LONGEST_TITLE = 300
_LONGEST_CITED = 4000
_MOST_PICTURES = 20
_FEWEST_WORDS = 3
_WORDS = regex(r"[^\W\d_]+")
_INITIALS_BEHIND = regex(
    r",\s+(?P<names>[A-Z]\.(?:[\s-]?[A-Z]\.)*\s?[A-Z][^\s,]+(?:(?:,|\s+and|\s+&)\s.{2,400})?(?:\s+et\.? al\.?)?)$"
)
_TITLE_YEAR = regex(r"\s*[(\[](?:[A-Z][\w .'’&/-]{0,30}\s)?[‘'’]?(?:19|20)\d{2}[)\]](?=[\s,.:]|$)")


def read_item(text: str) -> ItemRead:
    """Takes a line apart: number and emoji before it go, then the title is what is linked or bold, or what stands
    before two spaces, a line break, the links, or a dash."""
    text = without_wiki_links(tidy_links(text)).strip().removesuffix(" \\")
    text = without_task(text)
    if voted := votes_ahead(text):
        return replace(read_item(voted[1]), votes=voted[0])
    if ahead := rating_ahead(text):
        return with_rating(read_item(ahead[1]), ahead[0])
    text = without_decoration(text)
    if text[:2] == "![":
        return read_pictured(text)
    text = without_number(text)
    for read in (read_linked, _read_bold, read_labels, _read_prefixed, _read_dated, _read_address, _read_cited):
        if piece := read(text):
            return rated(piece)
    return rated(_read_plain(text))


def without_task(text: str) -> str:
    """The text of an item without the box of a task, `[ ]` or `[x]`."""
    return _TASK.sub("", text, count=1) if text[:1] == "[" else text


def read_quoted(text: str) -> ItemRead | None:
    """`"Title" by Names`, or a title in quotes alone."""
    match = _QUOTED_TITLE.match(text)
    if match is None or not has_words(match["title"]) or text[match.end() :].lstrip()[:1] in (":", "："):
        return None  # a title goes on behind quotes
    return with_rest(ItemRead(title=title_said(match["title"].rstrip(".,"))), text[match.end() :])


def find_first(text: str) -> int | None:
    """Where the first link of a text stands."""
    first = next(find_links(text), None)
    return None if first is None else first.start


def read_pictured(text: str) -> ItemRead:
    """Pictures and badges before the title are links."""
    pictures: list[Link] = []
    while text[:2] == "![" and len(pictures) < _MOST_PICTURES and (found := next(find_links(text), None)):
        if found.start:
            break
        pictures.append(found.link)
        text = BREAKS.sub("", text[found.end :].lstrip(), count=1)
    piece = read_item(text) if text[:2] != "![" else _read_plain(text)
    piece.links = [*piece.links, *pictures]
    return piece


def read_linked(text: str) -> ItemRead | None:
    """`[Title](URL)` and what stands behind it."""
    lead = leading_link(text)
    if lead is None or is_label(lead.label) or len(lead.label) > _LONGEST_TITLE * 2:
        return None
    label = _NUMBERED_LABEL.sub("", lead.label, count=1)
    return with_rest(ItemRead(title=title_said(label), url=lead.url), lead.rest)


def _read_bold(text: str) -> ItemRead | None:
    pattern = _QUOTED_TITLE if text[:1] in ('"', "“") else _BOLD if text[:2] in ("**", "__") else _ITALIC_TITLE
    match = pattern.match(text, 0, _LONGEST_TITLE * 4)
    if match is None or len(match["title"]) > _LONGEST_TITLE * 2:
        return None
    inner = match["title"]
    rest = text[match.end() :]
    if not _WORDS.search(inner) and "[" in rest:
        return None  # a date
    lead = leading_link(inner)
    if lead is None and inner[0] == "[" and inner[-1] == "]":
        return None  # a venue or a date, not the title
    if lead is not None and not is_label(lead.label):
        return with_rest(ItemRead(title=title_said(lead.label + lead.rest), url=lead.url), rest)
    behind = _TITLE_BEHIND.match(rest)
    lead = leading_link(rest[behind.end() :]) if behind else None
    if lead is not None and not is_label(lead.label):
        return ItemRead(title=title_said(inner), url=lead.url, text=BETWEEN.sub("", rest, count=1).strip())
    unstopped = inner[:-1] if inner[-1] == "." and inner[-3:] != "..." else inner
    return with_rest(ItemRead(title=title_said(unstopped)), rest)


def read_labels(text: str) -> ItemRead | None:
    """Links to the paper's pages may stand before its title."""
    before, middle, after = split_links(text) if text[:1] == "[" else ([], "", [])
    if not before or not all(link.label is None or is_label(link.label) for link in before):
        return None
    middle = BETWEEN.sub("", middle.lstrip(")] "), count=1)
    piece = _read_bold(middle) or _read_plain(middle)
    piece.links = [*before, *piece.links, *after]
    return piece


def _read_prefixed(text: str) -> ItemRead | None:
    """A venue or date in brackets before the title goes with the comment."""
    match = _PREFIX.match(text)
    if match is None or match.end() == len(text):
        return None
    rest = text[match.end() :]
    piece = read_linked(rest) or _read_bold(rest) or _read_cited(rest) or _read_plain(rest)
    if piece.title is None:
        return None
    said = match[0].strip(" :,|-")
    piece.date = piece.date or day_said(said.strip("[]()*`"))
    piece.text = f"{said} {piece.text}".strip()
    return piece


def _read_dated(text: str) -> ItemRead | None:
    """A day and a colon before the title go with the comment."""
    match = _DATED.match(text)
    if match is None or not named_in(match["said"], loose=True):
        return None
    piece = read_item(match["rest"])
    piece.date = piece.date or day_said(match["said"])
    piece.text = f"{match['said']} {piece.text}".strip()
    return piece if piece.title else None


def _read_address(text: str) -> ItemRead | None:
    led = leading_url(text)
    return with_rest(ItemRead(url=led[0]), led[1]) if led else None


def _read_cited(text: str) -> ItemRead | None:
    """`Title. Names. Venue.`, or the names first: before a title in quotes, a year, a colon or a full stop."""
    for pattern, least in ((_QUOTED_CITED, 1), (_YEAR_CITED, 1), (_COLON_CITED, 2)):
        match = pattern.match(text, 0, _LONGEST_CITED)
        names = _cited_names(match, pattern) if match else ()
        if match is None or len(names) < least:
            continue
        rest = text[match.end() :]
        if pattern is _QUOTED_CITED:
            return with_rest(ItemRead(title=title_said(match["title"].rstrip(".,")), authors=names), rest)
        piece = read_linked(rest) or _read_bold(rest) or _title_first(rest) or _titled_to_link(rest)
        if piece and piece.title and not piece.authors:
            year = match.groupdict().get("a") or match.groupdict().get("b")
            text_ = f"({year}) {piece.text}".rstrip() if year else piece.text
            return replace(piece, authors=names, text=text_)
    return _read_sentences(text)


def _cited_names(match: re.Match[str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The names that a citation begins with; a title is not taken for one."""
    said = match["names"]
    names = people(plain(said)) if "](" not in said else ()
    marked = match.string[match.end() : match.end() + 1] in ("*", "_", "[", '"', "“")
    if pattern is _YEAR_CITED and marked and said.isalpha() and said.istitle():
        return (said,)
    if pattern is _YEAR_CITED and not ("," in said or len(names) > 1 or marked):
        return ()
    if pattern is _COLON_CITED and any(len(name.split()) < 2 for name in names):
        return ()
    return names


def _titled_to_link(text: str) -> ItemRead | None:
    """A title that the first link ends."""
    first = find_first(text)
    title = plain(text[:first].rstrip(OPEN_END + ".")) if first else ""
    return with_rest(ItemRead(title=title), text[first:]) if title and is_plain_title(title) else None


def _read_sentences(text: str) -> ItemRead | None:
    end = _SENTENCE_END.search(text, 0, _LONGEST_CITED)
    if end is None or "](" in text[: end.start()]:
        return None
    head, rest = text[: end.start()], text[end.end() :]
    names = name_list(plain(head))
    if len(names) > 1:
        piece = read_linked(rest) or _read_bold(rest) or _title_first(rest)
        return replace(piece, authors=names) if piece and piece.title and not piece.authors else None
    behind = SEGMENT.match(rest)
    if behind is None or len(name_list(unstopped(plain(behind["names"])))) < 2:
        return None
    return _title_first(text)


def _title_first(text: str) -> ItemRead | None:
    """What a citation says that begins with its title."""
    end = _SENTENCE_END.search(text, 0, _LONGEST_CITED)
    title = plain(text[: end.start()]) if end else ""
    return with_rest(ItemRead(title=title), text[end.end() :]) if end and is_plain_title(title) else None


def _read_plain(text: str) -> ItemRead:
    ended = _TITLE_END.search(text, 0, _LONGEST_TITLE + 40)
    first = next(find_links(text), None)
    if ended and ended.start() and (first is None or ended.start() < first.start):
        head, rest = text[: ended.start()], text[ended.end() - ended[0].count("●") :]
        return _titled(head, rest, text, sure=not head.endswith("."))
    if first and (behind := _titled_by_link(text, first)):
        return behind
    before, after = to_link(text, first.start) if first else (text, "")
    head = before.rstrip(OPEN_END)
    if not has_words(head) or (not first and before.rstrip()[-1:] in ":："):
        return with_rest(ItemRead(), text)
    dash = _DASH.search(head, 0, _LONGEST_TITLE + 40)
    if dash and dash.start() and has_words(head[: dash.start()]) and not _goes_on(head[dash.end() :], dash[0]):
        return _titled(head[: dash.start()], text[dash.end() :], text)
    return _titled(head, after, text)


def _titled_by_link(text: str, first: PlacedLink) -> ItemRead | None:
    """The paper of a link that is a title, behind fewer words than it has: a name, a note, who presents it. None where
    the link only cites, `Title ([Lee et al., 2024](URL))`, or leads to no paper."""
    label, head = first.link.label or "", text[: first.start].strip(OPEN_END + ")]")
    count = len(label.split())
    if count < _FEWEST_WORDS or len(head.split()) >= count or not has_words(head) or not is_paper_page(first.link.url):
        return None
    if is_label(label) or cites(label) or people(label):
        return None
    names = name_list(unstopped(plain(head)))
    piece = ItemRead(title=title_said(label), authors=names if len(names) > 1 else (), url=first.link.url)
    piece = with_rest(piece, text[first.end :].lstrip(")] "))
    return piece if len(names) > 1 else replace(piece, text=f"{head} {piece.text}".rstrip())


def cites(label: str) -> bool:
    """Whether the words of a link say of which year a paper is, or by whom and others."""
    return _CITES.search(label) is not None


def _goes_on(text: str, dash: str) -> bool:
    """Whether what stands behind a dash is the rest of a title, and not a comment: most of its words have capitals, and
    it ends like a title."""
    if "|" in dash or dash[:1] in ".," or text.rstrip()[-1:] in ".。" or not text[:1].isupper():
        return False
    words = [word for word in text.split() if word[0].isalpha() and len(word) > 3]
    return len(words) > 1 and sum(word[0].isupper() for word in words) * 4 >= len(words) * 3 and not people(text)


def _titled(head: str, rest: str, whole: str, *, sure: bool = False) -> ItemRead:
    """A title that nothing marks (no link, no bold, no quotes) must read as a title; otherwise all of the text is
    comment."""
    if (named := _NAMES_BEHIND.search(head)) and has_words(head[: named.start()]) and (names := _cited_in(named)):
        return with_rest(
            ItemRead(title=title_said(head[: named.start()]), authors=names),
            f"({named['year']}) {rest}" if named["year"] else rest,
        )
    year = _TITLE_YEAR.search(head)
    if cited := _CITED_BEHIND.search(head):
        head, rest = head[: cited.start()], f"{cited['names']} ({cited['year']}) {rest}"
    elif year and has_words(head[: year.start()]):
        head, rest = head[: year.start()], f"{head[year.start() :].lstrip()} {rest}"
    elif (named := _INITIALS_BEHIND.search(head)) and people(plain(named["names"])):
        head, rest = head[: named.start()], f"{named['names']} {rest}"
    title = plain(head).rstrip(" ,;:")
    if not has_words(rest) and head.rstrip(" \"”'’")[-1:] in (".", "。"):
        return with_rest(ItemRead(), whole)  # a sentence
    split = authors_at_end(title)
    if split and split[0] and len(split[1]) > 1:
        return with_rest(ItemRead(title=split[0], authors=split[1]), rest)
    dotted = title.rstrip(".")
    if not sure and (venue := _VENUE_BEHIND.search(dotted)):
        dotted, rest = dotted[: venue.start()], f"{venue['venue']}. {rest}"
    if len(title) <= _LONGEST_TITLE and (sure or is_plain_title(dotted) or _is_korean_title(title)):
        return with_rest(ItemRead(title=dotted), rest)
    return with_rest(ItemRead(), whole)


def _cited_in(match: re.Match[str]) -> tuple[str, ...]:
    """The names in a bracket that cites: two or more and a year, or some and who else."""
    names = people(_AND_OTHERS.sub(", ら", plain(match["names"])))
    return names if len(names) > 1 and (match["year"] or is_others(names[-1])) else ()


def _is_korean_title(title: str) -> bool:
    return has_hangul(title) and not is_korean_sentence(title)


def title_said(text: str) -> str | None:
    """A title without marks; None where no word is left."""
    title = plain(text).strip()
    bare = title.rstrip(":：-–— ") if has_words(title) else ""
    return bare or None
