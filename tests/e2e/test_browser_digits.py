"""Digits typed on the web chat mean what stands on the screen, as on a channel without buttons."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.support.browser import DESK, OpenPage
from tests.support.office import Office

pytestmark = pytest.mark.browser
FAST = ("--fast", "60", "--start", "2026-03-02T08:00")


@pytest.fixture(params=[(), FAST], ids=["real time", "sixty times faster"])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with Office(tmp_path).demo(*request.param) as address:
        yield address


def phones(page: Page, address: str) -> tuple[FrameLocator, FrameLocator]:
    """The phones of the member and of the officer."""
    page.goto(address)
    member, officer = (page.frame_locator("iframe").nth(number) for number in (0, 1))
    for phone in (member, officer):
        expect(phone.locator("#link")).to_have_attribute("data-state", "joined")
    return member, officer


def write(phone: FrameLocator, words: str) -> None:
    phone.get_by_label("Viết tin nhắn").fill(words)
    phone.locator("#send").click()


def draft_without_receipts(page: Page, demo: str) -> tuple[FrameLocator, FrameLocator]:
    """The member has an open draft, and the service does not hear that the page has shown it."""
    page.route("**/da-xem", lambda route: route.abort())
    member, officer = phones(page, demo)
    write(member, "may in bo phan mot cua ko in dc")
    expect(member.locator(".line.theirs").last).to_contain_text("Ghi sự cố")
    return member, officer


def test_a_digit_answers_the_draft_and_the_alert(demo: str, open_page: OpenPage) -> None:
    """Typed at once, and while no receipt of the pages gets through: their lines are busy with streams."""
    member, officer = draft_without_receipts(open_page(DESK), demo)
    write(member, "1")
    expect(member.locator("#log")).to_contain_text("Đã ghi SC-0001")
    expect(officer.locator(".card")).to_contain_text("SC-0001")
    write(officer, "1")
    expect(officer.locator("#log")).to_contain_text("Đã nhận SC-0001")


def test_a_digit_whose_page_says_nothing_is_asked_about(demo: str, open_page: OpenPage) -> None:
    """It must not act on what perhaps nobody has seen, nor be told that nothing waits."""
    page = open_page(DESK)
    member, _ = draft_without_receipts(page, demo)
    frame = page.frames[1]
    frame.evaluate("""() => fetch("tin", { method: "POST", body: new URLSearchParams({ text: "1" }) })""")
    expect(member.locator(".line.theirs").last).to_contain_text("Số 1 là cho việc nào?")
    expect(member.locator("#log")).not_to_contain_text("Đã ghi")
    member.locator(".line.theirs").last.get_by_role("button", name="Gửi").click()
    expect(member.locator("#log")).to_contain_text("Đã ghi SC-0001")


def test_a_digit_written_without_a_line_does_not_answer_what_came_later(
    demo: str, open_page: OpenPage
) -> None:
    page = open_page(DESK)
    member, officer = phones(page, demo)
    page.route(
        "**/tin",
        lambda route: route.abort() if "text=1&" in str(route.request.post_data) else route.continue_(),
    )
    write(officer, "1")
    expect(officer.locator("#unsent .waiting")).to_be_visible()
    write(member, "may in bo phan mot cua ko in dc")
    member.get_by_role("button", name="Gửi", exact=True).click()
    expect(officer.locator(".card")).to_contain_text("SC-0001")
    page.unroute("**/tin")
    expect(officer.locator("#log .line.mine .text")).to_have_text("1")
    expect(officer.locator(".line.theirs").last).to_contain_text("Số 1 là cho việc nào?")
    expect(officer.locator("#log")).not_to_contain_text("Đã nhận")
