"""Two small learners: a linear rank by softmax over candidates, and a regularised logistic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
STEPS = 1500
RATE = 0.05
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates of one question as rows of features, which rows are right, and how much it counts."""

    table: Matrix
    right: npt.NDArray[np.bool_]
    weight: float = 1.0


def fit_rank(rankings: Sequence[Ranking], signs: Matrix, penalty: float) -> Matrix:
    """Weights that make the right candidates likely under a softmax of the scores.

    Features are scaled by their spread while fitting, so that the penalty treats them alike. `signs` says
    for each feature whether more of it can only help (1) or only harm (-1): with few labelled questions
    and features that overlap, a free fit would balance large weights of opposite sign.
    """
    scale = np.concatenate([ranking.table for ranking in rankings]).std(axis=0) + 1e-3
    tables = [ranking.table / scale for ranking in rankings]
    weights = np.zeros(len(scale))
    moment, square = np.zeros_like(weights), np.zeros_like(weights)
    total = sum(ranking.weight for ranking in rankings)
    for step in range(1, STEPS + 1):
        gradient = penalty * weights
        for ranking, table in zip(rankings, tables, strict=True):
            gradient += ranking.weight / total * _slope(table, ranking.right, weights)
        moment = BETA1 * moment + (1 - BETA1) * gradient
        square = BETA2 * square + (1 - BETA2) * gradient**2
        weights -= RATE * (moment / (1 - BETA1**step)) / (np.sqrt(square / (1 - BETA2**step)) + EPSILON)
        weights = np.where(weights * signs < 0, 0.0, weights)
    found: Matrix = weights / scale
    return found


def _slope(table: Matrix, right: npt.NDArray[np.bool_], weights: Matrix) -> Matrix:
    scores = table @ weights
    chances = np.exp(scores - scores.max())
    among_right = chances * right
    expected = chances / chances.sum() - among_right / among_right.sum()
    found: Matrix = expected @ table
    return found


def fit_logistic(
    features: Matrix, labels: Matrix, weights: Matrix, penalty: float, rounds: int = 40
) -> tuple[Matrix, float]:
    """Weights and bias by Newton steps; features are standardised while fitting."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    design = np.hstack([(features - mean) / spread, np.ones((len(features), 1))])
    ridge = np.eye(design.shape[1]) * penalty
    ridge[-1, -1] = 1e-6
    solution = np.zeros(design.shape[1])
    for _ in range(rounds):
        chances = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (weights * (labels - chances)) - ridge @ solution
        curvature = (design * (weights * chances * (1 - chances))[:, None]).T @ design + ridge
        solution = solution + np.linalg.solve(curvature, gradient)
    unscaled = solution[:-1] / spread
    return unscaled, float(solution[-1] - unscaled @ mean)


def chances(features: Matrix, weights: Matrix, bias: float) -> Matrix:
    found: Matrix = 1 / (1 + np.exp(-np.clip(features @ weights + bias, -30, 30)))
    return found
