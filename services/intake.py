"""Use cases of intake: the one road on which orders come in, with their invitations.

Whatever brings an order, a page, an API, a file or a shop system, ends here: it is recorded
once, what a page said of it is confirmed, its invitation is scheduled, and it is protected where
its buyer has agreed to that, all in one transaction. An order that is told again says what became
of it since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain import hand_overs as page_rules
from domain import orders as rules
from domain.actors import SYSTEM
from domain.errors import OrderNotFound, TrustwrightError
from domain.invitations import InvitationState
from domain.orders import NewOrder, OrderAddressDiffers, OrderChange, OrderStatus
from services import (
    agreed_protections,
    audit,
    confirmations,
    legal_bases,
    orders,
    planning,
    shops,
    signals,
    slots,
)
from services.plans import Plan as Plan
from services.plans import Planned
from store import orders as order_rows
from store.database import Work
from store.orders import Order
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Taken:
    """The order, whether this call was the first to bring it, and its invitations."""

    order_id: str
    reference: str
    is_new: bool
    invitations: Sequence[Planned]


@dataclass(frozen=True, slots=True)
class Known:
    """What became of an order that is known: shipped, delivered, cancelled, refunded."""

    reference: str
    change: OrderChange
    plan: Plan


def take(work: Work, shop_key: str, new: NewOrder, plan: Plan, *, now: datetime) -> Taken:
    """Take an order, or what became of one that is known; a repeated call changes nothing.

    Of a known order only its status, its dates and a legal basis that was missing are taken
    over. Raises ShopNotFound, OrderInvalid, TextInvalid or OrderAddressDiffers.
    """
    return _only(take_many(work, shop_key, [(new, plan)], now=now))


def _only(results: Sequence[Taken | TrustwrightError]) -> Taken:
    (taken,) = results
    if isinstance(taken, TrustwrightError):
        raise taken
    return taken


def take_many(
    work: Work,
    shop_key: str,
    wanted: Sequence[tuple[NewOrder, Plan]],
    *,
    now: datetime,
    changes: Sequence[Known] = (),
) -> Sequence[Taken | TrustwrightError]:
    """As above for many orders of a shop, in few statements: a result or an error for each.

    Those of ``changes``, as of ``update``, come after those of ``wanted``, whose orders they may
    name. One that is refused leaves nothing behind and stops no other. A few hundred orders at
    once are a good number. Raises ShopKeyMalformed or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    results: list[Taken | TrustwrightError | None] = []
    checked: list[tuple[int, NewOrder, Plan]] = []
    for index, (new, plan) in enumerate(wanted):
        try:
            tidy = rules.checked(new)
            rules.check_times(tidy, now)
        except TrustwrightError as refusal:
            results.append(refusal)
        else:
            results.append(None)
            checked.append((index, tidy, plan))
    references = {new.reference for _, new, _ in checked} | {each.reference for each in changes}
    known = order_rows.by_references(work.session, shop.id, references)
    first = {new.reference: index for index, new, _ in reversed(checked)}
    fresh = [each for each in checked if each[1].reference not in known and _is(first, each)]
    with slots.together(work, now=now):
        for (index, _, _), taken in zip(fresh, _record(work, shop, fresh, known, now), strict=True):
            results[index] = taken
        for index, new, plan in checked:
            if results[index] is None:
                results[index] = _told_again(work, shop, known[new.reference], new, plan, now)
        results += [_followed(work, shop, known, each, now) for each in changes]
    if fresh:
        # Last: from the first protection on, other buyers of the member wait for its frame.
        recorded = [(known[new.reference], new) for _, new, _ in fresh]
        agreed_protections.protect(work, shop, recorded, now=now)
    return [result for result in results if result is not None]


def _is(first: dict[str, int], each: tuple[int, NewOrder, Plan]) -> bool:
    """Whether this is the first line with its reference."""
    return first[each[1].reference] == each[0]


def _record(
    work: Work,
    shop: Shop,
    fresh: Sequence[tuple[int, NewOrder, Plan]],
    known: dict[str, Order],
    now: datetime,
) -> Sequence[Taken]:
    if not fresh:
        return ()
    rows = orders.record_many(work, shop, [_dated(new, now) for _, new, _ in fresh], now=now)
    known.update((row.reference, row) for row in rows)
    wanted = [(row, plan) for row, (_, _, plan) in zip(rows, fresh, strict=True)]
    planned = planning.plan_many(work, shop, wanted, now=now, are_new=True)
    return [Taken(row.public_id, row.reference, True, planned[row.id]) for row in rows]


def _dated(new: NewOrder, now: datetime) -> NewOrder:
    """The order with the moments that its status implies."""
    told = rules.change_of(new)
    change = rules.dated(told, now)
    return new if change is told else rules.with_change(new, change)


def _told_again(
    work: Work, shop: Shop, order: Order, new: NewOrder, plan: Plan, now: datetime
) -> Taken | TrustwrightError:
    address = work.keys.hash_email(rules.normalise_email(new.email))
    if address != order.email_hash:
        return OrderAddressDiffers(field="email")
    _confirmed(work, shop, order, new, now)
    return _changed(work, shop, order, rules.change_of(new), plan, now)


def _confirmed(work: Work, shop: Shop, order: Order, new: NewOrder, now: datetime) -> None:
    """The shop's own word takes the place of silence, before the review (LVL-2b)."""
    confirmations.by_orders(work, shop, [order], now=now)
    is_reviewed = any(
        row.state == InvitationState.REVIEWED for row in planning.of_order(work, order)
    )
    if order.source == page_rules.TACIT and new.source != order.source and not is_reviewed:
        before = {"source": order.source}
        order.source = new.source
        after = {"source": order.source}
        audit.log(
            work, SYSTEM, "order.confirmed", order.public_id, now=now, before=before, after=after
        )


def update(
    work: Work, shop_key: str, reference: str, change: OrderChange, plan: Plan, *, now: datetime
) -> Taken:
    """Note what became of one order that is known.

    Raises ShopNotFound, OrderNotFound or OrderInvalid.
    """
    known = Known(reference, change, plan)
    return _only(take_many(work, shop_key, (), now=now, changes=[known]))


def _followed(
    work: Work, shop: Shop, known: Mapping[str, Order], told: Known, now: datetime
) -> Taken | TrustwrightError:
    try:
        rules.check_times(told.change, now)
    except TrustwrightError as refusal:
        return refusal
    order = known.get(told.reference)
    if order is None:
        return OrderNotFound()
    return _changed(work, shop, order, told.change, told.plan, now)


def _changed(
    work: Work, shop: Shop, order: Order, change: OrderChange, plan: Plan, now: datetime
) -> Taken:
    before = _shown(order)
    change = rules.dated(change, now)
    if change.status is not None:
        order.status = OrderStatus(order.status).after(change.status)
    order.shipped_at = order.shipped_at or change.shipped_at
    order.delivered_at = order.delivered_at or change.delivered_at
    order.estimated_delivery_at = change.estimated_delivery_at or order.estimated_delivery_at
    if change.legal_basis is not None:
        legal_bases.note(work, order, change.legal_basis)
    after = _shown(order)
    if OrderStatus(order.status).is_undone and before["status"] != after["status"]:
        signals.note_undone(work, order, now=now)
    if before != after:
        work.session.add(order)
        audit.log(
            work, SYSTEM, "order.updated", order.public_id, now=now, before=before, after=after
        )
    planned = planning.follow(work, shop, order, plan, now=now)
    return Taken(order.public_id, order.reference, False, planned)


def _shown(order: Order) -> dict[str, str | None]:
    moments = ("shipped_at", "delivered_at", "estimated_delivery_at")
    told = {name: getattr(order, name) for name in moments}
    return {name: moment and moment.isoformat() for name, moment in told.items()} | {
        "status": order.status,
        "legal_basis": order.legal_basis,
        "legal_basis_version": order.legal_basis_version,
    }
