"""What a text may hold: letters, spaces and lines, and no more of them than a person can read."""

import unicodedata

MOST_LETTERS = 20_000
"""Letters of one message. A longer one is refused as a whole, so that nobody takes half of it for all."""

_LINE_ENDS = "\u2028\u2029"
_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They turn the direction of writing, so that a text reads otherwise than it is."""
_CONTROLS = [
    code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\t\n\r"
]
_PLAIN = (
    {code: " " for code in _CONTROLS}
    | {ord(sign): "\n" for sign in _LINE_ENDS}
    | {ord(sign): "" for sign in _TURNS}
)


def plain(text: str) -> str:
    """Return a text without control characters, signs of direction, and halves of surrogate pairs.

    A control character becomes a space, so that the words beside it stay apart.
    """
    return text.translate(_PLAIN).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def too_long(text: str) -> bool:
    """Tell whether a text is longer than a message may be; marks written apart do not count."""
    return len(text) > MOST_LETTERS and len(unicodedata.normalize("NFC", text)) > MOST_LETTERS
