"""`trucso when` and `trucso cycle occurrences` on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.commands import cycle, when


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    when.register(app)
    cycle.register(app)
    return app


def output(program: typer.Typer, *arguments: str) -> list[Any]:
    result = CliRunner().invoke(program, list(arguments))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_when_prints_the_meaning(program: typer.Typer) -> None:
    assert output(program, "when", "chiều mai", "--now", "2026-11-25T09:00") == [
        {"kind": "instant", "date": "2026-11-26", "part": "chieu"}
    ]


def test_a_moment_in_another_zone_is_brought_to_vietnam(program: typer.Typer) -> None:
    assert output(program, "when", "mai", "--now", "2026-11-25T18:00:00Z") == [
        {"kind": "date", "date": "2026-11-27"}
    ]


def test_when_reads_a_file_and_goes_on_after_a_bad_line(program: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "phrases.jsonl"
    file.write_text(
        '{"id": "a", "text": "31/6", "now": "2026-11-25"}\n'
        "{broken\n\n"
        '{"id": "b"}\n'
        '{"id": "c", "text": "hôm nay", "now": "2026-11-25T23:00:00+07:00"}\n',
        "utf-8",
    )
    assert output(program, "when", "--jsonl", str(file)) == [
        {"id": "a", "kind": "none", "error": "impossible"},
        {"id": None, "kind": "none", "error": "unreadable"},
        {"id": "b", "kind": "none", "error": "unreadable"},
        {"id": "c", "kind": "date", "date": "2026-11-25"},
    ]


@pytest.mark.parametrize("rule", ["before monthly:15", "báo cáo tháng, trước ngày 15 hằng tháng, gửi Sở"])
def test_cycle_prints_the_days_of_a_rule(program: typer.Typer, rule: str) -> None:
    arguments = ["--rule", rule, "--from", "2026-02-01", "--until", "2026-02-28", "--json"]
    assert output(program, "cycle", "occurrences", *arguments) == [
        [
            {
                "occurrence": "2026-02-15",
                "last_safe_day": "2026-02-13",
                "remind_7": "2026-02-04",
                "remind_3": "2026-02-10",
                "remind_1": "2026-02-12",
                "remind_day_of": "2026-02-13",
            }
        ]
    ]


def test_cycle_takes_a_one_off(program: typer.Typer) -> None:
    arguments = ["--rule", "trước ngày 20/12/2025", "--from", "2025-12-01", "--until", "2025-12-31", "--json"]
    [[row]] = output(program, "cycle", "occurrences", *arguments)
    assert (row["occurrence"], row["last_safe_day"]) == ("2025-12-20", "2025-12-19")


def test_cycle_reads_a_file(program: typer.Typer, tmp_path: Path) -> None:
    lines = [
        {"id": 1, "recurrence": "monthly:20", "bound": "before", "occurrence": "2026-02-20"},
        {"id": 2, "recurrence": "monthly:last_workday", "bound": "on", "month": "2026-04"},
        {"id": 3, "recurrence": "monthly:31", "bound": "on", "occurrence": "2026-02-31"},
        {"id": 4, "recurrence": "quarterly:last_month:14", "bound": "on", "month": "2026-04"},
        {"id": 5},
    ]
    file = tmp_path / "cycles.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    rows = output(program, "cycle", "occurrences", "--jsonl", str(file))
    assert [(row["id"], row.get("occurrence"), row.get("last_safe_day")) for row in rows] == [
        (1, "2026-02-20", "2026-02-13"),
        (2, "2026-04-29", "2026-04-29"),
        (3, "2026-02-28", "2026-02-27"),
        (4, None, None),
        (5, None, None),
    ]
    assert rows[-1]["error"] == "unreadable"


@pytest.mark.parametrize(
    "arguments",
    [
        ["when"],
        ["when", "mai", "--now", "soon"],
        ["cycle", "occurrences", "--rule", "monthly", "--from", "2026-01-01", "--until", "2026-02-01"],
        ["cycle", "occurrences", "--rule", "máy in", "--from", "2026-01-01", "--until", "2026-02-01"],
        ["cycle", "occurrences", "--rule", "daily", "--from", "x", "--until", "2026-02-01"],
    ],
)
def test_what_cannot_be_done_is_refused(program: typer.Typer, arguments: list[str]) -> None:
    assert CliRunner().invoke(program, arguments).exit_code == 2
