"""What repeats: "trước ngày 20 hằng tháng", "thứ Sáu hằng tuần", "ngày 14 tháng cuối quý", "định kỳ"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.deadline import Bound, DayPart
from core.recurrence import MONTHS, WEEKDAYS
from knowledge.phrases.dates import month_step
from knowledge.phrases.hours import find_hours, part_named, settled
from knowledge.phrases.mention import Hour, blanked
from knowledge.phrases.words import after_word, ends_with, rx

SUNDAY = 6
HALF_YEAR, QUARTER = 6, 3
LONGEST_MONTH = 31

ORDINALS = {"dau tien": "first", "dau": "first", "1": "first", "nhat": "first", "2": "second", "3": "third", "4": "fourth", "cuoi cung": "last", "cuoi": "last"}
_ORDINAL = r"(?P<ord>dau tien|dau|cuoi cung|cuoi|(?:thu )?(?:nhat|[1-4]))"
_WD = r"(?:{weekday} ?(?P<wd>[2-7])|(?P<su>{sunday}))"
_OF_MONTH = r"(?:{of} )?(?:{every} )?{month}"

# How often, most telling first: the frequency, and how many of it.
_FREQUENCIES: tuple[tuple[str, str, int], ...] = (
    (r"{workdays}", "workdays", 1),
    (r"{weekday} 2 (?:den|-|tois) {weekday} ?6 {every} {week}", "workdays", 1),
    (r"{other_week}", "weekly", 2),
    (r"(?P<n>\d{1,2}) ?{week} ?(?:/ ?|1 |mot )?(?:1 )?lan", "weekly", 0),
    (r"{every} (?P<n>[2-9]) {week}", "weekly", 0),
    (r"6 {month} ?(?:/ ?|1 |mot )?(?:1 )?lan|{every} 6 {month}|{periodic} 6 {month}|(?:nua nam|1/2 nam) (?:1 |mot )?lan", "half_yearly", 1),
    (r"3 {month} ?(?:/ ?|1 |mot )?(?:1 )?lan|{every} 3 {month}", "quarterly", 1),
    (r"(?P<n>\d{1,2}) ?{month} ?(?:/ ?|1 |mot )?(?:1 )?lan", "monthly", 0),
    (r"(?:{every}|theo) quy|quy ?(?:/ ?|1 |mot )(?:1 )?lan|lan ?/ ?quy|1 lan (?:trong |moi )?quy|quy nao cung", "quarterly", 1),
    (r"{every} {week}|{week} ?(?:/ ?|1 |mot )(?:1 )?lan|lan ?/ ?{week}|lan (?:1|mot|moi) {week}|{week} nao cung|theo {week}", "weekly", 1),
    (r"{every}(?= (?:{part} )?(?:{weekday} ?[2-7]|{sunday}))|{each}(?= (?:{part} )?{weekday} ?[2-7](?!\d)[^.;]*{week})", "weekly", 1),
    (r"(?:{every}|theo) {month}|{month} ?(?:/ ?|1 |mot )(?:1 )?lan|lan ?/ ?{month}|lan (?:1|mot|moi) {month}|{month} nao cung", "monthly", 1),
    (r"{every} {year}|{once_per_year}|{year} ?(?:/ ?|1 |mot )(?:1 )?lan|lan ?/ ?{year}|lan (?:1|mot|moi) {year}|{year} nao cung", "yearly", 1),
    (r"{every} (?:{day}|{part})|{day} ?(?:/ ?|1 |mot )(?:1 )?lan|lan ?/ ?{day}|lan (?:1|mot|moi) {day}|{day} nao cung", "daily", 1),
)
# Frequencies said by naming the report: "báo cáo tuần, tháng, quý", "định kỳ (tuần, tháng)".
_LIST_ITEM = r"(?:(?P<six>6 {month}|sau thang)|{week}|{month}|quy|{year}|{day})"
_UNIT_NAMES = (("6", "half_yearly"), ("sau", "half_yearly"), ("tuan", "weekly"), ("th", "monthly"), ("quy", "quarterly"), ("nam", "yearly"), ("ngay", "daily"))


@dataclass(frozen=True)
class Cycle:
    """Rules as written text, whether they name their day, and where in the text the frequency stands."""

    rules: tuple[str, ...]
    has_day: bool
    spans: tuple[tuple[int, int], ...]
    bound: Bound = Bound.ON
    hour: Hour | None = None
    part: DayPart | None = None
    ask: bool = False


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    frequency: str
    interval: int


def find_cycle(text: str) -> Cycle | None:
    """The recurrence in the text; None when nothing repeats."""
    hours = find_hours(text)
    plain = blanked(text, [(hour.start, hour.end) for hour in hours])
    found = _frequencies(plain)
    if not found:
        return None
    if list(dict.fromkeys(one.frequency for one in found)) == ["half_yearly", "yearly"] and len(_month_and_days(plain)) == len("ab"):
        found = found[:1]
    plain = blanked(plain, [(one.start, one.end) for one in found if one.frequency == "half_yearly"])
    details = [_detail(piece, one) for one, piece in _pieces(plain, found)]
    rules = tuple(dict.fromkeys(rule for rules, _ in details for rule in rules))
    part = _part(plain, found)
    hour = settled(hours[0], part) if len(hours) == 1 else None
    if hour is not None and (hour.end_of_day or hour.error):
        hour = None
    ask = any(ask for _, ask in details) or bool(hour and hour.ask)
    bound = Bound.BEFORE if _before(plain) else Bound.ON
    has_day = all(":" in rule or rule in ("daily", "workdays") for rule in rules)
    if hour is not None and hour.time is not None:
        part = None
    return Cycle(rules, has_day, tuple((one.start, one.end) for one in found), bound, hour, part, ask)


def _frequencies(text: str) -> list[_Found]:
    found: list[_Found] = []
    rest = text
    for template, frequency, interval in _FREQUENCIES:
        for match in rx(template).finditer(rest):
            every = interval or int(match["n"])
            found.append(_Found(match.start(), match.end(), frequency, every))
            rest = blanked(rest, [match.span()])
    generic = _generic(rest) if not found else None
    if generic is not None:
        return [generic]
    return sorted(found + _listed(rest, bool(found)), key=lambda one: one.start)


def _generic(text: str) -> _Found | None:
    """Days of "the month" or "the quarter" in general: "ngày làm việc cuối cùng của tháng"."""
    patterns = (
        (r"{month} (?:{final}|{first}) (?:{of} )?(?:(?:{every} )?quy|quy (?:sau|tois?|ke tiep|tiep theo))(?! ?(?:i|[1-4]))", "quarterly"),
        (rf"(?:{{day}} (?:lam viec )?(?:cuoi cung|dau tien)|{_WD} (?:dau tien|cuoi cung)) (?:{{of}} )?{{month}}(?! ?\d| {{this}}| {{next}}| {{last}})", "monthly"),
        (r"{day} \d{1,2} cua {month}(?! ?\d| {this}| {next}| {last})", "monthly"),
    )
    for template, frequency in patterns:
        match = rx(template).search(text)
        if match:
            return _Found(match.start(), match.end(), frequency, 1)
    return None


def _listed(text: str, known: bool) -> list[_Found]:
    """ "báo cáo tháng", "định kỳ tuần, tháng", "hằng tháng, quý, 6 tháng, năm"."""
    lead = r"(?:{periodic}|{report}|hang)" if not known else r"(?:{periodic}|{report}|hang|#|,|{and})"
    found = []
    pattern = rx(rf"{lead}(?: {{report}})?[ (:#,]*(?P<list>{_LIST_ITEM.replace('?P<six>', '?:')}(?:(?: ?, ?| {{and}} |/){_LIST_ITEM.replace('?P<six>', '?:')})*)")
    for match in pattern.finditer(text):
        if rx(r" ?(?:\d+|{this}|{next}|{last}(?! (?:{day} )?(?:\d|#)| {weekday} ?\d)|{weekday} ?\d|{sunday}|i|lan|{final}|{first}|lam viec|dau|cuoi)").match(text[match.end() :]):
            continue
        items = list(rx(_LIST_ITEM).finditer(text, match.start("list"), match.end("list")))
        if len(items) == 1 and not known and not _says_how_often(match, text):
            continue
        found += [_Found(item.start(), item.end(), _unit_name(item[0]), 1) for item in items]
    return found


def _says_how_often(match: re.Match[str], text: str) -> bool:
    """A lone "báo cáo năm" names a report; a day of the month or weekday beside it makes it a rule."""
    if rx("{periodic}|theo").match(match[0]):
        return True
    after = text[match.end() :]
    return bool(rx(r"[ ,(:]*(?:{before}|{by}|{latest}) (?:{day} )?(?:\d{1,2}(?! ?[/.-]| ?{month} ?\d)|#|{weekday} ?[2-7])").match(after))


def _unit_name(word: str) -> str:
    return next(name for start, name in _UNIT_NAMES if word.startswith(start))


def _pieces(text: str, found: list[_Found]) -> list[tuple[_Found, str]]:
    """The stretch of text that gives the day of each frequency: the clauses up to the next frequency."""
    if len({(one.frequency, one.interval) for one in found}) == 1:
        return [(found[0], text)]
    cuts = [0]
    for left, right in zip(found, found[1:], strict=False):
        between = [m.end() for m in re.finditer(r"[;,.]| va ", text[left.end : right.start])]
        leads = re.search(r"\d", text[: found[0].start]) is not None
        cut = between[0] if between and leads else between[-1] if between else 0
        cuts.append(left.end + cut if between else right.start)
    cuts.append(len(text))
    return [(one, text[cuts[i] : cuts[i + 1]]) for i, one in enumerate(found)]


def _detail(text: str, found: _Found) -> tuple[list[str], bool]:
    every = f"/{found.interval}" if found.interval > 1 else ""
    days = _DETAILS[found.frequency](text)
    name = f"{found.frequency}{every}"
    if found.frequency == "yearly" and any("," in day for day in days):
        name = "half_yearly"
    asked = any(day.endswith("?") for day in days)
    return [f"{name}:{day.rstrip('?')}" for day in days] or [name], asked


def _no_detail(_text: str) -> list[str]:
    return []


def _weekly(text: str) -> list[str]:
    text = _WEEKDAY_LIST.sub(_spelled_out, text)
    days = [_weekday(match) for match in rx(_WD).finditer(text) if not after_word("{ordinal_of}").search(text[: match.start()])]
    if len(days) == len("ab") and rx(rf"{_WD} (?:{{to}}|-) {_WD.replace('<wd>', '<w2>').replace('<su>', '<s2>')}").search(text):
        return list(WEEKDAYS[days[0] : days[1] + 1])
    if days:
        return [WEEKDAYS[day] for day in dict.fromkeys(days)]
    edge = rx("(?P<edge>{begin}|{ending}) (?:{every} )?{week}").search(text)
    if edge:
        return ["MO?" if rx("{begin}").fullmatch(edge["edge"]) else "FR?"]
    return []


_WEEKDAY_LIST = re.compile(r"(?<![a-z0-9_])(thu|t) ?([2-7])((?:(?: ?, ?| va )[2-7](?![\d/]))+)")


def _spelled_out(match: re.Match[str]) -> str:
    """ "thứ 2, 4, 6" as "thứ 2, thứ 4, thứ 6"."""
    return f"{match[1]} {match[2]}" + "".join(f", {match[1]} {day}" for day in re.findall(r"\d", match[3]))


def _weekday(match: re.Match[str]) -> int:
    return SUNDAY if match["su"] else int(match["wd"]) - 2


def _monthly(text: str) -> list[str]:
    special = _special_day(text)
    if special:
        return [special]
    return [str(int(day)) for day in _month_days(text)]


def _special_day(text: str) -> str | None:
    work = rx(rf"{{working_day}} (?P<edge>{{final}}|{{first}}) {_OF_MONTH}").search(text)
    if work:
        return "last_workday" if work["edge"].startswith("cuoi") else "first_workday"
    nth = rx(rf"{_WD} (?:{{of}} )?(?:{{week}} )?{_ORDINAL}(?: {{week}})?(?: cua)? {_OF_MONTH}").search(text)
    if nth:
        return f"{ORDINALS[nth['ord'].removeprefix('thu ')]}_{WEEKDAYS[_weekday(nth)]}"
    if rx(rf"{{day}} {{final}} {_OF_MONTH}|{{ending}} {_OF_MONTH}|het {{every}} {{month}}").search(text):
        return "last_day"
    if rx(rf"{{day}} {{first}} {_OF_MONTH}").search(text):
        return "1"
    return "1?" if rx(rf"{{begin}} {_OF_MONTH}").search(text) else None


def _month_days(text: str) -> list[str]:
    """ "ngày 20", "10, 20 và 30", "mùng 5", or a bare "20" before "hằng tháng"."""
    listed = rx(r"(?:{day_lead}|{before}|{by}|{latest}) (?P<days>\d{1,2}(?:(?: ?, ?| {and} | ?- ?)(?:{day_lead} )?\d{1,2})*)(?! ?/| ?%)").search(text)
    bare = listed or rx(r"(?P<days>\d{1,2}) (?:{of} )?{every} {month}").search(text)
    days = re.findall(r"\d{1,2}", bare["days"]) if bare else []
    return [day for day in days if 0 < int(day) <= LONGEST_MONTH]


def _quarterly(text: str) -> list[str]:
    which = rx(r"{month} (?P<edge>{final}|{first}|2|giua) (?:{of} )?(?:{every} )?quy(?: (?P<step>{next}|{this}|do|bao cao))?").search(text)
    days = _month_days(text) or (["31"] if rx("{day} {final}").search(text) else [])
    if which is None:
        return ["last_month:31"] if rx("(?:{day} )?{final} (?:{of} )?(?:{every} )?quy").search(text) else []
    edge = which["edge"]
    name = "last_month" if edge.startswith("cuoi") else "first_month" if edge.startswith("dau") else "second_month"
    step = which["step"]
    if name == "first_month" and step and rx("{next}").fullmatch(step) and month_step(step) == 1:
        name = "next_first_month"
    return [f"{name}:{int(day)}" for day in days]


def _yearly(text: str) -> list[str]:
    days = _month_and_days(text)
    if len(days) == len("ab") and days[0][1] == days[1][1] and days[1][0] - days[0][0] == HALF_YEAR:
        return [",".join(f"{month:02d}-{day:02d}" for month, day in days)]
    if not days and rx("{ending} (?:{every} )?{year}|{day} {final} {year}").search(text):
        return ["12-31"]
    return [f"{month:02d}-{day:02d}" for month, day in days]


def _half_yearly(text: str) -> list[str]:
    days = sorted(_month_and_days(text))
    if len(days) == len("ab"):
        return [",".join(f"{month:02d}-{day:02d}" for month, day in days)]
    if len(days) != 1:
        return []
    month, day = days[0]
    pair = sorted(((month, day), ((month + HALF_YEAR - 1) % MONTHS + 1, day)))
    return [",".join(f"{month:02d}-{day:02d}" for month, day in pair) + "?"]


def _month_and_days(text: str) -> list[tuple[int, int]]:
    pairs = rx(r"(?P<d>\d{1,2})(?: ?[/-] ?| ?{month} )(?P<m>\d{1,2})(?! ?[/-] ?\d)").finditer(text)
    days = [(int(match["m"]), int(match["d"])) for match in pairs]
    return [(month, day) for month, day in days if 0 < month <= MONTHS and 0 < day <= LONGEST_MONTH]


_DETAILS: dict[str, Callable[[str], list[str]]] = {
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
    return bool(rx(r"{before} (?:{day}|{day_lead}|\d+|{weekday} ?\d|{sunday}|{working_day}|{final}|{month})").search(text))


def _part(text: str, found: list[_Found]) -> DayPart | None:
    near = rx("(?P<part>{part}) (?:{day} )?(?:{every}|{each}|{weekday} ?[2-7]|{sunday}|{day_lead} \\d)").search(text)
    near = near or rx("(?:{every}|{each}) (?P<part>{part})").search(text)
    return part_named(near["part"]) if near and found else None
