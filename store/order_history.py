"""Orders and invitations of one shop as its staff looks through them: the newest first, by page."""

from collections.abc import Sequence

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from store.invitations import Invitation
from store.orders import Order, OrderLine
from store.products import Product


def orders(
    session: Session,
    shop_id: int,
    *,
    reference: str = "",
    status: str = "",
    before_id: int | None = None,
    most: int,
) -> Sequence[Order]:
    """The shop's orders by the moment of purchase; ``before_id`` is the last of the page before."""
    query = select(Order).where(col(Order.shop_id) == shop_id)
    if reference:
        query = query.where(col(Order.reference) == reference)
    if status:
        query = query.where(col(Order.status) == status)
    last = None if before_id is None else session.get(Order, before_id)
    if last is not None and last.shop_id == shop_id:
        query = query.where(
            tuple_(col(Order.ordered_at), col(Order.id)) < tuple_(last.ordered_at, last.id)
        )
    query = query.order_by(col(Order.ordered_at).desc(), col(Order.id).desc())
    return session.exec(query.limit(most)).all()


def order(session: Session, shop_id: int, public_id: str) -> Order | None:
    """The order with this id, if it is the shop's."""
    query = select(Order).where(col(Order.public_id) == public_id, col(Order.shop_id) == shop_id)
    return session.exec(query).first()


def lines(session: Session, order_id: int) -> Sequence[tuple[OrderLine, Product]]:
    """What was bought, each line with its product."""
    query = (
        select(OrderLine, Product)
        .join(Product, col(Product.id) == col(OrderLine.product_id))
        .where(col(OrderLine.order_id) == order_id)
        .order_by(col(OrderLine.id))
    )
    return session.exec(query).all()


def invitations(
    session: Session,
    shop_id: int,
    *,
    reference: str = "",
    states: Sequence[str] = (),
    before_id: int | None = None,
    most: int,
) -> Sequence[tuple[Invitation, Order]]:
    """The shop's invitations that a message carries or carried, the last one planned first."""
    query = (
        select(Invitation, Order)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .where(col(Invitation.shop_id) == shop_id, col(Invitation.is_mailed))
    )
    if reference:
        # The order's own index finds it, however many invitations the shop has.
        query = query.where(col(Order.shop_id) == shop_id, col(Order.reference) == reference)
    if states:
        query = query.where(col(Invitation.state).in_(list(states)))
    if before_id is not None:
        query = query.where(col(Invitation.id) < before_id)
    return session.exec(query.order_by(col(Invitation.id).desc()).limit(most)).all()


def invitations_of(session: Session, order_ids: Sequence[int]) -> Sequence[Invitation]:
    """The invitations of these orders that a message carries, in the order of their planning."""
    query = select(Invitation).where(
        col(Invitation.order_id).in_(list(order_ids)), col(Invitation.is_mailed)
    )
    return session.exec(query.order_by(col(Invitation.id))).all()
