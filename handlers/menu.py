"""The way in for whoever does not know what to type."""

from core.messages import Choice, Message
from handlers.turn import Args, Form, Step, Turn
from knowledge.commands import Command


def menu(turn: Turn, _found: Command | None = None) -> Step:
    """Say what can be done, in one screen."""
    choices = (
        Choice(label="choice.report", do="incidents.report"),
        Choice(label="choice.mine", do="incidents.mine"),
        Choice(label="choice.open", do="incidents.open"),
        Choice(label="choice.who_is_on_duty", do="duty.now"),
    )
    return Step(
        (
            Message(
                key="menu",
                params={"name": turn.actor.name, "form": turn.actor.form_of_address},
                choices=choices,
            ),
        )
    )


def cancel(turn: Turn, _found: Command) -> Step:
    """Leave whatever form is open."""
    return Step((Message(key="form.left" if turn.form else "form.nothing_open"),), Form.CLOSE)


def unknown(turn: Turn, found: Command) -> Step:
    """Answer a slash command that does not exist."""
    word = found.rest.split()[0][:30] if found.rest.split() else ""
    step = menu(turn)
    return Step(
        (step.messages[0].model_copy(update={"key": "menu.unknown_command", "params": {"word": word}}),)
    )


def show_menu(turn: Turn, _args: Args) -> Step:
    """Show the menu after a press."""
    return menu(turn)
