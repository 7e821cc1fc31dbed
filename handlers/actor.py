"""Who is acting: a person with roles on one chat, or the service itself."""

from dataclasses import dataclass, field

from core.policy import Role
from storage import duty, people
from storage.accounts import Address, Owner
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Actor:
    """A person of the bound commune; `person_id` is None when the service acts by itself."""

    person_id: int | None
    name: str = ""
    form_of_address: str = ""
    phone: str = ""
    roles: frozenset[Role] = frozenset()
    on_duty: bool = False
    here: Address = field(default=Address("", ""))

    @property
    def id(self) -> int:
        """Return the person's id. Raises ValueError for the service."""
        if self.person_id is None:
            raise ValueError("the service is no person")
        return self.person_id


SERVICE = Actor(None)


def load(uow: UnitOfWork, owner: Owner, here: Address) -> Actor:
    """Return the actor behind an address; binds the unit of work to the person's commune."""
    uow.bind(owner.commune_id)
    person = people.card(uow, owner.person_id)
    if person is None:
        raise ValueError("an account without a person")
    return Actor(
        person_id=person.id,
        name=person.name,
        form_of_address=person.form_of_address,
        phone=person.phone,
        roles=people.roles_of(uow, person.id),
        on_duty=person.id in duty.standing(uow),
        here=here,
    )
