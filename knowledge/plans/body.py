"""The outline of a plan to its tasks: leads and deadlines pass from headings to what stands under them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.deadline import NOTHING, Due
from knowledge.plans.deadlines import Frame, due_in, is_calendar, pieces
from knowledge.plans.drafts import Draft, Labels, merged
from knowledge.plans.flat import Flat, flatten
from knowledge.plans.labels import Label, Labelled, labels_in
from knowledge.plans.model import PlanTask
from knowledge.plans.outline import FIRST_BULLET, Node, is_heading
from knowledge.plans.sections import Kind, is_aside, kind_of, section_label
from knowledge.plans.units import Actor, actor_of
from knowledge.plans.words import named

_SHORTEST_TASK = 4
_DIRECTIVE_HEADING = 18


@dataclass(frozen=True)
class Context:
    """What the headings above say: who leads, until when, and whether tasks stand here at all."""

    kind: Kind = Kind.TASKS
    actor: Actor = field(default_factory=Actor)
    due: Due = NOTHING


class BodyReader:
    """Reads the tasks of an outline."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def tasks(self, top: Sequence[Node]) -> list[PlanTask]:
        """The tasks under the headings of a plan, in printed order."""
        nodes = [node for node in top if node.block.style or node.children]
        return [draft.finished() for node in nodes for draft in self._visit(node, Context())]

    def _flat(self, text: str) -> Flat:
        return flatten(text, self.frame.damaged)

    def _visit(self, node: Node, context: Context) -> list[Draft]:
        flat = self._flat(node.text)
        if is_aside(flat.text):
            return []
        if is_heading(node):
            return self._heading(node, flat, context)
        if context.kind is Kind.NONE:
            inside = kind_of(flat.text, node.rank, context.kind)
            return self._heading(node, flat, context) if inside is not Kind.NONE else []
        own = self._own(node, flat, context)
        if not node.children:
            return own
        inner = replace(context, actor=own[-1].actor) if own else context
        return self._under(node, inner, own)

    def _heading(self, node: Node, flat: Flat, context: Context) -> list[Draft]:
        kind = kind_of(flat.text, node.rank, context.kind)
        if kind is Kind.NONE and not self._opens_below(node):
            return []
        actor = merged(actor_of(flat, heading=True), context.actor)
        inner = Context(kind, actor, self._heading_due(node, flat, context))
        own: list[Draft] = []
        if self._only_labels(node) or self._is_directive(flat, kind):
            own = self._own(node, flat, context)
        elif kind is not Kind.NONE and not self._children_are_tasks(node, flat):
            return self._with_details(node, flat, context)
        return self._under(node, inner, own)

    def _opens_below(self, node: Node) -> bool:
        """Whether a heading further down announces tasks after all."""
        kinds = (
            kind_of(self._flat(one.text).text, one.rank, Kind.NONE) for one in node.walk() if one is not node
        )
        return any(kind is not Kind.NONE for kind in kinds)

    def _heading_due(self, node: Node, flat: Flat, context: Context) -> Due:
        if node.rank <= 0 or named("done").search(flat.text):
            return context.due
        due = due_in(node.text, self.frame)
        return due if is_calendar(due) and due.recurrence is None else context.due

    def _is_directive(self, flat: Flat, kind: Kind) -> bool:
        """A long heading that opens with a verb is itself a task: "Căn cứ …, xây dựng …, trong đó:"."""
        long = len(flat.text.split()) >= _DIRECTIVE_HEADING and kind is Kind.TASKS
        return (
            long
            and named("verb").match(flat.text) is not None
            and not actor_of(flat, heading=True).coordinate
        )

    def _only_labels(self, node: Node) -> bool:
        return bool(node.children) and all(self._labels(child) for child in node.children)

    def _children_are_tasks(self, node: Node, flat: Flat) -> bool:
        """Whether what stands under an open line asks for something, or only lists what it means."""
        if node.rank < FIRST_BULLET or not node.text.rstrip().endswith(":"):
            return True
        asking = [child for child in node.children if self._asks(child)]
        return 2 * len(asking) >= len(node.children) or bool(actor_of(flat, heading=True).lead)

    def _asks(self, node: Node) -> bool:
        flat = self._flat(node.text)
        starts = named("verb").match(flat.text) is not None or bool(actor_of(flat, heading=False).lead)
        return starts or bool(labels_in(flat))

    def _with_details(self, node: Node, flat: Flat, context: Context) -> list[Draft]:
        """One task of a line and the list that only explains it."""
        own = self._own(node, flat, context)
        for draft in own[-1:]:
            for child in node.children:
                draft.text = f"{draft.text}\n{child.block.label} {child.text}"
                draft.span = draft.span.to(child.block.span)
        return own

    def _under(self, node: Node, context: Context, own: list[Draft]) -> list[Draft]:
        """The tasks under a node; a line of labels closes the group of tasks before it."""
        found, group = list(own), list(own)
        closed = False
        for child in node.children:
            labels = self._labels(child)
            if labels is None:
                group = [] if closed else group
                new = self._visit(child, context)
                group, found, closed = group + new, found + new, False
                continue
            if not group:
                group = self._own(node, self._flat(node.text), context)
                found += group
            self._apply(labels, child, group)
            closed = True
        return found

    def _labels(self, node: Node) -> Labels | None:
        """Labels and values of a line that is nothing else; None for any other line."""
        if node.rank < FIRST_BULLET:
            return None
        flat = self._flat(node.text)
        labels = labels_in(flat)
        if not labels or labels[0].at > 0:
            return self._bare_due(node, flat)
        return [(one.label, self._value(one, flat, node)) for one in labels]

    def _bare_due(self, node: Node, flat: Flat) -> Labels | None:
        """ "Hoàn thành trước ngày 31/12/2025." as a line of its own."""
        short = len(flat.text.split()) <= 2 * _SHORTEST_TASK and not node.children
        return [(Label.DUE, node.text)] if short and named("bare_due").match(flat.text) else None

    def _value(self, one: Labelled, flat: Flat, node: Node) -> str:
        value = flat.raw(one.start, one.end).strip(" .;,)-–") if one.start < one.end else ""
        return value or "; ".join(child.text.strip(" .;") for child in node.children)

    def _apply(self, labels: Labels, node: Node, group: list[Draft]) -> None:
        for draft in group:
            if len(group) == 1:
                draft.span = draft.span.to(node.block.span)
            draft.fill(labels, self.frame, shared=len(group) > 1)

    def _own(self, node: Node, flat: Flat, context: Context) -> list[Draft]:
        """The tasks that a line is: one, or one for each deadline in it."""
        inline = [one for one in labels_in(flat) if one.at > 0]
        cut = flat.origin[inline[0].at][0] if inline else len(node.text)
        text = node.text[:cut].rstrip(" (-–;,")
        if len(text.split()) < _SHORTEST_TASK:
            return []
        drafts = list(self._pieces(node, text, context))
        if context.kind is Kind.FUNDING:
            drafts = [draft for draft in drafts if draft.own]
        values = [(one.label, self._value(one, flat, node)) for one in inline]
        for draft in drafts:
            draft.fill(values, self.frame, shared=False)
        return drafts

    def _pieces(self, node: Node, text: str, context: Context) -> Iterator[Draft]:
        above = context.actor
        for start, end, due in pieces(text, self.frame):
            actor = actor_of(self._flat(text[start:end]), heading=False)
            whole = merged(actor, above)
            above = replace(whole, coordinate=above.coordinate)
            part = text[start:end].strip()
            draft = Draft(part, node.block.span, section_label(node), whole, bool(actor.lead), due)
            draft.inherit(context.due)
            yield draft
