"""Claims of protected buyers, their steps and messages."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_AMOUNTS = ("paid", "refunds", "chargeback", "kept", "approved")


def upgrade() -> None:
    _claims()
    op.create_table(
        "claim_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("rules", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_steps_claim_id_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_steps")),
    )
    op.create_index(op.f("ix_claim_steps_claim_id"), "claim_steps", ["claim_id"])
    op.create_table(
        "claim_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_messages_claim_id_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_messages")),
    )
    op.create_index(op.f("ix_claim_messages_claim_id"), "claim_messages", ["claim_id"])


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("protection_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("buyer_hash", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=12), nullable=False),
        *_of_time(),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answer_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement_minor", sa.BigInteger(), nullable=True),
        sa.Column("settlement_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement_buyer", sa.Boolean(), nullable=True),
        sa.Column("settlement_shop", sa.Boolean(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cover_minor", sa.BigInteger(), nullable=False),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=True) for name in _AMOUNTS),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("handler", sa.String(length=120), nullable=False),
        sa.Column("handlers", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.String(length=120), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["protection_id"], ["protections.id"], name=op.f("fk_claims_protection_id_protections")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_claims_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("public_id", name=op.f("uq_claims_public_id")),
        sa.UniqueConstraint("protection_id", name=op.f("uq_claims_protection_id")),
    )
    op.create_index(op.f("ix_claims_shop_id_opened_at"), "claims", ["shop_id", "opened_at"])
    op.create_index(op.f("ix_claims_state_due_at"), "claims", ["state", "due_at"])
    for column in ("buyer_hash", "wake_at", "closed_at"):
        op.create_index(op.f(f"ix_claims_{column}"), "claims", [column])


def _of_time() -> tuple[sa.Column[datetime], ...]:
    optional = ("due_at", "remind_at", "reminded_at", "wake_at", "closed_at")
    return (
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in optional),
        sa.Column("covered_until", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("claim_messages", "claim_steps", "claims"):
        op.drop_table(table)
