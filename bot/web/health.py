"""Is the service well? /healthz for a watchdog, /metrics for Prometheus. No personal data in either."""

import hmac
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.services import WebServices, services_of
from storage import figures
from storage.unit_of_work import UnitOfWork

TICK_SECONDS = 60.0
"""Real seconds without a tick after which the service is not well."""
_THIS_MACHINE = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


async def show_health(request: Request) -> Response:
    """Answer 200 when the database answers and the ticker lives, else 503."""
    services = services_of(request)
    try:
        facts = await services.db.read(lambda uow: _facts(uow, services.tick_heartbeat))
    except SQLAlchemyError:
        return _health({"status": "failing", "database": "failing"}, well=False)
    well = _silent_seconds(request, facts["last_tick_seconds"]) <= TICK_SECONDS
    more = await services.health() if services.health else {}
    return _health({"status": "ok" if well else "failing", "database": "ok", **facts, **more}, well=well)


async def show_metrics(request: Request) -> Response:
    """Answer this machine, or whoever has the token."""
    services = services_of(request)
    if not _may_see_metrics(request, services):
        raise HTTPException(403)
    found = await services.db.read(figures.figures)
    return Response(services.metrics.render(found, services.hub.streams), media_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(request: Request, services: WebServices) -> bool:
    """With a token only the token counts: behind a proxy on this machine everybody seems to be local.

    Without one, a request that came through a proxy is refused, whatever the proxy says about it.
    """
    if services.metrics_token:
        expected = f"Bearer {services.metrics_token}"
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), expected.encode())
    proxied = any(name in request.headers for name in _PROXY_HEADERS)
    return not proxied and request.client is not None and request.client.host in _THIS_MACHINE


def _silent_seconds(request: Request, since_tick: float | None) -> float:
    """Seconds without a sign of life; a service that has just started is given time for its first tick."""
    started: float = request.app.state.started
    since_start = services_of(request).stopwatch.seconds() - started
    return since_start if since_tick is None else min(since_tick, since_start)


def _facts(uow: UnitOfWork, tick: str) -> dict[str, Any]:
    age = figures.heartbeat_ages(uow).get(tick)
    return {
        "last_tick_seconds": None if age is None else round(age, 1),
        "oldest_waiting_seconds": {table: round(s, 1) for table, s in figures.oldest_waiting(uow).items()},
    }


def _health(facts: dict[str, Any], *, well: bool) -> Response:
    return JSONResponse(facts, 200 if well else 503, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/healthz", show_health, methods=["GET"]),
    Route("/metrics", show_metrics, methods=["GET"]),
]
