"""Pages from templates: every sentence stands in `bot/texts/vi/web`, here are only values and markup."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.markup import rich
from core.clock import local

STATIC = Path(__file__).parent / "static"
_TEXTS = Path(__file__).parents[1] / "texts" / "vi" / "web"


def wants_page(request: Request) -> bool:
    """Tell whether an answer will be looked at by a person, and not read by a script of ours."""
    return "text/html" in request.headers.get("accept", "")


def render(template: str, **values: Any) -> str:
    """Return a template of `bot/texts/vi/web` filled with values; in pages everything is escaped."""
    return _ENVIRONMENT.get_template(template).render(**values)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page that no cache keeps."""
    return HTMLResponse(render(template, **values), status, headers={"Cache-Control": "no-store"})


def asset(name: str) -> str:
    """Return the address of a static file, with its content's hash so that it may be cached for ever."""
    return f"/static/{name}?v={_VERSIONS[name]}"


def is_current(name: str, version: str) -> bool:
    """Tell whether a requested version of a static file is the one that we have."""
    return _VERSIONS.get(name) == version


def _clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def _date(moment: datetime) -> str:
    return f"{local(moment):%d/%m/%Y}"


def _weekday(moment: datetime) -> int:
    return local(moment).weekday()


def _versions() -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in STATIC.iterdir()}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEXTS),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(rich=rich, clock=_clock, date=_date, weekday=_weekday)
    made.globals.update(asset=asset)
    return made


_VERSIONS = _versions()
_ENVIRONMENT = _environment()
