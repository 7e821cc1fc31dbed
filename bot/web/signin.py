"""Signing in with a link that works once, and signing out. Reading a page changes nothing."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.pages import page
from bot.web.phones import Phone, drop_cookie, phone_of, set_cookie
from bot.web.services import services_of
from storage import accounts
from storage.unit_of_work import UnitOfWork

# In order: a browser also names those that it wants to be taken for.
_BROWSERS = {"coc_coc": "Coc Coc", "Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS/": "Firefox"}
_BROWSERS |= {"CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows"}
_SYSTEMS |= {"Macintosh": "Mac", "Linux": "Linux"}


async def show_link(_request: Request) -> Response:
    """Show the one button that signs in."""
    return page("sign_in.html")


async def use_link(request: Request) -> Response:
    """Exchange the link for a cookie, and go to the phone."""
    services, token = services_of(request), request.path_params["token"]
    label = device_label(request.headers.get("user-agent", ""))

    def sign_in(uow: UnitOfWork) -> tuple[str, str] | None:
        owner = accounts.use_link(uow, token)
        return accounts.add_device(uow, owner, label) if owner else None

    device = await services.db.write(sign_in)
    if device is None:
        return page("link_used.html", 410)
    answer = RedirectResponse(f"/m/{device[0]}/", 303)
    set_cookie(answer, services, *device)
    return answer


async def sign_out(request: Request) -> Response:
    """Sign this phone out; its open pages end."""
    services, phone = services_of(request), await phone_of(request)
    await services.db.write(lambda uow: _revoke(uow, phone))
    services.hub.wake(phone.chat)
    answer = RedirectResponse("/", 303)
    drop_cookie(answer, services, phone.slot)
    return answer


def device_label(user_agent: str) -> str:
    """Return browser and system in two words, for the list of a person's devices."""
    tables = (_BROWSERS, _SYSTEMS)
    found = [next((name for sign, name in table.items() if sign in user_agent), "") for table in tables]
    return " · ".join(name for name in found if name)


def _revoke(uow: UnitOfWork, phone: Phone) -> None:
    uow.bind(phone.owner.commune_id)
    person_id = phone.owner.person_id
    for device in accounts.devices(uow, person_id):
        if device.slot == phone.slot:
            accounts.revoke_device(uow, device.key, person_id)


ROUTES = [
    Route("/vao/{token}", show_link, methods=["GET"]),
    Route("/vao/{token}", use_link, methods=["POST"]),
    Route("/m/{slot}/ra", sign_out, methods=["POST"]),
]
