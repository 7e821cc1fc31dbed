"""Incidents, their time line and their attachments."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Integer,
    Table,
    UniqueConstraint,
    bindparam,
    insert,
    or_,
    update,
)
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.incident import Status
from storage.base import CommuneRow, json_column, tenant_key, tenant_reference, text_column
from storage.unit_of_work import UnitOfWork

_STATUSES = ", ".join(f"'{status.value}'" for status in Status)


class Incident(CommuneRow, table=True):
    """A fault that somebody reported. `number` counts within the commune and is never reused."""

    __tablename__ = "incident"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("commune_id", "number"),
        tenant_reference("reporter_id", "person"),
        tenant_reference("owner_id", "person"),
        tenant_reference("assigned_id", "person"),
        tenant_reference("unit_id", "unit"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),
    )
    number: int
    reporter_id: int = Field(index=True)
    text: str = Field(sa_column=text_column())
    system: str = ""
    place: str = ""
    unit_id: int | None = None
    severity: int
    status: str = Field(default=Status.OPEN.value, index=True)
    owner_id: int | None = None
    assigned_id: int | None = None
    reported_at: datetime
    taken_at: datetime | None = None
    resolved_at: datetime | None = None
    referred_to: str = ""
    cause: str = ""
    remedy: str = ""
    version: int = 1
    """Counts the moves; a move is made only from the version that was read."""


class IncidentEvent(CommuneRow, table=True):
    """One line of the time line: who did what, and when."""

    __tablename__ = "incident_event"
    __table_args__ = (
        tenant_key(),
        tenant_reference("incident_id", "incident"),
        tenant_reference("person_id", "person"),
    )
    incident_id: int = Field(index=True)
    at: datetime
    person_id: int | None = None
    """None when the service itself did it."""
    kind: str
    text: str = Field(default="", sa_column=text_column())
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class AttachmentRow(CommuneRow, table=True):
    """A photo of an incident or of a draft. `file` is empty until a worker has cleaned `raw`."""

    __tablename__ = "attachment"
    __table_args__ = (
        tenant_key(),
        tenant_reference("incident_id", "incident"),
        tenant_reference("person_id", "person"),
    )
    incident_id: int | None = Field(default=None, index=True)
    person_id: int
    raw: str
    file: str = ""
    state: str = "pending"
    """"pending", "ready" or "refused"."""
    created_at: datetime


# Built once, because building a statement costs more than executing it.
_OF_COMMUNE = col(Incident.commune_id) == bindparam("commune")
_BY_ID = select(Incident).where(_OF_COMMUNE, col(Incident.id) == bindparam("incident"))
_BY_NUMBER = select(Incident).where(_OF_COMMUNE, col(Incident.number) == bindparam("number"))
_LATEST_SENT = (
    select(Incident)
    .where(
        _OF_COMMUNE,
        col(Incident.reporter_id) == bindparam("reporter"),
        col(Incident.reported_at) >= bindparam("since"),
        col(Incident.status) != Status.WITHDRAWN.value,
    )
    .order_by(col(Incident.number).desc())
    .limit(1)
)
_CLOSED = (
    select(Incident)
    .where(
        _OF_COMMUNE,
        col(Incident.status) == Status.RESOLVED.value,
        col(Incident.resolved_at) >= bindparam("since"),
        or_(col(Incident.reporter_id) == bindparam("person"), col(Incident.owner_id) == bindparam("person")),
    )
    .order_by(col(Incident.resolved_at).desc())
    .limit(1)
)
_TIME_LINE = (
    select(IncidentEvent)
    .where(col(IncidentEvent.commune_id) == bindparam("commune"))
    .where(col(IncidentEvent.incident_id) == bindparam("incident"))
    .order_by(col(IncidentEvent.id))
)
_TOLD = (
    select(IncidentEvent)
    .where(col(IncidentEvent.commune_id) == bindparam("commune"), col(IncidentEvent.kind) == "told")
    .where(col(IncidentEvent.incident_id).in_(bindparam("incidents", expanding=True)))
    .order_by(col(IncidentEvent.id))
)
_TABLE: Table = SQLModel.metadata.tables["incident"]
_MOVE = (
    update(_TABLE)
    .where(_TABLE.c.commune_id == bindparam("of_commune"))
    .where(_TABLE.c.id == bindparam("of_incident"), _TABLE.c.version == bindparam("seen"))
    .returning(_TABLE.c.id)
)
_EVENTS: Table = SQLModel.metadata.tables["incident_event"]
_ADD_EVENT = insert(_EVENTS)


def by_id(uow: UnitOfWork, incident_id: int) -> Incident | None:
    """Return an incident of the bound commune."""
    chosen = {"commune": uow.commune_id, "incident": incident_id}
    return uow.session.exec(_BY_ID, params=chosen).one_or_none()


def by_number(uow: UnitOfWork, number: int) -> Incident | None:
    """Return the incident of the bound commune with a printed number."""
    chosen = {"commune": uow.commune_id, "number": number}
    return uow.session.exec(_BY_NUMBER, params=chosen).one_or_none()


def move(uow: UnitOfWork, incident: Incident, values: dict[str, Any]) -> bool:
    """Change an incident if nobody changed it since it was read; tell whether it was done."""
    seen = {"of_commune": uow.commune_id, "of_incident": incident.key, "seen": incident.version}
    if uow.session.execute(_MOVE, seen | values | {"version": incident.version + 1}).first() is None:
        return False
    chosen = {"commune": uow.commune_id, "incident": incident.key}
    uow.session.exec(_BY_ID, params=chosen, execution_options={"populate_existing": True}).one()
    return True


def listed(
    uow: UnitOfWork,
    *,
    statuses: Sequence[Status],
    reporter_id: int | None = None,
    owner_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> list[Incident]:
    """Return incidents of the bound commune, the gravest and then the oldest first.

    With both a reporter and an owner, those that concern the person in either way.
    """
    who = {"reporter": reporter_id, "owner": owner_id}
    concerned = {name: person for name, person in who.items() if person is not None}
    chosen: dict[str, Any] = {"commune": uow.commune_id, "most": limit, "skip": offset}
    chosen["statuses"] = [status.value for status in statuses]
    return list(uow.session.exec(_listed(tuple(concerned)), params=chosen | concerned))


@cache
def _listed(concerned: tuple[str, ...]) -> SelectOfScalar[Incident]:
    columns = {"reporter": col(Incident.reporter_id), "owner": col(Incident.owner_id)}
    query = select(Incident).where(
        _OF_COMMUNE, col(Incident.status).in_(bindparam("statuses", expanding=True))
    )
    if concerned:
        query = query.where(or_(*(columns[name] == bindparam(name) for name in concerned)))
    ordered = query.order_by(col(Incident.severity).desc(), col(Incident.number))
    return ordered.offset(bindparam("skip", type_=Integer)).limit(bindparam("most", type_=Integer))


def latest_sent(uow: UnitOfWork, reporter_id: int, since: datetime) -> Incident | None:
    """Return the newest incident that a person reported since a moment and did not take back."""
    chosen = {"commune": uow.commune_id, "reporter": reporter_id, "since": since}
    return uow.session.exec(_LATEST_SENT, params=chosen).first()


def closed_since(uow: UnitOfWork, person_id: int, since: datetime) -> Incident | None:
    """Return what was solved last since a moment and was reported or dealt with by a person."""
    chosen = {"commune": uow.commune_id, "person": person_id, "since": since}
    return uow.session.exec(_CLOSED, params=chosen).first()


def add_event(
    uow: UnitOfWork,
    incident_id: int,
    kind: str,
    person_id: int | None,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write one line of the time line."""
    row = {
        "commune_id": uow.commune_id,
        "incident_id": incident_id,
        "at": uow.now,
        "person_id": person_id,
        "kind": kind,
        "text": text,
        "data": data or {},
    }
    uow.session.execute(_ADD_EVENT, row)


def told(uow: UnitOfWork, incident_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return whom the ladders of incidents have told, in the order of telling; nobody is named twice."""
    chosen = {"commune": uow.commune_id, "incidents": list(incident_ids)}
    people: dict[int, dict[int, None]] = {incident_id: {} for incident_id in incident_ids}
    for event in uow.session.exec(_TOLD, params=chosen):
        people[event.incident_id] |= dict.fromkeys(event.data.get("people", []))
    return {incident_id: list(found) for incident_id, found in people.items()}


def time_line(uow: UnitOfWork, incident_id: int) -> list[IncidentEvent]:
    """Return the time line of an incident of the bound commune, oldest line first."""
    return list(uow.session.exec(_TIME_LINE, params={"commune": uow.commune_id, "incident": incident_id}))
