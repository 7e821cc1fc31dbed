"""Counters of a commune, the signs of life of the service, and small remembered values."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Field, SQLModel, col

from storage.base import json_column
from storage.unit_of_work import UnitOfWork
from storage.upsert import insert, put


class Counter(SQLModel, table=True):
    """The last number given out under a name within a commune."""

    __tablename__ = "counter"
    commune_id: int = Field(primary_key=True, foreign_key="commune.id")
    name: str = Field(primary_key=True)
    value: int = 0


class Heartbeat(SQLModel, table=True):
    """When a part of the service last did its round, in domain time and in real seconds."""

    __tablename__ = "heartbeat"
    name: str = Field(primary_key=True)
    at: datetime
    real_seconds: float


class Remembered(SQLModel, table=True):
    """A small value that must outlive a restart."""

    __tablename__ = "remembered"
    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


_COUNTERS: Table = SQLModel.metadata.tables["counter"]
_HEARTBEATS: Table = SQLModel.metadata.tables["heartbeat"]
_REMEMBERED: Table = SQLModel.metadata.tables["remembered"]


def next_number(uow: UnitOfWork, name: str) -> int:
    """Return the next number of a counter of the bound commune; never the same one twice."""
    first = insert(uow, _COUNTERS).values(commune_id=uow.commune_id, name=name, value=1)
    counted = first.on_conflict_do_update(
        index_elements=["commune_id", "name"], set_={"value": _COUNTERS.c.value + 1}
    )
    number: int = uow.session.execute(counted.returning(_COUNTERS.c.value)).scalar_one()
    return number


def beat(uow: UnitOfWork, name: str) -> None:
    """Note that a part of the service is alive now."""
    put(uow, _HEARTBEATS, {"name": name}, {"at": uow.now, "real_seconds": uow.real_seconds})


def last_beat(uow: UnitOfWork, name: str) -> Heartbeat | None:
    """Return the last sign of life of a part of the service."""
    return uow.session.execute(select(Heartbeat).where(col(Heartbeat.name) == name)).scalar_one_or_none()


def remember(uow: UnitOfWork, name: str, value: dict[str, Any]) -> None:
    """Keep a small value under a name."""
    put(uow, _REMEMBERED, {"name": name}, {"value": value})


def remembered(uow: UnitOfWork, name: str) -> dict[str, Any] | None:
    """Return the value kept under a name."""
    row = uow.session.execute(select(_REMEMBERED.c.value).where(_REMEMBERED.c.name == name)).first()
    return row.value if row else None
