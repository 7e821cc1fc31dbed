"""What phrases of time mean: hand-written tables, and properties that hold for every phrase."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import VIETNAM
from core.deadline import Due, DueKind
from knowledge.calendar_loader import shipped_calendar
from knowledge.phrases.read import read, read_all
from knowledge.vietnamese import fold
from tests.knowledge.phrase_table import Row, rows, written

TABLES = ("phrases.txt", "phrases_heard.txt", "phrases_more.txt", "phrases_third.txt", "phrases_fourth.txt")
ROWS = [row for table in TABLES for row in rows(table)]
IDS = [f"{row.text} ({row.now:%d/%m/%Y})" for row in ROWS]
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=VIETNAM)
TIME_WORDS = [
    "ngày",
    "tháng",
    "thứ",
    "tuần",
    "5",
    "12",
    "31/6",
    "trước",
    "hằng",
    "-",
    "/",
    "h",
    ":",
    "Tết",
    "năm",
]
TIME_WORDS += ["quý", "I", "sau", "mai", "đến", "làm việc", "cuối", "kể từ", "30", "2026", "đầu", "và", "mỗi"]
# Without accents "ngày kìa" (+3) cannot be told from "ngày kia" (+2).
NEEDS_ACCENTS = {"ngày kìa"}


def understood(text: str, now: datetime = NOW) -> Due:
    return read(text, now, shipped_calendar())


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_phrase_means_what_the_table_says(row: Row) -> None:
    assert written(understood(row.text, row.now)) == row.meaning


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_phrase_without_accents_means_the_same(row: Row) -> None:
    if row.text not in NEEDS_ACCENTS:
        bare = written(understood(fold(row.text), row.now))
        assert fold(bare) == fold(row.meaning)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_capitals_and_spaces_change_nothing(row: Row) -> None:
    loud = f"  {row.text.upper()}  "
    assert written(understood(loud, row.now)).lower() == row.meaning.lower()


def test_the_tables_are_large_enough() -> None:
    assert len(ROWS) >= 150


@given(
    st.dates(date(2025, 7, 1), date(2040, 12, 31)),
    st.sampled_from(["{}/{}/{}", "{}-{}-{}", "ngày {} tháng {} năm {}"]),
)
def test_every_full_date_is_read_day_first(day: date, form: str) -> None:
    text = form.format(day.day, day.month, day.year)
    assert understood(f"trước {text}") == Due(
        kind=DueKind.BEFORE_DATE, day=day, raw=f"trước {text}", ask=day.year > NOW.year + 20
    )


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 28), st.integers(1, 12))
def test_a_date_without_a_year_is_the_nearest_that_is_not_past(today: date, day: int, month: int) -> None:
    now = datetime(today.year, today.month, today.day, 8, tzinfo=VIETNAM)
    found = understood(f"ngày {day}/{month}", now).day
    assert found is not None
    assert (found.day, found.month) == (day, month)
    assert timedelta(0) <= found - today < timedelta(days=366)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(2, 7))
def test_a_bare_weekday_is_within_the_coming_week(today: date, number: int) -> None:
    now = datetime(today.year, today.month, today.day, 8, tzinfo=VIETNAM)
    found = understood(f"thứ {number}", now).day
    assert found is not None
    assert found.weekday() == number - 2
    assert timedelta(0) < found - today <= timedelta(days=7)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    due = understood(text)
    assert due.kind is not DueKind.RANGE or (due.start is not None and due.end is not None)


@given(st.lists(st.sampled_from(TIME_WORDS), max_size=8))
def test_no_heap_of_time_words_breaks_the_reader(heap: list[str]) -> None:
    shape = understood(" ".join(heap)).as_json()
    assert shape["kind"] in set(DueKind)


def test_two_deadlines_in_one_sentence_are_both_found() -> None:
    dues = read_all("hoàn thành trước ngày 15/4/2027, báo cáo trước ngày 20/4/2027", NOW)
    assert [due.day for due in dues] == [date(2027, 4, 15), date(2027, 4, 20)]


def test_the_printed_wording_is_kept() -> None:
    due = understood("Rà soát quy trình. Hoàn thành trước ngày 20-12-\n2026 và báo cáo.")
    assert due.raw == "trước ngày 20-12-\n2026"


def test_a_plan_gives_its_year_to_dates_without_one() -> None:
    now = datetime(2026, 11, 25, tzinfo=VIETNAM)
    assert read("trước ngày 15/6", now, year=2028).day == date(2028, 6, 15)
    assert read("trước ngày 15/6", now, year=2025).day == date(2027, 6, 15)


def test_the_exchanged_shape_names_only_what_was_said() -> None:
    assert understood("chậm nhất 16h30 thứ Sáu").as_json() == {
        "kind": "instant",
        "date": "2026-11-27",
        "time": "16:30",
    }
    assert understood("trước 16h30 thứ Sáu hằng tuần").as_json() == {
        "kind": "recurring",
        "recurrence": "weekly:FR",
        "bound": "on",
        "time": "16:30",
    }
    assert understood("trong 3 ngày làm việc").as_json() == {
        "kind": "relative_working_days",
        "date": "2026-11-30",
        "n": 3,
        "unit": "working_day",
        "anchor": "now",
    }
    assert understood("31/6").as_json() == {"kind": "none", "error": "impossible"}
    assert understood("máy in hỏng").as_json() == {"kind": "none"}


def test_a_thing_done_at_once_and_regularly_keeps_both() -> None:
    due = understood("Thực hiện ngay và thường xuyên")
    assert (due.kind, due.asap) == (DueKind.REGULAR, True)
    assert not understood("Nhiệm vụ thường xuyên").asap
