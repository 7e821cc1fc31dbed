"""Delivery against a channel that fails in every way a platform can."""

import asyncio
from collections.abc import Callable

import pytest

from bot.delivery import Delivery
from bot.retry import BACKOFF_SECONDS, GIVE_UP_AFTER, decide
from bot.texts.render import Texts
from core.events import Inbound
from core.messages import Message
from core.ports import Capabilities, Channel, Outgoing, Receive, SendResult, Verdict
from storage import outbox
from storage.outbox import Queued
from storage.unit_of_work import Database
from tests.support.database import FakeStopwatch

SENT = SendResult(Verdict.SENT, platform_message_id="m1")


class Scripted(Channel):
    """Answers each send with the next result of a script, and then with success."""

    capabilities = Capabilities(buttons=False, edits=False, photos=False)

    def __init__(self, *script: SendResult | Exception) -> None:
        self.script = list(script)
        self.texts: list[str] = []

    async def listen(self, receive: Receive) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""

    async def acknowledge(self, event: Inbound) -> None:
        """Do nothing."""

    async def send(self, message: Outgoing) -> SendResult:
        self.texts.append(message.text)
        result = self.script.pop(0) if self.script else SENT
        if isinstance(result, Exception):
            raise result
        return result


def queue(database: Database, account: str, chat: str = "lan") -> None:
    message = Queued(Message(key="form.left"), account, chat, commune_id=None)
    database.write_now(lambda uow: outbox.add(uow, message))


def deliver(database: Database, **channels: Channel) -> Callable[[], None]:
    """Return a function that sends whatever may be sent now."""
    delivery = Delivery(database, channels, Texts())

    async def work() -> None:
        while await delivery.deliver_some():
            pass

    return lambda: asyncio.run(work())


def test_a_429_stops_that_token_for_exactly_as_long_and_no_other(
    sqlite_database: Database, stopwatch: FakeStopwatch
) -> None:
    slow, other = Scripted(SendResult(Verdict.LIMITED, retry_after=37.0)), Scripted()
    work = deliver(sqlite_database, slow=slow, other=other)
    queue(sqlite_database, "slow")
    work()
    for chat in ("lan", "minh"):
        queue(sqlite_database, "slow", chat)
        queue(sqlite_database, "other", chat)
    stopwatch.advance(36.9)
    work()
    assert (len(slow.texts), len(other.texts)) == (1, 2)
    stopwatch.advance(0.2)
    work()
    assert len(slow.texts) == 4


@pytest.mark.parametrize("fault", [SendResult(Verdict.UNKNOWN), RuntimeError("a faulty adapter")])
def test_what_may_have_arrived_is_sent_again_and_says_so(
    sqlite_database: Database, stopwatch: FakeStopwatch, fault: SendResult | Exception
) -> None:
    channel = Scripted(fault)
    work = deliver(sqlite_database, echo=channel)
    queue(sqlite_database, "echo")
    work()
    stopwatch.advance(BACKOFF_SECONDS[0])
    work()
    first, again = channel.texts
    assert again == f"(gửi lại) {first}"


def test_what_surely_did_not_arrive_is_sent_again_without_a_mark(
    sqlite_database: Database, stopwatch: FakeStopwatch
) -> None:
    channel = Scripted(SendResult(Verdict.TEMPORARY))
    work = deliver(sqlite_database, echo=channel)
    queue(sqlite_database, "echo")
    work()
    stopwatch.advance(BACKOFF_SECONDS[0])
    work()
    assert channel.texts[0] == channel.texts[1]


def test_a_channel_that_fails_holds_up_only_its_own_chat(
    sqlite_database: Database, stopwatch: FakeStopwatch
) -> None:
    channel = Scripted(SendResult(Verdict.TEMPORARY))
    work = deliver(sqlite_database, echo=channel)
    for chat in ("lan", "lan", "minh"):
        queue(sqlite_database, "echo", chat)
    work()
    assert len(channel.texts) == 2, "the second message to the first chat waits for the first"
    stopwatch.advance(BACKOFF_SECONDS[0])
    work()
    assert len(channel.texts) == 4


def test_a_permanent_failure_is_not_tried_again(sqlite_database: Database, stopwatch: FakeStopwatch) -> None:
    channel = Scripted(SendResult(Verdict.PERMANENT))
    work = deliver(sqlite_database, echo=channel)
    queue(sqlite_database, "echo")
    work()
    stopwatch.advance(100_000)
    work()
    assert len(channel.texts) == 1


@pytest.mark.parametrize(
    ("verdict", "attempts", "waits"),
    [
        (Verdict.TEMPORARY, 1, 2.0),
        (Verdict.UNKNOWN, 2, 5.0),
        (Verdict.TEMPORARY, 5, 300.0),
        (Verdict.TEMPORARY, 50, 300.0),
        (Verdict.SENT, 1, 0.0),
    ],
)
def test_how_long_the_next_attempt_waits(verdict: Verdict, attempts: int, waits: float) -> None:
    assert decide(SendResult(verdict), attempts).retry_in == waits


def test_in_the_end_a_message_is_given_up() -> None:
    assert decide(SendResult(Verdict.TEMPORARY), GIVE_UP_AFTER).result.verdict is Verdict.PERMANENT
