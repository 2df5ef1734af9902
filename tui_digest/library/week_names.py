"""Which week of the library a name means: one that a list shows, or a row of a month's calendar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.models import week_id
from tui_digest.parsing.date_words import plainly
from tui_digest.parsing.periods import named_in
from tui_digest.text.dates_in_words import as_typed, names_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_digest.models import Week


def named_week(name: str, weeks: Sequence[Week]) -> str | None:
    """The id of the one of `weeks`, newest first, that has the name, in either language, or that ISO name: the newest
    one, where a name without its year is that of several. None where there is none.

    Where a list shows no more than the days of a week (`16–22 Jul`), it is found as digests count it: by its row of
    the month's calendar (`Jul week 4`, `7월 4주차`). Within a year a name that is shown goes before."""
    wanted = as_typed(name)
    ids = {week.id.casefold(): week.id for week in weeks}
    if wanted in ids:
        return ids[wanted]
    shown = next((week.id for week in weeks if wanted in names_of(week)), None)
    counted = _counted(name, ids.values())
    return max(filter(None, (shown, counted)), key=lambda week: (week[:4], week == shown), default=None)


def _counted(name: str, ids: Collection[str]) -> str | None:
    """The newest of these weeks that is the row of a month that `name` says, and nothing else."""
    plain = plainly(name)[0].strip()
    row = named_in(plain)
    if row is None or row.unit != "row":
        return None
    before, behind = plain[: row.span[0]].strip(" ,"), plain[row.span[1] :].strip(" ,")
    if behind or not re.fullmatch(r"(?:\d{4})?", before):
        return None
    if row.period is not None:
        periods = [row.period]
    else:
        years = (
            {int(before)}
            if before
            else {int(week[:4]) + more for week in ids if week[0] in "12" for more in (-1, 0, 1)}
        )
        periods = [period for year in sorted(years, reverse=True) if (period := row.ending_in(year))]
    found = (week_id(period.start + (period.end - period.start) / 2) for period in periods)
    return next((week for week in found if week in ids), None)
