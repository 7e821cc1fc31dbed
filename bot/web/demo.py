"""The first page: the three phones of the demo side by side, or the way to sign in."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.web.pages import page
from bot.web.phones import COOKIE_SECONDS, set_cookie
from bot.web.services import Demo, DemoPerson, services_of
from bot.web.signin import device_label
from storage import accounts
from storage.accounts import Owner
from storage.unit_of_work import UnitOfWork

SLOTS_COOKIE = "trucso_demo"
"""Which phones this browser holds. No secret: each phone's own cookie opens it."""


@dataclass(frozen=True)
class DemoPhone:
    """A phone on the demo page."""

    slot: str
    person: DemoPerson


async def show_start(request: Request) -> Response:
    """Show the demo's phones if this is the demo and the browser has entered it."""
    services = services_of(request)
    demo = services.demo
    if demo is None:
        return page("start.html")
    slots = request.cookies.get(SLOTS_COOKIE, "").split(".")
    phones = await services.db.read(lambda uow: _phones(uow, demo, slots))
    if not phones:
        return page("demo_enter.html", entered="entered" in request.query_params)
    return page("demo.html", phones=phones, now=services.db.clock.now(), factor=demo.clock_factor)


async def enter_demo(request: Request) -> Response:
    """Sign this browser in as each of the demo's people."""
    services = services_of(request)
    demo = services.demo
    if demo is None:
        raise HTTPException(404)
    label = device_label(request.headers.get("user-agent", ""))
    devices = await services.db.write(lambda uow: _add_devices(uow, demo, label))
    answer = RedirectResponse("/?entered", 303)
    for slot, token in devices:
        set_cookie(answer, services, slot, token)
    answer.set_cookie(
        SLOTS_COOKIE,
        ".".join(slot for slot, _ in devices),
        max_age=COOKIE_SECONDS,
        secure=services.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return answer


async def show_time(request: Request) -> Response:
    """Return the demo's time, which a restart of the service sets back to where it stopped."""
    services = services_of(request)
    if services.demo is None:
        raise HTTPException(404)
    facts = {"now": services.db.clock.now().isoformat(), "factor": services.demo.clock_factor}
    return JSONResponse(facts, headers={"Cache-Control": "no-store"})


def _phones(uow: UnitOfWork, demo: Demo, slots: list[str]) -> list[DemoPhone]:
    """The phones of the slots, from left to right; none unless there is one for each person."""
    phones = []
    for person in demo.people:
        uow.bind(person.commune_id)
        signed_in = [device.slot for device in accounts.devices(uow, person.person_id)]
        phones += [DemoPhone(slot, person) for slot in slots if slot in signed_in][:1]
    return phones if len(phones) == len(demo.people) else []


def _add_devices(uow: UnitOfWork, demo: Demo, label: str) -> list[tuple[str, str]]:
    owners = [Owner(person.commune_id, person.person_id) for person in demo.people]
    return [accounts.add_device(uow, owner, label) for owner in owners]


ROUTES = [
    Route("/", show_start, methods=["GET"]),
    Route("/dien-tap", enter_demo, methods=["POST"]),
    Route("/dien-tap/gio", show_time, methods=["GET"]),
]
