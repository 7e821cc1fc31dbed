"""What looks like a time and is none: document numbers with their dates, "24/7"."""

import re

from knowledge.phrases.words import named

_NOT_TIME = ("document_number", "numbered_paper", "dated_paper")


def blank(flat: str) -> str:
    """The folded text, of the same length, with such places filled with "#"."""
    for name in _NOT_TIME:
        flat = named(name).sub(lambda match: "#" * len(match[0]), flat)
    return named("round_the_clock").sub(lambda match: _blank_unless_dated(match, flat), flat)


def _blank_unless_dated(match: re.Match[str], flat: str) -> str:
    """ "trước ngày 24/7" is a date; "trực 24/7" is not."""
    dated = named("makes_a_date").search(flat[: match.start()])
    return match[0] if dated else "#" * len(match[0])
