"""The house: people, accounts, inbox and outbox, incidents, reminders, jobs, the web chat and the audit trail.

The ids are never given out twice on SQLite either (AUTOINCREMENT): buttons, dedupe keys and file
names outlive the rows that they name.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit", "incident_event")
"""Rows of these tables are written once. When the time of keeping an incident's text is over, a later
revision must open a way for that one change (a session setting that the trigger asks for), not drop the trigger."""


def upgrade() -> None:
    _commune()
    _conversation()
    _heartbeat()
    _inbox()
    for table in APPEND_ONLY:
        _forbid_changes(table)


def downgrade() -> None:
    for table in (
        "inbox",
        "heartbeat",
        "conversation",
        "commune",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _commune(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=f"fk_{table}_commune_id_commune")


def _same_commune(
    table: str, column: str, target: str, *, deferrable: bool | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id", column],
        [f"{target}.commune_id", f"{target}.id"],
        name=f"fk_{table}_commune_id_{column}_{target}",
        deferrable=deferrable,
    )


def _where(condition: str) -> dict[str, Any]:
    """Return what makes an index a partial one on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _commune() -> None:
    op.create_table(
        "commune",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("province", AutoString(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_commune"),
        sa.UniqueConstraint("name", name=op.f("uq_commune_name")),
        sqlite_autoincrement=True,
    )


def _conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("bot_account", AutoString(), nullable=False),
        sa.Column("chat", AutoString(), nullable=False),
        sa.Column("form", AutoString(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_account", "chat", name="pk_conversation"),
    )


def _heartbeat() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("real_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeat"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bot_account", AutoString(), nullable=False),
        sa.Column("event_id", AutoString(), nullable=False),
        sa.Column("chat", AutoString(), nullable=False),
        sa.Column("sender", AutoString(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("reference", AutoString(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'done', 'failed')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("bot_account", "event_id", name=op.f("uq_inbox_bot_account_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_finished", "inbox", ["state", "finished_at"])
    op.create_index("ix_inbox_new", "inbox", ["bot_account", "chat", "id"], **_where("state = 'new'"))
    op.create_index("ix_inbox_reference", "inbox", ["reference"])
    op.create_index("ix_inbox_take", "inbox", ["id"], **_where("state = 'new'"))
    op.create_index("ix_web_line_chat_seq", "inbox", ["bot_account", "chat", "seq"], unique=True)
    op.create_index("ix_web_line_outbox_id", "inbox", ["outbox_id"])
    op.create_index("ix_audit_commune_id", "inbox", ["commune_id"])
    op.create_index("ix_job_open", "inbox", ["id"], **_where("state IN ('waiting', 'running')"))
    op.create_index("ix_outbox_card", "inbox", ["card"], **_where("card != ''"))
    op.create_index("ix_outbox_claim", "inbox", ["lane", "id"], **_where("state IN ('waiting', 'sending')"))
    op.create_index("ix_outbox_prompts", "inbox", ["bot_account", "chat", "has_choices", "id"])
    op.create_index(
        "ix_outbox_unsent",
        "inbox",
        ["bot_account", "chat", "lane", "id"],
        **_where("state IN ('waiting', 'sending')"),
    )
    op.create_index("ix_reminder_due", "inbox", ["next_due_at"], **_where("state = 'active'"))
    op.create_index("ix_account_person_id", "inbox", ["person_id"])
    op.create_index("ix_device_person_id", "inbox", ["person_id"])
    op.create_index("ix_incident_reporter_id", "inbox", ["reporter_id"])
    op.create_index("ix_incident_status", "inbox", ["status"])
    op.create_index("ix_membership_person_id", "inbox", ["person_id"])
    op.create_index("ix_attachment_incident_id", "inbox", ["incident_id"])
    op.create_index("ix_incident_event_incident_id", "inbox", ["incident_id"])
