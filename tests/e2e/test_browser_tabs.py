"""Many pages in one browser, which allows six connections to one host."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from bot.web.patience import Patience
from tests.e2e.test_browser_phone import sign_in, stopped_website, until, website, write
from tests.support.browser import DESK, OpenPage
from tests.support.office import Office
from tests.support.website import Website

__all__ = ["stopped_website", "website"]
pytestmark = pytest.mark.browser
TABS = 7


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    with Office(tmp_path).demo() as address:
        yield address


def open_streams(page: Page) -> list[Request]:
    """The streams that a page and its frames hold open from now on."""
    held: list[Request] = []
    page.on("request", lambda request: held.append(request) if "/luong?after" in request.url else None)
    for ended in ("requestfinished", "requestfailed"):
        page.on(ended, lambda request: held.remove(request) if request in held else None)
    return held


def tabs(first: Page, count: int) -> list[Page]:
    """More tabs beside the first one, all at the same address."""
    others = [first.context.new_page() for _ in range(count - 1)]
    for other in others:
        other.goto(first.url)
    return [first, *others]


def test_seven_tabs_of_one_phone_all_show_what_is_new_and_can_send(
    website: Website, open_page: OpenPage
) -> None:
    pages = tabs(sign_in(website, open_page(), "lan"), TABS)
    for number, page in enumerate(pages):
        expect(page.locator("#link")).to_have_attribute("data-state", "joined")
        website.say("lan", f"tin {number}")
        write(page, f"máy {number} báo")
        for other in pages:
            expect(other.locator("#log")).to_contain_text(f"máy {number} báo")
            expect(other.locator("#log")).to_contain_text(f"tin {number}")
    texts = [f"máy {number} báo" for number in range(TABS)]
    assert [event["text"] for event in website.events()] == texts


@pytest.mark.parametrize("end", ["left", "killed"])
def test_when_the_tab_that_listens_is_gone_another_one_listens(
    website: Website, open_page: OpenPage, end: str
) -> None:
    pages = tabs(sign_in(website, open_page(), "lan"), 3)
    while len(pages) > 1:
        gone = pages.pop()
        if end == "left":
            gone.goto("about:blank")
        gone.close()
        website.say("lan", f"còn {len(pages)} máy")
        for page in pages:
            expect(page.locator("#log")).to_contain_text(f"còn {len(pages)} máy", timeout=30_000)


def test_tabs_of_one_phone_share_one_stream(website: Website, open_page: OpenPage) -> None:
    first = sign_in(website, open_page(), "lan")
    others = [first.context.new_page() for _ in range(2)]
    held = [open_streams(page) for page in (first, *others)]
    for page in (*others, first):
        page.goto(first.url)
        expect(page.locator("#link")).to_have_attribute("data-state", "joined")
    # Which page it is depends on who came within a second of whom.
    until(first, lambda: sorted(len(streams) for streams in held) == [0, 0, 1])


def test_a_tab_that_has_missed_something_fetches_it(website: Website, open_page: OpenPage) -> None:
    first = sign_in(website, open_page(), "lan")
    second = first.context.new_page()
    second.add_init_script(
        """window.tell = BroadcastChannel.prototype.postMessage;
        BroadcastChannel.prototype.postMessage = function (told) {
          if (!window.silent) window.tell.call(this, told);
        };"""
    )
    first.wait_for_timeout(1100)  # so long the first tab would hold on to the stream
    second.goto(first.url)
    expect(second.locator("#link")).to_have_attribute("data-state", "joined")
    second.evaluate("() => { window.silent = true; }")
    website.say("lan", "một")
    expect(second.locator("#log")).to_contain_text("một")
    expect(first.locator(".line")).to_have_count(0)
    second.evaluate("() => { window.silent = false; }")
    website.say("lan", "hai")
    expect(first.locator(".line .text")).to_have_text(["một", "hai"])


def test_a_browser_whose_tabs_cannot_share_keeps_some_lines_free(
    website: Website, open_page: OpenPage
) -> None:
    """The service ends the oldest streams of a phone; their pages then look every few seconds."""
    first = open_page()
    first.context.add_init_script("delete window.BroadcastChannel")
    pages = tabs(sign_in(website, first, "lan"), TABS)
    for page in (pages[0], pages[-1]):
        write(page, f"máy {pages.index(page)} báo")
        for other in pages:
            expect(other.locator("#log")).to_contain_text(f"máy {pages.index(page)} báo", timeout=30_000)


def test_a_phone_whose_stream_must_wait_goes_on_showing_what_is_new(
    stopped_website: Website, open_page: OpenPage
) -> None:
    stopped_website.services = replace(stopped_website.services, patience=Patience(streams=1))
    with stopped_website.running() as website:
        pages = tabs(sign_in(website, open_page(), "lan"), 2)
        for page in pages:
            expect(page.locator("#link")).to_have_attribute("data-state", "joined")
        held = [open_streams(page) for page in pages]
        with website.phone("minh").stream() as events:
            assert next(events)["event"] == "duty"
            website.say("lan", "một")
            for page in pages:
                expect(page.locator("#log")).to_contain_text("một")
                expect(page.locator("#link")).to_have_attribute("data-state", "joined")
            assert held == [[], []], "nobody has opened one again"
            website.say("minh", "hai")
            assert next(events)["event"] == "line"


def test_two_tabs_of_the_demo_are_both_alive(demo: str, open_page: OpenPage) -> None:
    pages = [open_page(DESK)]
    pages.append(pages[0].context.new_page())
    for page in pages:
        page.goto(demo)
        expect(page.locator("iframe")).to_have_count(3)
    for number, page in enumerate(pages):
        member = page.frame_locator("iframe").first
        expect(member.locator("#link")).to_have_attribute("data-state", "joined")
        member.get_by_label("Viết tin nhắn").fill("may in bo phan mot cua ko in dc" if not number else "1")
        member.locator("#send").click()
        for other in pages:
            log = other.frame_locator("iframe").first.locator("#log")
            expect(log).to_contain_text("Đã ghi SC-0001" if number else "Ghi sự cố")
    for page in pages:
        expect(page.frame_locator("iframe").nth(1).locator(".card")).to_contain_text("SC-0001")
