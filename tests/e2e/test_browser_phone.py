"""The phone in a real browser, with the site behind it and a bot that says what the test tells it to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from bot.web.services import Demo, DemoPerson
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.support import photos
from tests.support.browser import DESK, OpenPage
from tests.support.database import SQLITE
from tests.support.website import Website, make_website

pytestmark = pytest.mark.browser

SIZES = """() => Array.from(document.querySelectorAll('button, summary, textarea, .tool, a.button'))
  .filter((one) => one.getClientRects().length && !one.disabled)
  .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect().height])"""
NAMELESS = """() => Array.from(document.querySelectorAll('button, a, summary, input, textarea'))
  .filter((one) => one.type !== 'hidden')
  .filter((one) => !(one.textContent.trim() || one.getAttribute('aria-label') || one.querySelector('img[alt]')
    || (one.labels && Array.from(one.labels).some((label) => label.textContent.trim()))))
  .map((one) => one.outerHTML)"""
TOO_WIDE = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"

COVERED = """(tab) => {
  const [words, count] = ['.role', '.new'].map((part) => tab.querySelector(part).getBoundingClientRect());
  const edge = tab.getBoundingClientRect();
  return count.left < words.right || count.right > edge.right || words.left < edge.left;
}"""


@pytest.fixture
def stopped_website(new_url: Callable[[str], str], tmp_path: Path) -> Iterator[Website]:
    made = make_website(new_url(SQLITE), tmp_path, max_upload_bytes=3_000_000)
    yield made
    made.services.db.close()


@pytest.fixture
def website(stopped_website: Website) -> Iterator[Website]:
    with stopped_website.running():
        yield stopped_website


def sign_in(website: Website, page: Page, name: str) -> Page:
    page.goto(website.url + website.link(name))
    page.get_by_role("button", name="Vào Trực Số").click()
    expect(page.locator("#link")).to_have_attribute("data-state", "joined")
    return page


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait for something that the page does not show."""
    for _ in range(600):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("waited in vain")


def write(page: Page, text: str) -> None:
    page.get_by_label("Viết tin nhắn").fill(text)
    page.get_by_role("button", name="Gửi tin", exact=True).click()


def test_a_person_signs_in_writes_and_answers(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    expect(page.locator("#duty")).to_contain_text("Trần Văn Minh")
    write(page, "may in hong")
    expect(page.locator(".line.mine")).to_contain_text("may in hong")
    website.say("lan", "Ghi sự cố này?", ("Gửi luôn", "Bỏ"), outbox_id=55, severity=2)
    page.get_by_role("button", name="Gửi luôn").click()
    expect(page.locator(".choices .chosen")).to_contain_text("Gửi luôn (đã chọn)")
    expect(page.get_by_role("button", name="Bỏ")).to_be_disabled()
    assert [event["kind"] for event in website.events()] == ["text", "press"]


def test_the_keyboard_alone_is_enough(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(DESK), "lan")
    page.get_by_label("Viết tin nhắn").focus()
    page.keyboard.type("may in hong")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("tu sang")
    page.keyboard.press("Enter")
    expect(page.locator(".line.mine")).to_contain_text("may in hong\ntu sang")
    website.say("lan", "Ghi sự cố này?", ("Gửi luôn", "Bỏ"), outbox_id=55)
    expect(page.get_by_role("button", name="Gửi luôn")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bỏ")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator(".choices .chosen")).to_contain_text("Gửi luôn")
    expect(page.get_by_label("Viết tin nhắn")).to_be_focused()


def test_what_is_written_offline_is_kept_and_sent_once(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    page.context.set_offline(True)
    write(page, "mất mạng rồi")
    expect(page.locator("#unsent .waiting")).to_contain_text("sẽ gửi lại khi có mạng")
    expect(page.locator("#link")).to_contain_text("Mất mạng")
    assert website.events() == []
    page.context.set_offline(False)
    expect(page.locator("#log .mine")).to_contain_text("mất mạng rồi")
    expect(page.locator("#unsent li")).to_have_count(0)
    assert [event["text"] for event in website.events()] == ["mất mạng rồi"]


def test_what_could_not_be_sent_outlives_the_page(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    page.route("**/tin", lambda route: route.abort())
    write(page, "gửi sau")
    expect(page.locator("#unsent .waiting")).to_be_visible()
    page.get_by_label("Viết tin nhắn").fill("đang gõ dở")
    page.unroute("**/tin")
    page.reload()
    expect(page.locator("#log .mine")).to_contain_text("gửi sau")
    expect(page.get_by_label("Viết tin nhắn")).to_have_value("đang gõ dở")
    assert [event["text"] for event in website.events()] == ["gửi sau"]


def test_a_post_whose_answer_was_lost_has_one_effect(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    lost: list[int] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/tin", lose_first_answer)
    write(page, "chỉ một lần")
    expect(page.locator("#log .mine")).to_have_count(1)
    expect(page.locator("#unsent li")).to_have_count(0)
    assert lost == [204]
    assert [event["text"] for event in website.events()] == ["chỉ một lần"]


def test_a_page_shows_what_it_missed_while_the_service_was_away(
    stopped_website: Website, open_page: OpenPage
) -> None:
    website = stopped_website
    with website.running():
        page = sign_in(website, open_page(), "lan")
        card = website.say("lan", "Chưa ai nhận", ("Xem",), severity=3)
        expect(page.locator(".card")).to_contain_text("Chưa ai nhận")
        port = int(website.url.rpartition(":")[2])
    expect(page.locator("#link")).to_contain_text("Mất mạng")
    write(page, "vẫn gõ được")
    with website.running(port):
        website.say("lan", "Tin lúc vắng")
        website.say("lan", "Anh Minh đã nhận", severity=3, edit_of=card)
        expect(page.locator("#link")).to_have_attribute("data-state", "joined")
        expect(page.locator("#log .theirs").first).to_contain_text("Anh Minh đã nhận")
        expect(page.locator("#log")).to_contain_text("Tin lúc vắng")
        expect(page.locator("#log")).to_contain_text("vẫn gõ được")


def test_a_message_counts_as_delivered_when_it_has_been_on_the_screen(
    website: Website, open_page: OpenPage
) -> None:
    def queue(uow: UnitOfWork) -> None:
        chat = f"p{website.people['lan']}"
        for number in range(1, 32):
            row = OutboxRow(id=number, bot_account="web", chat=chat, lane=0, state="sent", queued_at=uow.now)
            uow.session.add(row)

    def delivered(number: int) -> bool:
        return website.services.db.read_now(
            lambda uow: uow.session.get_one(OutboxRow, number).delivered_at is not None
        )

    website.services.db.write_now(queue)
    for number in range(1, 31):
        website.say("lan", f"tin {number}", outbox_id=number)
    page = sign_in(website, open_page(), "lan")
    until(page, lambda: delivered(30))
    assert not delivered(1), "it is above what the screen shows"
    page.locator("#room").evaluate("(room) => { room.scrollTop = 0; }")
    expect(page.locator("#jump")).to_be_visible()
    website.say("lan", "tin 31", outbox_id=31)
    expect(page.locator("#jump")).to_contain_text("1 tin mới")
    expect(page).to_have_title("(1) Trực Số · Xã Mẫu")
    assert not delivered(31)
    page.locator("#jump").click()
    expect(page).to_have_title("Trực Số · Xã Mẫu")
    until(page, lambda: delivered(31))


def test_photos_are_made_smaller_and_sent_with_their_caption(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    big, pdf = photos.encoded(photos.scene(3000, 2000), "JPEG", quality=95), b"%PDF-1.7\n" + b"x" * 3_000_000
    page.locator(".tool:not(.camera) input").set_input_files(
        [
            FilePayload(name="may in.jpg", mimeType="image/jpeg", buffer=big),
            FilePayload(name="to trinh.pdf", mimeType="application/pdf", buffer=pdf),
        ]
    )
    expect(page.locator("#chosen li")).to_have_count(2)
    write(page, "máy in kêu to")
    expect(page.locator("#log .mine img")).to_have_count(1)
    expect(page.locator("#log .mine")).to_contain_text("Tệp không gửi được: to trinh.pdf")
    expect(page.locator("#chosen")).to_be_hidden()
    (event,) = website.events()
    assert event["text"] == "máy in kêu to"
    assert [attachment["fault"] for attachment in event["attachments"]] == ["", "too_big"]
    shown = page.locator("#log .mine img")
    assert shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") <= 2048


def test_a_place_is_sent_or_the_page_says_what_to_do(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    page.get_by_role("button", name="Vị trí").click()
    expect(page.locator("#notice")).to_contain_text("gõ tên thôn")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 14.35, "longitude": 107.99})
    page.get_by_role("button", name="Vị trí").click()
    expect(page.locator("#log .mine")).to_contain_text("Vị trí: 14.35000, 107.99000")


def test_large_type_is_remembered(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "17px"
    page.get_by_label("Thêm lựa chọn").click()
    page.get_by_role("button", name="Chữ to").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "21px"


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
@pytest.mark.parametrize("large", [False, True])
def test_everything_fits_and_can_be_touched(
    website: Website, open_page: OpenPage, width: int, large: bool
) -> None:
    text = "SC-0127 · Cao · Thiết bị · Trung tâm phục vụ hành chính công: " + "dài" * 60 + "\n0912 000 002"
    website.say("minh", text, ("Nhận", "Giao lại cho người khác trong tổ", "Báo cấp trên"), severity=3)
    page = sign_in(website, open_page({"width": width, "height": 640}), "minh")
    if large:
        page.get_by_label("Thêm lựa chọn").click()
        page.get_by_role("button", name="Chữ to").click()
    assert page.evaluate(TOO_WIDE) <= 0
    assert [one for one in page.evaluate(SIZES) if one[1] < 44] == []
    assert page.evaluate(NAMELESS) == []


def test_signing_out_is_asked_about_and_forgets_the_phone(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")
    page.goto(website.url)
    page.get_by_role("link", name="Nguyễn Thị Lan").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Thêm lựa chọn").click()
    page.get_by_role("button", name="Đăng xuất máy này").click()
    expect(page.get_by_text("Lần đầu vào")).to_be_visible()
    expect(page.get_by_role("link", name="Nguyễn Thị Lan")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("chưa đăng nhập")).to_be_visible()


def test_an_open_page_says_when_its_phone_is_signed_out(website: Website, open_page: OpenPage) -> None:
    page = sign_in(website, open_page(), "lan")

    def revoke(uow: UnitOfWork) -> None:
        uow.session.connection().exec_driver_sql("UPDATE device SET revoked_at = created_at")

    website.services.db.write_now(revoke)
    website.wake("lan")
    expect(page.get_by_text("Máy này đã đăng xuất")).to_be_visible()
    page.wait_for_load_state()
    page.goto(website.url)
    expect(page.get_by_role("link", name="Nguyễn Thị Lan")).to_have_count(0)


def test_without_script_the_phone_still_works(website: Website, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(website.url + website.link("lan"))
    page.get_by_role("button", name="Vào Trực Số").click()
    write(page, "may in hong")
    expect(page.locator("#log .mine")).to_contain_text("may in hong")
    website.say("lan", "Ghi sự cố này?", ("Gửi luôn", "Bỏ"), outbox_id=55)
    page.get_by_role("link", name="Tải lại trang").click()
    page.get_by_role("button", name="Gửi luôn").click()
    expect(page.locator(".choices .chosen")).to_contain_text("Gửi luôn")


def test_the_demo_opens_by_itself_and_is_live(stopped_website: Website, open_page: OpenPage) -> None:
    roles = ("Tổ công nghệ số", "Cán bộ trực", "Lãnh đạo xã")
    people = tuple(
        DemoPerson(person_id, 1, name, role)
        for (name, person_id), role in zip(stopped_website.people.items(), roles, strict=True)
    )
    stopped_website.drill(Demo(people, clock_factor=60.0))
    with stopped_website.running() as website:
        page = open_page(DESK)
        page.goto(website.url)
        phones = [page.frame_locator("iframe").nth(number) for number in range(3)]
        for phone in phones:
            expect(phone.locator("#link")).to_have_attribute("data-state", "joined")
        expect(page.locator("#now")).to_contain_text("thứ Hai 02/03/2026")
        website.say("hoa", "SC-0127 chưa ai nhận", severity=4)
        expect(phones[2].locator(".card.m4")).to_be_visible()
        page.set_viewport_size({"width": 360, "height": 740})
        for number in range(10):
            website.say("hoa", f"tin {number}")
        tab = page.get_by_role("button", name="Lãnh đạo xã 10 tin mới")  # the card above has been seen
        expect(tab).to_be_visible()
        assert tab.evaluate(COVERED) is False
        tab.click()
        expect(phones[2].locator(".card.m4")).to_be_visible()
        expect(phones[0].locator("#composer")).to_be_hidden()
        assert page.evaluate(TOO_WIDE) <= 0
