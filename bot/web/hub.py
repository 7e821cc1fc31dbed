"""Wakes the open pages of a chat when it has something new. It carries no content: pages read rows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

STREAMS_PER_PHONE = 4
"""The pages of a phone share one stream; several are of an old browser, or of pages that sleep."""


class Bell:
    """One open page's ear: rings when its chat was woken, or when the service stops."""

    def __init__(self, phone: str) -> None:
        self.phone = phone
        self.dismissed = False
        """True when the phone has opened so many newer streams that this one must end."""
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
        self._bells: dict[str, dict[Bell, None]] = {}
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
    def listen(self, chat: str, phone: str) -> Iterator[Bell]:
        """Give a page of a phone its bell for as long as it is open."""
        bell = Bell(phone)
        # In order of their coming.
        bells = self._bells.setdefault(chat, {})
        bells[bell] = None
        self._dismiss_oldest([other for other in bells if other.phone == phone and not other.dismissed])
        try:
            yield bell
        finally:
            del bells[bell]
            if not bells:
                self._bells.pop(chat, None)

    def _dismiss_oldest(self, of_phone: list[Bell]) -> None:
        for bell in of_phone[:-STREAMS_PER_PHONE]:
            bell.dismissed = True
            bell.ring()
