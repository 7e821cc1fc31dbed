"""Names of units: where one begins and ends in a sentence, and how a list of them is cut."""

import re
from dataclasses import dataclass

from knowledge.plans.flat import Flat, accented
from knowledge.plans.words import lexicon, named, pattern, rx
from knowledge.vietnamese import fold

_LONGEST_UNIT = 330
_CUT = re.compile(r"[,;+]| va | & |\n| - (?=[a-z])")
_STOP = re.compile(r"[:.](?=\s|$)|/\.")
_TRAILING = " ,;:.-–—\n\t"


@dataclass(frozen=True)
class Actor:
    """Who does something, from the beginning of a text; `rest` is where the work itself begins."""

    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    role: str = "lead"
    rest: int = 0


def begins_with_unit(flat: Flat, at: int = 0) -> bool:
    """Whether a unit's name begins here; "số hóa" is no "sở" and "tổ chức" no "tổ"."""
    if named("not_unit").match(flat.text, at):
        return False
    return named("unit_head").match(flat.text, at) is not None


def split_units(flat: Flat, start: int = 0, end: int | None = None) -> tuple[str, ...]:
    """The units of a list, as printed: cut at commas and "và" where another unit's name begins."""
    end = len(flat.text) if end is None else end
    names: list[str] = []
    begin = start
    for match in _CUT.finditer(flat.text, start, end):
        if match.start() <= begin or not begins_with_unit(flat, _word_at(flat, match.end())):
            continue
        if _belongs_together(flat.text[begin : match.start()].strip(), match[0].strip()):
            continue
        names.append(_printed(flat, begin, match.start()))
        begin = match.end()
    names.append(_printed(flat, begin, end))
    return _with_shared_level([name for name in map(tidy, names) if name])


def tidy(name: str) -> str:
    """A unit's name without the signs around it."""
    name = " ".join(name.split()).strip(_TRAILING)
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    return name.strip(_TRAILING)


def _printed(flat: Flat, start: int, end: int) -> str:
    return accented(flat, start, end) if flat.damaged else flat.raw(start, end)


def _with_shared_level(names: list[str]) -> tuple[str, ...]:
    """ "Công an, Ban Chỉ huy quân sự xã": the last word goes for all of them."""
    levels = lexicon()["levels"]
    level = re.search(rf" (?:{'|'.join(levels['words'])})$", names[-1], re.IGNORECASE) if names else None
    if level is None:
        return tuple(names)
    alone = re.compile(rf"\b(?:{'|'.join(map(fold, levels['words']))})\b|^{levels['shared_not']}")
    return tuple(name if alone.search(f"{fold(name)} ") else name + level[0] for name in names)


def _word_at(flat: Flat, at: int) -> int:
    """The next place that is no space."""
    return at + len(flat.text[at:]) - len(flat.text[at:].lstrip())


def _belongs_together(left: str, sign: str) -> bool:
    """ "Văn phòng HĐND và UBND" is one office, "các cơ quan, đơn vị" one phrase."""
    if sign in ("va", "&", "-"):
        return named("one_office").search(left) is not None
    return sign == "," and named("one_phrase").fullmatch(left) is not None


def actor_of(flat: Flat, *, heading: bool) -> Actor:
    """Who is named at the beginning of a heading or of a sentence."""
    at, role = 0, "lead"
    order, owner = named("assign").match(flat.text), named("duty_of").match(flat.text)
    if order and begins_with_unit(flat, order.end() + 1):
        at = order.end() + 1
        role = "request" if named("request").match(flat.text) else "lead"
    elif owner and begins_with_unit(flat, owner.end() + 1):
        at = owner.end() + 1
    if not begins_with_unit(flat, at):
        return _help_only(flat) if heading else _inside(flat) or _help_only(flat)
    end = _name_end(flat, at, heading)
    if end is None:
        return Actor()
    lead = split_units(flat, at, end)
    rest = end + 1 if flat.text[end : end + 1] == ":" else end
    coordinate, after = help_at(flat, rest)
    return Actor(lead, coordinate, role, after or rest)


def help_at(flat: Flat, at: int) -> tuple[tuple[str, ...], int]:
    """The units after "(chủ trì,) phối hợp với" at this place, and where their list ends (0: none)."""
    said = named("help_said").match(flat.text, _word_at(flat, at))
    if not said:
        return (), 0
    begin = _word_at(flat, said.end())
    if not begins_with_unit(flat, begin):
        return (), 0
    end = _verb_end(flat, begin, "(?:{verb})|(?:{list_end})")
    return split_units(flat, begin, end), end


def _inside(flat: Flat) -> Actor | None:
    """A unit named in the middle of the sentence: "Hằng năm, …, UBND xã chủ trì …"."""
    for match in pattern("aside").finditer(flat.text):
        if not begins_with_unit(flat, match.end()):
            continue
        end = _verb_end(flat, match.end(), "(?:{verb})")
        if end - match.end() < _LONGEST_UNIT and named("leads_inside").match(flat.text, end):
            coordinate, _ = help_at(flat, end)
            return Actor(split_units(flat, match.end(), end), coordinate)
    return None


def _help_only(flat: Flat) -> Actor:
    coordinate, _ = help_at(flat, 0)
    leads = named("lead_verb").match(flat.text)
    return Actor((), coordinate, "help" if coordinate and not leads else "lead")


def _name_end(flat: Flat, at: int, heading: bool) -> int | None:
    """Where the name ends: at a colon, before a verb, or with the heading; None when it is no subject."""
    colon = flat.text.find(":", at)
    verb = _verb_end(flat, at, "{hard_verb}" if heading else "{verb}")
    ends = [end for end in (colon, verb) if at < end < len(flat.text)]
    end = min(ends) if ends else len(flat.text) if heading else None
    if end is None or end - at > _LONGEST_UNIT:
        return None
    return end if heading or not re.search(r"[.!?] ", flat.text[at:end]) else None


def _verb_end(flat: Flat, at: int, template: str) -> int:
    """Where the first verb stands that is not part of a unit's name, or a full stop; else the end."""
    head = named("unit_head").match(flat.text, at)
    stop = _STOP.search(flat.text, at)
    last = stop.start() if stop else len(flat.text)
    for match in rx(template).finditer(flat.text, head.end() if head else at):
        before = flat.text[at : match.start()]
        inside = pattern("part_of_name").search(before) is not None or before.count("(") > before.count(")")
        longer = match[0] == "to chuc" and pattern("name_goes_on").match(flat.text, match.end()) is not None
        if not inside and not longer:
            return min(match.start(), last)
    return last
