"""Finding known phrases among folded words: exactly, written together, or with one slip of a letter."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

MIN_LETTERS = 5
"""A shorter phrase must be written exactly: too many other words are one letter away."""
MIN_SLIPPED = 3


@dataclass(frozen=True)
class Match:
    """A phrase found in the words from `start` (included) to `end` (excluded)."""

    phrase: str
    start: int
    end: int
    slipped: bool = False

    @cached_property
    def rank(self) -> tuple[int, int, bool, int]:
        """Sorts the better match first: more words, more letters, no slip, earlier."""
        return (-len(self.phrase.split()), -len(self.phrase), self.slipped, self.start)


class PhraseIndex:
    """Phrases prepared for search.

    `may_be_slip` tells of a written word whether it may be a misspelling; a word that means something
    by itself must not, or "mat tien" (lost money) would be read as "mat dien" (power cut).
    """

    def __init__(self, phrases: Iterable[str], may_be_slip: Callable[[str], bool]) -> None:
        self._may_be_slip = may_be_slip
        self._phrases = {phrase: tuple(phrase.split()) for phrase in phrases}
        self._by_word: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for phrase, parts in self._phrases.items():
            for place, part in enumerate(parts):
                self._by_word[part].append((phrase, place))
        self._joined = {"".join(parts): phrase for phrase, parts in self._phrases.items() if len(parts) > 1}
        self._single = [p for p, parts in self._phrases.items() if len(parts) == 1 and len(p) >= MIN_LETTERS]

    def every(self, words: Sequence[str]) -> list[Match]:
        """Return all matches, overlapping ones too, the best first."""
        found = {match for place in range(len(words)) for match in self._at(words, place)}
        return sorted(found, key=lambda match: match.rank)

    def apart(self, words: Sequence[str]) -> list[Match]:
        """Return matches that share no word: a longer phrase takes its words from a shorter one."""
        taken: set[int] = set()
        kept = []
        for match in self.every(words):
            span = range(match.start, match.end)
            if taken.isdisjoint(span):
                taken.update(span)
                kept.append(match)
        return kept

    def _at(self, words: Sequence[str], place: int) -> Iterator[Match]:
        word = words[place]
        for phrase, offset in self._by_word.get(word, ()):
            parts = self._phrases[phrase]
            start = place - offset
            window = tuple(words[max(start, 0) : start + len(parts)])
            if window == parts:
                yield Match(phrase, start, start + len(parts))
            elif len(window) == len(parts) and self._is_slip(window, parts):
                yield Match(phrase, start, start + len(parts), slipped=True)
        if len(word) >= MIN_LETTERS:
            yield from self._alone(word, place)

    def _alone(self, word: str, place: int) -> Iterator[Match]:
        if word in self._joined:
            yield Match(self._joined[word], place, place + 1)
        if word not in self._by_word and self._may_be_slip(word):
            for phrase in self._single:
                if _one_off(word, phrase):
                    yield Match(phrase, place, place + 1, slipped=True)

    def _is_slip(self, window: Sequence[str], parts: Sequence[str]) -> bool:
        wrong = [(w, p) for w, p in zip(window, parts, strict=True) if w != p]
        letters = sum(len(p) for p in parts if not p.isdigit())
        if len(wrong) != 1 or letters < MIN_LETTERS:
            return False
        written, meant = wrong[0]
        return self._may_be_slip(written) and _one_off(written, meant)


def _one_off(written: str, meant: str) -> bool:
    if min(len(written), len(meant)) < MIN_SLIPPED or not (written.isalpha() and meant.isalpha()):
        return False
    return OSA.distance(written, meant, score_cutoff=1) == 1
