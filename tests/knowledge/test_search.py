"""Ten everyday questions, the ways people type them, and what must be refused."""

import threading

import pytest

from knowledge.evaluation.sets import shipped_entries
from knowledge.search.entry import Entry
from knowledge.search.index import CHOICES, Decision, Index, fit


@pytest.fixture(scope="module")
def index() -> Index:
    return fit(shipped_entries())


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("dk tam tru online can gi", "residence/tam-tru"),
        ("quen mk vneid", "account/quen-mat-khau-vneid"),
        ("hs bi tra lai k ghi ly do", "submit/yeu-cau-bo-sung"),
        ("mat can cuoc lam lai o dau", "identity/doi-cap-lai-can-cuoc"),
        ("lam ho chieu het bao nhieu tien", "payment/phi-ho-chieu"),
        ("sinh con bao lau phai lam khai sinh", "civil/khai-sinh"),
        ("nop phat nguoi tren mang", "vehicle/phat-nguoi"),
        ("tra cuu ho so bang ma", "submit/theo-doi-ho-so"),
        ("gia han the bao hiem y te ho gia dinh", "health/gia-han-bhyt"),
        ("cong an goi bao cap nhat vneid", "fraud/goi-cap-nhat-vneid"),
    ],
)
def test_everyday_questions_without_marks_are_answered(index: Index, typed: str, slug: str) -> None:
    result = index.search(typed)
    assert result.matches[0].id == slug
    assert result.decision is Decision.ANSWER


@pytest.mark.parametrize(
    "typed",
    [
        "Quên mật khẩu VNeID",
        "quen mat khau vneid",
        "QUÊN MẬT KHẨU VNEID!!!",
        "quen mk vnied",
        "quene maatj khaaur vneid",
        "que6n ma65t kha63u vneid",
        "quenmatkhau vneid",
        "quên mật khua vneid",
        "mật mã app định danh không nhớ nữa",
        "chừ quên mật mã vneid thì mần răng",
    ],
)
def test_one_question_typed_in_many_ways(index: Index, typed: str) -> None:
    assert index.rank(typed)[0].id == "account/quen-mat-khau-vneid"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("đăng ký tạm trú trên VNeID", "đăng ký thường trú trên VNeID"),
        ("phí làm căn cước", "làm lại căn cước ở đâu"),
        ("khai sinh mất bao nhiêu tiền", "khai sinh trong bao nhiêu ngày"),
        ("lệ phí lý lịch tư pháp", "xin phiếu lý lịch tư pháp ở đâu"),
    ],
)
def test_questions_that_look_alike_find_different_answers(index: Index, one: str, other: str) -> None:
    assert index.rank(one)[0].id != index.rank(other)[0].id


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "😀", "???", "thời tiết hôm nay thế nào", "kết quả xổ số miền Nam", "what is the weather",
        "cách nấu phở bò", "xin visa đi Mỹ", "đồ ngu", "giá vàng hôm nay", "012345678901",
    ],
)  # fmt: skip
def test_what_is_not_ours_is_refused(index: Index, typed: str) -> None:
    assert index.search(typed).decision is Decision.REFUSE


def test_a_vague_question_is_offered_choices(index: Index) -> None:
    result = index.search("bị mất rồi làm lại sao")
    assert result.decision is not Decision.ANSWER
    assert len(result.choices) <= CHOICES


def test_ids_come_even_when_refused_and_never_twice(index: Index) -> None:
    result = index.search("xin visa đi Mỹ", k=10)
    ids = [match.id for match in result.matches]
    assert result.decision is Decision.REFUSE
    assert 0 < len(ids) == len(set(ids)) <= 10


def test_scores_fall_and_chances_stay_within_bounds(index: Index) -> None:
    result = index.search("đăng ký kết hôn online")
    scores = [match.score for match in result.matches]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= result.certainty <= 1
    assert 0 <= result.confidence <= 1


def test_a_pasted_law_is_read_no_further_than_needed(index: Index) -> None:
    pasted = "Điều 1. Phạm vi điều chỉnh của nghị định này bao gồm việc cung cấp thông tin. " * 60
    assert len(index.rank(pasted, 3)) <= 3


def test_several_threads_get_the_same_answers(index: Index) -> None:
    typed = ["quen mk vneid", "phạt nguội", "sang tên sổ đỏ", "trễ hẹn"] * 5
    alone = [index.rank(text, 5) for text in typed]
    together: dict[int, object] = {}

    def ask(number: int) -> None:
        together[number] = index.rank(typed[number], 5)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(typed))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(len(typed))] == alone


def test_an_index_needs_entries_with_ids_of_their_own() -> None:
    with pytest.raises(ValueError, match="no entries"):
        fit([])
    with pytest.raises(ValueError, match="share an id"):
        fit([Entry(id="a", question="một"), Entry(id="a", question="hai")])


def test_a_base_of_one_bare_entry_can_be_searched() -> None:
    tiny = fit([Entry(id="only", question="Nộp phạt nguội ở đâu?")])
    assert tiny.rank("nop phat nguoi")[0].id == "only"
    assert tiny.search("zzzz").decision is Decision.REFUSE


def test_what_a_base_does_answer_is_not_foreign_to_it() -> None:
    weather = Entry(
        id="weather", question="Xem dự báo thời tiết của xã ở đâu?", alternatives=("thời tiết xã",)
    )
    index = fit([*shipped_entries(), weather])
    assert index.search("xem thời tiết xã ở đâu").matches[0].id == "weather"
    assert index.search("xem thời tiết xã ở đâu").decision is not Decision.REFUSE


def test_bases_of_other_authors_may_leave_fields_empty() -> None:
    line = (
        '{"id": 7, "question": "Nộp phạt nguội ở đâu?", "alternatives": null, "answer": null, "tags": "xe"}'
    )
    entry = Entry.model_validate_json(line)
    assert (entry.id, entry.alternatives, entry.answer, entry.tags) == ("7", (), "", ("xe",))
