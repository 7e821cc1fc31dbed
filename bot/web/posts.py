"""What a phone sends: text, a press, a location, and which messages it has shown.

Each event is one unit of work: the inbox row, the line that shows it, the choice that is greyed, and
what the page had shown when it was written, so that a digit never comes in before the receipt of what it
answers. The page makes the event's id, so a post that is sent again has no second effect.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.forms import message_words, read_form, whole_number, words
from bot.web.pages import render, wants_page
from bot.web.phones import Phone, phone_of
from bot.web.services import WebServices, services_of
from core.events import Inbound, InboundKind
from handlers import intake
from storage import accounts, delivery, webchat
from storage.unit_of_work import UnitOfWork

_EVENT_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_MAX_SHOWN = 200
_LONGEST_WAIT_MS = 12 * 3600 * 1000
_LATITUDES, _LONGITUDES = (-90.0, 90.0), (-180.0, 180.0)


async def post_text(request: Request) -> Response:
    """Take what was typed; an empty text too, which the bot answers."""
    phone, form = await phone_of(request), await read_form(request)
    return await take(request, phone, form, kind=InboundKind.TEXT, text=message_words(form))


async def post_press(request: Request) -> Response:
    """Take the press of a choice. The answer says that it arrived, not what it led to."""
    phone, form = await phone_of(request), await read_form(request)
    press = words(form, "press")
    message, _, choice = press.partition(":")
    if whole_number(message) is None or whole_number(choice) is None:
        raise HTTPException(400)
    return await take(request, phone, form, kind=InboundKind.PRESS, press=press)


async def post_location(request: Request) -> Response:
    """Take where the person is, in degrees."""
    phone, form = await phone_of(request), await read_form(request)
    latitude, longitude = _degrees(form, "latitude", _LATITUDES), _degrees(form, "longitude", _LONGITUDES)
    return await take(request, phone, form, kind=InboundKind.LOCATION, latitude=latitude, longitude=longitude)


async def post_shown(request: Request) -> Response:
    """Note which messages an open, visible page has shown."""
    services, phone, form = services_of(request), await phone_of(request), await read_form(request)
    shown = _shown(form)
    if shown:
        await services.db.write(lambda uow: delivery.mark_shown(uow, services.bot_account, phone.chat, shown))
    return Response(status_code=204)


async def take(request: Request, phone: Phone, form: FormData, **content: Any) -> Response:
    """Commit an event with the line that shows it, wake the person's pages, and answer the post.

    `content` holds the fields of `Inbound` that are the event's own.
    """
    services = services_of(request)
    event = _event(services, phone, form, content)
    new = await services.db.write(lambda uow: _store(uow, phone, event, _shown(form)))
    services.metrics.count(event.kind.value, new=new)
    services.hub.wake(phone.chat)
    return RedirectResponse(f"/m/{phone.slot}/", 303) if wants_page(request) else Response(status_code=204)


def _event_id(phone: Phone, form: FormData) -> str:
    """The id that the page gave to its event, or a new one when that is none of this phone's."""
    given = words(form, "event_id")
    ours = given.startswith(f"{phone.slot}-") and _EVENT_ID.fullmatch(given)
    return given if ours else f"{phone.slot}-{secrets.token_hex(16)}"


def _event(services: WebServices, phone: Phone, form: FormData, content: dict[str, Any]) -> Inbound:
    return Inbound.model_validate(
        {
            "bot_account": services.bot_account,
            "event_id": _event_id(phone, form),
            "chat": phone.chat,
            "sender": phone.chat,
            "sent_at": _sent_at(services, form),
            "our_clock": True,
            **content,
        }
    )


def _sent_at(services: WebServices, form: FormData) -> datetime:
    """Return when the person did it: the page says for how long it had to keep the event."""
    waited = min(whole_number(words(form, "waited")) or 0, _LONGEST_WAIT_MS)
    return services.db.clock.now() - timedelta(milliseconds=waited) * services.db.clock.pace


def _shown(form: FormData) -> list[int]:
    """Return the messages that a page says it has shown."""
    numbers = (whole_number(part) for part in words(form, "shown").split()[:_MAX_SHOWN])
    return [number for number in numbers if number is not None]


def _store(uow: UnitOfWork, phone: Phone, event: Inbound, shown: list[int]) -> bool:
    received = intake.receive(uow, event)
    if shown:
        delivery.mark_shown(uow, event.bot_account, event.chat, shown, event.sent_at)
    if received.new:
        _show(uow, received.event)
        accounts.touch_device(uow, phone.slot)
    return received.new


def _show(uow: UnitOfWork, event: Inbound) -> None:
    if event.kind is InboundKind.PRESS:
        webchat.note_answer(uow, event.bot_account, event.chat, event.press)
        return
    photos = tuple(attachment.file for attachment in event.attachments if attachment.file)
    webchat.add_typed(uow, event, render("typed.txt", event=event).strip("\n"), photos)


def _degrees(form: FormData, name: str, limits: tuple[float, float]) -> float:
    try:
        degrees = float(words(form, name))
    except ValueError as error:
        raise HTTPException(400) from error
    if not limits[0] <= degrees <= limits[1]:
        raise HTTPException(400)
    return degrees


ROUTES = [
    Route("/m/{slot}/tin", post_text, methods=["POST"]),
    Route("/m/{slot}/chon", post_press, methods=["POST"]),
    Route("/m/{slot}/vi-tri", post_location, methods=["POST"]),
    Route("/m/{slot}/da-xem", post_shown, methods=["POST"]),
]
