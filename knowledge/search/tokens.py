"""Cutting a text into syllables that keep both their written and their folded form."""

import re
import unicodedata
from dataclasses import dataclass

from knowledge.vietnamese import fold

MAX_TEXT = 1200
MAX_TOKENS = 90
LONG_NUMBER = 6
BARE_SHARE = 0.3

_WORD = re.compile(r"[^\W_]+")
_ONSET = "ngh|nh|ng|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx]"
_RIME = (
    "(?:uye|ye|ie|uo|uu|ua|ue|uy|uya|ia|oa|oe|oo|oai|oay|oao|oeo|uay|uyu|ieu|yeu|uoi|uou|"
    "ai|ao|au|ay|eo|eu|iu|oi|ui|uoi|a|e|i|o|u|y)(?:ng|nh|ch|[cmnpt])?"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?{_RIME}")
_OLD_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable: `text` as written (lower case, NFC), `folded` without marks."""

    text: str
    folded: str

    @property
    def bare(self) -> bool:
        """Written without any mark; may or may not mean a syllable with marks."""
        return self.text == self.folded


def make_token(text: str) -> Token:
    return Token(text, fold(text))


def tokenize(text: str) -> list[Token]:
    """Syllables of the first `MAX_TEXT` characters; long numbers (ids, phones) are dropped."""
    lowered = unicodedata.normalize("NFC", text[:MAX_TEXT]).lower()
    words = [_new_tone_place(word) for word in _WORD.findall(lowered)]
    kept = [word for word in words if not (word.isdigit() and len(word) >= LONG_NUMBER and word != "18001096")]
    return [make_token(word) for word in kept[:MAX_TOKENS]]


def _new_tone_place(word: str) -> str:
    """Write the old tone place (hoà, uỷ) the new way (hòa, ủy), only at the end of a syllable."""
    ending = _OLD_TONES.get(word[-2:])
    if ending is None or (word[-2:-1] == "u" and word.startswith("qu")):
        return word
    return word[:-2] + ending


def is_syllable(folded: str) -> bool:
    """Whether the folded word can be a Vietnamese syllable at all."""
    return _SYLLABLE.fullmatch(folded) is not None


def is_unaccented(tokens: list[Token]) -> bool:
    """Whether the writer left the marks out: ordinary text has them on most syllables."""
    if not tokens:
        return True
    marked = sum(1 for token in tokens if not token.bare)
    return marked / len(tokens) < BARE_SHARE
