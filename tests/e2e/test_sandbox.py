"""The two guards of a worker process, each alone, because not every machine has both."""

import subprocess
import sys
from ctypes import CDLL
from pathlib import Path

import pytest

from bot.work import landlock

PROJECT = Path(__file__).resolve().parents[2]
VERSION = landlock.version(CDLL(None))

HOOK = "sys.addaudithook(sandbox.guard(folder))"
LANDLOCK = "libc.prctl(38, 1, 0, 0, 0); landlock.restrict(libc, folder)"
PROGRAM = """
import ctypes, os, pathlib, signal, socket, subprocess, sys
from bot.work import landlock, sandbox
libc = ctypes.CDLL(None, use_errno=True)
folder = pathlib.Path("in").resolve()
{guard}
try:
    {statement}
    print("done", end="")
except OSError as error:
    print(type(error).__name__, end="")
"""

needs_landlock = pytest.mark.skipif(VERSION < 1, reason="this kernel has no Landlock")
each_guard = pytest.mark.parametrize(
    "guard", [pytest.param(HOOK, id="hook"), pytest.param(LANDLOCK, id="landlock", marks=needs_landlock)]
)


def outcome(here: Path, guard: str, statement: str) -> str:
    """Run a statement in a process that may change one folder only; "done", or the name of the error."""
    (here / "in").mkdir()
    (here / "in" / "ours").write_text("ours", encoding="ascii")
    (here / "outside").write_text("ours", encoding="ascii")
    command = (sys.executable, "-c", PROGRAM.format(guard=guard, statement=statement))
    environment = {"PYTHONPATH": str(PROJECT)}
    ended = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=True)
    assert (here / "outside").read_text(encoding="ascii") == "ours"
    return ended.stdout


@each_guard
@pytest.mark.parametrize(
    "statement",
    [
        "open('outside').read()",
        "open('in/new', 'w')",
        "os.mkdir('in/folder')",
        "os.rename('in/ours', 'in/renamed')",
        "os.remove('in/ours')",
    ],
)
def test_anything_may_be_read_and_one_folder_changed(tmp_path: Path, guard: str, statement: str) -> None:
    assert outcome(tmp_path, guard, statement) == "done"


@each_guard
@pytest.mark.parametrize(
    "statement",
    [
        "open('outside', 'a')",
        "open('new', 'w')",
        "open('in/../outside', 'r+')",
        "os.remove('outside')",
        "os.mkdir('folder')",
        "os.rename('in/ours', 'ours')",
        "os.symlink('/etc', 'link')",
        "os.execv('/bin/true', ['/bin/true'])",
        "subprocess.run(['/bin/true'])",
    ],
)
def test_nothing_else_is_changed_and_no_program_started(tmp_path: Path, guard: str, statement: str) -> None:
    assert outcome(tmp_path, guard, statement) == "PermissionError"


@pytest.mark.parametrize(
    "statement",
    [
        "ctypes.CDLL(None)",
        "os.fork()",
        "os.kill(os.getppid(), signal.SIGUSR2)",
        "os.posix_spawn('/bin/true', ['/bin/true'], {})",
        "os.system('true')",
        "os.truncate('outside', 0)",
        "socket.socket()",
        "socket.getaddrinfo('localhost', 80)",
    ],
)
def test_hook_refuses_what_reaches_other_processes(tmp_path: Path, statement: str) -> None:
    assert outcome(tmp_path, HOOK, statement) == "PermissionError"


@pytest.mark.parametrize(
    ("since", "statement"),
    [
        (3, "os.truncate('outside', 0)"),
        (4, "socket.create_connection(('127.0.0.1', 9))"),
        (6, "os.kill(os.getppid(), signal.SIGUSR2)"),
    ],
)
def test_newer_landlock_refuses_more(tmp_path: Path, since: int, statement: str) -> None:
    if since > VERSION:
        pytest.skip(f"this kernel's Landlock is version {VERSION}")
    assert outcome(tmp_path, LANDLOCK, statement) == "PermissionError"
