"""Items that come under another id than before: some feeds give ids anew with every answer, others a link of the day.

Taken for new, one paper would stand in the digest of its day as often as the feed was asked.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson

from tui_digest.parsing import feed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_digest.store.fetched import SaidItem

_Saying = tuple[str, str, str]
"""Title, text and day."""


def under_known_ids(items: Sequence[SaidItem], here: Mapping[str, SaidItem]) -> list[SaidItem]:
    """The items of an answer, each under the id by which it is stored (`here`). Under another id it is known again
    where title, text and day are those of one that the answer has no more, and of no other item in the answer. Where
    nothing but the id is new, it is the stored one."""
    named = {item.id for item in items}
    new = {item.id: _said(item) for item in items if item.id not in here and item.form == "feed"}
    days = {item.day for item in items if item.id in new}
    left = [each for each in here.values() if each.form == "feed" and each.day in days and each.id not in named]
    if not new or not left:
        return list(items)
    gone, often = {_said(each): each for each in left}, Counter(new.values())
    found = []
    for item in items:
        said = new.get(item.id, ("", "", ""))
        before = gone.get(said) if often[said] == 1 and any(said) else None
        if before is not None:
            same = _without_id(before) == _without_id(item)
            item = before if same else item._replace(id=before.id)
        found.append(item)
    return found


def _said(item: SaidItem) -> _Saying:
    """What it says, its address in the place of a text where it has none; empty where it cannot be read."""
    fields = _fields(item)
    if not fields.get("title"):
        return "", "", ""
    return fields["title"][0], feed.text_of(fields) or " ".join(fields.get("url", ())), feed.day_of(fields)


def _without_id(item: SaidItem) -> dict[str, list[str]]:
    return {name: values for name, values in _fields(item).items() if name != "guid"}


def _fields(item: SaidItem) -> dict[str, list[str]]:
    try:
        fields = orjson.loads(item.text)
        return {name: [each for each in values if isinstance(each, str)] for name, values in fields.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
