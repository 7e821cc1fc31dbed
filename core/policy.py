"""Who may do what: one table, decided in one place."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a unit. *On duty* is computed from the roster and is not a role."""

    MEMBER = "member"
    OFFICER = "officer"
    TECHNICIAN = "technician"
    LEAD = "lead"
    LEADER = "leader"
    ADMIN = "admin"
    VIEWER = "viewer"


class Action(StrEnum):
    """Everything that may be allowed or refused."""

    INCIDENT_REPORT = "incident.report"
    INCIDENT_VIEW = "incident.view"
    INCIDENT_COMMENT = "incident.comment"
    INCIDENT_CORRECT = "incident.correct"
    INCIDENT_WITHDRAW = "incident.withdraw"
    INCIDENT_TAKE = "incident.take"
    INCIDENT_RELEASE = "incident.release"
    INCIDENT_REASSIGN = "incident.reassign"
    INCIDENT_REFER = "incident.refer"
    INCIDENT_ANSWERED = "incident.answered"
    INCIDENT_RESOLVE = "incident.resolve"
    INCIDENT_REOPEN = "incident.reopen"
    DUTY_VIEW = "duty.view"
    DEVICE_REVOKE = "device.revoke"


_ALL = frozenset(Role)
_CREW = frozenset({Role.OFFICER, Role.TECHNICIAN, Role.LEAD, Role.LEADER})
_REPORTERS = _CREW | {Role.MEMBER, Role.ADMIN}
_NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Rule:
    """Who an action is for: any of the roles, whoever is on duty, or the one it belongs to."""

    roles: frozenset[Role]
    on_duty: bool = False
    own: bool = False


TABLE: dict[Action, Rule] = {
    Action.INCIDENT_REPORT: Rule(_REPORTERS),
    Action.INCIDENT_VIEW: Rule(_ALL),
    Action.INCIDENT_COMMENT: Rule(_CREW, on_duty=True, own=True),
    Action.INCIDENT_CORRECT: Rule(_NOBODY, own=True),
    Action.INCIDENT_WITHDRAW: Rule(_NOBODY, own=True),
    Action.INCIDENT_TAKE: Rule(_CREW, on_duty=True),
    Action.INCIDENT_RELEASE: Rule(_NOBODY, own=True),
    Action.INCIDENT_REASSIGN: Rule(frozenset({Role.LEAD, Role.LEADER}), on_duty=True, own=True),
    Action.INCIDENT_REFER: Rule(_CREW, on_duty=True),
    Action.INCIDENT_ANSWERED: Rule(_CREW, on_duty=True),
    Action.INCIDENT_RESOLVE: Rule(_CREW, on_duty=True),
    Action.INCIDENT_REOPEN: Rule(_CREW, on_duty=True, own=True),
    Action.DUTY_VIEW: Rule(_ALL),
    Action.DEVICE_REVOKE: Rule(_NOBODY, own=True),
}


def decide(action: Action, roles: frozenset[Role], *, on_duty: bool = False, own: bool = False) -> bool:
    """Tell whether a person may do an action.

    `own` says that the thing belongs to the person in the sense of that action: the reporter's
    report, the owner's incident, one's own device.
    """
    rule = TABLE[action]
    return bool(roles & rule.roles) or (rule.on_duty and on_duty) or (rule.own and own)
