"""Every role times every action, printed as a grid that a person has approved."""

from pathlib import Path

from core.policy import Action, Role, decide

APPROVED = Path(__file__).with_name("policy_grid.txt")


def grid() -> str:
    """The table of permissions: yes, or how else it may be allowed (duty, own)."""
    columns = [role.value for role in Role]
    rows = [
        " ".join(["action".ljust(18), *(column.ljust(10) for column in columns), "on_duty".ljust(8), "own"])
    ]
    for action in Action:
        cells = [("yes" if decide(action, frozenset({role})) else "-").ljust(10) for role in Role]
        nobody: frozenset[Role] = frozenset()
        duty = "yes" if decide(action, nobody, on_duty=True) else "-"
        own = "yes" if decide(action, nobody, own=True) else "-"
        rows.append(" ".join([action.value.ljust(18), *cells, duty.ljust(8), own]))
    return "\n".join(row.rstrip() for row in rows) + "\n"


def test_the_grid_is_the_approved_one() -> None:
    assert grid() == APPROVED.read_text("utf-8")


def test_a_stranger_without_any_role_may_do_nothing() -> None:
    assert not [action for action in Action if decide(action, frozenset())]


def test_a_viewer_changes_nothing() -> None:
    viewer = frozenset({Role.VIEWER})
    assert {a for a in Action if decide(a, viewer)} == {Action.INCIDENT_VIEW, Action.DUTY_VIEW}
