"""What the finders hand over: a stretch of canonical text and the days or hours it means."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from core.calendar import WorkingCalendar
from core.clock import VIETNAM
from core.deadline import DayPart, DueKind

BLANK = "#"


@dataclass(frozen=True)
class Frame:
    """Where and when a phrase is read: the moment, the calendar, and the year of the plan it stands in."""

    now: datetime
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    year: int | None = None

    @property
    def local(self) -> datetime:
        return self.now.astimezone(VIETNAM)

    @property
    def today(self) -> date:
        return self.local.date()


@dataclass(frozen=True, kw_only=True)
class Days:
    """A day (`first` equals `last`) or a span of days. `first` is None only when `error` says why."""

    start: int
    end: int
    kind: DueKind = DueKind.DATE
    first: date | None = None
    last: date | None = None
    ask: bool = False
    error: str | None = None
    weekday: int | None = None
    yearless: bool = False
    weak: bool = False
    absolute: bool = False

    @property
    def is_day(self) -> bool:
        return self.kind is DueKind.DATE


@dataclass(frozen=True, kw_only=True)
class Hour:
    """A time of day; `part` is the part named beside it ("8h tối")."""

    start: int
    end: int
    clock: time | None = None
    part: DayPart | None = None
    ask: bool = False
    error: str | None = None
    end_of_day: bool = False


def one_day(span: tuple[int, int], day: date, *, ask: bool = False, absolute: bool = False) -> Days:
    """A mention of a single day."""
    return Days(start=span[0], end=span[1], first=day, last=day, ask=ask, absolute=absolute)


def impossible(span: tuple[int, int]) -> Days:
    """A date that no calendar has."""
    return Days(start=span[0], end=span[1], error="impossible")


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text, of the same length, with these stretches taken out of the reading."""
    for start, end in spans:
        text = text[:start] + BLANK * (end - start) + text[end:]
    return text
