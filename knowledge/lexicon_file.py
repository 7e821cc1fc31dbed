"""Reading one editable word list of the search."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

SEARCH_LISTS = Path(__file__).with_name("lexicon") / "search"


@cache
def read_search_table(name: str) -> dict[str, Any]:
    """The table `lexicon/search/<name>.toml`. Raises OSError, `tomllib.TOMLDecodeError` with the line."""
    with (SEARCH_LISTS / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
