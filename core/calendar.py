"""Working days and working hours of a commune office. Pure: the days come from a table, never from a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
SATURDAY = 5

Shift = tuple[time, time]
DEFAULT_SHIFTS: tuple[Shift, ...] = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. Weekends are off unless swapped; an empty calendar knows weekends only."""

    days_off: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """A swapped Saturday is worked; a listed day off and every other weekend day is not."""
        if day in self.extra_working_days:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`, which itself does not count."""
        return self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`, which itself does not count."""
        return self.add_working_days(day, -1)

    def on_or_before(self, day: date) -> date:
        """`day` when it is worked, otherwise the last working day before it."""
        return day if self.is_working_day(day) else self.previous_working_day(day)

    def on_or_after(self, day: date) -> date:
        """`day` when it is worked, otherwise the first working day after it."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative). `day` is not counted: a period
        begins on the day after its event (Civil Code 2015, article 147)."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in days_between(start + ONE_DAY, end))

    def with_changes(self, off: Iterable[date] = (), worked: Iterable[date] = ()) -> WorkingCalendar:
        """The same calendar with a unit's own changes on top; the change wins over the shipped day."""
        off, worked = frozenset(off), frozenset(worked)
        return WorkingCalendar((self.days_off | off) - worked, (self.extra_working_days | worked) - off)


@dataclass(frozen=True)
class WorkingHours:
    """Hours worked on a working day, in Vietnam's local time. Every moment passed in must be aware."""

    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    shifts: tuple[Shift, ...] = DEFAULT_SHIFTS
    saturday_morning: bool = False

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts of one day. A service centre that opens on Saturdays works the first shift only."""
        if self.calendar.is_working_day(day):
            return self.shifts
        if self.saturday_morning and day.weekday() == SATURDAY and day not in self.calendar.days_off:
            return self.shifts[:1]
        return ()

    def is_working_moment(self, moment: datetime) -> bool:
        """Whether somebody is at the office: the start of a shift counts, its end does not."""
        local = _local(moment)
        return any(start <= local.time() < end for start, end in self.shifts_on(local.date()))

    def next_working_moment(self, moment: datetime) -> datetime:
        """`moment` itself when it is worked, otherwise the start of the next shift, in the same zone."""
        start, _ = next(self._open_spans(moment))
        return start.astimezone(moment.tzinfo)

    def add_working_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The moment when `minutes` of working time have passed; raises ValueError when negative."""
        if minutes < 0:
            raise ValueError("working minutes must not be negative")
        left = timedelta(minutes=minutes)
        for start, end in self._open_spans(moment):
            if start + left <= end:
                return (start + left).astimezone(moment.tzinfo)
            left -= end - start
        raise ValueError("no working time left")

    def _open_spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        local = _local(moment)
        day = local.date()
        while True:
            for opens, closes in self.shifts_on(day):
                start = max(local, datetime.combine(day, opens, VIETNAM))
                end = datetime.combine(day, closes, VIETNAM)
                if start < end:
                    yield start, end
            day += ONE_DAY


def days_between(start: date, end: date) -> Iterator[date]:
    """Every day from `start` to `end`, both included."""
    day = start
    while day <= end:
        yield day
        day += ONE_DAY


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment must carry its time zone")
    return moment.astimezone(VIETNAM)
