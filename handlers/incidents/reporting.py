"""The use cases of the one who reports: send, correct, take back, comment."""

from collections.abc import Sequence

from core.errors import NotFound
from core.incident import Move, Status
from core.messages import Choice, Params
from core.policy import Action
from core.roster import Position
from handlers.actor import Actor
from handlers.execute import Replies, use_case
from handlers.incidents import alerting, cards, patience
from handlers.incidents.commands import (
    AddComment,
    CorrectIncident,
    ReportIncident,
    ReportSeveral,
    WithdrawIncident,
)
from handlers.incidents.service import found, is_concerned, is_reporter, moved, require_correctable
from handlers.notify import tell, tell_each
from storage import attachments, duty, incidents
from storage.incidents import Incident
from storage.system import next_number
from storage.unit_of_work import UnitOfWork


@use_case(ReportIncident, Action.INCIDENT_REPORT)
def report(uow: UnitOfWork, actor: Actor, command: ReportIncident) -> Replies:
    """Record an incident under the next number and call whoever is on duty."""
    draft = command.draft
    incident = Incident(
        commune_id=uow.commune_id,
        number=next_number(uow, "incident"),
        reporter_id=actor.id,
        text=draft.text,
        system=draft.system,
        place=draft.place,
        unit_id=draft.unit_id,
        severity=int(draft.severity),
        reported_at=uow.now,
    )
    uow.session.add(incident)
    uow.session.flush()
    attachments.give_to(uow, draft.attachments, incident.key)
    incidents.add_event(uow, incident.key, "reported", actor.id, text=draft.text)
    climbed = alerting.start(uow, incident)
    who = _who_comes(uow, climbed, besides=actor.id)
    return (cards.reply(uow, incident, "incident.sent", *_corrections(incident), **who),)


@use_case(ReportSeveral, Action.INCIDENT_REPORT)
def report_several(uow: UnitOfWork, actor: Actor, command: ReportSeveral) -> Replies:
    """Record each draft as an incident of its own."""
    return tuple(reply for draft in command.drafts for reply in report(uow, actor, ReportIncident(draft)))


def _corrections(incident: Incident) -> tuple[Choice, ...]:
    return (cards.choice("correct", incident), cards.choice("withdraw", incident))


def _who_comes(uow: UnitOfWork, climbed: alerting.Climbed, besides: int) -> dict[str, object]:
    """Return who is on duty and who was told besides the reporter, and whom to call in grave cases."""
    on_duty = duty.on_duty(uow)
    standing = list(dict.fromkeys([*on_duty, *duty.on_duty(uow, Position.DEPUTY)]))

    def others(found: Sequence[int]) -> list[Params]:
        return [cards.person(uow, person) for person in found if person != besides]

    return {
        "on_duty": others(on_duty),
        "yours": besides in on_duty,
        "told": others(climbed.told),
        "call": [person for person in others(standing or climbed.told) if person.get("phone")],
        "told_at": cards.stamp(None if climbed.told else climbed.due_at),
    }


@use_case(CorrectIncident, Action.INCIDENT_CORRECT, owns=is_reporter)
def correct(uow: UnitOfWork, actor: Actor, command: CorrectIncident) -> Replies:
    """Change one field of a report. A change of severity starts the ladder that belongs to it."""
    incident = found(uow, command)
    require_correctable(uow, incident)
    before = {"text": incident.text, "system": incident.system, "place": incident.place}.get(
        command.field, ""
    )
    values: dict[str, object] = {command.field: command.value}
    if command.field == "place":
        values["unit_id"] = command.unit_id
    if command.severity is not None:
        before, values = str(incident.severity), {"severity": int(command.severity)}
    if not incidents.move(uow, incident, values):
        raise NotFound("incident.not_found")
    incidents.add_event(
        uow, incident.key, "corrected", actor.id, data={"field": command.field, "before": before}
    )
    alerting.refresh_cards(uow, incident)
    if command.severity is not None and incident.status == Status.OPEN.value:
        alerting.start(uow, incident)
    else:
        news = cards.news(uow, incident, "incident.corrected", field=command.field)
        tell_each(uow, (person for person in listeners(uow, incident) if person != actor.id), news)
    return (
        cards.reply(uow, incident, "incident.you_corrected", *_corrections(incident), field=command.field),
    )


@use_case(WithdrawIncident, Action.INCIDENT_WITHDRAW, owns=is_reporter)
def withdraw(uow: UnitOfWork, actor: Actor, command: WithdrawIncident) -> Replies:
    """Take a report back; everybody who was called hears of it."""
    incident = found(uow, command)
    require_correctable(uow, incident)
    moved(uow, incident, Move.WITHDRAW)
    incidents.add_event(uow, incident.key, "withdrawn", actor.id)
    alerting.end(uow, incident)
    patience.stop(uow, incident)
    for person in alerting.told_so_far(uow, incident):
        if person != actor.person_id:
            tell(uow, person, cards.news(uow, incident, "incident.withdrawn"))
    alerting.refresh_cards(uow, incident)
    return (cards.reply(uow, incident, "incident.you_withdrew"),)


@use_case(AddComment, Action.INCIDENT_COMMENT, owns=is_concerned)
def comment(uow: UnitOfWork, actor: Actor, command: AddComment) -> Replies:
    """Add words or photos to an incident, and tell those who deal with it or wait for it."""
    incident = found(uow, command)
    attachments.give_to(uow, command.attachments, incident.key)
    photos = len(command.attachments)
    incidents.add_event(uow, incident.key, "comment", actor.id, text=command.text, data={"photos": photos})
    author = cards.person(uow, actor.person_id)
    short = cards.shortened(command.text, 400)
    message = cards.news(uow, incident, "incident.comment", author=author, words=short, new_photos=photos)
    told = [person for person in listeners(uow, incident) if person != actor.person_id]
    for person in told if command.text else ():  # a photo without words is told when it can be shown
        choices = () if person == incident.reporter_id else cards.choices(incident)
        tell(uow, person, message.model_copy(update={"choices": choices}))
    return (
        cards.reply(
            uow, incident, "incident.you_commented", *_split(incident, actor, command), new_photos=photos
        ),
    )


def listeners(uow: UnitOfWork, incident: Incident) -> list[int]:
    """Return who deals with an incident, or is on duty for it, and who reported it."""
    owner = [incident.owner_id] if incident.owner_id is not None else duty.on_duty(uow)
    return list(dict.fromkeys([*owner, incident.reporter_id]))


def _split(incident: Incident, actor: Actor, command: AddComment) -> tuple[Choice, ...]:
    """Offer to make a report of its own of what was taken for a comment."""
    if not command.text or actor.person_id != incident.reporter_id:
        return ()
    return (Choice(label="choice.split", do="incidents.split", args={"text": command.text}),)
