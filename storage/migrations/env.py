"""Run by Alembic for each command. `storage.migrate` hands it the connection, outside any transaction."""

from alembic import context
from sqlalchemy import Connection, text

from storage.tables import METADATA

_ONE_AT_A_TIME = 7_265_810_127
"""Key of the lock that lets one process migrate at a time; any number that nobody else uses."""


def run(connection: Connection) -> None:
    """Migrate in one transaction: a process that dies half-way leaves the database as it was."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,  # SQLite cannot alter a column or a constraint in place
        transactional_ddl=True,
        user_module_prefix="",
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def _check_foreign_keys(connection: Connection) -> None:
    """Make up for the checks that were off while tables were being rebuilt. Raises ValueError."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise ValueError(f"the migration would leave {len(broken)} rows of {broken[0][0]} pointing nowhere")


run(context.config.attributes["connection"])
