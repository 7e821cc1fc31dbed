"""`trucso version`"""

import platform

import typer

from bot.version import VERSION


def show() -> None:
    """Print the version of the program and of Python."""
    typer.echo(f"truc-so {VERSION} (Python {platform.python_version()})")


def register(app: typer.Typer) -> None:
    app.command("version")(show)
