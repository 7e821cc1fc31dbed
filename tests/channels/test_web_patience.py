"""Slow and broken connections: each is ended, nothing of it is kept, and nobody else waits for it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from bot.server import within_open_files
from bot.web.patience import Patience
from tests.channels.conftest import Serve
from tests.support.echo_house import until
from tests.support.photos import encoded, scene
from tests.support.website import Phone, Website

SHORT = Patience(head_seconds=0.2, piece_seconds=0.2, body_seconds=0.4, reading_seconds=0.2)
TOO_SLOW = b"HTTP/1.1 408 "


@pytest.fixture
def hasty(serve: Serve) -> Website:
    """A site that waits for nobody."""
    return serve(patience=SHORT)


@contextmanager
def connected(website: Website) -> Iterator[socket.socket]:
    address = urlsplit(website.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as line:
        yield line


def head(website: Website, phone: Phone, path: str, *headers: str) -> bytes:
    """The head of a post from a phone."""
    cookie = f"trucso={phone.browser.cookies['trucso']}"
    rows = [
        f"POST {phone.path}{path} HTTP/1.1",
        f"Host: {urlsplit(website.url).netloc}",
        f"Origin: {website.url}",
        f"Cookie: {cookie}",
        *headers,
    ]
    return "\r\n".join([*rows, "", ""]).encode()


def until_closed(line: socket.socket) -> bytes:
    """Everything that comes until the other side closes; a reset is an end too."""
    got = b""
    try:
        while piece := line.recv(65536):
            got += piece
    except ConnectionResetError:
        return got
    return got


def drip(line: socket.socket, letters: bytes) -> bytes:
    """Send letter by letter until there is an answer, and return it; empty when there is none."""
    line.settimeout(0.02)
    for letter in letters:
        line.sendall(bytes([letter]))
        with suppress(TimeoutError):
            return line.recv(65536)
    return b""


def test_a_connection_that_says_nothing_is_closed_without_a_word(hasty: Website) -> None:
    with connected(hasty) as line:
        assert until_closed(line) == b""


def test_half_a_head_is_answered_with_too_slow(hasty: Website) -> None:
    with connected(hasty) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert until_closed(line).startswith(TOO_SLOW)


def test_a_head_that_comes_letter_by_letter_gets_no_longer(hasty: Website) -> None:
    with connected(hasty) as line:
        assert drip(line, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 100).startswith(TOO_SLOW)


def test_a_head_without_end_is_cut_off(serve: Serve) -> None:
    website = serve(patience=Patience(head_bytes=1000))
    with connected(website) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 2000)
        assert until_closed(line).startswith(TOO_SLOW)


def test_a_body_that_stops_coming_is_answered_and_nothing_of_it_is_kept(hasty: Website) -> None:
    phone = hasty.phone("lan")
    form = "Content-Type: application/x-www-form-urlencoded"
    with connected(hasty) as line:
        line.sendall(head(hasty, phone, "tin", form, "Content-Length: 100") + b"text=chao")
        assert until_closed(line).startswith(TOO_SLOW)
    assert hasty.events() == []
    assert hasty.lines("lan") == []


def test_a_body_in_small_pieces_has_an_end_too(hasty: Website) -> None:
    phone = hasty.phone("lan")
    form = "Content-Type: application/x-www-form-urlencoded"
    with connected(hasty) as line:
        line.sendall(head(hasty, phone, "tin", form, "Content-Length: 100"))
        assert drip(line, b"x" * 100).startswith(TOO_SLOW)
    assert hasty.events() == []


def test_a_person_is_told_in_words(hasty: Website) -> None:
    phone = hasty.phone("lan")
    form = "Content-Type: application/x-www-form-urlencoded"
    with connected(hasty) as line:
        line.sendall(head(hasty, phone, "tin", form, "Content-Length: 9", "Accept: text/html"))
        assert "Đường truyền chậm quá" in until_closed(line).decode()


def test_a_body_that_is_still_coming_does_not_drown_its_answer(serve: Serve) -> None:
    """A phone that was signed out meanwhile sends its photos; it must hear that, and not a broken line."""
    website = serve(patience=Patience(head_bytes=1000))
    phone = website.phone("lan")
    kind = "Content-Type: multipart/form-data; boundary=x"
    with connected(website) as line:
        line.sendall(head(website, phone, "anh", kind, "Content-Length: 100000", "Cookie: trucso=wrong"))
        answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 401 ")
        line.sendall(b"x" * 100_000)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert until_closed(line).startswith(b"HTTP/1.1 200 ")


def test_somebody_who_does_not_read_is_let_go(hasty: Website) -> None:
    phone = hasty.phone("lan")
    for _ in range(3):
        hasty.say("lan", "x" * 3_000_000)
    with connected(hasty) as line:
        line.sendall(head(hasty, phone, "luong").replace(b"POST", b"GET"))
        got = b""
        while b"event: line" not in got:
            got += line.recv(1000)
        until(lambda: hasty.services.hub.streams == 0)
        assert len(until_closed(line)) < 9_000_000


def test_too_many_connections_leave_room_for_the_next_one(serve: Serve) -> None:
    website = serve(patience=Patience(connections=5, streams=2))
    with ExitStack() as stack:
        idle = [stack.enter_context(connected(website)) for _ in range(8)]
        assert until_closed(idle[0]) == b"", "the one that waited for longest"
        assert website.phone("lan").get().status_code == 200


def test_beyond_the_number_of_streams_the_oldest_is_asked_to_come_back_later(serve: Serve) -> None:
    website = serve(patience=Patience(streams=2))
    with ExitStack() as stack:
        streams = []
        for name in ("lan", "minh", "hoa"):
            streams.append(stack.enter_context(website.phone(name).stream()))
            assert next(streams[-1])["event"] == "duty"
        assert [told["event"] for told in streams[0]] == ["later"]
        website.say("hoa", "chào")
        website.say("minh", "chào")
        assert [next(events)["event"] for events in streams[1:]] == ["line", "line"]


def test_a_process_that_may_open_few_files_takes_fewer_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (256, 4096))
    fitted = within_open_files(Patience())
    assert (fitted.connections, fitted.streams) == (56, 28)
    monkeypatch.setattr("resource.getrlimit", lambda _: (65536, 65536))
    assert within_open_files(Patience()) == Patience()


def part(disposition: str, content: bytes) -> bytes:
    return f"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"


PHOTO = encoded(scene(60, 60), "JPEG")
WORDS = part('name="text"', "máy in hỏng".encode())
PICTURE = part('name="photo"; filename="may in.jpg"', PHOTO)
END = b"--x--\r\n"
KIND = "multipart/form-data; boundary=x"
BROKEN: dict[str, tuple[str, bytes]] = {
    "breaks off behind a part": (KIND, WORDS),
    "breaks off behind a photo": (KIND, WORDS + PICTURE),
    "breaks off within a photo": (KIND, WORDS + PICTURE[:-200]),
    "breaks off within the last line": (KIND, WORDS + b"--x-"),
    "breaks off within a header": (KIND, WORDS + b"--x\r\nContent-Dispos"),
    "is empty": (KIND, b""),
    "has no boundary": ("multipart/form-data", WORDS + END),
    "has another boundary": ("multipart/form-data; boundary=y", WORDS + END),
    "has a part without a name": (KIND, WORDS + part("nothing", b"") + END),
    "has a header with strange letters": (
        KIND,
        WORDS + b"--x\r\nContent Disposition: form-data\r\n\r\n\r\n" + END,
    ),
    "has too many fields": (KIND, WORDS * 21 + END),
    "has too many photos": (KIND, PICTURE * 11 + END),
    "has letters that no database takes": (
        KIND + "; charset=unicode_escape",
        part('name="text"', b"\\ud800") + END,
    ),
    "says that it is something else": ("application/json", b'{"text": "x"}'),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_form_is_refused_in_words_and_nothing_of_it_is_kept(website: Website, what: str) -> None:
    phone, (kind, body) = website.phone("lan"), BROKEN[what]
    headers = {"Content-Type": kind, "Accept": "text/html"}
    answer = phone.browser.post(phone.path + "anh", content=body, headers=headers)
    assert answer.status_code == 400
    assert "Trực Số chưa giữ lại gì" in answer.text
    assert website.events() == []
    assert website.lines("lan") == []
    assert list(website.services.files.names()) == []


def test_the_whole_form_is_taken(website: Website) -> None:
    phone = website.phone("lan")
    kinds: list[Callable[[str], str]] = [str, str.upper]
    for change in kinds:
        headers = {"Content-Type": change("multipart/form-data") + "; boundary=x"}
        answer = phone.browser.post(phone.path + "anh", content=WORDS + PICTURE + END, headers=headers)
        assert answer.status_code == 204
    assert [(event["text"], len(event["attachments"])) for event in website.events()] == [
        ("máy in hỏng", 1)
    ] * 2
