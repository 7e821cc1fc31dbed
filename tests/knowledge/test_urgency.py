"""Words that raise or lower the proposed severity, and words that only look like them."""

import pytest

from core.incident import Severity
from knowledge.understanding import guess
from knowledge.vietnamese import fold

M1, M2, M3, M4 = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.URGENT

RAISED = [
    "máy in hỏng, gấp",
    "máy in hỏng, gấp nhé",
    "may in hong gap lam roi",
    "gap lam roi",
    "máy in một cửa hỏng, cần gấp",
    "can in gap cho ba con",
    "rất gấp anh ơi, mất mạng",
    "gấp anh ơi, mất mạng một cửa",
    "khẩn: mất mạng ở thôn 3",
    "mất mạng, việc khẩn",
    "xử lý khẩn cấp giúp, phần mềm một cửa treo",
    "máy in hỏng, dân đang chờ",
    "may in hong dan dang cho",
    "phần mềm treo, dân đang xếp hàng",
    "phan mem treo dan dang xep hang",
    "máy lấy số treo, bà con đang chờ đông",
    "nhiều người đang chờ mà máy in kẹt",
    "cả xã không làm được",
    "ca xa khong lam duoc",
    "máy chủ sập",
    "may chu bi chet",
    "server không lên",
    "mất hết dữ liệu hộ tịch",
    "xoá nhầm dữ liệu hộ nghèo",
    "mất điện cả trung tâm phục vụ hành chính công",
    "mất điện ở một cửa",
    "bo phan mot cua cup dien",
]

ALARMS = [
    "nghi lộ dữ liệu công dân",
    "nghi bị lộ thông tin hộ nghèo",
    "nghi lo lot danh sach can cuoc",
    "có dấu hiệu rò rỉ dữ liệu",
]

LOWERED = [
    "máy in hỏng, không gấp",
    "may in hong, chua gap",
    "máy in mờ, chưa cần gấp",
    "máy in mờ, khi nào rảnh xem giúp",
    "khong gap dau, may scan bi mo",
    "màn hình mờ, không vội",
]

SAME = [
    "họp gấp mà loa hỏng",
    "hop gap ma micro hong",
    "máy in bị gấp giấy",
    "máy gấp giấy bị hỏng",
    "lượng hồ sơ tăng gấp đôi, máy chậm",
    "tăng gấp 3 lần nên máy treo",
    "gặp lỗi khi in",
    "gap loi khi dang nhap",
    "máy gặp sự cố",
    "may gap truc trac",
    "cần gặp anh Minh hỏi máy in",
    "can gap anh minh",
    "khó khăn khi đăng nhập",
    "kho khan khi dang nhap",
    "khăn trải bàn",
    "dân đang cho mượn máy",
    "máy in hỏng",
    "máy chủ một cửa chạy chậm",
    "may chu bi chay cham",
    "phần mềm một cửa mất điện tử ký",
]


@pytest.mark.parametrize("text", RAISED)
def test_urgent_words_raise_the_severity(text: str) -> None:
    assert guess(text).severity == M3


@pytest.mark.parametrize("text", ALARMS)
def test_a_suspected_leak_is_an_alarm(text: str) -> None:
    assert guess(text).severity == M4
    assert guess(fold(text)).severity == M4


@pytest.mark.parametrize("text", LOWERED)
def test_no_haste_lowers_it(text: str) -> None:
    assert guess(text).severity == M1
    assert guess(fold(text)).severity == M1


@pytest.mark.parametrize("text", SAME)
def test_other_words_leave_it(text: str) -> None:
    assert guess(text).severity == M2


def test_no_haste_does_not_lower_what_is_grave() -> None:
    assert guess("mất mạng toàn xã, không gấp").severity == M4


@pytest.mark.parametrize("text", ["gap lam roi", "gấp nhé", "dân đang chờ", "không gấp"])
def test_haste_alone_is_no_report(text: str) -> None:
    assert guess(text).incident_like < 0.5
