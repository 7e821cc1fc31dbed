"""The inbox: every event is a row before anything is done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.sql.selectable import Exists
from sqlmodel import Field, SQLModel

from core.events import Inbound
from storage.base import json_column
from storage.unit_of_work import INBOX, UnitOfWork
from storage.upsert import insert_new, spelled_out

MAX_ATTEMPTS = 3
RETRY_SECONDS = (1.0, 5.0)
KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=30)

NEW, DONE, FAILED = "new", "done", "failed"
(_IS_NEW,) = spelled_out(NEW)


class InboxRow(SQLModel, table=True):
    """One event. The row is removed 7 days after *done* and 30 after *failed*."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_account", "event_id"),
        Index(
            "ix_inbox_new",
            "bot_account",
            "chat",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        Index(
            "ix_inbox_take", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")
        ),
        Index("ix_inbox_reference", "reference"),
        Index("ix_inbox_finished", "state", "finished_at"),
        CheckConstraint("state IN ('new', 'done', 'failed')", name="state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    bot_account: str
    event_id: str
    chat: str
    sender: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    state: str = NEW
    attempts: int = 0
    not_before: float = 0.0
    received_at: datetime
    finished_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True)
class Taken:
    """An inbox row that is being worked on."""

    id: int
    bot_account: str
    chat: str
    payload: dict[str, Any]
    attempts: int
    received_at: datetime

    @property
    def event(self) -> Inbound:
        """Return the event. Raises ValidationError for one that this version does not understand."""
        return Inbound.model_validate(self.payload)


_TABLE: Table = SQLModel.metadata.tables["inbox"]
_C = _TABLE.c


def add(uow: UnitOfWork, event: Inbound) -> bool:
    """Store an event as new; False when this event was stored before."""
    row = insert_new(
        uow,
        _TABLE,
        {
            "bot_account": event.bot_account,
            "event_id": event.event_id,
            "chat": event.chat,
            "sender": event.sender,
            "payload": event.model_dump(mode="json"),
            "state": NEW,
            "attempts": 0,
            "not_before": 0.0,
            "received_at": uow.now,
            "reference": "",
        },
    )
    if row is not None:
        uow.nudge(INBOX)
    return row is not None


def _earlier_new() -> Exists:
    earlier = _TABLE.alias("earlier")
    return (
        select(earlier.c.id)
        .where(
            earlier.c.state == _IS_NEW,
            earlier.c.bot_account == _C.bot_account,
            earlier.c.chat == _C.chat,
            earlier.c.id < _C.id,
        )
        .exists()
    )


_TAKE = (
    select(_C.id, _C.bot_account, _C.chat, _C.payload, _C.attempts, _C.received_at)
    .where(_C.state == _IS_NEW, _C.not_before <= bindparam("real_seconds"), ~_earlier_new())
    .order_by(_C.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=_TABLE)
)
_FINISH = update(_TABLE).where(_C.id == bindparam("row_id")).values(state=DONE, finished_at=bindparam("now"))


def take(uow: UnitOfWork) -> Taken | None:
    """Lock and return the next new event whose chat has no earlier one waiting, or None."""
    row = uow.session.execute(_TAKE, {"real_seconds": uow.real_seconds}).first()
    return Taken(*row) if row else None


def finish(uow: UnitOfWork, row_id: int) -> None:
    """Mark an event as done, in the same transaction as all that it caused."""
    uow.session.execute(_FINISH, {"row_id": row_id, "now": uow.now})


def note_failure(uow: UnitOfWork, row_id: int, reference: str) -> bool:
    """Count a failed attempt. True when it was the last one: the row is *failed* and the chat goes on."""
    attempts = uow.session.execute(select(_C.attempts).where(_C.id == row_id)).scalar_one() + 1
    last: bool = attempts >= MAX_ATTEMPTS
    values: dict[str, Any] = {"attempts": attempts}
    if last:
        values |= {"state": FAILED, "finished_at": uow.now, "reference": reference}
    else:
        values["not_before"] = uow.real_seconds + RETRY_SECONDS[attempts - 1]
    uow.session.execute(update(_TABLE).where(_C.id == row_id).values(**values))
    return last


def replay(uow: UnitOfWork, reference: str) -> bool:
    """Make a failed event new again; False when no failed event has the reference code."""
    changed = uow.session.execute(
        update(_TABLE)
        .where(_C.reference == reference, _C.state == FAILED)
        .values(state=NEW, attempts=0, not_before=0.0, finished_at=None)
        .returning(_C.id)
    ).first()
    uow.nudge(INBOX)
    return changed is not None


def waiting(uow: UnitOfWork) -> tuple[int, datetime | None]:
    """Return how many events are new, and when the oldest of them arrived."""
    row = uow.session.execute(
        select(func.count(), func.min(cast("Column[datetime]", _C.received_at))).where(_C.state == _IS_NEW)
    ).one()
    return row[0], row[1]


def next_retry(uow: UnitOfWork) -> float | None:
    """Return the stopwatch reading at which the next new event may be tried, if there is any.

    An event that waits behind another one of its chat does not count.
    """
    query = select(func.min(_C.not_before)).where(_C.state == _IS_NEW, ~_earlier_new())
    return uow.session.execute(query).scalar_one_or_none()


def empty_old(uow: UnitOfWork) -> None:
    """Remove what people wrote from events whose time of keeping is over."""
    for state, keep in ((DONE, KEEP_DONE), (FAILED, KEEP_FAILED)):
        uow.session.execute(delete(_TABLE).where(_C.state == state, _C.finished_at < uow.now - keep))
