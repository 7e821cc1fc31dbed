"""Vietnamese spelling: the folded form that typed and written text have in common."""

import unicodedata


def fold(text: str) -> str:
    """Lower case without tone marks, đ as d, runs of spaces as one."""
    lowered = unicodedata.normalize("NFC", text).lower().replace("đ", "d")
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return " ".join(bare.split())
