"""An outside watchdog: it counts how often the service told it that all is well."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass
class Watchdog:
    """Where to call, and how often somebody did."""

    url: str
    calls: int = 0


@contextmanager
def running_watchdog() -> Iterator[Watchdog]:
    """Serve a watchdog on a free port until the block ends."""
    watchdog = Watchdog("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            watchdog.calls += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    watchdog.url = f"http://127.0.0.1:{server.server_address[1]}/ping"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield watchdog
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
