"""The words the search understands, read from the editable lists in `knowledge/lexicon/search`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.vietnamese import fold

LEXICON_FOLDER = Path(__file__).resolve().parent.parent / "lexicon" / "search"
CONCEPT_KINDS = ("topic", "action", "problem", "intent", "manner", "actor", "foreign")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to name a concept: accented words, the concept and its kind."""

    words: tuple[str, ...]
    concept: str
    kind: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything read from the lists, keyed for look-up by folded words."""

    abbreviations: dict[str, tuple[str, ...]]
    phrases: dict[tuple[str, ...], tuple[Phrase, ...]]
    longest_phrase: int
    related: dict[str, dict[str, float]]
    stops: frozenset[str]
    stop_weight: float
    refusals: tuple[str, ...]

    @property
    def folded_stops(self) -> frozenset[str]:
        """Function words without marks, for texts written without marks."""
        return frozenset(fold(word) for word in self.stops)


def read_lexicon(folder: Path = LEXICON_FOLDER) -> Lexicon:
    """Read the four lists. Raises `tomllib.TOMLDecodeError` with the line for a spoilt file."""
    abbreviations = _table(folder / "abbreviations.toml")
    thesaurus = _table(folder / "thesaurus.toml")
    stops = _table(folder / "stops.toml")
    refusals = _table(folder / "refusals.toml")
    phrases = _phrases(thesaurus)
    return Lexicon(
        abbreviations=_abbreviations(abbreviations),
        phrases=phrases,
        longest_phrase=max(len(key) for key in phrases),
        related=thesaurus["related"],
        stops=frozenset(stops["words"]),
        stop_weight=float(stops["weight"]),
        refusals=tuple(line for group in refusals.values() for line in group),
    )


@cache
def shipped_lexicon() -> Lexicon:
    """The lists of this project, read once."""
    return read_lexicon()


def _table(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _abbreviations(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    readings: dict[str, tuple[str, ...]] = {short: (full,) for short, full in table["sure"].items()}
    readings.update({short: tuple(full) for short, full in table["ambiguous"].items()})
    return readings


def _phrases(thesaurus: dict[str, Any]) -> dict[tuple[str, ...], tuple[Phrase, ...]]:
    found: dict[tuple[str, ...], list[Phrase]] = {}
    for kind in CONCEPT_KINDS:
        for concept, variants in thesaurus[kind].items():
            for text in variants:
                key = tuple(fold(text).split())
                found.setdefault(key, []).append(Phrase(tuple(text.lower().split()), concept, kind))
    return {key: tuple(phrases) for key, phrases in found.items()}
