"""`trucso test`"""

import typer

from bot.checks import run_checks


def run(context: typer.Context) -> None:
    """Run every check of the project; what follows goes to pytest (for example: -k roster)."""
    raise typer.Exit(run_checks(context.args))


def register(app: typer.Typer) -> None:
    app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run)
