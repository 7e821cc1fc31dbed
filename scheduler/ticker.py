"""Time comes in: one ticker asks every few real seconds what has come due. It owns no reminder.

APScheduler only ticks; what is due stands in rows, so a restart or a second ticker harms nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from core.clock import VIETNAM
from scheduler import jobs
from storage.unit_of_work import Database

log = structlog.get_logger(__name__)

AfterRound = Callable[[], Awaitable[None]]


class Ticker:
    """Runs a round every `seconds` real seconds, never two at once."""

    def __init__(self, db: Database, seconds: float, after: Sequence[AfterRound] = ()) -> None:
        self._db = db
        self._seconds = seconds
        self._after = after
        """Called after each complete round: a ping to an outside watchdog, a sweep of files."""
        self._scheduler = AsyncIOScheduler(timezone=VIETNAM)

    def start(self) -> None:
        """Begin to tick; the first round is at once."""
        self._scheduler.add_job(
            self._run,
            "interval",
            seconds=self._seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(VIETNAM),  # noqa: TID251 the scheduler's own real time, never domain time
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do one complete round; a round that fails is reported and leaves no sign of life."""
        if await self._round():
            await self._tell()

    async def _run(self) -> None:
        """Do a round, and tell of it beside the next one: a watchdog that hangs delays no reminder."""
        if await self._round():
            self._scheduler.add_job(self._tell, id="tell", replace_existing=True, misfire_grace_time=None)

    async def _round(self) -> bool:
        try:
            await jobs.round_(self._db)
        except SQLAlchemyError as error:
            log.error("tick_failed", error=type(error).__name__)
            return False
        return True

    async def _tell(self) -> None:
        for call in self._after:
            await call()
