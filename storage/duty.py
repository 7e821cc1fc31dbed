"""Shifts of the duty roster."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import col, select

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


def shifts_between(uow: UnitOfWork, begin: datetime, end: datetime) -> list[Shift]:
    """Return the shifts of the bound commune that touch a span of time, in order of their start."""
    rows = uow.session.exec(
        select(ShiftRow)
        .where(ShiftRow.commune_id == uow.commune_id, ShiftRow.ends_at > begin, ShiftRow.starts_at <= end)
        .order_by(col(ShiftRow.starts_at), col(ShiftRow.id))
    )
    return [Shift(row.person_id, Position(row.position), row.starts_at, row.ends_at) for row in rows]


def on_duty(uow: UnitOfWork, position: Position = Position.DUTY) -> list[int]:
    """Return the people of the bound commune who hold a position now."""
    return at(shifts_between(uow, uow.now, uow.now), uow.now, position)


def last_end(uow: UnitOfWork) -> datetime | None:
    """Return the end of the last planned shift of the bound commune."""
    row = uow.session.exec(
        select(ShiftRow.ends_at)
        .where(ShiftRow.commune_id == uow.commune_id)
        .order_by(col(ShiftRow.ends_at).desc())
        .limit(1)
    ).first()
    return row
