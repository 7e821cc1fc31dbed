"""Transcripts as text: what each line of a conversation file is, and how it is written.

The format is described for officers and developers in tests/conversations/README.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BOT, CARD, AT, STATE, NOTE = "bot", "card", "at", "state", "#"
SAYS, TOGETHER, AT_ONCE, PHOTO, PLACE = ">", "&", "!", "photo", "place"
ANSWERS = (BOT, CARD, AT)
"""What the bot does; everything else stands in the file because somebody wrote it there."""
NUMBERED_CHANNELS = frozenset({"zalo"})
"""Where the file shows choices as numbers; elsewhere as buttons. Both kinds are played both ways."""

_PERSON = re.compile(r"(\w+)\s+(\w+)\s+(>|&|!|photo\b|place\b) ?(.*)")
_BOT = re.compile(r"(bot|card)\s+(\w+)\s+< (\w+): ?(.*)")
_VERB = re.compile(r"([a-z]+)\s*(.*)")
_INDENT = " " * 20
_WIDE = 110
_REPEAT = re.compile(r"\{×(\d+)\}")


@dataclass(frozen=True)
class Entry:
    """One thing that is done or said. `who` and `channel` name a person's phone."""

    verb: str
    words: str = ""
    who: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Said:
    """A message as a person saw it, without the way in which its choices were shown."""

    who: str
    channel: str
    text: str
    labels: tuple[str, ...] = ()
    typed: str = ""
    """What the message says one may type, when bare digits do not mean it."""
    photos: int = 0
    edit: bool = False
    """True when a card that was shown before has changed in its place."""


def parse(text: str) -> list[Entry]:
    """Return the entries of a file. Raises ValueError for a line that is none."""
    found: list[Entry] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] == " " and found and line.strip():
            last = found.pop()
            found.append(Entry(last.verb, f"{last.words}\n{line.strip()}", last.who, last.channel))
        else:
            found.append(_entry(line, number))
    return found


def _entry(line: str, number: int) -> Entry:
    if not line.strip() or line.startswith("#"):
        return Entry(NOTE, line.rstrip())
    if bot := _BOT.fullmatch(line):
        return Entry(bot[1], bot[4].strip(), bot[3], bot[2])
    if person := _PERSON.fullmatch(line.rstrip()):
        return Entry(person[3], person[4].strip(), person[1], person[2])
    if verb := _VERB.fullmatch(line.rstrip()):
        return Entry(verb[1], verb[2])
    raise ValueError(f"line {number} is neither said nor done by anybody: {line}")


def write(entries: Iterable[Entry]) -> str:
    """Return the text of a file."""
    return "\n".join(map(_line, entries)).rstrip() + "\n"


def _line(entry: Entry) -> str:
    if entry.verb == NOTE:
        return entry.words
    if entry.verb in ANSWERS and entry.who:
        return _spoken_line(entry.verb, entry.channel, "<", f"{entry.who}: {entry.words}")
    if entry.who:
        return _spoken_line(entry.who, entry.channel, entry.verb, entry.words)
    return f"{entry.verb:<8}{entry.words}".rstrip()


def _spoken_line(who: str, channel: str, sign: str, words: str) -> str:
    return f"{who:<8}{channel:<10}{sign} {words}".rstrip().replace("\n", f"\n{_INDENT}")


def spoken(words: str) -> str:
    """Return what a person really sent: "{×N}" stands for the text before it N times over."""
    repeat = _REPEAT.search(words)
    return words[: repeat.start()] * int(repeat[1]) + words[repeat.end() :] if repeat else words


def answer(said: Said) -> Entry:
    """Return a message of the bot as an entry."""
    text = said.text
    if said.photos:
        text += f"\n({said.photos} ảnh)"
    shown = _choices(said)
    if shown:
        gap = "\n" if "\n" in text or len(text) + len(shown) > _WIDE - len(_INDENT) else " " * 6
        text = f"{text}{gap}{shown}"
    return Entry(CARD if said.edit else BOT, text, said.who, said.channel)


def _choices(said: Said) -> str:
    if said.channel in NUMBERED_CHANNELS:
        return said.typed or numbered(said.labels)
    return " ".join(f"[{label}]" for label in said.labels)


def numbered(labels: Sequence[str]) -> str:
    """Return choices as a channel without buttons shows them in one line."""
    return "  ".join(f"{number} {label}" for number, label in enumerate(labels, start=1))
