"""What the paper says of itself: its number, day, issuer and title, and the plans it carries out."""

import re
from collections.abc import Sequence
from datetime import date

from knowledge.plans.blocks import marker_of
from knowledge.plans.flat import Flat, accented, flatten
from knowledge.plans.model import Facts
from knowledge.plans.source import Line
from knowledge.plans.words import lexicon, named, pattern, printed, rx

_HEAD, _LETTERHEAD = 40, 8
_WIDE, _SHORT_LINE, _TITLE_START = 60, 14, 8
_PARENT_REACH = 200
_FIGURES = str.maketrans("lio?", "1102")


class FactReader:
    """Reads the head of a plan; `lines` are all its lines."""

    def __init__(self, lines: Sequence[Line], damaged: bool) -> None:
        self.head = lines[:_HEAD]
        self.lines = lines
        self.damaged = damaged

    def facts(self) -> Facts:
        """What was found; what was not stays None."""
        return Facts(
            number=self._number(),
            issuer=self._issuer(),
            issued_on=self._day(),
            title=self._title(),
            parents=self._parents(),
        )

    def _flat(self, text: str) -> Flat:
        return flatten(text, self.damaged)

    def _annex_notes(self) -> list[str]:
        """ "(Kèm theo Kế hoạch số … ngày …)" over an annex."""
        return [
            " ".join(one.text for one in self.lines[at : at + 2])
            for at, line in enumerate(self.lines)
            if named("annex_of").search(self._flat(line.text).text[:40])
        ]

    def _number(self) -> str | None:
        for name in ("number", "bare_number"):
            for line in self.head:
                if match := re.search(printed(name), line.text):
                    return _code(match)
                if self._ends_head(line.text):
                    break
        for note in self._annex_notes():
            if match := re.search(printed("number_within"), note, re.IGNORECASE):
                return _code(match)
        return None

    def _ends_head(self, text: str) -> bool:
        return named("opening").match(self._flat(text).text) is not None

    def _day(self) -> date | None:
        for line in self.head:
            if day := self._day_of_head(line.text):
                return day
            if self._ends_head(line.text):
                break
        for note in self._annex_notes():
            flat = _ocr_day(note)
            match = pattern("day_in_figures").search(flat) or pattern("day_in_words").search(flat)
            if match and (day := _date(match)):
                return day
        return None

    def _day_of_head(self, text: str) -> date | None:
        flat = _ocr_day(text)
        match = pattern("day_in_words").search(flat)
        if match is None and len(flat.split()) <= _SHORT_LINE:
            match = pattern("day_in_figures").search(flat)
        if match is None or named("names_of_days").search(flat[: match.start()].split(",")[-1]):
            return None
        return _date(match)

    def _issuer(self) -> str | None:
        """The left column of the head: the office, and its parent body over it."""
        found: list[str] = []
        for line in self.head[:_LETTERHEAD]:
            if named("title_word").match(self._flat(line.text).text):
                break
            flat = self._flat(_shouted(line.text))
            nation = named("nation").search(flat.text)
            end = nation.start() if nation else len(flat.text)
            numbered = any(char.isdigit() for char in flat.text[:end])
            if not numbered and named("issuer_line").match(flat.text[:end]):
                name = accented(flat, 0, end).upper() if self.damaged else flat.raw(0, end)
                found.append(name.strip(" *-"))
        if not found:
            return self._issuer_of_note()
        alone = named("office").match(self._flat(found[-1]).text)
        return found[-1] if alone else " ".join(found[-2:])

    def _issuer_of_note(self) -> str | None:
        for note in self._annex_notes():
            flat = self._flat(note)
            if match := pattern("issuer_of_annex").search(flat.text):
                return flat.raw(match.start("who"), match.end("who"))
        return None

    def _title(self) -> str | None:
        for at, line in enumerate(self.head):
            flat = self._flat(line.text).text.strip(" *")
            if not named("title_word").match(flat) or not line.text[:_TITLE_START].isupper():
                continue
            parts = [line.text]
            for following in self.head[at + 1 :]:
                if self._ends_title(following):
                    break
                parts.append(following.text)
            return " ".join(" ".join(parts).split())
        return None

    def _ends_title(self, line: Line) -> bool:
        if re.match(r"[-_*]{3,}|[IVX1]+\.", line.text):
            return True
        opens = named("opening").match(self._flat(line.text).text) is not None
        wide = line.gap or len(line.text) > _WIDE
        return opens and wide and not line.text[:1].islower() and not line.text.isupper()

    def _parents(self) -> tuple[str, ...]:
        """The plans, resolutions and directives that the title and the first paragraph name."""
        lines = [line.text for line in self.head]
        first = next(
            (at for at, text in enumerate(lines) if marker_of(text)[0] in ("roman", "num")), len(lines)
        )
        flat = self._flat(" ".join(lines[:first]))
        found: dict[str, str] = {}
        for match in rx("{parent_number}").finditer(flat.text):
            stop = pattern("parent_end").search(flat.text, match.end())
            end = min(stop.start() if stop else len(flat.text), match.end() + _PARENT_REACH)
            found.setdefault(match["code"].replace(" ", ""), flat.raw(match.start(), end).strip(" ,;"))
        return tuple(found.values())


def _shouted(text: str) -> str:
    """The words in capitals at the beginning of a line: the left column of a letterhead."""
    words = text.split()
    small = next((at for at, word in enumerate(words) if word != word.upper()), len(words))
    return " ".join(words[:small])


def _ocr_day(text: str) -> str:
    flat = pattern("broken_day").sub("ngay ", flatten(text).text)
    return pattern("broken_month").sub(" thang ", pattern("broken_year").sub("nam ", flat))


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"].translate(_FIGURES)))
    except ValueError:
        return None


def _code(match: re.Match[str]) -> str:
    """The number as it should be written; empty dots are left out."""
    codes = lexicon()["document_codes"]
    code = re.sub(r"\s", "", match["code"])
    parts = [codes.get(part, part) for part in re.split(r"([-/])", code[1:])]
    return f"{match['n'].strip(' ._…')}{code[0]}{''.join(parts)}"
