"""What `trucso test` runs: style, format, types, import contracts, tests, coverage.

Every check runs even if one before it failed. The last line printed is always pytest's closing line.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

PROJECT = Path(__file__).resolve().parents[1]
PYTHON = (sys.executable, "-u")
IN_PARALLEL = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile")
"""A file stays on one process: what its tests share is made once."""


@dataclass(frozen=True, slots=True)
class Check:
    """One checker: the name people read and the command line that runs it in the project's folder."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended: its name, its exit code, and the last line it printed."""

    name: str
    code: int
    last_line: str


BEFORE_TESTS = (
    Check("ruff", (*PYTHON, "-m", "ruff", "check", ".")),
    Check("format", (*PYTHON, "-m", "ruff", "format", "--check", ".")),
    Check("mypy", (*PYTHON, "-m", "mypy")),
    Check(
        "import contracts",
        (*PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"),
    ),
)


def tests(pytest_args: Sequence[str]) -> tuple[Check, ...]:
    """The tests, measured for coverage unless arguments choose some of them.

    The first check that starts pytest is called "pytest".
    """
    if pytest_args:
        return (Check("pytest", (*PYTHON, "-m", "pytest", *pytest_args)),)
    coverage = (*PYTHON, "-m", "coverage")
    return (
        Check("erase old coverage", (*coverage, "erase")),
        Check("pytest", (*coverage, "run", "-m", "pytest", *IN_PARALLEL)),
        Check("combine coverage", (*coverage, "combine", "--quiet")),
        Check("coverage", (*coverage, "report")),
    )


def run_checks(pytest_args: Sequence[str] = ()) -> int:
    """Run all checks, showing their output as it comes; returns 0 if all passed, else 1.

    pytest_args go to pytest only; with any, coverage is not measured.
    """
    outcomes = [_run(check) for check in (*BEFORE_TESTS, *tests(pytest_args))]
    failed = [outcome.name for outcome in outcomes if outcome.code]
    _show(f"\nFAILED: {', '.join(failed)}" if failed else "\nAll checks passed.")
    _show(next(outcome.last_line for outcome in outcomes if outcome.name == "pytest"))
    return 1 if failed else 0


def _run(check: Check) -> Outcome:
    _show(f"\n--- {check.name}")
    printed = bytearray()
    with Popen(check.command, cwd=PROJECT, stdout=PIPE, stderr=STDOUT) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        while chunk := os.read(process.stdout.fileno(), 4096):
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            printed += chunk
    lines = printed.decode(errors="replace").rstrip().splitlines()
    return Outcome(check.name, process.returncode, lines[-1] if lines else "")


def _show(line: str) -> None:
    print(line, flush=True)
