"""The time words of `knowledge/lexicon/time.toml`, and patterns written with their class names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.vietnamese import fold

LEXICON = Path(__file__).parent.parent / "lexicon" / "time.toml"
_CLASS_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def lexicon() -> dict[str, Any]:
    """The lexicon as written, accents and all."""
    with LEXICON.open("rb") as file:
        return tomllib.load(file)


@cache
def folded_table(name: str) -> dict[str, Any]:
    """One table of the lexicon with its words folded."""
    return {fold(word): value for word, value in lexicon()[name].items()}


@cache
def rx(template: str) -> re.Pattern[str]:
    """Compile a pattern over canonical text. `{before}` stands for the words of that class or table; the whole
    matches only at word borders. Raises KeyError for a class that the lexicon does not have."""
    body = _CLASS_NAME.sub(lambda match: _alternatives(match[1]), template)
    return re.compile(rf"(?<![a-z0-9_])(?:{body})(?![a-z0-9_])")


def ends_with(template: str) -> re.Pattern[str]:
    """The same, for the end of the text before something."""
    return rx(template + r"[ ,:(]*\Z")


def after_word(template: str) -> re.Pattern[str]:
    """The same, with nothing but a space between the two: "lần thứ hai" but not "một lần, thứ Hai"."""
    return rx(template + r" \Z")


def _alternatives(name: str) -> str:
    words: Iterable[str] = lexicon()["classes"].get(name) or lexicon()[name]
    longest_first = sorted({fold(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
