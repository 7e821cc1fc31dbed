"""Runs the jobs that wait, and puts each result into the inbox, where it is an event like any other."""

import asyncio
from pathlib import Path
from typing import Any

import structlog

from bot.work.task import CRASHED, LOST
from bot.worker import JobResult, Worker
from core.errors import StoredFileError
from core.events import Inbound, InboundKind
from storage import inbox, jobs
from storage.files import FileStore
from storage.jobs import Job
from storage.unit_of_work import JOBS, Database, UnitOfWork

SOURCE = "raw"
"""The parameter of a job that names the stored file it works on."""
TRIES = 2
"""How often a job may cost its worker process the life."""
CLAIMS = 10
"""How often a job may be found unfinished; then it, and not an operator, must be what ends the program."""
POLL_SECONDS = 15.0
"""Real time between two looks when nobody nudges: other processes do not, and leases run out silently."""
LEASE_MARGIN_SECONDS = 30.0
PAUSE_AFTER_ERROR_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class JobsRunner:
    """As many loops as the worker has places; each claims a job, runs it and tells the result."""

    def __init__(
        self, db: Database, files: FileStore, worker: Worker, *, poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._db = db
        self._files = files
        self._worker = worker
        self._poll_seconds = poll_seconds
        self._bells: list[asyncio.Event] = []
        self._running_in: asyncio.AbstractEventLoop | None = None
        db.on_nudge(JOBS, self._nudged)

    async def run(self) -> None:
        """Work until cancelled; cancelling kills the processes, and their jobs are taken again later."""
        self._bells = [asyncio.Event() for _ in range(self._worker.parallel)]
        self._running_in = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as group:
                for bell in self._bells:
                    group.create_task(self._loop(bell))
        finally:
            self._running_in = None

    def _nudged(self) -> None:
        """Hear of new jobs, in the thread that has committed them."""
        loop = self._running_in
        if loop is not None:
            loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()

    async def _loop(self, bell: asyncio.Event) -> None:
        while True:
            bell.clear()
            try:
                while await self.run_one():
                    pass
                await asyncio.to_thread(self._worker.sweep, self._db.stopwatch)
            except Exception as error:  # border: the job is taken again when its lease has run out
                _log.error("job_runner_failed", error=type(error).__name__)
                await self._db.stopwatch.pause(PAUSE_AFTER_ERROR_SECONDS)
                continue
            await _rung(bell, self._poll_seconds)

    async def run_one(self) -> bool:
        """Claim one job, run it and store its result; False when none was waiting."""
        lease = TRIES * self._worker.limits.seconds + LEASE_MARGIN_SECONDS
        job = await self._db.write(lambda uow: jobs.claim(uow, lease))
        if job is None:
            return False
        result = await self._result_of(job)
        if not result.ok:
            _log.warning("job_failed", job=job.id, kind=job.kind, fault=result.fault, reason=result.reason)
        data = dict(result.data)
        if result.content:
            data["file"] = await asyncio.to_thread(self._files.put, result.content)
        await self._db.write(lambda uow: _tell(uow, job, result, data))
        return True

    async def _result_of(self, job: Job) -> JobResult:
        if job.attempts > CLAIMS:
            return JobResult(ok=False, fault=CRASHED, reason=f"unfinished {CLAIMS} times")
        try:
            source = self._source(job)
        except StoredFileError as error:
            return JobResult(ok=False, fault=LOST, reason=type(error).__name__)
        for _ in range(TRIES - 1):
            result = await self._worker.run(job.kind, job.params, source)
            if result.fault != CRASHED:
                return result
        return await self._worker.run(job.kind, job.params, source)

    def _source(self, job: Job) -> Path | None:
        name = job.params.get(SOURCE)
        return self._files.path(str(name)) if name is not None else None


async def _rung(bell: asyncio.Event, poll_seconds: float) -> None:
    """Wait until there may be work: at once when nudged, at the latest at the next poll."""
    try:
        async with asyncio.timeout(poll_seconds):
            await bell.wait()
    except TimeoutError:
        return


def _tell(uow: UnitOfWork, job: Job, result: JobResult, data: dict[str, Any]) -> None:
    """End the job and hand its result to the conversation, together or not at all."""
    outcome = {"ok": result.ok, "data": data, "fault": result.fault}
    event = Inbound(
        bot_account=job.bot_account,
        event_id=f"job:{job.id}",
        chat=job.chat,
        sender=job.sender,
        kind=InboundKind.JOB,
        job={"id": job.id, "kind": job.kind, "params": job.params, **outcome},
        sent_at=uow.now,
    )
    inbox.add(uow, event)
    jobs.finish(uow, job.id, failed=not result.ok, detail=result.reason)
