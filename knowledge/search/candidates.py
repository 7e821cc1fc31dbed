"""Picking the few entries worth a closer look: BM25 over syllables, over concepts, and rare letter groups."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.search.documents import Documents, Floats, Ints, Readings
from knowledge.search.reading import Reading

K1 = 1.2
B = 0.6
BY_WORDS = 22
BY_CONCEPTS = 22
BY_LETTERS = 10
BY_ANSWER = 10
COMMON_LETTERS = 0.08
ALWAYS_KEPT = 40
GRAM_SIZES = (3, 4)

Postings = dict[str, tuple[Ints, Floats]]


def grams(folded: str) -> list[str]:
    """Groups of 3 and 4 letters, words padded with a space."""
    text = f" {folded} "
    return [text[i : i + size] for size in GRAM_SIZES for i in range(len(text) - size + 1)]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Entries to look at, with the plain BM25 score of every entry (0 when no word is shared)."""

    entries: Ints
    bm25: Floats


class CandidateFinder:
    """Inverted lists over the entries of one knowledge base."""

    def __init__(self, documents: Documents, readings: Readings) -> None:
        self._size = documents.entries
        self._documents = documents
        self._words = _bm25((_words(group) for group in readings.wordings), weighted=True)
        self._concepts = _bm25((_keys(group) for group in readings.wordings), weighted=False)
        self._answers = _bm25((_keys(group) for group in readings.answers), weighted=False)
        limit = max(ALWAYS_KEPT, int(COMMON_LETTERS * self._size))
        every = _bm25(
            ([gram for reading in group for gram in grams(reading.folded)] for group in readings.wordings),
            weighted=True,
        )
        self._letters = {gram: lists for gram, lists in every.items() if len(lists[0]) <= limit}

    def find(self, reading: Reading) -> Candidates:
        """The union of the best by words, by concepts and by rare letter groups, about 40."""
        words = self._sum(self._words, ((token.folded, 1.0) for token in reading.tokens))
        weighted = [
            (key, self._documents.weight(unit) * quality)
            for unit in reading.units
            for key, quality in unit.options
        ]
        concepts = self._sum(self._concepts, weighted)
        answers = self._sum(self._answers, weighted)
        letters = self._sum(self._letters, ((gram, 1.0) for gram in set(grams(reading.folded))))
        best = [
            _top(words, BY_WORDS), _top(concepts, BY_CONCEPTS),
            _top(concepts + 0.15 * words, BY_CONCEPTS), _top(letters, BY_LETTERS), _top(answers, BY_ANSWER),
        ]  # fmt: skip
        return Candidates(np.unique(np.concatenate(best)).astype(np.int32), words)

    def _sum(self, postings: Postings, terms: Iterable[tuple[str, float]]) -> Floats:
        scores = np.zeros(self._size, dtype=np.float32)
        for term, weight in terms:
            lists = postings.get(term)
            if lists is not None:
                scores[lists[0]] += lists[1] * np.float32(weight)
        return scores


def _top(scores: Floats, count: int) -> Ints:
    found = np.arange(len(scores)) if len(scores) <= count else np.argpartition(-scores, count)[:count]
    return found[scores[found] > 0].astype(np.int32)


def _words(group: Sequence[Reading]) -> list[str]:
    return [token.folded for reading in group for token in reading.tokens]


def _keys(group: Sequence[Reading]) -> list[str]:
    concepts = [unit.key for reading in group for unit in reading.units]
    return concepts + [f"w:{token.text}" for reading in group for token in reading.tokens]


def _bm25(documents: Iterable[Sequence[str]], weighted: bool) -> Postings:
    """Saturated, length-normalised counts for each term; times its rarity when `weighted`."""
    lists: dict[str, list[tuple[int, int]]] = defaultdict(list)
    lengths: list[int] = []
    for number, terms in enumerate(documents):
        lengths.append(len(terms))
        for term, count in Counter(terms).items():
            lists[term].append((number, count))
    size = np.array(lengths, dtype=np.float32)
    norm = K1 * (1 - B + B * size / max(float(size.mean()), 1.0))
    postings: Postings = {}
    for term, items in lists.items():
        owners = np.array([owner for owner, _ in items], dtype=np.int32)
        counts = np.array([count for _, count in items], dtype=np.float32)
        rarity = np.log(1 + (len(lengths) - len(items) + 0.5) / (len(items) + 0.5)) if weighted else 1.0
        impact = counts * (K1 + 1) / (counts + norm[owners]) * rarity
        postings[term] = (owners, impact.astype(np.float32))
    return postings
