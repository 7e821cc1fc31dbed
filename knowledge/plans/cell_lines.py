"""Tables that came out as text: one cell a line, or cells of one line parted by bars."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from core.deadline import DueKind
from knowledge.plans.deadlines import Frame, due_of_cell
from knowledge.plans.flat import flatten
from knowledge.plans.grid import Columns
from knowledge.plans.labels import Label, column_of
from knowledge.plans.source import Line, Row
from knowledge.plans.units import begins_with_unit
from knowledge.plans.words import named

_LEAST_HEADERS = 3
_LONGEST_HEADER = 8
_DUE_CELL_WORDS = 14
_NUMBER = re.compile(r"(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[A-H])\.?")
_BULLET = re.compile(r"[-–+•]\s*\S")
_BAR = re.compile(r"\s*[|¦]\s*")
_RULE = re.compile(r"[\s|:+=_-]+")


@dataclass(frozen=True)
class Found:
    """A table in the lines: where it begins and ends, its columns, and its rows."""

    start: int
    end: int
    columns: Columns
    rows: tuple[Row, ...]


def find_tables(lines: Sequence[Line], frame: Frame) -> list[Found]:
    """The tables printed one cell a line or with bars, in order."""
    found: list[Found] = []
    at = 0
    while at < len(lines):
        table = _barred(lines, at, frame) or _stacked(lines, at, frame)
        if table:
            found.append(table)
        at = table.end if table else at + 1
    return found


def _label(text: str, frame: Frame) -> Label | None:
    return column_of(flatten(text, frame.damaged).text)


def _barred(lines: Sequence[Line], at: int, frame: Frame) -> Found | None:
    if lines[at].text.count("|") < _LEAST_HEADERS - 1:
        return None
    columns = tuple(_label(cell, frame) for cell in _cells(lines[at].text))
    if Label.TASK not in columns or len([label for label in columns if label]) < _LEAST_HEADERS:
        return None
    rows: list[Row] = []
    end = at + 1
    while end < len(lines) and ("|" in lines[end].text or _RULE.fullmatch(lines[end].text)):
        if not _RULE.fullmatch(lines[end].text):
            cells = _cells(lines[end].text)
            rows.append(Row((*cells, *[""] * (len(columns) - len(cells))), lines[end].span))
        end += 1
    return Found(at, end, columns, tuple(rows))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in _BAR.split(line.strip().removeprefix("|").removesuffix("|")))


def _stacked(lines: Sequence[Line], at: int, frame: Frame) -> Found | None:
    columns, begin = _header(lines, at, frame)
    if len(columns) < _LEAST_HEADERS or Label.TASK not in columns or columns[0] is not Label.NUMBER:
        return None
    end = _end(lines, begin, frame)
    starts = _row_starts(lines[:end], begin)
    if not starts:
        return None
    spans = zip(starts, [*starts[1:], end], strict=True)
    rows = [row for start, stop in spans if (row := _row(lines[start:stop], columns, frame))]
    return Found(at, end, columns, tuple(rows))


def _header(lines: Sequence[Line], at: int, frame: Frame) -> tuple[tuple[Label, ...], int]:
    """Column names, one a line; a name may be broken over two lines."""
    columns: list[Label] = []
    while at < len(lines):
        one, two = _named(lines[at : at + 1], frame), _named(lines[at : at + 2], frame)
        after = _named(lines[at + 1 : at + 2], frame)
        numbered = at + 1 < len(lines) and _NUMBER.fullmatch(lines[at + 1].text)
        if two and (one is None or (after is None and not numbered)):
            columns.append(two)
            at += 2
        elif one:
            columns.append(one)
            at += 1
        else:
            break
    return tuple(columns), at


def _named(lines: Sequence[Line], frame: Frame) -> Label | None:
    """The column that these lines together name."""
    text = " ".join(line.text for line in lines)
    return _label(text, frame) if 0 < len(text.split()) <= _LONGEST_HEADER else None


def _row_starts(lines: Sequence[Line], begin: int) -> list[int]:
    """Where rows begin: a number alone that goes on counting, or the number of a section."""
    starts: list[int] = []
    last = 0
    for at in range(begin, len(lines)):
        text = lines[at].text
        if not _NUMBER.fullmatch(text):
            continue
        figure = text.strip(".").split(".")[-1]
        counts_on = figure.isdigit() and (int(figure) in (last + 1, 1) or last == 0)
        if counts_on or not figure.isdigit():
            starts.append(at)
            last = int(figure) if figure.isdigit() else 0
    return starts


def _end(lines: Sequence[Line], start: int, frame: Frame) -> int:
    for at in range(start, len(lines)):
        flat = flatten(lines[at].text, frame.damaged).text
        if named("annex").match(flat) or named("closing").match(flat) or lines[at].text.startswith("["):
            return at
    return len(lines)


def _row(lines: Sequence[Line], columns: Sequence[Label], frame: Frame) -> Row | None:
    """Cells of a row, each to the column that it fits, counted from both ends."""
    span = lines[0].span.to(lines[-1].span)
    cells = _joined([line.text for line in lines[1:] if not _label(line.text, frame)])
    if not cells:
        return None
    task = columns.index(Label.TASK)
    rest = columns[task + 1 :]
    content = 1
    while content < len(cells) and (_BULLET.match(cells[content]) or len(cells) - content > len(rest)):
        content += 1
    places = _best(cells[content:], rest, frame)
    values = dict(zip(places, cells[content:], strict=False))
    row = [lines[0].text, *[""] * (task - 1), "\n".join(cells[:content])]
    return Row((*row, *(values.get(place, "") for place in range(len(rest)))), span)


def _joined(cells: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for cell in cells:
        if joined and cell[:1].islower():
            joined[-1] = f"{joined[-1]} {cell}"
        else:
            joined.append(cell)
    return joined


def _best(cells: Sequence[str], columns: Sequence[Label], frame: Frame) -> tuple[int, ...]:
    """The columns, in order, that the cells fit best."""
    if len(cells) >= len(columns):
        return tuple(range(len(columns)))

    def fit(places: tuple[int, ...]) -> float:
        return sum(_fit(cell, columns[place], frame) for cell, place in zip(cells, places, strict=True))

    return max(combinations(range(len(columns)), len(cells)), key=fit)


def _fit(cell: str, column: Label, frame: Frame) -> float:
    unit = begins_with_unit(flatten(cell, frame.damaged))
    short = len(cell.split()) <= _DUE_CELL_WORDS
    due = short and due_of_cell(cell, frame).kind is not DueKind.NONE
    wanted = {Label.LEAD: 2.1 * unit - due, Label.HELP: 2.0 * unit - due, Label.DUE: 3.0 * due - unit}
    return float(wanted.get(column, 1.0 - 1.5 * unit - due))
