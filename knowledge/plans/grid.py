"""Tables of tasks: which column holds what, and rows to tasks."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.deadline import NOTHING
from knowledge.plans.deadlines import Frame, due_of_cell, is_calendar, pieces
from knowledge.plans.flat import flatten
from knowledge.plans.labels import Label, column_of
from knowledge.plans.model import PlanTask, Span
from knowledge.plans.source import Row, Table
from knowledge.plans.units import actor_of, begins_with_unit, split_units

Columns = Sequence[Label | None]
_LEAST_COLUMNS = 2
_HEADER_ROWS = 4
_SHORTEST_TASK = 3
_NUMBER = re.compile(r"[IVXLl|1]{1,5}\.?|[A-H]\.?|\d{1,2}(?:\.\d{1,2})*\.?")
_BULLET = re.compile(r"(?:^|\n)\s*[-–+•*]\s+")


def columns_of(rows: Sequence[Row], damaged: bool = False) -> tuple[int, Columns] | None:
    """How many rows the header takes, and what each column holds; None when it is no table of tasks."""
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        labels = tuple(column_of(flatten(cell, damaged).text) for cell in row.cells)
        if Label.TASK in labels and {Label.LEAD, Label.DUE, Label.HELP} & set(labels):
            return at + 1, labels
    return None


def tasks_of_table(table: Table, frame: Frame) -> list[PlanTask]:
    """The tasks of a table, or none when its columns are not those of tasks."""
    known = columns_of(table.rows, frame.damaged)
    if known is None:
        return []
    count, columns = known
    return GridReader(columns, frame).tasks(table.rows[count:])


class GridReader:
    """Reads the rows of one table whose columns are known."""

    def __init__(self, columns: Columns, frame: Frame) -> None:
        self.columns = columns
        self.frame = frame
        self.section = ""
        self.above: tuple[str, ...] = ()

    def tasks(self, rows: Sequence[Row]) -> list[PlanTask]:
        """The tasks of the rows; a row of one cell is the heading of those below it."""
        found: list[PlanTask] = []
        for row in whole_rows(rows, self.columns):
            cells = self._cells(row)
            if self._is_header(row):
                continue
            if self._is_heading(row, cells):
                self._head(row, cells)
            else:
                found += self._row(cells, row.span)
        return found

    def _cells(self, row: Row) -> dict[Label, str]:
        cells: dict[Label, str] = {}
        for label, cell in zip(self.columns, row.cells, strict=False):
            if label is not None and cell.strip():
                cells[label] = f"{cells[label]}; {cell}" if cells.get(label, cell) != cell else cell
        return cells

    def _is_header(self, row: Row) -> bool:
        labels = [column_of(flatten(cell, self.frame.damaged).text) for cell in row.cells if cell.strip()]
        return len([label for label in labels if label]) >= max(_LEAST_COLUMNS, len(labels) - 1)

    def _is_heading(self, row: Row, cells: dict[Label, str]) -> bool:
        texts = {cell.strip() for cell in row.cells if cell.strip() and not _NUMBER.fullmatch(cell.strip())}
        continued = Label.TASK not in cells and cells.keys() & {Label.LEAD, Label.DUE, Label.RESULT}
        return len(texts) <= 1 and not continued

    def _head(self, row: Row, cells: dict[Label, str]) -> None:
        text = cells.get(Label.TASK) or next((cell for cell in reversed(row.cells) if cell.strip()), "")
        self.section = cells.get(Label.NUMBER, "").strip(" .") or text.strip()
        flat = flatten(text, self.frame.damaged)
        self.above = actor_of(flat, heading=True).lead if begins_with_unit(flat) else ()

    def _row(self, cells: dict[Label, str], span: Span) -> list[PlanTask]:
        content = cells.get(Label.TASK, "")
        if len(content.split()) < _SHORTEST_TASK:
            return []
        base = PlanTask(
            text=content,
            span=span,
            section=self.section,
            lead=self._units(cells.get(Label.LEAD, "")) or self.above,
            coordinate=self._units(cells.get(Label.HELP, "")),
            due=due_of_cell(cells.get(Label.DUE, ""), self.frame),
            result=cells.get(Label.RESULT),
        )
        return [self._with_own_due(replace(base, text=text)) for text in _bullets(content)]

    def _with_own_due(self, task: PlanTask) -> PlanTask:
        """A deadline in the content counts where the column says nothing, or no day."""
        if is_calendar(task.due) or task.due.error:
            return task
        own = next((due for _, _, due in pieces(task.text, self.frame)), NOTHING)
        return replace(task, due=own) if task.due is NOTHING or is_calendar(own) else task

    def _units(self, cell: str) -> tuple[str, ...]:
        text = " ".join(_BULLET.sub("; ", cell).strip(" ;.-–").split())
        if not any(char.isalpha() for char in text):
            return ()
        return split_units(flatten(text, self.frame.damaged))


def _bullets(content: str) -> list[str]:
    """A cell whose lines all begin with a dash holds several tasks."""
    whole = " ".join(content.split())
    if content.lstrip()[:1] not in "-–+•*":
        return [whole]
    parts = [" ".join(part.split()) for part in _BULLET.split(content)]
    return [part for part in parts if len(part.split()) >= _SHORTEST_TASK] or [whole]


def whole_rows(rows: Sequence[Row], columns: Columns) -> list[Row]:
    """Rows whose cells go on in the next row (a page break, a wrapped line) put together."""
    places = {label: place for place, label in enumerate(columns) if label}
    number, task = places.get(Label.NUMBER), places.get(Label.TASK)
    whole: list[Row] = []
    for row in rows:
        if whole and number is not None and task is not None and _goes_on(row, number, task):
            last = whole.pop()
            cells = tuple(f"{a} {b}".strip() for a, b in zip(last.cells, row.cells, strict=False))
            whole.append(Row(cells, last.span.to(row.span)))
        else:
            whole.append(row)
    return whole


def _goes_on(row: Row, number: int, task: int) -> bool:
    if len(row.cells) <= max(number, task) or row.cells[number].strip():
        return False
    content = row.cells[task].strip()
    return any(cell.strip() for cell in row.cells) and (not content or content[:1].islower())
