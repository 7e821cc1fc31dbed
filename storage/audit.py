"""The audit trail: one row for each use case that was carried out or refused. Append-only by trigger."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert
from sqlmodel import Field, SQLModel

from storage.base import json_column
from storage.unit_of_work import UnitOfWork


class AuditRow(SQLModel, table=True):
    """Who did what, through which account. Holds ids and names of actions, never what people typed."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    commune_id: int = Field(foreign_key="commune.id", index=True)
    at: datetime
    person_id: int | None = None
    action: str
    allowed: bool
    subject: str = ""
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


_TABLE: Table = SQLModel.metadata.tables["audit"]
_INSERT = insert(_TABLE)


def write(uow: UnitOfWork, person_id: int | None, action: str, *, allowed: bool, subject: str = "") -> None:
    """Add one row to the trail of the bound commune."""
    row = {
        "commune_id": uow.commune_id,
        "at": uow.now,
        "person_id": person_id,
        "action": action,
        "allowed": allowed,
        "subject": subject,
        "details": {},
    }
    uow.session.execute(_INSERT, row)
