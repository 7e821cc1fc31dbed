"""The knowledge base as arrays: every wording, and every answer, as numbered keys with weights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.search.entry import Entry
from knowledge.search.reading import Reader, Reading, Unit

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.floating[Any]]

KINDS = ("topic", "action", "problem", "intent", "manner", "actor", "foreign", "word", "stop")
KIND_WEIGHTS = {
    "topic": 1.3, "action": 0.8, "problem": 0.8, "intent": 1.0,
    "manner": 0.35, "actor": 0.4, "foreign": 1.3, "word": 0.8, "stop": 0.15,
}  # fmt: skip
IDF_FLOOR = 0.35


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different length laid end to end: row i is `flat[start[i]:start[i + 1]]`."""

    flat: Ints
    start: Ints

    def take(self, rows: Ints) -> tuple[Ints, Ints]:
        """Positions into `flat` of the given rows, and where each row starts among them."""
        sizes = self.start[rows + 1] - self.start[rows]
        starts = np.zeros(len(rows), dtype=np.int32)
        np.cumsum(sizes[:-1], out=starts[1:])
        positions = np.arange(int(sizes.sum()), dtype=np.int32)
        positions += np.repeat(self.start[rows] - starts, sizes)
        return positions, starts


def ragged(rows: Sequence[Sequence[int]]) -> Ragged:
    start = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum([len(row) for row in rows], out=start[1:])
    flat = np.fromiter((value for row in rows for value in row), dtype=np.int32, count=int(start[-1]))
    return Ragged(flat, start)


class Keys:
    """Numbers for keys; number 0 is kept for "nothing"."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.numbers) + 1

    def number(self, key: str) -> int:
        return self.numbers.setdefault(key, len(self.numbers) + 1)

    def find(self, key: str) -> int:
        return self.numbers.get(key, 0)


@dataclass(frozen=True, slots=True)
class Documents:
    """All wordings of all entries. `owner[w]` is the entry of wording w; entries come in order."""

    keys: Keys
    units: Ragged
    kinds: Ints
    weights: Floats
    pairs: Ragged
    answers: Ragged
    tags: Ragged
    owner: Ints
    first: Ints
    folded: tuple[str, ...]
    rarity: dict[str, float]
    rarest: float

    @property
    def entries(self) -> int:
        return len(self.first) - 1

    def weight(self, unit: Unit) -> float:
        """What a unit of a query weighs: by kind, and more the rarer it is here."""
        share = self.rarity.get(unit.key, self.rarest) / self.rarest
        return KIND_WEIGHTS[unit.kind] * (IDF_FLOOR + (1 - IDF_FLOOR) * share)


@dataclass(frozen=True, slots=True)
class Readings:
    """Every entry as read: its wordings, and its answer together with its tags."""

    wordings: list[list[Reading]]
    answers: list[list[Reading]]


def lay_out(entries: Sequence[Entry], reader: Reader) -> tuple[Documents, Readings]:
    """Read every wording once and lay it out. Linear in the text; 10,000 entries take seconds."""
    readings = [[reader.read(wording, mend=False) for wording in entry.wordings()] for entry in entries]
    rarity, rarest = _rarity(readings)
    keys = Keys()
    flat = [reading for group in readings for reading in group]
    rows = [_row(reading, keys, rarity, rarest) for reading in flat]
    answers = [reader.read(entry.answer, mend=False) for entry in entries]
    tags = [reader.read(" ".join(entry.tags), mend=False) for entry in entries]
    first = np.zeros(len(entries) + 1, dtype=np.int32)
    np.cumsum([len(group) for group in readings], out=first[1:])
    documents = Documents(
        keys=keys,
        units=ragged([[number for number, _, _ in row] for row in rows]),
        kinds=np.array([kind for row in rows for _, kind, _ in row], dtype=np.int32),
        weights=np.array([weight for row in rows for _, _, weight in row], dtype=np.float32),
        pairs=ragged([[0, *(keys.number(pair) for pair in pair_keys(reading))] for reading in flat]),
        answers=ragged([_plain_row(reading, keys) for reading in answers]),
        tags=ragged([_plain_row(reading, keys) for reading in tags]),
        owner=np.repeat(np.arange(len(entries), dtype=np.int32), np.diff(first)),
        first=first,
        folded=tuple(reading.folded for reading in flat),
        rarity=rarity,
        rarest=rarest,
    )
    return documents, Readings(readings, [list(pair) for pair in zip(answers, tags, strict=True)])


def pair_keys(reading: Reading) -> list[str]:
    """Keys of neighbouring syllables, which tell "tạm trú" from "tạm vắng … lưu trú"."""
    words = [token.folded for token in reading.tokens]
    return [f"p:{left} {right}" for left, right in pairwise(words)]


def _rarity(readings: Iterable[Iterable[Reading]]) -> tuple[dict[str, float], float]:
    counts: dict[str, int] = {}
    total = 0
    for group in readings:
        total += 1
        for key in {unit.key for reading in group for unit in reading.units}:
            counts[key] = counts.get(key, 0) + 1
    rarest = float(np.log(1 + (total + 0.5) / 0.5))
    return {key: float(np.log(1 + (total - n + 0.5) / (n + 0.5))) for key, n in counts.items()}, rarest


def _row(
    reading: Reading, keys: Keys, rarity: dict[str, float], rarest: float
) -> list[tuple[int, int, float]]:
    """Keys of one wording: the main key of each unit weighs, the plain words beneath a concept do not."""
    row = [(0, KINDS.index("stop"), 1e-6)]
    for unit in reading.units:
        share = rarity.get(unit.key, rarest) / rarest
        weight = KIND_WEIGHTS[unit.kind] * (IDF_FLOOR + (1 - IDF_FLOOR) * share)
        row.append((keys.number(unit.key), KINDS.index(unit.kind), weight))
    row.extend((keys.number(f"w:{token.text}"), KINDS.index("stop"), 0.0) for token in reading.tokens)
    return row


def _plain_row(reading: Reading, keys: Keys) -> list[int]:
    found = {keys.number(unit.key) for unit in reading.units if unit.kind != "stop"}
    return [0, *sorted(found)]
