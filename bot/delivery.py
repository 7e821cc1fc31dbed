"""Delivery: claim messages under a lease, put them into words, send them, and write down how it ended."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, runtime_checkable

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.channels import format
from bot.retry import Decision, decide
from bot.texts.render import Texts
from bot.wake import Wake
from core.messages import Lane
from core.ports import Channel, Outgoing, SendResult, Verdict
from handlers.reachability import moved, undeliverable
from storage import delivery, outbox
from storage.delivery import Claimed
from storage.outbox import ALL_LANES, Lanes
from storage.unit_of_work import OUTBOX, Database, UnitOfWork

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""How many messages are claimed in one transaction and sent side by side."""
AWAITED: Lanes = (Lane.REPLY, Lane.ALERT)
CALM: Lanes = (Lane.CALM, Lane.CALM)
"""Delivered beside what somebody waits for, so that thousands of reminders hold no answer up."""
SEND_SECONDS = 30.0
"""Real seconds after which an attempt ends, whatever its channel still waits for: it may have arrived."""
PATIENCE_SECONDS = 1.0
"""Real seconds after which what is slow to send holds up nothing but its own chat."""
PAUSE_AFTER_ERROR_SECONDS = 1.0
POLL_SECONDS = 2.0
"""Real seconds between two looks when nobody nudges: another process may have queued something."""


@runtime_checkable
class Storing(Protocol):
    """A channel for which sending is storing: a message is stored and recorded as sent in one transaction."""

    def store(self, uow: UnitOfWork, message: Outgoing) -> SendResult:
        """Store a message."""

    def stored(self, message: Outgoing) -> None:
        """Hear that a stored message has been committed."""


class Delivery:
    """Sends what stands in the outbox, for as long as it runs."""

    def __init__(
        self, db: Database, channels: Mapping[str, Channel], texts: Texts, *, lease_seconds: float = 60.0
    ) -> None:
        self._db = db
        self._channels = channels
        """By bot account."""
        self._storing = {name: found for name, found in channels.items() if isinstance(found, Storing)}
        self._texts = texts
        self._lease_seconds = lease_seconds
        self._send_seconds = min(SEND_SECONDS, lease_seconds / 2)
        """An attempt ends well before its lease, so that nobody else begins another one meanwhile."""
        self._owner = secrets.token_hex(4)
        self._stopped: dict[str, float] = {}
        """Bot accounts that were told to wait, and until which reading of the stopwatch."""
        self._slow: Counter[str] = Counter()
        """How many messages of each bot account are still being sent beside the next ones."""

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lanes in (AWAITED, CALM):
                group.create_task(self._work(lanes, group))

    async def _work(self, lanes: Lanes, group: asyncio.TaskGroup) -> None:
        wake = Wake(self._db, OUTBOX)
        while True:
            wake.clear()
            try:
                if not await self._deliver_some(lanes, group):
                    await wake.wait(await self._until_next(lanes))
            except SQLAlchemyError as error:
                log.error("delivery_stopped", error=type(error).__name__)
                await self._db.stopwatch.pause(PAUSE_AFTER_ERROR_SECONDS)

    async def _until_next(self, lanes: Lanes) -> float:
        left_out = self._left_out()
        due = await self._db.read(lambda uow: outbox.next_attempt(uow, left_out, lanes))
        moments = [*self._stopped.values(), *([] if due is None else [due])]
        return min([POLL_SECONDS, *(moment - self._db.stopwatch.seconds() for moment in moments)])

    async def deliver_some(self, lanes: Lanes = ALL_LANES) -> int:
        """Claim and send some messages, and wait for all of them; returns how many were claimed."""
        async with asyncio.TaskGroup() as group:
            return await self._deliver_some(lanes, group)

    async def _deliver_some(self, lanes: Lanes, group: asyncio.TaskGroup) -> int:
        claimed = await self._db.write(partial(self._claim, left_out=self._left_out(), lanes=lanes))
        await self._store_all([item for item in claimed if item.bot_account in self._storing])
        await self._send_all([item for item in claimed if item.bot_account not in self._storing], group)
        return len(claimed)

    def _left_out(self) -> tuple[str, ...]:
        """Return the bot accounts that must wait, or that have enough messages on their way."""
        now = self._db.stopwatch.seconds()
        self._stopped = {name: until for name, until in self._stopped.items() if until > now}
        busy = (name for name, count in self._slow.items() if count >= AT_ONCE)
        return (*self._stopped, *busy)

    def _claim(self, uow: UnitOfWork, left_out: tuple[str, ...], lanes: Lanes) -> list[Claimed]:
        return delivery.claim(
            uow,
            owner=self._owner,
            lease_seconds=self._lease_seconds,
            limit=AT_ONCE,
            stopped=left_out,
            lanes=lanes,
        )

    async def _store_all(self, claimed: Sequence[Claimed]) -> None:
        """Store messages and record them as sent, all in one transaction."""
        # In one order for all who do this at the same time, so that none waits for another in a circle.
        ordered = sorted(claimed, key=lambda item: (item.bot_account, item.chat, item.id))
        words = [(item, self._outgoing(item)) for item in ordered]
        if words:
            await self._db.write(partial(self._store, words=words))
        for item, message in words:
            if isinstance(message, Outgoing):
                self._storing[item.bot_account].stored(message)

    def _store(self, uow: UnitOfWork, words: Sequence[tuple[Claimed, Outgoing | SendResult]]) -> None:
        try:
            with uow.savepoint():
                results = [(item, self._stored(uow, item, message)) for item, message in words]
        except OperationalError:  # the database's trouble and not a message's: all of it is tried again
            raise
        except Exception as error:  # the border of delivery: a faulty message must not stop the others
            if len(words) > 1:
                for one in words:
                    self._store(uow, [one])
                return
            results = [(words[0][0], _fault(words[0][0], error))]
        self._record(uow, results)

    def _stored(self, uow: UnitOfWork, claimed: Claimed, message: Outgoing | SendResult) -> SendResult:
        if isinstance(message, SendResult):
            return message
        return self._storing[claimed.bot_account].store(uow, message)

    async def _send_all(self, claimed: Sequence[Claimed], group: asyncio.TaskGroup) -> None:
        """Send messages side by side and record together how it ended; what is slow is recorded later."""
        sending = {group.create_task(self._send(item)): item for item in claimed}
        if not sending:
            return
        ended, slow = await asyncio.wait(sending, timeout=PATIENCE_SECONDS)
        for task in slow:
            self._slow[sending[task].bot_account] += 1
            group.create_task(self._record_late(sending[task], task))
        results = [(item, task.result()) for task, item in sending.items() if task in ended]
        if results:
            await self._db.write(partial(self._record, results=results))

    async def _record_late(self, claimed: Claimed, sending: asyncio.Task[SendResult]) -> None:
        try:
            result = await sending
            await self._db.write(partial(self._record, results=[(claimed, result)], wake=True))
        except SQLAlchemyError as error:  # its lease runs out, and it is sent again
            log.error("not_recorded", outbox_id=claimed.id, error=type(error).__name__)
        finally:
            self._slow[claimed.bot_account] -= 1

    async def _send(self, claimed: Claimed) -> SendResult:
        try:
            message = self._outgoing(claimed)
            if isinstance(message, SendResult):
                return message
            async with asyncio.timeout(self._send_seconds):
                result = await self._channels[claimed.bot_account].send(message)
        except Exception as error:  # the border of delivery: a faulty adapter must not stop the others
            return _fault(claimed, error)
        self._obey(claimed, result)
        return result

    def _obey(self, claimed: Claimed, result: SendResult) -> None:
        """Stop a bot account from now on for as long as its platform says."""
        wait = decide(result, claimed.attempts).stop_token_for
        if wait:
            until = self._db.stopwatch.seconds() + wait
            self._stopped[claimed.bot_account] = max(until, self._stopped.get(claimed.bot_account, 0.0))

    def _outgoing(self, claimed: Claimed) -> Outgoing | SendResult:
        """Put a message into words for its channel, or tell how it ends without being sent."""
        channel = self._channels.get(claimed.bot_account)
        if channel is None:
            return SendResult(Verdict.TEMPORARY, detail="the channel is switched off")
        if _said_elsewhere(claimed, channel):
            return SendResult(Verdict.SENT, detail="not needed on this channel")
        return self._words(claimed, channel, self._db.clock.now())

    def _words(self, claimed: Claimed, channel: Channel, now: datetime) -> Outgoing:
        message = claimed.message
        try:
            text = self._texts.message(message, now, repeated=claimed.repeated)
            labels = self._texts.labels(message.choices, now)
        except Exception as error:  # the border of delivery: something came, and that is told
            return self._unreadable(claimed, now, error)
        can = channel.capabilities
        if labels and not can.buttons:
            numbers = claimed.takes_digits
            ways = format.numbered(labels) if numbers else format.in_words(message.choices, self._texts)
            text = f"{format.shortened(text, can)}\n{ways}".rstrip()
        return Outgoing(
            outbox_id=claimed.id,
            address=claimed.chat,
            text=format.shortened(text, can) if can.buttons else text,
            buttons=format.buttons(claimed.id, labels) if can.buttons else (),
            photos=message.photos if can.photos else (),
            edit_of=claimed.edit_of,
            severity=message.severity,
        )

    def _unreadable(self, claimed: Claimed, now: datetime, error: Exception) -> Outgoing:
        """Say plainly that something came which could not be shown, under a code for the operator."""
        log.error("render_failed", outbox_id=claimed.id, key=claimed.message.key, error=type(error).__name__)
        text = self._texts.message(delivery.unreadable(claimed.id), now)
        return Outgoing(outbox_id=claimed.id, address=claimed.chat, text=text)

    def _record(
        self, uow: UnitOfWork, results: Sequence[tuple[Claimed, SendResult]], *, wake: bool = False
    ) -> None:
        for claimed, result in results:
            self._record_one(uow, claimed, decide(result, claimed.attempts))
        if wake:
            uow.nudge(OUTBOX)

    def _record_one(self, uow: UnitOfWork, claimed: Claimed, decision: Decision) -> None:
        result = decision.result
        if result.verdict is not Verdict.SENT:
            verdict = result.verdict.value
            log.warning("not_sent", outbox_id=claimed.id, verdict=verdict, detail=result.detail)
        channel = self._channels.get(claimed.bot_account)
        at_once = channel is not None and not channel.capabilities.shown_receipts
        delivery.record(
            uow, claimed, result, retry_at=uow.real_seconds + decision.retry_in, delivered=at_once
        )
        if result.verdict in (Verdict.PERMANENT, Verdict.MOVED):
            _follow_up(uow, claimed, result)


def _follow_up(uow: UnitOfWork, claimed: Claimed, result: SendResult) -> None:
    """Do what a refusal for good, or a new address, asks for. What fails there leaves the record as it is."""
    try:
        with uow.savepoint():
            if result.verdict is Verdict.PERMANENT:
                undeliverable(uow, claimed)
            else:
                moved(uow, claimed, result.new_address)
    except OperationalError:  # the database's trouble: all of it is tried again
        raise
    except Exception as error:  # the border of delivery: else the same messages would be sent for ever
        log.error("follow_up_failed", outbox_id=claimed.id, error=type(error).__name__)


def _fault(claimed: Claimed, error: Exception) -> SendResult:
    fault = type(error).__name__
    log.error("send_failed", outbox_id=claimed.id, account=claimed.bot_account, error=fault)
    return SendResult(Verdict.UNKNOWN, detail=fault)


def _said_elsewhere(claimed: Claimed, channel: Channel) -> bool:
    """Tell whether this channel needs no message: there is nothing to edit, or an edit says it."""
    can_edit = channel.capabilities.edits
    if claimed.message.edit_only:
        return not (can_edit and claimed.edit_of)
    return claimed.message.without_edits and can_edit
