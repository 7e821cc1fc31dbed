"""Delivery goes on: neither a channel that hangs nor a row that cannot be read holds up anybody else."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from bot.delivery import AT_ONCE, Delivery
from bot.pump import Pump
from bot.texts.render import Texts
from core.clock import Stopwatch, SystemClock
from core.events import Inbound, InboundKind
from core.messages import Message
from core.ports import Capabilities, Channel, Outgoing, Receive, SendResult, Verdict
from storage import inbox, outbox
from storage.outbox import Queued
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import BOTH, FakeStopwatch
from tests.support.echo_commune import seed
from tests.support.processes import until

ACCOUNT = "echo"


class Phones(Channel):
    """Shows each message at once, unless the channel is told to hang or to answer something else."""

    capabilities = Capabilities(buttons=False, edits=False, photos=False)

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.hanging = 0
        """How many of the next messages are never answered."""
        self.answer = SendResult(Verdict.SENT, platform_message_id="m1")
        self.at_once = self.most_at_once = 0

    async def listen(self, receive: Receive) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""

    async def acknowledge(self, event: Inbound) -> None:
        """Do nothing."""

    async def send(self, message: Outgoing) -> SendResult:
        self.shown.append(message.text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hanging:
                self.hanging -= 1
                await asyncio.Event().wait()
        finally:
            self.at_once -= 1
        return self.answer


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Database]:
    """A database with the commune, in real time."""
    url = new_url(request.param)
    seed(url)
    found = Database(url, SystemClock(), Stopwatch(), threads=2, sync="OFF")
    yield found
    found.close()


def queue(database: Database, account: str, chat: str) -> int:
    message = Queued(Message(key="form.left"), account, chat, commune_id=None)
    return database.write_now(lambda uow: outbox.add(uow, message)) or 0


def deliver(
    database: Database, channels: dict[str, Channel], done: Callable[[], object], lease_seconds: float = 60.0
) -> None:
    """Let delivery run until something is the case."""

    async def work() -> None:
        delivery = Delivery(database, channels, Texts(), lease_seconds=lease_seconds)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(delivery.run())
            await until(done)
            running.cancel()

    asyncio.run(work())


def test_a_channel_that_hangs_holds_up_no_other(database: Database) -> None:
    stuck, well = Phones(), Phones()
    stuck.hanging = 3 * AT_ONCE
    for number in range(3 * AT_ONCE):
        queue(database, "stuck", f"chat {number}")
    for number in range(3):
        queue(database, "well", f"chat {number}")
    deliver(database, {"stuck": stuck, "well": well}, lambda: len(well.shown) == 3)
    assert stuck.most_at_once <= 2 * AT_ONCE, "no more and more is sent to where nothing is answered"


def test_what_hangs_too_long_is_sent_again_and_says_so(database: Database) -> None:
    stuck = Phones()
    stuck.hanging = 1
    queue(database, ACCOUNT, "lan")
    deliver(database, {ACCOUNT: stuck}, lambda: len(stuck.shown) == 2, lease_seconds=0.5)
    assert stuck.shown[1] == f"(gửi lại) {stuck.shown[0]}"


def test_a_message_of_another_version_is_told_under_a_code(database: Database) -> None:
    phones = Phones()
    number = queue(database, ACCOUNT, "lan")
    queue(database, ACCOUNT, "lan")

    def spoil(uow: UnitOfWork) -> None:
        spoilt = {"text": "a row of some other version"}
        uow.session.execute(update(outbox.TABLE).where(outbox.C.id == number).values(message=spoilt))

    database.write_now(spoil)
    deliver(database, {ACCOUNT: phones}, lambda: len(phones.shown) == 2)
    assert f"T{number}" in phones.shown[0]
    assert f"T{number}" not in phones.shown[1]


def test_an_event_of_another_version_is_given_up_and_the_chat_goes_on(database: Database) -> None:
    stopwatch = FakeStopwatch()
    database.stopwatch = stopwatch

    def spoil(uow: UnitOfWork) -> None:
        inbox.add(uow, typed("1"))
        uow.session.execute(update(inbox.InboxRow).values(payload={"kind": "from some other version"}))

    database.write_now(spoil)
    database.write_now(lambda uow: inbox.add(uow, typed("2")))
    for _ in range(inbox.MAX_ATTEMPTS):
        asyncio.run(Pump(database).drain())
        stopwatch.advance(max(inbox.RETRY_SECONDS))
    rows = "SELECT state FROM inbox ORDER BY id"
    found = database.read_now(lambda uow: uow.session.connection().exec_driver_sql(rows).scalars().all())
    assert found == ["failed", "done"]


def typed(event_id: str) -> Inbound:
    return Inbound(
        bot_account=ACCOUNT,
        event_id=event_id,
        chat="lan",
        sender="lan",
        kind=InboundKind.TEXT,
        text="?",
        sent_at=SystemClock().now(),
    )


def test_a_chat_that_moves_to_an_address_of_somebody_else_holds_up_nobody(database: Database) -> None:
    phones = Phones()
    phones.answer = SendResult(Verdict.MOVED, new_address="minh")
    message = Queued(Message(key="form.left"), ACCOUNT, "lan", commune_id=1, person_id=1)
    database.write_now(lambda uow: outbox.add(uow, message))

    def sent() -> bool:
        if phones.shown:
            phones.answer = SendResult(Verdict.SENT)
        rows = "SELECT chat, state FROM outbox"
        found = database.read_now(lambda uow: uow.session.connection().exec_driver_sql(rows).all())
        return [tuple(row) for row in found] == [("minh", "sent")]

    deliver(database, {ACCOUNT: phones}, sent)
