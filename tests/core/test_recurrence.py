"""Rules that repeat."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar
from core.recurrence import (
    DayMissing,
    Frequency,
    Recurrence,
    Rule,
    UnknownRule,
    occurrences,
    parse_recurrence,
)

CALENDAR = WorkingCalendar(frozenset({date(2026, 4, 30), date(2026, 5, 1), date(2026, 8, 31)}))
RULES = [
    "daily",
    "workdays",
    "weekly",
    "weekly:FR",
    "weekly/2:TH",
    "monthly",
    "monthly:20",
    "monthly:last_day",
    "monthly:last_workday",
    "monthly:first_workday",
    "monthly:first_MO",
    "monthly:last_FR",
    "quarterly",
    "quarterly:last_month:14",
    "quarterly:next_first_month:5",
    "half_yearly:06-14,12-14",
    "yearly",
    "yearly:12-20",
    "monthly:15;quarterly:last_month:20",
]


def days(rule: str, start: str, until: str) -> list[str]:
    found = occurrences(
        parse_recurrence(rule), date.fromisoformat(start), date.fromisoformat(until), CALENDAR
    )
    return [day.isoformat() for day in found]


@pytest.mark.parametrize("text", RULES)
def test_a_rule_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_recurrence(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hourly",
        "monthly:0",
        "monthly:32",
        "weekly:XX",
        "yearly:13-01",
        "half_yearly:06-14",
        "monthly:",
        "weekly/0:FR",
        "Monthly:1",
    ],
)
def test_what_is_not_a_rule_is_refused(text: str) -> None:
    with pytest.raises(UnknownRule):
        parse_recurrence(text)


def test_a_rule_says_whether_it_has_a_day() -> None:
    assert parse_recurrence("workdays").has_day
    assert not parse_recurrence("weekly:FR;monthly").has_day
    with pytest.raises(DayMissing):
        days("weekly:FR;monthly", "2026-01-01", "2026-02-01")


@pytest.mark.parametrize(
    ("rule", "start", "until", "expected"),
    [
        ("daily", "2026-03-01", "2026-03-03", ["2026-03-01", "2026-03-02", "2026-03-03"]),
        ("workdays", "2026-04-29", "2026-05-04", ["2026-04-29", "2026-05-04"]),
        ("weekly:FR", "2026-03-01", "2026-03-14", ["2026-03-06", "2026-03-13"]),
        ("weekly/2:TH", "2026-03-02", "2026-03-31", ["2026-03-05", "2026-03-19"]),
        ("monthly:31", "2026-01-01", "2026-04-30", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("monthly:30", "2028-02-01", "2028-02-29", ["2028-02-29"]),
        ("monthly:last_day", "2026-11-01", "2026-12-31", ["2026-11-30", "2026-12-31"]),
        ("monthly:last_workday", "2026-04-01", "2026-05-31", ["2026-04-29", "2026-05-29"]),
        ("monthly:first_workday", "2026-05-01", "2026-05-31", ["2026-05-04"]),
        ("monthly:first_MO", "2026-06-01", "2026-07-31", ["2026-06-01", "2026-07-06"]),
        ("monthly:last_FR", "2026-06-01", "2026-06-30", ["2026-06-26"]),
        ("quarterly:last_month:14", "2026-01-01", "2026-09-30", ["2026-03-14", "2026-06-14", "2026-09-14"]),
        ("quarterly:next_first_month:5", "2026-01-01", "2026-06-30", ["2026-01-05", "2026-04-05"]),
        ("quarterly:last_month:31", "2026-06-01", "2026-06-30", ["2026-06-30"]),
        ("half_yearly:06-14,12-14", "2026-01-01", "2026-12-31", ["2026-06-14", "2026-12-14"]),
        ("yearly:02-29", "2026-01-01", "2028-12-31", ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("monthly:15;monthly:30", "2026-04-01", "2026-04-30", ["2026-04-15", "2026-04-30"]),
        ("monthly:1", "2026-04-02", "2026-04-30", []),
    ],
)  # fmt: skip
def test_occurrences(rule: str, start: str, until: str, expected: list[str]) -> None:
    assert days(rule, start, until) == expected


def test_every_second_week_counts_from_a_given_week() -> None:
    rule = Recurrence((Rule(Frequency.WEEKLY, 2, "TH"),))
    shifted = occurrences(rule, date(2026, 3, 2), date(2026, 3, 31), CALENDAR, counted_from=date(2026, 2, 23))
    assert shifted == [date(2026, 3, 12), date(2026, 3, 26)]


@given(
    st.sampled_from([rule for rule in RULES if parse_recurrence(rule).has_day]),
    st.dates(date(2025, 1, 1), date(2030, 1, 1)),
    st.integers(0, 500),
)
def test_occurrences_are_in_order_once_and_inside(rule: str, start: date, length: int) -> None:
    until = date.fromordinal(start.toordinal() + length)
    found = occurrences(parse_recurrence(rule), start, until, CALENDAR)
    assert found == sorted(set(found))
    assert all(start <= day <= until for day in found)
