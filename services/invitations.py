"""Use cases of invitations: issue one, and open what it leads to (systems.md §§4, 6)."""

from dataclasses import dataclass
from datetime import datetime

from domain import ids
from domain import invitations as rules
from domain.actors import SYSTEM
from domain.errors import (
    InvitationForged,
    LegalBasisMissing,
    OrderNotFound,
    ProductNotOnOrder,
    ReviewTooLate,
)
from domain.ids import Prefix
from domain.invitations import Claim, InvitationState, ReviewKind
from domain.windows import review_deadline
from services import activity, audit, shops
from store import invitations, orders, products, reviews
from store import shops as shop_rows
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.reviews import Review
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed invitation: ``token`` goes into the link that only the buyer receives."""

    invitation_id: str
    token: str
    expires_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token leads to; ``review`` is that of the same purchase, once there is one.

    ``is_handed_on`` where the shop may have the link too.
    """

    shop: Shop
    order: Order
    invitation: Invitation
    review: Review | None
    is_handed_on: bool = False

    @property
    def is_used(self) -> bool:
        """Whether this very invitation wrote the review."""
        return self.review is not None and self.review.invitation_id == self.invitation.id


def issue(
    work: Work,
    shop_key: str,
    reference: str,
    *,
    sku: str | None = None,
    language: str = "",
    is_handed_on: bool = False,
    now: datetime,
) -> Issued:
    """Invite the buyer of an order to review the shop, or one product of the order.

    The same order and subject always get the same invitation; ``is_handed_on`` where its link
    goes to the shop or through its hands. Raises OrderNotFound, LegalBasisMissing (NEVER-14),
    ProductNotOnOrder (LVL-8) or ReviewTooLate.
    """
    shop = shops.required(work, shop_key)
    order = orders.by_reference(work.session, shop.id, reference)
    if order is None:
        raise OrderNotFound
    # Whose buyer has been forgotten or has asked for it: nobody is left who could be invited.
    if order.legal_basis is None or not order.email_hash:
        raise LegalBasisMissing
    subject_id = 0 if sku is None else _product_on_order(work, shop, order, sku)
    return permit(
        work, shop, order, subject_id, language=language, is_handed_on=is_handed_on, now=now
    )


def permit(
    work: Work,
    shop: Shop,
    order: Order,
    subject_id: int = 0,
    *,
    source: str = "",
    language: str = "",
    is_handed_on: bool = False,
    now: datetime,
) -> Issued:
    """The permission that a buyer asks for: nobody is mailed for it, so no legal basis is needed.

    ``source`` says how it was asked for; without a ``language`` the shop's is taken. Raises
    ReviewTooLate.
    """
    row = invitations.by_subject(work.session, order.id, subject_id)
    if row is not None:
        return _issued(work, row, is_handed_on=is_handed_on, is_new=False)
    if now >= review_deadline(order.ordered_at):
        raise ReviewTooLate
    row = _row(shop, order, subject_id, now)
    row.source, row.language = source, language or shop.language
    work.session.add(row)
    work.session.flush()
    activity.invited(work, row)
    audit.log(work, SYSTEM, "invitation.issued", row.public_id, now=now)
    return _issued(work, row, is_handed_on=is_handed_on, is_new=True)


def permit_product(work: Work, opened: Opened, sku: str, *, now: datetime) -> Issued:
    """The permission for a product of the purchase that a buyer is writing about already.

    Nobody is mailed for it either. Raises ProductNotOnOrder (LVL-8) or ReviewTooLate.
    """
    subject_id = _product_on_order(work, opened.shop, opened.order, sku)
    language, is_handed_on = opened.invitation.language, opened.is_handed_on
    return permit(
        work,
        opened.shop,
        opened.order,
        subject_id,
        language=language,
        is_handed_on=is_handed_on,
        now=now,
    )


def _product_on_order(work: Work, shop: Shop, order: Order, sku: str) -> int:
    product = products.by_skus(work.session, shop.id, [sku]).get(sku)
    on_order = orders.product_ids(work.session, order.id)
    if product is None or product.id not in on_order:
        raise ProductNotOnOrder(field="sku")
    return product.id


def _row(shop: Shop, order: Order, subject_id: int, now: datetime) -> Invitation:
    return Invitation(
        public_id=ids.new(Prefix.INVITATION),
        shop_id=shop.id,
        order_id=order.id,
        subject_id=subject_id,
        kind=ReviewKind.PRODUCT_REVIEW if subject_id else ReviewKind.SERVICE_REVIEW,
        state=InvitationState.ISSUED,
        issued_at=now,
        expires_at=review_deadline(order.ordered_at),
    )


def _issued(work: Work, row: Invitation, *, is_handed_on: bool, is_new: bool) -> Issued:
    claim = Claim(row.public_id, row.expires_at, is_handed_on)
    return Issued(row.public_id, rules.sign(claim, work.keys.invitations), row.expires_at, is_new)


def opened(work: Work, token: str) -> Opened:
    """What an invitation leads to, with the shop's row held.

    Raises InvitationMalformed or InvitationForged.
    """
    claim = rules.read(token, work.keys.invitations)
    found = invitations.with_order(work.session, claim.invitation_id)
    shop = shop_rows.by_id(work.session, found[0].shop_id, lock=True) if found else None
    if found is None or shop is None:
        raise InvitationForged
    row, order = found
    review = reviews.by_subject(work.session, order.id, row.subject_id)
    return Opened(shop, order, row, review, claim.is_handed_on)
