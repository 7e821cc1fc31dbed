"""A document as the readers hand it over: printed lines, and tables where the format has them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.errors import TrucSoError
from knowledge.plans.model import Span


class PlanError(TrucSoError):
    """A file cannot be read as a plan; `code` is a key of the sentences that the bot says."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Line:
    """One printed line, counted from 1; `gap` says that an empty line stands before it."""

    number: int
    text: str
    page: int = 0
    gap: bool = False

    @property
    def span(self) -> Span:
        return Span(self.number, self.number, self.page)


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells from left to right, and where it stands."""

    cells: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Table:
    """Rows that stand together."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Source:
    """Lines without page furniture, and the tables of formats that keep them apart."""

    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = field(default=())

    @property
    def text(self) -> str:
        cells = (cell for table in self.tables for row in table.rows for cell in row.cells)
        return "\n".join([*(line.text for line in self.lines), *cells])


_PAGE_NUMBER = re.compile(r"[-–\s]*\d{1,3}[-–\s]*|(?:trang|page)\s*\d{1,3}(?:\s*/\s*\d{1,3})?", re.IGNORECASE)
_STAMP = re.compile(r"[\W_]+|[\\|/]\w{1,4}|[A-Z]{2,}[.\d][\w.-]+\s+\d{1,3}")
_FOOTNOTE = re.compile(r"[!¹²³]\s*\S.*")
_ROW_NUMBER = re.compile(r"\d{1,3}")
_TABS_OF_A_ROW = 2


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text without empty ones, page numbers, stamps and footnotes of one line.

    A number alone is kept when it may be the number of a row of a table; cells parted by tabs get bars.
    """
    kept: list[Line] = []
    gap, page = False, 1 if "\f" in text else 0
    for number, raw in enumerate(text.split("\n"), 1):
        page += raw.count("\f") if page else 0
        bars = raw.strip().count("\t") >= _TABS_OF_A_ROW
        line = " ".join((raw.strip().replace("\t", " | ") if bars else raw).replace("\f", " ").split())
        if not line or _is_furniture(line):
            gap = True
            continue
        kept.append(Line(number, line, page, gap))
        gap = False
    return tuple(kept)


def _is_furniture(line: str) -> bool:
    if _ROW_NUMBER.fullmatch(line):
        return False
    return bool(_PAGE_NUMBER.fullmatch(line) or _STAMP.fullmatch(line) or _FOOTNOTE.fullmatch(line))


def without_page_numbers(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines without numbers that stand alone."""
    return tuple(line for line in lines if not _ROW_NUMBER.fullmatch(line.text))
