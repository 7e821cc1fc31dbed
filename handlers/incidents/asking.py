"""Words that are no command: a comment on something known, a new report, or a question back."""

from core.policy import Action
from handlers.execute import require
from handlers.incidents import bare, drafts, queries, sorting
from handlers.incidents.another import LIKELY, is_another, look
from handlers.incidents.commands import AddComment
from handlers.incidents.sorting import Words, ask_what
from handlers.turn import Args, Step, Turn, say
from knowledge.understanding import Guess

_RELATED = 2


def free_text(turn: Turn) -> Step:
    """Answer words that are no command."""
    if not turn.text:
        return say("empty")
    meant = bare.finishes_in_hand(turn) or bare.answer(turn)
    if meant is not None:
        return meant
    found = look(turn, turn.text)
    sent = queries.just_sent(turn.uow, turn.actor)
    if sent is not None:
        if is_another(found, [sent.system], [sent.place]):
            return sorting.ask_beside(turn, [sent], Words(turn.text))
        return Step(command=AddComment(sent.key, text=turn.text))
    return _about_known(turn, found) or _about_nothing_known(turn, found)


def _about_known(turn: Turn, found: Guess) -> Step | None:
    """Ask whether the words belong to what the person has or has reported; None when they clearly do not."""
    known = queries.known(turn.uow, turn.actor)
    known += [one for one in bare.calling(turn) if one not in known]
    if not known or is_another(found, [one.system for one in known], [one.place for one in known]):
        return None
    if found.incident_like >= LIKELY:
        return sorting.ask_beside(turn, known, Words(turn.text))
    return bare.offer(turn.text, known[:_RELATED])


def _about_nothing_known(turn: Turn, found: Guess) -> Step:
    if found.incident_like < LIKELY:
        return ask_what(turn.text)
    require(turn.actor, Action.INCIDENT_REPORT)
    return drafts.open_card(turn, drafts.read(turn, turn.text))


def report_this(turn: Turn, args: Args) -> Step:
    """Start a draft from words that were kept with a choice; a draft that is open is not lost by it."""
    require(turn.actor, Action.INCIDENT_REPORT)
    return sorting.begin(turn, Words(args["text"]))


def add_to(_turn: Turn, args: Args) -> Step:
    """Add words that were kept with a choice to an incident."""
    return Step(command=AddComment(args["incident_id"], text=args["text"]))
