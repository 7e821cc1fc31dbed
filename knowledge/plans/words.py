"""The words of official plans (lexicon/plans.toml), as patterns over folded text."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.vietnamese import fold

FILE = Path(__file__).parent.parent / "lexicon" / "plans.toml"
_NAME = re.compile(r"\{([a-z][a-z_]*)\}")
_BORDERED = r"(?<![a-z0-9])(?:{})(?![a-z0-9])"


@cache
def lexicon() -> dict[str, Any]:
    """The whole file, words as written."""
    with FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def folded(name: str) -> frozenset[str]:
    """The words of one class, folded."""
    return frozenset(fold(word) for word in lexicon()["classes"][name])


@cache
def rx(template: str) -> re.Pattern[str]:
    """Compile a pattern over folded text, at word borders; `{verb}` stands for that class or pattern.

    Raises KeyError for a name that the lexicon does not have.
    """
    return re.compile(_BORDERED.format(_filled(template)))


def named(name: str) -> re.Pattern[str]:
    """The words of one class, or one pattern, at word borders."""
    return rx(f"{{{name}}}")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One pattern of the lexicon as it stands, without borders around it."""
    return re.compile(_filled(lexicon()["patterns"][name]))


def printed(name: str) -> str:
    """A pattern over the printed text, accents and capitals and all."""
    return str(lexicon()["printed"][name])


def _filled(template: str) -> str:
    return _NAME.sub(lambda match: _meaning(match[1]), template)


@cache
def _meaning(name: str) -> str:
    if name in lexicon()["patterns"]:
        return f"(?:{_filled(lexicon()['patterns'][name])})"
    longest_first = sorted(folded(name), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
