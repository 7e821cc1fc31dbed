"""How sure each task is, and what a person should look at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rapidfuzz import fuzz

from core.deadline import DueKind
from knowledge.plans.deadlines import is_calendar
from knowledge.plans.model import PlanTask
from knowledge.vietnamese import fold

NO_LEAD = "no_lead"
INHERITED = "inherited_due"
PAST = "past_when_issued"
IMPOSSIBLE = "impossible_date"
FAR = "far_date"
ASK = "ask_due"
DISAGREE = "disagrees"
OPEN_PERIOD = "period_not_said"
SCANNED = "scanned"
_COSTS = {NO_LEAD: 0.25, INHERITED: 0.15, PAST: 0.1, IMPOSSIBLE: 0.4, FAR: 0.4, ASK: 0.3}
_COSTS |= {DISAGREE: 0.2, OPEN_PERIOD: 0.2, SCANNED: 0.15}
_LEAST = 0.05
_SAME = 88
_LENGTHS_DIFFER = 0.3


def judged(tasks: Sequence[PlanTask], issued_on: date | None, damaged: bool) -> tuple[PlanTask, ...]:
    """The tasks with their doubts and how sure they are."""
    twins = _disagreeing(tasks)
    done = []
    for at, task in enumerate(tasks):
        doubts = (*_doubts(task, issued_on, damaged), *((DISAGREE,) if at in twins else ()))
        sure = max(_LEAST, 1 - sum(_COSTS[doubt] for doubt in doubts))
        done.append(replace(task, doubts=doubts, sure=sure))
    return tuple(done)


def _doubts(task: PlanTask, issued_on: date | None, damaged: bool) -> list[str]:
    day = task.due.printed_day
    found = {
        NO_LEAD: not task.lead,
        INHERITED: task.inherited,
        PAST: bool(day and issued_on and is_calendar(task.due) and day < issued_on),
        IMPOSSIBLE: task.due.error == "impossible",
        FAR: task.due.error == "far",
        OPEN_PERIOD: task.due.kind is DueKind.UNSPECIFIED_PERIOD,
        ASK: task.due.ask and not task.due.error and task.due.kind is not DueKind.UNSPECIFIED_PERIOD,
        SCANNED: damaged,
    }
    return [doubt for doubt, holds in found.items() if holds]


def _disagreeing(tasks: Sequence[PlanTask]) -> set[int]:
    """Tasks that say the same in body and annex with another deadline or another lead."""
    texts = [fold(task.text) for task in tasks]
    found: set[int] = set()
    for one in range(len(tasks)):
        for other in range(one + 1, len(tasks)):
            near = abs(len(texts[one]) - len(texts[other])) < _LENGTHS_DIFFER * len(texts[one])
            same = near and fuzz.ratio(texts[one], texts[other], score_cutoff=_SAME)
            if same and _differ(tasks[one], tasks[other]):
                found |= {one, other}
    return found


def _differ(one: PlanTask, other: PlanTask) -> bool:
    days = one.due.printed_day != other.due.printed_day
    return days or [*map(fold, one.lead)] != [*map(fold, other.lead)]
