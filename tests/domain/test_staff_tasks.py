"""Tasks of the staff: each kind is somebody's, and solvency is for finance alone."""

from domain.rights import OperatorRole
from domain.staff_tasks import RULES, TaskKind, kinds_for


def test_every_kind_has_somebody_who_does_it_and_a_time() -> None:
    assert set(RULES) == set(TaskKind)
    assert all(rule.roles and rule.working_days > 0 for rule in RULES.values())


def test_what_touches_solvency_is_seen_by_finance_alone() -> None:
    assert kinds_for({OperatorRole.FINANCE}) == (TaskKind.FRAME_INDIVIDUAL, TaskKind.FRAME_REVIEW)
    assert not {TaskKind.FRAME_REVIEW, TaskKind.FRAME_INDIVIDUAL} & set(
        kinds_for({OperatorRole.AUDITOR, OperatorRole.MODERATOR})
    )


def test_who_has_no_such_role_sees_none() -> None:
    assert kinds_for(set()) == ()
