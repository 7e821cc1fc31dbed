"""Every table of the database. Import this before asking the metadata for anything."""

from types import ModuleType

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    accounts,
    audit,
    conversations,
    duty,
    inbox,
    incidents,
    jobs,
    outbox,
    people,
    reminders,
    system,
    webchat,
)

TABLE_MODULES: tuple[ModuleType, ...] = (
    accounts,
    audit,
    conversations,
    duty,
    inbox,
    incidents,
    jobs,
    outbox,
    people,
    reminders,
    system,
    webchat,
)
"""The modules that define tables; a test finds one that is missing here."""

METADATA: MetaData = SQLModel.metadata
"""The tables as the models describe them. The migrations make the real ones."""
