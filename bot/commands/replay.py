"""`trucso replay`: handle an event again that had failed."""

from typing import Annotated

import typer

from bot.commands.opened import opened, plainly
from core.errors import ConfigurationError

_OTHER_CODES = {
    "W-": "{code} is the code of a page that failed: look for it in the log. Nothing is to be handled again.",
    "T": "{code} is the code of a message that could not be shown: look for outbox_id {number} in the log. "
    "Nothing is to be handled again.",
}


@plainly
def replay(
    code: Annotated[str, typer.Argument(help="The reference code that the person was given.")],
) -> None:
    """Handle a failed event again; a running service takes it within two seconds."""
    from storage import inbox

    wanted = code.strip().upper()
    with opened() as (_plan, db):
        if not db.write_now(lambda uow: inbox.replay(uow, wanted)):
            raise ConfigurationError(_why_not(wanted))
    typer.echo("It will be handled again within two seconds, or when the service starts.")


def _why_not(code: str) -> str:
    for beginning, meaning in _OTHER_CODES.items():
        rest = code.removeprefix(beginning)
        if rest != code and (rest.isdecimal() or beginning == "W-"):
            return meaning.format(code=code, number=rest)
    return f"No failed event has the code {code}: it was handled again before, or is older than 30 days."


def register(app: typer.Typer) -> None:
    app.command("replay")(replay)
