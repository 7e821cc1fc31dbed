"""What the search is fitted on: one question with the other ways people ask it."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A question, 0 or more alternatives, its answer and tags. `id` must be unique in an index."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    alternatives: tuple[str, ...] = ()
    answer: str = ""
    tags: tuple[str, ...] = ()

    def wordings(self) -> Iterator[str]:
        yield self.question
        yield from self.alternatives
