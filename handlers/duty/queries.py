"""What conversations about duty look up."""

from datetime import datetime, timedelta

from core.messages import Params
from core.roster import Position, Shift, at, next_change
from storage import duty, people
from storage.unit_of_work import UnitOfWork

_HORIZON = timedelta(days=8)


def person(uow: UnitOfWork, person_id: int) -> Params:
    """Return a person as a message parameter; empty for nobody."""
    found = people.card(uow, person_id)
    return {"name": found.name, "form": found.form_of_address, "phone": found.phone} if found else {}


def standing(uow: UnitOfWork) -> dict[str, list[Params]]:
    """Return who holds each position now."""
    return {position.value: [person(uow, p) for p in duty.on_duty(uow, position)] for position in Position}


def following(uow: UnitOfWork) -> tuple[datetime | None, list[Params]]:
    """Return when the duty next changes hands, and to whom."""
    shifts = [s for s in duty.shifts_between(uow, uow.now, uow.now + _HORIZON) if s.position is Position.DUTY]
    change = next_change(shifts, uow.now)
    if change is None:
        return None, []
    return change, [person(uow, p) for p in _holders(shifts, change)]


def _holders(shifts: list[Shift], moment: datetime) -> list[int]:
    return at(shifts, moment, Position.DUTY)
