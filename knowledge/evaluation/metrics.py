"""What the search is judged by, for one set of labelled questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.evaluation.sets import Query
from knowledge.search.index import Decision


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contender did with a question: ids best first, and its decision if it makes one."""

    query: Query
    ids: tuple[str, ...]
    decision: Decision | None = None

    def right_within(self, k: int) -> bool:
        return bool(set(self.query.gold).intersection(self.ids[:k]))


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 over `count` questions; those about decisions are 0 without decisions."""

    count: int
    top1: float
    recall3: float
    refused: float
    direct: float
    direct_right: float


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Figures of one group; for questions to refuse only `refused` and `direct` have a meaning."""
    direct = [outcome for outcome in outcomes if outcome.decision is Decision.ANSWER]
    return Figures(
        count=len(outcomes),
        top1=_share([outcome.right_within(1) for outcome in outcomes]),
        recall3=_share([outcome.right_within(3) for outcome in outcomes]),
        refused=_share([outcome.decision is Decision.REFUSE for outcome in outcomes]),
        direct=len(direct) / len(outcomes) if outcomes else 0.0,
        direct_right=_share([outcome.right_within(1) for outcome in direct]),
    )


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
