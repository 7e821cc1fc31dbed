"""What a worker process gives up before it touches anything that strangers have sent.

Limits, Landlock and the network namespace bind native code too, such as a decoder that a crafted photo has
taken over. Not every machine offers the last two (some containers forbid them), so an audit hook forbids
the same to Python code everywhere. Linux only.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.work import landlock

NICENESS = 10
MIB = 1024 * 1024
OPEN_FILES = 64

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CAPABILITIES_V3 = 0x20080522
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_NEVER = (
    "ctypes.",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.",
    "socket.",
    "subprocess.",
)
_IN_FOLDER_ONLY = {
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.removexattr",
    "os.rename",
    "os.rmdir",
    "os.setxattr",
    "os.symlink",
    "os.truncate",
    "os.utime",
}


@dataclass(frozen=True)
class Limits:
    """What one job may use."""

    seconds: float = 20.0
    """Real time until the process is killed."""
    cpu_seconds: int = 20
    memory_mib: int = 512
    """Address space: everything mapped, so more than what is resident."""
    file_mib: int = 32
    """Largest file that may be written."""


def enter(limits: Limits, folder: Path, parent: int) -> None:
    """Step down for good. Ends the process if the parent has died in the meantime."""
    _step_back()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # best effort: the hook below forbids sockets as well
    libc.capset((ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0), (ctypes.c_uint32 * 6)())  # not even as root
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    _limit(limits)
    landlock.restrict(libc, folder)
    sys.addaudithook(guard(folder.resolve()))


def _step_back() -> None:
    """Let the program, and whatever else runs here, go first; be the first to go when memory runs out."""
    os.nice(NICENESS)
    # A session of its own is a scheduling group of its own, inside which niceness alone means nothing.
    for file, value in (("autogroup", NICENESS), ("oom_score_adj", 1000)):
        with suppress(OSError):
            Path("/proc/self", file).write_text(str(value), encoding="ascii")


def _limit(limits: Limits) -> None:
    memory = limits.memory_mib * MIB
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, limits.file_mib * MIB, limits.file_mib * MIB),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        ceiling = resource.getrlimit(what)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(what, (soft, hard))


def guard(folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """Return a hook that refuses processes, sockets, foreign libraries, and changes outside the folder."""

    def inside(path: object) -> bool:
        if isinstance(path, int):
            return True  # a file that is open already
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return Path(os.path.realpath(os.fsdecode(path))).is_relative_to(folder)

    def check(event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(_NEVER):
            raise PermissionError(f"not in a worker: {event}")
        if event == "open":
            allowed = not args[2] & _WRITING or inside(args[0])
        elif event in _IN_FOLDER_ONLY:
            two = event in ("os.link", "os.rename", "os.symlink")
            allowed = all(inside(path) for path in args[: 2 if two else 1])
        else:
            return
        if not allowed:
            raise PermissionError(f"not in a worker: {event}")

    return check
