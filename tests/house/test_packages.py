"""The locks hold what pyproject.toml asks for, and the package holds every file it needs."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import FLOORS, PROJECT, files

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+?))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> dict[str, list[Version]]:
    """Package name to its pinned versions: more than one where Python versions need different ones."""
    pins: dict[str, list[Version]] = {}
    for line in (PROJECT / name).read_text(encoding="utf-8").splitlines():
        if match := PIN.fullmatch(line):
            pins.setdefault(canonicalize_name(match["name"]), []).append(Version(match["version"]))
    return pins


def required(lock: str) -> list[Requirement]:
    project = pyproject()
    asked = list(project["project"]["dependencies"])
    if lock == "requirements-dev.lock":
        asked += project["dependency-groups"]["dev"]
    return [Requirement(text) for text in asked]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_within_its_range(lock: str) -> None:
    pins = locked(lock)
    wrong = [
        str(requirement)
        for requirement in required(lock)
        if not pins.get(canonicalize_name(requirement.name))
        or not all(
            requirement.specifier.contains(version) for version in pins[canonicalize_name(requirement.name)]
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_or_its_hash_and_nothing_else(lock: str) -> None:
    lines = (PROJECT / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []
    unhashed = [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.match(line) and not HASH.match(after)
    ]
    assert unhashed == []


def test_tests_run_with_the_packages_of_the_program() -> None:
    run, dev = (locked(lock) for lock in LOCKS)
    assert {name: versions for name, versions in run.items() if dev.get(name) != versions} == {}


def test_every_data_file_is_part_of_the_package() -> None:
    patterns = pyproject()["tool"]["setuptools"]["package-data"]
    packaged = {
        path
        for floor in FLOORS
        for pattern in patterns.get(floor, ())
        for path in (PROJECT / floor).glob(pattern)
    }
    assert [str(path.relative_to(PROJECT)) for path in data_files() if path not in packaged] == []


def data_files() -> list[Path]:
    return [path for path in files(under=FLOORS) if path.suffix != ".py"]
