"""Rules that repeat: when the next report, check or round is printed to fall.

A rule is written as text, so that it can be stored, shown and compared:
`daily`, `workdays`, `weekly:FR`, `weekly/2:TH`, `monthly:20`, `monthly:last_day`, `monthly:last_workday`,
`monthly:first_workday`, `monthly:first_MO`, `quarterly:last_month:14`, `quarterly:next_first_month:5`,
`half_yearly:06-14,12-14`, `yearly:12-20`; several are joined by ";". A rule without a day ("monthly") says
how often but not when: it can be kept, but has no occurrences until somebody gives the day.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.calendar import WorkingCalendar, days_between

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
QUARTER_MONTHS = {
    "first_month": (1, 4, 7, 10),
    "second_month": (2, 5, 8, 11),
    "last_month": (3, 6, 9, 12),
    "next_first_month": (1, 4, 7, 10),
}
MONTHS = 12
DECEMBER = 12

_NTH_WEEKDAY = f"(?:{'|'.join(ORDINALS)})_(?:{'|'.join(WEEKDAYS)})"
_DAY = r"0?[1-9]|[12]\d|3[01]"
_MONTH_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
_MONTH_SPEC = f"{_DAY}|last_day|last_workday|first_workday|{_NTH_WEEKDAY}"
_DETAILS = {
    "daily": "",
    "workdays": "",
    "weekly": "|".join(WEEKDAYS),
    "monthly": _MONTH_SPEC,
    "quarterly": f"(?:{'|'.join(QUARTER_MONTHS)}):(?:{_MONTH_SPEC})",
    "half_yearly": f"{_MONTH_DAY},{_MONTH_DAY}",
    "yearly": _MONTH_DAY,
}


class Frequency(StrEnum):
    """How often a rule repeats."""

    DAILY = "daily"
    WORKDAYS = "workdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class UnknownRule(ValueError):
    """The text is not a rule of this module."""


class DayMissing(ValueError):
    """The rule says how often but not on which day."""


@dataclass(frozen=True)
class Rule:
    """One repeating rule: frequency, every how many of them, and the day within it ("" when not said)."""

    frequency: Frequency
    interval: int = 1
    detail: str = ""

    @property
    def has_day(self) -> bool:
        return bool(self.detail) or self.frequency in (Frequency.DAILY, Frequency.WORKDAYS)

    def __str__(self) -> str:
        every = f"/{self.interval}" if self.interval > 1 else ""
        return f"{self.frequency}{every}" + (f":{self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Recurrence:
    """One or more rules that together make a cycle."""

    rules: tuple[Rule, ...]

    @property
    def has_day(self) -> bool:
        """Whether every rule names its day, so that occurrences can be worked out."""
        return all(rule.has_day for rule in self.rules)

    def __str__(self) -> str:
        return ";".join(map(str, self.rules))


def parse_recurrence(text: str) -> Recurrence:
    """Read a written rule; raises UnknownRule when the text is not one."""
    return Recurrence(tuple(_parse_rule(part.strip()) for part in text.split(";")))


def _parse_rule(text: str) -> Rule:
    match = re.fullmatch(r"([a-z_]+)(?:/([1-9]\d?))?(?::(.+))?", text)
    if match is None or match[1] not in _DETAILS:
        raise UnknownRule(text)
    detail = match[3] or ""
    if detail and not re.fullmatch(_DETAILS[match[1]], detail):
        raise UnknownRule(text)
    return Rule(Frequency(match[1]), int(match[2] or 1), detail)


def occurrences(
    recurrence: Recurrence,
    start: date,
    until: date,
    calendar: WorkingCalendar,
    counted_from: date | None = None,
) -> list[date]:
    """Printed days from `start` to `until`, both included, in order, each once.

    "Ngày 31" in a short month is its last day. Every second week or month is counted from the one that holds
    `counted_from` (default `start`). Raises DayMissing for a rule without a day.
    """
    found: set[date] = set()
    for rule in recurrence.rules:
        if not rule.has_day:
            raise DayMissing(str(rule))
        days = _days(rule, start, until, calendar, counted_from or start)
        found.update(day for day in days if start <= day <= until)
    return sorted(found)


def _days(
    rule: Rule, start: date, until: date, calendar: WorkingCalendar, counted_from: date
) -> Iterator[date]:
    if rule.frequency is Frequency.DAILY:
        return (d for d in days_between(start, until) if not (d - counted_from).days % rule.interval)
    if rule.frequency is Frequency.WORKDAYS:
        return (d for d in days_between(start, until) if calendar.is_working_day(d))
    if rule.frequency is Frequency.WEEKLY:
        return _weekly(rule, start, until, counted_from)
    if rule.frequency in (Frequency.MONTHLY, Frequency.QUARTERLY):
        return _by_month(rule, start, until, calendar, counted_from)
    return _by_year(rule, start, until)


def _weekly(rule: Rule, start: date, until: date, counted_from: date) -> Iterator[date]:
    weekday = WEEKDAYS.index(rule.detail)
    first_monday = counted_from - timedelta(days=counted_from.weekday())
    for day in days_between(start, until):
        weeks = (day - first_monday).days // 7
        if day.weekday() == weekday and weeks % rule.interval == 0:
            yield day


def _by_month(
    rule: Rule, start: date, until: date, calendar: WorkingCalendar, counted_from: date
) -> Iterator[date]:
    which, _, spec = rule.detail.rpartition(":")
    wanted = QUARTER_MONTHS[which] if which else tuple(range(1, MONTHS + 1))
    origin = counted_from.year * MONTHS + counted_from.month
    for year, month in _months(start, until):
        if month in wanted and (year * MONTHS + month - origin) % rule.interval == 0:
            yield day_in_month(year, month, spec, calendar)


def _by_year(rule: Rule, start: date, until: date) -> Iterator[date]:
    for year in range(start.year, until.year + 1):
        for month_day in rule.detail.split(","):
            month, day = map(int, month_day.split("-"))
            yield clamp(year, month, day)


def _months(start: date, until: date) -> Iterator[tuple[int, int]]:
    year, month = start.year, start.month
    while (year, month) <= (until.year, until.month):
        yield year, month
        year, month = (year + 1, 1) if month == DECEMBER else (year, month + 1)


def day_in_month(year: int, month: int, spec: str, calendar: WorkingCalendar) -> date:
    """The day that `spec` ("31", "last_workday", "first_MO"...) means in one month."""
    if spec.isdigit():
        return clamp(year, month, int(spec))
    ordinal, _, what = spec.partition("_")
    days = [d for d in days_between(date(year, month, 1), last_day(year, month)) if _fits(d, what, calendar)]
    return days[ORDINALS[ordinal]]


def _fits(day: date, what: str, calendar: WorkingCalendar) -> bool:
    if what == "day":
        return True
    if what == "workday":
        return calendar.is_working_day(day)
    return WEEKDAYS[day.weekday()] == what


def last_day(year: int, month: int) -> date:
    """The last calendar day of a month."""
    return date(year, month, monthrange(year, month)[1])


def clamp(year: int, month: int, day: int) -> date:
    """The day of that month, or the month's last day when it is shorter."""
    return min(date(year, month, 1) + timedelta(days=day - 1), last_day(year, month))
