"""Tickets that wait or are shared with a shop, and letters about changes of the law."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

_ADDED = ("waiting_since", "reminded_at", "shared_at")


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        for name in _ADDED:
            tickets.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE tickets SET waiting_since = answered_at WHERE state = 'WAITING'")
    op.create_table(
        "law_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("market", sa.String(length=8), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_letters")),
        sa.UniqueConstraint("public_id", name=op.f("uq_law_letters_public_id")),
    )
    op.create_index(op.f("ix_law_letters_market"), "law_letters", ["market"])
    op.create_table(
        "law_letter_texts",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["law_letters.id"],
            name=op.f("fk_law_letter_texts_letter_id_law_letters"),
        ),
        sa.PrimaryKeyConstraint("letter_id", "language", name=op.f("pk_law_letter_texts")),
    )
    op.create_table(
        "law_subscriptions",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=8), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_law_subscriptions_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "market", name=op.f("pk_law_subscriptions")),
    )


def downgrade() -> None:
    for table in ("law_subscriptions", "law_letter_texts", "law_letters"):
        op.drop_table(table)
    with op.batch_alter_table("tickets") as tickets:
        for name in _ADDED:
            tickets.drop_column(name)
