"""P3: eight people press Nhận at once on their pages: one has it, one line says so, everybody is answered."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, create_engine, select, text

from core.clock import Stopwatch, SystemClock
from core.events import Inbound, InboundKind
from core.messages import Lane
from core.policy import Role
from core.roster import Position
from handlers import intake
from handlers.dispatch import process_one
from handlers.reminders.fire import fire_due
from storage import accounts, people
from storage.accounts import Owner
from storage.outbox import C
from storage.unit_of_work import Database, UnitOfWork
from tests.support.database import BOTH, POSTGRES
from tests.support.echo_commune import add_person, ask, at_rest, change, put_on_duty, report, seed, written
from tests.support.echo_fixtures import Houses
from tests.support.echo_house import Service, until
from tests.support.echo_platform import ECHO, Platform

INCIDENTS = 3
_WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@dataclass(frozen=True)
class Phone:
    """A signed-in page of somebody on duty."""

    person: int
    slot: str
    token: str

    @property
    def chat(self) -> str:
        return f"p{self.person}"


def eight_on_duty(uow: UnitOfWork) -> list[Phone]:
    """Put eight more people on duty, each with a page open."""
    uow.bind(1)
    unit = people.units(uow)[0].key
    phones = []
    for number in range(8):
        person = add_person(uow, f"trực {number}", Role.OFFICER, unit)
        put_on_duty(uow, person, unit, Position.DUTY)
        accounts.open_web_chat(uow, person)
        phones.append(Phone(person, *accounts.add_device(uow, Owner(1, person), "")))
    return phones


def buttons(uow: UnitOfWork, phone: Phone) -> list[str]:
    """Return what a press of each Nhận on a page sends."""
    rows = uow.session.execute(select_messages(phone.chat)).all()
    return [
        f"{row.id}:{number}"
        for row in rows
        for number, choice in enumerate(row.message["choices"], 1)
        if choice["do"] == "incidents.take"
    ]


def answers(uow: UnitOfWork, phone: Phone) -> list[tuple[int, str]]:
    """Return what somebody was answered: the number of the incident, and in which words."""
    rows = uow.session.execute(select_messages(phone.chat)).all()
    return [(row.message["params"]["number"], row.message["key"]) for row in rows if row.lane == Lane.REPLY]


def select_messages(chat: str) -> Select[Any]:
    return select(C.id, C.message, C.lane).where(C.chat == chat).order_by(C.id)


async def press(service: Service, presses: dict[Phone, list[str]]) -> list[int]:
    """Press everything at once, and each twice as a page with a bad connection does; returns the answers."""
    address = f"http://127.0.0.1:{service.port}"
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:

        async def one(phone: Phone, button: str) -> int:
            answer = await client.post(
                f"/m/{phone.slot}/chon",
                data={"press": button, "event_id": f"{phone.slot}-{button.replace(':', '-')}"},
                headers={"Origin": address, "Cookie": f"trucso={phone.token}"},
            )
            return answer.status_code

        each = [(phone, button) for phone, found in presses.items() for button in found]
        return await asyncio.gather(*(one(*press) for press in each + each))


@pytest.mark.parametrize("kind", BOTH)
def test_of_eight_who_press_at_once_one_has_it(kind: str, house: Houses, platform: Platform) -> None:
    service = house(kind)
    phones = written(service.url, eight_on_duty)
    for number in range(1, INCIDENTS + 1):
        platform.type("lan", report(number))
    service.start()
    until(lambda: len(platform.texts("lan")) == INCIDENTS and at_rest(service.url))
    presses = {phone: written(service.url, partial(buttons, phone=phone)) for phone in phones}
    assert all(len(found) == INCIDENTS for found in presses.values())
    assert set(asyncio.run(press(service, presses))) == {204}
    until(lambda: at_rest(service.url))
    owners = dict(ask(service.url, "SELECT number, owner_id FROM incident"))
    lines = ask(service.url, "SELECT count(*) FROM incident_event WHERE kind = 'taken'")
    assert lines == [(INCIDENTS,)], "one line of the time line for each incident"
    for phone in phones:
        expected = {
            number: "incident.you_took" if owner == phone.person else "incident.not_now"
            for number, owner in owners.items()
        }
        given = written(service.url, partial(answers, phone=phone))
        assert Counter(given) == Counter(expected.items()), "each press is answered once"
    assert service.logged("dispatch_failed") == []


def typed(event_id: str, who: str, words: str) -> Inbound:
    return Inbound(
        bot_account=ECHO,
        event_id=event_id,
        chat=who,
        sender=who,
        kind=InboundKind.TEXT,
        text=words,
        sent_at=SystemClock().now(),
    )


@pytest.mark.postgres
def test_a_reminder_that_loses_a_deadlock_is_not_put_off(new_url: Callable[[str], str]) -> None:
    """The silent owner loses the incident in the moment in which somebody changes it."""
    url = new_url(POSTGRES)
    seed(url)
    database = Database(url, SystemClock(), Stopwatch(), threads=2)
    engine = create_engine(url)
    try:
        for event in (typed("1", "lan", report(1)), typed("2", "minh", "nhan 1")):
            database.write_now(partial(intake.receive, event=event))
            database.write_now(process_one)
        change(url, "UPDATE reminder SET step = 1, next_due_at = now() WHERE kind = 'still_on_it'")
        with engine.begin() as other, ThreadPoolExecutor(1) as thread:
            other.execute(text("SET LOCAL deadlock_timeout = '60s'"))  # so that the reminder is the victim
            other.execute(text("UPDATE incident SET place = place"))
            fired = thread.submit(database.write_now, fire_due)
            until(lambda: bool(ask(url, _WAITING)))
            other.execute(text("UPDATE reminder SET plan = plan WHERE kind = 'still_on_it'"))
            other.commit()
            results = [fired.result(30), database.write_now(fire_due)]
    finally:
        engine.dispose()
        database.close()
    assert [result.failed for result in results] == [0, 0]
    assert ask(url, "SELECT status, owner_id FROM incident") == [("open", None)]
