"""The hand-written tables of phrases, and how a reading is written in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.clock import VIETNAM
from core.deadline import Bound, Due

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One phrase, the moment it is said, and what it means."""

    text: str
    now: datetime
    meaning: str


def rows(name: str) -> Iterator[Row]:
    """The rows of one table file; a line that begins with two spaces continues the one before."""
    now = datetime(2026, 1, 1, tzinfo=VIETNAM)
    lines = (FOLDER / name).read_text("utf-8").replace("\n  ", "\n\u2028").split("\n")
    pending = ""
    for line in lines:
        if line.startswith("now "):
            now = datetime.strptime(line[4:], "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
        elif line and not line.startswith("#"):
            pending += line
            if "|" in pending:
                text, meaning = pending.rsplit("|", 1)
                yield Row(text.replace("\u2028", "\n").strip(), now, meaning.strip())
                pending = ""


def written(due: Due) -> str:
    """A reading in the notation of the tables."""
    parts = [due.kind.value]
    parts += [due.day.isoformat()] if due.day else []
    parts += [f"{due.start}..{due.end}"] if due.start else []
    parts += [due.at.strftime("%H:%M")] if due.at else []
    parts += [due.part.value] if due.part else []
    parts += [due.recurrence] if due.recurrence else []
    parts += ["before"] if due.bound is Bound.BEFORE else []
    parts += [f"{due.n:g}"] if due.n else []
    parts += [due.unit.value] if due.unit else []
    parts += [f'"{due.anchor}"'] if due.anchor else []
    parts += ["?"] if due.ask else []
    parts += [f"!{due.error}"] if due.error else []
    return " ".join(parts)
