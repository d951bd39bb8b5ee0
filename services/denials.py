"""Use cases of denials: a shop says that it does not know an order of its page (systems.md §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.actors import Actor
from domain.errors import ShopNotFound
from domain.hand_overs import HandOverNotFound, HandOverSettled
from services import audit, shops
from store import hand_overs
from store import shops as shop_rows
from store.database import Work

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """All that a shop sees of an order that it may deny: never who it was, never a rating.

    ``amount_minor`` in minor units; ``send_at`` is when silence confirms it, None for never.
    """

    number: int
    hand_over_id: str
    reference: str
    amount_minor: int | None
    currency: str
    received_at: datetime
    send_at: datetime | None


def unconfirmed(
    session: Session, shop_key: str, *, before: int | None = None
) -> Sequence[Unconfirmed]:
    """Orders of the shop's pages that wait for its word, 50 on a page, the newest first.

    Raises ShopNotFound.
    """
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    found = hand_overs.unconfirmed(session, shop.id, most=PAGE, before_id=before)
    return [
        Unconfirmed(
            row.id,
            row.public_id,
            row.reference,
            row.amount_minor,
            row.currency,
            row.received_at,
            row.send_at,
        )
        for row in found
    ]


def deny(work: Work, shop_key: str, hand_over_id: str, *, actor: Actor, now: datetime) -> None:
    """Say that the shop does not know this order: nobody is invited for it.

    Only before the invitation leaves, so long before anybody could know the review. A second
    call changes nothing. Raises ShopNotFound, HandOverNotFound or HandOverSettled.
    """
    shop = shops.required(work, shop_key)
    row = hand_overs.by_public_id(work.session, shop.id, hand_over_id)
    if row is None:
        raise HandOverNotFound
    if row.denied_at is not None:
        return
    if row.order_id is not None:
        raise HandOverSettled
    row.denied_at, row.denied_by = now, actor.name[:40]
    work.session.add(row)
    audit.log(work, actor, "order.denied", row.public_id, now=now)
