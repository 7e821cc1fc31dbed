"""A task while it is put together from its line, its labels and the headings above it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.deadline import NOTHING, Due
from knowledge.plans.deadlines import Frame, due_of_cell, is_calendar
from knowledge.plans.flat import flatten
from knowledge.plans.labels import Label
from knowledge.plans.model import PlanTask, Span
from knowledge.plans.units import Actor, split_units

Labels = Sequence[tuple[Label, str]]


@dataclass
class Draft:
    """A task in the making; `own` says that it names its lead itself."""

    text: str
    span: Span
    section: str
    actor: Actor
    own: bool
    due: Due = NOTHING
    inherited: bool = False
    result: str | None = None

    def fill(self, labels: Labels, frame: Frame, *, shared: bool) -> None:
        """Take what labels say; `shared` when they close a group of tasks and not this one alone."""
        for label, value in labels:
            units = split_units(flatten(value, frame.damaged)) if label in (Label.LEAD, Label.HELP) else ()
            if label is Label.LEAD and units:
                self.actor, self.own = replace(self.actor, lead=units, role="lead"), True
            elif label is Label.HELP and units:
                self.actor = replace(self.actor, coordinate=units)
            elif label is Label.RESULT:
                self.result = value
            elif label is Label.DUE and (self.inherited or not is_calendar(self.due)):
                self._take_due(due_of_cell(value, frame), shared)

    def _take_due(self, due: Due, shared: bool) -> None:
        if due is not NOTHING:
            self.due, self.inherited = due, shared

    def inherit(self, due: Due) -> None:
        """Take the deadline of a heading when the line names none at all."""
        if self.due is NOTHING and is_calendar(due):
            self.due, self.inherited = due, True

    def finished(self) -> PlanTask:
        return PlanTask(
            text=self.text,
            span=self.span,
            section=self.section,
            lead=self.actor.lead,
            coordinate=self.actor.coordinate,
            role=self.actor.role,
            due=self.due,
            inherited=self.inherited,
            result=self.result,
        )


def merged(actor: Actor, above: Actor) -> Actor:
    """Who acts, with what the heading says where the line says nothing."""
    if actor.lead:
        return actor
    role = above.role if above.lead and actor.role == "lead" else actor.role
    return replace(actor, lead=above.lead, coordinate=actor.coordinate or above.coordinate, role=role)
