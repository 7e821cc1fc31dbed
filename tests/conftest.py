"""Fixtures and rules for all tests."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.postgres import NoPostgresError, PostgresServer, is_required, running_server

# Other work on the machine must not turn a slow example into a failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One real PostgreSQL for the whole run. Without one the test fails under CI and is skipped elsewhere."""
    try:
        with running_server() as server:
            yield server
    except NoPostgresError as missing:
        if is_required():
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The database that each test's own database is a copy of, made once."""
    name = postgres_server.make_template(lambda url: None)
    yield name
    postgres_server.drop(name)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """URL of a fresh database for this test alone."""
    url = postgres_server.create(postgres_template)
    yield url
    postgres_server.drop(url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses PostgreSQL, so that `-m "not postgres"` leaves it out."""
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: after pytest's own summary
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say how many PostgreSQL tests were left out, so that a green run does not look complete."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = [report for report in skipped if "postgres" in report.keywords]
    if left_out:
        terminalreporter.write_line(f"{len(left_out)} PostgreSQL tests did NOT run", red=True, bold=True)
