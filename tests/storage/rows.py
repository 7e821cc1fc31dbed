"""Short ways to make the rows that the tests are about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from core.events import Inbound, InboundKind
from core.messages import Choice, Lane, Message
from core.ports import SendResult, Verdict
from storage import delivery, inbox, outbox
from storage.delivery import Claimed
from storage.outbox import Queued
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import START

T = TypeVar("T")

WEB = "web"
LEASE_SECONDS = 60.0
CHOICES = (Choice(label="take", do="incidents.take"), Choice(label="refer", do="incidents.refer"))


def event(event_id: str, chat: str = "lan", text: str = "") -> Inbound:
    """What a person wrote."""
    return Inbound(
        bot_account=WEB,
        event_id=event_id,
        chat=chat,
        sender=chat,
        kind=InboundKind.TEXT,
        text=text,
        sent_at=START,
    )


def receive(database: Database, event_id: str, chat: str = "lan") -> bool:
    """Store an event; tell whether it was new."""
    return database.write_now(lambda uow: inbox.add(uow, event(event_id, chat)))


def queue(database: Database, chat: str = "minh", key: str = "note", **about: Any) -> int:
    """Queue a message and return its id. `about` describes the message."""
    return database.write_now(lambda uow: queue_in(uow, chat, key, **about)) or 0


def queue_in(uow: UnitOfWork, chat: str, key: str = "note", **about: Any) -> int | None:
    """Queue a message in a unit of work."""
    dedupe_key = about.pop("dedupe_key", None)
    message = Message(key=key, **{"lane": Lane.ALERT, **about})
    return outbox.add(uow, Queued(message, WEB, chat, commune_id=None, dedupe_key=dedupe_key))


def claim(database: Database, limit: int = 20, **how: Any) -> list[Claimed]:
    """Claim messages to send."""
    return database.write_now(
        lambda uow: delivery.claim(uow, owner="test", lease_seconds=LEASE_SECONDS, limit=limit, **how)
    )


def ended(database: Database, claimed: Claimed, verdict: Verdict = Verdict.SENT, **how: Any) -> None:
    """Write down how an attempt to send ended. `how` describes the platform's answer."""
    delivered, retry_at = how.pop("delivered", True), how.pop("retry_at", 0.0)
    result = SendResult(verdict, **how)
    database.write_now(
        lambda uow: delivery.record(uow, claimed, result, retry_at=retry_at, delivered=delivered)
    )


def deliver(database: Database, limit: int = 20) -> list[int]:
    """Send whatever may be sent now, and return the ids in the order of sending."""
    sent = claim(database, limit)
    for message in sent:
        ended(database, message)
    return [message.id for message in sent]


def column(database: Database, query: str) -> list[Any]:
    """Return the first column of a query written in SQL."""
    return database.read_now(lambda uow: list(uow.session.connection().exec_driver_sql(query).scalars()))


def written(database: Database, work: Callable[[UnitOfWork], T], commune_id: int) -> T:
    """Run a unit of work bound to a commune."""

    def bound(uow: UnitOfWork) -> T:
        uow.bind(commune_id)
        return work(uow)

    return database.write_now(bound)


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)
