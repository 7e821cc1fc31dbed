"""A bell for loops that work a table off: rung by commits from any thread, and by the time at the latest."""

import asyncio

from storage.unit_of_work import Database


class Wake:
    """Rings when a committed unit of work has left something behind for the listener."""

    def __init__(self, db: Database, what: str) -> None:
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        db.on_nudge(what, self._ring)

    def _ring(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    def clear(self) -> None:
        """Forget earlier rings; what is committed from now on will ring again."""
        self._event.clear()

    async def wait(self, seconds: float) -> None:
        """Wait for a ring, or for so many real seconds."""
        try:
            async with asyncio.timeout(max(0.01, seconds)):
                await self._event.wait()
        except TimeoutError:
            return
