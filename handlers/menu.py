"""The way in for whoever does not know what to type."""

from core.messages import Choice, Message
from core.policy import Action, decide
from handlers.turn import Args, Form, Step, Turn
from knowledge.commands import Command


def menu(turn: Turn, _found: Command | None = None, *, key: str = "menu", word: str = "") -> Step:
    """Say what can be done, in one screen."""
    actor = turn.actor
    params = {"name": actor.name, "form": actor.form_of_address, "word": word}
    return Step((Message(key=key, params=params, choices=_choices(turn)),))


def _choices(turn: Turn) -> tuple[Choice, ...]:
    look_up = (
        Choice(label="choice.mine", do="incidents.mine"),
        Choice(label="choice.open", do="incidents.open"),
        Choice(label="choice.who_is_on_duty", do="duty.now"),
    )
    if decide(Action.INCIDENT_REPORT, turn.actor.roles, on_duty=turn.actor.on_duty):
        return (Choice(label="choice.report", do="incidents.report"), *look_up)
    return look_up[1:]


def cancel(turn: Turn, _found: Command) -> Step:
    """Leave whatever form is open."""
    return Step((Message(key="form.left" if turn.form else "form.nothing_open"),), Form.CLOSE)


def unknown(turn: Turn, found: Command) -> Step:
    """Answer a slash command that does not exist."""
    word = found.rest.split()[0][:30] if found.rest.split() else ""
    return menu(turn, key="menu.unknown_command", word=word)


def show_menu(turn: Turn, _args: Args) -> Step:
    """Show the menu after a press."""
    return menu(turn)
