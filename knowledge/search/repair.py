"""Reading words as they were meant: raw Telex and VNI keys, words run together, one slip of the finger."""

import unicodedata
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.search.tokens import Token, make_token
from knowledge.search.vocabulary import Vocabulary
from knowledge.vietnamese import fold, is_syllable

MIN_REPAIRABLE = 4
MIN_IN_CONTEXT = 3
MAX_GLUED = 24

_ROOF, _BREVE, _HORN, _STROKED = (
    "\u0302",
    "\u0306",
    "\u031b",
    unicodedata.lookup("LATIN SMALL LETTER D WITH STROKE"),
)
_TELEX_PAIRS = {
    "aa": "a" + _ROOF, "ee": "e" + _ROOF, "oo": "o" + _ROOF, "aw": "a" + _BREVE,
    "uow": "u" + _HORN + "o" + _HORN, "ow": "o" + _HORN, "uw": "u" + _HORN, "dd": _STROKED,
    "w": "u" + _HORN,
}  # fmt: skip
_VNI_PAIRS = {
    "a6": "a" + _ROOF, "e6": "e" + _ROOF, "o6": "o" + _ROOF, "a8": "a" + _BREVE,
    "uo7": "u" + _HORN + "o" + _HORN, "o7": "o" + _HORN, "u7": "u" + _HORN, "d9": _STROKED,
}  # fmt: skip
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Repaired:
    """The words a token stands for. `certain` when decoding alone explains it."""

    tokens: tuple[Token, ...]
    certain: bool


def repair(token: Token, previous: str, following: str, vocabulary: Vocabulary) -> Repaired | None:
    """Read an unknown token, or None when it should stay as it is."""
    if token.folded in vocabulary or token.text.isdigit():
        return None
    decoded = _decode(token.text, vocabulary)
    if decoded is not None:
        return Repaired((decoded,), certain=True)
    parts = _split(token.text, vocabulary) if len(token.text) <= MAX_GLUED else ()
    if parts:
        return Repaired(parts, certain=True)
    if is_syllable(token.folded) or len(token.folded) < MIN_REPAIRABLE:
        return None
    nearest = _nearest(token.folded, previous, following, vocabulary)
    return None if nearest is None else Repaired((make_token(nearest),), certain=False)


def in_context(token: Token, previous: str, following: str, vocabulary: Vocabulary) -> str | None:
    """A known word one edit away that stands beside a neighbour, where the written one never does."""
    word = token.folded
    if len(word) < MIN_IN_CONTEXT or vocabulary.fits(previous, word, following):
        return None
    found = process.extract(
        word, vocabulary.near_length(len(word)), scorer=OSA.distance, score_cutoff=1, limit=8
    )
    fitting = [near for near, _, _ in found if near != word and vocabulary.fits(previous, near, following)]
    return fitting[0] if fitting else None


def _decode(text: str, vocabulary: Vocabulary) -> Token | None:
    """Read raw keys of Telex or VNI, if what they spell is a known word."""
    if fold(text) != text:
        return None
    vni = any(char.isdigit() for char in text)
    letters = text
    for keys, letter in (_VNI_PAIRS if vni else _TELEX_PAIRS).items():
        letters = letters.replace(keys, letter)
    letters, tone = _without_tone(letters, _VNI_TONES if vni else _TELEX_TONES)
    marks = sorted(_marks(letters) + tone)
    for spelling in vocabulary.spellings.get(fold(letters), ()) if marks else ():
        if sorted(_marks(spelling)) == marks:
            return Token(spelling, fold(spelling))
    return None


def _without_tone(letters: str, tones: dict[str, str]) -> tuple[str, str]:
    """Take out the first tone key that follows a vowel."""
    after_vowel = False
    for place, char in enumerate(letters):
        if char in tones and after_vowel:
            return letters[:place] + letters[place + 1 :], tones[char]
        after_vowel = after_vowel or char in _VOWELS
    return letters, ""


def _marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if unicodedata.combining(c)) + "d" * text.count(_STROKED)


def _split(text: str, vocabulary: Vocabulary) -> tuple[Token, ...]:
    """Cut words run together where every part is known beside the next; nothing if that fails."""
    for at in range(2, len(text)):
        left, rest = make_token(text[:at]), make_token(text[at:])
        if left.folded not in vocabulary:
            continue
        if rest.text.isdigit():
            return left, rest
        parts = (rest,) if rest.folded in vocabulary else _split(rest.text, vocabulary)
        if parts and len(parts[0].folded) > 1 and (left.folded, parts[0].folded) in vocabulary.pairs:
            return left, *parts
    return ()


def _nearest(word: str, previous: str, following: str, vocabulary: Vocabulary) -> str | None:
    found = process.extract(
        word, vocabulary.near_length(len(word)), scorer=OSA.distance, score_cutoff=1, limit=8
    )
    words = [near for near, _, _ in found]
    fitting = [near for near in words if vocabulary.fits(previous, near, following)]
    if fitting:
        return fitting[0]
    return words[0] if len(words) == 1 and len(word) > MIN_REPAIRABLE else None
