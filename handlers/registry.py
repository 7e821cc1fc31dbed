"""Which function answers which choice, command, form, job and reminder. One table each."""

from collections.abc import Callable
from typing import Any

from core.events import Inbound
from handlers import menu
from handlers.actor import Actor
from handlers.duty import conversation as duty
from handlers.incidents import (
    alerting,
    asking,
    corrections,
    drafts,
    lookup,
    patience,
    photos,
    report,
    reporting,
    service,
    sorting,
    typed,
    work,
    work_form,
)
from handlers.members import conversation as members
from handlers.turn import Args, FormState, Step, Turn
from knowledge.commands import Command
from storage.reminders import Due
from storage.unit_of_work import UnitOfWork

USE_CASE_MODULES = (service, reporting)
"""Imported so that their use cases are registered."""

STEPS: dict[str, Callable[[Turn, Args], Step]] = {
    "menu.show": menu.show_menu,
    "duty.now": duty.now,
    "members.revoke": members.revoke,
    "report.send": report.send,
    "report.edit": report.edit,
    "report.drop": report.drop,
    "report.edit_field": report.edit_field,
    "report.append": sorting.append,
    "report.send_and_new": sorting.send_and_new,
    "report.drop_and_new": sorting.drop_and_new,
    "report.send_each": sorting.send_each,
    "report.add_to": sorting.add_to,
    "report.other": sorting.other,
    "report.pick_group": report.pick_group,
    "report.set_system": report.set_system,
    "report.set_severity": report.set_severity,
    "incidents.report": report.begin,
    "incidents.report_this": asking.report_this,
    "incidents.add_to": asking.add_to,
    "incidents.split": asking.report_this,
    "incidents.take": work.take,
    "incidents.release": work.release,
    "incidents.working": work.working,
    "incidents.reopen": work.reopen,
    "incidents.reassign": work.reassign,
    "incidents.reassign_to": work.reassign_to,
    "incidents.refer": work.refer,
    "incidents.answered": work.answered,
    "incidents.note": work.note,
    "incidents.resolve": work.resolve,
    "incidents.set_cause": work.set_cause,
    "incidents.typed_meant": work_form.typed_meant,
    "incidents.typed_other": work_form.typed_other,
    "incidents.correct": corrections.correct,
    "incidents.correct_field": corrections.correct_field,
    "incidents.pick_group": corrections.pick_group,
    "incidents.set_system": corrections.set_system,
    "incidents.set_severity": corrections.set_severity,
    "incidents.withdraw": corrections.withdraw,
    "incidents.mine": lookup.mine,
    "incidents.open": lookup.active,
    "incidents.show": lookup.show,
}

COMMANDS: dict[str, Callable[[Turn, Command], Step]] = {
    "report": report.command,
    "take": typed.command,
    "release": typed.command,
    "reassign": typed.command,
    "refer": typed.command,
    "answered": typed.command,
    "resolve": typed.command,
    "reopen": typed.command,
    "comment": typed.command,
    "working": typed.command,
    "show": lookup.command,
    "mine": lambda turn, _found: lookup.mine(turn, {}),
    "open": lambda turn, _found: lookup.active(turn, {}),
    "duty": duty.command,
    "devices": members.command,
    "help": menu.menu,
    "cancel": menu.cancel,
    "unknown": menu.unknown,
}

FORMS: dict[str, Callable[[Turn], Step | None]] = {
    drafts.FORM: report.form,
    work.FORM: work_form.form,
    corrections.FORM: corrections.form,
}

SHOW_AGAIN: dict[str, Callable[[Turn], Step]] = {drafts.FORM: report.show_again}
"""What to show after a press on an older prompt of a form that is still open, or on coming back to it."""

HOLDS_SOMETHING: dict[str, Callable[[FormState], bool]] = {drafts.FORM: drafts.holds_something}
"""Forms in which there may be something unsent, and how to tell."""

JOB_RESULTS: dict[str, Callable[[UnitOfWork, Actor, Inbound], None]] = {photos.CLEAN: photos.cleaned}

REMINDERS: dict[str, Callable[[UnitOfWork, Due], dict[str, Any]]] = {
    alerting.KIND: alerting.fire,
    patience.KIND: patience.fire,
}

free_text = asking.free_text
media = photos.media
