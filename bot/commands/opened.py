"""What the operator's commands share: settings as a plan, an open database, failures as one sentence."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import typer

from core.errors import ConfigurationError, TrucSoError

if TYPE_CHECKING:
    from bot.app import Plan
    from bot.settings import Settings
    from storage.unit_of_work import Database

_MIB = 1024 * 1024
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 compared with, never listened on


def plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command end with one sentence and code 1 instead of a stack trace."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except TrucSoError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{error.filename or 'What is needed'} cannot be used: {error.strerror or error}.")

    return run


def fail(sentence: str) -> None:
    """Say one sentence and end with code 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def plan_of(settings: "Settings") -> "Plan":
    """Return how a process with these settings runs."""
    from bot.app import Plan
    from bot.work.sandbox import Limits

    limits = Limits(
        seconds=float(settings.worker_seconds),
        cpu_seconds=settings.worker_seconds,
        memory_mib=settings.worker_memory_mib,
    )
    token, ping = settings.metrics_token, settings.heartbeat_url
    return Plan(
        data_dir=settings.data_dir,
        database_url=settings.database_url.get_secret_value(),
        host=settings.web_host,
        port=settings.web_port,
        public_base_url=settings.public_base_url or "",
        allowed_hosts=settings.allowed_hosts,
        metrics_token=token.get_secret_value() if token else "",
        tick_seconds=float(settings.tick_seconds),
        lease_seconds=float(settings.lease_seconds),
        limits=limits,
        max_upload_bytes=settings.max_upload_mib * _MIB,
        channels=dict(entry.split("=", 1) for entry in settings.extra_channels),
        heartbeat_url=ping.get_secret_value() if ping else "",
    )


@contextmanager
def opened(*, make: bool = False, hold: bool = False) -> Iterator[tuple["Plan", "Database"]]:
    """Open the database that the settings name.

    `make` also makes it, or brings it up to date. `hold` keeps other processes away from the data folder
    meanwhile. Raises ConfigurationError when the database is not there, is of another version, or fails.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot.app import held
    from bot.settings import load_settings

    plan = plan_of(load_settings())
    with ExitStack() as stack:
        try:
            if hold:
                stack.enter_context(held(plan))
            db = stack.enter_context(database_of(plan, make=make, held_already=hold))
            yield plan, db
        except SQLAlchemyError as error:
            raise ConfigurationError(unreachable(error)) from error


def unreachable(error: Exception) -> str:
    """Return the sentence for a database that fails; its own words may name people, so they are left out."""
    return (
        f"The database cannot be used ({type(error).__name__}). "
        "Check TRUCSO_DATABASE_URL, that the server runs, and that the disk is not full."
    )


@contextmanager
def database_of(plan: "Plan", *, make: bool, held_already: bool) -> Iterator["Database"]:
    """Open the database of a plan; see `opened`. Changing its tables needs the data folder for itself."""
    from bot.app import held, open_database
    from storage import migrate

    revision = migrate.current(plan.database_url)
    if revision is None and not make:
        raise ConfigurationError(
            f"There is no database yet in {plan.data_dir}. "
            "Go to the folder of your .env, or make one with: trucso init"
            if plan.database_url.startswith("sqlite")
            else "The database has no tables yet. Make them with: trucso init"
        )
    if revision not in (None, migrate.HEAD) and not make:
        raise ConfigurationError(
            f"The database has revision {revision}, this version needs {migrate.HEAD}. "
            "Start trucso run once: it makes a backup and brings the database up to date."
        )
    with ExitStack() as stack:
        if revision != migrate.HEAD and not held_already:
            stack.enter_context(held(plan))
        db = open_database(plan)
        try:
            yield db
        finally:
            db.close()


def base_url(plan: "Plan") -> str:
    """Return the address under which people reach the pages."""
    if plan.public_base_url:
        return plan.public_base_url
    host = "127.0.0.1" if plan.host in _EVERY_ADDRESS else plan.host
    return f"http://[{host}]:{plan.port}" if ":" in host else f"http://{host}:{plan.port}"


def show_link(plan: "Plan", token: str) -> None:
    """Print a sign-in link, and on a terminal also the square that a phone's camera reads."""
    address = f"{base_url(plan)}/vao/{token}"
    typer.echo(address)
    if sys.stdout.isatty() and plan.public_base_url:
        import segno

        segno.make_qr(address).terminal(compact=True)
