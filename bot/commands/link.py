"""`trucso link`: a new sign-in link for a person."""

from typing import Annotated

import typer

from bot.commands.opened import opened, plainly, show_link
from core.errors import ConfigurationError


@plainly
def link(who: Annotated[str, typer.Argument(help="Name of the person, or the number of the row.")]) -> None:
    """Print a link that signs one browser of a person in, once, within 15 minutes."""
    from bot import founding

    with opened() as (plan, db):
        found = db.read_now(lambda uow: founding.people_named(uow, who))
        if not found:
            raise ConfigurationError(f"Nobody is called {who}. Give the full name, or the number.")
        if len(found) > 1:
            listed = "\n".join(f"  {one.id}  {one.name}, {one.commune}" for one in found)
            raise ConfigurationError(f"Several people fit {who}. Give the number of one:\n{listed}")
        token = db.write_now(lambda uow: founding.link_for(uow, found[0]))
    typer.echo(f"{found[0].name}, {found[0].commune}: this link works once, within 15 minutes.")
    show_link(plan, token)


def register(app: typer.Typer) -> None:
    app.command("link")(link)
