"""Drafts, pictures and what authors show of themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What the author shows besides the text, as JSON: lists read it with the review.
    op.add_column("reviews", sa.Column("shown", sa.Text(), nullable=True))
    op.create_table(
        "review_drafts",
        sa.Column("invitation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_review_drafts_invitation_id_invitations"),
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_review_drafts")),
    )
    op.create_index(op.f("ix_review_drafts_saved_at"), "review_drafts", ["saved_at"])
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("alternative", sa.String(length=300), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("is_avatar", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_pictures_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pictures_public_id")),
    )
    op.create_index(op.f("ix_pictures_review_id"), "pictures", ["review_id"])
    op.create_table(
        "social_proofs",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("town", sa.String(length=60), nullable=False),
        sa.Column("age_band", sa.String(length=10), nullable=False),
        sa.Column("customer_since", sa.Integer(), nullable=True),
        sa.Column("consents", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_social_proofs_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_social_proofs")),
    )


def downgrade() -> None:
    for table in ("social_proofs", "pictures", "review_drafts"):
        op.drop_table(table)
    op.drop_column("reviews", "shown")
