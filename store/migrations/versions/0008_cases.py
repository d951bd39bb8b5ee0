"""Complaints of every side of a case, notices put to the author, and refused attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OLD = "uq_complaints_case_id_side"
_NEW = "uq_complaints_case_id_complainant_decision_number"


def upgrade() -> None:
    op.create_table(
        "refused_attempts",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "actor", "kind", name=op.f("pk_refused_attempts")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("decisions", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    _set_deciders(sa.Text())
    with op.batch_alter_table("case_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("put_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("complainant", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("decision_number", sa.Integer(), nullable=True))
    _fill()
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.alter_column("complainant", existing_type=sa.String(length=40), nullable=False)
        batch_op.alter_column("decision_number", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_constraint(_OLD, type_="unique")
        batch_op.create_unique_constraint(_NEW, ["case_id", "complainant", "decision_number"])


def _set_deciders(type_: sa.String) -> None:
    """Each complaint is decided by a further person; SQLite keeps texts of any length anyway."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "cases", "deciders", type_=type_, postgresql_using="substr(deciders, 1, 400)"
        )


def _fill() -> None:
    """Each decision that was overturned was one more, and what was heard was put to its author."""
    op.execute(
        "UPDATE complaints SET "
        "complainant = CASE WHEN side = 'AUTHOR' THEN 'AUTHOR' ELSE coalesce("
        "(SELECT CASE WHEN n.kind = 'SHOP' THEN 'SHOP' ELSE n.public_id END "
        "FROM notices n WHERE n.id = complaints.notice_id), side) END, "
        "decision_number = 1 + (SELECT count(*) FROM complaints e WHERE e.state = 'UPHELD' "
        "AND e.case_id = complaints.case_id AND e.id < complaints.id)"
    )
    op.execute(
        "UPDATE cases SET decisions = 1 + (SELECT count(*) FROM complaints e "
        "WHERE e.state = 'UPHELD' AND e.case_id = cases.id) WHERE decided_at IS NOT NULL"
    )
    op.execute(
        "UPDATE notices SET put_at = filed_at WHERE case_id IN "
        "(SELECT id FROM cases WHERE state NOT IN ('RECEIVED', 'TRIAGE'))"
    )
    # Of several reporters nobody knows any more who said what: it is shown to none of them.
    op.execute(
        "UPDATE case_messages SET notice_id = (SELECT min(n.id) FROM notices n "
        "WHERE n.case_id = case_messages.case_id) WHERE party = 'REPORTER' AND "
        "(SELECT count(*) FROM notices n WHERE n.case_id = case_messages.case_id) = 1"
    )


def downgrade() -> None:
    # Before, each side complained once in a case: its first complaint stays.
    op.execute(
        "DELETE FROM complaints WHERE id NOT IN "
        "(SELECT min(id) FROM complaints GROUP BY case_id, side)"
    )
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.drop_constraint(_NEW, type_="unique")
        batch_op.create_unique_constraint(_OLD, ["case_id", "side"])
        batch_op.drop_column("decision_number")
        batch_op.drop_column("complainant")
    # Plainly, without making the tables anew: rows of others point at theirs.
    op.drop_column("notices", "put_at")
    op.drop_column("case_messages", "notice_id")
    op.drop_column("cases", "forgotten_at")
    op.drop_column("cases", "decisions")
    _set_deciders(sa.String(length=400))
    op.drop_table("refused_attempts")
