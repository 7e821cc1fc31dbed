"""From one day to another: "từ 1/7 đến hết 7/7", "01-07/7/2025", "từ thứ Hai đến thứ Sáu tuần sau"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from core.deadline import DueKind
from knowledge.phrases.dates import nearest_monthly, nearest_yearly
from knowledge.phrases.mention import Days, Frame
from knowledge.phrases.words import ends_with, named

WEEK = 7


def find_shared_month(text: str, frame: Frame) -> Iterator[Days]:
    """Two days that share one printed month: "01-07/7/2025", "từ ngày 1 đến 7 tháng 7"."""
    for match in named("range_in_month").finditer(text):
        first, last, month = (int(match[name]) for name in ("d1", "d2", "m"))
        if match["y"]:
            end = _real(int(match["y"]), month, last)
        else:
            end = nearest_yearly(match.span(), month, last, frame).first
        begin = _real(end.year, month, first) if end else None
        if begin is None or end is None:
            yield Days(start=match.start(), end=match.end(), error="impossible")
        elif begin < end:
            yield _range(match.start(), match.end(), begin, end)
    yield from _open_month(text, frame)


def _open_month(text: str, frame: Frame) -> Iterator[Days]:
    """ "từ ngày 15 đến ngày 20", no month printed."""
    for match in named("range_open_month").finditer(text):
        end = nearest_monthly(match.span(), int(match["d2"]), frame)
        if end is not None and end.first is not None and int(match["d1"]) < int(match["d2"]):
            begin = end.first - timedelta(days=int(match["d2"]) - int(match["d1"]))
            yield _range(match.start(), match.end(), begin, end.first)


def join_ranges(text: str, days: Sequence[Days], frame: Frame) -> Iterator[Days]:
    """Ranges between two neighbouring mentions, and from today ("từ nay đến 31/12")."""
    for left, right in pairwise(days):
        between = named("range_middle").fullmatch(text[left.end : right.start])
        led = ends_with("range_from").search(text[: left.start])
        if between and (led or not between["word"]) and left.first and right.last:
            first, last = _ordered(left, right, frame)
            if first < last:
                begin = led.start() if led else left.start
                yield _range(begin, right.end, first, last, ask=right.ask)
    for day in days:
        led = ends_with("range_from_now").search(text[: day.start])
        if led and day.last is not None and day.last > frame.today:
            yield _range(led.start(), day.end, frame.today, day.last)


def _ordered(left: Days, right: Days, frame: Frame) -> tuple[date, date]:
    """A first day without a year or week takes those of the last day."""
    first, last = left.first or frame.today, right.last or frame.today
    if left.weekday is not None and left.yearless and right.weekday is not None:
        monday = last - timedelta(days=right.weekday)
        if not right.yearless:
            return monday + timedelta(days=left.weekday), last
        return (first, last) if first < last else (first, last + timedelta(days=WEEK))
    if left.yearless and left.weekday is None:
        same_year = _real(last.year, first.month, first.day)
        if same_year is not None and same_year > last:
            same_year = _real(last.year - 1, first.month, first.day)
        return same_year or first, last
    return first, last


def _range(start: int, end: int, first: date, last: date, *, ask: bool = False) -> Days:
    return replace(Days(start=start, end=end, kind=DueKind.RANGE, first=first, last=last), ask=ask)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
