"""Delivery to the web chat: a message is stored and recorded as sent together, or not at all."""

import asyncio

import pytest
from sqlalchemy import select

from bot.channels.web import WebChannel
from bot.delivery import Delivery
from bot.texts.render import Texts
from bot.web.hub import Hub
from core.messages import Lane, Message
from core.ports import Outgoing, SendResult
from storage import outbox, webchat
from storage.outbox import C, Queued
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import FakeStopwatch

LEASE_SECONDS = 60.0


class Fragile(WebChannel):
    """A web chat that cannot store messages of some chats."""

    def __init__(self, database: Database, *broken: str) -> None:
        super().__init__(database, Hub())
        self.broken = set(broken)
        self.woken: list[str] = []

    def store(self, uow: UnitOfWork, message: Outgoing) -> SendResult:
        result = super().store(uow, message)
        if message.address in self.broken:
            raise ValueError("after the line was written")
        return result

    def stored(self, message: Outgoing) -> None:
        self.woken.append(message.address)


def queue(database: Database, chat: str, lane: Lane = Lane.REPLY) -> None:
    message = Queued(Message(key="form.left", lane=lane), "web", chat, commune_id=None)
    database.write_now(lambda uow: outbox.add(uow, message))


def deliver(database: Database, channel: WebChannel) -> None:
    asyncio.run(Delivery(database, {"web": channel}, Texts(), lease_seconds=LEASE_SECONDS).deliver_some())


def states(database: Database) -> dict[str, str]:
    query = select(C.chat, C.state)
    return {row.chat: row.state for row in database.read_now(lambda uow: uow.session.execute(query).all())}


def lines(database: Database, chat: str) -> int:
    return len(database.read_now(lambda uow: webchat.newest_lines(uow, "web", chat)))


def test_many_messages_are_stored_recorded_and_announced(database: Database) -> None:
    chats = [f"p{number}" for number in range(5)]
    for chat in chats:
        queue(database, chat)
    channel = Fragile(database)
    deliver(database, channel)
    assert states(database) == dict.fromkeys(chats, "sent")
    assert [lines(database, chat) for chat in chats] == [1] * 5
    assert sorted(channel.woken) == chats


def test_a_message_that_cannot_be_stored_leaves_no_line_and_does_not_stop_the_others(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    for chat in ("p1", "p2", "p3"):
        queue(database, chat)
    channel = Fragile(database, "p2")
    deliver(database, channel)
    assert states(database) == {"p1": "sent", "p2": "waiting", "p3": "sent"}
    assert (lines(database, "p1"), lines(database, "p2")) == (1, 0)
    channel.broken.clear()
    stopwatch.advance(LEASE_SECONDS)
    deliver(database, channel)
    assert states(database)["p2"] == "sent"
    assert lines(database, "p2") == 1


@pytest.mark.parametrize(
    ("lanes", "sent"), [((Lane.REPLY, Lane.ALERT), "p1"), ((Lane.CALM, Lane.CALM), "p2")]
)
def test_calm_messages_and_awaited_ones_are_delivered_beside_each_other(
    lanes: outbox.Lanes, sent: str, sqlite_database: Database
) -> None:
    queue(sqlite_database, "p1", Lane.ALERT)
    queue(sqlite_database, "p2", Lane.CALM)
    delivery = Delivery(sqlite_database, {"web": Fragile(sqlite_database)}, Texts())
    assert asyncio.run(delivery.deliver_some(lanes)) == 1
    assert [chat for chat, state in states(sqlite_database).items() if state == "sent"] == [sent]
