"""The use cases of incidents: each changes rows by the rules of `core.incident` and queues what is told."""

from typing import Any

from core.errors import NotFound, NotNow
from core.incident import Move, Status, code, correctable, is_active, next_status
from core.ladder import Target
from core.messages import Message
from core.policy import Action
from handlers.actor import Actor
from handlers.execute import Replies, use_case
from handlers.incidents import alerting, cards, patience
from handlers.incidents.commands import (
    ConfirmWork,
    IncidentCommand,
    NoteAnswer,
    ReassignIncident,
    ReferIncident,
    ReleaseIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
)
from handlers.notify import tell
from storage import incidents, people
from storage.incidents import Incident
from storage.unit_of_work import UnitOfWork


def found(uow: UnitOfWork, command: IncidentCommand) -> Incident:
    """Return the incident of a command. Raises NotFound."""
    incident = incidents.by_id(uow, command.incident_id)
    if incident is None:
        raise NotFound("incident.not_found")
    return incident


def is_owner(uow: UnitOfWork, actor: Actor, command: IncidentCommand) -> bool:
    """Tell whether the actor has the incident."""
    return found(uow, command).owner_id == actor.person_id


def is_reporter(uow: UnitOfWork, actor: Actor, command: IncidentCommand) -> bool:
    """Tell whether the actor reported the incident."""
    return found(uow, command).reporter_id == actor.person_id


def is_concerned(uow: UnitOfWork, actor: Actor, command: IncidentCommand) -> bool:
    """Tell whether the actor reported the incident or has it."""
    incident = found(uow, command)
    return actor.person_id in (incident.reporter_id, incident.owner_id, incident.assigned_id)


def moved(uow: UnitOfWork, incident: Incident, move: Move, **values: Any) -> None:
    """Make a move by compare-and-set. Raises NotNow, saying where the incident stands."""
    status = next_status(Status(incident.status), move)
    if status is None:
        raise NotNow("incident.not_now", cards.summary(uow, incident) | {"move": move.value})
    if not incidents.move(uow, incident, {"status": status.value, **values}):
        uow.session.refresh(incident)
        raise NotNow("incident.not_now", cards.summary(uow, incident) | {"move": move.value})


def tell_others(
    uow: UnitOfWork, actor: Actor, incident: Incident, message: Message, *more: int | None
) -> None:
    """Tell the reporter and others concerned, but not whoever did it."""
    for person in dict.fromkeys([incident.reporter_id, *more]):
        if person is not None and person != actor.person_id:
            tell(uow, person, message)


def leads_told(uow: UnitOfWork, incident: Incident) -> list[int]:
    """Return the leads and leaders whom the ladder has woken, and whom good news is therefore owed."""
    told = set(alerting.told_so_far(uow, incident))
    above = [p for target in (Target.LEAD, Target.LEADER) for p in alerting.recipients(uow, incident, target)]
    return [person for person in dict.fromkeys(above) if person in told]


@use_case(TakeIncident, Action.INCIDENT_TAKE, owns=is_concerned)
def take(uow: UnitOfWork, actor: Actor, command: TakeIncident) -> Replies:
    """Let the actor deal with an incident; the ladder rests. Taking it twice changes nothing."""
    incident = found(uow, command)
    if incident.owner_id == actor.person_id and incident.status == Status.TAKEN.value:
        reply = cards.reply(uow, incident, "incident.already_yours", *cards.to_work(incident))
        return (reply,)
    moved(uow, incident, Move.TAKE, owner_id=actor.id, assigned_id=None, taken_at=uow.now)
    incidents.add_event(uow, incident.key, "taken", actor.id)
    alerting.pause(uow, incident)
    patience.start(uow, incident)
    news = cards.news(uow, incident, "incident.taken", taken_at=cards.stamp(uow.now))
    tell_others(uow, actor, incident, news, *leads_told(uow, incident))
    alerting.refresh_cards(uow, incident)
    return (cards.reply(uow, incident, "incident.you_took", *cards.to_work(incident)),)


@use_case(ReleaseIncident, Action.INCIDENT_RELEASE, owns=is_owner)
def release(uow: UnitOfWork, actor: Actor, command: ReleaseIncident) -> Replies:
    """Give an incident back; its ladder goes on where it stood."""
    incident = found(uow, command)
    owner = incident.owner_id
    moved(uow, incident, Move.RELEASE, owner_id=None, taken_at=None)
    incidents.add_event(
        uow, incident.key, "released", actor.person_id, data={"silent": command.silent, "to": owner}
    )
    patience.stop(uow, incident)
    alerting.resume(uow, incident, besides=owner)
    previous = cards.person(uow, owner)
    if owner != incident.reporter_id:
        news = cards.news(uow, incident, "incident.released", silent=command.silent, previous=previous)
        tell_others(uow, actor, incident, news)
    if command.silent and owner is not None:
        take_back = cards.choice("take", incident, "nhan")
        tell(uow, owner, cards.news(uow, incident, "incident.released_from_you", take_back))
    alerting.refresh_cards(uow, incident)
    return (cards.reply(uow, incident, "incident.you_released"),)


@use_case(ConfirmWork, Action.INCIDENT_RELEASE, owns=is_owner)
def confirm_work(uow: UnitOfWork, actor: Actor, command: ConfirmWork) -> Replies:
    """Note that the owner is still on it, and ask again later."""
    incident = found(uow, command)
    if incident.status != Status.TAKEN.value:
        raise NotNow("incident.not_now", cards.summary(uow, incident) | {"move": "working"})
    incidents.add_event(uow, incident.key, "working", actor.id)
    patience.start(uow, incident)
    return (cards.reply(uow, incident, "incident.still_yours", *cards.to_work(incident)),)


@use_case(ReassignIncident, Action.INCIDENT_REASSIGN, owns=is_owner)
def reassign(uow: UnitOfWork, actor: Actor, command: ReassignIncident) -> Replies:
    """Ask a named person to take it: they are alerted first, and the ladder begins anew behind them."""
    incident = found(uow, command)
    target = people.card(uow, command.person_id)
    if target is None:
        raise NotFound("person.not_found")
    asked = cards.person(uow, target.id)
    if incident.status == Status.OPEN.value and incident.assigned_id == target.id:
        return (cards.reply(uow, incident, "incident.already_reassigned", to=asked),)
    moved(uow, incident, Move.REASSIGN, owner_id=None, assigned_id=target.id, taken_at=None)
    incidents.add_event(uow, incident.key, "reassigned", actor.id, data={"to": target.id})
    patience.stop(uow, incident)
    alerting.refresh_cards(uow, incident)
    climbed = alerting.start(uow, incident)
    tell_others(uow, actor, incident, cards.news(uow, incident, "incident.reassigned", to=asked))
    told = target.id in climbed.told
    return (cards.reply(uow, incident, "incident.you_reassigned", to=asked, told=told),)


@use_case(ReferIncident, Action.INCIDENT_REFER, owns=is_owner)
def refer(uow: UnitOfWork, actor: Actor, command: ReferIncident) -> Replies:
    """Note that it waits for a desk above; the ladder and the owner's clock stand still."""
    incident = found(uow, command)
    owner = incident.owner_id or actor.id
    moved(uow, incident, Move.REFER, owner_id=owner, referred_to=command.to)
    incidents.add_event(uow, incident.key, "referred", actor.id, text=command.to)
    alerting.pause(uow, incident)
    patience.stop(uow, incident)
    news = cards.news(uow, incident, "incident.referred", to=command.to)
    leads = alerting.recipients(uow, incident, Target.LEAD)
    tell_others(uow, actor, incident, news, owner, *leads)
    alerting.refresh_cards(uow, incident)
    return (cards.reply(uow, incident, "incident.you_referred", *cards.to_wait(incident), to=command.to),)


@use_case(NoteAnswer, Action.INCIDENT_ANSWERED, owns=is_owner)
def note_answer(uow: UnitOfWork, actor: Actor, command: NoteAnswer) -> Replies:
    """Note the answer of the desk above; the owner goes on."""
    incident = found(uow, command)
    moved(uow, incident, Move.ANSWERED, owner_id=incident.owner_id or actor.id)
    incidents.add_event(uow, incident.key, "answered", actor.id, text=command.answer)
    patience.start(uow, incident)
    news = cards.news(uow, incident, "incident.answered", answer=command.answer)
    tell_others(uow, actor, incident, news, incident.owner_id)
    alerting.refresh_cards(uow, incident)
    return (cards.reply(uow, incident, "incident.you_noted_answer", *cards.to_work(incident)),)


@use_case(ResolveIncident, Action.INCIDENT_RESOLVE, owns=is_owner)
def resolve(uow: UnitOfWork, actor: Actor, command: ResolveIncident) -> Replies:
    """Close an incident with its cause and remedy."""
    incident = found(uow, command)
    owner = incident.owner_id
    values = {"resolved_at": uow.now, "cause": command.cause, "remedy": command.remedy}
    moved(uow, incident, Move.RESOLVE, owner_id=owner or actor.id, **values)
    incidents.add_event(
        uow, incident.key, "resolved", actor.id, data={"cause": command.cause, "remedy": command.remedy}
    )
    alerting.end(uow, incident)
    patience.stop(uow, incident)
    minutes = int((uow.now - incident.reported_at).total_seconds() // 60)
    params: dict[str, Any] = {"cause": command.cause, "remedy": command.remedy, "minutes": minutes}
    params["by"] = cards.person(uow, actor.person_id)
    if incident.reporter_id != actor.person_id:
        own = cards.news(uow, incident, "incident.resolved", *cards.to_reporter(incident), **params)
        tell(uow, incident.reporter_id, own)
    for person in dict.fromkeys([owner, *leads_told(uow, incident)]):
        if person not in (None, actor.person_id, incident.reporter_id):
            tell(uow, person, cards.news(uow, incident, "incident.resolved", **params))
    alerting.refresh_cards(uow, incident)
    return (cards.reply(uow, incident, "incident.you_resolved", **params),)


@use_case(ReopenIncident, Action.INCIDENT_REOPEN, owns=is_reporter)
def reopen(uow: UnitOfWork, actor: Actor, command: ReopenIncident) -> Replies:
    """Open a solved incident again; whoever is on duty is called as for a new one."""
    incident = found(uow, command)
    former = incident.owner_id
    moved(uow, incident, Move.REOPEN, owner_id=None, assigned_id=None, taken_at=None)
    incidents.add_event(uow, incident.key, "reopened", actor.id, text=command.reason)
    alerting.refresh_cards(uow, incident)
    climbed = alerting.start(uow, incident, reason=command.reason)
    quiet = former if former not in climbed.told else None
    tell_others(
        uow, actor, incident, cards.news(uow, incident, "incident.reopened", reason=command.reason), quiet
    )
    return (
        cards.reply(
            uow,
            incident,
            "incident.you_reopened",
            told=[cards.person(uow, p) for p in climbed.told if p != actor.person_id],
            reason=command.reason,
        ),
    )


def require_correctable(uow: UnitOfWork, incident: Incident) -> None:
    """Raise NotNow when the time for corrections is over or somebody has already closed it."""
    if not is_active(Status(incident.status)):
        raise NotNow("incident.not_now", cards.summary(uow, incident) | {"move": "correct"})
    if not correctable(incident.reported_at, uow.now):
        raise NotNow(
            "incident.no_more_corrections", {"code": code(incident.number), "number": incident.number}
        )
