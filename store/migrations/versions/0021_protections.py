"""Protections of purchases, their guarantor and the day's rates of exchange."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _guarantors()
    _protections()
    op.create_table(
        "protection_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("buyer_hash", sa.String(length=64), nullable=False),
        sa.Column("email_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("residence", sa.String(length=2), nullable=False),
        sa.Column("consent_version", sa.String(length=80), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plus_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plus_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plus_cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection_members")),
        sa.UniqueConstraint("buyer_hash", name=op.f("uq_protection_members_buyer_hash")),
    )
    op.create_index(
        op.f("ix_protection_members_plus_ends_at"), "protection_members", ["plus_ends_at"]
    )


def _guarantors() -> None:
    op.create_table(
        "guarantors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("licence_note", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantors")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guarantors_public_id")),
    )
    op.create_index(
        "uq_guarantors_active",
        "guarantors",
        ["is_active"],
        unique=True,
        sqlite_where=sa.text("is_active"),
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rates")),
        sa.UniqueConstraint("currency", "day", name=op.f("uq_exchange_rates_currency_day")),
    )


def _protections() -> None:
    op.create_table(
        "protections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("guarantor_id", sa.Integer(), nullable=False),
        sa.Column("order_reference", sa.String(length=255), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_type", sa.String(length=30), nullable=False),
        sa.Column("payment_raw", sa.String(length=100), nullable=False),
        sa.Column("buyer_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("buyer_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("residence", sa.String(length=2), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("cover_minor", sa.BigInteger(), nullable=False),
        sa.Column("cover_eur_minor", sa.BigInteger(), nullable=False),
        sa.Column("fx_rate", sa.String(length=30), nullable=False),
        sa.Column("fx_date", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("starts_at", "ends_at")
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in (
                "extended_at",
                "prolonged_at",
                "expiry_told_at",
                "ended_at",
                "forgotten_at",
            )
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_protections_shop_id_shops")
        ),
        sa.ForeignKeyConstraint(
            ["guarantor_id"],
            ["guarantors.id"],
            name=op.f("fk_protections_guarantor_id_guarantors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protections")),
        sa.UniqueConstraint("public_id", name=op.f("uq_protections_public_id")),
        sa.UniqueConstraint(
            "shop_id", "order_reference", name=op.f("uq_protections_shop_id_order_reference")
        ),
    )
    op.create_index(op.f("ix_protections_buyer_hash"), "protections", ["buyer_hash"])
    op.create_index(op.f("ix_protections_state_ends_at"), "protections", ["state", "ends_at"])
    op.create_index(
        op.f("ix_protections_shop_id_starts_at"), "protections", ["shop_id", "starts_at"]
    )
    op.create_index(
        "ix_protections_to_forget",
        "protections",
        ["ends_at"],
        sqlite_where=sa.text("forgotten_at IS NULL"),
        postgresql_where=sa.text("forgotten_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("protection_members", "protections", "exchange_rates", "guarantors"):
        op.drop_table(table)
