"""Invitations that are sent, and the rules by which they are."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MOMENTS = ("send_at", "sent_at", "clicked_at", "remind_at", "reminded_at")
_WORDS = {
    "language": 2,
    "reason": 40,
    "source": 20,
    "asked_by": 40,
    "mail_id": 40,
    "event_type": 60,
}
_INDEXES = {
    "ix_invitations_to_send": (
        ["send_at"],
        "is_mailed AND state IN ('SCHEDULED', 'POSTPONED')",
    ),
    "ix_invitations_to_remind": (
        ["remind_at"],
        "remind_at IS NOT NULL AND reminded_at IS NULL",
    ),
    "ix_invitations_history": (["shop_id", "id"], "is_mailed"),
}
_TO_CONFIRM = "send_at IS NOT NULL AND order_id IS NULL AND denied_at IS NULL"


def upgrade() -> None:
    _invitations()
    op.add_column("orders", sa.Column("name_cipher", sa.LargeBinary(), nullable=True))
    _hand_overs()
    _rules()
    op.create_table(
        "send_slots",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_send_slots")),
    )
    op.create_table(
        "token_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_token_keys_kid")),
    )


def _invitations() -> None:
    for name in ("is_mailed", "is_manual"):
        flag: sa.Column[bool] = sa.Column(
            name, sa.Boolean(), server_default=sa.false(), nullable=False
        )
        op.add_column("invitations", flag)
    for name in _MOMENTS:
        op.add_column("invitations", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    postponed = sa.Column("postponed", sa.Integer(), server_default="0", nullable=False)
    op.add_column("invitations", postponed)
    for name, length in _WORDS.items():
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("invitations", column)
    for name in ("upload_id", "reminder_days"):
        op.add_column("invitations", sa.Column(name, sa.Integer(), nullable=True))
    for name, (columns, condition) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "invitations", columns, sqlite_where=where, postgresql_where=where)
    for name in ("mail_id", "upload_id"):
        op.create_index(op.f(f"ix_invitations_{name}"), "invitations", [name])


def _hand_overs() -> None:
    for name in ("send_at", "denied_at"):
        op.add_column("hand_overs", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    denied_by = sa.Column("denied_by", sa.String(length=40), server_default="", nullable=False)
    op.add_column("hand_overs", denied_by)
    where = sa.text(_TO_CONFIRM)
    op.create_index(
        "ix_hand_overs_to_confirm",
        "hand_overs",
        ["send_at"],
        sqlite_where=where,
        postgresql_where=where,
    )


def _rules() -> None:
    op.create_table(
        "invite_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("event_type", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("delay", sa.String(length=20), nullable=False),
        sa.Column("time_of_day", sa.String(length=5), nullable=False),
        sa.Column("apply_trigger_date", sa.Boolean(), nullable=False),
        sa.Column("reminder_days", sa.Integer(), nullable=True),
        sa.Column("quiet_days", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_invite_rules_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_rules")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invite_rules_public_id")),
        sa.UniqueConstraint(
            "shop_id", "event_type", "kind", name=op.f("uq_invite_rules_shop_id_event_type_kind")
        ),
    )
    op.create_table(
        "collection_settings",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confirms", sa.String(length=10), nullable=False),
        sa.Column("exclusions", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_collection_settings_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_collection_settings")),
    )


def downgrade() -> None:
    for table in ("token_keys", "send_slots", "collection_settings", "invite_rules"):
        op.drop_table(table)
    op.drop_index("ix_hand_overs_to_confirm", table_name="hand_overs")
    for name in ("send_at", "denied_at", "denied_by"):
        op.drop_column("hand_overs", name)
    for name in (*_INDEXES, "ix_invitations_mail_id", "ix_invitations_upload_id"):
        op.drop_index(name, table_name="invitations")
    numbers = ("is_mailed", "is_manual", "postponed", "upload_id", "reminder_days")
    for name in (*numbers, *_MOMENTS, *_WORDS):
        op.drop_column("invitations", name)
    op.drop_column("orders", "name_cipher")
