"""How long eight people wait for the answer to a press while 20,000 reminders fall due and are delivered.

Eight people on duty in one commune, each with the page open, press 20 buttons a second between them over
real HTTP: every other press is "Nhận" on the same incident by all eight at once, the rest look up open
incidents and the duty. After some seconds 20,000 reminders for 20,000 other people fall due at one
instant; the service puts them into the outbox and delivers them, while its worker process does one job of
4 processor seconds after the other. The presses go on until the last reminder has been delivered.

The service is the real one in a process of its own; the phones, PostgreSQL and the worker share the same
machine. A press takes from the moment at which it was due to be sent until its answer has come over the
stream of the page. "quiet" are the presses before the reminders fell due, "storm" those from then on.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import aiohttp
from sqlalchemy import func, select, update
from sqlmodel import col

from benchmarks import reminders, service
from benchmarks.ground import Ground
from benchmarks.phones import Phone
from benchmarks.report import Figures, percentile, resident_mib
from benchmarks.village import Village, add_members, event, found
from core.clock import SystemClock
from core.messages import Lane
from core.roster import Position
from handlers.dispatch import process_one
from handlers.intake import receive
from handlers.reminders import notes
from storage import accounts, duty, jobs, outbox, people
from storage.accounts import WEB, Owner
from storage.inbox import InboxRow
from storage.reminders import ACTIVE, Reminder
from storage.unit_of_work import Database, UnitOfWork

PEOPLE = 8
JOB_SECONDS = 4.0
JOBS = 30
_LOOK_EVERY = 0.5
_LAST_ANSWERS = 3.0
_MOST_SECONDS = 300.0
"""So long after the reminders fell due the benchmark gives up."""
_NOT_YET = datetime(2100, 1, 1, tzinfo=UTC)


def run(
    where: Ground,
    due: int = 20_000,
    rate: float = 20.0,
    quiet_seconds: float = 10.0,
    incidents: int = 60,
) -> Figures:
    """Fill the database, start the service, and let people press until all reminders are delivered."""
    db = where.open(SystemClock())
    try:
        village = db.write_now(lambda uow: found(uow, "Xã Mẫu"))
        phones = db.write_now(lambda uow: _on_duty(uow, village))
        buttons = _buttons(db, village, phones, incidents)
        members = db.write_now(lambda uow: add_members(uow, village.commune_id, due))
        db.write_now(lambda uow: _queue_jobs(uow, village))
        reminders.store(db, reminders.rows(village.commune_id, members, due, due, _NOT_YET))
        with service.running(where) as (address, process):
            _wait_until_sent(db)
            begin = time.time() + 1.0  # noqa: TID251 real time is what is measured
            moment = datetime.fromtimestamp(begin + quiet_seconds, UTC)
            db.write_now(lambda uow: _let_fall_due(uow, moment))
            storm = _Storm(db, address, phones, buttons, rate)
            delivered = asyncio.run(storm.run(begin, moment.timestamp()))
            memory = resident_mib(process)
        return _figures(db, phones, moment, delivered) | {"service_resident_mib": memory}
    finally:
        db.close()


def _on_duty(uow: UnitOfWork, village: Village) -> list[Phone]:
    """Put eight people on duty, each signed in with a phone."""
    uow.bind(village.commune_id)
    unit = people.units(uow)[-1].key
    phones = []
    for person in add_members(uow, village.commune_id, PEOPLE):
        shift = duty.ShiftRow(
            commune_id=village.commune_id,
            unit_id=unit,
            person_id=person,
            position=Position.DUTY.value,
            starts_at=uow.now - timedelta(hours=1),
            ends_at=uow.now + timedelta(hours=9),
        )
        uow.session.add(shift)
        phones.append(Phone(person, *accounts.add_device(uow, Owner(village.commune_id, person), "")))
    uow.session.flush()
    return phones


def _buttons(
    db: Database, village: Village, phones: list[Phone], incidents: int
) -> dict[int, dict[str, list[str]]]:
    """Return what each person may press: "take" for each incident, and the look-ups of a menu."""
    reporters = village.reporters
    for number in range(incidents):
        text = f"/suco may in so {number} o thon {number % 3 + 1} khong in duoc"
        _happen(db, event(db.clock.now(), reporters[number % 3], f"suco-{number}", text=text))
    for phone in phones:
        _happen(db, event(db.clock.now(), phone.person, f"menu-{phone.person}", text="?"))
    return {phone.person: db.read_now(partial(_pressable, person=phone.person)) for phone in phones}


def _happen(db: Database, one: Any) -> None:
    db.write_now(lambda uow: receive(uow, one))
    db.write_now(process_one)


def _pressable(uow: UnitOfWork, person: int) -> dict[str, list[str]]:
    rows = uow.session.execute(
        select(outbox.C.id, outbox.C.message)
        .where(outbox.C.chat == f"p{person}", outbox.C.has_choices)
        .order_by(outbox.C.id)
    )
    found: dict[str, list[str]] = {"incidents.take": [], "incidents.open": [], "duty.now": []}
    for row in rows:
        for number, choice in enumerate(row.message["choices"], 1):
            found.get(choice["do"], []).append(f"{row.id}:{number}")
    return found


def _queue_jobs(uow: UnitOfWork, village: Village) -> None:
    uow.bind(village.commune_id)
    for _ in range(JOBS):
        # The result goes to a chat that is nobody's, and so to no phone that is measured.
        jobs.add(uow, "sleep", {"seconds": JOB_SECONDS}, bot_account=WEB, chat="nobody", sender="nobody")


def _let_fall_due(uow: UnitOfWork, moment: datetime) -> None:
    uow.session.execute(update(Reminder).where(col(Reminder.kind) == notes.KIND).values(next_due_at=moment))


def _wait_until_sent(db: Database) -> None:
    while db.read_now(outbox.waiting)[0]:
        time.sleep(_LOOK_EVERY)  # noqa: TID251 the service is at work


class _Storm:
    """Eight phones, and the presses on them."""

    def __init__(
        self,
        db: Database,
        address: str,
        phones: list[Phone],
        buttons: dict[int, dict[str, list[str]]],
        rate: float,
    ) -> None:
        self._db = db
        self._address = address
        self._phones = phones
        self._buttons = buttons
        self._gap = 1 / rate
        self._over = False

    async def run(self, begin: float, due: float) -> float:
        """Press from `begin` on; returns how many seconds after `due` all was delivered."""
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            holding = [asyncio.ensure_future(p.hold(session, self._address)) for p in self._phones]  # noqa: TID251
            pressing = asyncio.ensure_future(self._press(session, begin))  # noqa: TID251 our own program
            delivered = await self._until_delivered(due, [*holding, pressing])
            self._over = True
            await pressing
            await asyncio.sleep(_LAST_ANSWERS)
            for one in holding:
                one.cancel()
        return delivered

    async def _press(self, session: aiohttp.ClientSession, begin: float) -> None:
        async with asyncio.TaskGroup() as group:
            for number in count():
                if self._over:
                    return
                due = begin + number * self._gap
                await asyncio.sleep(max(0.0, due - time.time()))  # noqa: TID251 real time is measured
                phone = self._phones[number % PEOPLE]
                press = self._button(phone.person, number // PEOPLE)
                group.create_task(phone.press(session, self._address, press, due))

    def _button(self, person: int, turn: int) -> str:
        can = self._buttons[person]
        if turn % 2 == 0:
            return can["incidents.take"][turn // 2 % len(can["incidents.take"])]
        return can["incidents.open" if turn % 4 == 1 else "duty.now"][0]

    async def _until_delivered(self, due: float, at_work: list[Any]) -> float:
        """Return how many seconds after `due` the last reminder was sent; a negative number for never."""
        while time.time() < due + _MOST_SECONDS:  # noqa: TID251 another process is at work
            await asyncio.sleep(_LOOK_EVERY)
            for task in at_work:
                if task.done():
                    task.result()
            now = time.time()  # noqa: TID251
            if now > due + 1 and not (await self._db.read(_unsent_reminders)):
                return now - due
        return -1.0


def _unsent_reminders(uow: UnitOfWork) -> int:
    """Count what is due and not delivered; the ladders of the incidents are not due for half an hour."""
    due = select(func.count()).select_from(Reminder).where(col(Reminder.next_due_at) <= uow.now)
    active = due.where(col(Reminder.state) == ACTIVE)
    waiting = select(func.count()).where(outbox.C.state.in_(outbox.UNSENT), outbox.C.lane == int(Lane.CALM))
    left: int = sum(uow.session.execute(query).scalar_one() for query in (active, waiting))
    return left


def _figures(db: Database, phones: list[Phone], moment: datetime, delivered: float) -> Figures:
    waits = [wait for phone in phones for wait in db.read_now(partial(_waits, phone=phone))]
    answered = [(due, seconds) for due, seconds in waits if seconds is not None]
    quiet = [seconds for due, seconds in answered if due < moment.timestamp()]
    storm = [seconds for due, seconds in answered if due >= moment.timestamp()]
    return {
        "presses": len(waits),
        "unanswered": len(waits) - len(answered),
        "quiet": _summary(quiet),
        "storm": _summary(storm),
        "seconds_until_all_delivered": round(delivered, 1),
    }


def _summary(seconds: list[float]) -> Figures:
    if not seconds:
        return {"presses": 0}
    marks = {f"p{percent}_ms": round(1000 * percentile(seconds, percent)) for percent in (50, 95, 99)}
    return {"presses": len(seconds), **marks, "longest_ms": round(1000 * max(seconds))}


def _waits(uow: UnitOfWork, phone: Phone) -> list[tuple[float, float | None]]:
    """Return when each press was due, and how many seconds later its answer was shown; None for never.

    Each press of a chat leads to one reply, and both are worked off in order.
    """
    chat = f"p{phone.person}"
    events = uow.session.execute(
        select(col(InboxRow.event_id)).where(col(InboxRow.chat) == chat).order_by(col(InboxRow.id))
    ).scalars()
    replies = uow.session.execute(
        select(outbox.C.id).where(outbox.C.chat == chat, outbox.C.lane == Lane.REPLY).order_by(outbox.C.id)
    ).scalars()
    found = []
    for event_id, reply in zip(events, replies, strict=False):
        if event_id in phone.pressed:
            due, shown = phone.pressed[event_id], phone.shown.get(reply)
            found.append((due, shown - due if shown else None))
    missing = len(phone.pressed) - len(found)
    return found + [(0.0, None)] * missing
