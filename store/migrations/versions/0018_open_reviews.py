"""Reviews that wait for their address to be confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_contacts",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("email_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("reference_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("network_hash", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_contacts_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_review_contacts_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_contacts")),
    )
    op.create_index(
        op.f("ix_review_contacts_network_hash_received_at"),
        "review_contacts",
        ["network_hash", "received_at"],
    )
    op.create_index(
        op.f("ix_review_contacts_email_hash_shop_id"), "review_contacts", ["email_hash", "shop_id"]
    )
    op.create_index(
        "ix_review_contacts_waiting",
        "review_contacts",
        ["received_at"],
        sqlite_where=sa.text("confirmed_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("review_contacts")
