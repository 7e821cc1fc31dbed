"""Reports that a plan asks for, and times of duty day and night."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.deadline import DueKind
from knowledge.phrases.read import read_all
from knowledge.plans.blocks import Block
from knowledge.plans.deadlines import CALENDAR, Frame, due_in
from knowledge.plans.flat import Flat, flatten
from knowledge.plans.model import DutyPeriod, PlanTask, ReportCycle
from knowledge.plans.units import begins_with_unit, split_units
from knowledge.plans.words import named, pattern

_CYCLES = frozenset({DueKind.RECURRING, DueKind.UNSPECIFIED_PERIOD})
_SENTENCE = re.compile(r"(?<=[.;])\s+")


def reports_of(tasks: Sequence[PlanTask], frame: Frame) -> list[ReportCycle]:
    """The reports among the tasks: those that come again, and those due on one day."""
    return [cycle for task in tasks for cycle in _report(task, frame)]


def _report(task: PlanTask, frame: Frame) -> Iterator[ReportCycle]:
    flat = flatten(task.text, frame.damaged)
    if not pattern("report_verb").search(flat.text):
        return
    due = task.due if task.due.kind in _CYCLES else due_in(task.text, frame)
    once = due.kind in CALENDAR and due.kind is not DueKind.RANGE and named("sends").search(flat.text)
    if due.kind in _CYCLES or once:
        due = replace(due, day=None) if due.kind is DueKind.RECURRING else due
        yield ReportCycle(what=task.text, span=task.span, who=task.lead, to=_recipients(flat), due=due)


def _recipients(flat: Flat) -> tuple[str, ...]:
    for match in pattern("send_to").finditer(flat.text):
        if begins_with_unit(flat, match.end()):
            stop = pattern("send_to_end").search(flat.text, match.end())
            return split_units(flat, match.end(), stop.start() if stop else len(flat.text))
    return ()


def duty_of(blocks: Iterable[Block], frame: Frame) -> list[DutyPeriod]:
    """The sentences that ask for duty day and night, with the period where one is printed."""
    round_the_clock = pattern("round_the_clock")
    found: list[DutyPeriod] = []
    for block in blocks:
        said = [part for part in _SENTENCE.split(block.text) if round_the_clock.search(part)]
        for sentence in said[:1]:
            dues = read_all(sentence, frame.now, None, frame.year)
            start, end = next(((due.start, due.end) for due in dues if due.start), (None, None))
            found.append(DutyPeriod(what=sentence.strip(), span=block.span, start=start, end=end))
    return found
