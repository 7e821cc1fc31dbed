"""Migrated databases for tests, on SQLite and on PostgreSQL. Each is a copy of one that was migrated once."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import FakeClock, Stopwatch
from storage import migrate
from storage.people import Commune, Person
from storage.unit_of_work import Database, UnitOfWork
from tests.support.postgres import PostgresServer

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 08:00 in Vietnam."""

SQLITE, POSTGRES = "sqlite", "postgres"
BOTH = (SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres))
"""For `parametrize`: once on each database."""

WAIT_NOT_FOR_EVER = "?options=-c%20lock_timeout%3D30s"
"""A test whose transactions wait for each other fails then, instead of hanging."""

NewDatabase = Callable[[str], Database]


class FakeStopwatch(Stopwatch):
    """Real seconds that stand still until a test moves them."""

    def __init__(self) -> None:
        super().__init__()
        self._reading = 1_000.0

    def seconds(self) -> float:
        """Return the reading last set."""
        return self._reading

    def advance(self, seconds: float) -> None:
        """Move on."""
        self._reading += seconds


@pytest.fixture
def clock() -> FakeClock:
    """Domain time of the test's databases."""
    return FakeClock(START)


@pytest.fixture
def stopwatch() -> FakeStopwatch:
    """Real time of the test's databases."""
    return FakeStopwatch()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """Name of a migrated PostgreSQL database that tests clone."""

    def prepare(url: str) -> None:
        migrate.upgrade(url)

    name = postgres_server.make_template(prepare)
    yield name
    postgres_server.drop(name)


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Make a migrated database ("sqlite" or "postgres") for this test and return its address."""
    cloned: list[str] = []

    def make(kind: str) -> str:
        if kind == SQLITE:
            template = request.getfixturevalue("sqlite_template")
            return f"sqlite:///{shutil.copy(template, tmp_path / f'{len(list(tmp_path.iterdir()))}.db')}"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create(request.getfixturevalue("migrated_postgres"))
        cloned.append(url)
        return url + WAIT_NOT_FOR_EVER

    yield make
    for url in cloned:
        request.getfixturevalue("postgres_server").drop(url)


@pytest.fixture
def new_database(
    new_url: Callable[[str], str], clock: FakeClock, stopwatch: FakeStopwatch
) -> Iterator[NewDatabase]:
    """Make a migrated database ("sqlite" or "postgres") for this test."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        made.append(Database(new_url(kind), clock, stopwatch, sync="OFF"))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, new_database: NewDatabase) -> Database:
    """A migrated, empty database; the test runs once on SQLite and once on PostgreSQL."""
    return new_database(request.param)


@pytest.fixture
def sqlite_database(new_database: NewDatabase) -> Database:
    """A migrated, empty SQLite database."""
    return new_database(SQLITE)


@pytest.fixture
def postgres_database(postgres_server: PostgresServer, new_database: NewDatabase) -> Database:
    """A migrated, empty PostgreSQL database."""
    return new_database(POSTGRES)


def add_commune(database: Database, name: str = "Xã Mẫu") -> int:
    """Store a commune and return its id."""

    def work(uow: UnitOfWork) -> int:
        commune = Commune(name=name, created_at=uow.now)
        uow.session.add(commune)
        uow.session.flush()
        return commune.id or 0

    return database.write_now(work)


def add_person(database: Database, commune_id: int, name: str = "Lan") -> int:
    """Store a person of a commune and return the id."""

    def work(uow: UnitOfWork) -> int:
        person = Person(commune_id=commune_id, name=name, created_at=uow.now)
        uow.session.add(person)
        uow.session.flush()
        return person.key

    return database.write_now(work)
