"""Periods: "05 ngày làm việc kể từ ngày ký", "trong vòng 24 giờ", "2 tiếng nữa", "3 ngày trước ngày họp"."""

from __future__ import annotations

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
from knowledge.phrases.words import ends_with, rx

WEEK = 7
HALF_HOUR = 0.5
MINUTES = 60

_N = r"(?P<n>\d{1,3})(?: ?\( ?\w+(?: \w+)? ?\))?"
_UNIT = r"(?P<unit>{working_day}|{hour_long}|{minute}|{calendar_day}|{week_unit}|{month_unit})(?! \d| (?:dau|cuoi) nam)"
_ANCHOR = r"(?P<anchor>[^,.;\n#]{1,70}[^,.;\n# ])"
_NOW_ANCHOR = r"(?:ngay |ngayz )?(?:hom nay|nay|bay gio|bayz gio|gio|luc nay)"


def find_duration(canon: Canon, text: str, frame: Frame) -> Due | None:
    """The first period in the text, with its date where the start is known."""
    for template, read in _READERS:
        for match in rx(template).finditer(text):
            found = read(match, canon, frame)
            if found is not None:
                return replace(found, raw=canon.raw(*match.span()))
    return None


def _count(match: re.Match[str]) -> tuple[float, Unit]:
    """Number and unit; weeks and months are counted in calendar days, minutes in parts of an hour."""
    n, word = float(match["n"]), match["unit"]
    if rx("{working_day}").fullmatch(word):
        return n, Unit.WORKING_DAY
    if rx("{hour_long}").fullmatch(word):
        return n + (HALF_HOUR if match.groupdict().get("half") else 0), Unit.HOUR
    if rx("{minute}").fullmatch(word):
        return n / MINUTES, Unit.HOUR
    if rx("{week_unit}").fullmatch(word):
        return n * WEEK, Unit.CALENDAR_DAY
    if rx("{month_unit}").fullmatch(word):
        return n * 30, Unit.CALENDAR_DAY
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
        return replace(due, date=end.date(), time=end.time().replace(second=0, microsecond=0))
    return replace(due, date=_counted_from(start, match, frame))


def _counted_from(start: date, match: re.Match[str], frame: Frame) -> date:
    day = start.date() if isinstance(start, datetime) else start
    n, unit = _count(match)
    if unit is Unit.WORKING_DAY:
        return frame.calendar.add_working_days(day, int(n))
    if rx("{month_unit}").fullmatch(match["unit"]):
        return clamp(*shifted_month(day, int(match["n"])), day.day)
    return day + timedelta(days=int(n))


def _since(match: re.Match[str], canon: Canon, frame: Frame) -> Due | None:
    """ "05 ngày làm việc kể từ ngày ký": the first day is not counted."""
    anchor = match["anchor"]
    if rx("{to}").search(anchor) and not rx("ke tus?|tinh tus?").search(match["since"]):
        return None
    vague = match["since"] == "sau" and not rx("{working_day}").fullmatch(match["unit"])
    if vague and not rx("{anchor_lead}").match(anchor):
        return None
    if rx(_NOW_ANCHOR).match(anchor):
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
    if match["unit"] in ("h", "gio") and match["n"].startswith("0"):
        return None
    from_now = bool(rx("{inside}|noi").match(match[0])) or bool(match["later"])
    return _period(match, "now" if from_now else None, frame.local if from_now else None, frame)


def _working_days(match: re.Match[str], _canon: Canon, frame: Frame) -> Due:
    later = bool(match["later"])
    return _period(match, "now" if later else None, frame.local if later else None, frame)


def _later(match: re.Match[str], _canon: Canon, frame: Frame) -> Due:
    """ "2 tiếng nữa", "nửa tiếng nữa", "1 tiếng rưỡi nữa", "30 phút nữa"."""
    groups = match.groupdict()
    minutes = int(groups.get("m") or 0) + 30 * bool(groups.get("half"))
    minutes += 30 if groups.get("halfhour") else MINUTES * int(groups.get("h") or (1 if groups.get("half") else 0))
    moment = frame.local + timedelta(minutes=minutes)
    return Due(kind=DueKind.INSTANT, date=moment.date(), time=moment.time().replace(second=0, microsecond=0))


def _ahead(match: re.Match[str], canon: Canon, frame: Frame) -> Due | None:
    """ "3 ngày làm việc trước ngày họp", "trước Tết 10 ngày": counted backwards."""
    n, unit = _count(match)
    if unit is Unit.HOUR or rx("{month_unit}").fullmatch(match["unit"]):
        return None
    day = _day_in(match["anchor"], frame)
    printed = canon.raw(*match.span("anchor"))
    due = Due(kind=DueKind.RELATIVE, n=int(n), unit=unit, anchor=f"trước {printed}")
    if day is None or day.first is None:
        return due
    backwards = frame.calendar.add_working_days(day.first, -int(n))
    first = backwards if unit is Unit.WORKING_DAY else day.first - timedelta(days=int(n))
    return replace(due, date=first, anchor=day.first.isoformat(), ask=day.ask)


def _notice(match: re.Match[str], canon: Canon, _frame: Frame) -> Due | None:
    """ "báo trước 5 ngày": a notice period, from no day in particular."""
    if not ends_with("bao|thong bao|gui|dang ky").search(canon.text[: match.start()]) and match["unit"] not in ("ngay lam viec",):
        return None
    n, unit = _count(match)
    return Due(kind=DueKind.RELATIVE, n=int(n), unit=unit)


Reader = Callable[[re.Match[str], Canon, Frame], Due | None]
_LATER = r"(?: (?P<later>{later}))?"
_READERS: tuple[tuple[str, Reader], ...] = (
    (r"(?P<halfhour>nua) {hour_long} {later_hour}", _later),
    (r"(?P<h>\d{1,2})? ?{hour_long} (?P<half>{half}) {later_hour}", _later),
    (r"(?P<h>\d{1,2}) {hour_long} (?P<m>\d{1,2}) {minute} {later_hour}", _later),
    (r"(?P<h>\d{1,2}) {hour_long} {later_hour}(?! {week}| {month}| {day})", _later),
    (r"(?P<m>\d{1,3}) {minute} {later_hour}", _later),
    (r"sau (?P<m>\d{1,3}) {minute}", _later),
    (rf"{_N} {_UNIT}(?P<half>)?(?: lam viec)?,? (?P<since>{{since}})(?: {{since}})? {_ANCHOR}", _since),
    (rf"(?P<since>{{since}}) (?P<anchor>{{day}} \w+(?: \w+)?),? {{inside}} {_N} {_UNIT}", _since),
    (rf"{_N} {_UNIT} truoc {_ANCHOR}", _ahead),
    (rf"truoc (?P<anchor>[^,.;\d#]{{2,30}}?) {_N} {_UNIT}", _ahead),
    (rf"truoc {_N} {_UNIT}(?=[ .,!]*(?:\Z|[,.;]))", _notice),
    (rf"{{inside}} (?:{{at_most}} )?{_N} {_UNIT}{_LATER}", _within),
    (rf"(?:noi|{{at_most}}) {_N} (?P<unit>{{working_day}}|{{counted_day}}|{{hour_long}}(?! ?\d| {{day}}|(?: {{part}})? {{day}})|{{week_unit}}){_LATER}(?! ?\d)", _within),
    (rf"{_N} (?P<unit>{{working_day}}){_LATER}", _working_days),
)
