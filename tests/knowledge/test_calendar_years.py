"""The shipped years of the working calendar, beside the `holidays` package."""

from datetime import date

import holidays
import pytest

from core.calendar import days_between
from knowledge.calendar_loader import Confidence, load_year, shipped_calendar, shipped_years
from knowledge.phrases.lunar import lunar_day

# Where the package and the announcements differ; ours follow the announcements.
PACKAGE_DOES_NOT_KNOW = {
    date(2026, 1, 2): "off, swapped with 10 January 2026",
    date(2026, 1, 10): "a working Saturday for 2 January 2026",
}


def package_works(day: date) -> bool:
    return holidays.country_holidays("VN", years=[day.year]).is_working_day(day)


def test_the_years_are_shipped_unsigned() -> None:
    assert shipped_years() == (2025, 2026, 2027)
    assert [load_year(year).signed_off for year in shipped_years()] == ["", "", ""]
    assert load_year(2025).valid_from == date(2025, 7, 1)


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_every_day_has_a_name_a_source_and_lies_in_its_year(year: int) -> None:
    shipped = load_year(year)
    for day in shipped.days:
        assert day.name
        assert day.source
        assert shipped.valid_from <= day.date <= date(year, 12, 31)
    assert len({day.date for day in shipped.days}) == len(shipped.days)


def test_only_known_days_differ_from_the_holidays_package() -> None:
    calendar = shipped_calendar()
    days = days_between(date(2025, 7, 1), date(2027, 12, 31))
    differing = {day for day in days if calendar.is_working_day(day) != package_works(day)}
    assert differing == set(PACKAGE_DOES_NOT_KNOW)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-09-01", False),
        ("2026-01-02", False),
        ("2026-01-10", True),
        ("2026-02-13", True),
        ("2026-02-16", False),
        ("2026-02-20", False),
        ("2026-02-23", True),
        ("2026-04-27", False),
        ("2026-08-22", True),
        ("2026-08-31", False),
        ("2026-11-23", True),
        ("2026-11-24", False),
        ("2027-02-03", True),
        ("2027-02-04", False),
        ("2027-02-10", False),
        ("2027-02-11", True),
        ("2027-05-03", False),
        ("2028-01-01", False),
    ],
)
def test_days_that_were_announced(day: str, *, worked: bool) -> None:
    assert shipped_calendar().is_working_day(date.fromisoformat(day)) is worked


def test_the_day_that_nobody_announced_says_so() -> None:
    unsure = [
        day.date
        for year in shipped_years()
        for day in load_year(year).days
        if day.confidence is Confidence.DEDUCED
    ]
    assert unsure == [date(2027, 5, 3)]


@pytest.mark.parametrize("year", range(2025, 2031))
def test_lunar_table_agrees_with_the_holidays_package(year: int) -> None:
    known = holidays.country_holidays("VN", years=[year], language="en_US")
    tet = min(day for day, name in known.items() if name == "Lunar New Year")
    kings = min(day for day, name in known.items() if name.startswith("Hung Kings"))
    assert lunar_day(year, 1, 1) == tet
    assert lunar_day(year, 3, 10) == kings


def test_lunar_days_outside_the_table_are_not_guessed() -> None:
    assert lunar_day(2024, 1, 1) is None
    assert lunar_day(2040, 1, 1) is None
