"""What is kept for how long, what people asked about their data, and texts they were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Partial, so that the daily look at what is old costs nothing for what is gone already.
_KEPT = {"orders": "ordered_at", "hand_overs": "received_at"}
_TEXTS = ("text_id", "reminder_text_id")


def upgrade() -> None:
    for table, moment in _KEPT.items():
        op.add_column(table, sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(
            f"ix_{table}_to_forget",
            table,
            [moment],
            sqlite_where=sa.text("forgotten_at IS NULL"),
            postgresql_where=sa.text("forgotten_at IS NULL"),
        )
    for column in _TEXTS:
        op.add_column("invitations", sa.Column(column, sa.Integer(), nullable=True))
    _shown_texts()
    _requests()


def _shown_texts() -> None:
    op.create_table(
        "shown_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("button", sa.String(length=60), nullable=False),
        sa.Column("first_shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_texts")),
        sa.UniqueConstraint("digest", name=op.f("uq_shown_texts_digest")),
    )


def _requests() -> None:
    op.create_table(
        "person_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("email_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_requests_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_person_requests_token_hash")),
    )
    op.create_index(
        op.f("ix_person_requests_email_hash_kind"), "person_requests", ["email_hash", "kind"]
    )
    op.create_index(op.f("ix_person_requests_kind_due_at"), "person_requests", ["kind", "due_at"])


def downgrade() -> None:
    op.drop_table("person_requests")
    op.drop_table("shown_texts")
    for column in reversed(_TEXTS):
        op.drop_column("invitations", column)
    for table in reversed(_KEPT):
        op.drop_index(f"ix_{table}_to_forget", table_name=table)
        op.drop_column(table, "forgotten_at")
