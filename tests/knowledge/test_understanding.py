"""Guessing system, severity and place, and telling a report from a question."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.incident import Severity
from knowledge.places import Place
from knowledge.understanding import Guess, guess
from knowledge.vietnamese import fold

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")
M1, M2, M3, M4 = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.URGENT

PLACES = (
    Place(1, "Trung tâm Phục vụ hành chính công"),
    Place(2, "UBND xã Mẫu"),
    Place(3, "Thôn 3"),
    Place(13, "Thôn 13"),
    Place(4, "Thôn Đông Hà"),
)

REPORTS: list[tuple[str, str, Severity, int | None]] = [
    ("may in bo phan mot cua ko in dc", "THIET_BI", M2, 1),
    ("Máy in bộ phận một cửa không in được", "THIET_BI", M2, 1),
    ("máy scan kẹt giấy hoài", "THIET_BI", M2, None),
    ("may tinh quay mot cua bi treo", "THIET_BI", M2, 1),
    ("mt em ko lên nguồn", "THIET_BI", M2, None),
    ("may tihn bi treo", "THIET_BI", M2, None),
    ("mayin hết mực", "THIET_BI", M2, None),
    ("máy lấy số không nhảy số", "THIET_BI", M2, None),
    ("màn hình hiển thị đen thui", "THIET_BI", M2, None),
    ("máy photo bị nhòe, vẫn in được máy khác", "THIET_BI", M1, None),
    ("chỉ máy tôi không quét được", "THIET_BI", M1, None),
    ("camera ubnd hỏng", "THIET_BI", M2, 2),
    ("mất mạng tại một cửa", "MANG", M2, 1),
    ("mat mnag roi", "MANG", M2, None),
    ("wifi thôn 3 rất yếu", "MANG", M2, 3),
    ("k vào dc mạng", "MANG", M2, None),
    ("rớt mạng lan cả trung tâm", "MANG", M3, None),
    ("đứt cáp quang, toàn xã mất internet", "MANG", M4, None),
    ("mất mạng toàn xã", "MANG", M4, None),
    ("mang ca xa bi mat tu 7h", "MANG", M4, None),
    ("mất mạng không in được", "MANG", M2, None),
    ("mất điện thôn 13", "DIEN", M2, 13),
    ("mat dien toan xa", "DIEN", M4, None),
    ("cúp điện cả trung tâm từ sáng", "DIEN", M3, None),
    ("mất điện nên máy tính không lên", "DIEN", M2, None),
    ("điện chập chờn ở UBND", "DIEN", M2, 2),
    ("3 thôn mất điện", "DIEN", M3, None),
    ("nhiều thôn mất mạng", "MANG", M3, None),
    ("phần mềm một cửa không vào được", "MOT_CUA", M2, None),
    ("he thong mot cua dien tu rat cham", "MOT_CUA", M2, None),
    ("chưa được phân quyền nhận hồ sơ", "MOT_CUA", M2, None),
    ("một cửa không tiếp nhận được hồ sơ toàn bộ", "MOT_CUA", M3, 1),
    ("ngừng tiếp nhận hồ sơ vì phần mềm một cửa sập", "MOT_CUA", M3, None),
    ("không tiếp nhận được hồ sơ nào từ sáng", "MOT_CUA", M3, None),
    ("tất cả các quầy không vào được igate", "MOT_CUA", M3, None),
    ("cổng dịch vụ công quốc gia không đăng nhập được", "DVCQG", M2, None),
    ("ngdan ko nộp đc hs trên dvcqg", "DVCQG", M2, None),
    ("dichvucong.gov.vn trắng trang", "DVCQG", M2, None),
    ("cổng dịch vụ công của tỉnh bị lỗi", "CONG_TINH", M2, None),
    ("vneid báo lỗi khi kích hoạt", "VNEID", M2, None),
    ("vnied ko dang nhap dc", "VNEID", M2, None),
    ("một người dân quên passcode vneid", "VNEID", M1, None),
    ("tờ khai điện tử không lưu được", "TO_KHAI", M2, None),
    ("ký số không được, usb token không nhận", "KY_SO", M2, None),
    ("ko ky so dc ho so chung thuc", "KY_SO", M2, None),
    ("chứng thư số hết hạn", "KY_SO", M2, None),
    ("văn bản đến không hiện trên ioffice", "VAN_BAN", M2, None),
    ("qlvb không gửi được văn bản đi", "VAN_BAN", M2, None),
    ("họp trực tuyến không có tiếng", "HOP_TT", M2, None),
    ("phong hop mat am thanh", "HOP_TT", M2, None),
    ("thư cv không gửi được", "THU_CV", M2, None),
    ("hệ thống báo cáo không mở được biểu", "BAO_CAO", M2, None),
    ("phần mềm quản lý cán bộ báo lỗi", "CBCCVC", M2, None),
    ("trang web của xã không đăng bài được", "CONG_TTDT", M2, None),
    ("ioc không hiện số liệu", "IOC", M2, None),
    ("hồ sơ không đồng bộ giữa hai hệ thống", "LIEN_THONG", M2, None),
    ("trục liên thông văn bản bị lỗi", "VAN_BAN", M2, None),
    ("phần mềm hộ tịch tra cứu dữ liệu lỗi", "CSDL", M2, None),
    ("tra cứu dân cư bị chậm", "CSDL", M2, None),
    ("số hóa hồ sơ bị lỗi không lưu", "SO_HOA", M2, None),
    ("hệ thống giám sát nq57 không nhập được", "GIAM_SAT_02", M2, None),
    ("phản ánh kiến nghị của dân quá hạn chưa trả lời", "PAKN", M2, None),
    ("thanh toán lệ phí báo lỗi, không in được biên lai", "THANH_TOAN", M2, None),
    ("quy trình điện tử trên hệ thống sai", "TTHC_DM", M2, None),
    ("đường dây nóng gọi không ai nghe", "KENH", M2, None),
    ("trợ lý ảo trả lời sai", "AI", M2, None),
    ("nghi bị tấn công, máy chủ mã hóa hết dữ liệu", "AN_TOAN", M4, None),
    ("lộ dữ liệu cá nhân của dân", "AN_TOAN", M4, None),
    ("may bi nhiem ma doc", "AN_TOAN", M4, None),
    ("máy bị virus quảng cáo", "AN_TOAN", M2, None),
    ("rò rỉ thông tin căn cước", "AN_TOAN", M4, None),
    ("có người giả danh công an gọi điện", "LUA_DAO", M2, None),
    ("dân bị lừa đảo đang chuyển tiền", "LUA_DAO", M4, None),
    ("ba cu thon dong ha bi lua dang chuyen khoan", "LUA_DAO", M4, 4),
    ("ke xau gia cong an bat doc otp", "LUA_DAO", M4, None),
    ("tin nhắn lạ có link lạ", "LUA_DAO", M2, None),
    ("hai đơn vị không vào được phần mềm văn bản", "VAN_BAN", M3, None),
    ("máy in mờ, không gấp", "THIET_BI", M1, None),
    ("danh sách hộ nghèo bị đăng nhầm lên facebook, có số căn cước", "AN_TOAN", M4, None),
    ("mất sóng điện thoại toàn xã do bão", "MANG", M4, None),
    ("may in bi ket giay nhung da dung may khac", "THIET_BI", M1, None),
    ("cả trung tâm không làm việc được vì mất mạng", "MANG", M3, None),
    ("em bi mat tai khoan zalo, no nhan tin muon tien moi nguoi", "LUA_DAO", M2, None),
    ("wifi công an xã chập chờn", "MANG", M2, None),
    ("mạng chậm nhưng vẫn vào được", "MANG", M1, None),
    ("phần mềm hộ tịch lỗi ký số", "KY_SO", M2, None),
    ("zalo nhóm không gửi được ảnh", "KENH", M2, None),
    ("vướng thẩm quyền phi địa giới khi nhận hồ sơ", "NGHIEP_VU", M2, None),
    ("tuyên truyền phòng chống lừa đảo chuyển tiền ở thôn 3", "LUA_DAO", M2, 3),
]

QUESTIONS = [
    "thủ tục đăng ký kết hôn cần giấy tờ gì?",
    "lam khai sinh mat bao lau",
    "cho hỏi nộp hồ sơ tạm trú ở đâu",
    "chứng thực hết bao nhiêu tiền",
    "đăng ký vneid mức 2 như thế nào",
    "có phải mang bản gốc không",
    "cấp lại sổ hồng thì làm thế nào",
    "làm trích lục khai sinh online được không",
    "khi nào có kết quả?",
]

NEITHER = ["xin cảm ơn anh chị", "hôm nay trời đẹp", "tôi đang ở thôn 3", "127", "đã nhận được tài liệu"]


@pytest.mark.parametrize(("text", "system", "severity", "place"), REPORTS)
def test_reports(text: str, system: str, severity: Severity, place: int | None) -> None:
    found = guess(text, PLACES)
    assert (found.system, found.severity, found.place_id) == (system, severity, place)


GRAVE = [text for text, _, severity, _ in REPORTS if severity >= M3]
FAULTS = [text for text, _, _, _ in REPORTS[:60]]


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_reads_like_a_report_and_not_like_a_question(text: str) -> None:
    found = guess(text)
    assert found.incident_like >= 0.5
    assert found.question_like < 0.5


@pytest.mark.parametrize(
    "text",
    [
        *GRAVE,
        "bà con nhận được tin nhắn bảo cập nhật vneid có link",
        "file bị đổi đuôi hết, có chữ đòi tiền chuộc",
    ],
)
def test_a_grave_matter_reads_like_a_report(text: str) -> None:
    assert guess(text).incident_like >= 0.5


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_reads_like_one_and_not_like_a_fault(text: str) -> None:
    found = guess(text)
    assert found.question_like >= 0.5
    assert found.incident_like < 0.5


@pytest.mark.parametrize("text", NEITHER)
def test_small_talk_is_neither(text: str) -> None:
    found = guess(text)
    assert found.incident_like < 0.5
    assert found.question_like < 0.5


@pytest.mark.parametrize("text", ["máy in hỏng, sửa thế nào?", "mất mạng rồi, gọi ai được ạ?"])
def test_a_fault_may_be_told_as_a_question(text: str) -> None:
    found = guess(text)
    assert found.incident_like >= 0.5
    assert found.question_like >= 0.5


def test_the_whole_guess() -> None:
    found = guess("may in bo phan mot cua ko in dc", PLACES)
    assert found.place_text == "Trung tâm Phục vụ hành chính công"
    assert found.system_sure > 0.8


def test_a_faint_hint_is_less_sure_than_a_clear_word() -> None:
    assert guess("mạng gì kỳ vậy").system_sure < guess("mất mạng rồi").system_sure


def test_nothing_said_is_nothing_guessed() -> None:
    nothing = Guess("", 0.0, Severity.MEDIUM, None, "", 0.0, 0.0)
    assert guess("") == nothing
    assert guess("  \n ", PLACES) == nothing
    assert guess("alo") == nothing


@pytest.mark.parametrize("text", ["mất tiền rồi", "điện thoại hỏng", "đại diện thôn đến họp"])
def test_words_that_sound_like_a_power_cut_are_none(text: str) -> None:
    assert guess(text).system != "DIEN"


def test_a_very_long_message_is_judged_by_its_beginning() -> None:
    assert guess("mất điện thôn 3. " + "x" * 20_000, PLACES).system == "DIEN"


@given(st.sampled_from(REPORTS), st.sampled_from(FORMS), st.sampled_from(["as is", "plain", "upper"]))
def test_marks_form_and_case_give_the_same_guess(
    case: tuple[str, str, Severity, int | None], form: Form, how: str
) -> None:
    text = case[0]
    variant = {"as is": text, "plain": fold(text), "upper": text.upper()}[how]
    assert guess(unicodedata.normalize(form, variant), PLACES) == guess(text, PLACES)


@given(st.text(max_size=300))
def test_nothing_that_is_typed_makes_it_fail(text: str) -> None:
    found = guess(text, PLACES)
    assert 0 <= found.incident_like <= 1
    assert 0 <= found.question_like <= 1
    assert 0 <= found.system_sure <= 1
