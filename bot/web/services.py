"""What the pages are given to work with, and how a handler gets at it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.requests import Request

from bot.web.hosts import Hosts
from bot.web.hub import Hub
from bot.web.metrics import Metrics
from bot.web.patience import Patience
from core.clock import Stopwatch
from storage.files import FileStore
from storage.unit_of_work import Database

HealthFacts = Callable[[], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class DemoPerson:
    """One phone of the demo: who holds it, and the role that stands above it."""

    person_id: int
    commune_id: int
    name: str
    role: str


@dataclass(frozen=True)
class Demo:
    """The made-up commune on show: its phones from left to right, and how fast its clock runs."""

    people: tuple[DemoPerson, ...]
    clock_factor: float = 1.0


@dataclass(frozen=True)
class WebServices:
    """Everything the pages need; built once by `bot.app`."""

    db: Database
    files: FileStore
    stopwatch: Stopwatch
    hub: Hub
    bot_account: str = "web"
    max_upload_bytes: int = 10 * 1024 * 1024
    public_base_url: str = ""
    """Scheme and host under which people reach the pages, without a path; empty when unknown."""
    hosts: Hosts = field(default_factory=Hosts)
    secure_cookies: bool = False
    """True when people come by https: cookies are then never sent without it."""
    metrics_token: str = ""
    demo: Demo | None = None
    tick_heartbeat: str = "tick"
    """Name of the heartbeat that the ticker leaves after each complete round."""
    health: HealthFacts | None = None
    """More facts for /healthz, as plain JSON values."""
    metrics: Metrics = field(default_factory=Metrics)
    patience: Patience = field(default_factory=Patience)


def services_of(request: Request) -> WebServices:
    """Return what the site of this request was built with."""
    return cast(WebServices, request.app.state.services)


def chat_of(person_id: int) -> str:
    """Return the address of a person on the web chat."""
    return f"p{person_id}"
