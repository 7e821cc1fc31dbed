"""Choices for the fields of a report: severities, and systems behind their six groups."""

from core.incident import Severity
from core.messages import Choice
from handlers.turn import Args
from knowledge.lexicon_loader import categories


def severity_choices(prefix: str, args: Args) -> tuple[Choice, ...]:
    """Return the four severities as choices."""
    return tuple(
        Choice(
            label="choice.severity",
            label_params={"severity": int(severity)},
            do=f"{prefix}.set_severity",
            args=args | {"severity": int(severity)},
        )
        for severity in Severity
    )


def group_choices(prefix: str, args: Args) -> tuple[Choice, ...]:
    """Return the groups of systems as choices."""
    return tuple(
        Choice(
            label="choice.group",
            label_params={"group": group},
            do=f"{prefix}.pick_group",
            args=args | {"group": group},
        )
        for group in categories().groups
    )


def category_choices(prefix: str, args: Args, group: str) -> tuple[Choice, ...]:
    """Return the systems of a group as choices."""
    found = (code for code, category in categories().category.items() if category.group == group)
    return tuple(
        Choice(
            label="choice.system",
            label_params={"system": code},
            do=f"{prefix}.set_system",
            args=args | {"system": code},
        )
        for code in found
    )
