"""Xã Mẫu, a made-up commune for the demo: nobody in it exists, and no number in it is anybody's."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import select

from core.clock import VIETNAM, local
from core.policy import Role
from core.roster import Position
from storage import accounts, duty, people
from storage.unit_of_work import UnitOfWork

NAME = "Xã Mẫu"
_SHIFT_STARTS = (time(7, 0), time(19, 0))
_DAYS_AHEAD = 14


@dataclass(frozen=True)
class Someone:
    """One made-up person: what they are, and in which unit."""

    name: str
    form: str
    phone: str
    unit: str
    role: Role


UNITS = (
    ("commune", NAME, ()),
    ("office", "Trung tâm Phục vụ hành chính công", ("TTPVHCC", "một cửa", "bộ phận một cửa")),
    ("office", "Phòng Văn hóa - Xã hội", ("VHXH", "văn hoá xã hội")),
    ("office", "Văn phòng HĐND và UBND", ("văn phòng", "VP")),
    ("hamlet", "Thôn 1", ("xóm Chùa",)),
    ("hamlet", "Thôn 2", ("xóm Đình",)),
    ("hamlet", "Thôn 3", ("xóm Bãi",)),
    ("team", "Tổ Ứng cứu", ()),
    ("team", "Tổ công nghệ số cộng đồng Thôn 3", ()),
    ("partner", "VNPT", ()),
)

MEMBER = Someone("Lê Thị Lan", "chị", "0900000101", "Tổ công nghệ số cộng đồng Thôn 3", Role.MEMBER)
OFFICER = Someone("Nguyễn Văn Minh", "anh", "0900000102", "Tổ Ứng cứu", Role.OFFICER)
LEADER = Someone("Trần Thị Hòa", "chị", "0900000103", NAME, Role.LEADER)
OTHERS = (
    Someone("Phạm Văn Dũng", "anh", "0900000104", "Tổ Ứng cứu", Role.LEAD),
    Someone("Hoàng Thị Mai", "chị", "0900000105", "Tổ Ứng cứu", Role.OFFICER),
    Someone("Đỗ Văn Tuấn", "anh", "0900000106", "VNPT", Role.TECHNICIAN),
    Someone("Bùi Thị Ngọc", "chị", "0900000107", NAME, Role.ADMIN),
)
HOTLINES = (("Cổng Dịch vụ công quốc gia", "18001096"), ("VNeID", "19000368"))


def ensure(uow: UnitOfWork) -> dict[str, int]:
    """Make the commune if it is not there, plan duty for two weeks ahead, and return who has which id."""
    found = uow.session.exec(select(people.Commune).where(people.Commune.name == NAME)).one_or_none()
    if found is None or found.id is None:
        commune = people.Commune(name=NAME, province="Tỉnh Mẫu", created_at=uow.now)
        uow.session.add(commune)
        uow.session.flush()
        uow.bind(commune.id or 0)
        _populate(uow)
    else:
        uow.bind(found.id)
    rows = uow.session.exec(select(people.Person).where(people.Person.commune_id == uow.commune_id))
    ids = {row.name: row.key for row in rows}
    _plan_duty(uow, ids)
    return ids


def _populate(uow: UnitOfWork) -> None:
    units = {}
    for kind, name, aliases in UNITS:
        units[name] = people.Unit(commune_id=uow.commune_id, kind=kind, name=name, aliases=list(aliases))
    uow.session.add_all(units.values())
    for position, (name, number) in enumerate(HOTLINES):
        hotline = people.Hotline(commune_id=uow.commune_id, name=name, number=number, position=position)
        uow.session.add(hotline)
    uow.session.flush()
    for someone in (MEMBER, OFFICER, LEADER, *OTHERS):
        _add(uow, someone, units[someone.unit].key)


def _add(uow: UnitOfWork, someone: Someone, unit_id: int) -> None:
    person = people.Person(
        commune_id=uow.commune_id,
        name=someone.name,
        phone=someone.phone,
        form_of_address=someone.form,
        created_at=uow.now,
    )
    uow.session.add(person)
    uow.session.flush()
    uow.session.add(
        people.Membership(
            commune_id=uow.commune_id, person_id=person.key, unit_id=unit_id, role=someone.role.value
        )
    )
    accounts.open_web_chat(uow, person.key)


def _plan_duty(uow: UnitOfWork, ids: dict[str, int]) -> None:
    """Fill the roster from the current shift on; the officer of the demo has the current one."""
    unit_id = next(unit.key for unit in people.units(uow) if unit.kind == "team")
    planned = duty.last_end(uow)
    begin = planned if planned and planned > uow.now else _shift_start(uow.now)
    crew = [ids[OFFICER.name], ids[OTHERS[1].name]]
    turn = 0
    while begin < uow.now + timedelta(days=_DAYS_AHEAD):
        end = begin + timedelta(hours=12)
        pair = (crew[turn % 2], ids[OTHERS[2].name] if turn % 2 else crew[1])
        for position, person in zip(Position, pair, strict=True):
            uow.session.add(
                duty.ShiftRow(
                    commune_id=uow.commune_id,
                    unit_id=unit_id,
                    person_id=person,
                    position=position.value,
                    starts_at=begin,
                    ends_at=end,
                )
            )
        begin, turn = end, turn + 1
    uow.session.flush()


def _shift_start(moment: datetime) -> datetime:
    """Return the beginning of the twelve-hour shift that a moment lies in."""
    here = local(moment)
    day = here.date() if here.time() >= _SHIFT_STARTS[0] else here.date() - timedelta(days=1)
    start = _SHIFT_STARTS[1] if here.time() >= _SHIFT_STARTS[1] or day < here.date() else _SHIFT_STARTS[0]
    return datetime.combine(day, start, VIETNAM)
