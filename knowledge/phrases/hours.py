"""Times of day: "16h30", "8 giờ kém 15", "3 giờ chiều", "hết giờ làm việc"."""

import re
from dataclasses import replace
from datetime import time

from core.calendar import OFFICE_HOURS
from core.deadline import DayPart
from knowledge.phrases.mention import Hour
from knowledge.phrases.words import folded_table, named

NOON, DAY_HOURS, MINUTES = 12, 24, 60
EARLIEST_PLAIN = 6  # below, an hour without a part of the day is more likely in the afternoon

_PATTERNS = (
    "hour_less",
    "hour_and_half",
    "hour_and_minutes",
    "hour_by_colon",
    "hour_alone",
    "half_with_part",
    "half_after_at",
)


def find_hours(text: str) -> list[Hour]:
    """Times of day in the order printed."""
    found: list[Hour] = []
    for name in _PATTERNS:
        found += [_hour(match) for match in named(name).finditer(text) if not _taken(match, found)]
    found += [
        Hour(start=match.start(), end=match.end(), clock=clock)
        for name, clock in (("closing", OFFICE_HOURS[-1][1]), ("midday", time(NOON)))
        for match in named(name).finditer(text)
    ]
    found += [
        Hour(start=m.start(), end=m.end(), end_of_day=True) for m in named("midnight_said").finditer(text)
    ]
    return sorted(found, key=lambda hour: hour.start)


def part_named(word: str | None) -> DayPart | None:
    """The part of the day that a folded word means."""
    return DayPart(folded_table("parts")[word]) if word else None


def _taken(match: re.Match[str], found: list[Hour]) -> bool:
    return any(hour.start < match.end() and match.start() < hour.end for hour in found)


def _hour(match: re.Match[str]) -> Hour:
    groups = match.groupdict()
    hour, minute = int(groups["h"]), int(groups.get("m") or 0)
    if groups.get("less"):
        hour, minute = hour - 1, MINUTES - int(groups["less"])
    elif named("half").search(match[0]):
        minute = MINUTES // 2
    end = match.start("part") if groups.get("part") else match.end()
    span = Hour(start=match.start(), end=end, part=part_named(groups.get("part")))
    if hour == DAY_HOURS and minute == 0:
        return replace(span, end_of_day=True, part=None)
    if not (0 <= hour < DAY_HOURS and 0 <= minute < MINUTES):
        return replace(span, error="impossible")
    plain = not groups["h"].startswith("0") and 0 < hour <= EARLIEST_PLAIN
    return replace(span, clock=time(hour, minute), ask=plain)


def settled(hour: Hour, part: DayPart | None) -> Hour:
    """The time on a 24-hour clock, given the part of the day named with it or with its day."""
    part = hour.part or part
    if hour.clock is None:
        return hour
    clock = hour.clock
    if part is None:
        return replace(hour, clock=_later(clock)) if hour.ask and clock.hour < EARLIEST_PLAIN else hour
    if clock.hour > NOON:
        return replace(hour, ask=False)
    return _in_part(hour, clock, part)


def _in_part(hour: Hour, clock: time, part: DayPart) -> Hour:
    if part is DayPart.MORNING:
        return replace(hour, clock=clock.replace(hour=clock.hour % NOON), ask=False)
    if clock.hour == NOON and part in (DayPart.EVENING, DayPart.NIGHT):
        return replace(hour, clock=None, end_of_day=True, ask=False)
    if part is DayPart.NIGHT and clock.hour < EARLIEST_PLAIN:
        return replace(hour, ask=True)
    if clock.hour == NOON or (part is DayPart.NOON and clock.hour > NOON // 2):
        return replace(hour, ask=False)
    return replace(hour, clock=_later(clock), ask=False)


def _later(clock: time) -> time:
    return clock.replace(hour=clock.hour + NOON) if clock.hour < NOON else clock
