"""Number words as digits, where a number is expected."""

from dataclasses import dataclass

from knowledge.phrases.words import folded_table, is_one_of


@dataclass(frozen=True)
class Token:
    """A word, number or sign with its place in the source."""

    text: str
    start: int
    end: int
    spaced: bool
    surface: str = ""


def numbers_as_digits(tokens: list[Token]) -> list[Token]:
    """Number words become digits before a unit of time and after "thứ", "ngày", "tháng"."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        value, length = _number_at(tokens, at)
        if length and _expected(tokens, at, length):
            first, last = tokens[at], tokens[at + length - 1]
            out.append(Token(str(value), first.start, last.end, spaced=True))
            at += length
        else:
            out.append(tokens[at])
            at += 1
    return out


def _number_at(tokens: list[Token], at: int) -> tuple[int, int]:
    """Value and length of the number words that begin here; length 0 when there are none."""
    numbers = folded_table("numbers")
    words = [token.text for token in tokens[at : at + 3]]
    if not words or words[0] not in numbers:
        return 0, 0
    first, tail = numbers[words[0]], _tail(tokens, at + 1)
    if words[0] == "muoi":
        return first + tail, 2 if tail else 1
    if words[1:2] == ["muoi"]:
        tail = _tail(tokens, at + 2)
        return first * 10 + tail, 3 if tail else 2
    return (0, 0) if words[0] in ("lam", "nham") else (first, 1)


def _tail(tokens: list[Token], at: int) -> int:
    """The last figure of a compound number; 0 when there is none ("mười làm việc")."""
    words = [token.text for token in tokens[at : at + 2]]
    if not words or words == ["lam", "viec"]:
        return 0
    figure: int = folded_table("numbers").get(words[0], 0)
    return figure


def _expected(tokens: list[Token], at: int, length: int) -> bool:
    before = tokens[at - 1].text if at else ""
    word = tokens[at].text
    after = [token.text for token in tokens[at + length : at + length + 2]] + ["", ""]
    if length == 1 and word in _AMBIGUOUS:
        return _AMBIGUOUS[word](before, after)
    return is_one_of("takes_number", before) or is_one_of("number_unit", after[0])


def _is_six(before: str, after: list[str]) -> bool:
    """ "sau" without accents: "sáu" or "after"."""
    return before == "thu" or (after[0] == "thang" and after[1] in ("dau", "cuoi"))


def _is_five(before: str, after: list[str]) -> bool:
    """ "nam": five or year."""
    if before in ("thu", "mung", "thang"):
        return True
    if before in ("ngay", "ngayz"):
        return after[0] == "thang"
    counted = (
        is_one_of("number_unit", after[0]) and not is_one_of("year", after[0]) and not after[1].isdigit()
    )
    return counted and not is_one_of("part_of_year", before)


def _is_seven(before: str, after: list[str]) -> bool:
    """ "bay gio" is "now" unless a part of the day or minutes follow."""
    if after[0] == "gio":
        return before == "luc" or after[1].isdigit() or after[1] in ("sang", "toi", "kem", "ruoi")
    return is_one_of("takes_number", before) or is_one_of("number_unit", after[0])


def _is_four(before: str, after: list[str]) -> bool:
    """ "tu": four only where "bốn" is not said."""
    return before == "thu" or (before == "thang" and after[0] not in ("ngay", "ngayz"))


def _is_one(before: str, after: list[str]) -> bool:
    """ "mot" without accents: after "ngày" and a part of the day it is "mốt"."""
    if before in ("ngay", "ngayz"):
        return after[0] == "thang"
    return before in ("mung", "thang", "quy") or is_one_of("number_unit", after[0])


_AMBIGUOUS = {"sau": _is_six, "nam": _is_five, "bay": _is_seven, "tu": _is_four, "mot": _is_one}
