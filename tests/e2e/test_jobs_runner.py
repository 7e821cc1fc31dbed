"""Jobs from row to inbox on both databases, with real worker processes that are killed and misbehave."""

import asyncio
import contextlib
import io
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from bot.jobs_runner import CLAIMS, JobsRunner
from bot.work.sandbox import Limits
from bot.worker import Worker
from core.clock import FakeClock, Stopwatch
from core.events import Inbound, InboundKind
from storage import jobs, migrate
from storage.files import FileStore
from storage.inbox import InboxRow
from storage.jobs import JobRow
from storage.people import Commune
from storage.unit_of_work import Database, UnitOfWork
from tests.support import photos
from tests.support.processes import children, processor_ticks, until

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Office:
    """A database, a file store, a worker of hostile jobs, and the runner between them."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        self.files = FileStore(folder / "files")
        self.commune = db.write_now(_commune)

    def runner(self, **limits: Any) -> JobsRunner:
        registry = "tests.support.hostile_jobs"
        worker = Worker(self.folder / "scratch", Limits(**limits), parallel=2, registry=registry)
        return JobsRunner(self.db, self.files, worker, poll_seconds=3600.0)

    def add(self, kind: str, **params: Any) -> int:
        def add(uow: UnitOfWork) -> int:
            uow.bind(self.commune)
            return jobs.add(uow, kind, params, bot_account="web", chat="lan", sender="lan-1")

        return self.db.write_now(add)

    def told(self) -> list[Inbound]:
        """The events in the inbox, in the order in which they came."""
        return self.db.read_now(
            lambda uow: [
                Inbound.model_validate(row.payload)
                for row in uow.session.exec(select(InboxRow).order_by("id"))
            ]
        )

    def row(self, job: int) -> JobRow:
        return self.db.read_now(lambda uow: uow.session.get_one(JobRow, job))

    def change(self, job: int, **values: Any) -> None:
        def change(uow: UnitOfWork) -> None:
            row = uow.session.get_one(JobRow, job)
            for name, value in values.items():
                setattr(row, name, value)
            uow.session.add(row)

        self.db.write_now(change)


def _commune(uow: UnitOfWork) -> int:
    row = Commune(name="Xã Mẫu", created_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    assert row.id is not None
    return row.id


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with contextlib.closing(_database(f"sqlite:///{tmp_path / 'test.db'}")) as db:
        yield Office(db, tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """The same on both databases, for what depends on them."""
    if request.param == "sqlite":
        yield request.getfixturevalue("office")
        return
    with contextlib.closing(_database(request.getfixturevalue("postgres_url"))) as db:
        yield Office(db, tmp_path)


def _database(url: str) -> Database:
    migrate.upgrade(url)
    return Database(url, FakeClock(NOW), Stopwatch(), threads=2)


def while_running(runner: JobsRunner, what: Callable[[], Awaitable[object]]) -> None:
    """Do something while the runner runs, then stop the runner."""

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(runner.run())
            await what()
            running.cancel()

    asyncio.run(both())


def run_until_told(office: Office, count: int = 1, **limits: Any) -> list[dict[str, Any]]:
    """Run what waits until so many results have been told, and return them."""
    while_running(office.runner(**limits), lambda: until(lambda: len(office.told()) >= count))
    return [event.job for event in office.told()]


def test_cleaned_photo_is_told_and_stored(either_office: Office) -> None:
    office = either_office
    raw = office.files.put(photos.phone_photo())
    job = office.add("photo.clean", raw=raw, attachment=7)
    run_until_told(office)
    (event,) = office.told()
    file = event.job["data"].pop("file")
    assert event == Inbound(
        bot_account="web",
        event_id=f"job:{job}",
        chat="lan",
        sender="lan-1",
        kind=InboundKind.JOB,
        sent_at=NOW,
        job={
            "id": job,
            "kind": "photo.clean",
            "params": {"raw": raw, "attachment": 7},
            "ok": True,
            "data": event.job["data"],
            "fault": "",
        },
    )
    content = office.files.get(file)
    assert event.job["data"]["bytes"] == len(content)
    assert photos.corners(Image.open(io.BytesIO(content)))[0] == photos.RED
    assert office.row(job).state == jobs.DONE


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("photo.clean", b"a text", "wrong_kind"),
        ("spin", b"", "too_long"),
        ("die", b"", "crashed"),
        ("leave", b"", "broken"),
    ],
)
def test_job_that_fails_is_told_all_the_same(office: Office, kind: str, content: bytes, fault: str) -> None:
    job = office.add(kind, raw=office.files.put(content))
    (told,) = run_until_told(office, seconds=0.5 if kind == "spin" else 20.0)
    assert (told["ok"], told["fault"], told["data"]) == (False, fault, {})
    assert office.row(job).state == jobs.FAILED


def test_job_whose_worker_dies_once_is_done(office: Office) -> None:
    """The first process is killed from outside; the job is then done by a second one."""
    job, before = office.add("sleep", seconds=0.5), set(children())

    async def kill_the_first() -> None:
        await until(lambda: [one for one in set(children()) - before if processor_ticks(one) > 5])
        for process in set(children()) - before:
            os.kill(process, signal.SIGKILL)
        await until(office.told)

    while_running(office.runner(), kill_the_first)
    assert office.told()[0].job["ok"]
    assert office.row(job).attempts == 1


def test_file_that_is_not_stored_is_lost(office: Office) -> None:
    office.add("photo.clean", raw="../../etc/passwd")
    office.add("photo.clean", raw="0" * 64)
    assert [told["fault"] for told in run_until_told(office, 2)] == ["lost", "lost"]


def test_new_job_wakes_the_runner(either_office: Office) -> None:
    office = either_office

    async def add_when_idle() -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(office.add, "sleep", seconds=0)
        await until(office.told)

    while_running(office.runner(), add_when_idle)


def test_stopped_runner_leaves_its_job_to_the_next(either_office: Office) -> None:
    office = either_office
    job, before = office.add("sleep", seconds=50), set(children())
    while_running(office.runner(), lambda: until(lambda: set(children()) - before))
    assert set(children()) == before
    assert (office.told(), office.row(job).state) == ([], jobs.RUNNING)
    office.change(job, params={"seconds": 0})
    office.db.write_now(jobs.release_all)
    assert [told["ok"] for told in run_until_told(office)] == [True]
    assert office.row(job).attempts == 2


def test_job_that_ends_the_program_each_time_is_given_up(office: Office) -> None:
    job = office.add("sleep", seconds=50)
    office.change(job, attempts=CLAIMS)
    (told,) = run_until_told(office)
    assert (told["fault"], office.row(job).state) == ("crashed", jobs.FAILED)


def test_result_told_by_another_runner_is_not_told_twice(either_office: Office) -> None:
    office = either_office
    job = office.add("sleep", seconds=0)
    run_until_told(office)
    office.change(job, state=jobs.WAITING)
    while_running(office.runner(), lambda: until(lambda: office.row(job).state == jobs.DONE))
    assert len(office.told()) == 1


def test_trouble_of_our_own_stops_neither_the_runner_nor_the_job(office: Office) -> None:
    scratch = office.folder / "scratch"
    scratch.touch()  # a file where the worker needs a folder
    first = office.add("sleep", seconds=0)

    async def repair_and_go_on() -> None:
        await until(lambda: office.row(first).state == jobs.RUNNING)
        await asyncio.sleep(0.2)
        scratch.unlink()
        await asyncio.to_thread(office.add, "sleep", seconds=0)
        await until(office.told)

    while_running(office.runner(), repair_and_go_on)
    assert [event.job["id"] for event in office.told()] == [first + 1]
    assert office.row(first).state == jobs.RUNNING  # taken again when its lease has run out
