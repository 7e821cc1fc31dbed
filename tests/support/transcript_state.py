"""How things stand, in the words of a transcript's `state` lines."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlmodel import col

from storage import incidents, outbox, reminders
from storage.inbox import FAILED, NEW, InboxRow
from storage.unit_of_work import UnitOfWork
from tests.support import transcript_village as village


def state_of(uow: UnitOfWork, words: str) -> str:
    """Return the same clauses with what is true now ("incident SC-0127 open, step 3; outbox 0 waiting")."""
    village.bound(uow)
    return "; ".join(_clause(uow, clause.strip()) for clause in words.split(";"))


def _clause(uow: UnitOfWork, clause: str) -> str:
    subject, _, rest = clause.partition(" ")
    return _SUBJECTS[subject](uow, rest)


def _incident(uow: UnitOfWork, words: str) -> str:
    code = words.split()[0].rstrip(",")
    incident = incidents.by_number(uow, int(code.removeprefix("SC-")))
    if incident is None:
        return f"incident {code} unknown"
    owner = f" by {village.short_name(uow, incident.owner_id)}" if incident.owner_id else ""
    row = reminders.find(uow, "ladder", incident.key)
    ladders = {reminders.ACTIVE: "step", reminders.PAUSED: "paused at step"}
    stands = f"{ladders[row.state]} {row.step}" if row and row.state in ladders else "no ladder"
    return f"incident {code} {incident.status}{owner}, {stands}"


def _outbox(uow: UnitOfWork, _words: str) -> str:
    return f"outbox {outbox.waiting(uow)[0]} waiting"


def _inbox(uow: UnitOfWork, _words: str) -> str:
    counts = [
        uow.session.execute(select(func.count()).where(col(InboxRow.state) == state)).scalar_one()
        for state in (NEW, FAILED)
    ]
    return f"inbox {counts[0]} new, {counts[1]} failed"


_SUBJECTS: dict[str, Callable[[UnitOfWork, str], str]] = {
    "incident": _incident,
    "outbox": _outbox,
    "inbox": _inbox,
}
