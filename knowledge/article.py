"""A shipped answer: what is asked, what is answered, who says so and until when it holds."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

from knowledge.search.entry import Entry

MAX_BODY = 700
MAX_FIRST_LINE = 160
MIN_ALTERNATIVES = 2
MAX_ALTERNATIVES = 6

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Trust(StrEnum):
    """How far an answer is confirmed: by two sources, by one, or by common knowledge only."""

    TWO_SOURCES = "two_sources"
    ONE_SOURCE = "one_source"
    UNVERIFIED = "unverified"


class Source(BaseModel):
    """Where the facts come from: a name to show and an address to open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    address: HttpUrl


class Article(BaseModel):
    """One question and its answer.

    `as_of` is the day the source is known to hold; only month and year are shown, and the first of the
    month stands where no day is known. `valid_from` and `valid_to` are inclusive local dates. `applies_to`
    is "toàn quốc" or the name of a province. The first line of `body` answers by itself; its last line
    names source and month.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Text
    question: Text
    alternatives: tuple[Text, ...] = Field(min_length=MIN_ALTERNATIVES, max_length=MAX_ALTERNATIVES)
    tags: tuple[Text, ...] = Field(min_length=1)
    source: Source
    as_of: date
    valid_from: date | None = None
    valid_to: date | None = None
    applies_to: Text
    confidence: Trust
    owner: Text
    related: tuple[Text, ...] = ()
    body: Text

    @model_validator(mode="after")
    def _dates_in_order(self) -> "Article":
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self

    @property
    def first_line(self) -> str:
        return self.body.splitlines()[0]

    @property
    def last_line(self) -> str:
        return self.body.splitlines()[-1]

    def is_valid(self, on: date) -> bool:
        """Whether the answer may be shown as current on that local day."""
        started = self.valid_from is None or self.valid_from <= on
        return started and (self.valid_to is None or on <= self.valid_to)

    def as_entry(self) -> Entry:
        """What the search is fitted on."""
        return Entry(
            id=self.slug,
            question=self.question,
            alternatives=self.alternatives,
            answer=self.body,
            tags=self.tags,
        )
