"""What stands round every page: headers, the refusal of other sites' posts, and calm error pages."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.pages import page, wants_page

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
    # "no-referrer" would turn the Origin of our own forms into "null", which the check below refuses.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_CHANGES_NOTHING = {"GET", "HEAD", "OPTIONS"}

log = structlog.get_logger(__name__)


class SecurityHeaders:
    """Puts the headers on every answer that does not bring its own."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = SECURITY_HEADERS | (HTTPS_ONLY if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SameSitePosts:
    """Refuses every changing request that another site made a browser send."""

    def __init__(self, app: ASGIApp, *, public_base_url: str) -> None:
        self._app = app
        self._public_host = urlsplit(public_base_url).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = scope["type"] == "http" and scope["method"] not in _CHANGES_NOTHING
        if changes and not self._is_ours(Headers(scope=scope)):
            await error_answer(Request(scope), 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a page of this host sent the request, as far as the browser says."""
        said = headers.get("sec-fetch-site")
        if said not in (None, "same-origin"):
            return False
        source = headers.get("origin") or headers.get("referer", "")
        if not source:
            return said == "same-origin"
        return urlsplit(source).netloc.lower() in {headers.get("host", "").lower(), self._public_host} - {""}


def error_answer(request: Request, status: int, reference: str = "") -> Response:
    """Return an error as a page for a person, or as a bare status for a script."""
    if wants_page(request):
        return page("error.html", status, code=status, reference=reference)
    return Response(status_code=status)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what Starlette or a handler refused with a status."""
    answer = error_answer(request, error.status_code if isinstance(error, HTTPException) else 400)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    """Answer nobody: the browser went away in the middle of its request."""
    return Response(status_code=400)


async def on_failure(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw with a reference code; the log has the code and the kind of error."""
    reference = f"W-{secrets.token_hex(3).upper()}"
    # Neither the address (it may hold a sign-in link) nor what was sent: the code finds the trace.
    log.error("web request failed", reference=reference, kind=type(error).__name__)
    answer = error_answer(request, 500, reference)
    answer.headers.update(SECURITY_HEADERS)
    return answer


HANDLERS = {HTTPException: on_http_error, ClientDisconnect: on_disconnect, Exception: on_failure}
