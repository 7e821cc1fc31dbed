"""An incident: its severity, its states, and which step leads where."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from pydantic import BaseModel, ConfigDict

GROUPING = timedelta(seconds=90)
"""What one person sends within this time of the first words is one report."""

CORRECTION = timedelta(minutes=10)
"""A report may be corrected this long after sending; what comes meanwhile is a comment."""


class Severity(IntEnum):
    """M1 to M4. One person with a way round; a counter slow; the centre stopped; an emergency."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    URGENT = 4


class Status(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    TAKEN = "taken"
    WAITING = "waiting"
    """Referred above; the service clock stands still."""
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    """Taken back by its reporter within the time for corrections."""


class Move(StrEnum):
    """A step in the life of an incident."""

    TAKE = "take"
    RELEASE = "release"
    REASSIGN = "reassign"
    REFER = "refer"
    ANSWERED = "answered"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


_ACTIVE = frozenset({Status.OPEN, Status.TAKEN, Status.WAITING})

_MOVES: dict[Move, tuple[frozenset[Status], Status]] = {
    Move.TAKE: (frozenset({Status.OPEN, Status.WAITING}), Status.TAKEN),
    Move.RELEASE: (frozenset({Status.TAKEN}), Status.OPEN),
    Move.REASSIGN: (_ACTIVE, Status.OPEN),
    Move.REFER: (frozenset({Status.OPEN, Status.TAKEN}), Status.WAITING),
    Move.ANSWERED: (frozenset({Status.WAITING}), Status.TAKEN),
    Move.RESOLVE: (_ACTIVE, Status.RESOLVED),
    Move.REOPEN: (frozenset({Status.RESOLVED}), Status.OPEN),
    Move.WITHDRAW: (frozenset({Status.OPEN}), Status.WITHDRAWN),
}


def next_status(status: Status, move: Move) -> Status | None:
    """Return the status after a move, or None when the move is not possible from here."""
    allowed, target = _MOVES[move]
    return target if status in allowed else None


def is_active(status: Status) -> bool:
    """Tell whether somebody still has to act."""
    return status in _ACTIVE


def code(number: int) -> str:
    """Return the printed code of an incident number ("SC-0127")."""
    return f"SC-{number:04d}"


def correctable(sent_at: datetime, now: datetime) -> bool:
    """Tell whether the reporter may still change what was sent."""
    return now - sent_at <= CORRECTION


class Draft(BaseModel):
    """What a report holds before it is sent, and what is guessed from the words."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    system: str = ""
    """Category code ("THIET_BI"); empty when unknown."""
    place: str = ""
    unit_id: int | None = None
    severity: Severity = Severity.MEDIUM
    chosen: bool = False
    """True when a person has chosen the severity: words that follow no longer change it."""
    attachments: tuple[int, ...] = ()
