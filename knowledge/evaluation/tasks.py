"""Which questions are asked of which knowledge base while fitting."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.evaluation.sets import (
    SECOND_KNOWLEDGE_FILE,
    SECOND_QUERIES_FILE,
    Query,
    read_entries,
    read_queries,
    shipped_entries,
)
from knowledge.search.entry import Entry
from knowledge.search.lexicon import Lexicon, shipped_lexicon

POORER_WEIGHT = 0.5
THINNED_SHARE = 0.4
LEFT_OUT = 2


@dataclass(frozen=True, slots=True)
class Task:
    """Questions to ask of a knowledge base.

    `taken_out`: ask also while parts of the base are missing. `typical`: count it when thresholds are set.
    """

    entries: Sequence[Entry]
    queries: Sequence[Query]
    lexicon: Lexicon
    weight: float = 1.0
    taken_out: bool = False
    typical: bool = True


def development_tasks() -> list[Task]:
    """The two bases, both together, and poorer variants of them.

    Other authors write fewer alternatives and use words our lists do not hold: some variants keep one
    alternative or none, some know only part of the thesaurus.
    """
    first, second = shipped_entries(), read_entries(SECOND_KNOWLEDGE_FILE)
    asked, asked_second = read_queries(half="dev"), read_queries(SECOND_QUERIES_FILE, half="dev")
    both, words = [*first, *second], shipped_lexicon()
    answerable = [query for query in [*asked, *asked_second] if query.in_scope]
    return [
        Task(first, asked, words, taken_out=True),
        Task(second, asked_second, words, taken_out=True),
        Task(both, answerable, words, taken_out=True),
        Task(first, asked, thinner(words, 1), POORER_WEIGHT),
        Task(both, answerable, thinner(words, 2), POORER_WEIGHT),
        Task(leaner(first, 1), asked, words, POORER_WEIGHT, typical=False),
        Task(leaner(second, 1), asked_second, words, POORER_WEIGHT, typical=False),
        Task(leaner(both, 0), answerable, words, POORER_WEIGHT, typical=False),
        *(_left_out(both, number, words) for number in range(LEFT_OUT)),
    ]


def leaner(entries: Sequence[Entry], alternatives: int) -> list[Entry]:
    """The same knowledge with fewer other wordings."""
    return [entry.model_copy(update={"alternatives": entry.alternatives[:alternatives]}) for entry in entries]


def _left_out(entries: Sequence[Entry], number: int, lexicon: Lexicon) -> Task:
    """One alternative of each entry taken out of the base and asked instead: short, as people type."""
    asked = [
        Query.model_validate(
            {
                "qid": f"alternative-{number}-{entry.id}",
                "text": entry.alternatives[number],
                "class": "alternative",
                "gold": (entry.id,),
                "half": "dev",
            }
        )
        for entry in entries
        if len(entry.alternatives) > number
    ]
    rest = [
        entry.model_copy(
            update={"alternatives": entry.alternatives[:number] + entry.alternatives[number + 1 :]}
        )
        for entry in entries
    ]
    return Task(rest, asked, lexicon, POORER_WEIGHT, typical=False)


def thinner(lexicon: Lexicon, seed: int) -> Lexicon:
    """The lexicon with a share of its phrases forgotten, always the same for one seed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible choice, nothing secret
    kept = {key: phrases for key, phrases in lexicon.phrases.items() if chance.random() > THINNED_SHARE}
    return replace(lexicon, phrases=kept)
