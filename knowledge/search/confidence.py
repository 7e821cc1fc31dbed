"""What tells a good first answer from a lucky one: the numbers the two confidences look at."""

import numpy as np

from knowledge.search.documents import KINDS, Documents, Floats
from knowledge.search.features import NAMES, Comparison
from knowledge.search.reading import Reading

COPIED = (
    "coverage", "harmony", "letters", "pairs", "token_set", "token_sort", "bm25", "answer", "tags",
    "unasked_topic", "unasked_word", "same_text", "other_topic",
)  # fmt: skip
EVIDENCE = (
    "score", "lead", "lead_third", "repaired", "missed_topic", "missed_foreign", "missed_word",
    "missed_action", "missed_intent", "unknown_words", "elsewhere", "has_topic", "refusal", "refusal_lead",
    "solid", *COPIED,
)  # fmt: skip
COPIED_COLUMNS = [NAMES.index(name) for name in COPIED]
MAX_LEAD = 6.0
HALF = 0.5


def evidence(
    reading: Reading, comparison: Comparison, order: Floats, refusal: float, documents: Documents
) -> Floats:
    """Numbers named by `EVIDENCE` for the first entry of a ranked comparison.

    `order` holds the rank scores, highest first, in the order of `comparison`; `refusal` the likeness
    (0 to 1) of the closest known question that is not ours.
    """
    first = comparison.table[0]
    matched, weights = comparison.matched[0], comparison.weights
    kinds = np.array([KINDS.index(unit.kind) for unit in reading.units] or [KINDS.index("stop")])
    repaired = np.array([unit.repaired for unit in reading.units] or [False])
    missed = weights * (1 - matched)
    content = float(weights[kinds != KINDS.index("stop")].sum()) or 1.0
    padded = np.append(order, [order[-1] - MAX_LEAD] * 2)
    unknown = _unknown_weight(reading, documents, weights) / content
    best_letters = float(first[NAMES.index("letters")])
    values = [
        float(order[0]),
        min(float(padded[0] - padded[1]), MAX_LEAD),
        min(float(padded[0] - padded[2]), MAX_LEAD),
        float(weights[repaired].sum()) / content,
        *(float(missed[kinds == KINDS.index(kind)].sum()) / content for kind in _MISSED),
        unknown,
        float((missed[kinds == KINDS.index("foreign")] > HALF).any()),
        float((kinds == KINDS.index("topic")).any()),
        refusal,
        refusal - best_letters,
        float((matched * weights * ~repaired)[kinds != KINDS.index("stop")].sum()) / content,
        *first[COPIED_COLUMNS],
    ]
    return np.array(values, dtype=np.float32)


_MISSED = ("topic", "foreign", "word", "action", "intent")


def _unknown_weight(reading: Reading, documents: Documents, weights: Floats) -> float:
    unknown = [
        unit.kind == "word" and all(not documents.keys.find(key) for key, _ in unit.options)
        for unit in reading.units
    ]
    return float(weights[np.array(unknown)].sum()) if unknown else 0.0
