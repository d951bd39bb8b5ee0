"""A shop's invitations as its own programs list them: those that a message carries, by keyset."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from domain.errors import CursorUnknown
from store.invitations import Invitation
from store.orders import Order


def page(
    session: Session, shop_id: int, position: int | None, *, backwards: bool, most: int
) -> Sequence[tuple[Invitation, Order]]:
    """Invitations with their orders, the newest first, or from the position on backwards."""
    query = (
        select(Invitation, Order)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .where(col(Invitation.shop_id) == shop_id, col(Invitation.is_mailed))
    )
    key = col(Invitation.id)
    if position is not None:
        query = query.where(key > position if backwards else key < position)
    query = query.order_by(key.asc() if backwards else key.desc()).limit(most)
    return session.exec(query).all()


def count(session: Session, shop_id: int) -> int:
    """How many invitations a message carries or carried."""
    query = select(func.count()).where(
        col(Invitation.shop_id) == shop_id, col(Invitation.is_mailed)
    )
    return session.exec(query).one()


def position(session: Session, shop_id: int, cursor: str) -> int:
    """Where the invitation with this public id stands; raises CursorUnknown."""
    query = select(Invitation.id).where(
        col(Invitation.public_id) == cursor, col(Invitation.shop_id) == shop_id
    )
    found = session.exec(query).first()
    if found is None:
        raise CursorUnknown
    return found


def of_order(session: Session, order_id: int) -> Sequence[Invitation]:
    """The invitations of an order that a message carries."""
    query = select(Invitation).where(
        col(Invitation.order_id) == order_id, col(Invitation.is_mailed)
    )
    return session.exec(query.order_by(col(Invitation.id))).all()
