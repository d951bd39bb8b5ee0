"""Changes that shops report: one open task for the auditors, which loses none of them (§31)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.errors import TextInvalid
from domain.rights import OperatorRole
from domain.staff_tasks import NOTE_CHARACTERS, ShopChangeMissing, TaskKind
from services import shop_changes, staff_tasks
from services.installation import Installation
from store.decisions import AuditEntry
from store.staff_tasks import StaffTask
from tests.services import steps
from tests.services.steps import ANNA, NOON


def report(installation: Installation, shop_key: str, text: str) -> None:
    with installation.database.write() as work:
        shop_changes.report(work, shop_key, text, actor=ANNA, now=NOON)


def test_a_later_report_joins_the_open_task_and_both_are_logged_with_who_told(
    installation: Installation,
) -> None:
    shop_key = steps.open_shop(installation.database)
    told = ["A new shop system.", "New terms, too: " + "x" * (NOTE_CHARACTERS - 16)]
    for text in told:
        report(installation, shop_key, text)
    with installation.database.read() as session:
        (task,) = staff_tasks.listed(session, {OperatorRole.AUDITOR}, now=NOON)
        query = select(AuditEntry).where(AuditEntry.action == "shop.change_reported")
        logged = [(each.actor, each.reason, each.after) for each in session.exec(query)]
    assert (task.kind, task.subject) == (TaskKind.SHOP_CHANGED, shop_key)
    assert all(text in task.note for text in told)
    # What was told stands in the task, which can be forgotten, and not in the log, which cannot.
    assert logged == [(ANNA.name, "", "")] * len(told)


def test_after_the_task_was_closed_a_report_opens_another(installation: Installation) -> None:
    shop_key = steps.open_shop(installation.database)
    report(installation, shop_key, "A new shop system.")
    with installation.database.write() as work:
        row = work.session.exec(select(StaffTask)).one()
        row.is_open, row.closed_at = False, NOON + timedelta(days=1)
        work.session.add(row)
    report(installation, shop_key, "New terms.")
    with installation.database.read() as session:
        (task,) = staff_tasks.listed(session, {OperatorRole.AUDITOR}, now=NOON)
    assert "A new shop system." not in task.note
    assert "New terms." in task.note


@pytest.mark.parametrize(
    ("text", "error"),
    [(" ", ShopChangeMissing), ("x" * (NOTE_CHARACTERS + 1), TextInvalid)],
)
def test_a_report_that_says_nothing_or_too_much_leaves_nothing(
    installation: Installation, text: str, error: type[Exception]
) -> None:
    shop_key = steps.open_shop(installation.database)
    with pytest.raises(error):
        report(installation, shop_key, text)
    with installation.database.read() as session:
        assert session.exec(select(StaffTask)).first() is None
        query = select(AuditEntry).where(AuditEntry.action == "shop.change_reported")
        assert session.exec(query).first() is None
