"""How a mentioned day is meant: as a deadline, excluded or not, or as no deadline at all."""

import re
from enum import IntEnum

from knowledge.phrases.mention import Days
from knowledge.phrases.words import ends_with, named


class Role(IntEnum):
    """How strongly a mention is a deadline; the higher one is read."""

    NONE = 0
    PLAIN = 1
    INSIDE = 2
    BY = 3
    BEFORE = 4


_SAID_BEFORE = (
    ("includes_day", Role.BY),
    ("excludes_day", Role.BEFORE),
    ("latest_day", Role.BY),
    ("up_to_day", Role.INSIDE),
)


def role_of(text: str, days: Days) -> Role:
    """The role of one mention, from the words before it."""
    before = text[: days.start]
    if _is_reference(before, text[days.end :], days):
        return Role.NONE
    for name, role in _SAID_BEFORE:
        if ends_with(name).search(before):
            return role
    return Role.NONE if days.weak and not _alone(before, text[days.end :]) else _plain(before, text, days)


def _is_reference(before: str, after: str, days: Days) -> bool:
    """Effective dates, cut-offs of a report period, days after which something holds: no deadlines."""
    if any(ends_with(name).search(before) for name in ("cut_off", "already_issued")):
        return True
    if days.absolute and ends_with("already_done").search(before):
        return True
    if days.absolute and ends_with("effective_from").search(before) and not named("goes_on_to").match(after):
        return True
    return days.is_day and ends_with("after_day").search(before) is not None


def _plain(before: str, text: str, days: Days) -> Role:
    """A month, quarter or year beside "báo cáo", "kế hoạch" names the paper and not when it is due."""
    if days.is_day or _alone(before, text[days.end :]):
        return Role.PLAIN
    return Role.NONE if ends_with("names_paper").search(before) else Role.PLAIN


def _alone(before: str, after: str) -> bool:
    """Whether the mention is all that was said."""
    return not re.search(r"\w", before) and not re.search(r"\w", after)
