"""How the search reads what people type: concepts, abbreviations, slips and marks left out."""

import pytest

from knowledge.search.lexicon import CONCEPT_KINDS, read_lexicon, shipped_lexicon
from knowledge.search.reading import Reader
from knowledge.search.tokens import is_unaccented, tokenize
from knowledge.search.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def reader() -> Reader:
    vocabulary = Vocabulary()
    vocabulary.add_lexicon(shipped_lexicon())
    return Reader(shipped_lexicon(), vocabulary)


def keys(reader: Reader, text: str) -> list[str]:
    return [unit.key for unit in reader.read(text).units]


@pytest.mark.parametrize(
    ("typed", "concepts"),
    [
        ("căn cước", ["c:canhcuoc"]),
        ("can cuoc", ["c:canhcuoc"]),
        ("cccd", ["c:canhcuoc"]),
        ("cắn cước", ["c:canhcuoc"]),
        ("quen mk", ["c:quen", "c:matkhau"]),
        ("quên mật khua", ["c:quen", "c:matkhau"]),
        ("ddawng nhaajp", ["c:dangnhap"]),
        ("d9a8ng nha65p", ["c:dangnhap"]),
        ("tamtru o dau", ["c:tamtru", "c:oday"]),
        ("mức2", ["c:muc2"]),
        ("giấy khai sanh", ["c:khaisinh"]),
        ("bao nhieu tien", ["c:phi"]),
    ],
)
def test_different_spellings_are_one_concept(reader: Reader, typed: str, concepts: list[str]) -> None:
    assert keys(reader, typed) == concepts


def test_marks_that_speak_against_a_word_are_believed(reader: Reader) -> None:
    assert "c:phi" in keys(reader, "phí bao nhiêu")
    assert "c:phi" not in keys(reader, "phi địa giới")
    assert "c:thucung" not in keys(reader, "cho toi hoi")


def test_a_function_word_is_left_over_before_a_word_of_content(reader: Reader) -> None:
    assert keys(reader, "làm hộ chiếu")[-1] == "c:hochieu"
    assert "c:lamho" in keys(reader, "làm hộ mẹ")


def test_an_ambiguous_abbreviation_keeps_its_other_readings(reader: Reader) -> None:
    (unit,) = [unit for unit in reader.read("dktt").units if unit.kind == "topic"]
    named = {key for key, _ in unit.options}
    assert {"c:tamtru", "c:thuongtru"} <= named


def test_foreign_words_are_not_bent_into_ours(reader: Reader) -> None:
    assert [unit.kind for unit in reader.read("weather").units] == ["word"]


def test_long_numbers_are_not_read_but_hotlines_are() -> None:
    assert [token.text for token in tokenize("số 001234567890 gọi 18001096")] == ["số", "gọi", "18001096"]


def test_two_habits_of_placing_the_tone_are_one_word() -> None:
    assert tokenize("hoà")[0].text == tokenize("hòa")[0].text
    assert tokenize("uỷ quyền")[0].text == tokenize("ủy quyền")[0].text
    assert tokenize("quý")[0].text == "quý"


@pytest.mark.parametrize(
    ("text", "bare"),
    [("lam the nao", True), ("Tôi đi làm ở xã", False), ("tôi muon lam can cuoc o xa", True)],
)
def test_texts_without_marks_are_recognised(text: str, bare: bool) -> None:
    assert is_unaccented(tokenize(text)) is bare


def test_the_lists_agree_with_each_other() -> None:
    lexicon = read_lexicon()
    concepts = {phrase.concept for phrases in lexicon.phrases.values() for phrase in phrases}
    assert set(lexicon.related) <= concepts
    assert {other for near in lexicon.related.values() for other in near} <= concepts
    assert {phrase.kind for phrases in lexicon.phrases.values() for phrase in phrases} == set(CONCEPT_KINDS)
