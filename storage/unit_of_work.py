"""The unit of work: one transaction, one domain moment, at most one commune. The only commit.

Rooms are synchronous: a function receives the unit of work, reads and changes rows, and returns
plain values. `Database` runs such functions in worker threads: on SQLite one thread writes and a
few read; on PostgreSQL a small pool does both.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from core.clock import Stopwatch
from core.ports import Clock
from storage.session import is_sqlite, open_session, reading_engine, writing_engine

T = TypeVar("T")

OUTBOX, INBOX, JOBS = "outbox", "inbox", "jobs"
"""What a committed unit of work may have left behind for somebody else to pick up."""

_RETRIED_STATES = {"40001", "40P01"}
_TRIES = 4


def must_be_redone(error: Exception) -> bool:
    """Tell whether the database has broken a unit of work off in favour of another one (a deadlock).

    Nothing is wrong with what it did; `Database` does all of it again.
    """
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in _RETRIED_STATES


class UnitOfWork:
    """One transaction and the moment at which it happens."""

    def __init__(self, session: Session, now: datetime, real_seconds: float, pace: float = 1.0) -> None:
        self.session = session
        self.now = now
        """Domain time of the whole unit, aware UTC."""
        self.real_seconds = real_seconds
        """The stopwatch's reading, for leases and waiting times."""
        self.pace = pace
        """How many seconds of domain time pass in a real one: more than one in a drill."""
        self.nudges: set[str] = set()
        self._commune_id: int | None = None

    @property
    def commune_id(self) -> int:
        """Return the commune this unit is bound to. Raises ValueError before `bind`."""
        if self._commune_id is None:
            raise ValueError("this unit of work is not bound to a commune")
        return self._commune_id

    def bind(self, commune_id: int) -> None:
        """Bind the unit to a commune; from then on queries see that commune only."""
        self._commune_id = commune_id

    def nudge(self, what: str) -> None:
        """Ask that somebody be woken after the commit (`OUTBOX`, `INBOX`, `JOBS`)."""
        self.nudges.add(what)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happens inside if it raises, and keep what went before."""
        with self.session.begin_nested():
            yield


class Database:
    """Runs units of work against one database."""

    def __init__(
        self, url: str, clock: Clock, stopwatch: Stopwatch, *, threads: int = 8, sync: str = "FULL"
    ) -> None:
        self.url = url
        self.clock = clock
        self.stopwatch = stopwatch
        self.sqlite = is_sqlite(url)
        self.writers = 1 if self.sqlite else threads
        self._write_engine = writing_engine(url, threads, sync)
        self._read_engine = reading_engine(url)
        self._writing = ThreadPoolExecutor(self.writers, thread_name_prefix="write")
        self._reading = ThreadPoolExecutor(4, thread_name_prefix="read")
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    @property
    def engine(self) -> Engine:
        """Return the writing engine (migrations, backup)."""
        return self._write_engine

    def on_nudge(self, what: str, listener: Callable[[], None]) -> None:
        """Call a listener after each commit that nudged; it may be called from any thread."""
        self._listeners.setdefault(what, []).append(listener)

    def write_now(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run a unit of work in this thread and commit it; roll back if it raises."""
        for _ in range(_TRIES - 1):
            try:
                return self._run(self._write_engine, work, keep=True)
            except OperationalError as error:
                if not must_be_redone(error):
                    raise
        return self._run(self._write_engine, work, keep=True)

    def read_now(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run a look-up in this thread; nothing it does is kept."""
        return self._run(self._read_engine, work, keep=False)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run a unit of work in a writing thread and commit it."""
        return await asyncio.get_running_loop().run_in_executor(self._writing, self.write_now, work)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run a look-up in a reading thread."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self.read_now, work)

    def close(self) -> None:
        """Let running work end, and close every connection."""
        self._writing.shutdown()
        self._reading.shutdown()
        self._write_engine.dispose()
        self._read_engine.dispose()

    def _run(self, engine: Engine, work: Callable[[UnitOfWork], T], *, keep: bool) -> T:
        with open_session(engine) as session:
            unit = UnitOfWork(session, self.clock.now(), self.stopwatch.seconds(), self.clock.pace)
            result = work(unit)
            if keep:
                session.commit()
        if keep:
            self._tell(unit.nudges)
        return result

    def _tell(self, nudges: set[str]) -> None:
        for what in nudges:
            for listener in self._listeners.get(what, ()):
                listener()
