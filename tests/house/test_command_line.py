"""The command line: cheap to import, complete, documented."""

import json
import re
import subprocess
import sys

from bot.cli import COMMANDS, build
from bot.settings import PREFIX, Settings
from tests.house.tree import PROJECT

HEAVY = {"PIL", "aiogram", "alembic", "psycopg", "sqlalchemy", "sqlmodel", "starlette", "telegram", "uvicorn"}
GUIDE = PROJECT / "docs" / "operator-guide.md"


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, check=True, capture_output=True, text=True, timeout=60
    )


def command_names() -> list[str]:
    program = build()
    commands = [command.name or "" for command in program.registered_commands]
    return commands + [group.name or "" for group in program.registered_groups]


def headings() -> list[str]:
    return [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]


def test_importing_the_command_line_is_cheap() -> None:
    loaded = json.loads(run("-c", "import bot.cli, json, sys; print(json.dumps(list(sys.modules)))").stdout)
    assert HEAVY & {name.split(".")[0] for name in loaded} == set()


def test_every_command_module_is_part_of_the_program() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in (PROJECT / "bot" / "commands").glob("[a-z]*.py")}
    modules = {name for name, text in texts.items() if "\ndef register(" in text}
    assert {command.__name__.rsplit(".", 1)[1] for command in COMMANDS} == modules


def test_the_program_starts_as_a_module() -> None:
    assert re.fullmatch(r"truc-so \d+\.\d+\.\d+ \(Python 3\.\d+\.\d+\)\n", run("-m", "bot", "version").stdout)


def test_every_command_has_its_heading_in_the_guide() -> None:
    text = headings()
    missing = [name for name in command_names() if not any(f"trucso {name}" in line for line in text)]
    assert missing == []


def test_every_setting_has_its_heading_in_the_guide() -> None:
    text = headings()
    names = [PREFIX + name.upper() for name in Settings.model_fields]
    assert [name for name in names if not any(re.search(rf"\b{name}\b", line) for line in text)] == []
