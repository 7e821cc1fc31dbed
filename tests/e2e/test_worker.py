"""Jobs in real worker processes: honest ones, hostile ones, and ones whose program dies."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from ctypes import CDLL
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvloop
from PIL import Image

from bot.work import landlock
from bot.work.sandbox import NICENESS, Limits
from bot.worker import JobResult, Worker
from core.clock import Stopwatch
from tests.support import photos
from tests.support.processes import PATIENCE_SECONDS, children, lives, processor_ticks, until

PROJECT = Path(__file__).resolve().parents[2]
HAS_LANDLOCK = landlock.version(CDLL(None)) >= 1
BOTH_LOOPS = pytest.mark.parametrize(
    "new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)
T = TypeVar("T")
NewLoop = Callable[[], asyncio.AbstractEventLoop]


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """Where the worker makes its folders; when a test ends, no folder and no process may be left."""
    before = children()
    folder = tmp_path / "scratch"
    yield folder
    assert list(folder.glob("*")) == []
    assert set(children()) <= set(before)


def worker(scratch: Path, *, parallel: int = 1, **limits: Any) -> Worker:
    return Worker(scratch, Limits(**limits), parallel=parallel, registry="tests.support.hostile_jobs")


def do(scratch: Path, kind: str, source: Path | None = None, **params: Any) -> JobResult:
    return asyncio.run(worker(scratch).run(kind, params, source))


async def soon(work: Awaitable[T]) -> T:
    """Await what must end by itself. Raises TimeoutError when it does not."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await work


@BOTH_LOOPS
def test_photo_comes_back_upright_and_without_metadata(
    scratch: Path, tmp_path: Path, new_loop: NewLoop
) -> None:
    source = tmp_path / "raw"
    source.write_bytes(photos.phone_photo())
    with asyncio.Runner(loop_factory=new_loop) as runner:
        result = runner.run(Worker(scratch).run("photo.clean", {}, source))
    assert (result.ok, result.fault) == (True, "")
    assert not [secret for secret in photos.SECRETS if secret in result.content]
    picture = Image.open(io.BytesIO(result.content))
    assert photos.corners(picture) == [photos.RED, photos.GREEN, photos.BLUE, photos.WHITE]
    assert result.data == {
        "media_type": "image/jpeg",
        "width": 1600,
        "height": 1200,
        "bytes": len(result.content),
    }


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (photos.png_bomb(), "too_big"),
        (photos.phone_photo()[:20_000], "broken"),
        (b"This is a text, whatever its name says.", "wrong_kind"),
        (b"", "wrong_kind"),
    ],
    ids=["bomb", "truncated", "text", "empty"],
)
def test_bad_photo_is_a_fault(scratch: Path, tmp_path: Path, content: bytes, fault: str) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(content)
    result = do(scratch, "photo.clean", source)
    assert (result.ok, result.fault, result.content) == (False, fault, b"")


def test_missing_photo_is_lost(scratch: Path, tmp_path: Path) -> None:
    assert do(scratch, "photo.clean", tmp_path / "nothing").fault == "lost"


def test_memory_ends_at_the_limit(scratch: Path) -> None:
    small = worker(scratch, memory_mib=150)
    result = asyncio.run(small.run("allocate", {"mib": 200}))
    assert (result.fault, result.reason) == ("too_big", "MemoryError")
    assert asyncio.run(small.run("allocate", {"mib": 50})).ok


@BOTH_LOOPS
def test_endless_job_is_stopped_by_the_clock(scratch: Path, new_loop: NewLoop) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        result = runner.run(soon(worker(scratch, seconds=0.5, cpu_seconds=600).run("spin", {})))
    assert (result.fault, result.reason) == ("too_long", "wall clock")


def test_endless_job_is_stopped_by_its_processor_time(scratch: Path) -> None:
    result = asyncio.run(worker(scratch, seconds=60.0, cpu_seconds=1).run("spin", {}))
    assert (result.fault, result.reason) == ("too_long", "processor time")


def test_job_cannot_reach_the_network(scratch: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        result = do(scratch, "talk_to_the_network", port=server.getsockname()[1])
        with pytest.raises(BlockingIOError):
            server.accept()
    assert (result.fault, result.reason) == ("broken", "PermissionError")


def test_job_cannot_write_or_remove_outside_its_folder(scratch: Path, tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("ours", encoding="ascii")
    for kind, path in (("write_outside", new), ("write_outside", old), ("remove_outside", old)):
        result = do(scratch, kind, path=str(path))
        assert (result.fault, result.reason) == ("broken", "PermissionError")
    assert not new.exists()
    assert old.read_text(encoding="ascii") == "ours"


def test_job_cannot_start_a_program(scratch: Path) -> None:
    result = do(scratch, "program")
    assert (result.fault, result.reason) == ("broken", "PermissionError")


@pytest.mark.skipif(not HAS_LANDLOCK, reason="this kernel has no Landlock")
def test_native_code_cannot_write_outside(scratch: Path, tmp_path: Path) -> None:
    path = tmp_path / "harm.db"
    result = do(scratch, "write_outside_in_native_code", path=str(path))
    assert (result.fault, result.reason) == ("broken", "OperationalError")
    assert not path.exists()


def test_job_cannot_fill_the_disk(scratch: Path) -> None:
    assert do(scratch, "fill_the_disk").reason == "OSError"


def test_job_that_dies_is_a_crash(scratch: Path) -> None:
    result = do(scratch, "die")
    assert (result.fault, result.reason) == ("crashed", f"signal {signal.SIGSEGV}")


def test_job_that_leaves_without_a_word_is_broken(scratch: Path) -> None:
    assert do(scratch, "leave").fault == "broken"


@pytest.mark.parametrize(
    "reply",
    [
        "no JSON",
        "[]",
        "{}",
        '{"ok": true}',
        '{"ok": true, "data": 5}',
        '{"ok": false, "fault": ["x"], "reason": ""}',
        '{"ok": false, "fault": "made up", "reason": ""}',
        "[" * 100_000,
    ],
    ids=range(8),
)
def test_reply_that_makes_no_sense_is_broken(scratch: Path, reply: str) -> None:
    result = do(scratch, "lie", reply=reply)
    assert (result.ok, result.fault) == (False, "broken")


def test_unknown_kind_is_broken(scratch: Path) -> None:
    assert do(scratch, "no.such.kind").fault == "broken"


def test_what_a_job_prints_is_no_part_of_its_reply(scratch: Path) -> None:
    assert do(scratch, "chatter", characters=5).data == {"long": "xxxxx"}


def test_endless_reply_is_cut_off(scratch: Path) -> None:
    assert not do(scratch, "chatter", characters=3_000_000).ok


@pytest.mark.parametrize("name", ["../../old", "/etc/passwd", ".", "absent"])
def test_job_cannot_hand_over_a_file_that_it_did_not_make(scratch: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "old").write_text("ours", encoding="ascii")
    result = do(scratch, "claim_a_file", name=name)
    assert (result.fault, result.content) == ("broken", b"")


def test_job_knows_nothing_of_the_program(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUCSO_METRICS_TOKEN", "a-secret-of-the-program")
    data = do(scratch, "look_around").data
    assert data["environment"] == ["HOME", "LANG", "PYTHONPATH", "TMPDIR"]
    assert (data["files"], data["niceness"]) == ([], min(19, os.nice(0) + NICENESS))
    assert data["open"] <= 6  # the three standard ones, the reply, the listing itself


def test_program_goes_on_while_a_job_runs(scratch: Path) -> None:
    async def turns_during_a_job() -> int:
        turns, job = 0, asyncio.ensure_future(worker(scratch).run("sleep", {"seconds": 0.2}))  # noqa: TID251
        while not job.done():
            await asyncio.sleep(0)
            turns += 1
        assert (await job).ok
        return turns

    assert asyncio.run(turns_during_a_job()) > 1000


def test_no_more_jobs_at_once_than_places(scratch: Path) -> None:
    async def most_at_once() -> int:
        two, most, before = worker(scratch, parallel=2), 0, len(children())
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(two.run("sleep", {"seconds": 0.2})) for _ in range(4)]
            while not all(job.done() for job in jobs):
                most = max(most, len(children()) - before)
                await asyncio.sleep(0.01)
        return most

    assert asyncio.run(most_at_once()) == 2


@BOTH_LOOPS
def test_cancelling_kills_the_process(scratch: Path, new_loop: NewLoop) -> None:
    async def cancel_at_work() -> None:
        before = set(children())
        endless = worker(scratch, seconds=600.0, cpu_seconds=600)
        async with asyncio.TaskGroup() as group:
            job = group.create_task(endless.run("spin", {}))
            await until(lambda: any(processor_ticks(one) > 10 for one in set(children()) - before))
            job.cancel()
        assert set(children()) == before

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(soon(cancel_at_work()))


@pytest.mark.kill
@pytest.mark.parametrize("ticks", [0, 15], ids=["at_once", "at_work"])
def test_job_ends_with_a_killed_program_and_its_folder_is_swept(scratch: Path, ticks: int) -> None:
    async def kill_the_program() -> None:
        command = (sys.executable, "-m", "tests.support.worker_parent", str(scratch))
        with subprocess.Popen(command, cwd=PROJECT) as program:  # noqa: ASYNC220 - it does not wait
            await until(lambda: [one for one in children(program.pid) if processor_ticks(one) >= ticks])
            (job,) = children(program.pid)
            program.kill()
        await until(lambda: not lives(job))

    asyncio.run(kill_the_program())
    (left_behind,) = scratch.glob("*")
    worker(scratch).sweep(Stopwatch())
    assert left_behind.exists()  # it could still belong to somebody
    os.utime(left_behind, (0, 0))
    worker(scratch).sweep(Stopwatch())
