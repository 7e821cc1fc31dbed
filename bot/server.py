"""The web server: uvicorn, with an end to every way of holding a connection without using it."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bot.web.patience import Patience

_KEPT_BACK = 200
"""Open files that the database, the photos and the workers need."""
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientProtocol(HttpToolsProtocol):
    """A connection that ends when its other side only holds it.

    Without a request under way it has a deadline for the head of the next one. When there are too many
    connections, the one that has been without a request for longest makes room.
    """

    patience = Patience()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._waiting: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._in_body = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._look()
        if len(self.connections) > self.patience.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget all deadlines."""
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see whether a request is under way now."""
        in_head = self._waiting is not None and not self._in_body
        super().data_received(data)
        self._look()
        if in_head and self._waiting is not None and not self._in_body:
            self._head_bytes += len(data)
            if self._head_bytes > self.patience.head_bytes:
                self._end()

    def on_headers_complete(self) -> None:
        """Note that what comes now is a body; it may go on after the answer."""
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that what comes now is the head of another request."""
        self._in_body = False
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is here already."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """Begin to wait for somebody who does not take what we send."""
        super().pause_writing()
        self._writing = self.loop.call_later(self.patience.reading_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: what was sent has been taken."""
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    @property
    def waits_until(self) -> float | None:
        """Return the loop's time of this connection's deadline, or None while a request is under way."""
        return self._waiting.when() if self._waiting is not None else None

    def _at_work(self) -> bool:
        cycle = cast(RequestResponseCycle | None, self.cycle)
        return cycle is not None and not cycle.response_complete

    def _look(self) -> None:
        """Have a deadline while no request is under way, and none else."""
        if self._at_work():
            self._stop_waiting()
        elif self._waiting is None and not self.transport.is_closing():
            # A body that is still coming after its answer is read to its end: else a browser that
            # sends photos would not hear the answer.
            seconds = self.patience.body_seconds if self._in_body else self.patience.head_seconds
            self._waiting = self.loop.call_later(seconds, self._end)

    def _stop_waiting(self) -> None:
        self._head_bytes = 0
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _make_room(self) -> None:
        """End the connection whose deadline is nearest. The newest has one, so there is always one."""
        others = (cast(PatientProtocol, other) for other in self.connections)
        waiting = [(other.waits_until, id(other), other) for other in others if other.waits_until is not None]
        if waiting:
            min(waiting)[2]._end()

    def _end(self) -> None:
        begun = self._head_bytes > 0
        self._stop_waiting()
        if not self.transport.is_closing():
            if begun:  # else the answer would be taken for that to the next request
                self.transport.write(_TOO_SLOW)
            self.transport.close()


class Server(uvicorn.Server):
    """Leaves the signals to the program, which has more to end than its pages."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def within_open_files(patience: Patience) -> Patience:
    """Return a patience with no more connections than this process may have files open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    connections = min(patience.connections, max(2, files - _KEPT_BACK))
    return replace(patience, connections=connections, streams=min(patience.streams, connections // 2))


def server_of(site: ASGIApp, patience: Patience) -> Server:
    """Return the server of a site."""
    config = uvicorn.Config(
        site,
        http=type("Protocol", (PatientProtocol,), {"patience": patience}),
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=patience.idle_seconds,
        timeout_graceful_shutdown=5,
    )
    return Server(config)
