"""The databases that the benchmarks are tried on."""

from tests.support.database import migrated_postgres, new_url, sqlite_template

__all__ = ("migrated_postgres", "new_url", "sqlite_template")
