"""Folding, words and abbreviations."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexicon_loader import abbreviations
from knowledge.vietnamese import expand, fold, is_syllable, nfc, words

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Máy in bộ phận Một cửa", "may in bo phan mot cua"),
        ("ĐƯỜNG ĐIỆN", "duong dien"),
        ("  mất \n\t mạng  ", "mat mang"),
        ("\uff11\uff12\uff17", "127"),
        ("\uff33\uff23-\uff11", "sc-1"),
        ("1\ufe0f\u20e3", "1"),
        ("mạng\u200b chậm", "mang cham"),
        ("Hỏng! (lần 2)", "hong! (lan 2)"),
        ("", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_every_vietnamese_letter_folds_to_a_plain_one_composed_or_not() -> None:
    for letter in LETTERS + LETTERS.upper():
        assert fold(letter).isascii()
        assert fold(unicodedata.normalize("NFD", letter)) == fold(letter)


def test_nfc_changes_the_form_and_nothing_else() -> None:
    assert nfc(unicodedata.normalize("NFD", "Mất ĐIỆN  ở xã")) == "Mất ĐIỆN  ở xã"


def test_words_leave_punctuation_out() -> None:
    assert words("Xong SC-0127: lỏng cáp, đã cắm lại!") == [
        "xong",
        "sc",
        "0127",
        "long",
        "cap",
        "da",
        "cam",
        "lai",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("may in bp mc ko in dc", "may in bo phan mot cua khong in duoc"),
        ("mt của mk hỏng", "may tinh cua mat khau hong"),
        ("TTPVHCC mất mạng", "trung tam phuc vu hanh chinh cong mat mang"),
        ("ngdan ko nộp đc hs trên dvc", "nguoi dan khong nop duoc ho so tren dich vu cong"),
        ("k vào dc wf", "khong vao duoc wifi"),
        ("còn 50 k nữa", "con 50 k nua"),
        ("kh vào đc", "khong vao duoc"),
        ("theo KH 02", "theo ke hoach 02"),
        ("mt to quoc", "mat tran to quoc"),
        ("các em hs", "cac em hoc sinh"),
        ("tt hành chính công", "trung tam hanh chinh cong"),
        ("tt hành chính", "thu tuc hanh chinh"),
        ("theo tt 20/2017", "theo thong tu 20 2017"),
        ("tt", "tt"),
        ("tk dvc bị khóa", "tai khoan dich vu cong bi khoa"),
        ("điền tk điện tử", "dien to khai dien tu"),
        ("ko dk", "khong duoc"),
        ("dk tạm trú", "dang ky tam tru"),
        ("dv công", "dich vu cong"),
        ("trc giờ vs ng khác", "truoc gio voi nguoi khac"),
        ("thư cv", "thu cong vu"),
        ("sc 127", "sc 127"),
    ],
)
def test_expand(text: str, expected: str) -> None:
    assert expand(text) == expected


def test_expansions_hold_no_abbreviation() -> None:
    table = abbreviations()
    readings = [
        r.becomes for a in table.ambiguous.values() for r in a.readings if r.becomes not in table.ambiguous
    ]
    expansions = [*table.plain.values(), *readings, *(a.otherwise for a in table.ambiguous.values())]
    keys = set(table.plain) | set(table.ambiguous)
    assert [text for text in expansions if keys.intersection(text.split())] == []
    assert set(table.plain).isdisjoint(table.ambiguous)


def test_no_abbreviation_is_a_real_syllable() -> None:
    assert [key for key in abbreviations().plain if len(key) > 1 and is_syllable(key)] == []


@pytest.mark.parametrize(
    "word", ["nghieng", "khuya", "quoc", "giay", "thuyen", "y", "uong", "xuan", "duong", "tinh"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["mnag", "tihn", "dienn", "wifi", "excel", "khuyn2", "bing", "str"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=LETTERS + LETTERS.upper() + " 0129"))
def test_composed_and_decomposed_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
