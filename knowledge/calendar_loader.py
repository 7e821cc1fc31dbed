"""The shipped calendar years: which days are off or worked, where that is known from, how surely."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from core.calendar import WorkingCalendar

FOLDER = Path(__file__).parent / "calendar"


class Confidence(StrEnum):
    """How surely a day is known: announced by two publications, by one, or deduced from the general rule."""

    ANNOUNCED = "announced"
    SINGLE = "single"
    DEDUCED = "deduced"


@dataclass(frozen=True)
class CalendarDay:
    """One day off, or one weekend day that is worked."""

    date: date
    name: str
    source: str
    confidence: Confidence
    worked: bool


@dataclass(frozen=True)
class CalendarYear:
    """A shipped year. `signed_off` says who confirmed it and is empty as shipped."""

    year: int
    valid_from: date
    signed_off: str
    days: tuple[CalendarDay, ...]


def shipped_years() -> tuple[int, ...]:
    """The years that have a file, in order."""
    return tuple(sorted(int(path.stem) for path in FOLDER.glob("[0-9]*.toml")))


@cache
def load_year(year: int) -> CalendarYear:
    """Read one shipped year; raises FileNotFoundError when there is none."""
    with (FOLDER / f"{year}.toml").open("rb") as file:
        table = tomllib.load(file)
    days = [_day(row, worked=False) for row in table.get("off", [])]
    days += [_day(row, worked=True) for row in table.get("worked", [])]
    days.sort(key=lambda day: day.date)
    return CalendarYear(table["year"], table["valid_from"], table["signed_off"], tuple(days))


@cache
def shipped_calendar() -> WorkingCalendar:
    """All shipped years in one calendar; outside of them only weekends are off."""
    days = [day for year in shipped_years() for day in load_year(year).days]
    return WorkingCalendar(
        frozenset(day.date for day in days if not day.worked),
        frozenset(day.date for day in days if day.worked),
    )


def _day(row: dict[str, Any], *, worked: bool) -> CalendarDay:
    return CalendarDay(row["date"], row["name"], row["source"], Confidence(row["confidence"]), worked)
