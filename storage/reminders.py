"""Reminders: whatever must happen at a moment is a row with that moment in it, never a timer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, bindparam, select, text, update
from sqlmodel import Field, SQLModel

from storage.base import CommuneRow, json_column, tenant_key
from storage.unit_of_work import UnitOfWork
from storage.upsert import put as put_row
from storage.upsert import spelled_out

ACTIVE, PAUSED, DONE = "active", "paused", "done"
(_IS_ACTIVE,) = spelled_out(ACTIVE)


class Reminder(CommuneRow, table=True):
    """One thing that will come due.

    `kind` names what to do ("ladder", "still_on_it"), `subject_id` what about. `plan` is the
    snapshot it works by, so that later changes of settings leave it alone.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("commune_id", "kind", "subject_id"),
        Index(
            "ix_reminder_due",
            "next_due_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        CheckConstraint("state IN ('active', 'paused', 'done')", name="state"),
    )
    kind: str
    subject_id: int
    state: str = ACTIVE
    next_due_at: datetime
    step: int = 0
    occurrence: int = 0
    """Counts every firing; part of the dedupe key, so that no firing is told twice."""
    plan: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


@dataclass(frozen=True)
class Due:
    """A reminder that has come due."""

    id: int
    commune_id: int
    kind: str
    subject_id: int
    next_due_at: datetime
    step: int
    occurrence: int
    plan: dict[str, Any]

    @property
    def dedupe_key(self) -> str:
        """Return what marks the messages of this firing, so that none is queued twice."""
        return f"reminder:{self.id}:{self.occurrence}"


_TABLE: Table = SQLModel.metadata.tables["reminder"]
_C = _TABLE.c


# Built once, because building a statement costs more than executing it.
_FIND = (
    select(Reminder)
    .where(_C.commune_id == bindparam("commune"), _C.kind == bindparam("of_kind"))
    .where(_C.subject_id == bindparam("subject"))
    .execution_options(populate_existing=True)
)
_SET = update(_TABLE).where(
    _C.commune_id == bindparam("commune"),
    _C.kind == bindparam("of_kind"),
    _C.subject_id == bindparam("subject"),
)


_END_ALL = (
    update(_TABLE)
    .where(_C.id.in_(bindparam("handled", expanding=True)))
    .values(state=DONE, occurrence=_C.occurrence + 1)
)


def due(uow: UnitOfWork, limit: int) -> list[Due]:
    """Return active reminders of all communes that are due, the longest overdue first.

    On PostgreSQL rows that another ticker holds are skipped.
    """
    columns = (_C.id, _C.commune_id, _C.kind, _C.subject_id, _C.next_due_at, _C.step, _C.occurrence, _C.plan)
    rows = uow.session.execute(
        select(*columns)
        .where(_C.state == text("'active'"), _C.next_due_at <= uow.now)
        .order_by(_C.next_due_at, _C.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return [Due(*row) for row in rows]


def find(uow: UnitOfWork, kind: str, subject_id: int) -> Reminder | None:
    """Return the reminder of the bound commune for a subject."""
    chosen = {"commune": uow.commune_id, "of_kind": kind, "subject": subject_id}
    return uow.session.execute(_FIND, chosen).scalar_one_or_none()


def put(
    uow: UnitOfWork, kind: str, subject_id: int, due_at: datetime, *, step: int, plan: dict[str, Any]
) -> None:
    """Start a reminder, or start it anew with another plan. Occurrences go on counting."""
    keys = {"commune_id": uow.commune_id, "kind": kind, "subject_id": subject_id}
    values = {"state": ACTIVE, "next_due_at": due_at, "step": step, "plan": plan}
    put_row(uow, _TABLE, keys, values, first={"occurrence": 0})


def set_state(
    uow: UnitOfWork, kind: str, subject_id: int, state: str, due_at: datetime | None = None
) -> None:
    """Pause, resume or end a reminder; a resumed one is due at `due_at`."""
    values: dict[str, Any] = {"state": state}
    if due_at is not None:
        values["next_due_at"] = due_at
    chosen = {"commune": uow.commune_id, "of_kind": kind, "subject": subject_id}
    uow.session.execute(_SET, chosen | values)


def advance(uow: UnitOfWork, changes: list[tuple[Due, dict[str, Any]]]) -> None:
    """Write what becomes of due reminders, unless another ticker has handled the occurrence.

    Of each change the keys `state`, `next_due_at`, `step` and `plan` are used.
    """
    statement = (
        update(_TABLE)
        .where(_C.id == bindparam("row_id"), _C.occurrence == bindparam("seen"))
        .values(
            occurrence=bindparam("seen") + 1,
            state=bindparam("new_state"),
            next_due_at=bindparam("new_due"),
            step=bindparam("new_step"),
            plan=bindparam("new_plan", type_=_C.plan.type),
        )
    )
    rows = [
        {
            "row_id": due.id,
            "seen": due.occurrence,
            "new_state": change.get("state", ACTIVE),
            "new_due": change.get("next_due_at", due.next_due_at),
            "new_step": change.get("step", due.step),
            "new_plan": change.get("plan", due.plan),
        }
        for due, change in changes
    ]
    if rows:
        uow.session.execute(statement, rows, execution_options={"synchronize_session": False})


def end_all(uow: UnitOfWork, handled: list[Due]) -> None:
    """End reminders whose one occurrence has been handled in this unit of work, which holds their rows."""
    if handled:
        uow.session.execute(_END_ALL, {"handled": [due.id for due in handled]})


def push_ahead(uow: UnitOfWork, due: Due, by: timedelta) -> None:
    """Move a reminder that could not be handled out of the way for a while."""
    uow.session.execute(update(_TABLE).where(_C.id == due.id).values(next_due_at=uow.now + by))
