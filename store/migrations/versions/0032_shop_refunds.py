"""What a shop says in a claim that it has refunded."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims", sa.Column("shop_refunded_minor", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("claims", "shop_refunded_minor")
