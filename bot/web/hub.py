"""Wakes the open pages of a chat when it has something new. It carries no content: pages read rows."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum

STREAMS_PER_PHONE = 4
"""The pages of a phone share one stream; several are of an old browser, or of pages that sleep."""
STREAMS_PER_PROCESS = 400


class Dismissal(Enum):
    """Why a stream must end."""

    ELSEWHERE = "elsewhere"
    """Its phone has opened many newer ones."""
    LATER = "later"
    """All the phones together have opened too many newer ones."""


class Bell:
    """One open page's ear: rings when its chat was woken, or when the service stops."""

    def __init__(self, phone: str) -> None:
        self.phone = phone
        self.dismissed: Dismissal | None = None
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

    def __init__(self, most_streams: int = STREAMS_PER_PROCESS) -> None:
        self._bells: dict[str, dict[Bell, None]] = {}
        self._all: dict[Bell, None] = {}
        self._most_streams = most_streams
        self.closed = False

    @property
    def streams(self) -> int:
        """Return how many pages hold a stream open."""
        return len(self._all)

    def wake(self, chat: str) -> None:
        """Wake every open page of a chat. Call it after the commit of what is new."""
        for bell in self._bells.get(chat, ()):
            bell.ring()

    def wake_all(self) -> None:
        """Wake every open page."""
        for bell in self._all:
            bell.ring()

    def close(self) -> None:
        """End every stream: the service stops, and the server waits for open answers."""
        self.closed = True
        self.wake_all()

    @contextmanager
    def listen(self, chat: str, phone: str) -> Iterator[Bell]:
        """Give a page of a phone its bell for as long as it is open."""
        bell = Bell(phone)
        # In order of their coming.
        bells = self._bells.setdefault(chat, {})
        bells[bell] = self._all[bell] = None
        of_phone = [other for other in bells if other.phone == phone]
        _dismiss_oldest(of_phone, STREAMS_PER_PHONE, Dismissal.ELSEWHERE)
        _dismiss_oldest(self._all, self._most_streams, Dismissal.LATER)
        try:
            yield bell
        finally:
            del self._all[bell]
            del bells[bell]
            if not bells:
                self._bells.pop(chat, None)


def _dismiss_oldest(bells: Iterable[Bell], most: int, why: Dismissal) -> None:
    """Leave only so many, the newest."""
    staying = [bell for bell in bells if bell.dismissed is None]
    for bell in staying[:-most]:
        bell.dismissed = why
        bell.ring()
