"""What all tables share: the naming of constraints, the key of a commune, and column shapes."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy import Text as SqlText
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def json_column() -> "Column[Any]":
    """Return a required JSON column."""
    return Column(JSON, nullable=False)


def text_column() -> "Column[str]":
    """Return a required column for text of any length."""
    return Column(SqlText, nullable=False)


def tenant_key() -> UniqueConstraint:
    """Return the key that foreign keys of other tables of the same commune point to."""
    return UniqueConstraint("commune_id", "id")


def tenant_reference(column: str, table: str, *, deferrable: bool | None = None) -> ForeignKeyConstraint:
    """Return a foreign key that cannot point into another commune.

    One that points into its own table must be `deferrable`, so that a backup can be put back in any order.
    """
    return ForeignKeyConstraint(
        ["commune_id", column], [f"{table}.commune_id", f"{table}.id"], deferrable=deferrable
    )


class CommuneRow(SQLModel):
    """A row that belongs to one commune."""

    id: int | None = Field(default=None, primary_key=True)
    commune_id: int = Field(foreign_key="commune.id")

    @property
    def key(self) -> int:
        """Return the id of a row that has been stored."""
        if self.id is None:
            raise ValueError("the row has not been stored yet")
        return self.id
