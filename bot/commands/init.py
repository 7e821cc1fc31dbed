"""`trucso init`: a commune and its first administrator."""

import sys
from typing import Annotated

import typer

from bot.commands.opened import fail, opened, plainly, show_link


@plainly
def init(
    commune: Annotated[str | None, typer.Option(help="Name of the commune, as people say it.")] = None,
    province: Annotated[str | None, typer.Option(help="Name of the province.")] = None,
    name: Annotated[str | None, typer.Option(help="Full name of the first administrator.")] = None,
    phone: Annotated[str | None, typer.Option(help="Their phone number.")] = None,
    form: Annotated[
        str | None, typer.Option(help="The word before their name when they are spoken to.")
    ] = None,
) -> None:
    """Make a commune with its first administrator, and print the link by which they sign in."""
    from bot import founding

    questions = ("Commune", "Province", "Full name of the first administrator", "Phone", "Form of address")
    given = (commune, province, name, phone, form)
    if not sys.stdin.isatty():
        _require(commune=commune, name=name)
    answers = [_asked(question, value) for question, value in zip(questions, given, strict=True)]
    wanted = founding.checked(*answers)
    with opened(make=True) as (plan, db):
        token = db.write_now(lambda uow: founding.found(uow, wanted))
    typer.echo(f"{wanted.commune} is made. {wanted.name} signs in with this link, once, within 15 minutes:")
    show_link(plan, token)
    typer.echo("Next: trucso run (the service), trucso doctor (what is still to do).")


def _require(**given: str | None) -> None:
    missing = [f"--{name}" for name, value in given.items() if value is None]
    if missing:
        fail(f"Add {' and '.join(missing)}, or type the command in a terminal, where it asks.")


def _asked(question: str, given: str | None) -> str:
    if given is not None or not sys.stdin.isatty():
        return given or ""
    return str(typer.prompt(question, default="", show_default=False))


def register(app: typer.Typer) -> None:
    app.command("init")(init)
