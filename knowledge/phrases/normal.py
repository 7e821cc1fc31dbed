"""Typed or scanned Vietnamese to one canonical form that the patterns read.

Canonical text is lower case and unaccented, with number words as digits, a space between letters and digits,
slips repaired, and what only looks like a time (document numbers and their dates, "24/7") blanked with "#".
A word whose accents say that it is another word ("tôi", "quỹ") gets a leading "_" and matches nothing.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein

from knowledge.phrases.looks_like import blank
from knowledge.phrases.numerals import Token, numbers_as_digits
from knowledge.phrases.words import is_one_of, lexicon
from knowledge.vietnamese import fold

_TOKEN = re.compile(r"[^\W\d_]+|\d+|\S")
_SAME_SIGN = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "−": "-", "’": "'", "`": "'", "：": ":", "\u00a0": " "}
)
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
    r"(?!aa|ee|oo)[aeiouy]{1,3}(?:ch?|m|ng|nh?|p|t)?"
)
_TONE_KEYS = re.compile(r"(?<=[aeiouy])[sfrxj]|[sfrxj]\Z")
_SHORTEST_REPAIRED = 4


@dataclass(frozen=True)
class Canon:
    """Canonical text that remembers where each of its characters was printed."""

    text: str
    source: str
    origin: tuple[tuple[int, int], ...]

    def raw(self, start: int, end: int) -> str:
        """The printed words behind a stretch of canonical text."""
        spans = self.origin[start:end]
        return self.source[spans[0][0] : spans[-1][1]].strip() if spans else ""


def canonical(text: str) -> Canon:
    """Bring any text to canonical form; the empty text gives an empty form."""
    source = unicodedata.normalize("NFC", text)
    lowered = "".join(_lower(char) for char in source).translate(_SAME_SIGN)
    flat = blank("".join(_flat(char) for char in lowered))
    tokens = [
        Token(
            match[0],
            match.start(),
            match.end(),
            _spaced(flat, match.start()),
            lowered[match.start() : match.end()],
        )
        for match in _TOKEN.finditer(flat)
    ]
    named = [_hide_name(token, source) for token in tokens]
    spelled = [_spell(token) for token in named]
    return _join(numbers_as_digits(_without_compounds(spelled)), source)


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char


def _flat(char: str) -> str:
    flat = fold(char) if char.isalpha() else char
    return flat if len(flat) == 1 else char


def _spaced(flat: str, at: int) -> bool:
    before, char = flat[at - 1 : at], flat[at]
    return before.isspace() or (before.isalpha() and char.isdigit()) or (before.isdigit() and char.isalpha())


def _hide_name(token: Token, source: str) -> Token:
    """A capital in the middle of a sentence makes "Mai" a person and "Nam" a country."""
    printed = source[token.start : token.end]
    if token.text not in ("mai", "nam", "tu", "kia") or not printed.istitle():
        return token
    before = source[: token.start].rstrip()
    if not before or before[-1] in '.!?;:"(' or source.isupper():
        return token
    neighbours = re.search(r"(\w+)\Z", before), re.match(r"\s*(\w)", source[token.end :])
    if neighbours[0] and neighbours[0][1].istitle():
        return replace(token, text=f"_{token.text}")
    return token


def _spell(token: Token) -> Token:
    if token.text.startswith("_") or not token.text.isalpha():
        return token
    if token.surface in _other_words():
        return replace(token, text=f"_{token.text}")
    own = lexicon()["own_form"].get(token.surface)
    if own:
        return replace(token, text=own)
    return replace(token, text=_repair(token.text))


@cache
def _other_words() -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", word) for word in lexicon()["other_words"]["words"])


def _without_compounds(tokens: list[Token]) -> list[Token]:
    """ "quy định" is no quarter and "tối thiểu" no evening."""
    words = ["", *(token.text for token in tokens), ""]
    return [_among(token, words[at], words[at + 2]) for at, token in enumerate(tokens)]


def _among(token: Token, before: str, after: str) -> Token:
    if _is_part_of_compound(token, before, after):
        return replace(token, text=f"_{token.text}")
    meant = lexicon()["slips_by_number"].get(token.text)
    return replace(token, text=meant) if meant and (after.isdigit() or before in ("hang", "trong")) else token


def _is_part_of_compound(token: Token, before: str, after: str) -> bool:
    word = token.text
    if f"{word} {after}" in _compounds() or f"{before} {word}" in _compounds():
        return True
    if token.surface == "toi":
        return is_one_of("to_me", before)
    return token.surface == "sang" and is_one_of("moved", before)


@cache
def _compounds() -> frozenset[str]:
    return frozenset(fold(pair) for pair in lexicon()["compounds"]["pairs"])


@cache
def _repair(word: str) -> str:
    """A known slip; letters meant for a Vietnamese keyboard that was off; one slip from a time word."""
    slips: dict[str, str] = lexicon()["slips"]
    if word in slips:
        return slips[word]
    if _SYLLABLE.fullmatch(word) or len(word) < _SHORTEST_REPAIRED:
        return word
    typed = _without_telex(word)
    if typed in _vocabulary():
        return typed
    if "w" in word:
        return word
    near = [known for known in _vocabulary() if DamerauLevenshtein.distance(word, known) == 1]
    return near[0] if len(near) == 1 else word


def _without_telex(word: str) -> str:
    plain = re.sub(r"([aeod])\1", r"\1", word.replace("w", ""))
    return _TONE_KEYS.sub("", plain)


@cache
def _vocabulary() -> frozenset[str]:
    phrases = [*lexicon()["classes"]["repaired"], *lexicon()["parts"], *lexicon()["relative_days"]]
    phrases += lexicon()["numbers"]
    return frozenset(word for phrase in phrases for word in fold(phrase).split())


def _join(tokens: list[Token], source: str) -> Canon:
    text: list[str] = []
    origin: list[tuple[int, int]] = []
    for token in tokens:
        piece = f" {token.text}" if token.spaced and text else token.text
        text.append(piece)
        origin += [(token.start, token.end)] * len(piece)
    return Canon("".join(text), source, tuple(origin))
