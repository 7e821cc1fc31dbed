"""Working days and working hours of a unit, in Vietnam time.

Civil servants work Monday to Friday; days off and make-up days come from a table, never from a
rule, because the government announces swaps year by year.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from core.clock import VIETNAM, local

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which dates are worked. Empty, it knows weekends only."""

    days_off: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Tell whether a local date is worked."""
        if day in self.extra_working_days:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """Return the first working day after a date."""
        return self.add_working_days(day, 1)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before a date."""
        return self.add_working_days(day, -1)

    def on_or_before(self, day: date) -> date:
        """Return the date itself if it is worked, else the last working day before it."""
        return day if self.is_working_day(day) else self.previous_working_day(day)

    def on_or_after(self, day: date) -> date:
        """Return the date itself if it is worked, else the first working day after it."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after a date, or before it if negative.

        The date is not counted: a period begins on the day after its event (Civil Code 2015, article 147).
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return the number of working days after `start` up to and including `end`; negative backwards."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in days_between(start + ONE_DAY, end))

    def with_changes(self, off: Iterable[date] = (), worked: Iterable[date] = ()) -> "WorkingCalendar":
        """Return the calendar with a unit's own changes; a change wins over the shipped day."""
        off, worked = frozenset(off), frozenset(worked)
        return WorkingCalendar((self.days_off | off) - worked, (self.extra_working_days | worked) - off)


Span = tuple[time, time]
OFFICE_HOURS: tuple[Span, ...] = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))


@dataclass(frozen=True)
class WorkingHours:
    """The hours worked on a working day, with the lunch break between the spans.

    A service centre that opens on Saturday mornings works the first span on a Saturday that is not a day off.
    """

    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    spans: tuple[Span, ...] = OFFICE_HOURS
    saturday_morning: bool = False

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the spans worked on a local date."""
        if self.calendar.is_working_day(day):
            return self.spans
        if self.saturday_morning and day.weekday() == SATURDAY and day not in self.calendar.days_off:
            return self.spans[:1]
        return ()

    def is_working_moment(self, moment: datetime) -> bool:
        """Tell whether an aware moment lies in working hours; the end of a span does not."""
        return self.next_working_moment(moment) == moment

    def next_working_moment(self, moment: datetime) -> datetime:
        """Return the moment itself if it is worked, else the next one that is."""
        begin, _ = next(self._open_spans(moment))
        return begin.astimezone(moment.tzinfo)

    def add_working_minutes(self, moment: datetime, minutes: float) -> datetime:
        """Return the moment after so many minutes of working time. Raises ValueError for negative minutes."""
        if minutes < 0:
            raise ValueError("working minutes cannot be negative")
        left = timedelta(minutes=minutes)
        for begin, end in self._open_spans(moment):
            if begin + left <= end:
                return (begin + left).astimezone(moment.tzinfo)
            left -= end - begin
        raise AssertionError("working time never ends")

    def _open_spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        here = local(moment)
        day = here.date()
        while True:
            for opens, closes in self.spans_on(day):
                begin = max(here, datetime.combine(day, opens, VIETNAM))
                end = datetime.combine(day, closes, VIETNAM)
                if begin < end:
                    yield begin, end
            day += ONE_DAY


def days_between(start: date, end: date) -> Iterator[date]:
    """Return every day from `start` to `end`, both included."""
    day = start
    while day <= end:
        yield day
        day += ONE_DAY
