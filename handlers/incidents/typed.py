"""Commands about an incident in typed words: "nhan 127", "xong 127 do lỏng cáp, đã cắm lại"."""

from collections.abc import Callable

from handlers.incidents import bare, cards, queries, work
from handlers.incidents.commands import AddComment, NoteAnswer, ReferIncident, ReopenIncident, ResolveIncident
from handlers.incidents.people import named
from handlers.turn import Args, Step, Turn, say
from knowledge.commands import Command
from knowledge.vietnamese import fold

_BECAUSE = ("do", "vi", "tai")
"""Folded words before a cause that say nothing themselves."""


def command(turn: Turn, found: Command) -> Step:
    """Do by typed words what a press would do."""
    if found.number is None:
        return _which_incident(turn, found.name)
    args: Args = {"incident_id": queries.numbered(turn.uow, found.number).key}
    if not found.rest:
        return work.BY_PRESS[found.name](turn, args)
    return _WITH_WORDS[found.name](turn, args, found.rest)


def _which_incident(turn: Turn, name: str) -> Step:
    """Without a number the one incident in hand is meant, if there is just one, or what has just called."""
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if name in ("resolve", "comment", "release", "working") and len(in_hand) == 1:
        return work.BY_PRESS[name](turn, {"incident_id": in_hand[0].key})
    step = bare.command(turn, name)
    return step or say("incident.which_number")


def _resolve(_turn: Turn, args: Args, words: str) -> Step:
    """Take one line as cause and remedy when it holds both, else as the remedy."""
    cause, comma, remedy = words.partition(",")
    if comma and remedy.strip():
        because = cause.split(maxsplit=1)
        if len(because) > 1 and fold(because[0]) in _BECAUSE:
            cause = because[1]
        return Step(command=ResolveIncident(args["incident_id"], cause.strip(), remedy.strip()))
    return Step(command=ResolveIncident(args["incident_id"], "", words))


def _reassign(turn: Turn, args: Args, words: str) -> Step:
    person = named(queries.helpers(turn.uow, besides=[turn.actor.id]), words)
    if person is None:
        return say("person.no_such_name", name=cards.shortened(words, 40))
    return work.reassign_to(turn, args | {"person_id": person.id})


_WITH_WORDS: dict[str, Callable[[Turn, Args, str], Step]] = {
    "take": lambda turn, args, _words: work.take(turn, args),
    "release": lambda turn, args, _words: work.release(turn, args),
    "working": lambda turn, args, _words: work.working(turn, args),
    "reopen": lambda _turn, args, words: Step(command=ReopenIncident(args["incident_id"], words)),
    "reassign": _reassign,
    "refer": lambda _turn, args, words: Step(command=ReferIncident(args["incident_id"], words)),
    "answered": lambda _turn, args, words: Step(command=NoteAnswer(args["incident_id"], words)),
    "comment": lambda _turn, args, words: Step(command=AddComment(args["incident_id"], words)),
    "resolve": _resolve,
}
