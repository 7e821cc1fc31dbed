"""Reading a text as units of meaning: concepts of the thesaurus, else single words.

A unit lists the keys it may be matched by, with a quality from 0 to 1: ``c:`` a concept, ``w:`` a
word in one exact spelling. Text of the knowledge base and text of a person are read the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.search.lexicon import Lexicon, Phrase
from knowledge.search.repair import in_context, repair
from knowledge.search.tokens import Token, is_unaccented, make_token, tokenize
from knowledge.search.vocabulary import Vocabulary

WORTH_OF_WORD = 0.4
WORTH_OF_STOP = 0.5
WORTH_OF_LENGTH = 1.3
BARE_IN_BARE_TEXT = 0.95
BARE_IN_MARKED_TEXT = 0.6
BARE_IN_KNOWLEDGE = 0.85
OTHER_MARKS = 0.35
SLIP_IN_PHRASE = 0.8
GUESSED_SYLLABLE = 0.75
SECOND_READING = 0.7
WORD_OF_CONCEPT = 0.4
REPAIRED_BY_GUESS = 0.8
REPAIRED_IN_CONTEXT = 0.7


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing said. `key` is its main key, `words` the folded words it covers."""

    key: str
    kind: str
    options: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole text as read; `folded` is what fuzzy comparison sees."""

    units: tuple[Unit, ...]
    tokens: tuple[Token, ...]

    @property
    def folded(self) -> str:
        return " ".join(token.folded for token in self.tokens)


_Cut = tuple[float, int, tuple[Phrase, float] | None]
"""Worth so far, where the last part starts, and the phrase it is (None: one word)."""


@dataclass(slots=True)
class _Slot:
    token: Token
    others: tuple[str, ...] = ()
    quality: float = 1.0
    repaired: bool = False
    alternative: str | None = None


class Reader:
    """Reads texts against one lexicon and one vocabulary."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._stops = lexicon.stops
        self._folded_stops = lexicon.folded_stops

    def read(self, text: str, mend: bool = True) -> Reading:
        """Read a text; `mend` repairs unknown words and is for what people type."""
        raw = tokenize(text)
        bare = is_unaccented(raw)
        slots = self._expand(raw)
        if mend:
            slots = self._mend(slots)
        units = self._units(slots, bare)
        return Reading(tuple(units), tuple(slot.token for slot in slots))

    def _expand(self, tokens: Sequence[Token]) -> list[_Slot]:
        slots: list[_Slot] = []
        for token in tokens:
            readings = self._lexicon.abbreviations.get(token.text)
            if readings is None:
                slots.append(_Slot(token))
                continue
            first, *others = [reading.split() for reading in readings]
            written_out = [_Slot(make_token(word)) for word in first]
            for other in others:
                start = _first_difference(first, other)
                written_out[start].others += (" ".join(other[start:]),)
            slots.extend(written_out)
        return slots

    def _mend(self, slots: list[_Slot]) -> list[_Slot]:
        mended: list[_Slot] = []
        for position, slot in enumerate(slots):
            previous = mended[-1].token.folded if mended else ""
            following = slots[position + 1].token.folded if position + 1 < len(slots) else ""
            fixed = repair(slot.token, previous, following, self._vocabulary)
            if fixed is not None:
                quality = 1.0 if fixed.certain else REPAIRED_BY_GUESS
                mended.extend(_Slot(token, (), quality, not fixed.certain) for token in fixed.tokens)
                continue
            if slot.token.folded not in self._folded_stops:
                slot.alternative = in_context(slot.token, previous, following, self._vocabulary)
            mended.append(slot)
        return mended

    def _units(self, slots: list[_Slot], bare: bool) -> list[Unit]:
        """Cut into phrases and words so that the whole is explained best, not the first phrase longest."""
        best: list[_Cut] = [(0.0, 0, None)]
        for end in range(1, len(slots) + 1):
            choice: _Cut = (best[end - 1][0] + self._worth(slots[end - 1].token), end - 1, None)
            for start in range(max(0, end - self._lexicon.longest_phrase), end):
                found = self._phrase_at(slots[start:end], bare)
                if found is not None:
                    worth = best[start][0] + found[1] * (end - start) ** WORTH_OF_LENGTH
                    choice = max(choice, (worth, start, found), key=lambda item: item[0])
            best.append(choice)
        units: list[Unit] = []
        end = len(slots)
        while end > 0:
            _, start, found = best[end]
            span = slots[start:end]
            units.append(self._word(span[0], bare) if found is None else self._concept(*found, span, bare))
            end = start
        return units[::-1]

    def _worth(self, token: Token) -> float:
        """A function word is better left over than a word of content: "làm | hộ chiếu"."""
        return WORTH_OF_STOP if token.folded in self._folded_stops else WORTH_OF_WORD

    def _phrase_at(self, span: list[_Slot], bare: bool) -> tuple[Phrase, float] | None:
        found = self._phrase(tuple(slot.token.folded for slot in span), span, bare)
        if found is None and len(span) > 1 and any(slot.alternative for slot in span):
            found = self._phrase(tuple(slot.alternative or slot.token.folded for slot in span), span, bare)
        return found

    def _phrase(self, key: tuple[str, ...], span: list[_Slot], bare: bool) -> tuple[Phrase, float] | None:
        found = [
            (phrase, quality)
            for phrase in self._lexicon.phrases.get(key, ())
            if (quality := _spelling_agreement(phrase, span, bare, key[0] in self._folded_stops)) > 0
        ]
        return max(found, key=lambda item: item[1], default=None)

    def _concept(self, phrase: Phrase, quality: float, span: list[_Slot], bare: bool) -> Unit:
        options = {f"c:{phrase.concept}": quality}
        for other, nearness in self._lexicon.related.get(phrase.concept, {}).items():
            options[f"c:{other}"] = nearness * quality
        for slot in span:
            if slot.token.text not in self._stops:
                word_quality = WORD_OF_CONCEPT if len(span) > 1 else max(WORD_OF_CONCEPT, 0.9 * (quality < 1))
                self._add_spellings(options, slot.token, bare, word_quality)
            self._add_readings(options, slot)
        words = tuple(slot.token.folded for slot in span)
        repaired = any(slot.repaired for slot in span)
        return Unit(f"c:{phrase.concept}", phrase.kind, tuple(options.items()), words, repaired)

    def _word(self, slot: _Slot, bare: bool) -> Unit:
        token = slot.token
        options: dict[str, float] = {f"w:{token.text}": slot.quality}
        self._add_spellings(options, token, bare, slot.quality)
        if slot.alternative is not None:
            for spelling in self._vocabulary.spellings[slot.alternative]:
                options.setdefault(f"w:{spelling}", REPAIRED_IN_CONTEXT)
        self._add_readings(options, slot)
        stop = token.text in self._stops or (bare and token.bare and token.folded in self._folded_stops)
        kind = "stop" if stop else "word"
        return Unit(f"w:{token.text}", kind, tuple(options.items()), (token.folded,), slot.repaired)

    def _add_spellings(self, options: dict[str, float], token: Token, bare: bool, scale: float) -> None:
        for spelling in self._vocabulary.spellings.get(token.folded, ()):
            key = f"w:{spelling}"
            quality = scale * _agreement(token, spelling, bare)
            options[key] = max(options.get(key, 0.0), quality)

    def _add_readings(self, options: dict[str, float], slot: _Slot) -> None:
        for reading in slot.others:
            key = tuple(make_token(word).folded for word in reading.split())
            phrases = self._lexicon.phrases.get(key, ())
            for phrase in phrases:
                options.setdefault(f"c:{phrase.concept}", SECOND_READING)
            if not phrases:
                for word in reading.split():
                    options.setdefault(f"w:{word}", SECOND_READING * 0.8)


def _first_difference(one: Sequence[str], other: Sequence[str]) -> int:
    same = [left == right for left, right in zip(one, other, strict=False)]
    return min(same.index(False) if False in same else len(same), len(one) - 1)


def _agreement(token: Token, spelling: str, bare: bool) -> float:
    if token.text == spelling:
        return 1.0
    if token.bare:
        return BARE_IN_BARE_TEXT if bare else BARE_IN_MARKED_TEXT
    return BARE_IN_KNOWLEDGE if spelling == token.folded else OTHER_MARKS


def _spelling_agreement(phrase: Phrase, span: list[_Slot], bare: bool, stop: bool) -> float:
    """How well the marks written agree with the phrase; 0 when they speak against it."""
    quality = 1.0
    for slot, word in zip(span, phrase.words, strict=True):
        token = slot.token
        if token.text == word:
            continue
        if token.bare and len(span) > 1:
            quality = min(quality, 1.0 if bare else 0.95)
        elif token.bare and bare and phrase.kind not in ("foreign", "actor") and not stop:
            quality = min(quality, GUESSED_SYLLABLE)
        elif not token.bare and len(span) > 1:
            quality = min(quality, SLIP_IN_PHRASE)
        else:
            return 0.0
    return quality
