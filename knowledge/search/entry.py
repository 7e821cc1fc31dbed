"""What the search is fitted on: one question with the other ways people ask it."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _as_list(value: Any) -> Any:
    """Bases of other authors leave a field empty, or write a single text without a list."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    return "" if value is None else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Entry(BaseModel):
    """A question, 0 or more alternatives, its answer and tags. `id` must be unique in an index."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str
    alternatives: Texts = ()
    answer: Annotated[str, BeforeValidator(_as_text)] = ""
    tags: Texts = ()

    def wordings(self) -> Iterator[str]:
        yield self.question
        yield from self.alternatives
