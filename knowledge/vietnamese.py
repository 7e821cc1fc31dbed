"""Vietnamese as it is typed in a hurry: without marks, decomposed, full-width, abbreviated."""

import re
import unicodedata
from collections.abc import Sequence

from knowledge.lexicon_loader import Ambiguous, Reading, abbreviations

_DROPPED = frozenset({"Mn", "Me", "Cf"})
_WORD = re.compile(r"[^\W_]+")
_SYLLABLE = re.compile(
    r"(?:n?gh(?=[eiy])|ng|nh|gi|kh|ph|qu|th|tr|ch|k(?=[eiy])|c(?![eiy])|[bdghlmnpqrstvx])?"
    r"(?:a(?:ch|ng|nh|[cimnoptuy])?|e(?:ch|ng|nh|[cmnoptu])?|i(?:a|ch|nh|[cmnptu])?|ie(?:ng|[cmnptu])"
    r"|ye(?:ng|[mntu])|o(?:ng|[cimnpt])?|oa(?:ch|ng|nh|[cimnopty])?|oe[mnot]?|oo(?:ng|c)"
    r"|u(?:ng|[acimnptu])?|ua(?:ch|ng|nh|[cimnopty])|ue(?:ch|nh|[nu])?|uo(?:ng|[cimnptu])?"
    r"|uy(?:ch|nh|[anptu])?|uye[nt]|y)"
)
NUMBER = "#"
"""Stands for any number where the lexicon names the neighbours of a word."""


def nfc(text: str) -> str:
    """Return the text in composed form (NFC); nothing else is changed."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the text lower-case and without marks (đ as d), each run of white space as one space.

    Decomposed input, full-width letters and digits and keycap emoji give the same as the plain form.
    """
    lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    bare = "".join(c for c in lower if unicodedata.category(c) not in _DROPPED)
    return " ".join(nfc(bare.replace("\N{LATIN SMALL LETTER D WITH STROKE}", "d")).split())


def words(text: str) -> list[str]:
    """Return the folded syllables and numbers of the text, without punctuation."""
    return _WORD.findall(fold(text))


def expand(text: str) -> str:
    """Return the folded words of the text with office abbreviations and teencode written out."""
    return " ".join(word for written in expand_words(words(text)) for word in written)


def expand_words(folded: Sequence[str]) -> list[tuple[str, ...]]:
    """Return for each folded word what it stands for: itself, or the words of the abbreviation."""
    table = abbreviations()
    meanings = []
    for place, word in enumerate(folded):
        meaning = table.plain.get(word, word)
        if word in table.ambiguous:
            meaning = _choose(table.ambiguous[word], folded, place) or word
        meanings.append(tuple(meaning.split()))
    return meanings


def is_syllable(word: str) -> bool:
    """Tell whether a folded word can be a Vietnamese syllable; what cannot is foreign or a slip."""
    return _SYLLABLE.fullmatch(word) is not None


def _choose(word: Ambiguous, folded: Sequence[str], place: int) -> str:
    for reading in word.readings:
        if _fits(reading, folded[:place], folded[place + 1 :]):
            return reading.becomes
    return word.otherwise


def _fits(reading: Reading, left: Sequence[str], right: Sequence[str]) -> bool:
    before = (phrase.split() for phrase in reading.after)
    behind = (phrase.split() for phrase in reading.before)
    return any(_same(left[-len(p) :], p) for p in before) or any(_same(right[: len(p)], p) for p in behind)


def _same(found: Sequence[str], wanted: Sequence[str]) -> bool:
    if len(found) != len(wanted):
        return False
    return all(w in (f, NUMBER if f.isdigit() else f) for f, w in zip(found, wanted, strict=True))
