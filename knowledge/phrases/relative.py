"""Days counted from today: "chiều mai", "ngày kia", "3 ngày nữa", weekdays of this or another week."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from core.recurrence import clamp
from knowledge.phrases.dates import month_step, shifted_month
from knowledge.phrases.mention import Days, Frame, one_day
from knowledge.phrases.spans import nth_weekday
from knowledge.phrases.words import after_word, ends_with, folded_table, named, rx

WEEK = 7
SUNDAY = 6
HALF_MONTH = 15
SHORT_MESSAGE = 10  # words


def find_relative_days(text: str, frame: Frame) -> Iterator[Days]:
    """Every day named by its distance from today."""
    yield from _named(text, frame)
    yield from _counted(text, frame)


def _named(text: str, frame: Frame) -> Iterator[Days]:
    offsets = folded_table("relative_days")
    for match in rx("(?P<day>{relative_days})").finditer(text):
        before = text[: match.start()]
        alone = match["day"] in ("mai", "mots")
        if alone and not _in_company(match.start(), match.end(), text):
            continue
        if alone and ends_with("not_tomorrow").search(before):
            continue
        yield one_day(match.span(), frame.today + timedelta(days=offsets[match["day"]]))
    offsets = folded_table("after_part")
    for match in rx("{part} (?P<day>{after_part})").finditer(text):
        yield one_day(match.span("day"), frame.today + timedelta(days=offsets[match["day"]]))


_COUNTED = (
    ("after_days", 1),
    ("days_later", 1),
    ("after_weeks", WEEK),
    ("weeks_later", WEEK),
    ("days_since", -1),
    ("days_ago", -1),
    ("weeks_ago", -WEEK),
)


def _counted(text: str, frame: Frame) -> Iterator[Days]:
    for name, size in _COUNTED:
        for match in named(name).finditer(text):
            yield one_day(match.span(), frame.today + timedelta(days=int(match["n"]) * size))
    for match in named("same_day_of_week").finditer(text):
        yield one_day(match.span(), frame.today + timedelta(days=WEEK * month_step(match["which"])))
    for match in named("end_of_today").finditer(text):
        yield one_day(match.span(), frame.today)
    for match in named("next_working_day").finditer(text):
        yield one_day(match.span(), frame.calendar.next_working_day(frame.today))
    for match in named("half_month_later").finditer(text):
        yield one_day(match.span(), frame.today + timedelta(days=HALF_MONTH))
    for match in named("months_later").finditer(text):
        year, month = shifted_month(frame.today, int(match["n"] or 1))
        yield one_day(match.span(), clamp(year, month, frame.today.day))


def find_weekdays(text: str, frame: Frame) -> Iterator[Days]:
    """Weekdays. Weeks run Monday to Sunday; a bare weekday equal to today is next week's."""
    for match in named("nth_weekday_in_month").finditer(text):
        yield one_day(match.span(), nth_weekday(match, _weekday(match), frame))
    for name in ("weekday_of_week", "week_then_weekday"):
        for match in named(name).finditer(text):
            yield from _of_week(match, text, frame)
    for match in named("weekday_near").finditer(text):
        yield from _bare(match, text, frame)


def _weekday(match: re.Match[str]) -> int:
    return SUNDAY if match["su"] else int(match["wd"]) - 2


def _of_week(match: re.Match[str], text: str, frame: Frame) -> Iterator[Days]:
    if _ordinal(match, text):
        return
    monday = frame.today - timedelta(days=frame.today.weekday())
    step = month_step(match["week"])
    day = monday + timedelta(days=WEEK * step + _weekday(match))
    over = step == 0 and day < frame.today
    yield replace(one_day(match.span(), day, ask=over), weekday=_weekday(match))


def _bare(match: re.Match[str], text: str, frame: Frame) -> Iterator[Days]:
    if _ordinal(match, text):
        return
    day = next_weekday(frame.today, _weekday(match))
    today_meant = bool(match["near"]) and frame.today.weekday() == _weekday(match)
    found = one_day(match.span(), day, ask=today_meant)
    yield replace(found, weekday=_weekday(match), yearless=True)


def next_weekday(today: date, weekday: int) -> date:
    """The first such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % WEEK + 1)


def _ordinal(match: re.Match[str], text: str) -> bool:
    """ "lần thứ hai", "bên thứ ba", "thu 5 triệu": a count, not a day."""
    before, after = text[: match.start()], text[match.end() :]
    if match[0].startswith("t ") and not _in_company(match.start(), match.end(), text):
        return True
    return bool(after_word("ordinal_of").search(before) or rx(" ?{money}").match(after))


def _in_company(start: int, end: int, text: str) -> bool:
    """A word as short as "mai" or "T6" is a day in a short message or beside other words of time; in a long
    scanned sentence it is more likely a damaged word."""
    if len(text.split()) <= SHORT_MESSAGE:
        return True
    beside = ends_with("time_before").search(text[:start]) or named("time_behind").match(text[end:])
    return beside is not None
