"""What a free sentence says: which system, how severe, where, and whether it reports or asks."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from core.incident import Severity
from knowledge.lexicon_loader import SeverityRule, categories, severity_rules, signals
from knowledge.matching import PhraseIndex
from knowledge.places import READ_LIMIT, Place, find_place
from knowledge.unlisted_places import unlisted_place
from knowledge.vietnamese import NUMBER, expand, fold, is_syllable, nfc

Kind = Literal["incident", "question"]

STRONG, PLAIN, WEAK = 4, 2, 1
ALARM = 0.5
"""How much a grave matter by itself makes a report: few speak of leaks or fraud for another reason."""


_WRITTEN = re.compile(r"[^\W_]+")
_NOTHING = "0"
"""Stands for a word that only looks like one of ours, so that its neighbours do not become neighbours."""


@dataclass(frozen=True)
class Guess:
    """What the bot proposes; a person confirms or changes it.

    `system` is a category code, empty when nothing points anywhere. `system_sure`, `incident_like` and
    `question_like` run from 0 to 1. `place_text` is the name of the place found, as the commune writes it
    or, for one that is not in its list (`place_id` None), as it was written; empty when none is named.
    """

    system: str
    system_sure: float
    severity: Severity
    place_id: int | None
    place_text: str
    incident_like: float
    question_like: float


def guess(text: str, places: Sequence[Place] = ()) -> Guess:
    """Return what the text seems to say. Marks, case and abbreviations make no difference."""
    written = nfc(text)[:READ_LIMIT]
    spoken = expand(written).split()
    system, sure = _system(spoken)
    severity, grave = _severity(written)
    place = find_place(written, places)
    named = place[1] if place else unlisted_place(written)
    return Guess(
        system=system,
        system_sure=sure,
        severity=severity,
        place_id=place[0] if place else None,
        place_text=named,
        incident_like=_incident_like(spoken, system, grave=grave),
        question_like=_question_like(spoken, asks="?" in fold(written)),
    )


def _may_be_slip(word: str) -> bool:
    return not is_syllable(word)


@lru_cache
def _system_index() -> tuple[PhraseIndex, dict[str, dict[str, int]]]:
    points: dict[str, dict[str, int]] = {phrase: {} for phrase in categories().neutral}
    for code, category in categories().category.items():
        for weight, phrases in ((STRONG, category.strong), (PLAIN, category.plain), (WEAK, category.weak)):
            for phrase in phrases:
                points.setdefault(phrase, {})[code] = weight
    return PhraseIndex(points, _may_be_slip), points


def _system(spoken: Sequence[str]) -> tuple[str, float]:
    """Return the category with most points, and its share of the two best and one point of doubt."""
    index, points = _system_index()
    totals: dict[str, int] = defaultdict(int)
    for phrase in {match.phrase for match in index.apart(spoken)}:
        for code, weight in points[phrase].items():
            totals[code] += weight
    if not totals:
        return "", 0.0
    order = list(categories().category)
    ranking = sorted(totals, key=lambda code: (-totals[code], order.index(code)))
    best = totals[ranking[0]]
    second = totals[ranking[1]] if len(ranking) > 1 else 0
    return ranking[0], round(best / (best + second + 1), 2)


@lru_cache
def _severity_index() -> PhraseIndex:
    rules = severity_rules().rule
    phrases = {p for rule in rules for group in (*rule.all, rule.unless) for p in group}
    return PhraseIndex(phrases, _may_be_slip)


def _severity(written: str) -> tuple[Severity, bool]:
    """Return the highest level whose rule holds, and whether the matter itself, not the haste, is grave.

    A lowering rule counts only where nothing raises.
    """
    typed = _WRITTEN.findall(written.lower())
    others = {word for words in severity_rules().not_written.values() for word in words}
    spoken = expand(" ".join(_NOTHING if word in others else word for word in typed)).split()
    present = {match.phrase for match in _severity_index().every([_count(word) for word in spoken])}
    rules = [rule for rule in severity_rules().rule if _holds(rule, present, typed)]
    grave = any(rule.level >= Severity.HIGH and not rule.haste for rule in rules)
    return Severity(max((rule.level for rule in rules), default=Severity.MEDIUM)), grave


def _holds(rule: SeverityRule, present: set[str], typed: Sequence[str]) -> bool:
    as_written = not rule.written or not set(typed).isdisjoint(rule.written)
    return as_written and present.isdisjoint(rule.unless) and all(map(present.intersection, rule.all))


def _count(word: str) -> str:
    if not word.isdecimal() or int(word) == 0:
        return word
    return NUMBER if int(word) > 1 else "mot"


@lru_cache
def _signal_index(kind: Kind) -> tuple[PhraseIndex, dict[str, float]]:
    table = signals()
    heard = table.incident if kind == "incident" else table.question
    neutral = table.neutral.incident if kind == "incident" else table.neutral.question
    weights = {phrase: signal.weight for signal in heard for phrase in signal.phrases}
    return PhraseIndex([*neutral, *weights], _may_be_slip), weights


def _heard(kind: Kind, spoken: Sequence[str]) -> list[float]:
    index, weights = _signal_index(kind)
    return [weights[p] for p in {match.phrase for match in index.apart(spoken)} if p in weights]


def _together(chances: Iterable[float]) -> float:
    """Return the chance that at least one holds."""
    none = 1.0
    for chance in sorted(chances):
        none *= 1 - chance
    return round(1 - none, 2)


def _incident_like(spoken: Sequence[str], system: str, *, grave: bool) -> float:
    chances = _heard("incident", spoken)
    if _cannot(spoken):
        chances.append(signals().cannot.weight)
    if grave or (system and categories().category[system].alarming):
        chances.append(ALARM)
    return _together(chances)


def _question_like(spoken: Sequence[str], *, asks: bool) -> float:
    end = signals().question_end
    core = list(spoken)
    while core and core[-1] in signals().particles:
        core.pop()
    chances = _heard("question", spoken)
    if core and core[-1] in end.words:
        chances.append(end.weight)
    if asks:
        chances.append(end.mark_weight)
    return _together(chances)


def _cannot(spoken: Sequence[str]) -> bool:
    rule = signals().cannot
    for place, word in enumerate(spoken):
        if word in rule.first:
            span = list(spoken[place + 1 : place + 2 + rule.within])
            ends = [offset for offset, later in enumerate(span) if later in rule.last]
            if ends and not set(span[: ends[0]]).intersection(rule.unless):
                return True
    return False
