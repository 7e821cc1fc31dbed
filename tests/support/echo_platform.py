"""A small strict platform without buttons, over real HTTP: it stands for Zalo and Telegram.

It keeps what it accepted, hands out what people typed until that is acknowledged, and fails in the
ways that real platforms do.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Accepted:
    """One message that the platform took: for which chat, its text, and which row it came from."""

    chat: str
    text: str
    row: int


@dataclass
class Faults:
    """What goes wrong from now on. Each is asked with the number of the request to send."""

    before: Callable[[int], None] = lambda _count: None
    """Called when a request to send has come, before it is accepted."""
    after: Callable[[int], None] = lambda _count: None
    """Called when it has been accepted, before the answer is given."""
    status: Callable[[int], int] = lambda _count: 200
    """The HTTP status of the answer; anything but 200 means that it was not accepted."""
    retry_after: float = 0.0


@dataclass
class Platform:
    """The state of the platform."""

    url: str = ""
    accepted: list[Accepted] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    requests: int = 0
    refused: list[str] = field(default_factory=list)
    """Requests that no client may make: the sender is at fault."""
    _typed: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def type(self, chat: str, text: str) -> str:
        """Let a person write; returns the id of the event."""
        with self._lock:
            event = {"id": f"e{len(self._typed) + 1}", "chat": chat, "text": text}
            self._typed.append(event)
            return str(event["id"])

    def texts(self, chat: str) -> list[str]:
        """Return what a chat shows, in order."""
        with self._lock:
            return [message.text for message in self.accepted if message.chat == chat]

    def updates(self, after: int) -> list[dict[str, Any]]:
        """Return what was typed after so many events; asking again gives the same again."""
        with self._lock:
            return self._typed[after : after + 20]

    def take(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Accept or refuse a message."""
        with self._lock:
            self.requests += 1
            count = self.requests
        self.faults.before(count)
        status = self.faults.status(count)
        if status != 200:
            return status, {"ok": False, "retry_after": self.faults.retry_after}
        fault = self._fault(body)
        if fault:
            self.refused.append(fault)
            return 400, {"ok": False, "description": fault}
        with self._lock:
            self.accepted.append(Accepted(body["chat"], body["text"], body["row"]))
            number = len(self.accepted)
        self.faults.after(count)
        return 200, {"ok": True, "id": f"m{number}"}

    def _fault(self, body: dict[str, Any]) -> str:
        if set(body) != {"chat", "text", "row"}:
            return f"wrong fields {sorted(body)}"
        if not isinstance(body["chat"], str) or not isinstance(body["text"], str):
            return "chat and text are strings"
        if not 1 <= len(body["text"].encode("utf-16-le")) // 2 <= 2000:
            return "a text has 1 to 2000 characters"
        return ""


@contextmanager
def running_platform() -> Iterator[Platform]:
    """Serve a platform on a free port until the block ends."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            after = int(parse_qs(urlsplit(self.path).query)["after"][0])
            self._answer(200, {"ok": True, "updates": platform.updates(after)})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(*platform.take(body))

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
