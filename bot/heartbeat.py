"""The ping to an outside watchdog, sent only after a complete round of the ticker."""

import asyncio
import urllib.error
import urllib.request

import structlog

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 10.0


class Ping:
    """Calls an address; that it cannot be reached is reported and harms nothing."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __call__(self) -> None:
        """Ping once."""
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._call)
        except (urllib.error.URLError, TimeoutError, ValueError) as error:
            log.warning("heartbeat_not_sent", error=type(error).__name__)

    def _call(self) -> None:
        # The settings accept only http and https here.
        with urllib.request.urlopen(self._url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            answer.read(64)
