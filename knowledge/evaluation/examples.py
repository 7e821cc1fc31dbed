"""Turning labelled questions into examples to learn from.

Questions are asked of the knowledge base they were written for and of both bases together. In further
rounds a fifth of the entries is taken out: their questions then are out of scope, near the domain.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.evaluation.learn import Ranking
from knowledge.evaluation.sets import Query, without
from knowledge.evaluation.tasks import Task
from knowledge.search.entry import Entry
from knowledge.search.features import NAMES
from knowledge.search.index import Index, Look
from knowledge.search.model import Logistic, Model

TAKEN_OUT_PARTS = 5
TAKEN_OUT_WEIGHT = 0.12


@dataclass(frozen=True, slots=True)
class Example:
    """One question asked of one knowledge base; `right` flags its right entries among those found."""

    query: Query
    look: Look
    right: np.ndarray[tuple[int], np.dtype[np.bool_]]
    in_scope: bool
    weight: float
    typical: bool

    def ranking(self) -> Ranking:
        return Ranking(self.look.comparison.table.astype(np.float64), self.right, self.weight)


def blank_model(rank: Sequence[float] | None = None) -> Model:
    """A model to compute features with, before anything is fitted."""
    weights = np.array(rank if rank is not None else [1.0] * len(NAMES), dtype=np.float32)
    nothing = Logistic(np.zeros(1, dtype=np.float32), 0.0)
    return Model(weights, nothing, nothing, 0.0, math.inf)


def examples(task: Task, model: Model, taken_out: bool) -> Iterator[Example]:
    """Ask every question of the whole base, then (when `taken_out`) of the base with parts missing."""
    yield from _asked(task, task.entries, task.queries, model)
    if not taken_out:
        return
    part = replace(task, weight=task.weight * TAKEN_OUT_WEIGHT, typical=False)
    for number in range(TAKEN_OUT_PARTS):
        gone = {entry.id for place, entry in enumerate(task.entries) if place % TAKEN_OUT_PARTS == number}
        orphans = [query for query in task.queries if query.gold and gone.issuperset(query.gold)]
        yield from _asked(part, without(task.entries, gone), orphans, model)


def _asked(task: Task, entries: Sequence[Entry], queries: Sequence[Query], model: Model) -> Iterator[Example]:
    index = Index(entries, task.lexicon, model)
    known = {entry.id for entry in entries}
    for query in queries:
        look = index.look(query.text)
        if look is None:
            continue
        found = [index.id_of(entry) for entry in look.comparison.entries]
        right = np.array([name in query.gold for name in found])
        in_scope = bool(known.intersection(query.gold))
        yield Example(query, look, right, in_scope, task.weight, task.typical)
