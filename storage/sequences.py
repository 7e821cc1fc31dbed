"""The counters that give out ids: read and set, so that a restored database never gives one out twice."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Integer, Table, func, select, text


def last_ids(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """Return the highest id ever given out by each table that counts its rows."""
    return {table.name: _last_id(connection, table) for table in tables if _counts(table)}


def set_last_ids(connection: Connection, tables: Iterable[Table], values: Mapping[str, int]) -> None:
    """Go on counting after these ids, or after the highest one in the table if that is more."""
    for table in tables:
        if _counts(table):
            highest = connection.execute(select(func.max(table.c.id))).scalar_one() or 0
            _set_last_id(connection, table, max(highest, values.get(table.name, 0)))


def _counts(table: Table) -> bool:
    return [column.name for column in table.primary_key] == ["id"] and isinstance(table.c.id.type, Integer)


def _last_id(connection: Connection, table: Table) -> int:
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return connection.execute(query, {"table": table.name}).scalar_one_or_none() or 0
    query = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id')::regclass)")
    return connection.execute(query, {"table": f'"{table.name}"'}).scalar_one_or_none() or 0


def _set_last_id(connection: Connection, table: Table, value: int) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        statement = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :value)")
        connection.execute(statement, {"table": table.name, "value": value})
        return
    # A sequence cannot stand at 0: before its first id it stands at 1, "not given out yet".
    statement = text("SELECT setval(pg_get_serial_sequence(:table, 'id')::regclass, :value, :given)")
    bound = {"table": f'"{table.name}"', "value": max(value, 1), "given": value > 0}
    connection.execute(statement, bound)
