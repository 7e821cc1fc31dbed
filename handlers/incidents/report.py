"""The conversation of a report: free words become a draft card, and the card an incident."""

from datetime import datetime, timedelta
from typing import Any

from core.incident import GROUPING, Draft, Severity
from core.messages import Choice, Message
from core.policy import Action
from handlers.execute import require
from handlers.incidents import queries
from handlers.incidents.cards import shortened, stamp
from handlers.incidents.commands import ReportIncident
from handlers.incidents.pickers import category_choices, group_choices, severity_choices
from handlers.turn import Args, Form, FormState, NewForm, Step, Turn, say
from knowledge.commands import Command, read_answer, read_command, read_digit
from knowledge.lexicon_loader import answer_words
from knowledge.understanding import guess
from knowledge.vietnamese import fold

FORM = "report"
CARD, EDIT_TEXT, EDIT_PLACE = "card", "edit_text", "edit_place"


def draft_of(turn: Turn) -> Draft:
    """Return the draft of the open form."""
    if turn.form is None:
        raise ValueError("no form is open")
    return Draft.model_validate(turn.form.data["draft"])


def read(turn: Turn, text: str, draft: Draft | None = None) -> Draft:
    """Return a draft with the system, place and severity that its words point to."""
    whole = f"{draft.text}\n{text}".strip() if draft and draft.text else text
    found = guess(whole, queries.places(turn.uow))
    base = draft or Draft()
    return base.model_copy(
        update={
            "text": whole,
            "system": base.system or found.system,
            "place": base.place or found.place_text,
            "unit_id": base.unit_id if base.place else found.place_id,
            "severity": max(base.severity, found.severity) if base.text else found.severity,
        }
    )


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
    return Step((Message(key="report.describe"),), NewForm(FORM, EDIT_TEXT, _data(turn, Draft())))


def holds_something(form: FormState) -> bool:
    """Tell whether a form is a draft with words, photos or a place in it."""
    if form.name != FORM:
        return False
    draft = Draft.model_validate(form.data["draft"])
    return bool(draft.text or draft.attachments or draft.place)


def open_card(turn: Turn, draft: Draft, key: str = "report.card") -> Step:
    """Show the draft card."""
    params: Args = {
        "text": shortened(draft.text),
        "long": len(draft.text) > len(shortened(draft.text)),
        "length": len(draft.text),
        "system": draft.system,
        "place": draft.place,
        "severity": int(draft.severity),
        "photos": len(draft.attachments),
    }
    message = Message(key=key, params=params, choices=_card_choices(), severity=int(draft.severity))
    return Step((message,), NewForm(FORM, CARD, _data(turn, draft)))


def _card_choices() -> tuple[Choice, ...]:
    return tuple(
        Choice(label=f"choice.{verb}", do=f"report.{verb}", args={"in_form": True})
        for verb in ("send", "edit", "drop")
    )


def _data(turn: Turn, draft: Draft, **more: Any) -> Args:
    return {"draft": draft.model_dump(mode="json"), "last_at": stamp(turn.now), **more}


def form(turn: Turn) -> Step | None:
    """Answer words while a draft is open; None lets the router go on."""
    state = turn.form
    if state is None:
        return None
    if state.step == CARD:
        return _at_card(turn)
    if not turn.text:
        return say("empty")
    found = read_command(turn.text)
    if read_answer(turn.text) == "back" or (found is not None and found.name == "cancel"):
        return _leave_field(turn)
    return None if found is not None else _field(turn, state.step)


def _leave_field(turn: Turn) -> Step:
    draft = draft_of(turn)
    return (
        open_card(turn, draft)
        if draft.text or draft.attachments
        else Step((Message(key="report.dropped"),), Form.CLOSE)
    )


def _at_card(turn: Turn) -> Step | None:
    if not turn.text:
        return say("empty")
    found = read_command(turn.text)
    if found is not None:
        return drop(turn, {}) if found.name == "cancel" else None
    if read_digit(turn.text) not in (None, 0):
        return None
    return _answered(turn) or _more_words(turn)


def _answered(turn: Turn) -> Step | None:
    """Take a yes as the order to send. A no drops nothing: it may mean the draft, or the sending of it."""
    answer = read_answer(turn.text)
    if answer == "yes":
        return send(turn, {})
    if answer in ("no", "back") or fold(turn.text) in answer_words().unclear:
        return open_card(turn, draft_of(turn), "report.not_sent")
    return None


def _more_words(turn: Turn) -> Step:
    if turn.now - _last_at(turn) <= GROUPING:
        return open_card(turn, read(turn, turn.text, draft_of(turn)))
    return ask_append_or_new(turn, turn.text)


def ask_append_or_new(turn: Turn, text: str) -> Step:
    """Ask whether words belong to the draft that is open."""
    choices = tuple(
        Choice(label=f"choice.{verb}", do=f"report.{verb}", args={"in_form": True, "text": text})
        for verb in ("append", "send_and_new")
    )
    draft = draft_of(turn)
    params = {"text": shortened(text, 60), "draft": shortened(draft.text, 60), "old": _is_old(turn)}
    data = _data(turn, draft) | {"last_at": stamp(_last_at(turn))}
    return Step(
        (Message(key="ask.append_or_new", params=params, choices=choices),), NewForm(FORM, CARD, data)
    )


def _last_at(turn: Turn) -> datetime:
    return datetime.fromisoformat(turn.form.data["last_at"]) if turn.form else turn.now


def _is_old(turn: Turn) -> bool:
    return turn.now - _last_at(turn) > timedelta(hours=12)


def append(turn: Turn, args: Args) -> Step:
    """Add words to the draft."""
    return open_card(turn, read(turn, args["text"], draft_of(turn)))


def send_and_new(turn: Turn, args: Args) -> Step:
    """Send the draft as it stands, and begin another report with the new words."""
    opened = open_card(turn, read(turn, args["text"]))
    return Step(opened.messages, opened.form, ReportIncident(draft_of(turn)), replies_first=True)


def send(turn: Turn, _args: Args) -> Step:
    """Send the draft."""
    draft = draft_of(turn)
    return Step(form=Form.CLOSE, command=ReportIncident(draft)) if draft.text else ask_words(turn, draft)


def show_again(turn: Turn) -> Step:
    """Show the draft as it stands now: after a press on an older card, or when one comes back to it."""
    draft = draft_of(turn)
    return open_card(turn, draft, "report.card_again") if draft.text else ask_words(turn, draft)


def ask_words(turn: Turn, draft: Draft) -> Step:
    """Ask for the words of a report that has photos or a place only."""
    message = Message(key="report.describe_photo", params={"photos": len(draft.attachments)})
    return Step((message,), NewForm(FORM, EDIT_TEXT, _data(turn, draft)))


def drop(_turn: Turn, _args: Args) -> Step:
    """Drop the draft."""
    return Step((Message(key="report.dropped"),), Form.CLOSE)


def edit(turn: Turn, _args: Args) -> Step:
    """Ask which one thing to change."""
    choices = tuple(
        Choice(label=f"choice.field_{field}", do="report.edit_field", args={"in_form": True, "field": field})
        for field in ("text", "system", "place", "severity")
    )
    draft = draft_of(turn)
    return Step((Message(key="report.edit", choices=choices),), NewForm(FORM, CARD, _data(turn, draft)))


def edit_field(turn: Turn, args: Args) -> Step:
    """Ask for the new value of a field."""
    draft = draft_of(turn)
    if args["field"] == "text":
        return Step(
            (Message(key="report.describe_anew"),), NewForm(FORM, EDIT_TEXT, _data(turn, draft, replace=True))
        )
    if args["field"] == "place":
        return Step((Message(key="report.where", choices=()),), NewForm(FORM, EDIT_PLACE, _data(turn, draft)))
    build = severity_choices if args["field"] == "severity" else group_choices
    message = Message(key=f"report.which_{args['field']}", choices=build("report", {"in_form": True}))
    return Step((message,), NewForm(FORM, CARD, _data(turn, draft)))


def pick_group(turn: Turn, args: Args) -> Step:
    """Show the systems of a group."""
    message = Message(
        key="report.which_system", choices=category_choices("report", {"in_form": True}, args["group"])
    )
    return Step((message,), NewForm(FORM, CARD, _data(turn, draft_of(turn))))


def set_system(turn: Turn, args: Args) -> Step:
    """Set the system of the draft."""
    return open_card(turn, draft_of(turn).model_copy(update={"system": args["system"]}))


def set_severity(turn: Turn, args: Args) -> Step:
    """Set the severity of the draft."""
    return open_card(turn, draft_of(turn).model_copy(update={"severity": Severity(args["severity"])}))


def _field(turn: Turn, step: str) -> Step:
    draft = draft_of(turn)
    if step == EDIT_PLACE:
        found = guess(turn.text, queries.places(turn.uow))
        place = found.place_text or shortened(turn.text, 80)
        return open_card(turn, draft.model_copy(update={"place": place, "unit_id": found.place_id}))
    if turn.form is None or not turn.form.data.get("replace"):
        return open_card(turn, read(turn, turn.text, draft))
    anew = read(turn, turn.text, draft.model_copy(update={"text": ""}))
    return open_card(turn, anew.model_copy(update={"severity": draft.severity}))
