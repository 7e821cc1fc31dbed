"""The words of a message with their places in it, and what a command is made of: phrases and references."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.lexicon_loader import command_words
from knowledge.vietnamese import expand_words, fold, nfc

READ_WORDS = 40
"""A command and its number stand within the first words; the rest is carried unread."""

MIN_BARE_DIGITS, MAX_BARE_DIGITS = 3, 5
"""How many digits alone name an incident: fewer are a choice, more are a telephone number."""

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_GLUED = re.compile(r"([a-z]+)([0-9]{1,6})")
_NUMBER = re.compile(r"[0-9]{1,6}")
_ANYBODY = "#"
_SKIN = ("\U0001f3fb", "\U0001f3ff")
_SEPARATORS = " \t\n\r,.;:-\uff1a\u2013\u2014\u00b7"
"""White space and punctuation, the full-width colon, long dashes and the middle dot too."""


@dataclass(frozen=True)
class Word:
    """One folded word, as written, and where it stands in the text."""

    folded: str
    written: str
    start: int
    end: int


@dataclass(frozen=True)
class Reference:
    """A number that may name an incident; `sure` when written as a code ("SC-0127", "#127")."""

    number: int
    digits: int
    sure: bool
    next: int
    """The place of the first word after it."""


def read_words(text: str) -> list[Word]:
    """Return the first words of an NFC text, abbreviations written out, "sc127" as "sc" and "127"."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        if len(found) >= READ_WORDS:
            break
        found.extend(_split(match))
    meanings = expand_words([word.folded for word in found])
    return [
        Word(part, word.written, word.start, word.end)
        for word, meaning in zip(found, meanings, strict=True)
        for part in meaning
    ]


def _split(match: re.Match[str]) -> list[Word]:
    folded = fold(match[0])
    glued = _GLUED.fullmatch(folded)
    if glued and glued[1] in command_words().reference.codes:
        middle = match.start() + len(glued[1])
        return [
            Word(glued[1], match[0][: len(glued[1])], match.start(), middle),
            Word(glued[2], match[0][len(glued[1]) :], middle, match.end()),
        ]
    return [Word(part, match[0], match.start(), match.end()) for part in folded.split()]


def phrase_at(words: Sequence[Word], place: int, phrases: Sequence[str], anybody: Sequence[str] = ()) -> int:
    """Return how many words the longest of the phrases takes up at a place; 0 when none stands there.

    A "#" in a phrase stands for one of the words `anybody`.
    """
    if place >= len(words):
        return 0
    by_first = _by_first_word(tuple(phrases))
    beginning = by_first.get(words[place].folded, ())
    if anybody and _ANYBODY in by_first:
        beginning = (*beginning, *by_first[_ANYBODY])
    return max((len(parts) for parts in beginning if _stands_at(words, place, parts, anybody)), default=0)


@cache
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for phrase in phrases:
        parts = tuple(phrase.split())
        found[parts[0]].append(parts)
    return {word: tuple(group) for word, group in found.items()}


def _stands_at(words: Sequence[Word], place: int, parts: tuple[str, ...], anybody: Sequence[str]) -> bool:
    window = words[place : place + len(parts)]
    return len(window) == len(parts) and all(
        word.folded in anybody if part == _ANYBODY else word.folded == part and not _means_otherwise(word)
        for word, part in zip(window, parts, strict=True)
    )


def signs_in(text: str) -> set[str]:
    """Return the characters of a text without white space and without the colours of skin."""
    return {c for c in fold(text) if not (_SKIN[0] <= c <= _SKIN[1] or c.isspace())}


def reference_at(text: str, words: Sequence[Word], place: int) -> Reference | None:
    """Return the reference that begins at a place, if one does."""
    known = command_words().reference
    skipped = phrase_at(words, place, known.codes)
    sure = skipped > 0
    if not sure:
        skipped = phrase_at(words, place, known.loose)
    at = place + skipped
    if at >= len(words) or not _NUMBER.fullmatch(words[at].folded) or int(words[at].folded) == 0:
        return None
    marked = text[: words[at].start].endswith("#")
    return Reference(int(words[at].folded), len(words[at].folded), sure or marked, at + 1)


def after(text: str, words: Sequence[Word], place: int) -> str:
    """Return what is written behind the word before `place`, from its separators on."""
    return text[words[place - 1].end :] if place else text


def strip_separators(text: str) -> str:
    """Return the text without the punctuation and white space that led to it."""
    return text.lstrip(_SEPARATORS).rstrip()


def separator_of(text: str) -> str:
    """Return the punctuation that stands before the first word."""
    return text[: len(text) - len(text.lstrip(_SEPARATORS))].strip()


def _means_otherwise(word: Word) -> bool:
    return nfc(word.written).lower() in command_words().not_written.get(word.folded, ())
