"""The site: all pages of one process as one ASGI application."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web import chat, demo, health, posts, signin, stream, uploads
from bot.web.guard import HANDLERS, SameSitePosts, SecurityHeaders
from bot.web.hosts import KnownHosts
from bot.web.pages import STATIC, is_current, render
from bot.web.patience import PatientBodies
from bot.web.phones import NotSignedInError, on_not_signed_in
from bot.web.services import WebServices

_FOR_EVER = "public, max-age=31536000, immutable"


def build_site(services: WebServices) -> Starlette:
    """Return the site. The server must not rewrite the client's address from headers of a proxy."""
    site = Starlette(
        routes=[
            *demo.ROUTES,
            *signin.ROUTES,
            *chat.ROUTES,
            *stream.ROUTES,
            *posts.ROUTES,
            *uploads.ROUTES,
            *health.ROUTES,
            Route("/m/{slot}/app.webmanifest", show_manifest),
            Mount("/static", _Static(directory=STATIC)),
        ],
        middleware=[
            Middleware(SecurityHeaders, https=services.secure_cookies),
            Middleware(KnownHosts, hosts=services.hosts),
            Middleware(SameSitePosts, public_base_url=services.public_base_url),
            Middleware(PatientBodies, patience=services.patience),
        ],
        exception_handlers={**HANDLERS, NotSignedInError: on_not_signed_in},
    )
    site.state.services = services
    site.state.started = services.stopwatch.seconds()
    return site


async def show_manifest(_request: Request) -> Response:
    """Describe the phone as an app that can be put on the home screen.

    Its addresses are relative, so that each phone's app opens that phone.
    """
    return Response(render("app.webmanifest"), media_type="application/manifest+json")


class _Static(StaticFiles):
    """Static files; one that is asked for by its present version may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        version = Request(scope).query_params.get("v", "")
        answer.headers["Cache-Control"] = _FOR_EVER if is_current(path, version) else "no-cache"
        return answer
