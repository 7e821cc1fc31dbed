"""Rows of every kind in two communes, so that a test can see whether anything of one reaches the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from core.messages import Message
from storage import accounts
from storage.sequences import set_last_ids
from storage.tables import METADATA
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.rows import CHOICES, WEB, event
from tests.support.database import START

LAST_ID = 10_000
"""New rows get ids above this, whoever else is in the database."""

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class House:
    """A commune of the test: its id and the ids of its rows (the same for every table)."""

    commune_id: int
    ids: tuple[int, ...]
    mark: str
    """What every text of the commune holds."""

    @property
    def chat(self) -> str:
        """The chat of the commune's first person."""
        return f"{self.ids[0]} {self.mark}"


OURS = House(1, (1, 2, 3), "ở đây")
THEIRS = House(500, (500, 501, 502), "nơi khác")


def fill(database: Database, houses: tuple[House, ...] = (OURS, THEIRS)) -> None:
    """Store the communes and what belongs to none."""

    def work(uow: UnitOfWork) -> None:
        store(uow, {"commune": [_commune(house) for house in houses]})
        store(uow, {"bot_account": [{"id": WEB, "channel": "web", "name": "", "token_encrypted": ""}]})
        for house in houses:
            for rows in (_people(house), _signed_in(house), _incidents(house), _messages(house)):
                store(uow, rows)
        store(uow, {"heartbeat": [{"name": "ticker", "at": START, "real_seconds": 0.1 + 0.2}]})
        store(uow, {"remembered": [{"name": "drill", "value": {"factor": 60, "since": None}}]})
        tables = METADATA.sorted_tables
        set_last_ids(uow.session.connection(), tables, dict.fromkeys(METADATA.tables, LAST_ID))

    database.write_now(work)


def store(uow: UnitOfWork, rows: Rows) -> None:
    """Insert rows by table, in the order given."""
    for table, values in rows.items():
        uow.session.connection().execute(insert(METADATA.tables[table]), values)


def _commune(house: House) -> dict[str, Any]:
    return {"id": house.commune_id, "name": f"Xã {house.mark}", "settings": {"a": 1}, "created_at": START}


def _people(house: House) -> Rows:
    own = [{"id": id_, "commune_id": house.commune_id} for id_ in house.ids]
    hours = {"starts_at": START - timedelta(hours=1), "ends_at": START + timedelta(hours=11)}
    named = {"name": house.mark}
    # The parent of each unit has a higher id, as after a change of the tree; the last one has none.
    parents = [*house.ids[1:], None]
    units: list[dict[str, Any]] = [
        {**row, "kind": "hamlet", **named, "aliases": [], "parent_id": None} for row in own
    ]
    belongs = [{**row, "person_id": row["id"], "unit_id": row["id"]} for row in own]
    return {
        "unit": _under(units, parents),
        "person": [{**row, **named, "phone": house.mark, "created_at": START} for row in own],
        "membership": [{**row, "role": "officer"} for row in belongs],
        "shift": [{**row, "position": "duty", **hours} for row in belongs],
        "hotline": [{**row, **named, "number": house.mark} for row in own],
        "counter": [{"commune_id": house.commune_id, "name": "incident", "value": len(house.ids)}],
    }


def _under(units: list[dict[str, Any]], parents: Sequence[int | None]) -> list[dict[str, Any]]:
    """Return the units with their parents, those that are referred to first."""
    return [{**unit, "parent_id": parent} for unit, parent in zip(units, parents, strict=True)][::-1]


def _signed_in(house: House) -> Rows:
    own = [{"id": id_, "commune_id": house.commune_id, "person_id": id_} for id_ in house.ids]
    secret = [{**row, "token_hash": accounts.hashed(f"token {row['id']}")} for row in own]
    seen = {"created_at": START, "last_seen_at": START, "label": house.mark}
    return {
        "account": [{**row, "bot_account": WEB, "address": f"{row['id']} {house.mark}"} for row in own],
        "device": [{**row, "slot": f"slot {row['id']}", **seen} for row in secret],
        "signin_link": [{**row, "expires_at": START + accounts.LINK_LIFETIME} for row in secret],
    }


def _incidents(house: House) -> Rows:
    own = [{"id": id_, "commune_id": house.commune_id} for id_ in house.ids]
    who = [{**row, "person_id": row["id"], "incident_id": row["id"]} for row in own]
    said = {"text": f"Máy in hỏng, {house.mark}", "place": house.mark}
    people = {"reporter_id": house.ids[0], "owner_id": house.ids[1], "unit_id": house.ids[0]}
    fault = {**said, **people, "severity": 2, "status": "taken", "reported_at": START}
    line = {"at": START, "kind": "reported", "text": house.mark, "data": {"bằng": [1, None, True]}}
    file = {"raw": f"raw {house.mark}", "state": "ready", "created_at": START}
    ladder = {"kind": "ladder", "next_due_at": START, "plan": {"s": house.mark}}
    done = {"at": START, "action": house.mark, "allowed": True, "details": {}}
    return {
        "incident": [{**row, **fault, "number": number} for number, row in enumerate(own, start=1)],
        "incident_event": [{**row, **line} for row in who],
        "attachment": [{**row, **file, "file": f"file {row['id']}"} for row in who],
        "reminder": [{**row, **ladder, "subject_id": row["id"]} for row in own],
        "audit": [{**row, **done, "person_id": row["id"]} for row in own],
    }


def _messages(house: House) -> Rows:
    at = {"bot_account": WEB, "chat": house.chat}
    own: list[dict[str, Any]] = [{"id": id_, **at} for id_ in house.ids]
    of_commune = [{**row, "commune_id": house.commune_id} for row in own]
    message = Message(key=house.mark, choices=CHOICES, card=f"incident:{house.ids[0]}")
    dumped = {"message": message.model_dump(mode="json"), "card": message.card, "has_choices": True}
    sent = {"lane": 1, "state": "sent", "queued_at": START, "delivered_at": START, "takes_digits": True}
    inbound = event(house.mark, house.chat).model_dump(mode="json")
    received = {"sender": house.chat, "payload": inbound, "received_at": START}
    work = {"kind": "photo", "params": {"raw": house.mark}, "sender": house.chat, "created_at": START}
    shown = {"direction": "out", "text": house.mark, "at": START, "replaced": []}
    form = {"form": "report", "form_id": 1, "step": "place", "data": {"text": house.mark}}
    return {
        "inbox": [{**row, **received, "event_id": f"{row['id']}"} for row in own],
        "outbox": [{**row, **dumped, **sent, "dedupe_key": f"reminder:{row['id']}:0"} for row in of_commune],
        "job": [{**row, **work} for row in of_commune],
        "web_line": [{**row, **shown, **_bubble(row["id"], house)} for row in own],
        "conversation": [{**at, **form, "updated_at": START}],
    }


def _bubble(id_: int, house: House) -> dict[str, Any]:
    buttons = [{"label": house.mark, "data": f"{id_}:1"}]
    return {"seq": id_, "outbox_id": id_, "buttons": buttons, "photos": [f"file {id_}"]}
