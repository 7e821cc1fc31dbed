"""Wakes the open pages of a chat when it has something new. It carries no content: pages read rows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """One open page's ear: rings when its chat was woken, or when the service stops."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits now, or the next one to wait."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when the bell rings, at the latest after some real seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()


class Hub:
    """The open pages of this process, by chat. Only for use in the event loop."""

    def __init__(self) -> None:
        self._bells: dict[str, set[Bell]] = {}
        self.closed = False

    def wake(self, chat: str) -> None:
        """Wake every open page of a chat. Call it after the commit of what is new."""
        for bell in self._bells.get(chat, ()):
            bell.ring()

    def close(self) -> None:
        """End every stream: the service stops, and the server waits for open answers."""
        self.closed = True
        for bells in self._bells.values():
            for bell in bells:
                bell.ring()

    @contextmanager
    def listen(self, chat: str) -> Iterator[Bell]:
        """Give a page its bell for as long as it is open."""
        bell = Bell()
        self._bells.setdefault(chat, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[chat].discard(bell)
            if not self._bells[chat]:
                del self._bells[chat]
