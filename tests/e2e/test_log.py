"""P8: each line that the service writes is one JSON object, whoever had something to say."""

import json
import socket

from tests.support.database import SQLITE
from tests.support.echo_channel import EchoChannel
from tests.support.echo_fixtures import Houses
from tests.support.echo_house import Service, until
from tests.support.echo_platform import BROKEN, ECHO
from tests.support.noisy_channel import PRIVATE, NoisyChannel

BAD_REQUESTS = {
    "Invalid HTTP request received.": b"nonsense\r\n\r\n",
    "Unsupported upgrade request.": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n"
    b"Upgrade: websocket\r\n\r\n",
}
NOISE = ("two", "with an error", "a thread died", "an error that could not be raised")


def said(service: Service) -> list[str]:
    return [line["said"] for line in service.logged("library")]


def test_every_line_of_the_log_is_json_and_holds_nothing_private(house: Houses) -> None:
    service = house(SQLITE, {"hoa": BROKEN})
    places = {ECHO: EchoChannel, BROKEN: NoisyChannel}
    service.settings["TRUCSO_EXTRA_CHANNELS"] = ",".join(
        f"{kind}={place.__module__}:{place.__name__}" for kind, place in places.items()
    )
    service.start()
    for request in BAD_REQUESTS.values():
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as line:
            line.sendall(request)
            assert line.recv(1000).startswith(b"HTTP/1.1 ")
    until(lambda: {*BAD_REQUESTS, *NOISE} <= {*said(service)})
    until(lambda: any("a warning" in words for words in said(service)))
    until(lambda: any(line["logger"] == "asyncio" for line in service.logged("library")))
    service.stop()
    for text in service.log_lines():
        facts = json.loads(text)
        assert {"event", "level", "timestamp"} <= facts.keys()
        assert PRIVATE not in str(facts)
