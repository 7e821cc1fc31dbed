"""What stands behind a label: "Chủ trì thực hiện: …", "Thời gian hoàn thành: …", "Sản phẩm: …"."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.plans.flat import Flat
from knowledge.plans.words import named, rx


class Label(StrEnum):
    """What a label or a column of a table holds."""

    LEAD = "lead"
    HELP = "help"
    DUE = "due"
    RESULT = "result"
    TASK = "task"
    NUMBER = "number"
    OTHER = "other"


_CLASSES = {
    Label.LEAD: "lead_label",
    Label.HELP: "help_label",
    Label.DUE: "due_label",
    Label.RESULT: "result_label",
    Label.OTHER: "other_label",
}
_ORDER = (Label.HELP, Label.LEAD, Label.DUE, Label.RESULT, Label.OTHER)


@dataclass(frozen=True)
class Labelled:
    """One label with the stretch of folded text behind it; `at` is where the label begins."""

    label: Label
    at: int
    start: int
    end: int


def labels_in(flat: Flat) -> list[Labelled]:
    """The labels of a paragraph, in order; those inside it stand behind a stop, a bracket or a dash."""
    found: list[tuple[Label, int, int]] = []
    for label in _ORDER:
        for match in rx(f"(?:{{{_CLASSES[label]}}}) ?:").finditer(f"{flat.text} "):
            before = flat.text[: match.start()].rstrip(" \"'")
            overlaps = any(at < match.end() and match.start() < end for _, at, end in found)
            if (not before or before[-1] in ".;(-–+*,:]|") and not overlaps:
                found.append((label, match.start(), match.end()))
    found.sort(key=lambda one: one[1])
    edges = ([at for _, at, _ in found] + [len(flat.text)])[1:]
    return [Labelled(label, at, start, edge) for (label, at, start), edge in zip(found, edges, strict=True)]


def column_of(header: str) -> Label | None:
    """What a column holds, from its header folded; None for a header that is not known."""
    said = header.strip(" :.*|")
    if not said:
        return None
    for label, name in ((Label.NUMBER, "number_label"), (Label.TASK, "task_label"), *_CLASSES.items()):
        if named(name).fullmatch(said):
            return Label(label)
    for label in (Label.HELP, Label.LEAD, Label.DUE, Label.RESULT):
        if named(_CLASSES[label]).match(said):
            return label
    return Label.TASK if named("task_label").match(said) else None
