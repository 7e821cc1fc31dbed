"""Photos from a phone. A file that cannot be kept still makes an event, so that the bot can say why."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import media
from bot.web.forms import MAX_FILES, MAX_TEXT_BODY, Limits, message_words, read_form
from bot.web.phones import phone_of
from bot.web.posts import take
from bot.web.services import WebServices, services_of
from core.events import Attachment, InboundKind
from core.privacy import screen

_NAME_LENGTH = 80


async def post_photos(request: Request) -> Response:
    """Take photos with an optional caption.

    The page does not upload what it knows to be too big: it sends the name in the field `too_big`.
    """
    services, phone = services_of(request), await phone_of(request)
    form = await read_form(request, Limits(MAX_FILES * services.max_upload_bytes + MAX_TEXT_BODY, MAX_FILES))
    try:
        text = message_words(form)
        # What may not be stored is recognised by its words, and then no file of it is stored either.
        attachments = [] if screen(text) else await _attachments(services, form)
    finally:
        await form.close()
    kind = InboundKind.PHOTO if attachments else InboundKind.TEXT
    return await take(request, phone, form, kind=kind, text=text, attachments=attachments)


async def _attachments(services: WebServices, form: FormData) -> list[Attachment]:
    files = [value for value in form.getlist("photo") if isinstance(value, UploadFile) and value.filename]
    left_out = [name for name in form.getlist("too_big")[:MAX_FILES] if isinstance(name, str)]
    stored = [await _attachment(services, file) for file in files]
    return stored + [Attachment(name=_short(name), fault="too_big") for name in left_out]


async def _attachment(services: WebServices, file: UploadFile) -> Attachment:
    name, size = _short(file.filename or ""), file.size or 0
    if size > services.max_upload_bytes:
        return Attachment(name=name, size=size, fault="too_big")
    content = await file.read()
    fault = media.photo_fault(content, services.max_upload_bytes)
    if fault:
        return Attachment(name=name, size=size, fault=fault)
    stored = await run_in_threadpool(services.files.put, content)
    return Attachment(file=stored, name=name, media_type=media.sniff(content) or "", size=size)


def _short(name: str) -> str:
    """A file's name as it may be shown: without what cannot be printed, and not long."""
    return "".join(letter for letter in name if letter.isprintable())[-_NAME_LENGTH:]


ROUTES = [Route("/m/{slot}/anh", post_photos, methods=["POST"])]
