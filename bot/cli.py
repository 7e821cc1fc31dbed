"""The command line. Each command is a module of `bot/commands`; this file puts them together.

To add one, write `bot/commands/<name>.py` with a `register(app)` and name it in COMMANDS. Importing this
module must stay cheap: a command imports what is heavy (channels, database, web server) inside its function.
"""

import sys

import typer

from bot.commands import cycle, demo, env_example, test, version, when
from bot.settings import SettingsError

COMMANDS = (demo, test, env_example, version, when, cycle)


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
    """Run the command that was typed; wrong settings are told in plain words and end with code 1."""
    try:
        build()(prog_name="trucso")
    except SettingsError as error:
        sys.exit(str(error))
