"""The lexicon files: complete, consistent, and a fault is named by file and key."""

import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import lexicon_loader
from knowledge.lexicon_loader import (
    Categories,
    LexiconError,
    SeverityRules,
    categories,
    command_words,
    read_table,
)

TEXTS = Path(__file__).parents[2] / "bot" / "texts" / "vi" / "categories.toml"

CODES = (
    "DVCQG CONG_TINH VNEID MOT_CUA TO_KHAI VAN_BAN HOP_TT THU_CV BAO_CAO CBCCVC CONG_TTDT IOC LIEN_THONG "
    "KY_SO MANG THIET_BI CSDL TTHC_DM SO_HOA GIAM_SAT_02 PAKN AN_TOAN LUA_DAO "
    "THANH_TOAN NGHIEP_VU KENH AI DIEN KHAC"
)


@pytest.mark.parametrize(
    "load",
    [
        lexicon_loader.abbreviations,
        lexicon_loader.categories,
        lexicon_loader.severity_rules,
        lexicon_loader.signals,
        lexicon_loader.place_words,
        lexicon_loader.command_words,
        lexicon_loader.answer_words,
    ],
)
def test_every_file_is_read_once(load: Callable[[], object]) -> None:
    assert load() is load()


def test_the_categories_are_those_of_the_domain() -> None:
    assert sorted(categories().category) == sorted(CODES.split())


def test_no_group_has_more_choices_than_a_list_shows() -> None:
    sizes = Counter(category.group for category in categories().category.values())
    assert set(sizes) == set(categories().groups)
    assert len(sizes) == 6
    assert max(sizes.values()) <= 7


def test_every_code_has_a_label_that_fits_a_card() -> None:
    labels = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    assert set(labels["category"]) == set(categories().category)
    assert set(labels["group"]) == set(categories().groups)
    assert all(len(label) <= 22 for table in labels.values() for label in table.values())


def test_a_phrase_points_to_one_category() -> None:
    phrases = Counter(
        phrase for c in categories().category.values() for phrase in {*c.strong, *c.plain, *c.weak}
    )
    assert [phrase for phrase, count in phrases.items() if count > 1] == []


def test_every_slash_command_leads_to_a_known_command() -> None:
    known = {*command_words().numbered, *command_words().alone, "report"}
    assert set(command_words().slash.values()) <= known


@pytest.mark.parametrize(
    ("content", "model", "key"),
    [
        ('[[rule]]\nlevel = 2\nall = [["a"]]', SeverityRules, "rule.0.level"),
        ('[[rule]]\nlevel = 4\nall = [["Mất điện"]]', SeverityRules, "rule.0.all.0.0"),
        ("[[rule]]\nlevel = 4\nall = []", SeverityRules, "rule.0.all"),
        (
            'groups = ["A"]\nneutral = []\n[category.X]\ngroup = "A"\nstong = ["a"]',
            Categories,
            "category.X.stong",
        ),
        ("groups = [", Categories, "-"),
    ],
)
def test_a_fault_is_named_by_file_and_key(
    tmp_path: Path, content: str, model: type[SeverityRules] | type[Categories], key: str
) -> None:
    file = tmp_path / "words.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        read_table(file, model)
    assert (caught.value.file, caught.value.key) == ("words.toml", key)
    assert str(caught.value).startswith(f"words.toml: {key}: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"nowhere\.toml"):
        read_table(tmp_path / "nowhere.toml", Categories)


def test_a_category_of_an_unknown_group_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "categories.toml").write_text(
        'groups = ["A"]\nneutral = []\n[category.X]\ngroup = "B"', encoding="utf-8"
    )
    monkeypatch.setattr(lexicon_loader, "FOLDER", tmp_path)
    categories.cache_clear()
    try:
        with pytest.raises(LexiconError, match=r"categories\.toml: category\.X\.group"):
            categories()
    finally:
        categories.cache_clear()
