"""Engines for the two databases, set up so that each keeps what it promises.

SQLite: write-ahead log, full synchronisation, foreign keys on, and every writing transaction
begins IMMEDIATE, because a read transaction that turns into a write fails under load whatever
the busy timeout is. Reading sessions refuse to write. Bound values are never part of an error's text:
they are what people wrote.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlmodel import Session, create_engine

BUSY_TIMEOUT_MS = 5000


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
        return _sqlite_engine(url, begin="BEGIN IMMEDIATE", query_only=False, pool=1, synchronous=synchronous)
    return create_engine(url, hide_parameters=True, pool_size=pool, max_overflow=0, pool_pre_ping=True)


def reading_engine(url: str, pool: int = 4) -> Engine:
    """Return the engine for look-ups outside a unit of work; it cannot write on SQLite."""
    if is_sqlite(url):
        return _sqlite_engine(url, begin="BEGIN", query_only=True, pool=pool, synchronous="FULL")
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


def _sqlite_engine(url: str, *, begin: str, query_only: bool, pool: int, synchronous: str) -> Engine:
    engine = create_engine(
        url,
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

    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine
