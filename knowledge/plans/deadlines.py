"""Deadlines in the running text of a plan: which dates are due days, and what they close."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from core.deadline import NOTHING, Due, DueKind
from knowledge.phrases.read import read_all
from knowledge.plans.flat import Flat, flatten
from knowledge.plans.words import named, pattern, rx

CALENDAR = frozenset(
    {DueKind.INSTANT, DueKind.DATE, DueKind.BEFORE_DATE, DueKind.RANGE, DueKind.MONTH, DueKind.QUARTER}
    | {DueKind.HALF_YEAR, DueKind.YEAR_END}
)
_SPANS = frozenset({DueKind.RANGE, DueKind.MONTH, DueKind.QUARTER, DueKind.HALF_YEAR, DueKind.YEAR_END})
_MOODS = frozenset({DueKind.RECURRING, DueKind.ASAP, DueKind.UPON_EVENT, DueKind.UNSPECIFIED_PERIOD})
_SENTENCE_END = re.compile(r"(?<=[^\d\W])[.;]\s+|(?<=[\d)])[.;]\s+(?=[^\W\d]|[-+(])|;\s*|\n")
_SHORT_SENTENCE = 9
_BEFORE_REACH = 60
_FAR_YEARS = 15
_TWO = 2


@dataclass(frozen=True)
class Frame:
    """When the plan was issued, and whether its accents are broken."""

    now: datetime
    damaged: bool = False

    @property
    def year(self) -> int:
        return self.now.year


@dataclass(frozen=True)
class Sentence:
    """One sentence of a paragraph and the deadline that it names."""

    text: str
    start: int
    due: Due


def sentences(text: str, frame: Frame) -> list[Sentence]:
    """The sentences of a paragraph, cut at full stops and semicolons, each with its deadline."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        part = text[start : match.start()]
        found.append(Sentence(part, start, due_in(part, frame)))
        start = match.end()
    if text[start:].strip():
        found.append(Sentence(text[start:], start, due_in(text[start:], frame)))
    return found


def due_in(sentence: str, frame: Frame) -> Due:
    """The deadline that a sentence of running text names, or NOTHING: most dates in it are none."""
    flat = flatten(sentence, frame.damaged)
    if not rx("{calendar}|{mood}").search(flat.text):
        return NOTHING
    for due in _times_in(sentence, frame):
        if due.error or is_due(due, sentence, frame):
            return _checked(due, frame)
    return NOTHING


def due_of_cell(text: str, frame: Frame) -> Due:
    """What a cell or a label for deadlines says: every date in it counts."""
    if not text.strip():
        return NOTHING
    due = next(iter(_times_in(text, frame)), NOTHING)
    return _checked(replace(due, raw=due.raw or text.strip()), frame)


def _times_in(text: str, frame: Frame) -> list[Due]:
    """The times in a text. A broken text is read put right, or as printed when that says nothing."""
    if frame.damaged:
        flat = flatten(text, frame.damaged)
        if found := read_all(flat.text, frame.now, None, frame.year):
            return [replace(due, raw=_printed(due.raw, flat)) for due in found]
    return read_all(text, frame.now, None, frame.year)


def _printed(said: str, flat: Flat) -> str:
    at = flat.text.find(said) if said else -1
    return flat.raw(at, at + len(said)) if at >= 0 else said


def is_due(due: Due, sentence: str, frame: Frame) -> bool:
    """Whether a time in running text is a deadline of the sentence."""
    flat = flatten(sentence, frame.damaged).text
    short = len(flat.split()) <= _SHORT_SENTENCE
    if due.kind is DueKind.BEFORE_DATE or due.kind in _MOODS:
        return True
    if due.kind in CALENDAR:
        return short or _closes(due, flat, frame)
    if due.kind is DueKind.REGULAR:
        ends = rx("(?:{regular_said}) ?[.)]*\\Z|\\A(?:{regular_said})")
        return short or ends.search(flat) is not None
    return False


def _closes(due: Due, flat: str, frame: Frame) -> bool:
    """Whether the words before a day say that something is due then."""
    said = flatten(due.raw, frame.damaged).text
    at = flat.find(said)
    before = flat[max(0, at - _BEFORE_REACH) : at] if at >= 0 else flat
    if due.kind not in _SPANS:
        return named("due_word").search(f"{before} {said}") is not None
    if not named("closes_span").search(before):
        return False
    opens = named("opens_span").match(said) or rx("(?:{opens_span})\\Z").search(before.strip())
    return opens is not None or at + len(said) >= len(flat) - _TWO


def _checked(due: Due, frame: Frame) -> Due:
    """A day that is far from the plan is asked about and not taken."""
    day = due.printed_day
    if day is not None and abs(day.year - frame.year) > _FAR_YEARS:
        return replace(NOTHING, raw=due.raw, error="far", ask=True)
    return replace(due, day=None) if due.kind is DueKind.RELATIVE else due


def is_calendar(due: Due) -> bool:
    """Whether a deadline names days."""
    recurs = due.kind is DueKind.RECURRING and any(c.isdigit() for c in due.recurrence or "")
    return due.kind in CALENDAR or recurs


def pieces(text: str, frame: Frame) -> Iterator[tuple[int, int, Due]]:
    """Start, end and deadline of each part of a paragraph: one part, or one for each deadline in it.

    Sentences go with the deadline that follows them; what follows the last deadline stays with it.
    """
    parts = sentences(text, frame)
    dated = [part for part in parts if is_calendar(part.due)]
    distinct = {(part.due.kind, part.due.printed_day, part.due.recurrence) for part in dated}
    if len(distinct) < _TWO or pattern("numbered_clause").search(text):
        yield 0, len(text), _strongest(parts)
        return
    start = 0
    for part in dated[:-1]:
        end = part.start + len(part.text)
        yield start, end, part.due
        start = end + len(text[end:]) - len(text[end:].lstrip(" ;.,"))
    yield start, len(text), dated[-1].due


def _strongest(parts: list[Sentence]) -> Due:
    """The deadline of a paragraph: a day before a rule, a rule before a fault, the last of each."""
    dues = [part.due for part in reversed(parts) if part.due is not NOTHING]
    days = [due for due in dues if is_calendar(due)]
    rules = [due for due in dues if due.kind is DueKind.RECURRING]
    faults = [due for due in dues if due.error]
    return next(iter([*days, *rules, *faults, *dues]), NOTHING)
