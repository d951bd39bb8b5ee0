"""What is not needed any more goes on its day: both sides of each boundary, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.errors import InvitationExpired, LegalBasisMissing
from domain.invitations import InvitationState
from domain.person_data import PERSON_DATA
from domain.reviews import ReviewState, Submission
from jobs import retention as jobs
from services import (
    activity,
    invitation_mails,
    invitations,
    person_data,
    planning,
    retention,
    reviews,
    signals,
)
from services.installation import Installation
from services.signals import Sent
from store import shops as shop_rows
from store.database import Database
from store.decisions import AuditEntry
from store.hand_overs import HandOver
from store.independent_sources import IndependentSource, OrderConfirmation
from store.invitations import Invitation
from store.orders import Order, OrderLine
from store.person_data import PersonRequest
from store.review_contacts import ReviewContact
from store.shown_texts import ShownText
from store.signals import Trace
from tests.services import collected, reported, steps
from tests.services.kills import Killed, killed_after
from tests.services.steps import NOON, marks

# Six months after the purchase, the day after which the invitation ends, and 90 days.
DUE = datetime(2027, 8, 19, tzinfo=UTC)
ACCESS_ENDS = datetime(2027, 11, 21, tzinfo=UTC)
JUST_BEFORE = timedelta(seconds=-1)


def forget(installation: Installation, at: datetime) -> dict[str, int]:
    return jobs.forget(installation, now=at.isoformat())


def the_order(database: Database) -> Order:
    with database.read() as session:
        return session.exec(select(Order)).one()


def hand_over(database: Database, shop_key: str, order_id: int | None = None) -> None:
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        row = HandOver(
            public_id="hov-1",
            shop_id=shop.id,
            order_id=order_id,
            reference="H-1",
            email_cipher=work.keys.encrypt("dario@example.org"),
            email_hash=work.keys.hash_email("dario@example.org"),
            amount_minor=100,
            currency="EUR",
            payment_type="CARD",
            payment_text="Dario's card",
            lines='[{"sku": "S1"}]',
            language="en",
            wants_review=True,
            legal_basis="CONSENT",
            legal_basis_version="1",
            legal_basis_at=NOON,
            is_signed=False,
            received_at=NOON,
        )
        work.session.add(row)


def test_an_order_without_a_review_is_forgotten_90_days_after_the_invitation_ends(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    collected.take(database, shop_key)
    hand_over(database, shop_key, the_order(database).id)
    assert forget(installation, DUE + JUST_BEFORE)["orders"] == 0
    assert the_order(database).email_cipher
    assert forget(installation, DUE)["orders"] == 1
    order = the_order(database)
    assert (order.email_cipher, order.email_hash, order.name_cipher) == (b"", "", None)
    assert order.amount_minor is None
    assert (order.reference, order.legal_basis, order.forgotten_at) == ("A-1", "CONSENT", DUE)
    with database.read() as session:
        assert session.exec(select(OrderLine)).all() == []
        told = session.exec(select(HandOver)).one()
    assert (told.email_cipher, told.email_hash, told.lines) == (b"", "", "[]")
    assert forget(installation, DUE + timedelta(days=1))["orders"] == 0


def test_whom_nobody_knows_any_more_is_not_invited(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key)
    forget(installation, DUE)
    with database.write() as work, pytest.raises(LegalBasisMissing):
        invitations.issue(work, shop_key, reference, now=DUE)


def test_a_late_wish_of_somebody_forgotten_does_not_touch_others(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    for number in (1, 2):
        collected.take(database, shop_key, reference=f"A-{number}", email=f"b{number}@example.org")
    invitation_mails.send_due(installation, collected.DUE, now=collected.DUE)
    with database.write() as work:
        for row in work.session.exec(select(Invitation)):
            row.state = InvitationState.SENT
    forget(installation, DUE)
    (first, *_) = collected.rows(database)
    with database.write() as work, pytest.raises(InvitationExpired):
        planning.unsubscribe(work, first.public_id, reason="mail", now=DUE)
    assert {row.state for row in collected.rows(database)} == {InvitationState.SENT}


def test_an_author_is_forgotten_when_the_access_ends_and_can_still_withdraw(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=4))
    assert forget(installation, ACCESS_ENDS + JUST_BEFORE)["orders"] == 0
    assert forget(installation, ACCESS_ENDS)["orders"] == 1
    order = the_order(database)
    assert (order.email_cipher, order.amount_minor) == (b"", 4711)
    assert order.email_hash == database.keys.hash_email("dario@example.org")
    row = reported.review(database, written.review_id)
    assert (row.comment, row.state) == ("Arrived quickly.", ReviewState.APPROVED)
    with database.write() as work:
        person_data.ask(work, "Dario@example.org", language="en", address="client", now=ACCESS_ENDS)
        (job,) = work.jobs
    assert person_data.send_link(installation, str(job.arguments["request_id"]))
    with database.write() as work:
        reviews.withdraw(work, written.token, now=ACCESS_ENDS)
    assert reported.review(database, written.review_id).state == ReviewState.DISCARDED


def test_an_open_case_keeps_the_author_until_it_is_closed(installation: Installation) -> None:
    database = installation.database
    made = reported.reported(database)
    assert forget(installation, ACCESS_ENDS)["orders"] == 0
    with database.write() as work:
        reported_case = reported.case(database, made.case_id)
        reported_case.is_pending = False
        work.session.merge(reported_case)
    assert forget(installation, ACCESS_ENDS)["orders"] == 1


def test_what_only_a_page_has_told_goes_as_early_as_an_order(installation: Installation) -> None:
    database = installation.database
    hand_over(database, steps.open_shop(database))
    assert forget(installation, DUE + JUST_BEFORE)["hand_overs"] == 0
    assert forget(installation, DUE)["hand_overs"] == 1
    assert forget(installation, DUE)["hand_overs"] == 0


def test_a_run_that_is_killed_forgets_nobody_twice_and_the_next_one_ends_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    database = installation.database
    shop_key = steps.open_shop(database)
    for number in range(5):
        collected.take(database, shop_key, reference=f"A-{number}", email=f"b{number}@example.org")
    with pytest.raises(Killed), killed_after(1):
        forget(installation, DUE)
    with database.read() as session:
        kept = session.exec(select(Order).where(Order.email_hash != "")).all()
        assert len(kept) == 3
    assert forget(installation, DUE)["orders"] == 3
    with database.read() as session:
        assert set(session.exec(select(Order.email_cipher)).all()) == {b""}
        assert session.exec(select(OrderLine)).all() == []
        log = select(AuditEntry.after).where(AuditEntry.action == "orders.forgotten")
        told = session.exec(log.order_by(col(AuditEntry.id))).all()
    assert told == ['{"orders":2}', '{"orders":2}', '{"orders":1}']


def test_what_a_shop_has_denied_goes_90_days_later(installation: Installation) -> None:
    database = installation.database
    hand_over(database, steps.open_shop(database))
    with database.write() as work:
        work.session.exec(select(HandOver)).one().denied_at = NOON
    over = NOON + timedelta(days=PERSON_DATA.order_days)
    assert forget(installation, over + JUST_BEFORE)["hand_overs"] == 0
    assert forget(installation, over)["hand_overs"] == 1


def test_whoever_wrote_without_an_invitation_is_forgotten_when_the_access_ends(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=4))
    with database.write() as work:
        row = reported.review(database, written.review_id)
        contact = ReviewContact(
            review_id=row.id,
            shop_id=row.shop_id,
            email_cipher=work.keys.encrypt("eva@example.org"),
            email_hash=work.keys.hash_email("eva@example.org"),
            reference_cipher=work.keys.encrypt("A-1"),
            received_at=NOON,
            confirmed_at=NOON,
        )
        work.session.add(contact)
    assert forget(installation, ACCESS_ENDS + JUST_BEFORE)["authors"] == 0
    assert forget(installation, ACCESS_ENDS)["authors"] == 1
    with database.read() as session:
        kept = session.exec(select(ReviewContact)).one()
    assert (kept.email_cipher, kept.reference_cipher) == (b"", None)
    assert kept.email_hash == database.keys.hash_email("eva@example.org")


def test_how_a_review_was_sent_is_known_for_90_days(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key)
    token = steps.invite(database, shop_key, reference, at=NOON)
    with database.write() as work:
        submission = Submission(marks(service=4))
        reviews.submit(work, token, submission, sent=Sent("network", 60), now=NOON)
    over = NOON + timedelta(days=90)
    assert signals.purge(installation, now=over) == 0
    assert signals.purge(installation, now=over + timedelta(seconds=1)) == 1
    with database.read() as session:
        assert session.exec(select(Trace)).all() == []


def test_links_end_after_a_day_and_records_of_erasures_after_three_years(
    installation: Installation,
) -> None:
    database = installation.database
    with database.write() as work:
        person_data.ask(work, "dario@example.org", language="en", address="client", now=NOON)
        done = PersonRequest(
            public_id="prq-1",
            kind="ERASURE",
            email_cipher=b"",
            email_hash="",
            language="en",
            asked_at=NOON,
            due_at=NOON,
            done_at=NOON,
        )
        work.session.add(done)
    kinds = select(PersonRequest.kind).order_by(col(PersonRequest.kind))
    for at, left in (
        (NOON + timedelta(hours=24, seconds=-1), ["ERASURE", "LINK"]),
        (NOON + timedelta(hours=24), ["ERASURE"]),
        (datetime(2029, 11, 20, 23, tzinfo=UTC), ["ERASURE"]),
        (datetime(2029, 11, 21, tzinfo=UTC), []),
    ):
        forget(installation, at)
        with database.read() as session:
            assert session.exec(kinds).all() == left


def test_the_days_of_activity_add_up_after_forgetting(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=4))
    steps.order(database, shop_key)
    forget(installation, ACCESS_ENDS)
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        assert activity.is_sound(session, shop.id)
        log = session.exec(select(AuditEntry).where(AuditEntry.action == "orders.forgotten")).one()
    assert log.after == '{"orders":2}'


def test_an_invitation_names_the_version_of_the_texts_that_it_carried(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    for number in (1, 2):
        collected.take(database, shop_key, reference=f"A-{number}", email=f"b{number}@example.org")
    invitation_mails.send_due(installation, collected.DUE, now=collected.DUE)
    found = {row.text_id for row in collected.rows(database) if row.mail_id}
    with database.read() as session:
        (shown,) = session.exec(select(ShownText)).all()
    assert found == {shown.id}
    assert (shown.key, shown.language) == ("review_invitation", "de")
    assert "{rate_url}" in shown.body
    assert shown.first_shown_at == collected.DUE


def test_what_a_source_confirmed_goes_when_the_access_ends(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    with database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        source = IndependentSource(
            public_id="src-1",
            kind="PAYMENT",
            name="A bank",
            secret_cipher=work.keys.encrypt("secret"),
            created_at=NOON,
        )
        work.session.add(source)
        work.session.flush()
        for number in range(3):
            confirmed = OrderConfirmation(
                source_id=source.id,
                shop_id=shop.id,
                reference_hash=str(number),
                seen_at=NOON,
                told_at=ACCESS_ENDS if number == 0 else NOON,
            )
            work.session.add(confirmed)
    assert forget(installation, ACCESS_ENDS + JUST_BEFORE)["confirmations"] == 0
    assert forget(installation, ACCESS_ENDS)["confirmations"] == 2
    assert forget(installation, ACCESS_ENDS)["confirmations"] == 0
