"""Fit the weights of the search on the development halves: `python -m knowledge.evaluation.fit`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.evaluation.examples import Example, blank_model, examples
from knowledge.evaluation.learn import Matrix, chances, fit_logistic, fit_rank
from knowledge.evaluation.tasks import Task, development_tasks
from knowledge.search.confidence import EVIDENCE
from knowledge.search.features import NAMES
from knowledge.search.model import WEIGHTS_FILE

HARMFUL = ("unasked", "other")
SIGNS = np.array([-1.0 if name.startswith(HARMFUL) else 1.0 for name in NAMES])
RANK_PENALTY = 0.05
LOGISTIC_PENALTY = 60.0
FOLDS = 6
IN_SCOPE_REFUSED = 0.03
DIRECT_RIGHT = 0.965


def fit(work: Sequence[Task]) -> dict[str, object]:
    """Fit rank, confidences and thresholds."""
    model = blank_model()
    first_pass = [found for task in work for found in examples(task, model, taken_out=False)]
    rank = fit_rank([e.ranking() for e in first_pass if e.right.any()], SIGNS, RANK_PENALTY)
    model = blank_model(list(rank))
    found = [example for task in work for example in examples(task, model, task.taken_out)]
    features = np.array([example.look.evidence for example in found], dtype=np.float64)
    weights = np.array([example.weight for example in found])
    in_scope = np.array([float(example.in_scope) for example in found])
    correct = np.array([float(example.in_scope and example.right[0]) for example in found])
    held_out = _held_out(found, features, weights, in_scope)
    held_out_correct = _held_out(found, features, weights, correct)
    whole = np.array([example.typical for example in found])
    return {
        "rank": dict(zip(NAMES, _rounded(rank), strict=True)),
        "in_scope": _named(*fit_logistic(features, in_scope, weights, LOGISTIC_PENALTY)),
        "correct": _named(*fit_logistic(features, correct, weights, LOGISTIC_PENALTY)),
        "refuse_below": _refuse_below(held_out[whole & (in_scope == 1)]),
        "answer_from": _answer_from(held_out_correct[whole], correct[whole]),
    }


def _held_out(found: Sequence[Example], features: Matrix, weights: Matrix, labels: Matrix) -> Matrix:
    """Chance of each example by a fit that has not seen its question."""
    folds = np.array([sum(example.query.qid.encode()) % FOLDS for example in found])
    result = np.zeros(len(found))
    for fold in range(FOLDS):
        seen = folds != fold
        solution = fit_logistic(features[seen], labels[seen], weights[seen], LOGISTIC_PENALTY)
        result[~seen] = chances(features[~seen], *solution)
    return result


def _refuse_below(in_scope: Matrix) -> float:
    return round(float(np.quantile(in_scope, IN_SCOPE_REFUSED)), 4)


def _answer_from(certainty: Matrix, correct: Matrix) -> float:
    """The lowest certainty from which direct answers are right often enough."""
    order = np.argsort(-certainty)
    right = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(right >= DIRECT_RIGHT)
    return round(float(certainty[order][enough[-1]]), 4) if len(enough) else 1.0


def _rounded(values: Matrix) -> list[float]:
    return [round(float(value), 4) for value in values]


def _named(weights: Matrix, bias: float) -> dict[str, float]:
    return {**dict(zip(EVIDENCE, _rounded(weights), strict=True)), "bias": round(bias, 4)}


def main(path: Path = WEIGHTS_FILE) -> None:
    values = fit(development_tasks())
    path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path}: refuse below {values['refuse_below']}, answer from {values['answer_from']}\n")


if __name__ == "__main__":
    main()
