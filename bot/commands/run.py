"""`trucso run`: the service, as the settings say."""

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from bot.commands.opened import base_url, database_of, plainly, plan_of, unreachable
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from bot.app import Plan
    from storage.unit_of_work import UnitOfWork


@plainly
def run() -> None:
    """Run the service until it is told to stop."""
    from bot import app
    from bot.logs import set_up
    from bot.settings import load_settings

    settings = load_settings()
    set_up(settings.log_level)
    plan = plan_of(settings)
    with app.held(plan):
        listener = _ready(plan)
        plan = app.with_port(plan, listener)
        with database_of(plan, make=True, held_already=True) as db:
            _tell(plan, communes=db.read_now(_count_communes))
            asyncio.run(app.serve(plan, db, listener))


def _ready(plan: "Plan") -> socket.socket:
    """Return the open port. Raises ConfigurationError with every reason why the service cannot start."""
    from bot import app

    faults = [fault for check in (_check_channels, _check_database) if (fault := _fault(check, plan))]
    try:
        listener = app.listen(plan)
    except ConfigurationError as error:
        faults.append(str(error))
    else:
        if not faults:
            return listener
        listener.close()
    raise ConfigurationError("The service cannot start:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _fault(check: Callable[["Plan"], None], plan: "Plan") -> str:
    try:
        check(plan)
    except ConfigurationError as error:
        return str(error)
    return ""


def _check_channels(plan: "Plan") -> None:
    from bot.channels.registry import channel_class

    for kind in plan.channels:
        channel_class(kind, plan.channels)


def _check_database(plan: "Plan") -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from storage import migrate

    try:
        migrate.current(plan.database_url)
    except SQLAlchemyError as error:
        raise ConfigurationError(unreachable(error)) from error


def _count_communes(uow: "UnitOfWork") -> int:
    from sqlalchemy import func, select

    from storage.people import Commune

    count: int = uow.session.execute(select(func.count()).select_from(Commune)).scalar_one()
    return count


def _tell(plan: "Plan", communes: int) -> None:
    """Say where the service listens: in the log, and in words to whoever watches it start."""
    import structlog

    log = structlog.get_logger(__name__)
    kind = plan.database_url.partition(":")[0].partition("+")[0]
    log.info("listening", host=plan.host, port=plan.port, public=plan.public_base_url, database=kind)
    if not communes:
        log.warning("no_commune", advice="make one with: trucso init")
    if sys.stdout.isatty():
        typer.echo(f"Listening on {base_url(plan)}/ · stop with Ctrl-C")


def register(app: typer.Typer) -> None:
    app.command("run")(run)
