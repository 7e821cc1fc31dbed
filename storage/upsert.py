"""Statements that both databases spell their own way: insert unless, or update if, the key is taken."""

from typing import Any

from sqlalchemy import ColumnElement, String, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from storage.unit_of_work import UnitOfWork


def spelled_out(*values: str) -> tuple[ColumnElement[str], ...]:
    """Return constants that are written into the statement and not bound.

    Only so does SQLite recognise that a partial index covers the rows that are asked for.
    """
    return tuple(literal_column(f"'{value}'", String) for value in values)


def insert(uow: UnitOfWork, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that can say what to do `on_conflict`."""
    dialect = uow.session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def insert_all_new(uow: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, leaving out those of which a unique key exists already."""
    dialect = uow.session.get_bind().dialect.name
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    if rows:
        uow.session.execute(make(table).on_conflict_do_nothing(), rows)


def insert_new(uow: UnitOfWork, table: Table, values: dict[str, Any]) -> int | None:
    """Insert a row and return its id, or None when a unique key of it exists already."""
    statement = insert(uow, table).values(**values).on_conflict_do_nothing().returning(table.c.id)
    return uow.session.execute(statement).scalar_one_or_none()


def put(uow: UnitOfWork, table: Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """Store a row under its primary key, whether or not there is one already."""
    statement = insert(uow, table).values(**keys, **values)
    uow.session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))
