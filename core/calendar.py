"""Working days and working hours of a unit, in Vietnam time.

Civil servants work Monday to Friday; days off and make-up days come from a table, never from a
rule, because the government announces swaps year by year.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from core.clock import VIETNAM, local

SATURDAY = 5


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
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before a date."""
        day -= timedelta(days=1)
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day


Span = tuple[time, time]
OFFICE_HOURS: tuple[Span, ...] = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))


@dataclass(frozen=True)
class WorkingHours:
    """The hours worked on a working day, with the lunch break between the spans."""

    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    spans: tuple[Span, ...] = OFFICE_HOURS

    def is_working_moment(self, moment: datetime) -> bool:
        """Tell whether an aware moment lies in working hours."""
        return self.next_working_moment(moment) == moment

    def next_working_moment(self, moment: datetime) -> datetime:
        """Return the moment itself if it is worked, else the next one that is."""
        here = local(moment)
        if self.calendar.is_working_day(here.date()):
            for begin, end in self.spans:
                if here.time() < end:
                    start = datetime.combine(here.date(), begin, VIETNAM)
                    return moment if here >= start else start.astimezone(moment.tzinfo)
        day = self.calendar.next_working_day(here.date())
        return datetime.combine(day, self.spans[0][0], VIETNAM).astimezone(moment.tzinfo)

    def add_working_minutes(self, moment: datetime, minutes: float) -> datetime:
        """Return the moment after so many minutes of working time."""
        left = timedelta(minutes=minutes)
        moment = self.next_working_moment(moment)
        while True:
            end = self._end_of_span(moment)
            if moment + left <= end:
                return moment + left
            left -= end - moment
            moment = self.next_working_moment(end)

    def _end_of_span(self, moment: datetime) -> datetime:
        here = local(moment)
        end = next(end for begin, end in self.spans if begin <= here.time() < end)
        return datetime.combine(here.date(), end, VIETNAM).astimezone(moment.tzinfo)
