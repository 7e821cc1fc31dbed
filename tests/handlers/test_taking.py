"""Nhận, pressed by many people at once: one has it, and everybody is told."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.clock import FakeClock
from core.events import Inbound, InboundKind
from storage.outbox import C
from storage.unit_of_work import UnitOfWork
from tests.handlers.conftest import Village
from tests.support.database import BOTH, START
from tests.support.transcript_house import House, Mode

CREW = ("minh", "mai", "dung", "hoa")
TIMES = 5


def said(who: str, event_id: str, text: str, channel: str = "telegram") -> Inbound:
    return Inbound(
        bot_account=channel,
        event_id=event_id,
        chat=who,
        sender=who,
        kind=InboundKind.TEXT,
        text=text,
        sent_at=START,
    )


def answers(house: House) -> dict[str, Counter[str]]:
    """How often each of the crew was given which answer."""

    def look(uow: UnitOfWork) -> dict[str, Counter[str]]:
        rows = uow.session.execute(select(C.chat, C.message).where(C.lane == 0, C.chat.in_(CREW)))
        found: dict[str, Counter[str]] = {who: Counter() for who in CREW}
        for row in rows:
            found[row.chat][row.message["key"]] += 1
        return found

    return house.db.read_now(look)


def taken(house: House) -> list[str]:
    def look(uow: UnitOfWork) -> list[str]:
        found = uow.session.connection().exec_driver_sql(
            "SELECT kind FROM incident_event WHERE kind = 'taken'"
        )
        return list(found.scalars())

    return house.db.read_now(look)


async def press_together(house: House) -> None:
    presses = [said(who, f"{who} {time}", "nhan 127") for time in range(TIMES) for who in CREW]
    house.receive(*presses)
    await asyncio.gather(*(house.pump.drain() for _ in CREW))


@pytest.mark.parametrize("kind", BOTH)
def test_of_many_who_press_at_once_one_has_it(kind: str, village: Village, tmp_path: Path) -> None:
    house = House(village(kind), FakeClock(START), tmp_path, Mode(kind, buttons=True), edits=False)
    try:
        house.receive(said("lan", "1", "/suco máy in một cửa không in được", "zalo"))
        asyncio.run(house.work())
        house.clock.advance(timedelta(minutes=1))
        asyncio.run(press_together(house))
        given = answers(house)
        assert taken(house) == ["taken"]
    finally:
        house.db.close()
    winners = [who for who in CREW if given[who]["incident.you_took"]]
    assert len(winners) == 1
    for who in CREW:
        last = "incident.already_yours" if who in winners else "incident.not_now"
        first = {"incident.you_took": 1} if who in winners else {}
        assert given[who] == Counter({**first, last: TIMES - len(first)})
