"""Reading one editable word list."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LEXICON_FOLDER = Path(__file__).resolve().parent / "lexicon"


@cache
def read_lexicon_table(name: str) -> dict[str, Any]:
    """The table `lexicon/<name>.toml`. Raises OSError, `tomllib.TOMLDecodeError` with the line."""
    with (LEXICON_FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
