"""Places that no list of the commune knows, and words that only look like one."""

import unicodedata
from typing import Literal

import pytest

from core.incident import Severity
from knowledge.places import Place
from knowledge.understanding import guess
from knowledge.unlisted_places import unlisted_place

FOUND = [
    ("thon 4 mat mang", "Thôn 4"),
    ("Thôn 4 mất mạng", "Thôn 4"),
    ("mất mạng ở thôn số 04", "Thôn 4"),
    ("thon4 mat dien", "Thôn 4"),
    ("thôn bốn mất điện", "Thôn 4"),
    ("THÔN IV MẤT ĐIỆN", "Thôn 4"),
    ("mat dien to 7", "Tổ 7"),
    ("tổ 7 mất điện", "Tổ 7"),
    ("tdp 5 mat mang", "Tổ dân phố 5"),
    ("tổ dân phố 12 mất mạng", "Tổ dân phố 12"),
    ("khu 3 mat nuoc", "Khu 3"),
    ("ap 2 mat mang", "Ấp 2"),
    ("Bản 6 mất sóng", "Bản 6"),
    ("bản Pa Há mất sóng", "bản Pa Há"),
    ("bản pa há mất sóng", "bản pa há"),
    ("loa ở xóm Đồng Chùa không kêu", "xóm Đồng Chùa"),
    ("ấp Tân Lập 2 mất điện", "ấp Tân Lập 2"),
    ("thon doai mat dien", "thon doai"),
]

NOT_FOUND = [
    "",
    "ở phòng 2",
    "văn bản 12 không gửi được",
    "van ban 127 khong mo duoc",
    "phiên bản 3 bị lỗi",
    "in 2 bản không ra",
    "ban 3 hong",
    "bàn 3 máy hỏng",
    "tổ 4 người đang chờ",
    "to giay bi ket",
    "tờ 2 bị rách",
    "đổi 2 lần rồi",
    "doi 5 phut",
    "thôn em mất điện",
    "thon minh mat mang",
    "cả thôn bị",
    "các thôn mất mạng",
    "trong thôn không có sóng",
    "tổ công nghệ số đang hỗ trợ",
    "khu vực này mất điện lâu rồi chưa có ai tới",
    "làng",
]


@pytest.mark.parametrize(("text", "place"), FOUND)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_place_is_told_by_its_kind(text: str, place: str, form: Literal["NFC", "NFD"]) -> None:
    assert unlisted_place(unicodedata.normalize(form, text)) == place


@pytest.mark.parametrize("text", NOT_FOUND)
def test_other_words_are_no_place(text: str) -> None:
    assert unlisted_place(text) == ""


def test_a_place_of_the_list_goes_before() -> None:
    found = guess("thôn 4 và một cửa mất mạng", [Place(7, "Bộ phận một cửa")])
    assert (found.place_id, found.place_text, found.severity) == (7, "Bộ phận một cửa", Severity.MEDIUM)


def test_without_one_the_words_are_kept_and_no_unit_is_guessed() -> None:
    found = guess("thon 4 mat mang", [Place(7, "Thôn 3")])
    assert (found.place_id, found.place_text) == (None, "Thôn 4")
