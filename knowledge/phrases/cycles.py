"""What repeats: "trước ngày 20 hằng tháng", "thứ Sáu hằng tuần", "ngày 14 tháng cuối quý"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from core.deadline import Bound, DayPart
from core.recurrence import MONTHS, WEEKDAYS
from knowledge.phrases.dates import month_step
from knowledge.phrases.frequencies import Frequency, find_frequencies
from knowledge.phrases.hours import find_hours, part_named, settled
from knowledge.phrases.mention import Hour, blanked
from knowledge.phrases.words import after_word, is_one_of, named, rx

SUNDAY = 6
HALF_YEAR = 6
TWICE = 2
LONGEST_MONTH = 31
ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth"}


@dataclass(frozen=True)
class Cycle:
    """Rules as written text, whether they name their day, and where in the text the frequencies stand."""

    rules: tuple[str, ...]
    has_day: bool
    spans: tuple[tuple[int, int], ...]
    bound: Bound = Bound.ON
    hour: Hour | None = None
    part: DayPart | None = None
    ask: bool = False


@dataclass(frozen=True)
class _Day:
    """The day of a rule in its written form; `ask` when the words leave it open."""

    text: str
    ask: bool = False


def find_cycle(text: str) -> Cycle | None:
    """The recurrence in the text; None when nothing repeats."""
    hours = find_hours(text)
    plain = blanked(text, [(hour.start, hour.end) for hour in hours])
    found = find_frequencies(plain)
    if not found:
        return None
    spans = tuple((one.start, one.end) for one in found)
    one_frequency = len({one.name for one in found}) == 1
    return _with_time(_cycle(plain, found, spans), plain, hours if one_frequency else [])


def _cycle(text: str, found: list[Frequency], spans: tuple[tuple[int, int], ...]) -> Cycle:
    names = list(dict.fromkeys(one.name for one in found))
    if names == ["half_yearly", "yearly"] and len(_month_and_days(text)) == TWICE:
        found = found[:1]
    text = blanked(text, [(one.start, one.end) for one in found if one.name == "half_yearly"])
    details = [_detail(piece, one) for one, piece in _pieces(text, found)]
    rules = tuple(dict.fromkeys(rule for rules, _ in details for rule in rules))
    has_day = all(":" in rule or rule in ("daily", "workdays") for rule in rules)
    bound = Bound.BEFORE if _before(text) else Bound.ON
    return Cycle(rules, has_day, spans, bound, ask=any(ask for _, ask in details))


def _with_time(cycle: Cycle, text: str, hours: list[Hour]) -> Cycle:
    part = _part(text)
    hour = settled(hours[0], part) if len(hours) == 1 else None
    if hour is None or hour.clock is None:
        return replace(cycle, part=part)
    return replace(cycle, hour=hour, ask=cycle.ask or hour.ask)


def _pieces(text: str, found: list[Frequency]) -> list[tuple[Frequency, str]]:
    """The stretch of text that gives the day of each frequency: the clauses up to the next one."""
    if len({(one.name, one.interval) for one in found}) == 1:
        return [(found[0], text)]
    day_first = re.search(r"\d", text[: found[0].start]) is not None
    cuts = [0, *(_cut(text, left, right, day_first) for left, right in pairwise(found)), len(text)]
    return [(one, text[cuts[i] : cuts[i + 1]]) for i, one in enumerate(found)]


def _cut(text: str, left: Frequency, right: Frequency, day_first: bool) -> int:
    """Where the clause of one frequency ends: at once if days stand before it, else before the next one."""
    ends = [match.end() for match in rx("[;,.]|{and} ").finditer(text, left.end, right.start)]
    if not ends:
        return right.start
    return ends[0] if day_first else ends[-1]


def _detail(text: str, found: Frequency) -> tuple[list[str], bool]:
    days = _DETAILS[found.name](text)
    twice_a_year = found.name == "yearly" and any("," in day.text for day in days)
    name = "half_yearly" if twice_a_year else found.name
    every = f"/{found.interval}" if found.interval > 1 else ""
    return [f"{name}{every}:{day.text}" for day in days] or [f"{name}{every}"], any(day.ask for day in days)


def _no_detail(_text: str) -> list[_Day]:
    return []


def _weekly(text: str) -> list[_Day]:
    text = named("weekday_list").sub(_spelled_out, text)
    mentions = [
        match
        for match in named("weekday_rule").finditer(text)
        if not after_word("ordinal_of").search(text[: match.start()])
    ]
    days = [_weekday(match) for match in mentions]
    if len(days) == TWICE and named("weekday_run").search(text):
        days = list(range(days[0], days[1] + 1))
    edge = named("edge_of_week").search(text)
    if edge and not days:
        return [_Day("MO" if is_one_of("begin", edge["edge"]) else "FR", ask=True)]
    return [_Day(WEEKDAYS[day]) for day in dict.fromkeys(days)]


def _spelled_out(match: re.Match[str]) -> str:
    """ "thứ 2, 4, 6" as "thứ 2, thứ 4, thứ 6"."""
    rest = "".join(f", {match['word']} {day}" for day in re.findall(r"\d", match["more"]))
    return f"{match['word']} {match['first']}{rest}"


def _weekday(match: re.Match[str]) -> int:
    return SUNDAY if match["su"] else int(match["wd"]) - 2


def _monthly(text: str) -> list[_Day]:
    special = _workday_of_month(text) or _nth_weekday(text)
    if special:
        return [_Day(special)]
    if named("last_day_of_month").search(text):
        return [_Day("last_day")]
    if named("first_day_of_month").search(text):
        return [_Day("1")]
    if named("begin_of_month").search(text):
        return [_Day("1", ask=True)]
    return [_Day(str(day)) for day in _month_days(text)]


def _workday_of_month(text: str) -> str | None:
    match = named("workday_of_month").search(text)
    if match is None:
        return None
    return "last_workday" if is_one_of("final", match["edge"]) else "first_workday"


def _nth_weekday(text: str) -> str | None:
    match = named("nth_weekday_of_month").search(text)
    if match is None:
        return None
    word = match["ord"]
    ordinal = "last" if is_one_of("final", word) else ORDINALS.get(word[-1], "first")
    return f"{ordinal}_{WEEKDAYS[_weekday(match)]}"


def _month_days(text: str) -> list[int]:
    """ "ngày 20", "10, 20 và 30", "mùng 5", or a bare "20" before "hằng tháng"."""
    listed = named("days_of_month").search(text) or named("bare_day_of_month").search(text)
    days = re.findall(r"\d{1,2}", listed["days"]) if listed else []
    return [int(day) for day in days if 0 < int(day) <= LONGEST_MONTH]


def _quarterly(text: str) -> list[_Day]:
    which = named("month_of_quarter").search(text)
    if which is None:
        return [_Day(f"last_month:{LONGEST_MONTH}")] if named("end_of_quarter").search(text) else []
    days = _month_days(text) or ([LONGEST_MONTH] if rx("{day} {final}").search(text) else [])
    return [_Day(f"{_month_of_quarter(which)}:{day}") for day in days]


def _month_of_quarter(match: re.Match[str]) -> str:
    if is_one_of("final", match["edge"]):
        return "last_month"
    if not is_one_of("first", match["edge"]):
        return "second_month"
    step = match["step"]
    following = step is not None and is_one_of("next", step) and month_step(step) == 1
    return "next_first_month" if following else "first_month"


def _yearly(text: str) -> list[_Day]:
    days = _month_and_days(text)
    if len(days) == TWICE and days[0][1] == days[1][1] and days[1][0] - days[0][0] == HALF_YEAR:
        return [_Day(_joined(days))]
    if not days and named("end_of_year").search(text):
        return [_Day("12-31")]
    return [_Day(_joined([day])) for day in days]


def _half_yearly(text: str) -> list[_Day]:
    """Both days; when one is printed the other is half a year away, which is asked about."""
    days = sorted(_month_and_days(text))
    if len(days) == TWICE:
        return [_Day(_joined(days))]
    if len(days) != 1:
        return []
    month, day = days[0]
    return [_Day(_joined(sorted((*days, ((month + HALF_YEAR - 1) % MONTHS + 1, day)))), ask=True)]


def _joined(days: list[tuple[int, int]]) -> str:
    return ",".join(f"{month:02d}-{day:02d}" for month, day in days)


def _month_and_days(text: str) -> list[tuple[int, int]]:
    days = [(int(match["m"]), int(match["d"])) for match in named("day_and_month").finditer(text)]
    return [(month, day) for month, day in days if 0 < month <= MONTHS and 0 < day <= LONGEST_MONTH]


_DETAILS: dict[str, Callable[[str], list[_Day]]] = {
    "daily": _no_detail,
    "workdays": _no_detail,
    "weekly": _weekly,
    "monthly": _monthly,
    "quarterly": _quarterly,
    "half_yearly": _half_yearly,
    "yearly": _yearly,
}


def _before(text: str) -> bool:
    """Whether the printed day is excluded; an hour before which something is due keeps its day."""
    if rx("{within}|{before_end}").search(text):
        return False
    return named("day_excluded").search(text) is not None


def _part(text: str) -> DayPart | None:
    match = named("part_of_cycle").search(text)
    return part_named(match["part"] or match["part2"]) if match else None
