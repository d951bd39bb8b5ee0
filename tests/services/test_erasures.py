"""Erasures take what belongs to an address, whatever stops them, and only what may go."""

from datetime import timedelta

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from domain.criteria import Criterion
from domain.mails import MailKey, MailState
from domain.reviews import ReviewState, Submission
from jobs import retention as jobs
from services import (
    activity,
    erasures,
    invitation_mails,
    mails,
    person_data,
    replies,
    reviews,
)
from services.installation import Installation
from store import orders as order_rows
from store import receipts as receipt_rows
from store import shops as shop_rows
from store.database import Database
from store.decisions import AuditEntry
from store.invitations import Invitation
from store.mails import Mail, Suppression
from store.orders import Order
from store.person_data import PersonRequest
from store.replies import Reply
from store.reviews import EvidenceRecord, Revision
from tests.services import collected, reported, steps
from tests.services.kills import Killed, killed_after
from tests.services.own_data import EMAIL, LATER, erase, keys_of_mails, token, waiting
from tests.services.steps import ANNA, NOON, marks


def test_an_erasure_takes_content_salts_and_the_way_to_the_person(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1), comment="Never came.")
    steps.review(database, shop_key, marks(service=5), reference="kept", comment="Good.")
    with database.write() as work:
        other = order_rows.by_reference(work.session, _shop_id(database, shop_key), "kept")
        assert other is not None
        other.email_hash = work.keys.hash_email("other@example.org")
    with database.write() as work:
        replies.write(work, shop_key, written.review_id, "We are sorry.", actor=ANNA, now=NOON)
    assert steps.grade(database, shop_key).count == 2
    assert erase(installation) == erasures.Erased(1, 0)
    row = reported.review(database, written.review_id)
    assert (row.title, row.comment, row.author_name, row.shown) == ("", "", "", None)
    assert (row.order_id, row.invitation_id, row.experienced_on) == (None, None, None)
    assert row.state == ReviewState.DISCARDED
    assert steps.grade(database, shop_key).count == 1
    with database.read() as session:
        assert [each.salt for each in receipt_rows.of_review(session, row.id)] == [None]
        for table in (Reply, EvidenceRecord, Revision):
            left = select(table).where(table.review_id == row.id)
            assert session.exec(left).all() == []
        log = select(AuditEntry).where(AuditEntry.action == "review.erased")
        assert session.exec(log).one().object == written.review_id
        assert activity.is_sound(session, _shop_id(database, shop_key))
        hashes = set(session.exec(select(Order.email_hash)))
        request = session.exec(
            select(PersonRequest).where(col(PersonRequest.done_at).is_not(None))
        ).one()
    assert hashes == {"", database.keys.hash_email("other@example.org")}
    assert (request.email_cipher, request.email_hash) == (b"", "")
    assert keys_of_mails(database)[-1] == MailKey.ERASURE_DONE


def _shop_id(database: Database, shop_key: str) -> int:
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        return shop.id


def test_after_an_erasure_nothing_is_sent_and_the_old_link_writes_nothing(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    collected.take(database, shop_key, email=EMAIL)
    with database.write() as work:
        mails.suppress(work, _account(database, shop_key), EMAIL, reason="asked", now=NOON)
        work.session.flush()
        for row in work.session.exec(select(Invitation)):
            assert row.state in ("SCHEDULED", "SUPPRESSED")
    erase(installation)
    sent = invitation_mails.send_due(installation, collected.DUE, now=collected.DUE)
    assert sent.invitations == 0
    with database.read() as session:
        assert session.exec(select(Suppression)).all()
        invitation = session.exec(select(Invitation)).first()
        assert invitation is not None
        assert invitation.expires_at == LATER
        left = session.exec(select(Mail.state)).all()
    assert set(left) == {MailState.QUEUED}


def _account(database: Database, shop_key: str) -> int:
    with database.read() as session:
        return shop_rows.account_of(session, _shop_id(database, shop_key))


def test_an_open_case_defers_the_erasure_once_with_a_notice_and_then_it_goes(
    installation: Installation,
) -> None:
    database = installation.database
    made = reported.reported(database)
    erased = erase(installation)
    assert erased == erasures.Erased(0, 1)
    assert reported.review(database, made.written.review_id).comment
    assert keys_of_mails(database).count(MailKey.ERASURE_DEFERRED) == 1
    again = jobs.erase_deferred(installation, now=(LATER + timedelta(days=1)).isoformat())
    assert again == {"orders": 0, "deferred": 1}
    assert keys_of_mails(database).count(MailKey.ERASURE_DEFERRED) == 1
    with database.write() as work:
        case = reported.case(database, made.case_id)
        case.is_pending = False
        work.session.merge(case)
    done = jobs.erase_deferred(installation, now=(LATER + timedelta(days=2)).isoformat())
    assert done == {"orders": 1, "deferred": 0}
    assert reported.review(database, made.written.review_id).comment == ""
    assert keys_of_mails(database).count(MailKey.ERASURE_DONE) == 1
    assert jobs.erase_deferred(installation, now=LATER.isoformat()) == {"orders": 0, "deferred": 0}


def test_whose_case_is_open_is_asked_for_nothing_more(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    collected.take(database, shop_key, email=EMAIL)
    product = steps.invite(database, shop_key, "A-1", at=NOON, sku="S1")
    with database.write() as work:
        said = Submission({Criterion.TOTAL: 1}, comment="It broke on the first day.")
        review_id = reviews.submit(work, product, said, now=NOON)
    reported.file(database, reported.new_notice(review_id))
    assert [row.state for row in collected.rows(database)] == ["SCHEDULED", "REVIEWED"]
    assert erase(installation).deferred == 1
    assert [row.state for row in collected.rows(database)] == ["CANCELED", "REVIEWED"]


def test_an_erasure_that_fails_stands_in_the_log_stops_no_other_and_goes_on_later(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=3))
    steps.order(database, shop_key, email="other@example.org")
    with database.write() as work:
        broken, whole = (
            PersonRequest(
                public_id=f"prq-{name}",
                kind="ERASURE",
                email_cipher=work.keys.encrypt(f"{name}@example.org"),
                email_hash=work.keys.hash_email(f"{name}@example.org"),
                language="en",
                asked_at=NOON,
                due_at=LATER,
            )
            for name in ("dario", "other")
        )
        good, broken.email_cipher = broken.email_cipher, b"sealed with a key that is gone"
        work.session.add_all((broken, whole))
    with capture_logs() as log:
        done = jobs.erase_deferred(installation, now=LATER.isoformat())
    assert done == {"orders": 1, "deferred": 0}
    (failure,) = [each for each in log if each["event"] == "erasure.failed"]
    assert failure["request"] == "prq-dario"
    assert "dario@" not in str(log)
    assert waiting(database) == ["prq-dario"]
    assert MailKey.ERASURE_DONE in keys_of_mails(database)
    with database.write() as work:
        mended = select(PersonRequest).where(PersonRequest.public_id == "prq-dario")
        work.session.exec(mended).one().email_cipher = good
    jobs.erase_deferred(installation, now=LATER.isoformat())
    assert waiting(database) == []


def test_a_killed_erasure_goes_on_where_it_stood(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    for _ in range(3):
        steps.review(database, shop_key, marks(service=3))
    own = token(installation)
    with database.write() as work:
        person_data.erase(work, own, now=LATER)
    for _ in range(3):
        with pytest.raises(Killed), killed_after(1):
            erasures.run(installation, waiting(database)[0], now=LATER)
    with killed_after(1):
        # What was left is to tell the person, which is one transaction.
        erasures.run(installation, waiting(database)[0], now=LATER)
    assert waiting(database) == []
    assert steps.grade(database, shop_key).count == 0
    assert keys_of_mails(database).count(MailKey.ERASURE_DONE) == 1
    with database.read() as session:
        erased = select(AuditEntry).where(AuditEntry.action == "review.erased")
        assert len(session.exec(erased).all()) == 3


def test_the_operator_sees_open_erasures_with_what_keeps_them_and_whose_time_is_over(
    installation: Installation,
) -> None:
    database = installation.database
    made = reported.reported(database)
    erase(installation)
    with database.read() as session:
        (found,) = erasures.listed(session, now=LATER).open
        late = erasures.listed(session, now=found.due_at)
    assert found.cases == (made.case_id,)
    assert (found.is_told, found.is_late, late.open[0].is_late) == (True, False, True)
    with database.write() as work:
        case = reported.case(database, made.case_id)
        case.is_pending = False
        work.session.merge(case)
    jobs.erase_deferred(installation, now=LATER.isoformat())
    with database.read() as session:
        assert erasures.listed(session, now=LATER) == erasures.Erasures((), 1)
        later = LATER + timedelta(days=366)
        assert erasures.listed(session, now=later) == erasures.Erasures((), 0)
