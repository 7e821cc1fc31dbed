"""What an operator does at the command line with communes and people: found, find, let in."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from core.errors import ConfigurationError
from core.policy import Role
from knowledge.vietnamese import fold, nfc
from storage import accounts, audit
from storage.people import Commune, Membership, Person, Unit
from storage.unit_of_work import UnitOfWork

LONGEST_NAME = 100
_PHONE = re.compile(r"\+?[0-9]{3,15}")
_BETWEEN_DIGITS = re.compile(r"[\s.()-]")


@dataclass(frozen=True)
class Founding:
    """What is asked of whoever sets a commune up."""

    commune: str
    province: str
    name: str
    phone: str
    form_of_address: str


@dataclass(frozen=True)
class Named:
    """A person of any commune of the deployment, as an operator picks them."""

    id: int
    commune_id: int
    name: str
    commune: str


def checked(commune: str, province: str, name: str, phone: str, form_of_address: str) -> Founding:
    """Return the answers tidied up. Raises ConfigurationError with every one that cannot be used."""
    words = {"commune": commune, "province": province, "name": name, "form": form_of_address}
    tidy = {what: nfc(" ".join(said.split())) for what, said in words.items()}
    digits = _BETWEEN_DIGITS.sub("", phone)
    faults = [f"{what} must not be empty" for what in ("commune", "name") if not tidy[what]]
    faults += [
        f"{what} must be at most {LONGEST_NAME} letters, without signs that cannot be printed"
        for what, said in tidy.items()
        if len(said) > LONGEST_NAME or not said.isprintable()
    ]
    if digits and not _PHONE.fullmatch(digits):
        faults.append("phone must be a number such as 0912 345 678")
    if faults:
        raise ConfigurationError(f"Nothing was made: {'; '.join(faults)}.")
    return Founding(tidy["commune"], tidy["province"], tidy["name"], digits, tidy["form"])


def found(uow: UnitOfWork, wanted: Founding) -> str:
    """Make a commune with its first administrator and return the token of their sign-in link.

    Binds the unit of work to it. Raises ConfigurationError when a commune of that name exists.
    """
    names = uow.session.exec(select(Commune.name)).all()
    if wanted.commune.casefold() in {name.casefold() for name in names}:
        raise ConfigurationError(
            f"{wanted.commune} exists already; nothing was changed. For a new sign-in link: trucso link NAME"
        )
    commune = Commune(name=wanted.commune, province=wanted.province, created_at=uow.now)
    uow.session.add(commune)
    uow.session.flush()
    uow.bind(commune.id or 0)
    person_id = _add_administrator(uow, wanted)
    audit.write(uow, None, "commune.found", allowed=True, subject=f"person:{person_id}")
    return accounts.make_link(uow, person_id)


def _add_administrator(uow: UnitOfWork, wanted: Founding) -> int:
    unit = Unit(commune_id=uow.commune_id, kind="commune", name=wanted.commune)
    person = Person(
        commune_id=uow.commune_id,
        name=wanted.name,
        phone=wanted.phone,
        form_of_address=wanted.form_of_address,
        created_at=uow.now,
    )
    uow.session.add_all([unit, person])
    uow.session.flush()
    role = Role.ADMIN.value
    uow.session.add(Membership(commune_id=uow.commune_id, person_id=person.key, unit_id=unit.key, role=role))
    uow.session.flush()
    return person.key


def people_named(uow: UnitOfWork, wanted: str) -> list[Named]:
    """Return the active people of all communes whom a number or a name may mean.

    A whole name, with or without marks, goes before a part of one.
    """
    query = select(Person, Commune.name).join(Commune, col(Commune.id) == Person.commune_id)
    rows = uow.session.exec(query.where(col(Person.active)).order_by(col(Person.id))).all()
    everybody = [Named(one.key, one.commune_id, one.name, commune) for one, commune in rows]
    asked = fold(wanted)
    return (
        [one for one in everybody if str(one.id) == asked]
        or [one for one in everybody if nfc(one.name).casefold() == nfc(wanted).strip().casefold()]
        or [one for one in everybody if fold(one.name) == asked]
        or [one for one in everybody if asked and set(asked.split()) <= set(fold(one.name).split())]
    )


def link_for(uow: UnitOfWork, person: Named) -> str:
    """Make a sign-in link for a person and return its token; binds the unit of work to their commune."""
    uow.bind(person.commune_id)
    audit.write(uow, None, "link.make", allowed=True, subject=f"person:{person.id}")
    return accounts.make_link(uow, person.id)
