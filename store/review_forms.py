"""What a review form shows: an invitation with all that belongs to it, without locking anything."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, and_, col, select

from store.invitations import Invitation
from store.orders import Order, OrderLine
from store.products import Product
from store.reviews import Review
from store.shops import Shop


class Asked(NamedTuple):
    """An invitation, its order and shop, and the review of the same purchase, if there is one."""

    invitation: Invitation
    order: Order
    shop: Shop
    review: Review | None


class Bought(NamedTuple):
    """A product of an order, and the id of its review, if there is one."""

    product: Product
    review_id: int | None


def asked(session: Session, invitation_id: str) -> Asked | None:
    """What the invitation with this public id is about."""
    query = (
        select(Invitation, Order, Shop, Review)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .join(Shop, col(Shop.id) == col(Invitation.shop_id))
        .outerjoin(
            Review,
            and_(
                col(Review.order_id) == col(Invitation.order_id),
                col(Review.subject_id) == col(Invitation.subject_id),
            ),
        )
        .where(col(Invitation.public_id) == invitation_id)
    )
    found = session.exec(query).first()
    return Asked(*found) if found else None


def bought(session: Session, order_id: int, *, most: int) -> Sequence[Bought]:
    """The products of an order, as they stand on it, ``most`` at most."""
    query = (
        select(Product, Review.id)
        .join(OrderLine, col(OrderLine.product_id) == col(Product.id))
        .outerjoin(
            Review,
            and_(
                col(Review.order_id) == col(OrderLine.order_id),
                col(Review.subject_id) == col(Product.id),
            ),
        )
        .where(col(OrderLine.order_id) == order_id)
        .order_by(col(OrderLine.id))
        .limit(most)
    )
    return [Bought(product, review_id) for product, review_id in session.exec(query)]
