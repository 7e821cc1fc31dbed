"""How incidents are shown: parameters of messages, and the choices that fit a state."""

from datetime import datetime
from typing import Any

from core.incident import Status, code
from core.messages import Choice, Lane, Message, Params
from storage import attachments, people
from storage.incidents import Incident
from storage.unit_of_work import UnitOfWork

SHORT = 160
"""How many characters of a report a card shows."""


def shortened(text: str, length: int = SHORT) -> str:
    """Return the beginning of a text in one line, with a mark when there is more."""
    parts = [" ".join(part.split()) for part in text.splitlines() if part.strip()]
    line = "; ".join(part.rstrip(".,;: ") for part in parts) if len(parts) > 1 else "".join(parts)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def stamp(moment: datetime | None) -> str:
    """Return a moment as a message parameter."""
    return moment.isoformat() if moment else ""


def person(uow: UnitOfWork, person_id: int | None) -> Params:
    """Return a person as a message parameter; empty for nobody."""
    found = people.card(uow, person_id) if person_id is not None else None
    return {"name": found.name, "form": found.form_of_address, "phone": found.phone} if found else {}


def summary(uow: UnitOfWork, incident: Incident) -> Params:
    """Return what every message about an incident may need."""
    return {
        "code": code(incident.number),
        "number": incident.number,
        "severity": incident.severity,
        "system": incident.system,
        "place": incident.place,
        "text": shortened(incident.text),
        "status": incident.status,
        "reported_at": stamp(incident.reported_at),
        "reporter": person(uow, incident.reporter_id),
        "owner": person(uow, incident.owner_id),
        "photos": len(attachments.of_incident(uow, incident.key)),
    }


def photos(uow: UnitOfWork, incident: Incident) -> tuple[str, ...]:
    """Return the names of the cleaned photos of an incident."""
    return tuple(
        row.file for row in attachments.of_incident(uow, incident.key) if row.state == attachments.READY
    )


def card_name(incident: Incident) -> str:
    """Return the name under which shown cards of an incident are found again."""
    return f"incident:{incident.key}"


def choice(verb: str, incident: Incident, typed: str = "") -> Choice:
    """Return a choice that does something to an incident; `typed` is the verb in typed words."""
    return Choice(
        label=f"choice.{verb}",
        do=f"incidents.{verb}",
        args={"incident_id": incident.key},
        typed=f"{typed} {incident.number}" if typed else "",
    )


def to_take(incident: Incident) -> tuple[Choice, ...]:
    """Return what can be done about an incident that nobody has."""
    return (choice("take", incident, "nhan"), choice("reassign", incident, "giao lai"), refer(incident))


def refer(incident: Incident) -> Choice:
    """Return the choice that hands an incident to a desk above."""
    return choice("refer", incident, "bao cap tren")


def to_work(incident: Incident) -> tuple[Choice, ...]:
    """Return what the owner of an incident will want to do next."""
    return (choice("resolve", incident, "xong"), choice("note", incident, "ghi"), refer(incident))


def to_wait(incident: Incident) -> tuple[Choice, ...]:
    """Return what can be done while a desk above has it."""
    return (
        choice("answered", incident, "cap tren tra loi"),
        choice("resolve", incident, "xong"),
        choice("note", incident, "ghi"),
    )


def to_reporter(incident: Incident) -> tuple[Choice, ...]:
    """Return what a reporter may do about a solved incident."""
    return (choice("reopen", incident, "mo lai"),)


_CHOICES = {
    Status.OPEN: to_take,
    Status.TAKEN: to_work,
    Status.WAITING: to_wait,
    Status.RESOLVED: to_reporter,
}


def choices(incident: Incident) -> tuple[Choice, ...]:
    """Return the choices that fit the state of an incident, for somebody who may act."""
    build = _CHOICES.get(Status(incident.status))
    return build(incident) if build else ()


def alert(uow: UnitOfWork, incident: Incident, key: str, **more: Any) -> Message:
    """Return the card that calls for somebody to take an incident.

    It counts the photos that it shows: one that is still being read may turn out to be none.
    """
    shown = photos(uow, incident)
    return Message(
        key=key,
        params=summary(uow, incident) | {"photos": len(shown)} | more,
        choices=to_take(incident),
        lane=Lane.ALERT,
        asked=False,
        card=card_name(incident),
        severity=incident.severity,
        photos=shown,
    )


def news(uow: UnitOfWork, incident: Incident, key: str, *choices_: Choice, **more: Any) -> Message:
    """Return news about an incident for somebody who did not ask just now."""
    return Message(
        key=key,
        params=summary(uow, incident) | more,
        choices=choices_,
        lane=Lane.ALERT,
        asked=False,
        severity=incident.severity,
    )


def reply(uow: UnitOfWork, incident: Incident, key: str, *choices_: Choice, **more: Any) -> Message:
    """Return the answer to whoever just did something to an incident."""
    return Message(key=key, params=summary(uow, incident) | more, choices=choices_)


def state_of_card(uow: UnitOfWork, incident: Incident) -> Message:
    """Return the edit that brings shown cards of an incident up to date."""
    return Message(
        key="incident.card",
        params=summary(uow, incident) | {"asked": person(uow, incident.assigned_id)},
        choices=to_take(incident) if incident.status == Status.OPEN.value else (),
        lane=Lane.ALERT,
        asked=False,
        card=card_name(incident),
        edit_only=True,
        severity=incident.severity,
        photos=photos(uow, incident),
    )
