"""Jobs: long or hostile work, done by a worker process and answered through the inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Table, func, select, text, update
from sqlmodel import Field, SQLModel

from storage.base import json_column
from storage.unit_of_work import JOBS, UnitOfWork
from storage.upsert import spelled_out

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
_OPEN = spelled_out(WAITING, RUNNING)

MAX_ATTEMPTS = 2


class JobRow(SQLModel, table=True):
    """One piece of work. `chat` is the chat whose conversation hears of the result."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_open",
            "id",
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    commune_id: int = Field(foreign_key="commune.id")
    kind: str
    params: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    bot_account: str
    chat: str
    sender: str
    state: str = WAITING
    attempts: int = 0
    lease_until: float = 0.0
    created_at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Job:
    """A job that is ours to run until the lease runs out."""

    id: int
    commune_id: int
    kind: str
    params: dict[str, Any]
    bot_account: str
    chat: str
    sender: str
    attempts: int


_TABLE: Table = SQLModel.metadata.tables["job"]
_C = _TABLE.c


def add(
    uow: UnitOfWork, kind: str, params: dict[str, Any], *, bot_account: str, chat: str, sender: str
) -> int:
    """Queue a job of the bound commune and return its id."""
    row = JobRow(
        commune_id=uow.commune_id,
        kind=kind,
        params=params,
        bot_account=bot_account,
        chat=chat,
        sender=sender,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.nudge(JOBS)
    if row.id is None:
        raise ValueError("the job has not been stored")
    return row.id


def claim(uow: UnitOfWork, lease_seconds: float) -> Job | None:
    """Take the oldest job that waits, or whose runner has died."""
    row = uow.session.execute(
        select(_TABLE)
        .where(
            _C.state.in_(_OPEN),
            (_C.state == WAITING) | (_C.lease_until <= uow.real_seconds),
        )
        .order_by(_C.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    uow.session.execute(
        update(_TABLE)
        .where(_C.id == row.id)
        .values(state=RUNNING, attempts=row.attempts + 1, lease_until=uow.real_seconds + lease_seconds)
    )
    return Job(
        id=row.id,
        commune_id=row.commune_id,
        kind=row.kind,
        params=row.params,
        bot_account=row.bot_account,
        chat=row.chat,
        sender=row.sender,
        attempts=row.attempts + 1,
    )


def finish(uow: UnitOfWork, job_id: int, *, failed: bool = False, detail: str = "") -> None:
    """Mark a job as ended; its result is told through the inbox in the same transaction."""
    state = FAILED if failed else DONE
    uow.session.execute(update(_TABLE).where(_C.id == job_id).values(state=state, detail=detail))


def put_back(uow: UnitOfWork, job_id: int, detail: str) -> None:
    """Let a job that its worker did not survive be tried once more."""
    uow.session.execute(update(_TABLE).where(_C.id == job_id).values(state=WAITING, detail=detail))


def release_all(uow: UnitOfWork) -> None:
    """End every lease at once: for a start when no other process can be running jobs."""
    uow.session.execute(update(_TABLE).where(_C.state == RUNNING).values(lease_until=0.0))


def waiting(uow: UnitOfWork) -> int:
    """Return how many jobs are not ended."""
    count: int = uow.session.execute(select(func.count()).where(_C.state.in_(_OPEN))).scalar_one()
    return count
