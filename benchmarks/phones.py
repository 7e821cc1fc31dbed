"""Phones as a benchmark holds them: signed in, with the stream open, noting when each message was shown."""

import asyncio
import re
import time
from dataclasses import dataclass, field

import aiohttp

_BUTTON = re.compile(r'name="press" value="(\d+:\d+)">([^<]*)<')
_OUTBOX = re.compile(r'data-outbox="([\d ]+)"')
_REPORT_AFTER = 0.25
"""Seconds after which the page tells what it has shown, as its script does."""


@dataclass
class Phone:
    """One phone: where its page is, what it has pressed and what it has shown. Moments are `time.time()`."""

    person: int
    slot: str
    token: str
    pressed: dict[str, float] = field(default_factory=dict)
    """By event id: when the press was due."""
    shown: dict[int, float] = field(default_factory=dict)
    """By message of the outbox: when it was first shown."""
    buttons: dict[str, str] = field(default_factory=dict)
    """By label: what the newest button with it sends."""
    _unreported: list[int] = field(default_factory=list)

    async def hold(self, session: aiohttp.ClientSession, address: str) -> None:
        """Keep the stream open, and report what it shows."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._report(session, address))
            async with session.get(f"{address}/m/{self.slot}/luong?after=0", headers=self._cookie) as answer:
                answer.raise_for_status()
                async for row in answer.content:
                    self._read(row.decode())

    def _read(self, row: str) -> None:
        found = _OUTBOX.search(row)
        for number in map(int, found[1].split() if found else ()):
            if number not in self.shown:
                self.shown[number] = time.time()  # noqa: TID251 real time is what is measured
                self._unreported.append(number)
        for button in _BUTTON.finditer(row):
            self.buttons[button[2]] = button[1]

    async def _report(self, session: aiohttp.ClientSession, address: str) -> None:
        while True:
            await asyncio.sleep(_REPORT_AFTER)
            numbers, self._unreported = self._unreported, []
            if numbers:
                await self._post(session, address, "da-xem", {"shown": " ".join(map(str, numbers))})

    async def press(self, session: aiohttp.ClientSession, address: str, press: str, due: float) -> None:
        """Press a button; its moment is when it was due, so that a slow sender hides nothing."""
        event_id = f"{self.slot}-{len(self.pressed):08}"
        self.pressed[event_id] = due
        await self._post(session, address, "chon", {"press": press, "event_id": event_id})

    async def say(self, session: aiohttp.ClientSession, address: str, text: str) -> None:
        """Send what is typed."""
        await self._post(session, address, "tin", {"text": text})

    async def send_photo(self, session: aiohttp.ClientSession, address: str, content: bytes) -> None:
        """Send a photo."""
        form = aiohttp.FormData()
        form.add_field("photo", content, filename="photo.jpg", content_type="image/jpeg")
        await self._post(session, address, "anh", form)

    async def _post(
        self,
        session: aiohttp.ClientSession,
        address: str,
        what: str,
        data: dict[str, str] | aiohttp.FormData,
    ) -> None:
        headers = self._cookie | {"Origin": address}
        async with session.post(f"{address}/m/{self.slot}/{what}", data=data, headers=headers) as answer:
            answer.raise_for_status()

    @property
    def _cookie(self) -> dict[str, str]:
        return {"Cookie": f"trucso={self.token}"}
