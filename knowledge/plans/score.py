"""How well a plan was read, against labels made by hand.

The labels are JSON in the shape that `plan read --json` prints; a label may also carry `optional: true`:
found or not, it does not count. A found task answers the label that its words and lines are nearest to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz

from knowledge.vietnamese import expand, words

Labels = dict[str, Any]
_PAIR_AT = 0.6
_SAME_LINES_BONUS = 0.25
_UNIT_AT = 82.0
_SPAN_KINDS = {"range", "month", "quarter", "half_year", "end_of_year", "year_end"}
_DAY_KINDS = {"date", "before_date", "instant"}
_SAME_KIND = {"instant": "date", "quarter": "range", "half_year": "range", "year_end": "end_of_year"}


@dataclass
class Score:
    """Figures from 0 to 1; None where the labels have nothing to measure. `notes` tell what differs."""

    figures: dict[str, float | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def score(gold: Labels, found: Labels) -> Score:
    """Compare what was found with the labels."""
    labels, guesses = gold["tasks"], found["tasks"]
    pairs = _pairs(labels, guesses)
    result = Score()
    missing = [task for at, task in enumerate(labels) if at not in pairs and not _optional(task)]
    extra = [guess for at, guess in enumerate(guesses) if at not in pairs.values()]
    result.notes += [f"missing: {task['text'][:90]}" for task in missing]
    result.notes += [f"extra: {guess['text'][:90]}" for guess in extra]
    hits = sum(not _optional(labels[at]) for at in pairs)
    figures = {
        "precision": _share(hits, hits + len(extra)),
        "recall": _share(hits, hits + len(missing)),
        "f1": _share(2 * hits, 2 * hits + len(extra) + len(missing)),
    }
    matched = [(label, guesses[pairs[at]] if at in pairs else None) for at, label in enumerate(labels)]
    figures |= _deadlines(matched, result.notes) | _leads(matched, result.notes)
    want, have = _rules(gold), _rules(found)
    result.figures = {**figures, "cycles": _share(len(want & have), len(want))}
    return result


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _optional(task: Labels) -> bool:
    return bool(task.get("optional"))


def _pairs(labels: Sequence[Labels], guesses: Sequence[Labels]) -> dict[int, int]:
    """Label to found task, the most alike first, each used once."""
    alike = [(_likeness(one, two), at, to) for at, one in enumerate(labels) for to, two in enumerate(guesses)]
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for likeness, at, to in sorted(alike, key=lambda one: (-one[0], one[1], one[2])):
        if likeness >= _PAIR_AT and at not in pairs and to not in used:
            pairs[at] = to
            used.add(to)
    return pairs


def _likeness(label: Labels, guess: Labels) -> float:
    one, other = " ".join(words(label["text"])), " ".join(words(guess["text"]))
    text = fuzz.ratio(one, other) / 100
    if len(one) < len(other):
        text = max(text, fuzz.partial_ratio(one, other) / 100 * len(one) / len(other))
    return text + (_SAME_LINES_BONUS * _common_lines(label, guess) if text >= _SAME_LINES_BONUS else 0.0)


def _common_lines(label: Labels, guess: Labels) -> float:
    one, other = _lines(label), _lines(guess)
    if one is None or other is None:
        return 0.0
    common = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(0.0, common / max(one[1] - one[0] + 1, other[1] - other[0] + 1))


def _lines(task: Labels) -> tuple[int, int] | None:
    span = task.get("lines") or task.get("evidence_lines")
    return (int(span[0]), int(span[1])) if span else None


_Matched = Sequence[tuple[Labels, Labels | None]]


def _deadlines(matched: _Matched, notes: list[str]) -> dict[str, float | None]:
    dated = exact = lenient = undated = false = 0
    for label, guess in matched:
        want = meaning(label["deadline"])
        have = meaning(guess["deadline"]) if guess else None
        if want is None:
            undated += guess is not None
            false += have is not None
        elif not _optional(label):
            dated += 1
            exact += have == want
            lenient += guess is not None and bool(_last_days(want) & _last_days(have))
        if guess is not None and have != want:
            notes.append(f"deadline: want {want}, found {have}: {label['text'][:70]}")
    return {
        "deadline": _share(exact, dated),
        "deadline_lenient": _share(lenient, dated),
        "false_due": _share(false, undated),
    }


_Meaning = tuple[str, str | None] | None


def meaning(deadline: Labels) -> _Meaning:
    """What a deadline means in days, comparable; None when it has no calendar days."""
    kind = str(deadline.get("kind") or "none")
    if kind in _DAY_KINDS:
        return (_SAME_KIND.get(kind, kind), deadline.get("date"))
    if kind in _SPAN_KINDS:
        return (_SAME_KIND.get(kind, kind), deadline.get("end") or deadline.get("date"))
    rule = deadline.get("recurrence") or ""
    return (kind, rule) if kind == "recurring" and any(char.isdigit() for char in rule) else None


def _last_days(known: _Meaning) -> set[str]:
    """The days that may be taken as the last one: "trước ngày X" is X or the day before it."""
    if known is None or known[1] is None:
        return set()
    if known[0] == "before_date":
        return {known[1], (date.fromisoformat(known[1]) - timedelta(days=1)).isoformat()}
    return {known[1]}


def _leads(matched: _Matched, notes: list[str]) -> dict[str, float | None]:
    led = right = 0
    for label, guess in matched:
        if not label.get("lead") or (_optional(label) and guess is None):
            continue
        led += 1
        have = guess.get("lead", []) if guess else []
        good = same_units(label["lead"], have)
        right += good
        if guess is not None and not good:
            notes.append(f"lead: want {label['lead']}, found {have}: {label['text'][:70]}")
    return {"lead": _share(right, led)}


def same_units(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two lists name the same units, abbreviations written out, in any order and however cut."""
    left, right = (expand(", ".join(sorted(units, key=str.lower))) for units in (one, other))
    return bool(left) and fuzz.token_sort_ratio(left, right) >= _UNIT_AT


def _rules(side: Labels) -> set[str]:
    """The rules of reports that name a day."""
    rules = (cycle.get("recurrence") or "" for cycle in side.get("report_cycles", []))
    return {rule for rule in rules if any(char.isdigit() for char in rule)}
