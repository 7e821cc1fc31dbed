"""A small strict platform without buttons, over real HTTP: it stands for Zalo and Telegram.

It keeps what it accepted, hands out what people typed until that is acknowledged, and fails in the
ways that real platforms do.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.clock import Stopwatch

ECHO = "echo"
"""The token of the one bot account that most tests have."""
BROKEN = "broken"
"""The bot account whose adapter raises whatever it is asked."""
AT_ONCE = 20


class HungUpError(Exception):
    """Raised by a fault: the connection is closed without an answer."""


@dataclass(frozen=True)
class Accepted:
    """One message that the platform took."""

    token: str
    chat: str
    text: str
    row: int
    """The row of the outbox that it came from, as its sender says."""
    at: float
    """When it was taken, in real seconds."""


@dataclass(frozen=True)
class Call:
    """One request to send: the how manyth it is, whose, and when it came, in real seconds."""

    number: int
    token: str
    chat: str
    at: float


def _nothing(_call: Call) -> None:
    """Nothing is wrong."""


@dataclass
class Faults:
    """What goes wrong from now on."""

    before: Callable[[Call], None] = _nothing
    """Called when a request to send has come, before it is accepted. It may wait, or raise HungUpError."""
    after: Callable[[Call], None] = _nothing
    """Called when it has been accepted, before the answer is given."""
    status: Callable[[Call], int] = lambda _call: 200
    """The HTTP status of the answer; anything but 200 means that it was not accepted."""
    retry_after: float = 0.0
    twice: bool = False
    """Every update is handed out twice."""


@dataclass
class Platform:
    """The state of the platform."""

    url: str = ""
    accepted: list[Accepted] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    requests: int = 0
    refused: list[str] = field(default_factory=list)
    """Requests that no client may make: the sender is at fault."""
    _typed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopwatch: Stopwatch = field(default_factory=Stopwatch)

    def type(self, chat: str, text: str, *, token: str = ECHO, photo: bytes = b"") -> None:
        """Let a person write to a bot account, with a photo or without."""
        with self._lock:
            typed = self._typed.setdefault(token, [])
            event = {"id": f"e{len(typed) + 1}", "chat": chat, "text": text}
            typed.append(event | {"photo": base64.b64encode(photo).decode()})

    def texts(self, chat: str) -> list[str]:
        """Return what a chat shows, in order."""
        with self._lock:
            return [message.text for message in self.accepted if message.chat == chat]

    def updates(self, token: str, after: int) -> list[dict[str, Any]]:
        """Return what was typed after so many events; asking again gives the same again."""
        with self._lock:
            found = self._typed.get(token, [])[after : after + AT_ONCE]
        numbered = [update | {"number": after + place} for place, update in enumerate(found, 1)]
        return [update for update in numbered for _ in range(2 if self.faults.twice else 1)]

    def take(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Accept or refuse a message. Raises HungUpError."""
        faults, fault = self.faults, _fault(body)
        if fault:
            self.refused.append(fault)
            return 400, {"ok": False, "description": fault}
        with self._lock:
            self.requests += 1
            call = Call(self.requests, body["token"], body["chat"], self._stopwatch.seconds())
        faults.before(call)
        status = faults.status(call)
        if status != 200:
            return status, {"ok": False, "retry_after": faults.retry_after}
        with self._lock:
            self.accepted.append(Accepted(**body, at=self._stopwatch.seconds()))
            number = len(self.accepted)
        faults.after(call)
        return 200, {"ok": True, "id": f"m{number}"}


_FIELDS = {"token": str, "chat": str, "text": str, "row": int}


def _fault(body: dict[str, Any]) -> str:
    if set(body) != set(_FIELDS):
        return f"wrong fields {sorted(body)}"
    wrong = [name for name, kind in _FIELDS.items() if not isinstance(body[name], kind)]
    if wrong:
        return f"wrong kinds of {wrong}"
    if not 1 <= len(body["text"].encode("utf-16-le")) // 2 <= 2000:
        return "a text has 1 to 2000 characters"
    return ""


@contextmanager
def running_platform() -> Iterator[Platform]:
    """Serve a platform on a free port until the block ends."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            found = platform.updates(asked["token"][0], int(asked["after"][0]))
            self._answer(200, {"ok": True, "updates": found})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                self._answer(*platform.take(body))
            except HungUpError:
                self.close_connection = True

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # the client was killed meanwhile

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
