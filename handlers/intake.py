"""The door for everything that comes in: screen first, store, and only then answer the platform."""

from dataclasses import dataclass

from core.events import Inbound
from core.plain_text import plain, too_long
from core.privacy import screen
from storage import inbox
from storage.unit_of_work import UnitOfWork

TOO_LONG = "too_long"


@dataclass(frozen=True)
class Received:
    """What became of an event: whether it is new, and the event as it was stored."""

    new: bool
    event: Inbound


def receive(uow: UnitOfWork, event: Inbound) -> Received:
    """Store an event in the inbox, without its content when that must not be kept.

    The screen runs before anything is written: of a secrecy mark, a password, a one-time code or a text
    without end only the reason of the refusal is stored.
    """
    event = event.model_copy(update={"text": plain(event.text)})
    reason = TOO_LONG if too_long(event.text) else screen(event.text)
    if reason is not None:
        event = event.model_copy(update={"text": "", "attachments": (), "refused": str(reason)})
    return Received(inbox.add(uow, event), event)
