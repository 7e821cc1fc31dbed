"""The conversation of a report: free words become a draft card, and the card an incident."""

from core.incident import CORRECTION, GROUPING, Draft, Severity
from core.messages import Choice, Message
from core.policy import Action
from handlers.execute import require
from handlers.incidents import bare, queries, sorting
from handlers.incidents.another import is_another, look
from handlers.incidents.cards import shortened, stamp
from handlers.incidents.commands import ReportIncident
from handlers.incidents.drafts import (
    ASK,
    CARD,
    EDIT_PLACE,
    EDIT_TEXT,
    FORM,
    OLD,
    age,
    ask_words,
    data,
    draft_of,
    dropped,
    holds_draft,
    holds_something,
    last_at,
    open_card,
    read,
    shown_at,
)
from handlers.incidents.pickers import category_choices, group_choices, severity_choices
from handlers.incidents.sorting import Words
from handlers.turn import Args, Form, NewForm, Step, Turn, say
from knowledge.commands import Command, read_answer, read_command, read_digit, says_send
from knowledge.lexicon_loader import answer_words
from knowledge.understanding import guess
from knowledge.vietnamese import fold
from storage import prompts


def command(turn: Turn, found: Command) -> Step:
    """ "/suco …" sends at once; without words it asks for them."""
    if not found.rest:
        return begin(turn, {})
    empty = turn.form is not None and turn.form.name == FORM and not holds_something(turn.form)
    form_after = Form.CLOSE if empty else Form.KEEP
    return Step(form=form_after, command=ReportIncident(read(turn, found.rest), direct=True))


def begin(turn: Turn, _args: Args) -> Step:
    """Ask for the words of a report; a draft that is not sent yet is shown instead, and not lost."""
    require(turn.actor, Action.INCIDENT_REPORT)
    if turn.form is not None and holds_something(turn.form):
        return show_again(turn)
    return Step((Message(key="report.describe"),), NewForm(FORM, EDIT_TEXT, data(turn, Draft())))


def form(turn: Turn) -> Step | None:
    """Answer words while a draft is open; None lets the router go on.

    What finishes the work in hand, or takes what calls, is no word of a draft, however old.
    """
    if turn.form is None:
        return None
    if not turn.text:
        return say("empty")
    return bare.finishes_in_hand(turn) or bare.takes(turn) or _at_step(turn, turn.form.step)


def _at_step(turn: Turn, step: str) -> Step | None:
    if step == ASK:
        return sorting.answer(turn)
    if step == CARD:
        return _at_card(turn)
    found = read_command(turn.text)
    if read_answer(turn.text) == "back" or (found is not None and found.name == "cancel"):
        return _leave_field(turn, cancelled=found is not None)
    return None if found is not None else _field(turn, step)


def _leave_field(turn: Turn, *, cancelled: bool) -> Step:
    """Go back to the card; where there is none yet, an order to stop drops what there is."""
    draft = draft_of(turn)
    if draft.text:
        return open_card(turn, draft)
    return dropped() if cancelled or not holds_draft(draft) else ask_words(turn, draft)


def _at_card(turn: Turn) -> Step | None:
    found = read_command(turn.text)
    if found is not None:
        return _cancelled(turn) if found.name == "cancel" else None
    if read_digit(turn.text) not in (None, 0):
        return None
    return _answered(turn) or sorting.come(turn, Words(turn.text))


def _cancelled(turn: Turn) -> Step:
    """Drop the draft; but "thôi" right after the question about an alarm may only mean the alarm."""
    if _was_asked_twice(turn) and read_answer(turn.text) == "no":
        return open_card(turn, draft_of(turn), "report.not_sent")
    return drop(turn, {})


def _was_asked_twice(turn: Turn) -> bool:
    return bool(turn.form and turn.form.data.get("sure"))


def _answered(turn: Turn) -> Step | None:
    """Take a yes as the order to send. A no drops nothing: it may mean the draft, or the sending of it."""
    answer = read_answer(turn.text)
    if answer == "yes":
        return _agreed(turn)
    if answer in ("no", "back") or fold(turn.text) in answer_words().unclear:
        return open_card(turn, draft_of(turn), "report.not_sent")
    return None


def _agreed(turn: Turn) -> Step:
    """Send after a yes, if it can only mean the draft. An alarm is asked about once: it wakes people."""
    since = turn.now - shown_at(turn)
    if since > OLD:
        return show_again(turn)
    if says_send(turn.text):
        return send(turn, {})
    event = turn.event
    if since > CORRECTION or prompts.called_since(turn.uow, event.bot_account, event.chat, shown_at(turn)):
        return show_again(turn)
    draft = draft_of(turn)
    if draft.severity == Severity.URGENT and not _was_asked_twice(turn):
        return open_card(turn, draft, "report.sure", sure=True)
    return send(turn, {})


def send(turn: Turn, _args: Args) -> Step:
    """Send the draft."""
    draft = draft_of(turn)
    return Step(form=Form.CLOSE, command=ReportIncident(draft)) if draft.text else ask_words(turn, draft)


def show_again(turn: Turn) -> Step:
    """Show the draft as it stands now: after a press on an older card, or when one comes back to it."""
    if turn.form is not None and turn.form.step == ASK:
        return sorting.again(turn)
    draft = draft_of(turn)
    if not draft.text:
        return ask_words(turn, draft)
    return open_card(turn, draft, "report.card_again", last_at=stamp(last_at(turn)))


def drop(_turn: Turn, _args: Args) -> Step:
    """Drop the draft."""
    return dropped()


def edit(turn: Turn, _args: Args) -> Step:
    """Ask which one thing to change."""
    choices = tuple(
        Choice(label=f"choice.field_{field}", do="report.edit_field", args={"in_form": True, "field": field})
        for field in ("text", "system", "place", "severity")
    )
    draft = draft_of(turn)
    return Step((Message(key="report.edit", choices=choices),), NewForm(FORM, CARD, data(turn, draft)))


def edit_field(turn: Turn, args: Args) -> Step:
    """Ask for the new value of a field."""
    draft = draft_of(turn)
    if args["field"] == "text":
        return Step(
            (Message(key="report.describe_anew"),), NewForm(FORM, EDIT_TEXT, data(turn, draft, replace=True))
        )
    if args["field"] == "place":
        return Step((Message(key="report.where", choices=()),), NewForm(FORM, EDIT_PLACE, data(turn, draft)))
    build = severity_choices if args["field"] == "severity" else group_choices
    message = Message(key=f"report.which_{args['field']}", choices=build("report", {"in_form": True}))
    return Step((message,), NewForm(FORM, CARD, data(turn, draft)))


def pick_group(turn: Turn, args: Args) -> Step:
    """Show the systems of a group."""
    message = Message(
        key="report.which_system", choices=category_choices("report", {"in_form": True}, args["group"])
    )
    return Step((message,), NewForm(FORM, CARD, data(turn, draft_of(turn))))


def set_system(turn: Turn, args: Args) -> Step:
    """Set the system of the draft."""
    return open_card(turn, draft_of(turn).model_copy(update={"system": args["system"]}))


def set_severity(turn: Turn, args: Args) -> Step:
    """Set the severity of the draft."""
    chosen = {"severity": Severity(args["severity"]), "chosen": True}
    return open_card(turn, draft_of(turn).model_copy(update=chosen))


def _field(turn: Turn, step: str) -> Step:
    draft = draft_of(turn)
    if _astray(turn, draft):
        return sorting.come(turn, Words(turn.text))
    if step == EDIT_PLACE:
        found = guess(turn.text, queries.places(turn.uow))
        place = found.place_text if found.place_id else shortened(turn.text, 80)
        return open_card(turn, draft.model_copy(update={"place": place, "unit_id": found.place_id}))
    if turn.form is None or not turn.form.data.get("replace"):
        return sorting.come(turn, Words(turn.text))
    return open_card(turn, read(turn, turn.text, draft.model_copy(update={"text": ""})))


def _astray(turn: Turn, draft: Draft) -> bool:
    """Tell whether words that come long after the question for a field report another fault."""
    if not draft.text or age(turn) <= GROUPING:
        return False
    return is_another(look(turn, turn.text), [draft.system], [draft.place])
