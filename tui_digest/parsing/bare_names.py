"""Authors that stand below a title without a label: in italics, in brackets, behind `by`, before links, or alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import authors_in, name_list, reads_as_names
from tui_digest.parsing.item_rest import unstopped
from tui_digest.parsing.labels import labelled
from tui_digest.parsing.language import has_eastern
from tui_digest.parsing.lines import fields_apart, without_superscripts
from tui_digest.parsing.links import find_links, may_link
from tui_digest.parsing.markdown import has_words, plain, without_decoration
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.drafts import Draft

_BULLET = regex(r"\s*[-*+•]\s+")
_REMARK = regex(r"\s*\([^()]{1,40}\)\s*$")
_ITALIC_START = regex(r"\s*(?P<mark>[*_])(?P<names>[^*_\s](?:[^*_]|(?<=\w)_(?=\w)){2,30000})(?P=mark)[\s.,;:]*")
_AFFILIATED = regex(r"\s+[—–|-]\s+")
"""What may stand between names and their affiliation."""
_LONGEST_NAMES = 40_000
_DOTS_BEHIND = regex(r"(?<=[^\W\d_])(?:…|\.\.\.)(?=\)?$)")
_TWO = 2
BY = regex(r"^[\s*_]*by\s+", re.IGNORECASE)
"""What may stand before names that have no label."""


_INITIALED = regex(r"(?:[A-Z]\.[\s-]?){1,3}[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?$")


def take_bare_authors(draft: Draft, rest: list[str]) -> None:
    """Two names or more on the first line of text, in brackets, in italics or by themselves, are the authors; so are
    those in italics that begin the first line or the second, where one name is enough."""
    filled = [place for place, line in enumerate(rest) if line.strip() and not _is_remark(line)][:2]
    for place in filled:
        line = without_decoration(rest[place])
        if len(line) > _LONGEST_NAMES:
            return
        if place == filled[0] and (shared := names_ahead(line)):
            draft.authors, draft.named_bare = shared[0], True
            draft.commentary.append(shared[1])
            del rest[place]
            return
        bullet = _BULLET.match(line)
        text = line[bullet.end() :] if bullet and "*" not in line[: bullet.end()].strip()[1:] else line
        italic = _ITALIC_START.match(without_superscripts(text))
        if not italic and may_link(line):
            if place == filled[0] and _take_names_before_link(draft, rest, place):
                return
            continue
        if place != filled[0] and not italic:
            return
        bare = italic["names"] if italic else _unbracketed(plain(without_superscripts(text.removesuffix("\\"))))
        if line.lstrip()[:1] == ">":
            return
        if italic and (apart := _AFFILIATED.search(bare)) and _may_be_names(bare[: apart.start()]):
            draft.authors, draft.named_bare = authors_in(bare[: apart.start()]), True
            rest[place] = bare[apart.end() :]
            return
        by = BY.match(bare)
        bare = bare[by.end() :] if by else bare
        bare = commaed(bare)
        names = name_list(unstopped(bare)) if "," in bare or italic or " and " in bare or "、" in bare else ()
        alone = bool(by) or (bullet is not None and _is_followed(rest, place))
        alone = alone and not has_eastern(bare) and len(name_list(bare)) == 1
        alone = alone or (not italic and _INITIALED.match(bare) is not None)
        names = name_list(bare) if alone else names
        if len(names) > 1 or alone or (italic and names) or (italic and reads_as_names(bare)):
            if "(" in bare or "（" in bare:  # their affiliation: the line is kept as text for its sake
                draft.authors, draft.named_bare = authors_in(bare), True
                return
            draft.authors, draft.named_bare = names or authors_in(bare), True
            left = without_superscripts(text)[italic.end() :].removesuffix("\\").strip() if italic else ""
            rest[place : place + 1] = [left] if has_words(left) else []
            return


def _is_remark(line: str) -> bool:
    """Whether a line is a short bracket that holds no names."""
    return _REMARK.match(line) is not None and len(name_list(line.strip(" \t()"))) < _TWO


def commaed(names: str) -> str:
    """Names between dots, as programmes of conferences have them, between commas, and dots for the others apart."""
    names = _DOTS_BEHIND.sub(r", …", names) if names[-1:] in "….)" else names
    return names.replace(" · ", ", ").replace(" • ", ", ") if "," not in names and not names.isascii() else names


def names_ahead(line: str) -> tuple[tuple[str, ...], str] | None:
    """The two names or more that begin a line of fields, `A, B | Venue | [Paper](URL)`, and the other fields; None for
    any other line."""
    line = line.lstrip("> \t")
    said, *others = fields_apart(line)
    if not others or not ("," in said or " and " in said) or may_link(said):
        return None
    names = name_list(unstopped(plain(said)))
    return (names, line[len(said) :].strip(" \t·•|｜")) if len(names) > 1 else None


def _take_names_before_link(draft: Draft, rest: list[str], place: int) -> bool:
    """Whether names stand before the first link of a line, two or more: then they are the authors."""
    first = next(find_links(rest[place]), None)
    lead = rest[place][: first.start if first else 0].rstrip(" \t.,;:|[(–—-")
    names = name_list(plain(lead)) if "," in lead or " and " in lead else ()
    if first is None or len(names) < 2:
        return False
    draft.authors, draft.named_bare = names, True
    rest[place] = rest[place][first.start :]
    return True


def _may_be_names(text: str) -> bool:
    return bool(name_list(text)) or reads_as_names(text)


def _unbracketed(text: str) -> str:
    """Names without the brackets around all of them."""
    text = text.strip(" .")
    return text.strip("()（） .") if text[:1] in ("(", "（") else text


def _is_followed(rest: Sequence[str], place: int) -> bool:
    """Whether a labelled line stands below a line, as below the name of a paper's author."""
    found = labelled(rest[place + 1]) if place + 1 < len(rest) else None
    return found is not None or place + 1 == len(rest)


def complete_names(drafts: Sequence[Draft]) -> None:
    """Where most papers of a text have names without a label below their titles, one name alone is one, too."""
    if sum(draft.named_bare for draft in drafts) * 2 < len(drafts):
        return
    for draft in drafts:
        place = next((place for place, line in enumerate(draft.commentary) if line.strip()), None)
        if draft.authors or place is None or not is_one_name(line := without_decoration(draft.commentary[place])):
            continue
        draft.authors = authors_in(BY.sub("", line, count=1).strip(" -*_\\"))
        del draft.commentary[place]


def is_one_name(line: str) -> bool:
    """Whether a line may be the name of a paper's only author."""
    bare = BY.sub("", line, count=1).strip(" \t-*_\\")
    return len(bare) < 80 and not may_link(line) and len(name_list(bare)) == 1
