"""The command line. Each command is a module of `bot/commands`; this file puts them together.

To add one, write `bot/commands/<name>.py` with a `register(app)` and name it in COMMANDS. Importing this
module must stay cheap: a command imports what is heavy (channels, database, web server) inside its function.
"""

import sys
import traceback
from pathlib import Path

import typer

from bot.commands import (
    backup,
    cycle,
    demo,
    doctor,
    env_example,
    faq,
    init,
    link,
    plan,
    replay,
    restore,
    run,
    test,
    version,
    when,
)
from bot.settings import SettingsError

COMMANDS = (
    demo,
    test,
    init,
    run,
    doctor,
    link,
    backup,
    restore,
    replay,
    when,
    cycle,
    plan,
    faq,
    env_example,
    version,
)


def build() -> typer.Typer:
    """The program with all its commands, in the order of COMMANDS."""
    program = typer.Typer(
        name="trucso",
        help="The assistant of the digital officers of a commune.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for command in COMMANDS:
        command.register(program)
    return program


def main() -> None:
    """Run the command that was typed. Whatever fails is told in plain words and ends with code 1."""
    try:
        build()(prog_name="trucso")
    except SettingsError as error:
        sys.exit(str(error))
    except Exception as error:  # the border of the command line: an operator is shown no stack trace
        sys.exit(
            f"The program failed in a way that nobody foresaw: {_kind_and_place(error)}. Please report it."
        )


def _kind_and_place(error: BaseException) -> str:
    """Return what failed and where; the text of an exception may hold what somebody wrote."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
