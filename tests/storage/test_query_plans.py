"""The statements of every round look at what is waiting and never at all that ever was.

The measured times are in the benchmarks; here only the plan is looked at, which does not vary.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event as hook
from sqlalchemy import insert, text

from core.messages import Message
from storage import delivery, inbox, jobs, outbox, reminders
from storage.outbox import Queued
from storage.tables import METADATA
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.rows import LEASE_SECONDS, WEB, event
from tests.support.database import START, add_commune

OLD, WAITING = 3000, 40
EDIT = Message(key="x", card="incident:1", edit_only=True)

STATEMENTS: dict[str, tuple[str, Callable[[UnitOfWork], Any]]] = {
    "claim": (
        "ix_outbox_claim",
        lambda uow: delivery.claim(uow, owner="x", lease_seconds=LEASE_SECONDS, limit=20),
    ),
    "next attempt": ("ix_outbox_", outbox.next_attempt),
    "unsent": ("ix_outbox_", outbox.waiting),
    "take": ("ix_inbox_take", inbox.take),
    "next retry": ("ix_inbox_", inbox.next_retry),
    "new": ("ix_inbox_", inbox.waiting),
    "due": ("ix_reminder_due", lambda uow: reminders.due(uow, 200)),
    "job": ("ix_job_open", lambda uow: jobs.claim(uow, LEASE_SECONDS)),
    "open jobs": ("ix_job_open", jobs.waiting),
    "collapse": ("ix_outbox_", lambda uow: outbox.add(uow, Queued(EDIT, WEB, "c", None))),
    "copies of a card": ("ix_outbox_card", lambda uow: outbox.cards_sent(uow, "incident:1")),
}


@pytest.fixture
def busy(database: Database) -> Database:
    """A database with much that is done and little that waits."""
    commune = add_commune(database)

    def fill(uow: UnitOfWork) -> None:
        for table, rows in (("outbox", _outbox), ("inbox", _inbox), ("reminder", _reminders), ("job", _jobs)):
            uow.session.connection().execute(
                insert(METADATA.tables[table]), [rows(number, commune) for number in range(OLD + WAITING)]
            )

    database.write_now(fill)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return database


def _outbox(number: int, commune: int) -> dict[str, Any]:
    state = "sent" if number < OLD else "waiting"
    message = Message(key="x").model_dump(mode="json")
    card = f"incident:{number}" if number % 2 else ""
    row = {"commune_id": commune, **_chat(number), "lane": 1, "queued_at": START}
    return {**row, "state": state, "card": card, "message": message}


def _inbox(number: int, _: int) -> dict[str, Any]:
    state = "done" if number < OLD else "new"
    payload = event(f"{number}").model_dump(mode="json")
    row = {"event_id": f"{number}", "sender": "x", "payload": payload, "received_at": START}
    return {**_chat(number), **row, "state": state, "finished_at": START if number < OLD else None}


def _reminders(number: int, commune: int) -> dict[str, Any]:
    state = "done" if number < OLD else "active"
    own = {"commune_id": commune, "kind": "ladder", "subject_id": number}
    return {**own, "state": state, "next_due_at": START, "plan": {}}


def _jobs(number: int, commune: int) -> dict[str, Any]:
    state = "done" if number < OLD else "waiting"
    own = {"commune_id": commune, "kind": "photo", "params": {}, "sender": "x", "created_at": START}
    return {**own, **_chat(number), "state": state}


def _chat(number: int) -> dict[str, Any]:
    return {"bot_account": WEB, "chat": f"{number % 50}"}


@pytest.mark.parametrize(("index", "query"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_what_waits_is_found_by_an_index(
    index: str, query: Callable[[UnitOfWork], Any], busy: Database
) -> None:
    plan = plan_of(busy, query)
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


def plan_of(database: Database, query: Callable[[UnitOfWork], Any]) -> str:
    """How the database carries out the first statement of a query."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not seen and statement.startswith(("SELECT", "UPDATE")):
            seen.append((statement, parameters))

    def explained(uow: UnitOfWork) -> str:
        uow.bind(1)
        hook.listen(database.engine, "before_cursor_execute", note)
        query(uow)
        hook.remove(database.engine, "before_cursor_execute", note)
        statement, parameters = seen[0]
        explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
        rows = uow.session.connection().exec_driver_sql(explain + statement, parameters)
        return "\n".join(str(row[-1]) for row in rows)

    return database.write_now(explained)
