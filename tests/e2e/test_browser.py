"""The demo in a real browser: a member reports with a photo, the officer takes it, the leader sees it.

The pictures that it keeps in artifacts/ are for people: the README shows one of them.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.support.browser import ARTIFACTS, DESK, PHONE, OpenPage, chromium, open_page
from tests.support.photos import phone_photo

__all__ = ["chromium", "open_page"]

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]
MEMBER, OFFICER, LEADER = 0, 1, 2


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that runs as its own process, as a newcomer starts it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--data", str(tmp_path / "data")]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert any(f":{port}" in line for line in process.stdout), "it prints its address and goes on"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def phones(page: Page) -> list[FrameLocator]:
    frames = [page.frame_locator("iframe").nth(number) for number in (MEMBER, OFFICER, LEADER)]
    for frame in frames:
        expect(frame.locator("#link")).to_have_attribute("data-state", "joined")
    return frames


def press(phone: FrameLocator, choice: str) -> None:
    phone.locator(".choices").get_by_role("button", name=choice, exact=True).last.click()


def keep(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png", animations="disabled")


def test_a_report_with_a_photo_is_taken_and_seen_above(demo: str, open_page: OpenPage) -> None:
    page = open_page(DESK)
    page.goto(demo)
    member, officer, leader = phones(page)

    member.locator(".tool:not(.camera) input").set_input_files(
        {"name": "may in.jpg", "mimeType": "image/jpeg", "buffer": phone_photo()}
    )
    member.get_by_label("Viết tin nhắn").fill("may in bo phan mot cua ko in dc")
    member.locator("#send").click()
    expect(member.locator(".line.mine img")).to_be_visible()
    expect(member.locator(".line.theirs").last).to_contain_text("Ghi sự cố")
    press(member, "Gửi")
    expect(member.locator("#log")).to_contain_text("Đã ghi SC-0001")

    alert = officer.locator(".card", has_text="SC-0001").last
    expect(alert).to_contain_text("may in bo phan mot cua ko in dc")
    keep(page, "demo-alert-1280")
    press(officer, "Nhận")
    expect(officer.locator("#log")).to_contain_text("Đã nhận SC-0001")
    expect(member.locator("#log")).to_contain_text("đã nhận")

    leader.get_by_label("Viết tin nhắn").fill("dang mo")
    leader.locator("#send").click()
    expect(leader.locator("#log")).to_contain_text("SC-0001 · anh Minh")
    keep(page, "demo-taken-1280")

    page.set_viewport_size(PHONE)
    for tab, name in zip(page.locator(".tabs button").all(), ("member", "officer", "leader"), strict=True):
        tab.click()
        keep(page, f"demo-{name}-360")


def test_the_service_says_that_it_is_well(demo: str) -> None:
    with urllib.request.urlopen(f"{demo}/healthz", timeout=10) as answer:  # noqa: S310 - our own process
        facts = json.load(answer)
    assert (facts["status"], facts["database"]) == ("ok", "ok")
