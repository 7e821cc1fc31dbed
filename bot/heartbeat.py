"""The ping to an outside watchdog: sent only after a complete round, and only while messages get out."""

import asyncio
from datetime import timedelta
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog

from storage import outbox
from storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 10.0
MOST_REDIRECTS = 3
STUCK_AFTER = timedelta(minutes=10)
"""A message that has waited longer (domain time) says that the way out is broken."""


class _FewRedirects(HTTPRedirectHandler):
    """Follows a watchdog that has moved, but not for ever, and never out of the web."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 1

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        fp.close()  # else all of what stands there would be read, however much it is
        if not newurl.startswith(("http://", "https://")):
            raise HTTPError(newurl, code, msg, headers, None)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Ping:
    """Calls an address; that it cannot be reached is reported and harms nothing."""

    def __init__(self, url: str, db: Database) -> None:
        self._url = url
        self._db = db
        self._opener = build_opener(_FewRedirects)

    async def __call__(self) -> None:
        """Ping once, unless messages are stuck."""
        if await self._db.read(_is_stuck):
            log.error("heartbeat_withheld", reason="messages are stuck")
            return
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._call)
        except (OSError, HTTPException, ValueError) as error:
            log.warning("heartbeat_not_sent", error=type(error).__name__)

    def _call(self) -> None:
        # The settings accept only http and https here.
        with self._opener.open(self._url, timeout=TIMEOUT_SECONDS) as answer:
            answer.read(64)


def _is_stuck(uow: UnitOfWork) -> bool:
    _, oldest = outbox.waiting(uow)
    return oldest is not None and uow.now - oldest > STUCK_AFTER
