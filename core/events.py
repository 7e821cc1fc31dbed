"""What comes in: one shape for every channel, and for the results of jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class InboundKind(StrEnum):
    """What a person did, or `JOB` when a worker has finished something for us."""

    TEXT = "text"
    PRESS = "press"
    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    JOINED = "joined"
    JOB = "job"
    UNSUPPORTED = "unsupported"


class Attachment(BaseModel):
    """A file that came with an event; already stored (`file`), or still at an address (`url`)."""

    model_config = ConfigDict(frozen=True)

    file: str = ""
    """Name (SHA-256 of the content) in the file store."""
    url: str = ""
    name: str = ""
    media_type: str = ""
    size: int = 0
    """Bytes."""
    fault: str = ""
    """Why the file was not kept: "too_big", "wrong_kind" or "lost"; empty when it was."""


class Inbound(BaseModel):
    """One event from one chat, as the inbox stores it."""

    model_config = ConfigDict(frozen=True)

    bot_account: str
    event_id: str
    """Unique within the bot account; a platform that repeats an event repeats this."""
    chat: str
    sender: str
    kind: InboundKind
    text: str = ""
    press: str = ""
    """What the pressed button carried: "<outbox id>:<choice number>"."""
    attachments: tuple[Attachment, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    sent_at: datetime
    """Aware UTC; when the person did it, as far as the channel knows."""
    our_clock: bool = False
    """True when `sent_at` was read from our own clock, so that what came later was surely not meant."""
    job: dict[str, Any] = Field(default_factory=dict)
    """For `JOB`: the job's id, kind, parameters and result."""
    refused: str = ""
    """Why the content was not kept: "secret", "password", "one_time_code" or "too_long"."""
