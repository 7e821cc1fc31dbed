"""Which messages with choices a chat has seen: what a bare digit may refer to."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from core.digits import Prompt
from core.messages import Message
from storage.outbox import CHOICES_LIVE, SENDING, SENT, TABLE, C
from storage.unit_of_work import UnitOfWork

ATTENTION = timedelta(minutes=10)
"""A question asked within this time and not answered keeps the digits to itself."""

_NEWEST = 12


_OF_CHAT = (C.bot_account == bindparam("of_account"), C.chat == bindparam("of_chat"), C.has_choices)
_ON_A_PAGE = (C.state == SENT) & (C.platform_message_id != "")
"""Stored for a page, which has not told yet that it was shown."""
_PROMPTS = (
    select(C.id, C.message, C.delivered_at, C.answered_at, C.state, C.uncertain)
    .where(*_OF_CHAT, C.takes_digits, C.queued_at > bindparam("since"))
    .where(C.delivered_at.is_not(None) | (C.state == SENDING) | C.uncertain | _ON_A_PAGE)
    .order_by(C.id.desc())
    .limit(_NEWEST)
)
_OPEN_QUESTION = (
    select(C.id)
    .where(*_OF_CHAT, C.asked, C.answered_at.is_(None))
    .where(func.coalesce(C.delivered_at, C.sent_at) > bindparam("since"))
    .limit(1)
)
_CALLED = select(C.id).where(*_OF_CHAT, ~C.asked, C.delivered_at > bindparam("since")).limit(1)
_CLOSE_QUESTIONS = (
    update(TABLE)
    .where(*_OF_CHAT, C.asked, C.answered_at.is_(None), C.delivered_at.is_not(None))
    .values(answered_at=bindparam("now"))
)


def prompts(uow: UnitOfWork, bot_account: str, chat: str) -> list[Prompt]:
    """Return the newest prompts of a chat that digits may mean, in the order of their queueing.

    A message that left but whose arrival is not on record counts as perhaps seen. One that stands on a
    page does too, unless the page has shown a later one: the person has passed over it.
    """
    chosen = {"of_account": bot_account, "of_chat": chat, "since": uow.now - CHOICES_LIVE}
    rows = uow.session.execute(_PROMPTS, chosen).all()
    newest_shown = max((row.id for row in rows if row.delivered_at is not None), default=0)
    return [
        Prompt(
            outbox_id=row.id,
            choices=len(Message.model_validate(row.message).choices),
            delivered_at=row.delivered_at,
            answered=row.answered_at is not None,
        )
        for row in reversed(rows)
        if row.delivered_at is not None or _perhaps_arrived(row) or row.id > newest_shown
    ]


def _perhaps_arrived(row: Any) -> bool:
    return bool(row.state == SENDING or row.uncertain)


def question_is_open(uow: UnitOfWork, bot_account: str, chat: str) -> bool:
    """Tell whether something asked of the chat in the last ten minutes waits for an answer."""
    chosen = {"of_account": bot_account, "of_chat": chat, "since": uow.now - ATTENTION}
    return uow.session.execute(_OPEN_QUESTION, chosen).first() is not None


def called_since(uow: UnitOfWork, bot_account: str, chat: str, since: datetime) -> bool:
    """Tell whether something that nobody asked for, an alert or a reminder, has come with choices since."""
    chosen = {"of_account": bot_account, "of_chat": chat, "since": since}
    return uow.session.execute(_CALLED, chosen).first() is not None


def close_questions(uow: UnitOfWork, bot_account: str, chat: str) -> None:
    """Note that whatever was asked in a chat has been answered or is of no more use."""
    uow.session.execute(_CLOSE_QUESTIONS, {"of_account": bot_account, "of_chat": chat, "now": uow.now})
