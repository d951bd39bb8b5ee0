"""Use cases of open reviews: hand one in, confirm its address, change it, let it lapse (§4).

Nobody has invited these authors. So what they write waits, out of sight, until they have shown
that the address is theirs. It counts only where an order with that number and address was on
record before.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import orjson
from sqlmodel import Session

from domain import ids
from domain import open_reviews as rules
from domain import reviews as review_rules
from domain.actors import AUTHOR, SYSTEM
from domain.criteria import CriteriaSystem, Criterion
from domain.errors import EditingClosed, ReviewExists
from domain.evidence import Evidence, EvidenceKind, EvidenceLevel
from domain.ids import Prefix
from domain.invitations import TRANSITIONS, InvitationState, ReviewKind
from domain.open_reviews import (
    OPEN_REVIEWS,
    ConfirmationExpired,
    OpenReviewsTooMany,
    OwnReviewNotFound,
    Sender,
)
from domain.orders import normalise_email
from domain.reviews import Review, ReviewState, Submission
from domain.webhooks import EventType
from domain.windows import day_of, review_deadline
from services import (
    activity,
    audit,
    counting,
    deliveries,
    evidence,
    holds,
    moderation,
    notifications,
    packs,
    receipts,
    review_forms,
    review_mails,
    reviews,
    shops,
    signals,
)
from services.review_forms import Own
from services.signals import Sent
from store import invitations, orders, review_contacts
from store import reviews as rows
from store import shops as shop_rows
from store.database import Database, Work
from store.keys import Keyring
from store.orders import Order
from store.review_contacts import ReviewContact
from store.reviews import Review as Row
from store.shops import Shop

_BATCH: Final = 500
_DAY: Final = timedelta(days=1)
_REFERENCE: Final = "open-review-reference"


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What the form of a shop shows to everybody."""

    shop_key: str
    shop_name: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class OpenReview:
    """What its author sees of an open review, and until when it can be changed.

    ``is_open`` while it can; ``is_verified`` where an order stands behind it. ``review.state`` is
    SUBMITTED until the address is confirmed.
    """

    shop_key: str
    shop_name: str
    shop_language: str
    market: str
    criteria: tuple[Criterion, ...]
    closes_at: datetime
    is_open: bool
    is_verified: bool
    review: Own


def form(session: Session, shop_key: str) -> OpenForm:
    """The form of a shop; raises ShopKeyMalformed or ShopNotFound."""
    shop = shops.found(session, shop_key)
    return OpenForm(shop.shop_key, shop.name, CriteriaSystem(shop.criteria_system).criteria)


def submit(
    work: Work,
    shop_key: str,
    submission: Submission,
    sender: Sender,
    *,
    address: str = "",
    seconds: int | None = None,
    now: datetime,
) -> str:
    """Take in a review that waits for its address to be confirmed; returns its public id.

    ``address`` is where the request came from, kept as a keyed hash of its network; ``seconds``
    how long the form was open. Whether the e-mail address or the order is known makes no
    difference to what happens. Raises ShopKeyMalformed, ShopNotFound, MembershipEnded,
    MarksInvalid, TextInvalid, MailAddressInvalid or OpenReviewsTooMany.
    """
    shop = shops.required(work, shop_key)
    packs.check_membership(work.session, shop.id)
    system = CriteriaSystem(shop.criteria_system)
    submission = review_rules.checked(submission, ReviewKind.SERVICE_REVIEW, system)
    sender = rules.checked(sender)
    email_hash = work.keys.hash_email(normalise_email(sender.email))
    _brake(work, email_hash, address, now)
    row = _row(shop, submission, now)
    work.session.add(row)
    work.session.flush()
    contact = _contact(work.keys, row, submission, sender, now)
    contact.network_hash = signals.network_hash(work.keys, address, now=now)
    contact.seconds = seconds
    work.session.add(contact)
    audit.log(work, AUTHOR, "review.submitted", row.public_id, now=now)
    token = rules.sign(row.public_id, work.keys.invitations)
    review_mails.confirm(work, shop, row, sender.email, token, now=now)
    return row.public_id


def _contact(
    keys: Keyring, row: Row, submission: Submission, sender: Sender, now: datetime
) -> ReviewContact:
    text = {"title": submission.title, "comment": submission.comment}
    said, reference = {**text, "name": submission.author_name}, sender.reference
    return ReviewContact(
        review_id=row.id,
        shop_id=row.shop_id,
        email_cipher=keys.encrypt(sender.email),
        email_hash=keys.hash_email(normalise_email(sender.email)),
        reference_cipher=keys.encrypt(reference) if reference else None,
        reference_hash=keys.keyed_hash(_REFERENCE, reference) if reference else "",
        content=keys.encrypt(orjson.dumps(said).decode()),
        received_at=now,
    )


def _brake(work: Work, email_hash: str, address: str, now: datetime) -> None:
    """Refuse what comes too often; one-time links are never limited (systems.md §9)."""
    since = now - timedelta(hours=OPEN_REVIEWS.network_hours)
    # A network is called something else each day.
    names = {signals.network_hash(work.keys, address, now=at) for at in (since, now)} - {""}
    sent = review_contacts.from_networks(work.session, names, since) if names else 0
    if sent >= OPEN_REVIEWS.per_network:
        raise OpenReviewsTooMany
    hours = OPEN_REVIEWS.address_hours
    since = now - timedelta(hours=hours)
    sent = review_contacts.from_address(work.session, email_hash, since)
    if sent >= OPEN_REVIEWS.per_address:
        raise OpenReviewsTooMany(seconds=hours * 3600)


def _row(shop: Shop, submission: Submission, now: datetime) -> Row:
    review = Review(
        state=ReviewState.SUBMITTED,
        kind=ReviewKind.SERVICE_REVIEW,
        epoch=shop.epoch,
        submitted_at=now,
        marks=submission.marks,
        incentivised=submission.incentivised,
    )
    row = Row(
        public_id=ids.new(Prefix.REVIEW),
        shop_id=shop.id,
        kind=review.kind,
        epoch=review.epoch,
        language=submission.language or shop.language,
        submitted_at=now,
    )
    counting.copy(review, row)
    return row


def confirm(work: Work, token: str, *, now: datetime) -> None:
    """The address is the author's: publish the review; a second call changes nothing.

    It is not verified and does not count, unless the order was on record before it was written.
    Raises OwnReviewNotFound, ConfirmationExpired, or ReviewExists where the purchase has been
    reviewed already.
    """
    shop, row, contact = _opened(work, token)
    if contact is not None and contact.confirmed_at is not None:
        return
    if contact is None or now >= rules.confirm_until(contact.received_at):
        raise ConfirmationExpired
    order = _order(work, shop, contact)
    is_second = order is not None and rows.by_subject(work.session, order.id, 0) is not None
    if is_second or review_contacts.has_reviewed(work.session, contact):
        raise ReviewExists
    proofs = [Evidence(EvidenceKind.EMAIL_CONFIRMED, now, "link in an e-mail")]
    if order is not None:
        proofs += evidence.on_record(work, order)
        row.order_id, row.experienced_on = order.id, day_of(order.ordered_at)
    _publish(work, shop, row, contact, tuple(proofs), now)
    if order is not None:
        _answered(work, order)


def _order(work: Work, shop: Shop, contact: ReviewContact) -> Order | None:
    """The order of that number and address, if it was on record before the review was written.

    One that arrives later never lifts the review, or a shop could vouch only for good ones.
    """
    if contact.reference_cipher is None:
        return None
    reference = work.keys.decrypt(contact.reference_cipher)
    order = orders.by_reference(work.session, shop.id, reference)
    if order is None or order.email_hash != contact.email_hash:
        return None
    was_there = max(order.recorded_at, order.ordered_at) <= contact.received_at
    is_in_time = contact.received_at < review_deadline(order.ordered_at)
    return order if was_there and is_in_time else None


def _publish(
    work: Work,
    shop: Shop,
    row: Row,
    contact: ReviewContact,
    proofs: tuple[Evidence, ...],
    now: datetime,
) -> None:
    before = counting.review_of(work, row)
    said = orjson.loads(work.keys.decrypt(contact.content or b""))
    contact.content, contact.confirmed_at = None, now
    work.session.add(contact)
    work.session.add_all(reviews.records(row, proofs))
    row.author_name, row.published_at = said["name"], now
    row.title, row.comment = holds.screen(work, shop, row, said["title"], said["comment"], now=now)
    after = replace(before, evidence=proofs).publish()
    counting.settle(work, shop, row, before=before, after=after, now=now)
    audit.log(work, AUTHOR, "review.confirmed", row.public_id, now=now)
    deliveries.announce(work, shop, row, EventType.REVIEW_SUBMITTED, now=now)
    notifications.expect(work, row)
    receipts.issue(work, shop, row, said["title"], said["comment"], now=now)
    sent = Sent(contact.network_hash, contact.seconds)
    signals.note(work, shop, row, said["comment"], sent, now=now)
    token = rules.sign(row.public_id, work.keys.invitations)
    email = work.keys.decrypt(contact.email_cipher)
    until = editable_until(work.session, row)
    review_mails.open_receipt(work, shop, row, email, token, closes_at=until, now=now)


def _answered(work: Work, order: Order) -> None:
    """Nobody is invited to review once more what they have reviewed on their own."""
    invitation = invitations.by_subject(work.session, order.id, 0)
    if invitation is None:
        return
    if InvitationState.REVIEWED in TRANSITIONS[InvitationState(invitation.state)]:
        activity.answered(work, invitation)
        invitation.state = InvitationState.REVIEWED
        work.session.add(invitation)


def _opened(work: Work, token: str) -> tuple[Shop, Row, ReviewContact | None]:
    """What an author's link leads to, with the shop's row held; no contact once it has lapsed."""
    review_id = rules.read(token, work.keys.invitations)
    if rows.by_public_id(work.session, review_id) is None:
        raise OwnReviewNotFound
    shop, row = moderation.held(work, review_id)
    contact = review_contacts.of_review(work.session, row.id)
    if contact is not None:
        work.session.refresh(contact)
    elif row.invitation_id is not None:
        raise OwnReviewNotFound
    return shop, row, contact


def editable_until(session: Session, row: Row) -> datetime:
    """Six months after the purchase, or after the review where the purchase is not known."""
    order = session.get(Order, row.order_id) if row.order_id else None
    return review_deadline(order.ordered_at if order else row.submitted_at)


def read(session: Session, keys: Keyring, token: str, *, now: datetime) -> OpenReview:
    """What an author's link shows; raises OwnReviewNotFound, or ConfirmationExpired."""
    row = rows.by_public_id(session, rules.read(token, keys.invitations))
    shop = shop_rows.by_id(session, row.shop_id) if row else None
    if row is None or shop is None:
        raise OwnReviewNotFound
    contact = review_contacts.of_review(session, row.id)
    is_late = contact is not None and now >= rules.confirm_until(contact.received_at)
    if contact is None or (contact.confirmed_at is None and is_late):
        raise ConfirmationExpired
    closes_at = editable_until(session, row)
    own = review_forms.own(session, keys, row)
    return OpenReview(
        shop_key=shop.shop_key,
        shop_name=shop.name,
        shop_language=shop.language,
        market=shop.market,
        criteria=CriteriaSystem(shop.criteria_system).criteria,
        closes_at=closes_at,
        is_open=now < closes_at and row.epoch == shop.epoch,
        is_verified=EvidenceLevel(row.level).is_verified,
        review=_unpublished(keys, own, contact) if contact.content else own,
    )


def _unpublished(keys: Keyring, own: Own, contact: ReviewContact) -> Own:
    said = orjson.loads(keys.decrypt(contact.content or b""))
    return replace(own, title=said["title"], comment=said["comment"], author_name=said["name"])


def edit(work: Work, token: str, submission: Submission, *, now: datetime) -> None:
    """Replace what the author has written, as ``reviews.edit``; shown as edited.

    Raises OwnReviewNotFound, ConfirmationExpired, EditingClosed, TransitionForbidden,
    MarksInvalid or TextInvalid.
    """
    shop, row, contact = _opened(work, token)
    if contact is None or contact.confirmed_at is None:
        raise ConfirmationExpired("Confirm the address first.")
    if now >= editable_until(work.session, row) or row.epoch != shop.epoch:
        raise EditingClosed
    system = CriteriaSystem(shop.criteria_system)
    submission = review_rules.checked(submission, ReviewKind.SERVICE_REVIEW, system)
    reviews.complete_row(work, shop, row, submission, now=now)


def withdraw(work: Work, token: str, *, now: datetime) -> None:
    """Take an open review back, at any time, confirmed or not.

    Raises OwnReviewNotFound, or TransitionForbidden when it was withdrawn before.
    """
    shop, row, contact = _opened(work, token)
    if contact is not None and contact.confirmed_at is None:
        _forget(work, row, contact)
    reviews.withdraw_row(work, shop, row, now=now)


def discard(database: Database, *, now: datetime) -> int:
    """Delete reviews that nobody has confirmed in 14 days; returns how many (systems.md §4)."""
    before = now - timedelta(days=OPEN_REVIEWS.confirm_days)
    with database.read() as session:
        waiting = review_contacts.unconfirmed(session, before, most=_BATCH)
    gone = 0
    while waiting:
        for review_id in waiting:
            # One at a time: each holds its shop, and shops are held in no order.
            with database.write() as work:
                gone += _discard(work, review_id, now)
        with database.read() as session:
            waiting = review_contacts.unconfirmed(session, before, most=_BATCH)
    _forget_networks(database, now)
    return gone


def _discard(work: Work, review_id: str, now: datetime) -> bool:
    shop, row = moderation.held(work, review_id)
    contact = review_contacts.of_review(work.session, row.id)
    if contact is None or contact.confirmed_at is not None:
        return False
    before = counting.review_of(work, row)
    _forget(work, row, contact)
    if before.state is ReviewState.SUBMITTED:
        counting.settle(work, shop, row, before=before, after=before.lapse(), now=now)
        audit.log(work, SYSTEM, "review.discarded", row.public_id, now=now)
    return True


def _forget(work: Work, row: Row, contact: ReviewContact) -> None:
    row.author_name = ""
    work.session.delete(contact)
    work.session.flush()


def _forget_networks(database: Database, now: datetime) -> None:
    """Where a confirmed review came from is of no use to the brake after a day (GP-5)."""
    while True:
        with database.write() as work:
            batch = review_contacts.traced(work.session, now - _DAY, most=_BATCH)
            for contact in batch:
                contact.network_hash = ""
                work.session.add(contact)
        if len(batch) < _BATCH:
            return
