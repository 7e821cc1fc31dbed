"""`trucso faq` as it is typed."""

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.commands.faq import program

KNOWLEDGE: list[dict[str, object]] = [
    {"id": "k1", "question": "Nộp phạt nguội ở đâu?", "alternatives": ["đóng phạt"], "answer": "Cổng."},
    {"id": "k2", "question": "Làm hộ chiếu thế nào?", "answer": "Cổng.", "tags": ["passport"]},
]


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_rank_prints_one_line_for_each_query(tmp_path: Path) -> None:
    knowledge = lines(tmp_path / "kb.jsonl", KNOWLEDGE)
    queries = lines(tmp_path / "q.jsonl", [{"qid": 7, "text": "lam passport"}, {"qid": "b", "text": ""}])
    found = CliRunner().invoke(program, ["rank", str(knowledge), str(queries)])
    rows = [json.loads(line) for line in found.output.splitlines()]
    assert found.exit_code == 0
    assert [row["qid"] for row in rows] == [7, "b"]
    assert rows[0]["ids"][0] == "k2"
    assert rows[1]["decision"] == "refuse"
    assert all(set(row) == {"qid", "decision", "ids", "ms"} for row in rows)


def test_check_ends_with_an_error_when_there_are_faults(tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_text("nothing", encoding="utf-8")
    found = CliRunner().invoke(program, ["check", str(tmp_path), "--on", "2026-12-01"])
    assert found.exit_code == 1
    assert "broken.md:1:" in found.output


def test_check_lists_shipped_articles_near_their_end() -> None:
    found = CliRunner().invoke(program, ["check", "--on", "2026-12-01"])
    assert found.exit_code == 0
    assert "payment/phi-can-cuoc: ends_soon (2026-12-31)" in found.output
