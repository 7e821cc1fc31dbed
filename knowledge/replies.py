"""What short words mean that answer what stands on the screen: "nhận", "xong rồi", "chưa được", "cảm ơn"."""

from collections.abc import Sequence

from knowledge.command_words import READ_WORDS, Word, phrase_at, read_words, signs_in
from knowledge.lexicon_loader import ReplyName, reply_words
from knowledge.vietnamese import nfc


def read_replies(text: str) -> frozenset[ReplyName]:
    """Return everything that a short text may mean as an answer; empty when it says something else.

    "van chua duoc" says of work in hand that it is not done, of closed work that it is open again.
    """
    found = read_words(nfc(text).strip())
    if not found:
        return frozenset({"courtesy"}) if _only_signs(text) else frozenset()
    if len(found) >= READ_WORDS:
        return frozenset()
    known = reply_words()
    short = len(found) <= known.within_words
    return frozenset(
        name
        for name, kind in known.kind.items()
        if _is_whole(found, kind.whole)
        or any(_begins(found, start, kind.begin) for start in (0, 1))
        or (short and any(_at(found, place, kind.within) for place in range(len(found))))
    )


def _only_signs(text: str) -> bool:
    shown = signs_in(text)
    return bool(shown) and shown <= set("".join(reply_words().signs))


def _begins(found: Sequence[Word], start: int, phrases: Sequence[str]) -> bool:
    """Tell whether a phrase opens the text, at most one polite word or person before it."""
    known = reply_words()
    skipped = start == 0 or _at(found, 0, (*known.persons, *known.polite)) == 1
    return skipped and _at(found, start, phrases) > 0


def _is_whole(found: Sequence[Word], phrases: Sequence[str]) -> bool:
    """Tell whether the text is made of these phrases, persons and polite words, at least one a phrase."""
    known = reply_words()
    place, said, person_before = 0, False, False
    while place < len(found):
        if person_before and found[place].folded in known.persons:
            return False  # "anh Minh nhận đi" is about somebody else
        length = _at(found, place, phrases)
        said = said or length > 0
        spoken_to = 0 if length else _at(found, place, known.persons)
        person_before = spoken_to > 0
        length = length or spoken_to or _at(found, place, known.polite)
        if not length:
            return False
        place += length
    return said


def _at(found: Sequence[Word], place: int, phrases: Sequence[str]) -> int:
    return phrase_at(found, place, phrases, reply_words().persons)
