"""By which names the pages answer, and that nobody else's name opens them."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from bot.web.hosts import Hosts, hosts_of
from bot.web.services import Demo, DemoPerson
from tests.channels.conftest import Serve

ALONE = hosts_of("127.0.0.1", "", ())
OPEN = hosts_of("0.0.0.0", "", ())  # noqa: S104 not listened on
BOUND = hosts_of("192.168.1.5", "https://trucso.example.vn:8443", ("Tram.Xa.vn", "[fd00:0::7]"))
EVIL = "evil.example"

TABLE = [
    (ALONE, "localhost", True),
    (ALONE, "LocalHost:8765", True),
    (ALONE, "localhost.", True),
    (ALONE, "127.0.0.1:8765", True),
    (ALONE, "[::1]", True),
    (ALONE, "[0:0:0:0:0:0:0:1]:8765", True),
    (ALONE, EVIL, False),
    (ALONE, "evil.example:8765", False),
    (ALONE, "127.0.0.1.evil.example", False),
    (ALONE, "localhost.evil.example", False),
    (ALONE, "localhost@evil.example", False),
    (ALONE, "localhost:80:80", False),
    (ALONE, "localhost evil.example", False),
    (ALONE, "192.168.1.5", False),
    (ALONE, "", False),
    (ALONE, ":8765", False),
    (ALONE, "[]", False),
    (ALONE, "lócalhost", False),
    (hosts_of("::1", "", ()), "[::1]:8765", True),
    (hosts_of("localhost", "", ()), "192.168.1.5", False),
    (OPEN, "192.168.1.5:8765", True),
    (OPEN, "[fe80::1]:8765", True),
    (OPEN, "localhost:8765", True),
    (OPEN, EVIL, False),
    (OPEN, "192.168.1.5.evil.example", False),
    (OPEN, "192.168.1", False),
    (BOUND, "192.168.1.5:8765", True),
    (BOUND, "trucso.example.vn", True),
    (BOUND, "trucso.example.vn:8443", True),
    (BOUND, "tram.xa.vn", True),
    (BOUND, "[fd00::7]", True),
    (BOUND, "x.trucso.example.vn", False),
    (BOUND, "example.vn", False),
]


@pytest.mark.parametrize(("hosts", "header", "known"), TABLE)
def test_a_host_is_known_or_not(hosts: Hosts, header: str, known: bool) -> None:
    assert hosts.know(header) is known


def test_a_machine_that_is_open_knows_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "May-Chu")
    assert hosts_of("0.0.0.0", "", ()).know("may-chu:8765")  # noqa: S104 not listened on
    assert not hosts_of("127.0.0.1", "", ()).know("may-chu:8765")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", "/dien-tap"), ("GET", "/dien-tap/gio"), ("GET", "/metrics"), ("GET", "/vao/x")],
)
def test_a_page_that_took_our_address_gets_one_sentence_and_nothing_else(
    serve: Serve, method: str, path: str
) -> None:
    website = serve(demo=Demo((DemoPerson(1, 1, "Chị Lan", "Tổ công nghệ số"),)))
    rebound = {"Host": f"{EVIL}:8765", "Origin": f"http://{EVIL}:8765", "Sec-Fetch-Site": "same-origin"}
    answer = website.browser().request(method, path, headers=rebound)
    assert answer.status_code == 421
    assert answer.text.strip().startswith("Địa chỉ này không phải của Trực Số.")
    assert not answer.cookies


def test_two_names_are_none_and_no_name_neither(serve: Serve) -> None:
    connection = HTTPConnection(urlsplit(serve().url).netloc, timeout=20)
    for names, status in ((["localhost"], 200), (["localhost", EVIL], 421), ([], 421)):
        connection.putrequest("GET", "/", skip_host=True)
        for name in names:
            connection.putheader("Host", name)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


def test_a_load_balancer_may_ask_by_any_name(serve: Serve) -> None:
    assert serve().browser().get("/healthz", headers={"Host": EVIL}).status_code == 200
