"""Made-up communes to measure with: in each three who report, one on duty, a deputy and a leader."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from core.events import Inbound, InboundKind
from core.policy import Role
from core.roster import Position
from storage import accounts, duty, people
from storage.accounts import WEB
from storage.unit_of_work import UnitOfWork

UNITS = (
    ("commune", "Xã Mẫu", ()),
    ("office", "Trung tâm Phục vụ hành chính công", ("TTPVHCC", "một cửa", "bộ phận một cửa")),
    ("office", "Văn phòng HĐND và UBND", ("văn phòng", "VP")),
    ("hamlet", "Thôn 1", ("xóm Chùa",)),
    ("hamlet", "Thôn 2", ("xóm Đình",)),
    ("hamlet", "Thôn 3", ("xóm Bãi",)),
    ("team", "Tổ Ứng cứu", ()),
)
REPORTERS = 3
_ROLES = (*[Role.MEMBER] * REPORTERS, Role.OFFICER, Role.OFFICER, Role.LEADER)


@dataclass(frozen=True)
class Village:
    """The people of one commune, by id."""

    commune_id: int
    reporters: tuple[int, ...]
    officer: int
    """On duty for the next thirty days."""
    leader: int


def chat_of(person_id: int) -> str:
    """Return somebody's address on the web chat."""
    return f"p{person_id}"


def found(uow: UnitOfWork, name: str) -> Village:
    """Make a commune with its units, people, web chats and a roster."""
    commune = people.Commune(name=name, created_at=uow.now)
    uow.session.add(commune)
    uow.session.flush()
    uow.bind(commune.id or 0)
    units = [
        people.Unit(commune_id=uow.commune_id, kind=kind, name=unit, aliases=list(aliases))
        for kind, unit, aliases in UNITS
    ]
    uow.session.add_all(units)
    uow.session.flush()
    ids = [_person(uow, index, role, units[-1].key) for index, role in enumerate(_ROLES)]
    *reporters, officer, deputy, leader = ids
    _roster(uow, {Position.DUTY: officer, Position.DEPUTY: deputy}, units[-1].key)
    return Village(uow.commune_id, tuple(reporters), officer, leader)


def _person(uow: UnitOfWork, index: int, role: Role, unit_id: int) -> int:
    person = people.Person(
        commune_id=uow.commune_id,
        name=f"Nguyễn Văn {'ABCDEF'[index]}",
        phone=f"09000001{index:02}",
        form_of_address="anh",
        created_at=uow.now,
    )
    uow.session.add(person)
    uow.session.flush()
    uow.session.add(
        people.Membership(commune_id=uow.commune_id, person_id=person.key, unit_id=unit_id, role=role.value)
    )
    accounts.open_web_chat(uow, person.key)
    return person.key


def _roster(uow: UnitOfWork, holders: dict[Position, int], unit_id: int) -> None:
    begin = uow.now - timedelta(hours=6)
    for turn in range(60):
        for position, person in holders.items():
            uow.session.add(
                duty.ShiftRow(
                    commune_id=uow.commune_id,
                    unit_id=unit_id,
                    person_id=person,
                    position=position.value,
                    starts_at=begin + timedelta(hours=12 * turn),
                    ends_at=begin + timedelta(hours=12 * (turn + 1)),
                )
            )
    uow.session.flush()


def add_members(uow: UnitOfWork, commune_id: int, count: int) -> list[int]:
    """Add many people with web chats to a commune at once, and return their ids."""
    uow.bind(commune_id)
    rows = [
        {
            "commune_id": commune_id,
            "name": f"Nguyễn Văn {number}",
            "phone": "",
            "form_of_address": "anh",
            "active": True,
            "created_at": uow.now,
        }
        for number in range(count)
    ]
    uow.session.execute(insert(people.PERSONS), rows)
    newest = select(people.PERSONS.c.id).order_by(people.PERSONS.c.id.desc()).limit(count)
    ids = list(uow.session.execute(newest).scalars())
    uow.session.execute(
        insert(people.PERSONS.metadata.tables["account"]),
        [
            {
                "commune_id": commune_id,
                "person_id": person,
                "bot_account": WEB,
                "address": chat_of(person),
                "active": True,
            }
            for person in ids
        ],
    )
    return ids


def event(now: datetime, person_id: int, event_id: str, *, text: str = "", press: str = "") -> Inbound:
    """Return what somebody typed or pressed on the web chat."""
    return Inbound.model_validate(
        {
            "bot_account": WEB,
            "event_id": event_id,
            "chat": chat_of(person_id),
            "sender": chat_of(person_id),
            "kind": InboundKind.PRESS if press else InboundKind.TEXT,
            "text": text,
            "press": press,
            "sent_at": now,
        }
    )
