"""Where a benchmark runs: a fresh, migrated database of either kind that syncs every commit to disk."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.clock import Stopwatch
from core.ports import Clock
from storage import migrate
from storage.unit_of_work import Database
from tests.support.postgres import running_server

SQLITE, POSTGRES = "sqlite", "postgres"
KINDS = (SQLITE, POSTGRES)


@dataclass(frozen=True)
class Ground:
    """A fresh database and a folder of its own."""

    kind: str
    url: str
    folder: Path

    def open(self, clock: Clock) -> Database:
        """Open the database as the service does: on SQLite with synchronous=FULL."""
        return Database(self.url, clock, Stopwatch())


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    """Yield an empty, migrated database; everything is removed afterwards.

    PostgreSQL is started for this alone, with fsync and synchronous_commit on.
    """
    with tempfile.TemporaryDirectory(prefix="trucso-benchmark-") as name:
        folder = Path(name)
        if kind == SQLITE:
            url = f"sqlite:///{folder / 'trucso.db'}"
            migrate.upgrade(url)
            yield Ground(kind, url, folder)
            return
        with running_server(durable=True) as server:
            url = server.create()
            migrate.upgrade(url)
            yield Ground(kind, url, folder)
