"""What must not be kept, and what must not be shown: `screen` and `mask`.

Both are pure and cost time in proportion to the length of the text. They know nothing of our own codes:
invitations and link codes are read before `screen` is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from core import privacy_patterns as patterns

KEPT_DIGITS = 3
"""How many of its last digits a masked number keeps, so that its owner can recognise it."""

_LONGEST_NUMBER = 15  # digits of an international phone number (E.164)
_ID_LENGTHS = (9, 12)
_ID_GROUPS = {
    *((3, 3, 3), (3, 6), (6, 3), (2, 3, 4), (3, 2, 4), (1,) * 9),
    *((3, 3, 3, 3), (4, 4, 4), (3, 3, 6), (3, 1, 2, 6), (3, 9), (6, 6), (2,) * 6, (1,) * 12),
}
_SOLID_PHONE = re.compile(r"0[1-9][0-9]{8,9}|(?:00)?84[1-9][0-9]{8,9}")
_SPACED_PHONE = re.compile(r"(?:0|(?:00)?840?)(?:[35789][0-9]{8}|2[0-9]{8,9})")
_FROM_ABROAD = re.compile(r"(?:00)?84[0-9]{9,11}")
_MOBILE = re.compile(r"(?:0|84)[35789][0-9]{8}")
_LABEL = re.compile(r"(?:cmnd|cmt|cccd|so|id|\\[nrt])\Z")  # or a line break as a log shows it

_AROUND = 40  # letters on each side that tell whether a line is written in capitals
_BESIDE_LENGTH = 6
_SHORT_CODE_LENGTH = 4
_PASSWORD_SIGNS = frozenset("@#$%^&*!_")
_WORD_LENGTH = 8  # letters; no Vietnamese syllable is that long


class Refused(StrEnum):
    """Why a message may not be stored."""

    SECRET = "secret"  # noqa: S105 - the name of a reason
    PASSWORD = "password"  # noqa: S105 - the name of a reason
    ONE_TIME_CODE = "one_time_code"


def screen(text: str) -> Refused | None:
    """Return why a text must not be stored, or None. Called before anything of a message is kept.

    - SECRET: a secrecy mark of the State (Mật, Tối mật, Tuyệt mật) standing as a mark: what bears one may
      not be made or kept on a machine with an Internet connection (Law on Protection of State Secrets).
      The words in ordinary prose ("bảo mật", "mật khẩu", "văn bản mật gửi ở đâu") are none.
    - PASSWORD: a password is given, not only spoken of.
    - ONE_TIME_CODE: a code of 4 to 8 digits beside a word that says so.

    Where a text could be read both ways, it is refused: to send it again costs the sender a moment.
    """
    composed = unicodedata.normalize("NFC", text)
    telex = patterns.telex(composed)
    if _bears_a_secrecy_mark(telex):
        return Refused.SECRET
    folded = patterns.fold(composed).replace(patterns.ZERO_WIDTH, "")
    if patterns.CIPHER in telex.lower():
        folded = folded.replace("mat ma", "mat khau")
    if _gives_a_password(folded):
        return Refused.PASSWORD
    if any(pattern.search(folded) for pattern in patterns.ONE_TIME_CODES):
        return Refused.ONE_TIME_CODE
    return None


def mask(text: str) -> str:
    """Return a text that may be shown to a group or written to a log; composed (NFC).

    ID numbers (9 and 12 digits), phone, health insurance and bank card numbers, and account numbers with a
    word that says so keep their last three digits; one-time codes keep none; e-mail addresses keep their
    domain. Dossier, document and ticket numbers, dates, money and hotlines (1800, 1900) stay. Masking twice
    changes nothing more.
    """
    shown = unicodedata.normalize("NFC", text)
    # A masked number may uncover what it stood beside ("otp 4829 036085001234"). Every round masks
    # something more, so the rounds end; hardly any text needs a third.
    while (again := _masked(shown)) != shown:
        shown = again
    return shown


def _masked(composed: str) -> str:
    pieces, end = [], 0
    for start, stop, shown in sorted(_personal(patterns.fold(composed))):
        pieces += [composed[end:start], shown]
        end = stop
    return "".join([*pieces, composed[end:]])


def _bears_a_secrecy_mark(telex: str) -> bool:
    if any(pattern.search(telex) for pattern in patterns.SECRECY_MARKS):
        return True
    if patterns.BARE_MARK_LINE.search(telex) and patterns.NUMBER_LINE.search(telex):
        return True
    return any(_stands_out(telex, found) for found in patterns.CAPITAL_MARK.finditer(telex))


def _stands_out(telex: str, found: re.Match[str]) -> bool:
    """Whether a word in capitals is a mark: no part of a compound, in a line not all in capitals."""
    before = telex[max(0, found.start() - _AROUND) : found.start()].rpartition("\n")[2]
    after = telex[found.end() : found.end() + _AROUND].partition("\n")[0]
    if patterns.MARK_COMPOUND.match(after) or patterns.MARK_COMPOUND_BEFORE.search(before):
        return False
    letters = [letter for letter in before + after if letter.isalpha()]
    return sum(map(str.isupper, letters)) * 2 <= len(letters)


def _gives_a_password(folded: str) -> bool:
    return (
        any(_is_given(folded, found) for found in patterns.PASSWORD_GIVEN.finditer(folded))
        or any(_is_beside(folded, found) for found in patterns.PASSWORD_BESIDE.finditer(folded))
        or any(_is_named_after(_bare(found["value"])) for found in patterns.PASSWORD_AFTER.finditer(folded))
    )


def _is_given(folded: str, found: re.Match[str]) -> bool:
    """Whether what follows "password is" or "password:" is one."""
    value, said = _bare(found["value"]), not found["sign"]
    if _is_strong(value):
        return True
    if value.isalpha():
        return (said and len(value) >= _WORD_LENGTH) or _is_password_word(folded, found)
    if not _is_digits(value) or patterns.COUNTED.match(folded, found.end("value")):
        return False
    # "quên mật khẩu: 19001234" is where to ask, "đổi mật khẩu: 25/12/2025" is when.
    elsewhere = value.startswith(("0", "1800", "1900")) or patterns.DATE.fullmatch(value)
    return said or not (elsewhere and _only_spoken_of(folded, found))


def _is_password_word(folded: str, found: re.Match[str]) -> bool:
    """Whether a word of letters alone is a password: a well-known one, or no word of the language."""
    value = _bare(found["value"])
    if patterns.COMMON_PASSWORD.fullmatch(value):
        return True
    if len(value) < _BESIDE_LENGTH or patterns.NO_PASSWORD_WORD.fullmatch(value):
        return False
    start = folded.index(value, found.end())
    return bool(
        patterns.GROWN_TOGETHER.fullmatch(value) and patterns.SAID_ENDS.match(folded, start + len(value))
    )


def _is_beside(folded: str, found: re.Match[str]) -> bool:
    """Whether a word right after "password", without "is", is one."""
    value = _bare(found["value"])
    if _only_spoken_of(folded, found):
        return False
    if value.isdecimal():
        short = patterns.SHORT_CODE_WORD.match(found[0])
        personal = patterns.COUNTED.match(folded, found.end("value")) or _identifies([value], "")
        return len(value) >= (_SHORT_CODE_LENGTH if short else _BESIDE_LENGTH) and not personal
    product = patterns.PRODUCT.fullmatch(value)
    return len(value) >= _BESIDE_LENGTH and _is_strong(value) and not product


def _is_named_after(value: str) -> bool:
    """Whether what stands before "is the password" is one."""
    return _is_strong(value) or (value.isdecimal() and len(value) >= _BESIDE_LENGTH)


def _only_spoken_of(folded: str, found: re.Match[str]) -> bool:
    before = folded[max(0, found.start() - _AROUND) : found.start()]
    return bool(patterns.NO_PASSWORD_THERE.search(before))


def _bare(word: str) -> str:
    return word.strip(".,;:?!()[]{}<>\"'“”‘’«»")


def _is_digits(value: str) -> bool:
    digits = re.sub(r"[./-]", "", value)
    return digits.isdecimal() and len(digits) >= _SHORT_CODE_LENGTH


def _is_strong(value: str) -> bool:
    """Whether a word mixes letters, digits and signs as only passwords do."""
    if len(value) < _SHORT_CODE_LENGTH or patterns.KNOWN_REFERENCE.fullmatch(value):
        return False
    letters, digits = any(map(str.isalpha, value)), any(map(str.isdecimal, value))
    signs = not _PASSWORD_SIGNS.isdisjoint(value)
    return letters + digits + signs > 1


def _personal(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and masked form of everything personal in a folded text.

    Each kind is blanked before the next is looked for, so nothing is found twice.
    """
    rest = folded
    for untouched in (patterns.MASKED, patterns.NEVER_MASKED):
        rest = _blanked(rest, [found.span() for found in untouched.finditer(rest)])
    for pattern, form in _KINDS:
        spans = [found.span("personal") for found in pattern.finditer(rest)]
        yield from ((start, end, form(rest[start:end])) for start, end in spans)
        rest = _blanked(rest, spans)
    yield from ((start, end, _ending(rest[start:end])) for start, end in _numbers(rest))


def _blanked(folded: str, spans: Iterable[tuple[int, int]]) -> str:
    letters = list(folded)
    for start, end in spans:
        letters[start:end] = patterns.BLANK * (end - start)
    return "".join(letters)


def _ending(number: str) -> str:
    digits = "".join(filter(str.isdecimal, number))
    return patterns.BULLET * (len(digits) - KEPT_DIGITS) + digits[-KEPT_DIGITS:]


def _nothing(code: str) -> str:
    return patterns.BULLET * sum(map(str.isdecimal, code))


def _domain(address: str) -> str:
    return patterns.BULLET * KEPT_DIGITS + address[address.index("@") :]


_KINDS = (
    (patterns.EMAIL, _domain),
    (patterns.ACCOUNT, _ending),
    (patterns.CARD, _ending),
    *((pattern, _nothing) for pattern in patterns.ONE_TIME_CODES),
)


def _numbers(folded: str) -> Iterator[tuple[int, int]]:
    """Yield where ID and phone numbers stand, written in one piece or in groups of digits."""
    groups = [found.span() for found in patterns.DIGITS.finditer(folded)]
    first = 0
    while first < len(groups):
        taken = _groups_of_number(folded, groups[first : first + _LONGEST_NUMBER])
        if taken:
            yield groups[first][0], groups[first + taken - 1][1]
        first += taken or 1


def _groups_of_number(folded: str, groups: Sequence[tuple[int, int]]) -> int:
    """Return how many of the groups, from the first on, make up the longest number; 0 for none."""
    lead = folded[max(0, groups[0][0] - _AROUND) : groups[0][0]]
    parts: list[str] = []
    taken = 0
    for count, (start, end) in enumerate(groups, 1):
        joined = count == 1 or patterns.JOINT.fullmatch(folded, groups[count - 2][1], start)
        if not joined or sum(map(len, parts)) + end - start > _LONGEST_NUMBER:
            break
        parts.append(folded[start:end])
        taken = count if _identifies(parts, lead) else taken
    return taken


def _identifies(parts: Sequence[str], lead: str) -> bool:
    """Whether groups of digits, after these letters, are an ID or a phone number."""
    digits = "".join(parts)
    if len(parts) > 1:
        return not _counts_up(parts) and (_is_spaced_id(parts) or _is_spaced_phone(parts, lead))
    if lead[-1:].isalpha() and not _LABEL.search(lead):
        # Grown together with a word ("ĐT0912345678") or part of a code (a meter, a device).
        return bool(_MOBILE.fullmatch(digits)) or (len(digits) == max(_ID_LENGTHS) and digits[0] == "0")
    if lead.endswith("+"):
        return len(digits) >= min(_ID_LENGTHS)
    return len(digits) in _ID_LENGTHS or bool(_SOLID_PHONE.fullmatch(digits))


def _counts_up(parts: Sequence[str]) -> bool:
    """Whether the groups are a list of neighbours ("phòng 101 102 103") and no number at all."""
    return all(int(after) == int(before) + 1 for before, after in pairwise(parts))


def _is_spaced_id(parts: Sequence[str]) -> bool:
    # A citizen's 12 digits begin with the code of a province, 001 to 096: four years in a row do not.
    old = sum(map(len, parts)) == min(_ID_LENGTHS)
    return tuple(map(len, parts)) in _ID_GROUPS and (old or parts[0][0] == "0")


def _is_spaced_phone(parts: Sequence[str], lead: str) -> bool:
    digits, sizes = "".join(parts), list(map(len, parts))
    if lead.endswith("+") or digits.startswith(("84", "0084")):
        return bool(_FROM_ABROAD.fullmatch(digits))
    even = min(sizes) > 1 or max(sizes) == 1
    single_prefix = digits.startswith("02") and sizes[1] == 1  # as on letterheads: 0203.3.825.123
    return (even or single_prefix) and bool(_SPACED_PHONE.fullmatch(digits))
