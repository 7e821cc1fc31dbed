"""When a message cannot reach a person on one channel: use another, or tell somebody who can help."""

from core.messages import Lane, Message
from core.policy import Role
from handlers.notify import tell
from storage import accounts, outbox, people
from storage.delivery import Claimed
from storage.outbox import Queued
from storage.unit_of_work import UnitOfWork


def undeliverable(uow: UnitOfWork, claimed: Claimed) -> None:
    """Switch an address off that a platform has refused for good, and send on by another channel.

    Without another channel the leads of the commune are told whom the bot cannot reach.
    """
    if claimed.commune_id is None or claimed.person_id is None:
        return
    uow.bind(claimed.commune_id)
    accounts.switch_off(uow, claimed.bot_account, claimed.chat)
    rest = accounts.addresses(uow, claimed.person_id)
    if rest:
        where = rest[0]
        outbox.add(
            uow,
            Queued(
                claimed.message,
                where.bot_account,
                where.chat,
                claimed.commune_id,
                claimed.person_id,
                f"instead:{claimed.id}",
            ),
        )
        return
    person = people.card(uow, claimed.person_id)
    if person is None:
        return
    params = {"person": {"name": person.name, "form": person.form_of_address, "phone": person.phone}}
    note = Message(key="reach.lost", params=params, lane=Lane.ALERT, asked=False)
    for lead in people.with_role(uow, Role.LEAD):
        if lead.id != claimed.person_id:
            tell(uow, lead.id, note, dedupe=f"lost:{claimed.id}")


def moved(uow: UnitOfWork, claimed: Claimed, new_address: str) -> None:
    """Correct an address that its platform says has moved; the message is sent there at once."""
    if claimed.commune_id is not None:
        uow.bind(claimed.commune_id)
        accounts.correct_address(uow, claimed.bot_account, claimed.chat, new_address)
