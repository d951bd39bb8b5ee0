"""Audits of shops: criteria, findings, threads, and tasks of the operator's staff."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = (
    "audits",
    "audit_steps",
    "audit_decisions",
    "audit_findings",
    "finding_messages",
    "finding_files",
    "staff_tasks",
)


def upgrade() -> None:
    _audits()
    _audit_steps()
    _audit_decisions()
    _audit_findings()
    _finding_messages()
    _finding_files()
    _staff_tasks()


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(name)


def _audits() -> None:
    op.create_table(
        "audits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=5), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("criteria_version", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_running", sa.Boolean(), nullable=False),
        sa.Column("is_self_audit", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("declared", sa.String(length=200), nullable=False),
        sa.Column("test_url", sa.String(length=500), nullable=False),
        sa.Column("auditor", sa.String(length=120), nullable=False),
        sa.Column("auditors", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.String(length=120), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_days", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=8), nullable=False),
        sa.Column("identity_note", sa.LargeBinary(), nullable=True),
        sa.Column("identity_by", sa.String(length=120), nullable=False),
        sa.Column("identity_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credit", sa.String(length=8), nullable=False),
        sa.Column("credit_note", sa.LargeBinary(), nullable=True),
        sa.Column("credit_by", sa.String(length=120), nullable=False),
        sa.Column("credit_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_audits_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        sa.UniqueConstraint("public_id", name=op.f("uq_audits_public_id")),
    )
    op.create_index(op.f("ix_audits_shop_id"), "audits", ["shop_id"], unique=False)
    op.create_index(op.f("ix_audits_state_due_at"), "audits", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_audits_valid_until"), "audits", ["valid_until"], unique=False)
    op.create_index(
        "uq_audits_running",
        "audits",
        ["shop_id"],
        unique=True,
        sqlite_where=sa.text("is_running"),
        postgresql_where=sa.text("is_running"),
    )


def _audit_steps() -> None:
    op.create_table(
        "audit_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_audit_steps_audit_id_audits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_steps")),
    )
    op.create_index(op.f("ix_audit_steps_audit_id"), "audit_steps", ["audit_id"], unique=False)


def _audit_decisions() -> None:
    op.create_table(
        "audit_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("redress", sa.Text(), nullable=False),
        sa.Column("is_danger", sa.Boolean(), nullable=False),
        sa.Column("auditor", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("complained_by", sa.String(length=120), nullable=False),
        sa.Column("complained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("outcome_explanation", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_audit_decisions_audit_id_audits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_decisions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_audit_decisions_public_id")),
    )
    op.create_index(
        op.f("ix_audit_decisions_audit_id"), "audit_decisions", ["audit_id"], unique=False
    )
    op.create_index(
        op.f("ix_audit_decisions_effected_at_effective_at"),
        "audit_decisions",
        ["effected_at", "effective_at"],
        unique=False,
    )


def _audit_findings() -> None:
    op.create_table(
        "audit_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=24), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("evidence_url", sa.String(length=2000), nullable=False),
        sa.Column("screenshot_id", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("shop_answer", sa.Text(), nullable=False),
        sa.Column("auditor_answer", sa.Text(), nullable=False),
        sa.Column("proposed", sa.String(length=16), nullable=False),
        sa.Column("proposal", sa.String(length=40), nullable=False),
        sa.Column("proposed_url", sa.String(length=2000), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audits.id"], name=op.f("fk_audit_findings_audit_id_audits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_findings")),
        sa.UniqueConstraint(
            "audit_id", "criterion", name=op.f("uq_audit_findings_audit_id_criterion")
        ),
    )
    op.create_index(
        op.f("ix_audit_findings_audit_id"), "audit_findings", ["audit_id"], unique=False
    )


def _finding_messages() -> None:
    op.create_table(
        "finding_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["audit_findings.id"],
            name=op.f("fk_finding_messages_finding_id_audit_findings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_messages")),
    )
    op.create_index(
        op.f("ix_finding_messages_finding_id"), "finding_messages", ["finding_id"], unique=False
    )


def _finding_files() -> None:
    op.create_table(
        "finding_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["audit_findings.id"],
            name=op.f("fk_finding_files_finding_id_audit_findings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_finding_files_public_id")),
    )
    op.create_index(
        op.f("ix_finding_files_finding_id"), "finding_files", ["finding_id"], unique=False
    )


def _staff_tasks() -> None:
    op.create_table(
        "staff_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=False),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_tasks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_tasks_public_id")),
    )
    op.create_index(
        op.f("ix_staff_tasks_is_open_due_at"), "staff_tasks", ["is_open", "due_at"], unique=False
    )
    op.create_index(
        "uq_staff_tasks_open",
        "staff_tasks",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
