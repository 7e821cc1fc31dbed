"""What must never be in the files of the project, and what must be true of the pages."""

import re

from tests.house.tree import PROJECT, files

# Put together here, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a private key": "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
    "a Telegram bot token": r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    "an AWS key": r"\bAKIA[0-9A-Z]{16}\b",
    "a JSON web token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",
    "a folder outside the project": r"\.\./" + r"shared\b",
    "a folder of one machine": r"(?<![\w.])/(?:work|root)/" + r"\w",
    "a registry's host": r"pypi\." + r"org|python" + r"hosted\.org|registry\." + r"npmjs",
}
BINARY = {
    ".gif",
    ".ico",
    ".jpg",
    ".jpeg",
    ".pdf",
    ".png",
    ".ttf",
    ".otf",
    ".woff2",
    ".xlsx",
    ".docx",
    ".zip",
    ".pyc",
}


def test_no_file_holds_a_secret_or_a_place_of_one_machine() -> None:
    found = []
    for path in files():
        if path.suffix in BINARY or path.name == ".env":
            continue
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(PROJECT).as_posix()
        found += [f"{name}: {what}" for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    samples = {
        "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----",
        "a Telegram bot token": "123456789:" + "A" * 35,
        "a folder outside the project": "see ../" + "shared/x.md",
        "a folder of one machine": "cd /work/" + "main",
        "a registry's host": "https://pypi." + "org/simple",
    }
    for what, text in samples.items():
        assert re.search(FORBIDDEN[what], text), what


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in files(".md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            inside = not re.match(r"[a-z]+:|#", target)
            if inside and not (page.parent / target.split("#")[0]).exists():
                broken.append(f"{page.relative_to(PROJECT)}: {target}")
    assert broken == []
