"""Texts that are held, signals, and receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BANDS = ("band_0", "band_1", "band_2", "band_3")


def upgrade() -> None:
    _holds()
    _signals()
    op.create_table(
        "review_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_receipts_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_receipts")),
        sa.UniqueConstraint(
            "review_id", "number", name=op.f("uq_review_receipts_review_id_number")
        ),
    )


def _holds() -> None:
    op.create_table(
        "review_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("redress", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider", sa.String(length=120), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_holds_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_review_holds_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_holds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_holds_public_id")),
    )
    op.create_index(op.f("ix_review_holds_review_id"), "review_holds", ["review_id"])
    op.create_index(op.f("ix_review_holds_is_open_due_at"), "review_holds", ["is_open", "due_at"])
    op.create_index(
        "uq_review_holds_open",
        "review_holds",
        ["review_id"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )


def _signals() -> None:
    op.create_table(
        "review_traces",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("network_hash", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_traces_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_review_traces_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_traces")),
    )
    for column in ("network_hash", "noted_at"):
        op.create_index(op.f(f"ix_review_traces_{column}"), "review_traces", [column])
    op.create_table(
        "review_prints",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("simhash", sa.BigInteger(), nullable=False),
        *(sa.Column(band, sa.Integer(), nullable=False) for band in _BANDS),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_prints_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_prints")),
    )
    for band in _BANDS:
        op.create_index(op.f(f"ix_review_prints_{band}"), "review_prints", [band])
    op.create_table(
        "review_signals",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_signals_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("review_id", "kind", name=op.f("pk_review_signals")),
    )
    op.create_table(
        "integrity_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("moderation_case", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_integrity_cases_review_id_reviews")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_integrity_cases_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_cases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_integrity_cases_public_id")),
        sa.UniqueConstraint("review_id", name=op.f("uq_integrity_cases_review_id")),
    )
    op.create_index(
        op.f("ix_integrity_cases_is_open_score"), "integrity_cases", ["is_open", "score"]
    )


def downgrade() -> None:
    for table in (
        "review_receipts",
        "integrity_cases",
        "review_signals",
        "review_prints",
        "review_traces",
        "review_holds",
    ):
        op.drop_table(table)
