"""The pump of the inbox: hands its rows to the handlers, one transaction each, in worker threads."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.wake import Wake
from handlers.dispatch import process_one
from storage import inbox
from storage.unit_of_work import INBOX, Database

log = structlog.get_logger(__name__)

POLL_SECONDS = 2.0
PAUSE_AFTER_ERROR_SECONDS = 1.0


class Pump:
    """Works the inbox off for as long as it runs; as many rows at once as the database has writers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def run(self) -> None:
        """Handle events until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, self._db.writers // 2)):
                group.create_task(self._work())

    async def _work(self) -> None:
        wake = Wake(self._db, INBOX)
        while True:
            wake.clear()
            try:
                if not await self.drain():
                    await wake.wait(await self._until_next())
            except SQLAlchemyError as error:
                log.error("inbox_stopped", error=type(error).__name__)
                await self._db.stopwatch.pause(PAUSE_AFTER_ERROR_SECONDS)

    async def drain(self) -> int:
        """Handle rows until none may be handled now; returns how many there were."""
        count = 0
        while await self._db.write(process_one) is not None:
            count += 1
        return count

    async def _until_next(self) -> float:
        due = await self._db.read(inbox.next_retry)
        return POLL_SECONDS if due is None else min(POLL_SECONDS, due - self._db.stopwatch.seconds())
