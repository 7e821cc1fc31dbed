"""The conversation of a report: free words become a draft card, and the card an incident."""

from datetime import datetime, timedelta
from typing import Any

from core.incident import GROUPING, Draft, Severity
from core.messages import Choice, Message
from handlers.incidents import queries
from handlers.incidents.cards import choice, shortened, stamp
from handlers.incidents.commands import AddComment, ReportIncident
from handlers.incidents.pickers import category_choices, group_choices, severity_choices
from handlers.turn import Args, Form, NewForm, Step, Turn, say
from knowledge.commands import Command, read_answer, read_command, read_digit
from knowledge.understanding import guess
from storage.incidents import Incident

FORM = "report"
CARD, EDIT_TEXT, EDIT_PLACE = "card", "edit_text", "edit_place"
_LIKELY = 0.5
_OTHER_MATTER = 0.6
_SURE = 0.5
MAX_TEXT = 20_000


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
            "severity": max(base.severity, found.severity) if draft else found.severity,
        }
    )


def free_text(turn: Turn) -> Step:
    """Answer words that are no command: a comment on what was just sent, a report, or a question back."""
    if not turn.text:
        return say("empty")
    sent = queries.just_sent(turn.uow, turn.actor)
    found = guess(turn.text)
    if sent is not None:
        other = found.incident_like >= _OTHER_MATTER and found.system not in ("", sent.system)
        if other:
            return _ask_comment_or_new(turn, [sent])
        return Step(command=AddComment(sent.key, text=turn.text))
    in_hand = queries.in_hand(turn.uow, turn.actor)
    if in_hand and found.incident_like < _OTHER_MATTER:
        return _ask_comment_or_new(turn, in_hand[:2])
    if found.incident_like >= _LIKELY:
        return open_card(turn, read(turn, turn.text))
    return _ask_what(turn)


def _ask_what(turn: Turn) -> Step:
    choices = (
        Choice(label="choice.report_this", do="incidents.report_this", args={"text": turn.text}),
        Choice(label="choice.mine", do="incidents.mine"),
        Choice(label="choice.who_is_on_duty", do="duty.now"),
    )
    return Step((Message(key="ask.what", params={"text": shortened(turn.text, 60)}, choices=choices),))


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
    params = {"text": shortened(turn.text, 60)}
    return Step((Message(key="ask.comment_or_new", params=params, choices=(*add, new)),))


def report_this(turn: Turn, args: Args) -> Step:
    """Start a draft from words that were kept with a choice."""
    return open_card(turn, read(turn, args["text"]))


def add_to(_turn: Turn, args: Args) -> Step:
    """Add words that were kept with a choice to an incident."""
    return Step(command=AddComment(args["incident_id"], text=args["text"]))


def split(turn: Turn, args: Args) -> Step:
    """Make a report of its own of what was taken for a comment."""
    return open_card(turn, read(turn, args["text"]))


def command(turn: Turn, found: Command) -> Step:
    """ "/suco …" sends at once; without words it asks for them."""
    if not found.rest:
        return begin(turn, {})
    return Step(command=ReportIncident(read(turn, found.rest), direct=True))


def begin(turn: Turn, _args: Args) -> Step:
    """Ask for the words of a report."""
    return Step((Message(key="report.describe"),), NewForm(FORM, EDIT_TEXT, _data(turn, Draft())))


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
    if _leaves(turn.text):
        return _leave_field(turn)
    if not turn.text:
        return say("empty")
    return _field(turn, state.step)


def _leaves(text: str) -> bool:
    found = read_command(text)
    return read_answer(text) == "back" or (found is not None and found.name == "cancel")


def _leave_field(turn: Turn) -> Step:
    draft = draft_of(turn)
    return (
        open_card(turn, draft)
        if draft.text or draft.attachments
        else Step((Message(key="report.dropped"),), Form.CLOSE)
    )


def _at_card(turn: Turn) -> Step | None:
    answer = read_answer(turn.text)
    if answer == "yes":
        return send(turn, {})
    if answer in ("no", "back"):
        return drop(turn, {})
    if not turn.text:
        return say("empty")
    found = read_command(turn.text)
    if found is not None:
        return drop(turn, {}) if found.name == "cancel" else None
    if read_digit(turn.text) is not None:
        return None
    return _more_words(turn)


def _more_words(turn: Turn) -> Step:
    if turn.now - _last_at(turn) <= GROUPING:
        return open_card(turn, read(turn, turn.text, draft_of(turn)))
    choices = (
        Choice(label="choice.append", do="report.append", args={"in_form": True, "text": turn.text}),
        Choice(
            label="choice.send_and_new", do="report.send_and_new", args={"in_form": True, "text": turn.text}
        ),
    )
    draft = draft_of(turn)
    params = {"text": shortened(turn.text, 60), "draft": shortened(draft.text, 60), "old": _is_old(turn)}
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
    return Step(opened.messages, opened.form, ReportIncident(draft_of(turn)))


def send(turn: Turn, _args: Args) -> Step:
    """Send the draft."""
    draft = draft_of(turn)
    if not draft.text:
        return Step((Message(key="report.describe_photo"),), NewForm(FORM, EDIT_TEXT, _data(turn, draft)))
    return Step(form=Form.CLOSE, command=ReportIncident(draft))


def show_again(turn: Turn) -> Step:
    """Show the card as it stands now, after a press on an older one."""
    return open_card(turn, draft_of(turn), "report.card_changed")


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
    replace = turn.form is not None and turn.form.data.get("replace")
    return open_card(
        turn, draft.model_copy(update={"text": turn.text}) if replace else read(turn, turn.text, draft)
    )
