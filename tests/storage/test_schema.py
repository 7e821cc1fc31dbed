"""The tables: what every one of them must be like, and that the migrations make exactly these."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, Enum, ForeignKeyConstraint, Integer, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import UTCDateTime

from core.errors import ConfigurationError
from storage import migrate, tables
from storage.tables import METADATA, TABLE_MODULES
from storage.unit_of_work import Database, UnitOfWork
from tests.house.tree import product
from tests.support.database import add_commune

COMMUNE_TABLES = [table for table in METADATA.sorted_tables if "commune_id" in table.c]
# A bot account may serve several communes, so that its key cannot hold one.
REFERENCES_OUTSIDE = {("account", "bot_account")}


def foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return list(table.foreign_key_constraints)


def test_every_module_with_a_table_is_known_to_the_metadata() -> None:
    with_tables = {
        module.path.removesuffix(".py").replace("/", ".")
        for module in product()
        if module.is_in("storage") and "table=True" in module.text
    }
    assert with_tables == {module.__name__ for module in TABLE_MODULES}
    assert tables.METADATA.tables


def test_moments_are_kept_by_the_type_that_is_aware_on_both_databases() -> None:
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    moments = [
        column for column in columns if isinstance(getattr(column.type, "impl", column.type), DateTime)
    ]
    assert moments
    assert [str(column) for column in moments if not isinstance(column.type, UTCDateTime)] == []


def test_no_column_is_an_enumeration_of_the_database() -> None:
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    assert [str(column) for column in columns if isinstance(column.type, Enum)] == []


def test_every_constraint_and_index_has_a_name(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in METADATA.tables:
        # SQLite drops the name of an integer key that counts up; nothing ever refers to it.
        names = [] if database.sqlite else [inspector.get_pk_constraint(table)["name"]]
        names += [key["name"] for key in inspector.get_foreign_keys(table)]
        names += [key["name"] for key in inspector.get_unique_constraints(table)]
        names += [key["name"] for key in inspector.get_check_constraints(table)]
        names += [index["name"] for index in inspector.get_indexes(table)]
        assert all(names), table


@pytest.mark.parametrize("table", COMMUNE_TABLES, ids=str)
def test_no_row_can_point_into_another_commune(table: Table) -> None:
    for key in foreign_keys(table):
        if (table.name, key.referred_table.name) not in REFERENCES_OUTSIDE:
            assert "commune_id" in key.column_keys, key.name


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=str)
def test_a_table_that_points_into_itself_can_be_restored_in_any_order(table: Table) -> None:
    assert all(key.deferrable for key in foreign_keys(table) if key.referred_table is table)


def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_revision_is_the_one_that_a_start_compares_with() -> None:
    assert ScriptDirectory.from_config(migrate.alembic_config()).get_heads() == [migrate.HEAD]


def test_down_and_up_again_leaves_the_same_tables(database: Database) -> None:
    before = described(database)
    migrate.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert migrate.upgrade(database) is True
    assert described(database) == before


SQLITE_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE name != 'sqlite_sequence'"
POSTGRES_SCHEMA = """
SELECT table_name || '.' || column_name, data_type || is_nullable FROM information_schema.columns
WHERE table_schema = 'public'
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""


def described(database: Database) -> dict[str, str]:
    """Everything that the database itself tells about its tables, triggers included, by name."""
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(SQLITE_SCHEMA if database.sqlite else POSTGRES_SCHEMA)
        return {row[0]: row[1] for row in rows}


def test_a_database_that_is_up_to_date_is_left_alone(database: Database) -> None:
    assert migrate.is_current(database)
    assert migrate.upgrade(database, before=lambda: pytest.fail("nothing is about to change")) is False


def test_a_new_database_needs_no_backup_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert migrate.current(url) is None
    assert not (tmp_path / "new.db").exists()
    assert migrate.upgrade(url, before=lambda: pytest.fail("there is nothing to lose")) is True
    assert migrate.is_current(url)


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    set_revision(database, "7777")
    with pytest.raises(ConfigurationError, match="newer version"):
        migrate.upgrade(database, before=lambda: pytest.fail("nothing will change"))
    assert migrate.current(database) == "7777"


def set_revision(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


@pytest.fixture
def outdated(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database in use, and a program that expects one revision more."""
    monkeypatch.setattr(migrate, "HEAD", "a revision after the present one")
    return database


def test_the_backup_comes_before_the_change(outdated: Database) -> None:
    seen: list[str | None] = []
    assert migrate.upgrade(outdated, before=lambda: seen.append(migrate.current(outdated))) is True
    assert seen == ["0001"]


def test_a_backup_that_fails_stops_the_migration(outdated: Database) -> None:
    def full_disk() -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        migrate.upgrade(outdated, before=full_disk)


def test_an_id_is_not_given_out_again_when_its_row_is_gone(database: Database) -> None:
    """On SQLite too: a button of a message that is gone must never mean another one."""
    first = add_commune(database)
    database.write_now(lambda uow: uow.session.connection().exec_driver_sql("DELETE FROM commune").rowcount)
    assert add_commune(database) > first


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=str)
def test_every_table_counts_its_ids_so(sqlite_database: Database, table: Table) -> None:
    if [column.name for column in table.primary_key] == ["id"] and isinstance(table.c.id.type, Integer):
        assert "AUTOINCREMENT" in described(sqlite_database)[table.name]


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'y'", "DELETE FROM audit"])
def test_the_audit_trail_cannot_be_changed(database: Database, statement: str) -> None:
    commune_id = add_commune(database)

    def write(uow: UnitOfWork) -> None:
        uow.session.connection().execute(
            METADATA.tables["audit"].insert(),
            {
                "commune_id": commune_id,
                "at": uow.now,
                "action": "incident.take",
                "allowed": True,
                "details": {},
            },
        )

    database.write_now(write)
    with pytest.raises(DBAPIError, match="audit is append-only"):
        database.write_now(lambda uow: uow.session.connection().exec_driver_sql(statement).rowcount)
    rows = "SELECT action FROM audit"
    assert database.read_now(lambda uow: uow.session.connection().exec_driver_sql(rows).all()) == [
        ("incident.take",)
    ]


@pytest.mark.parametrize("table", ["audit", "incident_event"])
def test_what_is_append_only_has_triggers_against_both_changes(database: Database, table: str) -> None:
    triggers = [sql for sql in described(database).values() if sql and "TRIGGER" in sql and table in sql]
    assert {change for change in ("UPDATE", "DELETE") for sql in triggers if change in sql} == {
        "UPDATE",
        "DELETE",
    }
