"""Vietnamese spelling made comparable."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case, without tone marks and diacritics, đ as d, runs of spaces as one."""
    flat = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).split())
