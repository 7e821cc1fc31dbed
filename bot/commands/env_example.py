"""`trucso env-example`"""

import typer

from bot.settings import env_example


def show() -> None:
    """Print a .env file with every setting, its meaning and its default."""
    typer.echo(env_example(), nl=False)


def register(app: typer.Typer) -> None:
    app.command("env-example")(show)
