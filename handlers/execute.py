"""The one door to every change: permission is decided here, and each passage leaves an audit row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import NotAllowed
from core.messages import Message
from core.policy import Action, decide
from handlers.actor import Actor
from storage import audit
from storage.unit_of_work import UnitOfWork

C = TypeVar("C")
Replies = tuple[Message, ...]
Run = Callable[[UnitOfWork, Actor, Any], Replies]
Owns = Callable[[UnitOfWork, Actor, Any], bool]


@dataclass(frozen=True)
class UseCase:
    """A registered use case: the action it needs, and how to tell whether the thing is one's own."""

    action: Action
    run: Run
    owns: Owns


USE_CASES: dict[type, UseCase] = {}


def _never(_uow: UnitOfWork, _actor: Actor, _command: object) -> bool:
    return False


def use_case(
    command: type[C], action: Action, owns: Callable[[UnitOfWork, Actor, C], bool] = _never
) -> Callable[[Callable[[UnitOfWork, Actor, C], Replies]], Callable[[UnitOfWork, Actor, C], Replies]]:
    """Register a function as the use case of a command."""

    def register(run: Callable[[UnitOfWork, Actor, C], Replies]) -> Callable[[UnitOfWork, Actor, C], Replies]:
        USE_CASES[command] = UseCase(action, run, owns)
        return run

    return register


def require(actor: Actor, action: Action, *, own: bool = False) -> None:
    """Raise NotAllowed before a question is asked whose answer would be refused anyway."""
    if not decide(action, actor.roles, on_duty=actor.on_duty, own=own):
        raise NotAllowed(f"denied.{action.value}")


def execute(uow: UnitOfWork, actor: Actor, command: object) -> Replies:
    """Carry a command out and return what the actor is told.

    Raises `NotAllowed` when the actor may not do it (noted in the audit trail), and whatever
    `Refusal` the use case raises; a refused use case leaves no change behind.
    """
    case = USE_CASES[type(command)]
    subject = getattr(command, "subject", "")
    if not _allowed(uow, actor, case, command):
        audit.write(uow, actor.person_id, case.action.value, allowed=False, subject=subject)
        raise NotAllowed(f"denied.{case.action.value}")
    with uow.savepoint():
        replies = case.run(uow, actor, command)
        audit.write(uow, actor.person_id, case.action.value, allowed=True, subject=subject)
    return replies


def _allowed(uow: UnitOfWork, actor: Actor, case: UseCase, command: object) -> bool:
    if actor.person_id is None:
        return True
    own = case.owns(uow, actor, command)
    return decide(case.action, actor.roles, on_duty=actor.on_duty, own=own)
