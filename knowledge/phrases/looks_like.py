"""What looks like a time and is none: document numbers with their dates, "24/7", decimals."""

from __future__ import annotations

import re

from knowledge.phrases.words import rx

_DATE = r"\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}|\d{1,2} thang \d{1,2} nam \d{4}"
_UNIT_WORDS = "thang|nam|quy|ngay|tuan|lan|hang|hop|den|truoc|moi|gio|phut|thu|cn|sang|chieu|toi|trua"
_DOCUMENT_NUMBER = re.compile(
    rf"(?<![\w/.-])\d{{1,5}}(?:/\d{{4}})?(?:[-/](?!(?:{_UNIT_WORDS})\b)|\s?[-/]\s?(?=[a-z]+/[a-z]))[a-z][a-z0-9]*"
    r"(?:[-/&.][a-z0-9]+)*"
    rf"(?:\s*,?\s*(?:ngay|ban hanh ngay)\s+(?:{_DATE}))?"
)
_NUMBERED = re.compile(rf"\bso:?\s*\d+\s*,?\s*ngay\s+(?:{_DATE})")
_ROUND_THE_CLOCK = re.compile(r"(?<![\d/.-])24\s?(?:h|gio)?\s?/\s?(?:24|7)(?![\d])(?!\s?[/.-]\s?\d)(?:\s?h\b)?")


def blank(flat: str) -> str:
    """The folded text, of the same length, with such places filled with "#"."""
    for pattern in (_DOCUMENT_NUMBER, _NUMBERED, _quoted_paper()):
        flat = pattern.sub(lambda match: "#" * len(match[0]), flat)
    return _ROUND_THE_CLOCK.sub(lambda match: _blank_unless_dated(match, flat), flat)


def _quoted_paper() -> re.Pattern[str]:
    """ "Quyết định ngày 22/7/2025 của Thủ tướng": the date belongs to the paper."""
    return rx(rf"{{paper}}[^.;\n]{{0,40}}? ngay (?:{_DATE})(?= cua {{office}})")


def _blank_unless_dated(match: re.Match[str], flat: str) -> str:
    """ "trước ngày 24/7" is a date; "trực 24/7" is not."""
    dated = rx(r"(?:ngay|{before}|han|den|sang|chieu|toi|thu \w+|hom|cn),? \Z").search(flat[: match.start()])
    return match[0] if dated else "#" * len(match[0])
