"""Printed dates: "20/12/2026", "ngày 20 tháng 12", "ngày 5 tháng sau", "ngày 15", always day before month."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from core.recurrence import MONTHS, last_day
from knowledge.phrases.mention import Days, Frame, impossible, one_day
from knowledge.phrases.words import ends_with, is_one_of, named, rx

JUST_PAST = timedelta(days=7)  # a bare date this little in the past may mean the one that is over
FAR_YEARS = 20
CENTURY = 2000
LONGEST_MONTH = 31
LEAP_CYCLE = 8


def find_dates(text: str, frame: Frame) -> Iterator[Days]:
    """Every printed date; a day without month or year is the nearest that is not past."""
    for name, read in _READERS:
        for match in named(name).finditer(text):
            found = read(match, frame, text)
            if found is not None:
                yield found


def _full(match: re.Match[str], frame: Frame, _text: str) -> Days:
    year = int(match["y"])
    year += CENTURY if year < CENTURY // 20 else 0
    return _on(match, frame, year, int(match["m"]), int(match["d"]))


def _on(match: re.Match[str], frame: Frame, year: int, month: int, day: int) -> Days:
    try:
        found = one_day(match.span(), date(year, month, day), absolute=True)
    except ValueError:
        return impossible(match.span())
    return replace(found, ask=abs(year - frame.today.year) > FAR_YEARS)


def _year_named(match: re.Match[str], frame: Frame, _text: str) -> Days:
    """ "ngày 20 tháng 12 năm nay/năm sau"."""
    step = 0 if is_one_of("this", match["which"]) else 1
    return _on(match, frame, frame.today.year + step, int(match["m"]), int(match["d"]))


def _month_named(match: re.Match[str], frame: Frame, _text: str) -> Days:
    """ "ngày 5 tháng này/sau/trước"."""
    year, month = shifted_month(frame.today, month_step(match["which"]))
    return _on(match, frame, year, month, int(match["d"]))


def _yearless(match: re.Match[str], frame: Frame, _text: str) -> Days | None:
    return nearest_yearly(match.span(), int(match["m"]), int(match["d"]), frame)


def _slashed(match: re.Match[str], frame: Frame, text: str) -> Days | None:
    """ "20/12" without a year may be a share, a street or an address: it needs words of time beside it."""
    before, after = text[: match.start()], text[match.end() :]
    led = bool(match["lead"] or ends_with("word_of_date").search(before))
    if not led and (rx(" {counted}").match(after) or ends_with("place_of_number").search(before)):
        return None
    if match["sign"].strip() == "-" and not led:
        return None
    if int(match["m"]) > MONTHS and not led:
        return None
    return _yearless(match, frame, text)


def _day_only(match: re.Match[str], frame: Frame, text: str) -> Days | None:
    if named("counts_not_dates").match(text[match.end() :]):
        return None
    return nearest_monthly(match.span(), int(match["d"]), frame)


Reader = Callable[[re.Match[str], Frame, str], Days | None]
_READERS: tuple[tuple[str, Reader], ...] = (
    ("date_full", _full),
    ("date_two_figure_year", _full),
    ("date_iso", _full),
    ("date_slash_year_word", _full),
    ("date_words", _full),
    ("date_words_year_named", _year_named),
    ("date_slash_year_named", _year_named),
    ("date_words_yearless", _yearless),
    ("date_month_named", _month_named),
    ("date_slash_yearless", _slashed),
    ("date_dot_yearless", _yearless),
    ("date_day_only", _day_only),
    ("date_bare_day", _day_only),
)


def month_step(word: str) -> int:
    """How many months (or weeks, quarters, years) a word such as "sau", "này", "trước" moves."""
    for name, step in (("after_next", 2), ("this", 0), ("next", 1), ("last", -1)):
        if is_one_of(name, word):
            return step
    raise KeyError(word)


def shifted_month(day: date, step: int) -> tuple[int, int]:
    """Year and month, `step` months away."""
    index = day.year * MONTHS + day.month - 1 + step
    return index // MONTHS, index % MONTHS + 1


def nearest_yearly(span: tuple[int, int], month: int, day: int, frame: Frame) -> Days:
    """The nearest such day that is not past; asked about when the one just over may be meant."""
    first_year = frame.today.year
    if frame.year is not None and frame.year > first_year:
        first_year = frame.year
    years = range(first_year - 1, first_year + LEAP_CYCLE + 1)
    days = [found for year in years if (found := _real(year, month, day)) is not None]
    if not days:
        return impossible(span)
    today = frame.today
    coming = min(found for found in days if found >= max(today, date(first_year, 1, 1)))
    just_over = any(timedelta(0) < today - found <= JUST_PAST for found in days)
    leap = _real(first_year, month, day) is None
    return replace(one_day(span, coming, ask=just_over or leap, absolute=True), yearless=True)


def nearest_monthly(span: tuple[int, int], day: int, frame: Frame) -> Days | None:
    """The same for a day of the month alone."""
    if not 0 < day <= LONGEST_MONTH:
        return impossible(span)
    months = [shifted_month(frame.today, step) for step in range(-1, 3)]
    days = [date(year, month, day) for year, month in months if day <= last_day(year, month).day]
    coming = min(found for found in days if found >= frame.today)
    just_over = any(timedelta(0) < frame.today - found <= JUST_PAST for found in days)
    return replace(one_day(span, coming, ask=just_over, absolute=True), yearless=True)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
