"""The conversation of those who deal with incidents: what each choice of a card leads to."""

from collections.abc import Callable

from core.errors import NotNow
from core.incident import Move, Status
from core.messages import Choice, Message
from core.policy import Action, decide
from handlers.execute import require
from handlers.incidents import cards, queries
from handlers.incidents.commands import (
    ConfirmWork,
    ReassignIncident,
    ReleaseIncident,
    ReopenIncident,
    TakeIncident,
)
from handlers.turn import Args, Form, NewForm, Step, Turn
from storage.incidents import Incident
from storage.people import PersonCard

FORM, NOTE = "work", "note"
_SHOWN = 6
CAUSES = ("device", "network", "software", "power", "usage")


def take(_turn: Turn, args: Args) -> Step:
    """Nhận."""
    return Step(command=TakeIncident(args["incident_id"]))


def release(turn: Turn, args: Args) -> Step:
    """Trả lại."""
    return Step(command=ReleaseIncident(_held(turn, args, Move.RELEASE.value).key))


def working(turn: Turn, args: Args) -> Step:
    """Còn xử lý."""
    return Step(command=ConfirmWork(_held(turn, args, "working").key))


def _held(turn: Turn, args: Args, move: str) -> Incident:
    """Return the incident if nobody else has it. Raises NotNow, saying to the crew where it stands."""
    incident = queries.identified(turn.uow, args["incident_id"])
    crew = decide(Action.INCIDENT_TAKE, turn.actor.roles, on_duty=turn.actor.on_duty)
    if crew and incident.owner_id != turn.actor.person_id:
        raise NotNow("incident.not_now", cards.summary(turn.uow, incident) | {"move": move})
    return incident


def reopen(_turn: Turn, args: Args) -> Step:
    """Mở lại; what is typed next is added as the reason."""
    opened = NewForm(FORM, NOTE, {"incident_id": args["incident_id"]})
    return Step(form=opened, command=ReopenIncident(args["incident_id"], args.get("reason", "")))


def reassign(turn: Turn, args: Args) -> Step:
    """Giao lại: show who could be asked."""
    incident = _may(turn, args, Action.INCIDENT_REASSIGN)
    people = queries.helpers(turn.uow, besides=[turn.actor.id])
    choices = tuple(_person_choice(incident, person) for person in people[:_SHOWN])
    message = cards.reply(
        turn.uow, incident, "incident.reassign_to", *choices, more=max(0, len(people) - _SHOWN)
    )
    return _ask(incident, "reassign", message, args)


def _person_choice(incident: Incident, person: PersonCard) -> Choice:
    return Choice(
        label="choice.person",
        label_params={"person": {"name": person.name, "form": person.form_of_address, "phone": person.phone}},
        do="incidents.reassign_to",
        args={"incident_id": incident.key, "person_id": person.id},
    )


def reassign_to(_turn: Turn, args: Args) -> Step:
    """Ask the chosen person."""
    return Step(form=Form.CLOSE, command=ReassignIncident(args["incident_id"], args["person_id"]))


def refer(turn: Turn, args: Args) -> Step:
    """Báo cấp trên: ask to whom."""
    incident = _may(turn, args, Action.INCIDENT_REFER)
    return _ask(incident, "refer", cards.reply(turn.uow, incident, "incident.refer_to"), args)


def answered(turn: Turn, args: Args) -> Step:
    """Cấp trên đã trả lời: ask what."""
    incident = _may(turn, args, Action.INCIDENT_ANSWERED)
    return _ask(incident, "answered", cards.reply(turn.uow, incident, "incident.what_answer"), args)


def note(turn: Turn, args: Args) -> Step:
    """Ghi thêm: ask for words or photos."""
    incident = queries.identified(turn.uow, args["incident_id"])
    own = turn.actor.person_id in (incident.reporter_id, incident.owner_id, incident.assigned_id)
    require(turn.actor, Action.INCIDENT_COMMENT, own=own)
    return _ask(incident, NOTE, cards.reply(turn.uow, incident, "incident.what_note"), args)


def resolve(turn: Turn, args: Args) -> Step:
    """Xong: ask for the cause."""
    incident = _may(turn, args, Action.INCIDENT_RESOLVE)
    choices = tuple(
        Choice(
            label=f"choice.cause_{cause}",
            do="incidents.set_cause",
            args={"incident_id": incident.key, "cause": cause, "in_form": True},
        )
        for cause in CAUSES
    )
    message = cards.reply(turn.uow, incident, "incident.what_cause", *choices)
    return _ask(incident, "cause", message, args)


def set_cause(turn: Turn, args: Args) -> Step:
    """Take a chosen or typed cause, and ask for the remedy."""
    incident = queries.identified(turn.uow, args["incident_id"])
    message = cards.reply(turn.uow, incident, "incident.what_remedy", cause=args["cause"])
    return _ask(incident, "remedy", message, args, cause=args["cause"])


def _ask(incident: Incident, step: str, message: Message, args: Args, **kept: str) -> Step:
    """Ask a question; `again` in the arguments means that it was asked before and not answered."""
    again = {"again": bool(args.get("again"))}
    asked = message.model_copy(update={"params": message.params | again})
    return Step((asked,), NewForm(FORM, step, {"incident_id": incident.key, **kept}))


def _may(turn: Turn, args: Args, action: Action) -> Incident:
    """Return the incident of a question, if its answer could be carried out. Raises Refusal."""
    incident = queries.identified(turn.uow, args["incident_id"])
    require(turn.actor, action, own=incident.owner_id == turn.actor.person_id)
    if Status(incident.status) not in queries.ACTIVE:
        queries.refuse_closed(turn.uow, incident)
    return incident


BY_PRESS: dict[str, Callable[[Turn, Args], Step]] = {
    "take": take,
    "release": release,
    "working": working,
    "reopen": reopen,
    "reassign": reassign,
    "refer": refer,
    "answered": answered,
    "comment": note,
    "resolve": resolve,
}
"""What each command does when nothing but the incident is named."""
