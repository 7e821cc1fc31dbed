"""Phrases and edge cases of plans, each in a few lines of a plan."""

from datetime import date, datetime

import pytest

from core.clock import VIETNAM
from core.deadline import DueKind
from knowledge.plans import doubts
from knowledge.plans.files import read_bytes
from knowledge.plans.model import Plan, PlanTask
from knowledge.plans.read import read_plan
from knowledge.plans.source import PlanError

NOW = datetime(2026, 3, 2, 8, tzinfo=VIETNAM)
HEAD = """UBND XÃ AN THẠNH
Số: 41/KH-UBND
An Thạnh, ngày 02 tháng 3 năm 2026

KẾ HOẠCH
Chuyển đổi số năm 2026

"""


def plan(text: str, head: str = HEAD) -> Plan:
    return read_plan(read_bytes((head + text).encode(), "ke-hoach.txt"), NOW)


def only(text: str) -> PlanTask:
    (task,) = plan(text).tasks
    return task


def test_the_facts_of_the_head() -> None:
    facts = plan("I. NHIỆM VỤ\n- Rà soát danh mục thủ tục hành chính.\n").facts
    assert (facts.number, facts.issued_on, facts.issuer) == (
        "41/KH-UBND",
        date(2026, 3, 2),
        "UBND XÃ AN THẠNH",
    )


def test_purposes_and_aims_are_no_tasks() -> None:
    text = (
        "I. MỤC ĐÍCH, YÊU CẦU\n- Nâng cao nhận thức của cán bộ, công chức.\n"
        "II. NHIỆM VỤ\n- Rà soát lại thiết bị đầu cuối.\n"
    )
    assert [task.text for task in plan(text).tasks] == ["Rà soát lại thiết bị đầu cuối."]


def test_before_a_day_excludes_it() -> None:
    due = only("I. NHIỆM VỤ\n- Rà soát thiết bị tại các phòng. Hoàn thành trước ngày 15/4/2026.\n").due
    assert (due.kind, due.day) == (DueKind.BEFORE_DATE, date(2026, 4, 15))


def test_a_month_stays_a_month() -> None:
    due = only("I. NHIỆM VỤ\n- Lập danh sách cán bộ dự tập huấn. Hoàn thành trong tháng 5/2026.\n").due
    assert (due.kind, due.end) == (DueKind.MONTH, date(2026, 5, 31))


@pytest.mark.parametrize(
    "sentence",
    [
        "Triển khai Quyết định số 20/QĐ-UBND ngày 10/01/2026 của Ủy ban nhân dân tỉnh.",
        "Tạo lập hồ sơ điện tử đối với hồ sơ phát sinh từ ngày 01/3/2026.",
        "Bảo đảm đường truyền hoạt động thông suốt 24/7, không gián đoạn.",
        "Xây dựng chuyên mục tuyên truyền chuyển đổi số năm 2026 trên trang thông tin.",
        "Tham mưu khen thưởng hằng năm đối với tập thể, cá nhân tiêu biểu.",
    ],
)
def test_dates_that_are_no_deadlines(sentence: str) -> None:
    assert only(f"I. NHIỆM VỤ\n- {sentence}\n").due.printed_day is None


def test_two_deadlines_in_one_item_are_two_tasks() -> None:
    tasks = plan(
        "I. NHIỆM VỤ\n- Khảo sát hạ tầng mạng tại các thôn trước ngày 10/4/2026; "
        "tổng hợp, đề xuất phương án đầu tư trước ngày 30/6/2026.\n"
    ).tasks
    assert [task.due.day for task in tasks] == [date(2026, 4, 10), date(2026, 6, 30)]


def test_lead_and_deadline_pass_from_the_heading_and_the_closing_line() -> None:
    tasks = plan(
        "I. NHIỆM VỤ\n1. Giao Phòng Văn hóa - Xã hội chủ trì, phối hợp với Công an xã:\n"
        "- Tổ chức tập huấn kỹ năng số cho cán bộ.\n- Biên soạn tài liệu hướng dẫn người dân.\n"
        "- Thời gian hoàn thành: Trước ngày 20/6/2026.\n"
    ).tasks
    assert [task.lead for task in tasks] == [("Phòng Văn hóa - Xã hội",)] * 2
    assert [task.coordinate for task in tasks] == [("Công an xã",)] * 2
    assert [(task.due.day, task.inherited) for task in tasks] == [(date(2026, 6, 20), True)] * 2


def test_no_lead_is_left_empty_and_doubted() -> None:
    task = only("I. NHIỆM VỤ\n- Rà soát, nâng cấp máy tính tại trụ sở.\n")
    assert (task.lead, doubts.NO_LEAD in task.doubts) == ((), True)


def test_a_deadline_before_the_plan_is_marked() -> None:
    task = only("I. NHIỆM VỤ\n- Công an xã rà soát camera. Hoàn thành trước ngày 15/02/2026.\n")
    assert doubts.PAST in task.doubts


def test_a_day_that_does_not_exist_is_said_and_not_guessed() -> None:
    task = only("I. NHIỆM VỤ\n- Công an xã rà soát camera. Hoàn thành trước ngày 31/6/2026.\n")
    assert (task.due.printed_day, doubts.IMPOSSIBLE in task.doubts) == (None, True)


def test_a_year_far_away_is_said_and_not_taken() -> None:
    task = only("I. NHIỆM VỤ\n- Công an xã rà soát camera. Hoàn thành trước ngày 30/6/2205.\n")
    assert (task.due.printed_day, doubts.FAR in task.doubts) == (None, True)


def test_monthly_reports_and_periods_that_are_not_said() -> None:
    reports = plan(
        "I. CHẾ ĐỘ BÁO CÁO\n- Các cơ quan, đơn vị báo cáo kết quả hằng tháng (trước ngày 20 hằng tháng) "
        "gửi về Văn phòng HĐND và UBND để tổng hợp.\n- Công an xã định kỳ báo cáo Ủy ban nhân dân xã.\n"
    ).reports
    assert [report.due.recurrence for report in reports] == ["monthly:20", None]
    assert reports[1].due.ask


def test_a_table_printed_one_cell_a_line() -> None:
    tasks = plan(
        "PHỤ LỤC\nSTT\nNội dung nhiệm vụ\nThời gian hoàn thành\nCơ quan chủ trì\nCơ quan phối hợp\nKết quả\n"
        "1\nLập phương án dự phòng cho hệ thống.\n30/6/2026\nCông an xã\nCác phòng chuyên môn\nPhương án\n"
        "2\nSố hóa hồ sơ lưu trữ còn hiệu lực.\n31/10/2026\nVăn phòng HĐND và UBND\nBáo cáo\n"
    ).tasks
    assert [task.due.day for task in tasks] == [date(2026, 6, 30), date(2026, 10, 31)]
    assert [task.lead for task in tasks] == [("Công an xã",), ("Văn phòng HĐND và UBND",)]
    assert [task.result for task in tasks] == ["Phương án", "Báo cáo"]


def test_body_and_annex_that_disagree_are_both_kept_and_marked() -> None:
    tasks = plan(
        "I. NHIỆM VỤ\n- Công an xã lập phương án dự phòng cho hệ thống. Hoàn thành trước ngày 15/5/2026.\n"
        "PHỤ LỤC\nSTT | Nội dung | Chủ trì | Thời gian\n"
        "1 | Công an xã lập phương án dự phòng cho hệ thống. Hoàn thành trước ngày 15/5/2026. "
        "| Công an xã | 30/6/2026\n"
    ).tasks
    assert [doubts.DISAGREE in task.doubts for task in tasks] == [True, True]


def test_evidence_names_the_lines_of_the_file() -> None:
    assert only("I. NHIỆM VỤ\n- Rà soát lại thiết bị đầu cuối.\n").span.as_json() == [9, 9]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"1\n2\n3\n", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\xd0\xcf\x11\xe0 ...", "old_word"),
        (b"\x89PNG\r\n", "image"),
        (b"PK\x03\x04 ...", "other_kind"),
        (bytes(range(256)) * 4, "not_text"),
        (b"a\x00b\x01" * 50, "not_text"),
    ],
)
def test_files_of_another_kind_are_told_by_what_is_in_them(content: bytes, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        read_bytes(content, "ke-hoach.txt")
    assert caught.value.code == code
