"""The PostgreSQL that the tests start themselves."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.house.tree import PROJECT
from tests.support.postgres import (
    NO_POSTGRES,
    NoPostgresError,
    PostgresServer,
    find_binaries,
    is_required,
    running_server,
    wheel_binaries,
)


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE sample AS SELECT 'SC-0127' AS code")


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in rows]


def test_each_test_has_a_database_of_its_own(postgres_server: PostgresServer, postgres_url: str) -> None:
    other = postgres_server.create()
    fill(postgres_url)
    assert tables(other) == []
    postgres_server.drop(other)


def test_a_copy_of_a_template_holds_what_was_prepared_once(postgres_server: PostgresServer) -> None:
    template = postgres_server.make_template(fill)
    copies = [postgres_server.create(template) for _ in range(2)]
    assert [tables(copy) for copy in copies] == [["sample"], ["sample"]]
    for name in (*copies, template):
        postgres_server.drop(name)


def test_the_server_knows_vietnamese_letters(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT lower('SỰ CỐ ĐÃ'), length('sự cố')").fetchone()
    assert row == ("sự cố đã", 5)


@pytest.mark.postgres
def test_the_wheel_serves_where_nothing_is_installed() -> None:
    with running_server({"TEST_POSTGRES_BIN": str(wheel_binaries()[0])}) as server:
        fill(server.url)
        assert "sample" in tables(server.url)


@pytest.mark.postgres
def test_nothing_is_left_when_the_server_stops() -> None:
    binaries = find_binaries() if "TEST_POSTGRES_BIN" not in os.environ else wheel_binaries()[0]
    with running_server({"TEST_POSTGRES_BIN": str(binaries)}) as server:
        with psycopg.connect(server.url) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        assert Path(row[0]).is_dir()
    assert not Path(row[0]).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url, connect_timeout=2)


def test_a_server_that_is_given_is_used_as_it_is() -> None:
    given = "postgresql+psycopg://tester@db.example/postgres"
    with running_server({"TEST_DATABASE_URL": given}) as server:
        assert server.url == "postgresql://tester@db.example/postgres"


def test_a_missing_server_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoPostgresError, match="install Debian's package postgresql"):
        find_binaries({"TEST_POSTGRES_BIN": str(tmp_path)})


@pytest.mark.parametrize(
    ("environ", "required"),
    [({}, False), ({"CI": "true"}, True), ({"CI": "false"}, False), ({"REQUIRE_POSTGRES": "1"}, True)],
)
def test_when_a_missing_server_must_fail(environ: dict[str, str], required: bool) -> None:
    assert is_required(environ) is required


def run_one_test_without_postgres(tmp_path: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if name not in ("CI", "TEST_DATABASE_URL")}
    environ |= {"TEST_POSTGRES_BIN": str(tmp_path), **more}
    target = f"{__file__}::test_the_server_knows_vietnamese_letters"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", target]
    return subprocess.run(command, check=False, cwd=PROJECT, env=environ, capture_output=True, text=True)


def test_without_a_server_a_test_is_skipped_loudly(tmp_path: Path) -> None:
    done = run_one_test_without_postgres(tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2] == "1 PostgreSQL tests did NOT run"
    assert "1 skipped" in done.stdout.splitlines()[-1]


def test_under_ci_a_missing_server_fails(tmp_path: Path) -> None:
    done = run_one_test_without_postgres(tmp_path, CI="true")
    assert done.returncode == 1
    assert NO_POSTGRES in done.stdout
