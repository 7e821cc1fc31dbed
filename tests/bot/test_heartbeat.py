"""P8: the outside ping proves that rounds are complete and that messages get out; else it stops."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import text

from bot.heartbeat import STUCK_AFTER, Ping
from core.clock import FakeClock
from core.messages import Message
from scheduler.ticker import Ticker
from storage import outbox
from storage.outbox import Queued
from storage.unit_of_work import Database


class Watchdog:
    """An outside service that counts how often it was called."""

    def __init__(self, url: str, calls: list[str]) -> None:
        self.url = url
        self.calls = calls


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Watchdog(f"http://127.0.0.1:{server.server_address[1]}/ping", calls)
    server.shutdown()
    server.server_close()
    thread.join(5)


def rounds(database: Database, url: str, count: int = 1) -> None:
    """Let the ticker do so many rounds."""

    async def tick() -> None:
        ticker = Ticker(database, 5.0, [Ping(url, database)])
        for _ in range(count):
            await ticker.tick()

    asyncio.run(tick())


def test_each_complete_round_is_told(sqlite_database: Database, watchdog: Watchdog) -> None:
    rounds(sqlite_database, watchdog.url, 3)
    assert watchdog.calls == ["/ping"] * 3


def test_a_round_that_the_database_fails_is_not_told(sqlite_database: Database, watchdog: Watchdog) -> None:
    sqlite_database.write_now(lambda uow: uow.session.execute(text("ALTER TABLE reminder RENAME TO gone")))
    rounds(sqlite_database, watchdog.url)
    assert watchdog.calls == []


def test_while_messages_are_stuck_nothing_is_told(
    sqlite_database: Database, clock: FakeClock, watchdog: Watchdog
) -> None:
    waiting = Queued(Message(key="empty"), "echo", "lan", commune_id=None)
    sqlite_database.write_now(lambda uow: outbox.add(uow, waiting))
    rounds(sqlite_database, watchdog.url)
    clock.advance(STUCK_AFTER + timedelta(seconds=1))
    rounds(sqlite_database, watchdog.url)
    assert len(watchdog.calls) == 1, "only the round before the message was stuck"


def test_a_watchdog_out_of_reach_harms_no_round(sqlite_database: Database, watchdog: Watchdog) -> None:
    rounds(sqlite_database, "http://127.0.0.1:1/nobody")
    rounds(sqlite_database, watchdog.url)
    assert len(watchdog.calls) == 1
