"""A message that a platform refuses for good goes another way, or somebody is told."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from core.clock import FakeClock
from core.messages import Lane, Message
from handlers.reachability import moved, undeliverable
from storage import accounts, delivery, outbox
from storage.delivery import Claimed
from storage.outbox import C, Queued
from storage.unit_of_work import Database, UnitOfWork
from tests.handlers.conftest import Village
from tests.support.database import SQLITE, START, FakeStopwatch
from tests.support.transcript_village import bound, give_address, person_id

NEWS = Message(key="form.left", lane=Lane.ALERT)


@pytest.fixture
def commune(village: Village) -> Iterator[Database]:
    database = Database(village(SQLITE), FakeClock(START), FakeStopwatch(), sync="OFF")
    yield database
    database.close()


def in_commune(database: Database, work: Callable[[UnitOfWork], None]) -> None:
    database.write_now(lambda uow: work(bound(uow)))


def refused(uow: UnitOfWork, who: str, channel: str) -> Claimed:
    """Return a message to somebody that a platform has just refused."""
    outbox.add(uow, Queued(NEWS, channel, who, uow.commune_id, person_id(uow, who)))
    return delivery.claim(uow, owner="test", lease_seconds=60.0, limit=1)[0]


def waiting(database: Database) -> list[tuple[str, str, str]]:
    """Return account, chat and key of what waits to be sent."""

    def look(uow: UnitOfWork) -> list[tuple[str, str, str]]:
        rows = uow.session.execute(select(C.bot_account, C.chat, C.message).where(C.state == outbox.WAITING))
        return [(row.bot_account, row.chat, row.message["key"]) for row in rows]

    return database.read_now(look)


def test_the_other_channel_of_the_person_is_used(commune: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        give_address(uow, "minh", "zalo")
        undeliverable(uow, refused(uow, "minh", "telegram"))

    in_commune(commune, work)
    assert waiting(commune) == [("zalo", "minh", NEWS.key)]


def test_without_another_channel_the_lead_is_told(commune: Database) -> None:
    in_commune(commune, lambda uow: undeliverable(uow, refused(uow, "minh", "telegram")))
    assert waiting(commune) == [("telegram", "dung", "reach.lost")]


def test_a_lead_who_cannot_be_reached_is_not_told_so(commune: Database) -> None:
    in_commune(commune, lambda uow: undeliverable(uow, refused(uow, "dung", "telegram")))
    assert waiting(commune) == []


def test_the_address_is_used_no_longer(commune: Database) -> None:
    left: list[accounts.Address] = []

    def work(uow: UnitOfWork) -> None:
        undeliverable(uow, refused(uow, "minh", "telegram"))
        left.extend(accounts.addresses(uow, person_id(uow, "minh")))

    in_commune(commune, work)
    assert left == []


def test_an_address_that_has_moved_is_corrected(commune: Database) -> None:
    found: list[accounts.Address] = []

    def work(uow: UnitOfWork) -> None:
        moved(uow, refused(uow, "minh", "telegram"), "minh-new")
        found.extend(accounts.addresses(uow, person_id(uow, "minh")))

    in_commune(commune, work)
    assert found == [accounts.Address("telegram", "minh-new")]
