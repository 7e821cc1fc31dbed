"""How often something happens: "hằng tuần", "6 tháng một lần", "báo cáo tháng, quý, năm"."""

import re
from dataclasses import dataclass

from knowledge.phrases.mention import blanked
from knowledge.phrases.words import is_one_of, named

# Most telling first: pattern, frequency, and how many of it (0: the number is in the text).
_FREQUENCIES: tuple[tuple[str, str, int], ...] = (
    ("every_workday", "workdays", 1),
    ("every_other_week", "weekly", 2),
    ("every_n_weeks", "weekly", 0),
    ("every_half_year", "half_yearly", 1),
    ("every_three_months", "quarterly", 1),
    ("every_n_months", "monthly", 0),
    ("every_quarter", "quarterly", 1),
    ("every_week", "weekly", 1),
    ("every_weekday", "weekly", 1),
    ("every_month", "monthly", 1),
    ("every_year", "yearly", 1),
    ("every_day", "daily", 1),
)
# Days of "the month" or "the quarter" in general: "ngày làm việc cuối cùng của tháng".
_IN_GENERAL = (("quarter_in_general", "quarterly"), ("month_in_general", "monthly"))
_PERIODS = (("week", "weekly"), ("month", "monthly"), ("year", "yearly"), ("day", "daily"))


@dataclass(frozen=True)
class Frequency:
    """One frequency, every how many of it, and where it stands in canonical text."""

    start: int
    end: int
    name: str
    interval: int = 1


def find_frequencies(text: str) -> list[Frequency]:
    """All frequencies in the order printed; empty when nothing repeats."""
    found: list[Frequency] = []
    rest = text
    for pattern, name, interval in _FREQUENCIES:
        for match in named(pattern).finditer(rest):
            found.append(Frequency(match.start(), match.end(), name, interval or _number(match)))
            rest = blanked(rest, [match.span()])
    if not found and (general := _in_general(rest)):
        return general
    return sorted(found + _listed(rest, bool(found)), key=lambda frequency: frequency.start)


def _number(match: re.Match[str]) -> int:
    return int(next(figure for figure in match.groups() if figure))


def _in_general(text: str) -> list[Frequency]:
    for pattern, name in _IN_GENERAL:
        match = named(pattern).search(text)
        if match:
            return [Frequency(match.start(), match.end(), name)]
    return []


def _listed(text: str, known: bool) -> list[Frequency]:
    """Periods that name a report; `known` when the text already says that something repeats."""
    found: list[Frequency] = []
    for match in named("periods_listed_more" if known else "periods_listed_first").finditer(text):
        if named("names_one_period").match(text[match.end() :]):
            continue
        items = list(named("period_named").finditer(text, match.start("list"), match.end("list")))
        if len(items) > 1 or known or _says_how_often(match, text):
            found += [Frequency(item.start(), item.end(), _period(item[0])) for item in items]
    return found


def _says_how_often(match: re.Match[str], text: str) -> bool:
    """A lone "báo cáo năm" names a report; a day of the month or weekday beside it makes it a rule."""
    if named("periodic").match(match[0]):
        return True
    return named("day_of_period").match(text[match.end() :]) is not None


def _period(word: str) -> str:
    if word.startswith(("6", "sau")):
        return "half_yearly"
    return next((name for period, name in _PERIODS if is_one_of(period, word)), "quarterly")
