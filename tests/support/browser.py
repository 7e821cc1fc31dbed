"""Chromium for the tests: the one of the system, never a download."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=800)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SILENT = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_SILENT += ["--no-first-run", "--disable-sync", "--disable-default-apps", "--no-proxy-server"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module. While it lives, no other event loop can run in this thread."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("there is no Chromium: install Debian's package chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_SILENT)
        yield browser
        browser.close()


# Other work on the machine must not turn a slow page into a failure; nothing waits that long when it works.
expect.set_options(timeout=30_000)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page in a browser profile of its own. An error on any page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(viewport: ViewportSize | None = None, **options: Any) -> Page:
        context = chromium.new_context(viewport=viewport or PHONE, locale="vi-VN", **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
