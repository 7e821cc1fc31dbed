"""The project's own labelled questions, in a half to fit on and a half to report on."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.loader import load_articles
from knowledge.search.entry import Entry

FOLDER = Path(__file__).resolve().parent
QUERIES_FILE = FOLDER / "queries.jsonl"
SECOND_KNOWLEDGE_FILE = FOLDER / "second_knowledge.jsonl"
SECOND_QUERIES_FILE = FOLDER / "second_queries.jsonl"
LAST_QUERIES_FILE = FOLDER / "last_queries.jsonl"
REFUSE_NEAR, REFUSE_FAR = "refuse_near", "refuse_far"
KNOWLEDGE_DAY = date(2026, 11, 25)

Half = Literal["dev", "test"]


class Query(BaseModel):
    """A question as typed; `gold` lists the right entries and is empty when it must be refused."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    qid: str
    text: str
    kind: str = Field(alias="class")
    gold: tuple[str, ...]
    half: Half

    @property
    def in_scope(self) -> bool:
        return bool(self.gold)


def read_queries(path: Path = QUERIES_FILE, half: Half | None = None) -> list[Query]:
    """Labelled questions, all or one half."""
    queries = [Query.model_validate_json(line) for line in _lines(path)]
    return [query for query in queries if half is None or query.half == half]


def read_entries(path: Path) -> list[Entry]:
    """A knowledge base from lines of JSON: id, question, alternatives, answer, tags."""
    return [Entry.model_validate(json.loads(line)) for line in _lines(path)]


def shipped_entries() -> list[Entry]:
    """The articles that hold on the day the questions were labelled."""
    return [article.as_entry() for article in load_articles().valid(KNOWLEDGE_DAY)]


def without(entries: Sequence[Entry], dropped: Collection[str]) -> list[Entry]:
    """The knowledge base with some entries taken out, so that their questions become out of scope."""
    return [entry for entry in entries if entry.id not in dropped]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
