"""A small commune whose people all write from the echo platform, and looks behind the service's back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import create_engine, text, update
from sqlmodel import col, select

from core.clock import Stopwatch, SystemClock
from core.messages import Message
from core.policy import Role
from core.roster import Position
from handlers.incidents import alerting
from handlers.reminders import notes
from storage import accounts, duty, migrate, people
from storage.reminders import ACTIVE, Reminder
from storage.unit_of_work import Database, UnitOfWork
from tests.support.echo_platform import BROKEN, ECHO

T = TypeVar("T")

PEOPLE = {
    "lan": Role.MEMBER,
    "tam": Role.MEMBER,
    "bay": Role.MEMBER,
    "chin": Role.MEMBER,
    "minh": Role.OFFICER,
    "mai": Role.OFFICER,
    "dung": Role.LEAD,
    "hoa": Role.LEADER,
}
REPORTERS = ("lan", "tam", "bay", "chin")
ON_DUTY = {"minh": Position.DUTY, "mai": Position.DEPUTY}
NOTE = Message(key="form.left")


def report(number: int) -> str:
    """Return a report whose ladder climbs at any hour of any day."""
    return f"/suco mất mạng toàn xã, khẩn, phiếu số {number:04d}"


def seed(url: str, elsewhere: dict[str, str] | None = None) -> None:
    """Make the commune: Minh and Mai are on duty, and everybody writes from a chat of their own name.

    `elsewhere` says who writes to another bot account than the first.
    """
    migrate.upgrade(url)
    written(url, lambda uow: _populate(uow, elsewhere or {}))


def _populate(uow: UnitOfWork, elsewhere: dict[str, str]) -> None:
    commune = people.Commune(name="Xã Vang", created_at=uow.now)
    accounts_of_ours = {ECHO, *elsewhere.values()}
    uow.session.add(commune)
    kinds = {name: name if name == BROKEN else ECHO for name in accounts_of_ours}
    uow.session.add_all(accounts.BotAccount(id=name, channel=kind) for name, kind in kinds.items())
    uow.session.flush()
    uow.bind(commune.id or 0)
    unit = people.Unit(commune_id=uow.commune_id, kind="team", name="Tổ Ứng cứu")
    uow.session.add(unit)
    uow.session.flush()
    for name, role in PEOPLE.items():
        who = add_person(uow, name, role, unit.key)
        account = elsewhere.get(name, ECHO)
        uow.session.add(
            accounts.Account(commune_id=uow.commune_id, person_id=who, bot_account=account, address=name)
        )
        if name in ON_DUTY:
            put_on_duty(uow, who, unit.key, ON_DUTY[name])


def add_person(uow: UnitOfWork, name: str, role: Role, unit_id: int) -> int:
    """Store a person with a role, and return the id."""
    person = people.Person(commune_id=uow.commune_id, name=name.title(), created_at=uow.now)
    uow.session.add(person)
    uow.session.flush()
    uow.session.add(
        people.Membership(commune_id=uow.commune_id, person_id=person.key, unit_id=unit_id, role=role.value)
    )
    return person.key


def put_on_duty(uow: UnitOfWork, person_id: int, unit_id: int, position: Position) -> None:
    """Give somebody a shift that runs now."""
    day = timedelta(days=1)
    uow.session.add(
        duty.ShiftRow(
            commune_id=uow.commune_id,
            unit_id=unit_id,
            person_id=person_id,
            position=position.value,
            starts_at=uow.now - day,
            ends_at=uow.now + day,
        )
    )


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open the database as another process of the program would."""
    db = Database(url, SystemClock(), Stopwatch())
    try:
        yield db
    finally:
        db.close()


def written(url: str, work: Callable[[UnitOfWork], T]) -> T:
    """Run a unit of work behind the service's back."""
    with opened(url) as db:
        return db.write_now(work)


def plan_note(url: str, subject: int, who: str, ago: timedelta = timedelta(0)) -> None:
    """Plan a plain reminder that has come due, now or some time ago."""

    def plan(uow: UnitOfWork) -> None:
        person = uow.session.exec(select(people.Person).where(people.Person.name == who.title())).one()
        uow.bind(person.commune_id)
        notes.put(uow, subject, person.key, uow.now - ago, NOTE)

    written(url, plan)


def hasten_ladders(url: str) -> None:
    """Let the next step of every running ladder come due now."""

    def hasten(uow: UnitOfWork) -> None:
        running = (col(Reminder.kind) == alerting.KIND) & (col(Reminder.state) == ACTIVE)
        uow.session.execute(update(Reminder).where(running).values(next_due_at=uow.now))

    written(url, hasten)


def ask(url: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return what is in the database, in SQL."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query), values)]
    engine.dispose()
    return rows


def change(url: str, statement: str) -> None:
    """Change what is in the database, in SQL."""
    written(url, lambda uow: uow.session.connection().execute(text(statement)) and None)


def at_rest(url: str) -> bool:
    """Tell whether nothing waits of what came in, is to be done, or is to go out."""
    waiting = (
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
        " + (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))"
        " + (SELECT count(*) FROM job WHERE state IN ('waiting', 'running'))"
    )
    return ask(url, waiting) == [(0,)]
