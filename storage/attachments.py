"""Named queries on the attachments of drafts and incidents."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, update
from sqlalchemy import select as core_select
from sqlmodel import SQLModel, col, select

from storage.incidents import AttachmentRow
from storage.unit_of_work import UnitOfWork

PENDING, READY, REFUSED = "pending", "ready", "refused"

_C = SQLModel.metadata.tables["attachment"].c
_OF_INCIDENT = (
    core_select(_C.file, _C.state)
    .where(_C.commune_id == bindparam("commune"), _C.incident_id == bindparam("incident"))
    .where(_C.state != REFUSED)
    .order_by(_C.id)
)


@dataclass(frozen=True)
class Attached:
    """A photo of an incident; `file` is empty until it is *ready*."""

    file: str
    state: str


def add(uow: UnitOfWork, person_id: int, raw: str, incident_id: int | None = None) -> int:
    """Store a file that came in, not yet cleaned, and return the attachment's id."""
    row = AttachmentRow(
        commune_id=uow.commune_id, person_id=person_id, incident_id=incident_id, raw=raw, created_at=uow.now
    )
    uow.session.add(row)
    uow.session.flush()
    return row.key


def by_id(uow: UnitOfWork, attachment_id: int) -> AttachmentRow | None:
    """Return an attachment of the bound commune."""
    return uow.session.exec(
        select(AttachmentRow).where(
            AttachmentRow.commune_id == uow.commune_id, AttachmentRow.id == attachment_id
        )
    ).one_or_none()


def of_incident(uow: UnitOfWork, incident_id: int) -> list[Attached]:
    """Return the attachments of an incident that were not refused, oldest first."""
    chosen = {"commune": uow.commune_id, "incident": incident_id}
    return [Attached(*row) for row in uow.session.execute(_OF_INCIDENT, chosen)]


def not_refused(uow: UnitOfWork, ids: Sequence[int]) -> int:
    """Return how many of these attachments could be read, or are still being read."""
    if not ids:
        return 0
    chosen = (AttachmentRow.commune_id == uow.commune_id, col(AttachmentRow.id).in_(ids))
    states = uow.session.exec(select(AttachmentRow.state).where(*chosen)).all()
    return sum(state != REFUSED for state in states)


def give_to(uow: UnitOfWork, ids: Sequence[int], incident_id: int) -> None:
    """Attach what a draft had collected to the incident it became."""
    if ids:
        uow.session.execute(
            update(AttachmentRow)
            .where(col(AttachmentRow.commune_id) == uow.commune_id, col(AttachmentRow.id).in_(ids))
            .values(incident_id=incident_id)
        )


def finish(uow: UnitOfWork, attachment_id: int, file: str) -> None:
    """Note the cleaned file of an attachment, or that it was refused when `file` is empty."""
    uow.session.execute(
        update(AttachmentRow)
        .where(col(AttachmentRow.commune_id) == uow.commune_id, col(AttachmentRow.id) == attachment_id)
        .values(file=file, state=READY if file else REFUSED)
    )


def may_be_seen(uow: UnitOfWork, file: str) -> bool:
    """Tell whether a cleaned file belongs to an attachment of the bound commune."""
    row = uow.session.exec(
        select(AttachmentRow.id).where(
            AttachmentRow.commune_id == uow.commune_id,
            AttachmentRow.file == file,
            AttachmentRow.state == READY,
        )
    ).first()
    return row is not None


def files_in_use(uow: UnitOfWork) -> set[str]:
    """Return every stored file that a row still needs: cleaned ones, and raw ones not yet cleaned."""
    rows = uow.session.exec(select(AttachmentRow.file, AttachmentRow.raw, AttachmentRow.state)).all()
    return {raw if state == PENDING else file for file, raw, state in rows if state != REFUSED}
