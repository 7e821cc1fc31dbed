"""The stream of a phone: lines that are new or changed, as server-sent events.

Rows are read after the number that the browser saw last, so a page that was away misses nothing,
whichever process it comes back to. The hub only makes it quick within this process.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.web.forms import whole_number
from bot.web.lines import duty_html, line_html, on_duty
from bot.web.phones import Phone, phone_of, still_signed_in
from bot.web.services import WebServices, services_of
from storage import webchat
from storage.unit_of_work import UnitOfWork
from storage.webchat import Line

POLL_SECONDS = 5.0
"""How often a stream looks without being woken: for lines from another process, and for a sign-out."""
KEEP_ALIVE_SECONDS = 15.0
LATER_SECONDS = 60
"""After so long a page may open a stream again that was closed because there were too many."""
BATCH = 100
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class News:
    """What one look found: lines after the last one, and the words on who is on duty."""

    lines: list[Line]
    duty: str

    @property
    def last(self) -> int:
        """Return the number of the last line, 0 when there is none."""
        return max((line.seq for line in self.lines), default=0)


async def stream(request: Request) -> Response:
    """Stream a phone's lines from where its browser left off; with `once`, only what is there now."""
    services, phone = services_of(request), await phone_of(request)
    last_seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
    read = _missed if request.query_params.get("once") else _events
    events = read(services, phone, whole_number(last_seen) or 0)
    return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)


async def _missed(services: WebServices, phone: Phone, after: int) -> AsyncIterator[str]:
    """Yield the lines that a page has missed, and end."""
    news: News | None = None
    while news is None or len(news.lines) == BATCH:
        news = await services.db.read(partial(_look, services=services, phone=phone, after=after))
        if news is None:
            yield event("signed-out")
            return
        yield _spoken(news, phone, news.duty)
        after = news.last or after
    yield event("duty", news.duty) + event("enough")


async def _events(services: WebServices, phone: Phone, after: int) -> AsyncIterator[str]:
    """Yield events until the phone is signed out or opens too many, the service stops or the browser goes."""
    yield "retry: 2000\n\n"
    duty, last_spoken = "", services.stopwatch.seconds()
    with services.hub.listen(phone.chat, phone.slot) as bell:
        while not services.hub.closed:
            if bell.dismissed is not None:
                yield event(bell.dismissed.value, str(LATER_SECONDS))
                return
            news = await services.db.read(partial(_look, services=services, phone=phone, after=after))
            if news is None:
                yield event("signed-out")
                return
            now = services.stopwatch.seconds()
            spoken = _spoken(news, phone, duty) or _keep_alive(now - last_spoken)
            if spoken:
                yield spoken
                last_spoken = now
            duty, after = news.duty, news.last or after
            if len(news.lines) < BATCH:
                await bell.wait(POLL_SECONDS)


def _look(uow: UnitOfWork, services: WebServices, phone: Phone, after: int) -> News | None:
    if not still_signed_in(uow, phone):
        return None
    lines = webchat.lines_after(uow, services.bot_account, phone.chat, after, BATCH)
    return News(lines, duty_html(on_duty(uow, phone)))


def _spoken(news: News, phone: Phone, duty: str) -> str:
    lines = "".join(event("line", line_html(line, phone), line.seq) for line in news.lines)
    return lines + (event("duty", news.duty) if news.duty != duty else "")


def _keep_alive(silent_seconds: float) -> str:
    return event("here") if silent_seconds >= KEEP_ALIVE_SECONDS else ""


def event(kind: str, data: str = "", seq: int | None = None) -> str:
    """Return one event in the format of server-sent events; `seq` becomes the browser's Last-Event-ID."""
    number = f"id: {seq}\n" if seq is not None else ""
    return f"event: {kind}\n{number}" + "".join(f"data: {row}\n" for row in data.split("\n")) + "\n"


ROUTES = [Route("/m/{slot}/luong", stream, methods=["GET"])]
