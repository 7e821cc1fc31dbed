"""Reminders are rows with a due moment: nothing is due twice, and nothing that is due is skipped."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from core.clock import FakeClock
from storage import reminders
from storage.reminders import ACTIVE, DONE, PAUSED, Due, Reminder
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.rows import minutes, written
from tests.support.database import START, add_commune


@pytest.fixture
def commune(database: Database) -> int:
    return add_commune(database)


def start(database: Database, commune: int, subject: int, after: float, step: int = 0, **plan: Any) -> None:
    """Start a ladder that is due so many minutes after the beginning."""
    due_at = START + minutes(after)
    written(
        database, lambda uow: reminders.put(uow, "ladder", subject, due_at, step=step, plan=plan), commune
    )


def due(database: Database, limit: int = 200) -> list[Due]:
    return database.write_now(lambda uow: reminders.due(uow, limit))


def find(database: Database, commune: int, subject: int) -> Reminder | None:
    return written(database, lambda uow: reminders.find(uow, "ladder", subject), commune)


def set_state(
    database: Database, commune: int, subject: int, state: str, due_at: float | None = None
) -> None:
    moment = None if due_at is None else START + minutes(due_at)
    written(database, lambda uow: reminders.set_state(uow, "ladder", subject, state, moment), commune)


def test_the_longest_overdue_comes_first(database: Database, commune: int, clock: FakeClock) -> None:
    other = add_commune(database, "Xã Khác")
    start(database, commune, 1, after=20)
    start(database, other, 2, after=10)
    start(database, commune, 3, after=30)
    start(database, commune, 4, after=31)
    assert due(database) == []
    clock.advance(minutes(30))
    assert [(row.subject_id, row.commune_id) for row in due(database)] == [
        (2, other),
        (1, commune),
        (3, commune),
    ]
    assert [row.subject_id for row in due(database, limit=2)] == [2, 1]


@pytest.mark.parametrize("state", [PAUSED, DONE])
def test_what_rests_is_not_due(database: Database, commune: int, clock: FakeClock, state: str) -> None:
    start(database, commune, 1, after=0)
    set_state(database, commune, 1, state)
    assert due(database) == []


def test_a_resumed_reminder_is_due_when_it_was_told(
    database: Database, commune: int, clock: FakeClock
) -> None:
    start(database, commune, 1, after=0)
    set_state(database, commune, 1, PAUSED)
    set_state(database, commune, 1, ACTIVE, due_at=5)
    assert due(database) == []
    clock.advance(minutes(5))
    assert [row.subject_id for row in due(database)] == [1]


def test_an_occurrence_is_handled_once(database: Database, commune: int, clock: FakeClock) -> None:
    start(database, commune, 1, after=0, steps=3)
    (first_ticker,) = due(database)
    (second_ticker,) = due(database)
    assert first_ticker.dedupe_key == second_ticker.dedupe_key
    changes: list[tuple[Due, dict[str, Any]]] = [
        (first_ticker, {"next_due_at": START + minutes(15), "step": 1}),
        (second_ticker, {"next_due_at": START + minutes(99), "step": 7}),
    ]
    for change in changes:
        database.write_now(partial(reminders.advance, changes=[change]))
    row = find(database, commune, 1)
    assert row is not None
    assert (row.next_due_at, row.step, row.occurrence, row.plan) == (START + minutes(15), 1, 1, {"steps": 3})


def test_each_firing_has_its_own_key(database: Database, commune: int, clock: FakeClock) -> None:
    start(database, commune, 1, after=0)
    keys = set()
    for _ in range(3):
        (row,) = due(database)
        keys.add(row.dedupe_key)
        database.write_now(partial(reminders.advance, changes=[(row, {})]))
    start(database, commune, 1, after=0)  # started anew
    keys.add(due(database)[0].dedupe_key)
    assert len(keys) == 4


def test_a_reminder_that_ends_stays_ended(database: Database, commune: int, clock: FakeClock) -> None:
    start(database, commune, 1, after=0)
    (row,) = due(database)
    database.write_now(lambda uow: reminders.advance(uow, [(row, {"state": DONE})]))
    clock.advance(timedelta(days=365))
    assert due(database) == []


def test_one_subject_has_one_reminder_of_a_kind(database: Database, commune: int) -> None:
    start(database, commune, 1, after=10, step=0, first=True)
    start(database, commune, 1, after=20, step=2, first=False)
    row = find(database, commune, 1)
    assert row is not None
    assert (row.next_due_at, row.step, row.plan) == (START + minutes(20), 2, {"first": False})


def test_what_cannot_be_handled_is_out_of_the_way_for_a_while(
    database: Database, commune: int, clock: FakeClock
) -> None:
    start(database, commune, 1, after=0)
    (row,) = due(database)
    database.write_now(lambda uow: reminders.push_ahead(uow, row, minutes(60)))
    assert due(database) == []
    clock.advance(minutes(60))
    assert [again.dedupe_key for again in due(database)] == [row.dedupe_key]


def test_two_tickers_share_what_is_due(postgres_database: Database) -> None:
    commune = add_commune(postgres_database)
    for subject in range(4):
        start(postgres_database, commune, subject, after=0)

    def first(uow: UnitOfWork) -> tuple[list[int], list[int]]:
        mine = [row.subject_id for row in reminders.due(uow, 3)]
        return mine, [row.subject_id for row in due(postgres_database)]

    assert postgres_database.write_now(first) == ([0, 1, 2], [3])
