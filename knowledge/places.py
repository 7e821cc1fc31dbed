"""Which hamlet, office or team a sentence speaks of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.lexicon_loader import place_words
from knowledge.matching import PhraseIndex
from knowledge.vietnamese import expand, nfc

READ_LIMIT = 2000
"""Characters of a text that are looked at; a place is named near its beginning."""


@dataclass(frozen=True)
class Place:
    """A unit of the commune, its present name and every other name it goes or went by."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()


def find_place(text: str, places: Sequence[Place]) -> tuple[int, str] | None:
    """Return the id and the name of the place that the text names, or None.

    Marks and abbreviations do not matter, one wrong letter is forgiven in names of five letters and
    more, the longest name wins, then the first. When two places are written alike without marks, the
    marks decide; without marks there is no answer.
    """
    written = nfc(text)[:READ_LIMIT]
    index, owners = _prepare(tuple(places))
    for match in index.apart(_spoken(written)):
        if match.phrase in owners:
            return _decide(written, owners[match.phrase])
    return None


def _decide(written: str, candidates: tuple[Place, ...]) -> tuple[int, str] | None:
    if len(candidates) > 1:
        lower = written.lower()
        names = {place: [nfc(name).lower() for name in (place.name, *place.aliases)] for place in candidates}
        candidates = tuple(place for place in candidates if any(name in lower for name in names[place]))
    if len(candidates) != 1:
        return None
    return candidates[0].id, candidates[0].name


@lru_cache(maxsize=64)
def _prepare(places: tuple[Place, ...]) -> tuple[PhraseIndex, dict[str, tuple[Place, ...]]]:
    owners: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        for phrase in dict.fromkeys(_names(place)):
            owners[phrase].append(place)
    common = frozenset(place_words().common)
    index = PhraseIndex([*place_words().not_places, *owners], lambda word: word not in common)
    return index, {phrase: tuple(found) for phrase, found in owners.items()}


def _names(place: Place) -> Iterator[str]:
    for name in (place.name, *place.aliases):
        parts = _spoken(name)
        if not parts:
            continue
        full = " ".join(parts)
        yield full
        yield from _without_kind(parts)
        for usual in place_words().usual:
            if any(f"{full} ".startswith(f"{begin} ") for begin in usual.begins):
                yield from usual.aliases


def _without_kind(parts: list[str]) -> Iterator[str]:
    """Yield "dong ha" for "thon dong ha"; a rest of one word or of a number says too little."""
    full = " ".join(parts)
    kinds = [kind for kind in place_words().kinds if full.startswith(f"{kind} ")]
    if kinds:
        rest = full[len(max(kinds, key=len)) + 1 :]
        if " " in rest and not rest[0].isdigit():
            yield rest


def _spoken(text: str) -> list[str]:
    """Return the words with hamlet numbers in one form: "thon so 03", "thon ba", "thon iii" as "thon 3"."""
    table = place_words()
    ends = {kind.split()[-1] for kind in table.kinds}
    result: list[str] = []
    for word in expand(text).split():
        after_kind = bool(result) and (result[-1] in ends)
        if word.isdecimal():
            if len(result) > 1 and result[-1] in table.number_sign and result[-2] in ends:
                result.pop()
            result.append(str(int(word)))
        else:
            result.append(str(table.numbers[word]) if after_kind and word in table.numbers else word)
    return result
