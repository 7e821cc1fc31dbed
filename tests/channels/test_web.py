"""The chat: what is sent comes in once, what is said is shown, and nothing is missed on the way."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.support.database import START
from tests.support.website import Website, shown


def test_a_text_comes_in_and_is_shown_at_once(either_website: Website) -> None:
    phone = either_website.phone("lan")
    answer = phone.post("tin", {"text": "may in hong", "event_id": f"{phone.slot}-0001"})
    assert (answer.status_code, answer.content) == (204, b"")
    (event,) = either_website.events()
    assert {key: event[key] for key in ("bot_account", "event_id", "chat", "sender", "kind", "text")} == {
        "bot_account": "web",
        "event_id": f"{phone.slot}-0001",
        "chat": f"p{either_website.people['lan']}",
        "sender": f"p{either_website.people['lan']}",
        "kind": "text",
        "text": "may in hong",
    }
    assert "may in hong" in phone.get().text


def test_a_post_that_is_repeated_has_one_effect(either_website: Website) -> None:
    phone = either_website.phone("lan")
    for _ in range(3):
        assert phone.post("tin", {"text": "một lần", "event_id": f"{phone.slot}-0001"}).status_code == 204
    assert len(either_website.events()) == 1
    assert [line.text for line in either_website.lines("lan")] == ["một lần"]


def test_a_phone_cannot_use_the_event_id_of_another(website: Website) -> None:
    lan, minh = website.phone("lan"), website.phone("minh")
    for phone in (lan, minh):
        assert phone.post("tin", {"text": "chào", "event_id": f"{lan.slot}-0001"}).status_code == 204
    assert len(website.events()) == 2, "Minh's message must not pass for a repetition of Lan's"


@pytest.mark.parametrize("text", ["", "   \n ", "a" * 20_000, "ữ" * 20_000, "😀" * 5_000, "a\x00b\r\nc"])
def test_any_text_is_taken(either_website: Website, text: str) -> None:
    phone = either_website.phone("lan")
    assert phone.post("tin", {"text": text}).status_code == 204
    (event,) = either_website.events()
    assert event["text"] == text.replace("\x00", " ").replace("\r\n", "\n")
    assert phone.get().status_code == 200


def test_a_text_beyond_all_measure_is_refused_while_it_is_read(website: Website) -> None:
    phone = website.phone("lan")
    for length in (20_001, 300_000, 2_000_000):
        answer = phone.post("tin", {"text": "a" * length}, headers={"Accept": "text/html"})
        assert answer.status_code == 413
        assert "chia lời nhắn làm nhiều tin" in answer.text
    assert website.events() == []


def test_what_must_not_be_kept_is_not_shown_either(website: Website) -> None:
    phone = website.phone("lan")
    assert phone.post("tin", {"text": "mật khẩu là Abc@12345"}).status_code == 204
    (event,) = website.events()
    assert (event["refused"], event["text"]) == ("password", "")
    assert "Abc@12345" not in phone.get().text
    assert "không được lưu lại" in phone.get().text


def test_a_location_comes_in_as_numbers(website: Website) -> None:
    phone = website.phone("lan")
    assert phone.post("vi-tri", {"latitude": "14.35", "longitude": "107.9981"}).status_code == 204
    (event,) = website.events()
    assert (event["kind"], event["latitude"], event["longitude"]) == ("location", 14.35, 107.9981)
    assert "Vị trí: 14.35000, 107.99810" in phone.get().text


@pytest.mark.parametrize("place", [("x", "1"), ("91", "1"), ("1", "-181"), ("nan", "1"), ("", "")])
def test_a_place_that_is_none_is_refused(website: Website, place: tuple[str, str]) -> None:
    fields = {"latitude": place[0], "longitude": place[1]}
    assert website.phone("lan").post("vi-tri", fields).status_code == 400
    assert website.events() == []


def test_a_press_comes_in_and_its_choice_stays_marked(either_website: Website) -> None:
    phone = either_website.phone("minh")
    either_website.say("minh", "SC-0127: máy in hỏng", ("Nhận", "Giao lại"), outbox_id=55, severity=3)
    assert phone.post("chon", {"press": "55:1"}).status_code == 204
    (event,) = either_website.events()
    assert (event["kind"], event["press"]) == ("press", "55:1")
    buttons = re.findall(r"<button name=\"press\".*?</button>", phone.get().text)
    assert [("chosen" in b, "disabled" in b) for b in buttons] == [(True, True), (False, True)]


@pytest.mark.parametrize(
    "press", ["", "55", "55:", ":1", "55:1:1", "55:1; drop", "9999999999:1", "x" * 500, "５５:１"]
)
def test_a_press_of_nothing_is_refused(website: Website, press: str) -> None:
    assert website.phone("minh").post("chon", {"press": press}).status_code == 400
    assert website.events() == []


def test_a_card_that_changes_keeps_its_place_and_opens_its_new_choices(either_website: Website) -> None:
    phone = either_website.phone("minh")
    line_id = either_website.say("minh", "Chưa ai nhận", ("Nhận",), outbox_id=55, severity=3)
    either_website.say("minh", "tin khác")
    phone.post("chon", {"press": "55:1"})
    assert (
        either_website.say("minh", "Đã nhận", ("Xong",), outbox_id=56, severity=3, edit_of=line_id) == line_id
    )
    card, other = either_website.lines("minh")
    assert (card.text, card.answer, card.outbox_ids) == ("Đã nhận", "", (55, 56))
    assert other.text == "tin khác"
    phone.post("chon", {"press": "56:1"})
    assert either_website.lines("minh")[0].answer == "Xong"


def test_a_message_sent_again_replaces_its_line_and_keeps_its_answer(website: Website) -> None:
    phone = website.phone("minh")
    website.say("minh", "SC-0127", ("Nhận",), outbox_id=55)
    phone.post("chon", {"press": "55:1"})
    website.say("minh", "(gửi lại) SC-0127", ("Nhận",), outbox_id=55)
    (line,) = website.lines("minh")
    assert (line.text, line.answer) == ("(gửi lại) SC-0127", "Nhận")


def test_earlier_lines_are_fetched_in_pages(website: Website) -> None:
    phone = website.phone("lan")
    for number in range(60):
        website.say("lan", f"tin số {number};")
    page = phone.get().text
    assert ("tin số 9;" in page, "tin số 10;" in page, 'id="older"' in page) == (False, True, True)
    oldest = re.search(r'data-id="(\d+)"', page)
    assert oldest is not None
    older = phone.get(f"cu?before={oldest[1]}")
    assert re.findall(r"tin số \d+;", older.text) == [f"tin số {n};" for n in range(10)]
    assert older.headers["x-more"] == ""


def queued(website: Website, name: str, number: int) -> int:
    """Put a message to somebody into the outbox as one that a page has, and return its id."""
    chat = f"p{website.people[name]}"

    def queue(uow: UnitOfWork) -> None:
        uow.session.add(OutboxRow(id=number, bot_account="web", chat=chat, lane=0, queued_at=uow.now))

    website.services.db.write_now(queue)
    return number


def delivered(website: Website, number: int) -> datetime | None:
    """When a message was shown, as far as the outbox knows."""
    return website.services.db.read_now(lambda uow: uow.session.get_one(OutboxRow, number).delivered_at)


def test_a_message_is_delivered_when_a_page_has_shown_it(either_website: Website) -> None:
    phone = either_website.phone("minh")
    for number, name in ((55, "minh"), (56, "lan")):
        queued(either_website, name, number)
    assert phone.post("da-xem", {"shown": "55 56 2147483648 9999999999999999999999 x"}).status_code == 204
    assert delivered(either_website, 55) == START
    assert delivered(either_website, 56) is None, "a phone speaks for its own chat only"


def test_a_text_brings_along_what_its_page_had_shown(either_website: Website) -> None:
    """Else a digit could come in before the receipt of the question that it answers."""
    website, phone = either_website, either_website.phone("minh")
    website.clock.advance(timedelta(minutes=5))
    queued(website, "minh", 55)
    answer = phone.post("tin", {"text": "1", "shown": "55 x", "waited": "120000"})
    assert answer.status_code == 204
    written = START + timedelta(minutes=3)
    assert website.events()[0]["sent_at"] == written.isoformat().replace("+00:00", "Z")
    assert delivered(website, 55) == written


@pytest.mark.parametrize("waited", ["-5", "１２", "x", "", "99999999999"])
def test_a_page_that_says_nonsense_about_its_waiting_has_not_waited(website: Website, waited: str) -> None:
    website.phone("minh").post("tin", {"text": "1", "waited": waited})
    assert website.events()[0]["sent_at"] == START.isoformat().replace("+00:00", "Z")


def test_without_its_script_the_page_says_what_it_had_shown(website: Website) -> None:
    website.say("minh", "Nhận không?", ("Nhận",), outbox_id=55)
    assert 'name="shown" value="55"' in website.phone("minh").get().text


def test_what_people_write_cannot_become_markup(website: Website) -> None:
    phone = website.phone("lan")
    phone.post("tin", {"text": "<script>alert(1)</script>"})
    website.say("lan", "<img src=x onerror=alert(1)>\nhttps://a.vn/?q=\"'<b>", ("<i>Nhận</i>",), severity=2)
    page = phone.get().text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<i>" not in page


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Gọi 0912 000 002.", "tel:0912000002"),
        ("Gọi 02603.862.345 nhé", ""),
        ("Gọi 0260 386 2345 nhé", "tel:02603862345"),
        ("SC-0127 số 20260302", ""),
        ("Xem https://xa.gov.vn/tin?a=1&b=2.", "https://xa.gov.vn/tin?a=1&amp;b=2"),
    ],
)
def test_phone_numbers_and_addresses_can_be_tapped(website: Website, text: str, link: str) -> None:
    phone = website.phone("lan")
    website.say("lan", text)
    line = phone.get().text.partition('id="log"')[2].partition("</ol>")[0]
    assert re.findall(r'<a href="([^"]+)"', line) == ([link] if link else [])


def test_a_card_bears_the_word_for_its_severity_once(website: Website) -> None:
    phone = website.phone("minh")
    website.say("minh", "SC-0127 · Cao · Thiết bị: máy in hỏng\nChưa ai nhận", severity=3)
    website.say("minh", "Ghi sự cố này?", severity=4)
    first, second = phone.get().text.partition('id="log"')[2].partition('id="empty"')[0].split("</li>")[:2]
    assert (first.count("Cao"), second.count("Khẩn")) == (1, 1)
    assert ("card m3" in first, "card m4" in second) == (True, True)


def test_the_signs_of_severity_are_drawn_and_leave_their_word(website: Website) -> None:
    phone = website.phone("minh")
    website.say("minh", "Đang mở (2):\n🔴 SC-0001 · Khẩn\n⚪ SC-0002 · Thấp")
    line = phone.get().text.partition('id="log"')[2].partition("</ol>")[0]
    assert re.findall(r'class="sign (m\d)" aria-hidden', line) == ["m4", "m1"]
    assert "SC-0001 · Khẩn SC-0002 · Thấp" in shown(line)


def test_the_page_works_without_its_script(website: Website) -> None:
    phone = website.phone("minh")
    website.say("minh", "Nhận không?", ("Nhận",), outbox_id=55)
    page = phone.get().text
    event_id = re.search(rf'name="event_id" value="({phone.slot}-[0-9a-f]+)"', page)
    assert event_id is not None
    answer = phone.post("chon", {"press": "55:1", "event_id": event_id[1]}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, phone.path)


def test_every_answer_carries_the_security_headers(website: Website) -> None:
    phone = website.phone("lan")
    static = re.search(r"/static/base\.css\?v=\w+", phone.get().text)
    assert static is not None
    for path in ("/", "/khong-co", phone.path, static[0], "/healthz", "/vao/x"):
        answer = phone.browser.get(path, headers={"Accept": "text/html"})
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert phone.get().headers["cache-control"] == "no-store"
    assert "immutable" in phone.browser.get(static[0]).headers["cache-control"]
    assert phone.browser.get("/static/base.css").headers["cache-control"] == "no-cache"


def test_pages_hold_no_script_or_style_of_their_own(website: Website) -> None:
    phone = website.phone("lan")
    website.say("lan", "tin", ("Nhận",), severity=2)
    for page in (phone.get().text, phone.browser.get("/").text, phone.browser.get("/vao/x").text):
        assert re.findall(r"<script(?![^>]*src=)|<style| style=| on\w+=", page) == []


def test_an_unknown_page_is_answered_calmly(website: Website) -> None:
    answer = website.browser().get("/khong-co", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text


def test_a_failure_shows_a_code_and_no_trace(website: Website) -> None:
    phone = website.phone("lan")
    website.say("lan", "tin")
    website.services.db.write_now(
        lambda uow: uow.session.connection().exec_driver_sql("DROP TABLE shift") and None
    )
    answer = phone.get(headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert re.search(r"<strong>W-[0-9A-F]{6}</strong>", answer.text)
    assert "Traceback" not in answer.text
    assert "shift" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_stranger_gets_nothing_of_a_phone(website: Website) -> None:
    phone = website.phone("lan")
    website.say("lan", "chuyện riêng")
    for path in ("", "luong", "cu", "anh/" + "0" * 64):
        answer = httpx.get(website.url + phone.path + path)
        assert answer.status_code == 401
        assert answer.content == b""
    for path in ("tin", "chon", "anh", "vi-tri", "da-xem", "ra"):
        assert httpx.post(website.url + phone.path + path, headers={"Origin": website.url}).status_code == 401


def test_the_phone_can_be_put_on_the_home_screen(website: Website) -> None:
    phone = website.phone("lan")
    manifest = httpx.get(website.url + phone.path + "app.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    described = manifest.json()
    assert (described["name"], described["start_url"], described["scope"]) == ("Trực Số", ".", ".")
    for icon in described["icons"]:
        assert phone.browser.get(icon["src"]).status_code == 200
