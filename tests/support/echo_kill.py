"""Ends the process that it is armed in as a power cut would, at an exact place of its work.

The places are statements and the commits after them, so no code of the service knows of it. Only the
echo channel arms it, when the environment says so: at the n-th statement that a regex fits,
before it is executed, or after it, when its transaction has been committed.
"""

import os
import re
import signal
import threading
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

PLACE = "ECHO_KILL"
AT, AFTER = "at", "after"


@dataclass(frozen=True)
class Place:
    """Where to die: at or after the n-th statement that fits, and how many seconds later."""

    when: str
    statement: str
    nth: int = 1
    later: float = 0.0

    def __str__(self) -> str:
        return f"{self.when}|{self.statement}|{self.nth}|{self.later}"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Trap:
    def __init__(self, place: Place) -> None:
        self._place = place
        self._fits = re.compile(place.statement, re.DOTALL)
        self._lock = threading.Lock()
        self._count = 0
        self._here = threading.local()

    def statement(self, _c: Any, _cursor: Any, statement: str, _p: Any, _x: Any, _many: Any) -> None:
        """Hear of a statement before it is executed."""
        if not self._fits.search(statement):
            return
        with self._lock:
            self._count += 1
            reached = self._count == self._place.nth
        if reached and self._place.when == AT:
            _die()
        self._here.reached = reached or getattr(self._here, "reached", False)

    def committed(self, session: Session) -> None:
        """Hear of a commit; one of a savepoint does not count."""
        if session.in_nested_transaction() or not getattr(self._here, "reached", False):
            return
        if self._place.later:
            threading.Timer(self._place.later, _die).start()
        else:
            _die()

    def rolled_back(self, _session: Session) -> None:
        """Forget a statement that did not count."""
        self._here.reached = False


def arm_from_environment() -> None:
    """Set the trap that the environment asks for, if any."""
    given = os.environ.get(PLACE)
    if not given:
        return
    when, rest = given.split("|", 1)
    statement, nth, later = rest.rsplit("|", 2)
    trap = _Trap(Place(when, statement, int(nth), float(later)))
    event.listen(Engine, "before_cursor_execute", trap.statement)
    event.listen(Session, "after_commit", trap.committed)
    event.listen(Session, "after_rollback", trap.rolled_back)
