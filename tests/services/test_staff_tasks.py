"""Tasks of the staff: one open for each kind and subject, each closed with a note."""

from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.certificates import MarkReport
from domain.duties import OwnShop
from domain.rights import OperatorRole
from domain.staff_tasks import (
    StaffTaskClosed,
    StaffTaskNoteMissing,
    StaffTaskNotFound,
    TaskKind,
)
from services import certificates, staff_tasks
from store import accounts, shops
from store.database import Database
from tests.services import certified
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


@pytest.mark.parametrize("about", ["company", "shop", "audit", "report"])
def test_nobody_sees_or_closes_tasks_about_a_company_of_their_own(
    database: Database, about: str
) -> None:
    shop_key = certified.open_shop(database)
    audit_id = certified.passed(database, shop_key)
    with database.write() as work:
        given = MarkReport("https://copy.example", "A copy of the mark.")
        report_id = certificates.report(work, shop_key, given, now=NOON)
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        account_id = shop.account_id
        company = accounts.of_shop(work.session, account_id).public_id
        kind, subject = {
            "company": (TaskKind.FRAME_REVIEW, company),
            "shop": (TaskKind.REVIEW_CERTIFICATE, shop_key),
            "audit": (TaskKind.AUDIT_COMPLAINT, audit_id),
            "report": (TaskKind.MARK_MISUSE, report_id),
        }[about]
        task_id = staff_tasks.open(work, kind, subject, now=NOON).public_id
    roles = AUDITOR | {OperatorRole.FINANCE}
    with database.read() as session:
        assert subject in {each.subject for each in staff_tasks.listed(session, roles, now=NOON)}
        assert staff_tasks.listed(session, roles, now=NOON, own={account_id}) == []
        own = staff_tasks.listed(session, roles, now=NOON, own={account_id + 1})
        assert subject in {each.subject for each in own}
    with pytest.raises(OwnShop), database.write() as work:
        staff_tasks.close(
            work, task_id, "Done.", roles=roles, actor=ADA, now=NOON, own={account_id}
        )
    close(database, task_id, roles=roles)
