"""Working days and working hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar, WorkingHours, days_between
from core.clock import VIETNAM

TET_2026 = frozenset(days_between(date(2026, 2, 14), date(2026, 2, 22)))
CALENDAR = WorkingCalendar(TET_2026 | {date(2026, 1, 2)}, frozenset({date(2026, 1, 10)}))
HOURS = WorkingHours(CALENDAR)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(VIETNAM))  # noqa: DTZ001


def at(day: int, hour: int, minute: int = 0, month: int = 2) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def test_an_empty_calendar_knows_weekends_only() -> None:
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]
    assert [WorkingCalendar().is_working_day(day) for day in week] == [True] * 5 + [False] * 2


def test_a_swapped_saturday_is_worked_and_its_friday_is_off() -> None:
    assert CALENDAR.is_working_day(date(2026, 1, 10))
    assert not CALENDAR.is_working_day(date(2026, 1, 2))


def test_stepping_over_tet() -> None:
    assert CALENDAR.next_working_day(date(2026, 2, 13)) == date(2026, 2, 23)
    assert CALENDAR.previous_working_day(date(2026, 2, 23)) == date(2026, 2, 13)
    assert CALENDAR.add_working_days(date(2026, 2, 12), 3) == date(2026, 2, 24)
    assert CALENDAR.working_days_between(date(2026, 2, 12), date(2026, 2, 24)) == 3
    assert CALENDAR.on_or_before(date(2026, 2, 17)) == date(2026, 2, 13)
    assert CALENDAR.on_or_after(date(2026, 2, 17)) == date(2026, 2, 23)


def test_a_units_change_wins_over_the_shipped_day() -> None:
    changed = CALENDAR.with_changes(off={date(2026, 1, 10), date(2026, 3, 4)}, worked={date(2026, 2, 16)})
    assert not changed.is_working_day(date(2026, 1, 10))
    assert not changed.is_working_day(date(2026, 3, 4))
    assert changed.is_working_day(date(2026, 2, 16))


@given(DAYS, st.integers(-30, 30))
def test_adding_and_counting_are_inverse(day: date, count: int) -> None:
    start = CALENDAR.on_or_before(day)
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        (at(13, 7, 29), False),
        (at(13, 7, 30), True),
        (at(13, 11, 30), False),
        (at(13, 13, 30), True),
        (at(13, 17), False),
        (at(14, 9), False),
        (at(16, 9), False),
        (at(10, 9, month=1), True),
        (datetime(2026, 2, 13, 1, tzinfo=UTC), True),
    ],
)
def test_working_moments(moment: datetime, *, working: bool) -> None:
    assert HOURS.is_working_moment(moment) is working


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        (at(13, 8, 15), at(13, 8, 15)),
        (at(13, 6), at(13, 7, 30)),
        (at(13, 12), at(13, 13, 30)),
        (at(13, 17), at(23, 7, 30)),
        (at(18, 10), at(23, 7, 30)),
    ],
)
def test_the_next_working_moment(moment: datetime, following: datetime) -> None:
    assert HOURS.next_working_moment(moment) == following


@pytest.mark.parametrize(
    ("moment", "minutes", "end"),
    [
        (at(12, 8), 60, at(12, 9)),
        (at(12, 11), 60, at(12, 14)),
        (at(12, 16, 30), 30, at(12, 17)),
        (at(12, 16, 30), 60, at(13, 8)),
        (at(13, 16), 120, at(23, 8, 30)),
        (at(15, 3), 10, at(23, 7, 40)),
    ],
)
def test_minutes_of_work(moment: datetime, minutes: int, end: datetime) -> None:
    assert HOURS.add_working_minutes(moment, minutes) == end


def test_the_zone_of_the_caller_is_kept() -> None:
    assert HOURS.next_working_moment(datetime(2026, 2, 13, 5, tzinfo=UTC)).tzinfo is UTC


def test_saturday_morning_of_a_service_centre() -> None:
    open_saturdays = WorkingHours(CALENDAR, saturday_morning=True)
    assert open_saturdays.is_working_moment(at(7, 9))
    assert not open_saturdays.is_working_moment(at(7, 14))
    assert not open_saturdays.is_working_moment(at(14, 9))


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        HOURS.add_working_minutes(at(12, 8), -1)


@given(MOMENTS, st.integers(0, 2000), st.integers(0, 2000))
def test_minutes_add_up(moment: datetime, first: int, second: int) -> None:
    apart = HOURS.add_working_minutes(HOURS.add_working_minutes(moment, first), second)
    assert apart == HOURS.add_working_minutes(moment, first + second)


@given(MOMENTS)
def test_the_next_working_moment_is_worked(moment: datetime) -> None:
    following = HOURS.next_working_moment(moment)
    assert following >= moment
    assert HOURS.is_working_moment(following)


def test_other_hours() -> None:
    shop = WorkingHours(WorkingCalendar(), spans=((time(6), time(9)),))
    assert shop.add_working_minutes(at(2, 8, month=3), 90) == at(3, 6, 30, month=3)
