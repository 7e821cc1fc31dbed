"""The whole examination, in the order in which an operator puts things right."""

from bot.app import Plan
from bot.doctor import machine, rows
from bot.doctor.finding import Finding


def examine(plan: Plan, url: str) -> list[Finding]:
    """Look at everything; a part that cannot be looked at is a finding, not an error.

    `url` is the address under which people reach the pages.
    """
    return [
        machine.python(),
        machine.settings(),
        machine.clock(),
        *machine.folder(plan),
        *rows.database(plan),
        machine.worker(plan),
        machine.address(plan, url),
        *machine.channels(plan),
        machine.watchdog(plan),
    ]
