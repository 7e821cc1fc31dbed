"""The life of an incident as a table of moves."""

import pytest

from core.incident import Move, Status, code, is_active, next_status

OPEN, TAKEN, WAITING = Status.OPEN, Status.TAKEN, Status.WAITING
RESOLVED, WITHDRAWN = Status.RESOLVED, Status.WITHDRAWN

MOVES = {
    Move.TAKE: {OPEN: TAKEN, WAITING: TAKEN},
    Move.RELEASE: {TAKEN: OPEN},
    Move.REASSIGN: {OPEN: OPEN, TAKEN: OPEN, WAITING: OPEN},
    Move.REFER: {OPEN: WAITING, TAKEN: WAITING},
    Move.ANSWERED: {WAITING: TAKEN},
    Move.RESOLVE: {OPEN: RESOLVED, TAKEN: RESOLVED, WAITING: RESOLVED},
    Move.REOPEN: {RESOLVED: OPEN},
    Move.WITHDRAW: {OPEN: WITHDRAWN},
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("status", Status)
def test_every_move_from_every_status(status: Status, move: Move) -> None:
    assert next_status(status, move) is MOVES[move].get(status)


def test_somebody_must_act_until_it_is_resolved_or_withdrawn() -> None:
    assert {status for status in Status if is_active(status)} == {OPEN, TAKEN, WAITING}


@pytest.mark.parametrize(("number", "printed"), [(1, "SC-0001"), (127, "SC-0127"), (12345, "SC-12345")])
def test_the_printed_code_keeps_its_number(number: int, printed: str) -> None:
    assert code(number) == printed
