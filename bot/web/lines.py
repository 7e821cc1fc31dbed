"""What a phone shows, as values for the templates: its lines, and who is on duty now."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.web.pages import render
from bot.web.phones import Phone
from core.roster import next_change
from storage import duty, people, webchat
from storage.unit_of_work import UnitOfWork
from storage.webchat import Line

_SOON = timedelta(hours=20)


@dataclass(frozen=True)
class OnDuty:
    """The people to call now, and until when that holds."""

    people: tuple[people.PersonCard, ...]
    until: datetime | None
    """The next change of shift, when it comes within so short a time that its hour says it all."""


def on_duty(uow: UnitOfWork, phone: Phone) -> OnDuty:
    """Return who is on duty in the commune of a phone."""
    uow.bind(phone.owner.commune_id)
    cards = (people.card(uow, person_id) for person_id in duty.on_duty(uow))
    change = next_change(duty.shifts_between(uow, uow.now, uow.now), uow.now)
    soon = change if change and change - uow.now < _SOON else None
    return OnDuty(tuple(card for card in cards if card), soon)


def new_event_id(phone: Phone) -> str:
    """Return an event id for a form that is sent without the page's script."""
    return f"{phone.slot}-{secrets.token_hex(16)}"


def line_html(line: Line, phone: Phone) -> str:
    """Return one line as markup; the same for the page, for older lines and for the stream."""
    mine = line.direction == webchat.IN
    return render("line.html", line=line, mine=mine, slot=phone.slot, event_id=new_event_id(phone))


def duty_html(now: OnDuty) -> str:
    """Return the words of the header on who is on duty."""
    return render("duty.html", duty=now)
