"""Which signed-in phone a request comes from. Each phone has its own path and its own cookie for it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.web.guard import error_answer
from bot.web.pages import page, wants_page
from bot.web.services import WebServices, chat_of, services_of
from storage import accounts
from storage.accounts import Owner
from storage.unit_of_work import UnitOfWork

COOKIE = "trucso"
COOKIE_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie; a phone stays signed in until it is signed out."""


@dataclass(frozen=True)
class Phone:
    """A browser that is signed in as a person."""

    slot: str
    token: str
    owner: Owner

    @property
    def chat(self) -> str:
        """Return the person's address on the web chat."""
        return chat_of(self.owner.person_id)


class NotSignedInError(Exception):
    """The request has no cookie for its phone, or the phone has been signed out."""

    def __init__(self, *, signed_out: bool) -> None:
        super().__init__("not signed in")
        self.signed_out = signed_out


async def phone_of(request: Request) -> Phone:
    """Return the phone that a request comes from. Raises NotSignedInError."""
    slot, token = request.path_params["slot"], request.cookies.get(COOKIE, "")
    owner = await services_of(request).db.read(lambda uow: accounts.device_owner(uow, slot, token))
    if owner is None:
        raise NotSignedInError(signed_out=bool(token))
    return Phone(slot, token, owner)


def still_signed_in(uow: UnitOfWork, phone: Phone) -> bool:
    """Tell whether a phone is signed in at this moment."""
    return accounts.device_owner(uow, phone.slot, phone.token) is not None


def set_cookie(answer: Response, services: WebServices, slot: str, token: str) -> None:
    """Let a browser be a phone from now on."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        path=f"/m/{slot}/",
        secure=services.secure_cookies,
        httponly=True,
        samesite="strict",
    )


def drop_cookie(answer: Response, services: WebServices, slot: str) -> None:
    """Make a browser forget a phone."""
    answer.delete_cookie(
        COOKIE, path=f"/m/{slot}/", secure=services.secure_cookies, httponly=True, samesite="strict"
    )


async def on_not_signed_in(request: Request, error: Exception) -> Response:
    """Answer a request without a valid cookie.

    A link from another app brings no SameSite=Strict cookie along. Then the page loads itself once more,
    which does.
    """
    if not wants_page(request):
        return error_answer(request, 401)
    return page(
        "signed_out.html",
        401,
        signed_out=isinstance(error, NotSignedInError) and error.signed_out,
        look_again=request.headers.get("sec-fetch-site") == "cross-site",
        slot=request.path_params["slot"],
    )
