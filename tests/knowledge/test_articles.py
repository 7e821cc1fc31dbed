"""The shipped answers: each can be signed, read on a phone and found again."""

from datetime import date

import pytest

from knowledge.article import MAX_BODY, MAX_FIRST_LINE, Article, Trust
from knowledge.lexicon_file import read_search_table
from knowledge.loader import load_articles
from knowledge.review import Concern, Remark, review

LOADED = load_articles()
LABELLED_ON = date(2026, 11, 25)


def test_the_shipped_articles_have_no_faults() -> None:
    assert [str(fault) for fault in LOADED.faults] == []
    assert len(LOADED.articles) >= 70


@pytest.mark.parametrize("article", LOADED.articles, ids=lambda article: article.slug)
def test_an_article_fits_a_phone_and_is_polite(article: Article) -> None:
    assert len(article.body) <= MAX_BODY
    assert len(article.first_line) <= MAX_FIRST_LINE
    words = article.body.lower().split()
    assert "bạn" not in words
    assert "em" not in words


@pytest.mark.parametrize(
    "article", [a for a in LOADED.articles if a.confidence is Trust.UNVERIFIED], ids=lambda a: a.slug
)
def test_what_nobody_confirmed_says_so(article: Article) -> None:
    assert read_search_table("articles")["to_check"] in article.body.lower()


@pytest.mark.parametrize(
    ("slug", "last_day"),
    [
        ("payment/phi-can-cuoc", date(2026, 12, 31)),
        ("payment/phi-ho-chieu", date(2026, 12, 31)),
        ("payment/cong-dan-so", date(2027, 2, 28)),
        ("civil/khai-sinh", date(2027, 2, 28)),
    ],
)
def test_a_rule_that_ends_is_not_shown_after_its_last_day(slug: str, last_day: date) -> None:
    on_last = {article.slug for article in LOADED.valid(last_day)}
    day_after = {article.slug for article in LOADED.valid(date.fromordinal(last_day.toordinal() + 1))}
    assert slug in on_last
    assert slug not in day_after


def test_the_fees_of_next_year_take_over_without_a_gap() -> None:
    shown = {article.slug for article in LOADED.valid(date(2027, 1, 1))}
    assert {"payment/phi-can-cuoc-2027", "payment/phi-ho-chieu-2027"} <= shown


def test_no_two_articles_ask_the_same_at_the_same_time() -> None:
    alike = [
        remark for remark in review(LOADED.articles, LABELLED_ON) if remark.concern is Concern.TOO_SIMILAR
    ]
    assert alike == []


def test_articles_near_their_end_are_listed() -> None:
    listed = review(LOADED.articles, date(2026, 12, 1))
    assert Remark("payment/phi-can-cuoc", Concern.ENDS_SOON, "2026-12-31") in listed
    assert Remark("payment/phi-can-cuoc", Concern.ENDED, "2026-12-31") in review(
        LOADED.articles, date(2027, 1, 1)
    )
