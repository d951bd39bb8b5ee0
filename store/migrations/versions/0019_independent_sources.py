"""Independent sources of evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "independent_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_independent_sources")),
        sa.UniqueConstraint("public_id", name=op.f("uq_independent_sources_public_id")),
    )
    _confirmations()
    op.create_table(
        "evidence_losses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("level_before", sa.Integer(), nullable=False),
        sa.Column("level_after", sa.Integer(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("redress", sa.String(), nullable=False),
        sa.Column("automated_detection", sa.Boolean(), nullable=False),
        sa.Column("automated_decision", sa.Boolean(), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_evidence_losses_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_losses")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_losses_public_id")),
    )
    op.create_index(op.f("ix_evidence_losses_review_id"), "evidence_losses", ["review_id"])


def _confirmations() -> None:
    op.create_table(
        "order_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["independent_sources.id"],
            name=op.f("fk_order_confirmations_source_id_independent_sources"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_order_confirmations_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_confirmations")),
        sa.UniqueConstraint(
            "source_id",
            "shop_id",
            "reference_hash",
            name=op.f("uq_order_confirmations_source_id_shop_id_reference_hash"),
        ),
    )
    op.create_index(
        op.f("ix_order_confirmations_shop_id_reference_hash"),
        "order_confirmations",
        ["shop_id", "reference_hash"],
    )
    op.create_index(op.f("ix_order_confirmations_told_at"), "order_confirmations", ["told_at"])


def downgrade() -> None:
    for table in ("evidence_losses", "order_confirmations", "independent_sources"):
        op.drop_table(table)
