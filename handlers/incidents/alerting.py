"""The ladder of one incident: start, climb, pause, resume, and who is told by each step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

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


class Plan(BaseModel):
    """What a running ladder works by: a snapshot, so that later changes of settings leave it alone."""

    model_config = ConfigDict(frozen=True)

    ladder: Ladder
    since: datetime
    """Since when somebody is being looked for."""
    reason: str = ""
    besides: int | None = None
    """Who gave the incident back and is left out of the next step."""


def start(uow: UnitOfWork, incident: Incident, *, reason: str = "") -> Climbed:
    """Begin the ladder of an incident at its first step, and take that step if it is allowed now.

    `reason` says why it is open again.
    """
    plan = Plan(ladder=DEFAULTS[Severity(incident.severity)], since=uow.now, reason=reason)
    first = _allowed(uow, plan.ladder.step(0))
    climbed = Climbed((), 0, first)
    if first <= uow.now:
        climbed = climb(uow, incident, plan, 0)
    reminders.put(uow, KIND, incident.key, climbed.due_at, step=climbed.step, plan=_kept(plan, climbed))
    return climbed


def climb(uow: UnitOfWork, incident: Incident, plan: Plan, index: int, *, late: bool = False) -> Climbed:
    """Take a step and reckon the next one. A step with nobody to tell is skipped at once.

    The step behind the last one repeats for as long as nobody takes the incident.
    """
    told: tuple[int, ...] = ()
    first, last = index, len(plan.ladder.steps)
    while not told and index <= last:
        allowed = _allowed(uow, plan.ladder.step(index))
        if index > first and allowed > uow.now:
            return Climbed((), index, allowed)
        told = _tell_step(uow, incident, plan, index, late=late)
        index += 1
    incidents.add_event(uow, incident.key, "told", None, data={"people": list(told), "step": index - 1})
    following = min(index, last)
    due_at = due_after(uow.now, plan.ladder.step(following), OFFICE, shift_runs=_shift_runs(uow))
    return Climbed(told, following, due_at)


def pause(uow: UnitOfWork, incident: Incident) -> None:
    """Stop the ladder where it stands: somebody has the incident."""
    reminders.set_state(uow, KIND, incident.key, reminders.PAUSED)


def end(uow: UnitOfWork, incident: Incident) -> None:
    """End the ladder."""
    reminders.set_state(uow, KIND, incident.key, reminders.DONE)


def resume(uow: UnitOfWork, incident: Incident, besides: int | None) -> None:
    """Let a paused ladder go on: its next step is due at the first moment it is allowed.

    That step leaves out whoever has just given the incident back (`besides`).
    """
    row = reminders.find(uow, KIND, incident.key)
    if row is None or row.state != reminders.PAUSED:
        start(uow, incident)
        return
    plan = Plan.model_validate(row.plan).model_copy(update={"since": uow.now, "besides": besides})
    due_at = _allowed(uow, plan.ladder.step(row.step))
    reminders.put(uow, KIND, incident.key, due_at, step=row.step, plan=plan.model_dump(mode="json"))


def fire(uow: UnitOfWork, due: reminders.Due) -> dict[str, Any]:
    """Handle a due ladder and return what becomes of its row."""
    incident = incidents.by_id(uow, due.subject_id)
    if incident is None:
        return {"state": reminders.DONE}
    plan = Plan.model_validate(due.plan)
    allowed = _allowed(uow, plan.ladder.step(due.step))
    if allowed > uow.now:
        return {"next_due_at": allowed}
    climbed = climb(uow, incident, plan, due.step, late=is_late(uow, due))
    return {"next_due_at": climbed.due_at, "step": climbed.step, "plan": _kept(plan, climbed)}


def is_late(uow: UnitOfWork, due: reminders.Due) -> bool:
    """Tell whether a reminder comes so late that its message must say so."""
    return uow.now - due.next_due_at > _LATE


def _kept(plan: Plan, climbed: Climbed) -> dict[str, Any]:
    """Return what is stored of a plan after a step."""
    after = {"besides": None} if climbed.told else {}
    return plan.model_copy(update=after).model_dump(mode="json")


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
    return incidents.told(uow, [incident.key])[incident.key]


def refresh_cards(uow: UnitOfWork, incident: Incident) -> None:
    """Bring every shown card of an incident up to date, where the channel can.

    Called before the ladder starts anew, so that the new alert is not changed at once.
    """
    edit = cards.state_of_card(uow, incident)
    for outbox_id, bot_account, chat, person_id in outbox.cards_sent(uow, cards.card_name(incident)):
        of_copy = edit.model_copy(update={"edits": outbox_id})
        outbox.add(uow, Queued(of_copy, bot_account, chat, uow.commune_id, person_id))


def _allowed(uow: UnitOfWork, step: Step) -> datetime:
    return first_allowed(uow.now, step.hours, OFFICE, shift_runs=_shift_runs(uow))


def _shift_runs(uow: UnitOfWork) -> bool:
    return bool(duty.on_duty(uow))


def _tell_step(uow: UnitOfWork, incident: Incident, plan: Plan, index: int, *, late: bool) -> tuple[int, ...]:
    everywhere = incident.severity >= Severity.HIGH
    nobody = not recipients(uow, incident, Target.DUTY)
    people_ids = [
        p for p in _in_step(uow, incident, plan.ladder.step(index), nobody=nobody) if p != plan.besides
    ]
    message = cards.alert(
        uow,
        incident,
        "incident.alert" if index == 0 else "incident.alert_again",
        nobody_on_duty=nobody,
        minutes=round((uow.now - plan.since).total_seconds() / 60),
        reopened=incident.resolved_at is not None,
        reason=plan.reason,
        asked=cards.person(uow, incident.assigned_id),
        known=incident.severity == Severity.URGENT and set(people_ids) <= set(told_so_far(uow, incident)),
    ).model_copy(update={"late": late})
    return tuple(person for person in people_ids if tell(uow, person, message, everywhere=everywhere))


def _in_step(uow: UnitOfWork, incident: Incident, step: Step, *, nobody: bool) -> Iterator[int]:
    targets = [*step.targets, Target.LEAD] if nobody and Target.DUTY in step.targets else list(step.targets)
    seen: set[int] = set()
    for target in targets:
        for person in recipients(uow, incident, target):
            if person not in seen:
                seen.add(person)
                yield person
