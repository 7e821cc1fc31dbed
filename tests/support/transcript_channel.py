"""A channel whose people are the lines of a transcript: it remembers what each of them was shown."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from core.events import Inbound
from core.ports import Capabilities, Channel, Outgoing, Receive, SendResult, Verdict


class KilledError(BaseException):
    """The process dies here; no handler of ours may catch it."""


BEFORE_SENDING, AFTER_SENDING = "sending", "sent"


@dataclass
class Trap:
    """Where the process dies next; shared by all channels of a play."""

    armed: str = ""

    def spring(self, where: str) -> None:
        """Die if the trap is armed for this place."""
        if self.armed == where:
            self.armed = ""
            raise KilledError(where)


@dataclass(frozen=True)
class Shown:
    """One message on a person's phone."""

    account: str
    message: Outgoing


@dataclass
class Screen:
    """Everything that was shown, in order, and what happens to the next message."""

    trap: Trap = field(default_factory=Trap)
    shown: list[Shown] = field(default_factory=list)


class ScriptedChannel(Channel):
    """Shows messages on the screen of a play. It knows no person and reads nothing."""

    def __init__(self, account: str, screen: Screen, *, buttons: bool, edits: bool) -> None:
        self._account = account
        self._screen = screen
        self.capabilities = Capabilities(buttons=buttons, edits=edits, photos=True, max_text=2000)

    async def listen(self, receive: Receive) -> None:
        """Do nothing: a play brings events in itself."""

    async def close(self) -> None:
        """Do nothing."""

    async def send(self, message: Outgoing) -> SendResult:
        """Show a message, and die before or after it if that is what the play wants."""
        self._screen.trap.spring(BEFORE_SENDING)
        self._screen.shown.append(Shown(self._account, message))
        self._screen.trap.spring(AFTER_SENDING)
        return SendResult(Verdict.SENT, platform_message_id=f"{message.outbox_id}")

    async def acknowledge(self, event: Inbound) -> None:
        """Do nothing."""


Numbering = Callable[[], str]


def event_ids() -> Numbering:
    """Return a function that names events, each differently and every time the same."""
    count = 0

    def following() -> str:
        nonlocal count
        count += 1
        return hashlib.sha256(f"{count}".encode()).hexdigest()[:12]

    return following
