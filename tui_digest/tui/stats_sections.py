"""What was counted of one's reading, as pictures and tables: a section for each question, the same for both faces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.clock import local_time
from tui_digest.library.stats import Tally
from tui_digest.models import UNDATED
from tui_digest.query import term
from tui_digest.tui.stats_bins import Bin, bins_of, monday

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.library.stats import NamedTally, ReadingStats, SourceTally, WeekTally


class RowTarget(NamedTuple):
    """The list that a row leads to: the papers of a week (None: of all) that have this value in this field of a query;
    without a field the value is the whole query."""

    field: str
    value: str
    week: str | None = None

    @property
    def query(self) -> str:
        """As it would be typed. Made when it is asked for: reading it takes time, and a library has many digests."""
        return term(self.field, self.value) if self.field else self.value


class StatsRow(NamedTuple):
    """A row of a table."""

    name: str
    numbers: tuple[str, ...]
    """Under the headings."""
    target: RowTarget | None = None
    parts: tuple[int, ...] = ()
    """Of a whole, to be drawn beside the name."""
    trend: tuple[int, ...] = ()
    """A number for each bin, to be drawn beside the name."""
    bar: int = -1
    """Which bar of the chart is the row's; -1 for none."""


class StatsSection(NamedTuple):
    """One question, answered."""

    id: str
    title: str
    about: str
    """What is counted, in a sentence."""
    heads: tuple[str, ...]
    """The headings of name and numbers."""
    rows: Sequence[StatsRow]
    bars: Sequence[tuple[int, ...]] = ()
    """The bars of the chart, the oldest first; nothing where there is no chart."""
    labels: tuple[str, ...] = ()
    """What stands below each bar."""
    legend: tuple[str, ...] = ()
    """What the parts of bars and rows are."""
    cut: str = ""
    """What it means that a bar is cut short."""
    stars: tuple[int, ...] = ()
    """A number for each bar that is drawn as a strip below the chart."""
    empty: str = ""
    """What to do, where there is no row."""
    drawn: str = ""
    """The heading of what is drawn beside the names."""


_WAITING = ("is:later", "sort:waiting")
"""The query for what waits, the longest waiting first."""

MEASURES = ("papers", "read", "starred")
"""What a strip can be of."""


def sections(
    reading: ReadingStats, tr: Translator, room: int, trend: int, measure: str = MEASURES[0]
) -> dict[str, StatsSection]:
    """All sections, by id; in a chart no more than `room` weeks (months, …) beside one another, in a strip, which is of
    a `measure`, no more than `trend`."""
    weeks = [each.week for each in reading.weeks]
    starts = {each.week: each.start for each in reading.weeks if each.start is not None}
    bins, few = (bins_of(weeks, most, tr, lambda week: starts.get(week) or monday(week)) for most in (room, trend))
    found = (
        _weeks(reading, bins, tr), _own(reading, room, tr), _named(reading.tags, few, "tags", "tag", measure, tr),
        _named(reading.sections, few, "sections", "section", measure, tr), _sources(reading, tr), _digests(reading, tr),
        _later(reading, tr),
    )  # fmt: skip
    return {section.id: section for section in found}


def _parts(tally: Tally) -> tuple[int, int, int]:
    """Of some papers the starred, those that were only read, and those that are left: they make all of them."""
    return tally.starred, tally.papers - tally.starred - tally.left, tally.left


def _numbers(tally: Tally) -> tuple[str, ...]:
    return f"{tally.papers:,}", f"{tally.starred:,}", f"{tally.read:,}", f"{tally.left:,}"


def _heads(first: str, tr: Translator) -> tuple[str, ...]:
    return tr(first), *(tr(f"stats.head.{name}") for name in ("papers", "starred", "read", "left"))


def _legend(tr: Translator) -> tuple[str, ...]:
    return tuple(tr(f"stats.part.{name}") for name in ("starred", "read", "left"))


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total = total.plus(each)
    return total


def _weeks(reading: ReadingStats, bins: Sequence[Bin], tr: Translator) -> StatsSection:
    known = {each.week: each for each in reading.weeks}
    tallies = [_sum(known[week].tally for week in each.weeks) for each in bins]
    order = [number for number, each in enumerate(bins) if each.weeks != (UNDATED,)]
    rows = []
    for number in [*reversed(order), *range(len(order), len(bins))]:
        each, tally = bins[number], tallies[number]
        name = _week_name(known[each.weeks[0]], tr) if len(each.weeks) == 1 else each.name
        rows.append(StatsRow(name, _numbers(tally), _of_weeks(each.weeks), bar=number))
    about = tr("stats.weeks.about", n=f"{reading.total.papers:,}")
    return StatsSection(
        "weeks", tr("stats.weeks"), about, _heads("stats.head.period", tr), rows, [_parts(each) for each in tallies],
        tuple(each.short for each in bins), _legend(tr), tr("stats.cut"), empty=tr("stats.empty"),
    )  # fmt: skip


def _week_name(week: WeekTally, tr: Translator) -> str:
    return tr.when(week.start, week.end)


def _of_weeks(weeks: Sequence[str]) -> RowTarget:
    if len(weeks) == 1:
        return RowTarget("", "", weeks[0])
    return RowTarget("", f"week:{weeks[0]}..{weeks[-1]}")


def _own(reading: ReadingStats, room: int, tr: Translator) -> StatsSection:
    known = {each.week: each for each in reading.own_weeks}
    bins = bins_of([*known], room, tr)
    bars, stars = [], []
    for each in bins:
        weeks = [known[week] for week in each.weeks]
        bars.append((sum(week.read for week in weeks), sum(week.together for week in weeks)))
        stars.append(sum(week.starred for week in weeks))
    rows = [
        StatsRow(bins[number].name, tuple(f"{n:,}" for n in (*bars[number], stars[number])), bar=number)
        for number in reversed(range(len(bins)))
    ]
    heads = tuple(tr(f"stats.head.{name}") for name in ("own", "one_by_one", "together", "starred"))
    about = tr("stats.own.about")
    legend = tuple(tr(f"stats.part.{name}") for name in ("one_by_one", "together"))
    return StatsSection(
        "own", tr("stats.own"), about, heads, rows, bars, tuple(each.short for each in bins), legend, tr("stats.cut"),
        tuple(stars), tr("stats.own.empty"),
    )  # fmt: skip


def _named(
    named: Sequence[NamedTally], bins: Sequence[Bin], section: str, field: str, measure: str, tr: Translator
) -> StatsSection:
    dated = [each for each in bins if each.weeks != (UNDATED,)]
    rows = []
    for each in named:
        numbers = {week: getattr(tally, measure) for week, tally in each.weeks.items()}
        trend = tuple(sum(numbers.get(week, 0) for week in part.weeks) for part in dated)
        rows.append(StatsRow(each.name, _numbers(each.tally), RowTarget(field, each.name), trend=trend))
    span = (dated[0].name, dated[-1].name) if dated else ("", "")
    about = tr(f"stats.{section}.about", first=span[0], last=span[1])
    return StatsSection(
        section,
        tr(f"stats.{section}"),
        about,
        _heads(f"stats.head.{field}", tr),
        rows,
        empty=tr(f"stats.{section}.empty"),
        drawn=tr(f"stats.head.{measure}"),
    )


def _sources(reading: ReadingStats, tr: Translator) -> StatsSection:
    rows = []
    for each in reading.sources:
        name = tr("stats.starters") if each.kind == "starters" else _in_home(each)
        target = RowTarget("source" if each.kind == "source" else "digest", each.name) if each.name else None
        newest = tr.day(each.newest) if each.newest else ""
        rows.append(StatsRow(name, (*_worth(each.tally), f"{each.digests:,}", newest), target, _parts(each.tally)))
    heads = (*_worth_heads("source", tr), tr("stats.head.digests"), tr("stats.head.newest"))
    return StatsSection(
        "sources", tr("stats.sources"), tr("stats.sources.about"), heads, rows, legend=_legend(tr),
        empty=tr("stats.empty"),
    )  # fmt: skip


def _in_home(source: SourceTally) -> str:
    """A folder as a shell would write it, anything else as it is."""
    home = str(Path.home())
    inside = source.kind == "folder" and home != "/" and f"{source.name}/".startswith(f"{home}/")
    return "~" + source.name[len(home) :] if inside else source.name


def _digests(reading: ReadingStats, tr: Translator) -> StatsSection:
    rows = [
        StatsRow(
            each.title, (*_worth(each.tally), tr.when(each.start, each.end)),
            RowTarget("digest=", each.title, each.week), _parts(each.tally),
        )
        for each in reading.digests
    ]  # fmt: skip
    heads = (*_worth_heads("digest", tr), tr("stats.head.period"))
    return StatsSection(
        "digests", tr("stats.digests"), tr("stats.digests.about"), heads, rows, legend=_legend(tr),
        empty=tr("stats.empty"),
    )  # fmt: skip


def _worth(tally: Tally) -> tuple[str, ...]:
    """Papers, and how many of a hundred were starred and read; of none none can be."""
    if not tally.papers:
        return "0", "–", "–"
    return f"{tally.papers:,}", *(f"{round(100 * part / tally.papers)}%" for part in (tally.starred, tally.read))


def _worth_heads(name: str, tr: Translator) -> tuple[str, ...]:
    return tuple(tr(f"stats.head.{each}") for each in (name, "papers", "share_starred", "share_read"))


def _later(reading: ReadingStats, tr: Translator) -> StatsSection:
    rows = [
        StatsRow(each.title, (waited(each.since, reading.today, tr),), RowTarget("", " ".join(_WAITING)))
        for each in reading.waiting
    ]
    heads = (tr("stats.head.paper"), tr("stats.head.waits"))
    return StatsSection(
        "later", tr("stats.later"), tr("stats.later.about", n=f"{len(rows):,}"), heads, rows,
        empty=tr("stats.later.empty"),
    )  # fmt: skip


def waited(since: int, today: date, tr: Translator) -> str:
    """How long ago a paper was put off: `put off 12 days ago`."""
    days = (today - local_time(since).date()).days
    return tr("later.days", n=days) if days > 0 else tr("later.today")
