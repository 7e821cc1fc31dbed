"""The program in process, as a play needs it: started, stopped, killed and worked until nothing waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bot.delivery import Delivery
from bot.jobs_runner import JobsRunner
from bot.pump import Pump
from bot.texts.render import Texts
from bot.work.registry import KINDS
from bot.work.task import JobFault, Task
from bot.worker import JobResult, Worker
from core.clock import FakeClock
from core.events import Inbound
from core.messages import Message
from handlers import intake
from scheduler.jobs import round_
from storage import delivery, inbox, outbox
from storage.files import FileStore
from storage.outbox import C
from storage.reminders import ACTIVE, Reminder
from storage.unit_of_work import INBOX, JOBS, OUTBOX, Database, UnitOfWork
from tests.support.database import FakeStopwatch
from tests.support.transcript_channel import Screen, ScriptedChannel
from tests.support.transcript_village import CHANNELS

TEXTS = Texts()
_ROUNDS = 300
"""More work than this after one line is a loop that does not end."""


@dataclass(frozen=True)
class Mode:
    """How a transcript is played."""

    database: str
    buttons: bool
    twice: bool = False
    """Every event is delivered three times: twice at once, and again when all is over."""
    restarts: bool = False
    """The process ends and starts again between any two lines."""

    @property
    def name(self) -> str:
        """Return a short name for reports."""
        shown = "buttons" if self.buttons else "numbers"
        extra = (("twice", self.twice), ("restarts", self.restarts))
        return "-".join([self.database, shown, *(name for name, on in extra if on)])


class InProcessWorker(Worker):
    """Does jobs here and now; that a process of its own does them is tested elsewhere."""

    async def run(self, kind: str, params: Mapping[str, Any], source: Path | None = None) -> JobResult:
        """Do one job and tell how it ended."""
        module, _, name = KINDS[kind].partition(":")
        self._scratch.mkdir(parents=True, exist_ok=True)
        try:
            data = getattr(import_module(module), name)(Task(dict(params), self._scratch, source))
        except JobFault as fault:
            return JobResult(ok=False, fault=fault.fault)
        content = (self._scratch / data.pop("file")).read_bytes()
        return JobResult(ok=True, data=data, content=content)


class House:
    """One process of the program on one database."""

    def __init__(self, url: str, clock: FakeClock, folder: Path, mode: Mode, *, edits: bool) -> None:
        self._url = url
        self.clock = clock
        self.mode = mode
        self._edits = edits
        self._folder = folder
        self.stopwatch = FakeStopwatch()
        self.screen = Screen()
        self.files = FileStore(folder / "files")
        self.texts = TEXTS
        self.start()

    def start(self) -> None:
        """Start the process; messages that were being sent when it died are free at once, as in bot.app."""
        self.db = Database(self._url, self.clock, self.stopwatch, sync="OFF", threads=2)
        channels = {
            name: ScriptedChannel(name, self.screen, buttons=self.mode.buttons, edits=self._edits)
            for name in CHANNELS
        }
        self.delivery = Delivery(self.db, channels, self.texts)
        self.pump = Pump(self.db)
        self.jobs = JobsRunner(self.db, self.files, InProcessWorker(self._folder / "work"))
        self._bells = {INBOX, JOBS, OUTBOX}
        for bell in (INBOX, JOBS, OUTBOX):
            self.db.on_nudge(bell, partial(self._bells.add, bell))
        if self.db.sqlite:
            self.db.write_now(delivery.release_all)

    def restart(self) -> None:
        """End the process and start another one."""
        self.db.close()
        self.start()

    def receive(self, *events: Inbound) -> bool:
        """Take events in; True when one of them is new."""
        return self.db.write_now(lambda uow: any([intake.receive(uow, event).new for event in events]))

    async def work(self) -> None:
        """Work until nothing waits any more; waiting times of real seconds pass at once."""
        for _ in range(_ROUNDS):
            if not self._bells and not self._wait():
                return
            await self._answer_bells()
        raise AssertionError("the work does not come to an end")

    async def _answer_bells(self) -> None:
        """Do what the last commits have left to do, as the loops of the program do when they are woken."""
        if INBOX in self._bells:
            self._bells.discard(INBOX)
            await self.pump.drain()
        if JOBS in self._bells:
            self._bells.discard(JOBS)
            while await self.jobs.run_one():
                continue
        if OUTBOX in self._bells:
            self._bells.discard(OUTBOX)
            while await self.delivery.deliver_some():
                continue

    def _wait(self) -> bool:
        """Let real time pass until something may be tried again; False when nothing waits."""

        def look(uow: UnitOfWork) -> list[float]:
            found = (inbox.next_retry(uow), outbox.next_attempt(uow))
            return [moment for moment in found if moment is not None]

        moments = self.db.read_now(look)
        if moments:
            self.stopwatch.advance(max(0.0, min(moments) - self.stopwatch.seconds()))
            self._bells |= {INBOX, OUTBOX}
        return bool(moments)

    async def tick(self) -> None:
        """Do a round of the ticker, and all that follows from it."""
        await round_(self.db)
        await self.work()

    def next_due(self) -> datetime | None:
        """Return the moment of the next reminder."""

        def look(uow: UnitOfWork) -> datetime | None:
            query = select(func.min(col(Reminder.next_due_at))).where(col(Reminder.state) == ACTIVE)
            found: datetime | None = uow.session.execute(query).scalar_one()
            return found

        return self.db.read_now(look)

    def message(self, outbox_id: int) -> tuple[Message, bool]:
        """Return a queued message, and whether bare digits may mean it."""

        def look(uow: UnitOfWork) -> tuple[Message, bool]:
            row = uow.session.execute(select(C.message, C.takes_digits).where(C.id == outbox_id)).one()
            return Message.model_validate(row.message), bool(row.takes_digits)

        return self.db.read_now(look)

    def received(self) -> list[Inbound]:
        """Return every event that ever came in and is still kept."""

        def look(uow: UnitOfWork) -> list[Inbound]:
            rows = uow.session.execute(select(col(inbox.InboxRow.payload)).order_by(col(inbox.InboxRow.id)))
            return [Inbound.model_validate(payload) for payload in rows.scalars()]

        return self.db.read_now(look)
