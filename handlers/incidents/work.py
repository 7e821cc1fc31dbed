"""The conversation of those who deal with incidents: one press or one typed line for each step."""

from rapidfuzz import fuzz, process

from core.errors import NotNow
from core.incident import Move, Status, code
from core.messages import Choice, Message
from core.policy import Action, decide
from handlers.execute import require
from handlers.incidents import cards, queries
from handlers.incidents.commands import (
    AddComment,
    ConfirmWork,
    NoteAnswer,
    ReassignIncident,
    ReferIncident,
    ReleaseIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
)
from handlers.turn import Args, Form, NewForm, Step, Turn, say
from knowledge.commands import Command, read_answer, read_command, read_digit
from knowledge.vietnamese import fold
from storage.incidents import Incident
from storage.people import PersonCard

FORM, NOTE = "work", "note"
_SHOWN = 6
_SURE_NAME = 85
_BECAUSE = ("do", "vi", "tai")
"""Folded words before a cause that say nothing themselves."""
_FINISHED = frozenset({"resolve", "release", "working"})
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
    return _ask(incident, "reassign", message)


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
    return _ask(incident, "refer", cards.reply(turn.uow, incident, "incident.refer_to"))


def answered(turn: Turn, args: Args) -> Step:
    """Cấp trên đã trả lời: ask what."""
    incident = _may(turn, args, Action.INCIDENT_ANSWERED)
    return _ask(incident, "answered", cards.reply(turn.uow, incident, "incident.what_answer"))


def note(turn: Turn, args: Args) -> Step:
    """Ghi thêm: ask for words or photos."""
    incident = queries.identified(turn.uow, args["incident_id"])
    own = turn.actor.person_id in (incident.reporter_id, incident.owner_id, incident.assigned_id)
    require(turn.actor, Action.INCIDENT_COMMENT, own=own)
    return _ask(incident, NOTE, cards.reply(turn.uow, incident, "incident.what_note"))


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
    return _ask(incident, "cause", cards.reply(turn.uow, incident, "incident.what_cause", *choices))


def set_cause(turn: Turn, args: Args) -> Step:
    """Take a chosen or typed cause, and ask for the remedy."""
    incident = queries.identified(turn.uow, args["incident_id"])
    message = cards.reply(turn.uow, incident, "incident.what_remedy", cause=args["cause"])
    form = NewForm(FORM, "remedy", {"incident_id": incident.key, "cause": args["cause"]})
    return Step((message,), form)


def _ask(incident: Incident, step: str, message: Message) -> Step:
    return Step((message,), NewForm(FORM, step, {"incident_id": incident.key}))


def _may(turn: Turn, args: Args, action: Action) -> Incident:
    """Return the incident of a question, if its answer could be carried out. Raises Refusal."""
    incident = queries.identified(turn.uow, args["incident_id"])
    require(turn.actor, action, own=incident.owner_id == turn.actor.person_id)
    if Status(incident.status) not in queries.ACTIVE:
        queries.refuse_closed(turn.uow, incident)
    return incident


def form(turn: Turn) -> Step | None:
    """Answer words while a question about an incident is open; None lets the router go on."""
    state = turn.form
    if state is None:
        return None
    found = read_command(turn.text)
    if (found and found.name == "cancel") or read_answer(turn.text) == "back":
        return Step((Message(key="form.left"),), Form.CLOSE)
    if found is not None:
        return None
    if not turn.text:
        return say("empty")
    return _TYPED[state.step](turn, state.data)


def _typed_person(turn: Turn, data: Args) -> Step | None:
    if read_digit(turn.text) is not None:
        return None
    people = queries.helpers(turn.uow, besides=[turn.actor.id])
    person = _named(people, turn.text)
    if person is None:
        return say("person.no_such_name", name=cards.shortened(turn.text, 40))
    return reassign_to(turn, data | {"person_id": person.id})


def _named(people: list[PersonCard], name: str) -> PersonCard | None:
    """Return the one person whom a typed name means, with or without accents, and after "anh" or "chị"."""
    names = {person.id: fold(person.name) for person in people}
    first, _, rest = fold(name).partition(" ")
    typed = rest if rest and first in {fold(person.form_of_address) for person in people} else fold(name)
    hits = process.extract(typed, names, scorer=fuzz.token_set_ratio, score_cutoff=_SURE_NAME, limit=2)
    if not hits or (len(hits) > 1 and hits[0][1] == hits[1][1]):
        return None
    return next(person for person in people if person.id == hits[0][2])


def _typed_cause(turn: Turn, data: Args) -> Step | None:
    if read_digit(turn.text) is not None:
        return None
    return set_cause(turn, data | {"cause": turn.text})


def _typed_remedy(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=ResolveIncident(data["incident_id"], data["cause"], turn.text))


def _typed_refer(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=ReferIncident(data["incident_id"], turn.text))


def _typed_answer(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=NoteAnswer(data["incident_id"], turn.text))


def _typed_note(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=AddComment(data["incident_id"], turn.text))


_TYPED = {
    "reassign": _typed_person,
    "cause": _typed_cause,
    "remedy": _typed_remedy,
    "refer": _typed_refer,
    "answered": _typed_answer,
    NOTE: _typed_note,
}


def command(turn: Turn, found: Command) -> Step:
    """Do by typed words what a press would do: "nhan 127", "xong 127 do lỏng cáp, đã cắm lại"."""
    if found.number is None:
        return _which_incident(turn, found.name)
    args: Args = {"incident_id": queries.numbered(turn.uow, found.number).key}
    if not found.rest:
        return _BY_PRESS[found.name](turn, args)
    return _WITH_WORDS[found.name](turn, args, found.rest)


def _which_incident(turn: Turn, name: str) -> Step:
    """Without a number the one incident in hand is meant, if there is just one."""
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if name in ("resolve", "note", "comment", "release", "working") and len(in_hand) == 1:
        return _BY_PRESS[name](turn, {"incident_id": in_hand[0].key})
    return say("incident.which_number")


def finishes_in_hand(turn: Turn) -> Step | None:
    """Take "xong" as meant for the one incident that the actor has; None when it says more than that."""
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if len(in_hand) != 1:
        return None
    number = in_hand[0].number
    for words in (f"{code(number)} {turn.text}", f"{turn.text} {code(number)}"):
        found = read_command(words)
        if found and found.name in _FINISHED and found.number == number and not found.rest:
            return _BY_PRESS[found.name](turn, {"incident_id": in_hand[0].key})
    return None


def _resolve_in_words(turn: Turn, args: Args, words: str) -> Step:
    """Take one line as cause and remedy when it holds both, else as the remedy."""
    cause, comma, remedy = words.partition(",")
    if comma and remedy.strip():
        because = cause.split(maxsplit=1)
        if len(because) > 1 and fold(because[0]) in _BECAUSE:
            cause = because[1]
        return Step(command=ResolveIncident(args["incident_id"], cause.strip(), remedy.strip()))
    return Step(command=ResolveIncident(args["incident_id"], "", words))


_BY_PRESS = {
    "take": take,
    "release": release,
    "working": working,
    "reopen": reopen,
    "reassign": reassign,
    "refer": refer,
    "answered": answered,
    "comment": note,
    "note": note,
    "resolve": resolve,
}

_WITH_WORDS = {
    "take": lambda turn, args, _words: take(turn, args),
    "release": lambda turn, args, _words: release(turn, args),
    "working": lambda turn, args, _words: working(turn, args),
    "reopen": lambda _turn, args, words: Step(command=ReopenIncident(args["incident_id"], words)),
    "reassign": lambda turn, args, words: _reassign_in_words(turn, args, words),
    "refer": lambda _turn, args, words: Step(command=ReferIncident(args["incident_id"], words)),
    "answered": lambda _turn, args, words: Step(command=NoteAnswer(args["incident_id"], words)),
    "comment": lambda _turn, args, words: Step(command=AddComment(args["incident_id"], words)),
    "resolve": _resolve_in_words,
}


def _reassign_in_words(turn: Turn, args: Args, words: str) -> Step:
    person = _named(queries.helpers(turn.uow, besides=[turn.actor.id]), words)
    if person is None:
        return say("person.no_such_name", name=cards.shortened(words, 40))
    return reassign_to(turn, args | {"person_id": person.id})
