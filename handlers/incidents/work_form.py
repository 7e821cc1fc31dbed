"""Typed answers to a question about an incident: cause, remedy, desk above, answer, note, a person's name.

What only looks like an answer ("ok", "chưa xong đâu", "cảm ơn") is none, and words that come after another
call in the same chat are confirmed first: they may be meant for that.
"""

from collections.abc import Callable
from dataclasses import replace

from core.messages import Choice, Message
from handlers.incidents import bare, cards, queries, sorting, work
from handlers.incidents.commands import AddComment, ConfirmWork, NoteAnswer, ReferIncident, ResolveIncident
from handlers.incidents.people import named
from handlers.turn import Args, Form, FormState, NewForm, Step, Turn, say
from knowledge.commands import read_answer, read_command, read_digit
from knowledge.replies import read_replies
from storage import prompts

_SHOWN = 60


def form(turn: Turn) -> Step | None:
    """Answer words while a question about an incident is open; None lets the router go on."""
    state = turn.form
    if state is None:
        return None
    found = read_command(turn.text)
    answer = read_answer(turn.text)
    if (found and found.name == "cancel") or answer == "back":
        return Step((Message(key="form.left"),), Form.CLOSE)
    if found is not None:
        return None
    if not turn.text:
        return say("empty")
    if state.step in _CHOSEN and read_digit(turn.text) is not None:
        return None
    return (
        _no_answer(turn, state, answer or "")
        or _confirmed(turn, state)
        or _TYPED[state.step](turn, state.data)
    )


def _no_answer(turn: Turn, state: FormState, answer: str) -> Step | None:
    """Answer words that cannot be what was asked for; None when they can."""
    said = read_replies(turn.text)
    if state.step == work.NOTE:
        return _again(turn, state) if answer == "yes" or said & {"courtesy", "thanks"} else None
    taken = bare.takes(turn)
    if taken is not None:
        return taken
    if "not_yet" in said and state.step in ("cause", "remedy"):
        return Step(form=Form.CLOSE, command=ConfirmWork(state.data["incident_id"]))
    if answer == "skip" and state.step == "cause":
        return work.set_cause(turn, state.data | {"cause": ""})
    return _again(turn, state) if said or answer else None


def _again(turn: Turn, state: FormState) -> Step:
    """Ask the open question again, and say how to leave it."""
    return _QUESTIONS[state.step](turn, state.data | {"again": True})


def _confirmed(turn: Turn, state: FormState) -> Step | None:
    """Ask whether words are meant for the open question when a call has come since it was asked."""
    since = state.updated_at
    event = turn.event
    if since is None or not prompts.called_since(turn.uow, event.bot_account, event.chat, since):
        return None
    incident = queries.identified(turn.uow, state.data["incident_id"])
    choices = tuple(
        Choice(label=f"choice.{verb}", do=f"incidents.{verb}", args={"in_form": True, "text": turn.text})
        for verb in ("typed_meant", "typed_other")
    )
    words = {"words": cards.shortened(turn.text, _SHOWN), "step": state.step}
    message = cards.reply(turn.uow, incident, "ask.typed_meant", *choices, **words)
    return Step((message,), NewForm(work.FORM, state.step, state.data))


def typed_meant(turn: Turn, args: Args) -> Step:
    """Take the words that were kept with the choice as the answer to the open question."""
    state = turn.form
    if state is None:
        return say("form.over")
    meant = replace(turn, event=turn.event.model_copy(update={"text": args["text"]}))
    return _TYPED[state.step](meant, state.data)


def typed_other(turn: Turn, args: Args) -> Step:
    """Leave the open question, and ask what the words are about."""
    found = bare.calling(turn)
    if found:
        return replace(bare.offer(args["text"], found), form=Form.CLOSE)
    return replace(sorting.ask_what(args["text"]), form=Form.CLOSE)


def _person(turn: Turn, data: Args) -> Step:
    people = queries.helpers(turn.uow, besides=[turn.actor.id])
    person = named(people, turn.text)
    if person is None:
        return say("person.no_such_name", name=cards.shortened(turn.text, 40))
    return work.reassign_to(turn, data | {"person_id": person.id})


def _cause(turn: Turn, data: Args) -> Step:
    return work.set_cause(turn, data | {"cause": turn.text})


def _remedy(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=ResolveIncident(data["incident_id"], data["cause"], turn.text))


def _refer(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=ReferIncident(data["incident_id"], turn.text))


def _answer(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=NoteAnswer(data["incident_id"], turn.text))


def _note(turn: Turn, data: Args) -> Step:
    return Step(form=Form.CLOSE, command=AddComment(data["incident_id"], turn.text))


_CHOSEN = ("reassign", "cause")
"""Questions with choices, which a digit may answer."""

_TYPED: dict[str, Callable[[Turn, Args], Step]] = {
    "reassign": _person,
    "cause": _cause,
    "remedy": _remedy,
    "refer": _refer,
    "answered": _answer,
    work.NOTE: _note,
}

_QUESTIONS: dict[str, Callable[[Turn, Args], Step]] = {
    "reassign": work.reassign,
    "cause": work.resolve,
    "remedy": work.set_cause,
    "refer": work.refer,
    "answered": work.answered,
    work.NOTE: work.note,
}
