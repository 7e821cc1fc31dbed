"""The phone: its page, earlier lines, and photos."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot import media
from bot.web.forms import whole_number
from bot.web.lines import duty_html, line_html, new_event_id, on_duty
from bot.web.pages import page
from bot.web.phones import Phone, phone_of
from bot.web.services import WebServices, services_of
from core.errors import StoredFileError
from storage import people, webchat
from storage.unit_of_work import UnitOfWork

PAGE_LINES = 50
_PHOTO_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    # The name is the hash of the content, so it never changes; only this browser may keep it.
    "Cache-Control": "private, max-age=31536000, immutable",
}


async def show_phone(request: Request) -> Response:
    """Show the newest lines and the composer."""
    services, phone = services_of(request), await phone_of(request)
    values = await services.db.read(lambda uow: _values(uow, services, phone))
    return page("phone.html", slot=phone.slot, event_id=new_event_id(phone), **values)


async def show_older(request: Request) -> Response:
    """Return the lines before a given one as markup, for the page's script to put on top."""
    services, phone = services_of(request), await phone_of(request)
    before = whole_number(request.query_params.get("before", ""))
    lines = await services.db.read(
        lambda uow: webchat.newest_lines(uow, services.bot_account, phone.chat, PAGE_LINES, before)
    )
    markup = "".join(line_html(line, phone) for line in lines)
    more = "1" if len(lines) == PAGE_LINES else ""
    return HTMLResponse(markup, headers={"Cache-Control": "no-store", "X-More": more})


async def show_photo(request: Request) -> Response:
    """Return a photo that this chat shows, and no other."""
    services, phone = services_of(request), await phone_of(request)
    name = request.path_params["file"]
    if not await services.db.read(lambda uow: webchat.has_photo(uow, services.bot_account, phone.chat, name)):
        raise HTTPException(404)
    try:
        content = await run_in_threadpool(services.files.get, name)
    except StoredFileError as error:
        raise HTTPException(404) from error
    media_type = media.sniff(content)
    if media_type not in media.MAX_PHOTO_PIXELS:
        raise HTTPException(404)
    return Response(content, media_type=media_type, headers=_PHOTO_HEADERS)


def _values(uow: UnitOfWork, services: WebServices, phone: Phone) -> dict[str, Any]:
    lines = webchat.newest_lines(uow, services.bot_account, phone.chat, PAGE_LINES)
    duty = on_duty(uow, phone)
    person = people.card(uow, phone.owner.person_id)
    return {
        "commune": people.commune(uow).name,
        "person": person.name if person else "",
        "duty": duty_html(duty),
        "lines": [line_html(line, phone) for line in lines],
        "shown": [number for line in lines for number in line.outbox_ids],
        "last_seq": max((line.seq for line in lines), default=0),
        "more": len(lines) == PAGE_LINES,
        "max_upload_bytes": services.max_upload_bytes,
    }


ROUTES = [
    Route("/m/{slot}/", show_phone, methods=["GET"]),
    Route("/m/{slot}/cu", show_older, methods=["GET"]),
    Route("/m/{slot}/anh/{file}", show_photo, methods=["GET"]),
]
