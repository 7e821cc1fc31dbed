"""Reading what a page posts, with the limits kept while reading."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from core.plain_text import too_long

MAX_FIELDS = 20
MAX_TEXT_BODY = 1024 * 1024
"""Bytes of a post without files: 20,000 letters of Vietnamese take at most 200,000 when encoded."""
_MULTIPART = "multipart/form-data"
_FORMS = (_MULTIPART, "application/x-www-form-urlencoded", "")
"""What a form may be sent as; an empty one has no type."""
_LARGEST_ID = 2**31 - 1
_DIGITS = len(str(_LARGEST_ID))
_HEARD_OUT = 4
MAX_FILES = 10
"""Photos of one post; the page sends more in several posts."""


@dataclass(frozen=True)
class Limits:
    """The most that one post may hold."""

    body: int = MAX_TEXT_BODY
    files: int = 0


async def read_form(request: Request, limits: Limits = Limits()) -> FormData:
    """Return the fields of a post. Raises HTTPException: 413 when it is too large, 400 when it is no form, or
    only the beginning of one.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS:
        raise HTTPException(400)
    stream = _limited(request, limits.body)
    most = {"max_fields": MAX_FIELDS, "max_part_size": MAX_TEXT_BODY}
    try:
        if kind == _MULTIPART:
            return await _WholeParts(request.headers, stream, max_files=limits.files, **most).parse()
        return await FormParser(request.headers, stream, **most).parse()
    except MultiPartException as error:
        raise HTTPException(400) from error


class _WholeParts(MultiPartParser):
    """Refuses a body that breaks off: the parser itself would return the parts before the break."""

    _ended = False

    def on_end(self) -> None:
        self._ended = True

    async def parse(self) -> FormData:
        self.stream = self._to_its_end(self.stream)
        return await super().parse()

    async def _to_its_end(self, stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async for chunk in stream:
            yield chunk
        # No browser names a character set here; some of Python's would make text that no database takes.
        if not self._ended or self._charset != "utf-8":
            raise MultiPartException("broken off, or not UTF-8")


def words(form: FormData, name: str) -> str:
    """Return a text field as it was typed, with plain line ends and without NUL, which no database takes."""
    value = form.get(name)
    return value.replace("\x00", " ").replace("\r\n", "\n") if isinstance(value, str) else ""


def message_words(form: FormData) -> str:
    """Return the words of a message. Raises HTTPException 413 for more than one message may hold: the page
    then gives them back to be sent in parts.
    """
    text = words(form, "text")
    if too_long(text):
        raise HTTPException(413)
    return text


def whole_number(text: str) -> int | None:
    """Return a number that a page sent, or None for anything that no row's id can be."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None
    return number if number is not None and number <= _LARGEST_ID else None


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Yield the body up to a limit. What is beyond is read and dropped: a browser that is cut off while
    it sends does not hear the answer. Somebody who sends several times the limit is cut off.
    """
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > most * _HEARD_OUT:
            break
        if read <= most:
            yield chunk
    if read > most:
        raise HTTPException(413)
