"""The databases and the commune that these tests play on."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.clock import FakeClock
from storage import migrate
from storage.unit_of_work import Database
from tests.support.database import POSTGRES, START, FakeStopwatch
from tests.support.postgres import PostgresServer
from tests.support.transcript import prepared_sqlite
from tests.support.transcript_village import prepare

Village = Callable[[str], str]


@pytest.fixture(scope="session")
def sqlite_village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commune of the transcripts as an SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("village") / "village.db"
    prepared_sqlite(file)
    return file


@pytest.fixture(scope="session")
def postgres_village(postgres_server: PostgresServer) -> Iterator[str]:
    """Name of a PostgreSQL database with the commune that tests clone."""

    def make(url: str) -> None:
        migrate.upgrade(url)
        database = Database(url, FakeClock(START), FakeStopwatch())
        prepare(database)
        database.close()

    name = postgres_server.make_template(make)
    yield name
    postgres_server.drop(name)


@pytest.fixture
def village(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Village]:
    """Make the commune anew ("sqlite" or "postgres") and return the address of its database."""
    cloned: list[str] = []

    def make(kind: str) -> str:
        if kind != POSTGRES:
            source = request.getfixturevalue("sqlite_village")
            return (
                f"sqlite:///{shutil.copy(source, tmp_path / f'village-{len(list(tmp_path.iterdir()))}.db')}"
            )
        server: PostgresServer = request.getfixturevalue("postgres_server")
        cloned.append(server.create(request.getfixturevalue("postgres_village")))
        return cloned[-1]

    yield make
    for url in cloned:
        request.getfixturevalue("postgres_server").drop(url)
