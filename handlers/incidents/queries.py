"""What conversations about incidents look up."""

from collections.abc import Sequence
from typing import NoReturn

from core.errors import NotFound, NotNow
from core.incident import CORRECTION, Status
from core.policy import Role
from core.roster import Position
from handlers.actor import Actor
from handlers.incidents import cards
from knowledge.places import Place
from storage import duty, incidents, people
from storage.incidents import Incident
from storage.people import PersonCard
from storage.unit_of_work import UnitOfWork

PAGE = 7
"""How many incidents one message lists."""

ACTIVE = (Status.OPEN, Status.TAKEN, Status.WAITING)
_MANY = 1000


def places(uow: UnitOfWork) -> list[Place]:
    """Return the places of the commune that a report may name."""
    return [
        Place(unit.key, unit.name, tuple(unit.aliases))
        for unit in people.units(uow)
        if unit.kind in _PLACE_KINDS
    ]


_PLACE_KINDS = frozenset({"office", "hamlet", "point"})


def numbered(uow: UnitOfWork, number: int | None) -> Incident:
    """Return the incident with a printed number. Raises NotFound."""
    incident = incidents.by_number(uow, number) if number is not None else None
    if incident is None:
        raise NotFound("incident.no_such_number", {"number": number or 0})
    return incident


def identified(uow: UnitOfWork, incident_id: int) -> Incident:
    """Return an incident by its id. Raises NotFound."""
    incident = incidents.by_id(uow, incident_id)
    if incident is None:
        raise NotFound("incident.not_found")
    return incident


def just_sent(uow: UnitOfWork, actor: Actor) -> Incident | None:
    """Return the incident that the actor reported within the time for corrections, if any."""
    return incidents.latest_sent(uow, actor.id, uow.now - CORRECTION)


def in_hand(uow: UnitOfWork, actor: Actor) -> list[Incident]:
    """Return the incidents that the actor is dealing with."""
    return incidents.listed(uow, statuses=(Status.TAKEN,), owner_id=actor.id, limit=PAGE)


def reported(uow: UnitOfWork, actor: Actor) -> list[Incident]:
    """Return the active incidents that the actor reported."""
    return incidents.listed(uow, statuses=ACTIVE, reporter_id=actor.id, limit=PAGE)


def known(uow: UnitOfWork, actor: Actor) -> list[Incident]:
    """Return the incidents that words of the actor may be about: in hand first, then reported."""
    found = in_hand(uow, actor)
    return found + [one for one in reported(uow, actor) if one not in found]


def mine(uow: UnitOfWork, actor: Actor, offset: int) -> tuple[list[Incident], int]:
    """Return a page of active incidents the actor reported or has, and how many follow it."""
    found = incidents.listed(
        uow, statuses=ACTIVE, reporter_id=actor.id, owner_id=actor.id, limit=_MANY, offset=offset
    )
    return found[:PAGE], max(0, len(found) - PAGE)


def active(uow: UnitOfWork, offset: int) -> tuple[list[Incident], int]:
    """Return a page of all active incidents of the commune, and how many follow it."""
    found = incidents.listed(uow, statuses=ACTIVE, limit=_MANY, offset=offset)
    return found[:PAGE], max(0, len(found) - PAGE)


def helpers(uow: UnitOfWork, besides: Sequence[int]) -> list[PersonCard]:
    """Return who could be asked to take an incident: on duty first, then technicians, officers and leads."""
    standing = [person for position in Position for person in duty.on_duty(uow, position)]
    found = {person: people.card(uow, person) for person in standing}
    for role in (Role.TECHNICIAN, Role.OFFICER, Role.LEAD):
        found |= {card.id: card for card in people.with_role(uow, role) if card.id not in found}
    return [card for person, card in found.items() if card is not None and person not in besides]


def refuse_closed(uow: UnitOfWork, incident: Incident) -> NoReturn:
    """Raise NotNow, saying where a closed incident stands."""
    raise NotNow("incident.not_now", cards.summary(uow, incident) | {"move": "work"})
