"""By which names the pages are reached. A page of another site can give its own name our address ("DNS
rebinding") and would then be of our origin for the browser; so a name that is not ours is not answered.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.pages import render

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
FOR_EVERYBODY = "/healthz"
"""A load balancer asks by an address of its own choice; there is nothing to take there."""
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+?)\.?)(?::[0-9]{1,5})?")
_MOST_TOLD = 20
_SHOWN_LETTERS = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Hosts:
    """The names and addresses that are ours."""

    names: frozenset[str] = THIS_MACHINE
    """In small letters, IPv6 without brackets, all without a port."""
    any_address: bool = False
    """True to accept every address in digits too: only a name can be given another address."""

    def know(self, header: str) -> bool:
        """Tell whether a Host header, with or without a port, names us."""
        found = _HOST.fullmatch(header.lower())
        if found is None:
            return False
        host = _plain(found[1] or found[2])
        return host in self.names or (self.any_address and _address(host) != "")


def hosts_of(bound: str, public_base_url: str, more: Iterable[str]) -> Hosts:
    """Return the hosts of a site that listens on an address or name, and that people reach by others too."""
    outside = _plain(bound.lower()) not in THIS_MACHINE
    names = {*THIS_MACHINE, _plain(bound.lower()), urlsplit(public_base_url).hostname or ""}
    names |= {_plain(name.lower().strip("[]")) for name in more}
    if outside:
        names.add(socket.gethostname().lower())
    return Hosts(frozenset(names - {""}), any_address=outside)


class KnownHosts:
    """Answers what was asked of somebody else with 421 and one sentence."""

    def __init__(self, app: ASGIApp, *, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == FOR_EVERYBODY or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        await PlainTextResponse(render("unknown_host.txt"), 421)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        said = Headers(scope=scope).getlist("host")
        if len(said) == 1 and self._hosts.know(said[0]):
            return True
        self._tell(" ".join(said)[:_SHOWN_LETTERS])
        return False

    def _tell(self, said: str) -> None:
        """Tell the operator each name once, and not without end."""
        if said not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(said)
            log.warning("unknown_host", host=said, advice="if it is ours: TRUCSO_ALLOWED_HOSTS")


def _plain(host: str) -> str:
    """Return an address in its shortest form, and a name as it is."""
    return _address(host) or host


def _address(host: str) -> str:
    """Return an address in its shortest form, and nothing for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
