"""The plainest reminder: tell one person one thing at one moment, marked late if it is."""

from datetime import datetime, timedelta

from core.messages import Lane, Message
from handlers.notify import best
from storage import reminders
from storage.accounts import addresses_of_many
from storage.outbox import Queued, add_many
from storage.reminders import Due
from storage.unit_of_work import UnitOfWork

KIND = "note"
_LATE = timedelta(minutes=2)


def put(uow: UnitOfWork, subject_id: int, person_id: int, due_at: datetime, message: Message) -> None:
    """Plan to tell a person something at a moment (aware, UTC)."""
    calm = message.model_copy(update={"lane": Lane.CALM, "asked": False})
    plan = {"person_id": person_id, "message": calm.model_dump(mode="json")}
    reminders.put(uow, KIND, subject_id, due_at, step=0, plan=plan)


def fire_all(uow: UnitOfWork, rows: list[Due]) -> None:
    """Queue the messages of many due rows at once; each row is then done."""
    if not rows:
        return
    where = addresses_of_many(uow, ((row.commune_id, row.plan["person_id"]) for row in rows))
    queued = []
    for row in rows:
        person_id = row.plan["person_id"]
        message = Message.model_validate(row.plan["message"] | {"late": uow.now - row.next_due_at > _LATE})
        for address in best(where[row.commune_id, person_id]):
            queued.append(
                Queued(message, address.bot_account, address.chat, row.commune_id, person_id, row.dedupe_key)
            )
    add_many(uow, queued)
    reminders.end_all(uow, rows)
