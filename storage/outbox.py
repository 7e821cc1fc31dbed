"""The outbox: every message is a row before it is sent, and is claimed under a lease to be sent.

At least once: a row whose lease ran out is taken again and says "(gửi lại)". Order is kept within
a lane of a chat. The rows also are the prompts that digits and presses refer to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, Table, bindparam, case, func, select, text, update
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Exists
from sqlmodel import Field, SQLModel

from core.messages import Lane, Message
from storage.base import json_column
from storage.unit_of_work import OUTBOX, UnitOfWork
from storage.upsert import insert_all_new, insert_new, spelled_out

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
UNSENT = spelled_out(WAITING, SENDING)

Lanes = tuple[Lane, Lane]
"""A span of lanes: the first and the last of them."""
ALL_LANES: Lanes = (Lane.REPLY, Lane.CALM)

CHOICES_LIVE = timedelta(hours=12)
"""Digits mean nothing to a message older than this."""


class OutboxRow(SQLModel, table=True):
    """One message to one chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unsent",
            "bot_account",
            "chat",
            "lane",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index(
            "ix_outbox_claim",
            "lane",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index("ix_outbox_card", "card", sqlite_where=text("card != ''"), postgresql_where=text("card != ''")),
        Index("ix_outbox_prompts", "bot_account", "chat", "has_choices", "id"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    commune_id: int | None = Field(default=None, foreign_key="commune.id")
    """None for an answer to a stranger."""
    bot_account: str
    chat: str
    person_id: int | None = None
    lane: int
    message: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    dedupe_key: str | None = Field(default=None, unique=True)
    card: str = ""
    edit_only: bool = False
    has_choices: bool = False
    asked: bool = True
    takes_digits: bool | None = None
    """Decided when it is claimed: whether a bare digit may mean this message."""
    state: str = WAITING
    attempts: int = 0
    uncertain: bool = False
    """True when an earlier attempt may have arrived."""
    not_before: float = 0.0
    lease_until: float = 0.0
    leased_by: str = ""
    queued_at: datetime
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    """When it reached the person; for the web chat, when an open page has shown it."""
    answered_at: datetime | None = None
    platform_message_id: str = ""
    detail: str = ""


TABLE: Table = SQLModel.metadata.tables["outbox"]
C = TABLE.c
_SHOWS_A_CARD = C.card != spelled_out("")[0]

_FRESH = (
    ("state", "'waiting'"),
    ("attempts", "0"),
    ("uncertain", "false"),
    ("not_before", "0"),
    ("lease_until", "0"),
    ("leased_by", "''"),
    ("platform_message_id", "''"),
    ("detail", "''"),
)
"""What every row begins with."""
_OF_CHAT = (C.bot_account == bindparam("of_account"), C.chat == bindparam("of_chat"))
_IS_CARD = (C.card == bindparam("of_card"), _SHOWS_A_CARD)
_COLLAPSE = (
    update(TABLE)
    .where(*_OF_CHAT, *_IS_CARD, C.edit_only, C.state == WAITING)
    .values(state=SENT, sent_at=bindparam("now"), detail="collapsed")
)
_FIND = select(C.message).where(C.id == bindparam("row_id"), *_OF_CHAT)
_SHOWN_CARD = (
    select(C.platform_message_id)
    .where(*_OF_CHAT, *_IS_CARD, C.state == SENT, ~C.edit_only, C.platform_message_id != "")
    .where((C.id == bindparam("copy")) | (bindparam("copy", type_=Integer) == 0))
    .order_by(C.id.desc())
    .limit(1)
)
_CARDS_SENT = (
    select(C.id, C.bot_account, C.chat, C.person_id)
    .where(C.commune_id == bindparam("commune"), *_IS_CARD, ~C.edit_only)
    .order_by(C.bot_account, C.chat, C.id)
)
_NOTE_ANSWER = (
    update(TABLE)
    .where(C.id == bindparam("row_id"), C.answered_at.is_(None))
    .values(answered_at=bindparam("now"))
)


@dataclass(frozen=True)
class Queued:
    """A message on its way to the outbox."""

    message: Message
    bot_account: str
    chat: str
    commune_id: int | None
    person_id: int | None = None
    dedupe_key: str | None = None


def add(uow: UnitOfWork, queued: Queued) -> int | None:
    """Queue a message; None when its dedupe key was queued before."""
    message = queued.message
    if message.edit_only:
        _collapse(uow, queued.bot_account, queued.chat, _card(message))
    row = insert_new(uow, TABLE, _values(uow, queued, message.model_dump(mode="json")), _FRESH)
    if row is not None:
        uow.nudge(OUTBOX)
    return row


def add_many(uow: UnitOfWork, queued: Sequence[Queued]) -> None:
    """Queue many messages at once; those whose dedupe key was queued before are left out."""
    dumped: dict[int, dict[str, Any]] = {}
    for item in queued:
        dumped.setdefault(id(item.message), item.message.model_dump(mode="json"))
    insert_all_new(uow, TABLE, [_values(uow, item, dumped[id(item.message)]) for item in queued], _FRESH)
    uow.nudge(OUTBOX)


def _values(uow: UnitOfWork, queued: Queued, dumped: dict[str, Any]) -> dict[str, Any]:
    message = queued.message
    return {
        "commune_id": queued.commune_id,
        "bot_account": queued.bot_account,
        "chat": queued.chat,
        "person_id": queued.person_id,
        "lane": int(message.lane),
        "message": dumped,
        "dedupe_key": queued.dedupe_key,
        "card": _card(message),
        "edit_only": message.edit_only,
        "has_choices": bool(message.choices) and not message.edit_only,
        "asked": message.asked,
        "queued_at": uow.now,
    }


def _card(message: Message) -> str:
    """Return the name of a card; edits of different copies of it do not replace each other."""
    return f"{message.card}#{message.edits}" if message.edits else message.card


def _collapse(uow: UnitOfWork, bot_account: str, chat: str, card: str) -> None:
    chosen = {"of_account": bot_account, "of_chat": chat, "of_card": card, "now": uow.now}
    uow.session.execute(_COLLAPSE, chosen)


def find(uow: UnitOfWork, outbox_id: int, bot_account: str, chat: str) -> Message | None:
    """Return a message of a chat by its id, for a press of one of its choices."""
    chosen = {"row_id": outbox_id, "of_account": bot_account, "of_chat": chat}
    row = uow.session.execute(_FIND, chosen).first()
    return Message.model_validate(row.message) if row else None


def shown_card(uow: UnitOfWork, bot_account: str, chat: str, card: str, outbox_id: int = 0) -> str:
    """Return the platform's id of a message that shows a card in a chat, by default the newest, or ""."""
    chosen = {"of_account": bot_account, "of_chat": chat, "of_card": card, "copy": outbox_id}
    return uow.session.execute(_SHOWN_CARD, chosen).scalar_one_or_none() or ""


def cards_sent(uow: UnitOfWork, card: str) -> list[tuple[int, str, str, int | None]]:
    """Return every copy of a card that the bound commune sent: outbox id, bot account, chat, person."""
    rows = uow.session.execute(_CARDS_SENT, {"commune": uow.commune_id, "of_card": card})
    return [(row.id, row.bot_account, row.chat, row.person_id) for row in rows]


def note_answer(uow: UnitOfWork, outbox_id: int) -> None:
    """Note that a person used a choice of a message."""
    uow.session.execute(_NOTE_ANSWER, {"row_id": outbox_id, "now": uow.now})


def waiting(uow: UnitOfWork) -> tuple[int, datetime | None]:
    """Return how many messages are not sent yet, and when the oldest of them was queued."""
    row = uow.session.execute(select(func.count(), func.min(C.queued_at)).where(C.state.in_(UNSENT))).one()
    return row[0], row[1]


def unsent_before() -> Exists:
    """Return the condition that the lane of a row's chat has an earlier message that is not sent yet."""
    earlier = TABLE.alias("earlier")
    return (
        select(earlier.c.id)
        .where(
            earlier.c.state.in_(UNSENT),
            earlier.c.bot_account == C.bot_account,
            earlier.c.chat == C.chat,
            earlier.c.lane == C.lane,
            earlier.c.id < C.id,
        )
        .exists()
    )


def in_lanes() -> ColumnElement[bool]:
    """Return the condition that a row lies in a span of lanes, which `lane_bounds` makes the values for."""
    return C.lane.between(bindparam("first_lane"), bindparam("last_lane"))


def lane_bounds(lanes: Lanes) -> dict[str, int]:
    """Return the values of a span of lanes for statements with `in_lanes`."""
    return {"first_lane": int(lanes[0]), "last_lane": int(lanes[1])}


_NEXT_ATTEMPT = select(func.min(case((C.state == SENDING, C.lease_until), else_=C.not_before))).where(
    C.state.in_(UNSENT),
    in_lanes(),
    ~unsent_before(),
    C.bot_account.not_in(bindparam("stopped", expanding=True)),
)


def next_attempt(uow: UnitOfWork, stopped: tuple[str, ...] = (), lanes: Lanes = ALL_LANES) -> float | None:
    """Return the stopwatch reading at which the next unsent message may be tried, if there is any.

    A message that waits behind another one of its lane does not count, nor one of a stopped bot account.
    """
    chosen = {"stopped": stopped} | lane_bounds(lanes)
    return uow.session.execute(_NEXT_ATTEMPT, chosen).scalar_one_or_none()
