"""Statements that both databases spell their own way: insert unless, or update if, the key is taken."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, String, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from storage.unit_of_work import UnitOfWork


def spelled_out(*values: str) -> tuple[ColumnElement[str], ...]:
    """Return constants that are written into the statement and not bound.

    Only so does SQLite recognise that a partial index covers the rows that are asked for.
    """
    return tuple(literal_column(f"'{value}'", String) for value in values)


def insert(uow: UnitOfWork, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that can say what to do `on_conflict`."""
    return _plain(_dialect(uow), table)


Fixed = tuple[tuple[str, str], ...]
"""Columns that are the same in every new row, each with its value as SQL: written into the statement."""


def insert_all_new(uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]], fixed: Fixed = ()) -> None:
    """Insert rows, leaving out those of which a unique key exists already."""
    if rows:
        uow.session.execute(_unless_taken(_dialect(uow), table, fixed), rows)


def insert_new(uow: UnitOfWork, table: Table, values: dict[str, Any], fixed: Fixed = ()) -> int | None:
    """Insert a row and return its id, or None when a unique key of it exists already."""
    statement = _id_unless_taken(_dialect(uow), table, fixed)
    return uow.session.execute(statement, values).scalar_one_or_none()


def put(
    uow: UnitOfWork,
    table: Table,
    keys: dict[str, Any],
    values: dict[str, Any],
    first: dict[str, Any] | None = None,
) -> None:
    """Store a row under a unique key, whether or not there is one already; a new one also gets `first`."""
    statement = _replacing(_dialect(uow), table, tuple(keys), tuple(values))
    uow.session.execute(statement, keys | values | (first or {}))


def _dialect(uow: UnitOfWork) -> str:
    return uow.session.get_bind().dialect.name


def _plain(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


# Each statement is built once for a dialect and a table: building costs more than executing.


@cache
def _unless_taken(dialect: str, table: Table, fixed: Fixed) -> sqlite.Insert | postgresql.Insert:
    statement = _plain(dialect, table).values({name: literal_column(value) for name, value in fixed})
    return statement.on_conflict_do_nothing()


@cache
def _id_unless_taken(dialect: str, table: Table, fixed: Fixed) -> Executable:
    return _unless_taken(dialect, table, fixed).returning(table.c.id)


@cache
def _replacing(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Executable:
    statement = _plain(dialect, table)
    set_ = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=set_)
