"""The time words of the lexicon, and the named patterns that are made of them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.vietnamese import fold

FOLDER = Path(__file__).parent.parent / "lexicon"
_NAME = re.compile(r"\{([a-z][a-z_]*)\}")
_BORDERED = r"(?<![a-z0-9_])(?:{})(?![a-z0-9_])"


@cache
def lexicon() -> dict[str, Any]:
    """The words as written, accents and all."""
    with (FOLDER / "time.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def folded_table(name: str) -> dict[str, Any]:
    """One table of the lexicon with its words folded."""
    return {fold(word): value for word, value in lexicon()[name].items()}


@cache
def rx(template: str) -> re.Pattern[str]:
    """Compile a pattern over canonical text, matching at word borders only.

    `{before}` stands for the words of that class, that table, or the pattern of that name.
    Raises KeyError for a name that the lexicon does not have.
    """
    return re.compile(_BORDERED.format(_filled(template)))


def named(name: str) -> re.Pattern[str]:
    """The pattern of that name."""
    return rx(f"{{{name}}}")


def ends_with(name: str) -> re.Pattern[str]:
    """The named pattern at the end of the text before something, signs between them allowed."""
    return rx(f"{{{name}}}[ ,:(]*\\Z")


def after_word(name: str) -> re.Pattern[str]:
    """The same with nothing but a space between: "lần thứ hai" but not "một lần, thứ Hai"."""
    return rx(f"{{{name}}} \\Z")


def is_one_of(name: str, word: str) -> bool:
    """Whether a folded word is of that class."""
    return named(name).fullmatch(word) is not None


@cache
def _patterns() -> dict[str, str]:
    with (FOLDER / "time_patterns.toml").open("rb") as file:
        groups: dict[str, dict[str, str]] = tomllib.load(file)
    return {name: template for group in groups.values() for name, template in group.items()}


def _filled(template: str) -> str:
    return _NAME.sub(lambda match: _meaning(match[1]), template)


@cache
def _meaning(name: str) -> str:
    if name in _patterns():
        return f"(?:{_filled(_patterns()[name])})"
    classes: dict[str, Iterable[str]] = {**lexicon()["classes"], **lexicon()["compounds"]}
    words = classes[name] if name in classes else lexicon()[name]
    longest_first = sorted({fold(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
