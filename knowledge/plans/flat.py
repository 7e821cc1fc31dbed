"""Folded text of a plan that remembers where it was printed, with what the scanner broke put right."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from knowledge.plans.words import lexicon
from knowledge.vietnamese import fold, is_syllable

_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[¢€©®](?=[^\W\d_]))*|[¢€][^\W\d_]+|\s+|.", re.DOTALL)
_DASHES = str.maketrans("–—‑−•·“”‘’ˮ", '----··""\'\'"')
_LETTERS = str.maketrans({"6": "o", "0": "o", "1": "i", "¢": "c", "€": "e", "©": "c", "®": "e", "5": "s"})
_NO_WORD_IN_P = re.compile(r"^p(?=[aeiouy])")  # a scanner reads the capital of "đ" so
_ALIKE, _ALIKE_IF_REAL = 0.75, 0.85
_TWO_MARKS, _RARE_MARKS = 2, "\u0323\u0309\u031b"
_CLEAN_SHARE, _FOREIGN_SHARE = 0.35, 0.05
_LONGEST = 5
_Piece = tuple[str, int, int]


@dataclass(frozen=True)
class Flat:
    """Folded text; `origin` tells for each of its characters the stretch of the source it came from."""

    text: str
    source: str
    origin: tuple[tuple[int, int], ...]
    damaged: bool = False

    def raw(self, start: int, end: int | None = None) -> str:
        """The printed words behind a stretch of the folded text."""
        spans = self.origin[start:end]
        return self.source[spans[0][0] : spans[-1][1]].strip() if spans else ""


def is_damaged(text: str) -> bool:
    """Whether the accents are broken or missing: few marked words, or many that are no syllables."""
    found = re.findall(r"[^\W\d_]+", text.lower())
    if not found:
        return False
    marked = sum(any(map(_is_only_vietnamese, word)) for word in found)
    foreign = sum(not is_syllable(fold(word)) for word in found)
    return marked < _CLEAN_SHARE * len(found) or foreign > _FOREIGN_SHARE * len(found)


@cache
def _is_only_vietnamese(char: str) -> bool:
    """Letters that no scanner for another language gives: horns, hooks, dots below, two marks on one."""
    parts = unicodedata.normalize("NFD", char)
    rare = len(parts) > _TWO_MARKS or any(mark in parts for mark in _RARE_MARKS)
    return rare or fold(char) != parts[0]


@lru_cache(maxsize=4096)
def flatten(text: str, damaged: bool = False) -> Flat:
    """Fold a text, keeping its signs; when damaged, put broken words of the office language right."""
    pieces = [_piece(match, damaged) for match in _TOKEN.finditer(text)]
    if damaged:
        pieces = _repaired(pieces)
    chars: list[str] = []
    origin: list[tuple[int, int]] = []
    for word, start, end in pieces:
        if word == " " and (not chars or chars[-1] == " "):
            continue
        chars.extend(word)
        origin += [(start, end)] * len(word)
    return Flat("".join(chars), text, tuple(origin), damaged)


def _piece(match: re.Match[str], damaged: bool) -> _Piece:
    word = match[0]
    if word.isspace():
        return " ", match.start(), match.end()
    flat = fold(word.translate(_DASHES))
    if damaged and flat and any(c.isalpha() for c in flat) and not flat[0].isdigit():
        flat = _NO_WORD_IN_P.sub("d", flat.translate(_LETTERS))
    return flat, match.start(), match.end()


def _repaired(pieces: list[_Piece]) -> list[_Piece]:
    """Replace each run of words that is nearly a known phrase, the longest first."""
    done: list[_Piece] = []
    at = 0
    while at < len(pieces):
        known, width = _known_at(pieces, at)
        if known is None:
            done.append(pieces[at])
            at += 1
            continue
        run = pieces[at : at + width]
        done.append((known, run[0][1], run[-1][2]))
        at += width
    return done


def _known_at(pieces: list[_Piece], at: int) -> tuple[str | None, int]:
    if not pieces[at][0][:1].isalpha():
        return None, 1
    run = [pieces[at][0]]
    widths = {1: 1}
    place = at + 1
    while len(run) < _LONGEST and place + 1 < len(pieces) and pieces[place][0] == " ":
        if not pieces[place + 1][0][:1].isalpha():
            break
        run.append(pieces[place + 1][0])
        widths[len(run)] = place + 2 - at
        place += 2
    for count in range(len(run), 1, -1):
        known = _nearest(" ".join(run[:count]), count)
        if known is not None:
            return known, widths[count]
    return None, 1


@lru_cache(maxsize=65536)
def _nearest(run: str, count: int) -> str | None:
    """The known phrase of as many words that a run of words must be, or None."""
    known = _phrases().get(count, ())
    if run in known:
        return run
    real = all(is_syllable(word) for word in run.split())
    cutoff = _ALIKE_IF_REAL if real else _ALIKE
    found = process.extractOne(run, known, scorer=Levenshtein.normalized_similarity, score_cutoff=cutoff)
    return found[0] if found else None


def accented(flat: Flat, start: int, end: int) -> str:
    """The printed words of a stretch, with those of the office language written as they should be."""
    words = list(re.finditer(r"[a-z0-9&]+|[^\sa-z0-9]", flat.text[start:end]))
    written: list[str] = []
    at = 0
    while at < len(words):
        known, count = "", 1
        for width in range(min(_LONGEST, len(words) - at), 0, -1):
            known = _written().get(" ".join(word[0] for word in words[at : at + width]), "")
            if known:
                count = width
                break
        seen = flat.raw(start + words[at].start(), start + words[at + count - 1].end())
        written.append(_capitals_of(seen, known) if known else seen)
        at += count
    return re.sub(r" ([,;.:)])", r"\1", re.sub(r"([(]) ", r"\1", " ".join(written)))


def _capitals_of(seen: str, known: str) -> str:
    """The known words with the capitals of the printed ones."""
    pairs = zip(known.split(), [*seen.split(), *known.split()], strict=False)
    return " ".join(word[0].upper() + word[1:] if one[:1].isupper() else word for word, one in pairs)


@cache
def _written() -> dict[str, str]:
    repair = lexicon()["repair"]
    table: dict[str, str] = {fold(phrase): phrase for phrase in (*repair["phrases"], *repair["words"])}
    return {**table, **repair["slips"]}


@cache
def _phrases() -> dict[int, tuple[str, ...]]:
    by_length: dict[int, list[str]] = {}
    for phrase in lexicon()["repair"]["phrases"]:
        flat = fold(phrase)
        by_length.setdefault(len(flat.split()), []).append(flat)
    return {count: tuple(found) for count, found in by_length.items()}
