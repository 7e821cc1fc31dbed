"""Search over questions people ask: fit an index once, then rank and decide in milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.search.candidates import CandidateFinder
from knowledge.search.confidence import evidence
from knowledge.search.documents import Floats, lay_out
from knowledge.search.entry import Entry
from knowledge.search.features import Comparer, Comparison
from knowledge.search.lexicon import Lexicon, shipped_lexicon
from knowledge.search.model import Model, shipped_model
from knowledge.search.reading import Reader, Reading
from knowledge.search.tokens import tokenize
from knowledge.search.vocabulary import Vocabulary

CHOICES = 3


class Decision(StrEnum):
    """What to do with a question: answer at once, offer three choices, or say it is not here."""

    ANSWER = "answer"
    CHOICES = "choices"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and its rank score (higher is better; comparable within one query only)."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Result:
    """`confidence`: the chance (0 to 1) that the answer is here at all; `certainty`: that it is the first."""

    decision: Decision
    matches: tuple[Match, ...]
    confidence: float
    certainty: float

    @property
    def choices(self) -> tuple[Match, ...]:
        """The entries to offer as buttons."""
        return self.matches[:CHOICES]


@dataclass(frozen=True, slots=True)
class Look:
    """Everything computed for one query, best first; also what the weights are fitted on."""

    reading: Reading
    comparison: Comparison
    scores: Floats
    evidence: Floats


class Index:
    """A knowledge base ready to be searched, by several threads at once if need be."""

    def __init__(self, entries: Sequence[Entry], lexicon: Lexicon, model: Model) -> None:
        self._ids = [entry.id for entry in entries]
        self._model = model
        vocabulary = Vocabulary()
        vocabulary.add_lexicon(lexicon)
        for entry in entries:
            for wording in entry.wordings():
                vocabulary.add(tokenize(wording))
        self._reader = Reader(lexicon, vocabulary)
        self.documents, readings = lay_out(entries, self._reader)
        self._finder = CandidateFinder(self.documents, readings)
        self._comparer = Comparer(self.documents)
        self._refusals = [self._reader.read(text, mend=False).folded for text in lexicon.refusals]

    def rank(self, query: str, k: int = 10) -> tuple[Match, ...]:
        """The best `k` entries, best first; empty when nothing of the query is known here."""
        look = self.look(query)
        return self._matches(look, k)

    def search(self, query: str, k: int = 10) -> Result:
        """Rank and decide."""
        look = self.look(query)
        if look is None:
            return Result(Decision.REFUSE, (), 0.0, 0.0)
        confidence = self._model.in_scope.probability(look.evidence)
        certainty = self._model.correct.probability(look.evidence)
        decision = Decision.CHOICES
        if confidence < self._model.refuse_below:
            decision = Decision.REFUSE
        elif certainty >= self._model.answer_from:
            decision = Decision.ANSWER
        return Result(decision, self._matches(look, k), confidence, certainty)

    def look(self, query: str) -> Look | None:
        """All that is computed for a query, or None when no entry shares anything with it."""
        reading = self._reader.read(query)
        candidates = self._finder.find(reading)
        if not len(candidates.entries):
            return None
        found = self._comparer.compare(reading, candidates)
        scores = found.table @ self._model.rank
        order = np.argsort(-scores, kind="stable")
        best_first = Comparison(found.entries[order], found.table[order], found.matched[order], found.weights)
        refusal = self._refusal(reading)
        ordered = scores[order]
        proof = evidence(reading, best_first, ordered, refusal, self.documents)
        return Look(reading, best_first, ordered, proof)

    def id_of(self, entry: int) -> str:
        return self._ids[entry]

    def _matches(self, look: Look | None, k: int) -> tuple[Match, ...]:
        if look is None:
            return ()
        pairs = zip(look.comparison.entries[:k], look.scores[:k], strict=True)
        return tuple(Match(self._ids[entry], float(score)) for entry, score in pairs)

    def _refusal(self, reading: Reading) -> float:
        if not self._refusals or not reading.tokens:
            return 0.0
        likeness = process.cdist(
            [reading.folded], self._refusals, scorer=fuzz.token_sort_ratio, dtype=np.float32
        )
        return float(likeness.max()) / 100


def fit(entries: Sequence[Entry], lexicon: Lexicon | None = None, model: Model | None = None) -> Index:
    """Build an index. Raises ValueError when there are no entries or two share an id."""
    if not entries:
        raise ValueError("no entries")
    if len({entry.id for entry in entries}) != len(entries):
        raise ValueError("two entries share an id")
    return Index(entries, lexicon or shipped_lexicon(), model or shipped_model())
