"""The moment at which a mail went over the line to its server."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_mails_handed_at"), "mails", ["handed_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_mails_handed_at"), "mails")
    # Nobody but this release knows of the state; what it says of a mail is nearest to FAILED.
    op.execute("UPDATE mails SET state = 'FAILED' WHERE state = 'IN_DOUBT'")
    op.drop_column("mails", "handed_at")
