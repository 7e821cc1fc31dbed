"""How a mentioned day is meant: as a deadline, excluded or not, or as something that is no deadline at all."""

from __future__ import annotations

from enum import IntEnum

from knowledge.phrases.mention import Days
from knowledge.phrases.words import ends_with, rx

# What may stand between the bound and the day: blanked hours, parts of the day, "ngày", "hồi".
_FILLER = r"(?:(?: |#|,|:|\(|-)*(?:{day}|{at}|buoi|het|{part_edge} {part}|{part}|cuoi|dau gio|thoi diem|la|le|ngay le|dip|hoan thanh|nop|gui|bao cao|bc|xong)?)*"


class Role(IntEnum):
    """How strongly a mention is a deadline; the higher one is read."""

    NONE = 0
    PLAIN = 1
    INSIDE = 2
    BY = 3
    BEFORE = 4


def role_of(text: str, days: Days) -> Role:
    """The role of one mention, from the words before it."""
    before = text[: days.start]
    if _is_reference(before, text[days.end :], days):
        return Role.NONE
    if ends_with(rf"(?:{{within}}|{{before_end}}){_FILLER}").search(before):
        return Role.BY
    if ends_with(rf"{{before}}{_FILLER}").search(before):
        return Role.BEFORE
    if ends_with(rf"{{latest}}{_FILLER}").search(before):
        return Role.BY
    if ends_with(rf"{{by}}{_FILLER}").search(before):
        return Role.INSIDE
    return Role.NONE if days.weak and not _alone(before, text[days.end :]) else _plain(before, text, days)


def _is_reference(before: str, after: str, days: Days) -> bool:
    """Effective dates, cut-offs of a report period, days after which something holds: no deadlines."""
    if ends_with(r"(?:{as_of})[ #]*(?:het )?(?:{day})?").search(before):
        return True
    if ends_with(r"(?:da (?:\w+ ){1,6}|di (?:hoan thanh|thuc hien) )(?:den|truoc|trong|tu|tus|vao)?(?: het)?[ #]*(?:{day})?").search(before) and days.absolute:
        return True
    if ends_with(r"(?:da|duoc|co) (?:ban hanh|ky|phe duyet|thong qua|hieu luc)(?: tus?| vao)?(?: {day})?").search(before):
        return True
    from_then = ends_with(r"{from}(?: {day})?[ #]*").search(before)
    if from_then and days.absolute and not rx(r"[ #]*(?:{to})").match(after):
        return True
    return bool(ends_with(r"(?<!khong )(?<!khong de )(?<!khong duoc )(?:sau|qua|qua han)(?: {day})?").search(before)) and days.is_day


def _plain(before: str, text: str, days: Days) -> Role:
    """A month, quarter or year beside "báo cáo", "kế hoạch" names the paper and not when it is due."""
    if days.is_day or _alone(before, text[days.end :]):
        return Role.PLAIN
    return Role.NONE if ends_with(r"{not_due_noun}(?: (?:cua|nam|cong tac))?").search(before) else Role.PLAIN


def _alone(before: str, after: str) -> bool:
    """Whether the mention is all that was said."""
    return not rx(r"\w+").search(before) and not rx(r"\w+").search(after)
