"""A file of orders becomes invitations once, after somebody has said what has to be said of it."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.invitations import InvitationState
from domain.orders import NewOrder
from domain.rights import Right
from domain.uploads import (
    POLICY,
    STATEMENTS,
    Outcome,
    Statement,
    UploadNotFound,
    UploadSettled,
    UploadState,
    UploadStatementMissing,
    UploadsTooMany,
    UploadTimeInvalid,
)
from services import intake, mails, upload_batches, upload_views, uploads
from services import invitations as issued
from services.installation import Installation
from services.intake import Plan
from services.upload_views import UploadRecord
from store.decisions import AuditEntry
from store.invitations import Invitation
from store.mails import Mail
from store.orders import Order
from store.shops import Shop
from store.uploads import Upload
from tests.services import people, steps
from tests.services.steps import ANNA, NOON

BOTH = tuple(Statement)
HEADER = "email;reference;transactionDate;productSku;productName;days"


def body(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def added(installation: Installation, key: str, content: bytes, name: str = "orders.csv") -> str:
    file = uploads.read(installation.database.keys, name, content, now=NOON)
    with installation.database.write() as work:
        return uploads.add(work, installation.settings.home, key, file, actor=ANNA, now=NOON)


def confirmed(installation: Installation, key: str, content: bytes) -> str:
    upload_id = added(installation, key, content)
    with installation.database.write() as work:
        uploads.confirm(work, key, upload_id, BOTH, NOON + timedelta(days=1), actor=ANNA, now=NOON)
    return upload_id


def taken(installation: Installation, upload_id: str) -> None:
    """Work on the upload until there is nothing more to do."""
    with installation.database.read() as session:
        number = session.exec(select(Upload.id).where(col(Upload.public_id) == upload_id)).one()
    more = True
    while more:
        with installation.database.write() as work:
            more = upload_batches.take(work, number, now=NOON)


def shown(installation: Installation, key: str, upload_id: str) -> UploadRecord:
    with installation.database.read() as session:
        return upload_views.shown(session, key, upload_id)


def outcomes(installation: Installation, key: str, upload_id: str) -> dict[int, Outcome]:
    database = installation.database
    with database.read() as session:
        return {
            line.number: line.outcome
            for is_refused in (False, True)
            for line in upload_views.lines(
                session, database.keys, key, upload_id, is_refused=is_refused
            )
        }


def scheduled(installation: Installation) -> list[tuple[str, str, object]]:
    with installation.database.read() as session:
        query = select(Order.reference, Invitation.state, Invitation.send_at).join(
            Order, col(Order.id) == col(Invitation.order_id)
        )
        return sorted(session.exec(query.where(col(Invitation.is_mailed))).all())


def test_a_confirmed_file_schedules_an_invitation_for_each_of_its_orders(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    content = body(
        "a@example.org;A-1;2026-11-01;S1;Cup;",
        "a@example.org;A-1;2026-11-01;S2;Pot;",
        "b@example.org;A-2;2026-11-02;;;5",
        ";A-3;;;;",
    )
    upload_id = confirmed(installation, key, content)
    assert scheduled(installation) == []
    taken(installation, upload_id)
    tomorrow = NOON + timedelta(days=1)
    assert scheduled(installation) == [
        ("A-1", InvitationState.SCHEDULED, tomorrow),
        ("A-2", InvitationState.SCHEDULED, tomorrow + timedelta(days=5)),
    ]
    record = shown(installation, key, upload_id)
    assert (record.state, record.rows, record.ready, record.orders) == (UploadState.DONE, 4, 3, 2)
    assert record.counts == {Outcome.TAKEN: 3, Outcome.EMAIL_INVALID: 1}
    assert record.sent == {InvitationState.SCHEDULED: 2}
    assert (record.done, record.refused, record.may_cancel) == (3, 1, True)
    with installation.database.read() as session:
        order = session.exec(select(Order).where(col(Order.reference) == "A-1")).one()
    assert (order.legal_basis, order.legal_basis_version) == ("CONSENT", STATEMENTS)
    assert (order.legal_basis_at, order.source) == (NOON, "upload")


def test_nothing_is_sent_before_both_statements_are_ticked(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    upload_id = added(installation, key, body("a@example.org;A-1;;;;"))
    for said in ((), (Statement.CONSENT,), (Statement.NOT_SELECTED,)):
        with (
            pytest.raises(UploadStatementMissing),
            installation.database.write() as work,
        ):
            uploads.confirm(work, key, upload_id, said, NOON, actor=ANNA, now=NOON)
    late = NOON + timedelta(days=61)
    with pytest.raises(UploadTimeInvalid), installation.database.write() as work:
        uploads.confirm(work, key, upload_id, BOTH, late, actor=ANNA, now=NOON)
    taken(installation, upload_id)
    assert scheduled(installation) == []
    assert shown(installation, key, upload_id).state is UploadState.READ


def test_a_confirmation_is_kept_with_person_time_text_and_the_files_hash(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    upload_id = confirmed(installation, key, body("a@example.org;A-1;;;;"))
    with installation.database.read() as session:
        upload = session.exec(select(Upload)).one()
        entry = session.exec(
            select(AuditEntry).where(col(AuditEntry.action) == "upload.confirmed")
        ).one()
    assert (upload.confirmed_by, upload.confirmed_at) == ("anna", NOON)
    assert upload.text_version == STATEMENTS
    assert (entry.actor, entry.at, entry.object) == ("anna", NOON, upload_id)
    assert upload.sha256 in entry.after
    assert STATEMENTS in entry.after
    with pytest.raises(UploadSettled), installation.database.write() as work:
        uploads.confirm(work, key, upload_id, BOTH, NOON, actor=ANNA, now=NOON)


def test_orders_that_somebody_was_asked_for_and_people_who_object_are_found_in_the_preview(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    steps.invite(database, key, steps.order(database, key, reference="A-1"), at=NOON)
    steps.order(database, key, reference="A-2", basis=False)
    steps.order(database, key, reference="A-3", basis=False)
    with database.write() as work:
        account_id = work.session.exec(select(Shop.account_id)).one()
        mails.suppress(work, account_id, "Out@example.org", reason="asked", now=NOON)
    upload_id = added(
        installation,
        key,
        body(
            "dario@example.org;A-1;;;;",
            "dario@example.org;A-2;;;;",
            "other@example.org;A-3;;;;",
            "out@example.org;A-4;;;;",
            "out@example.org;A-4;;S1;Cup;",
        ),
    )
    assert outcomes(installation, key, upload_id) == {
        2: Outcome.ALREADY_INVITED,
        3: Outcome.READY,
        4: Outcome.ADDRESS_DIFFERS,
        5: Outcome.SUPPRESSED,
        6: Outcome.SUPPRESSED,
    }


def test_what_changes_between_reading_and_confirming_is_not_sent(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    upload_id = confirmed(
        installation, key, body("dario@example.org;A-1;;;;", "out@example.org;A-2;;;;")
    )
    reference = steps.order(database, key, reference="A-1")
    with database.write() as work:
        issued.issue(work, key, reference, now=NOON)
        account_id = work.session.exec(select(Shop.account_id)).one()
        mails.suppress(work, account_id, "out@example.org", reason="asked", now=NOON)
    taken(installation, upload_id)
    assert outcomes(installation, key, upload_id) == {2: Outcome.NOT_SENT, 3: Outcome.NOT_SENT}
    assert [state for _, state, _ in scheduled(installation)] == [InvitationState.SUPPRESSED]


def test_the_same_file_twice_invites_nobody_twice(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    content = body("a@example.org;A-1;;;;", "b@example.org;A-2;;;;")
    first, second = (confirmed(installation, key, content) for _ in range(2))
    taken(installation, first)
    taken(installation, second)
    assert len(scheduled(installation)) == 2
    assert outcomes(installation, key, second) == {2: Outcome.NOT_SENT, 3: Outcome.NOT_SENT}
    third = added(installation, key, content)
    assert set(outcomes(installation, key, third).values()) == {Outcome.ALREADY_INVITED}


def test_a_line_can_be_cancelled_before_and_after_it_was_taken_in(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    content = body(*(f"b{number}@example.org;A-{number};;;;" for number in range(3)))
    upload_id = confirmed(installation, key, content)

    def cancel(number: int) -> None:
        with installation.database.write() as work:
            uploads.cancel_line(work, key, upload_id, number, actor=ANNA, now=NOON)

    cancel(2)
    with pytest.raises(UploadSettled):
        cancel(2)
    taken(installation, upload_id)
    cancel(3)
    with pytest.raises(UploadSettled):
        cancel(3)
    with pytest.raises(UploadNotFound):
        cancel(9)
    states = [(reference, state) for reference, state, _ in scheduled(installation)]
    assert states == [("A-1", InvitationState.CANCELED), ("A-2", InvitationState.SCHEDULED)]


def test_a_whole_file_can_be_cancelled_until_it_was_sent(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    upload_id = confirmed(installation, key, body("a@example.org;A-1;;;;", "b@example.org;A-2;;;;"))
    taken(installation, upload_id)
    with installation.database.write() as work:
        assert uploads.cancel(work, key, upload_id, actor=ANNA, now=NOON) == 2
    assert {state for _, state, _ in scheduled(installation)} == {InvitationState.CANCELED}
    assert shown(installation, key, upload_id).state is UploadState.CANCELLED
    with pytest.raises(UploadSettled), installation.database.write() as work:
        uploads.cancel(work, key, upload_id, actor=ANNA, now=NOON)


def test_a_file_that_was_cancelled_before_its_job_ran_takes_nothing_in(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    upload_id = confirmed(installation, key, body("a@example.org;A-1;;;;"))
    with installation.database.write() as work:
        assert uploads.cancel(work, key, upload_id, actor=ANNA, now=NOON) == 1
    taken(installation, upload_id)
    assert scheduled(installation) == []


def test_another_shop_cannot_see_confirm_or_cancel_a_file(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    other = steps.open_shop(installation.database, domain="other.example")
    upload_id = added(installation, key, body("a@example.org;A-1;;;;"))
    with pytest.raises(UploadNotFound):
        shown(installation, other, upload_id)
    for use in (
        lambda work: uploads.cancel(work, other, upload_id, actor=ANNA, now=NOON),
        lambda work: uploads.confirm(work, other, upload_id, BOTH, NOON, actor=ANNA, now=NOON),
    ):
        with pytest.raises(UploadNotFound), installation.database.write() as work:
            use(work)


def test_a_file_lies_encrypted_in_the_home_folder_and_is_gone_after_thirty_days(
    installation: Installation,
) -> None:
    key = steps.open_shop(installation.database)
    content = body("secret@example.org;A-1;;;;", ";A-2;;;;")
    upload_id = added(installation, key, content)
    path: Path = installation.settings.home / "uploads" / upload_id
    assert b"secret@example.org" not in path.read_bytes()
    assert installation.database.keys.unseal(path.read_bytes()) == content
    uploads.purge(installation, now=NOON + timedelta(days=29))
    assert path.exists()
    far = NOON + timedelta(days=POLICY.kept_days, seconds=1)
    assert uploads.purge(installation, now=max(far, far.now(far.tzinfo) + timedelta(days=2))) == 1
    assert not path.exists()
    assert shown(installation, key, upload_id).is_removed
    database = installation.database
    with database.read() as session:
        (line,) = upload_views.lines(session, database.keys, key, upload_id, is_refused=True)
    assert (line.reference, line.email, line.outcome) == ("A-2", "", Outcome.EMAIL_INVALID)
    with pytest.raises(UploadSettled), database.write() as work:
        uploads.confirm(work, key, upload_id, BOTH, far, actor=ANNA, now=far)


def test_refused_lines_come_back_as_a_file_that_calculates_nothing(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    upload_id = added(
        installation, key, body("=1+1;A-1;;;;", "a@example.org;A-2;;;;", "no;A-3;;;;")
    )
    with database.write() as work:
        made = upload_views.refused_csv(work, key, upload_id, str, actor=ANNA, now=NOON)
    with database.read() as session:
        taken = col(AuditEntry.action) == "upload.refused_lines_taken"
        assert session.exec(select(AuditEntry.actor).where(taken)).all() == [ANNA.name]
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))
    assert [(row["email"], row["line"], row["problem"]) for row in rows] == [
        ("'=1+1", "2", "FORMULA"),
        ("no", "4", "EMAIL_INVALID"),
    ]


def test_a_shop_uploads_fifty_files_a_day_and_no_more(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = steps.open_shop(installation.database)
    monkeypatch.setattr(uploads, "POLICY", type(POLICY)(per_day=2))
    for _ in range(2):
        added(installation, key, body("a@example.org;A-1;;;;"))
    with pytest.raises(UploadsTooMany):
        added(installation, key, body("a@example.org;A-1;;;;"))


def test_whoever_confirmed_is_told_the_counts_once(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    user_id = people.hire(installation, key, "anna", Right.REVIEWS)
    upload_id = added(installation, key, body("a@example.org;A-1;;;;", "no;A-2;;;;"))
    with database.write() as work:
        actor = Actor(Role.SHOP, user_id)
        uploads.confirm(work, key, upload_id, BOTH, NOON, actor=actor, now=NOON)
    taken(installation, upload_id)
    taken(installation, upload_id)
    with database.read() as session:
        assert session.exec(select(Mail.key)).all().count("booster_done") == 1


def test_an_order_that_had_no_consent_is_asked_about_with_that_of_a_file(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    steps.order(database, key, reference="A-1", basis=False)
    plain = NewOrder("A-2", "dario@example.org", NOON, source="woocommerce")
    with database.write() as work:
        taken_in = intake.take(work, key, plain, Plan("woocommerce"), now=NOON)
    assert [each.state for each in taken_in.invitations] == [InvitationState.SUPPRESSED]
    upload_id = confirmed(
        installation, key, body("dario@example.org;A-1;;;;", "dario@example.org;A-2;;;;")
    )
    taken(installation, upload_id)
    assert outcomes(installation, key, upload_id) == {2: Outcome.TAKEN, 3: Outcome.TAKEN}
    assert [state for _, state, _ in scheduled(installation)] == [InvitationState.SCHEDULED] * 2
