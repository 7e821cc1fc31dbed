"""Named statements of delivery: claim under a lease, and record how an attempt ended."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from core.messages import Message
from core.ports import SendResult, Verdict
from storage.conversations import form_is_open
from storage.outbox import FAILED, SENDING, SENT, TABLE, UNSENT, WAITING, C, shown_card, unsent_before
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


def claim(
    uow: UnitOfWork, *, owner: str, lease_seconds: float, limit: int, stopped: tuple[str, ...] = ()
) -> list[Claimed]:
    """Claim the next message of each lane of each chat, urgent lanes first.

    `stopped` names bot accounts that their platform has told to wait. A row whose lease ran out is
    claimed again and counts as possibly arrived.
    """
    ready = ((C.state == WAITING) & (C.not_before <= uow.real_seconds)) | (
        (C.state == SENDING) & (C.lease_until <= uow.real_seconds)
    )
    rows = uow.session.execute(
        select(C.id, C.commune_id, C.bot_account, C.chat, C.person_id, C.message, C.attempts)
        .add_columns(C.state, C.uncertain, C.asked, C.has_choices, C.takes_digits)
        .where(C.state.in_(UNSENT), ready, ~unsent_before())
        .where(C.bot_account.not_in(stopped))
        .order_by(C.lane, C.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=TABLE)
    ).all()
    return [_lease(uow, row, owner, lease_seconds) for row in rows]


def _lease(uow: UnitOfWork, row: Any, owner: str, lease_seconds: float) -> Claimed:
    repeated = row.uncertain or row.state == SENDING
    takes_digits = row.has_choices and (
        row.asked
        # A copy that offered digits may be on the person's screen: they must go on meaning this message.
        or (repeated and row.takes_digits is True)
        or not _busy(uow, row.bot_account, row.chat)
    )
    uow.session.execute(
        update(TABLE)
        .where(C.id == row.id)
        .values(
            state=SENDING,
            attempts=row.attempts + 1,
            uncertain=repeated,
            takes_digits=takes_digits,
            leased_by=owner,
            lease_until=uow.real_seconds + lease_seconds,
        )
    )
    message = Message.model_validate(row.message)
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
        edit_of=shown_card(uow, row.bot_account, row.chat, message.card) if message.edit_only else "",
    )


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
    ours = (C.attempts == claimed.attempts) & (C.state == SENDING)
    if result.verdict is Verdict.SENT:
        ours |= C.state != SENT
    uow.session.execute(
        update(TABLE)
        .where(C.id == claimed.id, ours)
        .values(**_after(uow, result, retry_at, delivered=delivered))
    )


def _after(uow: UnitOfWork, result: SendResult, retry_at: float, *, delivered: bool) -> dict[str, Any]:
    if result.verdict is Verdict.SENT:
        # A page may have shown the message before we get here: that receipt is kept.
        shown = {"delivered_at": func.coalesce(C.delivered_at, uow.now)} if delivered else {}
        return {"state": SENT, "sent_at": uow.now, "platform_message_id": result.platform_message_id, **shown}
    if result.verdict is Verdict.PERMANENT:
        return {"state": FAILED, "detail": result.detail}
    values: dict[str, Any] = {"state": WAITING, "not_before": retry_at, "detail": result.detail}
    if result.verdict is Verdict.UNKNOWN:
        values["uncertain"] = True
    if result.verdict is Verdict.MOVED:
        values |= {"chat": result.new_address, "not_before": 0.0}
    return values


def mark_shown(uow: UnitOfWork, bot_account: str, chat: str, outbox_ids: list[int]) -> None:
    """Note that a page has shown messages of a chat to the person."""
    uow.session.execute(
        update(TABLE)
        .where(C.bot_account == bot_account, C.chat == chat, C.id.in_(outbox_ids), C.delivered_at.is_(None))
        .values(delivered_at=uow.now)
    )
