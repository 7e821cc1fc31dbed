"""Words of time that name no day: on an event, regular, at once, periodic without a period."""

from __future__ import annotations

import re

from core.deadline import Due, DueKind
from knowledge.phrases.words import ends_with, rx

_AT_ONCE = (
    r"{asap}"
    r"|{at_once_verb} (?:ngay|ngayz)(?! ?\d| {part}| ?#)"
    r"|(?:ngay|ngayz) (?:va|trong|nhe|nha|di|a|lien)(?! (?:ngay|{month}|{week}))"
)
_ALONE = re.compile(r"[ .,!]*(?:lam |can |phai )?ngayz?[ .,!]*")


def find_mood(text: str) -> Due | None:
    """The first of: event, regular, at once, periodic; None when the text says nothing of time."""
    regular = rx("{regular}").search(text)
    event = rx("{event}").search(text) or re.fullmatch("[ .]*phat sinh[ .]*", text)
    asap = at_once(text)
    if event and not (regular and rx("{on_request_too}").search(text)):
        periodic = rx("{periodic}").search(text)
        if not (periodic and rx("{on_request_too}").search(text)):
            return Due(kind=DueKind.UPON_EVENT, anchor=None, asap=asap)
    if regular:
        return Due(kind=DueKind.REGULAR, asap=asap)
    if rx("{periodic}").search(text):
        return Due(kind=DueKind.UNSPECIFIED_PERIOD, ask=True, asap=asap)
    return Due(kind=DueKind.ASAP, asap=True) if asap else None


def at_once(text: str) -> bool:
    """Whether the thing begins at once: "thực hiện ngay", "càng sớm càng tốt"; "ngay" before a date is "ngày"."""
    return bool(rx(_AT_ONCE).search(text) or _ALONE.fullmatch(text))


def event_words(text: str) -> tuple[int, int] | None:
    """Where the event is named, for the printed wording."""
    match = rx(r"{event}[^,.;\n]*").search(text)
    return match.span() if match else None


def is_vague(text: str) -> bool:
    """ "vài ngày nữa", "hôm nào đó": a time is meant, but which is not said."""
    return bool(rx("{vague_count} (?:{counted_day}|{week_unit}|{month_unit}|{hour_long}|{minute})|{vague_day}").search(text))


def before_is(template: str, text: str) -> bool:
    """Whether the text ends with the pattern, signs and blanks aside."""
    return bool(ends_with(template).search(text))
