"""One turn of a conversation: what it may look at, and what it may answer with.

A conversation only reads. What it wants done it returns: messages for the chat, the form as it
should stand from now on, and at most one command for a use case.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from core.events import Inbound
from core.messages import Message
from handlers.actor import Actor
from storage.unit_of_work import UnitOfWork

Args = dict[str, Any]


@dataclass(frozen=True)
class FormState:
    """The open form of a chat. `version` grows with each prompt, so that an old press is known."""

    name: str
    form_id: int
    version: int
    step: str
    data: Args = field(default_factory=dict)
    updated_at: datetime | None = None
    below: "FormState | None" = None
    """A form with something unsent in it, over which this one was opened; it comes back afterwards."""


class Form(Enum):
    """What a step does to the open form when it does not set a new one."""

    KEEP = "keep"
    CLOSE = "close"


@dataclass(frozen=True)
class NewForm:
    """Opens a form, or moves the open one on: its name, its step and all of its data."""

    name: str
    step: str
    data: Args = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """The answer of a conversation to one event."""

    messages: tuple[Message, ...] = ()
    form: Form | NewForm = Form.KEEP
    command: object | None = None
    """A command for `handlers.execute`; its replies follow `messages`."""
    replies_first: bool = False
    """True when the replies of the command come before `messages`, which then ask the next thing."""


@dataclass(frozen=True)
class Turn:
    """One event of one person, in the light of what is being talked about."""

    uow: UnitOfWork
    actor: Actor
    event: Inbound
    form: FormState | None = None

    @property
    def now(self) -> datetime:
        """Return the domain moment of the turn (aware, UTC)."""
        return self.uow.now

    @property
    def text(self) -> str:
        """Return the words of the event without outer white space."""
        return self.event.text.strip()


def say(key: str, **params: Any) -> Step:
    """Return a step that only says something."""
    return Step((Message(key=key, params=params),))
