"""The benchmarks still run: each once, tiny, on both databases. What they measure is not looked at here."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks import delivery, inbound, presses, reminders
from benchmarks.ground import Ground
from benchmarks.report import percentile
from tests.support.database import BOTH

TINY: dict[str, Callable[[Ground], dict[str, Any]]] = {
    "inbound": lambda where: inbound.run(where, communes=1, rounds=1),
    "reminders": lambda where: reminders.run(where, stored=60, due=30, people=20),
    "delivery": lambda where: delivery.run(where, messages=30),
}


@pytest.fixture(params=BOTH)
def where(request: pytest.FixtureRequest, tmp_path: Path, new_url: Callable[[str], str]) -> Ground:
    """A migrated database; unlike that of a real measurement it need not survive a power cut."""
    return Ground(request.param, new_url(request.param), tmp_path)


@pytest.mark.parametrize("run", TINY.values(), ids=TINY.keys())
def test_a_benchmark_runs_and_checks_what_it_did(
    run: Callable[[Ground], dict[str, Any]], where: Ground
) -> None:
    figures = run(where)
    assert json.loads(json.dumps(figures)) == figures
    assert figures["resident_mib" if "resident_mib" in figures else "resident_mib_after"] > 0


def test_every_press_is_answered(where: Ground) -> None:
    figures = presses.run(where, due=20, quiet_seconds=1.0, incidents=4)
    assert figures["unanswered"] == 0
    assert figures["presses"] >= 20
    assert figures["seconds_until_all_delivered"] > 0


def test_every_benchmark_says_what_it_measures() -> None:
    for run in (*command.ON_A_DATABASE.values(), *command.ON_NONE.values()):
        assert run.__doc__
        assert len((__import__(run.__module__, fromlist=["x"]).__doc__ or "").split("\n\n")) > 1


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, percent) for percent in (50, 99, 100)] == [51.0, 100.0, 100.0]
    assert percentile([7.0], 99) == 7.0
