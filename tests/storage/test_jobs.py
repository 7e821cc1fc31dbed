"""Jobs: the oldest first, one runner each, and a second chance after a runner died."""

import pytest

from storage import jobs
from storage.jobs import Job
from storage.unit_of_work import JOBS, Database, UnitOfWork
from tests.storage.rows import LEASE_SECONDS, WEB, column, written
from tests.support.database import FakeStopwatch, add_commune


@pytest.fixture
def commune(database: Database) -> int:
    return add_commune(database)


def add(database: Database, commune: int, kind: str = "photo") -> int:
    return written(
        database,
        lambda uow: jobs.add(uow, kind, {"raw": "abc"}, bot_account=WEB, chat="lan", sender="lan"),
        commune,
    )


def claim(database: Database) -> Job | None:
    return database.write_now(lambda uow: jobs.claim(uow, LEASE_SECONDS))


def test_the_oldest_job_is_first_and_nobody_elses(database: Database, commune: int) -> None:
    first, second = add(database, commune), add(database, commune)
    assert [job.id for job in (claim(database), claim(database)) if job] == [first, second]
    assert claim(database) is None


def test_a_job_carries_all_that_its_answer_needs(database: Database, commune: int) -> None:
    id_ = add(database, commune)
    assert claim(database) == Job(id_, commune, "photo", {"raw": "abc"}, WEB, "lan", "lan", attempts=1)


def test_a_job_whose_runner_died_is_taken_again(
    database: Database, commune: int, stopwatch: FakeStopwatch
) -> None:
    add(database, commune)
    claim(database)
    stopwatch.advance(LEASE_SECONDS)
    again = claim(database)
    assert again is not None
    assert again.attempts == jobs.MAX_ATTEMPTS


def test_after_a_restart_running_jobs_are_taken_at_once(database: Database, commune: int) -> None:
    add(database, commune)
    claim(database)
    database.write_now(jobs.release_all)
    assert claim(database) is not None


def test_a_job_that_was_put_back_is_tried_again(database: Database, commune: int) -> None:
    id_ = add(database, commune)
    claim(database)
    database.write_now(lambda uow: jobs.put_back(uow, id_, "killed"))
    again = claim(database)
    assert again is not None
    assert (again.id, again.attempts) == (id_, 2)


@pytest.mark.parametrize(("failed", "state"), [(False, "done"), (True, "failed")])
def test_an_ended_job_is_not_run_again(
    database: Database, commune: int, stopwatch: FakeStopwatch, failed: bool, state: str
) -> None:
    id_ = add(database, commune)
    claim(database)
    assert database.read_now(jobs.waiting) == 1
    database.write_now(lambda uow: jobs.finish(uow, id_, failed=failed, detail="x"))
    stopwatch.advance(LEASE_SECONDS)
    assert claim(database) is None
    assert database.read_now(jobs.waiting) == 0
    assert column(database, "SELECT state FROM job") == [state]


def test_a_new_job_wakes_a_runner(database: Database, commune: int) -> None:
    woken: list[str] = []
    database.on_nudge(JOBS, lambda: woken.append("woken"))
    add(database, commune)
    assert woken == ["woken"]


def test_two_runners_never_take_the_same_job(postgres_database: Database) -> None:
    commune = add_commune(postgres_database)
    first, second = add(postgres_database, commune), add(postgres_database, commune)

    def one(uow: UnitOfWork) -> list[int]:
        mine, theirs = jobs.claim(uow, LEASE_SECONDS), claim(postgres_database)
        return [job.id for job in (mine, theirs) if job]

    assert postgres_database.write_now(one) == [first, second]
