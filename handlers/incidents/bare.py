"""Short words without a number: "nhận", "xong rồi", "chưa được", "cảm ơn", and which incident they mean."""

from datetime import timedelta

from core.incident import Status, code
from core.messages import Choice, Message
from core.policy import Action, decide
from handlers.incidents import cards, queries, work
from handlers.incidents.commands import ConfirmWork
from handlers.turn import Step, Turn, say
from knowledge.commands import read_command
from knowledge.replies import read_replies
from storage import incidents
from storage.incidents import Incident

_SHOWN, _MOST = 60, 3
"""Letters of words that are shown, and choices of one question."""
_REOPENED_WITHIN = timedelta(days=7)
_FINISHED = frozenset({"resolve", "release", "working"})


def calling(turn: Turn) -> list[Incident]:
    """Return the incidents that nobody has and that the actor was called for, the gravest first."""
    if not decide(Action.INCIDENT_TAKE, turn.actor.roles, on_duty=turn.actor.on_duty):
        return []
    waiting = incidents.listed(turn.uow, statuses=(Status.OPEN,), limit=queries.PAGE)
    told = incidents.told(turn.uow, [one.key for one in waiting])
    return [one for one in waiting if turn.actor.id in told[one.key]]


def takes(turn: Turn) -> Step | None:
    """Take the one incident that calls the actor, or ask which one; None when the words do not take."""
    return _take(turn) if "take" in read_replies(turn.text) else None


def answer(turn: Turn) -> Step | None:
    """Answer short words that are about what stands on the screen; None when they say something else."""
    said = read_replies(turn.text)
    if not said:
        return None
    step = _take(turn) if "take" in said else None
    if step is None and "done" in said:
        step = _done(turn)
    if step is None and "not_yet" in said:
        step = _not_yet(turn)
    if step is None and "again" in said and queries.just_sent(turn.uow, turn.actor) is None:
        step = reopens(turn)
    if step is None and said & {"courtesy", "thanks"}:
        step = _courtesy(turn)
    return step


def command(turn: Turn, name: str) -> Step | None:
    """Return which incident a command without a number means, or None."""
    if name == "take":
        return _take(turn)
    if name == "reopen":
        return reopens(turn)
    return _done(turn) if name == "resolve" else None


def finishes_in_hand(turn: Turn) -> Step | None:
    """Take "xong" as meant for the one incident that the actor has; None when it says more than that."""
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if len(in_hand) != 1:
        return None
    number = in_hand[0].number
    for words in (f"{code(number)} {turn.text}", f"{turn.text} {code(number)}"):
        found = read_command(words)
        if found and found.name in _FINISHED and found.number == number and not found.rest:
            return work.BY_PRESS[found.name](turn, {"incident_id": in_hand[0].key})
    return None


def reopens(turn: Turn) -> Step | None:
    """Offer to open again what was closed last and concerns the actor; None when nothing was."""
    closed = incidents.closed_since(turn.uow, turn.actor.id, turn.now - _REOPENED_WITHIN)
    if closed is None:
        return None
    again = cards.choice("reopen", closed)
    again = again.model_copy(update={"args": again.args | {"reason": cards.shortened(turn.text)}})
    active = [one for one in queries.known(turn.uow, turn.actor) if one.id != closed.id][: _MOST - 2]
    add = tuple(_adds(turn.text, one) for one in active)
    new = Choice(label="choice.report_new", do="incidents.report_this", args={"text": turn.text})
    return Step((cards.reply(turn.uow, closed, "ask.reopen", again, *add, new),))


def offer(text: str, known: list[Incident]) -> Step:
    """Ask whether words belong to one of these incidents or report a new one."""
    new = Choice(label="choice.report_new", do="incidents.report_this", args={"text": text})
    params = {"texts": [cards.shortened(text, _SHOWN)]}
    choices = (*(_adds(text, one) for one in known[: _MOST - 1]), new)
    return Step((Message(key="ask.comment_or_new", params=params, choices=choices),))


def _adds(text: str, incident: Incident) -> Choice:
    return Choice(
        label="choice.add_to",
        label_params={"number": incident.number},
        do="incidents.add_to",
        args={"incident_id": incident.key, "text": text},
    )


def _take(turn: Turn) -> Step | None:
    found = calling(turn)
    if len(found) == 1:
        return work.take(turn, {"incident_id": found[0].key})
    return _which(turn, "take", found) if found else None


def _done(turn: Turn) -> Step | None:
    """Ask for the cause; what nobody has taken must be taken first."""
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if len(in_hand) == 1:
        return work.resolve(turn, {"incident_id": in_hand[0].key})
    if in_hand:
        return _which(turn, "resolve", in_hand)
    found = calling(turn)
    return _show_call(turn, found) if found else None


def _not_yet(turn: Turn) -> Step | None:
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if len(in_hand) == 1:
        return Step(command=ConfirmWork(in_hand[0].key))
    return _which(turn, "working", in_hand) if in_hand else None


def _courtesy(turn: Turn) -> Step:
    found = calling(turn)
    return _show_call(turn, found) if found else say("courtesy")


def _show_call(turn: Turn, found: list[Incident]) -> Step:
    if len(found) > 1:
        return _which(turn, "take", found)
    return Step((cards.reply(turn.uow, found[0], "ask.take", *cards.to_take(found[0])),))


def _which(turn: Turn, verb: str, found: list[Incident]) -> Step:
    """Ask which incident is meant; the rest stands in the list of open ones."""
    choices = tuple(_named(verb, incident) for incident in found[:_MOST])
    params = {"verb": verb, "more": max(0, len(found) - _MOST)}
    return Step((Message(key="ask.which_incident", params=params, choices=choices),))


def _named(verb: str, incident: Incident) -> Choice:
    params = {"code": code(incident.number), "text": cards.shortened(incident.text, 17)}
    return Choice(
        label="choice.incident",
        label_params=params,
        do=f"incidents.{verb}",
        args={"incident_id": incident.key},
    )
