"""The ladder: who hears of an incident that nobody takes, and when.

The default steps are those of docs/architecture.md, "The ladder". A running ladder keeps the
steps it was started with; only the gaps between them are stored, so that a restart or a pause
can never restart a countdown.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from core.calendar import WorkingHours
from core.clock import VIETNAM, local
from core.incident import Severity

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(6, 30)


class Target(StrEnum):
    """Whom a step tells; who that is will be looked up at the moment of the step."""

    DUTY = "duty"
    DEPUTY = "deputy"
    LEAD = "lead"
    LEADER = "leader"


class Hours(StrEnum):
    """When a step may be heard."""

    ANY = "any"
    DAYTIME = "daytime"
    """From 06:30 to 21:00, every day."""
    WORKING = "working"
    SHIFT = "shift"
    """At any hour while a shift runs, else in working hours."""


class Step(BaseModel):
    """One rung: so many minutes after the rung before it, tell these."""

    model_config = ConfigDict(frozen=True)

    gap_minutes: int
    targets: tuple[Target, ...]
    hours: Hours = Hours.ANY
    again: bool = False
    """True when it repeats to people who were told before."""
    next_morning: bool = False
    """True when it waits for the next working morning instead of counting minutes."""


class Ladder(BaseModel):
    """The steps in order, then the one that repeats until somebody takes the incident."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[Step, ...]
    after_last: Step

    def step(self, index: int) -> Step:
        """Return the step of an index; beyond the last one it is the repeating step."""
        return self.steps[index] if index < len(self.steps) else self.after_last


_DUTY, _DEPUTY, _LEAD, _LEADER = Target.DUTY, Target.DEPUTY, Target.LEAD, Target.LEADER
_PAIR = (_DUTY, _DEPUTY)
_EVERYONE = (_DUTY, _DEPUTY, _LEAD, _LEADER)
_MORNING = Step(gap_minutes=0, targets=(_DUTY, _LEAD), hours=Hours.WORKING, again=True, next_morning=True)


def _quiet(targets: tuple[Target, ...], gap: int, hours: Hours, *, again: bool = False) -> Step:
    return Step(gap_minutes=gap, targets=targets, hours=hours, again=again)


_URGENT = Ladder(
    steps=(
        Step(gap_minutes=0, targets=_PAIR),
        Step(gap_minutes=2, targets=_PAIR, again=True),
        Step(gap_minutes=2, targets=_PAIR, again=True),
        Step(gap_minutes=1, targets=(_DUTY, _DEPUTY, _LEAD), again=True),
        Step(gap_minutes=1, targets=_PAIR, again=True),
        Step(gap_minutes=2, targets=_PAIR, again=True),
        Step(gap_minutes=2, targets=(_LEADER,)),
        *(Step(gap_minutes=10, targets=_EVERYONE, again=True) for _ in range(6)),
    ),
    after_last=Step(gap_minutes=30, targets=_EVERYONE, again=True),
)

_HIGH = Ladder(
    steps=(
        Step(gap_minutes=0, targets=(_DUTY,)),
        Step(gap_minutes=15, targets=_PAIR, again=True),
        _quiet((_LEAD,), 15, Hours.DAYTIME),
        _quiet((_LEADER,), 30, Hours.DAYTIME),
    ),
    after_last=_MORNING,
)


def _calm(again: int, *later: tuple[Target, int]) -> Ladder:
    steps = [_quiet((_DUTY,), 0, Hours.SHIFT), _quiet((_DUTY,), again, Hours.WORKING, again=True)]
    steps += [_quiet((target,), gap, Hours.WORKING) for target, gap in later]
    return Ladder(steps=tuple(steps), after_last=_MORNING)


DEFAULTS: dict[Severity, Ladder] = {
    Severity.URGENT: _URGENT,
    Severity.HIGH: _HIGH,
    Severity.MEDIUM: _calm(30, (_DEPUTY, 30), (_LEAD, 60)),
    Severity.LOW: _calm(120, (_LEAD, 120)),
}


class Patience(BaseModel):
    """How long an owner may be silent: after `ask` they are asked, after `release` more they lose it.

    Minutes; of working time where `working` is true (one working day is 450 minutes).
    """

    model_config = ConfigDict(frozen=True)

    ask: int
    release: int
    working: bool = False


PATIENCE: dict[Severity, Patience | None] = {
    Severity.URGENT: Patience(ask=30, release=15),
    Severity.HIGH: Patience(ask=120, release=60),
    Severity.MEDIUM: Patience(ask=450, release=225, working=True),
    Severity.LOW: None,
}


def first_allowed(moment: datetime, hours: Hours, office: WorkingHours, *, shift_runs: bool) -> datetime:
    """Return the moment itself if a step may be heard then, else the first moment it may."""
    if hours is Hours.ANY or (hours is Hours.SHIFT and shift_runs):
        return moment
    if hours is Hours.DAYTIME:
        return _daytime(moment)
    return office.next_working_moment(moment)


def due_after(previous: datetime, step: Step, office: WorkingHours, *, shift_runs: bool) -> datetime:
    """Return when a step is due, counted from the moment of the step before it (aware, UTC).

    The gap is counted first and the result moved to the first allowed moment, so that the order
    and the distance of the later steps are kept after a night or a weekend.
    """
    if step.next_morning:
        day = office.calendar.next_working_day(local(previous).date())
        return datetime.combine(day, office.spans[0][0], VIETNAM).astimezone(previous.tzinfo)
    moment = previous + timedelta(minutes=step.gap_minutes)
    return first_allowed(moment, step.hours, office, shift_runs=shift_runs)


def patience_due(since: datetime, minutes: int, patience: Patience, office: WorkingHours) -> datetime:
    """Return when so many minutes of silence are over (aware, UTC)."""
    if patience.working:
        return office.add_working_minutes(since, minutes)
    return since + timedelta(minutes=minutes)


def _daytime(moment: datetime) -> datetime:
    here = local(moment)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return moment
    day = here.date() if here.time() < QUIET_UNTIL else here.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, VIETNAM).astimezone(moment.tzinfo)
