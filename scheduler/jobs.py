"""What a round of the ticker does: reminders that are due, old content, and its own sign of life."""

from datetime import timedelta

from handlers.reminders.fire import BATCH, fire_due
from storage import inbox
from storage.system import beat, last_beat
from storage.unit_of_work import Database, UnitOfWork

HEARTBEAT = "tick"
SWEEP = "sweep"
_SWEEP_EVERY = timedelta(hours=1)


async def round_(db: Database) -> int:
    """Do one round; returns how many reminders were due. The heartbeat is written last."""
    count = 0
    while True:
        fired = await db.write(fire_due)
        count += fired.due
        if fired.due < BATCH:
            break
    await db.write(_sweep)
    await db.write(lambda uow: beat(uow, HEARTBEAT))
    return count


def _sweep(uow: UnitOfWork) -> None:
    """Empty what may no longer be kept, once an hour."""
    last = last_beat(uow, SWEEP)
    if last is None or uow.now - last.at >= _SWEEP_EVERY:
        inbox.empty_old(uow)
        beat(uow, SWEEP)
