"""Printed lines to paragraphs: hard-wrapped lines are joined, the sign in front of each is told apart."""

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.plans.model import Span
from knowledge.plans.source import Line
from knowledge.plans.words import printed

WRAPPED_WIDTH = 140
_FULL = 0.72
_SHOUTED_LETTERS = 4
_OPEN_END = re.compile(printed("open_end"), re.IGNORECASE)
_CLOSED_END = re.compile(r"[.;:!?…][\"”’)]?$")
_LETTER = printed("letter")
_MARKERS = (
    ("roman", re.compile(r"(?P<label>(?=[IVXl1|]*[IVX])[IVXLl1|]{1,6})\s?[.,)]\s*(?=[^\W\d_]|[\"“(])")),
    ("word", re.compile(printed("word_marker"), re.IGNORECASE)),
    ("upper", re.compile(r"(?P<label>[A-H])\s?[.)]\s+(?=[^\W\d_])")),
    ("num", re.compile(r"(?P<label>\d{1,2}(?:\.\d{1,2}){1,4})\s?[.):/]?\s*(?=[^\W\d_]|[\"“(])")),
    ("num", re.compile(r"(?P<label>\d{1,2})\s?[.)/]\s*(?=[^\W\d_]|[\"“(]|\d+\s?%)")),
    ("letter", re.compile(rf"(?P<label>{_LETTER})\s?[.)]\s+(?=[^\W_]|[\"“(])")),
    ("paren", re.compile(rf"\((?P<label>\d{{1,2}}|{_LETTER})\)\s*(?=[^\W_])")),
    ("plus", re.compile(r"(?P<label>\+)\s*(?=\S)")),
    ("star", re.compile(r"(?P<label>[*•▪●○◦·✓])\s*(?=\S)")),
    ("dash", re.compile(r"(?P<label>[-–—−])\s?(?=\S)")),
)


@dataclass(frozen=True)
class Block:
    """One paragraph. `style` is the kind of sign in front of it ("" for none), `label` the sign itself."""

    style: str
    label: str
    text: str
    span: Span


def marker_of(text: str) -> tuple[str, str, str]:
    """Style, label and the text behind the sign; style and label are empty without one."""
    for style, pattern in _MARKERS:
        match = pattern.match(text)
        if match:
            depth = match["label"].count(".") if style == "num" else 0
            return f"{style}{depth or ''}", match["label"], text[match.end() :].strip()
    return "", "", text


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs of a text, in order."""
    width = _width(lines)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and width and _goes_on(groups[-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_block(group) for group in groups]


def _width(lines: Iterable[Line]) -> int:
    """How wide a full line is, or 0 for a text whose lines are paragraphs."""
    lengths = [len(line.text) for line in lines]
    if not lengths:
        return 0
    longest = statistics.quantiles(lengths, n=10)[-1] if len(lengths) > 1 else lengths[0]
    return int(longest) if longest <= WRAPPED_WIDTH else 0


def _goes_on(group: Sequence[Line], line: Line, width: int) -> bool:
    """Whether a line goes on with the paragraph before it."""
    last = group[-1].text
    style, label, rest = marker_of(line.text)
    closed = bool(_CLOSED_END.search(last))
    if style:
        broken = style in ("dash", "letter") and rest[:1].islower() and not closed
        cut = style.startswith("num") and not line.gap and last.endswith(("-", "/"))
        return (broken and len(last) >= _FULL * width and label != "+") or cut
    if line.gap:
        return not closed and (line.text[:1].islower() or bool(_OPEN_END.search(last)))
    if line.text[:1].islower() or _OPEN_END.search(last):
        return True
    return _is_shouted(last) == _is_shouted(line.text) and len(last) >= _FULL * width


def _is_shouted(text: str) -> bool:
    return text.isupper() and sum(char.isalpha() for char in text) >= _SHOUTED_LETTERS


def _block(group: Sequence[Line]) -> Block:
    style, label, text = marker_of(group[0].text)
    for line in group[1:]:
        glue = "" if re.search(r"\d-$|/$", text) and not text.endswith(" -") else " "
        text = f"{text}{glue}{line.text}"
    return Block(style, label, text, Span(group[0].number, group[-1].number, group[0].page))
