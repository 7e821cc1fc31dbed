"""Last safe days, reminders, overdue, chains."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar, WorkingHours, days_between
from core.clock import VIETNAM
from core.deadline import (
    Bound,
    DayPart,
    Due,
    DueKind,
    Stage,
    chain,
    last_safe_moment,
    plan_due,
    plan_occurrence,
)
from core.recurrence import occurrences, parse_recurrence
from knowledge.calendar_loader import shipped_calendar

TABLE = Path(__file__).parent / "occurrences.txt"
BOUNDS = st.sampled_from(list(Bound))
CALENDARS = st.builds(
    WorkingCalendar,
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=60),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=10),
)


@dataclass(frozen=True)
class Line:
    """A line of the table: a printed day and what must follow from it."""

    rule: str
    bound: Bound
    printed: date
    safe: date
    reminders: tuple[date, date, date]


def table() -> Iterator[Line]:
    for text in TABLE.read_text("utf-8").splitlines():
        if text and not text.startswith("#"):
            rule, bound, *days = text.split()
            printed, safe, week, three, one = map(date.fromisoformat, days)
            yield Line(rule, Bound(bound), printed, safe, (week, three, one))


LINES = list(table())


@pytest.mark.parametrize("line", LINES, ids=[f"{one.rule} {one.bound} {one.printed}" for one in LINES])
def test_days_that_follow_from_a_printed_day(line: Line) -> None:
    plan = plan_occurrence(line.printed, line.bound, shipped_calendar())
    assert plan.last_safe_day == line.safe
    assert tuple(plan.reminder_day(lead) for lead in (7, 3, 1)) == line.reminders
    assert plan.reminder_day(0) == line.safe


@pytest.mark.parametrize(
    "line",
    [one for one in LINES if one.rule != "once"],
    ids=[f"{one.rule} {one.bound} {one.printed}" for one in LINES if one.rule != "once"],
)
def test_the_rule_prints_that_day(line: Line) -> None:
    printed = occurrences(parse_recurrence(line.rule), line.printed, line.printed, shipped_calendar())
    assert printed == [line.printed]


def test_the_table_covers_the_days_that_matter() -> None:
    assert len(LINES) >= 80
    printed = {line.printed.isoformat() for line in LINES}
    assert printed >= {"2026-02-15", "2026-02-20", "2026-11-15", "2026-11-24", "2025-12-20", "2027-02-28"}


def test_overdue_begins_as_printed_and_not_as_made_safe() -> None:
    calendar = shipped_calendar()
    assert plan_occurrence(date(2026, 2, 15), Bound.BEFORE, calendar).overdue_from == date(2026, 2, 15)
    assert plan_occurrence(date(2026, 2, 15), Bound.ON, calendar).overdue_from == date(2026, 2, 16)


def test_own_lead_times() -> None:
    plan = plan_occurrence(date(2026, 3, 20), Bound.ON, WorkingCalendar(), leads=(5, 2))
    assert [(one.lead, one.day) for one in plan.reminders] == [
        (5, date(2026, 3, 13)),
        (2, date(2026, 3, 18)),
        (0, date(2026, 3, 20)),
    ]


@given(st.dates(date(2026, 1, 15), date(2026, 12, 15)), BOUNDS, CALENDARS)
def test_reminders_are_worked_days_up_to_the_last_safe_day(
    day: date, bound: Bound, calendar: WorkingCalendar
) -> None:
    plan = plan_occurrence(day, bound, calendar)
    days = [reminder.day for reminder in plan.reminders]
    assert all(calendar.is_working_day(one) for one in days)
    assert days == sorted(set(days))
    assert days[-1] == plan.last_safe_day < plan.overdue_from


@given(st.dates(date(2026, 1, 15), date(2026, 12, 15)), BOUNDS, CALENDARS)
def test_there_is_exactly_one_reminder_a_stage(day: date, bound: Bound, calendar: WorkingCalendar) -> None:
    plan = plan_occurrence(day, bound, calendar)
    assert [reminder.lead for reminder in plan.reminders] == [7, 3, 1, 0]
    for reminder in plan.reminders:
        assert calendar.working_days_between(reminder.day, plan.last_safe_day) == reminder.lead


@given(st.dates(date(2026, 1, 15), date(2026, 12, 15)), BOUNDS, CALENDARS)
def test_no_worked_day_is_left_unused(day: date, bound: Bound, calendar: WorkingCalendar) -> None:
    safe = plan_occurrence(day, bound, calendar).last_safe_day
    last_allowed = date.fromordinal(day.toordinal() - (bound is Bound.BEFORE))
    between = days_between(date.fromordinal(safe.toordinal() + 1), last_allowed)
    assert not any(calendar.is_working_day(one) for one in between)


@given(
    st.dates(date(2026, 1, 15), date(2026, 12, 15)),
    st.sampled_from([DueKind.DATE, DueKind.BEFORE_DATE]),
    st.none() | st.times(time(7, 30), time(16, 59)),
    CALENDARS,
)
def test_no_reminder_is_after_the_last_safe_moment(
    day: date, kind: DueKind, at: time | None, calendar: WorkingCalendar
) -> None:
    due = Due(kind=DueKind.INSTANT if at else kind, day=day, at=at)
    plan, last = plan_due(due, calendar), last_safe_moment(due, WorkingHours(calendar))
    assert plan is not None
    assert last is not None
    assert all(reminder.day <= last.date() for reminder in plan.reminders)


@pytest.mark.parametrize(
    ("due", "moment"),
    [
        (Due(kind=DueKind.DATE, day=date(2026, 3, 20)), "2026-03-20 17:00"),
        (Due(kind=DueKind.BEFORE_DATE, day=date(2026, 3, 20)), "2026-03-19 17:00"),
        (Due(kind=DueKind.BEFORE_DATE, day=date(2026, 3, 23)), "2026-03-20 17:00"),
        (Due(kind=DueKind.INSTANT, day=date(2026, 3, 20), at=time(10)), "2026-03-20 10:00"),
        (Due(kind=DueKind.INSTANT, day=date(2026, 3, 21), at=time(10)), "2026-03-20 17:00"),
        (Due(kind=DueKind.INSTANT, day=date(2026, 3, 20), part=DayPart.MORNING), "2026-03-20 11:00"),
        (Due(kind=DueKind.MONTH, start=date(2026, 2, 1), end=date(2026, 2, 28)), "2026-02-27 17:00"),
        (Due(kind=DueKind.YEAR_END, day=date(2026, 12, 31)), "2026-12-31 17:00"),
    ],
)
def test_the_last_safe_moment(due: Due, moment: str) -> None:
    hours = WorkingHours(shipped_calendar())
    assert last_safe_moment(due, hours) == datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)


def test_a_deadline_without_a_day_has_neither_reminders_nor_a_moment() -> None:
    regular = Due(kind=DueKind.REGULAR)
    assert plan_due(regular, WorkingCalendar()) is None
    assert last_safe_moment(regular, WorkingHours()) is None


def test_a_chain_of_units_and_office() -> None:
    units = Stage("units", parse_recurrence("monthly:20"), Bound.BEFORE)
    office = Stage("office", parse_recurrence("monthly:24"), Bound.BEFORE)
    rounds = chain((units, office), date(2026, 1, 1), date(2026, 2, 28), shipped_calendar())
    assert [[step.printed for step in one] for one in rounds] == [
        [date(2026, 1, 20), date(2026, 1, 24)],
        [date(2026, 2, 20), date(2026, 2, 24)],
    ]
    assert [[step.last_safe_day for step in one] for one in rounds] == [
        [date(2026, 1, 19), date(2026, 1, 23)],
        [date(2026, 2, 13), date(2026, 2, 23)],
    ]
    assert chain((), date(2026, 1, 1), date(2026, 2, 28), shipped_calendar()) == []


def test_a_chain_into_the_next_month() -> None:
    units = Stage("units", parse_recurrence("monthly:30"), Bound.ON)
    office = Stage("office", parse_recurrence("monthly:5"), Bound.ON)
    rounds = chain((units, office), date(2026, 2, 1), date(2026, 2, 28), shipped_calendar())
    assert [[step.printed for step in one] for one in rounds] == [[date(2026, 2, 28), date(2026, 3, 5)]]
