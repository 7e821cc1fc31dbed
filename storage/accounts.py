"""People on channels: bot accounts, addresses, web devices and sign-in links.

Tokens of devices and links are stored hashed only; whoever reads the database cannot sign in.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, UniqueConstraint, bindparam, select, update
from sqlmodel import Field, SQLModel, col

from storage.base import CommuneRow, tenant_key, tenant_reference
from storage.people import PERSONS
from storage.unit_of_work import UnitOfWork

WEB = "web"
LINK_LIFETIME = timedelta(minutes=15)


class BotAccount(SQLModel, table=True):
    """One account of ours on a platform; the web chat is one too."""

    __tablename__ = "bot_account"
    id: str = Field(primary_key=True)
    channel: str
    commune_id: int | None = Field(default=None, foreign_key="commune.id")
    name: str = ""
    token_encrypted: str = ""


class Account(CommuneRow, table=True):
    """An address of a person: where a bot account can write to them."""

    __tablename__ = "account"
    __table_args__ = (
        tenant_key(),
        tenant_reference("person_id", "person"),
        UniqueConstraint("bot_account", "address"),
    )
    person_id: int = Field(index=True)
    bot_account: str = Field(foreign_key="bot_account.id")
    address: str
    active: bool = True


class Device(CommuneRow, table=True):
    """A signed-in browser of a person."""

    __tablename__ = "device"
    __table_args__ = (tenant_key(), tenant_reference("person_id", "person"))
    person_id: int = Field(index=True)
    slot: str = Field(unique=True)
    token_hash: str
    label: str = ""
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None = None


class SigninLink(CommuneRow, table=True):
    """A link that signs one browser in, once."""

    __tablename__ = "signin_link"
    __table_args__ = (tenant_key(), tenant_reference("person_id", "person"))
    person_id: int
    token_hash: str = Field(unique=True)
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Address:
    """Where one bot account reaches one person."""

    bot_account: str
    chat: str


@dataclass(frozen=True)
class Owner:
    """Whose address or device something is."""

    commune_id: int
    person_id: int


_ACCOUNTS: Table = SQLModel.metadata.tables["account"]
_DEVICES: Table = SQLModel.metadata.tables["device"]
_A, _D, _P = _ACCOUNTS.c, _DEVICES.c, PERSONS.c

# What every message and every request asks: built once, because building costs more than asking.
_OWNER_OF = (
    select(_A.commune_id, _A.person_id)
    .join_from(_ACCOUNTS, PERSONS, (_P.id == _A.person_id) & (_P.commune_id == _A.commune_id))
    .where(_A.bot_account == bindparam("bot_account"), _A.address == bindparam("address"))
    .where(_A.active, _P.active)
)
_ADDRESSES = (
    select(_A.bot_account, _A.address)
    .where(_A.commune_id == bindparam("commune"), _A.person_id == bindparam("person"), _A.active)
    .order_by(_A.id)
)
_ADDRESSES_OF_MANY = (
    select(_A.commune_id, _A.person_id, _A.bot_account, _A.address)
    .where(_A.person_id.in_(bindparam("people", expanding=True)), _A.active)
    .order_by(_A.id)
)
_DEVICE_OWNER = (
    select(_D.commune_id, _D.person_id)
    .join_from(_DEVICES, PERSONS, (_P.id == _D.person_id) & (_P.commune_id == _D.commune_id))
    .where(_D.slot == bindparam("slot"), _D.token_hash == bindparam("token"), _D.revoked_at.is_(None))
    .where(_P.active)
)
_TOUCH_DEVICE = update(_DEVICES).where(_D.slot == bindparam("at_slot")).values(last_seen_at=bindparam("now"))


def hashed(token: str) -> str:
    """Return the stored form of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def all_bot_accounts(uow: UnitOfWork) -> list[BotAccount]:
    """Return every account of ours on every platform."""
    return list(uow.session.execute(select(BotAccount).order_by(col(BotAccount.id))).scalars())


def open_web_chat(uow: UnitOfWork, person_id: int) -> None:
    """Give a person of the bound commune an address on the web chat, if they have none."""
    if uow.session.get(BotAccount, WEB) is None:
        uow.session.add(BotAccount(id=WEB, channel=WEB))
        uow.session.flush()
    address = f"p{person_id}"
    if owner_of(uow, WEB, address) is None:
        uow.session.add(
            Account(commune_id=uow.commune_id, person_id=person_id, bot_account=WEB, address=address)
        )
        uow.session.flush()


def owner_of(uow: UnitOfWork, bot_account: str, address: str) -> Owner | None:
    """Return who writes from an address, or None for a stranger or a person who has left."""
    row = uow.session.execute(_OWNER_OF, {"bot_account": bot_account, "address": address}).first()
    return Owner(row[0], row[1]) if row else None


def addresses(uow: UnitOfWork, person_id: int) -> list[Address]:
    """Return where a person of the bound commune can be reached, oldest address first."""
    rows = uow.session.execute(_ADDRESSES, {"commune": uow.commune_id, "person": person_id})
    return [Address(row[0], row[1]) for row in rows]


def addresses_of_many(
    uow: UnitOfWork, people: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], list[Address]]:
    """Return where each of many people (commune, person) can be reached, oldest address first."""
    wanted = set(people)
    rows = uow.session.execute(_ADDRESSES_OF_MANY, {"people": list({person for _, person in wanted})})
    found: dict[tuple[int, int], list[Address]] = {key: [] for key in wanted}
    for commune_id, person_id, bot_account, address in rows:
        if (commune_id, person_id) in found:
            found[commune_id, person_id].append(Address(bot_account, address))
    return found


def switch_off(uow: UnitOfWork, bot_account: str, address: str) -> None:
    """Use an address of the bound commune no longer."""
    uow.session.execute(
        update(Account)
        .where(
            col(Account.commune_id) == uow.commune_id,
            col(Account.bot_account) == bot_account,
            col(Account.address) == address,
        )
        .values(active=False)
    )


def correct_address(uow: UnitOfWork, bot_account: str, address: str, new_address: str) -> None:
    """Follow a chat of the bound commune to the address that its platform has moved it to."""
    uow.session.execute(
        update(Account)
        .where(
            col(Account.commune_id) == uow.commune_id,
            col(Account.bot_account) == bot_account,
            col(Account.address) == address,
        )
        .values(address=new_address)
    )


def make_link(uow: UnitOfWork, person_id: int, lifetime: timedelta = LINK_LIFETIME) -> str:
    """Store a new sign-in link for a person of the bound commune and return its token."""
    open_web_chat(uow, person_id)
    token = secrets.token_urlsafe(24)
    uow.session.add(
        SigninLink(
            commune_id=uow.commune_id,
            person_id=person_id,
            token_hash=hashed(token),
            expires_at=uow.now + lifetime,
        )
    )
    uow.session.flush()
    return token


def use_link(uow: UnitOfWork, token: str) -> Owner | None:
    """Use a sign-in link up; None when it is unknown, used or expired."""
    row = uow.session.execute(
        update(SigninLink)
        .where(
            col(SigninLink.token_hash) == hashed(token),
            col(SigninLink.used_at).is_(None),
            col(SigninLink.expires_at) > uow.now,
        )
        .values(used_at=uow.now)
        .returning(col(SigninLink.commune_id), col(SigninLink.person_id))
    ).first()
    return Owner(row[0], row[1]) if row else None


def add_device(uow: UnitOfWork, owner: Owner, label: str) -> tuple[str, str]:
    """Store a new device of a person and return its public slot and its secret token."""
    slot, token = secrets.token_hex(6), secrets.token_urlsafe(32)
    uow.session.add(
        Device(
            commune_id=owner.commune_id,
            person_id=owner.person_id,
            slot=slot,
            token_hash=hashed(token),
            label=label,
            created_at=uow.now,
            last_seen_at=uow.now,
        )
    )
    uow.session.flush()
    return slot, token


def device_owner(uow: UnitOfWork, slot: str, token: str) -> Owner | None:
    """Return whose device a slot and token are, or None when unknown, revoked or the person left."""
    row = uow.session.execute(_DEVICE_OWNER, {"slot": slot, "token": hashed(token)}).first()
    return Owner(row[0], row[1]) if row else None


def touch_device(uow: UnitOfWork, slot: str) -> None:
    """Note that a device was used now."""
    uow.session.execute(_TOUCH_DEVICE, {"at_slot": slot, "now": uow.now})


def devices(uow: UnitOfWork, person_id: int) -> list[Device]:
    """Return the devices of a person of the bound commune that are signed in, newest first."""
    rows = uow.session.execute(
        select(Device)
        .where(
            col(Device.commune_id) == uow.commune_id,
            col(Device.person_id) == person_id,
            col(Device.revoked_at).is_(None),
        )
        .order_by(col(Device.id).desc())
    )
    return list(rows.scalars())


def revoke_device(uow: UnitOfWork, device_id: int, person_id: int) -> bool:
    """Sign a device of that person out; False when there is no such device."""
    row = uow.session.execute(
        update(Device)
        .where(
            col(Device.commune_id) == uow.commune_id,
            col(Device.id) == device_id,
            col(Device.person_id) == person_id,
            col(Device.revoked_at).is_(None),
        )
        .values(revoked_at=uow.now)
        .returning(col(Device.id))
    ).first()
    return row is not None
