"""Counters, signs of life, remembered values and open forms: small rows that many write at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from core.clock import FakeClock
from storage import conversations, system
from storage.conversations import Conversation
from storage.unit_of_work import Database
from tests.storage.rows import WEB, column, minutes, written
from tests.support.database import START, FakeStopwatch, add_commune

PEOPLE = 6


def test_a_number_is_never_given_out_twice_however_many_ask_at_once(database: Database) -> None:
    commune = add_commune(database)

    def work(_: int) -> list[int]:
        return [
            written(database, lambda uow: system.next_number(uow, "incident"), commune) for _ in range(10)
        ]

    with ThreadPoolExecutor(PEOPLE) as people:
        given = [number for numbers in people.map(work, range(PEOPLE)) for number in numbers]
    assert sorted(given) == list(range(1, PEOPLE * 10 + 1))


def test_each_commune_and_each_name_counts_for_itself(database: Database) -> None:
    one, other = add_commune(database), add_commune(database, "Xã Khác")
    asked = [(one, "incident"), (one, "incident"), (other, "incident"), (one, "task")]
    given = [written(database, partial(system.next_number, name=name), who) for who, name in asked]
    assert given == [1, 2, 1, 1]


def test_a_number_is_free_again_only_if_nothing_was_stored(database: Database) -> None:
    """A rolled back report takes no number with it; a stored one keeps its number for ever."""
    commune = add_commune(database)
    with suppress(ZeroDivisionError):
        written(database, lambda uow: (system.next_number(uow, "incident"), 1 / 0), commune)
    assert written(database, lambda uow: system.next_number(uow, "incident"), commune) == 1


def test_a_sign_of_life_is_kept_in_both_times(
    database: Database, clock: FakeClock, stopwatch: FakeStopwatch
) -> None:
    assert database.read_now(lambda uow: system.last_beat(uow, "ticker")) is None
    database.write_now(lambda uow: system.beat(uow, "ticker"))
    clock.advance(minutes(5))
    stopwatch.advance(5)
    database.write_now(lambda uow: system.beat(uow, "ticker"))
    beat = database.read_now(lambda uow: system.last_beat(uow, "ticker"))
    assert beat is not None
    assert (beat.at, beat.real_seconds) == (clock.now(), stopwatch.seconds())
    assert column(database, "SELECT name FROM heartbeat") == ["ticker"]


def test_a_remembered_value_is_the_last_one(database: Database) -> None:
    assert database.read_now(lambda uow: system.remembered(uow, "drill")) is None
    for factor in (10, 60):
        database.write_now(partial(system.remember, name="drill", value={"factor": factor}))
    assert database.read_now(lambda uow: system.remembered(uow, "drill")) == {"factor": 60}


def test_first_signs_of_life_at_the_same_moment_do_not_collide(postgres_database: Database) -> None:
    def beat(_: int) -> None:
        postgres_database.write_now(lambda uow: system.beat(uow, "worker"))

    with ThreadPoolExecutor(PEOPLE) as processes:
        list(processes.map(beat, range(30)))
    assert column(postgres_database, "SELECT name FROM heartbeat") == ["worker"]


def form(step: str, name: str = "report") -> Conversation:
    data = {"text": "máy in", "attachments": [1, 2]}
    return Conversation(
        bot_account=WEB, chat="lan", form=name, form_id=3, step=step, data=data, updated_at=START
    )


def test_a_form_is_kept_as_it_stands(database: Database, clock: FakeClock) -> None:
    assert database.read_now(lambda uow: conversations.load(uow, WEB, "lan")) is None
    database.write_now(lambda uow: conversations.save(uow, form("place")))
    clock.advance(minutes(1))
    database.write_now(lambda uow: conversations.save(uow, form("send")))
    kept = database.read_now(lambda uow: conversations.load(uow, WEB, "lan"))
    assert kept is not None
    assert (kept.step, kept.form_id, kept.updated_at) == ("send", 3, clock.now())
    assert kept.data == {"text": "máy in", "attachments": [1, 2]}


def test_a_form_is_open_in_its_own_chat_until_it_is_closed(database: Database) -> None:
    def is_open(chat: str) -> bool:
        return database.read_now(lambda uow: conversations.form_is_open(uow, WEB, chat))

    database.write_now(lambda uow: conversations.save(uow, form("place")))
    assert (is_open("lan"), is_open("minh")) == (True, False)
    database.write_now(lambda uow: conversations.save(uow, form("", name="")))
    assert is_open("lan") is False
    database.write_now(lambda uow: conversations.forget(uow, WEB, "lan"))
    assert column(database, "SELECT chat FROM conversation") == []
