"""Words that are no command: a comment on something known, a new report, or a question back."""

from core.messages import Choice, Message
from core.policy import Action
from handlers.execute import require
from handlers.incidents import queries, report
from handlers.incidents.cards import choice, shortened
from handlers.incidents.commands import AddComment
from handlers.incidents.work import finishes_in_hand
from handlers.turn import Args, Step, Turn, say
from knowledge.understanding import Guess, guess
from storage.incidents import Incident

_LIKELY = 0.5
_OTHER_MATTER = 0.6
_SHOWN = 60
_RELATED = 2


def free_text(turn: Turn) -> Step:
    """Answer words that are no command."""
    if not turn.text:
        return say("empty")
    finished = finishes_in_hand(turn)
    if finished is not None:
        return finished
    found = guess(turn.text, queries.places(turn.uow))
    sent = queries.just_sent(turn.uow, turn.actor)
    if sent is not None:
        if _is_another(found, [sent]):
            return _ask_comment_or_new(turn, [sent])
        return Step(command=AddComment(sent.key, text=turn.text))
    return _about_known(turn, found) or _about_nothing_known(turn, found)


def _about_known(turn: Turn, found: Guess) -> Step | None:
    """Ask whether the words belong to what the person has or has reported; None when they clearly do not."""
    known = queries.in_hand(turn.uow, turn.actor)
    known += [one for one in queries.reported(turn.uow, turn.actor) if one not in known]
    if not known or _is_another(found, known):
        return None
    return _ask_comment_or_new(turn, known[:_RELATED])


def _about_nothing_known(turn: Turn, found: Guess) -> Step:
    if found.incident_like < _LIKELY:
        return _ask_what(turn)
    require(turn.actor, Action.INCIDENT_REPORT)
    return report.open_card(turn, report.read(turn, turn.text))


def _is_another(found: Guess, known: list[Incident]) -> bool:
    """Tell whether words report a fault of another kind, or at another place, than those known."""
    if found.incident_like < _OTHER_MATTER:
        return False
    other_kind = found.system not in ("", *(incident.system for incident in known))
    other_place = found.place_text not in ("", *(incident.place for incident in known))
    return other_kind or other_place


def _ask_what(turn: Turn) -> Step:
    choices = (
        Choice(label="choice.report_this", do="incidents.report_this", args={"text": turn.text}),
        Choice(label="choice.mine", do="incidents.mine"),
        Choice(label="choice.who_is_on_duty", do="duty.now"),
    )
    return Step((Message(key="ask.what", params={"text": shortened(turn.text, _SHOWN)}, choices=choices),))


def _ask_comment_or_new(turn: Turn, incidents: list[Incident]) -> Step:
    add = [
        choice("add_to", incident).model_copy(
            update={
                "args": {"incident_id": incident.key, "text": turn.text},
                "label_params": {"number": incident.number},
            }
        )
        for incident in incidents
    ]
    new = Choice(label="choice.report_new", do="incidents.report_this", args={"text": turn.text})
    params = {"text": shortened(turn.text, _SHOWN)}
    return Step((Message(key="ask.comment_or_new", params=params, choices=(*add, new)),))


def report_this(turn: Turn, args: Args) -> Step:
    """Start a draft from words that were kept with a choice; a draft that is open is not lost by it."""
    require(turn.actor, Action.INCIDENT_REPORT)
    if turn.form is None or not report.holds_something(turn.form):
        return report.open_card(turn, report.read(turn, args["text"]))
    draft = report.draft_of(turn)
    if draft.text:
        return report.ask_append_or_new(turn, args["text"])
    return report.open_card(turn, report.read(turn, args["text"], draft))


def add_to(_turn: Turn, args: Args) -> Step:
    """Add words that were kept with a choice to an incident."""
    return Step(command=AddComment(args["incident_id"], text=args["text"]))
