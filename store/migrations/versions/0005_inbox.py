"""What staff have read, reply templates, and the full-text index of reviews.

``inbox`` and ``review_words`` follow ``reviews`` and ``replies`` by triggers, so that no way of
writing a review can leave them behind. ``review_words`` exists for searching alone: an FTS5 table
on SQLite, a tsvector with its index on PostgreSQL.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SCRIPTS = Path(__file__).parents[1] / "inbox"
_TRIGGERS = {
    "sqlite": {
        "reviews": ("reviews_arrive", "reviews_change", "reviews_go"),
        "replies": ("replies_arrive", "replies_change", "replies_go"),
        "orders": ("orders_change",),
    },
    "postgresql": {
        "reviews": ("reviews_arrive", "reviews_change"),
        "replies": ("replies_change",),
        "orders": ("orders_change",),
    },
}
_DROPPED = {
    "sqlite": ("VIEW inbox_entries", "VIEW review_texts", "VIEW review_keys"),
    "postgresql": (
        "VIEW inbox_entries",
        "FUNCTION reviews_arrive()",
        "FUNCTION reviews_change()",
        "FUNCTION replies_change()",
        "FUNCTION orders_change()",
        "FUNCTION review_document(integer)",
        "FUNCTION review_text(text)",
    ),
}


def upgrade() -> None:
    _create_tables()
    script = _SCRIPTS / f"{op.get_bind().dialect.name}.sql"
    for statement in script.read_text(encoding="utf-8").split("\n\n")[1:]:
        _run(statement)


def _create_tables() -> None:
    op.create_table(
        "inbox",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("moderation", sa.String(length=10), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("is_unread", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_inbox_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_list",
            [
                *("shop_id", "submitted_at", "review_id", "subject_id", "stars"),
                *("is_public", "moderation", "is_answered", "is_unread"),
            ],
        )
        for name, condition in (("unread", "is_unread"), ("open", "moderation = 'OPEN'")):
            batch_op.create_index(
                f"ix_inbox_{name}",
                ["shop_id", "submitted_at", "review_id"],
                sqlite_where=sa.text(condition),
                postgresql_where=sa.text(condition),
            )
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_reply_templates_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reply_templates_public_id")),
        sa.UniqueConstraint(
            "shop_id", "language", "name", name=op.f("uq_reply_templates_shop_id_language_name")
        ),
    )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, triggers in _TRIGGERS[dialect].items():
        for trigger in triggers:
            _run(f"DROP TRIGGER {trigger}" + (f" ON {table}" if dialect == "postgresql" else ""))
    for thing in _DROPPED[dialect]:
        _run(f"DROP {thing}")
    _run("DROP TABLE review_words")
    op.drop_table("reply_templates")
    op.drop_table("inbox")


def _run(statement: str) -> None:
    """As it is: PostgreSQL's driver would take a percent sign for the place of a value."""
    bind = op.get_bind()
    is_formatted = bind.dialect.name == "postgresql"
    bind.exec_driver_sql(statement.replace("%", "%%") if is_formatted else statement)
