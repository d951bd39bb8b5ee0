"""Use cases of memberships and packs: what a shop is offered, has booked, and cancels (§§1, 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import ids, shop_keys
from domain import packs as rules
from domain.actors import Actor
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.packs import (
    NOTICE,
    RUNNING,
    BookingForbidden,
    BookingNotFound,
    BookingState,
    MembershipEnded,
    Pack,
    PackBooked,
    PackRequired,
    PriceList,
)
from services import audit, generations, shops, user_mails
from store import bookings
from store import shops as shop_rows
from store.bookings import Booking
from store.database import Work
from store.shops import Shop

_CANCELLED: Final = (BookingState.CANCELLED, BookingState.SUSPENDED)
"""States of what has an end; a suspended booking has one if it was cancelled before."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A pack as its page shows it: the price a month in minor units, and how the shop stands.

    ``state`` is None where it can be booked; ``is_included`` where it need not be. ``missing``
    are packs that have to be booked first.
    """

    pack: Pack
    price_minor: int
    currency: str
    state: BookingState | None
    booking_id: str
    ends_at: datetime | None
    is_included: bool
    missing: tuple[Pack, ...]


def offer(session: Session, shop_key: str, prices: PriceList) -> Sequence[Offered]:
    """Exactly the packs that are available in the shop's market. Raises ShopNotFound."""
    shop = shop_rows.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    current = _current(session, shop)
    held = {pack for pack, row in current.items() if row.state in RUNNING}
    return [
        Offered(
            pack=pack,
            price_minor=terms.price_minor,
            currency=prices.currency,
            state=BookingState(current[pack].state) if pack in current else None,
            booking_id=current[pack].public_id if pack in current else "",
            ends_at=current[pack].ends_at if pack in current else None,
            is_included=prices.grants_all,
            missing=() if prices.grants_all else tuple(sorted(terms.requires - held)),
        )
        for pack, terms in rules.offer(prices, shop.market).items()
    ]


def require(session: Session, shop_key: str, pack: Pack, prices: PriceList) -> None:
    """Raise PackRequired unless the pack works for the shop now."""
    found = {each.pack: each for each in offer(session, shop_key, prices)}
    offered = found.get(pack)
    if offered is None or not (offered.is_included or offered.state in RUNNING):
        raise PackRequired(field=pack)


def join(
    work: Work, shop_key: str, prices: PriceList, *, domains: int, actor: Actor, now: datetime
) -> str:
    """Order the membership for a shop, the account's ``domains``-th one; returns its id.

    What costs nothing runs at once. Raises PackBooked or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    if Pack.MEMBERSHIP in _current(work.session, shop):
        raise PackBooked(field="pack")
    before = rules.membership_minor(prices, domains - 1)
    price = rules.membership_minor(prices, domains) - before
    return _order(work, shop, Pack.MEMBERSHIP, price, prices, actor, now)


def book(
    work: Work, shop_key: str, pack: Pack, prices: PriceList, *, actor: Actor, now: datetime
) -> str:
    """Order a pack; what costs nothing runs at once, the rest once the operator accepts.

    Returns the booking's id. Raises PackUnavailable, PackBooked or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    current = _current(work.session, shop)
    if pack in current:
        raise PackBooked(field="pack")
    held = {each for each, row in current.items() if row.state in RUNNING}
    terms = rules.check_booking(prices, shop.market, pack, held)
    return _order(work, shop, pack, terms.price_minor, prices, actor, now)


def _order(
    work: Work,
    shop: Shop,
    pack: Pack,
    price_minor: int,
    prices: PriceList,
    actor: Actor,
    now: datetime,
) -> str:
    booking = Booking(
        public_id=ids.new(Prefix.BOOKING),
        shop_id=shop.id,
        pack=pack,
        state=BookingState.ORDERED,
        price_minor=price_minor,
        currency=prices.currency,
        ordered_at=now,
    )
    work.session.add(booking)
    _show_membership(work, shop, booking, now)
    after = {"shop": shop.public_id, "pack": pack, "price_minor": price_minor}
    audit.log(work, actor, "booking.ordered", booking.public_id, now=now, after=after)
    if price_minor == 0:
        _accept(work, booking, actor, now)
    return booking.public_id


def accept(work: Work, booking_id: str, *, actor: Actor, now: datetime) -> None:
    """The operator accepts an order: it runs from now on, month by month.

    Raises BookingNotFound or BookingForbidden.
    """
    _accept(work, _held(work, booking_id), actor, now)


def cancel(
    work: Work, shop_key: str, booking_id: str, *, actor: Actor, now: datetime
) -> datetime | None:
    """End a booking at its term, which is returned; one that never ran ends at once.

    Raises BookingNotFound, also for another shop's, or BookingForbidden.
    """
    shop = shops.required(work, shop_key)
    booking = _required(work, booking_id)
    if booking.shop_id != shop.id:
        raise BookingNotFound
    if booking.accepted_at is None:
        _go(work, booking, BookingState.ENDED, actor, now)
        return None
    booking.ends_at = rules.term_end(booking.accepted_at, now)
    _go(work, booking, BookingState.CANCELLED, actor, now)
    if booking.pack != Pack.MEMBERSHIP and booking.ends_at <= now + NOTICE:
        user_mails.ending(work, shop, booking, now=now)
    return booking.ends_at


def suspend(work: Work, booking_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """The operator stops a booking, with reasons that the shop reads (systems.md §1).

    Raises BookingReasonMissing, TextInvalid, BookingNotFound or BookingForbidden.
    """
    reason = rules.checked_reason(reason)
    booking = _held(work, booking_id)
    booking.reason = reason
    _go(work, booking, BookingState.SUSPENDED, actor, now)


def resume(work: Work, booking_id: str, *, actor: Actor, now: datetime) -> None:
    """The operator lets a suspended booking run again, to its end where it was cancelled.

    Raises BookingNotFound or BookingForbidden.
    """
    booking = _held(work, booking_id)
    if booking.state != BookingState.SUSPENDED:
        raise BookingForbidden("Only a booking that is suspended is resumed.")
    booking.reason = ""
    is_ending = booking.ends_at is not None
    _go(work, booking, BookingState.CANCELLED if is_ending else BookingState.ACTIVE, actor, now)


def accept_due(work: Work, prices: PriceList, *, actor: Actor, now: datetime) -> int:
    """Accept what has waited as long as the price list lets it, for the nightly chores."""
    if prices.accept_days is None:
        return 0
    before = now - timedelta(days=prices.accept_days)
    due = bookings.ordered_before(work.session, before)
    for booking in due:
        _accept(work, _held(work, booking.public_id), actor, now)
    return len(due)


def end_due(work: Work, *, actor: Actor, now: datetime) -> int:
    """End what was cancelled and whose term is over, for the nightly chores; how many."""
    due = bookings.ending(work.session, _CANCELLED, now)
    for booking in due:
        shop_rows.by_id(work.session, booking.shop_id, lock=True)
        _go(work, _required(work, booking.public_id), BookingState.ENDED, actor, now)
    return len(due)


def warn(work: Work, *, now: datetime) -> int:
    """Tell of cancelled packs that end within 30 days, once of each (§2); how many there are."""
    found = bookings.ending(work.session, (BookingState.CANCELLED,), now + NOTICE, since=now)
    ending = [booking for booking in found if booking.pack != Pack.MEMBERSHIP]
    for booking in ending:
        shop = shop_rows.by_id(work.session, booking.shop_id)
        if shop is not None:
            user_mails.ending(work, shop, booking, now=now)
    return len(ending)


def has_left(session: Session, shop_id: int) -> bool:
    """Whether the shop with this internal id was a member and is none any more (§1)."""
    membership = bookings.latest(session, shop_id, Pack.MEMBERSHIP)
    return membership is not None and membership.state == BookingState.ENDED


def check_membership(session: Session, shop_id: int) -> None:
    """Raise MembershipEnded where no new reviews are taken for the shop any more (§1)."""
    if has_left(session, shop_id):
        raise MembershipEnded


def _accept(work: Work, booking: Booking, actor: Actor, now: datetime) -> None:
    _go(work, booking, BookingState.ACCEPTED, actor, now)
    booking.accepted_at = now
    _go(work, booking, BookingState.ACTIVE, actor, now)


def _go(work: Work, booking: Booking, to: BookingState, actor: Actor, now: datetime) -> None:
    before = BookingState(booking.state)
    booking.state = rules.step(before, to)
    work.session.add(booking)
    audit.log(
        work,
        actor,
        f"booking.{to.lower()}",
        booking.public_id,
        now=now,
        before={"state": before},
        after={"state": to},
        reason=booking.reason if to is BookingState.SUSPENDED else "",
    )
    shop = shop_rows.by_id(work.session, booking.shop_id)
    if shop is not None:
        user_mails.booked(work, shop, booking, now=now)
        _show_membership(work, shop, booking, now)


def _show_membership(work: Work, shop: Shop, booking: Booking, now: datetime) -> None:
    """Have the public pages made again that say that a shop is no longer a member, or is again.

    Whether connected shops show one another hangs on both, and on whether they are suspended;
    the mark hangs on its own pack.
    """
    if booking.pack in (Pack.MEMBERSHIP, Pack.INTERCONNECTED, Pack.MARK_GUARANTEE):
        generations.raise_for(work, shop, now=now, all_pages=booking.pack == Pack.MEMBERSHIP)


def _current(session: Session, shop: Shop) -> dict[Pack, Booking]:
    """What the shop has booked and has not ended, by pack."""
    return {
        Pack(row.pack): row
        for row in bookings.of_shop(session, shop.id)
        if row.state != BookingState.ENDED
    }


def _held(work: Work, booking_id: str) -> Booking:
    """The booking, held after its shop, as everybody holds them."""
    shop_id = bookings.shop_id_of(work.session, booking_id)
    if shop_id is None:
        raise BookingNotFound
    shop_rows.by_id(work.session, shop_id, lock=True)
    return _required(work, booking_id)


def _required(work: Work, booking_id: str) -> Booking:
    booking = bookings.by_public_id(work.session, booking_id)
    if booking is None:
        raise BookingNotFound
    return booking
