"""Comparing a query with its candidates: one row of numbers for each entry, for the linear model."""

from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.search.candidates import Candidates, grams
from knowledge.search.documents import KINDS, Documents, Floats, Ints, Ragged, pair_keys
from knowledge.search.reading import Reading

QUERY_KINDS = ("topic", "action", "problem", "intent", "manner", "actor", "word")
ENTRY_KINDS = ("topic", "action", "problem", "intent", "manner", "word")
NAMES = (
    *(f"asked_{kind}" for kind in QUERY_KINDS),
    *(f"unasked_{kind}" for kind in ENTRY_KINDS),
    "coverage", "harmony", "best_coverage", "second_harmony", "bm25", "letters", "pairs",
    "token_set", "token_sort", "partial", "answer", "tags", "same_text", "other_topic",
)  # fmt: skip
MIN_HARMONY = 1e-6


@dataclass(frozen=True, slots=True)
class Comparison:
    """`table[i]`: the features `NAMES` of entry `entries[i]`; `matched[i]`: how well it covers each unit."""

    entries: Ints
    table: Floats
    matched: Floats
    weights: Floats


class Comparer:
    """Computes features of candidates, whole arrays at a time."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._letters = _Letters(documents)

    def compare(self, reading: Reading, candidates: Candidates) -> Comparison:
        """Features of every candidate, each by its best wording."""
        docs = self._documents
        entries = candidates.entries
        counts = docs.first[entries + 1] - docs.first[entries]
        wordings = _rows(docs.first[entries], counts)
        groups = np.zeros(len(entries), dtype=np.int32)
        np.cumsum(counts[:-1], out=groups[1:])
        asked = _Asked(reading, docs)
        lookup = _Lookup(len(docs.keys))
        matched, cover = _match(asked, docs.units, wordings, lookup)
        coverage = _share(asked.weights @ matched, float(asked.weights.sum()))
        unasked, covered = self._unasked(wordings, cover)
        harmony = 2 * coverage * covered / np.maximum(coverage + covered, MIN_HARMONY)
        letters = self._letters.similarity(reading.folded, wordings)
        best = _best_of_groups(harmony + 0.5 * coverage + 0.3 * letters, groups)
        by_kind = [
            _share((asked.weights * (asked.kinds == KINDS.index(kind))) @ matched[:, best], asked.total)
            for kind in QUERY_KINDS
        ]
        columns = [
            *by_kind,
            *unasked[:, best],
            coverage[best],
            harmony[best],
            np.maximum.reduceat(coverage, groups),
            _second(harmony, groups, counts),
            candidates.bm25[entries] / max(float(candidates.bm25.max()), 1.0),
            letters[best],
            self._pairs(reading, wordings, lookup)[best],
            *self._fuzzy(reading.folded, wordings[best]),
            _field(asked, docs.answers, entries, lookup),
            _field(asked, docs.tags, entries, lookup),
            np.array([docs.folded[w] == reading.folded for w in wordings[best]]),
            _other_topic(asked, matched[:, best], unasked[0][best]),
        ]
        table = np.stack(columns, axis=1).astype(np.float32)
        return Comparison(entries, table, matched[:, best].T, asked.weights)

    def _unasked(self, wordings: Ints, cover: Floats) -> tuple[Floats, Floats]:
        docs = self._documents
        positions, starts = docs.units.take(wordings)
        weights, kinds = docs.weights[positions], docs.kinds[positions]
        total = np.add.reduceat(weights, starts)
        missing = weights * (1 - cover)
        shares = [
            np.add.reduceat(missing * (kinds == KINDS.index(kind)), starts) / total for kind in ENTRY_KINDS
        ]
        covered = np.add.reduceat(weights * cover, starts) / total
        return np.stack(shares), covered

    def _pairs(self, reading: Reading, wordings: Ints, lookup: "_Lookup") -> Floats:
        docs = self._documents
        numbers = [docs.keys.find(key) for key in pair_keys(reading)]
        if not numbers:
            return np.zeros(len(wordings), dtype=np.float32)
        positions, starts = docs.pairs.take(wordings)
        found = lookup.find(numbers, 1.0, docs.pairs.flat[positions])
        sizes = np.diff(np.append(starts, len(positions))) - 1
        shared: Floats = 2 * np.add.reduceat(found, starts) / (len(numbers) + sizes)
        return shared

    def _fuzzy(self, folded: str, wordings: Ints) -> list[Floats]:
        texts = [self._documents.folded[wording] for wording in wordings]
        scorers = (fuzz.token_set_ratio, fuzz.token_sort_ratio, fuzz.partial_ratio)
        tables = [process.cdist([folded], texts, scorer=scorer, dtype=np.float32) for scorer in scorers]
        return [table[0] / 100 for table in tables]


class _Asked:
    """The query as numbers."""

    def __init__(self, reading: Reading, documents: Documents) -> None:
        options = [unit.options for unit in reading.units] or [()]
        self.options = [_numbers(found, documents) for found in options]
        weights = [documents.weight(unit) for unit in reading.units] or [1.0]
        kinds = [KINDS.index(unit.kind) for unit in reading.units] or [KINDS.index("stop")]
        self.weights = np.array(weights, dtype=np.float32)
        self.kinds = np.array(kinds, dtype=np.int32)
        self.total = float(self.weights.sum())


class _Lookup:
    """What a few numbered keys are worth, found for many keys at once; one for each query."""

    def __init__(self, size: int) -> None:
        self._worth = np.zeros(size, dtype=np.float32)

    def find(self, numbers: Ints | list[int], worth: Floats | float, keys: Ints) -> Floats:
        self._worth[numbers] = worth
        self._worth[0] = 0
        found: Floats = self._worth[keys]
        self._worth[numbers] = 0
        return found


class _Letters:
    """Cosine of letter groups between a query and wordings."""

    def __init__(self, documents: Documents) -> None:
        self._numbers: dict[str, int] = {}
        rows = [sorted({self._number(gram) for gram in grams(text)}) for text in documents.folded]
        sizes = [max(len(row), 1) for row in rows]
        flat = [number for row in rows for number in row or [0]]
        start = np.zeros(len(rows) + 1, dtype=np.int32)
        np.cumsum(sizes, out=start[1:])
        self._rows = Ragged(np.array(flat, dtype=np.int32), start)
        counts = np.bincount(self._rows.flat, minlength=len(self._numbers) + 1)
        self._rarity = np.log(1 + len(rows) / (1 + counts)).astype(np.float32) ** 2
        self._norms = np.sqrt(np.add.reduceat(self._rarity[self._rows.flat], start[:-1]))
        self._unknown = float(np.log(1 + len(rows)) ** 2)

    def _number(self, gram: str) -> int:
        return self._numbers.setdefault(gram, len(self._numbers) + 1)

    def similarity(self, folded: str, wordings: Ints) -> Floats:
        asked = set(grams(folded))
        numbers = [self._numbers[gram] for gram in asked if gram in self._numbers]
        unknown = len(asked) - len(numbers)
        norm = float(np.sqrt(self._rarity[numbers].sum() + 0.3 * unknown * self._unknown))
        positions, starts = self._rows.take(wordings)
        lookup = _Lookup(len(self._numbers) + 1)
        shared = lookup.find(numbers, self._rarity[numbers], self._rows.flat[positions])
        dots = np.add.reduceat(shared, starts)
        found: Floats = dots / np.maximum(self._norms[wordings] * norm, MIN_HARMONY)
        return found


def _match(asked: _Asked, field: Ragged, rows: Ints, lookup: _Lookup) -> tuple[Floats, Floats]:
    """How well each unit is matched in each row, and how well each key of the rows is asked for."""
    positions, starts = field.take(rows)
    keys = field.flat[positions]
    cover = np.zeros(len(keys), dtype=np.float32)
    matched = np.zeros((len(asked.options), len(rows)), dtype=np.float32)
    for number, (numbers, qualities) in enumerate(asked.options):
        found = lookup.find(numbers, qualities, keys)
        matched[number] = np.maximum.reduceat(found, starts)
        np.maximum(cover, found, out=cover)
    return matched, cover


def _field(asked: _Asked, field: Ragged, entries: Ints, lookup: _Lookup) -> Floats:
    matched, _ = _match(asked, field, entries, lookup)
    return _share(asked.weights @ matched, asked.total)


def _other_topic(asked: _Asked, matched: Floats, unasked_topic: Floats) -> Floats:
    """1 when the query names a topic, none of its topics is here and the wording has its own."""
    topics = asked.kinds == KINDS.index("topic")
    if not topics.any():
        return np.zeros(matched.shape[1], dtype=np.float32)
    best = matched[topics].max(axis=0)
    other: Floats = (1 - best) * (unasked_topic > 0)
    return other


def _numbers(options: tuple[tuple[str, float], ...], documents: Documents) -> tuple[Ints, Floats]:
    found = [(documents.keys.find(key), quality) for key, quality in options]
    known = [(number, quality) for number, quality in found if number] or [(0, 0.0)]
    numbers = np.array([number for number, _ in known], dtype=np.int32)
    return numbers, np.array([quality for _, quality in known], dtype=np.float32)


def _rows(first: Ints, counts: Ints) -> Ints:
    starts = np.zeros(len(counts), dtype=np.int32)
    np.cumsum(counts[:-1], out=starts[1:])
    return np.arange(int(counts.sum()), dtype=np.int32) + np.repeat(first - starts, counts)


def _share(part: Floats, whole: float) -> Floats:
    share: Floats = part / max(whole, MIN_HARMONY)
    return share


def _best_of_groups(scores: Floats, groups: Ints) -> Ints:
    """Index of the highest score in each group of neighbours."""
    ends = np.append(groups[1:], len(scores))
    pairs = zip(groups, ends, strict=True)
    return np.array([start + int(np.argmax(scores[start:end])) for start, end in pairs], dtype=np.int32)


def _second(scores: Floats, groups: Ints, counts: Ints) -> Floats:
    """Mean of the two highest scores of each group: agreement of more than one wording."""
    ends = groups + counts
    found = [float(np.sort(scores[start:end])[-2:].mean()) for start, end in zip(groups, ends, strict=True)]
    return np.array(found, dtype=np.float32)
