"""Transactions: all or nothing, one after the other on SQLite, and never "database is locked"."""

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from core.clock import FakeClock, Stopwatch
from storage import system
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import SQLITE, START

PROCESSES, EACH = 3, 150


def count_on(uow: UnitOfWork, name: str = "count") -> int:
    """Read, think, write: what loses updates or locks up when a transaction begins as a reading one."""
    found = system.remembered(uow, name) or {"n": 0}
    system.remember(uow, name, {"n": found["n"] + 1})
    return int(found["n"]) + 1


def counted(database: Database, name: str = "count") -> int:
    found = database.read_now(lambda uow: system.remembered(uow, name))
    return int(found["n"]) if found else 0


def count_in_a_process(url: str, together: "multiprocessing.synchronize.Barrier") -> None:
    """Run by each process; an error ends it with an exit code."""
    together.wait()
    database = Database(url, FakeClock(START), Stopwatch(), sync="NORMAL")
    for _ in range(EACH):
        database.write_now(count_on)
    database.close()


def test_three_processes_share_a_sqlite_file_without_locking_up(new_url: Callable[[str], str]) -> None:
    url = new_url(SQLITE)
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(PROCESSES)
    processes = [spawn.Process(target=count_in_a_process, args=(url, together)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    database = Database(url, FakeClock(START), Stopwatch())
    assert counted(database) == PROCESSES * EACH
    database.close()


def test_many_threads_lose_no_update_on_sqlite(sqlite_database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: sqlite_database.write_now(count_on), range(80)))
    assert counted(sqlite_database) == 80


def test_a_unit_that_raises_leaves_nothing(database: Database) -> None:
    def fails(uow: UnitOfWork) -> None:
        count_on(uow)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it carries no text
        database.write_now(fails)
    assert counted(database) == 0


def test_a_savepoint_undoes_only_what_is_inside(database: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        count_on(uow, "kept")
        with suppress(ZeroDivisionError), uow.savepoint():
            count_on(uow, "undone")
            raise ZeroDivisionError
        count_on(uow, "kept")

    database.write_now(work)
    assert (counted(database, "kept"), counted(database, "undone")) == (2, 0)


def test_a_look_up_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly database|read-only transaction"):
        database.read_now(count_on)
    assert counted(database) == 0


def test_one_unit_has_one_moment(database: Database) -> None:
    clock = database.clock
    assert isinstance(clock, FakeClock)

    def work(uow: UnitOfWork) -> bool:
        before = uow.now
        clock.set(START.replace(year=2030))
        return uow.now == before == START

    assert database.write_now(work) is True


def test_a_unit_that_is_not_bound_knows_no_commune(sqlite_database: Database) -> None:
    with pytest.raises(ValueError, match="not bound"):
        sqlite_database.read_now(lambda uow: uow.commune_id)


def test_a_unit_that_lost_against_another_is_tried_again(postgres_database: Database) -> None:
    """Two units that lock the same two rows in opposite order: PostgreSQL ends one of them."""
    for name in ("a", "b"):
        postgres_database.write_now(partial(count_on, name=name))
    both_hold_one = threading.Barrier(2, timeout=10)
    tries: list[str] = []

    def work(first: str, second: str) -> Callable[[UnitOfWork], None]:
        def locked(uow: UnitOfWork) -> None:
            tries.append(first)
            lock(uow, first)
            if tries.count(first) == 1:
                both_hold_one.wait()
            lock(uow, second)

        return locked

    with ThreadPoolExecutor(2) as people:
        units = [
            people.submit(postgres_database.write_now, work(*names)) for names in (("a", "b"), ("b", "a"))
        ]
        for unit in units:
            unit.result()
    assert len(tries) == 3


def lock(uow: UnitOfWork, name: str) -> None:
    uow.session.connection().exec_driver_sql(f"SELECT 1 FROM remembered WHERE name = '{name}' FOR UPDATE")  # noqa: S608


def test_units_started_from_the_event_loop_run_one_after_the_other_on_sqlite(
    sqlite_database: Database,
) -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*(sqlite_database.write(count_on) for _ in range(5)))

    assert sorted(asyncio.run(main())) == [1, 2, 3, 4, 5]


def test_the_event_loop_goes_on_while_a_unit_runs(database: Database) -> None:
    released = threading.Event()

    async def main() -> int:
        async with asyncio.TaskGroup() as group:
            unit = group.create_task(database.write(lambda uow: (released.wait(10), count_on(uow))[1]))
            reading = group.create_task(database.read(lambda uow: system.remembered(uow, "count")))
            assert await reading is None
            released.set()  # only a loop that was not held up gets here
        return unit.result()

    assert asyncio.run(main()) == 1


def test_a_sqlite_database_survives_a_power_cut(tmp_path: Path) -> None:
    """Which needs the write-ahead log and a full synchronisation at each commit."""
    database = Database(f"sqlite:///{tmp_path / 'a.db'}", FakeClock(START), Stopwatch())

    def settings(uow: UnitOfWork) -> list[object]:
        connection = uow.session.connection()
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert database.write_now(settings) == ["wal", 2, 1]
    database.close()
