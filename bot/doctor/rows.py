"""What the database tells of the service: signs of life, what waits, what failed, the last backup."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.app import WEB, Plan
from bot.doctor.finding import Finding, judged, noted
from core.clock import Stopwatch, SystemClock
from core.errors import ConfigurationError
from scheduler.jobs import HEARTBEAT
from storage import figures, inbox, jobs, migrate, outbox
from storage.accounts import all_bot_accounts
from storage.people import Commune
from storage.system import last_beat, remember, remembered
from storage.unit_of_work import Database, UnitOfWork

BACKUP = "last_backup"
BACKUP_EVERY = timedelta(days=2)
SILENT_SECONDS = 60.0
"""Real seconds without a round of the ticker after which the service is not well; /healthz says the same."""
LONGEST_WAIT_SECONDS = 600.0
CLOCK_TOLERANCE = timedelta(seconds=30)
_CODES_SHOWN = 5

Look = Callable[[UnitOfWork], Finding]


def note_backup(uow: UnitOfWork) -> None:
    """Remember that a backup was made now."""
    remember(uow, BACKUP, {"at": uow.now.isoformat()})


def database(plan: Plan) -> Iterator[Finding]:
    """Look at the database, and into it when it has the tables of this version."""
    kind = "PostgreSQL" if plan.database_url.startswith("postgresql") else "SQLite"
    try:
        revision = migrate.current(plan.database_url)
        yield _revision(kind, revision)
        if revision == migrate.HEAD:
            yield from _inside(plan)
    except (SQLAlchemyError, ConfigurationError) as error:
        advice = "It cannot be used. Check TRUCSO_DATABASE_URL, that the server runs, and the disk."
        yield judged(f"{kind} ({type(error).__name__})", advice, well=False)


def _revision(kind: str, revision: str | None) -> Finding:
    advice = (
        f"This version needs {migrate.HEAD}. Start trucso run: it makes a backup and brings it up to date."
    )
    if revision is None:
        advice = "There are no tables yet. Make them with: trucso init"
    said = f"{kind}, tables of revision {revision}" if revision else f"{kind}, empty"
    return judged(said, advice, well=revision == migrate.HEAD)


def _inside(plan: Plan) -> Iterator[Finding]:
    looks: list[Look] = [_communes, _clock, _ticker, _waiting, _failed, partial(_accounts, plan), _backup]
    db = Database(plan.database_url, SystemClock(), Stopwatch())
    try:
        yield from (db.read_now(look) for look in looks)
    finally:
        db.close()


def _communes(uow: UnitOfWork) -> Finding:
    names = list(uow.session.execute(select(col(Commune.name)).order_by(col(Commune.id))).scalars())
    return judged(f"Communes: {', '.join(names) or 'none'}", "Make one with: trucso init", well=bool(names))


def _clock(uow: UnitOfWork) -> Finding:
    """Compare the machine's clock with the server's, or with the last thing that was written."""
    other: datetime | None
    if uow.session.get_bind().dialect.name == "postgresql":
        other = uow.session.execute(select(func.now())).scalar_one()
        apart = abs(uow.now - other) if other else timedelta(0)
    else:
        beat = last_beat(uow, HEARTBEAT)
        apart = beat.at - uow.now if beat else timedelta(0)
    return judged(
        "The clock agrees with the database",
        f"They differ by {round(apart.total_seconds())} seconds. Let the machine set its clock "
        "(timedatectl set-ntp on).",
        well=apart <= CLOCK_TOLERANCE,
    )


def _ticker(uow: UnitOfWork) -> Finding:
    last = last_beat(uow, HEARTBEAT)
    if last is None:
        return noted("The service has not run yet", "Start it with: trucso run", well=False)
    age = max(0, round(uow.real_seconds - last.real_seconds))
    return judged(
        f"The service looked for due reminders {_ago(age)}",
        "It does not run, or hangs. Start it (systemctl start trucso) and look at its log.",
        well=age <= SILENT_SECONDS,
    )


def _waiting(uow: UnitOfWork) -> Finding:
    oldest = max(figures.oldest_waiting(uow).values())
    counts = f"{inbox.waiting(uow)[0]} events, {outbox.waiting(uow)[0]} messages, {jobs.waiting(uow)} jobs"
    return judged(
        f"Waiting: {counts}",
        f"The oldest came {_ago(oldest)}. Look in the log for not_sent, dispatch_failed and job_failed.",
        well=oldest <= LONGEST_WAIT_SECONDS,
    )


def _failed(uow: UnitOfWork) -> Finding:
    row = inbox.InboxRow
    query = select(col(row.reference)).where(col(row.state) == inbox.FAILED).order_by(col(row.id).desc())
    codes = list(uow.session.execute(query).scalars())
    more = f" and {len(codes) - _CODES_SHOWN} more" if len(codes) > _CODES_SHOWN else ""
    return noted(
        f"Events that could not be handled: {', '.join(codes[:_CODES_SHOWN]) or 'none'}{more}",
        "Look for the code in the log; when the cause is gone: trucso replay CODE",
        well=not codes,
    )


def _accounts(plan: Plan, uow: UnitOfWork) -> Finding:
    on = {WEB, *plan.channels}
    off = [account.id for account in all_bot_accounts(uow) if account.channel not in on]
    return judged(
        f"Bot accounts without a channel: {', '.join(off) or 'none'}",
        "What is queued for them waits. Switch their channels on, or remove them.",
        well=not off,
    )


def _backup(uow: UnitOfWork) -> Finding:
    last = remembered(uow, BACKUP)
    age = uow.now - datetime.fromisoformat(last["at"]) if last else None
    return judged(
        "No backup yet" if age is None else f"The last backup was made {_ago(age.total_seconds())}",
        "Make one every night, on another machine or disk: trucso backup FILE",
        well=age is not None and age <= BACKUP_EVERY,
    )


def _ago(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit} ago"
    return f"{int(seconds)} seconds ago"
