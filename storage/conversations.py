"""What is being talked about in a chat: the open form of a person, with a version for each step."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, select
from sqlmodel import Field, SQLModel, col

from storage.base import json_column
from storage.unit_of_work import UnitOfWork
from storage.upsert import put


class Conversation(SQLModel, table=True):
    """The open form of one chat. `form` is empty when none is open."""

    __tablename__ = "conversation"
    bot_account: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    form: str = ""
    form_id: int = 0
    """Grows by one with each form of the chat; a press of an older form is recognised by it."""
    step: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    updated_at: datetime


_TABLE: Table = SQLModel.metadata.tables["conversation"]
_OF_CHAT = (_TABLE.c.bot_account == bindparam("bot_account"), _TABLE.c.chat == bindparam("chat"))
_LOAD = select(_TABLE).where(*_OF_CHAT)
_OPEN_FORM = select(_TABLE.c.form_id).where(*_OF_CHAT, _TABLE.c.form != "")


def load(uow: UnitOfWork, bot_account: str, chat: str) -> Conversation | None:
    """Return the conversation of a chat, if it ever had a form."""
    row = uow.session.execute(_LOAD, {"bot_account": bot_account, "chat": chat}).first()
    return Conversation.model_construct(**row._mapping) if row else None


def save(uow: UnitOfWork, conversation: Conversation) -> None:
    """Store the conversation of a chat as it now stands."""
    values = {
        "form": conversation.form,
        "form_id": conversation.form_id,
        "step": conversation.step,
        "data": conversation.data,
        "updated_at": uow.now,
    }
    put(uow, _TABLE, {"bot_account": conversation.bot_account, "chat": conversation.chat}, values)


def forget(uow: UnitOfWork, bot_account: str, chat: str) -> None:
    """Remove all that is kept of a chat's conversation."""
    uow.session.execute(
        delete(Conversation).where(
            col(Conversation.bot_account) == bot_account, col(Conversation.chat) == chat
        )
    )


def form_is_open(uow: UnitOfWork, bot_account: str, chat: str) -> bool:
    """Tell whether a form is open in a chat."""
    return uow.session.execute(_OPEN_FORM, {"bot_account": bot_account, "chat": chat}).first() is not None
