"""Spans of days: weeks, months and their thirds, quarters, half-years, years."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from core.deadline import DueKind
from core.recurrence import MONTHS, WEEKDAYS, clamp, day_in_month, last_day
from knowledge.phrases.dates import month_step, shifted_month
from knowledge.phrases.mention import Days, Frame, impossible
from knowledge.phrases.words import is_one_of, named

WEEK, WEEKEND = 7, 5
QUARTERS, QUARTER = 4, 3
HALF_YEAR = 6
THIRDS = {"first_third": (1, 10), "second_third": (11, 20), "last_third": (21, 31)}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def find_spans(text: str, frame: Frame) -> Iterator[Days]:
    """Every span named; without a year it is the nearest that is not over."""
    for name, read in _READERS:
        for match in named(name).finditer(text):
            found = read(match, frame)
            if found is not None:
                yield found


def _span(match: re.Match[str], kind: DueKind, first: date, last: date, *, ask: bool = False) -> Days:
    return Days(start=match.start(), end=match.end(), kind=kind, first=first, last=last, ask=ask)


def _year_of(match: re.Match[str], frame: Frame) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    if groups.get("yw"):
        return frame.today.year + month_step(groups["yw"])
    return None


# weeks


def _week(match: re.Match[str], frame: Frame) -> Days:
    monday = frame.today + timedelta(days=WEEK * _step(match) - frame.today.weekday())
    edge = match.groupdict().get("edge")
    first, last, vague = _part_of_week(edge)
    return _span(
        match, DueKind.RANGE, monday + timedelta(days=first), monday + timedelta(days=last), ask=vague
    )


def _part_of_week(edge: str | None) -> tuple[int, int, bool]:
    if edge is None:
        return 0, WEEK - 1, False
    if is_one_of("ending", edge):
        return WEEKEND, WEEK - 1, False
    return (0, 1, True) if is_one_of("begin", edge) else (2, 3, True)


def _workday_of_week(match: re.Match[str], frame: Frame) -> Days:
    """ "ngày làm việc đầu tiên của tuần sau"."""
    monday = frame.today + timedelta(days=WEEK * _step(match) - frame.today.weekday())
    if is_one_of("final", match["edge"]):
        day = frame.calendar.on_or_before(monday + timedelta(days=WEEK - 1))
    else:
        day = frame.calendar.on_or_after(monday)
    return _span(match, DueKind.DATE, day, day)


def _week_of_month(match: re.Match[str], frame: Frame) -> Days:
    """ "tuần đầu tháng 12": seven days counted from the edge of the month, which others count from Monday."""
    year, month = _which_month(match, frame)
    if is_one_of("final", match["ord"]):
        last = last_day(year, month)
        return _span(match, DueKind.RANGE, last - timedelta(days=WEEK - 1), last, ask=True)
    number = match["ord"][-1]
    first = date(year, month, 1) + timedelta(days=WEEK * (int(number) - 1 if number.isdigit() else 0))
    return _span(match, DueKind.RANGE, first, first + timedelta(days=WEEK - 1), ask=True)


# months


def nth_weekday(match: re.Match[str], weekday: int, frame: Frame) -> date:
    """ "thứ Hai đầu tiên của tháng 12"."""
    spec = "last" if is_one_of("final", match["ord"]) else "first"
    year, month = _which_month(match, frame)
    return day_in_month(year, month, f"{spec}_{WEEKDAYS[weekday]}", frame.calendar)


def _step(match: re.Match[str]) -> int:
    word = match.groupdict().get("which")
    return month_step(word) if word else 0


def _which_month(match: re.Match[str], frame: Frame) -> tuple[int, int]:
    """The month that is numbered (nearest that is not over) or named beside something."""
    if not match.groupdict().get("m"):
        return shifted_month(frame.today, _step(match))
    month = min(max(int(match["m"]), 1), MONTHS)
    return _year_of(match, frame) or _nearest_year(month, frame), month


def _month(match: re.Match[str], frame: Frame) -> Days:
    month = int(match["m"])
    if not 0 < month <= MONTHS:
        return impossible(match.span())
    year = _year_of(match, frame) or _nearest_year(month, frame)
    return _in_month(match, year, month, frame)


def _nearest_year(month: int, frame: Frame) -> int:
    year = max(frame.today.year, frame.year or 0)
    return year if last_day(year, month) >= frame.today else year + 1


def _month_by_step(match: re.Match[str], frame: Frame) -> Days:
    year, month = shifted_month(frame.today, _step(match))
    return _in_month(match, year, month, frame)


def _in_month(match: re.Match[str], year: int, month: int, frame: Frame) -> Days:
    edge = match.groupdict().get("edge")
    if not edge:
        return _span(match, DueKind.MONTH, date(year, month, 1), last_day(year, month))
    first, last = _third(edge)
    span = _span(match, DueKind.RANGE, date(year, month, first), clamp(year, month, last))
    bare = not any(match.groupdict().get(name) for name in ("m", "which", "y"))
    if bare and span.last is not None and span.last < frame.today:
        following = shifted_month(frame.today, 1)
        return replace(span, first=date(*following, first), last=clamp(*following, last), ask=True)
    return span


def _third(edge: str) -> tuple[int, int]:
    if edge.startswith("nua"):
        return (1, 15) if edge.endswith("dau") else (16, 31)
    return next(days for name, days in THIRDS.items() if is_one_of(name, edge))


def _day_of_month_end(match: re.Match[str], frame: Frame) -> Days:
    """ "ngày cuối tháng 12", "ngày làm việc đầu tiên của tháng sau": one day that the calendar decides."""
    groups = match.groupdict()
    year, month = _which_month(match, frame)
    at_end = is_one_of("final", groups["edge"])
    day = last_day(year, month) if at_end else date(year, month, 1)
    if groups.get("work"):
        day = frame.calendar.on_or_before(day) if at_end else frame.calendar.on_or_after(day)
    return _span(match, DueKind.DATE, day, day)


def _month_list(match: re.Match[str], frame: Frame) -> Days | None:
    """ "tháng 11, 12/2026", "từ tháng 9 đến tháng 12 năm 2026"."""
    first, last = int(match["m"]), int(match["m2"])
    if not (0 < first <= MONTHS and 0 < last <= MONTHS):
        return None
    year = _year_of(match, frame) or _nearest_year(last, frame)
    begin = int(match["y1"]) if match.groupdict().get("y1") else year - (first > last)
    return _span(match, DueKind.RANGE, date(begin, first, 1), last_day(year, last))


# quarters, half-years, years


def _quarter(match: re.Match[str], frame: Frame) -> Days:
    number = match["q"]
    quarter = ROMAN.get(number) or int(number)
    year = _year_of(match, frame)
    if year is None:
        year = max(frame.today.year, frame.year or 0)
        year += last_day(year, quarter * QUARTER) < frame.today
    return _in_quarter(match, year, quarter)


def _quarter_by_step(match: re.Match[str], frame: Frame) -> Days:
    index = frame.today.year * QUARTERS + (frame.today.month - 1) // QUARTER + _step(match)
    return _in_quarter(match, index // QUARTERS, index % QUARTERS + 1)


def _in_quarter(match: re.Match[str], year: int, quarter: int) -> Days:
    last = quarter * QUARTER
    edge = match.groupdict().get("edge")
    if not edge:
        return _span(match, DueKind.QUARTER, date(year, last - 2, 1), last_day(year, last))
    month = (
        last
        if edge in ("cuoi", "ha tuan", "nua cuoi")
        else last - 2
        if edge in ("dau", "thuong tuan")
        else last - 1
    )
    return _span(match, DueKind.RANGE, date(year, month, 1), last_day(year, month))


def _quarters(match: re.Match[str], frame: Frame) -> Days:
    first, last = (ROMAN.get(match[name]) or int(match[name]) for name in ("q", "q2"))
    year = _year_of(match, frame) or frame.today.year
    return _span(match, DueKind.RANGE, date(year, first * QUARTER - 2, 1), last_day(year, last * QUARTER))


def _months_of_year(match: re.Match[str], frame: Frame) -> Days | None:
    """ "6 tháng đầu năm 2026", "9 tháng đầu năm", "3 tháng cuối năm"."""
    count, at_start = int(match["n"]), match["edge"] == "dau"
    if not 0 < count < MONTHS:
        return None
    year = _year_of(match, frame)
    first, last = (1, count) if at_start else (MONTHS - count + 1, MONTHS)
    if year is None:
        year = max(frame.today.year, frame.year or 0)
        year += last_day(year, last) < frame.today
    kind = DueKind.HALF_YEAR if count == HALF_YEAR else DueKind.RANGE
    return _span(match, kind, date(year, first, 1), last_day(year, last))


def _half(match: re.Match[str], frame: Frame) -> Days:
    year = _year_of(match, frame) or frame.today.year
    first = 1 if match["edge"] == "dau" else HALF_YEAR + 1
    return _span(match, DueKind.HALF_YEAR, date(year, first, 1), last_day(year, first + HALF_YEAR - 1))


def _year(match: re.Match[str], frame: Frame) -> Days:
    year = _year_of(match, frame) or frame.today.year
    edge = match.groupdict().get("edge")
    if edge in ("dau", "giua"):
        first = 1 if edge == "dau" else 5
        return _span(match, DueKind.RANGE, date(year, first, 1), last_day(year, first + 3), ask=True)
    end = _span(match, DueKind.YEAR_END, date(year, 1, 1), date(year, MONTHS, 31))
    return replace(end, weak=not edge and not match.groupdict().get("marked"))


def _years(match: re.Match[str], _frame: Frame) -> Days | None:
    first, last = int(match["y1"]), int(match["y2"])
    return _span(match, DueKind.RANGE, date(first, 1, 1), date(last, MONTHS, 31)) if first < last else None


Reader = Callable[[re.Match[str], Frame], Days | None]
_READERS: tuple[tuple[str, Reader], ...] = (
    ("week_of_month", _week_of_month),
    ("month_edge_day", _day_of_month_end),
    ("month_edge_day_named", _day_of_month_end),
    ("months_listed", _month_list),
    ("months_short", _month_list),
    ("months_of_year", _months_of_year),
    ("half_of_year", _half),
    ("month_with_year", _month),
    ("month_yearless", _month),
    ("month_named", _month_by_step),
    ("month_this_edge", _month_by_step),
    ("month_this", _month_by_step),
    ("quarters_listed", _quarters),
    ("quarter_numbered", _quarter),
    ("quarter_named", _quarter_by_step),
    ("quarter_this", _quarter_by_step),
    ("workday_of_week", _workday_of_week),
    ("week_named", _week),
    ("week_this_edge", _week),
    ("week_this", _week),
    ("years_dashed", _years),
    ("years_listed", _years),
    ("year_named", _year),
    ("year_this", _year),
    ("year_bare", _year),
)
