"""What was read from a plan: its tasks with their evidence, the facts of the paper, reports and duty."""

from dataclasses import dataclass, field
from datetime import date

from core.deadline import NOTHING, Due, DueKind

Json = dict[str, object]
_KINDS = {DueKind.YEAR_END: "end_of_year"}


@dataclass(frozen=True)
class Span:
    """Where something is printed: lines and page counted from 1; a page of 0 is not known."""

    first: int
    last: int
    page: int = 0

    def to(self, other: "Span") -> "Span":
        """From the first line of the one to the last line of the other."""
        return Span(min(self.first, other.first), max(self.last, other.last), self.page or other.page)

    def as_json(self) -> list[int]:
        return [self.first, self.last]


@dataclass(frozen=True, kw_only=True)
class PlanTask:
    """One task. `lead` empty means that the plan names none; it is never taken from the issuer.

    `role` is "lead", "help" (the unit is told to assist) or "request" (a body that takes no orders).
    `sure` is from 0 to 1; `doubts` are codes of what a person should look at: see knowledge/plans/doubts.py.
    """

    text: str
    span: Span
    section: str = ""
    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    role: str = "lead"
    due: Due = NOTHING
    inherited: bool = False
    result: str | None = None
    sure: float = 1.0
    doubts: tuple[str, ...] = ()

    def as_json(self) -> Json:
        shape: Json = {
            "text": self.text,
            "section": self.section,
            "lead": list(self.lead),
            "coordinate": list(self.coordinate),
            "role": self.role,
            "deadline": due_json(self.due, self.inherited),
            "result": self.result,
            "lines": self.span.as_json(),
            "sure": round(self.sure, 2),
            "doubts": list(self.doubts),
        }
        return shape | ({"page": self.span.page} if self.span.page else {})


@dataclass(frozen=True, kw_only=True)
class ReportCycle:
    """A report that is due once (`due.day`) or again and again (`due.recurrence`)."""

    what: str
    span: Span
    who: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    due: Due = NOTHING

    def as_json(self) -> Json:
        day = self.due.printed_day
        return {
            "what": self.what,
            "who": list(self.who),
            "to": list(self.to),
            "recurrence": self.due.recurrence,
            "due": day.isoformat() if day else None,
            "deadline": due_json(self.due, False),
            "lines": self.span.as_json(),
        }


@dataclass(frozen=True, kw_only=True)
class DutyPeriod:
    """A time in which somebody is on duty day and night; without days it is a permanent duty."""

    what: str
    span: Span
    start: date | None = None
    end: date | None = None

    def as_json(self) -> Json:
        days = {"start": self.start, "end": self.end}
        shape: Json = {name: day.isoformat() if day else None for name, day in days.items()}
        return {"what": self.what, **shape, "lines": self.span.as_json()}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the paper says of itself; None and empty where it does not."""

    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    title: str | None = None
    parents: tuple[str, ...] = ()

    def as_json(self) -> Json:
        return {
            "number": self.number,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "title": self.title,
            "parent_plans": list(self.parents),
        }


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan as it was read."""

    facts: Facts = field(default_factory=Facts)
    tasks: tuple[PlanTask, ...] = ()
    reports: tuple[ReportCycle, ...] = ()
    duty: tuple[DutyPeriod, ...] = ()

    def as_json(self) -> Json:
        return {
            "document": self.facts.as_json(),
            "tasks": [task.as_json() for task in self.tasks],
            "report_cycles": [report.as_json() for report in self.reports],
            "duty": [period.as_json() for period in self.duty],
        }


def due_json(due: Due, inherited: bool) -> Json:
    """A deadline in the exchanged shape, with all its keys."""
    shape: Json = {"date": None, "start": None, "end": None, "recurrence": None} | due.as_json()
    kind = "asap_and_regular" if due.kind is DueKind.REGULAR and due.asap else None
    shape["kind"] = kind or _KINDS.get(due.kind, due.kind.value)
    return shape | {"inherited": inherited, "raw": due.raw or None}
