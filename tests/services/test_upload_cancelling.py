"""A whole file is cancelled in few statements, and the log says of each invitation what it was."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from domain.invitations import InvitationState, Reason
from domain.uploads import POLICY
from services import uploads
from services.installation import Installation
from store.decisions import AuditEntry
from store.invitations import Invitation
from tests.services import steps
from tests.services.steps import ANNA, NOON
from tests.services.test_uploads import added, body, confirmed, shown, taken


def test_cancelling_a_file_takes_as_many_statements_for_many_orders_as_for_few(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    asked: list[int] = []
    for name, number in (("few", 10), ("many", 40)):
        lines = (f"{name}{each}@example.org;{name}-{each};;;;" for each in range(number))
        upload_id = confirmed(installation, key, body(*lines))
        taken(installation, upload_id)
        statements: list[str] = []

        def count(_: Any, __: Any, statement: str, *___: Any, said: Any = statements) -> None:
            said.append(statement)

        event.listen(installation.database.engine, "before_cursor_execute", count)
        with installation.database.write() as work:
            assert uploads.cancel(work, key, upload_id, actor=ANNA, now=NOON) == number
        event.remove(installation.database.engine, "before_cursor_execute", count)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_mails_that_wait_longer_than_the_file_is_kept_can_still_be_cancelled(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    unconfirmed = added(installation, key, body("b@example.org;A-2;;;;"))
    upload_id = confirmed(installation, key, body("a@example.org;A-1;;;;90"))
    taken(installation, upload_id)
    later = NOON + timedelta(days=POLICY.kept_days + 1)
    uploads.purge(installation, now=later)
    record = shown(installation, key, upload_id)
    assert (record.is_removed, record.may_cancel) == (True, True)
    assert not shown(installation, key, unconfirmed).may_cancel
    with installation.database.write() as work:
        uploads.cancel_line(work, key, upload_id, 2, actor=ANNA, now=later)
    assert not shown(installation, key, upload_id).may_cancel


def test_each_invitation_of_a_cancelled_file_is_in_the_log_with_what_it_was(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    upload_id = confirmed(installation, key, body("a@example.org;A-1;;;;", "b@example.org;A-2;;;;"))
    taken(installation, upload_id)
    with installation.database.write() as work:
        first, second = work.session.exec(select(Invitation).order_by(col(Invitation.id))).all()
        first.state = InvitationState.SENT
        second.state = InvitationState.POSTPONED
    with installation.database.write() as work:
        assert uploads.cancel(work, key, upload_id, actor=ANNA, now=NOON) == 1
    with installation.database.read() as session:
        rows = session.exec(select(Invitation).order_by(col(Invitation.id))).all()
        query = select(AuditEntry).where(AuditEntry.action == "invitation.canceled")
        (entry,) = session.exec(query).all()
    assert [(row.state, row.reason) for row in rows] == [
        (InvitationState.SENT, ""),
        (InvitationState.CANCELED, Reason.CANCELED_BY_SHOP),
    ]
    assert (entry.object, entry.actor) == (second.public_id, ANNA.name)
    assert (entry.before, entry.reason) == ('{"state":"POSTPONED"}', Reason.CANCELED_BY_SHOP)
