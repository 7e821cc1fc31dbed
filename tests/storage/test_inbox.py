"""The inbox: nothing comes in twice, nothing overtakes within a chat, nothing blocks a chat for ever."""

from datetime import timedelta

import pytest

from core.clock import FakeClock
from storage import inbox
from storage.inbox import Taken
from storage.unit_of_work import INBOX, Database, UnitOfWork
from tests.storage.rows import column, event, receive
from tests.support.database import FakeStopwatch


def taken(database: Database) -> Taken | None:
    return database.write_now(inbox.take)


def handle(database: Database) -> str:
    """Take the next event, finish it, and return its id from the platform."""

    def work(uow: UnitOfWork) -> str:
        row = inbox.take(uow)
        if row is None:
            return ""
        inbox.finish(uow, row.id)
        return row.event.event_id

    return database.write_now(work)


def fail(database: Database, reference: str = "L-1") -> bool:
    row = taken(database)
    assert row is not None
    return database.write_now(lambda uow: inbox.note_failure(uow, row.id, reference))


def test_an_event_that_comes_twice_is_one_row(database: Database) -> None:
    assert receive(database, "1") is True
    assert receive(database, "1") is False
    assert column(database, "SELECT event_id FROM inbox") == ["1"]


def test_two_accounts_may_use_the_same_event_id(database: Database) -> None:
    receive(database, "1")
    other = event("1").model_copy(update={"bot_account": "telegram"})
    assert database.write_now(lambda uow: inbox.add(uow, other)) is True


def test_what_was_stored_comes_back_as_it_was(database: Database) -> None:
    sent = event("1", text="máy in không in được").model_copy(update={"latitude": 21.5})
    database.write_now(lambda uow: inbox.add(uow, sent))
    row = taken(database)
    assert row is not None
    assert row.event == sent


def test_a_repeated_event_wakes_nobody(database: Database) -> None:
    woken: list[str] = []
    database.on_nudge(INBOX, lambda: woken.append("woken"))
    receive(database, "1")
    receive(database, "1")
    assert woken == ["woken"]


def test_events_of_a_chat_are_taken_in_their_order(database: Database) -> None:
    for event_id in ("1", "2", "3"):
        receive(database, event_id)
    assert [handle(database) for _ in range(4)] == ["1", "2", "3", ""]


def test_an_event_that_failed_holds_its_own_chat_only(database: Database, stopwatch: FakeStopwatch) -> None:
    receive(database, "lan 1", "lan")
    receive(database, "lan 2", "lan")
    receive(database, "minh 1", "minh")
    assert fail(database) is False
    assert [handle(database), handle(database)] == ["minh 1", ""]
    stopwatch.advance(inbox.RETRY_SECONDS[0])
    assert [handle(database), handle(database)] == ["lan 1", "lan 2"]


def test_the_third_failure_is_the_last_and_the_chat_goes_on(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    receive(database, "1")
    receive(database, "2")
    outcomes = []
    for _ in range(inbox.MAX_ATTEMPTS):
        outcomes.append(fail(database))
        stopwatch.advance(60)
    assert outcomes == [False, False, True]
    assert handle(database) == "2"
    assert column(database, "SELECT reference FROM inbox WHERE state = 'failed'") == ["L-1"]


def test_a_failed_event_can_be_replayed_by_its_code(database: Database, stopwatch: FakeStopwatch) -> None:
    receive(database, "1")
    for _ in range(inbox.MAX_ATTEMPTS):
        fail(database, "L-7")
        stopwatch.advance(60)
    assert handle(database) == ""
    assert database.write_now(lambda uow: inbox.replay(uow, "L-8")) is False
    assert database.write_now(lambda uow: inbox.replay(uow, "L-7")) is True
    assert handle(database) == "1"
    assert database.write_now(lambda uow: inbox.replay(uow, "L-7")) is False


def test_what_its_handler_did_is_undone_when_it_fails(database: Database) -> None:
    receive(database, "1")

    def crash(uow: UnitOfWork) -> None:
        row = inbox.take(uow)
        assert row is not None
        inbox.finish(uow, row.id)
        inbox.add(uow, event("caused by 1"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write_now(crash)
    assert [handle(database), handle(database)] == ["1", ""]


def test_the_next_retry_is_that_of_an_event_that_nothing_holds_up(
    database: Database, stopwatch: FakeStopwatch
) -> None:
    assert database.read_now(inbox.next_retry) is None
    receive(database, "1")
    receive(database, "2")
    fail(database)
    assert database.read_now(inbox.next_retry) == stopwatch.seconds() + inbox.RETRY_SECONDS[0]


def test_waiting_tells_how_many_and_since_when(database: Database, clock: FakeClock) -> None:
    assert database.read_now(inbox.waiting) == (0, None)
    receive(database, "1")
    first = clock.now()
    clock.advance(timedelta(minutes=5))
    receive(database, "2")
    assert database.read_now(inbox.waiting) == (2, first)


def test_what_people_wrote_goes_after_its_time(
    database: Database, clock: FakeClock, stopwatch: FakeStopwatch
) -> None:
    receive(database, "failed", "lan")
    for _ in range(inbox.MAX_ATTEMPTS):
        fail(database)
        stopwatch.advance(60)
    receive(database, "done", "lan")
    handle(database)
    receive(database, "new", "lan")
    left = {}
    begin = clock.now()
    for day in (6, 8, 29, 31):
        clock.set(begin + timedelta(days=day))
        database.write_now(inbox.empty_old)
        left[day] = sorted(column(database, "SELECT event_id FROM inbox"))
    assert left == {6: ["done", "failed", "new"], 8: ["failed", "new"], 29: ["failed", "new"], 31: ["new"]}


def test_two_takers_never_hold_the_same_event(postgres_database: Database) -> None:
    receive(postgres_database, "lan 1", "lan")
    receive(postgres_database, "lan 2", "lan")
    receive(postgres_database, "minh 1", "minh")

    def first(uow: UnitOfWork) -> tuple[str, str, Taken | None]:
        mine = inbox.take(uow)
        theirs = taken(postgres_database)  # another transaction, while ours is open
        third = postgres_database.write_now(lambda other: _take_two(other))
        assert mine is not None
        assert theirs is not None
        return mine.event.event_id, theirs.event.event_id, third

    assert postgres_database.write_now(first) == ("lan 1", "minh 1", None)


def _take_two(uow: UnitOfWork) -> Taken | None:
    """Take one event after another in one transaction; return the second."""
    first = inbox.take(uow)
    assert first is not None
    inbox.finish(uow, first.id)
    return inbox.take(uow)
