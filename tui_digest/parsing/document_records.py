"""Records anywhere in a document, whatever it is written in: which of them tell of a paper each, and what they tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tui_digest.parsing.record_fields import day_in, draft_of, role_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tui_digest.parsing.drafts import Draft

_BESIDE_TITLE = frozenset(("authors", "url", "pdf", "arxiv", "doi", "abstract"))
_MOST_DEPTH = 60


class FoundRecord(dict[str, Any]):
    """An object of a document, and the 0-based lines it stands on."""

    first = 0
    last = 0


def papers_among(objects: Sequence[FoundRecord]) -> Iterator[FoundRecord]:
    """The objects that tell of a paper, none of them inside another that does."""
    end = -1
    previous: FoundRecord | None = None
    for each in objects:
        inside = previous is not None and each.first <= end and any(each is value for value in _values(previous))
        if not inside and _is_paper(each):
            yield each
            previous, end = each, each.last


def _values(value: Any, depth: int = 0) -> Iterator[Any]:
    """Everything inside a value."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for each in inner:
        yield each
        if depth < _MOST_DEPTH:
            yield from _values(each, depth + 1)


def _is_paper(each: Mapping[str, Any]) -> bool:
    if isinstance(inner := each.get("paper"), Mapping) and _is_paper(inner):
        return True
    roles = {role_of(name) for name, value in each.items() if value not in (None, "", [], {})}
    return "title" in roles and not _BESIDE_TITLE.isdisjoint(roles)


def draft_from(each: FoundRecord) -> Draft | None:
    """The paper that an object tells of, with the object's lines; None where it names none."""
    fields: Mapping[str, Any] = each
    if isinstance(inner := each.get("paper"), Mapping):  # a day's papers on Hugging Face stand one level down
        fields = {**{name: value for name, value in each.items() if name != "paper"}, **inner}
    return draft_of(fields, each.first, each.last)


def day_of(objects: Sequence[FoundRecord]) -> date | None:
    """The day that the document gives for all of its papers."""
    for name in ("reportDate", "date", "announcementDate"):
        if objects and isinstance(value := objects[0].get(name), str) and not _is_paper(objects[0]):
            return day_in(value)
    return None


def draft_in(fields: Mapping[str, Any], number: int) -> Draft | None:
    """The paper that such an object tells of, as the line `number` of a digest (0-based); None where it names none."""
    made = FoundRecord(fields)
    made.first = made.last = number
    return draft_from(made)
