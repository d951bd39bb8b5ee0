"""Files of orders, and calls of shop systems."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("ready", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=True),
        sa.Column("confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_uploads_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_uploads_public_id")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_shop_id"), ["shop_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_uploaded_at"), ["uploaded_at"], unique=False)

    op.create_table(
        "upload_lines",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leader", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_lines_upload_id_uploads")
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_upload_lines")),
    )
    with op.batch_alter_table("upload_lines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_upload_lines_outcome", ["upload_id", "outcome", "number"], unique=False
        )

    op.create_table(
        "order_consents",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_order_consents_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_order_consents")),
    )

    op.create_table(
        "order_hooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("former_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("secret_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_order_hooks_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hooks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_order_hooks_public_id")),
    )
    with op.batch_alter_table("order_hooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_hooks_shop_id"), ["shop_id"], unique=False)

    op.create_table(
        "order_hook_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook_id"],
            ["order_hooks.id"],
            name=op.f("fk_order_hook_calls_hook_id_order_hooks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hook_calls")),
    )
    with op.batch_alter_table("order_hook_calls", schema=None) as batch_op:
        batch_op.create_index("ix_order_hook_calls_hook_id_id", ["hook_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("order_hook_calls")
    op.drop_table("order_hooks")
    op.drop_table("order_consents")
    op.drop_table("upload_lines")
    op.drop_table("uploads")
