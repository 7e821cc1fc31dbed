"""What a job in a worker process is given, and the ways in which it may fail."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOO_LONG, TOO_BIG, BROKEN, CRASHED = "too_long", "too_big", "broken", "crashed"
"""Faults of any job: out of time, out of memory or room, unusable input, a worker that died."""
WRONG_KIND, LOST = "wrong_kind", "lost"
"""Faults of a job's file: a kind that is not accepted, or a file that is no longer stored."""
FAULTS = frozenset({TOO_LONG, TOO_BIG, BROKEN, CRASHED, WRONG_KIND, LOST})


@dataclass(frozen=True)
class Task:
    """One job as its worker process sees it."""

    params: dict[str, Any]
    folder: Path
    """The only place where the job may write; gone when it has ended."""
    source: Path | None = None
    """The stored file to work on, to be read only."""


class JobFault(Exception):
    """The job cannot be done for a reason that has a name of its own."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
