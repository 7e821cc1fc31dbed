"""Read a Vietnamese phrase of time: the one place where a person's words become a deadline or a moment.

Nothing is guessed: when the words name no time the kind is NONE, and `ask` is set when they allow two
readings that matter. The rules for each kind are in the modules beside this one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.calendar import WorkingCalendar
from core.deadline import NOTHING, PART_HOURS, DayPart, Due, DueKind
from knowledge.phrases import moods
from knowledge.phrases.bounds import Role, role_of
from knowledge.phrases.cycles import Cycle, find_cycle
from knowledge.phrases.dates import find_dates
from knowledge.phrases.durations import find_duration
from knowledge.phrases.hours import find_hours, part_named, settled
from knowledge.phrases.lunar import find_lunar_days
from knowledge.phrases.mention import Days, Frame, Hour, blanked
from knowledge.phrases.normal import Canon, canonical
from knowledge.phrases.ranges import find_shared_month, join_ranges
from knowledge.phrases.relative import find_relative_days, find_weekdays
from knowledge.phrases.spans import find_spans
from knowledge.phrases.words import ends_with, named

_FINDERS = (find_shared_month, find_lunar_days, find_dates, find_weekdays, find_relative_days, find_spans)
_SHAPED_AS_RANGE = (DueKind.RANGE, DueKind.MONTH, DueKind.QUARTER, DueKind.HALF_YEAR)


def read(text: str, now: datetime, calendar: WorkingCalendar | None = None, year: int | None = None) -> Due:
    """What the phrase means at `now` (aware). `year` is the year of the plan that the phrase stands in."""
    found = read_all(text, now, calendar, year)
    return found[0] if found else NOTHING


def read_all(
    text: str, now: datetime, calendar: WorkingCalendar | None = None, year: int | None = None
) -> list[Due]:
    """Every deadline in a sentence, the most explicit first; empty when it names no time."""
    canon = canonical(text)
    frame = Frame(now, calendar or WorkingCalendar(), year)
    cycle = find_cycle(canon.text)
    if cycle is not None and cycle.has_day and not _dated(canon.text, frame):
        return [_recurring(cycle, canon)]
    duration = find_duration(canon, canon.text, frame)
    if duration is not None:
        return [duration]
    dated = _read_days(canon, frame, cycle)
    if dated:
        return dated
    return _read_rest(canon, frame, cycle)


def _dated(text: str, frame: Frame) -> bool:
    """A full date beats "hằng năm" and the like, which then only describe the paper."""
    return bool(re.search(r"\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}", text)) and any(
        role_of(text, day) > Role.PLAIN for day in find_dates(text, frame) if not day.yearless
    )


def _recurring(cycle: Cycle, canon: Canon) -> Due:
    hour = cycle.hour
    return Due(
        kind=DueKind.RECURRING,
        recurrence=";".join(cycle.rules),
        bound=cycle.bound,
        at=hour.clock if hour else None,
        part=cycle.part,
        ask=cycle.ask,
        raw=canon.raw(0, len(canon.text)),
    )


def _read_days(canon: Canon, frame: Frame, cycle: Cycle | None) -> list[Due]:
    hours = find_hours(canon.text)
    text = blanked(canon.text, [(hour.start, hour.end) for hour in hours])
    text = blanked(text, cycle.spans if cycle else ())
    days = _mentions(text, frame)
    ranked = [(role_of(text, day), day) for day in days]
    kept = [(role, day) for role, day in ranked if role is not Role.NONE]
    kept.sort(key=lambda pair: (-min(pair[0], Role.BY), not pair[1].is_day, pair[1].start))
    several = len(days) == 1
    dues = [_due(day, role, _hour_for(day, hours, several, text), canon, text) for role, day in kept]
    if len(dues) > 1 and _either(text, kept[0][1], kept[1][1]):
        dues[0] = replace(dues[0], ask=True)
    return dues


def _mentions(text: str, frame: Frame) -> list[Days]:
    """All days and spans named, left to right, none inside another."""
    found: list[Days] = []
    rest = text
    for find in _FINDERS:
        for days in find(rest, frame):
            if not any(days.start < other.end and other.start < days.end for other in found):
                found.append(days)
        rest = blanked(text, [(days.start, days.end) for days in found])
    found.sort(key=lambda days: days.start)
    found = _with_weekdays(text, found)
    for span in list(join_ranges(text, found, frame)):
        found = [days for days in found if days.end <= span.start or span.end <= days.start]
        found = sorted([*found, span], key=lambda days: days.start)
    return found


def _with_weekdays(text: str, found: list[Days]) -> list[Days]:
    """ "thứ Sáu, ngày 27/11": one day; asked about when weekday and date disagree."""
    merged: list[Days] = []
    for days in found:
        left = merged[-1] if merged else None
        if left and left.is_day and days.is_day and re.fullmatch(r"[ ,(#-]*", text[left.end : days.start]):
            named, dated = (left, days) if left.weekday is not None else (days, left)
            if named.weekday is not None and dated.weekday is None and dated.first is not None:
                clash = dated.first.weekday() != named.weekday
                merged[-1] = replace(
                    dated, start=left.start, end=days.end, ask=clash or (dated.ask and not dated.yearless)
                )
                continue
        merged.append(days)
    return merged


def _hour_for(day: Days, hours: list[Hour], only_day: bool, text: str) -> Hour | None:
    """The time that belongs to a day: beside it, or the only one in the sentence."""
    if not day.is_day:
        return None
    beside = [hour for hour in hours if named("hour_to_day").fullmatch(_between(day, hour, text))]
    if beside:
        return beside[0]
    return hours[0] if only_day and hours else None


def _between(day: Days, hour: Hour, text: str) -> str:
    return text[min(hour.end, day.end) : max(hour.start, day.start)]


def _due(day: Days, role: Role, hour: Hour | None, canon: Canon, text: str) -> Due:
    due = Due(kind=day.kind, ask=day.ask, raw=canon.raw(*_stretch(day, hour, text)))
    if day.error == "unknown":
        return replace(due, kind=DueKind.NONE, ask=True)
    if day.error or (hour and hour.error):
        return replace(due, kind=DueKind.NONE, error=day.error or "impossible")
    if day.kind in _SHAPED_AS_RANGE or day.kind is DueKind.YEAR_END:
        return _span_due(due, day, role, text)
    due = replace(due, day=day.first)
    part = _part_beside(day, text)
    if hour is not None or part is not None:
        return _instant(due, hour, part)
    return replace(due, kind=DueKind.BEFORE_DATE) if role is Role.BEFORE else due


def _span_due(due: Due, day: Days, role: Role, text: str) -> Due:
    if role is Role.BEFORE and day.first is not None:
        if named("ending").match(text[day.start :]):
            return replace(due, kind=DueKind.DATE, day=day.last, ask=True)
        return replace(due, kind=DueKind.BEFORE_DATE, day=day.first)
    if day.kind is DueKind.YEAR_END:
        return replace(due, day=day.last)
    return replace(due, start=day.first, end=day.last)


def _instant(due: Due, hour: Hour | None, part: DayPart | None) -> Due:
    if hour is None:
        return replace(due, kind=DueKind.INSTANT, part=part)
    hour = settled(hour, part)
    if hour.end_of_day or hour.clock is None:
        return replace(due, kind=DueKind.DATE)
    return replace(due, kind=DueKind.INSTANT, at=hour.clock, ask=due.ask or hour.ask)


def _part_beside(day: Days, text: str) -> DayPart | None:
    before = ends_with("part_before_day").search(text[: day.start])
    after = named("part_behind_day").match(text[day.end :])
    match = before or after
    return part_named(match["part"]) if match else None


def _stretch(day: Days, hour: Hour | None, text: str) -> tuple[int, int]:
    """The printed wording: the bound before it and the hour beside it included."""
    start, end = day.start, day.end
    if hour is not None:
        start, end = min(start, hour.start), max(end, hour.end)
    bound = ends_with("bound_printed").search(text[:start])
    return (bound.start() if bound else start), end


def _either(text: str, one: Days, other: Days) -> bool:
    left, right = sorted((one, other), key=lambda days: days.start)
    return bool(named("either").fullmatch(text[left.end : right.start]))


def _read_rest(canon: Canon, frame: Frame, cycle: Cycle | None) -> list[Due]:
    """No day is named: a bare hour or part of the day, a bare frequency, an event, or nothing."""
    whole = canon.raw(0, len(canon.text))
    mood = moods.find_mood(canon.text)
    if cycle is not None and _is_rule(canon.text, cycle):
        return [_recurring(cycle, canon)]
    bare = next(_bare_hour(canon.text, frame), None)
    if bare is not None:
        return [replace(bare, raw=whole)]
    if mood is not None:
        event = moods.event_words(canon.text) if mood.kind is DueKind.UPON_EVENT else None
        return [replace(mood, raw=whole, anchor=canon.raw(*event) if event else None)]
    return [replace(NOTHING, ask=True, raw=whole)] if moods.is_vague(canon.text) else []


def _is_rule(text: str, cycle: Cycle) -> bool:
    """ "khen thưởng hằng năm" describes the reward; "báo cáo hằng năm" is a rule."""
    return not ends_with("qualified_yearly").search(text[: cycle.spans[0][0]])


def _bare_hour(text: str, frame: Frame) -> Iterator[Due]:
    """A time without a day is the next one: today if it is still to come, otherwise tomorrow, asked about."""
    for hour in find_hours(text):
        hour = settled(hour, None)
        if hour.error:
            yield Due(kind=DueKind.NONE, error=hour.error)
        elif hour.clock is not None:
            over = hour.clock <= frame.local.time()
            yield Due(kind=DueKind.INSTANT, day=_day_after(frame, over), at=hour.clock, ask=hour.ask or over)
    alone = named("part_alone").fullmatch(text.strip(" .,!?"))
    part = part_named(alone["part"]) if alone else None
    if part is not None:
        over = PART_HOURS[part][1] <= frame.local.time()
        yield Due(kind=DueKind.INSTANT, day=_day_after(frame, over), part=part, ask=over)


def _day_after(frame: Frame, over: bool) -> date:
    return frame.today + timedelta(days=1) if over else frame.today
