"""Typed commands, digits and short answers. A free sentence that only contains such words is none of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.command_words import (
    MAX_BARE_DIGITS,
    MIN_BARE_DIGITS,
    Reference,
    Word,
    after,
    phrase_at,
    read_words,
    reference_at,
    separator_of,
    signs_in,
    strip_separators,
)
from knowledge.lexicon_loader import AnswerName, Belongs, Numbered, answer_words, command_words
from knowledge.vietnamese import expand, fold, nfc

REPORT, DUTY, SHOW, HELP, UNKNOWN = "report", "duty", "show", "help", "unknown"

Tail = Literal["none", "name", "free", "written"]

_SLASH = re.compile(r"/[^\W\d_]")
_SLASH_CHARACTERS = 40
_BOT_NAME = re.compile(r"^@\w+")
_ANSWER_CHARACTERS = 100
_DIGIT = re.compile(r"[(\[]?\s*(.+?)\s*[.)\]:,/]?")
_COLONS = (":", "\uff1a")
_NAME_WORDS = 6
_ANSWER_WORDS = 6


@dataclass(frozen=True)
class Command:
    """A command by its name, the number of the incident it is about, and what else was written."""

    name: str
    number: int | None = None
    rest: str = ""


def read_command(text: str) -> Command | None:
    """Return the command that the whole text is, or None for a free sentence.

    `rest` keeps the marks and case of what was typed. An unknown slash command becomes "unknown" with the
    whole text as its rest.
    """
    written = nfc(text).strip()
    if not written:
        return None
    if _SLASH.match(written):
        return _slash(written)
    found = read_words(written)
    if not found:
        return Command(HELP) if set(fold(written)) <= {"?", " "} else None
    return _report(written, found) or _alone(written, found) or _on_incident(written, found)


def read_digit(text: str) -> int | None:
    """Return the choice from 0 to 20 that the whole text is ("2", "số 2", "2.", "hai"), or None."""
    match = _DIGIT.fullmatch(fold(text[:_ANSWER_CHARACTERS]))
    if match is None or len(text) > _ANSWER_CHARACTERS:
        return None
    known = answer_words()
    spoken = _without_particles(match[1].split(), known.lead, known.particles)
    for sign in known.digit_signs:
        parts = sign.split()
        if spoken[: len(parts)] == parts:
            spoken = spoken[len(parts) :]
            break
    value = " ".join(spoken)
    number = int(value) if re.fullmatch(r"[0-9]{1,2}", value) else known.digit.get(value)
    return number if number is not None and number <= max(known.digit.values()) else None


def read_answer(text: str) -> AnswerName | None:
    """Return what a short answer means: "yes", "no", "skip" or "back"; None when it is unclear or more."""
    if len(text) > _ANSWER_CHARACTERS:
        return None
    known = answer_words()
    spoken = expand(text).split()
    if not spoken:
        return _sign(text)
    lower = " ".join(nfc(text).lower().split()).strip(".!, ")
    if lower in known.written:
        return known.written[lower]
    if len(spoken) > _ANSWER_WORDS or " ".join(spoken) in known.unclear:
        return None
    kind = _one_answer(spoken)
    return kind or _one_answer(_without_particles(spoken, known.lead, known.particles))


def says_send(text: str) -> bool:
    """Tell whether a short answer orders to send ("gửi đi nhé"), and is more than a yes."""
    return _core_of_answer(text) in answer_words().send


def read_belongs(text: str) -> Belongs | None:
    """Return where a short answer puts words ("gộp lại nhé", "việc khác"); None when it says more."""
    said = _core_of_answer(text)
    return next((name for name, phrases in answer_words().belongs.items() if said in phrases), None)


def _core_of_answer(text: str) -> str:
    known = answer_words()
    spoken = expand(text).split() if len(text) <= _ANSWER_CHARACTERS else []
    return " ".join(_without_particles(spoken, known.lead, known.particles))


def _sign(text: str) -> AnswerName | None:
    shown = signs_in(text)
    for name, signs in answer_words().sign.items():
        if shown and shown <= set(signs):
            return name
    return None


def _one_answer(spoken: Sequence[str]) -> AnswerName | None:
    """Return the answer that all words together make: "vang, gui di" is one, "duoc khong" is two."""
    names: set[AnswerName] = set()
    rest = list(spoken)
    while rest:
        name, length = _answer_at(rest)
        if name is None:
            return None
        names.add(name)
        rest = rest[length:]
    return names.pop() if len(names) == 1 else None


def _answer_at(spoken: Sequence[str]) -> tuple[AnswerName | None, int]:
    for length in range(len(spoken), 0, -1):
        for name, phrases in answer_words().answer.items():
            if " ".join(spoken[:length]) in phrases:
                return name, length
    return None, 0


def _without_particles(spoken: list[str], lead: Sequence[str], particles: Sequence[str]) -> list[str]:
    """Drop polite words on both sides, but never the last word that is left."""
    rest = list(spoken)
    while len(rest) > 1 and rest[-1] in particles:
        rest.pop()
    openings = [p.split() for p in lead if rest[: len(p.split())] == p.split()]
    longest = max(openings, key=len, default=[])
    return rest[len(longest) :] if len(longest) < len(rest) else rest


def _slash(text: str) -> Command:
    name, rest = _slash_name(text)
    if name is None:
        return Command(UNKNOWN, rest=text)
    if name not in command_words().numbered:
        return Command(name, rest=rest)
    found = read_words(rest)
    reference = reference_at(rest, found, 0)
    if reference is None:
        return Command(name, rest=rest)
    said = strip_separators(after(rest, found, reference.next))
    skipped = phrase_at(found, reference.next, command_words().name_sign)
    if command_words().numbered[name].tail == "name" and skipped:
        said = strip_separators(after(rest, found, reference.next + skipped))
    return Command(name, reference.number, said)


def _slash_name(text: str) -> tuple[str | None, str]:
    """Return the command named behind the slash, "/suco" or "/sự cố", and what follows it."""
    found = read_words(text[:_SLASH_CHARACTERS])
    for length in (1, 2, 3):
        name = command_words().slash.get("".join(word.folded for word in found[:length]))
        if name and length <= len(found):
            return name, _BOT_NAME.sub("", after(text, found, length)).strip()
    return None, ""


def _report(text: str, found: list[Word]) -> Command | None:
    """Read "bao: ..." and its like; without the colon only when nothing follows."""
    length = phrase_at(found, 0, command_words().report)
    if not length:
        return None
    behind = after(text, found, length)
    if behind.lstrip().startswith(_COLONS):
        return Command(REPORT, rest=behind.lstrip()[1:].strip())
    return Command(REPORT) if length == len(found) and not behind.strip(" .!") else None


def _alone(text: str, found: list[Word]) -> Command | None:
    for name, phrases in command_words().alone.items():
        if _core(found, phrases) is not None:
            return Command(name)
    for place in range(1, len(found)):
        for moment, question in ((found[:place], found[place:]), (found[place:], found[:place])):
            command = _duty_at(text, moment, question)
            if command:
                return command
    return None


def _duty_at(text: str, moment: list[Word], question: list[Word]) -> Command | None:
    known = command_words()
    if _core(question, known.alone[DUTY]) is None:
        return None
    if _core(moment, known.moments_now) is not None:
        return Command(DUTY)
    core = _core(moment, known.moments)
    return Command(DUTY, rest=text[core[0].start : core[-1].end]) if core else None


def _core(found: list[Word], phrases: Sequence[str]) -> list[Word] | None:
    """Return the words without polite ones when they are exactly one of the phrases."""
    for start in (0, phrase_at(found, 0, command_words().lead)):
        for end in range(len(found), start, -1):
            if end < len(found) and found[end].folded not in command_words().particles:
                break
            if phrase_at(found[start:end], 0, phrases) == end - start:
                return found[start:end]
    return None


def _on_incident(text: str, found: list[Word]) -> Command | None:
    for start in dict.fromkeys((0, phrase_at(found, 0, command_words().lead))):
        command = _verb_first(text, found, start)
        if command:
            return command
    return _number_first(text, found)


def _verb_first(text: str, found: list[Word], start: int) -> Command | None:
    for name, grammar in command_words().numbered.items():
        length = phrase_at(found, start, grammar.verbs)
        reference = reference_at(text, found, start + length) if length else None
        if reference:
            command = _finish(name, grammar, text, found, reference)
            if command:
                return command
    return None


def _number_first(text: str, found: list[Word]) -> Command | None:
    """Read "SC-0127", "127 xong"; a number of one or two digits alone is a choice, not an incident."""
    reference = reference_at(text, found, 0)
    if reference is None:
        return None
    if not reference.sure and not MIN_BARE_DIGITS <= reference.digits <= MAX_BARE_DIGITS:
        return None
    place = reference.next
    grammars = command_words().numbered
    lengths = {name: phrase_at(found, place, grammar.after_number) for name, grammar in grammars.items()}
    name = max(lengths, key=lambda name: lengths[name])
    if lengths[name]:
        moved = replace(reference, next=place + lengths[name])
        return _finish(name, grammars[name], text, found, moved)
    if reference.sure and separator_of(after(text, found, place)) in _COLONS and place < len(found):
        return Command("comment", reference.number, strip_separators(after(text, found, place)))
    return _finish(SHOW, grammars[SHOW], text, found, reference)


def _finish(
    name: str, grammar: Numbered, text: str, found: list[Word], reference: Reference
) -> Command | None:
    """Return the command when what follows the number can belong to it."""
    behind = after(text, found, reference.next)
    tail = found[reference.next :]
    if all(word.folded in command_words().particles for word in tail):
        asks = "?" in behind and name != SHOW
        return None if asks or "%" in behind else Command(name, reference.number)
    if _is_a_count(behind, tail, reference) or behind.rstrip().endswith("?"):
        return None
    rest = _rest(grammar.tail, text, found, reference)
    return None if rest is None else Command(name, reference.number, rest)


def _is_a_count(behind: str, tail: list[Word], reference: Reference) -> bool:
    """Tell whether the number counts or begins something longer ("127 ho so", "127/2025", "12.700")."""
    separator = separator_of(behind)
    if behind[:1] in ("/", "%") or (tail[0].folded.isdecimal() and ":" not in separator):
        return True
    if phrase_at(tail, 0, command_words().doubts):
        return True
    return not reference.sure and not separator and phrase_at(tail, 0, command_words().counters) > 0


def _rest(kind: Tail, text: str, found: list[Word], reference: Reference) -> str | None:
    place = reference.next
    behind = after(text, found, place)
    said = strip_separators(behind)
    separated = bool(separator_of(behind)) or "\n" in behind[:2]
    if kind == "name":
        skipped = phrase_at(found, place, command_words().name_sign)
        named = skipped and 0 < len(found) - place - skipped <= _NAME_WORDS
        return strip_separators(after(text, found, place + skipped)) if named else None
    if kind == "none":
        return said if reference.sure and separated else None
    if separated or reference.sure:
        return said
    if kind == "written":
        return None
    long_enough = reference.digits >= MIN_BARE_DIGITS
    return said if long_enough or phrase_at(found, place, command_words().reasons) else None
