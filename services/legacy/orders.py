"""The orders behind reviews, as the shop itself may read them (4.3)."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from domain.windows import day_of
from store import orders
from store.keys import Keyring
from widgets.legacy.views import OrderView
from widgets.views import ReviewView


def behind(
    session: Session, keys: Keyring, reviews: Iterable[ReviewView], *, since: date
) -> dict[str, OrderView]:
    """Orders by review id, with the buyers' addresses in clear; some reviews have none.

    Of reviews from before ``since`` they are not told: the access has ended (systems.md §0.10).
    """
    told = [review.id for review in reviews if day_of(review.submitted_at) >= since]
    found = orders.of_reviews(session, told)
    return {
        review_id: OrderView(order.reference, order.ordered_at, keys.decrypt(order.email_cipher))
        for review_id, order in found.items()
    }
