"""Looking incidents up: mine, open ones, one by its code, and its time line."""

from typing import Any

from core.incident import Status, code
from core.messages import Choice, Message, Params
from core.policy import Action, decide
from handlers.incidents import cards, queries
from handlers.turn import Args, Step, Turn
from knowledge.commands import Command
from storage import incidents
from storage.incidents import Incident, IncidentEvent

_LINES = 6


def mine(turn: Turn, args: Args) -> Step:
    """List the active incidents that the person reported or has."""
    offset = args.get("offset", 0)
    found, more = queries.mine(turn.uow, turn.actor, offset)
    return _list(turn, "incidents.mine", found, more, offset)


def active(turn: Turn, args: Args) -> Step:
    """List all active incidents of the commune."""
    offset = args.get("offset", 0)
    found, more = queries.active(turn.uow, offset)
    return _list(turn, "incidents.open", found, more, offset)


def _list(turn: Turn, name: str, found: list[Incident], more: int, offset: int) -> Step:
    rows = [_row(turn, incident) for incident in found]
    choices = []
    if len(found) == 1 and not more:
        choices.append(cards.choice("show", found[0]))
    if more:
        choices.append(Choice(label="choice.more", do=name, args={"offset": offset + queries.PAGE}))
    if offset:
        choices.append(Choice(label="choice.back", do=name, args={"offset": max(0, offset - queries.PAGE)}))
    params = {"rows": rows, "more": more, "offset": offset}
    return Step((Message(key=f"list.{name.partition('.')[2]}", params=params, choices=tuple(choices)),))


def _row(turn: Turn, incident: Incident) -> Params:
    return {
        "code": code(incident.number),
        "number": incident.number,
        "severity": incident.severity,
        "status": incident.status,
        "text": cards.shortened(incident.text, 50),
        "place": incident.place,
        "owner": cards.person(turn.uow, incident.owner_id),
        "reported_at": cards.stamp(incident.reported_at),
    }


def show(turn: Turn, args: Args) -> Step:
    """Show one incident with what can be done about it."""
    incident = queries.identified(turn.uow, args["incident_id"])
    lines = _time_line(turn, incident)
    params = cards.summary(turn.uow, incident) | {
        "text": cards.shortened(incident.text, 400),
        "lines": lines[-_LINES:],
        "earlier": max(0, len(lines) - _LINES),
        "cause": incident.cause,
        "remedy": incident.remedy,
        "referred_to": incident.referred_to,
    }
    message = Message(
        key="incident.show",
        params=params,
        choices=_choices(turn, incident),
        severity=incident.severity,
        photos=cards.photos(turn.uow, incident),
    )
    return Step((message,))


def _choices(turn: Turn, incident: Incident) -> tuple[Choice, ...]:
    """Return the choices of the state that this person may use."""
    crew = decide(Action.INCIDENT_TAKE, turn.actor.roles, on_duty=turn.actor.on_duty)
    if incident.status == Status.TAKEN.value and incident.owner_id != turn.actor.person_id:
        return (cards.choice("note", incident, "ghi"),) if crew or _own(turn, incident) else ()
    if crew:
        return cards.choices(incident)
    if incident.status == Status.RESOLVED.value:
        return cards.to_reporter(incident) if _own(turn, incident) else ()
    return (cards.choice("note", incident, "ghi"),) if _own(turn, incident) else ()


def _own(turn: Turn, incident: Incident) -> bool:
    return incident.reporter_id == turn.actor.person_id


def _time_line(turn: Turn, incident: Incident) -> list[Params]:
    events = [event for event in incidents.time_line(turn.uow, incident.key) if _is_told(event)]
    return [_line(turn, event) for event in events]


def _is_told(event: IncidentEvent) -> bool:
    """Leave out steps of the ladder that reached nobody."""
    return event.kind != "told" or bool(event.data.get("people"))


def _line(turn: Turn, event: IncidentEvent) -> Params:
    data: dict[str, Any] = dict(event.data)
    if "people" in data:
        data["people"] = [cards.person(turn.uow, person) for person in data["people"]]
    if "to" in data:
        data["to"] = cards.person(turn.uow, data["to"])
    return {
        "at": cards.stamp(event.at),
        "kind": event.kind,
        "who": cards.person(turn.uow, event.person_id),
        "text": cards.shortened(event.text, 120),
        "data": data,
    }


def command(turn: Turn, found: Command) -> Step:
    """Show the incident whose code was typed."""
    return show(turn, {"incident_id": queries.numbered(turn.uow, found.number).key})
