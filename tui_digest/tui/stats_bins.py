"""Many weeks put together until they fit on a screen: months, quarters, years, and so many years."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.models import UNDATED

if TYPE_CHECKING:
    from tui_digest.i18n import Translator


class Bin(NamedTuple):
    """Weeks that one bar stands for."""

    name: str
    """In full, for a row: `23–29 Jul 2023`, `Jul 2023`, `2023 Q3`, `2023`."""
    short: str
    """For the axis below a bar."""
    weeks: tuple[str, ...]
    """At least one, the oldest first."""


SECTIONS = ("weeks", "own", "tags", "sections", "sources", "digests", "later")
"""What is counted of one's reading, in the order in which it is shown."""

BinUnit = Callable[[str], tuple[int, ...]]


def units() -> Iterable[tuple[str, BinUnit]]:
    """What weeks can be put together to, from the finest on: its name, and what tells one from another."""
    yield "week", lambda week: (int(week[:4]), int(week[6:]))
    yield "month", lambda week: (_middle(week).year, _middle(week).month)
    yield "quarter", lambda week: (_middle(week).year, (_middle(week).month + 2) // 3)
    years = 1
    while True:
        yield "years", lambda week, years=years: (_middle(week).year // years * years, years)  # type: ignore[misc]
        years *= 2 if years in (1, 5) or years > 5 else 5


def bins_of(weeks: Sequence[str], room: int, tr: Translator, days: Callable[[str], date] | None = None) -> list[Bin]:
    """The weeks, which are in order, in no more than `room` bins of the finest unit that fits; weeks without a date
    have a bin of their own at the end. `days` gives the first day of a week where its digests begin on another than
    its Monday."""
    dated = [week for week in weeks if week != UNDATED]
    undated = len(dated) < len(weeks)
    unit, of = next((unit, of) for unit, of in units() if len({*map(of, dated)}) + undated <= max(2, room))
    groups = [tuple(group) for _, group in groupby(dated, of)]
    first = days or monday
    if unit == "week" and dated and dated[0][:4] != dated[-1][:4]:
        unit = "day"
    found = [Bin(*_names(unit, of(group[0]), first(group[0]), tr), group) for group in groups]
    if unit == "day":  # a month is named below its first week alone
        found = [
            each._replace(short="") if each.short == before else each
            for each, before in zip(found, ["", *(each.short for each in found)], strict=False)
        ]
    return [*found, Bin(tr("week.undated"), "?", (UNDATED,))] if undated else found


def monday(week: str) -> date:
    """The first day of an ISO week."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def _middle(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 4)


def _names(unit: str, parts: tuple[int, ...], day: date, tr: Translator) -> tuple[str, str]:
    year, part = parts
    if unit == "week":
        return tr.day(day), tr.period(day, day)
    if unit == "day":  # of several years: the year tells more than the day
        return tr.day(day), tr("stats.month.short", year=day.year, n=day.month, month=tr.month(day.month))
    if unit == "years":
        name = str(year) if part == 1 else f"{year}–{year + part - 1}"
        return name, str(year)
    return tr(f"stats.{unit}", year=year, n=part, month=tr.month(part)), tr(
        f"stats.{unit}.short", year=year, n=part, month=tr.month(part)
    )
