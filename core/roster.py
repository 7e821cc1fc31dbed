"""Who is on duty: shifts are rows, and duty is always computed from them for a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Position(StrEnum):
    """The first person to be called in a shift, or the one who stands by."""

    DUTY = "duty"
    DEPUTY = "deputy"


@dataclass(frozen=True)
class Shift:
    """One person's turn, from `starts_at` (included) to `ends_at` (excluded), aware UTC."""

    person_id: int
    position: Position
    starts_at: datetime
    ends_at: datetime


def at(shifts: Iterable[Shift], moment: datetime, position: Position) -> list[int]:
    """Return the people who hold a position at a moment, each once, in the order of the shifts."""
    found = (s.person_id for s in shifts if s.position is position and s.starts_at <= moment < s.ends_at)
    return list(dict.fromkeys(found))


def next_change(shifts: Iterable[Shift], moment: datetime) -> datetime | None:
    """Return the next moment after this one at which a shift starts or ends, if there is one."""
    edges = {edge for s in shifts for edge in (s.starts_at, s.ends_at) if edge > moment}
    return min(edges, default=None)
