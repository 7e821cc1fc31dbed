"""Figures about the service itself, for health checks and metrics. No commune, no people."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storage import inbox, outbox
from storage.system import Heartbeat
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Figures:
    """How many rows stand in which state, and how old the oldest signs are."""

    rows: dict[tuple[str, str], int]
    """Rows by table ("inbox", "outbox") and state."""
    oldest_waiting: dict[str, float]
    """Domain seconds since the oldest row that waits arrived, by table; 0 when none waits."""
    heartbeat_ages: dict[str, float]
    """Real seconds since each part of the service last did its round."""


def figures(uow: UnitOfWork) -> Figures:
    """Count the inbox and the outbox and read the heartbeats."""
    rows = {("inbox", state): count for state, count in _by_state(uow, inbox.InboxRow)}
    rows |= {("outbox", state): count for state, count in _by_state(uow, outbox.OutboxRow)}
    return Figures(rows, oldest_waiting(uow), heartbeat_ages(uow))


def oldest_waiting(uow: UnitOfWork) -> dict[str, float]:
    """Return the age of the oldest waiting row of the inbox and of the outbox, in domain seconds."""
    moments = {"inbox": inbox.waiting(uow)[1], "outbox": outbox.waiting(uow)[1]}
    return {
        table: max(0.0, (uow.now - moment).total_seconds()) if moment else 0.0
        for table, moment in moments.items()
    }


def heartbeat_ages(uow: UnitOfWork) -> dict[str, float]:
    """Return how many real seconds ago each part of the service last did its round."""
    beats = uow.session.execute(select(Heartbeat)).scalars()
    return {beat.name: uow.real_seconds - beat.real_seconds for beat in beats}


def _by_state(uow: UnitOfWork, model: Any) -> list[tuple[str, int]]:
    rows = uow.session.execute(select(model.state, func.count()).group_by(model.state))
    return [(row[0], row[1]) for row in rows]
