"""How many messages a second go from the outbox to the web chat.

Every message is to another person: three of four are plain reminders, each fourth is an alert with three
buttons. The real delivery claims them, puts them into words and stores them as lines of the web chats,
until none is left. No page is open; what pages cost is part of `presses`.
"""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import func, select

from benchmarks.ground import Ground
from benchmarks.reminders import NOTE
from benchmarks.report import Figures, resident_mib
from benchmarks.village import add_members, chat_of, event, found
from bot import pauses
from bot.channels.web import WebChannel
from bot.delivery import Delivery
from bot.texts.render import Texts
from bot.web.hub import Hub
from core.clock import FakeClock
from core.messages import Message
from handlers.dispatch import process_one
from handlers.intake import receive
from storage import outbox
from storage.accounts import WEB
from storage.outbox import Queued
from storage.unit_of_work import Database, UnitOfWork
from storage.webchat import WebLine

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_ALERT_EACH = 4
_AT_ONCE = 1000


def run(where: Ground, messages: int = 10_000) -> Figures:
    """Queue messages, and measure how fast they are delivered."""
    pauses.keep_short()
    db = where.open(FakeClock(START))
    try:
        village = db.write_now(lambda uow: found(uow, "Xã Mẫu"))
        alert = _an_alert(db, village.reporters[0], village.officer)
        people = db.write_now(lambda uow: add_members(uow, village.commune_id, messages))
        queued = [
            Queued(NOTE if index % _ALERT_EACH else alert, WEB, chat_of(person), village.commune_id, person)
            for index, person in enumerate(people)
        ]
        for first in range(0, messages, _AT_ONCE):
            db.write_now(partial(outbox.add_many, queued=queued[first : first + _AT_ONCE]))
        seconds, processor = asyncio.run(_deliver(db))
        lines = db.read_now(_lines)
    finally:
        db.close()
    if lines < messages:
        raise RuntimeError(f"{lines} of {messages} messages are in their chats")
    return {
        "messages": lines,
        "messages_per_second": round(lines / seconds),
        "processor_ms_per_message": round(1000 * processor / lines, 2),
        "resident_mib": resident_mib(),
    }


def _an_alert(db: Database, reporter: int, officer: int) -> Message:
    """Return an alert as it stands in the outbox after a report."""
    report = event(START, reporter, "suco", text="/suco may in o thon 1 khong in duoc")
    db.write_now(lambda uow: receive(uow, report))
    db.write_now(process_one)
    query = select(outbox.C.message).where(outbox.C.chat == chat_of(officer)).limit(1)
    stored = db.read_now(lambda uow: uow.session.execute(query).scalar_one())
    return Message.model_validate(stored)


async def _deliver(db: Database) -> tuple[float, float]:
    delivery = Delivery(db, {WEB: WebChannel(db, Hub())}, Texts())
    begin, processor = time.perf_counter(), time.process_time()
    while await delivery.deliver_some():
        pass
    return time.perf_counter() - begin, time.process_time() - processor


def _lines(uow: UnitOfWork) -> int:
    count: int = uow.session.execute(select(func.count()).select_from(WebLine)).scalar_one()
    return count
