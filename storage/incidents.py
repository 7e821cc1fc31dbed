"""Incidents, their time line and their attachments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, update
from sqlmodel import Field, col, select

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


def by_id(uow: UnitOfWork, incident_id: int) -> Incident | None:
    """Return an incident of the bound commune."""
    return uow.session.exec(
        select(Incident).where(Incident.commune_id == uow.commune_id, Incident.id == incident_id)
    ).one_or_none()


def by_number(uow: UnitOfWork, number: int) -> Incident | None:
    """Return the incident of the bound commune with a printed number."""
    return uow.session.exec(
        select(Incident).where(Incident.commune_id == uow.commune_id, Incident.number == number)
    ).one_or_none()


def move(uow: UnitOfWork, incident: Incident, values: dict[str, Any]) -> bool:
    """Change an incident if nobody changed it since it was read; tell whether it was done."""
    changed = uow.session.execute(
        update(Incident)
        .where(
            col(Incident.commune_id) == uow.commune_id,
            col(Incident.id) == incident.key,
            col(Incident.version) == incident.version,
        )
        .values(version=incident.version + 1, **values)
        .returning(col(Incident.id))
    ).first()
    if changed is None:
        return False
    uow.session.refresh(incident)
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
    query = select(Incident).where(
        Incident.commune_id == uow.commune_id, col(Incident.status).in_([s.value for s in statuses])
    )
    concerns = []
    if reporter_id is not None:
        concerns.append(col(Incident.reporter_id) == reporter_id)
    if owner_id is not None:
        concerns.append(col(Incident.owner_id) == owner_id)
    if concerns:
        query = query.where(concerns[0] if len(concerns) == 1 else concerns[0] | concerns[1])
    ordered = query.order_by(col(Incident.severity).desc(), col(Incident.number))
    return list(uow.session.exec(ordered.offset(offset).limit(limit)))


def latest_sent(uow: UnitOfWork, reporter_id: int, since: datetime) -> Incident | None:
    """Return the newest incident that a person reported since a moment and did not take back."""
    return uow.session.exec(
        select(Incident)
        .where(
            Incident.commune_id == uow.commune_id,
            Incident.reporter_id == reporter_id,
            Incident.reported_at >= since,
            Incident.status != Status.WITHDRAWN.value,
        )
        .order_by(col(Incident.number).desc())
        .limit(1)
    ).first()


def add_event(
    uow: UnitOfWork,
    incident_id: int,
    kind: str,
    person_id: int | None,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write one line of the time line."""
    uow.session.add(
        IncidentEvent(
            commune_id=uow.commune_id,
            incident_id=incident_id,
            at=uow.now,
            person_id=person_id,
            kind=kind,
            text=text,
            data=data or {},
        )
    )
    uow.session.flush()


def time_line(uow: UnitOfWork, incident_id: int) -> list[IncidentEvent]:
    """Return the time line of an incident of the bound commune, oldest line first."""
    return list(
        uow.session.exec(
            select(IncidentEvent)
            .where(IncidentEvent.commune_id == uow.commune_id, IncidentEvent.incident_id == incident_id)
            .order_by(col(IncidentEvent.id))
        )
    )
