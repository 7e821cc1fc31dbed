"""Commands, and sentences that only look like one."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.commands import Command, read_answer, read_belongs, read_command, read_digit, says_send
from knowledge.vietnamese import fold

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")

COMMANDS = [
    # report
    ("/suco máy in hỏng", Command("report", rest="máy in hỏng")),
    ("/suco", Command("report")),
    ("/sự cố máy in hỏng", Command("report", rest="máy in hỏng")),
    ("/su_co may in", Command("report", rest="may in")),
    ("/ai trực", Command("duty")),
    ("/suconho", Command("unknown", rest="/suconho")),
    ("/SUCO@truc_so_bot mất mạng", Command("report", rest="mất mạng")),
    ("báo: mất mạng thôn 3", Command("report", rest="mất mạng thôn 3")),
    ("Bao:mat mang", Command("report", rest="mat mang")),
    ("báo sự cố: Máy scan kẹt giấy", Command("report", rest="Máy scan kẹt giấy")),
    ("su co : may in hong", Command("report", rest="may in hong")),
    ("sự cố：mất điện", Command("report", rest="mất điện")),
    ("báo sự cố:", Command("report")),
    ("báo sự cố", Command("report")),
    # take
    ("nhan 127", Command("take", 127)),
    ("nhận SC-0127", Command("take", 127)),
    ("nhận sc127", Command("take", 127)),
    ("Nhận sự cố 127 nhé", Command("take", 127)),
    ("nhận số 7", Command("take", 7)),
    ("nhận 3", Command("take", 3)),
    ("tôi nhận 127 ạ", Command("take", 127)),
    ("nhận #127", Command("take", 127)),
    ("để tôi nhận 127", Command("take", 127)),
    ("nhận SC-0127, tôi đang đến", Command("take", 127, "tôi đang đến")),
    ("/nhan 127", Command("take", 127)),
    # release
    ("nhả 127", Command("release", 127)),
    ("nha 127", Command("release", 127)),
    ("thôi không xử lý 127", Command("release", 127)),
    ("thoi ko xu ly 127 nua", Command("release", 127)),
    ("không xử lý 127", Command("release", 127)),
    # reassign
    ("giao lại 127", Command("reassign", 127)),
    ("giao 127 cho Hòa", Command("reassign", 127, "Hòa")),
    ("giao lai sc-0127 cho chi Hoa", Command("reassign", 127, "chi Hoa")),
    ("chuyển 127 cho anh Minh một cửa", Command("reassign", 127, "anh Minh một cửa")),
    ("/giao 127 cho Hòa", Command("reassign", 127, "Hòa")),
    # refer and answered
    ("báo cấp trên 127", Command("refer", 127)),
    ("báo cấp trên 127 mã phiếu VNPT-88", Command("refer", 127, "mã phiếu VNPT-88")),
    ("bao cap tren sc12 nho ky thuat tinh", Command("refer", 12, "nho ky thuat tinh")),
    ("cấp trên trả lời 127: mai có người xuống", Command("answered", 127, "mai có người xuống")),
    ("cap tren da tra loi 127", Command("answered", 127)),
    # resolve
    ("xong 127", Command("resolve", 127)),
    ("Xong 127 rồi ạ", Command("resolve", 127)),
    ("xong 127 do lỏng cáp, đã cắm lại", Command("resolve", 127, "do lỏng cáp, đã cắm lại")),
    ("xong 12 do lỏng cáp", Command("resolve", 12, "do lỏng cáp")),
    ("xong 12: 2 máy hết mực, đã thay", Command("resolve", 12, "2 máy hết mực, đã thay")),
    ("đã xử lý xong SC-0127", Command("resolve", 127)),
    ("SC-0127 xong", Command("resolve", 127)),
    ("127 xong rồi", Command("resolve", 127)),
    ("sc127 xong: thay dây mạng", Command("resolve", 127, "thay dây mạng")),
    # reopen, comment, working
    ("mở lại 127", Command("reopen", 127)),
    ("mo lai 127, van hong", Command("reopen", 127, "van hong")),
    ("ghi 127: đã gọi VNPT", Command("comment", 127, "đã gọi VNPT")),
    ("ghi 5: đã gọi VNPT", Command("comment", 5, "đã gọi VNPT")),
    ("ghi chú 127: chờ linh kiện", Command("comment", 127, "chờ linh kiện")),
    ("SC-0127: đã gọi VNPT", Command("comment", 127, "đã gọi VNPT")),
    ("đang xử lý 127", Command("working", 127)),
    ("con xu ly 127", Command("working", 127)),
    ("tôi vẫn đang xử lý 127", Command("working", 127)),
    # show
    ("127", Command("show", 127)),
    ("0127", Command("show", 127)),
    ("SC-0127", Command("show", 127)),
    ("sc 127", Command("show", 127)),
    ("sc7", Command("show", 7)),
    ("#7", Command("show", 7)),
    ("xem 127", Command("show", 127)),
    ("xem 7", Command("show", 7)),
    ("sự cố 12", Command("show", 12)),
    ("SC-0127 đến đâu rồi?", Command("show", 127)),
    ("127 xong chưa", Command("show", 127)),
    # mine, open, duty, devices, help, cancel
    ("của tôi", Command("mine")),
    ("viec cua toi", Command("mine")),
    ("sự cố của tôi ạ", Command("mine")),
    ("/cuatoi", Command("mine")),
    ("đang mở", Command("open")),
    ("su co dang mo", Command("open")),
    ("/dangmo", Command("open")),
    ("ai đang trực", Command("duty")),
    ("Ai trực?", Command("duty")),
    ("hom nay ai truc", Command("duty")),
    ("cho hỏi hôm nay ai trực vậy ạ?", Command("duty")),
    ("ai trực hôm nay", Command("duty")),
    ("Tối nay ai trực", Command("duty", rest="Tối nay")),
    ("ai trực sáng mai", Command("duty", rest="sáng mai")),
    ("/aitruc", Command("duty")),
    ("thiết bị của tôi", Command("devices")),
    ("/thietbi", Command("devices")),
    ("?", Command("help")),
    ("menu", Command("help")),
    ("trợ giúp", Command("help")),
    ("giúp", Command("help")),
    ("giúp tôi với", Command("help")),
    ("/start", Command("help")),
    ("/start abc-123", Command("help", rest="abc-123")),
    ("xin chào", Command("help")),
    ("Hướng dẫn", Command("help")),
    ("hủy", Command("cancel")),
    ("Thôi.", Command("cancel")),
    ("/huy", Command("cancel")),
    ("bỏ", Command("cancel")),
    ("bo", Command("cancel")),
    ("Bỏ đi nhé", Command("cancel")),
    ("thôi bỏ đi", Command("cancel")),
    ("bo phieu", Command("cancel")),
    ("bỏ phiếu", Command("cancel")),
    ("bỏ phiếu này đi", Command("cancel")),
    ("huỷ", Command("cancel")),
    ("huy", Command("cancel")),
    ("thôi không báo nữa", Command("cancel")),
    ("thoi ko bao nua", Command("cancel")),
    ("/hoadon 12", Command("unknown", rest="/hoadon 12")),
    ("/127", Command("show", 127)),
]

NO_COMMANDS = [
    "",
    "   ",
    "nhan duoc 3 ho so bi loi",
    "nhận 3 hồ sơ bị lỗi",
    "nhận 127 hồ sơ của dân",
    "nhan 127 hs",
    "nhận 127/2025/NĐ-CP",
    "nhận 12.700 đồng",
    "nhận 127, 128",
    "nhận 127 chưa?",
    "nhân 127",
    "127 nhân khẩu",
    "xong roi ma van loi",
    "xong",
    "xong 127 ma van loi",
    "xong 127 hồ sơ",
    "xong 5 cái rồi",
    "hoàn thành 80% kế hoạch",
    "xong 80%",
    "may in giao lai hom qua hong",
    "giao 127 hồ sơ cho Hòa",
    "giao lại máy in cho Hòa",
    "nhà 127 mất điện",
    "nhà 127",
    "báo cấp trên 3 lần rồi không ai trả lời",
    "báo cáo: hệ thống không gửi được",
    "báo sự cố cho ai",
    "mở lại 3 lần vẫn lỗi",
    "mở lại máy vẫn lỗi",
    "ghi 127 vào ô số tiền",
    "ghi 5 hồ sơ vào sổ",
    "127 hồ sơ chưa trả",
    "127 nha dan mat dien",
    "1",
    "12",
    "số 1",
    "0912345678",
    "090 123 456",
    "sự cố 3 máy không lên",
    "của tôi bị hỏng",
    "máy của tôi bị treo",
    "ai đang trực mà không nghe máy",
    "ai trực mà gọi không được",
    "xin chào, máy in một cửa hỏng",
    "giúp tôi sửa máy in",
    "hướng dẫn đăng ký tạm trú",
    "thôi chết mất điện rồi",
    "hủy hồ sơ trên một cửa không được",
    "máy in bỏ trang",
    "may in bo trang",
    "bỏ phiếu bầu cử bị lỗi",
    "bộ",
    "bố",
    "bỏ qua",
    "bỏ giấy vào máy in không nhận",
    "huỷ chứng thư số",
    "bo mach bi chay",
    "thiết bị của tôi hỏng",
    "đang mở máy thì mất điện",
    "máy in bộ phận một cửa không in được",
    "2026/127",
    "không xử lý được 127 hồ sơ",
    "đang xử lý 127 hồ sơ thì treo",
    "xem 127 hồ sơ ở đâu",
    "15/12",
    "...",
]


@pytest.mark.parametrize(("text", "command"), COMMANDS)
def test_commands(text: str, command: Command) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize("text", NO_COMMANDS)
def test_free_sentences(text: str) -> None:
    assert read_command(text) is None


def test_a_report_keeps_marks_lines_and_length() -> None:
    body = "Máy in hỏng\nMã lỗi: E-05\n" + "rất gấp " * 2500
    assert read_command(f"báo: {body}") == Command("report", rest=body.strip())


@given(st.sampled_from(COMMANDS), st.sampled_from(FORMS), st.sampled_from(["as is", "plain", "upper"]))
def test_marks_form_and_case_give_the_same_command(case: tuple[str, Command], form: Form, how: str) -> None:
    text, command = case
    variant = {"as is": text, "plain": fold(text), "upper": text.upper()}[how]
    found = read_command(unicodedata.normalize(form, variant))
    assert found is not None
    assert (found.name, found.number) == (command.name, command.number)
    assert fold(found.rest) == fold(command.rest)


@given(st.text(max_size=200))
def test_nothing_that_is_typed_makes_it_fail(text: str) -> None:
    command = read_command(text)
    assert command is None or command.name
    digit = read_digit(text)
    assert digit is None or 0 <= digit <= 20
    assert read_answer(text) in {"yes", "no", "skip", "back", None}


@given(st.integers(1, 999_999), st.sampled_from(["nhận {}", "xong SC-{:04d}", "mở lại sc{}", "xem #{}"]))
def test_every_number_is_read(number: int, pattern: str) -> None:
    command = read_command(pattern.format(number))
    assert command is not None
    assert (command.number, command.rest) == (number, "")


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("1", 1), ("2.", 2), ("3)", 3), ("(4)", 4), ("số 1", 1), ("so 1", 1), ("một", 1),
        ("Hai", 2), ("bốn", 4), ("tư", 4),
        ("mười hai", 12), ("hai mươi", 20), ("\uff11", 1), ("1\ufe0f\u20e3", 1), ("①", 1),
        (" 5 ", 5), ("0", 0), ("20", 20),
        ("01", 1), ("chọn 2", 2), ("1 nhé", 1), ("dạ 3 ạ", 3), ("chọn số 2", 2), ("mục 2", 2),
        ("21", None), ("127", None), ("10 hồ sơ", None), ("1, 2", None), ("-1", None),
        ("1.5", None), ("", None),
        ("không", None), ("số", None), ("một cửa", None), ("số 127", None), ("#1", None),
        ("1 2", None), ("sc 1", None),
        ("năm nay", None), ("1/2", None), ("²a", None),
    ],
)  # fmt: skip
def test_digits(text: str, digit: int | None) -> None:
    assert read_digit(text) == digit


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ok", "yes"), ("OK nhé", "yes"), ("oke", "yes"), ("ừ", "yes"), ("Đúng rồi", "yes"),
        ("gửi đi", "yes"), ("gui", "yes"),
        ("👍", "yes"), ("👍🏽👍🏽", "yes"), ("✅", "yes"), ("vâng ạ", "yes"), ("dạ vâng", "yes"),
        ("ừ gửi đi", "yes"), ("dc", "yes"),
        ("ok 👍", "yes"), ("đồng ý", "yes"), ("có", "yes"), ("Dạ", "yes"), ("vâng, gửi đi ạ", "yes"),
        ("không", "no"), ("ko", "no"), ("k", "no"), ("thôi", "no"), ("Không gửi", "no"),
        ("thôi không gửi nữa", "no"), ("dạ không", "no"),
        ("chưa", "no"), ("sai rồi", "no"), ("không đúng", "no"), ("không được", "no"),
        ("đừng", "no"), ("Dừng lại!", "no"),
        ("đừng gửi", "no"), ("👎", "no"), ("❌", "no"), ("bỏ", "no"),
        ("bỏ qua", "skip"), ("bo qua", "skip"), ("để sau", "skip"), ("không biết", "skip"),
        ("chưa rõ", "skip"),
        ("quay lại", "back"), ("tro lai", "back"), ("0", "back"), ("lùi lại", "back"),
        ("", None), ("1", None), ("dung gui", None), ("được không", None),
        ("máy in hỏng", None), ("không in được", None),
        ("có máy in hỏng", None), ("ok máy in chạy rồi", None), ("...", None), ("👍👎", None),
        ("😀", None), ("gửi cho ai", None),
    ],
)  # fmt: skip
def test_answers(text: str, answer: str | None) -> None:
    assert read_answer(text) == answer


@pytest.mark.parametrize(
    ("text", "belongs"),
    [
        ("gộp lại nhé", "together"),
        ("thêm vào phiếu này", "together"),
        ("cung phieu", "together"),
        ("gửi riêng từng việc", "apart"),
        ("tach ra", "apart"),
        ("việc khác ạ", "other"),
        ("gửi phiếu cũ, báo việc mới", "send"),
        ("bo phieu cu", "drop"),
        ("gộp giấy vào khay bị kẹt", None),
        ("máy khác", None),
        ("", None),
    ],
)
def test_where_words_belong_may_be_typed(text: str, belongs: str | None) -> None:
    assert read_belongs(text) == belongs


@pytest.mark.parametrize(
    ("text", "sends"), [("gửi đi nhé", True), ("vâng gửi", True), ("ok", False), ("chưa gửi", False)]
)
def test_an_order_to_send_is_more_than_a_yes(text: str, *, sends: bool) -> None:
    assert says_send(text) == sends
