"""Reading words as they were meant: raw Telex and VNI keys, words run together, one slip of the finger."""

import unicodedata
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.search.tokens import Token, is_syllable, make_token
from knowledge.search.vocabulary import Vocabulary
from knowledge.vietnamese import fold

MIN_REPAIRABLE = 4
MIN_IN_CONTEXT = 3

_TELEX_PAIRS = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_VNI_PAIRS = {"a6": "â", "e6": "ê", "o6": "ô", "a8": "ă", "o7": "ơ", "u7": "ư", "d9": "đ"}
_TONES = {
    "s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323",
    "1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323",
}  # fmt: skip
_VOWELS = frozenset("aeiouyâêôăơư")


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
    parts = _split(token, vocabulary)
    if parts is not None:
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
    if fold(text) != text:
        return None
    pairs, tones = (_VNI_PAIRS, "12345") if any(c.isdigit() for c in text) else (_TELEX_PAIRS, "sfrxj")
    letters = text
    for raw, letter in pairs.items():
        letters = letters.replace(raw, letter)
    if "w" in letters and tones == "sfrxj":
        letters = letters.replace("uow", "ươ").replace("w", "ư")
    letters = letters.replace("uơ", "ươ") if letters[-1:] != "ơ" else letters
    tone, seen, kept = "", False, ""
    for char in letters:
        if char in tones and seen and not tone:
            tone = _TONES[char]
            continue
        seen = seen or char in _VOWELS
        kept += char
    marks = _marks(kept) + tone
    if not marks:
        return None
    return next(
        (Token(s, fold(s)) for s in vocabulary.spellings.get(fold(kept), ()) if sorted(_marks(s)) == sorted(marks)),
        None,
    )


def _marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if unicodedata.combining(c)) + "d" * text.count("đ")


def _split(token: Token, vocabulary: Vocabulary) -> tuple[Token, ...] | None:
    text = token.text
    for at in range(1, len(text)):
        left, right = make_token(text[:at]), make_token(text[at:])
        if right.text.isdigit() and left.folded in vocabulary and len(left.folded) > 1:
            return left, right
        if min(len(left.folded), len(right.folded)) > 1 and (left.folded, right.folded) in vocabulary.pairs:
            return left, right
    return None


def _nearest(word: str, previous: str, following: str, vocabulary: Vocabulary) -> str | None:
    found = process.extract(
        word, vocabulary.near_length(len(word)), scorer=OSA.distance, score_cutoff=1, limit=8
    )
    words = [near for near, _, _ in found]
    fitting = [near for near in words if vocabulary.fits(previous, near, following)]
    if fitting:
        return fitting[0]
    return words[0] if len(words) == 1 and len(word) > MIN_REPAIRABLE else None
