"""The commune of the transcripts: who lives there, on which channel, and who is on duty."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select

from core.policy import Role
from core.roster import Position
from storage import accounts, people
from storage.duty import ShiftRow
from storage.incidents import Incident
from storage.system import Counter
from storage.unit_of_work import Database, UnitOfWork

NAME = "Xã Mẫu"
NUMBERS_BEGIN = 126
"""The first incident of a transcript is SC-0127."""
_BEGIN, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_BUSINESS = timedelta(hours=1)


@dataclass(frozen=True)
class Villager:
    """One person of the commune. `short` is the name in the file and the address on the channel."""

    short: str
    name: str
    form: str
    channel: str
    role: Role
    unit: str


CENTRE, TEAM = "Trung tâm Phục vụ hành chính công", "Tổ Ứng cứu"
UNITS = (
    ("commune", NAME, ()),
    ("office", CENTRE, ("TTPVHCC", "một cửa", "bộ phận một cửa")),
    ("office", "Phòng Văn hóa - Xã hội", ("VHXH", "văn hoá xã hội")),
    ("hamlet", "Thôn 1", ("xóm Chùa",)),
    ("hamlet", "Thôn 2", ("xóm Đình",)),
    ("hamlet", "Thôn 3", ("xóm Bãi",)),
    ("team", TEAM, ()),
    ("team", "Tổ công nghệ số cộng đồng Thôn 3", ()),
    ("partner", "VNPT", ()),
)
PEOPLE = (
    Villager("lan", "Lê Thị Lan", "chị", "zalo", Role.MEMBER, "Tổ công nghệ số cộng đồng Thôn 3"),
    Villager("minh", "Nguyễn Văn Minh", "anh", "telegram", Role.OFFICER, TEAM),
    Villager("mai", "Hoàng Thị Mai", "chị", "telegram", Role.OFFICER, TEAM),
    Villager("dung", "Phạm Văn Dũng", "anh", "telegram", Role.LEAD, TEAM),
    Villager("hoa", "Trần Thị Hòa", "chị", "telegram", Role.LEADER, NAME),
    Villager("tuan", "Đỗ Văn Tuấn", "anh", "zalo", Role.TECHNICIAN, "VNPT"),
    Villager("thu", "Vũ Thị Thu", "chị", "zalo", Role.VIEWER, NAME),
)
CHANNELS = ("zalo", "telegram")
HOTLINES = (("Cổng Dịch vụ công quốc gia", "18001096"), ("VNeID", "19000368"))


def settle_people(uow: UnitOfWork) -> None:
    """Make the commune: units, people with their addresses, hotlines, and a roster for the whole year."""
    commune = people.Commune(name=NAME, province="Tỉnh Mẫu", created_at=_BEGIN)
    uow.session.add(commune)
    uow.session.flush()
    uow.bind(commune.id or 0)
    for account in CHANNELS:
        uow.session.add(accounts.BotAccount(id=account, channel=account))
    units = {
        name: people.Unit(commune_id=uow.commune_id, kind=kind, name=name, aliases=list(aliases))
        for kind, name, aliases in UNITS
    }
    uow.session.add_all(units.values())
    for position, (name, number) in enumerate(HOTLINES):
        uow.session.add(
            people.Hotline(commune_id=uow.commune_id, name=name, number=number, position=position)
        )
    uow.session.add(Counter(commune_id=uow.commune_id, name="incident", value=NUMBERS_BEGIN))
    uow.session.flush()
    for place, villager in enumerate(PEOPLE, start=1):
        _move_in(uow, villager, units[villager.unit].key, f"09000001{place:02d}")
    put_on_duty(uow, "duty minh; deputy mai", _BEGIN)


def _move_in(uow: UnitOfWork, villager: Villager, unit_id: int, phone: str) -> None:
    person = people.Person(
        commune_id=uow.commune_id,
        name=villager.name,
        phone=phone,
        form_of_address=villager.form,
        created_at=_BEGIN,
    )
    uow.session.add(person)
    uow.session.flush()
    uow.session.add(
        people.Membership(
            commune_id=uow.commune_id, person_id=person.key, unit_id=unit_id, role=villager.role.value
        )
    )
    give_address(uow, villager.short, villager.channel)


def bound(uow: UnitOfWork) -> UnitOfWork:
    """Bind a unit of work to the commune."""
    uow.bind(uow.session.exec(select(people.Commune.id).where(people.Commune.name == NAME)).one() or 0)
    return uow


def person_id(uow: UnitOfWork, short: str) -> int:
    """Return the id of a villager. Raises StopIteration for a stranger."""
    name = next(villager.name for villager in PEOPLE if villager.short == short)
    row = uow.session.exec(
        select(people.Person).where(people.Person.commune_id == uow.commune_id, people.Person.name == name)
    ).one()
    return row.key


def short_name(uow: UnitOfWork, person: int | None) -> str:
    """Return what the files call a person."""
    card = people.card(uow, person) if person is not None else None
    return next((v.short for v in PEOPLE if card is not None and v.name == card.name), "nobody")


def give_address(uow: UnitOfWork, short: str, channel: str) -> None:
    """Let a villager be reached on a channel, too."""
    person = person_id(uow, short)
    uow.session.add(
        accounts.Account(commune_id=uow.commune_id, person_id=person, bot_account=channel, address=short)
    )
    uow.session.flush()


def put_on_duty(uow: UnitOfWork, roster: str, moment: datetime) -> None:
    """Change the roster from a moment on: "duty minh; deputy mai", "duty minh 8h; duty mai", "nobody".

    Whoever has hours behind the name leaves after them, and the next one of that position follows.
    """
    uow.session.execute(delete(ShiftRow).where(col(ShiftRow.starts_at) >= moment))
    uow.session.execute(update(ShiftRow).where(col(ShiftRow.ends_at) > moment).values(ends_at=moment))
    unit = next(unit.key for unit in people.units(uow) if unit.kind == "team")
    begins: dict[str, datetime] = {}
    for part in roster.split(";") if roster.strip() != "nobody" else ():
        position, short, *hours = part.split()
        start = begins.get(position, moment)
        end = start + timedelta(hours=int(hours[0].removesuffix("h"))) if hours else _END
        begins[position] = end
        uow.session.add(
            ShiftRow(
                commune_id=uow.commune_id,
                unit_id=unit,
                person_id=person_id(uow, short),
                position=Position(position).value,
                starts_at=start,
                ends_at=end,
            )
        )
    uow.session.flush()


def stock(uow: UnitOfWork, count: int, short: str, text: str) -> None:
    """Store open incidents that a villager reported earlier and whose ladders are over."""
    number = uow.session.exec(select(Counter).where(Counter.name == "incident")).one()
    for place in range(count):
        number.value += 1
        uow.session.add(
            Incident(
                commune_id=uow.commune_id,
                number=number.value,
                reporter_id=person_id(uow, short),
                text=f"{text} {place + 1}",
                severity=2,
                system="THIET_BI",
                reported_at=uow.now - _BUSINESS,
            )
        )
    uow.session.flush()


def sign_in(uow: UnitOfWork, short: str, label: str) -> None:
    """Let a villager have a signed-in browser."""
    uow.session.add(
        accounts.Device(
            commune_id=uow.commune_id,
            person_id=person_id(uow, short),
            slot=f"{short} {label}",
            token_hash=accounts.hashed(f"{short} {label}"),
            label=label,
            created_at=uow.now,
            last_seen_at=uow.now,
        )
    )
    uow.session.flush()


def prepare(database: Database) -> None:
    """Fill a migrated, empty database."""
    database.write_now(settle_people)
