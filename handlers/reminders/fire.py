"""Time has come for some rows: handle what is due in small batches, each in one transaction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from handlers.registry import REMINDERS
from handlers.reminders import notes
from storage import reminders
from storage.reminders import Due
from storage.unit_of_work import UnitOfWork, must_be_redone

log = structlog.get_logger(__name__)

BATCH = 200
_SET_ASIDE = timedelta(hours=1)

Change = dict[str, Any]


@dataclass(frozen=True)
class Fired:
    """How many reminders a batch held, and how many of them could not be handled."""

    due: int
    failed: int = 0


def fire_due(uow: UnitOfWork, limit: int = BATCH) -> Fired:
    """Handle reminders that are due: queue what they tell and write when they are due next.

    One that fails is pushed an hour ahead and reported, so that it cannot hold up the others.
    """
    rows = reminders.due(uow, limit)
    failed = _notes(uow, [row for row in rows if row.kind == notes.KIND])
    changes: list[tuple[Due, Change]] = []
    for row in rows:
        if row.kind == notes.KIND:
            continue
        change = _one(uow, row)
        if change is None:
            failed += 1
        else:
            changes.append((row, change))
    reminders.advance(uow, changes)
    return Fired(len(rows), failed)


def _notes(uow: UnitOfWork, rows: list[Due]) -> int:
    """Tell plain reminders all at once, or one by one if that fails; returns how many could not be told."""
    try:
        with uow.savepoint():
            notes.fire_all(uow, rows)
    except Exception as error:  # the border of a job: one impossible row must not stop the rest
        if must_be_redone(error):
            raise
        if len(rows) > 1:
            return sum(_notes(uow, [row]) for row in rows)
        log.error("reminder_failed", reminder_id=rows[0].id, kind=notes.KIND, error=type(error).__name__)
        reminders.push_ahead(uow, rows[0], _SET_ASIDE)
        return 1
    return 0


def _one(uow: UnitOfWork, row: Due) -> Change | None:
    uow.bind(row.commune_id)
    try:
        with uow.savepoint():
            return REMINDERS[row.kind](uow, row)
    except Exception as error:  # the border of a job: one impossible row must not stop the rest
        if must_be_redone(error):
            raise
        log.error("reminder_failed", reminder_id=row.id, kind=row.kind, error=type(error).__name__)
        reminders.push_ahead(uow, row, _SET_ASIDE)
        return None
