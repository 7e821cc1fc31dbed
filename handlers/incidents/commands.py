"""What can be done to an incident, as plain data."""

from dataclasses import dataclass, field

from core.incident import Draft, Severity


@dataclass(frozen=True)
class ReportIncident:
    """Send a report. `direct` when it was sent without a draft card ("/suco …")."""

    draft: Draft
    direct: bool = False


@dataclass(frozen=True)
class ReportSeveral:
    """Send several reports, each an incident of its own."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True)
class IncidentCommand:
    """A command about one incident of the bound commune."""

    incident_id: int

    @property
    def subject(self) -> str:
        """Name the incident in the audit trail."""
        return f"incident:{self.incident_id}"


@dataclass(frozen=True)
class TakeIncident(IncidentCommand):
    """Nhận: this person deals with it."""


@dataclass(frozen=True)
class ReleaseIncident(IncidentCommand):
    """Nhả: the owner, or the service for a silent owner, gives it back."""

    silent: bool = False


@dataclass(frozen=True)
class ConfirmWork(IncidentCommand):
    """Còn xử lý: the owner is still on it."""


@dataclass(frozen=True)
class ReassignIncident(IncidentCommand):
    """Giao lại: ask a named person to take it."""

    person_id: int = 0


@dataclass(frozen=True)
class ReferIncident(IncidentCommand):
    """Báo cấp trên: it waits for a desk above, named in the words of the person."""

    to: str = ""


@dataclass(frozen=True)
class NoteAnswer(IncidentCommand):
    """Cấp trên đã trả lời: the work goes on here."""

    answer: str = ""


@dataclass(frozen=True)
class ResolveIncident(IncidentCommand):
    """Xong: with the cause and what was done."""

    cause: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class ReopenIncident(IncidentCommand):
    """Mở lại: it was not solved after all."""

    reason: str = ""


@dataclass(frozen=True)
class AddComment(IncidentCommand):
    """Ghi thêm: words, photos or both."""

    text: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True)
class CorrectIncident(IncidentCommand):
    """Change one field of a report within the time for corrections."""

    field: str = ""
    value: str = ""
    unit_id: int | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class WithdrawIncident(IncidentCommand):
    """Take a report back within the time for corrections."""

    attachments: tuple[int, ...] = field(default=())
