"""The two ports of the house: a channel to people and a source of domain time.

A port exists only where two implementations do (architecture, section 1).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.events import Inbound


class Clock(Protocol):
    """Domain time. Everything a person may see or wait for is reckoned by it."""

    @property
    def pace(self) -> float:
        """Return how many seconds of domain time pass in a real one."""
        ...

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do. Screens ask these and never the channel's name."""

    buttons: bool
    edits: bool
    photos: bool
    shown_receipts: bool = False
    """True when sending is not yet delivery: the channel tells later what a person has seen."""
    max_text: int = 2000
    """Longest text of one message, in UTF-16 units."""


class Verdict(StrEnum):
    """How one attempt to send ended, in the terms the outbox decides by."""

    SENT = "sent"
    TEMPORARY = "temporary"
    LIMITED = "limited"
    PERMANENT = "permanent"
    MOVED = "moved"
    UNKNOWN = "unknown"
    """The connection broke after the request left: the message may have arrived."""


@dataclass(frozen=True)
class SendResult:
    """The answer of a channel to one message."""

    verdict: Verdict
    platform_message_id: str = ""
    retry_after: float = 0.0
    """Seconds of real time until the platform wants to hear from this token again."""
    new_address: str = ""
    detail: str = ""
    """A short reason for the operator; never holds message text or personal data."""


@dataclass(frozen=True)
class Button:
    """One choice as a channel shows it: the label, and what a press of it sends back."""

    label: str
    data: str


@dataclass(frozen=True)
class Outgoing:
    """A rendered message on its way to one chat."""

    outbox_id: int
    address: str
    text: str
    buttons: tuple[Button, ...] = ()
    photos: tuple[str, ...] = ()
    """Names of stored files, to be shown with the text."""
    edit_of: str = ""
    """The platform's id of the message to change in place; empty for a new message."""
    severity: int = 0
    """1 to 4 when the message is a card of an incident; 0 otherwise."""


Receive = Callable[[Inbound], Awaitable[bool]]
"""Commits an event to the inbox; True when it was new. Only then may a platform be told 200."""


class Channel(Protocol):
    """A way to people: it turns updates into `Inbound` and sends what is rendered for it."""

    capabilities: Capabilities

    async def listen(self, receive: Receive) -> None:
        """Take events in until cancelled; every event goes through `receive`. May end at once."""
        ...

    async def close(self) -> None:
        """Close what is open, after the last message has been sent."""
        ...

    async def send(self, message: Outgoing) -> SendResult:
        """Send or edit one message. Never raises for what the network or the platform does."""
        ...

    async def acknowledge(self, event: Inbound) -> None:
        """Tell the person at once that a press arrived. Best effort."""
        ...
