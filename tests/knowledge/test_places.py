"""Finding a hamlet, an office or a team in a sentence."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.places import Place, find_place
from knowledge.vietnamese import fold

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")

CENTRE = Place(1, "Trung tâm Phục vụ hành chính công xã Mẫu")
OFFICE = Place(2, "UBND xã Mẫu")
POLICE = Place(3, "Công an xã Mẫu")
THON_3 = Place(4, "Thôn 3", ("Xóm Chùa",))
THON_13 = Place(5, "Thôn 13")
DONG_HA = Place(6, "Thôn Đông Hà", ("Thôn Hạ", "Làng Ngói"))
TAN_LAP = Place(7, "Thôn Tân Lập")
TAN_LAP_2 = Place(8, "Thôn Tân Lập 2")
TDP_5 = Place(9, "Tổ dân phố 5")
HOA_BINH = Place(10, "Bản Hòa Bình")
SCHOOL = Place(11, "Trường Tiểu học Hòa Bình")
TO_UNG_CUU = Place(12, "Tổ Ứng cứu", ("tổ kỹ thuật",))
TRAM = Place(13, "Trạm Y tế xã")

ALL = (
    CENTRE, OFFICE, POLICE, THON_3, THON_13, DONG_HA, TAN_LAP,
    TAN_LAP_2, TDP_5, HOA_BINH, SCHOOL, TO_UNG_CUU, TRAM,
)  # fmt: skip

FOUND = [
    ("gan nha van hoa thon 3", THON_3),
    ("Gần nhà văn hóa thôn 3", THON_3),
    ("thôn 3 mất điện", THON_3),
    ("thon so 3 mat mang", THON_3),
    ("thôn số 03 mất mạng", THON_3),
    ("thon ba bi mat dien", THON_3),
    ("THÔN III mất điện", THON_3),
    ("thon3 mat dien", THON_3),
    ("wifi xom chua hong", THON_3),
    ("thôn 13 mất điện", THON_13),
    ("mat mang thon 13", THON_13),
    ("may in mot cua hong", CENTRE),
    ("máy in ở bộ phận một cửa không in được", CENTRE),
    ("may in bp mc ko in dc", CENTRE),
    ("ttpvhcc mat mang", CENTRE),
    ("TT PVHCC mất mạng", CENTRE),
    ("trung tâm hành chính công đang đông", CENTRE),
    ("mạng ubnd chậm", OFFICE),
    ("ủy ban xã mất điện", OFFICE),
    ("tru so xa mat mang", OFFICE),
    ("máy tính công an xã bị treo", POLICE),
    ("loa thon dong ha khong keu", DONG_HA),
    ("loa ở đông hà không kêu", DONG_HA),
    ("thon ha mat dien", DONG_HA),
    ("làng Ngói mất mạng", DONG_HA),
    ("thon dong hà, gần đình", DONG_HA),
    ("thon dongg ha mat dien", DONG_HA),
    ("thon dogn ha mat dien", DONG_HA),
    ("wifi thôn Tân Lập yếu", TAN_LAP),
    ("tan lap mat dien", TAN_LAP),
    ("thon tan lpa mat dien", TAN_LAP),
    ("thôn tân lập 2 mất điện", TAN_LAP_2),
    ("tan lap 2 mat dien", TAN_LAP_2),
    ("tdp 5 mat mang", TDP_5),
    ("tổ dân phố số 5 mất mạng", TDP_5),
    ("to dan pho nam mat mang", TDP_5),
    ("ban hoa binh mat song", HOA_BINH),
    ("hòa bình mất sóng", HOA_BINH),
    ("trường tiểu học hòa bình mất mạng", SCHOOL),
    ("to ky thuat xin them may", TO_UNG_CUU),
    ("tram y te mat dien", TRAM),
]

NOT_FOUND = [
    "",
    "mất điện rồi",
    "thôn 30 mất điện",
    "thôn 33 mất điện",
    "thôn 3a mất điện",
    "xóm 3 mất điện",
    "phần mềm một cửa bị lỗi",
    "he thong mot cua dien tu treo",
    "không đăng nhập được tài khoản một cửa",
    "có người giả công an gọi điện",
    "3 thôn mất điện",
    "thông 3 đường ống",
    "tan cong mang",
    "dong nguoi qua",
    "tai lap ho so",
    "to 5",
]


@pytest.mark.parametrize(("text", "place"), FOUND)
def test_found(text: str, place: Place) -> None:
    assert find_place(text, ALL) == (place.id, place.name)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert find_place(text, ALL) is None


def test_the_longest_name_wins_over_the_first() -> None:
    assert find_place("đường từ thôn 3 sang thôn Tân Lập 2", ALL) == (8, "Thôn Tân Lập 2")


def test_of_equally_long_names_the_first_in_the_sentence_wins() -> None:
    assert find_place("thôn 3 và thôn 5", (Place(1, "Thôn 5"), Place(2, "Thôn 3"))) == (2, "Thôn 3")


def test_an_exact_name_wins_over_a_slip() -> None:
    places = (Place(1, "Thôn Trang"), Place(2, "Thôn Trung"))
    assert find_place("thon trung mat dien", places) == (2, "Thôn Trung")


def test_marks_decide_between_names_that_are_alike_without_them() -> None:
    places = (Place(1, "Thôn Đông"), Place(2, "Thôn Đồng"))
    assert find_place("Thôn Đồng mất điện", places) == (2, "Thôn Đồng")
    assert find_place("thon dong mat dien", places) is None


def test_a_short_name_must_be_written_exactly() -> None:
    assert find_place("xom banh mat dien", (Place(1, "Bản"),)) is None
    assert find_place("ap sow mat dien", (Place(1, "Ấp Sơ"),)) is None


def test_two_offices_that_go_by_one_usual_name_give_no_answer() -> None:
    places = (Place(1, "Bộ phận một cửa cơ sở 1"), Place(2, "Bộ phận một cửa cơ sở 2"))
    assert find_place("một cửa mất mạng", places) is None
    assert find_place("bộ phận một cửa cơ sở 2 mất mạng", places) == (2, "Bộ phận một cửa cơ sở 2")


def test_no_places_and_a_very_long_text_do_no_harm() -> None:
    assert find_place("thôn 3", ()) is None
    assert find_place("thôn 3 " + "mất điện " * 3000, ALL) == (4, "Thôn 3")


@given(st.sampled_from(FOUND), st.sampled_from(FORMS), st.booleans())
def test_marks_and_form_make_no_difference(case: tuple[str, Place], form: Form, plain: bool) -> None:
    text, place = case
    written = fold(text) if plain else text.upper()
    assert find_place(unicodedata.normalize(form, written), ALL) == (place.id, place.name)
