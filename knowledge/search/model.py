"""The fitted numbers: a linear rank, two logistic confidences and the thresholds between answers."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.search.documents import Floats

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Logistic:
    """`probability = 1 / (1 + exp(-(bias + weights · features)))`."""

    weights: Floats
    bias: float

    def probability(self, features: Floats) -> float:
        return float(1 / (1 + np.exp(-(self.bias + float(self.weights @ features)))))


@dataclass(frozen=True, slots=True)
class Model:
    """`in_scope`: the knowledge base has the answer. `correct`: it is the first one."""

    rank: Floats
    in_scope: Logistic
    correct: Logistic
    refuse_below: float
    answer_from: float


def read_model(path: Path = WEIGHTS_FILE) -> Model:
    """Read weights written by `python -m knowledge.evaluation.fit`. Raises OSError, KeyError."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Model(
        rank=np.array(list(values["rank"].values()), dtype=np.float32),
        in_scope=_logistic(values["in_scope"]),
        correct=_logistic(values["correct"]),
        refuse_below=float(values["refuse_below"]),
        answer_from=float(values["answer_from"]),
    )


@cache
def shipped_model() -> Model:
    """The weights of this project, read once."""
    return read_model()


def _logistic(values: dict[str, float]) -> Logistic:
    weights = [value for name, value in values.items() if name != "bias"]
    return Logistic(np.array(weights, dtype=np.float32), float(values["bias"]))
