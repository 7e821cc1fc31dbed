"""How long a question takes over 10,000 made-up entries: `python -m benchmarks.faq_latency`."""

import random
import sys

from core.clock import Stopwatch
from knowledge.evaluation.sets import (
    LAST_QUERIES_FILE,
    SECOND_KNOWLEDGE_FILE,
    SECOND_QUERIES_FILE,
    read_entries,
    read_queries,
    shipped_entries,
)
from knowledge.search.entry import Entry
from knowledge.search.index import fit

SIZE = 10_000
SWAPPED_WORDS = 2
MILLISECONDS = 1000


def made_up(size: int) -> list[Entry]:
    """Copies of real entries with two words of each wording exchanged for words of other entries."""
    base = [*shipped_entries(), *read_entries(SECOND_KNOWLEDGE_FILE)]
    words = sorted({word for entry in base for wording in entry.wordings() for word in wording.split()})
    chance = random.Random(1)  # noqa: S311 - the same entries every time, nothing secret

    def changed(text: str) -> str:
        parts = text.split()
        for _ in range(SWAPPED_WORDS):
            parts[chance.randrange(len(parts))] = chance.choice(words)
        return " ".join(parts)

    return [
        entry.model_copy(
            update={
                "id": f"{entry.id}-{number}",
                "question": changed(entry.question),
                "alternatives": tuple(changed(text) for text in entry.alternatives),
            }
        )
        for number in range(size)
        for entry in [base[number % len(base)]]
    ]


def main() -> None:
    stopwatch = Stopwatch()
    started = stopwatch.seconds()
    index = fit(made_up(SIZE))
    sys.stdout.write(f"{SIZE} entries fitted in {stopwatch.seconds() - started:.1f} s\n")
    queries = [*read_queries(), *read_queries(SECOND_QUERIES_FILE), *read_queries(LAST_QUERIES_FILE)]
    taken: list[float] = []
    for query in queries:
        started = stopwatch.seconds()
        index.search(query.text)
        taken.append((stopwatch.seconds() - started) * MILLISECONDS)
    taken.sort()
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    figures = [f"{name} {taken[int(len(taken) * share)]:.1f} ms" for name, share in shares.items()]
    sys.stdout.write(f"{len(queries)} questions: {', '.join(figures)}, slowest {taken[-1]:.1f} ms\n")


if __name__ == "__main__":
    main()
