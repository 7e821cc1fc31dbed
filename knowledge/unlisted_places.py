"""Places that stand in no list of the commune, told by their kind: "thôn 4", "tổ 7", "bản Pa Há"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.lexicon_loader import place_words
from knowledge.vietnamese import fold, nfc

_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_KIND_WORDS = 3
_NAME_WORDS = 3
_LARGEST = 99


@dataclass(frozen=True)
class _Word:
    written: str
    folded: str
    start: int
    end: int


def unlisted_place(text: str) -> str:
    """Return the place that the text names by a kind and a number or a name; empty when it names none."""
    written = nfc(text)
    words = [_Word(m[0], fold(m[0]), m.start(), m.end()) for m in _WORD.finditer(written)]
    for at in range(len(words)):
        length = _kind_at(words, at)
        if length:
            found = _numbered(words, at, length) or _named(written, words, at, length)
            if found:
                return found
    return ""


def _kind_at(words: Sequence[_Word], at: int) -> int:
    """Return how many words of a kind stand at a place: written with its marks, or clear without."""
    table = place_words().unlisted
    if at and words[at - 1].folded in table.not_after:
        return 0
    for length in range(min(_KIND_WORDS, len(words) - at), 0, -1):
        span = words[at : at + length]
        folded = " ".join(word.folded for word in span)
        written = " ".join(word.written.lower() for word in span)
        if folded in table.kinds and (
            written == table.kinds[folded] or (written == folded and folded in table.bare)
        ):
            return length
    return 0


def _numbered(words: Sequence[_Word], at: int, length: int) -> str:
    """Return "Thôn 4" for "thon 4", "thôn số 04" and "thôn bốn"."""
    table = place_words()
    behind = at + length
    if behind < len(words) and words[behind].folded in table.number_sign:
        behind += 1
    if behind >= len(words):
        return ""
    number = _number(words[behind])
    if not number or (behind + 1 < len(words) and words[behind + 1].folded in table.unlisted.not_before):
        return ""
    kind = table.unlisted.kinds[" ".join(word.folded for word in words[at : at + length])]
    return f"{kind[0].upper()}{kind[1:]} {number}"


def _number(word: _Word) -> int:
    """Return the number that a word is; 0 for none. Roman ones are written in capitals."""
    if word.written.isdecimal():
        return int(word.written) if int(word.written) <= _LARGEST else 0
    if word.written.isupper() and set(word.folded) <= set("ivx"):
        return place_words().numbers.get(word.folded, 0)
    return place_words().unlisted.numbers.get(word.written.lower(), 0)


def _named(text: str, words: Sequence[_Word], at: int, length: int) -> str:
    """Return "bản Pa Há" as it is written: capitals tell the name, else it ends before a word of its own."""
    behind = words[at + length : at + length + _NAME_WORDS + 1]
    capitals = bool(behind) and behind[0].written.istitle()
    if not capitals and words[at].folded not in place_words().unlisted.by_name:
        return ""
    name = list(_name(behind, capitals=capitals))
    return text[words[at].start : name[-1].end] if 0 < len(name) <= _NAME_WORDS else ""


def _name(words: Sequence[_Word], *, capitals: bool) -> Iterator[_Word]:
    for place, word in enumerate(words):
        number = word.written.isdecimal()
        if capitals and not (word.written.istitle() or (place and number)):
            return
        if not capitals and (number or word.folded in place_words().unlisted.ends):
            return
        yield word
