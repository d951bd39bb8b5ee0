"""Tasks of the staff: one open for each kind and subject, each closed with a note."""

from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.rights import OperatorRole
from domain.staff_tasks import (
    StaffTaskClosed,
    StaffTaskNoteMissing,
    StaffTaskNotFound,
    TaskKind,
)
from services import staff_tasks
from store.database import Database
from tests.services.steps import NOON

ADA = Actor(Role.OPERATOR, "usr-ada")
AUDITOR = frozenset({OperatorRole.AUDITOR})


def opened(database: Database, kind: TaskKind = TaskKind.MARK_MISUSE, subject: str = "X1") -> str:
    with database.write() as work:
        return staff_tasks.open(work, kind, subject, now=NOON, note="Seen.").public_id


def close(
    database: Database,
    task_id: str,
    note: str = "Done.",
    roles: frozenset[OperatorRole] = AUDITOR,
) -> None:
    with database.write() as work:
        staff_tasks.close(work, task_id, note, roles=roles, actor=ADA, now=NOON)


def test_there_is_one_open_task_for_a_kind_and_a_subject(database: Database) -> None:
    first = opened(database)
    assert opened(database) == first
    assert opened(database, subject="X2") != first
    close(database, first)
    assert opened(database) != first


def test_tasks_are_listed_by_deadline_for_those_who_do_them(database: Database) -> None:
    later = opened(database, TaskKind.REVIEW_CERTIFICATE)
    sooner = opened(database)
    opened(database, TaskKind.FRAME_REVIEW)
    with database.read() as session:
        found = staff_tasks.listed(session, AUDITOR, now=NOON + timedelta(days=4))
        assert [task.task_id for task in found] == [sooner, later]
        assert [task.is_overdue for task in found] == [True, False]
        assert staff_tasks.listed(session, {OperatorRole.MODERATOR}, now=NOON) == []


def test_a_task_is_closed_once_with_a_note(database: Database) -> None:
    task_id = opened(database)
    with pytest.raises(StaffTaskNoteMissing):
        close(database, task_id, "  ")
    close(database, task_id)
    with pytest.raises(StaffTaskClosed):
        close(database, task_id)
    with database.read() as session:
        (task,) = staff_tasks.listed(session, AUDITOR, now=NOON, is_open=False)
    assert (task.closing_note, task.is_overdue) == ("Done.", False)


def test_nobody_closes_what_is_for_others(database: Database) -> None:
    task_id = opened(database, TaskKind.FRAME_REVIEW)
    for wrong in (task_id, "stk-none"):
        with pytest.raises(StaffTaskNotFound):
            close(database, wrong)
    close(database, task_id, roles=frozenset({OperatorRole.FINANCE}))


def test_a_task_may_be_closed_by_what_was_done_elsewhere(database: Database) -> None:
    opened(database)
    with database.write() as work:
        staff_tasks.close_about(work, TaskKind.MARK_MISUSE, "X1", actor=ADA, now=NOON)
        staff_tasks.close_about(work, TaskKind.MARK_MISUSE, "X1", actor=ADA, now=NOON)
    with database.read() as session:
        assert staff_tasks.listed(session, AUDITOR, now=NOON) == []
