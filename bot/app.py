"""The composition root: the one place where the parts of the program are put together and run."""

import asyncio
import fcntl
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import structlog

from bot import pauses
from bot.channels.registry import channel_class
from bot.channels.web import WebChannel
from bot.delivery import Delivery
from bot.heartbeat import Ping
from bot.jobs_runner import JobsRunner
from bot.pump import Pump
from bot.server import Server, server_of, within_open_files
from bot.sweep import Sweep
from bot.texts.render import Texts
from bot.web.hosts import hosts_of
from bot.web.hub import Hub
from bot.web.patience import Patience
from bot.web.services import Demo, WebServices
from bot.web.site import build_site
from bot.work.sandbox import Limits
from bot.worker import Worker
from core.clock import FastClock, Stopwatch, SystemClock
from core.errors import ConfigurationError
from core.events import Inbound
from core.ports import Channel, Clock
from handlers.intake import receive
from scheduler.jobs import HEARTBEAT
from scheduler.ticker import AfterRound, Ticker
from storage import delivery, jobs, migrate
from storage.accounts import all_bot_accounts
from storage.backup import backup
from storage.files import FileStore
from storage.system import last_beat
from storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)

WEB = "web"
PAUSE_AFTER_FAULT_SECONDS = 5.0


@dataclass(frozen=True)
class Plan:
    """How one process is to run."""

    data_dir: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8765
    public_base_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    """Further names by which the pages are reached."""
    metrics_token: str = ""
    tick_seconds: float = 5.0
    lease_seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)
    max_upload_bytes: int = 10 * 1024 * 1024
    channels: Mapping[str, str] = field(default_factory=dict)
    """Further channels: kind to "module:Class"."""
    heartbeat_url: str = ""
    demo: Demo | None = None
    fast: float = 1.0
    fast_from: datetime | None = None
    patience: Patience = field(default_factory=Patience)


def open_database(plan: Plan) -> Database:
    """Open the database of a plan, made or brought up to date; a backup is made before it changes."""
    plan.data_dir.mkdir(parents=True, exist_ok=True)
    stopwatch = Stopwatch()
    db = Database(plan.database_url, SystemClock(), stopwatch)
    migrate.upgrade(db, before=lambda: _backup_before_migration(db, plan))
    db.clock = _clock(plan, db, stopwatch)
    return db


def file_store(plan: Plan) -> FileStore:
    """Return the store of a plan's photos."""
    return FileStore(plan.data_dir / "files")


def _backup_before_migration(db: Database, plan: Plan) -> None:
    name = f"before-{migrate.HEAD}-{int(db.stopwatch.seconds())}.tar.gz"
    backup(db, file_store(plan), plan.data_dir / "backups" / name)


def _clock(plan: Plan, db: Database, stopwatch: Stopwatch) -> Clock:
    """Return domain time; a fast one goes on from where it was when the program last ticked."""
    if plan.fast == 1.0:
        return SystemClock()
    start = plan.fast_from or db.clock.now()
    last = db.read_now(lambda uow: last_beat(uow, HEARTBEAT))
    return FastClock(max(start, last.at) if last else start, plan.fast, stopwatch)


@contextmanager
def held(plan: Plan) -> Iterator[None]:
    """Hold the data folder for this process. Raises ConfigurationError when another one has it."""
    plan.data_dir.mkdir(parents=True, exist_ok=True)
    handle = (plan.data_dir / "running.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise ConfigurationError(
            f"The program is already running on {plan.data_dir}. Stop it, or choose another data folder."
        ) from error
    try:
        yield
    finally:
        handle.close()


class App:
    """All the parts of one process."""

    def __init__(self, plan: Plan, db: Database) -> None:
        self.plan = plan
        self.db = db
        self.files = file_store(plan)
        self.patience = within_open_files(plan.patience)
        self.hub = Hub(self.patience.streams)
        self.texts = Texts(drill=plan.fast != 1.0)
        self.channels = self._channels()
        self.delivery = Delivery(db, self.channels, self.texts, lease_seconds=plan.lease_seconds)
        self.pump = Pump(db)
        self.jobs = JobsRunner(db, self.files, Worker(plan.data_dir / "work", plan.limits))
        pings = [Ping(plan.heartbeat_url, db)] if plan.heartbeat_url else []
        after: list[AfterRound] = [Sweep(db, self.files), *pings]
        self.ticker = Ticker(db, max(0.2, plan.tick_seconds / plan.fast), after)

    def _channels(self) -> dict[str, Channel]:
        found: dict[str, Channel] = {WEB: WebChannel(self.db, self.hub)}
        for account in self.db.read_now(all_bot_accounts):
            if account.channel != WEB and account.channel in self.plan.channels:
                found[account.id] = channel_class(account.channel, self.plan.channels)(account.id)
        return found

    def services(self) -> WebServices:
        """Return what the pages work with."""
        return WebServices(
            db=self.db,
            files=self.files,
            stopwatch=self.db.stopwatch,
            hub=self.hub,
            max_upload_bytes=self.plan.max_upload_bytes,
            public_base_url=self.plan.public_base_url,
            hosts=hosts_of(self.plan.host, self.plan.public_base_url, self.plan.allowed_hosts),
            secure_cookies=self.plan.public_base_url.startswith("https://"),
            metrics_token=self.plan.metrics_token,
            demo=self.plan.demo,
            patience=self.patience,
        )

    async def receive(self, event: Inbound) -> bool:
        """Commit an event of a channel to the inbox; True when it is new."""
        received = await self.db.write(lambda uow: receive(uow, event))
        return received.new

    async def _listen(self, name: str) -> None:
        """Listen on a channel; one that fails is tried again and stops no other."""
        while True:
            try:
                await self.channels[name].listen(self.receive)
            except Exception as error:  # the border of a channel: the others go on
                log.error("listening_failed", account=name, error=type(error).__name__)
                await self.db.stopwatch.pause(PAUSE_AFTER_FAULT_SECONDS)
            else:
                return

    async def run(self, listener: socket.socket) -> None:
        """Run until the process is told to stop; nothing that was accepted is lost by stopping."""
        pauses.keep_short()
        if self.db.sqlite:
            await self.db.write(_end_leases)
        server = server_of(build_site(self.services()), self.patience)
        _stop_on_signals(self, server)
        async with asyncio.TaskGroup() as group:
            work = [group.create_task(loop()) for loop in (self.pump.run, self.delivery.run, self.jobs.run)]
            work += [group.create_task(self._listen(name)) for name in self.channels]
            self.ticker.start()
            await server.serve(sockets=[listener])
            self.ticker.stop()
            for task in work:
                task.cancel()
        for channel in self.channels.values():
            await channel.close()


def _stop_on_signals(app: App, server: Server) -> None:
    """End the service in good order on SIGINT and SIGTERM: open streams first, so that none is waited for."""

    def stop() -> None:
        app.hub.close()
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def _end_leases(uow: UnitOfWork) -> None:
    """On SQLite no other process can be at work: what was being sent or run is taken again at once."""
    delivery.release_all(uow)
    jobs.release_all(uow)


def listen(plan: Plan) -> socket.socket:
    """Return the socket of a plan's pages. Raises ConfigurationError when the port is taken."""
    try:
        family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
        return socket.create_server((plan.host, plan.port), family=family, backlog=512)
    except OSError as error:
        why = (error.strerror or "unknown").partition(" (while")[0].lower()
        raise ConfigurationError(
            f"Port {plan.port} on {plan.host} cannot be used ({why}). "
            "Choose another with --port or TRUCSO_WEB_PORT."
        ) from error


async def serve(plan: Plan, db: Database, listener: socket.socket) -> None:
    """Run the program in a data folder that the caller holds, and close the database at the end."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        await App(plan, db).run(listener)
    finally:
        db.close()


def with_port(plan: Plan, listener: socket.socket) -> Plan:
    """Return a plan with the port that the socket really has (port 0 lets the system choose)."""
    return replace(plan, port=listener.getsockname()[1])
