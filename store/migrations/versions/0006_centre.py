"""Days of activity, shops' logos and addresses, checked pages, notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch, which would copy the table that all others refer to.
    address = sa.Column("address", sa.String(length=300), nullable=False, server_default="")
    op.add_column("shops", address)
    with op.batch_alter_table("lint_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shop_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_lint_runs_shop_id_shops"), "shops", ["shop_id"], ["id"]
        )

    for_reported = sa.text("state = 'MODERATION'")
    op.create_index(
        "ix_reviews_reported",
        "reviews",
        ["shop_id"],
        unique=False,
        sqlite_where=for_reported,
        postgresql_where=for_reported,
    )
    op.create_table(
        "activity_days",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ordered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("invited", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replied", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reply_seconds", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_activity_days_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", "day", name=op.f("pk_activity_days")),
    )
    op.create_table(
        "shop_logos",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_shop_logos_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_logos")),
    )
    op.create_table(
        "checked_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_checked_pages_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checked_pages")),
        sa.UniqueConstraint("shop_id", "job", "url", name=op.f("uq_checked_pages_shop_id_job_url")),
    )
    op.create_table(
        "notification_choices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("bands", sa.String(length=40), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_notification_choices_shop_id_shops")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notification_choices_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "shop_id", name=op.f("pk_notification_choices")),
    )
    with op.batch_alter_table("notification_choices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notification_choices_shop_id"), ["shop_id"], unique=False
        )

    op.execute(_PAST.format(**_WORDS[op.get_bind().dialect.name]))


# What happened before these days were counted; each part stands for one kind of row.
_PAST = """
INSERT INTO activity_days
(shop_id, day, ordered, invited, answered, received, replied, reply_seconds)
SELECT shop_id, {day_of}moment{end}, SUM(ordered), SUM(invited), SUM(answered), SUM(received),
    SUM(replied), SUM(seconds)
FROM (
    SELECT shop_id, ordered_at AS moment, 1 AS ordered, 0 AS invited, 0 AS answered,
        0 AS received, 0 AS replied, 0 AS seconds
    FROM orders WHERE legal_basis IS NOT NULL
    UNION ALL
    SELECT shop_id, issued_at, 0, 1, CASE WHEN state = 'REVIEWED' THEN 1 ELSE 0 END, 0, 0, 0
    FROM invitations WHERE subject_id = 0
    UNION ALL
    SELECT shop_id, submitted_at, 0, 0, 0, 1, 0, 0
    FROM reviews WHERE is_public AND imported_from IS NULL
    UNION ALL
    SELECT reviews.shop_id, reviews.submitted_at, 0, 0, 0, 0, 1,
        {second_of}replies.created_at{close} - {second_of}reviews.submitted_at{close}
    FROM replies JOIN reviews ON reviews.id = replies.review_id
    WHERE reviews.is_public AND reviews.imported_from IS NULL
) AS happened
GROUP BY shop_id, {day_of}moment{end}
"""
_WORDS = {
    "sqlite": {"day_of": "date(", "end": ")", "second_of": "unixepoch(", "close": ")"},
    "postgresql": {
        "day_of": "(",
        "end": " AT TIME ZONE 'UTC')::date",
        "second_of": "floor(date_part('epoch', ",
        "close": "))::bigint",
    },
}


def downgrade() -> None:
    op.drop_table("notification_choices")
    op.drop_table("checked_pages")
    op.drop_table("shop_logos")
    op.drop_table("activity_days")
    op.drop_index("ix_reviews_reported", table_name="reviews")
    with op.batch_alter_table("lint_runs", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_lint_runs_shop_id_shops"), type_="foreignkey")
        batch_op.drop_column("shop_id")

    op.drop_column("shops", "address")
