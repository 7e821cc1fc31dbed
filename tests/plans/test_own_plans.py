"""The four plans written for the project, read and scored against their labels."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.commands import plan

DOCUMENTS = Path(__file__).with_name("documents")
CLEAN = {"f1": 0.90, "deadline_lenient": 0.95, "lead": 0.90}
SCANNED = {"f1": 0.80, "deadline_lenient": 0.90, "lead": 0.80}
MOST_FALSE_DUE = 0.02


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    plan.register(app)
    return app


def run(program: typer.Typer, *arguments: str) -> str:
    result = CliRunner().invoke(program, ["plan", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def document(name: str) -> str:
    return str(DOCUMENTS / f"{name}.txt")


@pytest.mark.parametrize(
    ("name", "goals"), [("clean", CLEAN), ("table", CLEAN), ("party", CLEAN), ("scanned", SCANNED)]
)
def test_each_plan_is_read_as_well_as_it_must_be(
    program: typer.Typer, name: str, goals: dict[str, float]
) -> None:
    figures = json.loads(run(program, "score", document(name), str(DOCUMENTS / f"{name}.gold.json")))
    assert {goal: figures[goal] for goal in goals if figures[goal] < goals[goal]} == {}
    assert figures["false_due"] <= MOST_FALSE_DUE


def test_the_json_has_the_exchanged_shape(program: typer.Typer) -> None:
    found: dict[str, Any] = json.loads(run(program, "read", document("party"), "--json"))
    assert found["document"]["number"] == "23-KH/ĐU"
    assert found["document"]["issued_on"] == "2026-01-12"
    assert found["tasks"][0]["deadline"] == {
        "kind": "before_date",
        "date": "2026-02-10",
        "start": None,
        "end": None,
        "recurrence": None,
        "inherited": True,
        "raw": "Trước ngày 10-02-2026",
    }


def test_the_page_for_people_names_lead_deadline_and_line(program: typer.Typer) -> None:
    page = run(program, "read", document("party"))
    assert "Chủ trì: Ban Xây dựng Đảng" in page
    assert "Hạn: Trước ngày 10-02-2026 (theo đề mục)" in page
    assert "Dòng 15" in page


def test_duty_day_and_night_is_found(program: typer.Typer) -> None:
    duty = json.loads(run(program, "read", document("clean"), "--json"))["duty"]
    assert ["24/7" in period["what"] for period in duty] == [True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "không có nội dung"),
        (b"%PDF-1.7", "Chưa đọc được PDF"),
        ("Chào anh, mai họp lúc 8h.".encode(), "Không thấy nhiệm vụ nào"),
    ],
)
def test_a_file_that_is_no_plan_gets_one_clear_sentence(
    program: typer.Typer, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "ke-hoach.txt"
    file.write_bytes(content)
    result = CliRunner().invoke(program, ["plan", "read", str(file)])
    assert result.exit_code == 1
    assert said in result.output


def test_a_file_that_is_not_there_is_named(program: typer.Typer) -> None:
    result = CliRunner().invoke(program, ["plan", "read", "khong-co.txt"])
    assert (result.exit_code, "khong-co.txt" in result.output) == (1, True)


def test_labels_of_another_shape_are_refused(program: typer.Typer, tmp_path: Path) -> None:
    labels = tmp_path / "labels.json"
    labels.write_text("[]", encoding="utf-8")
    result = CliRunner().invoke(program, ["plan", "score", document("clean"), str(labels)])
    assert (result.exit_code, "labels.json" in result.output) == (1, True)
