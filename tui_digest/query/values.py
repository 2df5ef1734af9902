"""The text after a field's colon -> a typed value, or a `QueryError` that says what could stand there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, NoReturn, TypeVar

from tui_digest.models import UNDATED, week_id
from tui_digest.query.nodes import Dates, Edit, Numbers, QueryError, Value, Weeks
from tui_digest.query.vocabulary import CHOICES, DAYS, SORTS, near_choice

T = TypeVar("T", int, date, str)

_COMPARED = r"(<=|>=|=<|=>|≤|≥|<|>|=)(.*)"
_SIGNS = {"=<": "<=", "=>": ">=", "≤": "<=", "≥": ">="}
_AGE = r"([0-9]{1,5})(d|w|m|y|일|주|달|개월)"
_DATE = r"([0-9]{4})(?:(?:년|[-/.])(?:([0-9]{1,2})(?:(?:월|[-/.])(?:([0-9]{1,2})일?)?)?)?)?"
_WEEK = r"([0-9]{4})-?w([0-9]{1,2})"


class Term(NamedTuple):
    """One `name:value` as it stands in the text."""

    name: str
    raw: str
    """The value, out of its quotes."""
    start: int
    value_start: int
    end: int

    def fail(self, message_id: str, suggestion: str | None = None, **details: object) -> NoReturn:
        """Raises the error at the value; `suggestion` could stand in place of the whole term, and turns the message
        into its `.near` twin."""
        edit = None if suggestion is None else Edit(self.start, self.end, suggestion)
        raise QueryError(
            message_id if suggestion is None else f"{message_id}.near",
            self.value_start,
            self.end,
            edit=edit,
            suggestion=suggestion or "",
            name=self.name,
            value=self.raw,
            **details,
        )


def value_of(term: Term, today: date) -> Value:
    """The value of every field that is not in `TEXTS`, `sort` and `limit` left out. What may be the name of a week
    stays one."""
    name = term.name
    plain = plainly(term.raw)
    if name in CHOICES:
        return choice_of(term)
    if name == "arxiv":
        from tui_digest.identity import arxiv_id

        found = arxiv_id(term.raw)
        return found[0] if found else term.fail("query.arxiv")
    if name == "week":
        return _weeks_of(term, plain, today)
    if name in DAYS:
        days = _age(plain, today) or _span(term, plain, lambda text: _days(text, today), _next_day)
        return Dates(*(days or term.fail("query.date", _date_instead(term.name, plain))))
    numbers = _span(term, plain, _number, lambda number, step: number + step)
    return Numbers(*(numbers or term.fail("query.number", _number_instead(name, plain))))


def _weeks_of(term: Term, plain: str, today: date) -> Weeks | str:
    """ISO weeks, or the name that a list shows a week by."""
    if plain == UNDATED:
        return UNDATED
    if span := _span(term, plain, _week, _next_week):
        return Weeks(*span)
    instead = None if "년" in plain else _week_instead(plain, today)  # `2023년 9월` is how a list says it
    if instead is None and plain[:1] not in "<>=" and ".." not in plain:
        return term.raw
    return term.fail("query.week", instead)


def choice_of(term: Term) -> str:
    """One of the field's words."""
    plain = plainly(term.raw)
    if plain not in CHOICES[term.name]:
        term.fail("query.choice", near_choice(term.name, plain), allowed=", ".join(CHOICES[term.name]))
    return plain


def sort_of(term: Term) -> tuple[str, bool]:
    """What to sort by, and whether it descends."""
    plain = plainly(term.raw)
    turned = plain.startswith("-")
    name = plain[1:] if turned else plain
    if name not in SORTS:
        term.fail("query.choice", near_choice("sort", plain), allowed=", ".join(SORTS))
    return name, SORTS[name] != turned


def limit_of(term: Term) -> int:
    """How many entries at most."""
    number = _number(plainly(term.raw).removeprefix("="))
    return number[0] if number and number[0] else term.fail("query.limit")


def plainly(raw: str) -> str:
    """A value that is no text: without blanks, in small letters, full-width characters as their ASCII twins."""
    return "".join(unicodedata.normalize("NFKC", raw).split()).lower()


def _span(
    term: Term, text: str, one: Callable[[str], tuple[T, T] | None], step: Callable[[T, int], T]
) -> tuple[T | None, T | None] | None:
    """`a`, `>=a` and the other comparisons, `a..b` (or `a~b`), `a..`, `..b`; None for anything else."""
    try:
        if match := re.fullmatch(_COMPARED, text):
            found = one(match[2])
            return found and _compared(_SIGNS.get(match[1], match[1]), *found, step)
        low, dots, high = text.partition(".." if ".." in text else "~")
        if not dots:
            return one(text)
        first, last = one(low) if low else None, one(high) if high else None
    except (ValueError, OverflowError):  # past the first or the last day there is
        return None
    if (low and first is None) or (high and last is None) or not (first or last):
        return None
    if first and last and first[0] > last[1]:
        term.fail("query.backwards", f"{term.name}:{high}..{low}")
    return first[0] if first else None, last[1] if last else None


def _compared(sign: str, first: T, last: T, step: Callable[[T, int], T]) -> tuple[T | None, T | None]:
    if sign == "<":
        return None, step(first, -1)
    if sign == ">":
        return step(last, 1), None
    if sign == "=":
        return first, last
    return (first, None) if sign == ">=" else (None, last)


def _number(text: str) -> tuple[int, int] | None:
    return (int(text), int(text)) if re.fullmatch("[0-9]{1,9}", text) else None


def _next_day(day: date, step: int) -> date:
    return day + timedelta(days=step)


def _days(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of a year, a month or a day."""
    if text in ("today", "yesterday"):
        day = today if text == "today" else _next_day(today, -1)
        return day, day
    match = re.fullmatch(_DATE, text)
    if match is None:
        return None
    year, month, day_of_month = (int(part) if part else None for part in match.groups())
    first = date(year or 0, month or 1, day_of_month or 1)
    if day_of_month:
        return first, first
    if month is None:
        return first, date(first.year, 12, 31)
    return first, last_of_month(first)


def last_of_month(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=31) if day.month == 12 else day.replace(month=day.month + 1, day=1) - timedelta(days=1)


def _age(text: str, today: date) -> tuple[date | None, date | None] | None:
    """`<7d`: within the last seven days, today among them; `7d` says the same. `>2w`: longer ago than two weeks."""
    match = re.fullmatch(rf"(<=|>=|≤|≥|<|>|=)?{_AGE}", text)
    if match is None:
        return None
    sign = _SIGNS.get(match[1] or "<", match[1] or "<")
    then = _ago(today, int(match[2]), match[3])
    step = {"<": 1, ">": -1}.get(sign, 0)
    edge = then if then == date.min else _next_day(then, step)
    if sign == "=":
        return then, then
    return (edge, None) if sign in ("<", "<=") else (None, edge)


def _ago(today: date, count: int, unit: str) -> date:
    try:
        if unit in ("d", "일", "w", "주"):
            return today - timedelta(days=count * (7 if unit in ("w", "주") else 1))
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
        first = date(months // 12, months % 12 + 1, 1)
        return min(last_of_month(first), first + timedelta(days=today.day - 1))
    except (ValueError, OverflowError):
        return date.min


def _week(text: str) -> tuple[str, str] | None:
    """The first and the last week of a year or a week."""
    if re.fullmatch("[0-9]{4}", text):
        year = int(text)
        return week_id(date.fromisocalendar(year, 1, 1)), week_id(date(year, 12, 28))
    match = re.fullmatch(_WEEK, text)
    if match is None:
        return None
    name = week_id(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    return name, name


def _next_week(week: str, step: int) -> str:
    return week_id(date.fromisocalendar(int(week[:4]), int(week[6:]), 1) + timedelta(weeks=step))


def _week_instead(text: str, today: date) -> str | None:
    """What a value that is no week was probably meant to be: the week of a day, a month, a week of this year."""
    if match := re.fullmatch(r"w?([0-9]{1,2})", text):
        text = f"{today.year}-w{match[1]}"
    try:
        if week := _week(text):
            return f"week:{week[0]}"
        if (days := _days(text, today)) is None:
            return "week:undated" if text.startswith("un") or text in ("none", "no") else None
        return f"week:{week_id(days[0])}" if days[0] == days[1] else f"date:{days[0]:%Y-%m}"
    except ValueError:
        return _last_week(text)


def _last_week(text: str) -> str | None:
    match = re.fullmatch(_WEEK, text)
    return f"week:{week_id(date(int(match[1]), 12, 28))}" if match and int(match[1]) and int(match[2]) > 52 else None


def _date_instead(name: str, text: str) -> str | None:
    """What a value that is no date was probably meant to be: a week, an age, or the month, where it lacks that day."""
    sign, rest = text[: len(text) - len(text.lstrip("<>="))], text.lstrip("<>=")
    try:
        if week := re.fullmatch(_WEEK, rest):
            _week(rest)
            return f"week:{sign}{week[1]}-W{int(week[2]):02d}"
        if age := re.fullmatch(r"([0-9]{1,3})((?:days?|weeks?|months?|years?)?)", rest):
            return f"{name}:{sign}{age[1]}{age[2][:1] or 'd'}"
        if short := re.fullmatch(r"([0-9]{2})[-/.]([0-9]{1,2})", rest):
            return f"{name}:{sign}{date(2000 + int(short[1]), int(short[2]), 1):%Y-%m}"
        if day := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.][0-9]{1,2}", rest):
            return f"{name}:{sign}{date(int(day[1]), int(day[2]), 1):%Y-%m}"
        if packed := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", rest):
            return f"{name}:{sign}{date(*(int(part) for part in packed.groups()))}"
    except ValueError:
        pass
    return None


def _number_instead(name: str, text: str) -> str | None:
    if match := re.fullmatch(r"([0-9]{1,9})\.?(?:\+|이상|-)", text):
        return f"{name}:>={match[1]}"
    if match := re.fullmatch(r"([0-9]{1,9})(?:-|\.|…|\.{3,})([0-9]{1,9})", text):
        return f"{name}:{match[1]}..{match[2]}"
    if match := re.match(r"[<>=]*?((?:[<>]=?|=)?[0-9]{1,9})", text):
        return f"{name}:{match[1]}"
    return None
