"""Shifts of the duty roster."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Table, bindparam
from sqlalchemy import select as core_select
from sqlmodel import SQLModel, col, select

from core.roster import Position, Shift, at
from storage.base import CommuneRow, tenant_key, tenant_reference
from storage.unit_of_work import UnitOfWork


class ShiftRow(CommuneRow, table=True):
    """One person's turn of duty; `ends_at` is not part of it."""

    __tablename__ = "shift"
    __table_args__ = (
        tenant_key(),
        tenant_reference("person_id", "person"),
        tenant_reference("unit_id", "unit"),
        CheckConstraint("starts_at < ends_at", name="order"),
    )
    unit_id: int
    person_id: int
    position: str
    starts_at: datetime
    ends_at: datetime


_TABLE: Table = SQLModel.metadata.tables["shift"]
_C = _TABLE.c
_BETWEEN = (
    core_select(_C.person_id, _C.position, _C.starts_at, _C.ends_at)
    .where(_C.commune_id == bindparam("commune"))
    .where(_C.ends_at > bindparam("begin"), _C.starts_at <= bindparam("end"))
    .order_by(_C.starts_at, _C.id)
)


def shifts_between(uow: UnitOfWork, begin: datetime, end: datetime) -> list[Shift]:
    """Return the shifts of the bound commune that touch a span of time, in order of their start."""
    rows = uow.session.execute(_BETWEEN, {"commune": uow.commune_id, "begin": begin, "end": end})
    return [Shift(row.person_id, Position(row.position), row.starts_at, row.ends_at) for row in rows]


def on_duty(uow: UnitOfWork, position: Position = Position.DUTY) -> list[int]:
    """Return the people of the bound commune who hold a position now."""
    return at(shifts_between(uow, uow.now, uow.now), uow.now, position)


def standing(uow: UnitOfWork) -> list[int]:
    """Return the people of the bound commune who hold any position now, the foremost position first."""
    shifts = shifts_between(uow, uow.now, uow.now)
    return [person for position in Position for person in at(shifts, uow.now, position)]


def last_end(uow: UnitOfWork) -> datetime | None:
    """Return the end of the last planned shift of the bound commune."""
    row = uow.session.exec(
        select(ShiftRow.ends_at)
        .where(ShiftRow.commune_id == uow.commune_id)
        .order_by(col(ShiftRow.ends_at).desc())
        .limit(1)
    ).first()
    return row
