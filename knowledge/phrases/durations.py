"""Periods: "05 ngày làm việc kể từ ngày ký", "trong vòng 24 giờ", "2 tiếng nữa", "3 ngày trước ngày họp"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.deadline import Due, DueKind, Unit
from core.recurrence import clamp
from knowledge.phrases.dates import find_dates, shifted_month
from knowledge.phrases.lunar import find_lunar_days
from knowledge.phrases.mention import Days, Frame
from knowledge.phrases.normal import Canon
from knowledge.phrases.relative import find_relative_days, find_weekdays
from knowledge.phrases.words import ends_with, is_one_of, named

WEEK, MONTH, YEAR = 7, 30, 365
YEAR_MONTHS = 12
HALF_HOUR = 0.5
MINUTES = 60


def find_duration(canon: Canon, text: str, frame: Frame) -> Due | None:
    """The first period in the text, with its date where the start is known."""
    for name, read in _READERS:
        for match in named(name).finditer(text):
            found = read(match, canon, frame)
            if found is not None:
                return replace(found, raw=canon.raw(*match.span()))
    return None


def _count(match: re.Match[str]) -> tuple[float, Unit]:
    """Number and unit; weeks and months are counted in calendar days, minutes in parts of an hour."""
    n, word = float(match["n"]), match["unit"]
    if is_one_of("working_day", word):
        return n, Unit.WORKING_DAY
    if is_one_of("hour_long", word):
        return n + (HALF_HOUR if match.groupdict().get("half") else 0), Unit.HOUR
    if is_one_of("minute", word):
        return n / MINUTES, Unit.HOUR
    if is_one_of("week_unit", word):
        return n * WEEK, Unit.CALENDAR_DAY
    if is_one_of("month_unit", word) or is_one_of("year", word):
        return n * (MONTH if is_one_of("month_unit", word) else YEAR), Unit.CALENDAR_DAY
    return n, Unit.CALENDAR_DAY


def _period(match: re.Match[str], anchor: str | None, start: datetime | date | None, frame: Frame) -> Due:
    n, unit = _count(match)
    whole = int(n) if n == int(n) else round(n, 2)
    due = Due(kind=DueKind.RELATIVE, n=whole, unit=unit, anchor=anchor)
    if start is None:
        return due
    if unit is Unit.HOUR:
        if not isinstance(start, datetime):
            return due
        end = start + timedelta(hours=n)
        return replace(due, day=end.date(), at=end.time().replace(second=0, microsecond=0))
    return replace(due, day=_counted_from(start, match, frame))


def _counted_from(start: date, match: re.Match[str], frame: Frame) -> date:
    day = start.date() if isinstance(start, datetime) else start
    n, unit = _count(match)
    if unit is Unit.WORKING_DAY:
        return frame.calendar.add_working_days(day, int(n))
    months = {"month_unit": 1, "year": YEAR_MONTHS}
    for name, size in months.items():
        if is_one_of(name, match["unit"]):
            return clamp(*shifted_month(day, int(match["n"]) * size), day.day)
    return day + timedelta(days=int(n))


def _since(match: re.Match[str], canon: Canon, frame: Frame) -> Due | None:
    """ "05 ngày làm việc kể từ ngày ký": the first day is not counted."""
    anchor = match["anchor"]
    if named("to").search(anchor) and not named("counted_from_word").search(match["since"]):
        return None
    vague = match["since"] == "sau" and not is_one_of("working_day", match["unit"])
    if vague and not named("anchor_lead").match(anchor):
        return None
    if named("from_now").match(anchor):
        return _period(match, "now", frame.local, frame)
    day = _day_in(anchor, frame)
    if day is not None and day.first is not None:
        return replace(_period(match, day.first.isoformat(), day.first, frame), ask=day.ask)
    return _period(match, canon.raw(*match.span("anchor")), None, frame)


def _day_in(words: str, frame: Frame) -> Days | None:
    """The day that opens a stretch of text, if one does."""
    finders = (find_dates, find_lunar_days, find_weekdays, find_relative_days)
    days = [day for find in finders for day in find(words, frame) if day.start <= len("thoi diem ngay ")]
    return min(days, key=lambda day: (day.start, -day.end), default=None)


def _within(match: re.Match[str], _canon: Canon, frame: Frame) -> Due | None:
    """ "trong 3 ngày làm việc": counted from now; "không quá 3 ngày" alone does not say from when."""
    inside = named("inside").match(match[0]) is not None
    if not inside and is_one_of("hour", match["unit"]) and match["n"].startswith("0"):
        return None
    from_now = inside or bool(match["later"])
    return _period(match, "now" if from_now else None, frame.local if from_now else None, frame)


def _working_days(match: re.Match[str], _canon: Canon, frame: Frame) -> Due:
    later = bool(match["later"])
    return _period(match, "now" if later else None, frame.local if later else None, frame)


def _later(match: re.Match[str], _canon: Canon, frame: Frame) -> Due:
    """ "2 tiếng nữa", "nửa tiếng nữa", "1 tiếng rưỡi nữa", "30 phút nữa"."""
    groups = match.groupdict()
    minutes = int(groups.get("m") or 0) + 30 * bool(groups.get("half"))
    minutes += (
        30 if groups.get("halfhour") else MINUTES * int(groups.get("h") or (1 if groups.get("half") else 0))
    )
    moment = frame.local + timedelta(minutes=minutes)
    return Due(kind=DueKind.INSTANT, day=moment.date(), at=moment.time().replace(second=0, microsecond=0))


def _ahead(match: re.Match[str], canon: Canon, frame: Frame) -> Due | None:
    """ "3 ngày làm việc trước ngày họp", "trước Tết 10 ngày": counted backwards."""
    n, unit = _count(match)
    if unit is Unit.HOUR or n >= MONTH:
        return None
    day = _day_in(match["anchor"], frame)
    printed = canon.raw(match.start("lead"), match.end("anchor"))
    due = Due(kind=DueKind.RELATIVE, n=int(n), unit=unit, anchor=printed)
    if day is None or day.first is None:
        return due
    backwards = frame.calendar.add_working_days(day.first, -int(n))
    first = backwards if unit is Unit.WORKING_DAY else day.first - timedelta(days=int(n))
    return replace(due, day=first, anchor=day.first.isoformat(), ask=day.ask)


def _notice(match: re.Match[str], canon: Canon, _frame: Frame) -> Due | None:
    """ "báo trước 5 ngày": a notice period, from no day in particular."""
    if not ends_with("gives_notice").search(canon.text[: match.start()]) and match["unit"] not in (
        "ngay lam viec",
    ):
        return None
    n, unit = _count(match)
    return Due(kind=DueKind.RELATIVE, n=int(n), unit=unit)


Reader = Callable[[re.Match[str], Canon, Frame], Due | None]
_READERS: tuple[tuple[str, Reader], ...] = (
    ("half_hour_later", _later),
    ("hour_half_later", _later),
    ("hour_minutes_later", _later),
    ("hours_later", _later),
    ("minutes_later", _later),
    ("after_minutes", _later),
    ("period_since", _since),
    ("since_period", _since),
    ("period_ahead", _ahead),
    ("ahead_period", _ahead),
    ("notice", _notice),
    ("period_inside", _within),
    ("period_at_most", _within),
    ("working_days", _working_days),
)
