"""`trucso test`: all checks run, the result is honest, and pytest's closing line comes last."""

import subprocess
import sys

from bot import checks
from tests.house.tree import PROJECT

CLOSING = "===== 3 passed in 0.12s ====="

# The checkers are replaced in a process of its own, where bot.checks is told to run these commands instead.
PROGRAM = """
import sys
from bot import checks
def check(name, code, line):
    return checks.Check(name, (sys.executable, "-c", f"print({line!r}); raise SystemExit({code})"))
checks.BEFORE_TESTS = (check("ruff", RUFF, "style"), check("mypy", 0, "types"))
checks.tests = lambda arguments: (check("pytest", PYTEST, "CLOSING"), check("coverage", 0, "92 %"))
raise SystemExit(checks.run_checks())
"""


def run(ruff: int, pytest: int) -> "subprocess.CompletedProcess[str]":
    program = PROGRAM.replace("RUFF", str(ruff)).replace("PYTEST", str(pytest)).replace("CLOSING", CLOSING)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=False, cwd=PROJECT, capture_output=True, text=True)


def test_when_all_pass_the_code_is_zero_and_the_closing_line_is_last() -> None:
    done = run(ruff=0, pytest=0)
    assert (done.returncode, done.stdout.splitlines()[-2:]) == (0, ["All checks passed.", CLOSING])


def test_a_failure_does_not_stop_the_others_and_is_named_at_the_end() -> None:
    done = run(ruff=1, pytest=0)
    assert done.returncode == 1
    assert {"style", "types", CLOSING, "92 %"} <= set(done.stdout.splitlines())
    assert done.stdout.splitlines()[-2:] == ["FAILED: ruff", CLOSING]


def test_pytest_finding_no_tests_is_a_failure() -> None:
    done = run(ruff=0, pytest=5)
    assert (done.returncode, done.stdout.splitlines()[-2]) == (1, "FAILED: pytest")


def test_chosen_tests_run_without_coverage() -> None:
    (check,) = checks.tests(["-k", "roster"])
    assert (check.name, check.command[-4:]) == ("pytest", ("-m", "pytest", "-k", "roster"))


def test_all_tests_are_measured() -> None:
    assert [check.name for check in checks.tests([])] == [
        "erase old coverage",
        "pytest",
        "combine coverage",
        "coverage",
    ]


def test_the_checks_are_those_that_were_promised() -> None:
    assert [check.name for check in checks.BEFORE_TESTS] == ["ruff", "format", "mypy", "import contracts"]
    assert checks.PROJECT == PROJECT
