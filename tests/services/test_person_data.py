"""A person sees, takes along and erases what belongs to their address, and nobody else does."""

import re
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlmodel import col, select

from domain.logins import SignInPaused
from domain.mails import MailAddressInvalid, MailKey, MailState
from domain.person_data import PERSON_DATA, PersonLinkExpired
from domain.policies import LOGINS
from domain.reviews import ReviewState, Submission
from jobs import retention as jobs
from services import (
    activity,
    erasures,
    invitation_mails,
    letters,
    mails,
    person_copies,
    person_data,
    receipts,
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
from tests.services.steps import ANNA, NOON, marks

EMAIL = "dario@example.org"
LATER = NOON + timedelta(minutes=5)


def ask(
    installation: Installation, email: str = EMAIL, *, at: datetime = NOON, address: str = "client"
) -> bool:
    """Ask for a link and do what the job does; whether a mail was made."""
    with installation.database.write() as work:
        person_data.ask(work, email, language="en", address=address, now=at)
        work.session.flush()
        (job,) = work.jobs
    request_id = str(job.arguments["request_id"])
    person_data.send_link(installation, request_id)
    # A job that runs twice sends nothing again.
    return person_data.send_link(installation, request_id)


def token(installation: Installation, *, at: datetime = NOON) -> str:
    """The token of a link that was mailed."""
    assert ask(installation, at=at)
    database = installation.database
    with database.read() as session:
        query = select(Mail).where(Mail.key == MailKey.PERSON_DATA).order_by(col(Mail.id).desc())
        row = session.exec(query).first()
        assert row is not None
        said = letters.opened(database.keys, row.content)["values"]["mydata_url"]
    found = re.fullmatch(r"/en/my-data/([A-Za-z0-9_-]{43})", said)
    assert found is not None
    return found[1]


def erase(installation: Installation, *, at: datetime = LATER) -> erasures.Erased:
    """Ask for an erasure and do what the job does."""
    own = token(installation)
    with installation.database.write() as work:
        person_data.erase(work, own, now=at)
        work.session.flush()
        (job,) = work.jobs
    return erasures.run(installation, str(job.arguments["request_id"]), now=at)


def keys_of_mails(database: Database) -> list[str]:
    return [row.key for row in collected.mails(database)]


def copy_of(installation: Installation, own: str) -> dict[str, Any]:
    copied: dict[str, Any] = orjson.loads(person_copies.take(installation, own, now=LATER))
    return copied


def test_an_address_to_which_nothing_belongs_gets_no_mail_and_leaves_nothing(
    installation: Installation,
) -> None:
    assert not ask(installation, "stranger@example.org")
    with installation.database.read() as session:
        assert session.exec(select(PersonRequest)).all() == []
        assert session.exec(select(Mail)).all() == []


def test_an_address_that_is_none_is_refused(installation: Installation) -> None:
    with installation.database.write() as work, pytest.raises(MailAddressInvalid):
        person_data.ask(work, "nobody\nbcc: x", language="en", address="client", now=NOON)


def test_one_client_asks_a_few_times_and_one_address_gets_three_mails_a_day(
    installation: Installation,
) -> None:
    steps.order(installation.database, steps.open_shop(installation.database))
    sent = [ask(installation, at=NOON + timedelta(hours=n), address=f"c{n}") for n in range(5)]
    assert sent == [True] * PERSON_DATA.links_per_day + [False] * 2
    assert ask(installation, at=NOON + timedelta(days=1, hours=3), address="c9")


def test_wishes_in_a_row_are_slowed_down_whoever_is_asked_for(installation: Installation) -> None:
    for number in range(LOGINS.free_failures):
        ask(installation, f"b{number}@example.org")
    with pytest.raises(SignInPaused):
        ask(installation, "another@example.org")


def test_a_link_ends_after_a_day_and_another_token_is_none(installation: Installation) -> None:
    database = installation.database
    steps.order(database, steps.open_shop(database))
    own = token(installation)
    end = NOON + timedelta(hours=PERSON_DATA.link_hours)
    with database.read() as session:
        held = person_data.held(session, database.keys, own, now=end - timedelta(seconds=1))
        assert held.ends_at == end
        for wrong, at in ((own, end), (own[:-1] + "_", NOON), ("", NOON), ("\ud800", NOON)):
            with pytest.raises(PersonLinkExpired):
                person_data.held(session, database.keys, wrong, now=at)


def test_the_page_counts_what_is_held_and_leads_to_each_review(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=4))
    steps.order(database, shop_key)
    steps.order(database, shop_key, email="other@example.org")
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
    with database.write() as work:
        mails.suppress(work, shop.account_id, EMAIL, reason="unsubscribed", now=NOON)
    own = token(installation)
    with database.read() as session:
        held = person_data.held(session, database.keys, own, now=NOON)
    assert (held.orders, held.opt_outs, held.is_erasing) == (2, 1, False)
    assert [each.path for each in held.reviews] == [f"/r/{written.token}"]


def test_a_copy_holds_orders_consents_texts_and_every_version(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    collected.take(database, shop_key, email=EMAIL)
    invitation_mails.send_due(installation, collected.DUE, now=collected.DUE)
    invitation = next(row for row in collected.rows(database) if row.mail_id)
    own_token = steps.invite(database, shop_key, "A-1", at=collected.DUE)
    first = Submission(marks(service=4), comment="Quick.", author_name="Dario")
    with database.write() as work:
        reviews.submit(work, own_token, first, now=collected.DUE)
    second = Submission(marks(service=2), comment="Not so quick.", author_name="Dario")
    with database.write() as work:
        reviews.edit(work, own_token, second, now=collected.DUE)
    steps.order(database, shop_key, email="other@example.org", reference="B-2")
    copied = copy_of(installation, token(installation))
    (order,) = copied["orders"]
    assert (copied["address"], copied["is_complete"]) == (EMAIL, True)
    assert (order["reference"], order["name"], order["email"]) == ("A-1", "Dario", EMAIL)
    assert order["legal_basis"]["text_version"] == "2026-11"
    assert [line["sku"] for line in order["lines"]] == ["S1", "S2"]
    carried = next(each for each in order["invitations"] if each["id"] == invitation.public_id)
    (text,) = copied["texts_shown"]
    assert carried["text_shown"] == text["digest"]
    (review,) = order["reviews"]
    assert (review["comment"], review["name_shown"]) == ("Not so quick.", "Dario")
    assert [each["comment"] for each in review["earlier_versions"]] == ["Quick."]
    assert {each["key"] for each in copied["mails"]} >= {"review_invitation", "person_data"}


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


def test_asking_twice_for_an_erasure_is_asking_once(installation: Installation) -> None:
    database = installation.database
    steps.order(database, steps.open_shop(database))
    own = token(installation)
    for jobs_asked in (1, 0):
        with database.write() as work:
            person_data.erase(work, own, now=LATER)
            assert len(work.jobs) == jobs_asked


def test_the_receipt_of_an_erased_review_says_so(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=3))
    with database.read() as session:
        file = receipts.file_of(
            session, database.keys, written.review_id, issuer=installation.settings.base_url
        )
    assert file is not None
    erase(installation)
    answered = receipts.looked_up(installation, file, now=LATER)
    assert answered.answer == "ERASED"


def test_a_withdrawn_review_is_erased_as_well(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=3))
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    assert erase(installation) == erasures.Erased(1, 0)
    assert reported.review(database, written.review_id).comment == ""
