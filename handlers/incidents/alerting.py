"""The ladder of one incident: start, climb, pause, resume, and who is told by each step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.calendar import WorkingHours
from core.incident import Severity
from core.ladder import DEFAULTS, Ladder, Step, Target, due_after, first_allowed
from core.policy import Role
from core.roster import Position
from handlers.incidents import cards
from handlers.notify import tell
from storage import duty, incidents, outbox, people, reminders
from storage.incidents import Incident
from storage.outbox import Queued
from storage.unit_of_work import UnitOfWork

KIND = "ladder"
_ROLES = {Target.LEAD: Role.LEAD, Target.LEADER: Role.LEADER}
_POSITIONS = {Target.DUTY: Position.DUTY, Target.DEPUTY: Position.DEPUTY}
_LATE = timedelta(minutes=2)
OFFICE = WorkingHours()


@dataclass(frozen=True)
class Climbed:
    """What a step did: whom it told, and which step is due when."""

    told: tuple[int, ...]
    step: int
    due_at: datetime


def start(uow: UnitOfWork, incident: Incident) -> Climbed:
    """Begin the ladder of an incident at its first step, and take that step if it is allowed now."""
    ladder = DEFAULTS[Severity(incident.severity)]
    first = _allowed(uow, ladder.step(0))
    climbed = Climbed((), 0, first)
    if first <= uow.now:
        climbed = climb(uow, incident, ladder, 0)
    plan = {
        "ladder": ladder.model_dump(mode="json"),
        "told": list(climbed.told),
        "since": uow.now.isoformat(),
    }
    reminders.put(uow, KIND, incident.key, climbed.due_at, step=climbed.step, plan=plan)
    return climbed


def climb(uow: UnitOfWork, incident: Incident, ladder: Ladder, index: int, *, late: bool = False) -> Climbed:
    """Take a step and reckon the next one. A step with nobody to tell is skipped at once."""
    told: tuple[int, ...] = ()
    first = index
    while not told and index <= len(ladder.steps):
        allowed = _allowed(uow, ladder.step(index))
        if index > first and allowed > uow.now:
            return Climbed((), index, allowed)
        told = _tell_step(uow, incident, ladder.step(index), index, late=late)
        index += 1
    incidents.add_event(uow, incident.key, "told", None, data={"people": list(told), "step": index - 1})
    return Climbed(told, index, due_after(uow.now, ladder.step(index), OFFICE, shift_runs=_shift_runs(uow)))


def pause(uow: UnitOfWork, incident: Incident) -> None:
    """Stop the ladder where it stands: somebody has the incident."""
    reminders.set_state(uow, KIND, incident.key, reminders.PAUSED)


def end(uow: UnitOfWork, incident: Incident) -> None:
    """End the ladder."""
    reminders.set_state(uow, KIND, incident.key, reminders.DONE)


def resume(uow: UnitOfWork, incident: Incident) -> None:
    """Let a paused ladder go on: its next step is due at the first moment it is allowed."""
    row = reminders.find(uow, KIND, incident.key)
    if row is None or row.state != reminders.PAUSED:
        start(uow, incident)
        return
    step = Ladder.model_validate(row.plan["ladder"]).step(row.step)
    reminders.set_state(uow, KIND, incident.key, reminders.ACTIVE, _allowed(uow, step))


def fire(uow: UnitOfWork, due: reminders.Due) -> dict[str, Any]:
    """Handle a due ladder and return what becomes of its row."""
    incident = incidents.by_id(uow, due.subject_id)
    if incident is None:
        return {"state": reminders.DONE}
    ladder = Ladder.model_validate(due.plan["ladder"])
    allowed = _allowed(uow, ladder.step(due.step))
    if allowed > uow.now:
        return {"next_due_at": allowed}
    late = uow.now - due.next_due_at > _LATE
    climbed = climb(uow, incident, ladder, due.step, late=late)
    told = list(dict.fromkeys([*due.plan.get("told", []), *climbed.told]))
    return {"next_due_at": climbed.due_at, "step": climbed.step, "plan": due.plan | {"told": told}}


def recipients(uow: UnitOfWork, incident: Incident, target: Target) -> list[int]:
    """Return who stands behind a target now. A person asked by name stands in for the one on duty."""
    if target in _ROLES:
        return [card.id for card in people.with_role(uow, _ROLES[target])]
    found = duty.on_duty(uow, _POSITIONS[target])
    if target is Target.DUTY and incident.assigned_id is not None:
        return [incident.assigned_id]
    return found


def told_so_far(uow: UnitOfWork, incident: Incident) -> list[int]:
    """Return everybody whom the ladder of an incident has told, in the order of telling."""
    events = incidents.time_line(uow, incident.key)
    found = (person for event in events if event.kind == "told" for person in event.data.get("people", []))
    return list(dict.fromkeys(found))


def refresh_cards(uow: UnitOfWork, incident: Incident) -> None:
    """Bring every shown card of an incident up to date, where the channel can."""
    edit = cards.state_of_card(uow, incident)
    for bot_account, chat, person_id in outbox.chats_with_card(uow, cards.card_name(incident)):
        outbox.add(uow, Queued(edit, bot_account, chat, uow.commune_id, person_id))


def _allowed(uow: UnitOfWork, step: Step) -> datetime:
    return first_allowed(uow.now, step.hours, OFFICE, shift_runs=_shift_runs(uow))


def _shift_runs(uow: UnitOfWork) -> bool:
    return bool(duty.on_duty(uow))


def _tell_step(uow: UnitOfWork, incident: Incident, step: Step, index: int, *, late: bool) -> tuple[int, ...]:
    everywhere = incident.severity >= Severity.HIGH
    nobody = Target.DUTY in step.targets and not recipients(uow, incident, Target.DUTY)
    first = index == 0 and not step.again
    key = "incident.alert" if first else "incident.alert_again"
    message = cards.alert(
        uow,
        incident,
        key,
        nobody_on_duty=nobody,
        minutes=int((uow.now - incident.reported_at).total_seconds() // 60),
        reopened=incident.resolved_at is not None,
        asked=cards.person(uow, incident.assigned_id),
    ).model_copy(update={"late": late})
    people_ids = _in_step(uow, incident, step, nobody=nobody)
    return tuple(person for person in people_ids if tell(uow, person, message, everywhere=everywhere))


def _in_step(uow: UnitOfWork, incident: Incident, step: Step, *, nobody: bool) -> Iterator[int]:
    targets = [*step.targets, Target.LEAD] if nobody else list(step.targets)
    seen: set[int] = set()
    for target in targets:
        for person in recipients(uow, incident, target):
            if person not in seen:
                seen.add(person)
                yield person
