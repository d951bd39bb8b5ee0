"""Signed links: the shop vouches for an order, and the buyer decides when to write (§7)."""

from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from domain import rate_links as rules
from domain.errors import ProductNotOnOrder, ReviewTooLate, ShopNotFound
from domain.invitations import ASKED_LATER, InvitationSettled, InvitationState, ReviewKind
from domain.orders import OrderAddressDiffers
from domain.rate_links import Moment, RateLink, RateLinkForged
from domain.reviews import Submission
from services import hand_overs, invitation_mails, rate_links, review_forms, reviews
from services.installation import Installation
from store.invitations import Invitation
from store.orders import Order
from store.reviews import EvidenceRecord
from tests.services import collected, steps
from tests.services.steps import ANNA, NOON

EMAIL, REFERENCE = "dario@example.org", "R-1"
NOW = rules.made(Moment.NOW, EMAIL, REFERENCE)
LATER = rules.made(Moment.LATER, EMAIL, REFERENCE, 14)
IN_TWO_WEEKS = NOON + timedelta(days=14)


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return steps.open_shop(installation.database)


@pytest.fixture
def secret(installation: Installation, shop_key: str) -> str:
    return rotate(installation, shop_key)


def rotate(installation: Installation, shop_key: str, now: datetime = NOON) -> str:
    with installation.database.write() as work:
        return hand_overs.rotate_secret(work, shop_key, actor=ANNA, now=now)


def opened(
    installation: Installation, shop_key: str, link: RateLink, given: str, now: datetime = NOON
) -> rate_links.OpenedLink:
    database = installation.database
    with database.read() as session:
        return rate_links.read(session, database.keys, shop_key, link, given, now=now)


def write(installation: Installation, shop_key: str, secret: str, link: RateLink = NOW) -> str:
    given = rules.signature(secret, shop_key, link)
    with installation.database.write() as work:
        return rate_links.write_now(work, shop_key, link, given, language="fr", now=NOON)


def later(installation: Installation, shop_key: str, secret: str, now: datetime = NOON) -> datetime:
    given = rules.signature(secret, shop_key, LATER)
    with installation.database.write() as work:
        return rate_links.write_later(work, shop_key, LATER, given, language="fr", now=now)


def cancel(installation: Installation, shop_key: str, given: str) -> None:
    with installation.database.write() as work:
        rate_links.cancel(work, shop_key, LATER, given, now=NOON)


def test_opening_a_link_stores_nothing(
    installation: Installation, shop_key: str, secret: str
) -> None:
    for link in (NOW, LATER):
        given = rules.signature(secret, shop_key, link)
        found = opened(installation, shop_key.lower(), link, given)
        assert (found.is_signed, found.token, found.state) == (True, "", None)
    assert not opened(installation, shop_key, NOW, "").is_signed
    with installation.database.read() as session:
        assert session.exec(select(Order)).all() == []


def test_the_button_gives_a_permission_and_mails_nobody(
    installation: Installation, shop_key: str, secret: str
) -> None:
    token = write(installation, shop_key, secret)
    assert write(installation, shop_key, secret) == token
    (row,) = collected.rows(installation.database)
    assert (row.state, row.is_mailed, row.language) == (InvitationState.ISSUED, False, "fr")
    with installation.database.read() as session:
        (order,) = session.exec(select(Order)).all()
        assert (order.reference, order.legal_basis, order.source) == ("R-1", None, rules.SOURCE)
    assert collected.mails(installation.database) == []
    found = opened(installation, shop_key, NOW, rules.signature(secret, shop_key, NOW))
    assert (found.token, found.state) == (token, InvitationState.ISSUED)


def test_a_review_by_a_signed_link_is_verified_by_it(
    installation: Installation, shop_key: str, secret: str
) -> None:
    token = write(installation, shop_key, secret)
    with installation.database.write() as work:
        reviews.submit(work, token, Submission(steps.marks(service=2)), now=NOON)
    with installation.database.read() as session:
        kinds = {record.kind for record in session.exec(select(EvidenceRecord)).all()}
    assert "SIGNED_LINK" in kinds
    found = opened(installation, shop_key, LATER, rules.signature(secret, shop_key, LATER))
    assert found.state is InvitationState.REVIEWED


def test_later_sends_one_mail_when_the_link_says(
    installation: Installation, shop_key: str, secret: str
) -> None:
    assert later(installation, shop_key, secret) == IN_TWO_WEEKS
    # Pressing again, also on another day, does not put it off.
    assert later(installation, shop_key, secret, NOON + timedelta(days=3)) == IN_TWO_WEEKS
    given = rules.signature(secret, shop_key, LATER)
    assert opened(installation, shop_key, LATER, given).send_at == IN_TWO_WEEKS
    early = IN_TWO_WEEKS - timedelta(minutes=1)
    assert invitation_mails.send_due(installation, early, now=early).invitations == 0
    assert invitation_mails.send_due(installation, IN_TWO_WEEKS, now=IN_TWO_WEEKS).invitations == 1
    assert len(collected.mails(installation.database)) == 1


def test_the_buyer_may_cancel_and_still_write(
    installation: Installation, shop_key: str, secret: str
) -> None:
    given = rules.signature(secret, shop_key, LATER)
    cancel(installation, shop_key, given)
    later(installation, shop_key, secret)
    cancel(installation, shop_key, given)
    cancel(installation, shop_key, given)
    (row,) = collected.rows(installation.database)
    assert (row.state, row.reason) == (InvitationState.CANCELED, "canceled_by_buyer")
    with pytest.raises(InvitationSettled):
        later(installation, shop_key, secret)
    token = write(installation, shop_key, secret)
    with installation.database.write() as work:
        reviews.submit(work, token, Submission(steps.marks(service=5)), now=NOON)


def test_without_the_shops_signature_nothing_is_stored(
    installation: Installation, shop_key: str, secret: str
) -> None:
    foreign = rules.signature("another secret", shop_key, NOW)
    with pytest.raises(RateLinkForged):
        opened(installation, shop_key, NOW, foreign)
    for given in ("", foreign, rules.signature(secret, shop_key, LATER)):
        with pytest.raises(RateLinkForged), installation.database.write() as work:
            rate_links.write_now(work, shop_key, NOW, given, language="en", now=NOON)
    for given in ("", foreign):
        with pytest.raises(RateLinkForged), installation.database.write() as work:
            rate_links.write_later(work, shop_key, LATER, given, language="en", now=NOON)
        with pytest.raises(RateLinkForged):
            cancel(installation, shop_key, given)
    assert collected.rows(installation.database) == []


@pytest.mark.parametrize(("days", "holds"), [(179, True), (180, False)])
def test_a_replaced_secret_signs_for_180_days_more(
    installation: Installation, shop_key: str, secret: str, days: int, holds: bool
) -> None:
    rotate(installation, shop_key)
    given = rules.signature(secret, shop_key, NOW)
    at = NOON + timedelta(days=days)
    if holds:
        assert opened(installation, shop_key, NOW, given, at).is_signed
    else:
        with pytest.raises(RateLinkForged):
            opened(installation, shop_key, NOW, given, at)


def test_an_order_that_is_known_keeps_its_address_and_its_invitation(
    installation: Installation, shop_key: str, secret: str
) -> None:
    collected.take(installation.database, shop_key, reference=REFERENCE)
    token = write(installation, shop_key, secret)
    (row,) = [each for each in collected.rows(installation.database) if not each.subject_id]
    assert row.state == InvitationState.SCHEDULED
    assert opened(installation, shop_key, NOW, rules.signature(secret, shop_key, NOW)).token == (
        token
    )
    other = rules.made(Moment.NOW, "ben@example.org", REFERENCE)
    with pytest.raises(OrderAddressDiffers):
        opened(installation, shop_key, other, rules.signature(secret, shop_key, other))
    with pytest.raises(OrderAddressDiffers):
        write(installation, shop_key, secret, other)


def test_what_is_scheduled_is_put_off_by_the_buyer(
    installation: Installation, shop_key: str, secret: str
) -> None:
    collected.take(installation.database, shop_key, reference=REFERENCE)
    assert later(installation, shop_key, secret) == IN_TWO_WEEKS
    states = {row.state for row in collected.rows(installation.database) if not row.subject_id}
    assert states == {InvitationState.POSTPONED}


def carried(installation: Installation) -> tuple[str | None, str | None]:
    with installation.database.read() as session:
        order = session.exec(select(Order)).one()
        return order.legal_basis, order.legal_basis_version


def test_the_buyers_wish_for_later_is_recorded_as_the_ground_of_that_mail(
    installation: Installation, shop_key: str, secret: str
) -> None:
    write(installation, shop_key, secret)
    assert carried(installation) == (None, None)
    later(installation, shop_key, secret)
    assert carried(installation) == ("CONSENT", ASKED_LATER)


def test_who_writes_by_a_button_may_write_about_the_products_of_the_order_too(
    installation: Installation, shop_key: str, secret: str
) -> None:
    database = installation.database
    collected.take(database, shop_key, reference=REFERENCE, legal_basis=None)
    token = write(installation, shop_key, secret)
    with database.write() as work:
        opened = review_forms.open_product(work, token, "S1", now=NOON)
        assert review_forms.open_product(work, token, "S1", now=NOON) == opened != token
        with pytest.raises(ProductNotOnOrder):
            review_forms.open_product(work, token, "S9", now=NOON)


def test_the_wish_for_later_reaches_an_order_that_nobody_could_be_mailed_about(
    installation: Installation, shop_key: str, secret: str
) -> None:
    database, asked = installation.database, frozenset(ReviewKind)
    plan = replace(collected.API, kinds=asked)
    collected.take(database, shop_key, plan, reference=REFERENCE, legal_basis=None)
    assert later(installation, shop_key, secret) == IN_TWO_WEEKS
    # What the shop's server says next brings no second mail: the wish was for this one.
    shipped = NOON + timedelta(days=1)
    collected.take(database, shop_key, plan, now=shipped, reference=REFERENCE, legal_basis=None)
    found = {row.kind: (row.state, row.reason) for row in collected.rows(database)}
    assert found == {
        ReviewKind.SERVICE_REVIEW: (InvitationState.POSTPONED, ""),
        ReviewKind.PRODUCT_REVIEW: (InvitationState.SUPPRESSED, "no_legal_basis"),
    }
    sent = invitation_mails.send_due(installation, IN_TWO_WEEKS, now=IN_TWO_WEEKS)
    assert (sent.invitations, len(collected.mails(database))) == (1, 1)


def test_an_old_order_can_no_longer_be_reviewed(
    installation: Installation, shop_key: str, secret: str
) -> None:
    old = NOON - timedelta(days=200)
    collected.take(
        installation.database, shop_key, reference=REFERENCE, ordered_at=old, legal_basis=None
    )
    # The mail that was never sent leaves its permission behind; another order has none.
    with installation.database.write() as work:
        for row in work.session.exec(select(Invitation)).all():
            work.session.delete(row)
    with pytest.raises(ReviewTooLate):
        write(installation, shop_key, secret)


def test_a_link_names_a_shop_that_there_is(installation: Installation, shop_key: str) -> None:
    with pytest.raises(ShopNotFound):
        opened(installation, "X" + "0" * 32, NOW, "")
    with installation.database.read() as session:
        assert rate_links.shop(session, shop_key).url.startswith("https://")
    assert b64encode(EMAIL.encode()).decode() == NOW.email_base64
