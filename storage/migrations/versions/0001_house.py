"""The house: people and accounts, inbox and outbox, incidents, reminders, jobs, web chat, audit trail.

An id is never given out twice, on SQLite neither (AUTOINCREMENT): buttons and dedupe keys outlive the
rows that they name.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    "commune",
    "conversation",
    "heartbeat",
    "inbox",
    "remembered",
    "web_line",
    "audit",
    "bot_account",
    "counter",
    "hotline",
    "job",
    "outbox",
    "person",
    "reminder",
    "unit",
    "account",
    "device",
    "incident",
    "membership",
    "shift",
    "signin_link",
    "attachment",
    "incident_event",
]

APPEND_ONLY = ("audit", "incident_event")
"""Rows of these tables are written once.

When the time for which an incident's text is kept is over, that text must go. The revision that brings
this opens a way for that one change (a setting of the transaction that the trigger asks for) and leaves
the rest closed.
"""


def upgrade() -> None:
    _commune()
    _conversation()
    _heartbeat()
    _inbox()
    _remembered()
    _web_line()
    _audit()
    _bot_account()
    _counter()
    _hotline()
    _job()
    _outbox()
    _person()
    _reminder()
    _unit()
    _account()
    _device()
    _incident()
    _membership()
    _shift()
    _signin_link()
    _attachment()
    _incident_event()
    for table in APPEND_ONLY:
        _forbid_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _columns(
    kind: Callable[[], TypeEngine[Any]], *names: str, nullable: bool = False
) -> list[sa.Column[Any]]:
    """Return columns of one kind that follow one another."""
    return [sa.Column(name, kind(), nullable=nullable) for name in names]


def _of_commune(table: str) -> sa.ForeignKeyConstraint:
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
        *_columns(sa.Integer, "id"),
        *_columns(AutoString, "name", "province"),
        *_columns(sa.JSON, "settings"),
        *_columns(UTCDateTime, "created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_commune"),
        sa.UniqueConstraint("name", name=op.f("uq_commune_name")),
        sqlite_autoincrement=True,
    )


def _conversation() -> None:
    op.create_table(
        "conversation",
        *_columns(AutoString, "bot_account", "chat", "form"),
        *_columns(sa.Integer, "form_id"),
        *_columns(AutoString, "step"),
        *_columns(sa.JSON, "data"),
        *_columns(UTCDateTime, "updated_at"),
        sa.PrimaryKeyConstraint("bot_account", "chat", name="pk_conversation"),
    )


def _heartbeat() -> None:
    op.create_table(
        "heartbeat",
        *_columns(AutoString, "name"),
        *_columns(UTCDateTime, "at"),
        *_columns(sa.Float, "real_seconds"),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeat"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        *_columns(sa.Integer, "id"),
        *_columns(AutoString, "bot_account", "event_id", "chat", "sender"),
        *_columns(sa.JSON, "payload"),
        *_columns(AutoString, "state"),
        *_columns(sa.Integer, "attempts"),
        *_columns(sa.Float, "not_before"),
        *_columns(UTCDateTime, "received_at"),
        *_columns(UTCDateTime, "finished_at", nullable=True),
        *_columns(AutoString, "reference"),
        sa.CheckConstraint("state IN ('new', 'done', 'failed')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("bot_account", "event_id", name=op.f("uq_inbox_bot_account_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_finished", "inbox", ["state", "finished_at"])
    op.create_index("ix_inbox_new", "inbox", ["bot_account", "chat", "id"], **_where("state = 'new'"))
    op.create_index("ix_inbox_reference", "inbox", ["reference"])
    op.create_index("ix_inbox_take", "inbox", ["id"], **_where("state = 'new'"))


def _remembered() -> None:
    op.create_table(
        "remembered",
        *_columns(AutoString, "name"),
        *_columns(sa.JSON, "value"),
        sa.PrimaryKeyConstraint("name", name="pk_remembered"),
    )


def _web_line() -> None:
    op.create_table(
        "web_line",
        *_columns(sa.Integer, "id"),
        *_columns(AutoString, "bot_account", "chat"),
        *_columns(sa.Integer, "seq"),
        *_columns(AutoString, "direction"),
        *_columns(sa.Integer, "outbox_id", nullable=True),
        *_columns(sa.Text, "text"),
        *_columns(sa.JSON, "buttons", "photos"),
        *_columns(sa.Integer, "severity"),
        *_columns(UTCDateTime, "at"),
        *_columns(UTCDateTime, "edited_at", nullable=True),
        *_columns(AutoString, "answer", "event_id"),
        *_columns(sa.JSON, "replaced"),
        sa.PrimaryKeyConstraint("id", name="pk_web_line"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_web_line_chat_seq", "web_line", ["bot_account", "chat", "seq"], unique=True)
    op.create_index("ix_web_line_outbox_id", "web_line", ["outbox_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(UTCDateTime, "at"),
        *_columns(sa.Integer, "person_id", nullable=True),
        *_columns(AutoString, "action"),
        *_columns(sa.Boolean, "allowed"),
        *_columns(AutoString, "subject"),
        *_columns(sa.JSON, "details"),
        _of_commune("audit"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_commune_id", "audit", ["commune_id"])


def _bot_account() -> None:
    op.create_table(
        "bot_account",
        *_columns(AutoString, "id", "channel"),
        *_columns(sa.Integer, "commune_id", nullable=True),
        *_columns(AutoString, "name", "token_encrypted"),
        _of_commune("bot_account"),
        sa.PrimaryKeyConstraint("id", name="pk_bot_account"),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        *_columns(sa.Integer, "commune_id"),
        *_columns(AutoString, "name"),
        *_columns(sa.Integer, "value"),
        _of_commune("counter"),
        sa.PrimaryKeyConstraint("commune_id", "name", name="pk_counter"),
    )


def _hotline() -> None:
    op.create_table(
        "hotline",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(AutoString, "name", "number"),
        *_columns(sa.Integer, "position"),
        _of_commune("hotline"),
        sa.PrimaryKeyConstraint("id", name="pk_hotline"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_hotline_commune_id_id")),
        sqlite_autoincrement=True,
    )


def _job() -> None:
    op.create_table(
        "job",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(AutoString, "kind"),
        *_columns(sa.JSON, "params"),
        *_columns(AutoString, "bot_account", "chat", "sender", "state"),
        *_columns(sa.Integer, "attempts"),
        *_columns(sa.Float, "lease_until"),
        *_columns(UTCDateTime, "created_at"),
        *_columns(AutoString, "detail"),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        _of_commune("job"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_open", "job", ["id"], **_where("state IN ('waiting', 'running')"))


def _outbox() -> None:
    op.create_table(
        "outbox",
        *_columns(sa.Integer, "id"),
        *_columns(sa.Integer, "commune_id", nullable=True),
        *_columns(AutoString, "bot_account", "chat"),
        *_columns(sa.Integer, "person_id", nullable=True),
        *_columns(sa.Integer, "lane"),
        *_columns(sa.JSON, "message"),
        *_columns(AutoString, "dedupe_key", nullable=True),
        *_columns(AutoString, "card"),
        *_columns(sa.Boolean, "edit_only", "has_choices", "asked"),
        *_columns(sa.Boolean, "takes_digits", nullable=True),
        *_columns(AutoString, "state"),
        *_columns(sa.Integer, "attempts"),
        *_columns(sa.Boolean, "uncertain"),
        *_columns(sa.Float, "not_before", "lease_until"),
        *_columns(AutoString, "leased_by"),
        *_columns(UTCDateTime, "queued_at"),
        *_columns(UTCDateTime, "sent_at", "delivered_at", "answered_at", nullable=True),
        *_columns(AutoString, "platform_message_id", "detail"),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name=op.f("ck_outbox_state")),
        _of_commune("outbox"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_card", "outbox", ["card"], **_where("card != ''"))
    op.create_index("ix_outbox_claim", "outbox", ["lane", "id"], **_where("state IN ('waiting', 'sending')"))
    op.create_index("ix_outbox_prompts", "outbox", ["bot_account", "chat", "has_choices", "id"])
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["bot_account", "chat", "lane", "id"],
        **_where("state IN ('waiting', 'sending')"),
    )


def _person() -> None:
    op.create_table(
        "person",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(AutoString, "name", "phone", "form_of_address"),
        *_columns(sa.Boolean, "active"),
        *_columns(UTCDateTime, "created_at"),
        _of_commune("person"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_person_commune_id_id")),
        sqlite_autoincrement=True,
    )


def _reminder() -> None:
    op.create_table(
        "reminder",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(AutoString, "kind"),
        *_columns(sa.Integer, "subject_id"),
        *_columns(AutoString, "state"),
        *_columns(UTCDateTime, "next_due_at"),
        *_columns(sa.Integer, "step", "occurrence"),
        *_columns(sa.JSON, "plan"),
        sa.CheckConstraint("state IN ('active', 'paused', 'done')", name=op.f("ck_reminder_state")),
        _of_commune("reminder"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_reminder_commune_id_id")),
        sa.UniqueConstraint(
            "commune_id", "kind", "subject_id", name=op.f("uq_reminder_commune_id_kind_subject_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminder_due", "reminder", ["next_due_at"], **_where("state = 'active'"))


def _unit() -> None:
    op.create_table(
        "unit",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(AutoString, "kind", "name"),
        *_columns(sa.Integer, "parent_id", nullable=True),
        *_columns(sa.JSON, "aliases"),
        _same_commune("unit", "parent_id", "unit", deferrable=True),
        _of_commune("unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_unit_commune_id_id")),
        sqlite_autoincrement=True,
    )


def _account() -> None:
    op.create_table(
        "account",
        *_columns(sa.Integer, "id", "commune_id", "person_id"),
        *_columns(AutoString, "bot_account", "address"),
        *_columns(sa.Boolean, "active"),
        sa.ForeignKeyConstraint(
            ["bot_account"], ["bot_account.id"], name=op.f("fk_account_bot_account_bot_account")
        ),
        _same_commune("account", "person_id", "person"),
        _of_commune("account"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("bot_account", "address", name=op.f("uq_account_bot_account_address")),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_account_commune_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_person_id", "account", ["person_id"])


def _device() -> None:
    op.create_table(
        "device",
        *_columns(sa.Integer, "id", "commune_id", "person_id"),
        *_columns(AutoString, "slot", "token_hash", "label"),
        *_columns(UTCDateTime, "created_at", "last_seen_at"),
        *_columns(UTCDateTime, "revoked_at", nullable=True),
        _same_commune("device", "person_id", "person"),
        _of_commune("device"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_device_commune_id_id")),
        sa.UniqueConstraint("slot", name=op.f("uq_device_slot")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_device_person_id", "device", ["person_id"])


def _incident() -> None:
    op.create_table(
        "incident",
        *_columns(sa.Integer, "id", "commune_id", "number", "reporter_id"),
        *_columns(sa.Text, "text"),
        *_columns(AutoString, "system", "place"),
        *_columns(sa.Integer, "unit_id", nullable=True),
        *_columns(sa.Integer, "severity"),
        *_columns(AutoString, "status"),
        *_columns(sa.Integer, "owner_id", "assigned_id", nullable=True),
        *_columns(UTCDateTime, "reported_at"),
        *_columns(UTCDateTime, "taken_at", "resolved_at", nullable=True),
        *_columns(AutoString, "referred_to", "cause", "remedy"),
        *_columns(sa.Integer, "version"),
        sa.CheckConstraint(
            "status IN ('open', 'taken', 'waiting', 'resolved', 'withdrawn')", name=op.f("ck_incident_status")
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_incident_severity")),
        _same_commune("incident", "assigned_id", "person"),
        _same_commune("incident", "owner_id", "person"),
        _same_commune("incident", "reporter_id", "person"),
        _same_commune("incident", "unit_id", "unit"),
        _of_commune("incident"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_incident_commune_id_id")),
        sa.UniqueConstraint("commune_id", "number", name=op.f("uq_incident_commune_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_reporter_id", "incident", ["reporter_id"])
    op.create_index("ix_incident_status", "incident", ["status"])


def _membership() -> None:
    op.create_table(
        "membership",
        *_columns(sa.Integer, "id", "commune_id", "person_id", "unit_id"),
        *_columns(AutoString, "role"),
        _same_commune("membership", "person_id", "person"),
        _same_commune("membership", "unit_id", "unit"),
        _of_commune("membership"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_membership_commune_id_id")),
        sa.UniqueConstraint(
            "commune_id",
            "person_id",
            "unit_id",
            "role",
            name=op.f("uq_membership_commune_id_person_id_unit_id_role"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"])


def _shift() -> None:
    op.create_table(
        "shift",
        *_columns(sa.Integer, "id", "commune_id", "unit_id", "person_id"),
        *_columns(AutoString, "position"),
        *_columns(UTCDateTime, "starts_at", "ends_at"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_shift_order")),
        _same_commune("shift", "person_id", "person"),
        _same_commune("shift", "unit_id", "unit"),
        _of_commune("shift"),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_shift_commune_id_id")),
        sqlite_autoincrement=True,
    )


def _signin_link() -> None:
    op.create_table(
        "signin_link",
        *_columns(sa.Integer, "id", "commune_id", "person_id"),
        *_columns(AutoString, "token_hash"),
        *_columns(UTCDateTime, "expires_at"),
        *_columns(UTCDateTime, "used_at", nullable=True),
        _same_commune("signin_link", "person_id", "person"),
        _of_commune("signin_link"),
        sa.PrimaryKeyConstraint("id", name="pk_signin_link"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_signin_link_commune_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signin_link_token_hash")),
        sqlite_autoincrement=True,
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        *_columns(sa.Integer, "id", "commune_id"),
        *_columns(sa.Integer, "incident_id", nullable=True),
        *_columns(sa.Integer, "person_id"),
        *_columns(AutoString, "raw", "file", "state"),
        *_columns(UTCDateTime, "created_at"),
        _same_commune("attachment", "incident_id", "incident"),
        _same_commune("attachment", "person_id", "person"),
        _of_commune("attachment"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_attachment_commune_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachment_incident_id", "attachment", ["incident_id"])


def _incident_event() -> None:
    op.create_table(
        "incident_event",
        *_columns(sa.Integer, "id", "commune_id", "incident_id"),
        *_columns(UTCDateTime, "at"),
        *_columns(sa.Integer, "person_id", nullable=True),
        *_columns(AutoString, "kind"),
        *_columns(sa.Text, "text"),
        *_columns(sa.JSON, "data"),
        _same_commune("incident_event", "incident_id", "incident"),
        _same_commune("incident_event", "person_id", "person"),
        _of_commune("incident_event"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_event"),
        sa.UniqueConstraint("commune_id", "id", name=op.f("uq_incident_event_commune_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_event_incident_id", "incident_event", ["incident_id"])
