"""What the operator sees of bookings: all of them, or one, and how it may go on (§1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.packs import BookingNotFound, BookingState, Pack
from store import bookings, shops
from store.bookings import Booking

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Record:
    """A booking with its shop; ``price_minor`` a month, ``number`` where the next page goes on."""

    number: int
    booking_id: str
    shop_key: str
    shop_name: str
    pack: Pack
    state: BookingState
    price_minor: int
    currency: str
    ordered_at: datetime
    accepted_at: datetime | None
    ends_at: datetime | None
    reason: str

    @property
    def may_accept(self) -> bool:
        """Whether it waits for the operator."""
        return self.state is BookingState.ORDERED

    @property
    def may_suspend(self) -> bool:
        """Whether it runs, to its end or on."""
        return self.state in (BookingState.ACTIVE, BookingState.CANCELLED)

    @property
    def may_resume(self) -> bool:
        """Whether it was suspended."""
        return self.state is BookingState.SUSPENDED


def listed(session: Session, *, state: str = "", before: int | None = None) -> Sequence[Record]:
    """Bookings of all shops, the latest first, 50 on a page; an empty ``state`` is any."""
    found = bookings.listed(session, state=state, before_id=before, limit=PAGE)
    return [_record(*row) for row in found]


def counts(session: Session) -> Mapping[BookingState, int]:
    """How many bookings stand in each state; every state is there."""
    found = bookings.counts(session)
    return {state: found.get(state, 0) for state in BookingState}


def one(session: Session, booking_id: str) -> Record:
    """One booking; raises BookingNotFound."""
    booking = bookings.by_public_id(session, booking_id)
    shop = shops.by_id(session, booking.shop_id) if booking else None
    if booking is None or shop is None:
        raise BookingNotFound
    return _record(booking, shop.shop_key, shop.name)


def _record(row: Booking, shop_key: str, shop_name: str) -> Record:
    return Record(
        number=row.id,
        booking_id=row.public_id,
        shop_key=shop_key,
        shop_name=shop_name,
        pack=Pack(row.pack),
        state=BookingState(row.state),
        price_minor=row.price_minor,
        currency=row.currency,
        ordered_at=row.ordered_at,
        accepted_at=row.accepted_at,
        ends_at=row.ends_at,
        reason=row.reason,
    )
