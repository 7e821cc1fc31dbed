"""What is refused and what is masked, in sentences that a commune writes."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import privacy_patterns
from core.privacy import Refused, mask, screen
from tests.core.privacy_cases import (
    MASKED,
    NO_CODE,
    NO_PASSWORD,
    NO_SECRET,
    NOT_MASKED,
    ONE_TIME_CODE,
    ORDINARY,
    PASSWORD,
    SECRET,
)


@pytest.mark.parametrize("text", SECRET)
def test_a_secrecy_mark_is_refused(text: str) -> None:
    assert screen(text) is Refused.SECRET


@pytest.mark.parametrize("text", PASSWORD)
def test_a_given_password_is_refused(text: str) -> None:
    assert screen(text) is Refused.PASSWORD


@pytest.mark.parametrize("text", ONE_TIME_CODE)
def test_a_one_time_code_is_refused(text: str) -> None:
    assert screen(text) is Refused.ONE_TIME_CODE


@pytest.mark.parametrize("text", [*NO_SECRET, *NO_PASSWORD, *NO_CODE, *ORDINARY])
def test_ordinary_words_are_kept(text: str) -> None:
    assert screen(text) is None


@pytest.mark.parametrize(("text", "shown"), MASKED)
def test_personal_numbers_are_masked(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize("text", [*NOT_MASKED, *ORDINARY])
def test_other_numbers_are_shown(text: str) -> None:
    assert mask(text) == text


def bare(text: str) -> str:
    """The text as many people type it: no accents."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.mark.parametrize("text", [*PASSWORD, *ONE_TIME_CODE])
def test_accents_and_capitals_do_not_matter_for_passwords_and_codes(text: str) -> None:
    refused = screen(text)
    assert screen(text.upper()) is refused
    # "mat ma" without accents is also "mất mã", the number is lost.
    assert screen(bare(text)) is (None if text.startswith("mật mã") else refused)


@pytest.mark.parametrize("text", [*NO_PASSWORD, *NO_CODE])
def test_what_speaks_of_passwords_and_codes_is_kept_in_every_spelling(text: str) -> None:
    assert (screen(bare(text)), screen(text.upper()), screen(bare(text).upper())) == (None, None, None)


@pytest.mark.parametrize("text", NO_SECRET)
def test_no_mark_appears_when_accents_are_lost(text: str) -> None:
    assert screen(bare(text)) is not Refused.SECRET


def test_the_gravest_reason_is_told() -> None:
    assert screen("otp 482913, mật khẩu là Abc@123") is Refused.PASSWORD
    assert screen("Mật khẩu tệp công văn MẬT số 15 là Abc@123") is Refused.SECRET


def test_a_mark_deep_in_a_long_text_is_found() -> None:
    assert screen("Kính gửi các đồng chí.\n" * 800 + "Độ mật: Mật\n") is Refused.SECRET


PERSONS = st.sampled_from(
    ["của", "bà", "Lan", "hồ sơ", "gọi", "nhờ", "CCCD", "CMND", "SĐT", "stk", "tk", "là"]
)
CODE_WORDS = st.sampled_from(["otp", "mã xác nhận", "mã xác nhận là", "là mã otp", "số tài khoản", "số tiền"])
PIECES = st.one_of(
    PERSONS,
    CODE_WORDS,
    st.from_regex(r"[0-9]{1,13}", fullmatch=True),
    st.sampled_from([" ", ".", "-", " - ", ": ", "/", "+", "(", ") "]),
    st.sampled_from(["•", "•••", "@", "#", "đ", " đồng", "x", "\n", "\u200b"]),
    st.sampled_from([*(text for text, _ in MASKED), *NOT_MASKED]),
)


@given(st.lists(PIECES, max_size=14).map("".join) | st.text())
@example("482913 la ma otp 123456")
@example("001 085 001 234mã xác nhận là 4829")
@example("otp0000 000000000")
@example("163.123.456.789.012")
@example("lan@163123456.com 0912345678.01.2025")
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


ID_GROUPS = ((12,), (9,), (3, 3, 3, 3), (4, 4, 4), (3, 3, 6), (6, 6), (3, 3, 3), (3, 6))


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """An ID number in one piece or in groups, with a space, a dot or a dash between them."""
    groups = draw(st.sampled_from(ID_GROUPS))
    first = "0" if sum(groups) == 12 else draw(st.sampled_from("1234567890"))
    digits = first + draw(st.from_regex(rf"[0-9]{{{sum(groups) - 1}}}", fullmatch=True))
    parts, start = [], 0
    for size in groups:
        parts.append(digits[start : start + size])
        start += size
    return draw(st.sampled_from([" ", ".", "-", "\u00a0"])).join(parts)


def is_something_else(number: str) -> bool:
    """A hotline, or neighbours in a list: these are shown on purpose."""
    parts = [int(part) for part in re.findall("[0-9]+", number)]
    in_a_row = len(parts) > 1 and parts == list(range(parts[0], parts[0] + len(parts)))
    return number.startswith(("1800", "1900")) or in_a_row or bool(re.match(r"10[2-9]\.[0-9]{6}", number))


@given(st.lists(PERSONS, max_size=4), id_numbers(), st.lists(PERSONS, max_size=4))
def test_no_id_number_is_left(before: list[str], number: str, after: list[str]) -> None:
    shown = mask(" ".join([*before, number, *after]))
    digits = re.sub("[^0-9]", "", shown)
    assert digits in (("", re.sub("[^0-9]", "", number)[-3:]) if not is_something_else(number) else (digits,))
    assert is_something_else(number) or not re.search("[0-9]{9,12}", shown)


@given(
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
    st.sampled_from(["{}", "gọi {} gấp", "({})", "SĐT:{}."]),
)
def test_a_phone_number_keeps_its_last_three_digits(number: str, frame: str) -> None:
    assert mask(frame.format(number)) == frame.format("•••••••" + number[-3:])


@given(st.text())
def test_any_text_is_screened_alike_composed_or_not(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert screen(composed) is screen(decomposed)
    assert mask(composed) == mask(decomposed)


def all_patterns() -> list[re.Pattern[str]]:
    values = vars(privacy_patterns).values()
    flat = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
    return [item for item in flat if isinstance(item, re.Pattern)]


def test_every_repetition_is_bounded() -> None:
    """Then the work at one letter has a limit that does not grow with the text."""
    assert len(all_patterns()) > 20
    for pattern in all_patterns():
        without_sets = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern.pattern)
        assert not re.search(r"[*+]|\{[0-9]*,\}", without_sets), pattern.pattern


HOSTILE = (
    *("mat khau ", "mật khẩu của ", "mk: a ", "otp cua a ", "otp ", "ma xac nhan a 1 ", "stk a a a "),
    *("stk 1 2 ", "0 ", "0", "09.", "25.12.", "1.000 ", "+84 ", "•", "a", "a@", "a.a@a.", "H18.1.1.1-"),
    *("độ mật ", "MẬT MẬT ", "(", "\n*", "công văn ", "công văn ("),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_are_read_to_the_end(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert screen(text + "\nĐộ mật: Tối mật") is Refused.SECRET
    assert mask(text + "\n0912345678").endswith("•••••••678")
