"""What an examination finds: one thing that was looked at, and what to do if it is not well."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a finding stands: well, worth knowing, or to be put right."""

    WELL = "ok"
    NOTE = "note"
    TODO = "TO DO"


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    what: str
    level: Level = Level.WELL
    advice: str = ""


def judged(what: str, advice: str, *, well: bool) -> Finding:
    """Return a finding that must be put right unless it is well."""
    return Finding(what) if well else Finding(what, Level.TODO, advice)


def noted(what: str, advice: str, *, well: bool) -> Finding:
    """Return a finding that is worth a note unless it is well."""
    return Finding(what) if well else Finding(what, Level.NOTE, advice)
