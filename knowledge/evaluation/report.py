"""The figures of the search beside plain contenders, printed by `trucso faq evaluate`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.evaluation.baselines import contenders
from knowledge.evaluation.metrics import Figures, Outcome, figures
from knowledge.evaluation.sets import (
    LAST_QUERIES_FILE,
    REFUSE_FAR,
    REFUSE_NEAR,
    SECOND_KNOWLEDGE_FILE,
    SECOND_QUERIES_FILE,
    Half,
    Query,
    read_entries,
    read_queries,
    shipped_entries,
)
from knowledge.search.entry import Entry
from knowledge.search.index import Index, fit

SEARCH = "trucso"
KINDS = (
    "clean", "paraphrase", "no_accents", "typing_slips", "teencode", "very_short", "long_story", "mixed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Set:
    """A knowledge base and the questions asked of it."""

    name: str
    entries: Sequence[Entry]
    queries: Sequence[Query]


def sets(half: Half) -> list[Set]:
    """The shipped base, the second base, and both together (without questions to refuse).

    The questions written last came after the word lists were closed and were never fitted on.
    """
    first, second = shipped_entries(), read_entries(SECOND_KNOWLEDGE_FILE)
    asked, asked_second = read_queries(half=half), read_queries(SECOND_QUERIES_FILE, half=half)
    answerable = [query for query in [*asked, *asked_second] if query.in_scope]
    both = [*first, *second]
    found = [
        Set("shipped articles", first, asked),
        Set("second base", second, asked_second),
        Set("both bases", both, answerable),
    ]
    if half == "test":
        found.append(Set("both bases, questions written last", both, read_queries(LAST_QUERIES_FILE)))
    return found


def report_lines(half: Half = "test") -> Iterator[str]:
    """Markdown tables: top-1 per class for every contender, then the decisions of the search."""
    for group in sets(half):
        answerable = [query for query in group.queries if query.in_scope]
        yield f"### {group.name}: {len(group.entries)} entries, {len(group.queries)} questions ({half} half)"
        yield ""
        yield "| contender | top-1 | recall@3 | " + " | ".join(KINDS) + " |"
        yield "|---" * (len(KINDS) + 3) + "|"
        index = fit(group.entries)
        outcomes = [ask(index, query) for query in group.queries]
        yield _rank_row(SEARCH, [outcome for outcome in outcomes if outcome.query.in_scope])
        for name, rank in contenders(group.entries).items():
            yield _rank_row(name, [Outcome(query, rank(query.text)) for query in answerable])
        yield ""
        yield from _decisions(outcomes)


def ask(index: Index, query: Query) -> Outcome:
    result = index.search(query.text)
    return Outcome(query, tuple(match.id for match in result.matches), result.decision)


def _rank_row(name: str, outcomes: Sequence[Outcome]) -> str:
    whole = figures(outcomes)
    kinds = [figures([outcome for outcome in outcomes if outcome.query.kind == kind]) for kind in KINDS]
    by_kind = [_percent(kind.top1) if kind.count else "-" for kind in kinds]
    cells = [_percent(whole.top1), _percent(whole.recall3), *by_kind]
    return f"| {name} | " + " | ".join(cells) + " |"


def _decisions(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| questions | count | refused | answered directly | right when direct |"
    yield "|---|---|---|---|---|"
    groups = {
        "in scope": [outcome for outcome in outcomes if outcome.query.in_scope],
        "out of scope, near": [outcome for outcome in outcomes if outcome.query.kind == REFUSE_NEAR],
        "out of scope, far": [outcome for outcome in outcomes if outcome.query.kind == REFUSE_FAR],
        "out of scope": [outcome for outcome in outcomes if not outcome.query.in_scope],
    }
    for name, group in groups.items():
        if group:
            yield _decision_row(name, figures(group), in_scope=name == "in scope")
    yield ""


def _decision_row(name: str, found: Figures, in_scope: bool) -> str:
    right = _percent(found.direct_right) if in_scope else "-"
    return f"| {name} | {found.count} | {_percent(found.refused)} | {_percent(found.direct)} | {right} |"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"
