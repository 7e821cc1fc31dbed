"""Engines for the two databases, set up so that each keeps what it promises.

SQLite: write-ahead log, full synchronisation, foreign keys on, and every writing transaction
begins IMMEDIATE, because a read transaction that turns into a write fails under load whatever
the busy timeout is. Reading sessions refuse to write. Bound values are never part of an error's text:
they are what people wrote.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlmodel import Session, create_engine

BUSY_TIMEOUT_MS = 5000


class Reading(SQLiteDialect_pysqlite):
    """SQLite for look-ups."""

    supports_statement_cache = True
    _begin = "BEGIN"

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction; the driver itself begins none (`isolation_level` is None)."""
        dbapi_connection.execute(self._begin)


class Writing(Reading):
    """SQLite for units of work: whoever begins one is the only writer until its end."""

    supports_statement_cache = True
    _begin = "BEGIN IMMEDIATE"


# A listener of the engine could do the same, at a tenth of the time of every statement.
registry.register("sqlite.reading", __name__, Reading.__name__)
registry.register("sqlite.writing", __name__, Writing.__name__)


def is_sqlite(url: str) -> bool:
    """Tell whether a database address means SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite address, or None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "") if is_sqlite(url) else None


def writing_engine(url: str, pool: int = 8, synchronous: str = "FULL") -> Engine:
    """Return the engine for units of work; on SQLite it has one connection."""
    if is_sqlite(url):
        return _sqlite_engine(url, query_only=False, pool=1, synchronous=synchronous)
    return create_engine(url, hide_parameters=True, pool_size=pool, max_overflow=0, pool_pre_ping=True)


def reading_engine(url: str, pool: int = 4) -> Engine:
    """Return the engine for look-ups outside a unit of work; it cannot write on SQLite."""
    if is_sqlite(url):
        return _sqlite_engine(url, query_only=True, pool=pool, synchronous="FULL")
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        execution_options={"postgresql_readonly": True},
    )


def open_session(engine: Engine) -> Session:
    """Return a session whose objects stay readable after the commit."""
    return Session(engine, expire_on_commit=False)


def _sqlite_engine(url: str, *, query_only: bool, pool: int, synchronous: str) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="sqlite+reading" if query_only else "sqlite+writing"),
        hide_parameters=True,
        pool_size=pool,
        max_overflow=0,
        connect_args={"check_same_thread": False},
    )

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    return engine
