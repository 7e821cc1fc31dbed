"""Named statements of delivery: claim under a lease, and record how an attempt ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import bindparam, func, select, update

from core.messages import Message
from core.ports import SendResult, Verdict
from storage.conversations import form_is_open
from storage.outbox import (
    ALL_LANES,
    FAILED,
    SENDING,
    SENT,
    TABLE,
    UNSENT,
    WAITING,
    C,
    Lanes,
    in_lanes,
    lane_bounds,
    shown_card,
    unsent_before,
)
from storage.prompts import question_is_open
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send until the lease runs out."""

    id: int
    commune_id: int | None
    bot_account: str
    chat: str
    person_id: int | None
    message: Message
    attempts: int
    repeated: bool
    """True when an earlier attempt may have arrived: the text must say "(gửi lại)"."""
    takes_digits: bool
    edit_of: str


_READY = ((C.state == WAITING) & (C.not_before <= bindparam("real_seconds"))) | (
    (C.state == SENDING) & (C.lease_until <= bindparam("real_seconds"))
)
_NEXT = (
    select(C.id, C.commune_id, C.bot_account, C.chat, C.person_id, C.message, C.attempts)
    .add_columns(C.state, C.uncertain, C.asked, C.has_choices, C.takes_digits)
    .where(C.state.in_(UNSENT), in_lanes(), _READY, ~unsent_before())
    .where(C.bot_account.not_in(bindparam("stopped", expanding=True)))
    .order_by(C.lane, C.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=TABLE)
)
_LEASE = (
    update(TABLE)
    .where(C.id == bindparam("row_id"))
    .values(
        state=SENDING,
        attempts=bindparam("attempt"),
        uncertain=bindparam("repeated"),
        takes_digits=bindparam("digits"),
        leased_by=bindparam("owner"),
        lease_until=bindparam("until"),
    )
)


def claim(
    uow: UnitOfWork,
    *,
    owner: str,
    lease_seconds: float,
    limit: int,
    stopped: tuple[str, ...] = (),
    lanes: Lanes = ALL_LANES,
) -> list[Claimed]:
    """Claim the next message of each lane of each chat, urgent lanes first.

    `stopped` names bot accounts that their platform has told to wait. A row whose lease ran out is
    claimed again and counts as possibly arrived.
    """
    chosen = {"real_seconds": uow.real_seconds, "stopped": stopped, "most": limit}
    rows = uow.session.execute(_NEXT, chosen | lane_bounds(lanes)).all()
    claimed = [_claimed(uow, row) for row in rows]
    lease = {"owner": owner, "until": uow.real_seconds + lease_seconds}
    if claimed:
        uow.session.execute(_LEASE, [lease | _lease(item) for item in claimed])
    return claimed


def _lease(claimed: Claimed) -> dict[str, Any]:
    return {
        "row_id": claimed.id,
        "attempt": claimed.attempts,
        "repeated": claimed.repeated,
        "digits": claimed.takes_digits,
    }


def _claimed(uow: UnitOfWork, row: Any) -> Claimed:
    repeated = row.uncertain or row.state == SENDING
    takes_digits = row.has_choices and (
        row.asked
        # A copy that offered digits may be on the person's screen: they must go on meaning this message.
        or (repeated and row.takes_digits is True)
        or not _busy(uow, row.bot_account, row.chat)
    )
    message = _message(row)
    return Claimed(
        id=row.id,
        commune_id=row.commune_id,
        bot_account=row.bot_account,
        chat=row.chat,
        person_id=row.person_id,
        message=message,
        attempts=row.attempts + 1,
        repeated=repeated,
        takes_digits=takes_digits,
        edit_of=shown_card(uow, row.bot_account, row.chat, message.card, message.edits)
        if message.edit_only
        else "",
    )


def _message(row: Any) -> Message:
    """Return the message of a row. One that was queued by another version must not stop the others."""
    try:
        return Message.model_validate(row.message)
    except ValidationError:
        return unreadable(row.id)


def unreadable(outbox_id: int) -> Message:
    """Return what is said instead of a message that cannot be shown: that there is one, under a code."""
    return Message(key="unreadable", params={"reference": f"T{outbox_id}"})


def _busy(uow: UnitOfWork, bot_account: str, chat: str) -> bool:
    return form_is_open(uow, bot_account, chat) or question_is_open(uow, bot_account, chat)


def release_all(uow: UnitOfWork) -> None:
    """End every lease at once: for a start when no other process can be sending."""
    uow.session.execute(update(TABLE).where(C.state == SENDING).values(lease_until=0.0))


def record(
    uow: UnitOfWork, claimed: Claimed, result: SendResult, *, retry_at: float, delivered: bool
) -> None:
    """Write down how an attempt ended. `retry_at` is a stopwatch reading, used for what is tried again.

    An attempt that outlived its lease, so that another one took its place, only counts if it succeeded.
    """
    seen = {"row_id": claimed.id, "attempt": claimed.attempts}
    if result.verdict is Verdict.SENT:
        sent = {"now": uow.now, "platform_id": result.platform_message_id}
        uow.session.execute(_DELIVERED if delivered else _SENT, seen | sent)
    else:
        uow.session.execute(_OURS, seen | _after(result, retry_at))


_OF_ATTEMPT = (C.attempts == bindparam("attempt")) & (C.state == SENDING)
_OURS = update(TABLE).where(C.id == bindparam("row_id"), _OF_ATTEMPT)
_SENT = (
    update(TABLE)
    .where(C.id == bindparam("row_id"), _OF_ATTEMPT | (C.state != SENT))
    .values(state=SENT, sent_at=bindparam("now"), platform_message_id=bindparam("platform_id"))
)
# A page may have shown the message before we get here: that receipt is kept.
_DELIVERED = _SENT.values(delivered_at=func.coalesce(C.delivered_at, bindparam("now")))


def _after(result: SendResult, retry_at: float) -> dict[str, Any]:
    if result.verdict is Verdict.PERMANENT:
        return {"state": FAILED, "detail": result.detail}
    values: dict[str, Any] = {"state": WAITING, "not_before": retry_at, "detail": result.detail}
    if result.verdict is Verdict.UNKNOWN:
        values["uncertain"] = True
    if result.verdict is Verdict.MOVED:
        values |= {"chat": result.new_address, "not_before": 0.0}
    return values


_SHOWN = (
    update(TABLE)
    .where(C.bot_account == bindparam("of_account"), C.chat == bindparam("of_chat"))
    .where(C.id.in_(bindparam("shown", expanding=True)))
    .where(C.delivered_at.is_(None) | (C.delivered_at > bindparam("moment")))
    .values(delivered_at=bindparam("moment"))
)


def mark_shown(
    uow: UnitOfWork, bot_account: str, chat: str, outbox_ids: list[int], moment: datetime | None = None
) -> None:
    """Note that a page had shown messages of a chat to the person by a moment (by default: now)."""
    shown = {"shown": outbox_ids, "moment": moment or uow.now}
    uow.session.execute(_SHOWN, {"of_account": bot_account, "of_chat": chat} | shown)
