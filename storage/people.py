"""Communes, their units, their people, and what a person is in a unit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, UniqueConstraint, bindparam
from sqlalchemy import select as core_select
from sqlmodel import Field, SQLModel, col, select

from core.policy import Role
from storage.base import CommuneRow, json_column, tenant_key, tenant_reference
from storage.unit_of_work import UnitOfWork


class Commune(SQLModel, table=True):
    """A tenant: a commune, ward or special zone."""

    __tablename__ = "commune"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    province: str = ""
    settings: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    created_at: datetime


class Unit(CommuneRow, table=True):
    """A hamlet, office, team or partner of a commune, or the commune itself."""

    __tablename__ = "unit"
    __table_args__ = (tenant_key(), tenant_reference("parent_id", "unit", deferrable=True))
    kind: str
    name: str
    parent_id: int | None = None
    aliases: list[str] = Field(default_factory=list, sa_column=json_column())


class Person(CommuneRow, table=True):
    """Somebody the bot knows."""

    __tablename__ = "person"
    __table_args__ = (tenant_key(),)
    name: str
    phone: str = ""
    form_of_address: str = ""
    active: bool = True
    created_at: datetime


class Membership(CommuneRow, table=True):
    """What a person is in a unit."""

    __tablename__ = "membership"
    __table_args__ = (
        tenant_key(),
        tenant_reference("person_id", "person"),
        tenant_reference("unit_id", "unit"),
        UniqueConstraint("commune_id", "person_id", "unit_id", "role"),
    )
    person_id: int = Field(index=True)
    unit_id: int
    role: str


class Hotline(CommuneRow, table=True):
    """A number to call, in the order in which it is shown."""

    __tablename__ = "hotline"
    __table_args__ = (tenant_key(),)
    name: str
    number: str
    position: int = 0


PERSONS: Table = SQLModel.metadata.tables["person"]
_MEMBERSHIPS: Table = SQLModel.metadata.tables["membership"]
_P, _M = PERSONS.c, _MEMBERSHIPS.c

# Asked several times for every message: built once, because building costs more than asking.
_OF_COMMUNE = _P.commune_id == bindparam("commune")
_CARD_COLUMNS = (_P.id, _P.name, _P.phone, _P.form_of_address)
_CARD = core_select(*_CARD_COLUMNS).where(_OF_COMMUNE, _P.id == bindparam("person"))
_ROLES_OF = core_select(_M.role).where(
    _M.commune_id == bindparam("commune"), _M.person_id == bindparam("person")
)
_WITH_ROLE = (
    core_select(*_CARD_COLUMNS)
    .join_from(PERSONS, _MEMBERSHIPS, (_M.person_id == _P.id) & (_M.commune_id == _P.commune_id))
    .where(_OF_COMMUNE, _M.role == bindparam("role"), _P.active)
    .order_by(_P.id)
    .distinct()
)
_UNITS = select(Unit).where(col(Unit.commune_id) == bindparam("commune")).order_by(col(Unit.id))
_HOTLINES = (
    select(Hotline)
    .where(col(Hotline.commune_id) == bindparam("commune"))
    .order_by(col(Hotline.position), col(Hotline.id))
)


@dataclass(frozen=True)
class PersonCard:
    """What others may see of a person."""

    id: int
    name: str
    phone: str
    form_of_address: str


def card(uow: UnitOfWork, person_id: int) -> PersonCard | None:
    """Return a person of the bound commune, or None."""
    row = uow.session.execute(_CARD, {"commune": uow.commune_id, "person": person_id}).first()
    return PersonCard(*row) if row else None


def roles_of(uow: UnitOfWork, person_id: int) -> frozenset[Role]:
    """Return every role a person has in the bound commune."""
    rows = uow.session.execute(_ROLES_OF, {"commune": uow.commune_id, "person": person_id})
    return frozenset(Role(role) for role in rows.scalars())


def with_role(uow: UnitOfWork, role: Role) -> list[PersonCard]:
    """Return the active people of the bound commune who have a role, by name of the row."""
    rows = uow.session.execute(_WITH_ROLE, {"commune": uow.commune_id, "role": role.value})
    return [PersonCard(*row) for row in rows]


def units(uow: UnitOfWork) -> list[Unit]:
    """Return the units of the bound commune in the order of their making."""
    return list(uow.session.exec(_UNITS, params={"commune": uow.commune_id}))


def hotlines(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return the names and numbers of the hotlines of the bound commune."""
    rows = uow.session.exec(_HOTLINES, params={"commune": uow.commune_id})
    return [(row.name, row.number) for row in rows]


def commune(uow: UnitOfWork) -> Commune:
    """Return the bound commune. Raises NoResultFound when it is gone."""
    return uow.session.exec(select(Commune).where(Commune.id == uow.commune_id)).one()
