"""The labelled questions and what is computed from them."""

from collections import Counter

import pytest

from knowledge.evaluation.baselines import contenders
from knowledge.evaluation.metrics import Outcome, figures
from knowledge.evaluation.report import ask
from knowledge.evaluation.sets import (
    LAST_QUERIES_FILE,
    QUERIES_FILE,
    REFUSE_FAR,
    REFUSE_NEAR,
    SECOND_KNOWLEDGE_FILE,
    SECOND_QUERIES_FILE,
    Query,
    read_entries,
    read_queries,
    shipped_entries,
)
from knowledge.search.index import Decision, fit


def test_there_are_enough_questions_in_both_halves() -> None:
    queries = read_queries()
    kinds = Counter(query.kind for query in queries)
    halves = Counter(query.half for query in queries)
    assert len(queries) >= 400
    assert kinds[REFUSE_NEAR] + kinds[REFUSE_FAR] >= 150
    assert kinds[REFUSE_NEAR] * 2 >= kinds[REFUSE_NEAR] + kinds[REFUSE_FAR]
    assert abs(halves["dev"] - halves["test"]) <= 10


@pytest.mark.parametrize("path", [QUERIES_FILE, SECOND_QUERIES_FILE, LAST_QUERIES_FILE])
def test_labels_name_entries_and_no_question_is_asked_twice(path: object) -> None:
    queries = [query for file in (QUERIES_FILE, SECOND_QUERIES_FILE, LAST_QUERIES_FILE) if file == path
               for query in read_queries(file)]  # fmt: skip
    known = {entry.id for entry in [*shipped_entries(), *read_entries(SECOND_KNOWLEDGE_FILE)]}
    assert {gold for query in queries for gold in query.gold} <= known
    assert len({query.text for query in queries}) == len(queries)
    assert len({query.qid for query in queries}) == len(queries)


def query(gold: tuple[str, ...]) -> Query:
    return Query.model_validate({"qid": "q", "text": "t", "class": "clean", "gold": gold, "half": "dev"})


def test_figures_count_rank_refusals_and_direct_answers() -> None:
    found = figures(
        [
            Outcome(query(("a",)), ("a", "b"), Decision.ANSWER),
            Outcome(query(("a",)), ("b", "a"), Decision.ANSWER),
            Outcome(query(("a", "c")), ("c",), Decision.CHOICES),
            Outcome(query(("a",)), ("b", "c", "d", "a"), Decision.REFUSE),
        ]
    )
    assert (found.top1, found.recall3) == (0.5, 0.75)
    assert (found.refused, found.direct, found.direct_right) == (0.25, 0.5, 0.5)


def test_the_search_is_ahead_of_plain_contenders_on_the_test_half() -> None:
    entries = shipped_entries()
    index = fit(entries)
    queries = [query for query in read_queries(half="test") if query.in_scope]
    ours = figures([ask(index, query) for query in queries]).top1
    plain = [
        figures([Outcome(query, rank(query.text)) for query in queries]).top1
        for rank in contenders(entries).values()
    ]
    assert ours > max(plain) + 0.1
    assert ours >= 0.85


def test_questions_to_refuse_are_mostly_refused_and_others_hardly_ever() -> None:
    index = fit(shipped_entries())
    outcomes = [ask(index, query) for query in read_queries(half="test")]
    refused = figures([outcome for outcome in outcomes if not outcome.query.in_scope]).refused
    wrongly = figures([outcome for outcome in outcomes if outcome.query.in_scope]).refused
    assert refused >= 0.7
    assert wrongly <= 0.07
