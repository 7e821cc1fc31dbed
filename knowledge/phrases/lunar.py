"""Days of the Vietnamese lunar calendar, from the shipped table of month starts; outside it none is read."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from knowledge.phrases.dates import nearest_yearly
from knowledge.phrases.mention import Days, Frame, impossible, one_day
from knowledge.phrases.words import folded_table, is_one_of, named, rx

TABLE = Path(__file__).parent.parent / "calendar" / "lunar.toml"
LAST_MONTH = 12
END_OF_YEAR_FROM = 20  # "29 Tết" counts from the old year, "mùng 5 Tết" from the new one
LONGEST_MONTH = 30
FULL_MOON = 15


@cache
def _months() -> dict[int, dict[int, date]]:
    """Lunar year and month (the ordinary one, not the leap one) to its first day; month 13 is next Tết."""
    with TABLE.open("rb") as file:
        years = tomllib.load(file)["year"]
    table: dict[int, dict[int, date]] = {}
    for row in years:
        starts = list(row["month_starts"])
        if row["leap_month"]:
            del starts[row["leap_month"]]
        table[row["year"]] = dict(enumerate(starts, start=1))
    for year in list(table)[:-1]:
        table[year][LAST_MONTH + 1] = table[year + 1][1]
    return table


def lunar_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a lunar one; None outside the table. Day 30 of a short month is its 29th."""
    starts = _months().get(year, {})
    first, following = starts.get(month), starts.get(month + 1)
    if first is None or following is None:
        return None
    return min(first + timedelta(days=day - 1), following - timedelta(days=1))


def find_lunar_days(text: str, frame: Frame) -> Iterator[Days]:
    """ "mùng 5 Tết", "rằm tháng Giêng", "10/3 âm lịch", "giao thừa", "trước Tết"."""
    for name, month_day in folded_table("named_days").items():
        for match in rx(f"{name}{{lunar_year}}").finditer(text):
            yield _solar(match.span(), month_day, match["y"], frame)
    for name, month_day in folded_table("named_lunar_days").items():
        for match in rx(f"{name}{{lunar_year}}").finditer(text):
            month, day = map(int, month_day.split("-"))
            yield _nearest(match.span(), month, day, match["y"], frame)
    yield from _tet(text, frame)
    yield from _of_month(text, frame)


def _tet(text: str, frame: Frame) -> Iterator[Days]:
    for match in named("tet_day").finditer(text):
        yield _of_tet(match.span(), int(match["d"]), match["y"], frame)
    for match in named("tet_eve").finditer(text):
        yield replace(_of_tet(match.span(), LONGEST_MONTH, match["y"], frame), ask=False)
    for match in named("tet_itself").finditer(text):
        yield _of_tet(match.span(), 1, match["y"], frame)


def _of_tet(span: tuple[int, int], day: int, year: str | None, frame: Frame) -> Days:
    if not 0 < day <= LONGEST_MONTH:
        return impossible(span)
    if day < END_OF_YEAR_FROM:
        return _nearest(span, 1, day, year, frame)
    return _nearest(span, LAST_MONTH, day, str(int(year) - 1) if year else None, frame)


def _of_month(text: str, frame: Frame) -> Iterator[Days]:
    for name in ("lunar_named_month", "lunar_date", "full_moon_of"):
        for match in named(name).finditer(text):
            groups = match.groupdict()
            month = groups.get("m") or _named_month(groups["named"])
            yield _nearest(match.span(), int(month), int(groups.get("d") or FULL_MOON), groups["y"], frame)
    for match in named("full_moon_next").finditer(text):
        yield _next_full_moon(match.span(), frame)


def _named_month(word: str) -> str:
    return "1" if is_one_of("lunar_first", word) else str(LAST_MONTH)


def _nearest(span: tuple[int, int], month: int, day: int, year: str | None, frame: Frame) -> Days:
    if not (0 < month <= LAST_MONTH and 0 < day <= LONGEST_MONTH):
        return impossible(span)
    years = [int(year)] if year else list(_months())
    days = {found: each for each in years if (found := lunar_day(each, month, day)) is not None}
    coming = [found for found in days if year or found >= frame.today]
    if not coming:
        return _unknown(span)
    found = min(coming)
    short_month = day == LONGEST_MONTH and found == lunar_day(days[found], month, day - 1)
    return one_day(span, found, ask=short_month, absolute=True)


def _unknown(span: tuple[int, int]) -> Days:
    """A lunar day outside the shipped table."""
    return Days(start=span[0], end=span[1], error="unknown")


def _next_full_moon(span: tuple[int, int], frame: Frame) -> Days:
    days = [
        start + timedelta(days=FULL_MOON - 1) for starts in _months().values() for start in starts.values()
    ]
    coming = [day for day in days if day >= frame.today]
    return one_day(span, min(coming), ask=True) if coming else _unknown(span)


def _solar(span: tuple[int, int], month_day: str, year: str | None, frame: Frame) -> Days:
    month, day = map(int, month_day.split("-"))
    if year is None:
        return nearest_yearly(span, month, day, frame)
    return one_day(span, date(int(year), month, day), absolute=True)
