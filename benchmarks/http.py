"""What a benchmark needs of HTTP besides its load: a free port, and to know when a service is up."""

import socket
import time
import urllib.error
import urllib.request

PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(address: str) -> None:
    """Return when /healthz answers 200. Raises TimeoutError after a long while."""
    give_up = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < give_up:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 http here
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)  # noqa: TID251 a real service is starting
    raise TimeoutError("the service did not come up")
