"""What stands under a heading: tasks, statements about money, or nothing to do."""

import re
from enum import Enum, auto

from knowledge.plans.flat import flatten
from knowledge.plans.outline import Node
from knowledge.plans.units import begins_with_unit
from knowledge.plans.words import named, rx

_TOP = 1
_LONGEST_SECTION = 40


class Kind(Enum):
    """What a section holds."""

    TASKS = auto()
    FUNDING = auto()
    NONE = auto()


def kind_of(heading: str, rank: int, above: Kind) -> Kind:
    """The kind of the section under a folded heading; a heading that says nothing keeps the one above."""
    if len(heading.split()) > _LONGEST_SECTION:
        return above
    if rx("{opens_with}(?:{skip_heading})").match(heading):
        return Kind.TASKS if named("skip_and_task").match(heading) else Kind.NONE
    if named("done").search(heading):
        return Kind.NONE
    if rx("{opens_with}(?:{funding_heading})").match(heading):
        return Kind.FUNDING
    if named("task_heading").search(heading) or begins_with_unit(flatten(heading)):
        return above if above is Kind.NONE and rank > _TOP + 1 else Kind.TASKS
    return Kind.TASKS if rank <= _TOP else above


def is_aside(folded: str) -> bool:
    """Sentences that close a plan or point to an annex, and ask for nothing."""
    brief = len(folded.split()) <= _LONGEST_SECTION and not named("verb").match(folded)
    pointer = brief and named("annex_note").search(folded)
    return bool(named("trouble").match(folded) or named("closing").match(folded) or pointer)


def section_label(node: Node) -> str:
    """The numbers of the headings over a line, as in "IV.2.1.a"."""
    parts: list[str] = []
    for one in [*reversed(list(node.above())), node]:
        label = one.block.label
        if not re.fullmatch(r"[^\W_]+(?:[. ][^\W_]+)*", label):
            continue
        if parts and label.startswith(f"{parts[-1]}."):
            parts.pop()
        parts.append(label)
    return ".".join(parts)
