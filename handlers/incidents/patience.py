"""Is the owner still on it? Asked once, and released when the owner stays silent."""

from typing import Any

from core.incident import Severity
from core.ladder import PATIENCE, Patience, patience_due
from core.messages import Message
from handlers.actor import SERVICE
from handlers.execute import execute
from handlers.incidents import cards
from handlers.incidents.alerting import OFFICE, is_late
from handlers.incidents.commands import ReleaseIncident
from handlers.notify import tell
from storage import incidents, reminders
from storage.incidents import Incident
from storage.unit_of_work import UnitOfWork

KIND = "still_on_it"
_ASK, _RELEASE = 0, 1


def start(uow: UnitOfWork, incident: Incident) -> None:
    """Count the owner's silence from now on."""
    patience = PATIENCE[Severity(incident.severity)]
    if patience is None:
        stop(uow, incident)
        return
    due_at = patience_due(uow.now, patience.ask, patience, OFFICE)
    reminders.put(uow, KIND, incident.key, due_at, step=_ASK, plan={"patience": patience.model_dump()})


def stop(uow: UnitOfWork, incident: Incident) -> None:
    """Stop counting."""
    reminders.set_state(uow, KIND, incident.key, reminders.DONE)


def fire(uow: UnitOfWork, due: reminders.Due) -> dict[str, Any]:
    """Ask the owner, or release the incident when the answer has not come."""
    incident = incidents.by_id(uow, due.subject_id)
    if incident is None or incident.owner_id is None:
        return {"state": reminders.DONE}
    if due.step == _ASK:
        patience = Patience.model_validate(due.plan["patience"])
        question = _question(uow, incident, patience).model_copy(update={"late": is_late(uow, due)})
        tell(uow, incident.owner_id, question)
        return {"step": _RELEASE, "next_due_at": patience_due(uow.now, patience.release, patience, OFFICE)}
    execute(uow, SERVICE, ReleaseIncident(incident.key, silent=True))
    return {"state": reminders.DONE}


def _question(uow: UnitOfWork, incident: Incident, patience: Patience) -> Message:
    choices = (
        cards.choice("working", incident, "con xu ly"),
        cards.choice("resolve", incident, "xong"),
        cards.choice("release", incident, "tra lai"),
    )
    until = patience_due(uow.now, patience.release, patience, OFFICE)
    return cards.news(uow, incident, "incident.still_on_it", *choices, until=cards.stamp(until))
