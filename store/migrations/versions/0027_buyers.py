"""Links to the account of a protected buyer, and the logins that they open."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buyer_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("email_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_links")),
        sa.UniqueConstraint("public_id", name=op.f("uq_buyer_links_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_buyer_links_token_hash")),
    )
    op.create_index(op.f("ix_buyer_links_email_hash"), "buyer_links", ["email_hash"])
    op.create_index(op.f("ix_buyer_links_expires_at"), "buyer_links", ["expires_at"])
    op.create_table(
        "buyer_logins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_logins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_buyer_logins_token_hash")),
    )
    op.create_index(op.f("ix_buyer_logins_email_hash"), "buyer_logins", ["email_hash"])
    op.create_index(op.f("ix_buyer_logins_ends_at"), "buyer_logins", ["ends_at"])


def downgrade() -> None:
    op.drop_table("buyer_logins")
    op.drop_table("buyer_links")
