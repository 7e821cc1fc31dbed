"""Fixtures of the tests that run the real service on the echo platform."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.echo_commune import seed
from tests.support.echo_house import Service
from tests.support.echo_platform import Platform, running_platform


class Houses(Protocol):
    """Makes services; each is stopped at the end of its test."""

    def __call__(self, kind: str, elsewhere: dict[str, str] | None = None) -> Service:
        """Return a service, not yet started, on a new database ("sqlite" or "postgres") with a commune."""
        ...


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A running echo platform on which nobody has written yet."""
    with running_platform() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path, platform: Platform, new_url: Callable[[str], str]) -> Iterator[Houses]:
    """Make services."""
    made: list[Service] = []

    def make(kind: str, elsewhere: dict[str, str] | None = None) -> Service:
        url = new_url(kind)
        seed(url, elsewhere)
        made.append(Service(tmp_path / f"house-{len(made)}", url, platform.url))
        return made[-1]

    yield make
    for service in made:
        service.kill()
        service.gone()
