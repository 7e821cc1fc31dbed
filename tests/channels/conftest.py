"""Fixtures for the channels."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.database import BOTH, SQLITE, migrated_postgres, new_url, sqlite_template
from tests.support.website import Website, make_website

__all__ = ["migrated_postgres", "new_url", "sqlite_template"]

Serve = Callable[..., Website]


@pytest.fixture
def serve(new_url: Callable[[str], str], tmp_path: Path) -> Iterator[Serve]:
    """Start a site over a fresh database; keywords are fields of its `WebServices`."""
    with ExitStack() as stack:

        def start(kind: str = SQLITE, **services: Any) -> Website:
            made = make_website(new_url(kind), tmp_path, **services)
            stack.callback(made.services.db.close)
            return stack.enter_context(made.running())

        yield start


@pytest.fixture
def website(serve: Serve) -> Website:
    """The site, running, over SQLite."""
    return serve()


@pytest.fixture(params=BOTH)
def either_website(request: pytest.FixtureRequest, serve: Serve) -> Website:
    """The site, running, over SQLite and then over PostgreSQL."""
    return serve(request.param)
