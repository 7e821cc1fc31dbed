"""The conversation of corrections: for ten minutes a reporter may change one thing or take it all back."""

from dataclasses import replace

from core.incident import Severity, correctable
from core.messages import Choice, Message
from core.policy import Action
from handlers.execute import require
from handlers.incidents import asking, cards, queries
from handlers.incidents.commands import CorrectIncident, WithdrawIncident
from handlers.incidents.pickers import category_choices, group_choices, severity_choices
from handlers.incidents.service import require_correctable
from handlers.turn import Args, Form, NewForm, Step, Turn, say
from knowledge.commands import read_answer, read_command
from knowledge.understanding import guess
from storage.incidents import Incident

FORM = "correct"


def withdraw(_turn: Turn, args: Args) -> Step:
    """Take the report back."""
    return Step(command=WithdrawIncident(args["incident_id"]))


def _correctable(turn: Turn, args: Args) -> Incident:
    """Return the incident of a question, if its answer could be carried out. Raises Refusal."""
    incident = queries.identified(turn.uow, args["incident_id"])
    require(turn.actor, Action.INCIDENT_CORRECT, own=incident.reporter_id == turn.actor.person_id)
    require_correctable(turn.uow, incident)
    return incident


def correct(turn: Turn, args: Args) -> Step:
    """Ask which one thing to change."""
    incident = _correctable(turn, args)
    choices = tuple(
        Choice(label=f"choice.field_{name}", do="incidents.correct_field", args=args | {"field": name})
        for name in ("text", "system", "place", "severity")
    )
    return Step((cards.reply(turn.uow, incident, "report.edit", *choices),))


def correct_field(turn: Turn, args: Args) -> Step:
    """Ask for the new value of a field."""
    incident = _correctable(turn, args)
    name = args["field"]
    kept = {"incident_id": incident.key}
    if name == "severity":
        return Step(
            (cards.reply(turn.uow, incident, "report.which_severity", *severity_choices("incidents", kept)),)
        )
    if name == "system":
        return Step(
            (cards.reply(turn.uow, incident, "report.which_system", *group_choices("incidents", kept)),)
        )
    key = "report.where" if name == "place" else "report.describe_anew"
    return Step((cards.reply(turn.uow, incident, key),), NewForm(FORM, name, kept))


def pick_group(turn: Turn, args: Args) -> Step:
    """Show the systems of a group."""
    incident = queries.identified(turn.uow, args["incident_id"])
    choices = category_choices("incidents", {"incident_id": incident.key}, args["group"])
    return Step((cards.reply(turn.uow, incident, "report.which_system", *choices),))


def set_system(_turn: Turn, args: Args) -> Step:
    """Change the system."""
    return Step(command=CorrectIncident(args["incident_id"], "system", args["system"]))


def set_severity(_turn: Turn, args: Args) -> Step:
    """Change the severity."""
    return Step(command=CorrectIncident(args["incident_id"], "severity", severity=Severity(args["severity"])))


def form(turn: Turn) -> Step | None:
    """Take the typed value of a field."""
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
    if state.updated_at is not None and not correctable(state.updated_at, turn.now):
        return _too_late(turn)
    return _corrected(turn, state.step, state.data["incident_id"])


def _corrected(turn: Turn, field: str, incident_id: int) -> Step:
    if field == "text":
        return Step(form=Form.CLOSE, command=CorrectIncident(incident_id, "text", turn.text))
    place = guess(turn.text, queries.places(turn.uow))
    value = place.place_text if place.place_id else cards.shortened(turn.text, 80)
    return Step(form=Form.CLOSE, command=CorrectIncident(incident_id, "place", value, unit_id=place.place_id))


def _too_late(turn: Turn) -> Step:
    """Take words as what they are when nothing can be corrected any more: no answer to an old question."""
    step = asking.free_text(turn)
    return step if isinstance(step.form, NewForm) else replace(step, form=Form.CLOSE)
