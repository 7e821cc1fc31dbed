"""The databases that these tests run on."""

from tests.support.database import (
    clock,
    database,
    migrated_postgres,
    new_database,
    new_url,
    sqlite_database,
    sqlite_template,
    stopwatch,
)

__all__ = (
    "clock",
    "database",
    "migrated_postgres",
    "new_database",
    "new_url",
    "sqlite_database",
    "sqlite_template",
    "stopwatch",
)
