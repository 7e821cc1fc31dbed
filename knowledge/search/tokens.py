"""Cutting a text into syllables that keep both their written and their folded form."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from knowledge.vietnamese import fold

MAX_TEXT = 1200
MAX_TOKENS = 90
LONG_NUMBER = 6
BARE_SHARE = 0.3
HOTLINES = frozenset({"18001096", "19000368"})

_WORD = re.compile(r"[^\W_]+")
# Tone marks and the vowel pairs on which two habits of placing them differ.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_PAIRS = frozenset({"oa", "oe", "uy"})


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable: `text` as written (lower case, NFC), `folded` without marks."""

    text: str
    folded: str

    @property
    def bare(self) -> bool:
        """Written without any mark; may or may not mean a syllable with marks."""
        return self.text == self.folded


@lru_cache(maxsize=65536)
def make_token(text: str) -> Token:
    """The token of one lower-case word; remembered, because the same words come again and again."""
    return Token(text, fold(text))


def tokenize(text: str) -> list[Token]:
    """Syllables of the first `MAX_TEXT` characters; long numbers (ids, phones) are dropped."""
    lowered = unicodedata.normalize("NFC", text[:MAX_TEXT]).lower()
    words = [_new_tone_place(word) for word in _WORD.findall(lowered)]
    kept = [word for word in words if not _is_personal_number(word)]
    return [make_token(word) for word in kept[:MAX_TOKENS]]


def _is_personal_number(word: str) -> bool:
    return word.isdigit() and len(word) >= LONG_NUMBER and word not in HOTLINES


def _new_tone_place(word: str) -> str:
    """Write the tone on the first of "oa", "oe", "uy" at the end of a syllable, as most people do."""
    last = unicodedata.normalize("NFD", word[-1:])
    pair = word[-2:-1] + last[:1]
    if pair not in _PAIRS or last[1:] not in _TONES or word.startswith("qu"):
        return word
    return word[:-2] + unicodedata.normalize("NFC", word[-2] + last[1:]) + last[0]


def is_unaccented(tokens: list[Token]) -> bool:
    """Whether the writer left the marks out: ordinary text has them on most syllables."""
    if not tokens:
        return True
    marked = sum(1 for token in tokens if not token.bare)
    return marked / len(tokens) < BARE_SHARE
