"""Read a plan: structure, tasks, facts, report cycles and duty, from what a reader handed over."""

from collections.abc import Sequence
from datetime import datetime, time

from core.clock import VIETNAM
from knowledge.plans.blocks import blocks_of
from knowledge.plans.body import BodyReader
from knowledge.plans.cell_lines import find_tables
from knowledge.plans.cycles import duty_of, reports_of
from knowledge.plans.deadlines import Frame
from knowledge.plans.doubts import judged
from knowledge.plans.facts import FactReader
from knowledge.plans.flat import flatten, is_damaged
from knowledge.plans.grid import GridReader, tasks_of_table
from knowledge.plans.model import Plan, PlanTask
from knowledge.plans.outline import outline
from knowledge.plans.source import Line, PlanError, Source, without_page_numbers
from knowledge.plans.words import named

_ANNEX_TITLE = 4


def read_plan(source: Source, now: datetime) -> Plan:
    """Everything that was found in a plan; `now` stands in for a day of issue that is not printed.

    Raises PlanError ("empty") when there is no text at all.
    """
    if not source.text.strip():
        raise PlanError("empty")
    damaged = is_damaged(source.text)
    facts = FactReader(source.lines, damaged).facts()
    issued = (
        datetime.combine(facts.issued_on, time(8), VIETNAM) if facts.issued_on else now.astimezone(VIETNAM)
    )
    frame = Frame(issued, damaged)
    found = [task for part in _parts(source.lines, damaged) for task in _tasks(part, frame)]
    found += [task for table in source.tables for task in tasks_of_table(table, frame)]
    tasks = judged(found, facts.issued_on, damaged)
    blocks = blocks_of(without_page_numbers(source.lines))
    return Plan(
        facts=facts,
        tasks=tasks,
        reports=tuple(reports_of(tasks, frame)),
        duty=tuple(duty_of(blocks, frame)),
    )


def _tasks(lines: Sequence[Line], frame: Frame) -> list[PlanTask]:
    """The tasks of one part: those of its tables, and those of the text around them."""
    found: list[PlanTask] = []
    rest: list[Line] = []
    at = 0
    for table in find_tables(lines, frame):
        rest += lines[at : table.start]
        at = table.end
        found += GridReader(table.columns, frame).tasks(table.rows)
    rest += lines[at:]
    outside = BodyReader(frame).tasks(outline(blocks_of(without_page_numbers(rest))))
    return sorted([*outside, *found], key=lambda task: task.span.first)


def _parts(lines: Sequence[Line], damaged: bool) -> list[tuple[Line, ...]]:
    """The body up to its closing, and each annex that holds tasks."""
    parts: list[list[Line]] = [[]]
    closed = False
    for at, line in enumerate(lines):
        flat = flatten(line.text, damaged).text
        if _is_annex(flat, line):
            parts.append([])
            title = " ".join(flatten(one.text, damaged).text for one in lines[at : at + _ANNEX_TITLE])
            closed = named("no_tasks_annex").search(title) is not None
        closed = closed or named("closing").match(flat) is not None
        if not closed:
            parts[-1].append(line)
    return [tuple(part) for part in parts]


def _is_annex(flat: str, line: Line) -> bool:
    return named("annex").match(flat) is not None and (
        line.text.isupper() or len(flat.split()) <= _ANNEX_TITLE
    )
