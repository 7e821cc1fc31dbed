"""Who may sign in, from where, and for how long."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.clock import FakeClock
from storage import accounts
from storage.accounts import Account, Address, BotAccount, Owner
from storage.unit_of_work import Database
from tests.storage.rows import WEB, column, minutes, written
from tests.support.database import add_commune, add_person


@pytest.fixture
def lan(database: Database) -> Owner:
    commune = add_commune(database)
    return Owner(commune, add_person(database, commune))


def make_link(database: Database, person: Owner) -> str:
    return written(database, lambda uow: accounts.make_link(uow, person.person_id), person.commune_id)


def use_link(database: Database, token: str) -> Owner | None:
    return database.write_now(lambda uow: accounts.use_link(uow, token))


def add_device(database: Database, person: Owner, label: str = "Điện thoại") -> tuple[str, str]:
    return database.write_now(lambda uow: accounts.add_device(uow, person, label))


def owner(database: Database, slot: str, token: str) -> Owner | None:
    return database.read_now(lambda uow: accounts.device_owner(uow, slot, token))


def leave(database: Database, person: Owner) -> None:
    """The person leaves the commune's service."""
    statement = text("UPDATE person SET active = false WHERE id = :id")
    database.write_now(
        lambda uow: uow.session.connection().execute(statement, {"id": person.person_id}).rowcount
    )


def test_a_link_signs_in_once(database: Database, lan: Owner) -> None:
    token = make_link(database, lan)
    assert use_link(database, token) == lan
    assert use_link(database, token) is None


def test_a_link_dies_after_a_quarter_of_an_hour(database: Database, lan: Owner, clock: FakeClock) -> None:
    in_time, late = make_link(database, lan), make_link(database, lan)
    clock.advance(accounts.LINK_LIFETIME - timedelta(seconds=1))
    assert use_link(database, in_time) == lan
    clock.advance(timedelta(seconds=1))
    assert use_link(database, late) is None


def test_an_unknown_link_signs_nobody_in(database: Database, lan: Owner) -> None:
    make_link(database, lan)
    assert use_link(database, "guessed") is None


def test_the_database_holds_no_token_in_the_clear(database: Database, lan: Owner) -> None:
    link = make_link(database, lan)
    slot, secret = add_device(database, lan)
    stored = column(database, "SELECT token_hash FROM signin_link UNION ALL SELECT token_hash FROM device")
    assert len(stored) == 2
    assert not {link, secret, slot} & set(stored)


def test_a_device_needs_both_its_slot_and_its_secret(database: Database, lan: Owner) -> None:
    slot, secret = add_device(database, lan)
    other_slot, other_secret = add_device(database, lan)
    assert owner(database, slot, secret) == lan
    assert owner(database, slot, other_secret) is None
    assert owner(database, other_slot, secret) is None


def test_a_revoked_device_is_signed_out_and_no_longer_listed(database: Database, lan: Owner) -> None:
    slot, secret = add_device(database, lan, "cũ")
    add_device(database, lan, "mới")

    def listed() -> list[tuple[int, str]]:
        found = written(database, lambda uow: accounts.devices(uow, lan.person_id), lan.commune_id)
        return [(device.key, device.label) for device in found]

    assert [label for _, label in listed()] == ["mới", "cũ"]
    old = listed()[1][0]

    def revoke(person: int) -> bool:
        return written(database, lambda uow: accounts.revoke_device(uow, old, person), lan.commune_id)

    assert revoke(lan.person_id + 1) is False
    assert owner(database, slot, secret) == lan
    assert revoke(lan.person_id) is True
    assert owner(database, slot, secret) is None
    assert [label for _, label in listed()] == ["mới"]
    assert revoke(lan.person_id) is False


def test_a_person_who_left_is_signed_out_everywhere(database: Database, lan: Owner) -> None:
    slot, secret = add_device(database, lan)
    leave(database, lan)
    assert owner(database, slot, secret) is None


def test_use_of_a_device_is_noted(database: Database, lan: Owner, clock: FakeClock) -> None:
    slot, _ = add_device(database, lan)
    clock.advance(minutes(7))
    database.write_now(lambda uow: accounts.touch_device(uow, slot))
    (device,) = written(database, lambda uow: accounts.devices(uow, lan.person_id), lan.commune_id)
    assert device.last_seen_at == clock.now()


def give_address(database: Database, person: Owner, address: str, *, active: bool = True) -> None:
    account = Account(
        commune_id=person.commune_id,
        person_id=person.person_id,
        bot_account=WEB,
        address=address,
        active=active,
    )
    database.write_now(lambda uow: uow.session.add(account))


@pytest.fixture
def web(database: Database) -> None:
    database.write_now(lambda uow: uow.session.add(BotAccount(id=WEB, channel="web")))


@pytest.mark.usefixtures("web")
def test_an_address_belongs_to_its_person_while_both_are_active(database: Database, lan: Owner) -> None:
    give_address(database, lan, "lan")
    give_address(database, lan, "old", active=False)

    def who(address: str) -> Owner | None:
        return database.read_now(lambda uow: accounts.owner_of(uow, WEB, address))

    assert (who("lan"), who("old"), who("stranger")) == (lan, None, None)
    leave(database, lan)
    assert who("lan") is None


@pytest.mark.usefixtures("web")
def test_a_person_is_reached_at_active_addresses_the_oldest_first(database: Database, lan: Owner) -> None:
    minh = Owner(lan.commune_id, add_person(database, lan.commune_id, "Minh"))
    for person, address in ((lan, "b"), (lan, "a"), (minh, "m")):
        give_address(database, person, address)
    give_address(database, lan, "old", active=False)
    found = written(database, lambda uow: accounts.addresses(uow, lan.person_id), lan.commune_id)
    assert found == [Address(WEB, "b"), Address(WEB, "a")]
    people = [(lan.commune_id, lan.person_id), (minh.commune_id, minh.person_id), (lan.commune_id, 999)]
    many = database.read_now(lambda uow: accounts.addresses_of_many(uow, people))
    assert many == dict(zip(people, [found, [Address(WEB, "m")], []], strict=True))
