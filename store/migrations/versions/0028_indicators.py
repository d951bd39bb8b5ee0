"""Quality indicators, what was told of them, test orders, and documents of audits."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator_days",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_indicator_days_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", "indicator", "day", name=op.f("pk_indicator_days")),
    )
    op.create_index("ix_indicator_days_day", "indicator_days", ["day", "shop_id"])
    op.create_table(
        "indicator_alerts",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_indicator_alerts_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", "indicator", "kind", name=op.f("pk_indicator_alerts")),
    )
    op.create_table(
        "test_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_passed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("auditor", sa.String(length=120), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_test_orders_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_orders")),
    )
    op.create_index(
        op.f("ix_test_orders_shop_id_ordered_at"), "test_orders", ["shop_id", "ordered_at"]
    )
    op.create_table(
        "audit_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_audit_documents_audit_id_audits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_documents")),
        sa.UniqueConstraint(
            "audit_id", "version", name=op.f("uq_audit_documents_audit_id_version")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_audit_documents_number")),
    )


def downgrade() -> None:
    for table in ("audit_documents", "test_orders", "indicator_alerts", "indicator_days"):
        op.drop_table(table)
