"""Brings a database to the schema that the program expects.

Alembic is imported only when there is something to do: it costs a tenth of a second at every start.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text

from core.errors import ConfigurationError
from storage.session import sqlite_file, writing_engine
from storage.unit_of_work import Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The newest revision in `migrations/versions`; a test keeps it true."""


def upgrade(database: Database | str, before: Callable[[], None] | None = None) -> bool:
    """Bring a database (or the one at an address) to the newest revision; False when it was there already.

    `before` is called first when a database that is in use is about to change: it makes the backup,
    and what it raises stops the migration. Raises ConfigurationError for a database of a newer version
    of the program.
    """
    with _engine(database) as engine:
        found = _revision(engine)
        if found == HEAD:
            return False
        if found is not None:
            _refuse_unknown(found)
            if before is not None:
                before()
        with unchecked_connection(engine) as connection:
            _command("upgrade", connection, "head")
    return True


def downgrade(database: Database | str, revision: str) -> None:
    """Take a database back to an older revision ("base": no tables). What that drops is lost."""
    with _engine(database) as engine, unchecked_connection(engine) as connection:
        _command("downgrade", connection, revision)


def current(database: Database | str) -> str | None:
    """Return the revision of a database, or None when it has never been migrated or does not exist."""
    if isinstance(database, str):
        file = sqlite_file(database)
        if file is not None and not file.exists():
            return None
    with _engine(database) as engine:
        return _revision(engine)


def is_current(database: Database | str) -> bool:
    """Tell whether a database has the newest revision."""
    return current(database) == HEAD


def alembic_config(connection: Connection) -> "Config":
    """Return Alembic's configuration for our migrations on a connection; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def unchecked_connection(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which SQLite may rebuild a table that others refer to.

    SQLite takes this setting only outside a transaction; `migrations/env.py` checks at the end.
    """
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        if engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            if engine.dialect.name == "sqlite":
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _engine(database: Database | str) -> Iterator[Engine]:
    if isinstance(database, Database):
        yield database.engine
        return
    engine = writing_engine(database, pool=1)
    try:
        yield engine
    finally:
        engine.dispose()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _command(name: str, connection: Connection, revision: str) -> None:
    from alembic import command

    getattr(command, name)(alembic_config(connection), revision)


def _refuse_unknown(revision: str) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory("storage/migrations").walk_revisions()}
    if revision not in known:
        raise ConfigurationError(
            f"The database was made by a newer version of the program (revision {revision}; this one knows "
            f"revisions up to {HEAD}). Start the newer version, or restore a backup made before its migration."
        )
