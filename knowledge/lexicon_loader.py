"""The words the bot understands, read once from `lexicon/*.toml` and checked by type."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.errors import TrucSoError

FOLDER = Path(__file__).with_name("lexicon")

Phrase = Annotated[str, StringConstraints(pattern=r"^[0-9a-z#]+( [0-9a-z#]+)*$")]
"""Folded words with one space between them; `#` stands for a number."""
Phrases = tuple[Phrase, ...]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
Weight = Annotated[float, Field(gt=0, lt=1)]


class LexiconError(TrucSoError):
    """A lexicon file cannot be used; the text names the file and the key."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reading(_Table):
    """One meaning of an ambiguous abbreviation, chosen by what stands right before or behind it."""

    becomes: Phrase
    after: Phrases = ()
    before: Phrases = ()


class Ambiguous(_Table):
    """An abbreviation with several meanings; `otherwise` empty means: leave it as it is."""

    readings: tuple[Reading, ...] = ()
    otherwise: Phrase | Literal[""] = ""


class Abbreviations(_Table):
    """Office abbreviations and teencode, by folded word."""

    plain: dict[Phrase, Phrase]
    ambiguous: dict[Phrase, Ambiguous]


class Category(_Table):
    """A kind of incident: its group and the phrases that point to it, from clear to faint."""

    group: Code
    alarming: bool = False
    """True when it is hardly spoken of unless something is wrong."""
    strong: Phrases = ()
    plain: Phrases = ()
    weak: Phrases = ()


class Categories(_Table):
    """All categories in the order that decides a tie; `neutral` phrases hide the words they hold."""

    groups: tuple[Code, ...]
    neutral: Phrases
    category: dict[Code, Category]


class SeverityRule(_Table):
    """Holds when of each list in `all` one phrase is there, and none of `unless`.

    With `written`, one of these words must also be there just so, marks and all. `haste` says how soon
    help is needed and not what has happened.
    """

    level: Literal[1, 3, 4]
    haste: bool = False
    all: tuple[Phrases, ...] = Field(min_length=1)
    written: tuple[str, ...] = ()
    unless: Phrases = ()


class SeverityRules(_Table):
    """What raises or lowers the severity of a report."""

    rule: tuple[SeverityRule, ...]
    not_written: dict[Phrase, tuple[str, ...]]


class Signal(_Table):
    """Phrases of one strength, and how likely each of them alone makes it."""

    weight: Weight
    phrases: Phrases


class Cannot(_Table):
    """ "khong ... duoc": what cannot be done, with at most `within` words between."""

    first: Phrases
    last: Phrases
    within: int
    unless: Phrases
    weight: Weight


class QuestionEnd(_Table):
    """Words that ask when they end the sentence, and the mark that does."""

    words: Phrases
    weight: Weight
    mark_weight: Weight


class Neutral(_Table):
    """Phrases that hide the words they hold from the signals of each kind."""

    incident: Phrases
    question: Phrases


class Signals(_Table):
    """What makes a text read like a fault, or like a question."""

    neutral: Neutral
    particles: Phrases
    incident: tuple[Signal, ...]
    question: tuple[Signal, ...]
    cannot: Cannot
    question_end: QuestionEnd


class UsualAlias(_Table):
    """Names by which everybody calls a place whose full name begins in a known way."""

    begins: Phrases
    aliases: Phrases


class Unlisted(_Table):
    """How a place is named that no list of the commune knows; `kinds` as they are written with marks."""

    bare: Phrases
    by_name: Phrases
    not_after: Phrases
    not_before: Phrases
    ends: Phrases
    kinds: dict[Phrase, str]
    numbers: dict[str, int]


class PlaceWords(_Table):
    """How places are spoken of in a sentence."""

    kinds: Phrases
    number_sign: Phrases
    numbers: dict[Phrase, int]
    common: Phrases
    not_places: Phrases
    usual: tuple[UsualAlias, ...]
    unlisted: Unlisted


class Numbered(_Table):
    """A command on one incident: its verbs, and what may follow the number."""

    verbs: Phrases
    after_number: Phrases = ()
    tail: Literal["none", "name", "free", "written"]


class References(_Table):
    """How an incident is named: `codes` leave no doubt, `loose` may also come before a count."""

    codes: Phrases
    loose: Phrases


class CommandWords(_Table):
    """Words of commands; see the file for what each table means."""

    lead: Phrases
    particles: Phrases
    counters: Phrases
    doubts: Phrases
    reasons: Phrases
    name_sign: Phrases
    report: Phrases
    reference: References
    slash: dict[Phrase, str]
    numbered: dict[str, Numbered]
    alone: dict[str, Phrases]
    moments_now: Phrases
    moments: Phrases
    not_written: dict[Phrase, tuple[str, ...]]


AnswerName = Literal["yes", "no", "skip", "back"]
Belongs = Literal["together", "apart", "other", "send", "drop"]


class AnswerWords(_Table):
    """Short answers and digits in words."""

    lead: Phrases
    particles: Phrases
    digit_signs: Phrases
    unclear: Phrases
    send: Phrases
    answer: dict[AnswerName, Phrases]
    belongs: dict[Belongs, Phrases]
    sign: dict[AnswerName, tuple[str, ...]]
    written: dict[str, AnswerName]
    digit: dict[Phrase, Annotated[int, Field(ge=0, le=20)]]


ReplyName = Literal["take", "done", "not_yet", "again", "courtesy", "thanks"]


class Reply(_Table):
    """One thing that short words may mean; see the file for how its lists are matched."""

    whole: Phrases = ()
    begin: Phrases = ()
    within: Phrases = ()


class ReplyWords(_Table):
    """Short words about what stands on the screen."""

    persons: Phrases
    polite: Phrases
    within_words: int
    signs: tuple[str, ...]
    kind: dict[ReplyName, Reply]


_Model = TypeVar("_Model", bound=BaseModel)


def read_table(file: Path, model: type[_Model]) -> _Model:
    """Return one lexicon file as its model.

    Raises LexiconError, which names the file and the key, when it is missing, no TOML, or does not fit.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        return model.model_validate(data)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        raise LexiconError(file.name, key, fault["msg"]) from error
    except (OSError, ValueError) as error:
        raise LexiconError(file.name, "-", str(error)) from error


@lru_cache
def abbreviations() -> Abbreviations:
    """Return the abbreviations. Raises LexiconError."""
    return read_table(FOLDER / "abbreviations.toml", Abbreviations)


@lru_cache
def categories() -> Categories:
    """Return the categories. Raises LexiconError, also for a group that is not in the list of groups."""
    table = read_table(FOLDER / "categories.toml", Categories)
    for code, category in table.category.items():
        if category.group not in table.groups:
            raise LexiconError("categories.toml", f"category.{code}.group", f"no group {category.group}")
    return table


@lru_cache
def severity_rules() -> SeverityRules:
    """Return the rules of severity. Raises LexiconError."""
    return read_table(FOLDER / "severity.toml", SeverityRules)


@lru_cache
def signals() -> Signals:
    """Return what tells faults and questions apart. Raises LexiconError."""
    return read_table(FOLDER / "signals.toml", Signals)


@lru_cache
def place_words() -> PlaceWords:
    """Return the words about places. Raises LexiconError."""
    return read_table(FOLDER / "places.toml", PlaceWords)


@lru_cache
def command_words() -> CommandWords:
    """Return the words of commands. Raises LexiconError."""
    return read_table(FOLDER / "commands.toml", CommandWords)


@lru_cache
def answer_words() -> AnswerWords:
    """Return the words of short answers. Raises LexiconError."""
    return read_table(FOLDER / "answers.toml", AnswerWords)


@lru_cache
def reply_words() -> ReplyWords:
    """Return the short words about what stands on the screen. Raises LexiconError."""
    return read_table(FOLDER / "replies.toml", ReplyWords)
