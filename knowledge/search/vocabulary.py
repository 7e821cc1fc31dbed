"""The words an index knows, with every spelling seen and which words stand side by side."""

from collections import defaultdict
from collections.abc import Iterable

from knowledge.search.lexicon import Lexicon
from knowledge.search.tokens import Token, make_token


class Vocabulary:
    """Folded word to spellings, and pairs of neighbouring folded words."""

    def __init__(self) -> None:
        self.spellings: dict[str, set[str]] = defaultdict(set)
        self.pairs: set[tuple[str, str]] = set()
        self._by_length: dict[int, list[str]] = {}

    def __contains__(self, folded: str) -> bool:
        return folded in self.spellings

    def add(self, tokens: Iterable[Token]) -> None:
        previous = ""
        for token in tokens:
            self.spellings[token.folded].add(token.text)
            if previous:
                self.pairs.add((previous, token.folded))
            previous = token.folded

    def add_lexicon(self, lexicon: Lexicon) -> None:
        for phrases in lexicon.phrases.values():
            for phrase in phrases:
                if phrase.kind != "foreign":
                    self.add(make_token(word) for word in phrase.words)
        for word in lexicon.stops:
            self.spellings[make_token(word).folded].add(word)
        for readings in lexicon.abbreviations.values():
            for reading in readings:
                self.add(make_token(word) for word in reading.split())

    def near_length(self, length: int) -> list[str]:
        """Known folded words of that length give or take one."""
        if not self._by_length:
            for word in self.spellings:
                self._by_length.setdefault(len(word), []).append(word)
        return [word for size in (length - 1, length, length + 1) for word in self._by_length.get(size, [])]

    def fits(self, previous: str, word: str, following: str) -> bool:
        """Whether the word is known beside at least one of its neighbours."""
        return (previous, word) in self.pairs or (word, following) in self.pairs
