"""Worker processes: long or hostile work, each job in a process of its own, outside the program.

A job cannot harm the program: its process has limits of time, memory and files, no network, a folder of its
own, none of our secrets, and a lower priority. It ends with us, even if we are killed.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from bot.work.sandbox import MIB, Limits
from bot.work.task import BROKEN, CRASHED, FAULTS, TOO_LONG
from core.clock import Stopwatch

PREFIX = "trucso-job-"
REPLY_BYTES = MIB
"""More is cut off, and then it is no JSON."""
REASON_LETTERS = 100
_PROJECT = Path(__file__).resolve().parents[1]
_LEFT_BEHIND_SECONDS = 60.0
"""So long after its time limit a job's folder has certainly lost its owner."""


@dataclass(frozen=True)
class JobResult:
    """How a job ended."""

    ok: bool
    data: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    """A name from bot/work/task.py; empty when all went well."""
    reason: str = ""
    """For the operator; never holds anything that a person wrote."""
    content: bytes = b""
    """The file that the job made, if it made one."""


class Worker:
    """Runs jobs, at most `parallel` at once, each in a new process."""

    def __init__(
        self,
        scratch: Path,
        limits: Limits | None = None,
        *,
        parallel: int = 1,
        registry: str = "bot.work.registry",
    ) -> None:
        self.limits = limits or Limits()
        self.parallel = parallel
        self._scratch = scratch
        self._registry = registry
        self._places = asyncio.Semaphore(parallel)

    async def run(self, kind: str, params: Mapping[str, Any], source: Path | None = None) -> JobResult:
        """Do one job and tell how it ended; what goes wrong in it is a result and not an error.

        Must be awaited in a thread that lives as long as the program: Linux ends a process that asked to
        die with its parent when the *thread* that started it ends. Cancelling kills the process.
        """
        async with self._places:
            self._scratch.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._scratch))
            try:
                return await self._run_in(folder, self._request(kind, params, folder, source))
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def sweep(self, stopwatch: Stopwatch) -> None:
        """Remove the folders of jobs whose program was killed. Blocks; call it in a thread."""
        latest = stopwatch.seconds() - self.limits.seconds - _LEFT_BEHIND_SECONDS
        for folder in self._scratch.glob(f"{PREFIX}*"):
            with suppress(FileNotFoundError):
                if folder.stat().st_mtime < latest:
                    shutil.rmtree(folder, ignore_errors=True)

    def _request(self, kind: str, params: Mapping[str, Any], folder: Path, source: Path | None) -> bytes:
        request = {
            "kind": kind,
            "params": dict(params),
            "folder": str(folder.resolve()),
            "source": str(source.resolve()) if source else "",
            "limits": asdict(self.limits),
            "registry": self._registry,
            "parent": os.getpid(),
        }
        return json.dumps(request).encode()

    async def _run_in(self, folder: Path, request: bytes) -> JobResult:
        # Files and not pipes: whatever the process does to them, its end is all that we wait for.
        with (
            tempfile.TemporaryFile(dir=self._scratch) as asked,
            tempfile.TemporaryFile(dir=self._scratch) as reply,
        ):
            asked.write(request)
            asked.seek(0)
            process = await _start(folder, asked, reply)
            try:
                async with asyncio.timeout(self.limits.seconds):
                    code = await process.wait()
            except TimeoutError:
                return JobResult(ok=False, fault=TOO_LONG, reason="wall clock")
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
            if code:
                return _died(code)
            return await asyncio.to_thread(_result, reply, folder, self.limits.file_mib * MIB)


async def _start(folder: Path, asked: IO[bytes], reply: IO[bytes]) -> Process:
    """Start a worker process that leads a group of its own and knows nothing of our environment."""
    environment = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_PROJECT),
        "TMPDIR": str(folder),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-B", "-P", "-s", "-m", "bot.worker_child"),
        stdin=asked,
        stdout=reply,
        stderr=DEVNULL,  # a traceback may hold what a person wrote
        cwd=folder,
        env=environment,
        start_new_session=True,
    )


def _died(code: int) -> JobResult:
    if -code == signal.SIGXCPU:
        return JobResult(ok=False, fault=TOO_LONG, reason="processor time")
    return JobResult(ok=False, fault=CRASHED, reason=f"signal {-code}" if code < 0 else f"exit {code}")


def _result(reply: IO[bytes], folder: Path, most: int) -> JobResult:
    """Read a reply as warily as anything else that comes from outside."""
    try:
        reply.seek(0)
        said = json.loads(reply.read(REPLY_BYTES))
        if not said["ok"]:
            fault = said["fault"] if said["fault"] in FAULTS else BROKEN
            return JobResult(ok=False, fault=fault, reason=str(said["reason"])[:REASON_LETTERS])
        data = dict(said["data"])
        content = _made_file(folder, str(data.pop("file")), most) if "file" in data else b""
    except (OSError, TypeError, ValueError, LookupError, RecursionError) as error:
        return JobResult(ok=False, fault=BROKEN, reason=f"reply: {type(error).__name__}")
    return JobResult(ok=True, data=data, content=content)


def _made_file(folder: Path, name: str, most: int) -> bytes:
    path = folder / name
    if path.parent != folder or path.is_symlink() or not path.is_file() or path.stat().st_size > most:
        raise ValueError("not a file of the job")
    return path.read_bytes()
