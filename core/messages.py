"""What goes out: a key, parameters and choices. The words are put in later, by `bot.texts`."""

from enum import IntEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Params = dict[str, Any]


class Lane(IntEnum):
    """Order is kept within a lane of a chat; a lower number is sent first."""

    REPLY = 0
    ALERT = 1
    CALM = 2


class Choice(BaseModel):
    """One thing a person may answer with.

    `do` names the step that a press or a digit leads to ("incidents.take"), `args` what it needs.
    `typed` is what works as typed words when the message may not take digits ("nhan 127").
    """

    model_config = ConfigDict(frozen=True)

    label: str
    do: str
    args: Params = Field(default_factory=dict)
    label_params: Params = Field(default_factory=dict)
    typed: str = ""


class Message(BaseModel):
    """Something to tell one person or chat, in keys and parameters."""

    model_config = ConfigDict(frozen=True)

    key: str
    params: Params = Field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    lane: Lane = Lane.REPLY
    asked: bool = True
    """False for what nobody asked for (alert, reminder, digest): it gives way in the use of digits."""
    card: str = ""
    """Names the card this message shows ("incident:12"); later ones may edit it in place."""
    edit_only: bool = False
    """True when the message only brings a shown card up to date and is worth no message of its own."""
    edits: int = 0
    """The outbox id of the shown card that an edit is for; 0 for the newest one in the chat."""
    without_edits: bool = False
    """True when an edited card says the same: the message is for channels that cannot edit."""
    photos: tuple[str, ...] = ()
    severity: int = 0
    late: bool = False
    """True when it comes after the moment it was due, because the service was down."""
