"""Profiles that are shown together; indexes for pages that would read whole tables."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_mails_key", "mails", ["key", "id"]),
    ("ix_audit_log_actor", "audit_log", ["actor", "id"]),
    ("ix_audit_log_action", "audit_log", ["action", "id"]),
)
_PARTIAL = (
    ("ix_inbox_product", "inbox", ["subject_id", "submitted_at", "review_id"], "subject_id > 0"),
    (
        "ix_inbox_reported",
        "inbox",
        ["shop_id", "submitted_at", "review_id"],
        "moderation <> ''",
    ),
    (
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["webhook_id"],
        "state = 'WAITING'",
    ),
)


def upgrade() -> None:
    op.create_table(
        "profile_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_profile_groups_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_groups")),
        sa.UniqueConstraint("public_id", name=op.f("uq_profile_groups_public_id")),
    )
    op.create_table(
        "group_members",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("shows_total", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["profile_groups.id"],
            name=op.f("fk_group_members_group_id_profile_groups"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_group_members_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_group_members")),
    )
    op.create_index("ix_group_members_group_id", "group_members", ["group_id"])
    op.create_table(
        "group_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("asking_shop_id", sa.Integer(), nullable=False),
        sa.Column("asked_shop_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_shop_id"], ["shops.id"], name=op.f("fk_group_requests_asked_shop_id_shops")
        ),
        sa.ForeignKeyConstraint(
            ["asking_shop_id"], ["shops.id"], name=op.f("fk_group_requests_asking_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_group_requests_public_id")),
        sa.UniqueConstraint(
            "asking_shop_id",
            "asked_shop_id",
            name=op.f("uq_group_requests_asking_shop_id_asked_shop_id"),
        ),
    )
    op.create_index("ix_group_requests_asked_shop_id", "group_requests", ["asked_shop_id"])
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    for name, table, columns, condition in _PARTIAL:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, *_ in (*_PARTIAL, *_INDEXES):
        op.drop_index(name, table)
    op.drop_table("group_requests")
    op.drop_table("group_members")
    op.drop_table("profile_groups")
