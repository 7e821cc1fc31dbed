"""The three phones of the demo page."""

from dataclasses import replace

from sqlmodel import select

from bot.app import Plan
from bot.demo.commune import LEADER, MEMBER, OFFICER, Someone
from bot.web.services import Demo, DemoPerson
from storage.people import Commune
from storage.unit_of_work import Database, UnitOfWork

_ROLES = (
    (MEMBER, "Thành viên tổ công nghệ số, Thôn 3"),
    (OFFICER, "Cán bộ trực, Tổ Ứng cứu"),
    (LEADER, "Lãnh đạo xã"),
)


def shown(plan: Plan, db: Database, ids: dict[str, int]) -> Plan:
    """Return the plan with the phones of member, officer and leader."""
    commune_id = db.read_now(_commune)
    people = tuple(_person(someone, role, ids, commune_id) for someone, role in _ROLES)
    return replace(plan, demo=Demo(people=people, clock_factor=plan.fast))


def _person(someone: Someone, role: str, ids: dict[str, int], commune_id: int) -> DemoPerson:
    return DemoPerson(person_id=ids[someone.name], commune_id=commune_id, name=someone.name, role=role)


def _commune(uow: UnitOfWork) -> int:
    return uow.session.exec(select(Commune.id)).one() or 0
