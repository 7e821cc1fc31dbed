"""Reminders that are due: told once, and an impossible one does not hold up the others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.clock import FakeClock
from core.messages import Message
from handlers.reminders import notes
from handlers.reminders.fire import Fired, fire_due
from storage import reminders
from storage.outbox import C
from storage.reminders import Reminder
from storage.unit_of_work import Database, UnitOfWork
from tests.handlers.conftest import Village
from tests.support.database import BOTH, START, FakeStopwatch
from tests.support.transcript_village import bound, person_id

NEWS = Message(key="form.left")


@pytest.fixture(params=BOTH)
def commune(request: pytest.FixtureRequest, village: Village) -> Iterator[Database]:
    database = Database(village(request.param), FakeClock(START), FakeStopwatch(), sync="OFF")
    yield database
    database.close()


def plan(database: Database, minutes: int, subject: int = 1, who: str = "minh") -> None:
    """Plan a note to somebody."""

    def work(uow: UnitOfWork) -> None:
        notes.put(bound(uow), subject, person_id(uow, who), START + timedelta(minutes=minutes), NEWS)

    database.write_now(work)


def told(database: Database) -> list[tuple[str, bool]]:
    """Return whom something was queued for, and whether it was marked late."""

    def look(uow: UnitOfWork) -> list[tuple[str, bool]]:
        rows = uow.session.execute(select(C.chat, C.message).order_by(C.id))
        return [(row.chat, row.message["late"]) for row in rows]

    return database.read_now(look)


def at(database: Database, minutes: int) -> None:
    clock = database.clock
    assert isinstance(clock, FakeClock)
    clock.set(START + timedelta(minutes=minutes))


def test_nothing_is_told_before_it_is_due(commune: Database) -> None:
    plan(commune, minutes=10)
    at(commune, minutes=9)
    assert commune.write_now(fire_due) == Fired(due=0)
    assert told(commune) == []


def test_a_note_is_told_once(commune: Database) -> None:
    plan(commune, minutes=10)
    at(commune, minutes=10)
    assert commune.write_now(fire_due) == Fired(due=1)
    assert commune.write_now(fire_due) == Fired(due=0)
    assert told(commune) == [("minh", False)]


def test_after_downtime_each_is_told_once_and_marked_the_longest_overdue_first(commune: Database) -> None:
    plan(commune, minutes=20, subject=1, who="minh")
    plan(commune, minutes=10, subject=2, who="mai")
    at(commune, minutes=26 * 60)
    commune.write_now(fire_due)
    assert told(commune) == [("mai", True), ("minh", True)]


def test_an_impossible_reminder_waits_an_hour_and_the_others_are_told(commune: Database) -> None:
    def impossible(uow: UnitOfWork) -> None:
        reminders.put(bound(uow), "no such kind", 7, START, step=0, plan={})

    commune.write_now(impossible)
    plan(commune, minutes=0)
    assert commune.write_now(fire_due) == Fired(due=2, failed=1)
    assert told(commune) == [("minh", False)]
    due = commune.read_now(
        lambda uow: uow.session.execute(
            select(col(Reminder.next_due_at)).where(col(Reminder.subject_id) == 7)
        ).scalar_one()
    )
    assert due == START + timedelta(hours=1)


def test_a_note_to_nobody_waits_an_hour_and_the_other_notes_are_told(commune: Database) -> None:
    commune.write_now(lambda uow: reminders.put(bound(uow), notes.KIND, 7, START, step=0, plan={}))
    plan(commune, minutes=0, subject=1, who="minh")
    plan(commune, minutes=0, subject=2, who="mai")
    assert commune.write_now(fire_due) == Fired(due=3, failed=1)
    assert sorted(told(commune)) == [("mai", False), ("minh", False)]
    assert commune.write_now(fire_due) == Fired(due=0)
