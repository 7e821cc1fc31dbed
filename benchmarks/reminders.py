"""What half a million stored reminders cost, and 20,000 of them coming due at one instant.

The reminders are plain ones ("note"), spread over 20,000 people. A real round of the ticker then runs in
an event loop, its transactions in writing threads as in the service. Measured are: the seconds until
every due reminder stands in the outbox; the longest moment for which the event loop was blocked meanwhile
(a task that sleeps for a millisecond notes how late it wakes; the same for as long a time without any
work tells how much of that is the machine's own); memory before and after; and a round with nothing due.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import SQLModel

from benchmarks.ground import Ground
from benchmarks.report import Figures, resident_mib
from benchmarks.village import add_members, found
from bot import pauses
from core.clock import FakeClock
from core.messages import Lane, Message
from handlers.reminders import notes
from scheduler import jobs
from storage import outbox, reminders
from storage.unit_of_work import Database, UnitOfWork

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DUE = START + timedelta(hours=1)
NOTE = Message(
    key="incident.no_such_number",
    params={"number": 127},
    lane=Lane.CALM,
    asked=False,
)
_ROWS = 10_000
_EMPTY_ROUNDS = 50


def run(where: Ground, stored: int = 500_000, due: int = 20_000, people: int = 20_000) -> Figures:
    """Store the reminders, let the instant come, and measure the round that follows."""
    pauses.keep_short()
    clock = FakeClock(START)
    db = where.open(clock)
    try:
        village = db.write_now(lambda uow: found(uow, "Xã Mẫu"))
        members = db.write_now(lambda uow: add_members(uow, village.commune_id, people))
        storing = store(db, rows(village.commune_id, members, stored, due, DUE))
        asyncio.run(jobs.round_(db))
        empty = asyncio.run(_empty_rounds(db))
        before = resident_mib()
        clock.set(DUE)
        seconds, gap = asyncio.run(_watched(jobs.round_(db)))
        _, idle_gap = asyncio.run(_watched(asyncio.sleep(seconds)))
        _check(db, due)
    finally:
        db.close()
    return {
        "stored": stored,
        "stored_per_second": round(stored / storing),
        "empty_round_ms": round(1000 * empty, 2),
        "due": due,
        "seconds_until_all_queued": round(seconds, 2),
        "longest_loop_gap_ms": round(1000 * gap, 1),
        "longest_loop_gap_idle_ms": round(1000 * idle_gap, 1),
        "resident_mib_before": before,
        "resident_mib_after": resident_mib(),
    }


def store(db: Database, rows: Iterator[dict[str, Any]]) -> float:
    """Store reminders, and return how many seconds that took."""
    begin = time.perf_counter()
    while batch := list(islice(rows, _ROWS)):
        db.write_now(partial(_insert, rows=batch))
    return time.perf_counter() - begin


def _insert(uow: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    uow.session.execute(insert(SQLModel.metadata.tables["reminder"]), rows)


def rows(
    commune_id: int, people: list[int], stored: int, due: int, moment: datetime
) -> Iterator[dict[str, Any]]:
    """Yield reminders of which some are due at one moment, evenly between the others, which come later."""
    message = NOTE.model_dump(mode="json")
    for number in range(stored):
        is_due = number * due // stored != (number + 1) * due // stored
        yield {
            "commune_id": commune_id,
            "kind": notes.KIND,
            "subject_id": number,
            "state": reminders.ACTIVE,
            "next_due_at": moment if is_due else moment + timedelta(hours=1, minutes=number % 100_000),
            "step": 0,
            "occurrence": 0,
            "plan": {"person_id": people[number % len(people)], "message": message},
        }


async def _empty_rounds(db: Database) -> float:
    begin = time.perf_counter()
    for _ in range(_EMPTY_ROUNDS):
        await jobs.round_(db)
    return (time.perf_counter() - begin) / _EMPTY_ROUNDS


async def _watched(round_: Any) -> tuple[float, float]:
    """Return how long a round takes, and the longest gap that the event loop showed meanwhile."""
    gaps: list[float] = []
    watching = asyncio.ensure_future(_watch(gaps))  # noqa: TID251 the benchmark is its own program
    await asyncio.sleep(0.05)
    gaps.clear()
    begin = time.perf_counter()
    await round_
    seconds = time.perf_counter() - begin
    watching.cancel()
    return seconds, max(gaps)


async def _watch(gaps: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        gaps.append(time.perf_counter() - before - 0.001)


def _check(db: Database, expected: int) -> None:
    """Refuse figures of a run in which reminders were lost or told twice."""
    query = select(func.count(), func.count(outbox.C.dedupe_key.distinct())).select_from(outbox.TABLE)
    counted = tuple(db.read_now(lambda uow: uow.session.execute(query).one()))
    if counted != (expected, expected):
        raise RuntimeError(f"{counted} of {expected} reminders stand in the outbox")
