"""The door for everything that comes in: screen first, store, and only then answer the platform."""

from dataclasses import dataclass

from core.events import Inbound
from core.privacy import screen
from storage import inbox
from storage.unit_of_work import UnitOfWork


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@dataclass(frozen=True)
class Received:
    """What became of an event: whether it is new, and the event as it was stored."""

    new: bool
    event: Inbound


def receive(uow: UnitOfWork, event: Inbound) -> Received:
    """Store an event in the inbox, without its content when that must not be kept.

    The screen runs before anything is written: of a secrecy mark, a password or a one-time code
    only the reason of the refusal is stored.
    """
    event = event.model_copy(update={"text": storable(event.text)})
    reason = screen(event.text)
    if reason is not None:
        event = event.model_copy(update={"text": "", "attachments": (), "refused": reason.value})
    return Received(inbox.add(uow, event), event)
