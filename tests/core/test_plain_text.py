"""What of a text is kept: no control characters, no signs that turn it round, no text without end."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plain_text import MOST_LETTERS, plain, too_long


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("máy in hỏng", "máy in hỏng"),
        ("mất\x00mạng", "mất mạng"),
        ("mất\x07mạng\x1b[0m", "mất mạng [0m"),
        ("dòng một\ndòng hai\tthêm\r\n", "dòng một\ndòng hai\tthêm\r\n"),
        ("dòng một\u2028dòng hai", "dòng một\ndòng hai"),
        ("ảnh \u202egnp.exe", "ảnh gnp.exe"),
        ("\u2066máy\u2069 \u200fin\u200e", "máy in"),
        ("hỏng \ud83d", "hỏng �"),
        ("hỏng \ud83d\ude00", "hỏng 😀"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_a_text_is_made_plain(sent: str, kept: str) -> None:
    assert plain(sent) == kept


@given(st.text())
def test_plain_twice_is_plain_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_a_message_of_twenty_thousand_letters_is_not_too_long() -> None:
    longest = "ữ" * MOST_LETTERS
    assert not too_long(longest)
    assert not too_long(unicodedata.normalize("NFD", longest))
    assert too_long(longest + "a")
