"""What a deadline means: bounds, the last safe day, reminder days, and when it is overdue.

"Trước ngày X" excludes X; "chậm nhất", "không quá", "đến", "hết" include it. When the last permitted day is
off, the safe day is the working day before it, never the one after: the extension that the Civil Code 2015
(article 148.5) allows for civil periods is not relied on for a report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from core.calendar import ONE_DAY, WorkingCalendar, WorkingHours
from core.clock import VIETNAM
from core.recurrence import Recurrence, occurrences

DEFAULT_LEADS: tuple[int, ...] = (7, 3, 1)
DAY_OF = 0


class Bound(StrEnum):
    """Whether the printed day itself is still in time."""

    BEFORE = "before"
    ON = "on"


class DueKind(StrEnum):
    """The kinds of time that the product understands."""

    INSTANT = "instant"
    DATE = "date"
    BEFORE_DATE = "before_date"
    RANGE = "range"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR_END = "year_end"
    RECURRING = "recurring"
    RELATIVE = "relative_working_days"
    UPON_EVENT = "upon_event"
    REGULAR = "regular"
    ASAP = "asap"
    UNSPECIFIED_PERIOD = "unspecified_period"
    NONE = "none"


class DayPart(StrEnum):
    """Parts of a day, local time: see PART_HOURS."""

    MORNING = "sang"
    NOON = "trua"
    AFTERNOON = "chieu"
    EVENING = "toi"
    NIGHT = "dem"


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"


PART_HOURS: dict[DayPart, tuple[time, time]] = {
    DayPart.MORNING: (time(6, 0), time(11, 0)),
    DayPart.NOON: (time(11, 0), time(13, 30)),
    DayPart.AFTERNOON: (time(13, 0), time(17, 30)),
    DayPart.EVENING: (time(18, 0), time(22, 0)),
    DayPart.NIGHT: (time(22, 0), time(23, 59)),
}


@dataclass(frozen=True, kw_only=True)
class Due:
    """One deadline or time as it was understood. Dates and times are local to Vietnam.

    `day` is the printed day (excluded when the kind is BEFORE_DATE); `start` and `end` are both included.
    `ask` says that the words allow another reading that matters. `raw` is the printed wording, and `asap`
    says that a regular or dated task also begins at once; neither is part of the exchanged shape.
    """

    kind: DueKind
    day: date | None = None
    start: date | None = None
    end: date | None = None
    at: time | None = None
    part: DayPart | None = None
    recurrence: str | None = None
    bound: Bound | None = None
    n: float | None = None
    unit: Unit | None = None
    anchor: str | None = None
    ask: bool = False
    error: str | None = None
    raw: str = ""
    asap: bool = False

    @property
    def printed_day(self) -> date | None:
        """The last day that the words name, or None when they name none."""
        return self.end or self.day

    @property
    def day_bound(self) -> Bound:
        """Whether the printed day is included."""
        return Bound.BEFORE if self.kind is DueKind.BEFORE_DATE else self.bound or Bound.ON

    def as_json(self) -> dict[str, object]:
        """The exchanged shape: only what was said; days as YYYY-MM-DD, times as HH:MM."""
        shape: dict[str, object] = {"kind": self.kind.value}
        days = {"date": self.day, "start": self.start, "end": self.end}
        shape |= {name: day.isoformat() for name, day in days.items() if day is not None}
        if self.at is not None:
            shape["time"] = self.at.strftime("%H:%M")
        for name in ("part", "recurrence", "bound", "n", "unit", "anchor", "ask", "error"):
            if value := getattr(self, name):
                shape[name] = str(value) if isinstance(value, StrEnum) else value
        return shape


NOTHING = Due(kind=DueKind.NONE)


@dataclass(frozen=True)
class Reminder:
    """A day on which to remind; `lead` is working days before the last safe day, 0 for the day itself."""

    lead: int
    day: date


@dataclass(frozen=True)
class Occurrence:
    """One printed day of a rule with the days that follow from it."""

    printed: date
    last_safe_day: date
    reminders: tuple[Reminder, ...]
    overdue_from: date

    def reminder_day(self, lead: int) -> date:
        """The day of one stage; raises KeyError when the rule has no such stage."""
        return {reminder.lead: reminder.day for reminder in self.reminders}[lead]


def last_safe_day(printed: date, bound: Bound, calendar: WorkingCalendar) -> date:
    """The last working day on which the thing is still in time."""
    if bound is Bound.BEFORE:
        return calendar.previous_working_day(printed)
    return calendar.on_or_before(printed)


def overdue_from(printed: date, bound: Bound) -> date:
    """The local day at whose first minute the thing is overdue, as printed and not as made safe."""
    return printed if bound is Bound.BEFORE else printed + ONE_DAY


def plan_occurrence(
    printed: date, bound: Bound, calendar: WorkingCalendar, leads: Sequence[int] = DEFAULT_LEADS
) -> Occurrence:
    """Last safe day and reminder days of one printed day: one reminder a stage, and the day itself."""
    safe = last_safe_day(printed, bound, calendar)
    stages = sorted({*leads, DAY_OF}, reverse=True)
    reminders = tuple(Reminder(lead, calendar.add_working_days(safe, -lead)) for lead in stages)
    return Occurrence(printed, safe, reminders, overdue_from(printed, bound))


def plan_due(due: Due, calendar: WorkingCalendar, leads: Sequence[int] = DEFAULT_LEADS) -> Occurrence | None:
    """The same for a one-off deadline; None when it names no day."""
    if due.printed_day is None:
        return None
    return plan_occurrence(due.printed_day, due.day_bound, calendar, leads)


def last_safe_moment(due: Due, hours: WorkingHours) -> datetime | None:
    """The last local moment at which the thing is in time and somebody is there; None without a day.

    A printed hour counts as printed; otherwise, or when its day is off, the end of the last safe day's work.
    """
    printed = due.printed_day
    if printed is None:
        return None
    safe = last_safe_day(printed, due.day_bound, hours.calendar)
    closing = hours.spans[-1][1]
    if safe != printed:
        return datetime.combine(safe, closing, VIETNAM)
    if due.part is not None:
        closing = PART_HOURS[due.part][1]
    return datetime.combine(safe, due.at or closing, VIETNAM)


@dataclass(frozen=True)
class Stage:
    """One step of a chain of reports: who ("đơn vị", "văn phòng"...), when, with which bound."""

    who: str
    recurrence: Recurrence
    bound: Bound


def chain(
    stages: Sequence[Stage], start: date, until: date, calendar: WorkingCalendar
) -> list[list[Occurrence]]:
    """Rounds of a chained report whose first step falls from `start` to `until`, one occurrence a stage.

    Each later step is the first one printed on or after the step before it ("đơn vị trước ngày 20, văn phòng
    trước ngày 24"); a step whose next printing is more than a year away leaves the round shorter.
    """
    if not stages:
        return []
    rounds = []
    for first in occurrences(stages[0].recurrence, start, until, calendar):
        steps = [plan_occurrence(first, stages[0].bound, calendar)]
        for stage in stages[1:]:
            after = steps[-1].printed
            later = occurrences(stage.recurrence, after, after.replace(year=after.year + 1, day=1), calendar)
            if not later:
                break
            steps.append(plan_occurrence(later[0], stage.bound, calendar))
        rounds.append(steps)
    return rounds
