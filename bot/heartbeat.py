"""The ping to an outside watchdog: sent only after a complete round, and only while messages get out."""

import asyncio
import urllib.error
import urllib.request
from datetime import timedelta

import structlog

from storage import outbox
from storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 10.0
STUCK_AFTER = timedelta(minutes=10)
"""A message that has waited longer (domain time) says that the way out is broken."""


class Ping:
    """Calls an address; that it cannot be reached is reported and harms nothing."""

    def __init__(self, url: str, db: Database) -> None:
        self._url = url
        self._db = db

    async def __call__(self) -> None:
        """Ping once, unless messages are stuck."""
        if await self._db.read(_is_stuck):
            log.error("heartbeat_withheld", reason="messages are stuck")
            return
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._call)
        except (urllib.error.URLError, TimeoutError, ValueError) as error:
            log.warning("heartbeat_not_sent", error=type(error).__name__)

    def _call(self) -> None:
        # The settings accept only http and https here.
        with urllib.request.urlopen(self._url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            answer.read(64)


def _is_stuck(uow: UnitOfWork) -> bool:
    _, oldest = outbox.waiting(uow)
    return oldest is not None and uow.now - oldest > STUCK_AFTER
