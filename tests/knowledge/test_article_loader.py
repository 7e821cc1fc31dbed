"""Faults in articles are told by file and line, and one bad file does not hide the others."""

from pathlib import Path

import pytest

from knowledge.loader import load_articles

GOOD = """+++
question = "Quên mật khẩu thì làm gì?"
alternatives = ["mất mật khẩu", "lấy lại mật khẩu"]
tags = ["mật khẩu"]
source = { name = "Cổng VNeID", address = "https://vneid.gov.vn" }
as_of = 2026-01-01
applies_to = "toàn quốc"
confidence = "one_source"
owner = "Công an xã"
related = []
+++
Bấm Quên mật khẩu.
Nguồn: Cổng VNeID, 01/2026.
"""


def load(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "account").mkdir(exist_ok=True)
    (tmp_path / "account" / "one.md").write_text(text, encoding="utf-8")
    return [str(fault) for fault in load_articles(tmp_path).faults]


def test_a_good_article_is_loaded(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD) == []
    (article,) = load_articles(tmp_path).articles
    assert article.slug == "account/one"
    assert article.first_line == "Bấm Quên mật khẩu."


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("tags = [", "tags = ", 4, "at line 3"),
        ("as_of = 2026-01-01\n", "", 1, "as_of"),
        ("as_of = 2026-01-01", 'as_of = "hôm qua"', 6, "as_of"),
        ('["mất mật khẩu", "lấy lại mật khẩu"]', '["mất mật khẩu"]', 3, "alternatives"),
        ("https://vneid.gov.vn", "vneid", 5, "source.address"),
        ('"one_source"', '"sure"', 8, "confidence"),
        ('owner = "Công an xã"', 'owner = "Công an xã"\ncolour = "red"', 10, "colour"),
        ("related = []", 'related = ["account/none"]', 10, "account/none"),
        ("as_of", "valid_from = 2026-02-01\nvalid_to = 2026-01-01\nas_of", 1, "valid_to"),
        ("Nguồn: Cổng VNeID, 01/2026.", "Gọi 1900.0368.", 13, "source"),
        ("Nguồn: Cổng VNeID, 01/2026.", "Nguồn: Cổng VNeID, 02/2026.", 13, "01/2026"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    faults = load(tmp_path, GOOD.replace(old, new, 1))
    assert faults[0].startswith(f"account/one.md:{line}: ")
    assert told in faults[0]


@pytest.mark.parametrize("text", ["", "Chỉ có chữ.\n", "+++\nquestion = 'a'\n"])
def test_a_file_without_front_matter_is_a_fault(tmp_path: Path, text: str) -> None:
    (fault,) = load(tmp_path, text)
    assert fault.startswith("account/one.md:1: front matter")


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    assert len(load(tmp_path, "nothing")) == 1
    assert [article.slug for article in load_articles(tmp_path).articles] == ["good"]
