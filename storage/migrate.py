"""Brings a database to the schema that the program expects.

Alembic is imported only when there is something to do: it costs a tenth of a second at every start.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from core.errors import ConfigurationError
from storage.session import reading_engine, sqlite_file, writing_engine
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
    found = current(database)
    if found == HEAD:
        return False
    if found is not None:
        _refuse_unknown(found)
        if before is not None:
            before()
    _command("upgrade", database, "head")
    return True


def downgrade(database: Database | str, revision: str) -> None:
    """Take a database back to an older revision ("base": no tables). What that drops is lost."""
    _command("downgrade", database, revision)


def current(database: Database | str) -> str | None:
    """Return the revision of a database, or None when it has never been migrated or does not exist."""
    if isinstance(database, Database):
        return database.read_now(lambda uow: _revision(uow.session.connection()))
    file = sqlite_file(database)
    if file is not None and not file.exists():
        return None
    engine = reading_engine(database, pool=1)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def is_current(database: Database | str) -> bool:
    """Tell whether a database has the newest revision."""
    return current(database) == HEAD


def alembic_config(connection: Connection | None = None) -> "Config":
    """Return Alembic's configuration for our migrations; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def migrating_connection(database: Database | str) -> Iterator[Connection]:
    """Yield a connection on which SQLite may rebuild a table that others refer to.

    SQLite takes this setting only outside a transaction; `migrations/env.py` checks at the end.
    """
    engine = database.engine if isinstance(database, Database) else writing_engine(database, pool=1)
    try:
        with engine.connect() as connection, _unchecked(connection):
            yield connection
    finally:
        if isinstance(database, str):
            engine.dispose()


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _command(name: str, database: Database | str, revision: str) -> None:
    from alembic import command

    with migrating_connection(database) as connection:
        getattr(command, name)(alembic_config(connection), revision)


def _refuse_unknown(revision: str) -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigurationError(
            f"The database was made by a newer version of the program (its revision {revision} is unknown to "
            f"this one, which ends at {HEAD}). Start the newer version, or restore an older backup."
        )
