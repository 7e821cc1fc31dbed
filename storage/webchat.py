"""What a web chat shows: the lines of each chat, with a sequence that grows by each new or changed line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table, bindparam, cast, func, insert, select, update
from sqlalchemy import Text as SqlText
from sqlmodel import Field, SQLModel

from core.events import Inbound
from core.ports import Outgoing
from storage.base import json_column, text_column
from storage.unit_of_work import UnitOfWork

IN, OUT = "in", "out"


class WebLine(SQLModel, table=True):
    """One bubble of a web chat: what the person wrote, or a message as it was rendered for them."""

    __tablename__ = "web_line"
    __table_args__ = (
        Index("ix_web_line_chat_seq", "bot_account", "chat", "seq", unique=True),
        Index("ix_web_line_outbox_id", "outbox_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    bot_account: str
    chat: str
    seq: int
    direction: str
    outbox_id: int | None = None
    text: str = Field(default="", sa_column=text_column())
    buttons: list[dict[str, str]] = Field(default_factory=list, sa_column=json_column())
    photos: list[str] = Field(default_factory=list, sa_column=json_column())
    severity: int = 0
    at: datetime
    edited_at: datetime | None = None
    answer: str = ""
    """The label of the choice that was pressed; the others are then greyed."""
    event_id: str = ""
    """The page's own id of what the person sent, by which it knows its line again."""
    replaced: list[int] = Field(default_factory=list, sa_column=json_column())
    """Earlier messages of the outbox that this line showed before it was changed in place."""


@dataclass(frozen=True)
class Line:
    """A bubble as pages show it."""

    id: int
    seq: int
    direction: str
    outbox_id: int | None
    text: str
    buttons: tuple[tuple[str, str], ...]
    photos: tuple[str, ...]
    severity: int
    at: datetime
    edited_at: datetime | None
    answer: str
    event_id: str
    outbox_ids: tuple[int, ...]
    """Every message of the outbox that is delivered once this line has been seen."""


_TABLE: Table = SQLModel.metadata.tables["web_line"]
_C = _TABLE.c
_OF_CHAT = (_C.bot_account == bindparam("of_account"), _C.chat == bindparam("of_chat"))
_HIGHEST = select(func.max(_C.seq)).where(*_OF_CHAT)
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("chat_key"), 0)))
_SHOWN_COLUMNS = (_C.id, _C.outbox_id, _C.buttons, _C.answer, _C.replaced)
_SHOWN_LINE = select(*_SHOWN_COLUMNS).where(_C.id == bindparam("line"), *_OF_CHAT)
_SHOWN_MESSAGE = select(*_SHOWN_COLUMNS).where(_C.outbox_id == bindparam("message"), *_OF_CHAT)
_CHANGE = update(_TABLE).where(_C.id == bindparam("line"))
_ADD = insert(_TABLE).returning(_C.id)
_BLANK: dict[str, Any] = {
    "outbox_id": None,
    "text": "",
    "buttons": [],
    "photos": [],
    "severity": 0,
    "edited_at": None,
    "answer": "",
    "event_id": "",
    "replaced": [],
}
"""A new line without anything of its own."""
_LINES_AFTER = (
    select(_TABLE).where(*_OF_CHAT, _C.seq > bindparam("after")).order_by(_C.seq).limit(bindparam("most"))
)


def _next_seq(uow: UnitOfWork, bot_account: str, chat: str) -> int:
    """Give out numbers of one chat one after the other, so that a reader never skips a late one."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(_ONE_AT_A_TIME, {"chat_key": f"web_line/{bot_account}/{chat}"})
    highest = uow.session.execute(_HIGHEST, _chat(bot_account, chat)).scalar_one()
    return (highest or 0) + 1


def _chat(bot_account: str, chat: str) -> dict[str, Any]:
    return {"of_account": bot_account, "of_chat": chat}


def add_typed(uow: UnitOfWork, event: Inbound, words: str, photos: tuple[str, ...] = ()) -> int:
    """Show what the person sent with an event, and return its sequence number."""
    seq = _next_seq(uow, event.bot_account, event.chat)
    row = {
        "bot_account": event.bot_account,
        "chat": event.chat,
        "seq": seq,
        "direction": IN,
        "text": words,
        "photos": list(photos),
        "at": uow.now,
        "event_id": event.event_id,
    }
    uow.session.execute(_ADD, _BLANK | row)
    return seq


def put(uow: UnitOfWork, bot_account: str, message: Outgoing) -> str:
    """Show a rendered message, or change a shown one in place; returns the line's id as text.

    A message that is sent again after a crash replaces its own earlier line. A line whose choices
    are new is open to an answer again.
    """
    seq = _next_seq(uow, bot_account, message.address)
    shown = _shown_line(uow, bot_account, message)
    values: dict[str, Any] = {
        "seq": seq,
        "outbox_id": message.outbox_id,
        "text": message.text,
        "buttons": [{"label": b.label, "data": b.data} for b in message.buttons],
        "photos": list(message.photos),
        "severity": message.severity,
    }
    if shown is not None:
        changed = {"line": shown.id, "edited_at": uow.now}
        uow.session.execute(_CHANGE, changed | values | _carried_on(shown, values))
        return str(shown.id)
    row = {"bot_account": bot_account, "chat": message.address, "direction": OUT, "at": uow.now}
    return str(uow.session.execute(_ADD, _BLANK | row | values).scalar_one())


def _shown_line(uow: UnitOfWork, bot_account: str, message: Outgoing) -> Any:
    chat = _chat(bot_account, message.address)
    if message.edit_of:
        return uow.session.execute(_SHOWN_LINE, chat | {"line": int(message.edit_of)}).first()
    return uow.session.execute(_SHOWN_MESSAGE, chat | {"message": message.outbox_id}).first()


def _carried_on(shown: Any, values: dict[str, Any]) -> dict[str, Any]:
    """What a changed line keeps: the answer to unchanged choices, and which messages it stood for."""
    earlier = [*shown.replaced, shown.outbox_id]
    return {
        "answer": shown.answer if shown.buttons == values["buttons"] else "",
        "replaced": [i for i in dict.fromkeys(earlier) if i not in (None, values["outbox_id"])],
    }


def note_answer(uow: UnitOfWork, bot_account: str, chat: str, data: str) -> None:
    """Grey the choices of the line whose button carries `data`, and remember which was pressed."""
    outbox_id = data.partition(":")[0]
    if not outbox_id.isdecimal():
        return
    pressed = _chat(bot_account, chat) | {"message": int(outbox_id)}
    row = uow.session.execute(_SHOWN_MESSAGE, pressed).first()
    label = next((b["label"] for b in row.buttons if b["data"] == data), "") if row else ""
    if row and label:
        seq = _next_seq(uow, bot_account, chat)
        uow.session.execute(_CHANGE, {"line": row.id, "answer": label, "seq": seq})


def lines_after(uow: UnitOfWork, bot_account: str, chat: str, seq: int, limit: int = 200) -> list[Line]:
    """Return the lines that are new or changed since a sequence number, oldest first."""
    chosen = _chat(bot_account, chat) | {"after": seq, "most": limit}
    return [_line(row) for row in uow.session.execute(_LINES_AFTER, chosen)]


def newest_lines(
    uow: UnitOfWork, bot_account: str, chat: str, limit: int = 50, before: int | None = None
) -> list[Line]:
    """Return the newest lines of a chat in the order in which they were first shown."""
    query = select(_TABLE).where(_C.bot_account == bot_account, _C.chat == chat)
    if before is not None:
        query = query.where(_C.id < before)
    rows = uow.session.execute(query.order_by(_C.id.desc()).limit(limit)).all()
    return [_line(row) for row in reversed(rows)]


def replace_photo(uow: UnitOfWork, bot_account: str, chat: str, raw: str, file: str) -> None:
    """Show the cleaned file instead of the one that came in, or none when it could not be read."""
    rows = uow.session.execute(
        select(_C.id, _C.photos).where(
            _C.bot_account == bot_account, _C.chat == chat, cast(_C.photos, SqlText).contains(raw)
        )
    ).all()
    for row in rows:
        photos = [file if photo == raw else photo for photo in row.photos if photo != raw or file]
        seq = _next_seq(uow, bot_account, chat)
        uow.session.execute(update(_TABLE).where(_C.id == row.id).values(photos=photos, seq=seq))


def has_photo(uow: UnitOfWork, bot_account: str, chat: str, file: str) -> bool:
    """Tell whether a file is shown in a chat, and so may be fetched by whoever is signed in to it."""
    rows = uow.session.execute(
        select(_C.photos).where(
            _C.bot_account == bot_account, _C.chat == chat, cast(_C.photos, SqlText).contains(file)
        )
    )
    return any(file in photos for (photos,) in rows)


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        seq=row.seq,
        direction=row.direction,
        outbox_id=row.outbox_id,
        text=row.text,
        buttons=tuple((b["label"], b["data"]) for b in row.buttons),
        photos=tuple(row.photos),
        severity=row.severity,
        at=row.at,
        edited_at=row.edited_at,
        answer=row.answer,
        event_id=row.event_id,
        outbox_ids=() if row.outbox_id is None else (*row.replaced, row.outbox_id),
    )
