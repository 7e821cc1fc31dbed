"""How many updates a second go from intake to commit.

An update is what a person on the web chat does. Of 27 updates 3 are free-text reports, 3 the presses that
send them, 3 "Nhận" pressed on an alert, 3 comments, 3 "xong" in typed words, and 12 look-ups and lists.
Each is taken in as in production (screened, committed to the inbox) and worked off by the real pump:
actor, router, use case, audit, conversation, outbox, one commit. So an update is two commits. Nothing is
put into words or sent: that is delivery's work, see `delivery`.

The communes act at the same time, in waves; between two waves the clock is not running while the
benchmark marks messages as sent and looks up what can be pressed next. On SQLite every commit is synced
(synchronous=FULL).
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlmodel import col

from benchmarks.ground import Ground
from benchmarks.report import Figures, resident_mib
from benchmarks.village import REPORTERS, Village, chat_of, event, found
from bot import pauses
from bot.pump import Pump
from core.clock import FakeClock
from core.events import Inbound
from handlers.intake import receive
from storage import inbox, incidents, outbox
from storage.unit_of_work import Database, UnitOfWork

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REPORTS = (
    "may in bo phan mot cua khong in duoc tu sang",
    "Mạng internet ở nhà văn hoá thôn 3 bị mất, không vào được dịch vụ công",
    "VNeID cua ba con thon 1 bao loi khi dang nhap, nhieu nguoi dang cho",
)
COMMENTS = ("van chua duoc anh oi", "bà con đang chờ đông lắm", "da thu tat di bat lai nhung khong duoc")
_LOOK_AFTER = 0.0015
"""Seconds for each update that is left, after which the benchmark looks again; looking costs time too."""
_LONG_AGO = timedelta(minutes=11)
"""Later than this, words are a new report and no comment on the last one."""

Deed = tuple[int, str, str]
"""Who, what is typed, what is pressed."""


class Actors:
    """The communes, and what their people do in one wave after the other."""

    def __init__(self, db: Database, villages: list[Village]) -> None:
        self._db = db
        self._villages = villages

    def waves(self) -> list[Callable[[], Iterable[Deed]]]:
        """Return the waves of one round: a report of each reporter, from the first word to "xong"."""
        worked_on = [partial(self._work, turn) for turn in range(REPORTERS)]
        resolved = [partial(self._resolve, turn) for turn in range(REPORTERS)]
        return [self._describe, self._send, *worked_on, *resolved]

    def _describe(self) -> Iterable[Deed]:
        for village in self._villages:
            yield village.officer, "dang mo", ""
            yield village.leader, "dang mo", ""
            yield from ((person, text, "") for person, text in zip(village.reporters, REPORTS, strict=True))

    def _send(self) -> Iterable[Deed]:
        for village in self._villages:
            yield village.leader, "ai truc", ""
            yield from ((person, "", self._newest(person)) for person in village.reporters)

    def _work(self, turn: int) -> Iterable[Deed]:
        for village in self._villages:
            reporter, other = village.reporters[turn], village.reporters[(turn + 1) % 3]
            incident = self._incident(village, reporter)
            yield village.officer, "", self._card(village.officer, incident)
            yield reporter, COMMENTS[turn], ""
            yield other, "cua toi", ""
            yield village.leader, f"SC-{incident.number:04}", ""

    def _resolve(self, turn: int) -> Iterable[Deed]:
        for village in self._villages:
            incident = self._incident(village, village.reporters[turn])
            yield village.officer, f"xong {incident.number} do long cap, da cam lai", ""
            yield village.reporters[turn], "ai truc", ""

    def _newest(self, person: int) -> str:
        query = select(outbox.C.id).where(outbox.C.chat == chat_of(person), outbox.C.has_choices)
        newest = query.order_by(outbox.C.id.desc()).limit(1)
        return f"{self._db.read_now(lambda uow: uow.session.execute(newest).scalar_one())}:1"

    def _card(self, person: int, incident: incidents.Incident) -> str:
        query = select(outbox.C.id).where(
            outbox.C.chat == chat_of(person), outbox.C.card == f"incident:{incident.key}", ~outbox.C.edit_only
        )
        return f"{self._db.read_now(lambda uow: uow.session.execute(query).scalar_one())}:1"

    def _incident(self, village: Village, reporter: int) -> incidents.Incident:
        def newest(uow: UnitOfWork) -> incidents.Incident | None:
            uow.bind(village.commune_id)
            return incidents.latest_sent(uow, reporter, START)

        incident = self._db.read_now(newest)
        if incident is None:
            raise RuntimeError("a report was not sent")
        return incident


def run(where: Ground, communes: int = 40, rounds: int = 3) -> Figures:
    """Measure updates a second; a round before the first measured one warms up."""
    pauses.keep_short()
    clock = FakeClock(START)
    db = where.open(clock)
    try:
        villages = [db.write_now(partial(found, name=f"Xã {n}")) for n in range(communes)]
        spent = asyncio.run(_rounds(db, clock, Actors(db, villages), rounds))
        _check(db, communes * 3 * (rounds + 1))
    finally:
        db.close()
    return {
        "updates": spent.updates,
        "updates_per_second": round(spent.updates / spent.seconds),
        "processor_ms_per_update": round(1000 * spent.processor / spent.updates, 2),
        "resident_mib": resident_mib(),
    }


@dataclass
class Spent:
    """Real seconds, and seconds of processor time of this process, that updates took."""

    updates: int = 0
    seconds: float = 0.0
    processor: float = 0.0


async def _rounds(db: Database, clock: FakeClock, actors: Actors, rounds: int) -> Spent:
    pump = asyncio.ensure_future(Pump(db).run())  # noqa: TID251 the benchmark is its own program
    spent = Spent()
    for number in range(rounds + 1):
        for wave, deeds in enumerate(actors.waves()):
            events = [
                event(clock.now(), who, f"{number}-{wave}-{index}", text=text, press=press)
                for index, (who, text, press) in enumerate(deeds())
            ]
            await _timed(db, events, spent if number else Spent())
            await db.write(_delivered)
            clock.advance(timedelta(seconds=30))
        clock.advance(_LONG_AGO)
    pump.cancel()
    return spent


async def _timed(db: Database, events: list[Inbound], spent: Spent) -> None:
    begin, processor = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for one in events:
            group.create_task(_take_in(db, one))
    while left := (await db.read(inbox.waiting))[0]:
        await asyncio.sleep(max(0.002, left * _LOOK_AFTER))
    spent.updates += len(events)
    spent.seconds += time.perf_counter() - begin
    spent.processor += time.process_time() - processor


async def _take_in(db: Database, one: Inbound) -> None:
    await db.write(lambda uow: receive(uow, one))


def _delivered(uow: UnitOfWork) -> None:
    """Let everything that was queued have been sent and seen, as delivery would."""
    unsent = outbox.C.state.in_(outbox.UNSENT)
    uow.session.execute(
        update(outbox.TABLE).where(unsent).values(state="sent", sent_at=uow.now, delivered_at=uow.now)
    )


def _check(db: Database, expected: int) -> None:
    """Refuse figures of a run in which people did not get what they did."""
    query = select(col(incidents.Incident.status))
    statuses = list(db.read_now(lambda uow: uow.session.execute(query).scalars().all()))
    if statuses.count("resolved") != expected:
        raise RuntimeError(f"{statuses.count('resolved')} of {expected} incidents were resolved")
