"""The demo in a real browser: a member reports with a photo, the officer takes it, the leader sees it.

The pictures that it keeps in artifacts/ are for people: the README shows one of them.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, FrameLocator, Page, expect

from tests.support.browser import ARTIFACTS, DESK, PHONE, OpenPage
from tests.support.photos import encoded

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]
MEMBER, OFFICER, LEADER = 0, 1, 2


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that runs as its own process, as a newcomer starts it."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(tmp_path / "data")]
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip().rstrip("/")
        assert address.startswith("http://127.0.0.1:")
        yield address
        process.terminate()
        assert process.wait(20) in (0, -signal.SIGTERM), "it ends when it is told to, open pages or not"


def phones(page: Page) -> list[FrameLocator]:
    frames = [page.frame_locator("iframe").nth(number) for number in (MEMBER, OFFICER, LEADER)]
    for frame in frames:
        expect(frame.locator("#link")).to_have_attribute("data-state", "joined")
    return frames


def photo_of_a_printer() -> bytes:
    """A printer on a desk with its red lamp lit: something that a person can recognise on the screen."""
    picture = Image.linear_gradient("L").resize((1200, 900)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 640, 1200, 900), fill=(146, 108, 74))
    draw.polygon([(420, 330), (800, 330), (760, 120), (460, 120)], fill=(250, 250, 246))
    draw.rounded_rectangle((260, 320, 960, 680), 36, fill=(58, 66, 76))
    draw.rounded_rectangle((330, 520, 890, 600), 12, fill=(24, 28, 33))
    draw.polygon([(400, 560), (820, 560), (870, 740), (350, 740)], fill=(252, 252, 250))
    draw.ellipse((850, 380, 900, 430), fill=(230, 40, 32))
    return encoded(picture, "JPEG", quality=88)


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
        FilePayload(name="may in.jpg", mimeType="image/jpeg", buffer=photo_of_a_printer())
    )
    member.get_by_label("Viết tin nhắn").fill("may in bo phan mot cua ko in dc")
    member.locator("#send").click()
    expect(member.locator(".line.mine img")).to_be_visible()
    expect(member.locator(".line.theirs").last).to_contain_text("Ghi sự cố")
    press(member, "Gửi")
    expect(member.locator("#log")).to_contain_text("Đã ghi SC-0001")

    alert = officer.locator(".card", has_text="SC-0001").last
    expect(alert).to_contain_text("may in bo phan mot cua ko in dc")
    expect(page.get_by_text("Máy giữa có tin báo")).to_be_visible()
    keep(page, "demo-alert-1280")
    press(officer, "Nhận")
    expect(officer.locator("#log")).to_contain_text("Đã nhận SC-0001")
    expect(member.locator("#log")).to_contain_text("đã nhận")

    leader.get_by_label("Viết tin nhắn").fill("dang mo")
    leader.locator("#send").click()
    expect(leader.locator("#log")).to_contain_text("SC-0001 · anh Minh")
    expect(alert.locator("img")).to_be_visible()
    expect(page.get_by_text("Đã có người nhận:")).to_be_visible()
    keep(page, "demo-taken-1280")

    page.set_viewport_size(PHONE)
    for tab, name in zip(page.locator(".tabs button").all(), ("member", "officer", "leader"), strict=True):
        tab.click()
        keep(page, f"demo-{name}-360")


def test_the_service_says_that_it_is_well(demo: str) -> None:
    with urllib.request.urlopen(f"{demo}/healthz", timeout=10) as answer:  # noqa: S310 - our own process
        facts = json.load(answer)
    assert (facts["status"], facts["database"]) == ("ok", "ok")
