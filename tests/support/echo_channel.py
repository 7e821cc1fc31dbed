"""The client of the echo platform: a channel without buttons that asks for updates and acknowledges late.

Switched on by the setting `echo=tests.support.echo_channel:EchoChannel` and a bot account of that
channel. The platform's address stands in the environment, as a token would in the settings.
"""

import asyncio
import base64
import os
from pathlib import Path
from typing import Any

import aiohttp

from core.clock import SystemClock
from core.events import Attachment, Inbound, InboundKind
from core.ports import Capabilities, Channel, Outgoing, Receive, SendResult, Verdict
from storage.files import FileStore
from tests.support import echo_kill

ADDRESS = "ECHO_PLATFORM"
FOLDER = "ECHO_FOLDER"
"""The data folder of the service, in which the channel keeps its place in the updates."""
PAUSE = 0.02
TIMEOUT = 2.0


class EchoChannel(Channel):
    """Talks to the echo platform."""

    capabilities = Capabilities(buttons=False, edits=False, photos=False, max_text=2000)

    def __init__(self, account: str) -> None:
        self._account = account
        self._url = os.environ[ADDRESS]
        folder = Path(os.environ[FOLDER])
        self._cursor = folder / f"cursor-{account}"
        self._files = FileStore(folder / "files")
        self._session: aiohttp.ClientSession | None = None
        echo_kill.arm_from_environment()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        return self._session

    async def listen(self, receive: Receive) -> None:
        """Ask for updates; the place up to which they are done is kept after the inbox has them."""
        done = int(self._cursor.read_text()) if self._cursor.exists() else 0
        while True:
            for update in await self._updates(done):
                await receive(self._event(update))
                done = update["number"]
                self._keep(done)
            await asyncio.sleep(PAUSE)

    def _keep(self, done: int) -> None:
        """Remember the place whole or not at all: the process may be killed at any moment."""
        unfinished = self._cursor.with_suffix(".part")
        unfinished.write_text(str(done))
        unfinished.replace(self._cursor)

    async def _updates(self, done: int) -> list[dict[str, Any]]:
        asked = {"token": self._account, "after": str(done)}
        try:
            async with self._client().get(f"{self._url}/updates", params=asked) as answer:
                found: list[dict[str, Any]] = (await answer.json(content_type=None))["updates"]
                return found
        except (aiohttp.ClientError, TimeoutError):
            return []

    def _event(self, update: dict[str, Any]) -> Inbound:
        photo = base64.b64decode(update["photo"])
        return Inbound(
            bot_account=self._account,
            event_id=update["id"],
            chat=update["chat"],
            sender=update["chat"],
            kind=InboundKind.PHOTO if photo else InboundKind.TEXT,
            text=update["text"],
            attachments=(Attachment(file=self._files.put(photo)),) if photo else (),
            sent_at=SystemClock().now(),
        )

    async def send(self, message: Outgoing) -> SendResult:
        """Send one message; what the network does is told by the verdict."""
        body = {"token": self._account, "chat": message.address, "text": message.text}
        try:
            asked = self._client().post(f"{self._url}/send", json=body | {"row": message.outbox_id})
            async with asked as answer:
                return _result(answer.status, await answer.json(content_type=None))
        except aiohttp.ClientConnectorError:
            return SendResult(Verdict.TEMPORARY, detail="no connection")
        except (aiohttp.ClientError, TimeoutError):
            return SendResult(Verdict.UNKNOWN, detail="no answer")

    async def acknowledge(self, event: Inbound) -> None:
        """Do nothing: there are no presses here."""

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


class BrokenChannel(EchoChannel):
    """An adapter with a fault of its own."""

    async def listen(self, receive: Receive) -> None:
        """Fail."""
        raise RuntimeError

    async def send(self, message: Outgoing) -> SendResult:
        """Fail."""
        raise RuntimeError


def _result(status: int, body: dict[str, Any]) -> SendResult:
    if body["ok"]:
        return SendResult(Verdict.SENT, platform_message_id=body["id"])
    if status == 429:
        return SendResult(Verdict.LIMITED, retry_after=body["retry_after"], detail="429")
    if status in (400, 403):
        return SendResult(Verdict.PERMANENT, detail=str(status))
    return SendResult(Verdict.TEMPORARY, detail=str(status))
