"""Use cases of planning: when the buyer of an order is invited, and what changes that.

The invitation is scheduled in the transaction that records the order (systems.md §6). Of an
order and kind there is one, ever; nothing here knows what anybody thinks of the shop.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.actors import AUTHOR, SYSTEM, Actor
from domain.errors import InvitationExpired
from domain.invitations import (
    WAITING,
    InvitationNotFound,
    InvitationSettled,
    InvitationState,
    PostponedTooOften,
    Reason,
    ReviewKind,
)
from domain.invite_rules import INVITES, InviteRuleInvalid
from domain.orders import OrderStatus
from services import audit, invite_rules, legal_bases, mailings, opt_outs, plans, shops, slots
from services.plans import Plan, Planned, Planner
from store import invitations
from store import shops as shop_rows
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.shops import Shop


def plan(work: Work, shop: Shop, order: Order, plan: Plan, *, now: datetime) -> Sequence[Planned]:
    """Schedule what the shop's rules say about an order; what there is already stays."""
    return plan_many(work, shop, [(order, plan)], now=now)[order.id]


def plan_many(
    work: Work,
    shop: Shop,
    wanted: Sequence[tuple[Order, Plan]],
    *,
    now: datetime,
    are_new: bool = False,
) -> Mapping[int, Sequence[Planned]]:
    """As above for many orders of a shop, in few statements; keyed by internal ids.

    ``are_new`` orders have no invitation yet, so none is looked for.
    """
    planner = Planner(work, shop, wanted, now, are_new=are_new)
    return planner.run()


def follow(work: Work, shop: Shop, order: Order, plan: Plan, *, now: datetime) -> Sequence[Planned]:
    """Bring an order's invitations in line with what is known of it now.

    A cancelled or refunded order cancels what waits, for everybody alike (systems.md §20). A
    later delivery or shipment moves what waits by rule; what was chosen by hand stays. A legal
    basis that came in lets an invitation leave that lacked it.
    """
    if OrderStatus(order.status).is_undone:
        cancel_of_order(work, order, reason=plans.undone(order), now=now)
        return [plans.told(row) for row in _mailed(work, order)]
    chosen = invite_rules.of_shop(work.session, shop)
    for row in _mailed(work, order):
        if row.is_manual or row.mail_id:
            continue
        found = plans.event_of(chosen, order, ReviewKind(row.kind))
        event_type, event_at = found or (row.event_type, order.ordered_at)
        rule = chosen.rule(event_type, ReviewKind(row.kind))
        at = plans.moment(shop, order, event_at, rule, now)
        if row.state == InvitationState.SCHEDULED:
            _reschedule(work, row, at, now=now)
        elif row.reason == Reason.NO_LEGAL_BASIS and order.legal_basis is not None:
            _revive(work, shop, order, row, at, now=now)
    plan_many(work, shop, [(order, plan)], now=now)
    return [plans.told(row) for row in _mailed(work, order)]


def of_order(work: Work, order: Order) -> Sequence[Planned]:
    """Every invitation of an order, those that nobody is mailed about as well."""
    return [plans.told(row) for row in invitations.of_orders(work.session, [order.id])]


def _mailed(work: Work, order: Order) -> Sequence[Invitation]:
    return [row for row in invitations.of_orders(work.session, [order.id]) if row.is_mailed]


def _reschedule(work: Work, row: Invitation, at: datetime, *, now: datetime) -> None:
    if at == row.send_at:
        return
    if at >= row.expires_at:
        mailings.move(work, row, InvitationState.SUPPRESSED, now=now, reason=Reason.TOO_OLD)
        return
    before = {"send_at": row.send_at.isoformat() if row.send_at else None}
    row.send_at = at
    work.session.add(row)
    slots.keep(work, [at], now=now)
    after = {"send_at": at.isoformat()}
    audit.log(
        work, SYSTEM, "invitation.rescheduled", row.public_id, now=now, before=before, after=after
    )


def _revive(
    work: Work, shop: Shop, order: Order, row: Invitation, at: datetime, *, now: datetime
) -> None:
    planner = Planner(work, shop, [(order, Plan(row.source))], now, are_new=True)
    row.send_at = at
    kind = ReviewKind(row.kind)
    reason = planner.why_never(order, kind, at, row.expires_at, row.language)
    if reason:
        row.reason = reason
        return
    mailings.move(work, row, InvitationState.SCHEDULED, now=now)
    slots.keep(work, [at], now=now)


def cancel(work: Work, shop_key: str, invitation_id: str, *, actor: Actor, now: datetime) -> None:
    """Cancel an invitation that waits, as a shop may; raises InvitationNotFound or Settled."""
    shop = shops.required(work, shop_key)
    row = invitations.by_public_id(work.session, invitation_id, lock=True)
    if row is None or row.shop_id != shop.id:
        raise InvitationNotFound
    if row.state not in WAITING:
        raise InvitationSettled
    reason = Reason.CANCELED_BY_SHOP
    mailings.move(work, row, InvitationState.CANCELED, now=now, actor=actor, reason=reason)


def cancel_of_order(work: Work, order: Order, *, reason: Reason, now: datetime) -> int:
    """Cancel everything of an order that waits to be sent; returns how many there were."""
    waiting = [row for row in _mailed(work, order) if row.state in WAITING]
    for row in waiting:
        mailings.move(work, row, InvitationState.CANCELED, now=now, reason=reason)
    return len(waiting)


def postpone(work: Work, invitation_id: str, at: datetime, *, now: datetime) -> datetime:
    """Ask the buyer later, as the buyer wishes: three times, and while the link is valid.

    The wish is a ground for that one mail, where the order has no other (GP-2). Returns when.
    Raises InvitationNotFound, PostponedTooOften, InvitationSettled, or InviteRuleInvalid for a
    moment that has passed or is too late.
    """
    found = invitations.with_order(work.session, invitation_id)
    row = invitations.by_public_id(work.session, invitation_id, lock=True)
    if row is None or found is None:
        raise InvitationNotFound
    if row.postponed >= INVITES.postponements:
        raise PostponedTooOften
    if not now < at < row.expires_at:
        raise InviteRuleInvalid("Choose a day before the link expires.", field="at")
    mailings.move(work, row, InvitationState.POSTPONED, now=now, actor=AUTHOR)
    legal_bases.asked_later(work, found[1], now=now)
    row.postponed += 1
    row.send_at, row.mail_id, row.remind_at = at, "", None
    slots.keep(work, [at], now=now)
    return at


def unsubscribe(work: Work, invitation_id: str, *, reason: str, now: datetime) -> None:
    """End everything that the account's shops would send to the buyer of this invitation.

    A second call changes nothing. Raises InvitationNotFound, or InvitationExpired where the buyer
    was forgotten long ago: nobody is left whose wish could be noted.
    """
    found = invitations.with_order(work.session, invitation_id)
    if found is None:
        raise InvitationNotFound
    row, order = found
    account_id = shop_rows.account_of(work.session, row.shop_id)
    if not order.email_hash:
        raise InvitationExpired
    hashes = [order.email_hash]
    opt_outs.end(work, account_id, hashes, reason=reason, actor=AUTHOR, now=now)
