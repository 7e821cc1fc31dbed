"""What an editor should look at: articles that end soon, are too long, too alike or poorly confirmed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rapidfuzz import fuzz, process

from knowledge.article import MAX_BODY, MAX_FIRST_LINE, Article, Trust
from knowledge.lexicon_file import read_search_table
from knowledge.vietnamese import fold

NEAR_EXPIRY = timedelta(days=45)
TOO_ALIKE = 92


class Concern(StrEnum):
    """Why an article is listed."""

    ENDED = "ended"
    ENDS_SOON = "ends_soon"
    TOO_LONG = "too_long"
    FIRST_LINE_TOO_LONG = "first_line_too_long"
    TOO_SIMILAR = "too_similar"
    UNVERIFIED_UNSAID = "unverified_unsaid"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at; `detail` is a date, a length or the other article."""

    slug: str
    concern: Concern
    detail: str


def review(articles: Sequence[Article], on: date) -> list[Remark]:
    """Everything worth a look on that local day, article by article."""
    remarks = [remark for article in articles for remark in _alone(article, on)]
    return [*remarks, *_alike(articles)]


def _alone(article: Article, on: date) -> Iterator[Remark]:
    if article.valid_to is not None and article.valid_to < on:
        yield Remark(article.slug, Concern.ENDED, article.valid_to.isoformat())
    elif article.valid_to is not None and article.valid_to <= on + NEAR_EXPIRY:
        yield Remark(article.slug, Concern.ENDS_SOON, article.valid_to.isoformat())
    if len(article.body) > MAX_BODY:
        yield Remark(article.slug, Concern.TOO_LONG, str(len(article.body)))
    if len(article.first_line) > MAX_FIRST_LINE:
        yield Remark(article.slug, Concern.FIRST_LINE_TOO_LONG, str(len(article.first_line)))
    said = read_search_table("articles")["to_check"] in article.body.lower()
    if article.confidence is Trust.UNVERIFIED and not said:
        yield Remark(article.slug, Concern.UNVERIFIED_UNSAID, article.confidence.value)


def _alike(articles: Sequence[Article]) -> Iterator[Remark]:
    """Pairs whose wordings nearly coincide while both may be shown on the same day."""
    wordings = [
        (article, fold(text)) for article in articles for text in (article.question, *article.alternatives)
    ]
    texts = [text for _, text in wordings]
    seen: set[frozenset[str]] = set()
    for number, (article, text) in enumerate(wordings):
        rest = texts[number + 1 :]
        for _, _, place in process.extract(
            text, rest, scorer=fuzz.token_sort_ratio, score_cutoff=TOO_ALIKE, limit=None
        ):
            other = wordings[number + 1 + place][0]
            pair = frozenset((article.slug, other.slug))
            if len(pair) > 1 and pair not in seen and _overlap(article, other):
                seen.add(pair)
                yield Remark(article.slug, Concern.TOO_SIMILAR, other.slug)


def _overlap(one: Article, other: Article) -> bool:
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    return start <= min(one.valid_to or date.max, other.valid_to or date.max)
