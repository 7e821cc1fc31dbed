"""Telling people: from a person to the addresses at which they are told."""

from collections.abc import Iterable, Sequence

from core.messages import Message
from storage import outbox
from storage.accounts import WEB, Address, addresses
from storage.outbox import Queued
from storage.unit_of_work import UnitOfWork


def best(found: Sequence[Address], *, everywhere: bool = False) -> list[Address]:
    """Return where to tell a person: every address, or the one that is best for calm news.

    The web chat comes last, since it reaches only who looks at it.
    """
    ordered = sorted(found, key=lambda address: address.bot_account == WEB)
    return ordered if everywhere else ordered[:1]


def tell(
    uow: UnitOfWork, person_id: int, message: Message, *, everywhere: bool = False, dedupe: str | None = None
) -> bool:
    """Queue a message for a person; False when there is no way to reach them."""
    found = best(addresses(uow, person_id), everywhere=everywhere)
    for address in found:
        key = f"{dedupe}:{person_id}:{address.bot_account}" if dedupe else None
        outbox.add(uow, Queued(message, address.bot_account, address.chat, uow.commune_id, person_id, key))
    return bool(found)


def tell_each(uow: UnitOfWork, people: Iterable[int], message: Message, *, everywhere: bool = False) -> None:
    """Queue a message for several people, each told once."""
    for person_id in dict.fromkeys(people):
        tell(uow, person_id, message, everywhere=everywhere)


def tell_here(
    uow: UnitOfWork, here: Address, messages: Iterable[Message], person_id: int | None = None
) -> None:
    """Queue answers for the chat that asked."""
    for message in messages:
        outbox.add(uow, Queued(message, here.bot_account, here.chat, uow.commune_id, person_id))
