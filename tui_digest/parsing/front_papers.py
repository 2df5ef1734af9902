"""Papers that the settings at the top of a text list, `papers:` in YAML or `[[papers]]` in TOML: an entry each. What
stands below is read as usual where it holds papers, and else heads the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing import markdown_digest
from tui_digest.parsing.drafts import finished, paragraphs
from tui_digest.parsing.front_matter import settings_lines, settings_of
from tui_digest.parsing.links import is_paper_page, may_link
from tui_digest.parsing.periods import Period
from tui_digest.parsing.sections import days_told
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.document_records import FoundRecord, RecordPlace
    from tui_digest.parsing.drafts import Draft
    from tui_digest.parsing.source_text import SourceText

SHAPE = "list"
_MOST_CHARACTERS = 200_000
_TABLE = regex(r"\[\[\s*([\w-]+)\s*\]\]")


def lists_papers(source: SourceText) -> bool:
    """Whether the settings at the top list papers, and name none themselves."""
    if source.part is not None or not settings_lines(source):
        return False
    settings = settings_of(source)
    return bool(settings.unread or settings.listed) and not settings.paper and bool(source.once(_listed))


def parse_listed(source: SourceText) -> ParsedDigest:
    """The papers of the settings, then those of the text below."""
    settings = settings_of(source)
    found = source.once(_listed)
    around = found[0][0]
    drafts = [draft for _, draft in found]
    inside = {index for draft in drafts for index in range(draft.first, draft.last + 1)}
    entries = finished(drafts, source)
    below = source.filled[settings.lines :]
    preface: str | None = paragraphs(source.lines[below[0] : below[-1] + 1]) if below else None
    if below and markdown_digest.holds_papers(rest := source.excerpt(below)):
        digest = markdown_digest.parse_papers(rest)
        entries, preface = (*entries, *digest.entries), digest.preface
        inside.update(line - 1 for each in digest.entries for line in range(each.start_line, each.end_line + 1))
    unread = [source.lines[index] for index in settings.unread if index not in inside and may_link(source.lines[index])]
    day = Period(settings.date, settings.date) if settings.date else None
    days = around.days or day or days_told(source)
    return ParsedDigest(
        title=settings.title or around.title or source.stem,
        shape=SHAPE,
        start=days.start if days else None,
        end=days.end if days else None,
        entries=entries,
        header_lines=tuple(index + 1 for index in source.filled if index not in inside),
        preface=paragraphs([*around.told, *unread, *([""] if preface else ()), *(preface or "").split("\n")]),
    )


def _listed(source: SourceText) -> list[tuple[RecordPlace, Draft]]:
    """The papers that the settings list, on their lines of the file; none where no address of theirs leads to one."""
    from tui_digest.parsing.document_records import drafts_among, held_by  # only few texts have such a block

    first, last = source.filled[0] + 1, source.filled[settings_lines(source) - 1]
    text = "\n".join(source.lines[first:last])
    if len(text) > _MOST_CHARACTERS:
        return []
    whole = _tables(text) if source.first == "+++" else _yaml(text)
    found = drafts_among(held_by(whole), text.split("\n")) if whole is not None else []
    for _, draft in found:
        draft.first, draft.last = draft.first + first, min(draft.last + first, last - 1)
    return found if any(is_paper_page(url) for _, draft in found for url in draft.urls) else []


def _yaml(text: str) -> FoundRecord | None:
    from tui_digest.parsing.yaml_records import record_in

    return record_in(text)


def _tables(text: str) -> FoundRecord | None:
    """The settings of TOML; of the objects in them those that are tables of their own, `[[papers]]`, or stand in a list
    on a line each."""
    import tomllib

    from tui_digest.parsing.document_records import FoundRecord

    try:
        whole = FoundRecord(tomllib.loads(text, parse_float=str))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    lines = text.split("\n")
    whole.last = len(lines) - 1
    starts: dict[str, list[int]] = {}
    for line in (index for index, each in enumerate(lines) if each[:1] == "["):
        match = _TABLE.match(lines[line])
        starts.setdefault(match[1] if match else "", []).append(line)
    every = sorted(line for of_name in starts.values() for line in of_name)
    for name, values in whole.items():
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            continue
        made = [FoundRecord(each) for each in values]
        at = 0
        for place, each in enumerate(made):
            own = starts.get(name, [])
            if len(own) == len(made):
                each.first = own[place]
                end = next((line for line in every if line > each.first), len(lines))
                each.last = max(line for line in range(each.first, end) if lines[line].strip())
            else:
                at = each.first = each.last = _line_of(each, lines, at)
        whole[name] = made
    return whole


def _line_of(table: FoundRecord, lines: Sequence[str], start: int) -> int:
    """The line of a table that stands on one line, from this one on."""
    said = max((value for value in table.values() if isinstance(value, str)), key=len, default="")
    return next((line for line in range(start, len(lines)) if said and said in lines[line]), start)
