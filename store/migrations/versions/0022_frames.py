"""Protection frames, their use over time, seasons and reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _frames()
    _use()
    _reviews()
    op.create_table(
        "frame_seasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=5), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("factor_percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_seasons")),
    )
    op.create_index(op.f("ix_frame_seasons_market"), "frame_seasons", ["market"])


def _frames() -> None:
    op.create_table(
        "frames",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *_amounts(),
        sa.Column("turnover_eur_minor", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_account("frames"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_frames")),
    )
    op.create_index(op.f("ix_frames_state"), "frames", ["state"])
    op.create_table(
        "frame_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *_amounts(),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _of_account("frame_changes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_changes")),
    )
    op.create_index(op.f("ix_frame_changes_account_id"), "frame_changes", ["account_id"])


def _amounts() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("base_eur_minor", sa.BigInteger(), nullable=False),
        sa.Column("factor_percent", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("insurer_ref", sa.String(length=80), nullable=False),
    )


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id_accounts")
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name)


def _use() -> None:
    op.create_table(
        "frame_cover",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cover_eur_minor", sa.BigInteger(), nullable=False),
        _of_account("frame_cover"),
        sa.PrimaryKeyConstraint("account_id", "end_day", "shop_id", name=op.f("pk_frame_cover")),
    )
    op.create_table(
        "frame_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change_eur_minor", sa.BigInteger(), nullable=False),
        _of_account("frame_moves"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_moves")),
    )
    op.create_index(op.f("ix_frame_moves_account_id_at"), "frame_moves", ["account_id", "at"])
    op.create_table(
        "frame_days",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opening_eur_minor", sa.BigInteger(), nullable=False),
        sa.Column("latest_eur_minor", sa.BigInteger(), nullable=False),
        sa.Column("most_eur_minor", sa.BigInteger(), nullable=False),
        sa.Column("latest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exceeded_at", sa.DateTime(timezone=True), nullable=True),
        _of_account("frame_days"),
        sa.PrimaryKeyConstraint("account_id", "shop_id", "day", name=op.f("pk_frame_days")),
    )


def _reviews() -> None:
    op.create_table(
        "frame_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("insurer_ref", sa.String(length=80), nullable=False),
        sa.Column("approved_eur_minor", sa.BigInteger(), nullable=True),
        sa.Column("approved_from", sa.Date(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decider", sa.String(length=120), nullable=False),
        *(
            sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=name != "opened")
            for name in ("opened", "asked", "answered", "ended", "applied")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_account("frame_reviews"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_reviews")),
        sa.UniqueConstraint("public_id", name=op.f("uq_frame_reviews_public_id")),
    )
    op.create_index(op.f("ix_frame_reviews_account_id"), "frame_reviews", ["account_id"])
    op.create_index(op.f("ix_frame_reviews_is_open_id"), "frame_reviews", ["is_open", "id"])
    op.create_index(
        "uq_frame_reviews_open",
        "frame_reviews",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )


def downgrade() -> None:
    for table in (
        "frame_seasons",
        "frame_reviews",
        "frame_days",
        "frame_moves",
        "frame_cover",
        "frame_changes",
        "frames",
    ):
        op.drop_table(table)
