"""Plain contenders to measure beside the search: two fuzzy ratios and BM25 over folded syllables."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from knowledge.search.entry import Entry
from knowledge.vietnamese import fold

Ranker = Callable[[str], tuple[str, ...]]
DEPTH = 10
K1, B = 1.2, 0.75


def fuzzy(entries: Sequence[Entry], scorer: Callable[..., float]) -> Ranker:
    """The best wording of each entry by one rapidfuzz scorer, all texts folded."""
    owners = [entry.id for entry in entries for _ in entry.wordings()]
    texts = [fold(wording) for entry in entries for wording in entry.wordings()]

    def rank(query: str) -> tuple[str, ...]:
        found = process.extract(fold(query), texts, scorer=scorer, limit=60)
        return tuple(dict.fromkeys(owners[place] for _, _, place in found))[:DEPTH]

    return rank


def bm25(entries: Sequence[Entry]) -> Ranker:
    """Okapi BM25 over folded syllables of question and alternatives."""
    documents = [Counter(fold(" ".join(entry.wordings())).split()) for entry in entries]
    lengths = [sum(document.values()) for document in documents]
    mean = sum(lengths) / len(lengths)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(documents):
        for word in document:
            holders[word].append(number)

    def rank(query: str) -> tuple[str, ...]:
        scores: dict[int, float] = defaultdict(float)
        for word in fold(query).split():
            places = holders.get(word, [])
            rarity = math.log(1 + (len(documents) - len(places) + 0.5) / (len(places) + 0.5))
            for place in places:
                count = documents[place][word]
                saturation = count + K1 * (1 - B + B * lengths[place] / mean)
                scores[place] += rarity * count * (K1 + 1) / saturation
        best = sorted(scores, key=lambda place: -scores[place])[:DEPTH]
        return tuple(entries[place].id for place in best)

    return rank


def contenders(entries: Sequence[Entry]) -> dict[str, Ranker]:
    return {
        "rapidfuzz WRatio": fuzzy(entries, fuzz.WRatio),
        "rapidfuzz token_set_ratio": fuzzy(entries, fuzz.token_set_ratio),
        "BM25": bm25(entries),
    }
