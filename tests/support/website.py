"""The real site on a real server and a free port, in a thread of its own, with a small made-up commune."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import col, select

from bot.channels.web import WebChannel
from bot.server import Server, server_of
from bot.web.hub import Hub
from bot.web.services import Demo, WebServices, chat_of
from bot.web.site import build_site
from core.clock import FakeClock
from core.ports import Button, Outgoing
from storage import accounts, duty, people, webchat
from storage.files import FileStore
from storage.inbox import InboxRow
from storage.unit_of_work import Database, UnitOfWork
from storage.webchat import Line
from tests.support.database import START, FakeStopwatch


class Website:
    """A running site, and what a test does to it from behind."""

    def __init__(
        self,
        services: WebServices,
        clock: FakeClock,
        stopwatch: FakeStopwatch,
        commune: tuple[int, dict[str, int]],
    ) -> None:
        self.services = services
        self.clock = clock
        self.stopwatch = stopwatch
        self.commune_id, self.people = commune
        self.url = ""
        self._channel = WebChannel(services.db, services.hub)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Server | None = None
        self._last_outbox_id = 100
        self._browsers: list[httpx.Client] = []

    @contextmanager
    def running(self, port: int = 0) -> Iterator["Website"]:
        """Serve until the block ends, on a free port or on the one that was served on before."""
        self.services = replace(self.services, hub=Hub(self.services.patience.streams))
        self._channel = WebChannel(self.services.db, self.services.hub)
        listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ready = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._serve(listener, ready)))
        thread.start()
        assert ready.wait(20)
        try:
            yield self
        finally:
            while self._browsers:
                self._browsers.pop().close()
            self.stop()
            thread.join(20)
            listener.close()

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        self._server = server_of(build_site(self.services), self.services.patience)
        self._loop = asyncio.get_running_loop()
        ready.set()
        await self._server.serve(sockets=[listener])

    def drill(self, demo: Demo) -> None:
        """Be a drill the next time it runs."""
        self.services = replace(self.services, demo=demo)

    def stop(self) -> None:
        """Stop the server; open streams end by themselves."""
        if self._server and self._loop and not self._server.should_exit:
            self._server.should_exit = True
            self._loop.call_soon_threadsafe(self.services.hub.close)

    def link(self, name: str) -> str:
        """Return the path of a new sign-in link for somebody."""

        def make(uow: UnitOfWork) -> str:
            uow.bind(self.commune_id)
            return accounts.make_link(uow, self.people[name])

        return f"/vao/{self.services.db.write_now(make)}"

    def browser(self) -> httpx.Client:
        """Return a browser without any cookie, that says where its posts come from as browsers do."""
        made = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=20, trust_env=False)
        self._browsers.append(made)
        return made

    def phone(self, name: str) -> "Phone":
        """Return a browser that is signed in as somebody."""
        browser = self.browser()
        answer = browser.post(self.link(name))
        assert answer.status_code == 303
        return Phone(browser, answer.headers["location"])

    def say(self, name: str, text: str, choices: tuple[str, ...] = (), **more: Any) -> str:
        """Let the bot send a message through the channel; returns its id on the platform."""
        self._last_outbox_id += 1
        number = more.pop("outbox_id", self._last_outbox_id)
        buttons = tuple(Button(label, f"{number}:{i}") for i, label in enumerate(choices, 1))
        message = Outgoing(number, chat_of(self.people[name]), text, buttons, **more)
        assert self._loop is not None
        result = asyncio.run_coroutine_threadsafe(self._channel.send(message), self._loop).result(20)
        return result.platform_message_id

    def wake(self, name: str) -> None:
        """Wake somebody's open pages, so that a test need not wait for their next look."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self.services.hub.wake, chat_of(self.people[name]))

    def lines(self, name: str) -> list[Line]:
        """Return what somebody's chat shows."""
        chat = chat_of(self.people[name])
        return self.services.db.read_now(lambda uow: webchat.newest_lines(uow, "web", chat))

    def events(self) -> list[dict[str, Any]]:
        """Return the events in the inbox in the order of their arrival."""
        query = select(InboxRow).order_by(col(InboxRow.id))
        return self.services.db.read_now(lambda uow: [row.payload for row in uow.session.exec(query)])


@dataclass
class Phone:
    """A signed-in browser: `path` is its page, like /m/1a2b3c/."""

    browser: httpx.Client
    path: str
    events: list[dict[str, str]] = field(default_factory=list)

    @property
    def slot(self) -> str:
        return self.path.strip("/").split("/")[1]

    def get(self, what: str = "", **more: Any) -> httpx.Response:
        return self.browser.get(self.path + what, **more)

    def post(self, what: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.browser.post(self.path + what, data=data or {}, **more)

    @contextmanager
    def stream(self, after: int = 0, **headers: str) -> Iterator[Iterator[dict[str, str]]]:
        """Hold the stream open and yield its events as dictionaries of their fields."""
        with self.browser.stream("GET", f"{self.path}luong?after={after}", headers=headers) as answer:
            answer.raise_for_status()
            yield _events(answer.iter_lines())


def _events(rows: Iterator[str]) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for row in rows:
        if not row:
            if "event" in event:
                yield event
            event = {}
            continue
        name, _, value = row.partition(": ")
        event[name] = f"{event[name]}\n{value}" if name in event else value


def shown(markup: str) -> str:
    """What a person reads of a piece of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def make_website(url: str, folder: Path, **services: Any) -> Website:
    """Return a site over a migrated database with Lan, Minh (on duty) and Hoa. It is not running yet."""
    clock, stopwatch = FakeClock(START), FakeStopwatch()
    db = Database(url, clock, stopwatch, threads=4, sync="OFF")
    commune_id, ids = db.write_now(_seed)
    given = WebServices(db=db, files=FileStore(folder / "files"), stopwatch=stopwatch, hub=Hub(), **services)
    return Website(given, clock, stopwatch, (commune_id, ids))


def _seed(uow: UnitOfWork) -> tuple[int, dict[str, int]]:
    commune = people.Commune(name="Xã Mẫu", created_at=uow.now)
    uow.session.add(commune)
    uow.session.flush()
    assert commune.id is not None
    uow.bind(commune.id)
    uow.session.add(accounts.BotAccount(id="web", channel="web"))
    unit = people.Unit(commune_id=commune.id, kind="commune", name="Xã Mẫu")
    uow.session.add(unit)
    ids = {name: _person(uow, full, phone) for name, (full, phone) in PEOPLE.items()}
    uow.session.flush()
    uow.session.add(
        duty.ShiftRow(
            commune_id=commune.id,
            unit_id=unit.key,
            person_id=ids["minh"],
            position="duty",
            starts_at=uow.now - timedelta(hours=1),
            ends_at=uow.now + timedelta(hours=9),
        )
    )
    return commune.id, ids


PEOPLE = {
    "lan": ("Nguyễn Thị Lan", "0912 000 001"),
    "minh": ("Trần Văn Minh", "0912 000 002"),
    "hoa": ("Lê Thị Hoà", "0912 000 003"),
}


def _person(uow: UnitOfWork, name: str, phone: str) -> int:
    person = people.Person(commune_id=uow.commune_id, name=name, phone=phone, created_at=uow.now)
    uow.session.add(person)
    uow.session.flush()
    return person.key
