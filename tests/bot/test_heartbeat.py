"""P8: the outside ping proves that rounds are complete and that messages get out; else it stops."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, TCPServer

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.heartbeat import MOST_REDIRECTS, STUCK_AFTER, Ping
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


ANSWERS = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "no number": b"HTTP/1.1 well\r\n\r\n",
    "a header without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200,
    "a body that breaks off": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nwe",
    "a body of no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwell\r\n",
    "an error": b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n",
    "a place that is none": b"HTTP/1.1 301 Moved\r\nLocation: http://[\r\n\r\n",
    "a place with a strange port": b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:x/\r\n\r\n",
    "a place with control signs": b"HTTP/1.1 308 Moved\r\nLocation: http://a\x01b/\r\n\r\n",
    "a place without a name": b"HTTP/1.1 302 Moved\r\nLocation: http:///\r\n\r\n",
    "a place out of the web": b"HTTP/1.1 302 Moved\r\nLocation: ftp://127.0.0.1:1/\r\n\r\n",
    "a file": b"HTTP/1.1 302 Moved\r\nLocation: file:///etc/passwd\r\n\r\n",
    "itself": b"HTTP/1.1 301 Moved\r\nLocation: /ping\r\n\r\n",
    "ever another place": b"HTTP/1.1 308 Moved\r\nLocation: %d\r\n\r\n",
}


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[int]]]:
    """Something on a port that answers every call like this, with the call's number for %d."""
    calls: list[int] = []

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                continue
            calls.append(len(calls) + 1)
            self.wfile.write(answer.replace(b"%d", b"/%d" % len(calls)))

    with TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/ping", calls
        server.shutdown()
        thread.join(5)


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_a_watchdog_answers_harms_no_round(sqlite_database: Database, what: str) -> None:
    answer = ANSWERS[what]
    with answering(answer) as (url, calls), capture_logs() as lines:
        rounds(sqlite_database, url, 2)
    assert [line["event"] for line in lines] == ["heartbeat_not_sent"] * 2
    most = 1 + MOST_REDIRECTS if b"Location" in answer else 1
    assert 2 <= len(calls) <= 2 * most


def test_a_watchdog_that_has_moved_is_followed(sqlite_database: Database, watchdog: Watchdog) -> None:
    for code in (301, 302, 307, 308):
        moved = f"HTTP/1.1 {code} Moved\r\nLocation: {watchdog.url}\r\n\r\n".encode()
        with answering(moved) as (url, _):
            rounds(sqlite_database, url)
    assert watchdog.calls == ["/ping"] * 4
