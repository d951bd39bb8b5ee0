"""The orders behind reviews, as the shop itself may read them (4.3)."""

from collections.abc import Iterable

from sqlmodel import Session

from store import orders
from store.keys import Keyring
from widgets.legacy.views import OrderView
from widgets.views import ReviewView


def behind(session: Session, keys: Keyring, reviews: Iterable[ReviewView]) -> dict[str, OrderView]:
    """Orders by review id, with the buyers' addresses in clear; some reviews have none."""
    found = orders.of_reviews(session, [review.id for review in reviews])
    return {
        review_id: OrderView(order.reference, order.ordered_at, keys.decrypt(order.email_cipher))
        for review_id, order in found.items()
    }
