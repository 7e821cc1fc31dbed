"""For how long the pages wait for somebody who is slow, and how many may wait at a time."""

import asyncio
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.hub import STREAMS_PER_PROCESS

CLOSE = {"Connection": "close"}


@dataclass(frozen=True)
class Patience:
    """Real seconds after which a slow connection is ended, and how many there may be at a time."""

    head_seconds: float = 10.0
    """For the head of a request, since the connection began or the last answer ended."""
    piece_seconds: float = 20.0
    """For the next piece of a body."""
    body_seconds: float = 300.0
    """For all of a body: ten photos of 10 MiB over 3 Mbit/s."""
    reading_seconds: float = 60.0
    """For somebody who does not take what we have to say."""
    idle_seconds: int = 5
    """Between two requests of one connection."""
    head_bytes: int = 64 * 1024
    connections: int = 800
    """Beyond this number, the connection that has been without a request for longest makes room."""
    streams: int = STREAMS_PER_PROCESS
    """Of these, the ones that open phones hold; beyond this number the oldest is asked to come back later."""


class PatientBodies:
    """Ends requests whose body comes too slowly, with 408."""

    def __init__(self, app: ASGIApp, *, patience: Patience) -> None:
        self._app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience.body_seconds
        complete = False

        async def receive_in_time() -> Message:
            nonlocal complete
            if complete:  # what comes now is the end of the connection, and that may take for ever
                return await receive()
            try:
                async with asyncio.timeout_at(min(loop.time() + self._patience.piece_seconds, until)):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, headers=CLOSE) from error
            complete = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        await self._app(scope, receive_in_time, send)
