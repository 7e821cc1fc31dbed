"""P1: the real process is killed again and again, at every step; nothing is lost, every double is marked."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.clock import Stopwatch
from tests.support.echo_house import REPORTERS, Service, seed
from tests.support.echo_platform import Accepted, Faults, Platform, running_platform
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.kill
AGAIN = "(gửi lại) "
REPORTS_A_ROUND = 3
MOST_SECONDS = 60.0
STEPS = ("before send", "after send", "any moment", "at once")


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as found:
        yield found


@pytest.fixture
def started(tmp_path: Path, platform: Platform) -> Iterator[Callable[[str], Service]]:
    """Make a service over a database; it is ended with the test."""
    made: list[Service] = []

    def make(url: str) -> Service:
        seed(url)
        made.append(Service(tmp_path, url, platform.url))
        return made[-1]

    yield make
    for service in made:
        service.stop()


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    """Read from the database behind the service's back."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to become true."""
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        time.sleep(0.05)  # noqa: TID251 another process is at work
    raise AssertionError("waited in vain")


class Killer:
    """Kills the service at one of the steps between a typed word and a sent message."""

    def __init__(self, service: Service, platform: Platform, seed_: int) -> None:
        self.service = service
        self.platform = platform
        self.random = random.Random(seed_)  # noqa: S311 a test draws the same steps each time
        self.counts: dict[str, int] = defaultdict(int)

    def round(self, reports: Callable[[], None]) -> None:
        """Start the service, let people write, and kill it at a step drawn by chance."""
        step = self.random.choice(STEPS)
        self.counts[step] += 1
        dead = threading.Event()
        self.platform.faults = self._faults(step, dead)
        self.service.start()
        reports()
        if step == "any moment":
            dead.wait(self.random.random() * 0.4)
        if step in ("before send", "after send"):
            dead.wait(5)
        self.service.kill()
        self.service.gone()
        self.platform.faults = Faults()

    def _faults(self, step: str, dead: threading.Event) -> Faults:
        """A fault that kills at the n-th request of the round, before or after it is accepted."""
        nth = self.platform.requests + self.random.randint(1, 4)

        def kill(count: int) -> None:
            if count == nth:
                self.service.kill()
                self.service.gone()
                dead.set()

        if step == "before send":
            return Faults(before=kill, status=lambda count: 500 if count == nth else 200)
        return Faults(after=kill) if step == "after send" else Faults()


def run(service: Service, platform: Platform, kills: int) -> tuple[Killer, int]:
    """Kill the service so many times under load, or for a minute, then let it finish in peace.

    Returns how it was killed, and how many reports were written meanwhile.
    """
    killer = Killer(service, platform, seed_=20260302)
    written = 0

    def reports() -> None:
        nonlocal written
        for _ in range(REPORTS_A_ROUND):
            written += 1
            platform.type(REPORTERS[written % len(REPORTERS)], f"/suco mất mạng, phiếu số {written:04d}")

    begun = Stopwatch().seconds()
    while sum(killer.counts.values()) < kills and Stopwatch().seconds() - begun < MOST_SECONDS:
        killer.round(reports)
    service.start()
    until(lambda: ask(service.url, "SELECT count(*) FROM inbox WHERE state = 'done'") == [(written,)])
    until(lambda: not ask(service.url, "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')"))
    service.stop()
    return killer, written


def check(service: Service, platform: Platform, written: int) -> int:
    """Hold every promise against what is in the database and on the phones; returns the doubles."""
    assert platform.refused == []
    incidents = ask(service.url, "SELECT number, text FROM incident ORDER BY number")
    assert [number for number, _ in incidents] == list(range(1, written + 1)), "one number for each report"
    assert sorted(str(words)[-4:] for _, words in incidents) == [f"{n:04d}" for n in range(1, written + 1)]
    assert ask(service.url, "SELECT state, count(*) FROM inbox GROUP BY state") == [("done", written)]
    rows = {row: lane for row, lane in ask(service.url, "SELECT id, lane FROM outbox WHERE NOT edit_only")}
    copies: dict[int, list[Accepted]] = defaultdict(list)
    for message in platform.accepted:
        copies[message.row].append(message)
    assert set(copies) == set(rows), "each message reached its phone at least once"
    for first, *doubles in copies.values():
        for double in doubles:
            assert double.text == AGAIN + first.text.removeprefix(AGAIN), "a double says that it is one"
            assert double.chat == first.chat
    in_order(platform, rows)
    return sum(len(messages) - 1 for messages in copies.values())


def in_order(platform: Platform, lanes: dict[object, object]) -> None:
    """Within a lane of a chat, messages arrive for the first time in the order of their queueing."""
    seen: dict[tuple[str, object], list[int]] = defaultdict(list)
    for message in platform.accepted:
        lane = seen[message.chat, lanes[message.row]]
        if message.row not in lane:
            lane.append(message.row)
    assert all(rows == sorted(rows) for rows in seen.values())


def test_forty_kills_lose_nothing(
    tmp_path: Path, platform: Platform, started: Callable[[str], Service]
) -> None:
    service = started(f"sqlite:///{tmp_path / 'trucso.db'}")
    killer, written = run(service, platform, kills=40)
    doubles = check(service, platform, written)
    assert set(killer.counts) == set(STEPS), "every step was tried"
    assert doubles > 0, "a kill between send and record makes a double, which must be marked"


@pytest.mark.postgres
def test_kills_lose_nothing_on_postgresql(
    platform: Platform, started: Callable[[str], Service], postgres_server: PostgresServer
) -> None:
    url = postgres_server.create()
    service = started(url)
    try:
        _, written = run(service, platform, kills=6)
        check(service, platform, written)
    finally:
        service.stop()
        postgres_server.drop(url)
